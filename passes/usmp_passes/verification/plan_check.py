"""All that must hold of a plan, in the order in which it is checked."""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from usmp_dialect.program import functions_of
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.analysis.memory_pools import MemoryPools
from usmp_passes.analysis.operation_kinds import OperationKinds
from usmp_passes.verification.claim_check import check_claims
from usmp_passes.verification.constant_check import check_constants_are_only_read
from usmp_passes.verification.deallocation_check import check_pools_are_not_freed
from usmp_passes.verification.overlap_check import check_overlaps
from usmp_passes.verification.placed_buffer import placed_buffers, slice_count
from usmp_passes.verification.placement_check import check_placement, check_pool
from usmp_passes.verification.pool_memory import PoolUses
from usmp_passes.verification.view_kinds import ViewKinds


def check_plan(module: ModuleOp, main: str | None = None, alignment: int | None = None) -> None:
    """
    Checks the places that a module gives to its buffers, be they allocations with a
    `pool_allocation` or views of the memory of pools.

    `main` names the entry function, if it is not to be found by its mark. `alignment`, in bytes, is
    what every buffer must have at least; by default, what its `buffer_info` or its view says.

    Raises `AnalysisError`, which carries the operation, for the first fault that is found, and for
    what `BufferInfoAnalysis` cannot analyse.
    """
    pools = MemoryPools(module)
    for pool in pools.pools.values():
        check_pool(pool)

    uses = PoolUses(module, pools.pools, OperationKinds())
    views, kinds = uses.views, ViewKinds(uses.views)

    def why_left_out(allocation: Operation) -> str | None:
        return None if allocation in views else pools.why_left_out(allocation)

    analysis = BufferInfoAnalysis(
        module,
        main,
        alignment=1,
        conflicts=False,
        why_left_out=why_left_out,
        kinds=kinds,
        slices=lambda allocation: slice_count(allocation, views),
    )
    uses.check_calls(analysis.summaries)
    check_claims(module, analysis, views, kinds)
    # A module inside this one has pools of its own.
    buffers = [b for b in analysis.buffers if _uses_symbols_of(b.op, module, kinds)]
    placed = placed_buffers(buffers, views, alignment)
    for buffer in placed:
        check_placement(buffer, analysis)
    check_constants_are_only_read(placed, functions_of(module), kinds)
    check_pools_are_not_freed(analysis, functions_of(module), views, kinds)
    check_overlaps(placed, analysis)


def _uses_symbols_of(op: Operation, module: ModuleOp, kinds: OperationKinds) -> bool:
    parent = op.parent_op()
    while parent is not None and not kinds.is_symbol_table(parent):
        parent = parent.parent_op()
    return parent is module
