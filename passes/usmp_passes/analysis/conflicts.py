"""
Which buffers are ever live together.

Two buffers of one function conflict if their ranges meet in an activation; ranges of different
activations of one function never meet. A buffer of a caller conflicts with a buffer of a callee if
its range, cut to the span of a call, meets that of the callee's buffer; where it covers the span,
it conflicts with all buffers that the call brings to life.

The cost follows the number of conflicts, and the size of the program, not the number of call paths:
a range that covers many calls asks once for each distinct callee, and what a call brings to life is
found once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from usmp_passes.analysis.function_summary import FunctionSummary


@dataclass(frozen=True, slots=True)
class PlacedRange:
    """The range of a planned buffer, relative to the start of an activation of its function."""

    buffer: int
    """The buffer's place in program order."""

    start: int
    end: int


@dataclass(slots=True)
class _Timeline:
    """What is live when in one activation of a function."""

    ranges: list[PlacedRange]
    """Ascending by start."""

    call_starts: list[int]
    call_ends: list[int]
    callees: list[str]
    """Of the calls that bring buffers to life."""

    by_end: list[PlacedRange] = field(default_factory=list[PlacedRange])
    starts: list[int] = field(default_factory=list[int])
    ends: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self.by_end = sorted(self.ranges, key=lambda placed: placed.end)
        self.starts = [placed.start for placed in self.ranges]
        self.ends = [placed.end for placed in self.by_end]

    def ranges_that_meet(self, start: int, end: int) -> Iterator[int]:
        """The buffers of this function that are live somewhere from `start` to `end`."""
        before = bisect_right(self.starts, end)
        after = bisect_left(self.ends, start)
        # Those that begin in time and those that end late enough: look through the fewer.
        if before <= len(self.ranges) - after:
            return (r.buffer for r in self.ranges[:before] if r.end >= start)
        return (r.buffer for r in self.by_end[after:] if r.start <= end)

    def calls_that_meet(self, start: int, end: int) -> range:
        """The calls whose span has a point from `start` to `end`."""
        return range(bisect_left(self.call_ends, start), bisect_right(self.call_starts, end))

    def covers(self, call: int, start: int, end: int) -> bool:
        """Whether a range holds the whole span of a call."""
        return start <= self.call_starts[call] and self.call_ends[call] <= end


