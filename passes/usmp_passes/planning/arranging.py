"""
How a way to pack one pool becomes an algorithm for all.

Each buffer is in the pool it prefers, if they all fit there; only otherwise is the choice of pools
searched. What each pool holds is then packed by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from usmp_passes.planning.budget import Budget
from usmp_passes.planning.packing import Offsets, Packing
from usmp_passes.planning.pool_choice import choose_pools
from usmp_passes.planning.task import Arrangement, NoPlaceError, Task


@dataclass(frozen=True, slots=True)
class PackedPool:
    """What one pool holds, and where."""

    pool: int
    """By its number in the problem."""

    packing: Packing
    offsets: Offsets
    is_smallest: bool = False
    """Whether it is proven that the same buffers cannot be packed in less, the bound left aside."""


Packer = Callable[[Packing, int | None, Budget, int], tuple[Offsets, bool]]
"""
From a packing, the capacity of the pool in bytes, a budget and a seed to offsets, and whether they
are proven to be the smallest.
"""


def arrange(task: Task, pack: Packer, budget: Budget, seed: int) -> Sequence[PackedPool]:
    """
    All pools packed. Raises `NoPlaceError` with the buffers for which there is no room.
    """
    task.check_usable()
    has_choice = any(len(pools) > 1 for pools in task.usable) and any(
        capacity is not None for capacity in task.capacities
    )
    packings = list(task.packings(task.first_choice()))
    overfull = [pool for pool, packing in packings if _cannot_fit(task, pool, packing)]
    if not (overfull and has_choice):
        part = budget.part(0.5) if has_choice else budget
        packed = _pack_each(task, packings, pack, part, seed)
        sticking_out = [index for pool in packed for index in _sticking_out(task, pool)]
        if not sticking_out:
            return packed
        if not has_choice:
            if any(len(pools) > 1 for pools in task.candidates):
                raise NoPlaceError(sticking_out)
            proven = [one.pool for one in packed if one.is_smallest]
            raise NoPlaceError(sticking_out, merge(task, packed), proven)
    chosen = choose_pools(task, budget.part(0.5), seed)
    packings = list(task.packings(chosen.pools))
    return [
        _smaller(pool, [chosen.offsets[index] for index in pool.packing.members])
        for pool in _pack_each(task, packings, pack, budget, seed)
    ]


def merge(task: Task, packed: Sequence[PackedPool]) -> Arrangement:
    """The arrangement that all pools make together."""
    pools = [0] * len(task)
    offsets = [0] * len(task)
    for one in packed:
        for index, offset in zip(one.packing.members, one.offsets, strict=True):
            pools[index], offsets[index] = one.pool, offset
    return Arrangement(pools, offsets)


def packed_pools(task: Task, arrangement: Arrangement) -> Sequence[PackedPool]:
    """An arrangement pool by pool."""
    return [
        PackedPool(pool, packing, [arrangement.offsets[index] for index in packing.members])
        for pool, packing in task.packings(arrangement.pools)
    ]


def _cannot_fit(task: Task, pool: int, packing: Packing) -> bool:
    capacity = task.capacities[pool]
    return capacity is not None and packing.bound.end_bytes > capacity


def _pack_each(
    task: Task, packings: Sequence[tuple[int, Packing]], pack: Packer, budget: Budget, seed: int
) -> list[PackedPool]:
    """Each pool packed; what one leaves of the budget is shared by those after it."""
    packed: list[PackedPool] = []
    for done, (pool, packing) in enumerate(packings):
        share = budget.part(1 / (len(packings) - done))
        packed.append(PackedPool(pool, packing, *pack(packing, task.capacities[pool], share, seed)))
    return packed


def _sticking_out(task: Task, packed: PackedPool) -> Sequence[int]:
    """The buffers that end above the capacity, by their number in the problem."""
    capacity = task.capacities[packed.pool]
    if capacity is None:
        return ()
    packing = packed.packing
    return [
        index
        for index, offset, size in zip(packing.members, packed.offsets, packing.sizes, strict=True)
        if offset + size > capacity
    ]


def _smaller(packed: PackedPool, offsets: Offsets) -> PackedPool:
    """The same pool with `offsets`, if these end lower."""
    if packed.packing.end_of(offsets) < packed.packing.end_of(packed.offsets):
        return PackedPool(packed.pool, packed.packing, offsets)
    return packed
