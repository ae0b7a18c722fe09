"""What xDSL's implementation of the `cf` dialect lacks."""

from __future__ import annotations

from itertools import accumulate

from xdsl.dialects import cf
from xdsl.interpreter import Interpreter, PythonValues, Successor, impl_terminator, register_impls
from xdsl.interpreters.cf import CfFunctions as UpstreamCfFunctions


@register_impls
class CfFunctions(UpstreamCfFunctions):
    """Implementations of the operations of the `cf` dialect."""

    @impl_terminator(cf.SwitchOp)
    def run_switch(
        self, interpreter: Interpreter, op: cf.SwitchOp, args: PythonValues
    ) -> tuple[Successor, PythonValues]:
        counts = op.case_operand_segments.get_values()
        values = () if op.case_values is None else op.case_values.get_values()
        for value, block, end, count in zip(
            values, op.case_blocks, accumulate(counts), counts, strict=True
        ):
            if value == args[0]:
                passed = interpreter.get_values(op.case_operands[end - count : end])
                return Successor(block, passed), ()
        return Successor(op.default_block, interpreter.get_values(op.default_operands)), ()
