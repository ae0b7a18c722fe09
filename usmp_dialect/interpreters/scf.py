"""What xDSL's implementation of the `scf` dialect lacks. Parallel loops run serially, in order."""

from __future__ import annotations

from itertools import product

from xdsl.dialects import scf
from xdsl.interpreter import (
    Interpreter,
    PythonValues,
    ReturnedValues,
    TerminatorValue,
    impl,
    impl_terminator,
    register_impls,
)
from xdsl.interpreters.scf import ScfFunctions as UpstreamScfFunctions

from usmp_dialect.interpreters.errors import fail


@register_impls
class ScfFunctions(UpstreamScfFunctions):
    """Implementations of the operations of the `scf` dialect."""

    @impl(scf.ForOp)
    def run_for(self, interpreter: Interpreter, op: scf.ForOp, args: PythonValues) -> PythonValues:
        lower, upper, step, *carried = args
        if step <= 0:
            fail(op, f"the step of the loop is {step}, expected 1 or more")
        values: PythonValues = tuple(carried)
        for index in range(lower, upper, step):
            values = interpreter.run_ssacfg_region(op.body, (index, *values), "scf.for")
        return values

    @impl(scf.ParallelOp)
    def run_parallel(
        self, interpreter: Interpreter, op: scf.ParallelOp, args: PythonValues
    ) -> PythonValues:
        rank = len(op.lowerBound)
        bounds = list(
            zip(args[:rank], args[rank : 2 * rank], args[2 * rank : 3 * rank], strict=True)
        )
        for _, _, step in bounds:
            if step <= 0:
                fail(op, f"a step of the loop is {step}, expected 1 or more")
        totals = args[3 * rank :]
        reduce = op.body.block.last_op
        assert isinstance(reduce, scf.ReduceOp)
        for indices in product(*(range(*bound) for bound in bounds)):
            values = interpreter.run_ssacfg_region(op.body, indices, "scf.parallel")
            totals = tuple(
                interpreter.run_ssacfg_region(region, (total, value), "scf.reduce")[0]
                for region, total, value in zip(reduce.reductions, totals, values, strict=True)
            )
        return totals

    @impl_terminator(scf.ReduceOp)
    def run_reduce(
        self, interpreter: Interpreter, op: scf.ReduceOp, args: PythonValues
    ) -> tuple[TerminatorValue, PythonValues]:
        return ReturnedValues(args), ()

    @impl_terminator(scf.ReduceReturnOp)
    def run_reduce_return(
        self, interpreter: Interpreter, op: scf.ReduceReturnOp, args: PythonValues
    ) -> tuple[TerminatorValue, PythonValues]:
        return ReturnedValues(args), ()

    @impl(scf.ExecuteRegionOp)
    def run_execute_region(
        self, interpreter: Interpreter, op: scf.ExecuteRegionOp, args: PythonValues
    ) -> PythonValues:
        return interpreter.run_ssacfg_region(op.region, (), "scf.execute_region")
