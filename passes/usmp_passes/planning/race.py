"""
Packing intervals with the compiled solver, within a time limit.

Asked whether the buffers fit in some size, the solver answers much sooner than asked for the least
size, if it answers at all, and which sizes it answers soon does not follow from how large they are.
So it is asked for the bound, then for sizes spread between the bound and the best known, each for a
short while; when none gets an answer, for twice as long.
"""

from __future__ import annotations

from collections.abc import Iterator

from usmp_passes.planning.budget import Budget
from usmp_passes.planning.intervals import IntervalPacking
from usmp_passes.planning.packing import Offsets, Packing

_FIRST_WHILE = 1 / 16
"""The part of the time limit after which a size is given up for another, at first."""

_TIME_FOR_THE_BOUND = 1 / 4
"""The part of the time limit that is spent on the bound before all else."""


def pack_within_time(
    packing: Packing,
    intervals: IntervalPacking,
    offsets: Offsets,
    capacity: int | None,
    budget: Budget,
) -> Offsets:
    """
    The smallest packing found, beginning with `offsets`. If that is above `capacity`, what fits in
    there is looked for before what is smaller still.
    """
    bound, limit = packing.bound.size_bytes, budget.seconds_left
    assert limit is not None
    best = offsets
    size = packing.size_of(best)
    try:
        if capacity is not None and bound <= capacity < size:
            best = _smaller(packing, intervals.fit_in(capacity, limit * 0.5), best)
        if packing.size_of(best) > bound:
            found = intervals.fit_in(bound, min(limit * _TIME_FOR_THE_BOUND, _left(budget)))
            best = _smaller(packing, found, best)
        patience = limit * _FIRST_WHILE
        while (size := packing.size_of(best)) > bound and not budget.is_spent:
            for target in _targets(bound, size, packing.alignment):
                budget.report((size, bound))
                found = intervals.fit_in(target, min(patience, _left(budget)))
                best = _smaller(packing, found, best)
                if packing.size_of(best) < size or budget.is_spent:
                    break
            else:
                patience *= 2
    except KeyboardInterrupt:
        budget.interrupt()
    return best


def _left(budget: Budget) -> float:
    left = budget.seconds_left
    assert left is not None
    # The solver takes no time limit of nothing.
    return max(left, 0.01)


def _smaller(packing: Packing, found: Offsets | None, best: Offsets) -> Offsets:
    if found is not None and packing.size_of(found) < packing.size_of(best):
        return found
    return best


def _targets(bound: int, size: int, alignment: int) -> Iterator[int]:
    """Sizes from `bound` on and below `size`: those in the middle first, then up, then down."""
    seen = {size}
    for eighths in (4, 6, 7, 2, 1, 3, 5, 0):
        target = (bound + (size - bound) * eighths // 8) // alignment * alignment
        if target not in seen:
            seen.add(target)
            yield target
