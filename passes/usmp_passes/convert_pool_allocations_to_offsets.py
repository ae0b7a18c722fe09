"""The pass that makes pools memory of the program, and buffers views of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter

from usmp_passes.rewriting.buffer_views import replace_by_view
from usmp_passes.rewriting.deallocations import deallocations_of_pool_memory
from usmp_passes.rewriting.planned_program import PlannedProgram
from usmp_passes.rewriting.pool_globals import add_pool_globals
from usmp_passes.rewriting.pool_parameters import add_pool_parameters

Pools = Literal["arguments", "globals"]
"""What the memory of the pools is: given by the caller of the program, or the module's own."""


@dataclass(frozen=True)
class ConvertPoolAllocationsToOffsetsPass(ModulePass):
    """
    Replaces each allocation that has a `pool_allocation` by a `memref.view` of its pool, at its
    offset.

    With `pools="arguments"` each function that needs a pool, itself or for a function that it
    calls, takes it as a trailing parameter `memref<Nxi8> {usmp.pool = @name}` of the pool's
    `allocated_size`, and calls pass it on. With `pools="globals"` the pools are private globals of
    the module, and no signature changes. Pools of constants are initialised read-only globals in
    both cases.

    `main` names the entry function. Functions that need no pool are left as they are. The plan is
    taken as it is, but for what the rewriting relies on: that each buffer is in a function that the
    program reaches, and lies aligned inside a pool that serves its memory space; whether buffers
    overlap is for `usmp-verify-plan` to say.
    """

    name: ClassVar[str] = "usmp-convert-pool-allocations-to-offsets"

    pools: Pools = "arguments"
    main: str | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        convert_pool_allocations_to_offsets(op, self.pools, self.main)


def convert_pool_allocations_to_offsets(
    module: ModuleOp, pools: Pools = "arguments", main: str | None = None
) -> None:
    """
    What the pass does. Raises `AnalysisError`, a `PassFailedException` that carries the operation;
    the module may then be half converted.
    """
    program = PlannedProgram(module, main)
    constants = [placement for placement in program.placements if placement.is_constant]
    buffers = [placement for placement in program.placements if not placement.is_constant]
    spent = deallocations_of_pool_memory(program)
    add_pools = add_pool_parameters if pools == "arguments" else add_pool_globals
    memory = add_pools(program, buffers) | add_pool_globals(program, constants)
    for deallocation in spent:
        Rewriter.erase_op(deallocation)
    for placement in program.placements:
        replace_by_view(placement, memory[placement.scope.region, placement.pool.name])
