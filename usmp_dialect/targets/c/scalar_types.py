"""
How numbers are held in C.

An integer of MLIR has no sign: it is held in the narrowest unsigned type of C that is wide enough,
and the bits above its own are always zero. An operation that takes its operands for signed
converts them where it uses them. A Boolean is a `_Bool`, an `index` a `usmp_index`.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import Float32Type, Float64Type, IndexType, IntegerType
from xdsl.ir import Attribute

INDEX = "usmp_index"
"""The C type of an index: 64 bits, or 32 where the C code is compiled so."""

SIGNED_INDEX = "usmp_sindex"
"""The signed C type of the same width."""

_INT_MAX = 2**31 - 1


@dataclass(frozen=True)
class IntegerScalar:
    """An integer of `width` bits, or an index."""

    width: int
    is_index: bool = False

    @property
    def storage_bits(self) -> int:
        """The bits of the C type, also in memory."""
        return max(8, 1 << (self.width - 1).bit_length())

    @property
    def suffix(self) -> str:
        """What the helper functions for such integers are called after their operation."""
        if self.is_index:
            return "index"
        return "64" if self.storage_bits == 64 else "32"

    @property
    def c_type(self) -> str:
        """The C type that holds it."""
        if self.is_index:
            return INDEX
        return "_Bool" if self.width == 1 else self.storage_type

    @property
    def storage_type(self) -> str:
        """The unsigned C type that it is in memory."""
        return INDEX if self.is_index else f"uint{self.storage_bits}_t"

    @property
    def signed_type(self) -> str:
        """The C type of its value where it is taken for signed."""
        return SIGNED_INDEX if self.is_index else f"int{self.storage_bits}_t"

    @property
    def is_whole(self) -> bool:
        """Whether it has all bits of its C type."""
        return self.width == self.storage_bits

    @property
    def is_promoted(self) -> bool:
        """Whether C computes with it in `int`."""
        return self.storage_bits < 32

    @property
    def mask(self) -> int:
        """The largest value, which has all bits set."""
        return (1 << self.width) - 1

    def wrapped(self, value: int) -> int:
        """The value that an integer has here, from 0 to `mask`."""
        return value & self.mask

    def signed_value(self, value: int) -> int:
        """The signed value of one from 0 to `mask`."""
        return value - (1 << self.width) if value >> (self.width - 1) else value

    def literal(self, value: int) -> str:
        """A constant, whose type may be `int` if that makes no difference to the other operand."""
        if value <= _INT_MAX:
            return str(value)
        if self.is_index:
            return f"({INDEX}){self.signed_literal(value)}"
        return f"{value}u" if self.storage_bits == 32 else f"UINT64_C({value})"

    def typed_literal(self, value: int) -> str:
        """A constant of the type itself."""
        literal = self.signed_literal(value) if self.is_index else self.literal(value)
        return f"({self.c_type}){literal}"

    def signed_literal(self, value: int) -> str:
        """The constant where it is taken for signed."""
        signed = self.signed_value(value)
        if abs(signed) <= _INT_MAX:
            return str(signed)
        if signed in (-(2**31), -(2**63)):
            return f"INT{(-signed).bit_length()}_MIN"
        return f"INT64_C({signed})"

    def wrap(self, expression: str) -> str:
        """
        The value here of a C expression, computed in an unsigned type at least as wide, or in
        `int`.
        """
        if self.is_whole:
            return f"({self.c_type})({expression})" if self.is_promoted else expression
        if self.storage_bits == 64:
            return f"({expression}) & UINT64_C(0x{self.mask:X})"
        if self.storage_bits == 32:
            return f"({expression}) & 0x{self.mask:X}u"
        return f"({self.c_type})((uint32_t)({expression}) & 0x{self.mask:X}u)"

    def cast(self, operand: str) -> str:
        """The value here of an unsigned C operand of any width, or of a signed one."""
        if self.is_whole:
            return f"({self.c_type}){operand}"
        if self.storage_bits == 64:
            return f"(uint64_t){operand} & UINT64_C(0x{self.mask:X})"
        if self.storage_bits == 32:
            return f"(uint32_t){operand} & 0x{self.mask:X}u"
        return f"({self.c_type})((uint32_t){operand} & 0x{self.mask:X}u)"

    def as_signed(self, name: str) -> str:
        """The signed value of a variable, as an operand."""
        if self.width == 1:
            return f"-(int8_t){name}"
        if self.is_whole:
            return f"({self.signed_type}){name}"
        sign = 1 << (self.width - 1)
        constant = f"UINT64_C({sign})" if self.storage_bits == 64 else f"{sign}u"
        return f"({self.signed_type})(({name} ^ {constant}) - {constant})"


@dataclass(frozen=True)
class FloatScalar:
    """A floating point number of 32 or 64 bits."""

    width: int

    @property
    def c_type(self) -> str:
        """The C type that holds it."""
        return "float" if self.width == 32 else "double"

    @property
    def bits(self) -> IntegerScalar:
        """The integer of the same width."""
        return IntegerScalar(self.width)

    @property
    def suffix(self) -> str:
        """What the functions of `math.h` for such numbers have after their name."""
        return "f" if self.width == 32 else ""


Scalar = IntegerScalar | FloatScalar

INDEX_SCALAR = IntegerScalar(64, is_index=True)
_MAX_WIDTH = 64


def scalar_of(type: Attribute) -> Scalar | None:
    """How values of a type are held, `None` if C has nothing to hold them."""
    if isinstance(type, IndexType):
        return INDEX_SCALAR
    if isinstance(type, IntegerType) and 0 < type.bitwidth <= _MAX_WIDTH:
        return IntegerScalar(type.bitwidth)
    if isinstance(type, Float32Type | Float64Type):
        return FloatScalar(type.bitwidth)
    return None
