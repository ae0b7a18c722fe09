"""Statements: what each kind of node of Python's syntax does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, TypeAlias

from xdsl.dialects import cf, scf
from xdsl.ir import Block, Region

from usmp_dialect.frontends.tvmscript.arguments import Arguments, Parameters
from usmp_dialect.frontends.tvmscript.arithmetic import binary, exact
from usmp_dialect.frontends.tvmscript.blocks import (
    AXES,
    BLOCKS,
    pass_over,
    read_block_attr,
    read_where,
)
from usmp_dialect.frontends.tvmscript.calls import call_statement, read_call
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.declarations import DECLARATIONS
from usmp_dialect.frontends.tvmscript.dtypes import BOOL
from usmp_dialect.frontends.tvmscript.expressions import operator_name
from usmp_dialect.frontends.tvmscript.hints import read_attr
from usmp_dialect.frontends.tvmscript.loops import read_for
from usmp_dialect.frontends.tvmscript.memory import (
    element_address,
    load,
    retyped,
    store,
    stored_number,
    subscripts,
)
from usmp_dialect.frontends.tvmscript.values import (
    NUMBERS,
    Broadcast,
    Buffer,
    Computed,
    Constant,
    Scalar,
    Value,
)

_ACCEPTED = (
    "assignments, for, while, if, with, assert, and calls of T.<name> such as T.evaluate(...)"
)


_DECLARATIONS = {**DECLARATIONS, **AXES}


def read_block(context: FunctionContext, statements: Sequence[ast.stmt]) -> None:
    """The statements of a block, whose names end with it."""
    with context.block():
        read_statements(context, statements)


def read_statements(context: FunctionContext, statements: Sequence[ast.stmt]) -> None:
    """
    Statements one after the other. Raises `TVMScriptError` for what is not understood.
    """
    for statement in statements:
        reader = _READERS.get(type(statement))
        if reader is None:
            raise context.error(
                statement, f"'{context.source.show(statement)}' is not understood", _ACCEPTED
            )
        try:
            reader(context, statement)
        except RecursionError as error:
            raise context.error(statement, "nested too deeply") from error


# Assignments


def _assign(context: FunctionContext, node: ast.Assign) -> None:
    if len(node.targets) != 1:
        raise context.error(node, "several targets of one assignment", "one target")
    _assign_to(context, node.targets[0], node.value)


def _assign_annotated(context: FunctionContext, node: ast.AnnAssign) -> None:
    """`x: T.int32 = ...`"""
    if node.value is None:
        raise context.error(node, "a declaration without a value", "x: T.int32 = value")
    if not isinstance(node.target, ast.Name):
        raise context.error(node.target, "a type for something else than a name", "x: T.int32 = 0")
    if _is_number_type(context, node.annotation):
        dtype = context.dtype(node.annotation)
        value = context.evaluate(node.value)
        context.emitter.at(node.value)
        _bind(context, node.target, stored_number(context, node.value, value, dtype))
    else:
        _assign_to(context, node.target, node.value)


def _is_number_type(context: FunctionContext, node: ast.expr) -> bool:
    name = context.tir_member(node)
    return name is not None and name != "handle"


def _assign_to(context: FunctionContext, target: ast.expr, value: ast.expr) -> None:
    match target:
        case ast.Name() if context.is_class(value):
            pass  # `cls = Module`
        case ast.Name():
            declared = _declare(context, value, target.id)
            _bind(context, target, context.evaluate(value) if declared is None else declared)
        case ast.Subscript():
            _store_to(context, target, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            declared = _declare(context, value, None)
            values = context.evaluate(value) if declared is None else declared
            bind_each(context, target, targets, values)
        case _:
            raise context.error(
                target, f"an assignment to '{context.source.show(target)}'", "a name, or A[i]"
            )


def bind_each(
    context: FunctionContext, target: ast.expr, targets: Sequence[ast.expr], value: Value
) -> None:
    """Give names to the parts of a value: `i, j = T.axis.remap("SS", [a, b])`."""
    values = value if isinstance(value, tuple) else (value,)
    if len(values) != len(targets):
        raise context.error(target, f"{len(targets)} names for {len(values)} values")
    for name, part in zip(targets, values, strict=True):
        if not isinstance(name, ast.Name):
            raise context.error(name, "this cannot be assigned one of several values", "a name")
        _bind(context, name, part)


def _bind(context: FunctionContext, target: ast.Name, value: Value) -> None:
    if isinstance(value, Computed) and value.ssa.name_hint is None and target.id.isascii():
        value.ssa.name_hint = target.id
    context.bind(target.id, value)


def _declare(context: FunctionContext, node: ast.expr, name: str | None) -> Value:
    """What a declaration makes, `None` if `node` is none."""
    if not isinstance(node, ast.Call):
        return None
    member = context.tir_member(node.func)
    declaration = _DECLARATIONS.get(member or "")
    return None if declaration is None else declaration(context, node, name)


def _store_to(context: FunctionContext, target: ast.Subscript, value_node: ast.expr) -> None:
    buffer = context.evaluate(target.value)
    if not isinstance(buffer, Buffer):
        raise context.unexpected(target.value, buffer, "a buffer: T.store writes to an address")
    indices = subscripts(context, target)
    value = context.evaluate(value_node)
    context.emitter.at(target)
    place = element_address(context, target, buffer, indices)
    store(context, value_node, buffer.pointer, place, value)


def _assign_augmented(context: FunctionContext, node: ast.AugAssign) -> None:
    """`A[i] += x`, and `x += 1`, which makes a new `x`."""
    name = operator_name(context, node.value, node.op)
    if isinstance(node.target, ast.Name):
        old = context.number(node.target)
        new = context.number(node.value)
        context.emitter.at(node)
        _bind(context, node.target, binary(context, node.value, name, old, new))
        return
    if not isinstance(node.target, ast.Subscript):
        raise context.error(node.target, "an assignment to this", "a name, or A[i]")
    buffer = context.evaluate(node.target.value)
    if not isinstance(buffer, Buffer):
        raise context.unexpected(node.target.value, buffer, "a buffer")
    indices = subscripts(context, node.target)
    context.emitter.at(node)
    place = element_address(context, node.target, buffer, indices)
    old = load(context, node.target, buffer.pointer, place)
    new = context.number(node.value)
    context.emitter.at(node)
    result = binary(context, node.value, name, old, new)
    store(context, node.value, buffer.pointer, place, result)


# Control flow


def _for(context: FunctionContext, node: ast.For) -> None:
    context.emitter.at(node)
    read_for(context, node, lambda: read_statements(context, node.body))


def _condition(context: FunctionContext, node: ast.expr) -> Scalar:
    condition = context.scalar(node)
    if not condition.dtype.is_bool:
        raise context.unexpected(node, condition, "a condition, of type bool")
    return condition


def _if(context: FunctionContext, node: ast.If) -> None:
    condition = _condition(context, node.test)
    if isinstance(condition, Constant):
        read_block(context, node.body if condition.value else node.orelse)
        return
    true_block = _branch(context, node.body)
    false_region = Region(_branch(context, node.orelse)) if node.orelse else None
    context.emitter.at(node)
    context.emitter.emit(scf.IfOp(condition.ssa, [], Region(true_block), false_region))


def _branch(context: FunctionContext, statements: Sequence[ast.stmt]) -> Block:
    with context.emitter.region() as block:
        read_block(context, statements)
        context.emitter.emit(scf.YieldOp())
    return block


def _while(context: FunctionContext, node: ast.While) -> None:
    if node.orelse:
        raise context.error(node.orelse[0], "a loop with 'else'", "a loop without it")
    with context.emitter.region() as before:
        condition = exact(context, _condition(context, node.test))
        context.emitter.at(node.test)
        context.emitter.emit(scf.ConditionOp(condition))
    after = _branch(context, node.body)
    context.emitter.at(node)
    context.emitter.emit(scf.WhileOp([], [], Region(before), Region(after)))


def _assert(context: FunctionContext, node: ast.Assert) -> None:
    message = "" if node.msg is None else context.string(node.msg)
    _emit_assert(context, node.test, message, node)


def _emit_assert(
    context: FunctionContext, test: ast.expr, message: str, node: ast.expr | ast.stmt
) -> None:
    condition = _condition(context, test)
    if isinstance(condition, Constant) and condition.value:
        return
    context.emitter.at(node)
    context.emitter.emit(cf.AssertOp(exact(context, condition), message))


def _pass(_: FunctionContext, __: ast.Pass) -> None:
    """Nothing to do."""


def _return(context: FunctionContext, node: ast.Return) -> None:
    raise context.error(node, "a return before the end of the function", "if and else")


# With


def _with(context: FunctionContext, node: ast.With) -> None:
    with ExitStack() as stack:
        stack.enter_context(context.block())
        for item in node.items:
            _enter(context, stack, item)
        read_statements(context, node.body)


def _enter(context: FunctionContext, stack: ExitStack, item: ast.withitem) -> None:
    call, target = item.context_expr, item.optional_vars
    if target is not None and not isinstance(target, ast.Name):
        raise context.error(target, "more than one name for one value", "with ... as x")
    member = context.tir_member(call.func) if isinstance(call, ast.Call) else None
    if isinstance(call, ast.Call) and member in ("attr", "let", "Assert"):
        _STATEMENT_CALLS[member](context, call)
        return
    if isinstance(call, ast.Call) and target is None and member in BLOCKS:
        BLOCKS[member](context, stack, call)
        return
    value = _declare(context, call, None if target is None else target.id)
    if value is None:
        raise context.error(
            call,
            f"'with {context.source.show(call)}' is not understood",
            "T.allocate, T.decl_buffer, T.LetStmt, T.let, T.attr, T.launch_thread, T.Assert, "
            'T.sblock("name"), T.init()',
        )
    if target is not None:
        _bind(context, target, value)


# Calls as statements


def _expression(context: FunctionContext, node: ast.Expr) -> None:
    value = node.value
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return  # a docstring
    if isinstance(value, ast.Call):
        _call(context, value)
        return
    raise context.error(
        node, f"'{context.source.show(value)}' does nothing", "T.evaluate(...), or an assignment"
    )


def _call(context: FunctionContext, call: ast.Call) -> None:
    """A call as a statement."""
    site = read_call(context, call)
    if site is not None:
        call_statement(context, site)
        return
    name = context.tir_member(call.func)
    reader = _STATEMENT_CALLS.get(name or "")
    if reader is not None:
        reader(context, call)
    elif _declare(context, call, None) is None:
        context.evaluate(call)


StatementCall: TypeAlias = Callable[[FunctionContext, ast.Call], None]


def _with_parameters(
    text: str, read: Callable[[FunctionContext, ast.Call, Arguments], None]
) -> StatementCall:
    parameters = Parameters(text)

    def statement(context: FunctionContext, call: ast.Call) -> None:
        read(context, call, parameters.bind(context, call))

    return statement


def _evaluate(context: FunctionContext, _: ast.Call, arguments: Arguments) -> None:
    node = arguments["value"]
    if isinstance(node, ast.Call):
        _call(context, node)
    else:
        context.evaluate(node)


def _check_return(context: FunctionContext, _: ast.Call, arguments: Arguments) -> None:
    """`T.tvm_check_return(0, -1, call)`: planned operators do not fail."""
    node = arguments["call"]
    if not isinstance(node, ast.Call):
        raise context.error(node, "no call whose result could be checked", "T.call_extern(...)")
    _call(context, node)


def _store(context: FunctionContext, call: ast.Call, arguments: Arguments) -> None:
    """`T.store(buffer, index, value, predicate)`: nothing is computed if the predicate is false."""
    node = arguments.get("predicate")
    predicate = None if node is None else context.number(node)
    if isinstance(predicate, Broadcast):
        predicate = predicate.value
    if node is None or (isinstance(predicate, Constant) and predicate.value):
        _store_value(context, call, arguments)
        return
    if not isinstance(predicate, Constant | Computed) or predicate.dtype != BOOL:
        raise context.error(node, "a predicate for each lane", "True, or T.if_then_else")
    with context.emitter.region() as block:
        _store_value(context, call, arguments)
        context.emitter.emit(scf.YieldOp())
    context.emitter.at(call)
    context.emitter.emit(scf.IfOp(exact(context, predicate), [], Region(block)))


def _store_value(context: FunctionContext, call: ast.Call, arguments: Arguments) -> None:
    """A number of a type is written as that type, whatever the buffer is of."""
    pointer = context.pointer(arguments["buffer"])
    index = context.number(arguments["index"])
    value = context.evaluate(arguments["value"])
    context.emitter.at(call)
    if isinstance(value, NUMBERS) and not (isinstance(value, Constant) and value.is_literal):
        pointer = retyped(context, call, pointer, value.dtype.scalar)
    place = binary(context, call, "add", index, pointer.offset)
    store(context, call, pointer, place, value)


def _let(context: FunctionContext, _: ast.Call, arguments: Arguments) -> None:
    variable = arguments["var"]
    if not isinstance(variable, ast.Name):
        raise context.error(variable, "T.let gives a value to a name", "with T.let(x, value):")
    _bind(context, variable, context.evaluate(arguments["value"]))


def _assert_call(context: FunctionContext, call: ast.Call, arguments: Arguments) -> None:
    _emit_assert(context, arguments["condition"], context.string(arguments["message"]), call)


def _preflattened(context: FunctionContext, _: ast.Call, arguments: Arguments) -> None:
    """The shape that a parameter had before TVM flattened it; the flat one is what counts."""
    context.address(arguments["postflattened"])


_STATEMENT_CALLS: dict[str, StatementCall] = {
    "Assert": _with_parameters("condition message * span?", _assert_call),
    **dict.fromkeys(("reads", "writes"), pass_over),
    **dict.fromkeys(("sblock_attr", "block_attr"), read_block_attr),
    "where": read_where,
    "attr": read_attr,
    "evaluate": _with_parameters("value * span?", _evaluate),
    "let": _with_parameters("var value * span?", _let),
    "preflattened_buffer": _with_parameters(
        "postflattened shape dtype? data? strides? elem_offset? scope? align? offset_factor? "
        "buffer_type? span?",
        _preflattened,
    ),
    "store": _with_parameters("buffer index value predicate? * span?", _store),
    "tvm_check_return": _with_parameters("expected unexpected call", _check_return),
}
"""What `T.<name>(...)` does as a statement; a declaration or an expression may stand there too."""

# Each reader is given the nodes of its own class only.
_Reader: TypeAlias = Callable[[FunctionContext, Any], None]

_READERS: dict[type[ast.stmt], _Reader] = {
    ast.AnnAssign: _assign_annotated,
    ast.Assert: _assert,
    ast.Assign: _assign,
    ast.AugAssign: _assign_augmented,
    ast.Expr: _expression,
    ast.For: _for,
    ast.If: _if,
    ast.Pass: _pass,
    ast.Return: _return,
    ast.While: _while,
    ast.With: _with,
}
