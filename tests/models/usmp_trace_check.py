"""What the executing model has seen, held against what the analysis says."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import ModuleOp

from usmp_executing_model import execute
from usmp_passes.analysis import BufferInfoAnalysis


def missed(
    analysis: BufferInfoAnalysis, module: ModuleOp, main: str | None, seed: int, runs: int = 4
) -> Iterator[str]:
    """
    What some runs of a program show that the analysis does not know: planned buffers that hold
    values at one moment and do not conflict, or need more than one place in memory.
    """
    planned = {info.op: info for info in analysis.buffers if info.not_planned is None}
    for run in range(seed, seed + runs):
        seen = execute(module, main, run)
        for op in seen.reused_while_live & planned.keys():
            yield f"two buffers of {planned[op].name} hold values at one moment"
        for pair in seen.pairs:
            if pair <= planned.keys():
                first, second = (planned[op] for op in pair)
                if second.name not in (first.conflicts or ()):
                    yield f"{first.name} and {second.name} hold values at one moment"
