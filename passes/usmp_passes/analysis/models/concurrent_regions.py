"""Dialects whose operations hand their regions to several threads."""

from __future__ import annotations

from xdsl.ir import Dialect, Operation

from usmp_dialect.interfaces import (
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    attach_interface,
)


class _RunsOnThreads(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(
            RegionExecution.CONCURRENT_LOOP,
            op.name,
            is_serial_kind=False,
            accesses_operands=True,
        )


def attach_to_all(dialect: Dialect) -> None:
    """
    Takes the regions of every operation of `dialect` to run on several threads at the same time.
    """
    for op_type in dialect.operations:
        attach_interface(op_type, _RunsOnThreads())
