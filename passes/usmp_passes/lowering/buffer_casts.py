"""
Buffers as buffers of other types: the same address, its bytes read in another way.

Upstream reinterprets elements with `memref.view` only, from a row of bytes. So there are two steps:
from a buffer to its bytes, which has to start where the memory comes from (see `byte_forms`), and
from bytes to the type that is asked for, here.
"""

from __future__ import annotations

from math import prod

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import DYNAMIC_INDEX, MemRefType, NoneAttr, i8
from xdsl.ir import Attribute, Operation, Region, SSAValue

from usmp_dialect.buffer_type import element_size_bytes, has_identity_layout, size_bytes_of
from usmp_dialect.constant_value import constant_integer
from usmp_passes.lowering.index_constants import IndexConstants


def bytes_type(size: int | None, memory_space: Attribute) -> MemRefType:
    """A row of `size` bytes; `None` is a number known when the program runs."""
    return MemRefType(i8, [DYNAMIC_INDEX if size is None else size], NoneAttr(), memory_space)


def bytes_type_of(buffer_type: MemRefType) -> MemRefType:
    """The type of all the bytes of a buffer."""
    return bytes_type(size_bytes_of(buffer_type), buffer_type.memory_space)


def is_bytes(buffer_type: Attribute) -> bool:
    """Whether a buffer of this type can be viewed as one of any other."""
    return (
        isinstance(buffer_type, MemRefType)
        and buffer_type.element_type == i8
        and buffer_type.get_num_dims() == 1
        and has_identity_layout(buffer_type)
    )


def needs_bytes(source: MemRefType, target: MemRefType) -> bool:
    """Whether a buffer of type `source` must be taken as bytes to make it one of type `target`."""
    if _in_space_of(target, source) == source or is_bytes(source):
        return False
    return source.element_type != target.element_type or not has_identity_layout(source)


def why_not_castable(source: MemRefType, target: MemRefType) -> str | None:
    """What is wrong with `target` as another type of the same address, `None` if nothing is."""
    if _in_space_of(target, source) == source or _is_shape_erased(source, target):
        return None
    if not has_identity_layout(target):
        return f"{target} does not have the identity layout"
    if target.get_shape().count(DYNAMIC_INDEX) > 1:
        return f"{target} has more than one dynamic extent, which its bytes do not tell"
    for buffer_type in (source, target):
        if element_size_bytes(buffer_type.element_type) is None:
            return f"the size of an element of {buffer_type} is not known"
    return None


def _in_space_of(buffer_type: MemRefType, other: MemRefType) -> MemRefType:
    if buffer_type.memory_space == other.memory_space:
        return buffer_type
    return MemRefType(
        buffer_type.element_type, buffer_type.shape, buffer_type.layout, other.memory_space
    )


def _is_shape_erased(source: MemRefType, target: MemRefType) -> bool:
    """Whether `target` says no more than that some extents of `source` are not known."""
    return (
        source.element_type == target.element_type
        and source.layout == target.layout
        and source.get_num_dims() == target.get_num_dims()
        and all(
            to in (DYNAMIC_INDEX, of)
            for of, to in zip(source.get_shape(), target.get_shape(), strict=True)
        )
    )


