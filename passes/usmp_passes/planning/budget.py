"""How long a search may go on."""

from __future__ import annotations

import time
from collections.abc import Callable

DEFAULT_EFFORT = 16_000_000
"""
The steps of a search that has no time limit. A step is one look at a conflict of a buffer: some
seconds' worth in all, whatever the size of the problem.
"""

Report = Callable[[float, int, int], None]
"""
Told how a search goes: the part of its budget that is spent, from 0 to 1, the size in bytes of the
best that was found, and of the bound.
"""


class Budget:
    """
    Counts steps, so that a search does the same on every machine, or watches the clock, if it has a
    time limit in seconds; or both. Without `steps` they are not limited.

    An interrupt from the keyboard is noted here by the search that meets it: the budget is then
    spent, and what was found so far is the result.
    """

    def __init__(
        self,
        steps: int | None = DEFAULT_EFFORT,
        time_limit: float | None = None,
        report: Report | None = None,
    ):
        self._steps = steps
        self._spent = 0
        self._start = time.monotonic()
        self._time_limit = time_limit
        self._report = report
        self._parent: Budget | None = None
        self._is_counted = True
        self.was_interrupted = False

    def part(self, fraction: float) -> Budget:
        """A budget for one of several searches: that part of what is left."""
        left = self.seconds_left
        steps = None if self._steps is None else int((self._steps - self._spent) * fraction)
        return self._child(steps, None if left is None else left * fraction, is_counted=True)

    def again(self) -> Budget:
        """
        A budget for what comes after a search and must not change what that search finds: as many
        steps as this one began with, not counted here. The time limit stays that of this one.
        """
        return self._child(self._steps, self.seconds_left, is_counted=False)

    def apart(self, steps: int) -> Budget:
        """A budget of so many steps, not counted here, within the same time limit."""
        return self._child(steps, self.seconds_left, is_counted=False)

    def _child(self, steps: int | None, seconds: float | None, *, is_counted: bool) -> Budget:
        child = Budget(steps, seconds, self._report)
        child._parent = self
        child._is_counted = is_counted
        child.was_interrupted = self.was_interrupted
        return child

    @property
    def is_timed(self) -> bool:
        """Whether there is a time limit."""
        return self._time_limit is not None

    @property
    def counts_steps(self) -> bool:
        """Whether steps are limited."""
        return self._steps is not None

    @property
    def seconds_left(self) -> float | None:
        """Until the time limit; `None` without one."""
        if self._time_limit is None:
            return None
        return max(0.0, self._start + self._time_limit - time.monotonic())

    @property
    def is_spent(self) -> bool:
        """Whether the search must end."""
        return (
            self.was_interrupted
            or (self._steps is not None and self._spent >= self._steps)
            or self.seconds_left == 0
        )

    def spend(self, steps: int) -> None:
        """Counts what a search has done."""
        self._spent += steps
        if self._parent is not None and self._is_counted:
            self._parent.spend(steps)

    def interrupt(self) -> None:
        """Ends this search and those that would follow it."""
        self.was_interrupted = True
        if self._parent is not None:
            self._parent.interrupt()

    def report(self, size: int, bound: int) -> None:
        """Tells whoever watches: the best size that was found, and the bound, in bytes."""
        if self._report is not None and size:
            self._report(self._fraction_spent(), size, bound)

    def _fraction_spent(self) -> float:
        if self._parent is not None:
            return self._parent._fraction_spent()
        if self._time_limit is not None:
            return min(1.0, (time.monotonic() - self._start) / self._time_limit)
        return min(1.0, self._spent / self._steps) if self._steps else 0.0
