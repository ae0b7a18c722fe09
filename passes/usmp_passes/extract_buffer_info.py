"""The pass that attaches what the planner must know of each buffer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, IntegerType, ModuleOp, StringAttr
from xdsl.passes import ModulePass
from xdsl.utils.bitwise_casts import is_power_of_two
from xdsl.utils.exceptions import PassFailedException

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT
from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    MAX_SLICES,
    MEMORY_PRESSURE,
    NOT_PLANNED,
    POOL_ALLOCATION,
    BufferInfo,
    BufferInfoAttr,
)
from usmp_passes.analysis import (
    Buffer,
    BufferInfoAnalysis,
    LoopLiveness,
    ParallelLoops,
)


@dataclass(frozen=True)
class ExtractBufferInfoPass(ModulePass):
    """
    Attaches `buffer_info` to each allocation that a plan may place, `not_planned` with the reason
    to the others, and `usmp.memory_pressure` to each entry function.

    `main` names the entry function; `alignment`, in bytes, is that of buffers that ask for none;
    `conflicts=false` leaves out the conflicts where live ranges say the same.

    `threads` says how many iterations of concurrent loops run at once, at most: a buffer that is
    allocated under such a loop, directly or through calls, is then planned with a slice for each
    thread, live during all of the outermost loop. Without it no plan may place such buffers.

    `loop-liveness` and `parallel-loops` take back what makes the analysis sound, for comparison
    with the planner as it was first proposed.
    """

    name: ClassVar[str] = "usmp-extract-buffer-info"

    main: str | None = None
    alignment: int = DEFAULT_ALIGNMENT
    conflicts: bool = True
    loop_liveness: LoopLiveness = "whole-loop"
    parallel_loops: ParallelLoops = "any"
    threads: int | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if not is_power_of_two(self.alignment):
            raise PassFailedException(
                f"option alignment of {self.name} is {self.alignment}, expected a power of two"
            )
        self._check_threads()
        analysis = BufferInfoAnalysis(
            op,
            self.main,
            self.alignment,
            self.conflicts,
            self.loop_liveness,
            self.parallel_loops,
            slices=self.threads,
        )
        candidates = [analysis.pools.named_candidates(buffer.op) for buffer in analysis.buffers]
        for buffer, names in zip(analysis.buffers, candidates, strict=True):
            _annotate(buffer, names)
        _annotate_entries(op, analysis)

    def _check_threads(self) -> None:
        if self.threads is None:
            return
        if not 1 <= self.threads <= MAX_SLICES:
            raise PassFailedException(
                f"option threads of {self.name} is {self.threads}, expected from 1 to {MAX_SLICES}"
            )
        if self.loop_liveness != "whole-loop" or self.parallel_loops != "any":
            raise PassFailedException(
                f"option threads of {self.name} needs an analysis that is sound: leave out "
                "loop-liveness and parallel-loops"
            )


def _annotate(buffer: Buffer, candidates: tuple[str, ...] | None) -> None:
    attributes = buffer.op.attributes
    attributes.pop(POOL_ALLOCATION, None)
    attributes.pop(NOT_PLANNED if buffer.not_planned is None else BUFFER_INFO, None)
    if buffer.not_planned is not None:
        attributes[NOT_PLANNED] = StringAttr(buffer.not_planned)
        return
    assert buffer.placed_bytes is not None
    attributes[BUFFER_INFO] = BufferInfoAttr(
        BufferInfo(
            buffer.name,
            buffer.placed_bytes,
            buffer.alignment,
            candidates,
            buffer.traffic_bytes,
            buffer.live,
            buffer.conflicts,
            buffer.slices,
        )
    )


def _annotate_entries(module: ModuleOp, analysis: BufferInfoAnalysis) -> None:
    for function in module.ops:
        function.attributes.pop(MEMORY_PRESSURE, None)
    for entry in analysis.entries:
        pressure = analysis.memory_pressure_of(entry.name)
        width = max(64, pressure.bit_length() + 1)
        entry.op.attributes[MEMORY_PRESSURE] = IntegerAttr(pressure, IntegerType(width))
