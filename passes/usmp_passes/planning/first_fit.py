"""
First fit: in a given order, each buffer takes the lowest offset at which it overlaps no conflict
that has been placed, be it in a gap between them or above.

What the order makes of the buffers is defined by that sentence, so that the loop below and the
compiled one, which takes intervals of one alignment only, give the same offsets; which of them runs
is a matter of speed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from usmp_passes.planning.intervals import interval_packing_of
from usmp_passes.planning.lower_bound import align_up
from usmp_passes.planning.packing import Offsets, Packing

FirstFit = Callable[[Sequence[int]], Offsets]
"""From an order of all buffers to their offsets."""


def first_fit_of(packing: Packing) -> FirstFit:
    """First fit for a packing, as fast as can be had."""
    intervals = interval_packing_of(packing)
    return _loop(packing) if intervals is None else intervals.first_fit()


def _loop(packing: Packing) -> FirstFit:
    sizes, alignments, neighbours = packing.sizes, packing.alignments, packing.neighbours
    fixed = packing.fixed

    def place(order: Sequence[int]) -> Offsets:
        offsets = [-1] * len(sizes)
        for index, offset in fixed.items():
            offsets[index] = offset
        for index in order:
            if index in fixed:
                continue
            busy = [
                (offsets[other], offsets[other] + sizes[other])
                for other in neighbours[index]
                if offsets[other] >= 0
            ]
            busy.sort()
            offsets[index] = lowest_offset(sizes[index], alignments[index], busy)
        return offsets

    return place


def lowest_offset(size: int, alignment: int, busy: Iterable[tuple[int, int]]) -> int:
    """
    The lowest multiple of `alignment` from which `size` bytes are free. `busy` has the half-open
    byte ranges that are not, by ascending start.
    """
    offset = 0
    for start, end in busy:
        if start >= offset + size:
            break
        if end > offset:
            offset = align_up(end, alignment)
    return offset
