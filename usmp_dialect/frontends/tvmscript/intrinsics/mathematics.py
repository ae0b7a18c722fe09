"""Functions on numbers, in the `math` dialect, and the fixed-point multiplication."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from xdsl.dialects import arith, math
from xdsl.ir import Operation, SSAValue

from usmp_dialect.dialects.tir import QMultiplyShiftOp
from usmp_dialect.frontends.tvmscript.arguments import Arguments
from usmp_dialect.frontends.tvmscript.arithmetic import (
    cast_to,
    compare,
    exact,
    lanewise,
    match_types,
    negate,
    select,
)
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import BOOL, INT32, DType
from usmp_dialect.frontends.tvmscript.intrinsics.handler import Handler, of_type, with_parameters
from usmp_dialect.frontends.tvmscript.values import Computed, Constant, Number, Scalar

UnaryOpType: TypeAlias = Callable[[SSAValue], Operation]

_FLOAT_FUNCTIONS: dict[str, UnaryOpType] = {
    "acos": math.AcosOp,
    "acosh": math.AcoshOp,
    "asin": math.AsinOp,
    "asinh": math.AsinhOp,
    "atan": math.AtanOp,
    "atanh": math.AtanhOp,
    "ceil": math.CeilOp,
    "cos": math.CosOp,
    "cosh": math.CoshOp,
    "erf": math.ErfOp,
    "exp": math.ExpOp,
    "exp2": math.Exp2Op,
    "floor": math.FloorOp,
    "log": math.LogOp,
    "log10": math.Log10Op,
    "log1p": math.Log1pOp,
    "log2": math.Log2Op,
    "nearbyint": math.RoundEvenOp,
    "round": math.RoundOp,
    "rsqrt": math.RsqrtOp,
    "sin": math.SinOp,
    "sinh": math.SinhOp,
    "sqrt": math.SqrtOp,
    "tan": math.TanOp,
    "tanh": math.TanhOp,
    "trunc": math.TruncOp,
}

_ROUNDINGS = ("ceil", "floor", "nearbyint", "round", "trunc")
"""Functions that leave integers as they are."""

_INTEGER_FUNCTIONS: dict[str, UnaryOpType] = {
    "clz": math.CountLeadingZerosOp,
    "popcount": math.CtPopOp,
}


def _float_function(name: str) -> Handler:
    op = _FLOAT_FUNCTIONS[name]

    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
        number = context.number(arguments["x"])
        context.emitter.at(call)
        if number.dtype.is_float:
            ssa = context.emitter.value(op(exact(context, number)))
            number = Computed(ssa, number.dtype)
        elif name not in _ROUNDINGS:
            raise context.unexpected(arguments["x"], number, "a float: use T.cast")
        return of_type(context, call, arguments, number)

    return with_parameters("x * dtype? span?", handle)


def _popcount(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    return of_type(context, call, arguments, _bits(context, call, arguments, "popcount"))


def _clz(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    """The count is an int32 in TIR, whatever the operand is."""
    count = cast_to(context, call, _bits(context, call, arguments, "clz"), INT32)
    return of_type(context, call, arguments, count)


def _bits(context: FunctionContext, call: ast.Call, arguments: Arguments, name: str) -> Number:
    number = context.number(arguments["x"])
    if number.dtype.is_float:
        raise context.unexpected(arguments["x"], number, "an integer")
    context.emitter.at(call)
    ssa = context.emitter.value(_INTEGER_FUNCTIONS[name](exact(context, number)))
    return Computed(ssa, number.dtype)


def _absolute(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    number = context.number(arguments["x"])
    context.emitter.at(call)
    if number.dtype.is_float:
        number = Computed(context.emitter.value(math.AbsFOp(exact(context, number))), number.dtype)
    elif number.dtype.is_signed:
        zero = Constant(0, number.dtype.scalar)
        is_negative = compare(context, call, "lt", number, zero)
        number = select(context, call, is_negative, negate(context, call, number), number)
    return of_type(context, call, arguments, number)


def _sigmoid(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    """`1 / (1 + exp(-x))`, which is how TVM lowers it."""
    number = context.number(arguments["x"])
    if not number.dtype.is_float:
        raise context.unexpected(arguments["x"], number, "a float: use T.cast")
    context.emitter.at(call)
    emitter, dtype = context.emitter, number.dtype
    one = emitter.number_constant(1.0, dtype)
    exponential = emitter.value(math.ExpOp(emitter.value(arith.NegfOp(exact(context, number)))))
    result = emitter.value(arith.DivfOp(one, emitter.value(arith.AddfOp(one, exponential))))
    return of_type(context, call, arguments, Computed(result, dtype))


def _pair(op: Callable[[SSAValue, SSAValue], Operation]) -> Handler:
    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
        lhs, rhs = context.number(arguments["x"]), context.number(arguments["y"])
        context.emitter.at(call)
        lhs, rhs = match_types(context, call, lhs, rhs)
        if not lhs.dtype.is_float:
            raise context.unexpected(arguments["x"], lhs, "a float: use T.cast")
        ssa = context.emitter.value(op(exact(context, lhs), exact(context, rhs)))
        return of_type(context, call, arguments, Computed(ssa, lhs.dtype))

    return with_parameters("x y * dtype? span?", handle)


def _classify(compute: Callable[[FunctionContext, SSAValue, DType], SSAValue]) -> Handler:
    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
        number = context.number(arguments["x"])
        if not number.dtype.is_float:
            raise context.unexpected(arguments["x"], number, "a float")
        context.emitter.at(call)

        def of_lane(lane: Scalar) -> Scalar:
            return Computed(compute(context, exact(context, lane), lane.dtype), BOOL)

        return (
            lanewise(context, [number], of_lane)
            if number.dtype.lanes > 1
            else of_lane(_one_lane(number))
        )

    return with_parameters("x * dtype? span?", handle)


def _one_lane(number: Number) -> Scalar:
    assert isinstance(number, Constant | Computed)
    return number


def _is_nan(context: FunctionContext, ssa: SSAValue, _: DType) -> SSAValue:
    return context.emitter.value(arith.CmpfOp(ssa, ssa, "uno"))


def _is_infinite(context: FunctionContext, ssa: SSAValue, dtype: DType) -> SSAValue:
    infinity = context.emitter.number_constant(float("inf"), dtype)
    size = context.emitter.value(math.AbsFOp(ssa))
    return context.emitter.value(arith.CmpfOp(size, infinity, "oeq"))


def _is_finite(context: FunctionContext, ssa: SSAValue, dtype: DType) -> SSAValue:
    infinity = context.emitter.number_constant(float("inf"), dtype)
    size = context.emitter.value(math.AbsFOp(ssa))
    return context.emitter.value(arith.CmpfOp(size, infinity, "olt"))


def _q_multiply_shift(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    q, s = context.constant_integer(arguments["q"]), context.constant_integer(arguments["s"])
    for node, value, low in ((arguments["q"], q, 0), (arguments["s"], s, -31)):
        if not low <= value <= 31:
            raise context.error(node, f"{value} is not from {low} to 31")
    operands = [context.number(arguments["x"]), context.number(arguments["y"])]
    context.emitter.at(call)
    lhs, rhs = match_types(context, call, *operands)
    if lhs.dtype.scalar != INT32:
        raise context.error(call, f"q_multiply_shift of {lhs.dtype}", "operands of type int32")

    def of_lanes(x: Scalar, y: Scalar) -> Scalar:
        op = QMultiplyShiftOp(exact(context, x), exact(context, y), q, s)
        return Computed(context.emitter.value(op), INT32)

    if lhs.dtype.lanes > 1:
        return of_type(context, call, arguments, lanewise(context, [lhs, rhs], of_lanes))
    return of_type(context, call, arguments, of_lanes(_one_lane(lhs), _one_lane(rhs)))


_UNARY = "x * dtype? span?"

TABLE: dict[str, Handler] = {
    **{name: _float_function(name) for name in _FLOAT_FUNCTIONS},
    "abs": with_parameters(_UNARY, _absolute),
    "fabs": with_parameters(_UNARY, _absolute),
    "atan2": _pair(math.Atan2Op),
    "clz": with_parameters(_UNARY, _clz),
    "copysign": _pair(math.CopySignOp),
    "isfinite": _classify(_is_finite),
    "isinf": _classify(_is_infinite),
    "isnan": _classify(_is_nan),
    "popcount": with_parameters(_UNARY, _popcount),
    "pow": _pair(math.PowFOp),
    "power": _pair(math.PowFOp),
    "q_multiply_shift": with_parameters("x y q s * dtype? span?", _q_multiply_shift),
    "sigmoid": with_parameters(_UNARY, _sigmoid),
}
