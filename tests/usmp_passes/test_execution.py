"""
Random programs compute the same with a plan as without, byte for byte, by the interpreter and as
compiled C; with a wrong plan they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr, SymbolRefAttr
from xdsl.ir import Operation

from usmp_compiled_c import CLANG, GCC, STRICT, compiled_outputs, needs_gcc, parse_module
from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    POOL_ALLOCATION,
    BufferInfo,
    BufferInfoAttr,
    PoolAllocationAttr,
)
from usmp_dialect.interpreters.errors import ExecutionError
from usmp_dialect.interpreters.runner import Runner
from usmp_executable_programs import (
    ENTRY,
    INPUT,
    OUTPUT_BYTES,
    Begin,
    Bound,
    Drain,
    ExecutableProgram,
    For,
    LoopKind,
    Place,
    PoolTree,
    Storage,
    drawn_programs,
    executable_programs,
)
from usmp_passes.analysis import AnalysisError, LoopLiveness
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.convert_pool_allocations_to_offsets import (
    Pools,
    convert_pool_allocations_to_offsets,
)
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.lower_tir import lower_tir
from usmp_passes.plan_memory import PlanMemoryPass
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass
from usmp_passes.verification import check_plan

_MAX_EXAMPLES = min(settings().max_examples, 2_000)
_OPTIONS = ("-O1", *STRICT)


@dataclass(frozen=True)
class Planning:
    """How a program is planned and rewritten."""

    algorithm: str = "greedy_by_size"
    pools: Pools = "arguments"
    alignment: int = 16

    def apply(self, module: ModuleOp) -> None:
        UnifiedStaticMemoryPlannerPass(
            algorithm=self.algorithm, alignment=self.alignment, pools=self.pools
        ).apply(Context(), module)


_PLANNINGS = st.builds(
    Planning,
    st.sampled_from(("greedy_by_size", "greedy_by_conflicts", "hill_climb", "best")),
    st.sampled_from(("arguments", "globals")),
    st.sampled_from((16, 1, 4)),
)


# The harness


def interpreted(module: ModuleOp, prefix: str = "", *, poison: bool = True) -> bytes:
    """The output of a program, by the interpreter."""
    output = bytearray(b"\x5a" * OUTPUT_BYTES)
    Runner(module, poison=poison).run(prefix + ENTRY, [INPUT, output])
    return bytes(output)


def compiled(
    modules: Sequence[ModuleOp], options: Sequence[str] = _OPTIONS, compiler: str | None = GCC
) -> list[bytes]:
    """The outputs of programs whose symbols differ, as C. The modules are empty afterwards."""
    return compiled_outputs(modules, INPUT, OUTPUT_BYTES, options, compiler)


def renamed(module: ModuleOp, prefix: str) -> ModuleOp:
    """A copy with a prefix for each symbol."""
    copy = module.clone()
    for op in copy.walk():
        for name, value in op.properties.items():
            if name == "sym_name" and isinstance(value, StringAttr):
                op.properties[name] = StringAttr(prefix + value.data)
            elif isinstance(value, SymbolRefAttr):
                op.properties[name] = SymbolRefAttr(prefix + value.string_value())
    return copy


def lowered(module: ModuleOp) -> ModuleOp:
    """A copy in upstream dialects, with what the runner must know of pools."""
    copy = module.clone()
    lower_tir(copy, keep_usmp_attributes=True)
    copy.verify()
    return copy


def outputs(unplanned: ModuleOp, planned: ModuleOp, *, with_c: bool) -> dict[str, bytes]:
    """What a program computes in each way to run it. The modules are empty afterwards."""
    found = {
        "unplanned, interpreted": interpreted(unplanned),
        "planned, interpreted": interpreted(planned),
    }
    if with_c:
        found["unplanned, compiled"], found["planned, compiled"] = compiled(
            [renamed(unplanned, "unplanned_"), planned]
        )
    return found


# Right plans


@settings(max_examples=_MAX_EXAMPLES)
@given(executable_programs(), _PLANNINGS)
def test_a_plan_changes_nothing(program: ExecutableProgram, planning: Planning) -> None:
    unplanned = parse_module(program.text())
    planned = unplanned.clone()
    planning.apply(planned)
    found = outputs(unplanned, planned, with_c=GCC is not None)
    assert len(set(found.values())) == 1, found


@needs_gcc
def test_that_was_by_c_too() -> None:
    """Without gcc, programs are compared by the interpreter only: this is skipped to say so."""


@settings(max_examples=max(1, _MAX_EXAMPLES // 10))
@given(executable_programs(), _PLANNINGS)
def test_neither_does_lowering(program: ExecutableProgram, planning: Planning) -> None:
    planned = parse_module(program.text())
    expected = interpreted(planned)
    assert interpreted(lowered(planned)) == expected
    planning.apply(planned)
    # Where calls reinterpret a buffer, lowering takes a view of its pool, which says no more which
    # buffer it is.
    assert interpreted(lowered(planned), poison=False) == expected


_SANITIZED = (
    "-O1",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    *STRICT,
)


@pytest.mark.parametrize(
    "compiler",
    [
        pytest.param(path, id=name, marks=pytest.mark.skipif(path is None, reason=f"no {name}"))
        for name, path in (("gcc", GCC), ("clang", CLANG))
    ],
)
def test_sanitizers_find_nothing(compiler: str) -> None:
    modules: list[ModuleOp] = []
    expected: list[bytes] = []
    for number, program in enumerate(drawn_programs(24)):
        for pools in ("", "arguments", "globals"):
            modules.append(module := parse_module(program.text(prefix := f"p{number}{pools}_")))
            if pools:
                Planning(pools=pools).apply(module)
            expected.append(interpreted(module, prefix))
    assert compiled(modules, _SANITIZED, compiler) == expected


# Wrong plans


class Overlap(NamedTuple):
    """A program with a plan that puts one buffer over another while both are live."""

    unplanned: ModuleOp
    planned: ModuleOp
    prefix: str


def planned_only(module: ModuleOp, liveness: LoopLiveness = "whole-loop") -> None:
    """Plans a program, which stays as it is."""
    AssignPoolInfoPass().apply(Context(), module)
    ExtractBufferInfoPass(loop_liveness=liveness).apply(Context(), module)
    PlanMemoryPass("greedy_by_size").apply(Context(), module)


def info_of(op: Operation) -> BufferInfo:
    attribute = op.attributes[BUFFER_INFO]
    assert isinstance(attribute, BufferInfoAttr)
    return attribute.data


def place_of(op: Operation) -> PoolAllocationAttr:
    attribute = op.attributes[POOL_ALLOCATION]
    assert isinstance(attribute, PoolAllocationAttr)
    return attribute


def conflicting(module: ModuleOp) -> list[tuple[Operation, Operation]]:
    """
    Pairs of buffers that are live at one time, the larger one first, of which the other could be
    put where the larger one is.
    """
    placed = {info_of(op).name: op for op in module.walk() if POOL_ALLOCATION in op.attributes}
    pairs = (
        (op, placed[name])
        for op in placed.values()
        for name in info_of(op).conflicts or ()
        if name in placed and op.name != "tir.allocate_const" != placed[name].name
    )
    return [
        (large, small)
        for large, small in pairs
        if info_of(large).size_bytes >= info_of(small).size_bytes > 0
        and place_of(large).byte_offset.data % info_of(small).alignment == 0
    ]


def overlap_in(program: ExecutableProgram, prefix: str, random: Random) -> Overlap | None:
    """The program with a wrong plan, if it has two buffers for that."""
    unplanned = parse_module(program.text(prefix))
    planned = unplanned.clone()
    planned_only(planned)
    pairs = conflicting(planned)
    if not pairs:
        return None
    large, small = random.choice(pairs)
    small.attributes[POOL_ALLOCATION] = place_of(large)
    with pytest.raises(AnalysisError, match="overlap"):
        check_plan(planned)
    convert_pool_allocations_to_offsets(planned)
    return Overlap(unplanned, planned, prefix)


def is_poisoned(module: ModuleOp, prefix: str) -> bool:
    """Whether a buffer reads what another has written."""
    try:
        interpreted(module, prefix)
    except ExecutionError as error:
        return "last written by" in str(error)
    return False


@needs_gcc
def test_wrong_plans_are_found_out() -> None:
    """
    Where one buffer lies over another that is live, results are wrong, and a read of the other's
    bytes is what the interpreter finds first; but for programs of which one input does not reach
    both buffers, as a branch is not taken or a loop not entered. Nothing is wrong then.
    """
    random = Random(0)
    overlaps = [
        overlap
        for number, program in enumerate(drawn_programs(80))
        if (overlap := overlap_in(program, f"p{number}_", random)) is not None
    ]
    expected = [interpreted(overlap.unplanned, overlap.prefix) for overlap in overlaps]
    poisoned = [is_poisoned(overlap.planned, overlap.prefix) for overlap in overlaps]
    by_interpreter = [interpreted(o.planned, o.prefix, poison=False) for o in overlaps]
    by_c = compiled([overlap.planned for overlap in overlaps])
    assert len(overlaps) > 40
    assert poisoned.count(True) > 0.6 * len(overlaps)
    for computed in (by_interpreter, by_c):
        differs = [one != other for one, other in zip(computed, expected, strict=True)]
        assert not [d for d, p in zip(differs, poisoned, strict=True) if d and not p]
        assert differs.count(True) > 0.9 * poisoned.count(True)


_KEPT_FOR_THE_LOOP = ExecutableProgram(
    (),
    (
        Begin(Storage.TIR, Place.FILL, 0, 0, None),
        For(
            LoopKind.SERIAL,
            Bound.LITERAL,
            2,
            (Drain(0, 0), Begin(Storage.TIR, Place.FILL, 0, 0, None)),
        ),
    ),
    PoolTree(None, has_constants=False),
)
"""A loop reads a buffer from before it, and fills another one afterwards, in each iteration."""


@needs_gcc
def test_a_planner_that_forgets_loops_is_found_out() -> None:
    """As it was first proposed, it took the two buffers of the loop for free to share memory."""
    unplanned = parse_module(_KEPT_FOR_THE_LOOP.text())
    planned = unplanned.clone()
    planned_only(planned, "access-only")
    convert_pool_allocations_to_offsets(planned)
    expected = interpreted(unplanned)
    assert is_poisoned(planned, "")
    assert interpreted(planned, poison=False) != expected
    by_c = compiled([renamed(unplanned, "unplanned_"), planned])
    assert by_c[0] == expected
    assert by_c[1] != expected
