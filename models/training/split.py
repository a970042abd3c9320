"""Whole package families are held out, chosen by a hash of the family's name."""

import hashlib

VALIDATION_PERCENT = 4
TEST_PERCENT = 6


def family(name: str) -> str:
    """The npm scope, or the part of the name before its first `-`, `.` or `_`."""
    if name.startswith("@"):
        return name[1:].split("/")[0]
    return name.replace(".", "-").replace("_", "-").split("-")[0]


def split_of(name: str) -> str:
    """`train`, `validation` or `test` for a package name."""
    bucket = int(hashlib.sha256(family(name).encode()).hexdigest()[:8], 16) % 100
    if bucket < TEST_PERCENT:
        return "test"
    if bucket < TEST_PERCENT + VALIDATION_PERCENT:
        return "validation"
    return "train"
