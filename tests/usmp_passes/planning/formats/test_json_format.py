"""Problems and plans as JSON: what is read, what is written, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usmp_passes.planning.formats.json_format import read_json, write_json
from usmp_passes.planning.formats.problem_file import InputError
from usmp_passes.planning.plan import Plan, PoolUsage
from usmp_passes.planning.problem import BufferInfo, PlacementProblem, PoolAllocation, PoolInfo

FAST = PoolInfo("fast", size_hint_bytes=4096, alignment=16)
SLOW = PoolInfo("slow")
FLASH = PoolInfo("flash", access=PoolInfo.READ_ONLY_ACCESS)

PROBLEM = PlacementProblem(
    [
        BufferInfo("a", 100, (FAST, SLOW), 16, live=((0, 3), (8, 9)), traffic_bytes=200),
        BufferInfo("b", 10, (SLOW,), conflicts=("a",)),
        BufferInfo(
            "c",
            8,
            (FLASH,),
            live=((0, 9),),
            is_constant=True,
            fixed_allocation=PoolAllocation(FLASH, 4),
        ),
    ],
    [FAST, SLOW, FLASH],
)

TEXT = """\
{
  "version": 1,
  "pools": [
    {"name": "fast", "size_hint_bytes": 4096, "alignment": 16},
    {"name": "slow"},
    {"name": "flash", "access": "ro"}
  ],
  "buffers": [
    {"name": "a", "size_bytes": 100, "alignment": 16, "pool_candidates": ["fast", "slow"], \
"live": [[0, 3], [8, 9]], "traffic_bytes": 200},
    {"name": "b", "size_bytes": 10, "pool_candidates": ["slow"], "conflicts": ["a"]},
    {"name": "c", "size_bytes": 8, "pool_candidates": ["flash"], "live": [[0, 9]], \
"is_constant": true, "fixed_allocation": {"pool": "flash", "byte_offset": 4}}
  ]
}
"""

PLAN = Plan(
    {
        "a": PoolAllocation(FAST, 0),
        "b": PoolAllocation(SLOW, 16),
        "c": PoolAllocation(FLASH, 4),
    },
    [PoolUsage(FAST, 112, 100, 16), PoolUsage(SLOW, 26, 10, 2), PoolUsage(FLASH, 12, 12, 4)],
    is_optimal=False,
    algorithm="hill_climb",
    seed=3,
    time_limit=2.5,
)


def document(**changes: Any) -> str:
    """A small document with other values for some of its fields."""
    values: dict[str, Any] = {
        "version": 1,
        "pools": [{"name": "p"}],
        "buffers": [{"name": "a", "size_bytes": 4, "live": [[0, 1]]}],
    }
    values.update(changes)
    return json.dumps({name: value for name, value in values.items() if value is not ...})


def buffer_with(**changes: Any) -> str:
    values: dict[str, Any] = {"name": "a", "size_bytes": 4, "live": [[0, 1]]}
    values.update(changes)
    values = {name: value for name, value in values.items() if value is not ...}
    return document(buffers=[{"name": "z", "size_bytes": 1, "live": []}, values])


def test_read() -> None:
    assert read_json(TEXT).problem == PROBLEM


def test_write() -> None:
    assert write_json(PROBLEM) == TEXT


def test_defaults() -> None:
    text = document(pools=[{"name": "p", "alignment": None}, {"name": "q"}])
    problem = read_json(text).problem
    pools = (PoolInfo("p"), PoolInfo("q"))
    assert problem == PlacementProblem([BufferInfo("a", 4, pools, live=((0, 1),))], list(pools))


def test_unbounded_pool() -> None:
    (pool,) = read_json(document(pools=[{"name": "p", "size_hint_bytes": -1}])).problem.pools
    assert pool.capacity is None


def test_capacity() -> None:
    text = document(pools=[{"name": "p", "size_hint_bytes": 8}])
    (pool,) = read_json(text, capacity=16).problem.pools
    assert pool.capacity == 16


def test_no_buffers() -> None:
    assert read_json(write_json(PlacementProblem([], []))).problem == PlacementProblem([], [])


def usage_in_json(name: str, size: int, bound: int, gap: int, alignment: int) -> object:
    return {
        "name": name,
        "size_bytes": size,
        "lower_bound_bytes": bound,
        "gap_bytes": gap,
        "alignment": alignment,
    }


def test_plan() -> None:
    written = json.loads(write_json(PROBLEM, PLAN))
    assert [item["pool_allocation"] for item in written["buffers"]] == [
        {"pool": "fast", "byte_offset": 0},
        {"pool": "slow", "byte_offset": 16},
        {"pool": "flash", "byte_offset": 4},
    ]
    assert written["plan"] == {
        "algorithm": "hill_climb",
        "seed": 3,
        "time_limit": 2.5,
        "is_optimal": False,
        "was_interrupted": False,
        "size_bytes": 150,
        "lower_bound_bytes": 122,
        "gap_bytes": 28,
        "pools": [
            usage_in_json("fast", 112, 100, 12, 16),
            usage_in_json("slow", 26, 10, 16, 2),
            usage_in_json("flash", 12, 12, 0, 4),
        ],
    }


def test_a_plan_is_a_problem() -> None:
    file = read_json(write_json(PROBLEM, PLAN))
    assert file.problem == PROBLEM
    assert file.ignores_offsets
    assert file.with_plan(PLAN) == write_json(PROBLEM, PLAN)


def test_fixed_offsets() -> None:
    file = read_json(write_json(PROBLEM, PLAN), fixed_offsets=True)
    assert not file.ignores_offsets
    assert {item.name: item.fixed_allocation for item in file.problem.buffers} == PLAN.allocations


def test_candidates_are_shared() -> None:
    """A problem is checked once a list of candidates, not once a buffer."""
    buffers = [
        {"name": name, "size_bytes": 1, "live": [[0, 1]], "pool_candidates": ["p"]} for name in "ab"
    ]
    first, second = read_json(document(buffers=buffers)).problem.buffers
    assert first.pool_candidates is second.pool_candidates


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: the file is empty: expected a JSON object"),
        ("\ufeff\n", "f: the file is empty: expected a JSON object"),
        ("{\n  oops", "f:2:3: no JSON: expecting property name enclosed in double quotes"),
        ("[]", "f: expected a JSON object, got []"),
        ("[" * 100_000, "f: no problem is nested so deeply"),
        ('{"version": 1, "version": 1}', 'f: an object has the field "version" twice: remove one'),
        ('{"version": NaN}', "f: NaN is no number: give a whole one"),
        (f'{{"version": {"1" * 5000}}}', f"f: the number {'1' * 40}... has 5000 digits: is it mea"),
        ("{}", "f: field 'version': missing: add it"),
        (document(version=2), "f: field 'version': expected 1, got 2"),
        (document(version=True), "f: field 'version': expected a whole number, got true"),
        (document(pool=1), "f: field 'pool': unknown; known are version, pools, buffers, plan"),
        (document(plan=1), "f: field 'plan': expected an object, got 1"),
        (document(pools=...), "f: field 'pools': missing: add it"),
        (document(pools={}), "f: field 'pools': expected a list, got {}"),
        (document(pools=["p"]), 'f: pools[0]: expected an object, got "p"'),
        (document(pools=[{}]), "f: pools[0]: field 'name': missing: add it"),
        (document(pools=[{"name": ""}]), "f: pools[0] \"\": field 'name': expected a name, got"),
        (
            document(pools=[{"name": "p", "size": 1}]),
            "f: pools[0] \"p\": field 'size': unknown; known are name, size_hint_bytes, ",
        ),
        (
            document(pools=[{"name": "p", "access": "w"}]),
            "f: pool 'p' has access 'w', expected 'rw' or 'ro'",
        ),
        (
            document(pools=[{"name": "p"}, {"name": "p"}]),
            "f: there are two pools called 'p': rename one",
        ),
        (document(buffers=[1]), "f: buffers[0]: expected an object, got 1"),
        (buffer_with(name=...), "f: buffers[1]: field 'name': missing: add it"),
        (buffer_with(name="x\n"), 'f: buffers[1] "x\\n": field \'name\': "x\\n" has the contro'),
        (buffer_with(name="\ud800"), "f: buffers[1] \"\\ud800\": field 'name': "),
        (buffer_with(size=1), "f: buffers[1] \"a\": field 'size': unknown; known are name, size_"),
        (buffer_with(size_bytes=...), "f: buffers[1] \"a\": field 'size_bytes': missing: add it"),
        (buffer_with(size_bytes=None), "f: buffers[1] \"a\": field 'size_bytes': expected a whol"),
        (buffer_with(size_bytes=4.0), "f: buffers[1] \"a\": field 'size_bytes': expected a whole"),
        (buffer_with(size_bytes=-1), "f: buffer 'a' has size -1, expected 0 or more"),
        (buffer_with(alignment=3), "f: buffer 'a' has alignment 3, expected a power of two"),
        (buffer_with(live="0-1"), 'f: buffers[1] "a": field \'live\': expected a list, got "0-1'),
        (buffer_with(live=[0, 1]), "f: buffers[1] \"a\": field 'live': expected ranges such as ["),
        (buffer_with(live=[[0]]), "f: buffers[1] \"a\": field 'live': expected ranges such as [0"),
        (buffer_with(live=[[0, True]]), "f: buffers[1] \"a\": field 'live': expected ranges such"),
        (buffer_with(live=[[1, 0]]), "f: buffer 'a' is live from 1 to 0"),
        (buffer_with(live=...), "f: buffer 'a' has neither live ranges nor conflicts: give either"),
        (buffer_with(conflicts=["b"]), "f: buffer 'a' is in conflict with 'b', which is not a bu"),
        (buffer_with(conflicts=[1]), "f: buffers[1] \"a\": field 'conflicts': expected a name, g"),
        (buffer_with(is_constant=1), "f: buffers[1] \"a\": field 'is_constant': expected true or"),
        (
            buffer_with(pool_candidates=["q"]),
            'f: buffers[1] "a": field \'pool_candidates\': there is no pool "q"; the file has p',
        ),
        (
            buffer_with(fixed_allocation={"pool": "p"}),
            "f: buffers[1] \"a\", fixed_allocation: field 'byte_offset': missing: add it",
        ),
        (
            buffer_with(fixed_allocation={"pool": "p", "byte_offset": 0, "x": 0}),
            "f: buffers[1] \"a\", fixed_allocation: field 'x': unknown; known are pool, byte_offse",
        ),
        (
            buffer_with(fixed_allocation={"pool": "q", "byte_offset": 0}),
            'f: buffers[1] "a", fixed_allocation: field \'pool\': there is no pool "q"',
        ),
        (
            buffer_with(pool_allocation=3),
            "f: buffers[1] \"a\": field 'pool_allocation': expected an object, got 3",
        ),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_json(text, "f")
    assert str(caught.value).startswith(message)


def test_one_capacity_for_several_pools() -> None:
    with pytest.raises(InputError, match="a capacity for 2 pools"):
        read_json(document(pools=[{"name": "p"}, {"name": "q"}]), capacity=8)


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8)
ALIGNMENTS = st.sampled_from([1, 2, 16])


@st.composite
def live_ranges(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    points = draw(st.lists(st.integers(-50, 50), max_size=6, unique=True).map(sorted))
    return tuple(zip(points[::2], points[1::2], strict=False))


@st.composite
def problems(draw: st.DrawFn) -> PlacementProblem:
    pools = [
        PoolInfo(
            name,
            draw(st.sampled_from([-1, 2**40, 2**80])),
            draw(st.none() | st.just(16)),
            draw(st.sampled_from(["rw", "ro"])) if index else "rw",
        )
        for index, name in enumerate(draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)))
    ]
    names = draw(st.lists(NAMES, max_size=5, unique=True))
    buffers: list[BufferInfo] = []
    for name in names:
        others = [other for other in names if other != name]
        live = draw(st.none() | live_ranges())
        conflicts = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
        # The first pool may hold anything.
        more = draw(st.lists(st.sampled_from(pools[1:]), unique=True)) if pools[1:] else []
        buffers.append(
            BufferInfo(
                name,
                draw(st.integers(0, 2**40 - 2**20)),
                (pools[0], *more),
                draw(ALIGNMENTS),
                live,
                None if live is not None and draw(st.booleans()) else tuple(conflicts),
                draw(st.none() | st.integers(0, 2**70)),
                draw(st.booleans()),
                PoolAllocation(pools[0], 16 * len(buffers)) if draw(st.booleans()) else None,
            )
        )
    return PlacementProblem(buffers, pools)


@given(problems(), st.randoms(use_true_random=False))
def test_round_trip(problem: PlacementProblem, random: Any) -> None:
    """What is written is what is read, of problems and of plans."""
    assert read_json(write_json(problem)).problem == problem
    places = {
        item.name: PoolAllocation(item.pool_candidates[0], 16 * random.randrange(100))
        for item in problem.buffers
    }
    plan = Plan(places, (), is_optimal=True, algorithm="test")
    text = write_json(problem, plan)
    assert read_json(text).problem == problem
    fixed = read_json(text, fixed_offsets=True).problem
    assert fixed.buffers == [
        replace(item, fixed_allocation=item.fixed_allocation or places[item.name])
        for item in problem.buffers
    ]
