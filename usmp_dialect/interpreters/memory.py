"""
Memory that is bytes, buffers in it, and views of those.

Whatever views make of a buffer, and wherever a plan puts it, elements are read and written as their
bytes, so that a program that reinterprets memory sees what a device would. Every access must lie in
the view and in the buffer it is made through.

Poisoned memory remembers which buffer wrote each byte last. A read through another buffer is an
error then, as is a read of a byte that nothing has written: in a planned program, that is what a
wrong plan does before its results are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product, repeat
from math import prod
from typing import TypeAlias

from xdsl.dialects.builtin import DYNAMIC_INDEX, MemRefType, NoneAttr, i8
from xdsl.ir import Attribute

from usmp_dialect.buffer_type import has_identity_layout
from usmp_dialect.interpreters.errors import FaultError
from usmp_dialect.interpreters.scalars import Scalar, from_bytes, size_of, to_bytes

Bytes: TypeAlias = bytes | bytearray | memoryview


@dataclass(eq=False)
class Memory:
    """A stretch of bytes that buffers lie in."""

    data: Bytes
    is_constant: bool = False
    """Whether no part of it may be written."""

    writers: list[Buffer | None] | None = None
    """The buffer that wrote each byte last; `None` if that is not remembered."""

    @staticmethod
    def uninitialized(size_bytes: int, *, poison: bool) -> Memory:
        """New memory that nothing has written: its bytes are zero, where anybody looks."""
        memory = Memory(bytearray(size_bytes))
        if poison:
            memory.writers = list[Buffer | None](repeat(None, size_bytes))
        return memory


@dataclass(eq=False)
class Buffer:
    """
    A part of a memory that the program knows by a name: what one run of an allocation makes, an
    argument, a constant, a pool.
    """

    name: str
    """How messages call it: `buffer 'b'`, `pool @p`."""

    memory: Memory
    start: int
    """The first byte in the memory."""

    size_bytes: int
    is_pool: bool = False
    """Whether other buffers lie in it: what it reads may have been written by any of them."""

    def __post_init__(self) -> None:
        end = self.start + self.size_bytes
        if self.start < 0 or end > len(self.memory.data):
            raise FaultError(
                f"{self.name} takes the bytes from {self.start} to {end} "
                f"of a memory of {len(self.memory.data)} bytes"
            )

    @staticmethod
    def whole(name: str, memory: Memory, *, is_pool: bool = False) -> Buffer:
        """All of a memory as a buffer."""
        return Buffer(name, memory, 0, len(memory.data), is_pool)

    def claim_unwritten(self) -> None:
        """Takes the bytes that nobody has written for its own: they come from outside."""
        writers = self.memory.writers
        if writers is not None:
            for place in range(self.start, self.start + self.size_bytes):
                writers[place] = writers[place] or self

    def as_bytes(self) -> MemRefValue:
        """All of it as a row of `i8`."""
        return view_of(self, self.start, MemRefType(i8, [DYNAMIC_INDEX]), [self.size_bytes])

    def read(self, place: int, size: int) -> bytes:
        """Some bytes, by their place in the memory."""
        self.check_inside(place, size, "reads")
        writers = self.memory.writers
        if writers is not None and not self.is_pool:
            for byte in range(place, place + size):
                if writers[byte] is not self:
                    self._fail_poisoned(byte, writers[byte])
        return bytes(self.memory.data[place : place + size])

    def write(self, place: int, data: bytes) -> None:
        """Change some bytes, by their place in the memory."""
        self.check_inside(place, len(data), "writes")
        target = self.memory.data
        if self.memory.is_constant or isinstance(target, bytes):
            raise FaultError(f"writes {self.name}, which is constant")
        target[place : place + len(data)] = data
        self.mark_written(place, len(data))

    def mark_written(self, place: int, size: int) -> None:
        """Remember that this buffer wrote some bytes, if that is remembered at all."""
        writers = self.memory.writers
        if writers is not None:
            writers[place : place + size] = [self] * size

    def check_inside(self, place: int, size: int, verb: str) -> None:
        """Raises `FaultError` if some bytes, by their place in the memory, are not all in it."""
        first = place - self.start
        if first < 0 or first + size > self.size_bytes:
            raise FaultError(
                f"{verb} the bytes from {first} to {first + size} of {self.name}, "
                f"which has {self.size_bytes} bytes"
            )

    def _fail_poisoned(self, byte: int, writer: Buffer | None) -> None:
        read = f"reads byte {byte - self.start} of {self.name}"
        if writer is None:
            raise FaultError(f"{read}, which nothing has written")
        again = " in an earlier run of its allocation" if writer.name == self.name else ""
        raise FaultError(f"{read}, which was last written by {writer.name}{again}")


@dataclass(frozen=True, slots=True)
class MemRefValue:
    """
    What a value of a memref type is: elements of a type at places in a buffer.

    `load` and `store` are what xDSL's own implementations of other dialects ask of a buffer.
    """

    buffer: Buffer
    offset: int
    """The place of the first element in the memory, in bytes."""

    element_type: Attribute
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    """How many elements it is from one to the next, in each dimension."""

    base: int = field(default=0)
    """The place in the memory, in bytes, that `memref.reinterpret_cast` counts from."""

    @property
    def size_bytes(self) -> int:
        """The bytes of all elements."""
        return prod(self.shape) * size_of(self.element_type)

    @property
    def is_contiguous(self) -> bool:
        """Whether the elements follow each other in row-major order."""
        wanted = row_major(self.shape)
        return prod(self.shape) == 0 or all(
            stride == expected or extent == 1
            for stride, expected, extent in zip(self.strides, wanted, self.shape, strict=True)
        )

    def load(self, indices: Sequence[int]) -> Scalar:
        """One element. Raises `FaultError`."""
        size = size_of(self.element_type)
        return from_bytes(self.buffer.read(self._place(indices), size), self.element_type)

    def store(self, indices: Sequence[int], value: Scalar) -> None:
        """Change one element. Raises `FaultError`."""
        self.buffer.write(self._place(indices), to_bytes(value, self.element_type))

    def all_indices(self) -> Iterator[tuple[int, ...]]:
        """The indices of all elements, in row-major order."""
        return product(*map(range, self.shape))

    def read_bytes(self) -> bytes:
        """The bytes of all elements, in row-major order. Raises `FaultError`."""
        size = size_of(self.element_type)
        if self.is_contiguous:
            return self.buffer.read(self.offset, self.size_bytes) if self.size_bytes else b""
        places = (self._place(indices) for indices in self.all_indices())
        return b"".join(self.buffer.read(place, size) for place in places)

    def write_bytes(self, data: bytes) -> None:
        """Change all elements, given in row-major order. Raises `FaultError`."""
        size = size_of(self.element_type)
        for number, indices in enumerate(self.all_indices()):
            self.buffer.write(self._place(indices), data[number * size : (number + 1) * size])

    def span(self) -> memoryview:
        """
        The memory from the first element to the last, for code outside the program; read-only if it
        is constant. Raises `FaultError` if it is not all in the buffer.
        """
        start, size = self._span()
        self.buffer.check_inside(start, size, "passes on")
        view = memoryview(self.buffer.memory.data)[start : start + size]
        return view.toreadonly() if self.buffer.memory.is_constant else view

    def mark_span_written(self) -> None:
        """Remember that the memory from the first element to the last was written through here."""
        self.buffer.mark_written(*self._span())

    def _span(self) -> tuple[int, int]:
        """Where the first of the bytes is, and how many there are up to the last."""
        if not prod(self.shape):
            return self.offset, 0
        size = size_of(self.element_type)
        ends = [(e - 1) * stride for e, stride in zip(self.shape, self.strides, strict=True)]
        first = sum(end for end in ends if end < 0)
        last = sum(end for end in ends if end > 0)
        return self.offset + first * size, (last - first + 1) * size

    def _place(self, indices: Sequence[int]) -> int:
        if any(not 0 <= i < extent for i, extent in zip(indices, self.shape, strict=True)):
            raise FaultError(
                f"index [{', '.join(map(str, indices))}] is outside of {self}, a view of "
                f"{self.buffer.name}"
            )
        elements = sum(i * stride for i, stride in zip(indices, self.strides, strict=True))
        return self.offset + elements * size_of(self.element_type)

    def __str__(self) -> str:
        extents = "".join(f"{extent}x" for extent in self.shape)
        return f"memref<{extents}{self.element_type}>"


def row_major(shape: Sequence[int]) -> tuple[int, ...]:
    """The strides of elements that follow each other in row-major order."""
    return tuple(prod(shape[dimension + 1 :]) for dimension in range(len(shape)))


def view_of(
    buffer: Buffer, place: int, type: MemRefType, dynamic_extents: Sequence[int] = ()
) -> MemRefValue:
    """
    Elements in row-major order from a place in the memory on, with the dynamic extents of the type
    given. Raises `FaultError` for an extent that is negative.
    """
    extents = iter(dynamic_extents)
    shape = tuple(
        next(extents) if extent == DYNAMIC_INDEX else extent for extent in type.get_shape()
    )
    if any(extent < 0 for extent in shape):
        raise FaultError(f"the extents {list(shape)} of {type} are negative")
    return MemRefValue(buffer, place, type.element_type, shape, row_major(shape), base=place)


def with_type(value: MemRefValue, type: MemRefType, what: str) -> MemRefValue:
    """
    The same bytes as a value of another type: an address that is passed on.

    Raises `FaultError` if there are not as many bytes as the type says, or no telling what the
    extents are. `what` is what messages call the value.
    """
    if value.element_type == type.element_type and fits(value.shape, type):
        _check_layout(value, type, what)
        return value
    if not has_identity_layout(type) or not value.is_contiguous:
        raise FaultError(f"{what} cannot be taken for {type}: it is {value} with gaps")
    shape = type.get_shape()
    # The unit of what is counted by an extent that is not known: the known extents around it.
    row = prod(extent for extent in shape if extent != DYNAMIC_INDEX) * size_of(type.element_type)
    unknown = shape.count(DYNAMIC_INDEX)
    if unknown > 1 or (unknown and not row):
        raise FaultError(f"{what}, {value}, does not tell the extents of {type}")
    if not unknown and row > value.size_bytes:
        raise FaultError(
            f"{what} is too small: {value} has {value.size_bytes} bytes, {type} needs {row}"
        )
    extents = [value.size_bytes // row] if unknown else []
    plain = MemRefType(type.element_type, shape, NoneAttr())
    return replace(view_of(value.buffer, value.offset, plain, extents), base=value.offset)


def fits(shape: Sequence[int], type: MemRefType) -> bool:
    """Whether a value of this shape can have the type."""
    expected = type.get_shape()
    return len(shape) == len(expected) and all(
        wanted in (extent, DYNAMIC_INDEX) for extent, wanted in zip(shape, expected, strict=True)
    )


def _check_layout(value: MemRefValue, type: MemRefType, what: str) -> None:
    if has_identity_layout(type):
        if not value.is_contiguous:
            raise FaultError(f"{what} cannot be taken for {type}: it is {value} with gaps")
        return
    strides = type.get_strides()
    if strides is not None and any(
        wanted not in (None, stride) and extent > 1
        for wanted, stride, extent in zip(strides, value.strides, value.shape, strict=True)
    ):
        raise FaultError(f"{what} has the strides {list(value.strides)}, not those of {type}")
