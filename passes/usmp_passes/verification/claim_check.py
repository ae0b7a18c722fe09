"""Whether all that a program says of places in pools has been understood."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation

from usmp_dialect.dialects.usmp import BUFFER, PLAN, POOL, POOL_ALLOCATION
from usmp_dialect.program import fail
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.analysis.operation_kinds import OperationKinds
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.verification.placed_buffer import buffer_text
from usmp_passes.verification.pool_memory import PoolView, operations_of


def check_claims(
    module: ModuleOp,
    analysis: BufferInfoAnalysis,
    views: Mapping[Operation, PoolView],
    kinds: OperationKinds,
) -> None:
    """
    Checks that what the module marks as placed is an allocation or one of the `views` of pools, and
    that every buffer which could have a place has one, if the module says that it has a plan.

    Raises `AnalysisError` for what is neither, and for a buffer without a place.
    """
    for op in operations_of(module, kinds):
        if not op.attributes:
            continue
        if POOL_ALLOCATION in op.attributes and op not in analysis.buffer_of:
            fail(
                op,
                f"{operation_name(op)} has {POOL_ALLOCATION}, but makes no buffer, so that it "
                "cannot be checked",
            )
        if BUFFER in op.attributes and op not in views:
            _fail_unknown_memory(op)
    if PLAN in module.attributes:
        for buffer in analysis.planned:
            if buffer.op not in views and POOL_ALLOCATION not in buffer.op.attributes:
                fail(
                    buffer.op,
                    f"{buffer_text(buffer)} has no {POOL_ALLOCATION}, though the module has a plan "
                    f"({PLAN}): plan again",
                )


def _fail_unknown_memory(op: Operation) -> None:
    name = op.attributes[BUFFER]
    what = name.data if isinstance(name, StringAttr) else name
    fail(
        op,
        f"{operation_name(op)} is buffer '{what}' of a pool ({BUFFER}), but no memref.view of a "
        f"pool's memory, so that it cannot be checked: mark that memory with {POOL}",
    )
