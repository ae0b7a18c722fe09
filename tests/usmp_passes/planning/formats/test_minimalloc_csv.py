"""MiniMalloc's CSV files: what is read, what is written back, and what is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usmp_passes.planning.formats.minimalloc_csv import MiniMallocFile, read_minimalloc_csv
from usmp_passes.planning.formats.problem_file import InputError
from usmp_passes.planning.plan import Plan
from usmp_passes.planning.problem import BufferInfo, PlacementProblem, PoolAllocation, PoolInfo

MEMORY = PoolInfo("memory")

EXAMPLE = """\
id,lower,upper,size
b1,0,3,4
b2,3,9,4
b3,0,9,4
"""


def buffer(name: str, size: int, *live: tuple[int, int], alignment: int = 1) -> BufferInfo:
    return BufferInfo(name, size, (MEMORY,), alignment, live=live)


def read_one(header: str, row: str) -> BufferInfo:
    """The only buffer of a file with one row."""
    (only,) = read_minimalloc_csv(f"{header}\n{row}\n").problem.buffers
    return only


def place_at(problem: PlacementProblem, *offsets: int) -> Plan:
    """A plan that says nothing but where buffers are."""
    (pool,) = problem.pools
    places = {
        item.name: PoolAllocation(pool, offset)
        for item, offset in zip(problem.buffers, offsets, strict=True)
    }
    return Plan(places, (), is_optimal=False, algorithm="test")


def with_offsets(text: str, *offsets: int) -> str:
    file = read_minimalloc_csv(text)
    return file.with_plan(place_at(file.problem, *offsets))


# What is read


def test_half_open_ranges() -> None:
    problem = read_minimalloc_csv(EXAMPLE).problem
    assert problem == PlacementProblem(
        [buffer("b1", 4, (0, 2)), buffer("b2", 4, (3, 8)), buffer("b3", 4, (0, 8))], [MEMORY]
    )


def test_capacity() -> None:
    (pool,) = read_minimalloc_csv(EXAMPLE, capacity=12).problem.pools
    assert pool.capacity == 12


def test_columns_in_any_order() -> None:
    row = read_one("size,note,upper,alignment,id,lower", "18,x y,12,16,a,6")
    assert row == buffer("a", 18, (6, 11), alignment=16)


@pytest.mark.parametrize("header", ["buffer,start,upper,size", "buffer_id,begin,upper,size"])
def test_other_names_of_columns(header: str) -> None:
    assert read_one(header, "a,6,12,18") == buffer("a", 18, (6, 11))


def test_last_points() -> None:
    """With `end`, the ends of ranges and of gaps belong to them."""
    row = read_one("id,start,end,size,gaps", "a,6,11,18,7-7 9-10")
    assert row == buffer("a", 18, (6, 6), (8, 8), (11, 11))


@pytest.mark.parametrize(
    ("gaps", "live"),
    [
        ("", [(0, 9)]),
        ("3-5", [(0, 2), (5, 9)]),
        ("  3-5   8-9 ", [(0, 2), (5, 7), (9, 9)]),
        ("3-5 5-6", [(0, 2), (6, 9)]),
        ("0-5", [(5, 9)]),
        ("5-10", [(0, 4)]),
    ],
)
def test_gaps(gaps: str, live: list[tuple[int, int]]) -> None:
    assert read_one("id,lower,upper,size,gaps", f"a,0,10,4,{gaps}") == buffer("a", 4, *live)


def test_negative_points() -> None:
    row = read_one("id,lower,upper,size,gaps", "a,-10,-2,4,-8--6")
    assert row == buffer("a", 4, (-10, -9), (-6, -3))


def test_no_alignment_is_one() -> None:
    assert read_one("id,lower,upper,size,alignment", "a,0,1,4,").alignment == 1


def test_spaces_and_quotes() -> None:
    row = read_one(' id , lower,"upper",size', '"a ""x"", y" , 0 ,"3", 4')
    assert row == buffer('a "x", y', 4, (0, 2))


def test_numbers_of_any_size() -> None:
    assert read_one("id,lower,upper,size", f"a,0,1,{2**70}").size_bytes == 2**70


def test_no_rows() -> None:
    file = read_minimalloc_csv("id,lower,upper,size\n")
    assert not file.problem.buffers
    assert file.with_plan(place_at(file.problem)) == "id,lower,upper,size,offset\n"


def test_offsets_are_ignored_unless_asked_for() -> None:
    text = "id,lower,upper,size,offset\na,0,1,4,8\nb,0,1,4,\n"
    free = read_minimalloc_csv(text)
    assert free.ignores_offsets
    assert [item.fixed_allocation for item in free.problem.buffers] == [None, None]
    fixed = read_minimalloc_csv(text, fixed_offsets=True)
    assert not fixed.ignores_offsets
    assert [item.fixed_allocation for item in fixed.problem.buffers] == [
        PoolAllocation(MEMORY, 8),
        None,
    ]


def test_bad_offsets_that_are_ignored() -> None:
    """What a plan is to replace need not be right."""
    assert read_one("id,lower,upper,size,offset", "a,0,1,4,?") == buffer("a", 4, (0, 0))


# What is written


def test_a_column_is_added() -> None:
    assert with_offsets(EXAMPLE, 8, 8, 4) == (
        "id,lower,upper,size,offset\nb1,0,3,4,8\nb2,3,9,4,8\nb3,0,9,4,4\n"
    )


def test_a_column_is_replaced_in_place() -> None:
    text = "id,offset,lower,upper,size\na,7,0,1,4\nb,,0,1,4\n"
    assert with_offsets(text, 0, 4) == "id,offset,lower,upper,size\na,0,0,1,4\nb,4,0,1,4\n"


def test_everything_else_is_kept() -> None:
    text = '\ufeff"id",lower , upper,size,note\r\n\r\n"a,b", 0,3 ,04,"x ""y"""\n \t\nc,0,3,4,'
    assert with_offsets(text, 16, 0) == (
        '\ufeff"id",lower , upper,size,note,offset\r\n\r\n"a,b", 0,3 ,04,"x ""y""",16\n \t\n'
        "c,0,3,4,,0"
    )


