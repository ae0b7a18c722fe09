"""The search over orders: what it keeps, when it stops, and what an interrupt leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usmp_passes.planning import (
    BufferInfo,
    DoesNotFitError,
    PlacementProblem,
    PoolInfo,
    check_plan,
    plan_memory,
)
from usmp_passes.planning.budget import Budget
from usmp_passes.planning.first_fit import FirstFit, first_fit_of
from usmp_passes.planning.intervals import IntervalPacking, is_solver_installed
from usmp_passes.planning.order_search import Evaluation, OrderSearch
from usmp_passes.planning.packing import Offsets, Packing

POOL = PoolInfo("pool")

Order = tuple[int, ...]


class Sorting:
    """
    Orders judged by how many pairs are the wrong way round: easy to see through, and a search gets
    to the bottom. Everything that is looked at is noted.
    """

    def __init__(self, best_score: int = 0, interrupt_at: int | None = None):
        self.seen: list[Order] = []
        self._best_score = best_score
        self._interrupt_at = interrupt_at

    def evaluate(self, order: Sequence[int]) -> Evaluation[Order]:
        if len(self.seen) == self._interrupt_at:
            raise KeyboardInterrupt
        self.seen.append(tuple(order))
        score = wrong_pairs(order)
        culprits = [
            index for place, index in enumerate(order) if any(o > index for o in order[:place])
        ]
        return Evaluation(tuple(order), (score,), culprits if score > self._best_score else ())

    def run(
        self, starts: Sequence[Sequence[int]], budget: Budget, seed: int = 0, steps: int = 10
    ) -> Evaluation[Order]:
        count = len(starts[0])
        neighbours = [[other for other in range(count) if other != n] for n in range(count)]
        search = OrderSearch(
            self.evaluate, lambda: neighbours, steps, budget, lambda best: (best.score[0], 0)
        )
        return search.run(starts, Random(seed))


def wrong_pairs(order: Sequence[int]) -> int:
    return sum(a > b for place, b in enumerate(order) for a in order[:place])


orders = st.permutations(range(7))


@given(st.lists(orders, min_size=1, max_size=3), st.integers(0, 9), st.integers(0, 400))
def test_it_is_never_worse_than_anything_it_saw(starts: list[list[int]], seed: int, steps: int):
    sorting = Sorting()
    budget = Budget(steps)
    found = sorting.run(starts, budget, seed)
    assert found.score == (min(map(wrong_pairs, sorting.seen)),)
    assert found.score == (wrong_pairs(found.placement),)
    # One order is looked at whatever the budget, then one for each ten steps.
    assert len(sorting.seen) <= max(1, -(-steps // 10))


@given(st.lists(orders, min_size=1, max_size=3), st.integers(0, 9))
def test_it_does_the_same_for_the_same_seed(starts: list[list[int]], seed: int):
    one, other = Sorting(), Sorting()
    assert one.run(starts, Budget(2_000), seed) == other.run(starts, Budget(2_000), seed)
    assert one.seen == other.seen


def test_every_move_keeps_all_buffers():
    sorting = Sorting(best_score=-1)
    sorting.run([[6, 5, 4, 3, 2, 1, 0]], Budget(2_000))
    assert len(sorting.seen) > 20
    assert {tuple(sorted(order)) for order in sorting.seen} == {(0, 1, 2, 3, 4, 5, 6)}


def test_it_gets_to_the_bottom():
    assert Sorting().run([[6, 5, 4, 3, 2, 1, 0]], Budget()).placement == (0, 1, 2, 3, 4, 5, 6)


def test_it_stops_where_nothing_is_left_to_mend():
    sorting = Sorting(best_score=1)
    assert sorting.run([[2, 1, 0], [1, 0, 2], [0, 1, 2]], Budget()).score == (1,)
    assert sorting.seen == [(2, 1, 0), (1, 0, 2)]


def test_it_gives_up_where_moves_lead_nowhere():
    """No order of these is better than another, and the budget would last for a million."""
    seen: list[Order] = []

    def evaluate(order: Sequence[int]) -> Evaluation[None]:
        seen.append(tuple(order))
        return Evaluation(None, (1,), (0, 1))

    search = OrderSearch(evaluate, lambda: [[1], [0]], 10, Budget(10_000_000), lambda best: (1, 0))
    search.run([[0, 1]], Random(0))
    assert 1 < len(seen) < 10_000


def test_an_interrupt_leaves_the_best_so_far():
    start = [6, 5, 4, 3, 2, 1, 0]
    sorting, budget = Sorting(interrupt_at=8), Budget()
    found = sorting.run([start], budget)
    assert budget.was_interrupted
    assert len(sorting.seen) == 8
    assert found.score == (min(map(wrong_pairs, sorting.seen)),)


def test_an_interrupt_at_the_second_order_leaves_the_first():
    sorting, budget = Sorting(interrupt_at=1), Budget()
    try:
        found = sorting.run([[2, 1, 0], [1, 0, 2]], budget)
    except KeyboardInterrupt:
        pytest.fail("the interrupt was not met")
    assert found.placement == (2, 1, 0)
    assert budget.was_interrupted


def test_an_interrupt_before_there_is_anything_is_passed_on():
    with pytest.raises(KeyboardInterrupt):
        Sorting(interrupt_at=0).run([[2, 1, 0]], Budget())


def test_with_time_left_it_begins_anew_where_moves_lead_nowhere():
    """All orders but one are equally bad, so that only a new beginning finds it in time."""
    seen: list[Order] = []

    def evaluate(order: Sequence[int]) -> Evaluation[Order]:
        seen.append(tuple(order))
        return Evaluation(tuple(order), (1,), (3,))

    budget = Budget(None, time_limit=0.2)
    search = OrderSearch(evaluate, lambda: [[], [], [], []], 10, budget, lambda best: (1, 0))
    assert search.run([[0, 1, 2, 3]], Random(0)).score == (1,)
    assert budget.is_spent
    assert len(seen) > 50 * 14


# The same through the planner


def _hard(count: int = 40, seed: int = 2, pool: PoolInfo = POOL) -> list[BufferInfo]:
    """Buffers of two ranges that do not come down to the bound."""
    random = Random(seed)
    buffers: list[BufferInfo] = []
    for number in range(count):
        start = random.randrange(count)
        end = start + random.randrange(1, count // 2)
        buffers.append(
            BufferInfo(
                f"b{number}",
                random.randrange(1, 100),
                (pool,),
                1 << random.randrange(4),
                ((start, end), (2 * count + start // 2, 2 * count + start // 2 + 9)),
            )
        )
    return buffers


@pytest.mark.parametrize("algorithm", ["best", "hill_climb", "optimal"])
def test_the_same_seed_and_effort_make_the_same_plan(algorithm: str):
    problem = PlacementProblem(_hard(), [POOL])

    def planned(seed: int) -> object:
        try:
            return plan_memory(problem, algorithm, seed=seed, effort=60_000)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is to be the same)
            return str(error)

    assert planned(1) == planned(1)


def test_a_seed_makes_a_difference():
    problem = PlacementProblem(_hard(), [POOL])
    plans = [plan_memory(problem, "hill_climb", seed=seed, effort=60_000) for seed in range(4)]
    assert [plan.seed for plan in plans] == [0, 1, 2, 3]
    assert len({tuple(plan.allocations.items()) for plan in plans}) > 1


def test_more_effort_is_never_worse():
    problem = PlacementProblem(_hard(), [POOL])
    sizes = [
        plan_memory(problem, "hill_climb", effort=effort).size_bytes
        for effort in (0, 1_000, 10_000, 100_000)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0]


class Interrupted:
    """First fit that is interrupted once, with a note of what it came to before and after."""

    def __init__(self, at: int):
        self.before: list[int] = []
        self.after = 0
        self._at = at
        self._is_done = False

    def first_fit_of(self, packing: Packing) -> FirstFit:
        place = first_fit_of(packing)

        def placed(order: Sequence[int]) -> Offsets:
            if len(self.before) == self._at and not self._is_done:
                self._is_done = True
                raise KeyboardInterrupt
            offsets = place(order)
            if self._is_done:
                self.after += 1
            else:
                self.before.append(packing.size_of(offsets))
            return offsets

        return placed


@pytest.mark.parametrize(
    ("algorithm", "at"),
    [("best", 1), ("best", 30), ("best", 300), ("hill_climb", 1), ("hill_climb", 30)],
)
def test_an_interrupted_search_makes_a_plan_of_the_best_so_far(
    algorithm: str, at: int, monkeypatch: pytest.MonkeyPatch
):
    problem = PlacementProblem(_hard(), [POOL])
    interrupted = Interrupted(at)
    monkeypatch.setattr("usmp_passes.planning.pool_packing.first_fit_of", interrupted.first_fit_of)
    plan = plan_memory(problem, algorithm, effort=2_000_000)
    assert plan.was_interrupted
    check_plan(problem, plan)
    assert plan.size_bytes <= min(interrupted.before)
    assert interrupted.after <= 1
    monkeypatch.undo()
    assert not plan_memory(problem, algorithm, effort=1_000).was_interrupted


def test_an_interrupted_choice_of_pools_makes_a_plan(monkeypatch: pytest.MonkeyPatch):
    fast, slow = PoolInfo("fast", 300), PoolInfo("slow")
    buffers = [
        BufferInfo(buffer.name, buffer.size_bytes, (fast, slow), live=buffer.live)
        for buffer in _hard()
    ]
    problem = PlacementProblem(buffers, [fast, slow])
    _interrupt_after("usmp_passes.planning.pool_choice.lowest_offset", 1_000, monkeypatch)
    plan = plan_memory(problem, "hill_climb")
    assert plan.was_interrupted
    check_plan(problem, plan)


def _interrupt_after(name: str, calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from usmp_passes.planning.first_fit import lowest_offset

    left = [calls]

    def interrupted(size: int, alignment: int, busy: Sequence[tuple[int, int]]) -> int:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return lowest_offset(size, alignment, busy)

    monkeypatch.setattr(name, interrupted)


@pytest.mark.skipif(not is_solver_installed(), reason="omnimalloc is not installed")
def test_an_interrupted_solver_leaves_the_best_so_far(monkeypatch: pytest.MonkeyPatch):
    def fit_in(packing: IntervalPacking, size_bytes: int, seconds: float) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(IntervalPacking, "fit_in", fit_in)
    plan = plan_memory(_hard_intervals(), time_limit=0.5)
    assert plan.was_interrupted
    check_plan(_hard_intervals(), plan)


# Time limits


def _hard_intervals() -> PlacementProblem:
    """Intervals for which no quick order comes down to the bound."""
    random = Random(7)
    buffers: list[BufferInfo] = []
    for number in range(120):
        start = random.randrange(100)
        buffers.append(
            BufferInfo(
                f"b{number}",
                random.randrange(1, 1_000),
                (POOL,),
                live=((start, start + random.randrange(30)),),
            )
        )
    return PlacementProblem(buffers, [POOL])


@pytest.mark.parametrize(
    "problem",
    [lambda: PlacementProblem(_hard(150), [POOL]), _hard_intervals],
    ids=["ranges", "intervals"],
)
def test_a_time_limit_is_kept(problem: Callable[[], PlacementProblem]):
    begin = time.monotonic()
    plan = plan_memory(problem(), time_limit=0.5)
    assert time.monotonic() - begin < 0.5 + 1.5
    assert plan.time_limit == 0.5
    assert not plan.was_interrupted
    check_plan(problem(), plan)


@pytest.mark.parametrize("time_limit", [0, 0.0, -1, float("nan")])
def test_a_time_limit_is_positive(time_limit: float):
    with pytest.raises(ValueError, match=r"the time limit is .* seconds, expected more than 0"):
        plan_memory(_hard_intervals(), time_limit=time_limit)


def test_the_time_limit_is_about_kept_where_nothing_fits():
    """What would fit is found by counting steps, so that it is the same on every machine."""
    fast, slow = PoolInfo("fast", 500), PoolInfo("slow", 500)
    buffers = [
        BufferInfo(buffer.name, buffer.size_bytes, (fast, slow), live=buffer.live)
        for buffer in _hard(40)
    ]
    begin = time.monotonic()
    with pytest.raises(DoesNotFitError):
        plan_memory(PlacementProblem(buffers, [fast, slow]), time_limit=0.5)
    assert time.monotonic() - begin < 0.5 + 10
