"""Expressions: what each kind of node of Python's syntax is."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeAlias

from usmp_dialect.frontends.tvmscript.arithmetic import (
    binary,
    compare,
    invert,
    literal,
    logical,
    negate,
)
from usmp_dialect.frontends.tvmscript.calls import call_expression, call_unknown, read_call
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import parse_dtype
from usmp_dialect.frontends.tvmscript.intrinsics import INTRINSICS
from usmp_dialect.frontends.tvmscript.intrinsics.addresses import access_ptr, vload
from usmp_dialect.frontends.tvmscript.intrinsics.control import logical_with
from usmp_dialect.frontends.tvmscript.intrinsics.conversions import (
    astype,
    number_of_dtype,
    of_dtype,
)
from usmp_dialect.frontends.tvmscript.memory import element_address, load, subscripts
from usmp_dialect.frontends.tvmscript.values import (
    NUMBERS,
    Buffer,
    Constant,
    Number,
    Pointer,
    TypeMarker,
    Value,
)


def evaluate(context: FunctionContext, node: ast.expr) -> Value:
    """
    What an expression is; operations that compute it are written. Raises `TVMScriptError` for what
    is not understood.
    """
    reader = _READERS.get(type(node))
    if reader is None:
        raise context.error(
            node,
            f"'{context.source.show(node)}' is not understood in an expression",
            "numbers, names, operators, subscripts, and calls of T.<name>",
        )
    return reader(context, node)


def _constant(context: FunctionContext, node: ast.Constant) -> Value:
    value = node.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return literal(context, node, value)
    raise context.error(node, f"'{context.source.show(node)}' is not a number of TIR's")


def _name(context: FunctionContext, node: ast.Name) -> Value:
    return context.lookup(node)


def _list(context: FunctionContext, node: ast.List | ast.Tuple) -> Value:
    return tuple(context.evaluate(item) for item in node.elts)


def _attribute(context: FunctionContext, node: ast.Attribute) -> Value:
    name = context.tir_member(node)
    if name is not None:
        dtype = parse_dtype(name)
        if dtype is None:
            raise _unknown(context, node, name)
        return TypeMarker(dtype)
    if context.member(node) is not None:
        raise context.error(node, f"'{context.source.show(node)}' is not understood here")
    value = context.evaluate(node.value)
    return _property(context, node, value)


def _property(context: FunctionContext, node: ast.Attribute, value: Value) -> Value:
    match value, node.attr:
        case Buffer(pointer=pointer), "data":
            return pointer
        case Pointer(), "data":
            return value
        case Buffer(shape=shape), "shape":
            return shape
        case Buffer(strides=strides), "strides":
            return strides
        case Buffer(dtype=dtype), "dtype":
            return str(dtype)
        case _ if isinstance(value, NUMBERS) and node.attr == "dtype":
            return str(value.dtype)
        case _:
            raise context.error(
                node,
                f"'{node.attr}' of '{context.source.show(node.value)}' is not understood",
                "data, shape, strides and dtype of a buffer",
            )


# Operators

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "floormod",
    ast.LShift: "shift_left",
    ast.RShift: "shift_right",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
}

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}


def operator_name(context: FunctionContext, node: ast.expr, op: ast.operator) -> str:
    """The name of an operator in `binary`."""
    name = _BINARY.get(type(op))
    if name is None:
        raise context.error(
            node, f"the operator of '{context.source.show(node)}' is not TIR's", "T.pow for powers"
        )
    return name


def _binary(context: FunctionContext, node: ast.BinOp) -> Number:
    # Long sums lean to the left: the left operands are gone through without recursion.
    chain: list[ast.BinOp] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        chain.append(left)
        left = left.left
    value = context.number(left)
    for operation in reversed(chain):
        name = operator_name(context, operation, operation.op)
        rhs = context.number(operation.right)
        context.emitter.at(operation)
        value = binary(context, operation, name, value, rhs)
    return value


def _unary(context: FunctionContext, node: ast.UnaryOp) -> Number:
    operand = context.number(node.operand)
    context.emitter.at(node)
    match node.op:
        case ast.USub():
            return negate(context, node, operand)
        case ast.UAdd():
            return operand
        case ast.Invert():
            return invert(context, node, operand)
        case _:
            if not operand.dtype.is_bool:
                raise context.unexpected(node.operand, operand, "a condition, of type bool")
            return invert(context, node, operand)


def _logical(context: FunctionContext, node: ast.BoolOp) -> Number:
    name = "and" if isinstance(node.op, ast.And) else "or"
    first, *rest = node.values
    value = context.number(first)
    for operand in rest:
        value = logical_with(context, node, name, value, operand)
    return value


def _comparison(context: FunctionContext, node: ast.Compare) -> Number:
    lhs = context.number(node.left)
    result: Number | None = None
    for op, operand in zip(node.ops, node.comparators, strict=True):
        name = _COMPARE.get(type(op))
        if name is None:
            raise context.error(
                node, f"'{context.source.show(node)}' is not TIR's", "== != < <= > >="
            )
        rhs = context.number(operand)
        context.emitter.at(node)
        holds = compare(context, node, name, lhs, rhs)
        result = holds if result is None else logical(context, node, "and", result, holds)
        lhs = rhs
    assert result is not None
    return result


# Subscripts and calls


def _subscript(context: FunctionContext, node: ast.Subscript) -> Value:
    value = context.evaluate(node.value)
    if isinstance(value, tuple):
        index = context.constant_integer(node.slice)
        if not -len(value) <= index < len(value):
            raise context.error(node, f"there is no element {index} of {len(value)}")
        return value[index]
    if not isinstance(value, Buffer):
        raise context.unexpected(node.value, value, "a buffer: T.load reads through an address")
    indices = subscripts(context, node)
    context.emitter.at(node)
    place = element_address(context, node, value, indices)
    return load(context, node, value.pointer, place)


def _call(context: FunctionContext, node: ast.Call) -> Value:
    site = read_call(context, node)
    if site is not None:
        return call_expression(context, site)
    name = context.tir_member(node.func)
    if name is not None:
        return _intrinsic(context, node, name)
    if isinstance(node.func, ast.Name) and node.func.id == "float" and len(node.args) == 1:
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            number = number_of_dtype(context, argument, _FLOAT32)
            assert isinstance(number, Constant)
            return Constant(number.value, number.dtype, is_literal=True)
    if isinstance(node.func, ast.Attribute) and context.member(node.func) is None:
        return _method(context, node, node.func)
    raise context.error(
        node,
        f"'{context.source.show(node.func)}' is not a function of the script, nor T's",
        'T.<name>(...), a function of the module, or T.call_extern("int32", "name", ...)',
    )


_float32 = parse_dtype("float32")
assert _float32 is not None
_FLOAT32 = _float32


def _intrinsic(context: FunctionContext, node: ast.Call, name: str) -> Value:
    handler = INTRINSICS.get(name)
    if handler is not None:
        return handler(context, node)
    dtype = parse_dtype(name)
    if dtype is not None:
        return of_dtype(context, node, dtype)
    if context.module.allow_unknown_intrinsics and name.isidentifier():
        return call_unknown(context, node, name)
    raise _unknown(context, node, name)


def _unknown(context: FunctionContext, node: ast.expr, name: str) -> Exception:
    return context.error(
        node,
        f"T.{name} is not understood in an expression",
        "with --allow-unknown-intrinsics, calls of functions without side effects "
        "become calls of functions outside the module",
    )


def _method(context: FunctionContext, node: ast.Call, function: ast.Attribute) -> Value:
    value = context.evaluate(function.value)
    match value, function.attr:
        case _, "astype":
            return astype(context, node, value)
        case Buffer(), "access_ptr":
            return access_ptr(context, node, value)
        case Buffer(), "vload":
            return vload(context, node, value)
        case _:
            raise context.error(
                node,
                f"the method '{function.attr}' is not understood",
                "astype of a number; access_ptr and vload of a buffer",
            )


def _conditional(context: FunctionContext, node: ast.IfExp) -> Value:
    condition = context.scalar(node.test)
    if isinstance(condition, Constant):
        return context.evaluate(node.body if condition.value else node.orelse)
    raise context.error(
        node,
        f"'{context.source.show(node)}' would be decided before the program runs",
        "T.if_then_else(condition, a, b)",
    )


# Each reader is given the nodes of its own class only.
_Reader: TypeAlias = Callable[[FunctionContext, Any], Value]

_READERS: dict[type[ast.expr], _Reader] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _logical,
    ast.Call: _call,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.IfExp: _conditional,
    ast.List: _list,
    ast.Name: _name,
    ast.Subscript: _subscript,
    ast.Tuple: _list,
    ast.UnaryOp: _unary,
}
