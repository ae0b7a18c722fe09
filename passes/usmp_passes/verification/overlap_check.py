"""Whether buffers that are live together share a byte of a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from usmp_dialect.program import fail
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.verification.placed_buffer import PlacedBuffer
from usmp_passes.verification.rank_set import RankSet


class Overlap(NamedTuple):
    """Two buffers that share bytes while both are live."""

    one: PlacedBuffer
    other: PlacedBuffer
    point: int | None
    """The first program point at which both are live, `None` if the points are too many to list."""


def check_overlaps(placed: Sequence[PlacedBuffer], analysis: BufferInfoAnalysis) -> None:
    """
    Checks that no two of the `placed` buffers share a byte while both are live. Their sizes must be
    known. Raises `AnalysisError` if two do.
    """
    by_pool: dict[str, list[PlacedBuffer]] = {}
    for buffer in placed:
        by_pool.setdefault(buffer.pool, []).append(buffer)
    for in_pool in by_pool.values():
        overlap = overlap_in_time(in_pool)
        if overlap is not None:
            _fail(overlap, analysis)
    overlap = _overlap_in_conflicts(placed)
    if overlap is not None:
        _fail(overlap, analysis)


def overlap_in_time(in_pool: Sequence[PlacedBuffer]) -> Overlap | None:
    """
    The first overlap of buffers of one pool, by the program points in their live ranges. Buffers
    without a list of ranges are passed over.

    A sweep over the points keeps the buffers that are live in the order of their bytes. As they
    have none in common, one that begins to live can only overlap with its neighbours on either
    side.
    """
    ordered = sorted((b for b in in_pool if b.size_bytes), key=lambda placed: placed.start)
    # Of ranges that begin and end at one point, the first begin before any ends.
    events = [
        event
        for rank, placed in enumerate(ordered)
        for first, last in placed.buffer.live or ()
        for event in ((first, False, rank), (last, True, rank))
    ]
    events.sort()
    live = RankSet(len(ordered))
    for point, is_end, rank in events:
        if is_end:
            live.remove(rank)
            continue
        placed = ordered[rank]
        for neighbour in (live.below(rank), live.above(rank)):
            if neighbour is not None and ordered[neighbour].overlaps(placed):
                return Overlap(ordered[neighbour], placed, point)
        live.add(rank)
    return None


def _overlap_in_conflicts(placed: Sequence[PlacedBuffer]) -> Overlap | None:
    """The first overlap of a buffer that has no list of live ranges with one of its conflicts."""
    by_name: Mapping[str, PlacedBuffer] = {one.buffer.name: one for one in placed}
    for one in placed:
        if one.buffer.live is not None:
            continue
        for name in one.buffer.conflicts or ():
            other = by_name.get(name)
            if other is not None and one.overlaps(other):
                return Overlap(one, other, None)
    return None


def _fail(overlap: Overlap, analysis: BufferInfoAnalysis) -> None:
    one, other, point = overlap
    when = "at the same time" if point is None else f"at program point {point}"
    why = analysis.explain(one.buffer.op, other.buffer.op)
    fail(
        other.buffer.op,
        f"{one.text} and {other.text} overlap: '{one.buffer.name}' is at {one.bytes_text} and "
        f"'{other.buffer.name}' at {other.bytes_text} of pool @{one.pool}, "
        f"and both are live {when}: plan again. {why}",
    )
