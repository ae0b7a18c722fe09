"""Expressions that decide what is computed, or name it: `T.if_then_else`, `T.let`."""

from __future__ import annotations

import ast

from xdsl.dialects import scf
from xdsl.ir import Block, Region

from usmp_dialect.frontends.tvmscript.arguments import Arguments
from usmp_dialect.frontends.tvmscript.arithmetic import (
    as_index,
    exact,
    is_nonnegative,
    logical,
    match_types,
)
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import BOOL
from usmp_dialect.frontends.tvmscript.intrinsics.handler import Handler, of_type, with_parameters
from usmp_dialect.frontends.tvmscript.values import (
    Computed,
    Constant,
    Number,
    ThreadVariable,
    Value,
    describe,
)


def _if_then_else(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Number:
    """Only the side that is taken is evaluated."""
    condition = context.scalar(arguments["cond"])
    if not condition.dtype.is_bool:
        raise context.unexpected(arguments["cond"], condition, "a condition, of type bool")
    if isinstance(condition, Constant):
        taken = arguments["true_value" if condition.value else "false_value"]
        return of_type(context, call, arguments, context.number(taken))
    with context.emitter.region() as true_block:
        true_value = context.number(arguments["true_value"])
    with context.emitter.region() as false_block:
        false_value = context.number(arguments["false_value"])
    context.emitter.at(call)
    if true_value.dtype != false_value.dtype:
        true_value, false_value = _match_in_blocks(
            context, call, (true_block, true_value), (false_block, false_value)
        )
    result = _yield(context, condition, (true_block, true_value), (false_block, false_value))
    return of_type(context, call, arguments, result)


def _match_in_blocks(
    context: FunctionContext,
    call: ast.Call,
    true_side: tuple[Block, Number],
    false_side: tuple[Block, Number],
) -> tuple[Number, Number]:
    """The values of both sides in one type; each is cast where it is computed."""
    (true_block, true_value), (false_block, false_value) = true_side, false_side
    other = Constant(0, false_value.dtype.scalar)
    with context.emitter.resume(true_block):
        new_true, _ = match_types(context, call, true_value, other)
    other = Constant(0, true_value.dtype.scalar)
    with context.emitter.resume(false_block):
        _, new_false = match_types(context, call, other, false_value)
    if new_true.dtype != new_false.dtype:
        raise context.error(
            call, f"one side is of type {true_value.dtype}, the other of {false_value.dtype}"
        )
    return new_true, new_false


def _yield(
    context: FunctionContext,
    condition: Computed,
    true_side: tuple[Block, Number],
    false_side: tuple[Block, Number],
) -> Computed:
    values = (true_side[1], false_side[1])
    in_index = all(
        value.is_index if isinstance(value, Computed) else isinstance(value, Constant)
        for value in values
    ) and any(isinstance(value, Computed) for value in values)
    for block, value in (true_side, false_side):
        with context.emitter.resume(block):
            if in_index and isinstance(value, Constant | Computed):
                context.emitter.emit(scf.YieldOp(as_index(context, value)))
            else:
                context.emitter.emit(scf.YieldOp(exact(context, value)))
    true_block, false_block = true_side[0], false_side[0]
    last_op = true_block.last_op
    assert last_op is not None
    op = scf.IfOp(
        condition.ssa, [last_op.operands[0].type], Region(true_block), Region(false_block)
    )
    nonnegative = in_index and all(
        isinstance(value, Constant | Computed) and is_nonnegative(value) for value in values
    )
    return Computed(context.emitter.value(op), true_side[1].dtype, nonnegative)


def logical_with(
    context: FunctionContext, node: ast.expr, name: str, lhs: Number, operand: ast.expr
) -> Number:
    """
    `and` or `or` of a condition and one that is read here.

    An operand that reads memory is evaluated only if the first one does not decide: it may say that
    there is nothing to read.
    """
    if not isinstance(lhs, Computed) or lhs.dtype != BOOL or not _reads_memory(operand):
        rhs = context.number(operand)
        context.emitter.at(node)
        return logical(context, node, name, lhs, rhs)
    with context.emitter.region() as evaluated:
        rhs = context.number(operand)
    if rhs.dtype != BOOL:
        raise context.error(node, f"'{name}' of {rhs.dtype}", "conditions, of type bool")
    with context.emitter.region() as decided:
        pass
    known = Constant(int(name == "or"), BOOL)
    context.emitter.at(node)
    if name == "and":
        return _yield(context, lhs, (evaluated, rhs), (decided, known))
    return _yield(context, lhs, (decided, known), (evaluated, rhs))


_READS = ("load", "vload", "call_extern", "call_packed", "call_pure_extern")


def _reads_memory(node: ast.expr) -> bool:
    return any(
        isinstance(part, ast.Subscript) or (isinstance(part, ast.Attribute) and part.attr in _READS)
        for part in ast.walk(node)
    )


def _let(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    """`T.let(x, value, body)`."""
    variable = arguments["var"]
    if not isinstance(variable, ast.Name):
        raise context.error(variable, "T.let gives a value to a name", "T.let(x, value, body)")
    value = context.evaluate(arguments["value"])
    with context.block():
        context.bind(variable.id, value)
        return context.evaluate(arguments["body"])


def _capital_let(context: FunctionContext, _: ast.Call, arguments: Arguments) -> Value:
    """`T.Let(body, where={x: value})`."""
    where = arguments["where"]
    if not isinstance(where, ast.Dict):
        raise context.error(where, "no values of variables", "T.Let(body, where={x: value})")
    with context.block():
        for key, node in zip(where.keys, where.values, strict=True):
            if not isinstance(key, ast.Name):
                raise context.error(node, "T.Let gives values to names", "where={x: value}")
            context.bind(key.id, context.evaluate(node))
        return context.evaluate(arguments["body"])


def _env_thread(context: FunctionContext, _: ast.Call, arguments: Arguments) -> Value:
    return ThreadVariable(context.string(arguments["thread_tag"]))


def _iter_var(context: FunctionContext, call: ast.Call, arguments: Arguments) -> Value:
    """`T.iter_var(tx, None, "ThreadIndex", "threadIdx.x")`."""
    if context.string(arguments["iter_type"]) != "ThreadIndex":
        raise context.error(call, "an iteration variable outside a block", "the type ThreadIndex")
    variable = arguments["var"]
    if not isinstance(variable, ast.Name):
        value = context.evaluate(variable)
        raise context.error(variable, f"the variable of a thread is {describe(value)}", "a name")
    return ThreadVariable(context.string(arguments["thread_tag"]), variable.id)


TABLE: dict[str, Handler] = {
    "if_then_else": with_parameters("cond true_value false_value * dtype? span?", _if_then_else),
    "let": with_parameters("var value body * span?", _let),
    "Let": with_parameters("body * where span?", _capital_let),
    "env_thread": with_parameters("thread_tag * dtype?", _env_thread),
    "iter_var": with_parameters("var dom iter_type thread_tag", _iter_var),
}
