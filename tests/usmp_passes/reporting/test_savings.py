"""What a pool would save without a buffer is what its lower bound says without it."""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from usmp_passes.planning import BufferInfo, PlacementProblem, PoolInfo
from usmp_passes.planning.conflict_graph import ConflictGraph
from usmp_passes.planning.lower_bound import lower_bound
from usmp_passes.reporting.savings import LiveBuffer, savings_of

POOL = PoolInfo("pool")


def planners_bound(buffers: Sequence[LiveBuffer]) -> int:
    """The bound that the planner gives to a pool with these buffers."""
    infos = [
        BufferInfo(
            f"b{number}", buffer.size_bytes, (POOL,), buffer.alignment, live=tuple(buffer.live)
        )
        for number, buffer in enumerate(buffers)
    ]
    problem = PlacementProblem(infos, [POOL])
    graph = ConflictGraph(problem)
    return lower_bound(infos, graph, range(len(infos))).size_bytes


@st.composite
def lives(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Ascending closed ranges that do not meet."""
    ends = sorted(draw(st.sets(st.integers(0, 24), max_size=6)))
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return tuple(pairs)


BUFFERS = st.lists(
    st.builds(
        LiveBuffer,
        size_bytes=st.integers(0, 40),
        alignment=st.sampled_from([1, 4, 16]),
        live=lives(),
    ),
    max_size=10,
)


@given(BUFFERS)
@settings(max_examples=300)
def test_savings_are_what_the_planner_would_save(buffers: list[LiveBuffer]) -> None:
    savings = savings_of(buffers)
    assert savings.lower_bound == planners_bound(buffers)
    without = [planners_bound(buffers[:i] + buffers[i + 1 :]) for i in range(len(buffers))]
    assert list(savings.if_gone) == [savings.lower_bound - bound for bound in without]


def test_a_fixed_buffer_holds_its_pool_up() -> None:
    fixed = LiveBuffer(16, 16, [(0, 1)], fixed_end=1024)
    savings = savings_of([fixed, LiveBuffer(100, 1, [(0, 1)])])
    assert (savings.lower_bound, list(savings.if_gone)) == (1024, [924, 0])


def test_every_peak_counts() -> None:
    a, b = LiveBuffer(8, 1, [(0, 1)]), LiveBuffer(8, 1, [(4, 5)])
    both = LiveBuffer(4, 1, [(0, 0), (5, 5)])
    assert list(savings_of([a, b, both]).if_gone) == [0, 0, 4]


def test_the_cost_does_not_grow_with_pairs_of_buffers() -> None:
    def seconds(count: int) -> float:
        # All of them are live at the only peak.
        buffers = [LiveBuffer(64, 16, [(i, 2 * count - i)]) for i in range(count)]
        start = process_time()
        assert set(savings_of(buffers).if_gone) == {64}
        return process_time() - start

    few, many = min(seconds(1000) for _ in range(3)), min(seconds(16000) for _ in range(2))
    assert many < 16 * 6 * max(few, 0.005)
