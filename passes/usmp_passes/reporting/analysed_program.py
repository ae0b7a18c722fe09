"""What a program says of its memory, before planning, with a plan, or rewritten onto its pools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from usmp_dialect.dialects.usmp import MEMORY_PRESSURE
from usmp_dialect.program import functions_of
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.analysis.memory_pools import MemoryPools
from usmp_passes.analysis.operation_kinds import OperationKinds
from usmp_passes.verification.placed_buffer import PlacedBuffer, placed_buffers, slice_count
from usmp_passes.verification.pool_memory import PoolUses
from usmp_passes.verification.view_kinds import ViewKinds


@dataclass(frozen=True)
class AnalysedProgram:
    """The buffers of a program, and those of them that have a place."""

    module: ModuleOp
    pools: MemoryPools
    analysis: BufferInfoAnalysis
    placed: Mapping[Operation, PlacedBuffer]
    """By the allocation, or the view of a pool that stands for it."""


def analyse_program(
    module: ModuleOp, main: str | None = None, *, conflicts: bool = False
) -> AnalysedProgram:
    """
    Analyses a module. `main` names the entry function; by default it is the one that the program
    was planned for, where it says so, and the one found by its mark where not. `conflicts` lists
    all conflicts of each buffer.

    Raises `AnalysisError` for what `BufferInfoAnalysis` cannot analyse, and for places in pools
    that are none.
    """
    pools = MemoryPools(module)
    views = PoolUses(module, pools.pools, OperationKinds()).views

    def why_left_out(allocation: Operation) -> str | None:
        return None if allocation in views else pools.why_left_out(allocation)

    analysis = BufferInfoAnalysis(
        module,
        main or _planned_entry(module),
        alignment=1,
        conflicts=conflicts,
        why_left_out=why_left_out,
        kinds=ViewKinds(views),
        slices=lambda allocation: slice_count(allocation, views),
    )
    # A module inside this one has pools of its own.
    buffers = [buffer for buffer in analysis.buffers if buffer.function is not None]
    placed = placed_buffers(buffers, views, None)
    return AnalysedProgram(module, pools, analysis, {one.buffer.op: one for one in placed})


def _planned_entry(module: ModuleOp) -> str | None:
    """The entry function that passes have marked, `None` if it is none or several."""
    marked = [
        name
        for name, function in functions_of(module).items()
        if MEMORY_PRESSURE in function.op.attributes
    ]
    return marked[0] if len(marked) == 1 else None
