"""First fit, against its definition, and the compiled one against the loop in Python."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from usmp_passes.planning import (
    BufferInfo,
    PlacementProblem,
    PoolAllocation,
    PoolInfo,
    plan_memory,
)
from usmp_passes.planning import intervals as intervals_module
from usmp_passes.planning.first_fit import FirstFit, first_fit_of, lowest_offset
from usmp_passes.planning.intervals import interval_packing_of, is_solver_installed
from usmp_passes.planning.packing import Packing
from usmp_passes.planning.task import Task
from usmp_random_problems import are_in_conflict, live_ranges, placement_problems

needs_solver = pytest.mark.skipif(not is_solver_installed(), reason="omnimalloc is not installed")

POOL = PoolInfo("pool")

few = settings(max_examples=max(60, settings().max_examples // 4))


def _packing_of(buffers: Sequence[BufferInfo]) -> Packing:
    return Task(PlacementProblem(buffers, [POOL])).packing(range(len(buffers)))


def _in_python(packing: Packing) -> FirstFit:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intervals_module, "is_solver_installed", lambda: False)
        return first_fit_of(packing)


def _by_definition(buffers: Sequence[BufferInfo], order: Sequence[int]) -> list[int]:
    """Each buffer at the lowest multiple of its alignment that no conflict stands in the way of."""
    placed = {
        index: buffer.fixed_allocation.byte_offset
        for index, buffer in enumerate(buffers)
        if buffer.fixed_allocation is not None
    }
    for index in order:
        if index in placed:
            continue
        buffer = buffers[index]
        taken = {
            byte
            for other, offset in placed.items()
            if are_in_conflict(buffer, buffers[other])
            for byte in range(offset, offset + buffers[other].size_bytes)
        }
        offset = 0
        while not taken.isdisjoint(range(offset, offset + buffer.size_bytes)):
            offset += buffer.alignment
        placed[index] = offset
    return [placed[index] for index in range(len(buffers))]


@st.composite
def _intervals(draw: st.DrawFn, largest: int, farthest: int, count: int = 10) -> list[BufferInfo]:
    """Buffers of one range, or of none, and one alignment."""
    alignment = draw(st.sampled_from((1, 1, 8, 64)))
    point = st.integers(-farthest, farthest)
    return [
        BufferInfo(
            f"b{number}",
            draw(st.one_of(st.integers(0, largest), st.sampled_from((0, 1, 64)))),
            (POOL,),
            alignment,
            draw(st.one_of(st.just(()), *[st.tuples(point, point).map(_range)] * 4)),
        )
        for number in range(draw(st.integers(1, count)))
    ]


def _range(bounds: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    return ((min(bounds), max(bounds)),)


def _orders(buffers: Sequence[BufferInfo]) -> st.SearchStrategy[list[int]]:
    return st.permutations(range(len(buffers)))


@needs_solver
@given(st.data())
def test_compiled_loop_and_definition_agree_on_intervals(data: st.DataObject):
    buffers = data.draw(_intervals(largest=40, farthest=12))
    packing = _packing_of(buffers)
    assert interval_packing_of(packing) is not None
    compiled, loop = first_fit_of(packing), _in_python(packing)
    for _ in range(2):
        order = data.draw(_orders(buffers))
        offsets = list(compiled(order))
        assert offsets == list(loop(order))
        assert offsets == _by_definition(buffers, order)


@needs_solver
@given(st.data())
def test_compiled_and_loop_agree_on_huge_numbers(data: st.DataObject):
    buffers = data.draw(_intervals(largest=1 << 58, farthest=1 << 60, count=8))
    packing = _packing_of(buffers)
    assert interval_packing_of(packing) is not None
    order = data.draw(_orders(buffers))
    assert list(first_fit_of(packing)(order)) == list(_in_python(packing)(order))


@needs_solver
@pytest.mark.parametrize(
    ("size", "last", "is_taken"),
    [
        ((1 << 62) - 3, 1, True),
        ((1 << 62) - 2, 1, False),
        (1 << 100, 1, False),
        (1, (1 << 62) - 1, True),
        (1, 1 << 62, False),
    ],
)
def test_numbers_too_large_for_the_solver_are_kept_from_it(size: int, last: int, is_taken: bool):
    buffers = [
        BufferInfo("a", size, (POOL,), live=((0, last),)),
        BufferInfo("b", 0, (POOL,), live=((0, 1),)),
    ]
    packing = _packing_of(buffers)
    assert (interval_packing_of(packing) is not None) is is_taken
    assert list(first_fit_of(packing)([0, 1])) == [0, 0]
    assert plan_memory(PlacementProblem(buffers, [POOL])).size_bytes == size


def test_sums_are_exact_beyond_what_the_solver_takes():
    huge = 1 << 80
    buffers = [BufferInfo(name, huge + 1, (POOL,), 16, ((0, 0),)) for name in "abc"]
    plan = plan_memory(PlacementProblem(buffers, [POOL]))
    assert plan.size_bytes == 3 * (huge + 16)
    assert plan.is_optimal


@pytest.mark.parametrize(
    "buffers",
    [
        [BufferInfo("a", 1, (POOL,), 2, ((0, 0),)), BufferInfo("b", 1, (POOL,), 1, ((0, 0),))],
        [BufferInfo("a", 1, (POOL,), 1, ((0, 0), (2, 2)))],
        [BufferInfo("a", 1, (POOL,), 1, ((0, 0),), fixed_allocation=PoolAllocation(POOL, 4))],
        [BufferInfo("a", 1, (POOL,), conflicts=("b",)), BufferInfo("b", 1, (POOL,), conflicts=())],
    ],
    ids=["two alignments", "two ranges", "fixed", "conflicts without ranges"],
)
def test_the_solver_gets_nothing_but_plain_intervals(buffers: list[BufferInfo]):
    assert interval_packing_of(_packing_of(buffers)) is None


def test_conflicts_that_ranges_show_leave_intervals_what_they_are():
    buffers = [
        BufferInfo("a", 1, (POOL,), live=((0, 3),), conflicts=("b",)),
        BufferInfo("b", 1, (POOL,), live=((3, 4),), conflicts=("a",)),
    ]
    assert _packing_of(buffers).is_interval_packing


@few
@given(placement_problems(max_buffers=8), st.data())
def test_any_packing_is_by_definition(problem: PlacementProblem, data: st.DataObject):
    """Several ranges, mixed alignments, conflicts by name, and what is fixed."""
    task = Task(problem)
    of_pool = data.draw(st.sampled_from(problem.pools))
    members = [
        index
        for index, buffer in enumerate(problem.buffers)
        if buffer.fixed_allocation is None or buffer.fixed_allocation.pool_info == of_pool
    ]
    packing = task.packing(members)
    order = data.draw(st.permutations(range(len(members))))
    expected = _by_definition([problem.buffers[index] for index in members], order)
    assert list(first_fit_of(packing)(order)) == expected


@given(live=live_ranges(), size=st.integers(1, 9))
def test_a_buffer_alone_is_at_the_bottom(live: tuple[tuple[int, int], ...], size: int):
    assert list(first_fit_of(_packing_of([BufferInfo("a", size, (POOL,), 4, live)]))([0])) == [0]


@pytest.mark.parametrize(
    ("size", "alignment", "busy", "expected"),
    [
        (4, 1, [], 0),
        (4, 1, [(4, 8)], 0),
        (5, 1, [(4, 8)], 8),
        (4, 1, [(0, 4), (8, 12)], 4),
        (4, 8, [(0, 4), (8, 12)], 16),
        (4, 8, [(0, 4), (12, 16)], 8),
        (4, 1, [(0, 12), (2, 4)], 12),
        (0, 1, [(0, 4)], 0),
    ],
)
def test_lowest_offset(size: int, alignment: int, busy: list[tuple[int, int]], expected: int):
    assert lowest_offset(size, alignment, busy) == expected


@needs_solver
@few
@given(_intervals(largest=40, farthest=12))
def test_the_solver_keeps_to_the_size_asked_for(buffers: list[BufferInfo]):
    packing = _packing_of(buffers)
    intervals = interval_packing_of(packing)
    assert intervals is not None
    enough = sum(size + packing.alignment for size in packing.sizes)
    found = intervals.fit_in(enough // packing.alignment * packing.alignment, 1.0)
    assert found is not None
    assert packing.end_of(found) <= enough
    for index, offset in enumerate(found):
        assert offset % packing.alignment == 0
        for other in packing.neighbours[index]:
            below, above = sorted((index, other), key=lambda i: (found[i], i))
            assert found[below] + packing.sizes[below] <= found[above]


@needs_solver
def test_no_size_is_nothing_to_ask_the_solver_for():
    intervals = interval_packing_of(_packing_of([BufferInfo("a", 8, (POOL,), 8, ((0, 1),))]))
    assert intervals is not None
    assert intervals.fit_in(7, 1.0) is None
    assert intervals.fit_in(1 << 65, 1.0) is None


@needs_solver
@few
@given(placement_problems(max_buffers=8))
def test_without_the_solver_the_plans_are_the_same(problem: PlacementProblem):
    assert _outcome(problem) == _without_solver(problem)


def _without_solver(problem: PlacementProblem) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intervals_module, "is_solver_installed", lambda: False)
        return _outcome(problem)


def _outcome(problem: PlacementProblem) -> object:
    try:
        return plan_memory(problem, effort=5_000)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is to be the same)
        return str(error)


def test_a_time_limit_needs_no_solver(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intervals_module, "is_solver_installed", lambda: False)
    buffers = [
        BufferInfo(f"b{i}", 10 + 7 * i % 23, (POOL,), live=((i, i + 5 * i % 7),)) for i in range(30)
    ]
    plan = plan_memory(PlacementProblem(buffers, [POOL]), time_limit=0.2)
    assert plan.size_bytes >= plan.lower_bound_bytes > 0
    assert plan.time_limit == 0.2