class ConflictGraph:
    """
    The conflicts of a program.

    `ranges` has the ranges of the buffers of each function the program reaches, callers before
    callees.
    """

    def __init__(
        self,
        buffer_count: int,
        ranges: Mapping[str, Sequence[PlacedRange]],
        summaries: Mapping[str, FunctionSummary],
    ):
        self._neighbours: list[list[int]] = [[] for _ in range(buffer_count)]
        self._timelines: dict[str, _Timeline] = {}
        self._stand_ins: dict[str, str] = {}
        self._everything: dict[str, frozenset[int]] = {}
        self._parts: dict[tuple[str, int, int], frozenset[int]] = {}
        for name in reversed(list(ranges)):
            self._add_timeline(summaries[name], ranges[name], summaries)
        for timeline in self._timelines.values():
            self._add_conflicts_inside(timeline)
            self._add_conflicts_with_callees(timeline)

    def neighbours(self, buffer: int) -> list[int]:
        """The buffers in conflict with one, each once, in program order."""
        # Buffers with slices may meet in several functions.
        return sorted(set(self._neighbours[buffer]))

    def _add_timeline(
        self,
        summary: FunctionSummary,
        ranges: Sequence[PlacedRange],
        summaries: Mapping[str, FunctionSummary],
    ) -> None:
        calls = [
            c for c in summary.calls if c.callee in self._timelines and summaries[c.callee].length
        ]
        if not ranges and not calls:
            return
        if not ranges and len({call.callee for call in calls}) == 1:
            # It brings to life what its only callee does, and need not be looked into.
            only = calls[0].callee
            self._stand_ins[summary.name] = self._stand_ins.get(only, only)
        self._timelines[summary.name] = _Timeline(
            sorted(ranges, key=lambda placed: (placed.start, placed.buffer)),
            [call.start for call in calls],
            [call.start + summaries[call.callee].length - 1 for call in calls],
            [call.callee for call in calls],
        )

    # Inside one function

    def _add_conflicts_inside(self, timeline: _Timeline) -> None:
        live: dict[int, None] = {}
        ends: list[tuple[int, int]] = []
        for placed in timeline.ranges:
            while ends and ends[0][0] < placed.start:
                del live[heappop(ends)[1]]
            self._neighbours[placed.buffer].extend(live)
            for other in live:
                self._neighbours[other].append(placed.buffer)
            live[placed.buffer] = None
            heappush(ends, (placed.end, placed.buffer))

    # Between a function and what it calls

    def _add_conflicts_with_callees(self, timeline: _Timeline) -> None:
        whole = _distinct_callees_covered(timeline)
        for placed in timeline.ranges:
            calls = timeline.calls_that_meet(placed.start, placed.end)
            if not calls:
                continue
            found: set[int] = set()
            for callee in whole.get(placed.buffer, ()):
                found |= self._all_of(callee)
            for call in {calls[0], calls[-1]}:
                if not timeline.covers(call, placed.start, placed.end):
                    offset = timeline.call_starts[call]
                    found |= self._part_of(
                        timeline.callees[call], placed.start - offset, placed.end - offset
                    )
            self._neighbours[placed.buffer].extend(found)
            for other in found:
                self._neighbours[other].append(placed.buffer)

    def _all_of(self, function: str) -> frozenset[int]:
        """The buffers that a call of `function` brings to life."""
        function = self._stand_ins.get(function, function)
        found = self._everything.get(function)
        if found is None:
            reached = {function}
            pending = [function]
            buffers: set[int] = set()
            while pending:
                timeline = self._timelines[pending.pop()]
                buffers.update(placed.buffer for placed in timeline.ranges)
                for callee in timeline.callees:
                    stand_in = self._stand_ins.get(callee, callee)
                    if stand_in not in reached:
                        reached.add(stand_in)
                        pending.append(stand_in)
            found = self._everything[function] = frozenset(buffers)
        return found

    def _part_of(self, function: str, start: int, end: int) -> frozenset[int]:
        """Those that are live at a point from `start` to `end` of an activation of `function`."""
        timeline = self._timelines[function]
        start, end = max(start, 0), min(end, self._last_point(timeline))
        found = self._parts.get((function, start, end))
        if found is None:
            buffers: set[int] = set()
            pending = [(timeline, start, end)]
            while pending:
                timeline, first, last = pending.pop()
                buffers.update(timeline.ranges_that_meet(first, last))
                for call in timeline.calls_that_meet(first, last):
                    callee = timeline.callees[call]
                    if timeline.covers(call, first, last):
                        buffers |= self._all_of(callee)
                    else:
                        offset = timeline.call_starts[call]
                        pending.append((self._timelines[callee], first - offset, last - offset))
            found = self._parts[function, start, end] = frozenset(buffers)
        return found

    def _last_point(self, timeline: _Timeline) -> int:
        """A point after which nothing in `timeline` is live."""
        last_range = timeline.ends[-1] if timeline.ends else 0
        return max(last_range, timeline.call_ends[-1] if timeline.call_ends else 0)


def _distinct_callees_covered(timeline: _Timeline) -> dict[int, list[str]]:
    """
    For each buffer, the functions of which its range covers a whole call, each once.

    Buffers are taken by the last call they cover; the callees met so far are kept by their last
    call, the latest at the end, so that those in reach of a buffer are read off without looking at
    any other.
    """
    covering: list[tuple[int, int, int]] = []
    for placed in timeline.ranges:
        first = bisect_left(timeline.call_starts, placed.start)
        last = bisect_right(timeline.call_ends, placed.end) - 1
        if first <= last:
            covering.append((last, first, placed.buffer))
    covering.sort()
    found: dict[int, list[str]] = {}
    last_call: dict[str, int] = {}
    call = -1
    for last, first, buffer in covering:
        while call < last:
            call += 1
            callee = timeline.callees[call]
            last_call.pop(callee, None)
            last_call[callee] = call
        callees = found[buffer] = []
        for callee, at in reversed(last_call.items()):
            if at < first:
                break
            callees.append(callee)
    return found
