"""Numbers of bytes as people read them."""

from __future__ import annotations

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def byte_text(count: int) -> str:
    """
    A number of bytes in the largest unit of which it has one, with three digits at least that
    count: `1.07 MiB`. A whole number of units is told without a fraction.
    """
    unit = min(max(count.bit_length() - 1, 0) // 10, len(_UNITS) - 1)
    scale = 1 << (10 * unit)
    whole, rest = divmod(count, scale)
    if rest == 0:
        return f"{whole} {_UNITS[unit]}"
    digits = 2 if whole < 10 else 1 if whole < 100 else 0
    return f"{count / scale:.{digits}f} {_UNITS[unit]}"


def byte_step(span: int, count: int) -> int:
    """The power of two of bytes between ticks that cuts `span` into `count` parts at most."""
    return 1 << max((-(-span // count) - 1).bit_length(), 0)
