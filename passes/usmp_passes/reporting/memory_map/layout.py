"""
What a memory map shows, in bytes and program points: a panel for each pool, with a rectangle for
each activation of each buffer, and the curve of live bytes. Knows no plotting library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from usmp_passes.reporting.model import BufferReport, MemoryReport, PoolReport

MAX_RECTANGLES = 50_000
"""
More are not drawn: the buffers with the most are shown as one rectangle each, as far as they go.
"""

MAX_STEPS = 20_000
"""More steps of a curve are drawn as fewer, each as high as the highest of those that it covers."""

CLOSE_CAPACITY = 1.6
"""A capacity above so many times what is used would flatten everything: it is told, not drawn."""

_HEADROOM = 1.04


class NotPlannedError(ValueError):
    """The buffers of a report have no places: there is nothing to draw."""

    def __init__(self) -> None:
        super().__init__(
            "there is nothing to draw, as no buffer has a place in a pool: "
            "run usmp-plan-memory first"
        )


@dataclass(frozen=True, slots=True)
class Rectangle:
    """The bytes of one buffer, during one of its live ranges."""

    buffer: int
    """Its place in `MemoryMap.buffers`."""

    first: int
    last: int
    """The program points from and to which it is drawn, both included."""

    bottom: int
    top: int
    """The bytes of the pool, `top` not included."""

    exact: bool
    """Whether the buffer holds all of it: not if live ranges or slices are not drawn singly."""


Curve = tuple[tuple[int, int], ...]
"""Program points at which the number of live bytes changes, ascending, and what it becomes."""


@dataclass(frozen=True)
class Panel:
    """One pool."""

    pool: PoolReport
    rectangles: tuple[Rectangle, ...]
    """By buffer, and ascending in time; those that are not exact, which lie behind, first."""

    curve: Curve

    @property
    def height_bytes(self) -> int:
        """How far up the panel goes."""
        used = max(
            self.pool.allocated_size or 0,
            self.pool.lower_bound or 0,
            max((rectangle.top for rectangle in self.rectangles), default=0),
            1,
        )
        if self.shows_capacity:
            used = max(used, self.pool.capacity_bytes or 0)
        return max(int(used * _HEADROOM), used + 1)

    @property
    def shows_capacity(self) -> bool:
        """Whether the capacity is near enough to what is used to be drawn."""
        capacity, used = self.pool.capacity_bytes, self.pool.allocated_size
        return capacity is not None and capacity <= CLOSE_CAPACITY * max(used or 0, 1)


@dataclass(frozen=True)
class MemoryMap:
    """All that is drawn."""

    report: MemoryReport
    buffers: tuple[BufferReport, ...]
    """Those that have a place, pool by pool."""

    panels: tuple[Panel, ...]
    """The pools that have buffers."""

    curve: Curve
    """Of all pools but those of constants."""

    functions: tuple[str, ...]
    """Those that allocate the buffers, in the order of the buffers."""

    @property
    def length(self) -> int:
        """How many program points the map spans, one at least."""
        drawn = [r.last + 1 for panel in self.panels for r in panel.rectangles]
        return max(self.report.program_length, *drawn, 1)

    @property
    def has_inexact(self) -> bool:
        """Whether a rectangle stands for more than the buffer holds."""
        return any(not r.exact for panel in self.panels for r in panel.rectangles)

    @property
    def not_in_curves(self) -> int:
        """How many buffers have no list of live ranges, and are in no curve."""
        return sum(1 for buffer in self.buffers if buffer.live is None)


def lay_out(report: MemoryReport) -> MemoryMap:
    """
    The map of a report. Raises `NotPlannedError` if there are buffers and none of them has a place.
    """
    buffers = tuple(buffer for pool in report.pools for buffer in pool.buffers)
    if not buffers and (report.unplaced or report.plan is None):
        raise NotPlannedError
    most = _most_rectangles([_count(buffer) for buffer in buffers])
    panels: list[Panel] = []
    at = 0
    for pool in report.pools:
        if pool.buffers:
            rectangles = (
                rectangle
                for index, buffer in enumerate(pool.buffers, at)
                for rectangle in _rectangles(index, buffer, most, report.program_length)
            )
            behind_first = sorted(rectangles, key=lambda rectangle: rectangle.exact)
            panels.append(Panel(pool, tuple(behind_first), _curve(pool.buffers)))
            at += len(pool.buffers)
    scratch = [b for pool in report.pools if not pool.read_only for b in pool.buffers]
    functions = tuple(dict.fromkeys(buffer.function for buffer in buffers))
    return MemoryMap(report, buffers, tuple(panels), _curve(scratch), functions)


# Rectangles


def _count(buffer: BufferReport) -> int:
    ranges = 1 if buffer.live is None else len(buffer.live)
    return ranges * (1 if buffer.slices is None else buffer.slices.count)


def _most_rectangles(counts: Iterable[int]) -> int:
    """The most that one buffer may have for all to have no more than `MAX_RECTANGLES`."""
    ascending = sorted(counts)
    total, left = 0, len(ascending)
    for count in ascending:
        if total + count + left - 1 > MAX_RECTANGLES:
            return max(count - 1, 1)
        total += count
        left -= 1
    return max(ascending, default=1)


def _rectangles(
    index: int, buffer: BufferReport, most: int, program_length: int
) -> Iterator[Rectangle]:
    start = buffer.byte_offset
    assert start is not None
    end = start + buffer.size_bytes
    if buffer.live is None:
        yield Rectangle(index, 0, max(program_length - 1, 0), start, end, exact=False)
        return
    if not buffer.live:
        return
    if _count(buffer) > most:
        yield Rectangle(index, buffer.live[0][0], buffer.live[-1][1], start, end, exact=False)
        return
    spans = [(start, end)]
    if (slices := buffer.slices) is not None:
        bottoms = (start + number * slices.stride_bytes for number in range(slices.count))
        spans = [(bottom, bottom + slices.slice_bytes) for bottom in bottoms]
    for first, last in buffer.live:
        for bottom, top in spans:
            yield Rectangle(index, first, last, bottom, top, exact=True)


# Curves


def _curve(buffers: Sequence[BufferReport]) -> Curve:
    changes: dict[int, int] = {}
    for buffer in buffers:
        for first, last in buffer.live or ():
            changes[first] = changes.get(first, 0) + buffer.size_bytes
            changes[last + 1] = changes.get(last + 1, 0) - buffer.size_bytes
    return _thinned(tuple(_sums(changes)))


def _sums(changes: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    live = 0
    for point in sorted(changes):
        if changes[point]:
            live += changes[point]
            yield point, live


def _thinned(curve: Curve) -> Curve:
    if len(curve) <= MAX_STEPS:
        return curve
    covered = -(-len(curve) // MAX_STEPS)
    groups = (curve[at : at + covered] for at in range(0, len(curve) - 1, covered))
    highest = [(group[0][0], max(live for _, live in group)) for group in groups]
    return (*highest, curve[-1])
