"""The lower bound and the exact search, against all packings of a few buffers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usmp_passes.planning import BufferInfo, PlacementProblem, PoolAllocation, PoolInfo, plan_memory
from usmp_passes.planning.budget import Budget
from usmp_passes.planning.exact_search import MAX_BUFFERS, ExactPacking, pack_exactly
from usmp_passes.planning.first_fit import first_fit_of
from usmp_passes.planning.lower_bound import align_up
from usmp_passes.planning.packing import Packing
from usmp_passes.planning.task import Task
from usmp_random_problems import are_in_conflict, live_ranges

POOL = PoolInfo("pool")


def _packing_of(buffers: Sequence[BufferInfo]) -> Packing:
    return Task(PlacementProblem(buffers, [POOL])).packing(range(len(buffers)))


def _smallest_size(buffers: Sequence[BufferInfo]) -> int:
    """
    The least highest end, rounded up: in some order, each buffer lies right above the highest of
    its conflicts before it.
    """
    alignment = max((buffer.alignment for buffer in buffers if buffer.size_bytes), default=1)
    return align_up(_smallest_end(buffers), alignment)


def _smallest_end(buffers: Sequence[BufferInfo]) -> int:
    buffers = [buffer for buffer in buffers if buffer.size_bytes]
    conflicts = {
        frozenset(pair) for pair in combinations(range(len(buffers)), 2) if _meet(buffers, *pair)
    }
    return min(
        max(_ends(buffers, conflicts, order), default=0)
        for order in permutations(range(len(buffers)))
    )


def _meet(buffers: Sequence[BufferInfo], one: int, other: int) -> bool:
    return are_in_conflict(buffers[one], buffers[other])


def _ends(
    buffers: Sequence[BufferInfo], conflicts: set[frozenset[int]], order: Sequence[int]
) -> Iterator[int]:
    ends: dict[int, int] = {}
    for index in order:
        below = (end for other, end in ends.items() if frozenset((index, other)) in conflicts)
        floor = align_up(max(below, default=0), buffers[index].alignment)
        ends[index] = floor + buffers[index].size_bytes
        yield ends[index]


@st.composite
def _buffers(draw: st.DrawFn, max_count: int = 5) -> list[BufferInfo]:
    """Any conflicts, by ranges or by name, and any alignments."""
    count = draw(st.integers(1, max_count))
    names = [f"b{number}" for number in range(count)]
    alignments = draw(st.sampled_from(((1,), (4,), (1, 2, 4, 8))))
    made: list[BufferInfo] = []
    for number in range(count):
        live = draw(st.one_of(live_ranges(), st.none()))
        others = names[:number]
        conflicts = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
        made.append(
            BufferInfo(
                names[number],
                draw(st.integers(0, 12)),
                (POOL,),
                draw(st.sampled_from(alignments)),
                live,
                tuple(conflicts) if live is None or draw(st.booleans()) else None,
            )
        )
    return made


# The lower bound


@given(_buffers())
def test_the_bound_is_never_above_the_optimum(buffers: list[BufferInfo]):
    bound = _packing_of(buffers).bound
    assert bound.size_bytes <= _smallest_size(buffers)
    for one, other in combinations(bound.buffers, 2):
        assert _meet(buffers, one, other)
    if bound.program_point is not None:
        point = bound.program_point
        for index in bound.buffers:
            assert any(first <= point <= last for first, last in buffers[index].live or ())


@given(_buffers())
def test_no_packing_ends_below_the_least_end(buffers: list[BufferInfo]):
    bound = _packing_of(buffers).bound
    assert bound.end_bytes <= bound.size_bytes
    assert bound.end_bytes <= _smallest_end(buffers)


def test_the_last_buffer_of_a_clique_ends_at_its_size():
    """Whichever it is: 20 bytes above 16, or 16 above 32 for the other."""
    assert _packing_of([BufferInfo("a", 20, (POOL,), 16, ((0, 0),))]).bound.end_bytes == 20
    both = [BufferInfo(f"b{size}", size, (POOL,), 16, ((0, 0),)) for size in (20, 15)]
    assert _packing_of(both).bound.end_bytes == 36 == _smallest_end(both)


def test_the_bound_is_rounded_as_the_size_is():
    """A buffer of no bytes needs no alignment."""
    packing = _packing_of(
        [BufferInfo("a", 0, (POOL,), 16, ((0, 0),)), BufferInfo("b", 1, (POOL,), 2, ((0, 0),))]
    )
    assert packing.bound.size_bytes == packing.size_of([0, 0]) == 2


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 20)), min_size=1, max_size=9
    ),
    st.sampled_from((1, 4, 16)),
)
def test_of_intervals_the_bound_is_the_heaviest_set_live_at_a_point(
    intervals: list[tuple[int, int, int]], alignment: int
):
    buffers = [
        BufferInfo(f"b{number}", size, (POOL,), alignment, ((start, start + length),))
        for number, (start, length, size) in enumerate(intervals)
    ]
    pressure = max(
        sum(
            align_up(size, alignment)
            for start, length, size in intervals
            if start <= point <= start + length
        )
        for point in range(16)
    )
    assert _packing_of(buffers).bound.size_bytes == pressure


@pytest.mark.parametrize("size", [1, 15, 16, 17])
def test_of_aligned_buffers_each_counts_rounded_up_the_last_too(size: int):
    buffers = [BufferInfo(name, size, (POOL,), 16, ((0, 0),)) for name in "abc"]
    assert _packing_of(buffers).bound.size_bytes == 3 * align_up(size, 16)


def test_of_mixed_alignments_small_ones_may_fill_what_large_ones_leave():
    buffers = [
        BufferInfo("large", 17, (POOL,), 16, ((0, 0),)),
        BufferInfo("small", 15, (POOL,), 1, ((0, 0),)),
    ]
    assert _packing_of(buffers).bound.size_bytes == 32 == _smallest_size(buffers)


def test_the_larger_alignments_alone_may_need_the_most():
    buffers = [
        *(BufferInfo(f"large{n}", 1, (POOL,), 16, ((0, 0),)) for n in range(3)),
        *(BufferInfo(f"small{n}", 1, (POOL,), 1, ((0, 0),)) for n in range(3)),
    ]
    bound = _packing_of(buffers).bound
    assert bound.size_bytes == 48 == _smallest_size(buffers)
    assert bound.buffers == (0, 1, 2)


def test_without_ranges_a_clique_gives_the_bound():
    sizes = {"a": 10, "b": 20, "c": 30, "d": 1}
    pairs = {"a": ("b",), "b": ("c",), "c": ("a",), "d": ("a",)}
    buffers = [
        BufferInfo(name, size, (POOL,), conflicts=pairs[name]) for name, size in sizes.items()
    ]
    bound = _packing_of(buffers).bound
    assert bound == (60, 60, None, (0, 1, 2))


def test_conflicts_and_ranges_together_give_a_clique():
    buffers = [
        BufferInfo("a", 10, (POOL,), live=((0, 4),)),
        BufferInfo("b", 20, (POOL,), live=((4, 9),)),
        BufferInfo("c", 30, (POOL,), conflicts=("a", "b")),
    ]
    assert _packing_of(buffers).bound == (60, 60, None, (0, 1, 2))


def test_what_is_fixed_high_needs_all_below_it():
    buffers = [
        BufferInfo("a", 10, (POOL,), 16, ((0, 4),), fixed_allocation=PoolAllocation(POOL, 96)),
        BufferInfo("b", 20, (POOL,), live=((4, 9),)),
    ]
    bound = _packing_of(buffers).bound
    assert (bound.size_bytes, bound.end_bytes) == (112, 106)


def test_nothing_needs_nothing():
    assert _packing_of([]).bound == (0, 0, None, ())
    assert _packing_of([BufferInfo("a", 0, (POOL,), 16, ((0, 1),))]).bound == (0, 0, None, ())


def test_only_the_members_count():
    buffers = [BufferInfo(name, 10, (POOL,), live=((0, 0),)) for name in "abc"]
    task = Task(PlacementProblem(buffers, [POOL]))
    assert task.packing([2, 0]).bound == (20, 20, 0, (0, 2))


# The exact search


def _search(packing: Packing, steps: int = 1_000_000) -> ExactPacking:
    """From the worst beginning: all buffers one above the other."""
    offsets: list[int] = []
    end = 0
    for size, alignment in zip(packing.sizes, packing.alignments, strict=True):
        # Buffers of no bytes are at the bottom in every packing that the search is given.
        offsets.append(align_up(end, alignment) if size else 0)
        end = offsets[-1] + size if size else end
    return pack_exactly(packing, packing.bound.size_bytes, offsets, Budget(steps))


def _check(packing: Packing, found: ExactPacking) -> None:
    """That the packing is one."""
    for index, offset in enumerate(found.offsets):
        assert offset >= 0
        assert offset % packing.alignments[index] == 0
        for other in packing.neighbours[index]:
            theirs = found.offsets[other]
            assert (
                offset + packing.sizes[index] <= theirs or theirs + packing.sizes[other] <= offset
            )


@given(_buffers())
def test_the_exact_search_finds_the_optimum_and_proves_it(buffers: list[BufferInfo]):
    packing = _packing_of(buffers)
    found = _search(packing)
    _check(packing, found)
    assert found.is_smallest
    assert packing.size_of(found.offsets) == _smallest_size(buffers)


@given(_buffers(), st.integers(0, 200))
def test_out_of_budget_it_still_claims_nothing_wrong(buffers: list[BufferInfo], steps: int):
    packing = _packing_of(buffers)
    found = _search(packing, steps)
    _check(packing, found)
    if found.is_smallest:
        assert packing.size_of(found.offsets) == _smallest_size(buffers)


def _off_the_bound() -> list[BufferInfo]:
    """A ring of five: any two neighbours need 2, all of them 3."""
    return [
        BufferInfo(f"r{n}", 1, (POOL,), conflicts=(f"r{(n + 1) % 5}",), live=None) for n in range(5)
    ]


def test_a_ring_of_five_needs_three():
    packing = _packing_of(_off_the_bound())
    assert packing.bound.size_bytes == 2
    found = _search(packing)
    assert found.is_smallest
    assert packing.size_of(found.offsets) == 3
    plan = plan_memory(PlacementProblem(_off_the_bound(), [POOL]))
    assert plan.is_optimal
    assert plan.size_bytes == plan.lower_bound_bytes == 3


def test_without_steps_nothing_is_found_and_nothing_claimed():
    packing = _packing_of(_off_the_bound())
    assert _search(packing, 0) == ExactPacking([0, 1, 2, 3, 4], is_smallest=False)


def test_at_the_bound_no_step_is_needed():
    packing = _packing_of([BufferInfo("a", 5, (POOL,), live=((0, 0),))])
    budget = Budget(0)
    assert pack_exactly(packing, packing.bound.size_bytes, [0], budget).is_smallest


def test_what_is_fixed_is_not_for_the_exact_search():
    buffers = _off_the_bound()
    fixed = BufferInfo("f", 1, (POOL,), conflicts=("r0",), fixed_allocation=PoolAllocation(POOL, 0))
    packing = _packing_of([*buffers, fixed])
    offsets = first_fit_of(packing)(range(len(packing)))
    assert pack_exactly(packing, packing.bound.size_bytes, offsets, Budget()) == ExactPacking(
        offsets, is_smallest=False
    )


def _rings(count: int) -> list[BufferInfo]:
    """Rings of five, each by itself."""
    return [
        BufferInfo(f"r{ring}_{n}", 1, (POOL,), conflicts=(f"r{ring}_{(n + 1) % 5}",))
        for ring in range(count)
        for n in range(5)
    ]


def test_groups_without_conflicts_between_them_are_searched_one_by_one():
    """All together they would be far too many for any search."""
    packing = _packing_of(_rings(100))
    found = _search(packing, 200_000)
    _check(packing, found)
    assert found.is_smallest
    assert packing.size_of(found.offsets) == 3


def test_a_group_too_large_for_the_search_is_left_as_it_is():
    count = MAX_BUFFERS + 1 + MAX_BUFFERS % 2
    ring = [
        BufferInfo(f"r{n}", 1, (POOL,), conflicts=(f"r{(n + 1) % count}",)) for n in range(count)
    ]
    packing = _packing_of(ring)
    offsets = [*(n % 2 for n in range(count - 1)), 2]
    assert pack_exactly(packing, packing.bound.size_bytes, offsets, Budget()) == ExactPacking(
        offsets, is_smallest=False
    )


def test_an_interrupt_leaves_what_was_found(monkeypatch: pytest.MonkeyPatch):
    def interrupt(number: int, alignment: int) -> int:
        raise KeyboardInterrupt

    packing = _packing_of(_off_the_bound())
    assert packing.bound.size_bytes == 2
    monkeypatch.setattr("usmp_passes.planning.exact_search.align_up", interrupt)
    budget = Budget()
    found = pack_exactly(packing, packing.bound.size_bytes, [0, 1, 0, 1, 2], budget)
    assert found == ExactPacking([0, 1, 0, 1, 2], is_smallest=False)
    assert budget.was_interrupted


def test_live_ranges_that_repeat():
    """As many activations of a function as its buffers list: the same sets, again and again."""
    shapes = ((0, 2), (1, 5), (4, 8), (7, 11), (10, 14), (2, 13))
    buffers = [
        BufferInfo(
            f"b{number}",
            7 + 5 * number % 11,
            (POOL,),
            live=tuple((20 * n + first, 20 * n + last) for n in range(50)),
        )
        for number, (first, last) in enumerate(shapes)
    ]
    packing = _packing_of(buffers)
    found = _search(packing)
    assert found.is_smallest
    assert packing.size_of(found.offsets) == _smallest_size(buffers)
