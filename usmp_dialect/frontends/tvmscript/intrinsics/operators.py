"""Operators that are written as calls: `T.floordiv(a, b)`, `T.max(a, b)`, `T.Select(c, a, b)`."""

from __future__ import annotations

import ast

from usmp_dialect.frontends.tvmscript.arguments import Arguments
from usmp_dialect.frontends.tvmscript.arithmetic import (
    binary,
    compare,
    invert,
    select,
)
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import INT32
from usmp_dialect.frontends.tvmscript.intrinsics.control import logical_with
from usmp_dialect.frontends.tvmscript.intrinsics.handler import Handler, of_type, with_parameters
from usmp_dialect.frontends.tvmscript.values import Constant, Number

_PAIR = "a b * dtype? span?"


def _binary(name: str) -> Handler:
    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
        lhs, rhs = context.number(arguments["a"]), context.number(arguments["b"])
        context.emitter.at(call)
        return of_type(context, call, arguments, binary(context, call, name, lhs, rhs))

    return with_parameters(_PAIR, handle)


def _division(integer_name: str) -> Handler:
    """Truncating for integers, exact for floats."""

    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
        lhs, rhs = context.number(arguments["a"]), context.number(arguments["b"])
        is_float = lhs.dtype.is_float or rhs.dtype.is_float
        name = "div" if is_float else integer_name
        context.emitter.at(call)
        return of_type(context, call, arguments, binary(context, call, name, lhs, rhs))

    return with_parameters(_PAIR, handle)


def _ceildiv(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    lhs, rhs = context.number(arguments["a"]), context.number(arguments["b"])
    context.emitter.at(call)
    total = binary(context, call, "add", lhs, rhs)
    less = binary(context, call, "sub", total, Constant(1, INT32, is_literal=True))
    return of_type(context, call, arguments, binary(context, call, "floordiv", less, rhs))


def _compare(name: str) -> Handler:
    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
        lhs, rhs = context.number(arguments["a"]), context.number(arguments["b"])
        context.emitter.at(call)
        return compare(context, call, name, lhs, rhs)

    return with_parameters(_PAIR, handle)


def _logical(name: str) -> Handler:
    def handle(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
        return logical_with(context, call, name, context.number(arguments["a"]), arguments["b"])

    return with_parameters(_PAIR, handle)


def _not(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    operand = context.number(arguments["a"])
    if not operand.dtype.is_bool:
        raise context.unexpected(arguments["a"], operand, "a condition, of type bool")
    context.emitter.at(call)
    return invert(context, call, operand)


def _invert(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    operand = context.number(arguments["a"])
    context.emitter.at(call)
    return of_type(context, call, arguments, invert(context, call, operand))


def _select(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    condition = context.number(arguments["condition"])
    lhs = context.number(arguments["true_value"])
    rhs = context.number(arguments["false_value"])
    context.emitter.at(call)
    return select(context, call, condition, lhs, rhs)


def _likely(context: FunctionContext, _: ast.Call, arguments: Arguments) -> Number:
    return context.number(arguments["cond"])


_BINARY = {
    "add": ("Add", "add"),
    "sub": ("Sub", "subtract"),
    "mul": ("Mul", "multiply"),
    "min": ("Min", "min"),
    "max": ("Max", "max"),
    "floordiv": ("FloorDiv", "floordiv", "indexdiv", "floor_div"),
    "floormod": ("FloorMod", "floormod", "indexmod", "floor_mod"),
    "bitwise_and": ("bitwise_and",),
    "bitwise_or": ("bitwise_or",),
    "bitwise_xor": ("bitwise_xor",),
    "shift_left": ("shift_left",),
    "shift_right": ("shift_right",),
}
_COMPARISONS = {"eq": "EQ", "ne": "NE", "lt": "LT", "le": "LE", "gt": "GT", "ge": "GE"}

TABLE: dict[str, Handler] = {
    **{alias: _binary(name) for name, aliases in _BINARY.items() for alias in aliases},
    **{alias: _compare(name) for name, alias in _COMPARISONS.items()},
    **{alias: _division("truncdiv") for alias in ("Div", "div", "truncdiv")},
    **{alias: _division("truncmod") for alias in ("Mod", "truncmod")},
    "ceildiv": with_parameters(_PAIR, _ceildiv),
    "And": _logical("and"),
    "Or": _logical("or"),
    "Not": with_parameters("a * span?", _not),
    "bitwise_not": with_parameters("a * dtype? span?", _invert),
    "Select": with_parameters("condition true_value false_value span?", _select),
    "likely": with_parameters("cond * dtype? span?", _likely),
}
