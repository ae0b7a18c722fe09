"""Makes every `tir.for` a serial loop."""

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from usmp_dialect.dialects.tir import ForOp, LoopKind, LoopKindAttr


def make_serial(loop: ForOp) -> None:
    """Changes a loop's kind to serial, in place; the thread it may be bound to is dropped."""
    loop.kind = LoopKindAttr(LoopKind.SERIAL)
    loop.thread_tag = None


class ConvertForLoopsSerialPass(ModulePass):
    """
    Makes every `tir.for` serial, of whatever kind it is, at any nesting, in every function.

    A concurrent loop may be run serially, so the program means the same. The buffers that are
    allocated under it can then be planned: no two iterations need theirs at the same time.
    """

    name = "tir-convert-for-loops-serial"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for nested_op in op.walk():
            if isinstance(nested_op, ForOp):
                make_serial(nested_op)
