"""Views of parts of buffers: `T.match_buffer(A[0:4, j * 8:j * 8 + 8], (4, 8), ...)`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from usmp_dialect.frontends.tvmscript.arguments import Arguments
from usmp_dialect.frontends.tvmscript.arithmetic import binary
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import INT32, DType
from usmp_dialect.frontends.tvmscript.memory import ZERO, difference, element_address
from usmp_dialect.frontends.tvmscript.values import (
    Buffer,
    Computed,
    Constant,
    Number,
    Pointer,
    Scalar,
    Variable,
)

_ACCEPTED = "slices whose bounds differ by a constant, as A[i, j * 8:j * 8 + 8]"


def match_region(
    context: FunctionContext,
    call: ast.Call,
    arguments: Arguments,
    dtype: DType,
    name: str | None,
) -> Buffer:
    """
    The part of a buffer that the argument `param`, a subscript, is, as a buffer of its own.

    Variables for its strides and offset are given their values. Raises `TVMScriptError` for a shape
    that the part does not have, and for a part that does not lie in one piece if the strides are
    not asked for.
    """
    param = arguments["param"]
    assert isinstance(param, ast.Subscript)
    source = context.evaluate(param.value)
    if not isinstance(source, Buffer):
        raise context.unexpected(param.value, source, "a buffer")
    if source.dtype != dtype or dtype.lanes > 1:
        raise context.error(call, f"'{source.name}' is of type {source.dtype}, not {dtype}")
    starts, extents = _bounds(context, param, source)
    shape = context.integers(arguments["shape"])
    _check_shape(context, arguments["shape"], shape, extents)
    context.emitter.at(call)
    place = element_address(context, param, source, starts)
    assert isinstance(place, Constant | Computed)
    strides = _strides(context, call, source)[len(extents) - len(shape) :]
    _match_strides(context, call, arguments, strides, extents[len(extents) - len(shape) :])
    _match_offset(context, arguments.get("elem_offset"), place)
    pointer = Pointer(source.pointer.storage, dtype, place)
    return Buffer(name or "", dtype, shape, pointer, strides)


def _bounds(
    context: FunctionContext, param: ast.Subscript, source: Buffer
) -> tuple[list[Number], list[int]]:
    """The first element and the extents of a part."""
    nodes = param.slice.elts if isinstance(param.slice, ast.Tuple) else [param.slice]
    if len(nodes) != len(source.shape):
        raise context.error(
            param, f"{len(nodes)} subscripts of a buffer of {len(source.shape)} dimensions"
        )
    starts: list[Number] = []
    extents: list[int] = []
    for node, whole in zip(nodes, source.shape, strict=True):
        if not isinstance(node, ast.Slice):
            starts.append(context.integer(node))
            extents.append(1)
            continue
        starts.append(ZERO if node.lower is None else context.integer(node.lower))
        extents.append(_length(context, node, whole))
    return starts, extents


def _length(context: FunctionContext, node: ast.Slice, whole: Scalar) -> int:
    lower, upper = node.lower or ast.Constant(0), node.upper
    length: int | None = None
    if node.step is None and upper is not None:
        length = difference(context, upper, lower)
    elif node.step is None and node.lower is None and isinstance(whole, Constant):
        length = int(whole.value)
    if length is None or length < 1:
        raise context.error(
            node, f"the length of the slice '{context.source.show(node)}' is not known", _ACCEPTED
        )
    return length


def _check_shape(
    context: FunctionContext, node: ast.expr, shape: Sequence[Scalar], extents: Sequence[int]
) -> None:
    dropped = len(extents) - len(shape)
    stated = [int(extent.value) for extent in shape if isinstance(extent, Constant)]
    is_same = dropped >= 0 and stated == list(extents[dropped:])
    if not is_same or any(extent != 1 for extent in extents[:dropped]):
        extents_text = ", ".join(str(extent) for extent in extents)
        raise context.error(node, "this is not the shape of the part", f"({extents_text})")


def _strides(context: FunctionContext, call: ast.Call, source: Buffer) -> tuple[Scalar, ...]:
    """The elements between neighbours along each axis of a buffer."""
    if source.strides:
        return source.strides
    strides: list[Scalar] = []
    stride: Scalar = Constant(1, INT32)
    for extent in reversed(source.shape):
        strides.append(stride)
        product = binary(context, call, "mul", stride, extent)
        assert isinstance(product, Constant | Computed)
        stride = product
    return tuple(reversed(strides))


def _match_strides(
    context: FunctionContext,
    call: ast.Call,
    arguments: Arguments,
    strides: Sequence[Scalar],
    extents: Sequence[int],
) -> None:
    node = arguments.get("strides")
    names = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    if not names:
        if not _is_one_piece(strides, extents):
            raise context.error(
                call, "the part does not lie in one piece", "strides=[s0, s1], of T.int32()"
            )
        return
    if len(names) != len(strides):
        raise context.error(call, f"{len(names)} strides for {len(strides)} dimensions")
    for name, stride in zip(names, strides, strict=True):
        value = context.evaluate(name)
        if isinstance(name, ast.Name) and isinstance(value, Variable):
            context.bind(name.id, stride)
        elif not _is_same(value, stride):
            raise context.error(name, "this is not the stride of the part", "a T.int32() variable")


def _is_one_piece(strides: Sequence[Scalar], extents: Sequence[int]) -> bool:
    expected = 1
    for stride, extent in zip(reversed(strides), reversed(extents), strict=True):
        if extent == 1:
            continue
        if not isinstance(stride, Constant) or stride.value != expected:
            return False
        expected *= extent
    return True


def _match_offset(context: FunctionContext, node: ast.expr | None, place: Scalar) -> None:
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return
    value = context.evaluate(node)
    if isinstance(node, ast.Name) and isinstance(value, Variable):
        context.bind(node.id, place)
    elif not _is_same(value, place):
        raise context.error(node, "this is not the offset of the part", "a T.int32() variable")


def _is_same(value: object, number: Scalar) -> bool:
    if not isinstance(value, Constant) or not isinstance(number, Constant):
        return False
    return value.value == number.value
