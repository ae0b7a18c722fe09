"""The Python interface of the `usmp` dialect."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import (
    Builtin,
    IntAttr,
    IntegerAttr,
    ModuleOp,
    NoneAttr,
    StringAttr,
    SymbolRefAttr,
    i32,
    i64,
)
from xdsl.ir import Attribute
from xdsl.parser import Parser
from xdsl.utils.exceptions import VerifyException

from usmp_dialect.dialects.usmp import (
    READ_ONLY_ACCESS,
    READ_WRITE_ACCESS,
    BufferInfo,
    BufferInfoAttr,
    PoolAllocationAttr,
    PoolOp,
    Usmp,
    normalized_memory_space,
)


def parse_attribute(text: str) -> Attribute:
    ctx = Context()
    ctx.load_dialect(Builtin)
    ctx.load_dialect(Usmp)
    return Parser(ctx, text).parse_attribute()


# Pools


def test_pool() -> None:
    pool = PoolOp(
        "fast",
        target_access={"c": "rw"},
        size_hint_bytes=1024,
        memory_space="shared",
        alignment=16,
    )
    ModuleOp([pool]).verify()
    assert pool.sym_name == StringAttr("fast")
    assert pool.size_hint_bytes == IntegerAttr(1024, i64)
    assert pool.memory_space == StringAttr("shared")
    assert pool.alignment == IntegerAttr(16, i64)


def test_plain_pool() -> None:
    pool = PoolOp("plain")
    ModuleOp([pool]).verify()
    assert set(pool.properties) == {"sym_name"}


@pytest.mark.parametrize(
    ("target_access", "target", "access"),
    [
        # Without a list, every target may read and write.
        (None, "c", READ_WRITE_ACCESS),
        (None, None, READ_WRITE_ACCESS),
        ({"c": "rw", "cuda": "ro"}, "c", READ_WRITE_ACCESS),
        ({"c": "rw", "cuda": "ro"}, "cuda", READ_ONLY_ACCESS),
        ({"c": "rw", "cuda": "ro"}, "hexagon", None),
        # Code for no target in particular has the weakest access.
        ({"c": "rw", "cuda": "ro"}, None, READ_ONLY_ACCESS),
        ({"c": "rw", "cuda": "rw"}, None, READ_WRITE_ACCESS),
        # A pool that no target reaches.
        ({}, "c", None),
        ({}, None, None),
    ],
)
def test_access(
    target_access: Mapping[str, str] | None, target: str | None, access: str | None
) -> None:
    assert PoolOp("p", target_access=target_access).access_of(target) == access


DEFAULT_SPACES = (NoneAttr(), StringAttr("global"), IntegerAttr(0, i64), IntegerAttr(0, i32))
OTHER_SPACES = (StringAttr("shared"), StringAttr("local"), IntegerAttr(1, i64), IntegerAttr(2, i64))


@pytest.mark.parametrize("pool_space", [None, "global", 0], ids=str)
def test_pool_of_the_default_space(pool_space: str | int | None) -> None:
    pool = PoolOp("p", memory_space=pool_space)
    assert all(pool.serves(space) for space in DEFAULT_SPACES)
    assert not any(pool.serves(space) for space in OTHER_SPACES)


@pytest.mark.parametrize("number", range(len(OTHER_SPACES)))
def test_pool_of_another_space(number: int) -> None:
    space = OTHER_SPACES[number]
    pool = PoolOp.create(properties={"sym_name": StringAttr("p"), "memory_space": space})
    served = [s for s in (*DEFAULT_SPACES, *OTHER_SPACES) if pool.serves(s)]
    assert served == [space]


def test_normalized_memory_space() -> None:
    assert {normalized_memory_space(space) for space in DEFAULT_SPACES} == {NoneAttr()}
    assert tuple(map(normalized_memory_space, OTHER_SPACES)) == OTHER_SPACES


# Buffer infos

numbers = st.integers(min_value=0, max_value=2**200)
texts = st.text(min_size=1)


@st.composite
def live_ranges(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Closed ranges that do not meet, ascending."""
    ends = sorted(draw(st.sets(numbers, max_size=8)))
    return tuple(zip(ends[::2], ends[1::2], strict=False))


