"""What an expression of a script can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from xdsl.dialects.builtin import IndexType
from xdsl.ir import SSAValue

from usmp_dialect.frontends.tvmscript.dtypes import DType

if TYPE_CHECKING:
    from usmp_dialect.frontends.tvmscript.storage import Storage

# Numbers


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that is known."""

    value: int | float
    """An integer, 0 and 1 for `bool`, or a float; as its type has it."""
    dtype: DType
    is_literal: bool = False
    """Whether it is a bare Python number, which TIR takes for an int32, int64 or float32."""


@dataclass(frozen=True, slots=True)
class Computed:
    """
    A number that the program computes.

    Integers that come from loop variables are `index` values as long as nothing is done to them
    that depends on the width of `dtype`; TIR takes it that they do not overflow.
    """

    ssa: SSAValue
    dtype: DType
    is_nonnegative: bool = False
    """Whether it is surely no less than zero."""

    @property
    def is_index(self) -> bool:
        """Whether it is of type `index` in the IR."""
        return isinstance(self.ssa.type, IndexType)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A vector whose lanes are all the same."""

    value: Constant | Computed
    lanes: int

    @property
    def dtype(self) -> DType:
        return self.value.dtype.with_lanes(self.lanes)


@dataclass(frozen=True, slots=True)
class Ramp:
    """A vector of `base`, `base + stride`, ..., as a slice or `T.ramp` has it."""

    base: Constant | Computed
    stride: int
    lanes: int

    @property
    def dtype(self) -> DType:
        return self.base.dtype.with_lanes(self.lanes)


Scalar: TypeAlias = Constant | Computed
"""A number of one lane, in most places where this is written."""
Number: TypeAlias = Constant | Computed | Broadcast | Ramp


# Memory


@dataclass(frozen=True, slots=True)
class Pointer:
    """An address: `offset` elements of `dtype` after the start of a storage."""

    storage: Storage
    dtype: DType
    """The type of what it points to, of one lane."""
    offset: Scalar
    extent: int | None = None
    """The elements that may be accessed through it, `None` for all that there are."""


@dataclass(frozen=True, slots=True)
class Buffer:
    """Memory with a shape. Elements lie in row-major order, unless there are strides."""

    name: str
    dtype: DType
    shape: tuple[Scalar, ...]
    pointer: Pointer
    strides: tuple[Scalar, ...] = ()
    """In elements; empty for row-major order."""


@dataclass(frozen=True, slots=True)
class NullPointer:
    """`T.reinterpret("handle", T.uint64(0))`: no address, for no device context."""


# What exists during the import only


@dataclass(frozen=True, slots=True)
class Variable:
    """A name without a value yet, such as `T.var("int32")`."""

    dtype: DType


@dataclass(frozen=True, slots=True)
class ThreadVariable:
    """The index of a thread: `T.env_thread("threadIdx.x")`, or `T.iter_var` of one."""

    tag: str
    name: str | None = None
    """The variable that stands for it."""


@dataclass(frozen=True, slots=True)
class TypeMarker:
    """A type in the place of a value: `T.int8`, `T.type_annotation("int8")`."""

    dtype: DType


Value: TypeAlias = (
    Constant
    | Computed
    | Broadcast
    | Ramp
    | Pointer
    | Buffer
    | NullPointer
    | Variable
    | ThreadVariable
    | TypeMarker
    | str
    | tuple["Value", ...]
    | None
)

NUMBERS = (Constant, Computed, Broadcast, Ramp)


def describe(value: Value) -> str:
    """What a value is, for a message."""
    match value:
        case Constant() | Computed() | Broadcast() | Ramp():
            return f"a number of type {value.dtype}"
        case Buffer():
            return f"the buffer '{value.name}'"
        case Pointer() | NullPointer():
            return "an address"
        case Variable():
            return "a variable without a value"
        case ThreadVariable():
            return "a thread without an extent"
        case TypeMarker():
            return f"the type {value.dtype}"
        case str():
            return "a string"
        case tuple():
            return "a list"
        case None:
            return "None"
