"""The memory report of a module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from xdsl.dialects.builtin import (
    DictionaryAttr,
    FloatAttr,
    IntegerAttr,
    ModuleOp,
    StringAttr,
)
from xdsl.ir import Attribute, Operation

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT
from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    BUFFER_INFO,
    FIXED_POOL_ALLOCATION,
    LOWER_BOUND,
    NOT_PLANNED,
    PLAN,
    REQUIRED_ALIGNMENT,
    BufferInfo,
    BufferInfoAttr,
    PoolAllocationAttr,
    PoolOp,
    Slices,
)
from usmp_dialect.locations import file_location
from usmp_dialect.program import fail
from usmp_passes.analysis import Buffer
from usmp_passes.analysis.io_lifetimes import io_kind_of
from usmp_passes.reporting.analysed_program import AnalysedProgram, analyse_program
from usmp_passes.reporting.model import (
    SCHEMA_VERSION,
    BufferReport,
    MemoryReport,
    NotPlanned,
    PlanReport,
    PoolReport,
    SlicesReport,
)
from usmp_passes.reporting.savings import LiveBuffer, Savings, savings_of
from usmp_passes.verification.placed_buffer import PlacedBuffer


def memory_report(
    module: ModuleOp, main: str | None = None, *, conflicts: bool = False
) -> MemoryReport:
    """
    What is known of the memory of a program: before planning, after `usmp-plan-memory`, or after
    `usmp-convert-pool-allocations-to-offsets`. The module stays as it is.

    What the program says of its buffers (`buffer_info`) is taken from there, and found by the
    analysis where it says nothing. `main` names the entry function; by default it is the one that
    the program was planned for. `conflicts` lists the conflicts of all buffers, not only of those
    that have no list of live ranges.

    Raises `AnalysisError`, a `PassFailedException` that carries the operation, for a program that
    cannot be analysed, and for places in pools that are none.
    """
    return report_of(analyse_program(module, main, conflicts=conflicts), conflicts=conflicts)


def report_of(program: AnalysedProgram, *, conflicts: bool = False) -> MemoryReport:
    """
    The memory report of a program that has been analysed, with the conflicts of all buffers if it
    was asked for these.

    Raises `AnalysisError` for a place in a pool that is not declared.
    """
    described = _Described(program, conflicts)
    pools = [
        _pool_report(name, pool, described.placed_in.get(name, ()))
        for name, pool in program.pools.pools.items()
    ]
    analysis = program.analysis
    return MemoryReport(
        SCHEMA_VERSION,
        tuple(entry.name for entry in analysis.entries),
        sum(analysis.summaries[entry.name].length for entry in analysis.entries),
        analysis.memory_pressure,
        _plan_report(program.module),
        tuple(pools),
        tuple(_with_savings_before_planning(described.unplaced)),
        tuple(described.not_planned),
    )


_DescribedBuffer = tuple[Operation, BufferReport]
"""A buffer, and its report without what depends on the others of its pool."""


class _Described:
    """The buffers of a program, sorted by where they are."""

    def __init__(self, program: AnalysedProgram, conflicts: bool) -> None:
        self.placed_in: dict[str, list[_DescribedBuffer]] = {}
        self.unplaced: list[_DescribedBuffer] = []
        self.not_planned: list[NotPlanned] = []
        for buffer in program.analysis.buffers:
            placed = program.placed.get(buffer.op)
            if placed is not None:
                if placed.pool not in program.pools.pools:
                    fail(
                        buffer.op,
                        f"{placed.text} is in pool @{placed.pool}, which is not declared: add it",
                    )
                report = _placed_report(buffer, placed, conflicts)
                self.placed_in.setdefault(placed.pool, []).append((buffer.op, report))
                continue
            reason = buffer.not_planned or _reason_given(buffer.op)
            if reason is not None:
                self.not_planned.append(_not_planned(buffer, reason))
            else:
                self.unplaced.append((buffer.op, _unplaced_report(buffer, conflicts)))


def _reason_given(allocation: Operation) -> str | None:
    reason = allocation.attributes.get(NOT_PLANNED)
    return reason.data if isinstance(reason, StringAttr) else None


def _not_planned(buffer: Buffer, reason: str) -> NotPlanned:
    return NotPlanned(
        buffer.name, buffer.function, buffer.size_bytes, reason, _location_of(buffer.op)
    )


def _location_of(op: Operation) -> str | None:
    location = file_location(op.location)
    return None if location is None else str(location)


# One buffer


def _placed_report(buffer: Buffer, placed: PlacedBuffer, conflicts: bool) -> BufferReport:
    if buffer.size_bytes is None:
        fail(
            buffer.op,
            f"{placed.text} is in pool @{placed.pool}, but its size is not known: "
            "run usmp-verify-plan",
        )
    if placed.start < 0:
        fail(
            buffer.op,
            f"{placed.text} is at byte {placed.start} of pool @{placed.pool}, outside of it: "
            "plan again",
        )
    return replace(
        _report(buffer, placed.size_bytes, placed.alignment, placed.slices, conflicts),
        pool=placed.pool,
        byte_offset=placed.start,
    )


def _unplaced_report(buffer: Buffer, conflicts: bool) -> BufferReport:
    info = _info_of(buffer.op)
    alignment = max(buffer.alignment, DEFAULT_ALIGNMENT) if info is None else info.alignment
    size = buffer.size_bytes
    assert size is not None
    slices = None if buffer.slices is None else Slices.for_threads(buffer.slices, size, alignment)
    total = size if slices is None else slices.total_bytes(size)
    return _report(buffer, total, alignment, slices, conflicts)


def _report(
    buffer: Buffer, total_bytes: int, alignment: int, slices: Slices | None, conflicts: bool
) -> BufferReport:
    """All but its place and what it saves."""
    assert buffer.function is not None
    assert buffer.size_bytes is not None
    name, live, known_conflicts, traffic = buffer.name, buffer.live, buffer.conflicts, None
    if buffer.not_planned is not None:
        # It has a place all the same, in a plan that nobody has checked.
        live, known_conflicts = None, None
    else:
        traffic = buffer.traffic_bytes
    if (info := _info_of(buffer.op)) is not None:
        name, live, traffic = info.name, info.live, info.traffic_bytes
        known_conflicts = info.conflicts if info.conflicts is not None else known_conflicts
    return BufferReport(
        name,
        buffer.function,
        total_bytes,
        alignment,
        None,
        None,
        live,
        traffic,
        io_kind_of(buffer.op),
        buffer.is_constant,
        None
        if slices is None
        else SlicesReport(slices.count, buffer.size_bytes, slices.stride_bytes),
        known_conflicts if conflicts or live is None else None,
        _location_of(buffer.op),
        None,
    )


def _info_of(allocation: Operation) -> BufferInfo | None:
    info = allocation.attributes.get(BUFFER_INFO)
    return info.data if isinstance(info, BufferInfoAttr) else None


# One pool


def _pool_report(name: str, pool: PoolOp, buffers: Sequence[_DescribedBuffer]) -> PoolReport:
    savings = _savings_of(buffers)
    reports = _with_savings(buffers, savings)
    size = _number(pool, ALLOCATED_SIZE)
    alignment = _number(pool, REQUIRED_ALIGNMENT)
    if reports and alignment is None:
        alignment = max(report.alignment for report in reports)
    if reports and size is None:
        size = _allocated_size(reports)
    bound = _number(pool, LOWER_BOUND)
    if bound is None and size is not None and savings is not None:
        bound = savings.lower_bound
    gap = None if size is None or bound is None else size - bound
    hint = pool.size_hint_bytes
    return PoolReport(
        name,
        pool.is_read_only,
        None if hint is None else hint.value.data,
        size,
        bound,
        gap,
        None if size is None else gap == 0,
        alignment,
        sum(report.size_bytes for report in reports),
        tuple(reports),
    )


def _number(op: Operation, name: str) -> int | None:
    attribute = op.attributes.get(name)
    return attribute.value.data if isinstance(attribute, IntegerAttr) else None


def _allocated_size(reports: Iterable[BufferReport]) -> int:
    """The highest end of placed buffers, rounded up to their largest alignment."""
    highest, alignment = 0, 1
    for report in reports:
        highest = max(highest, (report.byte_offset or 0) + report.size_bytes)
        alignment = max(alignment, report.alignment)
    return -(-highest // alignment) * alignment


def _with_savings_before_planning(buffers: Sequence[_DescribedBuffer]) -> Iterable[BufferReport]:
    """In program order; constants, which are never in a pool with others, for themselves."""
    by_kind = [[one for one in buffers if one[1].constant is kind] for kind in (False, True)]
    known = {
        op: report
        for kind in by_kind
        for (op, _), report in zip(kind, _with_savings(kind, _savings_of(kind)), strict=True)
    }
    return [known[op] for op, _ in buffers]


def _with_savings(
    buffers: Sequence[_DescribedBuffer], savings: Savings | None
) -> Sequence[BufferReport]:
    if savings is None:
        return [report for _, report in buffers]
    return [
        replace(report, saved_if_gone_bytes=saved)
        for (_, report), saved in zip(buffers, savings.if_gone, strict=True)
    ]


def _savings_of(buffers: Sequence[_DescribedBuffer]) -> Savings | None:
    lives: list[LiveBuffer] = []
    for op, report in buffers:
        if report.live is None:
            return None
        fixed = op.attributes.get(FIXED_POOL_ALLOCATION)
        end = 0
        if isinstance(fixed, PoolAllocationAttr):
            end = fixed.byte_offset.data + report.size_bytes
        lives.append(LiveBuffer(report.size_bytes, report.alignment, report.live, end))
    return savings_of(lives)


# The plan


def _plan_report(module: ModuleOp) -> PlanReport | None:
    plan = module.attributes.get(PLAN)
    if not isinstance(plan, DictionaryAttr):
        return None
    known: Mapping[str, Attribute] = plan.data
    algorithm, seed, limit = known.get("algorithm"), known.get("seed"), known.get("time_limit")
    return PlanReport(
        algorithm.data if isinstance(algorithm, StringAttr) else "",
        _is_true(known.get("optimal")),
        _is_true(known.get("smallest_pools")),
        seed.value.data if isinstance(seed, IntegerAttr) else None,
        limit.value.data if isinstance(limit, FloatAttr) else None,
        _is_true(known.get("interrupted")),
    )


def _is_true(attribute: Attribute | None) -> bool:
    return isinstance(attribute, IntegerAttr) and attribute.value.data != 0
