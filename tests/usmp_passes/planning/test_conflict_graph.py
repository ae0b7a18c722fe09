"""The conflict graph, against a look at every pair of buffers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from usmp_passes.planning import BufferInfo, PlacementProblem, PoolInfo
from usmp_passes.planning.conflict_graph import ConflictGraph, Ranges, ranges_meet
from usmp_random_problems import are_in_conflict, live_ranges, placement_problems, points_of

POOL = PoolInfo("pool")


def _graph_of(*buffers: BufferInfo) -> ConflictGraph:
    return ConflictGraph(PlacementProblem(buffers, [POOL]))


def _check(problem: PlacementProblem) -> None:
    graph = ConflictGraph(problem)
    # What is known without the conflicts themselves comes before them.
    degrees, count = list(graph.degrees), graph.conflict_count
    expected = [
        [
            other
            for other, theirs in enumerate(problem.buffers)
            if other != index and are_in_conflict(buffer, theirs)
        ]
        for index, buffer in enumerate(problem.buffers)
    ]
    assert [list(conflicts) for conflicts in graph.neighbours] == expected
    assert degrees == [len(conflicts) for conflicts in expected]
    assert count == sum(degrees)
    assert list(graph.durations) == [
        len(points_of(buffer)) or 1 if buffer.size_bytes else 1 for buffer in problem.buffers
    ]


@settings(max_examples=max(100, settings().max_examples // 2))
@given(placement_problems())
def test_conflicts_are_those_of_all_pairs(problem: PlacementProblem):
    _check(problem)


@given(st.lists(st.tuples(st.integers(-5, 9), st.integers(0, 6), st.integers(0, 3)), max_size=12))
def test_conflicts_of_intervals_are_those_of_all_pairs(intervals: list[tuple[int, int, int]]):
    buffers = [
        BufferInfo(f"b{number}", size, (POOL,), live=((start, start + length),))
        for number, (start, length, size) in enumerate(intervals)
    ]
    problem = PlacementProblem(buffers, [POOL])
    assert ConflictGraph(problem).is_interval_graph
    _check(problem)


@given(live_ranges(), live_ranges())
def test_ranges_meet_where_they_have_a_point_in_common(one: Ranges, other: Ranges):
    a, b = (BufferInfo("x", 1, (POOL,), live=ranges) for ranges in (one, other))
    assert ranges_meet(one, other) == bool(points_of(a) & points_of(b))
    assert not ranges_meet(one, ())


def test_a_list_of_conflicts_on_one_side_holds_for_both():
    graph = _graph_of(
        BufferInfo("a", 1, (POOL,), live=((0, 1),)),
        BufferInfo("b", 1, (POOL,), live=((5, 6),), conflicts=("a",)),
        BufferInfo("c", 1, (POOL,), conflicts=("b", "b")),
    )
    assert graph.neighbours == [[1], [0, 2], [1]]
    assert graph.extra == [[1], [0, 2], [1]]
    assert not graph.is_interval_graph


def test_a_buffer_of_no_bytes_conflicts_with_none():
    graph = _graph_of(
        BufferInfo("a", 0, (POOL,), live=((0, 1),), conflicts=("c",)),
        BufferInfo("b", 1, (POOL,), live=((0, 1),), conflicts=("a",)),
        BufferInfo("c", 1, (POOL,), conflicts=("a",)),
    )
    assert graph.neighbours == [[], [], []]
    assert graph.ranges[0] == ()


def test_a_pair_that_meets_often_is_one_conflict():
    often = tuple((10 * n, 10 * n + 5) for n in range(50))
    graph = _graph_of(
        BufferInfo("a", 1, (POOL,), live=often, conflicts=("b",)),
        BufferInfo("b", 1, (POOL,), live=often),
    )
    assert graph.neighbours == [[1], [0]]
    assert graph.conflict_count == 2
    assert graph.durations == [300, 300]
    assert not graph.has_extra


def test_ranges_are_closed():
    graph = _graph_of(
        BufferInfo("a", 1, (POOL,), live=((0, 3),)),
        BufferInfo("b", 1, (POOL,), live=((3, 5),)),
        BufferInfo("c", 1, (POOL,), live=((6, 6),)),
    )
    assert graph.neighbours == [[1], [0], []]


def test_intervals_are_counted_without_their_conflicts():
    """There are ten thousand million of these: naming each would take minutes and all memory."""
    count = 100_000
    buffers = [BufferInfo(f"b{n}", 1, (POOL,), live=((n, count),)) for n in range(count)]
    graph = ConflictGraph(PlacementProblem(buffers, [POOL]))
    assert graph.conflict_count == count * (count - 1)
    assert set(graph.degrees) == {count - 1}


@pytest.mark.parametrize("live", [None, ()])
def test_a_buffer_without_ranges_has_the_conflicts_that_are_named(live: Ranges | None):
    graph = _graph_of(
        BufferInfo("a", 1, (POOL,), live=live, conflicts=("b",)),
        BufferInfo("b", 1, (POOL,), live=((0, 9),)),
        BufferInfo("c", 1, (POOL,), live=((0, 9),)),
    )
    assert graph.neighbours == [[1], [0, 2], [1]]
