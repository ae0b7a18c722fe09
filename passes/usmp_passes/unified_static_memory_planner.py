"""The pass that does everything: from a program with allocations to one with pools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.convert_pool_allocations_to_offsets import (
    ConvertPoolAllocationsToOffsetsPass,
    Pools,
)
from usmp_passes.create_io_allocates import CreateIOAllocatesPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.io_parameters import ParameterNames
from usmp_passes.plan_memory import PlanMemoryPass
from usmp_passes.verify_plan import VerifyPlanPass


@dataclass(frozen=True)
class UnifiedStaticMemoryPlannerPass(ModulePass):
    """
    Plans the memory of a whole program and rewrites the program onto its pools:
    `usmp-create-io-allocates` if `create_io_allocates` is set, `usmp-assign-pool-info`,
    `usmp-extract-buffer-info`, `usmp-plan-memory`, and, unless `convert` is unset,
    `usmp-convert-pool-allocations-to-offsets`. The plan is verified before the program is rewritten
    and after. The options are those of these passes.
    """

    name: ClassVar[str] = "unified-static-memory-planner"

    main: str | None = None
    alignment: int = DEFAULT_ALIGNMENT
    algorithm: str = "best"
    seed: int = 0
    time_limit: float | None = None
    pools: Pools = "arguments"
    create_io_allocates: bool = False
    inputs: ParameterNames = ()
    outputs: ParameterNames = ()
    inouts: ParameterNames = ()
    keep: ParameterNames = ()
    sizes: tuple[int, ...] = ()
    convert: bool = True
    threads: int | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for step in self._steps():
            step.apply(ctx, op)

    def _steps(self) -> Iterator[ModulePass]:
        if self.create_io_allocates:
            yield CreateIOAllocatesPass(
                self.main, self.inputs, self.outputs, self.inouts, self.keep, self.sizes
            )
        elif self.inputs or self.outputs or self.inouts or self.keep or self.sizes:
            raise PassFailedException(
                f"{self.name} has options for inputs and outputs, which stay parameters: "
                "set create-io-allocates=true"
            )
        yield AssignPoolInfoPass()
        # The planner reads live ranges; conflicts are listed only for buffers that have none.
        yield ExtractBufferInfoPass(
            self.main, self.alignment, conflicts=False, threads=self.threads
        )
        yield PlanMemoryPass(self.algorithm, self.seed, self.time_limit)
        yield VerifyPlanPass(main=self.main)
        if self.convert:
            yield ConvertPoolAllocationsToOffsetsPass(self.pools, self.main)
            yield VerifyPlanPass(main=self.main)
