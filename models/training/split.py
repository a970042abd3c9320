"""Whole package families are held out, chosen by a hash of the family's name."""

import hashlib

# Of 100 buckets. Both ranges hold every corpus language.
TEST_BUCKETS = range(0, 5)
VALIDATION_BUCKETS = range(18, 20)


def family(name: str) -> str:
    """The npm scope, or the part of the name before its first `-`, `.` or `_`."""
    if name.startswith("@"):
        return name[1:].split("/")[0]
    return name.replace(".", "-").replace("_", "-").split("-")[0]


def split_of(name: str) -> str:
    """`train`, `validation` or `test` for a package name."""
    bucket = int(hashlib.sha256(family(name).encode()).hexdigest()[:8], 16) % 100
    if bucket in TEST_BUCKETS:
        return "test"
    if bucket in VALIDATION_BUCKETS:
        return "validation"
    return "train"
