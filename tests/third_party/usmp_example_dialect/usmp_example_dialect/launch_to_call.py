"""A pass of the accelerator's: kernels become functions, launches calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter

from usmp_example_dialect.accel import KernelOp, LaunchOp, ReturnOp


@dataclass(frozen=True)
class LaunchToCallPass(ModulePass):
    """Makes `func.func` of `accel.kernel`, and `func.call` of `accel.launch`."""

    name: ClassVar[str] = "accel-launch-to-call"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for inner in list(op.walk()):
            replacement = _replacement(inner)
            if replacement is not None:
                Rewriter.replace_op(inner, replacement)


def _replacement(op: Operation) -> Operation | None:
    match op:
        case KernelOp():
            function = func.FuncOp(
                op.sym_name.data, op.function_type, op.detach_region(op.body), "private"
            )
            if op.arg_attrs is not None:
                function.properties["arg_attrs"] = op.arg_attrs
            return function
        case LaunchOp():
            return func.CallOp(op.kernel, op.arguments, ())
        case ReturnOp():
            return func.ReturnOp()
        case _:
            return None