def test_lone_carriage_returns() -> None:
    assert with_offsets("id,lower,upper,size\ra,0,3,4\r", 0) == (
        "id,lower,upper,size,offset\ra,0,3,4,0\r"
    )


# What is refused

HEADER = "id,lower,upper,size,alignment,gaps,offset\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: the file is empty: expected a line that names columns: id,lower,upper,size"),
        ("\ufeff \n\r\n", "f: the file is empty: expected a line that names columns: "),
        ("id,lower,size\n", "f:1: the column 'upper' is missing: the first line names the colu"),
        ("\na,b\n", "f:2: the column 'id' is missing: "),
        ("id,lower,upper,size,size\n", "f:1: there are two columns 'size': remove one"),
        ("id,lower,upper,size,end\n", "f:1: there are both 'upper' and 'end': remove one"),
        ("id,lower,upper,Size\n", "f:1: unknown column 'Size': did you mean 'size'?"),
        (
            "id,lower,upper,size,aligment\n",
            "f:1: unknown column 'aligment': did you mean 'alignment'?",
        ),
        ("id,lower,upper,size\na,0,1\n", "f:2: expected 4 cells, as in the first line, got 3"),
        ("id,lower,upper,size\na,0,1,2,3\n", "f:2: expected 4 cells, as in the first line, got 5"),
        ("id,lower,upper,size\n,0,1,2\n", "f:2: column 'id': expected a name, got nothing"),
        (
            "id,lower,upper,size\n\na,0,1,2\nb,0,1,2\na,0,1,2\n",
            "f:5: column 'id': the name 'a' is that of line 3: rename one",
        ),
        ("id,start,upper,size\na,x,1,2\n", "f:2: column 'start': expected a whole number, got 'x'"),
        ("id,lower,upper,size\na,0,1.5,2\n", "f:2: column 'upper': expected a whole number, got "),
        ("id,lower,upper,size\na,0,1,\n", "f:2: column 'size': expected a whole number, got nothi"),
        ("id,lower,upper,size\na,0,1,1e3\n", "f:2: column 'size': expected a whole number, got '1"),
        ("id,lower,upper,size\na,0,1,-2\n", "f:2: column 'size': expected 0 or more, got -2"),
        (
            f"id,lower,upper,size\na,0,1,{'9' * 5000}\n",
            f"f:2: column 'size': expected a whole number, got '{'9' * 40}...'",
        ),
        ("id,lower,upper,size\na,3,3,2\n", "f:2: column 'upper': the buffer is never live: from 3"),
        ("id,start,end,size\na,3,2,2\n", "f:2: column 'end': the buffer is never live: from 3 up"),
        (HEADER + "a,0,1,2,3,,\n", "f:2: column 'alignment': expected a power of two, got 3"),
        (HEADER + "a,0,1,2,0,,\n", "f:2: column 'alignment': expected a power of two, got 0"),
        (HEADER + "a,0,9,2,1,3,\n", "f:2: column 'gaps': expected gaps such as 3-5 8-9, got '3'"),
        (HEADER + "a,0,9,2,1,1-2-3,\n", "f:2: column 'gaps': expected gaps such as 3-5 8-9, got "),
        (
            HEADER + "a,0,9,2,1,3-4@0:1,\n",
            "f:2: column 'gaps': the window of '3-4@0:1' is not supported",
        ),
        (HEADER + "a,0,9,2,1,4-4,\n", "f:2: column 'gaps': the gap 4-4 is empty, "),
        (HEADER + "a,0,9,2,1,8-10,\n", "f:2: column 'gaps': the gap 8-10 is empty, outside of 0-9"),
        (HEADER + "a,0,9,2,1,5-6 3-4,\n", "f:2: column 'gaps': the gap 3-4 is empty, outside of "),
        (HEADER + "a,0,9,2,1,0-9,\n", "f:2: column 'gaps': the buffer is never live: remove a gap"),
        (HEADER + "a,0,9,2,4,,x\n", "f:2: column 'offset': expected a whole number, got 'x'"),
        (HEADER + "a,0,9,2,4,,-4\n", "f:2: column 'offset': expected 0 or more, got -4"),
        (HEADER + "a,0,9,2,4,,6\n", "f:2: column 'offset': 6 is not a multiple of the alignment 4"),
        (
            HEADER + "a,0,9,2,1,,99\n",
            "f:2: column 'offset': 99 and the size 2 go beyond the capacity 100",
        ),
        ('id,lower,upper,size\n"a,0,1,2\n', "f:2: a double quote is out of place"),
        ('id,lower,upper,size\na"b"c,0,1,2\n', "f:2: a double quote is out of place"),
        ("id,lower,upper,size\na\0,0,1,2\n", "f:2:2: unexpected character '\\x00': is this a text"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_minimalloc_csv(text, "f", capacity=100, fixed_offsets=True)
    assert str(caught.value).startswith(message)


# What nobody thought of


@dataclass(frozen=True)
class Table:
    """A file, and what it means."""

    text: str
    buffers: tuple[BufferInfo, ...]
    offsets: tuple[int, ...]


NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


def quoted(text: str, wanted: bool) -> str:
    return '"' + text.replace('"', '""') + '"' if wanted or set(text) & set('",\ufeff') else text


@st.composite
def live_ranges(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    points = draw(st.lists(st.integers(-50, 50), min_size=2, max_size=8, unique=True).map(sorted))
    pairs = list(zip(points[::2], points[1::2], strict=False))
    # Half-open here, and apart: what is between two of them is a gap.
    return tuple((first, last - 1) for first, last in pairs)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(NAMES, max_size=6, unique=True))
    columns = draw(st.permutations(["id", "lower", "upper", "size", "alignment", "gaps", "note"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    lines = [",".join(columns)]
    buffers: list[BufferInfo] = []
    offsets: list[int] = []
    for name in names:
        live = draw(live_ranges())
        alignment = draw(st.sampled_from([1, 2, 16, 4096]))
        item = buffer(name, draw(st.integers(0, 2**64)), *live, alignment=alignment)
        gaps = [f"{a[1] + 1}-{b[0]}" for a, b in pairwise(live)]
        cells = {
            "id": quoted(name, draw(st.booleans())),
            "lower": str(live[0][0]),
            "upper": str(live[-1][1] + 1),
            "size": str(item.size_bytes),
            "alignment": str(alignment),
            "gaps": " ".join(gaps),
            "note": quoted(draw(NAMES), wanted=True),
        }
        lines.append(",".join(cells[column] for column in columns))
        lines.extend([""] * draw(st.integers(0, 1)))
        buffers.append(item)
        offsets.append(draw(st.integers(0, 2**40)) * alignment)
    return Table(mark + end.join([*lines, ""]), tuple(buffers), tuple(offsets))


def read_back(text: str) -> MiniMallocFile:
    return read_minimalloc_csv(text, fixed_offsets=True)


@given(tables())
def test_round_trip(table: Table) -> None:
    """A file means what it says, and so does the plan that is written into it."""
    file = read_minimalloc_csv(table.text)
    assert tuple(file.problem.buffers) == table.buffers
    plan = place_at(file.problem, *table.offsets)
    planned = file.with_plan(plan)
    again = read_back(planned)
    assert again.problem.buffers == [
        replace(item, fixed_allocation=plan.allocations[item.name]) for item in table.buffers
    ]
    assert again.with_plan(plan) == planned
    for before, after in zip(
        table.text.splitlines(keepends=True), planned.splitlines(keepends=True), strict=True
    ):
        ending = before[len(before.rstrip("\r\n")) :]
        assert after.startswith(before.removesuffix(ending))
        assert after.endswith(ending)


@given(st.text(st.sampled_from('id,lower\nuper sz0123"-@:\r\x00\ufeff'), max_size=60))
def test_any_text(text: str) -> None:
    """Whatever a file has in it, it is read or refused with a place."""
    for content in (text, f"{HEADER}{text}"):
        where = "<string>"
        try:
            read_back(content)
        except InputError as error:
            where = error.where
        assert re.fullmatch(r"<string>(:\d+){0,2}", where)
