"""
Numbers as the interpreter keeps them, and as they lie in memory.

An integer of any width, and an `index`, is the Python `int` of its bits taken with a sign; an `i1`
is 0 or 1. A floating point number is the Python `float` of the same value.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import Any, TypeAlias

from xdsl.dialects.builtin import (
    AnyFloat,
    BFloat16Type,
    Float16Type,
    Float32Type,
    Float64Type,
    IndexType,
    IntegerType,
)
from xdsl.ir import Attribute

from usmp_dialect.buffer_type import INDEX_SIZE_BYTES, element_size_bytes
from usmp_dialect.interpreters.errors import FaultError

Scalar: TypeAlias = int | float


class UnsupportedTypeError(FaultError):
    """Values of a type have no representation in the interpreter."""

    def __init__(self, type: Attribute):
        super().__init__(f"values of type {type} are not interpreted")


# Integers


def is_integer(type: Attribute) -> bool:
    """Whether values of the type are integers."""
    return isinstance(type, IntegerType | IndexType)


def bits_of(type: Attribute) -> int:
    """
    The bits of an integer, an `index` or a floating point number; raises `UnsupportedTypeError`.
    """
    if isinstance(type, IntegerType | AnyFloat):
        return type.bitwidth
    if isinstance(type, IndexType):
        return 8 * INDEX_SIZE_BYTES
    raise UnsupportedTypeError(type)


def as_unsigned(value: int, bits: int) -> int:
    """The low bits of an integer, without a sign."""
    return value & ((1 << bits) - 1)


def as_signed(value: int, bits: int) -> int:
    """The low bits of an integer, the highest of them its sign."""
    if not bits:
        return 0
    half = 1 << (bits - 1)
    return (value & (half - 1)) - (value & half)


def wrapped(value: int, type: Attribute) -> int:
    """An integer as the interpreter keeps it: cut to the bits of its type."""
    bits = bits_of(type)
    return value & 1 if bits == 1 else as_signed(value, bits)


# Floating point numbers

_FORMATS: dict[type[Attribute], str] = {
    Float16Type: "<e",
    Float32Type: "<f",
    Float64Type: "<d",
}
"""How `struct` calls the types that it knows."""

_PRECISIONS: dict[type[Attribute], tuple[int, int]] = {
    Float16Type: (11, 16),
    BFloat16Type: (8, 128),
    Float32Type: (24, 128),
    Float64Type: (53, 1024),
}
"""The bits of the significand, and the power of two that is the first beyond the range."""


def rounded(value: float, type: Attribute) -> float:
    """The number of the type that is nearest, ties to even; infinite beyond the range."""
    if isinstance(type, Float64Type) or not math.isfinite(value):
        _precision_of(type)
        return value
    format = _FORMATS.get(_class_of(type))
    if format is None:
        return rounded_exactly(Fraction(value), type, sign_of_zero=value)
    try:
        return struct.unpack(format, struct.pack(format, value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def rounded_exactly(value: Fraction | int, type: Attribute, *, sign_of_zero: float = 0.0) -> float:
    """
    The number of the type that is nearest to an exact one, ties to even, without a step in between
    that rounds too; a result of zero has the sign of `sign_of_zero`.
    """
    precision, range_exponent = _precision_of(type)
    if not value:
        return math.copysign(0.0, sign_of_zero)
    magnitude = abs(Fraction(value))
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if magnitude < Fraction(2) ** exponent:
        exponent -= 1
    # The spacing of the numbers around the value; below the normal ones it is that of the least.
    spacing = Fraction(2) ** max(exponent - precision + 1, 3 - range_exponent - precision)
    nearest = round(magnitude / spacing) * spacing
    result = math.inf if nearest >= Fraction(2) ** range_exponent else float(nearest)
    return math.copysign(result, -1.0 if value < 0 else 1.0)


def _precision_of(type: Attribute) -> tuple[int, int]:
    precision = _PRECISIONS.get(_class_of(type))
    if precision is None:
        raise UnsupportedTypeError(type)
    return precision


def _class_of(attribute: Attribute) -> type[Attribute]:
    return attribute.__class__


# Bytes


def size_of(type: Attribute) -> int:
    """The bytes an element takes in memory; raises `UnsupportedTypeError` if it cannot be there."""
    size = element_size_bytes(type)
    if size is None or not (is_integer(type) or _class_of(type) in _PRECISIONS):
        raise UnsupportedTypeError(type)
    return size


def to_bytes(value: Scalar, type: Attribute) -> bytes:
    """
    The bytes of an element, little-endian; those above the bits of an integer are zero: an `i4` -1
    is 15.
    """
    size = size_of(type)
    if is_integer(type):
        assert isinstance(value, int)
        return as_unsigned(value, bits_of(type)).to_bytes(size, "little")
    if isinstance(type, BFloat16Type):
        return struct.pack("<f", rounded(value, type))[2:]
    return struct.pack(_FORMATS[_class_of(type)], rounded(value, type))


def from_bytes(data: bytes, type: Attribute) -> Scalar:
    """The element that some bytes are; of an integer, those above its bits are not looked at."""
    if is_integer(type):
        return wrapped(int.from_bytes(data, "little"), type)
    if isinstance(type, BFloat16Type):
        return _unpacked("<f", bytes(2) + data)
    return _unpacked(_FORMATS[_class_of(type)], data)


def _unpacked(format: str, data: bytes) -> float:
    values: tuple[Any, ...] = struct.unpack(format, data)
    return float(values[0])


def same_bits(value: Scalar, source: Attribute, target: Attribute) -> Scalar:
    """The value of type `target` that has the bits of a value of type `source`."""
    if is_integer(source) and is_integer(target):
        assert isinstance(value, int)
        return wrapped(value, target)
    return from_bytes(to_bytes(value, source), target)


def converted(value: Scalar, type: Attribute) -> Scalar:
    """
    A number that comes from outside as a value of the type.

    Raises `TypeError` for a number of another kind, `ValueError` for an integer that does not fit.
    """
    if not is_integer(type):
        return rounded(float(value), type)
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is not an integer")
    bits = bits_of(type)
    if not -(1 << bits >> 1) <= value < 1 << bits:
        raise ValueError(f"{value} does not fit in {type}")
    return wrapped(value, type)
