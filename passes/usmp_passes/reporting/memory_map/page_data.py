"""
What the page of a memory map knows of buffers, in plain values for JSON.

It is kept small: columns in place of records, numbers of tables in place of names, and no list of
conflicts for buffers with live ranges, which say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from usmp_passes.analysis.io_lifetimes import IO_KIND_NAMES
from usmp_passes.reporting.memory_map.accesses import End, Life, Place
from usmp_passes.reporting.memory_map.layout import MemoryMap
from usmp_passes.reporting.memory_map.visible_text import visible_text
from usmp_passes.reporting.model import BufferReport

MAX_RANGES = 200_000
"""
Beyond so many live ranges of all buffers, those of the buffers with the most are not told singly.
"""

_EXACT = 2**53
"""Larger integers are not all numbers in JavaScript, and are strings of digits."""


def page_data(memory_map: MemoryMap, lives: Mapping[str, Life]) -> dict[str, Any]:
    """What `page.js` reads: see the comments there."""
    report = memory_map.report
    numbers = {name: at for at, name in enumerate(memory_map.functions)}
    pools = {panel.pool.name: at for at, panel in enumerate(memory_map.panels)}
    whole = {r.buffer for panel in memory_map.panels for r in panel.rectangles if not r.exact}
    buffers = memory_map.buffers
    by_name = {buffer.name: at for at, buffer in enumerate(buffers)}
    tables = _Tables()
    return {
        "length": memory_map.length,
        "pressure": _number(report.memory_pressure),
        "functions": [visible_text(name) for name in memory_map.functions],
        "pools": [
            {
                "name": visible_text(panel.pool.name),
                "curve": _columns(panel.curve),
                "rectangles": _rectangle_columns(panel.rectangles),
            }
            for panel in memory_map.panels
        ],
        "curve": _columns(memory_map.curve),
        "buffers": {
            "name": [visible_text(buffer.name) for buffer in buffers],
            "function": [numbers[buffer.function] for buffer in buffers],
            "pool": [pools[buffer.pool or ""] for buffer in buffers],
            "offset": [_number(buffer.byte_offset) for buffer in buffers],
            "size": [_number(buffer.size_bytes) for buffer in buffers],
            "alignment": [_number(buffer.alignment) for buffer in buffers],
            "traffic": [_number(buffer.traffic_bytes) for buffer in buffers],
            "saved": [_number(buffer.saved_if_gone_bytes) for buffer in buffers],
            "io": [buffer.io and IO_KIND_NAMES[buffer.io] for buffer in buffers],
            "constant": [int(buffer.constant) for buffer in buffers],
            "slices": [_slices(buffer) for buffer in buffers],
            "location": [buffer.location and visible_text(buffer.location) for buffer in buffers],
            "live": _live_ranges(buffers),
            "whole": [int(at in whole) for at in range(len(buffers))],
            "conflicts": [_conflicts(buffer, by_name) for buffer in buffers],
            "life": [_life(lives.get(buffer.name), tables) for buffer in buffers],
        },
        "texts": list(tables.texts),
        "notPlanned": [
            [visible_text(other.name), visible_text(other.reason)] for other in report.not_planned
        ],
        "unplaced": [visible_text(buffer.name) for buffer in report.unplaced],
    }


@dataclass
class _Tables:
    """Texts that occur often, by their number."""

    texts: dict[str, int] = field(default_factory=dict[str, int])

    def number_of(self, text: str) -> int:
        return self.texts.setdefault(visible_text(text), len(self.texts))


def _number(number: int | None) -> int | str | None:
    return str(number) if number is not None and abs(number) >= _EXACT else number


def _columns(curve: Sequence[tuple[int, int]]) -> list[list[int | str | None]]:
    return [[_number(point) for point, _ in curve], [_number(live) for _, live in curve]]


def _rectangle_columns(rectangles: Iterable[Any]) -> list[int]:
    """The buffer of each: the rest is in the data of the plot."""
    return [rectangle.buffer for rectangle in rectangles]


def _slices(buffer: BufferReport) -> list[int | str | None] | None:
    slices = buffer.slices
    if slices is None:
        return None
    return [_number(n) for n in (slices.count, slices.slice_bytes, slices.stride_bytes)]


def _live_ranges(buffers: Sequence[BufferReport]) -> list[list[int] | None]:
    """First and last points in turn; `None` where they are not told."""
    left = MAX_RANGES
    told: list[list[int] | None] = [None] * len(buffers)
    counted = [(len(b.live), at) for at, b in enumerate(buffers) if b.live is not None]
    for count, at in sorted(counted):
        left -= count
        live = buffers[at].live
        if left >= 0 and live is not None:
            told[at] = [point for span in live for point in span]
    return told


def _conflicts(buffer: BufferReport, by_name: Mapping[str, int]) -> list[int] | None:
    """
    For a buffer without live ranges: runs of consecutive numbers of buffers, each its first and how
    many there are.
    """
    if buffer.live is not None or buffer.conflicts is None:
        return None
    runs: list[int] = []
    for at in sorted(by_name[name] for name in buffer.conflicts if name in by_name):
        if runs and runs[-2] + runs[-1] == at:
            runs[-1] += 1
        else:
            runs += (at, 1)
    return runs


# Lives: arrays of numbers and of texts `line:column`


def _life(life: Life | None, tables: _Tables) -> list[Any] | None:
    if life is None:
        return None
    told: list[Any] = [_end(life.first, tables), _end(life.last, tables)]
    if life.during is not None:
        called = -1 if life.called is None else tables.number_of(life.called)
        told += (_place(life.during, tables), called)
    return told


def _end(end: End, tables: _Tables) -> list[Any] | str:
    if end.boundary is not None:
        return end.boundary
    told: list[Any] = [tables.number_of(end.function), _place(end.access, tables)]
    return told if end.loop is None else [*told, _place(end.loop, tables)]


def _place(place: Place, tables: _Tables) -> list[int | str]:
    operation = tables.number_of(place.operation)
    if place.file is None:
        return [operation]
    return [operation, tables.number_of(place.file), f"{place.line}:{place.column}"]
