"""The `memref` dialect, on the memory of this package: views of a buffer see the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod
from typing import Any, cast

from xdsl.dialects import memref
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    IntegerType,
    MemRefType,
    StringAttr,
    SymbolRefAttr,
)
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    impl_cast,
    register_impls,
)
from xdsl.ir import Attribute
from xdsl.utils.hints import isa

from usmp_dialect.buffer_type import size_bytes_of
from usmp_dialect.dialects.usmp import BUFFER, IO, POOL
from usmp_dialect.interpreters.allocation import allocated, bytes_of, name_of_value
from usmp_dialect.interpreters.environment import Environment
from usmp_dialect.interpreters.errors import blaming, fail
from usmp_dialect.interpreters.memory import (
    Buffer,
    Memory,
    MemRefValue,
    fits,
    view_of,
    with_type,
)
from usmp_dialect.interpreters.scalars import size_of

_INPUTS = (StringAttr("input"), StringAttr("inout"))


@register_impls
class MemRefFunctions(InterpreterFunctions):
    """
    Implementations of the operations of the `memref` dialect, instead of xDSL's.

    A `memref.view` that says which buffer it is (`usmp.buffer`) makes that buffer anew each time it
    runs, as the allocation did that it stands for.
    """

    def __init__(self, environment: Environment | None = None):
        self.environment = Environment() if environment is None else environment

    # Memory

    @impl(memref.AllocOp)
    def run_alloc(
        self, interpreter: Interpreter, op: memref.AllocOp, args: PythonValues
    ) -> PythonValues:
        return (self._allocated(op, args),)

    @impl(memref.AllocaOp)
    def run_alloca(
        self, interpreter: Interpreter, op: memref.AllocaOp, args: PythonValues
    ) -> PythonValues:
        return (self._allocated(op, args),)

    def _allocated(self, op: memref.AllocOp | memref.AllocaOp, args: PythonValues) -> MemRefValue:
        extents = args[: len(op.dynamic_sizes)]
        return allocated(self.environment, op, op.memref.type, name_of_value(op.memref), extents)

    @impl(memref.DeallocOp)
    def run_dealloc(
        self, interpreter: Interpreter, op: memref.DeallocOp, args: PythonValues
    ) -> PythonValues:
        return ()

    @impl(memref.GetGlobalOp)
    def run_get_global(
        self, interpreter: Interpreter, op: memref.GetGlobalOp, args: PythonValues
    ) -> PythonValues:
        name = op.name_.string_value()
        buffers = self.environment.globals
        if name not in buffers:
            buffers[name] = self._global_buffer(interpreter, op, name)
        buffer = buffers[name]
        with blaming(op):
            return (view_of(buffer, buffer.start, op.memref.type),)

    def _global_buffer(self, interpreter: Interpreter, op: memref.GetGlobalOp, name: str) -> Buffer:
        declared = self.environment.symbol(interpreter.module, name)
        if not isinstance(declared, memref.GlobalOp):
            fail(op, f"there is no memref.global @{name} in the module")
        if declared.type != op.memref.type:
            fail(op, f"@{name} has type {declared.type}, not {op.memref.type}")
        size = size_bytes_of(declared.type)
        if size is None:
            fail(op, f"@{name} of type {declared.type} has no known size")
        pool = declared.attributes.get(POOL)
        value = declared.initial_value
        with blaming(op):
            if isinstance(value, DenseIntOrFPElementsAttr):
                is_constant = declared.constant is not None
                data = bytes_of(op, value)
                memory = Memory(data if is_constant else bytearray(data), is_constant)
                return Buffer.whole(f"global @{name}", memory, is_pool=pool is not None)
            if isinstance(pool, SymbolRefAttr):
                return self.environment.pool(pool.string_value(), size)
            return self.environment.new_buffer(f"global @{name}", size)

    # Accesses

    @impl(memref.LoadOp)
    def run_load(
        self, interpreter: Interpreter, op: memref.LoadOp, args: PythonValues
    ) -> PythonValues:
        buffer, *indices = args
        with blaming(op):
            return (buffer.load(indices),)

    @impl(memref.StoreOp)
    def run_store(
        self, interpreter: Interpreter, op: memref.StoreOp, args: PythonValues
    ) -> PythonValues:
        element, buffer, *indices = args
        with blaming(op):
            buffer.store(indices, element)
        return ()

    @impl(memref.CopyOp)
    def run_copy(
        self, interpreter: Interpreter, op: memref.CopyOp, args: PythonValues
    ) -> PythonValues:
        source, target = cast(tuple[MemRefValue, MemRefValue], args)
        if source.shape != target.shape:
            fail(op, f"copies {source} to {target}: they must have the same extents")
        with blaming(op):
            target.write_bytes(source.read_bytes())
        return ()

    # Views

    @impl(memref.ViewOp)
    def run_view(
        self, interpreter: Interpreter, op: memref.ViewOp, args: PythonValues
    ) -> PythonValues:
        source, shift, *extents = args
        with blaming(op):
            value = view_of(source.buffer, source.offset + shift, op.result.type, extents)
            name = op.attributes.get(BUFFER)
            if isinstance(name, StringAttr):
                source.buffer.check_inside(value.offset, value.size_bytes, "takes")
                buffer = Buffer(
                    f"buffer '{name.data}'", source.buffer.memory, value.offset, value.size_bytes
                )
                if op.attributes.get(IO) in _INPUTS:
                    buffer.claim_unwritten()
                value = replace(value, buffer=buffer)
        return (value,)

    @impl(memref.SubviewOp)
    def run_subview(
        self, interpreter: Interpreter, op: memref.SubviewOp, args: PythonValues
    ) -> PythonValues:
        source: MemRefValue = args[0]
        dynamic = iter(args[1:])
        offsets = _numbers(op.static_offsets, dynamic)
        sizes = _numbers(op.static_sizes, dynamic)
        steps = _numbers(op.static_strides, dynamic)
        strides = [step * stride for step, stride in zip(steps, source.strides, strict=True)]
        kept = _kept_dimensions(op.result.type, sizes, strides)
        if kept is None:
            fail(op, f"no dimensions of a view of extents {sizes} are those of {op.result.type}")
        elements = sum(o * stride for o, stride in zip(offsets, source.strides, strict=True))
        with blaming(op):
            place = source.offset + elements * size_of(source.element_type)
        view = replace(
            source,
            offset=place,
            shape=tuple(sizes[dimension] for dimension in kept),
            strides=tuple(strides[dimension] for dimension in kept),
        )
        return (view,)

    @impl(memref.ReinterpretCastOp)
    def run_reinterpret_cast(
        self, interpreter: Interpreter, op: memref.ReinterpretCastOp, args: PythonValues
    ) -> PythonValues:
        source: MemRefValue = args[0]
        dynamic = iter(args[1:])
        (offset,) = _numbers(op.static_offsets, dynamic)
        sizes = _numbers(op.static_sizes, dynamic)
        strides = _numbers(op.static_strides, dynamic)
        with blaming(op):
            place = source.base + offset * size_of(source.element_type)
        return (replace(source, offset=place, shape=tuple(sizes), strides=tuple(strides)),)

    @impl(memref.CastOp)
    def run_cast(
        self, interpreter: Interpreter, op: memref.CastOp, args: PythonValues
    ) -> PythonValues:
        type = op.dest.type
        if isinstance(type, MemRefType) and not fits(args[0].shape, type):
            fail(op, f"casts {args[0]} to {type}, which has other extents")
        return args

    @impl(memref.MemorySpaceCastOp)
    def run_memory_space_cast(
        self, interpreter: Interpreter, op: memref.MemorySpaceCastOp, args: PythonValues
    ) -> PythonValues:
        return args

    @impl(memref.AssumeAlignmentOp)
    def run_assume_alignment(
        self, interpreter: Interpreter, op: memref.AssumeAlignmentOp, args: PythonValues
    ) -> PythonValues:
        return args

    @impl(memref.CollapseShapeOp)
    def run_collapse_shape(
        self, interpreter: Interpreter, op: memref.CollapseShapeOp, args: PythonValues
    ) -> PythonValues:
        source: MemRefValue = args[0]
        extents = [
            prod(source.shape[dimension.value.data] for dimension in group)
            for group in op.reassociation
        ]
        return (_reshaped(op, source, op.result.type, extents),)

    @impl(memref.ExpandShapeOp)
    def run_expand_shape(
        self, interpreter: Interpreter, op: memref.ExpandShapeOp, args: PythonValues
    ) -> PythonValues:
        source: MemRefValue = args[0]
        extents = _numbers(op.static_output_shape, iter(args[1:]))
        return (_reshaped(op, source, op.result.type, extents),)

    @impl_cast(MemRefType, MemRefType)
    def cast_memref(
        self, input_type: MemRefType, output_type: MemRefType, value: MemRefValue
    ) -> MemRefValue:
        """An unrealized conversion reinterprets the bytes, as a call does."""
        return with_type(value, output_type, "the operand")

    # Shapes

    @impl(memref.DimOp)
    def run_dim(
        self, interpreter: Interpreter, op: memref.DimOp, args: PythonValues
    ) -> PythonValues:
        source, index = args
        if not 0 <= index < len(source.shape):
            fail(op, f"{source} has no dimension {index}")
        return (source.shape[index],)

    @impl(memref.RankOp)
    def run_rank(
        self, interpreter: Interpreter, op: memref.RankOp, args: PythonValues
    ) -> PythonValues:
        return (len(args[0].shape),)


def _numbers(static: Attribute, dynamic: Iterator[Any]) -> list[int]:
    """The numbers of a list of which some are operands."""
    assert isa(static, DenseArrayBase[IntegerType])
    return [next(dynamic) if number == DYNAMIC_INDEX else number for number in static.get_values()]


def _kept_dimensions(
    type: MemRefType, sizes: Sequence[int], strides: Sequence[int]
) -> list[int] | None:
    """Which dimensions of a view its type has: those of one element may be left out."""
    shape = type.get_shape()
    wanted = type.get_strides() or [None] * len(shape)
    kept: list[int] = []
    spare = len(sizes) - len(shape)
    for dimension, (size, stride) in enumerate(zip(sizes, strides, strict=True)):
        at = len(kept)
        is_next = at < len(shape) and shape[at] in (size, DYNAMIC_INDEX)
        if is_next and spare and size == 1:
            # Of several dimensions of one element the strides tell which is meant.
            is_next = wanted[at] in (None, stride)
        if is_next:
            kept.append(dimension)
        elif size == 1 and spare:
            spare -= 1
        else:
            return None
    return kept if len(kept) == len(shape) else None


def _reshaped(
    op: memref.CollapseShapeOp | memref.ExpandShapeOp,
    source: MemRefValue,
    type: MemRefType,
    extents: Sequence[int],
) -> MemRefValue:
    if not source.is_contiguous:
        fail(op, f"reshapes {source}, whose elements do not follow each other")
    if prod(extents) != prod(source.shape) or not fits(extents, type):
        fail(op, f"makes {type} of {source}, which has other elements")
    plain = MemRefType(type.element_type, extents)
    return replace(view_of(source.buffer, source.offset, plain), base=source.base)
