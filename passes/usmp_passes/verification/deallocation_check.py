"""Whether anything frees what is a part of a pool's memory."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.ir import Operation

from usmp_dialect.program import Function, fail
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.analysis.operation_kinds import OperationKinds
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.analysis.program_alias_flow import Node, ProgramAliasFlow
from usmp_passes.verification.pool_memory import PoolView


def check_pools_are_not_freed(
    analysis: BufferInfoAnalysis,
    functions: Mapping[str, Function],
    views: Mapping[Operation, PoolView],
    kinds: OperationKinds,
) -> None:
    """
    Checks that no deallocation of the program that was analysed may free one of the `views` of
    pools. Raises `AnalysisError` for one that may.
    """
    summaries = [summary.deallocations for summary in analysis.summaries.values()]
    if not views or not any(summary.operations for summary in summaries):
        return
    origins: dict[Node, PoolView] = {
        kinds.allocation_of(op).get_buffer(op): view for op, view in views.items()
    }
    reached: Mapping[Node, Node] = dict(zip(origins, origins, strict=True))
    if any(summary.frees_aliases for summary in summaries):
        reached = ProgramAliasFlow(functions, frozenset(), kinds).reached_from(origins)
    for summary in summaries:
        for op in summary.operations:
            freed = kinds.freed_by(op)
            if freed is not None and freed in reached:
                fail(
                    op,
                    f"{operation_name(op)} may free a view of pool "
                    f"@{origins[reached[freed]].memory.pool}, which is no memory of its own: "
                    "remove it",
                )
