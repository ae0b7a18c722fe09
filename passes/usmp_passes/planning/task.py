"""Where the buffers of a problem are, by number, while a plan is in the making."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from usmp_passes.planning.conflict_graph import ConflictGraph
from usmp_passes.planning.lower_bound import align_up
from usmp_passes.planning.packing import Offsets, Packing
from usmp_passes.planning.problem import PlacementProblem, may_be_in


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A pool, by its number in the problem, and an offset in bytes for each buffer."""

    pools: Sequence[int]
    offsets: Offsets


class NoPlaceError(Exception):
    """An algorithm found no place for some buffers."""

    def __init__(
        self,
        buffers: Sequence[int],
        least: Arrangement | None = None,
        proven: Sequence[int] = (),
    ):
        super().__init__(f"no place for {len(buffers)} buffers")
        self.buffers = buffers
        """By number."""

        self.least = least
        """
        The arrangement that leaves the capacities the least, if buffers have one pool each, so that
        there is nothing else to be tried.
        """

        self.proven = proven
        """The pools, by number, of which all packings of `least` were looked at: none fits."""


class Task:
    """A placement problem with what every algorithm asks of it, worked out once."""

    capacities: Sequence[int | None]
    """Of each pool, in bytes; `None` if it is unbounded."""

    def __init__(self, problem: PlacementProblem):
        self.problem = problem
        self.buffers = problem.buffers
        self.pools = problem.pools
        self.graph = ConflictGraph(problem)
        self.capacities = [pool.capacity for pool in self.pools]

    def __len__(self) -> int:
        return len(self.buffers)

    def with_capacities(self, capacities: Mapping[int, int | None]) -> Task:
        """The same problem with other capacities for some pools, by number."""
        other = copy(self)
        other.__dict__.pop("usable", None)
        other.capacities = [
            capacities.get(pool, capacity) for pool, capacity in enumerate(self.capacities)
        ]
        return other

    @cached_property
    def candidates(self) -> Sequence[Sequence[int]]:
        """The pools that each buffer can be in, sizes left aside, in order of preference."""
        number_of = {pool.name: number for number, pool in enumerate(self.pools)}
        by_kind: dict[tuple[int, int, bool], Sequence[int]] = {}
        candidates: list[Sequence[int]] = []
        for buffer in self.buffers:
            if buffer.fixed_allocation is not None:
                candidates.append((number_of[buffer.fixed_allocation.pool_info.name],))
                continue
            # The lists of candidates are few, and so are the ways to cut them.
            kind = (id(buffer.pool_candidates), buffer.alignment, buffer.is_constant)
            if kind not in by_kind:
                by_kind[kind] = [
                    number_of[pool.name]
                    for pool in buffer.pool_candidates
                    if may_be_in(buffer, pool)
                ]
            candidates.append(by_kind[kind])
        return candidates

    @cached_property
    def usable(self) -> Sequence[Sequence[int]]:
        """The pools that each buffer can be in if it is alone there, in order of preference."""
        return [
            self._large_enough(pools, buffer.size_bytes)
            for pools, buffer in zip(self.candidates, self.buffers, strict=True)
        ]

    def _large_enough(self, pools: Sequence[int], size: int) -> Sequence[int]:
        capacities = self.capacities
        if all((capacity := capacities[p]) is None or size <= capacity for p in pools):
            return pools
        return [p for p in pools if (capacity := capacities[p]) is None or size <= capacity]

    @cached_property
    def traffic(self) -> Sequence[int]:
        """Bytes read and written, or what stands for them where they are not known."""
        return [
            2 * buffer.size_bytes if buffer.traffic_bytes is None else buffer.traffic_bytes
            for buffer in self.buffers
        ]

    def check_usable(self) -> None:
        """Raises `NoPlaceError` if some buffer is too large for all of its pools."""
        homeless = [index for index, pools in enumerate(self.usable) if not pools]
        if homeless:
            raise NoPlaceError(homeless)

    def first_choice(self) -> Sequence[int]:
        """The pool that each buffer prefers, by number."""
        return [pools[0] for pools in self.usable]

    def packing(self, members: Sequence[int]) -> Packing:
        """These buffers, by number, in a pool by themselves."""
        return Packing(self.buffers, self.graph, sorted(members))

    def packings(self, pools: Sequence[int]) -> Iterator[tuple[int, Packing]]:
        """What each pool holds, for pools that hold something, if each buffer is in `pools[i]`."""
        members: dict[int, list[int]] = {}
        for index, pool in enumerate(pools):
            members.setdefault(pool, []).append(index)
        for pool in sorted(members):
            yield pool, Packing(self.buffers, self.graph, members[pool])

    def displaced_traffic(self, pools: Sequence[int]) -> int:
        """
        How much traffic is away from the pools preferred: bytes times the places in the list of
        usable pools that a buffer is from the first.
        """
        return sum(
            traffic * usable.index(pool)
            for traffic, usable, pool in zip(self.traffic, self.usable, pools, strict=True)
        )

    def size_of(self, arrangement: Arrangement) -> int:
        """The bytes of all pools together."""
        return sum(
            pool_size(ends, alignment, self.capacities[pool])
            for pool, (ends, alignment) in self.extents(arrangement).items()
        )

    def extents(self, arrangement: Arrangement) -> Mapping[int, tuple[int, int]]:
        """The highest end, and the largest alignment, of each pool that holds something."""
        extents: dict[int, tuple[int, int]] = {}
        for buffer, pool, offset in zip(
            self.buffers, arrangement.pools, arrangement.offsets, strict=True
        ):
            end, alignment = extents.get(pool, (0, 1))
            if buffer.size_bytes:
                alignment = max(alignment, buffer.alignment)
            extents[pool] = max(end, offset + buffer.size_bytes), alignment
        return extents

    def badness(self, arrangement: Arrangement) -> tuple[int, int]:
        """By which arrangements are compared: traffic displaced, then bytes of all pools."""
        return self.displaced_traffic(arrangement.pools), self.size_of(arrangement)


def pool_size(end: int, alignment: int, capacity: int | None) -> int:
    """
    The bytes to set aside for a pool: up to the highest end, rounded up to the largest alignment,
    but never above the capacity, which may not be a multiple of it.
    """
    size = align_up(end, alignment)
    return size if capacity is None else min(size, max(capacity, end))
