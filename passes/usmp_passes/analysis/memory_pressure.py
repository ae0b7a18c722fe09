"""
The most bytes that are live at one program point: no plan can use less.

Each function is summarised by the peak between any two neighbouring points at which a caller's
buffer may begin or end inside it, which are the ends of the ranges of its parameters. With that a
caller finds its own peaks without looking into the callee again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from usmp_passes.analysis.conflicts import PlacedRange
from usmp_passes.analysis.function_summary import FunctionSummary


@dataclass(frozen=True, slots=True)
class _Profile:
    """The peaks of one activation of a function."""

    cuts: list[int]
    """
    Ascending points relative to the start of the activation; the first is 0, the last its length.
    """

    peaks: list[int]
    """The most bytes live from each cut up to, but without, the next."""

    def peak(self, start: int, end: int) -> int:
        """The most bytes live from one cut up to, but without, another."""
        first, last = bisect_left(self.cuts, start), bisect_left(self.cuts, end)
        return max(self.peaks[first:last], default=0)


def memory_pressures(
    ranges: Mapping[str, Sequence[PlacedRange]],
    sizes: Sequence[int],
    summaries: Mapping[str, FunctionSummary],
) -> dict[str, int]:
    """
    For each function, the most bytes that are live at one point of one activation of it, callees
    included.

    `ranges` has the ranges of the buffers of each function, callers before callees; `sizes` the
    bytes of each buffer.
    """
    profiles: dict[str, _Profile] = {}
    for name in reversed(list(ranges)):
        profiles[name] = _profile_of(summaries[name], ranges[name], sizes, profiles, summaries)
    return {name: max(profiles[name].peaks, default=0) for name in ranges}


def _profile_of(
    summary: FunctionSummary,
    ranges: Sequence[PlacedRange],
    sizes: Sequence[int],
    profiles: Mapping[str, _Profile],
    summaries: Mapping[str, FunctionSummary],
) -> _Profile:
    changes: dict[int, int] = {0: 0, summary.length: 0}
    for placed in ranges:
        size = sizes[placed.buffer]
        changes[placed.start] = changes.get(placed.start, 0) + size
        changes[placed.end + 1] = changes.get(placed.end + 1, 0) - size
    cuts = {0, summary.length}
    for parameter in summary.parameters:
        if parameter.range is not None:
            cuts.update((parameter.range[0], parameter.range[1] + 1))
    callee_at: dict[int, str] = {}
    for call in summary.calls:
        length = summaries[call.callee].length
        if length:
            callee_at[call.start] = call.callee
            changes.setdefault(call.start, 0)
            changes.setdefault(call.start + length, 0)
    for cut in cuts:
        changes.setdefault(cut, 0)

    points = sorted(changes)
    live = accumulate(changes[point] for point in points)
    ordered_cuts = sorted(cuts)
    peaks = [0] * (len(ordered_cuts) - 1)
    block = -1
    call_start, call_end, callee = 0, 0, ""
    for (start, end), own_bytes in zip(pairwise(points), live, strict=False):
        if start in cuts:
            block += 1
        if start in callee_at:
            callee = callee_at[start]
            call_start, call_end = start, start + summaries[callee].length
        callee_bytes = 0
        if start < call_end:
            callee_bytes = profiles[callee].peak(start - call_start, end - call_start)
        peaks[block] = max(peaks[block], own_bytes + callee_bytes)
    return _Profile(ordered_cuts, peaks)
