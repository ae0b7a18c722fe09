"""
Which of its parameters a function reads and which it writes, itself and through the functions it
calls.

Liveness does not ask: to it a read and a write are accesses. It is found only for what has to know,
by a second walk over the functions that are reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xdsl.ir import Operation, SSAValue
from xdsl.traits import EffectInstance, MemoryEffectKind, get_effects

from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.program import Function, callees_first
from usmp_passes.analysis.function_summary import FunctionSummary
from usmp_passes.analysis.function_walk import FunctionWalk, SizeCache
from usmp_passes.analysis.operation_kinds import OperationKinds
from usmp_passes.analysis.walk_records import Access


@dataclass(frozen=True, slots=True)
class Usage:
    """What is done to a buffer. Where that is not known, everything is."""

    reads: bool
    writes: bool

    def __or__(self, other: Usage) -> Usage:
        return Usage(self.reads or other.reads, self.writes or other.writes)


NOT_USED = Usage(reads=False, writes=False)
READ = Usage(reads=True, writes=False)
WRITTEN = Usage(reads=False, writes=True)
READ_AND_WRITTEN = Usage(reads=True, writes=True)

_KNOWN_OPERANDS: Mapping[str, Sequence[Usage]] = {"memref.copy": (READ, WRITTEN)}
"""What operations do to each operand, where their effects do not name the value."""


def usage_of_parameters(
    function: str, functions: Mapping[str, Function], summaries: Mapping[str, FunctionSummary]
) -> Sequence[Usage]:
    """
    What each parameter of `function` is used for. Functions outside the module may do anything with
    their arguments.
    """
    reached = _reached_from(function, summaries)
    callees = {name: [(c.callee, c.op) for c in summaries[name].calls] for name in reached}
    usages: dict[str, Sequence[Usage]] = {}
    kinds, sizes = OperationKinds(), SizeCache()
    for name in callees_first({name: functions[name] for name in reached}, callees):
        if any(parameter.lifetime is not None for parameter in summaries[name].parameters):
            walk = FunctionWalk(functions[name], summaries, functions, kinds, sizes)
            walk.run()
            usages[name] = _usages_in(walk, usages)
        else:
            usages[name] = [NOT_USED] * len(summaries[name].parameters)
    return usages[function]


def _reached_from(function: str, summaries: Mapping[str, FunctionSummary]) -> list[str]:
    """`function` and all that it calls, directly or through others."""
    reached = {function: None}
    pending = [function]
    while pending:
        for call in summaries[pending.pop()].calls:
            if call.callee not in reached:
                reached[call.callee] = None
                pending.append(call.callee)
    return list(reached)


def _usages_in(walk: FunctionWalk, usages: Mapping[str, Sequence[Usage]]) -> Sequence[Usage]:
    """The same for a function that has been walked, given the `usages` of those it calls."""
    callees = {id(call.op): call.callee for call in walk.calls}
    used: list[Usage] = [NOT_USED] * len(walk.aliases.sources)
    op: Operation | None = None
    by_node: Mapping[int, Usage] = {}
    for access in walk.accesses:
        if access.parameter is not None:
            used[access.node] |= usages[callees[id(access.op)]][access.parameter]
            continue
        # The accesses of an operation follow each other: its operands are looked at once.
        if access.op is not op:
            op, by_node = access.op, _usage_by_node(access, walk)
        used[access.node] |= by_node[access.node]
    reads = _reaching([node for node, usage in enumerate(used) if usage.reads], walk)
    writes = _reaching([node for node, usage in enumerate(used) if usage.writes], walk)
    return [Usage(node in reads, node in writes) for node in walk.parameters]


def _reaching(nodes: Sequence[int], walk: FunctionWalk) -> set[int]:
    """`nodes` and all that they may be an alias of."""
    reached = set(nodes)
    pending = list(reached)
    while pending:
        for source in walk.aliases.sources[pending.pop()] or ():
            if source not in reached:
                reached.add(source)
                pending.append(source)
    return reached


def _usage_by_node(access: Access, walk: FunctionWalk) -> Mapping[int, Usage]:
    """What the operation of an access does to each node that its operands are."""
    op = access.op
    known, effects = _KNOWN_OPERANDS.get(op.name), _effects_on_operands(op)
    found: dict[int, Usage] = {}
    for number, operand in enumerate(op.operands):
        node = walk.aliases.node_of(operand)
        if node is None:
            continue
        usage = known[number] if known is not None else _usage(operand, effects)
        found[node] = found.get(node, NOT_USED) | usage
    return found


def _effects_on_operands(op: Operation) -> Sequence[EffectInstance] | None:
    """The effects of an operation on its operands, `None` if they are not known."""
    if op.regions or get_interface(op, BufferCallInterface) is not None:
        return None
    effects = get_effects(op)
    # An access without an effect is one of which its operation says nothing.
    return list(effects) if effects else None


def _usage(operand: SSAValue, effects: Sequence[EffectInstance] | None) -> Usage:
    if effects is None:
        return READ_AND_WRITTEN
    usage = NOT_USED
    for effect in effects:
        # An effect that names no value may be one on any operand.
        if isinstance(effect.value, SSAValue) and effect.value is not operand:
            continue
        match effect.kind:
            case MemoryEffectKind.READ:
                usage |= READ
            case MemoryEffectKind.WRITE:
                usage |= WRITTEN
            case _:
                usage |= READ_AND_WRITTEN
    return usage
