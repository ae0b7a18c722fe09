"""Algorithms by name, and those of other packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from usmp_passes.planning import (
    AlgorithmError,
    BufferInfo,
    NotProvenError,
    PlacementProblem,
    Plan,
    PoolAllocation,
    PoolInfo,
    ProblemError,
    UnknownAlgorithmError,
    algorithm_names,
    algorithms,
    plan_from,
    plan_memory,
)

POOL = PoolInfo("pool")
PROBLEM = PlacementProblem(
    [BufferInfo("a", 10, (POOL,), live=((0, 1),)), BufferInfo("b", 20, (POOL,), live=((1, 2),))],
    [POOL],
)

OWN = ["best", "greedy_by_conflicts", "greedy_by_size", "hill_climb", "optimal"]


@dataclass(frozen=True)
class EntryPoint:
    """What an installed package registers."""

    name: str
    load: Callable[[], object]


Register = Callable[..., None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """Registers algorithms by name, as entry points that give what they are when loaded."""
    forget: Callable[[], None] = vars(algorithms)["_registered"].cache_clear

    def register(**by_name: Callable[[], object]) -> None:
        points = [EntryPoint(name, load) for name, load in by_name.items()]

        def entry_points(*, group: str) -> Sequence[EntryPoint]:
            return points if group == "usmp.algorithms" else []

        monkeypatch.setattr(algorithms, "entry_points", entry_points)
        forget()

    yield register
    forget()


def _stacked(problem: PlacementProblem) -> Plan:
    """All buffers one above the other."""
    places: dict[str, PoolAllocation] = {}
    end = 0
    for buffer in problem.buffers:
        places[buffer.name] = PoolAllocation(buffer.pool_candidates[0], end)
        end += buffer.size_bytes
    return plan_from(problem, places, "whatever it calls itself")


def test_the_names_of_ours(register: Register):
    register()
    assert algorithm_names() == OWN


@pytest.mark.parametrize("name", OWN)
def test_each_of_ours_makes_a_plan(name: str):
    plan = plan_memory(PROBLEM, name)
    assert plan.algorithm == name
    assert plan.size_bytes == 30
    assert plan.is_optimal


def test_an_unknown_name_is_told_those_there_are(register: Register):
    register(another=lambda: _stacked)
    message = (
        "there is no algorithm 'bets', only another, best, greedy_by_conflicts, greedy_by_size, "
        "hill_climb, optimal"
    )
    with pytest.raises(UnknownAlgorithmError, match=f"^{message}$"):
        plan_memory(PROBLEM, "bets")


def test_one_of_anothers_makes_a_plan_under_its_name(register: Register):
    register(stacked=lambda: _stacked)
    assert algorithm_names() == [*OWN, "stacked"]
    plan = plan_memory(PROBLEM, "stacked")
    assert plan == replace(_stacked(PROBLEM), algorithm="stacked")
    assert plan.allocations["b"].byte_offset == 10


def test_sizes_and_proofs_are_not_taken_from_it(register: Register):
    def boastful(problem: PlacementProblem) -> Plan:
        plan = _stacked(problem)
        usages = [replace(usage, size_bytes=1, lower_bound_bytes=1) for usage in plan.pool_usages]
        return replace(plan, pool_usages=usages, is_optimal=True, seed=3, time_limit=1.5)

    register(boastful=lambda: boastful)
    early, late = (BufferInfo(n, 10, (POOL,), live=((p, p),)) for n, p in (("a", 0), ("b", 1)))
    plan = plan_memory(PlacementProblem([early, late], [POOL]), "boastful")
    assert (plan.size_bytes, plan.lower_bound_bytes, plan.is_optimal) == (20, 10, False)
    assert (plan.seed, plan.time_limit) == (3, 1.5)


def test_a_name_of_ours_stays_ours(register: Register):
    register(best=lambda: _stacked)
    assert algorithm_names() == OWN
    assert plan_memory(PROBLEM, "best").seed == 0


def test_a_wrong_plan_is_refused(register: Register):
    def wrong(problem: PlacementProblem) -> Plan:
        places = dict.fromkeys("ab", PoolAllocation(POOL, 0))
        return replace(_stacked(problem), allocations=places)

    register(wrong=lambda: wrong)
    message = r"^algorithm 'wrong' made a wrong plan: buffer 'b', .* overlaps buffer 'a', "
    with pytest.raises(AlgorithmError, match=message):
        plan_memory(PROBLEM, "wrong")


def test_a_failure_is_named(register: Register):
    def broken(problem: PlacementProblem) -> Plan:
        raise ZeroDivisionError("oops")

    register(broken=lambda: broken)
    with pytest.raises(
        AlgorithmError, match=r"^algorithm 'broken' failed: ZeroDivisionError: oops$"
    ):
        plan_memory(PROBLEM, "broken")


@pytest.mark.parametrize("made", [None, "a plan", {"a": 0}])
def test_what_is_not_a_plan_is_a_failure(register: Register, made: object):
    register(odd=lambda: lambda problem: made)  # pyright: ignore[reportUnknownLambdaType]
    with pytest.raises(AlgorithmError, match=r"^algorithm 'odd' returned \w+, expected a Plan"):
        plan_memory(PROBLEM, "odd")


@pytest.mark.parametrize("offset", [20.0, "20", None])
def test_an_offset_that_is_no_number_of_bytes_is_a_failure(register: Register, offset: object):
    def odd(problem: PlacementProblem) -> Plan:
        plan = _stacked(problem)
        place = replace(plan.allocations["b"], byte_offset=offset)  # pyright: ignore[reportArgumentType]
        return replace(plan, allocations={**plan.allocations, "b": place})

    register(odd=lambda: odd)
    with pytest.raises(
        AlgorithmError, match=r"^algorithm 'odd' made a wrong plan: buffer 'b' has the offset "
    ):
        plan_memory(PROBLEM, "odd")


def test_what_it_says_of_the_problem_is_passed_on(register: Register):
    def particular(problem: PlacementProblem) -> Plan:
        raise ProblemError("buffer 'a' is not to its taste")

    register(particular=lambda: particular)
    with pytest.raises(ProblemError, match="taste"):
        plan_memory(PROBLEM, "particular")


def test_one_that_cannot_be_loaded_fails_when_it_is_asked_for(register: Register):
    def load() -> object:
        raise ImportError("no module named 'solver'")

    register(missing=load, stacked=lambda: _stacked)
    assert algorithm_names() == sorted([*OWN, "missing", "stacked"])
    assert plan_memory(PROBLEM, "stacked").size_bytes == 30
    message = "^algorithm 'missing' could not be loaded: ImportError: no module named 'solver'$"
    with pytest.raises(AlgorithmError, match=message):
        plan_memory(PROBLEM, "missing")


# The one that must prove


def test_optimal_without_a_proof_says_how_far_it_is():
    """A ring of five needs three, and its bound says two: without effort there is no proof."""
    ring = [BufferInfo(f"r{n}", 1, (POOL,), conflicts=(f"r{(n + 1) % 5}",)) for n in range(5)]
    message = (
        "^no plan was proven optimal: pool 'pool' has 3 bytes, 1 above the bound of 2; "
        "give it more time, or take the plan of algorithm 'best'$"
    )
    with pytest.raises(NotProvenError, match=message) as caught:
        plan_memory(PlacementProblem(ring, [POOL]), "optimal", effort=0)
    assert caught.value.plan.size_bytes == 3
    assert caught.value.plan.gap_bytes == 1
    assert plan_memory(PlacementProblem(ring, [POOL]), "optimal").size_bytes == 3


def test_optimal_where_buffers_were_displaced_says_so():
    fast, slow = PoolInfo("fast", 10), PoolInfo("slow")
    buffers = [BufferInfo(name, 10, (fast, slow), live=((0, 0),)) for name in "ab"]
    message = (
        "^no plan was proven optimal: buffers had to leave the pools that they prefer, "
        "and how few would do is not known; "
        "make these pools larger, or take the plan of algorithm 'best'$"
    )
    with pytest.raises(NotProvenError, match=message) as caught:
        plan_memory(PlacementProblem(buffers, [fast, slow]), "optimal")
    assert caught.value.plan.has_smallest_pools
