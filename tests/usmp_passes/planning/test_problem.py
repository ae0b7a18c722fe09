"""Which problems can be posed, and what is said of those that cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from usmp_passes.planning import (
    UNRESTRICTED_SIZE_HINT,
    BufferInfo,
    PlacementProblem,
    PoolAllocation,
    PoolInfo,
    ProblemError,
    plan_memory,
)

RAM = PoolInfo("ram", 100, alignment=16)
ROM = PoolInfo("rom", access=PoolInfo.READ_ONLY_ACCESS)
A = BufferInfo("a", 10, (RAM,), live=((0, 1),))
B = BufferInfo("b", 10, (RAM, ROM), live=((0, 1),), is_constant=True)


def _at(offset: int, pool: PoolInfo = RAM) -> PoolAllocation:
    return PoolAllocation(pool, offset)


BUFFERS: Mapping[str, tuple[BufferInfo, str]] = {
    "no candidate": (
        replace(A, pool_candidates=()),
        "buffer 'a' has no candidate pool: name one",
    ),
    "a candidate twice": (
        replace(A, pool_candidates=(RAM, RAM)),
        "buffer 'a' names a candidate pool twice",
    ),
    "an unknown candidate": (
        replace(A, pool_candidates=(PoolInfo("flash"),)),
        "buffer 'a' has the candidate pool 'flash', which is not a pool of the problem: declare it",
    ),
    "another pool of that name": (
        replace(A, pool_candidates=(replace(RAM, size_hint_bytes=200),)),
        "buffer 'a' has the candidate pool 'ram', which is not a pool of the problem: declare it",
    ),
    "a negative size": (
        replace(A, size_bytes=-1),
        "buffer 'a' has size -1, expected 0 or more",
    ),
    "an alignment of 0": (
        replace(A, alignment=0),
        "buffer 'a' has alignment 0, expected a power of two",
    ),
    "an alignment of 12": (
        replace(A, alignment=12),
        "buffer 'a' has alignment 12, expected a power of two",
    ),
    "negative traffic": (
        replace(A, traffic_bytes=-1),
        "buffer 'a' has traffic of -1 bytes, expected 0 or more",
    ),
    "neither ranges nor conflicts": (
        replace(A, live=None),
        "buffer 'a' has neither live ranges nor conflicts: give either",
    ),
    "a range that ends before it starts": (
        replace(A, live=((0, 1), (5, 4))),
        "buffer 'a' is live from 5 to 4",
    ),
    "ranges that meet": (
        replace(A, live=((0, 4), (4, 5))),
        "buffer 'a' has live ranges that meet or descend at program point 4",
    ),
    "ranges that descend": (
        replace(A, live=((3, 4), (0, 1))),
        "buffer 'a' has live ranges that meet or descend at program point 0",
    ),
    "a conflict with a stranger": (
        replace(A, conflicts=("b", "c")),
        "buffer 'a' is in conflict with 'c', which is not a buffer of the problem: "
        "correct the name, or take it from the list",
    ),
    "a conflict with itself": (
        replace(A, conflicts=("a",)),
        "buffer 'a' is in conflict with itself",
    ),
    "fixed below the pool": (
        replace(A, fixed_allocation=_at(-16)),
        "buffer 'a' is fixed at -16 in pool 'ram': offsets start at 0",
    ),
    "fixed unaligned": (
        replace(A, alignment=8, fixed_allocation=_at(20)),
        "buffer 'a' is fixed at 20 in pool 'ram', which is not a multiple of its alignment 8",
    ),
    "fixed in another pool": (
        replace(A, fixed_allocation=_at(0, ROM)),
        "buffer 'a' is fixed at 0 in pool 'rom', which is not one of its candidate pools",
    ),
    "fixed beyond the pool": (
        replace(A, fixed_allocation=_at(91)),
        "buffer 'a' is fixed at 91 in pool 'ram' and has 10 bytes: it leaves the pool",
    ),
    "fixed in a read-only pool": (
        replace(A, pool_candidates=(ROM,), fixed_allocation=_at(0, ROM)),
        "buffer 'a' is fixed at 0 in pool 'rom': "
        "pool 'rom' is read-only, and the buffer is not constant",
    ),
    "fixed in a pool of smaller alignment": (
        replace(A, alignment=32, fixed_allocation=_at(32)),
        "buffer 'a' is fixed at 32 in pool 'ram': "
        "it needs alignment 32, and pool 'ram' has alignment 16",
    ),
    "in none of its pools": (
        replace(A, alignment=32, pool_candidates=(RAM, ROM)),
        "buffer 'a' can be in none of its candidate pools: it needs alignment 32, and pool 'ram' "
        "has alignment 16; pool 'rom' is read-only, and the buffer is not constant",
    ),
}


@pytest.mark.parametrize(("buffer", "message"), BUFFERS.values(), ids=BUFFERS)
def test_a_wrong_buffer_is_refused(buffer: BufferInfo, message: str):
    with pytest.raises(ProblemError, match=f"^{re.escape(message)}$") as caught:
        PlacementProblem([B, buffer], [RAM, ROM])
    assert caught.value.buffer == "a"


POOLS: Mapping[str, tuple[PoolInfo, str]] = {
    "a negative size": (
        PoolInfo("p", -2),
        "pool 'p' has size_hint_bytes -2, expected 0 or more, or -1 for an unbounded pool",
    ),
    "an alignment of 3": (
        PoolInfo("p", alignment=3),
        "pool 'p' has alignment 3, expected a power of two",
    ),
    "an alignment of 0": (
        PoolInfo("p", alignment=0),
        "pool 'p' has alignment 0, expected a power of two",
    ),
    "an unknown access": (
        PoolInfo("p", access="wo"),
        "pool 'p' has access 'wo', expected 'rw' or 'ro'",
    ),
    "a name used twice": (
        PoolInfo("ram"),
        "there are two pools called 'ram': rename one",
    ),
}


@pytest.mark.parametrize(("pool", "message"), POOLS.values(), ids=POOLS)
def test_a_wrong_pool_is_refused(pool: PoolInfo, message: str):
    with pytest.raises(ProblemError, match=f"^{re.escape(message)}$") as caught:
        PlacementProblem([A], [RAM, pool])
    assert caught.value.buffer is None


def test_a_name_is_used_once():
    with pytest.raises(ProblemError, match=r"^there are two buffers called 'a': rename one$"):
        PlacementProblem([A, B, replace(A, size_bytes=3)], [RAM, ROM])


def test_what_is_just_right_is_taken():
    buffers = [
        replace(A, size_bytes=0, live=(), traffic_bytes=0),
        replace(B, live=((0, 4), (5, 5)), conflicts=("a", "a"), alignment=16),
        BufferInfo("c", 10, (RAM,), 2, conflicts=(), fixed_allocation=_at(90)),
        # In one of its pools is enough.
        BufferInfo("d", 10, (ROM, RAM), 16, ((-7, -7),)),
        BufferInfo("e", 1_000, (RAM,), live=((0, 0),)),
    ]
    problem = PlacementProblem(buffers, [RAM, ROM, PoolInfo("empty", 0)])
    assert problem.index_of == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}


def test_fixed_buffers_that_conflict_lie_apart():
    fixed = replace(A, fixed_allocation=_at(0))
    other = BufferInfo("b", 10, (RAM,), live=((1, 2),), fixed_allocation=_at(9))
    message = (
        "buffers 'a' and 'b' are live together, and are fixed where they overlap: move one of them"
    )
    with pytest.raises(ProblemError, match=f"^{message}$") as caught:
        plan_memory(PlacementProblem([fixed, other], [RAM]))
    assert caught.value.buffer == "a"
    apart = replace(other, fixed_allocation=_at(10))
    assert plan_memory(PlacementProblem([fixed, apart], [RAM])).size_bytes == 20
    later = replace(other, live=((2, 2),))
    assert plan_memory(PlacementProblem([fixed, later], [RAM])).size_bytes == 19


def test_a_pool_without_a_size_hint_has_no_capacity():
    assert PoolInfo("p").size_hint_bytes == UNRESTRICTED_SIZE_HINT == -1
    assert PoolInfo.UNRESTRICTED_SIZE_HINT == UNRESTRICTED_SIZE_HINT
    assert PoolInfo("p").capacity is None
    assert PoolInfo("p", 0).capacity == 0


def test_with_size_hints_changes_capacities_and_nothing_else():
    buffers = [A, B, BufferInfo("c", 10, (RAM,), conflicts=("a",), fixed_allocation=_at(16))]
    problem = PlacementProblem(buffers, [RAM, ROM])
    larger = problem.with_size_hints({"ram": 300})
    ram = replace(RAM, size_hint_bytes=300)
    assert list(larger.pools) == [ram, ROM]
    assert list(larger.buffers) == [
        replace(A, pool_candidates=(ram,)),
        replace(B, pool_candidates=(ram, ROM)),
        replace(buffers[2], pool_candidates=(ram,), fixed_allocation=_at(16, ram)),
    ]
    assert list(problem.pools) == [RAM, ROM]
    assert larger.with_size_hints({"ram": 100}) == PlacementProblem(buffers, [RAM, ROM])
    assert problem.with_size_hints({"ram": -1}).pools[0].capacity is None


def test_with_size_hints_is_checked():
    fixed = replace(A, fixed_allocation=_at(80))
    problem = PlacementProblem([fixed], [RAM])
    with pytest.raises(ProblemError, match="it leaves the pool"):
        problem.with_size_hints({"ram": 89})
