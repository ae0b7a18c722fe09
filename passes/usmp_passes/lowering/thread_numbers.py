"""The number of the thread that runs an iteration, as a function that whoever runs it provides."""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.dialects.builtin import FunctionType, IndexType, ModuleOp
from xdsl.ir import Operation
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import ThreadNumberOp
from usmp_dialect.program import fail
from usmp_passes.lowering.replacing import located, replace

THREAD_NUMBER_FUNCTION = "usmp_thread_number"
"""The function, without parameters, that gives the number of the thread as an `index`."""

_TYPE = FunctionType.from_lists([], [IndexType()])


def check_thread_number_function(module: ModuleOp) -> None:
    """
    Checks that a module which needs the function has none that is another. Raises `AnalysisError`
    if it has.
    """
    found = _symbol(module)
    if found is None or not _thread_numbers(module):
        return
    if not isinstance(found, func.FuncOp | tir.FuncOp) or found.function_type != _TYPE:
        fail(
            found,
            f"@{THREAD_NUMBER_FUNCTION} gives the number of a thread, and must be a function of "
            f"type {_TYPE}: rename this one",
        )


def call_for_thread_numbers(module: ModuleOp) -> None:
    """
    Replaces each `usmp.thread_number` of a module by a call of the function, and declares that if
    the module does not have it.
    """
    numbers = _thread_numbers(module)
    if not numbers:
        return
    if _symbol(module) is None:
        declaration = func.FuncOp.external(THREAD_NUMBER_FUNCTION, [], [IndexType()])
        block = module.body.block
        assert block.first_op is not None
        block.insert_ops_before(located([declaration], numbers[0]), block.first_op)
    for op in numbers:
        call = func.CallOp(THREAD_NUMBER_FUNCTION, [], [IndexType()])
        call.attributes |= op.attributes
        replace(op, [call])


def _symbol(module: ModuleOp) -> Operation | None:
    named = (op for op in module.ops if get_name_if_symbol(op) == THREAD_NUMBER_FUNCTION)
    return next(named, None)


def _thread_numbers(module: ModuleOp) -> list[ThreadNumberOp]:
    """Those in a module, but not in modules inside it."""
    found: list[ThreadNumberOp] = []
    pending = [op for op in module.ops if not isinstance(op, ModuleOp)]
    while pending:
        op = pending.pop()
        if isinstance(op, ThreadNumberOp):
            found.append(op)
        for region in op.regions:
            for block in region.blocks:
                pending.extend(inner for inner in block.ops if not isinstance(inner, ModuleOp))
    return found
