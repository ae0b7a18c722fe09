"""The `tir` dialect."""

from __future__ import annotations

from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    ReturnedValues,
    TerminatorValue,
    impl,
    impl_callable,
    impl_terminator,
    register_impls,
)

from usmp_dialect.buffer_type import size_bytes_of
from usmp_dialect.dialects import tir
from usmp_dialect.interpreters.allocation import allocated, constant_memory, name_of_value
from usmp_dialect.interpreters.calls import call
from usmp_dialect.interpreters.environment import Environment
from usmp_dialect.interpreters.errors import blaming, fail
from usmp_dialect.interpreters.memory import Buffer, Memory, view_of, with_type
from usmp_dialect.interpreters.scalars import as_signed, wrapped


@register_impls
class TirFunctions(InterpreterFunctions):
    """Implementations of the operations of the `tir` dialect. Loops of all kinds run serially."""

    def __init__(self, environment: Environment | None = None):
        self.environment = Environment() if environment is None else environment

    @impl(tir.AllocateOp)
    def run_allocate(
        self, interpreter: Interpreter, op: tir.AllocateOp, args: PythonValues
    ) -> PythonValues:
        name = name_of_value(op.buffer) if op.buffer_name is None else op.buffer_name.data
        return (allocated(self.environment, op, op.buffer.type, name, args),)

    @impl(tir.AllocateConstOp)
    def run_allocate_const(
        self, interpreter: Interpreter, op: tir.AllocateConstOp, args: PythonValues
    ) -> PythonValues:
        name = name_of_value(op.buffer) if op.buffer_name is None else op.buffer_name.data
        memory = constant_memory(op, op.value)
        return (view_of(Buffer.whole(f"buffer '{name}'", memory), 0, op.buffer.type),)

    @impl(tir.LookupParamOp)
    def run_lookup_param(
        self, interpreter: Interpreter, op: tir.LookupParamOp, args: PythonValues
    ) -> PythonValues:
        name = op.param_name.data
        data = self.environment.parameters.get(name)
        if data is None:
            fail(op, f"there is no parameter {name!r}: give its bytes as parameters[{name!r}]")
        data = memoryview(data).cast("B")
        needed = size_bytes_of(op.buffer.type)
        if needed is not None and needed != len(data):
            fail(
                op,
                f"parameter {name!r} has {len(data)} bytes, but {op.buffer.type} has {needed}",
            )
        buffer = Buffer.whole(f"parameter {name!r}", Memory(data, is_constant=True))
        with blaming(op):
            return (with_type(buffer.as_bytes(), op.buffer.type, f"parameter {name!r}"),)

    @impl(tir.LoadOp)
    def run_load(
        self, interpreter: Interpreter, op: tir.LoadOp, args: PythonValues
    ) -> PythonValues:
        buffer, *indices = args
        with blaming(op):
            return (buffer.load(indices),)

    @impl(tir.StoreOp)
    def run_store(
        self, interpreter: Interpreter, op: tir.StoreOp, args: PythonValues
    ) -> PythonValues:
        element, buffer, *indices = args
        with blaming(op):
            buffer.store(indices, element)
        return ()

    @impl(tir.ForOp)
    def run_for(self, interpreter: Interpreter, op: tir.ForOp, args: PythonValues) -> PythonValues:
        given = iter(args)
        lower, upper = (
            bound if isinstance(bound, int) else next(given)
            for bound in (op.lower_bound, op.upper_bound)
        )
        for index in range(lower, upper):
            interpreter.run_ssacfg_region(op.body, (index,), "tir.for")
        return ()

    @impl_terminator(tir.YieldOp)
    def run_yield(
        self, interpreter: Interpreter, op: tir.YieldOp, args: PythonValues
    ) -> tuple[TerminatorValue, PythonValues]:
        return ReturnedValues(()), ()

    @impl(tir.CallExternOp)
    def run_call_extern(
        self, interpreter: Interpreter, op: tir.CallExternOp, args: PythonValues
    ) -> PythonValues:
        return call(self.environment, interpreter, op, op.callee.root_reference.data, args)

    @impl_callable(tir.FuncOp)
    def call_func(
        self, interpreter: Interpreter, op: tir.FuncOp, args: PythonValues
    ) -> PythonValues:
        if op.is_declaration:
            return interpreter.call_external(op.sym_name.data, op, args)
        return interpreter.run_ssacfg_region(op.body, args, op.sym_name.data)

    @impl_terminator(tir.ReturnOp)
    def run_return(
        self, interpreter: Interpreter, op: tir.ReturnOp, args: PythonValues
    ) -> tuple[TerminatorValue, PythonValues]:
        return ReturnedValues(args), ()

    @impl(tir.QMultiplyShiftOp)
    def run_q_multiply_shift(
        self, interpreter: Interpreter, op: tir.QMultiplyShiftOp, args: PythonValues
    ) -> PythonValues:
        lhs, rhs = (as_signed(value, 32) for value in args)
        right = op.total_right_shift
        half = 1 << (right - 1) if right else 0
        return (wrapped((((lhs << op.left_shift) * rhs) + half) >> right, op.result.type),)
