"""What is known of a problem for which no plan was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from usmp_passes.planning.problem import BufferInfo, PoolInfo


@dataclass(frozen=True)
class DoesNotFitError(Exception):
    """
    No plan was found that keeps to the capacities.

    `str()` gives the explanation in full, over several lines.
    """

    pool_info: PoolInfo
    """The pool of which least is missing."""

    needed_bytes: int
    """
    The smallest `size_hint_bytes` of that pool for which a plan was found, all else unchanged.
    """

    program_point: int | None
    """Where most bytes of that pool are live, `None` if only conflicts are known."""

    live_buffers: Sequence[BufferInfo]
    """Those that are live there, or that are all in conflict with each other, the largest first."""

    is_proven: bool
    """Whether no plan exists: what is live at once is more than the capacity."""

    @property
    def missing_bytes(self) -> int:
        """By how much the pool is too small for the best plan found."""
        return self.needed_bytes - self.pool_info.size_hint_bytes

    def __str__(self) -> str:
        live_bytes = sum(buffer.size_bytes for buffer in self.live_buffers)
        name = self.pool_info.name
        where = (
            "in conflict with each other"
            if self.program_point is None
            else f"live at program point {self.program_point}"
        )
        lines = [
            f"the buffers do not fit: pool '{name}' has {self.pool_info.size_hint_bytes} bytes, "
            f"{self.missing_bytes} too few",
            f"{len(self.live_buffers)} buffers of {live_bytes} bytes together are {where}:",
            *(f"  {buffer.name}: {buffer.size_bytes} bytes" for buffer in self.live_buffers),
            f"a plan was found with size_hint_bytes {self.needed_bytes}"
            + ("" if self.is_proven else "; that none exists for less is not proven"),
        ]
        return "\n".join(lines)
