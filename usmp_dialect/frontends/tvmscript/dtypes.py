"""The data types of TIR, which know signs, and their types in the IR, which do not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from xdsl.dialects.builtin import (
    AnyFloat,
    BFloat16Type,
    Float16Type,
    Float32Type,
    Float64Type,
    IntegerType,
    VectorType,
)

from usmp_dialect.buffer_type import element_size_bytes

ElementType: TypeAlias = IntegerType | AnyFloat
"""What one number is in the IR."""

_FLOATS: dict[str, ElementType] = {
    "bfloat16": BFloat16Type(),
    "float16": Float16Type(),
    "float32": Float32Type(),
    "float64": Float64Type(),
}
_PATTERN = re.compile(r"(bool|int|uint|float|bfloat)(\d{0,3})(?:x([1-9]\d{0,4}))?")
_DEFAULT_BITS = {"int": 32, "uint": 32, "float": 32}
_MAX_INTEGER_BITS = 64
ACCEPTED = (
    "bool, int1 to int64, uint1 to uint64, bfloat16, float16, float32, float64, with lanes x4"
)


@dataclass(frozen=True, slots=True)
class DType:
    """A type of numbers: `int8`, `uint16`, `float32`, `bool`, or a vector of `lanes` of them."""

    kind: str
    """`int`, `uint`, `float`, `bfloat` or `bool`."""
    bits: int
    lanes: int = 1

    def __str__(self) -> str:
        name = self.kind if self.is_bool else f"{self.kind}{self.bits}"
        return name if self.lanes == 1 else f"{name}x{self.lanes}"

    @property
    def is_bool(self) -> bool:
        return self.kind == "bool"

    @property
    def is_float(self) -> bool:
        return self.kind in ("float", "bfloat")

    @property
    def is_signed(self) -> bool:
        """Whether it is an integer with a sign."""
        return self.kind == "int"

    @property
    def is_integer(self) -> bool:
        """Whether it is an integer; `bool` is one without a sign."""
        return not self.is_float

    @property
    def scalar(self) -> DType:
        """The type of one lane."""
        return self if self.lanes == 1 else replace(self, lanes=1)

    def with_lanes(self, lanes: int) -> DType:
        """The type of a vector of `lanes` such numbers."""
        return replace(self, lanes=lanes)

    @property
    def element_type(self) -> ElementType:
        """One lane in the IR: signless."""
        return _element_type(self.kind, self.bits)

    @property
    def value_type(self) -> ElementType | VectorType[ElementType]:
        """A value in the IR."""
        element = self.element_type
        return element if self.lanes == 1 else VectorType(element, [self.lanes])

    @property
    def size_bytes(self) -> int:
        """The bytes of one lane in memory."""
        size = element_size_bytes(self.element_type)
        assert size is not None
        return size

    def holds(self, value: int) -> bool:
        """Whether an integer type has the value."""
        low = -(1 << (self.bits - 1)) if self.is_signed else 0
        return low <= value < low + (1 << self.bits)

    def wrap(self, value: int) -> int:
        """What remains of an integer in this type: its low bits."""
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if self.is_signed and value >> (self.bits - 1) else value


@cache
def _element_type(kind: str, bits: int) -> ElementType:
    return _FLOATS[f"{kind}{bits}"] if kind in ("float", "bfloat") else IntegerType(bits)


@cache
def parse_dtype(text: str) -> DType | None:
    """The type that TIR calls `text`, `None` if there is no such type of numbers."""
    match = _PATTERN.fullmatch("bool" if text == "boolean" else text)
    if match is None:
        return None
    kind, digits, lanes = match.groups()
    bits = int(digits) if digits else (1 if kind == "bool" else _DEFAULT_BITS.get(kind, 0))
    if kind == "bool" and bits not in (1, 8):
        return None
    if kind == "bool" or (kind == "uint" and bits == 1):
        kind, bits = "bool", 1
    is_known = f"{kind}{bits}" in _FLOATS or (
        kind in ("bool", "int", "uint") and 1 <= bits <= _MAX_INTEGER_BITS
    )
    return DType(kind, bits, int(lanes or 1)) if is_known else None


BOOL = DType("bool", 1)
INT8 = DType("int", 8)
INT32 = DType("int", 32)
INT64 = DType("int", 64)
FLOAT32 = DType("float", 32)
