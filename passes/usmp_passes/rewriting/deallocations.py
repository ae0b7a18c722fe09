"""Which deallocations free memory that belongs to a pool, and go when it does."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import BufferAllocationInterface, get_interface
from usmp_dialect.program import fail
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.analysis.program_alias_flow import Node, ProgramAliasFlow
from usmp_passes.rewriting.placement import Placement
from usmp_passes.rewriting.planned_program import PlannedProgram


def deallocations_of_pool_memory(program: PlannedProgram) -> Sequence[Operation]:
    """
    The deallocations whose operand is a buffer that the plan has put in a pool, or an alias of one.

    Raises `AnalysisError` for one that may free such a buffer or, another time, other memory: the
    planner leaves such buffers alone, but not every plan is the planner's.
    """
    placed: dict[Node, Placement] = {
        placement.buffer: placement for placement in program.placements
    }
    of_placed: list[Operation] = []
    unclear: list[tuple[Operation, SSAValue]] = []
    for op, freed in program.deallocations if placed else ():
        if freed in placed:
            of_placed.append(op)
        elif not _is_allocated_by(freed.owner):
            unclear.append((op, freed))
    if unclear:
        flow = _alias_flow(program)
        from_placed = flow.reached_from(placed)
        from_elsewhere = flow.reached_from(
            [
                *flow.elsewhere,
                *(value for value in flow.allocations.values() if value not in placed),
            ]
        )
        for op, freed in unclear:
            if freed in from_placed:
                if freed in from_elsewhere:
                    _fail_unclear(op, placed[from_placed[freed]])
                of_placed.append(op)
    return of_placed


def _alias_flow(program: PlannedProgram) -> ProgramAliasFlow:
    called = {call.callee for call in program.calls}
    entries = {entry.name for entry in program.entries}
    uncalled = program.functions.keys() - called
    return ProgramAliasFlow(program.functions, entries | uncalled | program.references.keys())


def _is_allocated_by(owner: object) -> bool:
    return (
        isinstance(owner, Operation) and get_interface(owner, BufferAllocationInterface) is not None
    )


def _fail_unclear(op: Operation, placement: Placement) -> None:
    fail(
        op,
        f"{operation_name(op)} may free {placement}, which is in pool @{placement.pool.name}, "
        "or memory that is in none: free each where it is known which it is",
    )
