"""
Buffers and variables that a statement declares: `A = T.match_buffer(...)`,
`with T.allocate(...) as A:`, `x = T.let(...)`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from math import prod
from typing import TypeAlias

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import TensorType
from xdsl.ir import SSAValue

from usmp_dialect.dialects.tir import AllocateConstOp, AllocateOp, ForOp, LoopKind
from usmp_dialect.frontends.tvmscript.arguments import Arguments, Parameters
from usmp_dialect.frontends.tvmscript.arithmetic import as_index, binary
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import FLOAT32, INT32, DType
from usmp_dialect.frontends.tvmscript.emitter import dense_elements
from usmp_dialect.frontends.tvmscript.memory import ZERO, moved, retyped, stored_number
from usmp_dialect.frontends.tvmscript.regions import match_region
from usmp_dialect.frontends.tvmscript.storage import Storage, flat_type
from usmp_dialect.frontends.tvmscript.values import (
    Buffer,
    Computed,
    Constant,
    Pointer,
    Scalar,
    ThreadVariable,
    Value,
    Variable,
)

Declaration: TypeAlias = Callable[[FunctionContext, ast.Call, str | None], Value]
"""What a declaration makes; the name is the one it is assigned to, if it is."""


def _with_parameters(
    text: str, declare: Callable[[FunctionContext, ast.Call, Arguments, str | None], Value]
) -> Declaration:
    parameters = Parameters(text)

    def declaration(context: FunctionContext, call: ast.Call, name: str | None) -> Value:
        return declare(context, call, parameters.bind(context, call), name)

    return declaration


# Shapes


def _shape(context: FunctionContext, node: ast.expr) -> tuple[Scalar, ...]:
    shape = context.integers(node)
    for extent in shape:
        _check_extent(context, node, extent)
    return shape


def _check_extent(context: FunctionContext, node: ast.expr, extent: Scalar) -> None:
    if isinstance(extent, Constant) and extent.value < 0:
        raise context.error(node, f"an extent of {extent.value}", "extents that are not negative")


def _static_size(shape: Sequence[Scalar], lanes: int) -> int | None:
    """The elements of a shape, of one lane each, `None` if an extent is not constant."""
    size = lanes
    for extent in shape:
        if not isinstance(extent, Constant):
            return None
        size *= int(extent.value)
    return size


# Allocations


def _allocate(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    condition = arguments.get("condition")
    if condition is not None and not context.is_true(condition):
        raise context.error(condition, "an allocation that may not happen", "the condition True")
    _check_annotations(context, arguments)
    dtype = context.dtype(arguments["dtype"])
    return allocate(context, call, arguments["extents"], dtype, arguments.get("scope"), name)


def _allocate_buffer(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    for name_of_view in ("data", "strides", "elem_offset"):
        node = arguments.get(name_of_view)
        if node is not None and not _is_none(node):
            raise context.error(node, f"'{name_of_view}' of an allocation", "T.decl_buffer, a view")
    _check_annotations(context, arguments)
    dtype_node = arguments.get("dtype")
    dtype = FLOAT32 if dtype_node is None else context.dtype(dtype_node)
    return allocate(context, call, arguments["shape"], dtype, arguments.get("scope"), name)


def allocate(
    context: FunctionContext,
    call: ast.Call,
    shape_node: ast.expr,
    dtype: DType,
    scope_node: ast.expr | None,
    name: str | None,
) -> Buffer:
    """Write the allocation of a buffer of a shape."""
    shape = _shape(context, shape_node)
    space = "global" if scope_node is None else context.string(scope_node)
    size = _static_size(shape, dtype.lanes)
    context.emitter.at(call)
    memory_type = flat_type(dtype.element_type, size, None if space in ("", "global") else space)
    dynamic = [] if size is not None else [_dynamic_size(context, call, shape, dtype.lanes)]
    op = context.emitter.emit(AllocateOp(memory_type, name, dynamic))
    op.buffer.name_hint = name
    pointer = Pointer(Storage(op.buffer, context.emitter), dtype.scalar, ZERO)
    return Buffer(name or "", dtype, shape, pointer)


def _dynamic_size(
    context: FunctionContext, call: ast.Call, shape: Sequence[Scalar], lanes: int
) -> SSAValue:
    size: Scalar = Constant(lanes, INT32)
    for extent in shape:
        product = binary(context, call, "mul", size, extent)
        assert isinstance(product, Constant | Computed)
        size = product
    return as_index(context, size)


_HARMLESS_ANNOTATIONS = ("disable_lower_builtin", "storage_alignment")


def _check_annotations(context: FunctionContext, arguments: Arguments) -> None:
    """An annotation may change what is allocated, so none is passed over that is not known."""
    node = arguments.get("annotations")
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return
    if not isinstance(node, ast.Dict):
        raise context.error(node, "annotations that are not written as a dictionary")
    for key in node.keys:
        text = key.value if isinstance(key, ast.Constant) else None
        if text not in _HARMLESS_ANNOTATIONS and not str(text).startswith("pragma_"):
            raise context.error(
                key or node,
                f"the annotation '{text}' of an allocation is not understood",
                ", ".join((*_HARMLESS_ANNOTATIONS, "pragma_*")),
            )


def _allocate_const(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    dtype = context.dtype(arguments["dtype"])
    shape = _shape(context, arguments["extents"])
    if _static_size(shape, dtype.lanes) is None:
        raise context.error(arguments["extents"], "a constant of dynamic shape", "constant extents")
    return allocate_const(context, call, arguments["data"], dtype, shape, name)


def allocate_const(
    context: FunctionContext,
    call: ast.Call,
    data_node: ast.expr,
    dtype: DType,
    shape: tuple[Scalar, ...],
    name: str | None,
) -> Buffer:
    """Write a constant buffer of a shape that is known."""
    size = _static_size(shape, dtype.lanes)
    assert size is not None
    values = _flat_numbers(context, data_node, dtype)
    if len(values) != size:
        raise context.error(data_node, f"{len(values)} numbers for a constant of {size} elements")
    element = dtype.element_type
    data = dense_elements(values, TensorType(element, [size]))
    context.emitter.at(call)
    op = context.emitter.emit(AllocateConstOp(flat_type(element, size), data, name))
    op.buffer.name_hint = name
    storage = Storage(op.buffer, context.emitter, is_constant=True)
    return Buffer(name or "", dtype, shape, Pointer(storage, dtype.scalar, ZERO))


def _flat_numbers(context: FunctionContext, node: ast.expr, dtype: DType) -> list[int | float]:
    """The numbers of nested lists, in order."""
    numbers: list[int | float] = []
    pending: list[ast.expr] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.List | ast.Tuple):
            pending.extend(reversed(item.elts))
            continue
        number = stored_number(context, item, context.number(item), dtype.scalar)
        if not isinstance(number, Constant):
            raise context.unexpected(item, number, "a constant")
        numbers.append(number.value)
    return numbers


# Views of memory that is there


def _match_buffer(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """
    `T.match_buffer(parameter, shape, dtype)` says of what type a parameter is;
    `T.match_buffer(A[0:4, j], ...)` is a view of a part of a buffer.
    """
    dtype_node = arguments.get("dtype")
    dtype = FLOAT32 if dtype_node is None else context.dtype(dtype_node)
    if isinstance(arguments["param"], ast.Subscript):
        return match_region(context, call, arguments, dtype, name)
    return declare_parameter(context, call, arguments, dtype, name)


def declare_parameter(
    context: FunctionContext,
    node: ast.Call,
    arguments: Arguments,
    dtype: DType,
    name: str | None,
) -> Buffer:
    """Give a parameter, the argument `param`, the shape and type of a buffer."""
    param = arguments["param"]
    source = context.address(param)
    pointer = source.pointer if isinstance(source, Buffer) else source
    shape_node = arguments["shape"]
    nodes = shape_node.elts if isinstance(shape_node, ast.List | ast.Tuple) else [shape_node]
    shape, unknown = _shape_with_unknown(context, nodes)
    strides = _strides(context, node, arguments, len(shape))
    size = None if unknown is not None else _static_size(shape, dtype.lanes)
    if size is not None and strides:
        size = _strided_size(shape, strides)
    if pointer.storage.is_untyped:
        pointer.storage.retype(dtype.element_type, size)
        pointer = Pointer(pointer.storage, dtype.scalar, ZERO)
    else:
        _check_size(context, node, pointer, dtype, size)
        pointer = retyped(context, node, pointer, dtype.scalar)
    if unknown is not None:
        shape = _with_inferred_extent(context, node, pointer, shape, unknown, dtype.lanes)
    offset = arguments.get("elem_offset")
    if offset is not None and not _is_none(offset):
        pointer = _at_offset(context, node, pointer, offset)
    return Buffer(name or "", dtype, shape, pointer, strides)


def _check_size(
    context: FunctionContext, node: ast.Call, pointer: Pointer, dtype: DType, size: int | None
) -> None:
    available = pointer.storage.size_bytes
    if size is None or available is None or not isinstance(pointer.offset, Constant):
        return
    start = int(pointer.offset.value) * pointer.dtype.size_bytes
    needed = start + size * dtype.size_bytes
    if needed > available:
        raise context.error(
            node, f"a buffer that ends at byte {needed} of memory of {available} bytes"
        )


def _shape_with_unknown(
    context: FunctionContext, nodes: Sequence[ast.expr]
) -> tuple[tuple[Scalar, ...], tuple[int, str] | None]:
    """The extents, and the place and name of the one that the argument decides, if there is one."""
    shape: list[Scalar] = []
    unknown: tuple[int, str] | None = None
    for axis, node in enumerate(nodes):
        value = context.evaluate(node) if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Name) and isinstance(value, Variable):
            if unknown is not None:
                raise context.error(
                    node, "two extents of a shape are unknown", "one extent without a value"
                )
            unknown = axis, node.id
            shape.append(Constant(0, value.dtype))
        else:
            shape.append(context.integer(node))
            _check_extent(context, node, shape[-1])
    return tuple(shape), unknown


def _with_inferred_extent(
    context: FunctionContext,
    node: ast.Call,
    pointer: Pointer,
    shape: tuple[Scalar, ...],
    unknown: tuple[int, str],
    lanes: int,
) -> tuple[Scalar, ...]:
    """The shape, with the extent that the size of the memory leaves for the unknown one."""
    axis, name = unknown
    others = [*shape[:axis], *shape[axis + 1 :]]
    if not all(isinstance(extent, Constant) for extent in others):
        raise context.error(node, "a shape with several dynamic extents", "one dynamic extent")
    row = prod(
        (int(extent.value) for extent in others if isinstance(extent, Constant)), start=lanes
    )
    if row == 0:
        raise context.error(node, "a shape with an extent of zero and an unknown one")
    emitter = context.emitter
    memory = pointer.storage.as_type(pointer.dtype.element_type)
    emitter.at(node)
    size = emitter.value(memref.DimOp(memory, emitter.index_constant(0)))
    if row != 1:
        size = emitter.value(arith.DivUIOp(size, emitter.index_constant(row)))
    extent = Computed(size, shape[axis].dtype, is_nonnegative=True)
    context.bind(name, extent)
    return (*shape[:axis], extent, *shape[axis + 1 :])


def _strides(
    context: FunctionContext, node: ast.Call, arguments: Arguments, rank: int
) -> tuple[Scalar, ...]:
    strides_node = arguments.get("strides")
    if strides_node is None or _is_none(strides_node):
        return ()
    strides = context.integers(strides_node)
    if strides and len(strides) != rank:
        raise context.error(strides_node, f"{len(strides)} strides for {rank} dimensions")
    return strides


def _strided_size(shape: Sequence[Scalar], strides: Sequence[Scalar]) -> int | None:
    size = 1
    for extent, stride in zip(shape, strides, strict=True):
        if not isinstance(extent, Constant) or not isinstance(stride, Constant):
            return None
        if extent.value == 0:
            return 0
        size += (int(extent.value) - 1) * int(stride.value)
    return size


def _at_offset(
    context: FunctionContext, node: ast.Call, pointer: Pointer, offset_node: ast.expr
) -> Pointer:
    value = context.evaluate(offset_node)
    if isinstance(value, Variable):
        # TVM prints a variable for an offset that is zero where the function is called by its API.
        raise context.error(offset_node, "an offset that is not known", "elem_offset=0")
    context.emitter.at(node)
    return moved(context, node, pointer, context.integer(offset_node))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _declare_buffer(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`T.decl_buffer(shape, dtype, data=...)`, a view; it allocates if there is no `data`."""
    dtype_node = arguments.get("dtype")
    dtype = FLOAT32 if dtype_node is None else context.dtype(dtype_node)
    data = arguments.get("data")
    if data is None or _is_none(data):
        scope = arguments.get("scope")
        return allocate(context, call, arguments["shape"], dtype, scope, name)
    source = context.pointer(data)
    shape = _shape(context, arguments["shape"])
    strides = _strides(context, call, arguments, len(shape))
    size = _strided_size(shape, strides) if strides else _static_size(shape, dtype.lanes)
    _check_size(context, call, source, dtype, size)
    context.emitter.at(call)
    pointer = retyped(context, call, source, dtype.scalar)
    offset = arguments.get("elem_offset")
    if offset is not None and not _is_none(offset):
        pointer = _at_offset(context, call, pointer, offset)
    return Buffer(name or "", dtype, shape, pointer, strides)


