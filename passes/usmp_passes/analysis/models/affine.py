"""The `affine` dialect: its loops and branches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from xdsl.dialects import affine
from xdsl.dialects.builtin import AffineMapAttr
from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import (
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    attach_interface,
)


def _constant_result(map: AffineMapAttr) -> int | None:
    """The value of a map that has one result, and needs no operands for it."""
    affine_map = map.data
    if affine_map.num_dims or affine_map.num_symbols or len(affine_map.results) != 1:
        return None
    return affine_map.eval((), ())[0]


class _For(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        loop = cast(affine.ForOp, op)
        lower, upper = _constant_result(loop.lowerBoundMap), _constant_result(loop.upperBoundMap)
        step = loop.step.value.data
        trips = None
        if lower is not None and upper is not None and step > 0:
            trips = max(0, -((lower - upper) // step))
        return RegionSemantics(RegionExecution.SERIAL_LOOP, op.name, trips)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[tuple[SSAValue, SSAValue]]:
        loop = cast(affine.ForOp, op)
        body = loop.body.block
        yielded = () if body.last_op is None else body.last_op.operands
        for values in (loop.inits, yielded):
            yield from zip(values, body.args[1:], strict=False)
            yield from zip(values, loop.res, strict=False)


class _Parallel(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.CONCURRENT_LOOP, op.name, is_serial_kind=False)


class _If(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.ONCE, op.name)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[tuple[SSAValue, SSAValue]]:
        for region in op.regions:
            for block in region.blocks:
                if block.last_op is not None:
                    yield from zip(block.last_op.operands, op.results, strict=False)


attach_interface(affine.ForOp, _For())
attach_interface(affine.ParallelOp, _Parallel())
attach_interface(affine.IfOp, _If())
