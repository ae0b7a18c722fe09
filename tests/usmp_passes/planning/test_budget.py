"""How long searches go on: steps, the clock, and who is told."""

from __future__ import annotations

import time

import pytest

from usmp_passes.planning.budget import Budget


class Clock:
    """Stands in for the clock, and goes when it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def test_steps_are_spent():
    budget = Budget(10)
    budget.spend(9)
    assert not budget.is_spent
    budget.spend(1)
    assert budget.is_spent
    assert not budget.is_timed
    assert budget.seconds_left is None


def test_without_steps_it_is_spent_from_the_start():
    assert Budget(0).is_spent


def test_a_part_is_of_what_is_left_and_counts_for_the_whole():
    budget = Budget(100)
    budget.spend(20)
    part = budget.part(0.5)
    part.spend(39)
    assert not part.is_spent
    part.spend(1)
    assert part.is_spent
    assert not budget.is_spent
    rest = budget.part(1)
    rest.spend(39)
    assert not rest.is_spent
    rest.spend(1)
    assert rest.is_spent
    assert budget.is_spent


def test_a_part_of_what_is_overspent_is_spent():
    budget = Budget(10)
    budget.spend(25)
    assert budget.part(0.5).is_spent


def test_again_begins_anew_and_is_not_counted():
    budget = Budget(10)
    budget.spend(10)
    again = budget.again()
    assert not again.is_spent
    again.part(1.0).spend(9)
    assert not again.is_spent
    again.spend(1)
    assert again.is_spent
    fresh = Budget(10)
    fresh.again().spend(10)
    assert not fresh.is_spent


def test_the_clock_decides_where_there_is_a_time_limit(clock: Clock):
    budget = Budget(None, time_limit=8.0)
    budget.spend(1_000)
    assert budget.is_timed
    assert not budget.counts_steps
    assert not budget.is_spent
    clock.now += 6
    assert budget.seconds_left == 2.0
    assert not budget.is_spent
    clock.now += 2
    assert budget.is_spent
    clock.now += 1
    assert budget.seconds_left == 0.0


def test_a_part_and_again_keep_to_the_time_limit_of_the_whole(clock: Clock):
    budget = Budget(None, time_limit=8.0)
    clock.now += 4
    part, again = budget.part(0.5), budget.again()
    assert part.seconds_left == 2.0
    assert again.seconds_left == 4.0
    clock.now += 2
    assert part.is_spent
    assert not again.is_spent
    clock.now += 2
    assert again.is_spent
    assert budget.part(0.5).is_spent


def test_steps_and_the_clock_may_both_decide(clock: Clock):
    whole = Budget(None, time_limit=8.0)
    few = whole.apart(10)
    assert few.counts_steps
    few.spend(10)
    assert few.is_spent
    assert not whole.is_spent
    many = whole.apart(1_000)
    clock.now += 8
    assert many.is_spent


def test_what_is_apart_does_not_count_and_is_interrupted_with_the_whole():
    budget = Budget(100)
    budget.apart(50).spend(50)
    budget.spend(99)
    assert not budget.is_spent
    budget.apart(50).interrupt()
    assert budget.was_interrupted
    assert budget.apart(50).is_spent


def test_an_interrupt_ends_what_it_is_part_of_and_what_follows():
    budget = Budget()
    sibling = budget.part(0.5)
    budget.again().part(0.5).interrupt()
    assert budget.was_interrupted
    assert budget.is_spent
    assert budget.part(0.5).is_spent
    assert budget.again().is_spent
    assert not sibling.was_interrupted


def test_who_watches_is_told_of_the_whole_budget():
    told: list[tuple[float, int, int]] = []
    budget = Budget(100, report=lambda spent, best, bound: told.append((spent, best, bound)))
    part = budget.part(0.5)
    part.spend(25)
    part.report(12, 10)
    budget.spend(75)
    budget.report(11, 10)
    budget.spend(75)
    budget.again().report(11, 10)
    assert told == [(0.25, 12, 10), (1.0, 11, 10), (1.0, 11, 10)]


def test_who_watches_is_told_of_the_time_limit(clock: Clock):
    told: list[float] = []
    budget = Budget(100, 8.0, lambda spent, best, bound: told.append(spent))
    clock.now += 2
    budget.part(0.5).report(12, 10)
    clock.now += 20
    budget.report(12, 10)
    assert told == [0.25, 1.0]


def test_nobody_need_watch():
    Budget(100).report(12, 10)


def test_no_steps_at_all_can_be_watched():
    told: list[float] = []
    Budget(0, report=lambda spent, best, bound: told.append(spent)).report(12, 10)
    assert len(told) == 1
