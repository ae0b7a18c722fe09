"""From `tir` to upstream dialects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import DYNAMIC_INDEX, ModuleOp
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter

from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import POOL_ALLOCATION, PoolOp
from usmp_dialect.program import fail
from usmp_passes.lowering.attributes import drop_own_attributes
from usmp_passes.lowering.byte_forms import ByteForms
from usmp_passes.lowering.module_lowering import ModuleLowering
from usmp_passes.lowering.signatures import Program, function_around
from usmp_passes.lowering.thread_numbers import (
    call_for_thread_numbers,
    check_thread_number_function,
)


@dataclass(frozen=True)
class LowerTirPass(ModulePass):
    """
    Writes `tir` in the upstream dialects `func`, `scf`, `memref` and `arith`, so that `mlir-opt`
    accepts the program and upstream's passes take it to LLVM.

    - Functions, returns, loads and stores become their namesakes. Functions outside the module are
      declared with the types they are called with; where calls differ, with `memref<?xi8>`.
    - `parallel` and `thread_binding` loops become `scf.parallel`, others `scf.for`. What upstream
      has no word for is kept as `loop_kind = "vectorized"` and `thread = "threadIdx.x"`.
    - A buffer that is not in a pool becomes a `memref.alloc`, freed after its last use in its block
      unless it is returned, yielded or kept. (A `memref.alloca` would be freed at the end of the
      function only, once loops have become branches: each iteration would take more of the stack.)
    - A constant becomes a private constant `memref.global`.
    - A model parameter becomes a call of a function without arguments, `@lookup_param_<name>`, that
      returns its address. It is declared, unless the module defines it. (A global could not be of
      dynamic shape, as parameters mostly are.)
    - The number of a thread becomes a call of `@usmp_thread_number`, which is declared unless the
      module defines it: whoever runs the loops in threads provides it. (It stays what it is where
      the attributes of this project do.)
    - Where a call passes a buffer for a parameter of other element type or shape, it passes a view:
      see `usmp_passes.lowering.byte_forms`.

    Pools, and the attributes of the dialects `tir` and `usmp`, are dropped, as `mlir-opt` knows
    neither; with `keep_usmp_attributes` they stay, for passes of this project that come later. A
    buffer that has been planned but not been made a view of its pool is an error unless they stay.
    """

    name: ClassVar[str] = "lower-tir"

    keep_usmp_attributes: bool = False

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        lower_tir(op, keep_usmp_attributes=self.keep_usmp_attributes)


def lower_tir(module: ModuleOp, *, keep_usmp_attributes: bool = False) -> None:
    """
    What the pass does. Raises `AnalysisError`, before anything is changed, for what upstream has no
    operation for.
    """
    modules = [op for op in module.walk() if isinstance(op, ModuleOp)]
    for op in module.walk():
        if isinstance(op, tir.AllocateOp):
            _check_allocation(op, keep_usmp_attributes=keep_usmp_attributes)
    if not keep_usmp_attributes:
        for nested in modules:
            check_thread_number_function(nested)
    lowerings = [ModuleLowering(program, ByteForms(program)) for program in map(Program, modules)]
    for lowering in lowerings:
        lowering.run()
    if not keep_usmp_attributes:
        for nested in modules:
            call_for_thread_numbers(nested)
        for op in list(module.walk()):
            if isinstance(op, PoolOp):
                Rewriter.erase_op(op)
            else:
                drop_own_attributes(op)


def _check_allocation(op: tir.AllocateOp, *, keep_usmp_attributes: bool) -> None:
    if len(op.dynamic_sizes) != op.buffer.type.get_shape().count(DYNAMIC_INDEX):
        fail(
            op,
            f"{_describe(op)} has dynamic extents whose sizes are not given: "
            "give them in parentheses",
        )
    if POOL_ALLOCATION in op.attributes and not keep_usmp_attributes:
        fail(
            op,
            f"{_describe(op)} has {POOL_ALLOCATION}, which would be lost: run "
            "usmp-convert-pool-allocations-to-offsets first, or set keep-usmp-attributes",
        )


def _describe(op: tir.AllocateOp) -> str:
    name = op.buffer.name_hint if op.buffer_name is None else op.buffer_name.data
    what = "a buffer" if name is None else f"buffer '{name}'"
    return f"{what} of {function_around(op)}"
