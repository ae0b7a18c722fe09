"""
The placement problem: buffers, the pools they may go to, and which of them are ever live together.

Nothing here knows of IR. Sizes, offsets and alignments are in bytes; program points are numbers of
which only the order matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

UNRESTRICTED_SIZE_HINT = -1
"""The size hint of a pool without a capacity."""


class ProblemError(ValueError):
    """A placement problem that cannot be posed; the message says what to change."""

    buffer: str | None = None
    """The name of the buffer it is about, if it is about one."""


@dataclass(frozen=True, slots=True)
class PoolInfo:
    """A pool: a stretch of memory that buffers are placed in."""

    READ_WRITE_ACCESS: ClassVar[str] = "rw"
    READ_ONLY_ACCESS: ClassVar[str] = "ro"
    UNRESTRICTED_SIZE_HINT: ClassVar[int] = UNRESTRICTED_SIZE_HINT

    name: str

    size_hint_bytes: int = UNRESTRICTED_SIZE_HINT
    """The capacity; `UNRESTRICTED_SIZE_HINT` if there is none."""

    alignment: int | None = None
    """
    Of the address at which the pool starts, a power of two; `None` for whatever its buffers need.
    """

    access: str = READ_WRITE_ACCESS
    """`"ro"` for a pool that holds constants and nothing else."""

    @property
    def capacity(self) -> int | None:
        """In bytes, `None` if the pool is unbounded."""
        return None if self.size_hint_bytes == UNRESTRICTED_SIZE_HINT else self.size_hint_bytes


@dataclass(frozen=True, slots=True)
class PoolAllocation:
    """Where a buffer is: the pool, and the distance in bytes from its start."""

    pool_info: PoolInfo
    byte_offset: int


@dataclass(frozen=True, slots=True)
class BufferInfo:
    """
    A buffer to be placed.

    Two buffers conflict if their live ranges meet, if either names the other, or if both are
    constants. A buffer of no bytes conflicts with none.
    """

    name: str
    """Unique in the problem."""

    size_bytes: int

    pool_candidates: tuple[PoolInfo, ...]
    """In order of preference."""

    alignment: int = 1
    """A power of two that the offset must be a multiple of."""

    live: tuple[tuple[int, int], ...] | None = None
    """Closed ranges of program points, ascending and apart; `None` if only conflicts are known."""

    conflicts: tuple[str, ...] | None = None
    """Names of buffers; those whose ranges meet need not be there."""

    traffic_bytes: int | None = None
    """
    Bytes read and written in one run. `None` if it is not known: the buffer then counts as if each
    byte were written once and read once.
    """

    is_constant: bool = False
    """
    Whether it has its data before the program starts, and is never written: it may be in a
    read-only pool, and conflicts with every other constant.
    """

    fixed_allocation: PoolAllocation | None = None
    """Where it must be, if that is not for the planner to choose."""


@dataclass(frozen=True)
class PlacementProblem:
    """
    Buffers to be placed in pools.

    Raises `ProblemError` if a name is used twice or not known, a number is out of its range, a
    buffer has neither live ranges nor conflicts, or no candidate pool that it may be in.
    """

    buffers: Sequence[BufferInfo]

    pools: Sequence[PoolInfo]
    """In the order in which they are reported."""

    def __post_init__(self) -> None:
        pools = _by_name(self.pools, "pool")
        for pool in self.pools:
            _check_pool(pool)
        known = self.index_of
        if len(known) != len(self.buffers):
            _by_name(self.buffers, "buffer")
        checked: dict[int, tuple[PoolInfo, ...]] = {}
        for buffer in self.buffers:
            try:
                # One list is shared by many buffers, so that checking it once is enough.
                if id(buffer.pool_candidates) not in checked:
                    _check_candidates(buffer, pools)
                    checked[id(buffer.pool_candidates)] = buffer.pool_candidates
                _check_buffer(buffer, known)
            except ProblemError as error:
                error.buffer = buffer.name
                raise

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """The places of the buffers in `buffers`, by name."""
        return {buffer.name: index for index, buffer in enumerate(self.buffers)}

    def with_size_hints(self, size_hints: Mapping[str, int]) -> PlacementProblem:
        """
        The same problem with other capacities, in bytes, for the pools of these names. Raises
        `ProblemError` for a name that no pool has.
        """
        for name in size_hints.keys() - {pool.name for pool in self.pools}:
            raise ProblemError(f"there is no pool called '{name}'")
        changed = {
            pool.name: replace(
                pool, size_hint_bytes=size_hints.get(pool.name, pool.size_hint_bytes)
            )
            for pool in self.pools
        }
        candidates: dict[int, tuple[PoolInfo, ...]] = {}
        buffers: list[BufferInfo] = []
        for buffer in self.buffers:
            key = id(buffer.pool_candidates)
            if key not in candidates:
                candidates[key] = tuple(changed[pool.name] for pool in buffer.pool_candidates)
            fixed = buffer.fixed_allocation
            if fixed is not None:
                fixed = PoolAllocation(changed[fixed.pool_info.name], fixed.byte_offset)
            buffers.append(replace(buffer, pool_candidates=candidates[key], fixed_allocation=fixed))
        return PlacementProblem(buffers, list(changed.values()))


def _by_name(things: Iterable[PoolInfo | BufferInfo], kind: str) -> dict[str, PoolInfo]:
    found: dict[str, PoolInfo] = {}
    seen: set[str] = set()
    for thing in things:
        if thing.name in seen:
            raise ProblemError(f"there are two {kind}s called '{thing.name}': rename one")
        seen.add(thing.name)
        if isinstance(thing, PoolInfo):
            found[thing.name] = thing
    return found


def is_power_of_two(number: int) -> bool:
    """Whether `number` is 1, 2, 4, 8, ..."""
    return number > 0 and number & (number - 1) == 0


def _check_pool(pool: PoolInfo) -> None:
    if pool.size_hint_bytes < 0 and pool.size_hint_bytes != UNRESTRICTED_SIZE_HINT:
        raise ProblemError(
            f"pool '{pool.name}' has size_hint_bytes {pool.size_hint_bytes}, expected 0 or more, "
            f"or {UNRESTRICTED_SIZE_HINT} for an unbounded pool"
        )
    if pool.alignment is not None and not is_power_of_two(pool.alignment):
        raise ProblemError(
            f"pool '{pool.name}' has alignment {pool.alignment}, expected a power of two"
        )
    if pool.access not in (PoolInfo.READ_WRITE_ACCESS, PoolInfo.READ_ONLY_ACCESS):
        raise ProblemError(f"pool '{pool.name}' has access '{pool.access}', expected 'rw' or 'ro'")


def _check_candidates(buffer: BufferInfo, pools: Mapping[str, PoolInfo]) -> None:
    if not buffer.pool_candidates:
        raise ProblemError(f"buffer '{buffer.name}' has no candidate pool: name one")
    names = [pool.name for pool in buffer.pool_candidates]
    if len(set(names)) != len(names):
        raise ProblemError(f"buffer '{buffer.name}' names a candidate pool twice")
    for pool in buffer.pool_candidates:
        if pools.get(pool.name) != pool:
            raise ProblemError(
                f"buffer '{buffer.name}' has the candidate pool '{pool.name}', "
                "which is not a pool of the problem: declare it"
            )


def _check_buffer(buffer: BufferInfo, known: Mapping[str, int]) -> None:
    name = buffer.name
    if buffer.size_bytes < 0:
        raise ProblemError(f"buffer '{name}' has size {buffer.size_bytes}, expected 0 or more")
    if not is_power_of_two(buffer.alignment):
        raise ProblemError(
            f"buffer '{name}' has alignment {buffer.alignment}, expected a power of two"
        )
    if buffer.traffic_bytes is not None and buffer.traffic_bytes < 0:
        raise ProblemError(
            f"buffer '{name}' has traffic of {buffer.traffic_bytes} bytes, expected 0 or more"
        )
    if buffer.live is not None:
        _check_ranges(name, buffer.live)
    elif buffer.conflicts is None:
        raise ProblemError(f"buffer '{name}' has neither live ranges nor conflicts: give either")
    if buffer.conflicts is not None:
        _check_conflicts(name, buffer.conflicts, known)
    if buffer.fixed_allocation is not None:
        _check_fixed(buffer, buffer.fixed_allocation)
    elif not any(may_be_in(buffer, pool) for pool in buffer.pool_candidates):
        raise ProblemError(_why_in_no_pool(buffer))


def _check_ranges(name: str, ranges: tuple[tuple[int, int], ...]) -> None:
    end: int | None = None
    for first, last in ranges:
        if last < first:
            raise ProblemError(f"buffer '{name}' is live from {first} to {last}")
        if end is not None and first <= end:
            raise ProblemError(
                f"buffer '{name}' has live ranges that meet or descend at program point {first}"
            )
        end = last


def _check_conflicts(name: str, conflicts: tuple[str, ...], known: Mapping[str, int]) -> None:
    for other in conflicts:
        if other not in known:
            raise ProblemError(
                f"buffer '{name}' is in conflict with '{other}', which is not a buffer of the "
                "problem: correct the name, or take it from the list"
            )
        if other == name:
            raise ProblemError(f"buffer '{name}' is in conflict with itself")


def _check_fixed(buffer: BufferInfo, fixed: PoolAllocation) -> None:
    what = (
        f"buffer '{buffer.name}' is fixed at {fixed.byte_offset} in pool '{fixed.pool_info.name}'"
    )
    if fixed.byte_offset < 0:
        raise ProblemError(f"{what}: offsets start at 0")
    if fixed.byte_offset % buffer.alignment:
        raise ProblemError(f"{what}, which is not a multiple of its alignment {buffer.alignment}")
    if fixed.pool_info not in buffer.pool_candidates:
        raise ProblemError(f"{what}, which is not one of its candidate pools")
    capacity = fixed.pool_info.capacity
    if capacity is not None and fixed.byte_offset + buffer.size_bytes > capacity:
        raise ProblemError(f"{what} and has {buffer.size_bytes} bytes: it leaves the pool")
    if (why := why_not_in(buffer, fixed.pool_info)) is not None:
        raise ProblemError(f"{what}: {why}")


def may_be_in(buffer: BufferInfo, pool: PoolInfo) -> bool:
    """Whether `pool` could hold `buffer`, its size left aside."""
    return (pool.alignment is None or buffer.alignment <= pool.alignment) and (
        buffer.is_constant or pool.access == PoolInfo.READ_WRITE_ACCESS
    )


def why_not_in(buffer: BufferInfo, pool: PoolInfo) -> str | None:
    """Why `pool` cannot hold `buffer`, its size left aside, `None` if it can."""
    if may_be_in(buffer, pool):
        return None
    if pool.alignment is not None and buffer.alignment > pool.alignment:
        return (
            f"it needs alignment {buffer.alignment}, "
            f"and pool '{pool.name}' has alignment {pool.alignment}"
        )
    return f"pool '{pool.name}' is read-only, and the buffer is not constant"


def _why_in_no_pool(buffer: BufferInfo) -> str:
    reasons = [why_not_in(buffer, pool) for pool in buffer.pool_candidates]
    return f"buffer '{buffer.name}' can be in none of its candidate pools: " + "; ".join(
        reason for reason in reasons if reason is not None
    )
