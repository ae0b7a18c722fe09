"""Which pool a buffer goes to where capacities bind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from usmp_passes.planning import (
    BufferInfo,
    PlacementProblem,
    Plan,
    PoolAllocation,
    PoolInfo,
    plan_memory,
)
from usmp_passes.planning.arranging import PackedPool, arrange, merge, packed_pools
from usmp_passes.planning.best import best
from usmp_passes.planning.budget import Budget
from usmp_passes.planning.packing import Offsets, Packing
from usmp_passes.planning.task import Arrangement, NoPlaceError, Task

SEARCHES = ["best", "hill_climb"]

FAST = PoolInfo("fast", 100)
SLOW = PoolInfo("slow")


def _pools(plan: Plan) -> dict[str, str]:
    return {name: place.pool_info.name for name, place in plan.allocations.items()}


def _buffer(name: str, size: int, traffic: int | None = None) -> BufferInfo:
    """Live together with all others."""
    return BufferInfo(name, size, (FAST, SLOW), live=((0, 0),), traffic_bytes=traffic)


def _plan(algorithm: str, *buffers: BufferInfo, pools: Sequence[PoolInfo] = (FAST, SLOW)) -> Plan:
    return plan_memory(PlacementProblem(buffers, pools), algorithm)


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_what_has_the_most_traffic_stays(algorithm: str):
    plan = _plan(algorithm, _buffer("a", 100, 10), _buffer("b", 60, 1_000), _buffer("c", 60, 900))
    assert _pools(plan) == {"a": "slow", "b": "fast", "c": "slow"}
    assert not plan.is_optimal
    assert plan.has_smallest_pools


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_many_small_ones_may_have_more_traffic_than_a_large_one(algorithm: str):
    small = [_buffer(f"s{n}", 25, 300) for n in range(4)]
    plan = _plan(algorithm, _buffer("large", 100, 1_000), *small)
    assert _pools(plan) == {"large": "slow"} | {f"s{n}": "fast" for n in range(4)}


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_unknown_traffic_is_each_byte_written_and_read_once(algorithm: str):
    """60 bytes are 120 bytes of traffic."""
    assert _pools(_plan(algorithm, _buffer("a", 60), _buffer("b", 60, 119)))["a"] == "fast"
    assert _pools(_plan(algorithm, _buffer("a", 60), _buffer("b", 60, 121)))["b"] == "fast"


@pytest.mark.parametrize("algorithm", [*SEARCHES, "greedy_by_size", "greedy_by_conflicts"])
def test_where_all_fit_all_are_where_they_prefer(algorithm: str):
    plan = _plan(algorithm, _buffer("a", 60, 0), _buffer("b", 40, 0))
    assert _pools(plan) == {"a": "fast", "b": "fast"}
    assert plan.is_optimal


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_that_all_fit_may_take_a_search(algorithm: str):
    """By size, the pool overflows; the right order fills it to the last byte."""
    buffers = [
        BufferInfo(name, size, (FAST, SLOW), live=live)
        for name, size, live in (
            ("a", 40, ((0, 1),)),
            ("b", 60, ((1, 2),)),
            ("c", 40, ((2, 3),)),
            ("d", 60, ((3, 4),)),
            ("e", 40, ((4, 4),)),
        )
    ]
    plan = _plan(algorithm, *buffers)
    assert set(_pools(plan).values()) == {"fast"}
    assert plan.size_bytes == 100


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_what_is_too_large_for_a_pool_by_itself_is_no_reason_against_a_plan(algorithm: str):
    plan = _plan(algorithm, _buffer("a", 101, 1_000), _buffer("b", 100, 1))
    assert _pools(plan) == {"a": "slow", "b": "fast"}
    assert plan.is_optimal


@pytest.mark.parametrize("algorithm", [*SEARCHES, "greedy_by_size", "greedy_by_conflicts"])
def test_pools_that_cannot_hold_a_buffer_are_passed_over(algorithm: str):
    constants = PoolInfo("constants", access=PoolInfo.READ_ONLY_ACCESS)
    aligned = PoolInfo("aligned", alignment=8)
    candidates = (constants, aligned, SLOW)
    plan = _plan(
        algorithm,
        BufferInfo("weights", 5, candidates, 16, ((0, 0),), is_constant=True),
        BufferInfo("scratch", 5, candidates, 8, ((0, 0),)),
        BufferInfo("vectors", 5, candidates, 16, ((0, 0),)),
        pools=candidates,
    )
    assert _pools(plan) == {"weights": "constants", "scratch": "aligned", "vectors": "slow"}
    assert plan.is_optimal


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_what_must_be_in_a_pool_is_not_crowded_out(algorithm: str):
    only = BufferInfo("only", 60, (FAST,), live=((0, 0),), traffic_bytes=1)
    assert _pools(_plan(algorithm, _buffer("busy", 60, 9_000), only)) == {
        "busy": "slow",
        "only": "fast",
    }


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_fixed_buffers_take_their_room(algorithm: str):
    fixed = BufferInfo(
        "fixed", 20, (FAST,), live=((0, 0),), fixed_allocation=PoolAllocation(FAST, 40)
    )
    plan = _plan(algorithm, _buffer("a", 50, 1_000), _buffer("b", 40, 10), fixed)
    assert _pools(plan) == {"a": "slow", "b": "fast", "fixed": "fast"}
    assert plan.allocations["fixed"].byte_offset == 40


@pytest.mark.parametrize("algorithm", SEARCHES)
def test_the_second_choice_comes_before_the_third(algorithm: str):
    middle = PoolInfo("middle", 50)
    candidates = (FAST, middle, SLOW)
    buffers = [
        BufferInfo(name, size, candidates, live=((0, 0),), traffic_bytes=traffic)
        for name, size, traffic in (("a", 100, 500), ("b", 50, 200), ("c", 50, 100))
    ]
    plan = _plan(algorithm, *buffers, pools=candidates)
    # One in the third pool costs twice what it costs in the second.
    assert _pools(plan) == {"a": "fast", "b": "middle", "c": "slow"}


# Bringing back


def _all_slow(task: Task) -> Sequence[PackedPool]:
    """Everything one above the other in the last pool."""
    offsets: list[int] = []
    end = 0
    for buffer in task.buffers:
        offsets.append(end)
        end += buffer.size_bytes
    last = len(task.pools) - 1
    return packed_pools(task, Arrangement([last] * len(task), offsets))


def _brought_back(monkeypatch: pytest.MonkeyPatch, task: Task, effort: int = 10_000) -> list[int]:
    """The pools of `best` if all that came before it was as bad as can be."""

    def arrange(task: Task, *others: object) -> Sequence[PackedPool]:
        return _all_slow(task)

    def greedy(task: Task) -> Arrangement:
        raise NoPlaceError([0])

    monkeypatch.setattr("usmp_passes.planning.best.arrange", arrange)
    monkeypatch.setattr("usmp_passes.planning.best.greedy_by_size", greedy)
    monkeypatch.setattr("usmp_passes.planning.best.greedy_by_conflicts", greedy)
    return list(merge(task, best(task, Budget(effort), 0)).pools)


def test_what_has_the_most_traffic_is_brought_back_first(monkeypatch: pytest.MonkeyPatch):
    buffers = [
        _buffer("a", 60, 100),
        _buffer("b", 60, 200),
        _buffer("c", 30, 50),
        _buffer("d", 30, 0),
    ]
    task = Task(PlacementProblem(buffers, [FAST, SLOW]))
    # Without traffic there is nothing to win.
    assert _brought_back(monkeypatch, task) == [1, 0, 0, 1]


def test_what_cannot_come_back_to_the_first_comes_to_the_second(monkeypatch: pytest.MonkeyPatch):
    middle = PoolInfo("middle", 50)
    candidates = (FAST, middle, SLOW)
    buffers = [
        BufferInfo(name, size, candidates, live=((0, 0),)) for name, size in (("a", 90), ("b", 50))
    ]
    task = Task(PlacementProblem(buffers, candidates))
    assert _brought_back(monkeypatch, task) == [0, 1]


def test_what_is_brought_back_may_be_all(monkeypatch: pytest.MonkeyPatch):
    buffers = [BufferInfo(f"b{n}", 50, (FAST, SLOW), live=((n, n + 1),)) for n in range(6)]
    task = Task(PlacementProblem(buffers, [FAST, SLOW]))
    assert _brought_back(monkeypatch, task) == [0] * 6


def test_without_budget_nothing_is_brought_back(monkeypatch: pytest.MonkeyPatch):
    task = Task(PlacementProblem([_buffer("a", 60)], [FAST, SLOW]))
    assert _brought_back(monkeypatch, task, effort=0) == [1]


# What is kept of several plans


def _stack(
    packing: Packing, capacity: int | None, budget: Budget, seed: int
) -> tuple[Offsets, bool]:
    """The worst packing: all buffers one above the other."""
    return [sum(packing.sizes[:place]) for place in range(len(packing))], False


def test_offsets_that_fit_are_not_given_up_for_larger_ones():
    """The choice of pools has two of them share bytes, without which they would not fit."""
    buffers = [
        BufferInfo(name, 60, (FAST, SLOW), live=((point, point),))
        for name, point in (("a", 0), ("b", 0), ("c", 1))
    ]
    task = Task(PlacementProblem(buffers, [FAST, SLOW]))
    packed = {one.pool: one for one in arrange(task, _stack, Budget(10_000), 0)}
    assert len(packed[0].packing) == 2
    assert packed[0].packing.end_of(packed[0].offsets) == 60


def test_where_the_search_finds_no_place_a_greedy_plan_is_taken(monkeypatch: pytest.MonkeyPatch):
    def fail(task: Task, *others: object) -> Sequence[PackedPool]:
        raise NoPlaceError([0])

    monkeypatch.setattr("usmp_passes.planning.best.arrange", fail)
    plan = _plan("best", _buffer("a", 60), _buffer("b", 60))
    assert sorted(_pools(plan).values()) == ["fast", "slow"]
