"""Loops: `for i in T.serial(0, 58)`, `for i, j in T.grid(58, 64)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import IndexType
from xdsl.ir import Block, Region, SSAValue

from usmp_dialect.dialects.tir import ForOp, LoopKind, YieldOp
from usmp_dialect.frontends.tvmscript.arguments import Parameters
from usmp_dialect.frontends.tvmscript.arithmetic import as_index, exact, is_nonnegative, match_types
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import DType
from usmp_dialect.frontends.tvmscript.memory import ZERO
from usmp_dialect.frontends.tvmscript.values import Computed, Constant, Scalar

_INDEX = IndexType()

_KINDS = {
    "serial": LoopKind.SERIAL,
    "parallel": LoopKind.PARALLEL,
    "vectorized": LoopKind.VECTORIZED,
    "unroll": LoopKind.UNROLLED,
    "thread_binding": LoopKind.THREAD_BINDING,
}
_BOUNDS = Parameters("start stop? * annotations? step?")
_THREAD_BOUNDS = Parameters("start stop? thread? * annotations?")
_ACCEPTED = "T.serial, T.parallel, T.vectorized, T.unroll, T.thread_binding, T.grid, or range"

_CONCURRENCY_ANNOTATIONS = ("software_pipeline", "double_buffer", "async", "virtual_thread")


@dataclass(frozen=True, slots=True)
class _Loop:
    """One loop of a nest."""

    kind: LoopKind
    lower: Scalar
    upper: Scalar
    thread_tag: str | None = None


def read_for(context: FunctionContext, node: ast.For, read_body: Callable[[], None]) -> None:
    """Write the loops of a `for` statement."""
    if node.orelse:
        raise context.error(node.orelse[0], "a loop with 'else'", "a loop without it")
    loops = _loops(context, node.iter)
    targets = _targets(context, node.target)
    if len(targets) != len(loops):
        raise context.error(
            node.target, f"{len(targets)} variables for {len(loops)} loops", "one for each loop"
        )
    _nest(context, node, list(zip(loops, targets, strict=True)), read_body)


def _nest(
    context: FunctionContext,
    node: ast.For,
    loops: Sequence[tuple[_Loop, ast.Name]],
    read_body: Callable[[], None],
) -> None:
    if not loops:
        read_body()
        return
    (loop, target), *inner = loops
    context.emitter.at(node)
    lower, upper = _bounds(context, loop)
    with context.emitter.region([_INDEX]) as block, context.block():
        _bind(context, loop, target, block)
        _nest(context, node, inner, read_body)
        context.emitter.at(node)
        context.emitter.emit(YieldOp())
    context.emitter.at(node)
    context.emitter.emit(ForOp(lower, upper, Region(block), loop.kind, loop.thread_tag))


def _bounds(context: FunctionContext, loop: _Loop) -> tuple[int | SSAValue, int | SSAValue]:
    lower, upper = loop.lower, loop.upper
    if isinstance(lower, Constant) and isinstance(upper, Constant):
        return int(lower.value), max(int(lower.value), int(upper.value))
    return _bound(context, lower), _bound(context, upper)


def _bound(context: FunctionContext, number: Scalar) -> int | SSAValue:
    return int(number.value) if isinstance(number, Constant) else as_index(context, number)


def _bind(context: FunctionContext, loop: _Loop, target: ast.Name, block: Block) -> None:
    dtype = _variable_type(loop)
    variable = block.args[0]
    variable.name_hint = target.id
    index = Computed(variable, dtype, is_nonnegative(loop.lower))
    if not dtype.is_signed:
        signed = Computed(variable, DType("int", dtype.bits), is_nonnegative=True)
        index = Computed(exact(context, signed), dtype, is_nonnegative=True)
    context.loop_starts[index.ssa] = loop.lower
    context.bind(target.id, index)


def _variable_type(loop: _Loop) -> DType:
    if loop.lower.dtype == loop.upper.dtype:
        return loop.upper.dtype
    return max(loop.lower.dtype, loop.upper.dtype, key=lambda dtype: dtype.bits)


def _targets(context: FunctionContext, target: ast.expr) -> list[ast.Name]:
    nodes: Sequence[ast.expr]
    nodes = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    names: list[ast.Name] = []
    for node in nodes:
        if not isinstance(node, ast.Name):
            raise context.error(
                node, f"'{context.source.show(node)}' cannot be a loop variable", "a name"
            )
        names.append(node)
    return names


def _loops(context: FunctionContext, node: ast.expr) -> list[_Loop]:
    """The loops that the iterator of a `for` statement makes."""
    if isinstance(node, ast.Call):
        name = context.tir_member(node.func)
        if name is None and isinstance(node.func, ast.Name) and node.func.id == "range":
            name = "serial"
        if name == "grid":
            return _grid(context, node)
        kind = _KINDS.get(name or "")
        if kind is LoopKind.THREAD_BINDING:
            return [_thread_binding(context, node)]
        if kind is not None:
            return [_loop(context, node, kind)]
    raise context.error(
        node, f"'{context.source.show(node)}' does not say what kind of loop it is", _ACCEPTED
    )


def _grid(context: FunctionContext, call: ast.Call) -> list[_Loop]:
    if call.keywords:
        raise context.error(call.keywords[0].value, "T.grid by keyword", "T.grid(58, 64)")
    if not call.args:
        raise context.error(call, "T.grid of nothing", "T.grid(58, 64)")
    loops: list[_Loop] = []
    for node in call.args:
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            lower, upper = (context.integer(bound) for bound in node.elts)
        else:
            lower, upper = ZERO, context.integer(node)
        loops.append(_Loop(LoopKind.SERIAL, lower, upper))
    return loops


def _loop(context: FunctionContext, call: ast.Call, kind: LoopKind) -> _Loop:
    arguments = _BOUNDS.bind(context, call)
    check_annotations(context, arguments.get("annotations"))
    step = arguments.get("step")
    if step is not None and not (isinstance(step, ast.Constant) and step.value in (None, 1)):
        raise context.error(step, "a loop with a step", "a step of 1")
    lower, upper = _range(context, call, arguments["start"], arguments.get("stop"))
    return _Loop(kind, lower, upper)


def _thread_binding(context: FunctionContext, call: ast.Call) -> _Loop:
    """`T.thread_binding(0, 32, thread="threadIdx.x")`, or `T.thread_binding(32, "threadIdx.x")`."""
    arguments = dict(_THREAD_BOUNDS.bind(context, call))
    check_annotations(context, arguments.get("annotations"))
    stop = arguments.get("stop")
    if isinstance(stop, ast.Constant) and isinstance(stop.value, str):
        arguments["thread"] = arguments.pop("stop")
    if "thread" not in arguments:
        raise context.error(call, "no thread is named", 'thread="threadIdx.x"')
    lower, upper = _range(context, call, arguments["start"], arguments.get("stop"))
    tag = context.string(arguments["thread"])
    return _Loop(LoopKind.THREAD_BINDING, lower, upper, tag)


def _range(
    context: FunctionContext, call: ast.Call, start: ast.expr, stop: ast.expr | None
) -> tuple[Scalar, Scalar]:
    """The bounds, of one type; `start` is the extent if there is no `stop`."""
    if stop is None or (isinstance(stop, ast.Constant) and stop.value is None):
        upper = context.integer(start)
        return Constant(0, upper.dtype), upper
    lower, upper = match_types(context, call, context.integer(start), context.integer(stop))
    assert isinstance(lower, Constant | Computed)
    assert isinstance(upper, Constant | Computed)
    return lower, upper


def check_annotations(context: FunctionContext, node: ast.expr | None) -> None:
    """
    Annotations of loops and blocks are hints, but for those that make iterations overlap: these
    raise `TVMScriptError`.
    """
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return
    if not isinstance(node, ast.Dict):
        raise context.error(node, "annotations that are not written as a dictionary")
    for key in node.keys:
        text = str(key.value) if isinstance(key, ast.Constant) else ""
        if not text or any(part in text for part in _CONCURRENCY_ANNOTATIONS):
            raise context.error(
                key or node,
                f"the annotation '{text}' is not understood",
                "annotations that do not make iterations overlap, such as pragma_*",
            )
