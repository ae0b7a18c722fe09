"""
Stretches of memory, and the views by which the same bytes are read as other types.

Every storage is a flat memref: an allocation, a parameter, a model parameter. What a script does
with addresses becomes arithmetic on indices wherever that is possible, and a view (`memref.view`,
`memref.subview`) elsewhere, so that the analysis always sees an alias and never an escape.
"""

from __future__ import annotations

from functools import cache

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    IntegerType,
    MemRefType,
    StridedLayoutAttr,
    StringAttr,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.rewriter import Rewriter

from usmp_dialect.buffer_type import element_size_bytes, extent_bytes_of
from usmp_dialect.frontends.tvmscript.dtypes import ElementType
from usmp_dialect.frontends.tvmscript.emitter import Emitter

BYTE = IntegerType(8)


@cache
def flat_type(
    element: ElementType, size: int | None, space: Attribute | str | None = None
) -> MemRefType:
    """The type of `size` elements in a row; of an unknown number if `size` is `None`."""
    if isinstance(space, str):
        space = StringAttr(space)
    extent = DYNAMIC_INDEX if size is None else size
    if space is None:
        return MemRefType(element, [extent])
    return MemRefType(element, [extent], memory_space=space)


class Storage:
    """
    Memory that pointers point into.

    `is_constant`: it is written nowhere. `is_untyped`: it is a parameter of which nothing but its
    address is known yet.
    """

    def __init__(
        self,
        ssa: SSAValue,
        emitter: Emitter,
        *,
        is_constant: bool = False,
        is_untyped: bool = False,
    ) -> None:
        self._emitter = emitter
        self.is_constant = is_constant
        self.is_untyped = is_untyped
        self._views: dict[Attribute, SSAValue] = {}
        self._ssa = ssa
        self._set(ssa)

    def _set(self, ssa: SSAValue) -> None:
        self._ssa = ssa
        self._views[self.type.element_type] = ssa

    @property
    def ssa(self) -> SSAValue:
        """The memory, as the type it was declared with."""
        return self._ssa

    @property
    def type(self) -> MemRefType:
        """The type that the memory was declared with."""
        buffer_type = self._ssa.type
        assert isinstance(buffer_type, MemRefType)
        return buffer_type

    @property
    def size_bytes(self) -> int | None:
        """The size, `None` if it is not known."""
        return extent_bytes_of(self.type)

    @property
    def space(self) -> str:
        """The memory space, as TIR calls it."""
        space = self.type.memory_space
        return space.data if isinstance(space, StringAttr) else "global"

    def retype(self, element: ElementType, size: int | None) -> None:
        """Say of what type a parameter is that nothing but the address was known of."""
        new_type = flat_type(element, size, _space_of(self.type))
        self._views.clear()
        if new_type == self.type:
            self._set(self._ssa)
        else:
            self._set(Rewriter.replace_value_with_new_type(self._ssa, new_type))
        self.is_untyped = False

    def as_type(self, element: ElementType) -> SSAValue:
        """The memory as a row of elements of another type, as many as there is space for."""
        view = self._views.get(element)
        if view is None:
            memory = self._bytes()
            view = self._views[element] = self._view_after_definition(memory, element)
        return view

    def view_at(self, byte_offset: SSAValue, element: ElementType) -> Storage:
        """The memory from `byte_offset` on, as a row of elements of another type."""
        memory = self._bytes()
        emitter = self._emitter
        length = emitter.value(memref.DimOp(memory, emitter.index_constant(0)))
        rest = emitter.value(arith.SubiOp(length, byte_offset))
        size = emitter.value(
            arith.DivUIOp(rest, emitter.index_constant(element_size_bytes(element) or 1))
        )
        view = memref.ViewOp(
            memory, byte_offset, [size], flat_type(element, None, _space_of(self.type))
        )
        return Storage(emitter.value(view), emitter, is_constant=self.is_constant)

    def part(
        self, element: ElementType, offset: SSAValue | int, extent: SSAValue | int
    ) -> SSAValue:
        """The address of `extent` elements that begin `offset` elements after the start."""
        source = self.as_type(element)
        static = offset if isinstance(offset, int) else None
        source_type = source.type
        assert isinstance(source_type, MemRefType)
        result_type = MemRefType(
            element,
            [extent if isinstance(extent, int) else DYNAMIC_INDEX],
            StridedLayoutAttr([1], static),
            source_type.memory_space,
        )
        return self._emitter.value(
            memref.SubviewOp.get(source, [offset], [extent], [1], result_type)
        )

    def _bytes(self) -> SSAValue:
        """The memory as a row of bytes, which is what views of other types are taken of."""
        known = self._views.get(BYTE)
        if known is not None:
            return known
        declared, element = self.type, self.type.element_type
        memory = Rewriter.replace_value_with_new_type(
            self._ssa, flat_type(BYTE, self.size_bytes, _space_of(declared))
        )
        self._views = {BYTE: memory}
        # The uses so far are of the declared type; the view is made of the memory itself.
        uses = tuple(memory.uses)
        view = self._views[element] = self._view_after_definition(memory, element)
        for use in uses:
            use.operation.operands[use.index] = view
        self._ssa = memory
        return memory

    def _view_after_definition(self, memory: SSAValue, element: Attribute) -> SSAValue:
        emitter = self._emitter
        zero = emitter.index_constant(0)
        width = element_size_bytes(element)
        assert width is not None
        size = self.size_bytes
        ops: list[Operation] = []
        dynamic: list[SSAValue] = []
        if size is None:
            length = memref.DimOp(memory, zero)
            count = arith.DivUIOp(length, emitter.index_constant(width))
            ops += [length, count]
            dynamic.append(count.result)
        view_type = MemRefType(
            element,
            [DYNAMIC_INDEX if size is None else size // width],
            memory_space=self.type.memory_space,
        )
        view = memref.ViewOp(memory, zero, dynamic, view_type)
        emitter.emit_after_definition(memory, [*ops, view])
        return view.result


def _space_of(buffer_type: MemRefType) -> Attribute:
    return buffer_type.memory_space


def byte_memory() -> MemRefType:
    """The type of an address of which nothing more is known."""
    return flat_type(BYTE, None)
