"""Floating point constants, bytes and comments in C."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator

from usmp_dialect.targets.c.scalar_types import FloatScalar

_BYTES_IN_A_LINE = 16


def float_literal(value: float, scalar: FloatScalar) -> str | None:
    """
    A constant as an operand: the shortest decimal number that is read back as the same one.
    `None` for what is not a number, of which C can name only one kind.
    """
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "INFINITY" if value > 0 else "(-INFINITY)"
    text = _shortest_float(value) if scalar.width == 32 else repr(value)
    literal = f"{text}{scalar.suffix}"
    return f"({literal})" if literal.startswith("-") else literal


def _shortest_float(value: float) -> str:
    text = repr(value)
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if _as_float32(float(text)) == value:
            break
    return text if any(character in text for character in ".e") else f"{text}.0"


def _as_float32(value: float) -> float:
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.inf


def float_bits(value: float, scalar: FloatScalar) -> int:
    """The bits of a constant."""
    data = struct.pack("<f" if scalar.width == 32 else "<d", value)
    return int.from_bytes(data, "little")


def bytes_initializer(data: bytes, indent: str) -> Iterator[str]:
    """The lines of an initializer for an array of bytes, without what stands before the brace."""
    if not any(data):
        yield "{0};"
        return
    yield "{"
    for at in range(0, len(data), _BYTES_IN_A_LINE):
        numbers = ", ".join(map(str, data[at : at + _BYTES_IN_A_LINE]))
        yield f"{indent}    {numbers},"
    yield f"{indent}}};"


_UNSAFE = re.compile(r"\*(?=/)|/(?=\*)|\?(?=\?)|\\$")


def comment_text(text: str) -> str:
    """`text` so that it may stand in a comment of one line, and neither end nor continue it."""
    one_line = "".join(character if character.isprintable() else "?" for character in text)
    return _UNSAFE.sub(lambda match: f"{match.group()} ", one_line)
