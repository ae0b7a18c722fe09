"""
What a function does to buffers by freeing them, as far as its callers must know; and that nothing
uses a buffer after it was freed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from xdsl.dialects.builtin import TensorType
from xdsl.ir import Operation, Region, SSAValue

from usmp_dialect.interfaces import (
    BranchInterface,
    BufferAliasInterface,
    BufferCallInterface,
    RegionOpInterface,
    get_interface,
)
from usmp_passes.analysis.control_flow import has_graph
from usmp_passes.analysis.freed_uses import FreedUses
from usmp_passes.analysis.operation_kinds import OperationKind
from usmp_passes.analysis.origins import origins_of

if TYPE_CHECKING:
    from usmp_passes.analysis.function_walk import FunctionWalk


class FreedParameter(NamedTuple):
    """That a function may free a buffer that it is given."""

    op: Operation
    """The operation that does, in the function itself."""

    is_sure: bool
    """Whether each activation of the function does."""


@dataclass(frozen=True, slots=True)
class DeallocationSummary:
    """What callers must know of a function to follow what is freed."""

    freed: Mapping[int, FreedParameter]
    """The parameters that it may free, by number."""

    returned: Mapping[int, int]
    """The parameters that results surely are, by the number of the result."""

    operations: Sequence[Operation] = ()
    """Its deallocations."""

    frees_aliases: bool = False
    """Whether one of them frees something else than the result of one of its allocations."""


NO_DEALLOCATIONS = DeallocationSummary({}, {})
"""Of a function that frees nothing and returns nothing."""


def check_deallocations(walk: FunctionWalk) -> DeallocationSummary:
    """
    What a function that has been walked does to be followed by its callers.

    Raises `AnalysisError`, at the use, if a buffer may be used after it was freed, and if it is
    surely freed twice.
    """
    if not walk.frees and not walk.returned:
        return NO_DEALLOCATIONS
    roots = _roots(walk)
    numbers = {node: number for number, node in enumerate(walk.parameters)}
    freed: dict[int, FreedParameter] = {}
    if walk.frees:
        FreedUses(walk, roots).check()
        for op, node, is_sure in walk.frees:
            number = numbers.get(roots[node])
            if number is not None and not (number in freed and freed[number].is_sure):
                freed[number] = FreedParameter(op, is_sure and _always_runs(op, walk))
    returned = _returned_parameters(walk, roots, numbers)
    own = [free for free in walk.frees if walk.kinds.freed_by(free.op) is not None]
    allocated = {allocation.node for allocation in walk.allocations} if own else ()
    frees_aliases = any(free.node not in allocated for free in own)
    return DeallocationSummary(freed, returned, [free.op for free in own], frees_aliases)


def _always_runs(op: Operation, walk: FunctionWalk) -> bool:
    body = walk.function.body
    return op.parent is body.first_block and not has_graph(body)


def _returned_parameters(
    walk: FunctionWalk, roots: Sequence[int], numbers: Mapping[int, int]
) -> dict[int, int]:
    returned: dict[int, int | None] = {}
    for result, node in walk.returned:
        number = numbers.get(roots[node])
        returned[result] = number if returned.setdefault(result, number) == number else None
    return {result: number for result, number in returned.items() if number is not None}


# What is surely the same buffer


def _roots(walk: FunctionWalk) -> list[int]:
    """
    For each node, the node whose buffer it surely is; itself, if it may be one of several buffers.
    """
    roots = [node for node, sources in enumerate(walk.aliases.sources) if not sources]
    origins = origins_of(walk.aliases.sources, [*roots, *_nodes_from_anywhere(walk)])
    return [origin if origin >= 0 else node for node, origin in enumerate(origins)]


def _nodes_from_anywhere(walk: FunctionWalk) -> list[int]:
    """The values that may be other buffers than those they may be aliases of."""
    values: list[SSAValue] = []
    for op in _operations_of(walk.function.body):
        if op.regions:
            interface = get_interface(op, RegionOpInterface)
            if interface is None or interface.get_value_flow(op) is None:
                values.extend(op.results)
                values.extend(
                    argument
                    for region in op.regions
                    for block in region.blocks
                    for argument in block.args
                )
        elif op.results:
            values.extend(_results_from_anywhere(op, walk))
        if op.successors and get_interface(op, BranchInterface) is None:
            values.extend(argument for block in op.successors for argument in block.args)
    nodes = (walk.aliases.node_of(value) for value in values)
    return [node for node in nodes if node is not None]


def _operations_of(region: Region) -> Iterator[Operation]:
    pending = [region]
    while pending:
        for block in pending.pop().blocks:
            for op in block.ops:
                yield op
                pending.extend(op.regions)


def _results_from_anywhere(op: Operation, walk: FunctionWalk) -> Sequence[SSAValue]:
    kind = walk.kinds.kind_of(op)
    if kind is OperationKind.ALLOCATION or get_interface(op, BufferAliasInterface) is not None:
        return ()
    if kind is OperationKind.ALIAS or (
        kind is OperationKind.ESCAPE and not walk.kinds.is_access(op)
    ):
        takes_tensors = any(isinstance(operand.type, TensorType) for operand in op.operands)
        return op.results if takes_tensors else ()
    if kind is OperationKind.CALL:
        interface = get_interface(op, BufferCallInterface)
        assert interface is not None
        callee = interface.get_callee(op)
        summary = walk.summaries.get(callee.root_reference.data)
        if summary is not None and not callee.nested_references.data:
            known = summary.deallocations.returned
            return [result for number, result in enumerate(op.results) if number not in known]
    return op.results
