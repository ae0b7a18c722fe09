"""What is known of a problem for which no plan was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from usmp_passes.planning.problem import BufferInfo, PoolInfo

_LISTED = 20
"""Buffers named in the text; the largest come first."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A pool that is too small."""

    pool_info: PoolInfo

    needed_bytes: int
    """The smallest `size_hint_bytes` for which a plan was found."""

    program_point: int | None
    """Where the most bytes of that pool are live, `None` if only conflicts are known."""

    live_buffers: Sequence[BufferInfo]
    """Those that are live there, or that are all in conflict with each other, the largest first."""

    is_proven: bool
    """Whether no plan exists for the size that the pool has."""

    is_smallest: bool
    """Whether no plan exists for less than `needed_bytes`."""

    @property
    def missing_bytes(self) -> int:
        """By how much the pool is too small for the plan that was found."""
        return self.needed_bytes - self.pool_info.size_hint_bytes

    def __str__(self) -> str:
        pool, live_bytes = self.pool_info, sum(buffer.size_bytes for buffer in self.live_buffers)
        where = (
            "are all in conflict with each other"
            if self.program_point is None
            else f"are live at program point {self.program_point}"
        )
        lines = [
            f"pool '{pool.name}' has {pool.size_hint_bytes} bytes, {self.missing_bytes} too few: "
            + ("no plan exists" if self.is_proven else "no plan was found, though one may exist"),
            f"buffers of {live_bytes} bytes {where}: {self._live_text()}",
            f"the smallest size_hint_bytes for which a plan was found is {self.needed_bytes}"
            + (", and there is none for less" if self.is_smallest else ""),
        ]
        return "\n".join(lines)

    def _live_text(self) -> str:
        listed = ", ".join(
            f"'{buffer.name}' of {buffer.size_bytes}" for buffer in self.live_buffers[:_LISTED]
        )
        more = len(self.live_buffers) - _LISTED
        return f"{listed} and {more} more" if more > 0 else listed


class DoesNotFitError(Exception):
    """
    No plan was found that keeps to the capacities. `str()` explains it, over several lines.

    `shortages` has the pool of which least is missing; several only if none of them is enough by
    itself, and the sizes are then needed together.
    """

    def __init__(self, shortages: Sequence[Shortage]):
        self.shortages = shortages
        parts = [str(shortage) for shortage in shortages]
        super().__init__("\n".join(["the buffers do not fit", *parts]))
