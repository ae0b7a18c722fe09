"""Each way in which a plan can be wrong is told apart and refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from usmp_passes.planning import (
    BufferInfo,
    DoesNotFitError,
    PlacementProblem,
    Plan,
    PlanError,
    PoolAllocation,
    PoolInfo,
    ProblemError,
    check_plan,
    plan_from,
    plan_memory,
)
from usmp_random_problems import faults_of, placement_problems

RAM = PoolInfo("ram", 100, alignment=8)
FLASH = PoolInfo("flash", access=PoolInfo.READ_ONLY_ACCESS)
OTHER = PoolInfo("other")

A = BufferInfo("a", 10, (RAM, OTHER), 4, ((0, 2), (6, 6)))
B = BufferInfo("b", 20, (RAM, FLASH), 1, ((2, 5),))
C = BufferInfo("c", 30, (RAM,), conflicts=("d",))
D = BufferInfo("d", 8, (RAM, OTHER), 8, ((9, 9),), fixed_allocation=PoolAllocation(RAM, 64))
E = BufferInfo("e", 5, (OTHER, FLASH), 16, ((0, 9),), is_constant=True)
F = BufferInfo("f", 0, (RAM,), live=((0, 9),))

PROBLEM = PlacementProblem([A, B, C, D, E, F], [RAM, FLASH, OTHER])

RIGHT = {
    "a": PoolAllocation(RAM, 0),
    "b": PoolAllocation(RAM, 10),
    "c": PoolAllocation(RAM, 0),
    "d": PoolAllocation(RAM, 64),
    "e": PoolAllocation(FLASH, 16),
    "f": PoolAllocation(RAM, 3),
}


def test_a_right_plan_is_made_of_its_allocations():
    plan = plan_from(PROBLEM, RIGHT, "mine")
    check_plan(PROBLEM, plan)
    assert faults_of(PROBLEM, plan) == []
    assert plan.algorithm == "mine"
    assert [(u.size_bytes, u.alignment) for u in plan.pool_usages] == [(72, 8), (32, 16), (0, 1)]
    assert [usage.lower_bound_bytes for usage in plan.pool_usages] == [72, 16, 0]
    assert plan.gap_bytes == 16
    assert not plan.is_optimal
    assert not plan.has_smallest_pools


def test_a_plan_from_allocations_is_in_the_order_of_the_problem():
    backwards = dict(reversed(RIGHT.items()))
    assert list(plan_from(PROBLEM, backwards, "mine").allocations) == list("abcdef")


WRONG: Mapping[str, tuple[str, PoolAllocation, str]] = {
    "overlap at the first point": (
        "b",
        PoolAllocation(RAM, 9),
        "buffer 'b', bytes 9 to 29 of pool 'ram', overlaps buffer 'a', bytes 0 to 10 of pool "
        "'ram', and both are live at program point 2",
    ),
    "overlap from below": (
        "a",
        PoolAllocation(RAM, 4),
        "buffer 'b', bytes 10 to 30 of pool 'ram', overlaps buffer 'a', bytes 4 to 14 of pool "
        "'ram', and both are live at program point 2",
    ),
    "overlap by conflicts": (
        "c",
        PoolAllocation(RAM, 35),
        "buffer 'c', bytes 35 to 65 of pool 'ram', overlaps buffer 'd', bytes 64 to 72 of pool "
        "'ram', and both are live as their conflicts say",
    ),
    "misaligned": (
        "a",
        PoolAllocation(RAM, 34),
        "buffer 'a', bytes 34 to 44 of pool 'ram', is not aligned to 4 bytes",
    ),
    "below the pool": (
        "a",
        PoolAllocation(RAM, -4),
        "buffer 'a', bytes -4 to 6 of pool 'ram', is not aligned to 4 bytes",
    ),
    "beyond the capacity": (
        "b",
        PoolAllocation(RAM, 81),
        "buffer 'b', bytes 81 to 101 of pool 'ram', leaves the pool's 100 bytes",
    ),
    "not a candidate": (
        "c",
        PoolAllocation(OTHER, 0),
        "buffer 'c', bytes 0 to 30 of pool 'other', is in a pool that is not one of its candidates",
    ),
    "written in a read-only pool": (
        "b",
        PoolAllocation(FLASH, 32),
        "buffer 'b', bytes 32 to 52 of pool 'flash', cannot be there: pool 'flash' is read-only, "
        "and the buffer is not constant",
    ),
    "not a pool of the problem": (
        "c",
        PoolAllocation(PoolInfo("elsewhere"), 0),
        "buffer 'c', bytes 0 to 30 of pool 'elsewhere', is in a pool that is not one of the "
        "problem",
    ),
    "a pool of that name, but another": (
        "b",
        PoolAllocation(replace(RAM, size_hint_bytes=200), 150),
        "buffer 'b', bytes 150 to 170 of pool 'ram', is in a pool that is not one of the problem",
    ),
    "away from where it is fixed": (
        "d",
        PoolAllocation(RAM, 72),
        "buffer 'd', bytes 72 to 80 of pool 'ram', is fixed elsewhere",
    ),
    "in another pool than it is fixed": (
        "d",
        PoolAllocation(OTHER, 64),
        "buffer 'd', bytes 64 to 72 of pool 'other', is fixed elsewhere",
    ),
}


@pytest.mark.parametrize(("name", "place", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_place_is_refused(name: str, place: PoolAllocation, message: str):
    wrong = RIGHT | {name: place}
    with pytest.raises(PlanError, match=f"^{re.escape(message)}$"):
        plan_from(PROBLEM, wrong, "mine")
    right = plan_from(PROBLEM, RIGHT, "mine")
    with pytest.raises(PlanError, match=f"^{re.escape(message)}$"):
        check_plan(PROBLEM, replace(right, allocations=wrong))


def test_a_pool_that_starts_unaligned_is_refused():
    pool = PoolInfo("pool", alignment=8)
    buffer = BufferInfo("a", 1, (pool, OTHER), 16, ((0, 0),))
    problem = PlacementProblem([buffer], [pool, OTHER])
    message = "it needs alignment 16, and pool 'pool' has alignment 8"
    with pytest.raises(PlanError, match=message):
        plan_from(problem, {"a": PoolAllocation(pool, 0)}, "mine")


def test_the_second_of_several_ranges_counts():
    """`a` is gone between 2 and 6, and comes back."""
    late = BufferInfo("late", 4, (RAM,), live=((5, 6),))
    between = BufferInfo("between", 4, (RAM,), live=((3, 5),))
    places = {"a": PoolAllocation(RAM, 0)}
    plan_from(
        PlacementProblem([A, between], [RAM, OTHER]),
        places | {"between": PoolAllocation(RAM, 0)},
        "mine",
    )
    with pytest.raises(PlanError, match="both are live at program point 6"):
        plan_from(
            PlacementProblem([A, late], [RAM, OTHER]),
            places | {"late": PoolAllocation(RAM, 0)},
            "mine",
        )


def test_one_side_of_a_conflict_is_enough():
    c, d = replace(C, conflicts=()), replace(D, conflicts=("c",))
    problem = PlacementProblem([c, d], [RAM, OTHER])
    places = {"c": PoolAllocation(RAM, 35), "d": PoolAllocation(RAM, 64)}
    with pytest.raises(PlanError, match="overlaps buffer 'c'"):
        plan_from(problem, places, "mine")


def test_the_same_bytes_of_different_pools_do_not_overlap():
    places = {"a": PoolAllocation(OTHER, 0), "b": PoolAllocation(RAM, 0)}
    plan_from(PlacementProblem([A, B], [RAM, FLASH, OTHER]), places, "mine")


def test_a_buffer_left_out_is_missed():
    wrong = {name: place for name, place in RIGHT.items() if name != "c"}
    with pytest.raises(PlanError, match=r"^buffer 'c' has no place$"):
        plan_from(PROBLEM, wrong, "mine")


def test_a_buffer_too_many_is_noticed():
    with pytest.raises(PlanError, match=r"^buffer 'x' is not one of the problem$"):
        plan_from(PROBLEM, RIGHT | {"x": PoolAllocation(RAM, 0)}, "mine")


def test_a_pool_is_as_large_as_what_is_in_it():
    plan = plan_from(PROBLEM, RIGHT, "mine")
    ram, *others = plan.pool_usages
    smaller = replace(plan, pool_usages=[replace(ram, size_bytes=71), *others])
    message = "buffer 'd', bytes 64 to 72 of pool 'ram', ends above the pool's 71 bytes"
    with pytest.raises(PlanError, match=f"^{message}$"):
        check_plan(PROBLEM, smaller)
    with pytest.raises(PlanError, match="ends above the pool's 0 bytes"):
        check_plan(PROBLEM, replace(plan, pool_usages=others))


# Any plan, made wrong in any way


@st.composite
def _changed(draw: st.DrawFn, problem: PlacementProblem, plan: Plan) -> Plan:
    """The plan with something changed, which may not matter."""
    places = dict(plan.allocations)
    usages = list(plan.pool_usages)
    for _ in range(draw(st.integers(1, 3))):
        buffer = draw(st.sampled_from(problem.buffers))
        place = places[buffer.name]
        match draw(st.sampled_from(("shift", "shift", "swap", "move", "align", "bottom", "size"))):
            case "shift":
                step = draw(st.integers(-3, 3)) * buffer.alignment
                places[buffer.name] = replace(place, byte_offset=place.byte_offset + step)
            case "swap":
                other = draw(st.sampled_from(problem.buffers)).name
                places[buffer.name], places[other] = places[other], place
            case "move":
                pool = draw(st.sampled_from(problem.pools))
                places[buffer.name] = replace(place, pool_info=pool)
            case "align":
                places[buffer.name] = replace(place, byte_offset=place.byte_offset + 1)
            case "bottom":
                places[buffer.name] = replace(place, byte_offset=0)
            case _:
                number = draw(st.integers(0, len(usages) - 1))
                size = usages[number].size_bytes + draw(st.integers(-1, 1))
                usages[number] = replace(usages[number], size_bytes=max(0, size))
    return replace(plan, allocations=places, pool_usages=usages)


@settings(max_examples=max(200, settings().max_examples))
@given(placement_problems(max_buffers=8), st.data())
def test_it_refuses_what_a_look_at_every_pair_refuses(
    problem: PlacementProblem, data: st.DataObject
):
    try:
        plan = plan_memory(problem, "greedy_by_size", effort=100)
    except (DoesNotFitError, ProblemError):
        assume(False)
        return
    changed = data.draw(_changed(problem, plan))
    faults = faults_of(problem, changed)
    try:
        check_plan(problem, changed)
    except PlanError:
        assert faults
    else:
        assert faults == []
