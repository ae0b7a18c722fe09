"""
Packing intervals with the compiled solver, within a time limit.

Asked whether the buffers fit in some size, the solver answers much sooner than asked for the least
size, if it answers at all, and which sizes it answers soon does not follow from how large they are.
So it is asked for the bound first, then for sizes spread between the bound and the best known, each
for a short while; when none gets an answer, for the bound again and for others, twice as long.
"""

from __future__ import annotations

from collections.abc import Iterator

from usmp_passes.planning.budget import Budget
from usmp_passes.planning.intervals import IntervalPacking
from usmp_passes.planning.packing import Offsets, Packing

_FOR_CAPACITY = 1 / 2
"""The part of the time limit that may go into finding what fits at all."""

_FOR_BOUND = 1 / 5
"""
The part that goes into the bound before other sizes are tried, and again when these gave no answer:
the tightest bound leaves the least to search, so that it may be the only one to get an answer.
"""

_FOR_SIZE = 1 / 32
"""The part after which a size is given up for another, at first."""

_IN_A_ROW = 8
"""Sizes without an answer after which each is given twice as long."""

_GOLDEN = 0.6180339887498949
"""Multiples of it, less their whole parts, are spread evenly however many they are."""


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
    race = _Race(packing, intervals, offsets, budget)
    try:
        if capacity is not None and packing.bound.end_bytes <= capacity:
            race.reach(capacity, _FOR_CAPACITY)
        race.reach(race.bound, _FOR_BOUND)
        race.close_in()
    except KeyboardInterrupt:
        budget.interrupt()
    return race.best


class _Race:
    """The best packing known, and what there is to make it better."""

    def __init__(
        self, packing: Packing, intervals: IntervalPacking, offsets: Offsets, budget: Budget
    ):
        self.best = offsets
        self.bound = packing.bound.size_bytes
        self._packing = packing
        self._intervals = intervals
        self._budget = budget
        limit = budget.seconds_left
        assert limit is not None
        self._limit = limit

    @property
    def size(self) -> int:
        """Of the best packing, in bytes."""
        return self._packing.size_of(self.best)

    def reach(self, target: int, part: float) -> None:
        """Looks for a packing in `target` bytes, if there is none yet, for a part of the limit."""
        left = self._budget.seconds_left
        if not left or self._packing.end_of(self.best) <= target:
            return
        self._budget.report(self.size, self.bound)
        found = self._intervals.fit_in(target, min(self._limit * part, left))
        if found is not None and self._packing.end_of(found) < self._packing.end_of(self.best):
            self.best = found

    def close_in(self) -> None:
        """Looks for smaller and smaller packings until the bound is reached or time is up."""
        part, for_bound, failures = _FOR_SIZE, _FOR_BOUND, 0
        for fraction in _fractions():
            size = self.size
            if size == self.bound or self._budget.is_spent:
                return
            self.reach(self._between(fraction), part)
            failures = failures + 1 if self.size == size else 0
            if failures == _IN_A_ROW:
                part, for_bound, failures = 2 * part, 2 * for_bound, 0
                self.reach(self.bound, for_bound)

    def _between(self, fraction: float) -> int:
        """A size from the bound up to just below the best."""
        alignment = self._packing.alignment
        steps = (self.size - self.bound) // alignment - 1
        return self.bound + int(steps * fraction) * alignment


def _fractions() -> Iterator[float]:
    """Numbers from 0 to 1 without end, no two alike, most of them near 1, where success is."""
    number = 0.0
    while True:
        number = (number + _GOLDEN) % 1
        yield 1 - number**2
