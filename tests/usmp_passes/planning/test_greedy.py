"""The greedy algorithms, on cases small enough to place by hand."""

from __future__ import annotations

import pytest

from usmp_passes.planning import (
    BufferInfo,
    PlacementProblem,
    Plan,
    PoolAllocation,
    PoolInfo,
    plan_memory,
)

POOL = PoolInfo("pool")


def _offsets(plan: Plan) -> dict[str, int]:
    return {name: place.byte_offset for name, place in plan.allocations.items()}


def _plan(*buffers: BufferInfo, algorithm: str = "greedy_by_size") -> Plan:
    pools = {pool.name: pool for buffer in buffers for pool in buffer.pool_candidates}
    return plan_memory(PlacementProblem(buffers, list(pools.values())), algorithm)


def _star() -> list[BufferInfo]:
    """A small buffer in conflict with three larger ones, of which no two are live together."""
    return [
        BufferInfo("small", 10, (POOL,), live=((0, 8),)),
        *(BufferInfo(f"large{n}", 20 + n, (POOL,), live=((3 * n, 3 * n + 2),)) for n in range(3)),
    ]


def test_by_size_the_largest_is_at_the_bottom():
    plan = _plan(*_star())
    assert _offsets(plan) == {"small": 22, "large0": 0, "large1": 0, "large2": 0}
    assert plan.size_bytes == plan.lower_bound_bytes == 32


def test_by_conflicts_the_one_with_the_most_is_at_the_bottom():
    plan = _plan(*_star(), algorithm="greedy_by_conflicts")
    assert _offsets(plan) == {"small": 0, "large0": 10, "large1": 10, "large2": 10}


@pytest.mark.parametrize("algorithm", ["greedy_by_size", "greedy_by_conflicts"])
def test_ties_go_by_name_descending(algorithm: str):
    buffers = [BufferInfo(name, 8, (POOL,), live=((0, 0),)) for name in ("b", "c", "a", "c1")]
    assert _offsets(_plan(*buffers, algorithm=algorithm)) == {"b": 16, "c": 8, "a": 24, "c1": 0}


def test_equal_sizes_go_by_conflicts():
    buffers = [
        BufferInfo("z", 8, (POOL,), live=((0, 1),)),
        BufferInfo("a", 8, (POOL,), live=((1, 2),)),
        BufferInfo("y", 8, (POOL,), live=((2, 3),)),
    ]
    assert _offsets(_plan(*buffers)) == {"z": 8, "a": 0, "y": 8}


def test_equal_conflicts_go_by_size():
    buffers = [
        BufferInfo("z", 8, (POOL,), live=((0, 0),)),
        BufferInfo("a", 9, (POOL,), live=((0, 0),)),
    ]
    assert _offsets(_plan(*buffers, algorithm="greedy_by_conflicts")) == {"z": 9, "a": 0}


def test_gaps_are_not_filled():
    """`d` would fit below `c`, where `a` is no longer live."""
    buffers = [
        BufferInfo("a", 40, (POOL,), live=((0, 1),)),
        BufferInfo("c", 30, (POOL,), live=((1, 3),)),
        BufferInfo("d", 20, (POOL,), live=((2, 3),)),
    ]
    assert _offsets(_plan(*buffers)) == {"a": 0, "c": 40, "d": 70}


def test_offsets_are_rounded_up_to_the_alignment():
    plan = _plan(
        BufferInfo("a", 33, (POOL,), 1, live=((0, 0),)),
        BufferInfo("b", 17, (POOL,), 16, live=((0, 0),)),
        BufferInfo("c", 1, (POOL,), 4, live=((0, 0),)),
    )
    assert _offsets(plan) == {"a": 0, "b": 48, "c": 68}
    # The highest end is 69.
    assert plan.size_bytes == 80
    assert plan.pool_usages[0].alignment == 16


def test_what_does_not_fit_goes_to_the_next_pool():
    fast, slow = PoolInfo("fast", 50), PoolInfo("slow")
    both = (fast, slow)
    plan = _plan(
        BufferInfo("a", 40, both, live=((0, 0),)),
        BufferInfo("b", 30, both, live=((0, 0),)),
        BufferInfo("c", 10, both, live=((0, 0),)),
    )
    assert {name: place.pool_info.name for name, place in plan.allocations.items()} == {
        "a": "fast",
        "b": "slow",
        "c": "fast",
    }
    assert _offsets(plan) == {"a": 0, "b": 0, "c": 40}
    assert [usage.size_bytes for usage in plan.pool_usages] == [50, 30]
    assert not plan.is_optimal
    assert plan.has_smallest_pools


@pytest.mark.parametrize("algorithm", ["greedy_by_size", "greedy_by_conflicts"])
def test_what_is_fixed_stays_and_others_go_above(algorithm: str):
    plan = _plan(
        BufferInfo("a", 40, (POOL,), live=((0, 0),)),
        BufferInfo("f", 8, (POOL,), live=((0, 0),), fixed_allocation=PoolAllocation(POOL, 16)),
        BufferInfo("b", 40, (POOL,), live=((1, 1),)),
        algorithm=algorithm,
    )
    assert _offsets(plan) == {"a": 24, "f": 16, "b": 0}


def test_conflicts_in_another_pool_do_not_count():
    other = PoolInfo("other")
    plan = _plan(
        BufferInfo("a", 40, (POOL,), live=((0, 0),)),
        BufferInfo("b", 30, (other,), live=((0, 0),)),
    )
    assert _offsets(plan) == {"a": 0, "b": 0}


@pytest.mark.parametrize("algorithm", ["greedy_by_size", "greedy_by_conflicts"])
def test_nothing_random_is_reported(algorithm: str):
    plan = plan_memory(PlacementProblem(_star(), [POOL]), algorithm, seed=7, time_limit=1.0)
    assert plan.algorithm == algorithm
    assert plan.seed is None
    assert plan.time_limit is None
    assert not plan.was_interrupted


@pytest.mark.parametrize("algorithm", ["best", "hill_climb", "greedy_by_size", "optimal"])
def test_nothing_to_place(algorithm: str):
    plan = plan_memory(PlacementProblem([], [POOL]), algorithm)
    assert plan.allocations == {}
    assert plan.is_optimal
    assert [usage.size_bytes for usage in plan.pool_usages] == [0]
    assert plan_memory(PlacementProblem([], []), algorithm).pool_usages == ()
