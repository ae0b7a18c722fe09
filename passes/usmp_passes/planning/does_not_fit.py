"""What is known of a problem for which no plan was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

    def explanation(self, describe: Callable[[BufferInfo], str]) -> Sequence[str]:
        """
        By how much the pool is too small; what is live where it is fullest, each buffer as
        `describe` calls it; and which size would do.
        """
        pool = self.pool_info
        live_bytes = sum(buffer.size_bytes for buffer in self.live_buffers)
        where = (
            "are all in conflict with each other"
            if self.program_point is None
            else f"are live at program point {self.program_point}"
        )
        listed = ", ".join(map(describe, self.live_buffers[:_LISTED]))
        more = len(self.live_buffers) - _LISTED
        return (
            f"the pool has {pool.size_hint_bytes} bytes, {self.missing_bytes} too few: "
            + ("no plan exists" if self.is_proven else "no plan was found, though one may exist"),
            f"buffers of {live_bytes} bytes together {where}: {listed}"
            + (f" and {more} more" if more > 0 else ""),
            f"the smallest size_hint_bytes for which a plan was found is {self.needed_bytes}"
            + (", and there is no plan for less" if self.is_smallest else ""),
        )


class DoesNotFitError(Exception):
    """
    No plan was found that keeps to the capacities. `str()` explains it, over several lines.

    `shortages` has the pool of which least is missing; several only if none of them is enough by
    itself, and the sizes are then needed together.
    """

    def __init__(self, shortages: Sequence[Shortage]):
        self.shortages = shortages
        super().__init__("\n".join(map(_text, shortages)))


def _text(shortage: Shortage) -> str:
    summary, *notes = shortage.explanation(lambda b: f"'{b.name}' of {b.size_bytes} bytes")
    return "\n  ".join([f"pool '{shortage.pool_info.name}' is too small: {summary}", *notes])
