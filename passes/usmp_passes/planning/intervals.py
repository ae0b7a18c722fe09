"""
The compiled solver for what it takes: one live range a buffer, one pool, one alignment.

The solver is omnimalloc, which is not there on every machine. Sizes are given to it as multiples of
the alignment, so that its offsets are aligned, and points as half-open ranges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from functools import cache
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omnimalloc import Allocation
    from omnimalloc.allocators import BaseAllocator

    from usmp_passes.planning.packing import Offsets, Packing

_MAX_NUMBER = 1 << 62
"""Sizes, sums of sizes and points from here on do not fit in the solver's numbers."""

_ORDERS = 3
_BOUNDS_AT_ONCE = 2
"""
The solver tries this many orders against this many bounds at a time: the bound asked for, and just
below the best it knows. One of these two alone finds little (on two cores its own choice of threads
leaves room for the latter only).
"""

_PATIENCE = 0.05
"""Seconds between two looks at whether the user has had enough."""


@cache
def is_solver_installed() -> bool:
    """Whether there is a compiled solver on this machine."""
    try:
        import_module("omnimalloc.allocators")
    except ImportError:
        return False
    return True


class IntervalPacking:
    """A packing in the solver's terms."""

    def __init__(self, packing: Packing):
        from omnimalloc import Allocation

        self._unit = packing.alignment
        self._count = len(packing)
        start = min((ranges[0][0] for ranges in packing.ranges if ranges), default=0)
        # A buffer that is never live overlaps nothing: it is left at the bottom.
        self._allocations: list[Allocation | None] = [
            Allocation(
                index, -(-size // self._unit), ranges[0][0] - start, ranges[0][1] + 1 - start
            )
            if size and ranges
            else None
            for index, (size, ranges) in enumerate(zip(packing.sizes, packing.ranges, strict=True))
        ]
        self._end = max((r[0][1] for r in packing.ranges if r), default=start) + 1 - start

    def first_fit(self) -> Callable[[Sequence[int]], Offsets]:
        """First fit in a given order, as `first_fit_of` defines it."""
        from omnimalloc.allocators import GreedyAllocator

        allocator = GreedyAllocator()
        allocations = self._allocations

        def place(order: Sequence[int]) -> Offsets:
            return self._placed_by(
                allocator, [a for index in order if (a := allocations[index]) is not None]
            )

        return place

    def fit_in(self, size_bytes: int, seconds: float) -> Offsets | None:
        """
        Offsets within `size_bytes`, or `None` if none were found in the time given.

        The solver only minimises, down to the most that is live at one point: so one more buffer,
        of just the size asked for and live when nothing else is, makes that size the optimum.
        """
        from omnimalloc import Allocation
        from omnimalloc.allocators import SupermallocAllocator

        target = size_bytes // self._unit
        if target <= 0 or target >= _MAX_NUMBER:
            return None
        allocations = [a for a in self._allocations if a is not None]
        ballast = Allocation(self._count, target, self._end, self._end + 1)
        solver = SupermallocAllocator(timeout=seconds, num_threads=_ORDERS * _BOUNDS_AT_ONCE)
        return _interruptible(lambda: self._placed_by(solver, [*allocations, ballast]))

    def _placed_by(self, allocator: BaseAllocator, allocations: Sequence[Allocation]) -> Offsets:
        offsets = [0] * (self._count + 1)
        for placed in allocator.allocate(tuple(allocations)):
            assert placed.offset is not None
            assert isinstance(placed.id, int)
            offsets[placed.id] = placed.offset * self._unit
        offsets.pop()
        return offsets


_abandoned: list[Future[Offsets]] = []


def is_solver_running() -> bool:
    """
    Whether a search that was interrupted has not ended yet. A process that exits now had better do
    so at once: the solver complains of what it still holds.
    """
    return any(not search.done() for search in _abandoned)


def _interruptible(solve: Callable[[], Offsets]) -> Offsets:
    """
    The solution, found in a thread of its own: a signal would otherwise wait until the compiled
    code returns. An interrupted search is left to its time limit.
    """
    search: Future[Offsets] = Future()

    def run() -> None:
        try:
            search.set_result(solve())
        except Exception as error:  # noqa: BLE001 (raised again where the result is asked for)
            search.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        while not search.done():
            wait([search], timeout=_PATIENCE)
    except KeyboardInterrupt:
        _abandoned.append(search)
        raise
    return search.result()


def interval_packing_of(packing: Packing) -> IntervalPacking | None:
    """A packing in the solver's terms, `None` if there is no solver or it does not take it."""
    if not packing.is_interval_packing or not is_solver_installed():
        return None
    points = [bound for ranges in packing.ranges for bound in ranges[:1] for bound in bound]
    span = max(points, default=0) - min(points, default=0)
    if sum(packing.sizes) + len(packing) * packing.alignment >= _MAX_NUMBER or span >= _MAX_NUMBER:
        return None
    return IntervalPacking(packing)
