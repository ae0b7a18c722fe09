"""A memory report as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from usmp_passes.reporting.display import counted, grouped, in_units, printable, shortened
from usmp_passes.reporting.model import (
    BufferReport,
    MemoryReport,
    NotPlanned,
    PlanReport,
    PoolReport,
)
from usmp_passes.reporting.tables import (
    DEFAULT_WIDTH,
    GAP,
    LEAST_NAME,
    Column,
    TextConsole,
    fitting,
    function_line,
    header,
    heading,
    rows_of,
    width_of_names,
)

_MAX_LIVE = 15
"""The columns that live ranges may take."""

_MAX_ENTRIES = 3
"""The entry functions that are named; there is one for most programs."""


def report_text(report: MemoryReport, width: int = DEFAULT_WIDTH, *, color: bool = False) -> str:
    """
    The report as text of at most `width` columns, unless numbers alone need more. Long names are
    shortened in the middle. With `color` it has the escape sequences of a terminal.
    """
    console = TextConsole(width, color)
    console.print(*_headline(report, width))
    if report.pools:
        console.print(*_pools(report.pools, width))
    for pool in report.pools:
        if pool.buffers:
            console.print(heading(f"pool @{pool.name}", width), *_buffers(pool.buffers, width))
    if report.unplaced:
        console.print(heading("no place yet", width), *_buffers(report.unplaced, width))
    if report.not_planned:
        console.print(heading("not planned", width), *_not_planned(report.not_planned, width))
    console.print(*(Text(line, style="dim") for line in _legend(report)))
    return console.text()


def _legend(report: MemoryReport) -> Iterator[str]:
    """What words in the tables mean, if they are there."""
    gaps = [pool.gap for pool in report.pools if pool.gap is not None]
    if 0 in gaps:
        yield "proven: no plan can use fewer bytes for these buffers"
    if any(gap > 0 for gap in gaps):
        yield "open: a plan that uses fewer bytes may exist"
    if any(gap < 0 for gap in gaps):
        yield "check: fewer bytes than the lower bound, usmp-verify-plan tells why"
    if any(buffer.saved_if_gone_bytes for buffer in report.buffers):
        yield "saves: how much smaller the lower bound of the pool is without the buffer"


# What is said of the program and its plan


def _headline(report: MemoryReport, width: int) -> Iterator[Text]:
    shown = [shortened(f"@{name}", width // 2) for name in report.entries[:_MAX_ENTRIES]]
    rest = len(report.entries) - len(shown)
    entries = ", ".join(shown) + (f" and {rest:,} more" if rest else "")
    yield Text(
        f"{entries}: {counted(report.program_length, 'program point')}, "
        f"memory pressure {counted(report.memory_pressure, 'byte')}",
        overflow="fold",
    )
    if report.plan is not None:
        yield Text(_plan_text(report.plan), overflow="fold")


def _plan_text(plan: PlanReport) -> str:
    text = f"plan by {printable(plan.algorithm) or 'an unknown algorithm'}"
    if plan.seed is not None:
        text += f", seed {plan.seed}"
    if plan.time_limit is not None:
        text += f", {plan.time_limit:g} s"
    if plan.interrupted:
        text += ", interrupted"
    if plan.optimal:
        return f"{text}: proven optimal"
    if plan.smallest_pools:
        return f"{text}: no pool can be smaller with the buffers in it"
    return f"{text}: not proven optimal"


# Tables


def _pools(pools: Sequence[PoolReport], width: int) -> Iterator[RenderableType]:
    names = [f"@{pool.name}" for pool in pools]
    columns = fitting(
        [
            Column("capacity", [grouped(pool.capacity_bytes) or "-" for pool in pools], 1),
            Column("used", [grouped(pool.allocated_size) for pool in pools]),
            Column("bound", [grouped(pool.lower_bound) for pool in pools], 2),
            Column("gap", [_gap(pool) for pool in pools], 3, style=_gap_style),
            Column("no reuse", [grouped(pool.unshared_bytes) for pool in pools], 4),
            Column("now", [_share(pool) for pool in pools], 5),
            Column("buffers", [grouped(len(pool.buffers)) for pool in pools], 6),
        ],
        width,
    )
    name_width = width_of_names(("pool", *names), columns, width)
    yield Text()
    yield from header("pool", columns, name_width)
    yield rows_of(names, columns, range(len(pools)), name_width)
    yield Text()


def _gap(pool: PoolReport) -> str:
    """How far the pool is above its bound, and whether that says that it is the smallest."""
    if pool.gap is None:
        return "" if pool.proven is None else "not known"
    if pool.gap < 0:
        return f"{grouped(pool.gap)} check"
    return f"{grouped(pool.gap)} proven" if pool.proven else f"{grouped(pool.gap)} open"


def _gap_style(cell: str) -> str:
    return "green" if cell.endswith("proven") else "yellow"


def _share(pool: PoolReport) -> str:
    """What the pool takes of what its buffers would take without reuse, in percent."""
    if pool.allocated_size is None or not pool.unshared_bytes:
        return ""
    share = 100 * pool.allocated_size // pool.unshared_bytes
    return f"{share:,} %" if share or not pool.allocated_size else "<1 %"


def _buffers(buffers: Sequence[BufferReport], width: int) -> Iterator[RenderableType]:
    """The buffers in columns, with a line for each function before its own."""
    columns = fitting(
        [
            Column("kind", [_kind(buffer) for buffer in buffers], 5, left=True),
            Column("offset", [grouped(buffer.byte_offset) for buffer in buffers]),
            Column("bytes", [grouped(buffer.size_bytes) for buffer in buffers]),
            Column("align", [grouped(buffer.alignment) for buffer in buffers], 3),
            Column("live", [_live(buffer) for buffer in buffers], 2),
            Column("traffic", [in_units(buffer.traffic_bytes) for buffer in buffers], 4),
            Column("saves", [_saved(buffer) for buffer in buffers], 1, style=lambda _: "cyan"),
        ],
        width,
    )
    names = [f"{' ' * GAP}{buffer.name}" for buffer in buffers]
    name_width = width_of_names(names, columns, width)
    yield from header("buffer", columns, name_width)
    for function, rows in groupby(range(len(buffers)), key=lambda row: buffers[row].function):
        yield function_line(function, width)
        indices = list(rows)
        yield rows_of(names, columns, range(indices[0], indices[-1] + 1), name_width)
    yield Text()


def _kind(buffer: BufferReport) -> str:
    """What is special about a buffer."""
    if buffer.io is not None:
        return buffer.io
    if buffer.constant:
        return "constant"
    return "" if buffer.slices is None else f"{buffer.slices.count} slices"


def _live(buffer: BufferReport) -> str:
    """As many live ranges as there is room for."""
    if buffer.live is None:
        return "many times"
    if not buffer.live:
        return "never"
    shown, (first, *others) = 1, (f"{first}-{last}" for first, last in buffer.live)
    text = first
    for other in others:
        longer = f"{text} {other}"
        more = f" +{len(buffer.live) - shown - 1}" if shown + 1 < len(buffer.live) else ""
        if len(longer) + len(more) > _MAX_LIVE:
            break
        text, shown = longer, shown + 1
    rest = len(buffer.live) - shown
    return f"{text} +{rest}" if rest else text


def _saved(buffer: BufferReport) -> str:
    return "" if not buffer.saved_if_gone_bytes else grouped(buffer.saved_if_gone_bytes)


def _not_planned(buffers: Sequence[NotPlanned], width: int) -> Iterator[RenderableType]:
    """The buffers, each with the reason below it."""
    for function, group in groupby(buffers, key=lambda buffer: buffer.function):
        if function is not None:
            yield function_line(function, width)
        for buffer in group:
            size = "" if buffer.size_bytes is None else f", {counted(buffer.size_bytes, 'byte')}"
            name = shortened(buffer.name, max(LEAST_NAME, width - GAP - len(size)))
            reason = Text(printable(buffer.reason), overflow="fold", style="yellow")
            yield Padding(Text(f"{name}{size}"), (0, 0, 0, GAP))
            yield Padding(reason, (0, 0, 0, 2 * GAP))
    yield Text()