class BufferCasts:
    """
    Builds operations at one place. `ops` has them in order; constants go to the start of `scope`.
    """

    def __init__(self, constants: IndexConstants, scope: Region) -> None:
        self.ops: list[Operation] = []
        self._constants = constants
        self._scope = scope

    def constant(self, value: int) -> SSAValue:
        """A constant of type `index`."""
        return self._constants.get(self._scope, value)

    def cast(self, value: SSAValue, bytes: SSAValue | None, target: MemRefType) -> SSAValue:
        """
        The address `value` as a buffer of type `target`. `bytes` is its byte form, if `needs_bytes`
        says so.
        """
        source = value.type
        assert isinstance(source, MemRefType)
        there = _in_space_of(target, source)
        if there == source:
            result = value
        elif _is_shape_erased(source, there):
            result = self._add(memref.CastOp.get(value, there))
        elif is_bytes(source):
            result = self.view(value, self.constant(0), there)
        elif bytes is not None:
            return self.cast(bytes, None, target)
        else:
            result = self._reinterpret_shape(value, source, there)
        if there == target:
            return result
        return self._add(
            memref.MemorySpaceCastOp.from_type_and_target_space(result, there, target.memory_space)
        )

    def view(self, bytes: SSAValue, shift: SSAValue, target: MemRefType) -> SSAValue:
        """
        What lies `shift` bytes from the start of `bytes`, as a buffer of type `target`. A dynamic
        extent is what there is room for from the start.
        """
        sizes: list[SSAValue] = []
        if DYNAMIC_INDEX in target.get_shape():
            element = element_size_bytes(target.element_type)
            assert element is not None
            sizes = [self._quotient(self.extent(bytes, 0), element * _static_extents(target))]
        return self.sized_view(bytes, shift, sizes, target)

    def sized_view(
        self, bytes: SSAValue, shift: SSAValue, sizes: list[SSAValue], target: MemRefType
    ) -> SSAValue:
        """The same with the dynamic extents given."""
        plain = MemRefType(target.element_type, target.shape, NoneAttr(), target.memory_space)
        result = self._add(memref.ViewOp(bytes, shift, sizes, plain))
        return result if plain == target else self._add(memref.CastOp.get(result, target))

    def rest(self, bytes: SSAValue, shift: SSAValue) -> SSAValue:
        """The bytes from `shift` on."""
        assert isinstance(bytes.type, MemRefType)
        size = self._add(arith.SubiOp(self.extent(bytes, 0), shift))
        target = bytes_type(None, bytes.type.memory_space)
        return self.sized_view(bytes, shift, [size], target)

    def extent(self, buffer: SSAValue, dimension: int) -> SSAValue:
        """An extent of a buffer."""
        assert isinstance(buffer.type, MemRefType)
        extent = buffer.type.get_shape()[dimension]
        if extent != DYNAMIC_INDEX:
            return self.constant(extent)
        return self._add(memref.DimOp(buffer, self.constant(dimension)))

    def scaled(self, value: SSAValue, factor: int) -> SSAValue:
        """`value * factor`."""
        if factor == 1:
            return value
        return self._add(arith.MuliOp(value, self.constant(factor)))

    def product(self, values: list[SSAValue], factor: int) -> SSAValue:
        """The product of `values` and `factor`; there is at least one value."""
        result = values[0]
        for value in values[1:]:
            result = self._add(arith.MuliOp(result, value))
        return self.scaled(result, factor)

    def _quotient(self, value: SSAValue, divisor: int) -> SSAValue:
        if divisor == 0:
            return self.constant(0)
        if divisor == 1:
            return value
        known = constant_integer(value)
        if known is not None:
            return self.constant(known // divisor)
        return self._add(arith.DivUIOp(value, self.constant(divisor)))

    def _reinterpret_shape(
        self, value: SSAValue, source: MemRefType, target: MemRefType
    ) -> SSAValue:
        """The elements of `value` in another shape; both have the identity layout."""
        shape: list[SSAValue | int] = list(target.get_shape())
        if DYNAMIC_INDEX in target.get_shape():
            dynamic = [
                self.extent(value, number)
                for number, extent in enumerate(source.get_shape())
                if extent == DYNAMIC_INDEX
            ]
            static = _static_extents(source)
            count = self.product(dynamic, static) if dynamic else self.constant(static)
            at = target.get_shape().index(DYNAMIC_INDEX)
            shape[at] = self._quotient(count, _static_extents(target))
        strides: list[SSAValue | int] = [1] * len(shape)
        for number in range(len(shape) - 2, -1, -1):
            strides[number] = self._stride(shape[number + 1], strides[number + 1])
        return self._add(memref.ReinterpretCastOp.from_dynamic(value, [0], shape, strides, target))

    def _stride(self, extent: SSAValue | int, inner: SSAValue | int) -> SSAValue | int:
        if isinstance(extent, int):
            return extent * inner if isinstance(inner, int) else self.scaled(inner, extent)
        if isinstance(inner, int):
            return self.scaled(extent, inner)
        return self._add(arith.MuliOp(extent, inner))

    def _add(self, op: Operation) -> SSAValue:
        self.ops.append(op)
        return op.results[0]


def _static_extents(buffer_type: MemRefType) -> int:
    return prod(extent for extent in buffer_type.get_shape() if extent != DYNAMIC_INDEX)


def size_bytes(casts: BufferCasts, buffer_type: MemRefType, sizes: list[SSAValue]) -> SSAValue:
    """The bytes of a buffer with the given dynamic extents."""
    element = element_size_bytes(buffer_type.element_type)
    assert element is not None
    return casts.product(sizes, element * _static_extents(buffer_type))
