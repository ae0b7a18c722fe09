"""The `usmp` dialect, as far as it is run."""

from __future__ import annotations

from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    register_impls,
)

from usmp_dialect.dialects import usmp


@register_impls
class UsmpFunctions(InterpreterFunctions):
    """Implementations of the operations of the `usmp` dialect. All runs in one thread."""

    @impl(usmp.ThreadNumberOp)
    def run_thread_number(
        self, interpreter: Interpreter, op: usmp.ThreadNumberOp, args: PythonValues
    ) -> PythonValues:
        return (0,)
