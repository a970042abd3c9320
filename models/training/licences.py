"""Which licences the corpus admits, and how to read them from metadata."""

import re

ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD",
    "PSF-2.0", "Python-2.0", "Zlib", "CC0-1.0", "Unlicense", "BSL-1.0", "BlueOak-1.0.0",
}

# Free-text licence fields and trove classifiers that name one SPDX licence.
SYNONYMS = {
    "mit license": "MIT", "mit": "MIT", "the mit license (mit)": "MIT",
    "apache": "Apache-2.0", "apache 2": "Apache-2.0", "apache 2.0": "Apache-2.0",
    "apache-2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 3-clause license": "BSD-3-Clause", "bsd-3-clause": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause", "new bsd": "BSD-3-Clause",
    "bsd": "BSD-3-Clause", "bsd license": "BSD-3-Clause",
    "bsd-2-clause": "BSD-2-Clause", "isc license": "ISC", "isc": "ISC",
    "python software foundation license": "PSF-2.0",
}

CLASSIFIER = "License :: OSI Approved :: "


def permissive(expression: str | None) -> bool:
    """True if every licence an SPDX expression requires is allowed.

    `A OR B` needs one allowed side, `A AND B` both. Nested parentheses and
    exceptions (`WITH`) are refused rather than interpreted.
    """
    if not expression:
        return False
    text = expression.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    if "(" in text or " WITH " in text:
        return False
    return all(
        any(choice.strip() in ALLOWED for choice in part.split(" OR "))
        for part in text.split(" AND ")
    )


def from_npm(package: dict) -> str | None:
    """The SPDX expression of a parsed package.json, or None."""
    licence = package.get("license")
    if isinstance(licence, dict):
        licence = licence.get("type")
    if isinstance(licence, str):
        return SYNONYMS.get(licence.lower(), licence)
    return None


def from_wheel(metadata: str) -> str | None:
    """The SPDX expression of a wheel's METADATA, or None if it is unclear.

    Prefers `License-Expression`, then a one-line `License`, then classifiers.
    """
    headers = metadata.split("\n\n", 1)[0]
    exact = re.search(r"^License-Expression: (.+)$", headers, re.M)
    if exact:
        return exact.group(1).strip()
    free = re.search(r"^License: ([^\n]+)$", headers, re.M)
    if free:
        name = free.group(1).strip()
        if permissive(name):
            return name
        if name.lower() in SYNONYMS:
            return SYNONYMS[name.lower()]
    found = re.findall(rf"^Classifier: {re.escape(CLASSIFIER)}(.+)$", headers, re.M)
    names = [SYNONYMS.get(name.strip().lower()) for name in found]
    if names and all(names):
        return " AND ".join(sorted(set(names)))
    return None
