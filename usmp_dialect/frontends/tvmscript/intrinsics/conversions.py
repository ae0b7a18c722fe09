"""Numbers of a type: `T.int8(3)`, `T.cast`, `T.reinterpret`, `T.ramp`, `T.broadcast`."""

from __future__ import annotations

import ast
import math

from xdsl.dialects import arith, vector

from usmp_dialect.frontends.tvmscript.arguments import Arguments
from usmp_dialect.frontends.tvmscript.arithmetic import cast_to, exact, typed_constant
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import DType
from usmp_dialect.frontends.tvmscript.intrinsics.handler import Handler, with_parameters
from usmp_dialect.frontends.tvmscript.values import (
    NUMBERS,
    Broadcast,
    Computed,
    Constant,
    NullPointer,
    Number,
    Ramp,
    TypeMarker,
    Value,
    Variable,
)

_FLOAT_NAMES = {
    "inf": math.inf,
    "-inf": -math.inf,
    "nan": math.nan,
    "infinity": math.inf,
}


def of_dtype(context: FunctionContext, call: ast.Call, dtype: DType) -> Value:
    """`T.int8(3)`, a number; `T.int32()`, a variable."""
    nodes = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "expr")]
    if not nodes:
        return Variable(dtype)
    if len(nodes) > 1:
        raise context.error(call, f"too many arguments for T.{dtype}", f"T.{dtype}(number)")
    return number_of_dtype(context, nodes[0], dtype)


def number_of_dtype(context: FunctionContext, node: ast.expr, dtype: DType) -> Number:
    """What an expression is as a number of a type, as `T.int8(...)` has it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and dtype.is_float:
        value = _FLOAT_NAMES.get(node.value.lower())
        if value is None:
            raise context.error(node, f"'{node.value}' is not a number", ", ".join(_FLOAT_NAMES))
        return Constant(value, dtype)
    number = context.number(node)
    if isinstance(number, Constant) and number.is_literal:
        constant = typed_constant(context, node, number.value, dtype.scalar)
        return constant if dtype.lanes == 1 else Broadcast(constant, dtype.lanes)
    context.emitter.at(node)
    return cast_to(context, node, number, dtype)


def _cast(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    dtype = context.dtype(arguments["dtype"])
    number = context.number(arguments["value"])
    context.emitter.at(call)
    return cast_to(context, call, number, dtype)


def _reinterpret(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    """`T.reinterpret(value, dtype="handle")`, or as of 2022 `T.reinterpret("handle", value)`."""
    first, second = arguments["first"], arguments.get("second")
    type_node = arguments.get("dtype")
    if type_node is None:
        if second is None:
            raise context.error(call, "no type to reinterpret as", 'T.reinterpret("int32", value)')
        type_node, value_node = first, second
    else:
        value_node = first
    if context.is_handle(type_node):
        return _null(context, value_node)
    number, dtype = context.number(value_node), context.dtype(type_node)
    source = number.dtype
    if source.bits * source.lanes != dtype.bits * dtype.lanes:
        raise context.error(call, f"{source} does not have the bits of {dtype}")
    context.emitter.at(call)
    ssa = exact(context, number)
    if source.element_type != dtype.element_type or source.lanes != dtype.lanes:
        is_vector = source.lanes > 1 and dtype.lanes > 1
        if not is_vector and (source.lanes > 1 or dtype.lanes > 1):
            raise context.error(call, f"{source} cannot be reinterpreted as {dtype}")
        bitcast = vector.BitcastOp if is_vector else arith.BitcastOp
        ssa = context.emitter.value(bitcast(ssa, dtype.value_type))
    return Computed(ssa, dtype)


def _null(context: FunctionContext, node: ast.expr) -> NullPointer:
    value = context.evaluate(node)
    if isinstance(value, NullPointer):
        return value
    if isinstance(value, Constant) and value.value == 0:
        return NullPointer()
    raise context.unexpected(node, value, "T.uint64(0): addresses cannot be made of numbers")


def _ramp(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    base = context.integer(arguments["base"])
    stride = context.constant_integer(arguments["stride"])
    lanes = context.constant_integer(arguments["lanes"])
    if lanes < 1:
        raise context.error(call, f"a vector of {lanes} lanes")
    return base if lanes == 1 else Ramp(base, stride, lanes)


def _broadcast(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    value = context.scalar(arguments["value"])
    lanes = context.constant_integer(arguments["lanes"])
    if lanes < 1:
        raise context.error(call, f"a vector of {lanes} lanes")
    return value if lanes == 1 else Broadcast(value, lanes)


def _limit(is_upper: bool) -> Handler:
    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
        dtype = context.dtype(arguments["dtype"])
        if dtype.is_float:
            if dtype.kind != "float":
                raise context.error(call, f"the limits of {dtype} are not known")
            value = {16: 65504.0, 32: (2 - 2**-23) * 2.0**127}.get(
                dtype.bits, (2 - 2**-52) * 2.0**1023
            )
            return Constant(value if is_upper else -value, dtype)
        low = -(1 << (dtype.bits - 1)) if dtype.is_signed else 0
        return Constant(low + (1 << dtype.bits) - 1 if is_upper else low, dtype)

    return with_parameters("dtype * span?", handle)


def _infinity(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    dtype = context.dtype(arguments["dtype"])
    if not dtype.is_float:
        raise context.error(call, f"{dtype} has no infinity", "a float type")
    return Constant(math.inf, dtype)


def _variable(context: FunctionContext, _: ast.Call, arguments: Arguments) -> Value:
    return Variable(context.dtype(arguments["dtype"]))


def _type_annotation(context: FunctionContext, _: ast.Call, arguments: Arguments) -> Value:
    return TypeMarker(context.dtype(arguments["dtype"]))


def astype(context: FunctionContext, call: ast.Call, value: Value) -> Number:
    """`x.astype("int32")`."""
    if len(call.args) != 1 or call.keywords or not isinstance(value, NUMBERS):
        raise context.error(call, "astype of this", 'x.astype("int32") of a number')
    context.emitter.at(call)
    return cast_to(context, call, value, context.dtype(call.args[0]))


TABLE: dict[str, Handler] = {
    "cast": with_parameters("value dtype * span?", _cast),
    "Cast": with_parameters("dtype value * span?", _cast),
    "reinterpret": with_parameters("first second? * dtype? span?", _reinterpret),
    "ramp": with_parameters("base stride lanes * span?", _ramp),
    "Ramp": with_parameters("base stride lanes * span?", _ramp),
    "broadcast": with_parameters("value lanes * span?", _broadcast),
    "Broadcast": with_parameters("value lanes * span?", _broadcast),
    "max_value": _limit(is_upper=True),
    "min_value": _limit(is_upper=False),
    "infinity": with_parameters("dtype * span?", _infinity),
    "var": with_parameters("dtype * span?", _variable),
    "Var": with_parameters("name dtype * span?", _variable),
    "type_annotation": with_parameters("dtype", _type_annotation),
}
