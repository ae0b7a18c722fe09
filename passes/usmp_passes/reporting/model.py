"""What a report says of a program's memory: plain values, which no longer know the IR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 1
"""Of the JSON form; raised when a field goes or changes its meaning, not when one is added."""


@dataclass(frozen=True, slots=True)
class SlicesReport:
    """The copies of a buffer that has one for each thread, one above the other."""

    count: int

    slice_bytes: int
    """Of one copy."""

    stride_bytes: int
    """From the start of one copy to that of the next."""


@dataclass(frozen=True, slots=True)
class BufferReport:
    """A buffer that a plan places, or may place."""

    name: str
    """Unique in the program."""

    function: str
    """The function that allocates it, without the `@`."""

    size_bytes: int
    """What it takes of a pool, all its slices together."""

    alignment: int
    """In bytes, a power of two."""

    pool: str | None
    """The pool that it is in, `None` before planning."""

    byte_offset: int | None
    """From the start of the pool, `None` before planning."""

    live: tuple[tuple[int, int], ...] | None
    """
    Closed ranges of program points, one for each activation, ascending; `None` if they are too
    many. Empty for a buffer that is never accessed.
    """

    traffic_bytes: int | None
    """Bytes read and written in one run, `None` if the program does not tell."""

    io: Literal["input", "output", "inout"] | None
    """What it is to the caller of the program, `None` for scratch memory."""

    constant: bool
    """Whether it holds its data before the program starts, and is never written."""

    slices: SlicesReport | None
    """Its copies if it has one for each thread."""

    conflicts: tuple[str, ...] | None
    """
    The buffers live when this one is, in program order; `None` if they were not asked for and live
    ranges say the same.
    """

    location: str | None
    """Where it is allocated, as `file:line:column`, `None` if that is not known."""

    saved_if_gone_bytes: int | None
    """
    How much smaller the lower bound of its pool would be without it; before planning, that of a
    pool with all buffers that may be written, or of one with all constants. `None` if a buffer of
    the pool has too many activations for a list of live ranges.
    """


@dataclass(frozen=True, slots=True)
class PoolReport:
    """A pool, and the buffers in it."""

    name: str
    """Its symbol, without the `@`."""

    read_only: bool
    """Whether it holds constants only."""

    capacity_bytes: int | None
    """`None` for an unbounded pool."""

    allocated_size: int | None
    """The bytes that the plan uses of it, `None` before planning."""

    lower_bound: int | None
    """
    The bytes without which no plan can place the same buffers in it, `None` before planning and
    where it is not known.
    """

    gap: int | None
    """
    By how many bytes `allocated_size` is above `lower_bound`. Below it are only pools whose sizes
    were written by hand, and plans that `usmp-verify-plan` refuses.
    """

    proven: bool | None
    """
    Whether it is proven that the pool cannot be smaller with these buffers, `None` before planning.
    """

    required_alignment: int | None
    """What its address must be a multiple of, in bytes, `None` before planning."""

    unshared_bytes: int
    """The sizes of its buffers together: what they would take without reuse."""

    buffers: tuple[BufferReport, ...]
    """In program order."""


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """A buffer that the planner leaves alone."""

    name: str

    function: str | None
    """`None` for one outside the functions of the module."""

    size_bytes: int | None
    """`None` if its type does not say."""

    reason: str

    location: str | None
    """As `file:line:column`, `None` if that is not known."""


@dataclass(frozen=True, slots=True)
class PlanReport:
    """How a plan was made, and what is known of it."""

    algorithm: str

    optimal: bool
    """
    Whether it is proven that each buffer is in the first pool of its candidates, or in the only one
    that it can be in, and that each pool is as small as it can be.
    """

    smallest_pools: bool
    """Whether it is proven that no pool can be smaller with the buffers that are in it."""

    seed: int | None
    """What random choices began with, `None` if there were none."""

    time_limit: float | None
    """The seconds the search was given, `None` if effort was counted in steps."""

    interrupted: bool
    """Whether the search was stopped early."""


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """The memory of a program, before or after planning."""

    schema_version: int

    entries: tuple[str, ...]
    """The functions the program starts with, without the `@`."""

    program_length: int
    """The program points of one run: they are numbered from 0 up to, but without, this."""

    memory_pressure: int
    """The largest sum of sizes, in bytes, live at one program point; constants not counted."""

    plan: PlanReport | None
    """`None` before planning."""

    pools: tuple[PoolReport, ...]
    """In the order in which the module declares them."""

    unplaced: tuple[BufferReport, ...]
    """Buffers that a plan may place and that have no place, in program order."""

    not_planned: tuple[NotPlanned, ...]
    """In program order."""

    @property
    def buffers(self) -> tuple[BufferReport, ...]:
        """All that a plan places or may place: by pool, those without a place last."""
        placed = tuple(buffer for pool in self.pools for buffer in pool.buffers)
        return placed + self.unplaced