@st.composite
def buffer_infos(draw: st.DrawFn) -> BufferInfo:
    name = draw(texts)
    live = draw(st.none() | live_ranges())
    conflicts = draw(st.lists(texts.filter(lambda text: text != name), unique=True).map(tuple))
    return BufferInfo(
        name,
        draw(numbers),
        1 << draw(st.integers(min_value=0, max_value=100)),
        pool_candidates=draw(
            st.none() | st.lists(texts, min_size=1, max_size=4, unique=True).map(tuple)
        ),
        traffic_bytes=draw(st.none() | numbers),
        live=live,
        conflicts=conflicts if live is None or draw(st.booleans()) else None,
    )


@given(buffer_infos())
def test_buffer_info_round_trip(info: BufferInfo) -> None:
    attribute = BufferInfoAttr(info)
    parsed = parse_attribute(str(attribute))
    assert parsed == attribute
    assert hash(parsed) == hash(attribute)
    assert isinstance(parsed, BufferInfoAttr)
    assert parsed.data == info


INFO = BufferInfo("a", 64, 16, ("p", "q"), 128, ((0, 4), (6, 6)), ("b", "c"))


@pytest.mark.parametrize(
    "other",
    [
        BufferInfo("b", 64, 16, ("p", "q"), 128, ((0, 4), (6, 6)), ("a", "c")),
        BufferInfo("a", 65, 16, ("p", "q"), 128, ((0, 4), (6, 6)), ("b", "c")),
        BufferInfo("a", 64, 32, ("p", "q"), 128, ((0, 4), (6, 6)), ("b", "c")),
        BufferInfo("a", 64, 16, ("q", "p"), 128, ((0, 4), (6, 6)), ("b", "c")),
        BufferInfo("a", 64, 16, None, 128, ((0, 4), (6, 6)), ("b", "c")),
        BufferInfo("a", 64, 16, ("p", "q"), None, ((0, 4), (6, 6)), ("b", "c")),
        BufferInfo("a", 64, 16, ("p", "q"), 128, ((0, 4), (6, 7)), ("b", "c")),
        BufferInfo("a", 64, 16, ("p", "q"), 128, None, ("b", "c")),
        BufferInfo("a", 64, 16, ("p", "q"), 128, ((0, 4), (6, 6)), ("c", "b")),
        BufferInfo("a", 64, 16, ("p", "q"), 128, ((0, 4), (6, 6)), None),
    ],
)
def test_buffer_infos_differ_in_each_field(other: BufferInfo) -> None:
    assert BufferInfoAttr(INFO) != BufferInfoAttr(other)
    assert str(BufferInfoAttr(INFO)) != str(BufferInfoAttr(other))


def test_equal_buffer_infos_are_one_key() -> None:
    copy = BufferInfo("a", 64, 16, ("p", "q"), 128, ((0, 4), (6, 6)), ("b", "c"))
    assert {BufferInfoAttr(INFO): 1}[BufferInfoAttr(copy)] == 1


def test_buffer_info_is_verified_when_it_is_made() -> None:
    with pytest.raises(VerifyException, match="buffer 'a' is in conflict with itself"):
        BufferInfoAttr(BufferInfo("a", 64, 16, conflicts=("a",)))


# Pool allocations


def test_pool_allocation() -> None:
    attribute = PoolAllocationAttr(SymbolRefAttr("fast"), IntAttr(2**70))
    assert str(attribute) == f"#usmp.pool_allocation<@fast, byte_offset = {2**70}>"
    assert parse_attribute(str(attribute)) == attribute


def test_pool_allocation_is_verified_when_it_is_made() -> None:
    with pytest.raises(VerifyException, match="byte_offset is -1, expected 0 or more"):
        PoolAllocationAttr(SymbolRefAttr("fast"), IntAttr(-1))
    with pytest.raises(VerifyException, match="@a::@b cannot be a pool"):
        PoolAllocationAttr(SymbolRefAttr("a", ["b"]), IntAttr(0))
