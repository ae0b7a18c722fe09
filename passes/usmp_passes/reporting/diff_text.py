"""The differences of two plans as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from usmp_passes.reporting.display import counted, grouped, printable, shortened
from usmp_passes.reporting.plan_diff import BufferChange, BufferState, PlanDiff, PoolSizes
from usmp_passes.reporting.tables import (
    DEFAULT_WIDTH,
    GAP,
    LEAST_NAME,
    Column,
    TextConsole,
    fitting,
    function_line,
    header,
    rows_of,
    width_of_names,
)

_STYLES = {"added": "yellow", "removed": "green", "not_planned": "yellow", "other_pool": "yellow"}


def diff_text(diff: PlanDiff, width: int = DEFAULT_WIDTH, *, color: bool = False) -> str:
    """
    The differences as text of at most `width` columns, unless numbers alone need more. Long names
    are shortened in the middle. With `color` it has the escape sequences of a terminal.
    """
    console = TextConsole(width, color)
    if diff.is_empty:
        console.print(Text("the plans are the same"))
        return console.text()
    console.print(*_sizes(diff, width))
    if diff.buffers:
        console.print(Text(), *_buffers(diff.buffers, width))
        console.print(Text(), Text(_count_of_changes(diff)))
    return console.text()


def _sizes(diff: PlanDiff, width: int) -> Iterator[RenderableType]:
    names = [f"@{pool.name}" for pool in diff.pools]
    old = [_allocated(pool.old) for pool in diff.pools]
    new = [_allocated(pool.new) for pool in diff.pools]
    changes = [_difference(pool.old_size, pool.new_size) for pool in diff.pools]
    bounds = [_bound(pool.new) for pool in diff.pools]
    names += ["total", "memory pressure"]
    old += [grouped(diff.old_total_bytes), grouped(diff.old_memory_pressure)]
    new += [grouped(diff.new_total_bytes), grouped(diff.new_memory_pressure)]
    changes += [
        _difference(diff.old_total_bytes, diff.new_total_bytes),
        _difference(diff.old_memory_pressure, diff.new_memory_pressure),
    ]
    bounds += ["", ""]
    columns = fitting(
        [
            Column("before", old),
            Column("now", new),
            Column("change", changes, style=_style_of_difference),
            Column("bound now", bounds, 1),
        ],
        width,
    )
    name_width = width_of_names(("pool", *names), columns, width)
    yield from header("pool", columns, name_width)
    yield rows_of(names, columns, range(len(names)), name_width)


def _allocated(sizes: PoolSizes | None) -> str:
    if sizes is None:
        return "-"
    return "no plan" if sizes.allocated_size is None else grouped(sizes.allocated_size)


def _bound(sizes: PoolSizes | None) -> str:
    return "" if sizes is None else grouped(sizes.lower_bound)


def _difference(old: int, new: int) -> str:
    return "" if old == new else f"{new - old:+,}"


def _style_of_difference(cell: str) -> str:
    return "red" if cell.startswith("+") else "green"


def _buffers(changes: Sequence[BufferChange], width: int) -> Iterator[RenderableType]:
    """The buffers, each with what happened to it below."""
    for function, group in groupby(changes, key=lambda change: change.function):
        if function is not None:
            yield function_line(function, width)
        for change in group:
            name = shortened(change.name, max(LEAST_NAME, width - GAP))
            yield Padding(Text(name), (0, 0, 0, GAP))
            style = next((_STYLES[one] for one in change.changes if one in _STYLES), "")
            text = Text(_sentence(change), overflow="fold", style=style)
            yield Padding(text, (0, 0, 0, 2 * GAP))


def _sentence(change: BufferChange) -> str:
    """What happened to a buffer."""
    old, new = change.old, change.new
    if old is None or new is None:
        state = new or old
        assert state is not None
        return f"{change.changes[0]}: {_size(state)}, {_place(state)}"
    parts: list[str] = []
    for one in change.changes:
        if one == "resized":
            parts.append(f"resized: {_size(old)} before, {_size(new)} now")
        elif one == "realigned":
            parts.append(f"alignment {old.alignment} before, {new.alignment} now")
        elif one == "moved":
            before, now = grouped(old.byte_offset), grouped(new.byte_offset)
            parts.append(f"moved in @{printable(new.pool or '')}: {before} before, {now} now")
        elif one == "placed":
            parts.append(f"placed: {_place(new)}")
        elif one == "displaced":
            parts.append(f"no place any more: {_place(old)} before")
        elif one == "other_pool":
            parts.append(f"other pool: {_place(old)} before, {_place(new)} now")
        elif one == "not_planned":
            parts.append(f"not planned any more: {printable(new.not_planned or '')}")
        else:
            parts.append(f"planned now: {_place(new)}; before: {printable(old.not_planned or '')}")
    return "; ".join(parts)


def _size(state: BufferState) -> str:
    return "unknown size" if state.size_bytes is None else counted(state.size_bytes, "byte")


def _place(state: BufferState) -> str:
    if state.not_planned is not None:
        return f"not planned ({printable(state.not_planned)})"
    if state.pool is None:
        return "no place"
    return f"@{printable(state.pool)} at {grouped(state.byte_offset)}"


def _count_of_changes(diff: PlanDiff) -> str:
    """How many buffers of each change there are."""
    counts: dict[str, int] = {}
    for change in diff.buffers:
        for one in change.changes:
            counts[one] = counts.get(one, 0) + 1
    words = {
        "other_pool": "in another pool",
        "displaced": "without a place",
        "not_planned": "not planned any more",
    }
    listed = ", ".join(f"{count} {words.get(one, one)}" for one, count in counts.items())
    return f"{counted(len(diff.buffers), 'buffer')} changed: {listed}"
