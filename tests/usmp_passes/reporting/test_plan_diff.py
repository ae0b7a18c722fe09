"""What is said to be different in two plans."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from rich.cells import cell_len

from usmp_passes.reporting.diff_text import diff_text
from usmp_passes.reporting.model import BufferReport, MemoryReport, NotPlanned, PoolReport
from usmp_passes.reporting.plan_diff import Tolerance, growth, plan_diff


def buffer(name: str, **changes: object) -> BufferReport:
    known = BufferReport(
        name, "main", 64, 16, "p", 0, ((0, 1),), None, None, False, None, None, None, 0
    )
    return replace(known, **changes)


def pool(name: str, size: int | None, *buffers: BufferReport) -> PoolReport:
    return PoolReport(name, False, None, size, size, 0, True, 16, 0, buffers)


def report(
    *pools: PoolReport,
    unplaced: tuple[BufferReport, ...] = (),
    not_planned: tuple[NotPlanned, ...] = (),
) -> MemoryReport:
    return MemoryReport(1, ("main",), 10, 64, None, pools, unplaced, not_planned)


LEFT_OUT = NotPlanned("a", "main", 64, "escapes: returned", None)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ([buffer("a")], [buffer("a")], None),
        ([buffer("a")], [buffer("a", live=((5, 9),))], None),
        ([], [buffer("a")], ("added",)),
        ([buffer("a")], [], ("removed",)),
        ([buffer("a")], [buffer("a", byte_offset=64)], ("moved",)),
        ([buffer("a")], [buffer("a", pool="q", byte_offset=64)], ("other_pool",)),
        (
            [buffer("a")],
            [buffer("a", size_bytes=65, alignment=32, byte_offset=32)],
            ("resized", "realigned", "moved"),
        ),
        ([buffer("a", pool=None, byte_offset=None)], [buffer("a")], ("placed",)),
        ([buffer("a")], [buffer("a", pool=None, byte_offset=None)], ("displaced",)),
    ],
)
def test_what_happens_to_a_buffer(
    old: list[BufferReport], new: list[BufferReport], changes: tuple[str, ...] | None
) -> None:
    diff = plan_diff(report(pool("p", 64, *old)), report(pool("p", 64, *new)))
    assert [change.changes for change in diff.buffers] == ([] if changes is None else [changes])
    assert diff.is_empty is (changes is None)
    assert (diff_text(diff) == "the plans are the same\n") is (changes is None)


def test_what_is_not_planned_any_more() -> None:
    placed, left = report(pool("p", 64, buffer("a"))), report(not_planned=(LEFT_OUT,))
    (change,) = plan_diff(placed, left).buffers
    assert change.changes == ("not_planned",)
    assert "not planned any more: escapes: returned" in diff_text(plan_diff(placed, left))
    (change,) = plan_diff(left, placed).buffers
    assert change.changes == ("planned",)
    assert plan_diff(left, left).is_empty


def test_buffers_of_one_name_in_two_functions_are_two() -> None:
    old = report(pool("p", 64, buffer("a")))
    new = report(pool("p", 64, buffer("a", function="other")))
    changes = [(change.function, change.changes) for change in plan_diff(old, new).buffers]
    assert changes == [("other", ("added",)), ("main", ("removed",))]


def test_pools_that_come_and_go() -> None:
    diff = plan_diff(report(pool("p", 64), pool("q", 16)), report(pool("r", 8), pool("p", 32)))
    sizes = [(one.name, one.old_size, one.new_size) for one in diff.pools]
    assert sizes == [("r", 0, 8), ("p", 64, 32), ("q", 16, 0)]
    assert (diff.old_total_bytes, diff.new_total_bytes) == (80, 40)
    assert growth(diff, Tolerance()) == ["pool @r: 0 bytes before, 8 now"]
    assert not growth(diff, Tolerance(8))


@pytest.mark.parametrize(
    ("tolerance", "new", "is_larger"),
    [
        (Tolerance(), 1000, False),
        (Tolerance(), 900, False),
        (Tolerance(), 1001, True),
        (Tolerance(10), 1010, False),
        (Tolerance(10), 1011, True),
        (Tolerance(percent=Fraction(1)), 1010, False),
        (Tolerance(percent=Fraction(1)), 1011, True),
    ],
)
def test_the_tolerance(tolerance: Tolerance, new: int, is_larger: bool) -> None:
    diff = plan_diff(report(pool("p", 1000)), report(pool("p", new)))
    assert bool(growth(diff, tolerance)) is is_larger


def test_what_pools_may_each_grow_can_be_too_much_for_all() -> None:
    diff = plan_diff(report(pool("p", 10), pool("q", 10)), report(pool("p", 15), pool("q", 15)))
    assert growth(diff, Tolerance(5)) == ["all pools together: 20 bytes before, 30 now"]


@pytest.mark.parametrize("width", [40, 80])
def test_any_name_is_text_in_tables(width: int) -> None:
    names = ("<script>", "[red]x[/red]", "a\n\x1b[31mb", "大きい" * 100)
    added = [buffer(name, function=name, pool=name) for name in names]
    old = report(*(pool(name, 64) for name in names))
    new = report(*(pool(name, 128, one) for name, one in zip(names, added, strict=True)))
    text = diff_text(plan_diff(old, new), width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "[red]x[/red]" in text
    assert "\x1b[" in diff_text(plan_diff(old, new), width, color=True)
