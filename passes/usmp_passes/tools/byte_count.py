"""Sizes of memory as people write them: `1048576`, `64KiB`, `1.5 MB`."""

import re
from fractions import Fraction

_UNITS = {
    "": 1,
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
}
_BYTE_COUNT = re.compile(r"([0-9]{1,30}(?:\.[0-9]{1,30})?) ?([A-Za-z]*)")


def parse_byte_count(text: str) -> int:
    """
    The number of bytes that `text` means.

    A number alone counts bytes; units are decimal (kB, MB, GB) or binary (KiB, MiB, GiB). Raises
    `ValueError` for anything else, a lone K or M among it, and if the result is not whole.
    """
    found = _BYTE_COUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected bytes, such as 65536 or 64KiB, got '{text}'")
    number, unit = found.groups()
    if unit not in _UNITS:
        units = ", ".join(filter(None, _UNITS))
        raise ValueError(f"unknown unit '{unit}' in '{text}': expected one of {units}")
    count = Fraction(number) * _UNITS[unit]
    if count.denominator != 1:
        raise ValueError(f"'{text}' is not a whole number of bytes")
    return int(count)
