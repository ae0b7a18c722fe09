"""What changed between two plans of a program, or of two versions of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from usmp_passes.reporting.model import BufferReport, MemoryReport, NotPlanned, PoolReport

DIFF_VERSION = 1
"""Of the JSON form; raised when a field goes or changes its meaning, not when one is added."""

Change = Literal[
    "added",
    "removed",
    "resized",
    "realigned",
    "moved",
    "other_pool",
    "placed",
    "displaced",
    "not_planned",
    "planned",
]
"""
What happened to a buffer. `moved` is to another offset of the same pool; `placed` that it had no
place before planning, `displaced` the reverse; `not_planned` that it was planned, or could be, and
is left alone now, `planned` the reverse.
"""


@dataclass(frozen=True, slots=True)
class PoolSizes:
    """What is compared of a pool, in bytes; as `PoolReport` has it."""

    allocated_size: int | None
    lower_bound: int | None
    capacity_bytes: int | None
    unshared_bytes: int


@dataclass(frozen=True, slots=True)
class PoolChange:
    """A pool before and after, `None` where it does not exist."""

    name: str
    old: PoolSizes | None
    new: PoolSizes | None

    @property
    def old_size(self) -> int:
        """The bytes that the plan used of it; 0 without a plan."""
        return _allocated(self.old)

    @property
    def new_size(self) -> int:
        """The bytes that the plan uses of it; 0 without a plan."""
        return _allocated(self.new)


def _allocated(sizes: PoolSizes | None) -> int:
    return 0 if sizes is None else sizes.allocated_size or 0


@dataclass(frozen=True, slots=True)
class BufferState:
    """What is compared of a buffer; as `BufferReport` and `NotPlanned` have it."""

    size_bytes: int | None
    alignment: int | None
    pool: str | None
    byte_offset: int | None
    not_planned: str | None


@dataclass(frozen=True, slots=True)
class BufferChange:
    """A buffer that is not as it was, `None` where it does not exist."""

    name: str
    function: str | None
    changes: tuple[Change, ...]
    old: BufferState | None
    new: BufferState | None


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """The differences, without what is the same in both; pools are all there."""

    schema_version: int
    old_total_bytes: int
    """The allocated sizes of all pools together."""

    new_total_bytes: int
    old_memory_pressure: int
    new_memory_pressure: int
    pools: tuple[PoolChange, ...]
    """In the order of the new module, and then those that it has no more."""

    buffers: tuple[BufferChange, ...]
    """In the order of the new report, and then those that it has no more."""

    @property
    def is_empty(self) -> bool:
        """Whether both plans are the same."""
        return (
            not self.buffers
            and self.old_memory_pressure == self.new_memory_pressure
            and all(pool.old == pool.new for pool in self.pools)
        )


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how much a size may grow."""

    byte_count: int = 0
    percent: Fraction = Fraction(0)
    """Of the old size."""

    def allows(self, old: int, new: int) -> bool:
        """Whether a size may grow so much."""
        return new - old <= max(self.byte_count, self.percent * old / 100)


def plan_diff(old: MemoryReport, new: MemoryReport) -> PlanDiff:
    """
    What is different in `new`. Buffers are the same if their names and functions are. Live ranges
    are not compared: they follow from the numbers of operations, which any change moves.
    """
    pools = tuple(_pool_changes(old, new))
    return PlanDiff(
        DIFF_VERSION,
        sum(pool.old_size for pool in pools),
        sum(pool.new_size for pool in pools),
        old.memory_pressure,
        new.memory_pressure,
        pools,
        tuple(_buffer_changes(old, new)),
    )


def growth(diff: PlanDiff, tolerance: Tolerance) -> list[str]:
    """What has become larger than the tolerance allows, in words: pools, and all of them."""
    larger = [
        f"pool @{pool.name}: {pool.old_size} bytes before, {pool.new_size} now"
        for pool in diff.pools
        if not tolerance.allows(pool.old_size, pool.new_size)
    ]
    if not tolerance.allows(diff.old_total_bytes, diff.new_total_bytes):
        larger.append(
            f"all pools together: {diff.old_total_bytes} bytes before, {diff.new_total_bytes} now"
        )
    return larger


def _pool_changes(old: MemoryReport, new: MemoryReport) -> Iterator[PoolChange]:
    before = {pool.name: _sizes(pool) for pool in old.pools}
    for pool in new.pools:
        yield PoolChange(pool.name, before.pop(pool.name, None), _sizes(pool))
    for name, sizes in before.items():
        yield PoolChange(name, sizes, None)


def _sizes(pool: PoolReport) -> PoolSizes:
    return PoolSizes(
        pool.allocated_size, pool.lower_bound, pool.capacity_bytes, pool.unshared_bytes
    )


_Key = tuple[str | None, str]
"""The function and the name of a buffer."""


def _buffer_changes(old: MemoryReport, new: MemoryReport) -> Iterator[BufferChange]:
    before = _states(old)
    for key, state in _states(new).items():
        was = before.pop(key, None)
        changes: tuple[Change, ...] = ("added",) if was is None else tuple(_changes(was, state))
        if changes:
            yield BufferChange(key[1], key[0], changes, was, state)
    for key, was in before.items():
        yield BufferChange(key[1], key[0], ("removed",), was, None)


def _states(report: MemoryReport) -> dict[_Key, BufferState]:
    states: dict[_Key, BufferState] = {
        (buffer.function, buffer.name): _state(buffer) for buffer in report.buffers
    }
    for buffer in report.not_planned:
        states[buffer.function, buffer.name] = _state_not_planned(buffer)
    return states


def _state(buffer: BufferReport) -> BufferState:
    return BufferState(buffer.size_bytes, buffer.alignment, buffer.pool, buffer.byte_offset, None)


def _state_not_planned(buffer: NotPlanned) -> BufferState:
    return BufferState(buffer.size_bytes, None, None, None, buffer.reason)


def _changes(old: BufferState, new: BufferState) -> Iterator[Change]:
    if old.size_bytes != new.size_bytes:
        yield "resized"
    if new.not_planned is not None or old.not_planned is not None:
        if old.not_planned is None:
            yield "not_planned"
        elif new.not_planned is None:
            yield "planned"
        return
    if old.alignment != new.alignment:
        yield "realigned"
    if old.pool is None or new.pool is None:
        if old.pool != new.pool:
            yield "placed" if old.pool is None else "displaced"
    elif old.pool != new.pool:
        yield "other_pool"
    elif old.byte_offset != new.byte_offset:
        yield "moved"
