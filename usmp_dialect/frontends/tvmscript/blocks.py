"""
Blocks: `with T.sblock("C"):`, or `T.block` before 2025, with their axes.

The axes of a block are names for what they are bound to: the loops around the block are what runs.
`T.init()` is done where every reduction axis is at its start, `T.where(...)` guards the rest of the
block.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeAlias

from xdsl.dialects import scf
from xdsl.ir import Operation, Region

from usmp_dialect.frontends.tvmscript.arguments import Parameters
from usmp_dialect.frontends.tvmscript.arithmetic import compare, exact, logical
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.declarations import Declaration
from usmp_dialect.frontends.tvmscript.loops import check_annotations
from usmp_dialect.frontends.tvmscript.memory import ZERO
from usmp_dialect.frontends.tvmscript.values import Computed, Constant, Number, Scalar, Value

_SPATIAL, _REDUCTION = "S", "R"

_BLOCK = Parameters("name? no_realize? exec_scope?")
_INIT = Parameters("")
_WHERE = Parameters("predicate")
_ATTRIBUTES = Parameters("attrs")
_AXIS = Parameters("dom binding dtype?")
_REMAP = Parameters("kinds bindings dtype?")


# Blocks

Opener: TypeAlias = Callable[[FunctionContext, ExitStack, ast.Call], None]
"""What a call does to the body of the `with` that it is in."""


def _open_block(context: FunctionContext, stack: ExitStack, call: ast.Call) -> None:
    arguments = _BLOCK.bind(context, call)
    name = arguments.get("name")
    if name is not None and not isinstance(name, ast.Constant):
        raise context.error(name, "a block of 2021, whose axes are its shape", 'T.sblock("name")')
    stack.enter_context(context.axes())


def _open_init(context: FunctionContext, _: ExitStack, call: ast.Call) -> None:
    _INIT.bind(context, call)
    reductions = context.reductions
    if reductions is None:
        raise context.error(call, "T.init outside a block", 'with T.sblock("name"):')
    context.emitter.at(call)
    condition: Number | None = None
    for value, start in reductions:
        is_first = compare(context, call, "eq", value, start)
        condition = (
            is_first if condition is None else logical(context, call, "and", condition, is_first)
        )
    if condition is not None:
        _open_if(context, call, condition)


def _open_if(context: FunctionContext, node: ast.expr, condition: Number) -> None:
    """Run the rest of the block of the script if a condition holds."""
    if isinstance(condition, Constant) and condition.value:
        return
    holds = exact(context, condition)
    context.emitter.at(node)

    def close(region: Region) -> Operation:
        region.block.add_op(scf.YieldOp())
        return scf.IfOp(holds, [], region)

    context.emitter.open_region([], close)


BLOCKS: dict[str, Opener] = {
    "block": _open_block,
    "sblock": _open_block,
    "init": _open_init,
}
"""By the name in `T`."""


# What stands in a block


def read_where(context: FunctionContext, call: ast.Call) -> None:
    """`T.where(condition)`: the block is run only if it holds."""
    node = _WHERE.bind(context, call)["predicate"]
    condition = context.scalar(node)
    if not condition.dtype.is_bool:
        raise context.unexpected(node, condition, "a condition, of type bool")
    _open_if(context, call, condition)


def read_block_attr(context: FunctionContext, call: ast.Call) -> None:
    """`T.sblock_attr({...})`: hints, but for those that make iterations overlap."""
    check_annotations(context, _ATTRIBUTES.bind(context, call)["attrs"])


def pass_over(_: FunctionContext, __: ast.Call) -> None:
    """`T.reads(...)`, `T.writes(...)`: what the statements of the block say themselves."""


# Axes


def _declare_axis(kind: str) -> Declaration:
    """`i = T.axis.spatial(16, i0 * 4 + i1)`"""

    def declare(context: FunctionContext, call: ast.Call, _: str | None) -> Value:
        arguments = _AXIS.bind(context, call)
        domain = arguments["dom"]
        is_range = isinstance(domain, ast.Tuple | ast.List)
        if is_range and len(domain.elts) != 2:
            raise context.error(domain, "no extent of an axis", "16, or (0, 16)")
        start = context.integer(domain.elts[0]) if is_range else ZERO
        value = context.integer(arguments["binding"])
        _add_axis(context, call, kind, value, start)
        return value

    return declare


def _remap(context: FunctionContext, call: ast.Call, _: str | None) -> Value:
    """`i, k = T.axis.remap("SR", [i0, k0])`: axes that are loop variables."""
    arguments = _REMAP.bind(context, call)
    kinds = context.string(arguments["kinds"])
    bindings = arguments["bindings"]
    if not isinstance(bindings, ast.List | ast.Tuple) or len(bindings.elts) != len(kinds):
        raise context.error(bindings, f"no list of {len(kinds)} loop variables", "[i, j]")
    values: list[Scalar] = []
    for kind, node in zip(kinds, bindings.elts, strict=True):
        value = context.integer(node)
        start = context.loop_starts.get(value.ssa) if isinstance(value, Computed) else None
        if start is None:
            raise context.error(
                node,
                f"'{context.source.show(node)}' is not the variable of a loop",
                "T.axis.spatial(extent, value), T.axis.reduce(extent, value)",
            )
        _add_axis(context, call, kind, value, start)
        values.append(value)
    return tuple(values) if len(values) > 1 else values[0]


def _add_axis(
    context: FunctionContext, call: ast.Call, kind: str, value: Scalar, start: Scalar
) -> None:
    reductions = context.reductions
    if reductions is None:
        raise context.error(call, "an axis outside a block", 'with T.sblock("name"):')
    if kind == _REDUCTION:
        reductions.append((value, start))
    elif kind != _SPATIAL:
        raise context.error(call, f"axes of the kind '{kind}'", "S, spatial, and R, reduce")


AXES: dict[str, Declaration] = {
    "axis.remap": _remap,
    **{f"axis.{name}": _declare_axis(_SPATIAL) for name in ("spatial", "S", "opaque", "scan")},
    **{f"axis.{name}": _declare_axis(_REDUCTION) for name in ("reduce", "R")},
}
"""By the name in `T`. What scan and opaque axes do is what their block does."""
