"""What holds for every problem and every algorithm, on random problems."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import assume, given, settings

from usmp_passes.planning import (
    DoesNotFitError,
    NotProvenError,
    PlacementProblem,
    Plan,
    PoolInfo,
    ProblemError,
    plan_memory,
)
from usmp_passes.planning.task import Task
from usmp_random_problems import faults_of, placement_problems

ALGORITHMS = ("best", "hill_climb", "greedy_by_size", "greedy_by_conflicts")

EFFORT = 20_000
"""Steps, so that what does not fit is given up soon."""

_many = settings(max_examples=max(500, settings.default.max_examples if settings.default else 0))


def _planned(problem: PlacementProblem, algorithm: str) -> Plan | None:
    """The plan, `None` if none was found; what is fixed on top of each other is left out."""
    try:
        return plan_memory(problem, algorithm, effort=EFFORT)
    except DoesNotFitError:
        return None
    except ProblemError as error:
        assume("fixed where they overlap" not in str(error))
        raise


def _badness(problem: PlacementProblem, plan: Plan) -> tuple[int, int]:
    """Traffic away from the pools preferred, then the bytes of all pools."""
    task = Task(problem)
    number_of = {pool.name: number for number, pool in enumerate(problem.pools)}
    pools = [number_of[place.pool_info.name] for place in plan.allocations.values()]
    return task.displaced_traffic(pools), plan.size_bytes


@_many
@given(placement_problems())
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_plan_is_right(algorithm: str, problem: PlacementProblem):
    plan = _planned(problem, algorithm)
    if plan is not None:
        assert faults_of(problem, plan) == []


@_many
@given(placement_problems())
def test_best_is_never_worse_than_another(problem: PlacementProblem):
    best = _planned(problem, "best")
    for algorithm in ALGORITHMS[1:]:
        other = _planned(problem, algorithm)
        if other is not None:
            assert best is not None, f"{algorithm} found a plan"
            assert _badness(problem, best) <= _badness(problem, other), algorithm


@settings(max_examples=max(100, (settings.default.max_examples if settings.default else 0) // 10))
@given(placement_problems())
def test_the_size_that_would_do_does(problem: PlacementProblem):
    assume(_planned(problem, "best") is None)
    with pytest.raises(DoesNotFitError) as raised:
        plan_memory(problem, effort=EFFORT)
    shortages = raised.value.shortages
    enlarged = problem.with_size_hints({s.pool_info.name: s.needed_bytes for s in shortages})
    assert faults_of(enlarged, plan_memory(enlarged, effort=EFFORT)) == []
    for shortage in shortages:
        assert shortage.missing_bytes > 0
        assert str(shortage.needed_bytes) in str(raised.value)


@_many
@given(placement_problems(max_buffers=5, may_be_fixed=False))
def test_what_is_proven_is_so(problem: PlacementProblem):
    """Against all packings of the buffers of each pool, of which one is in order of offset."""
    plan = _planned(problem, "best")
    assume(plan is not None)
    assert plan is not None
    for usage in plan.pool_usages:
        smallest = _smallest_end(problem, plan, usage.pool_info)
        end = max(
            (
                place.byte_offset + buffer.size_bytes
                for buffer in problem.buffers
                if (place := plan.allocations[buffer.name]).pool_info == usage.pool_info
            ),
            default=0,
        )
        alignment = max(
            (
                buffer.alignment
                for buffer in problem.buffers
                if plan.allocations[buffer.name].pool_info == usage.pool_info
            ),
            default=1,
        )
        rounded = -(-smallest // alignment) * alignment
        assert end >= smallest
        assert usage.lower_bound_bytes <= max(rounded, smallest)
        if not usage.gap_bytes:
            assert -(-end // alignment) * alignment == rounded


def _smallest_end(problem: PlacementProblem, plan: Plan, pool: PoolInfo) -> int:
    """The least highest end, by trying every order from the bottom up."""
    task = Task(problem)
    neighbours = task.graph.neighbours
    members = [
        index
        for index, buffer in enumerate(problem.buffers)
        if plan.allocations[buffer.name].pool_info == pool and buffer.size_bytes
    ]
    smallest = None
    for order in permutations(members):
        ends: dict[int, int] = {}
        for index in order:
            buffer = problem.buffers[index]
            floor = max((ends[other] for other in neighbours[index] if other in ends), default=0)
            ends[index] = -(-floor // buffer.alignment) * buffer.alignment + buffer.size_bytes
        end = max(ends.values(), default=0)
        smallest = end if smallest is None else min(smallest, end)
    return smallest or 0


@given(placement_problems())
@settings(max_examples=100)
def test_the_same_problem_has_the_same_plan(problem: PlacementProblem):
    assert _planned(problem, "best") == _planned(problem, "best")


@given(placement_problems())
@settings(max_examples=100)
def test_optimal_is_best_or_an_error(problem: PlacementProblem):
    best = _planned(problem, "best")
    if best is not None and not best.is_optimal:
        with pytest.raises(NotProvenError) as raised:
            _planned(problem, "optimal")
        assert raised.value.plan.allocations == best.allocations
        return
    optimal = _planned(problem, "optimal")
    assert (optimal is None) == (best is None)
    if optimal is not None:
        assert optimal.is_optimal
