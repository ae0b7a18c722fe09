"""The `cf` dialect: which operands a branch hands to which block."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import cast

from xdsl.dialects import cf
from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import BranchInterface, attach_interface

Flow = tuple[SSAValue, SSAValue]


class _Branch(BranchInterface):
    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[Flow]:
        branch = cast(cf.BranchOp, op)
        return zip(branch.arguments, branch.successor.args, strict=False)


class _ConditionalBranch(BranchInterface):
    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[Flow]:
        branch = cast(cf.ConditionalBranchOp, op)
        yield from zip(branch.then_arguments, branch.then_block.args, strict=False)
        yield from zip(branch.else_arguments, branch.else_block.args, strict=False)


class _Switch(BranchInterface):
    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[Flow]:
        switch = cast(cf.SwitchOp, op)
        yield from zip(switch.default_operands, switch.default_block.args, strict=False)
        operands = iter(switch.case_operands)
        counts = switch.case_operand_segments.get_values()
        for block, count in zip(switch.case_blocks, counts, strict=False):
            yield from zip(islice(operands, count), block.args, strict=False)


attach_interface(cf.BranchOp, _Branch())
attach_interface(cf.ConditionalBranchOp, _ConditionalBranch())
attach_interface(cf.SwitchOp, _Switch())
