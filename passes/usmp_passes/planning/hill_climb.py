"""A search over orders, gaps filled."""

from __future__ import annotations

from collections.abc import Sequence

from usmp_passes.planning.arranging import PackedPool, arrange
from usmp_passes.planning.budget import Budget
from usmp_passes.planning.packing import Offsets, Packing
from usmp_passes.planning.pool_packing import pack_by_order_search
from usmp_passes.planning.task import Task


def hill_climb(task: Task, budget: Budget, seed: int) -> Sequence[PackedPool]:
    """
    The best arrangement that was ever seen, always the same for a seed and a number of steps.
    Raises `NoPlaceError`.
    """
    return arrange(task, _pack, budget, seed)


def _pack(
    packing: Packing, capacity: int | None, budget: Budget, seed: int
) -> tuple[Offsets, bool]:
    return pack_by_order_search(packing, packing.goal(capacity), budget, seed), False