# Threads and variables


def _old_declare_buffer(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`T.buffer_decl(shape, dtype, data=...)`, which allocates nothing."""
    if "data" not in arguments or _is_none(arguments["data"]):
        raise context.error(
            call, "a buffer without memory", "data=, the memory; or T.decl_buffer, which allocates"
        )
    return _declare_buffer(context, call, arguments, name)


def _launch_thread(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`T.launch_thread(tx, 32)`: the rest of the block runs once for each thread."""
    thread_node = arguments["thread"]
    if isinstance(thread_node, ast.Constant):
        thread = ThreadVariable(context.string(thread_node))
    else:
        value = context.evaluate(thread_node)
        if not isinstance(value, ThreadVariable):
            raise context.unexpected(thread_node, value, 'a thread, such as "threadIdx.x"')
        thread = value
    variable = thread_node.id if isinstance(thread_node, ast.Name) else thread.name
    return open_thread(context, call, thread, arguments["extent"], variable or name)


def open_thread(
    context: FunctionContext,
    call: ast.Call,
    thread: ThreadVariable,
    extent_node: ast.expr,
    name: str | None,
) -> Value:
    """Run the rest of the block once for each of the threads, whose index `name` stands for."""
    extent = context.integer(extent_node)
    upper = int(extent.value) if isinstance(extent, Constant) else as_index(context, extent)
    context.emitter.at(call)
    if isinstance(upper, int) and upper < 0:
        raise context.error(extent_node, f"{upper} threads")
    block = context.emitter.open_region(
        [as_index(context, ZERO).type],
        lambda region: ForOp(0, upper, region, LoopKind.THREAD_BINDING, thread.tag),
    )
    block.args[0].name_hint = name
    index = Computed(block.args[0], INT32, is_nonnegative=True)
    context.loop_starts[index.ssa] = ZERO
    if name is not None:
        context.bind(name, index)
    return index


def _let_statement(
    context: FunctionContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`with T.LetStmt(value) as x`, `with T.LetStmt(value, var=x)`."""
    value = context.evaluate(arguments["value"])
    variable = arguments.get("var")
    if isinstance(variable, ast.Name):
        context.bind(variable.id, value)
    return value


_BUFFER = (
    "shape dtype? {data} strides? elem_offset? scope? align? offset_factor? buffer_type? "
    "axis_separators? layout?"
)

_ALLOCATED_BUFFER = _BUFFER.format(data="data?") + " * annotations?"

DECLARATIONS: dict[str, Declaration] = {
    "allocate": _with_parameters("extents dtype scope? condition? annotations? * span?", _allocate),
    "allocate_const": _with_parameters("data dtype extents * annotations? span?", _allocate_const),
    "alloc_buffer": _with_parameters(_ALLOCATED_BUFFER, _allocate_buffer),
    "sblock_alloc_buffer": _with_parameters(_ALLOCATED_BUFFER, _allocate_buffer),
    "buffer_decl": _with_parameters(_BUFFER.format(data="data?"), _old_declare_buffer),
    "decl_buffer": _with_parameters(_BUFFER.format(data="data?"), _declare_buffer),
    "match_buffer": _with_parameters("param " + _BUFFER.format(data="data?"), _match_buffer),
    "launch_thread": _with_parameters("thread extent", _launch_thread),
    "LetStmt": _with_parameters("value dtype? * var? span?", _let_statement),
}
"""By the name in `T`."""
