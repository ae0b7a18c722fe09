"""The `scf` dialect: which regions run again, which run at the same time, and what they carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from xdsl.dialects import scf
from xdsl.ir import Block, Operation, SSAValue

from usmp_dialect.constant_value import constant_integer
from usmp_dialect.interfaces import (
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    attach_interface,
)

Flow = tuple[SSAValue, SSAValue]


def _yielded(block: Block) -> Sequence[SSAValue]:
    """What the terminator of `block` passes on; nothing for a block that is not finished."""
    return () if block.last_op is None else block.last_op.operands


def trip_count(lower: SSAValue, upper: SSAValue, step: SSAValue) -> int | None:
    """The iterations of a loop from `lower` up to `upper` by `step`, if the three are constant."""
    first, end, stride = (constant_integer(value) for value in (lower, upper, step))
    if first is None or end is None or stride is None or stride <= 0:
        return None
    return max(0, -((first - end) // stride))


class _For(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        loop = cast(scf.ForOp, op)
        trips = trip_count(loop.lb, loop.ub, loop.step)
        return RegionSemantics(RegionExecution.SERIAL_LOOP, op.name, trips)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[Flow]:
        loop = cast(scf.ForOp, op)
        carried = loop.body.block.args[1:]
        for values in (loop.iter_args, _yielded(loop.body.block)):
            yield from zip(values, carried, strict=False)
            yield from zip(values, loop.res, strict=False)


class _While(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.SERIAL_LOOP, op.name)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[Flow]:
        loop = cast(scf.WhileOp, op)
        before, after = loop.before_region.block, loop.after_region.block
        passed_on = _yielded(before)[1:]
        yield from zip(loop.arguments, before.args, strict=False)
        yield from zip(passed_on, after.args, strict=False)
        yield from zip(passed_on, loop.res, strict=False)
        yield from zip(_yielded(after), before.args, strict=False)


class _Parallel(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        loop = cast(scf.ParallelOp, op)
        trips: int | None = 1
        for bounds in zip(loop.lowerBound, loop.upperBound, loop.step, strict=False):
            extent = trip_count(*bounds)
            trips = None if trips is None or extent is None else trips * extent
        return RegionSemantics(
            RegionExecution.CONCURRENT_LOOP, op.name, trips, is_serial_kind=False
        )


class _Choice(RegionOpInterface):
    """One of the regions runs, once, and yields the results."""

    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.ONCE, op.name)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[Flow]:
        for region in op.regions:
            for block in region.blocks:
                if block.last_op is not None and not block.last_op.successors:
                    yield from zip(_yielded(block), op.results, strict=False)


class _Reduce(RegionOpInterface):
    """The regions run once in each iteration of the loop that the operation ends."""

    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.ONCE, op.name)


attach_interface(scf.ForOp, _For())
attach_interface(scf.WhileOp, _While())
attach_interface(scf.ParallelOp, _Parallel())
attach_interface(scf.ReduceOp, _Reduce())
attach_interface(scf.IfOp, _Choice())
attach_interface(scf.IndexSwitchOp, _Choice())
attach_interface(scf.ExecuteRegionOp, _Choice())
