"""Calls of the `func` dialect, to functions in the module and outside it."""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.interpreter import Interpreter, PythonValues, impl, register_impls
from xdsl.interpreters.func import FuncFunctions as UpstreamFuncFunctions

from usmp_dialect.interpreters.calls import call
from usmp_dialect.interpreters.environment import Environment


@register_impls
class FuncFunctions(UpstreamFuncFunctions):
    """Implementations of the operations of the `func` dialect."""

    def __init__(self, environment: Environment | None = None):
        self.environment = Environment() if environment is None else environment

    @impl(func.CallOp)
    def run_call(
        self, interpreter: Interpreter, op: func.CallOp, args: PythonValues
    ) -> PythonValues:
        return call(self.environment, interpreter, op, op.callee.root_reference.data, args)
