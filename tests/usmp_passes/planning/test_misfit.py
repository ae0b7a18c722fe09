"""What is said of buffers that do not fit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from usmp_passes.planning import (
    BufferInfo,
    DoesNotFitError,
    PlacementProblem,
    PoolInfo,
    Shortage,
    plan_memory,
)
from usmp_random_problems import live_ranges

ALGORITHMS = ["best", "hill_climb", "greedy_by_size", "greedy_by_conflicts"]

RAM = PoolInfo("ram", 100)

some = settings(max_examples=max(60, settings().max_examples // 4))


def _buffer(
    name: str, size: int, *pools: PoolInfo, alignment: int = 1, at: tuple[int, int] = (0, 0)
) -> BufferInfo:
    return BufferInfo(name, size, pools or (RAM,), alignment, (at,))


def _misfit(
    buffers: Sequence[BufferInfo], algorithm: str = "best", effort: int = 20_000
) -> DoesNotFitError:
    pools = {pool.name: pool for buffer in buffers for pool in buffer.pool_candidates}
    with pytest.raises(DoesNotFitError) as caught:
        plan_memory(PlacementProblem(buffers, list(pools.values())), algorithm, effort=effort)
    return caught.value


def _shortage(buffers: Sequence[BufferInfo], algorithm: str = "best") -> Shortage:
    (shortage,) = _misfit(buffers, algorithm).shortages
    return shortage


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_shortage_says_all_that_is_known(algorithm: str):
    buffers = [
        _buffer("early", 50, at=(0, 2)),
        _buffer("small", 40, at=(3, 5)),
        _buffer("large", 80, at=(4, 8)),
    ]
    assert _shortage(buffers, algorithm) == Shortage(
        RAM,
        needed_bytes=120,
        program_point=4,
        live_buffers=[buffers[2], buffers[1]],
        is_proven=True,
        is_smallest=True,
    )
    assert _shortage(buffers, algorithm).missing_bytes == 20


def test_the_error_says_it_line_by_line():
    assert str(_misfit([_buffer("a", 70), _buffer("b", 60)])) == (
        "pool 'ram' is too small: the pool has 100 bytes, 30 too few: no plan exists\n"
        "  buffers of 130 bytes together are live at program point 0: "
        "'a' of 70 bytes, 'b' of 60 bytes\n"
        "  the smallest size_hint_bytes for which a plan was found is 130, "
        "and there is no plan for less"
    )


def test_of_many_buffers_the_largest_are_named():
    error = _misfit([_buffer(f"b{size}", size) for size in range(1, 26)])
    assert "'b25' of 25 bytes, 'b24' of 24 bytes," in str(error)
    assert "'b6' of 6 bytes and 5 more" in str(error)
    assert "'b5'" not in str(error)


def test_without_ranges_the_buffers_are_in_conflict():
    buffers = [
        BufferInfo("a", 70, (RAM,), conflicts=("b",)),
        BufferInfo("b", 60, (RAM,), conflicts=()),
    ]
    assert _shortage(buffers).program_point is None
    assert "are all in conflict with each other: 'a' of 70 bytes" in str(_misfit(buffers))


def test_buffers_are_called_as_the_caller_likes():
    lines = _shortage([_buffer("a", 170)]).explanation(lambda buffer: f"<{buffer.name}>")
    assert lines[1].endswith("are live at program point 0: <a>")


def test_what_was_not_proven_is_not_claimed():
    """A ring of five needs three, and its bound says two."""
    pool = PoolInfo("ring", 2)
    ring = [
        BufferInfo(f"r{n}", 1, (pool,), conflicts=(f"r{(n + 1) % 5}",), live=None) for n in range(5)
    ]
    shortage = _shortage(ring, "hill_climb")
    assert shortage.needed_bytes == 3
    assert not shortage.is_proven
    assert not shortage.is_smallest
    text = str(_misfit(ring, "hill_climb"))
    assert "1 too few: no plan was found, though one may exist" in text
    assert text.endswith("is 3")


def test_a_buffer_larger_than_its_pool_is_proof():
    shortage = _shortage([_buffer("a", 20, PoolInfo("ram", 18), alignment=16)])
    assert shortage.needed_bytes == 20
    assert shortage.is_proven
    assert shortage.is_smallest


@some
@given(
    st.lists(st.tuples(st.integers(1, 30), live_ranges()), min_size=1, max_size=6),
    st.integers(0, 60),
)
def test_with_one_pool_the_size_is_that_of_the_smallest_plan(
    parts: list[tuple[int, tuple[tuple[int, int], ...]]], capacity: int
):
    def problem(hint: int) -> PlacementProblem:
        pool = PoolInfo("ram", hint)
        return PlacementProblem(
            [BufferInfo(f"b{n}", size, (pool,), 1, live) for n, (size, live) in enumerate(parts)],
            [pool],
        )

    optimum = plan_memory(problem(-1), "optimal").size_bytes
    assume(optimum > capacity)
    with pytest.raises(DoesNotFitError) as caught:
        plan_memory(problem(capacity), effort=50_000)
    (shortage,) = caught.value.shortages
    assert shortage.needed_bytes == optimum
    assert shortage.missing_bytes == optimum - capacity
    assert plan_memory(problem(optimum)).size_bytes == optimum
    with pytest.raises(DoesNotFitError):
        plan_memory(problem(optimum - 1), effort=50_000)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_pool_that_lacks_the_least_is_the_one_to_enlarge(algorithm: str):
    fast, slow = PoolInfo("fast", 50), PoolInfo("slow", 90)
    shortage = _shortage([_buffer("a", 100, fast, slow)], algorithm)
    assert (shortage.pool_info, shortage.needed_bytes) == (slow, 100)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_several_pools_may_be_too_small_at_once(algorithm: str):
    one, other, enough = PoolInfo("one", 50), PoolInfo("other", 60), PoolInfo("enough", 10)
    buffers = [_buffer("a", 70, one), _buffer("b", 75, other), _buffer("c", 10, enough)]
    error = _misfit(buffers, algorithm)
    assert [(s.pool_info, s.needed_bytes) for s in error.shortages] == [(one, 70), (other, 75)]
    assert all(s.is_proven and s.is_smallest for s in error.shortages)
    assert str(error).count("is too small") == 2


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_both_pools_of_two_buffers_that_have_a_choice(algorithm: str):
    """Neither can be enlarged so that the other is enough as it is: `c` and `d` have one each."""
    one, other = PoolInfo("one", 50), PoolInfo("other", 60)
    buffers = [
        _buffer("a", 10, one, other),
        _buffer("c", 70, one),
        _buffer("d", 80, other),
    ]
    needed = {s.pool_info.name: s.needed_bytes for s in _misfit(buffers, algorithm).shortages}
    assert needed in ({"one": 80, "other": 80}, {"one": 70, "other": 90})


def test_a_pool_that_is_enough_as_it_is_is_not_too_small():
    """`one` and `other` must grow; the small ones may go on to `rest` as before."""
    one, other, third = PoolInfo("one", 10), PoolInfo("other", 10), PoolInfo("third", 10)
    rest = PoolInfo("rest")
    buffers = [
        _buffer("x", 20, one, third),
        _buffer("y", 20, other),
        *(_buffer(f"c{n}", 1, third, rest) for n in range(15)),
    ]
    sizes = {s.pool_info.name: s.needed_bytes for s in _misfit(buffers).shortages}
    assert sizes == {"one": 20, "other": 20}


def test_an_unbounded_pool_is_never_too_small():
    fast, slow = PoolInfo("fast", 50), PoolInfo("slow")
    shortage = _shortage([_buffer("a", 100, fast), _buffer("b", 100, fast, slow)])
    assert (shortage.pool_info, shortage.needed_bytes) == (fast, 100)
    assert [buffer.name for buffer in shortage.live_buffers] == ["a"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_pool_of_no_bytes_holds_none(algorithm: str):
    empty = PoolInfo("empty", 0)
    assert _shortage([_buffer("a", 1, empty)], algorithm).needed_bytes == 1
    plan = plan_memory(PlacementProblem([_buffer("a", 0, empty)], [empty]), algorithm)
    assert plan.size_bytes == 0


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_fits_to_the_byte_fits(algorithm: str):
    """Rounded up to the alignment the pool would be larger than it is: it ends at its capacity."""
    pool = PoolInfo("ram", 101)
    buffers = [_buffer("a", 64, pool, alignment=16), _buffer("b", 37, pool, alignment=16)]
    plan = plan_memory(PlacementProblem(buffers, [pool]), algorithm)
    assert plan.size_bytes == 101
    assert plan.is_optimal
