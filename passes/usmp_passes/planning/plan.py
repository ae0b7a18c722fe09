"""What an algorithm makes of a placement problem: where each buffer is, and how good that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from usmp_passes.planning.problem import PoolAllocation, PoolInfo


@dataclass(frozen=True, slots=True)
class PoolUsage:
    """How much of a pool a plan uses."""

    pool_info: PoolInfo

    size_bytes: int
    """
    The highest end of its buffers, rounded up to their largest alignment, so that one pool can
    follow another.
    """

    lower_bound_bytes: int
    """No placement of the same buffers in this pool uses less."""

    alignment: int
    """Of the address at which the pool must start: the largest of its buffers."""

    @property
    def gap_bytes(self) -> int:
        """How far the pool is above the bound."""
        return self.size_bytes - self.lower_bound_bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """A pool and an offset for each buffer."""

    allocations: Mapping[str, PoolAllocation]
    """By the buffer's name, in the order of the problem."""

    pool_usages: Sequence[PoolUsage]
    """Of every pool of the problem, in its order."""

    is_optimal: bool
    """
    Whether it is proven that each buffer is in the first pool of its candidates, or in the only one
    that it can be in, and that each pool is as small as it can be.
    """

    algorithm: str

    seed: int | None = None
    """What random choices began with, `None` if there were none."""

    time_limit: float | None = None
    """
    The seconds that the search was given. `None` if effort was counted in steps, so that the plan
    is the same on every machine.
    """

    was_interrupted: bool = False
    """Whether the search was stopped early, by the user."""

    @property
    def size_bytes(self) -> int:
        """Of all pools together."""
        return sum(usage.size_bytes for usage in self.pool_usages)

    @property
    def has_smallest_pools(self) -> bool:
        """
        Whether it is proven that no pool can be smaller with the buffers that are in it. The plan
        may still not be optimal, if buffers had to leave the pools that they prefer.
        """
        return not self.gap_bytes

    @property
    def lower_bound_bytes(self) -> int:
        """Of all pools together, for the pools that the buffers are in."""
        return sum(usage.lower_bound_bytes for usage in self.pool_usages)

    @property
    def gap_bytes(self) -> int:
        """How far all pools together are above their bounds."""
        return self.size_bytes - self.lower_bound_bytes
