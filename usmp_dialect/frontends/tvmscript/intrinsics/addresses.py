"""Addresses and what is read through them: `T.load`, `T.address_of`, `T.tvm_access_ptr`."""

from __future__ import annotations

import ast

from usmp_dialect.dialects.tir import LookupParamOp
from usmp_dialect.frontends.tvmscript.arguments import Arguments
from usmp_dialect.frontends.tvmscript.arithmetic import binary
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import INT8
from usmp_dialect.frontends.tvmscript.intrinsics.handler import Handler, with_parameters
from usmp_dialect.frontends.tvmscript.memory import (
    ZERO,
    element_address,
    load,
    moved,
    retyped,
    subscripts,
)
from usmp_dialect.frontends.tvmscript.storage import Storage, byte_memory
from usmp_dialect.frontends.tvmscript.values import (
    Buffer,
    Computed,
    Constant,
    Number,
    Pointer,
    Ramp,
    Value,
)


def _load(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    dtype = context.dtype(arguments["dtype"])
    pointer = retyped(context, call, context.pointer(arguments["buffer"]), dtype.scalar)
    index = context.number(arguments["index"])
    if "predicate" in arguments and not context.is_true(arguments["predicate"]):
        raise context.error(
            arguments["predicate"], "a predicate that may be false", "True, or T.if_then_else"
        )
    if index.dtype.lanes != dtype.lanes:
        raise context.error(
            arguments["index"], f"{index.dtype.lanes} subscripts for a value of type {dtype}"
        )
    context.emitter.at(call)
    place = binary(context, call, "add", index, pointer.offset)
    return load(context, call, pointer, place)


def _address_of(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    node = arguments["buffer_load"]
    if not isinstance(node, ast.Subscript):
        value = context.evaluate(node)
        if isinstance(value, Buffer):
            return value.pointer
        raise context.unexpected(node, value, "an element of a buffer, such as A[0]")
    buffer = context.evaluate(node.value)
    if not isinstance(buffer, Buffer):
        raise context.unexpected(node.value, buffer, "a buffer")
    place = element_address(context, node, buffer, subscripts(context, node))
    if isinstance(place, Ramp):
        place = place.base
    if not isinstance(place, Constant | Computed):
        raise context.error(node, "the address of a vector", "the address of one element")
    return Pointer(buffer.pointer.storage, buffer.pointer.dtype, place)


def _access_ptr(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    """`T.tvm_access_ptr(type, data, offset, extent, rw_mask)`: both in elements of the type."""
    dtype = context.dtype(arguments["ptype"]).scalar
    pointer = retyped(context, call, context.pointer(arguments["data"]), dtype)
    return _part(context, call, pointer, arguments["offset"], arguments["extent"])


def _part(
    context: FunctionContext,
    call: ast.Call,
    pointer: Pointer,
    offset_node: ast.expr,
    extent_node: ast.expr | None,
) -> Pointer:
    offset = context.integer(offset_node)
    extent = None if extent_node is None else context.integer(extent_node)
    if isinstance(extent, Computed):
        extent = None
    context.emitter.at(call)
    moved_pointer = moved(context, call, pointer, offset)
    if extent is None or extent.value < 1:
        return moved_pointer
    return Pointer(
        moved_pointer.storage, moved_pointer.dtype, moved_pointer.offset, int(extent.value)
    )


def access_ptr(context: FunctionContext, call: ast.Call, buffer: Buffer) -> Pointer:
    """`A.access_ptr("r", offset=4)`."""
    offset: ast.expr = ast.copy_location(ast.Constant(0), call)
    for keyword in call.keywords:
        if keyword.arg == "offset":
            offset = keyword.value
        elif keyword.arg not in ("access_mask", "ptr_type"):
            raise context.error(
                keyword.value, f"'{keyword.arg}' of access_ptr", "access_mask and offset"
            )
    if len(call.args) > 1:
        raise context.error(call.args[1], "too many arguments", 'A.access_ptr("r", offset=0)')
    return _part(context, call, buffer.pointer, offset, None)


def _lookup_param(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    dtype_node = arguments.get("dtype")
    if dtype_node is not None and not context.is_handle(dtype_node):
        raise context.error(dtype_node, "a parameter of the model is an address", '"handle"')
    name = context.string(arguments["param_name"])
    if not name:
        raise context.error(arguments["param_name"], "a parameter of the model without a name")
    context.emitter.at(call)
    ssa = context.emitter.value(LookupParamOp(name, byte_memory()))
    ssa.name_hint = _hint(name)
    return Pointer(Storage(ssa, context.emitter), INT8, ZERO)


def _hint(name: str) -> str | None:
    return name if name.isidentifier() and name.isascii() else None


def _make_array(context: FunctionContext, _: ast.Call, arguments: Arguments) -> Value:
    """The descriptor of a tensor: to the planner, the memory that it describes."""
    return context.pointer(arguments["data"])


def vload(context: FunctionContext, call: ast.Call, buffer: Buffer) -> Number:
    """`A.vload([i], "int8x4")`."""
    if len(call.args) not in (1, 2) or call.keywords:
        raise context.error(call, "vload of this", 'A.vload([i], "int8x4")')
    indices: list[Number] = list(context.integers(call.args[0]))
    lanes = context.dtype(call.args[1]).lanes if len(call.args) > 1 else 1
    context.emitter.at(call)
    place = element_address(context, call, buffer, indices)
    if lanes > 1:
        if not isinstance(place, Constant | Computed):
            raise context.error(call, "a vector of vectors")
        place = Ramp(place, 1, lanes)
    return load(context, call, buffer.pointer, place)


_ARRAY = "data shape strides ndim arr_dtype elem_offset * dtype?"

TABLE: dict[str, Handler] = {
    "load": with_parameters("dtype buffer index predicate? * span?", _load),
    "address_of": with_parameters("buffer_load * dtype? span?", _address_of),
    "tvm_access_ptr": with_parameters("ptype data offset extent rw_mask? * dtype?", _access_ptr),
    "lookup_param": with_parameters("param_name * dtype? span?", _lookup_param),
    "tvm_stack_make_array": with_parameters(_ARRAY, _make_array),
}
