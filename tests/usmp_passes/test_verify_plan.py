"""What of the verification of plans lit cannot say."""

from __future__ import annotations

import subprocess
import sys
from bisect import bisect_left, insort
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import IntAttr, ModuleOp, SymbolRefAttr
from xdsl.parser import Parser
from xdsl.universe import Universe
from xdsl.utils.exceptions import PassFailedException

from usmp_dialect.dialects.usmp import PoolAllocationAttr
from usmp_passes.analysis import AnalysisError, BufferInfoAnalysis, LoopLiveness, ParallelLoops
from usmp_passes.tools.usmp_opt import main as usmp_opt
from usmp_passes.verification import check_plan
from usmp_passes.verification.placed_buffer import PlacedBuffer
from usmp_passes.verification.rank_set import RankSet
from usmp_passes.verify_plan import VerifyPlanPass


def _parse(text: str) -> ModuleOp:
    context = Context(allow_unregistered=True)
    for name, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, factory)
    return Parser(context, text).parse_module()


def _message(text: str, main: str | None = None, alignment: int | None = None) -> str:
    """The first line of the error for a plan that must be rejected."""
    with pytest.raises(AnalysisError) as error:
        check_plan(_parse(text), main, alignment)
    return str(error.value).splitlines()[0]


def _place(offset: int) -> str:
    return f"pool_allocation = #usmp.pool_allocation<@p, byte_offset = {offset}>"


# Plans of the analysis as it was first proposed

LOOP = """
usmp.pool @p
tir.func @main() {
  %A = tir.allocate "A" : memref<16xi8>
  %v = arith.constant 1 : i8
  %c0 = arith.constant 0 : index
  tir.store %v, %A[%c0] : memref<16xi8>
  tir.for %i = 0 to 4 {
    %B = tir.allocate "B" : memref<16xi8>
    %a = tir.load %A[%c0] : memref<16xi8>
    tir.call_extern @use(%a) : (i8) -> ()
    tir.store %v, %B[%c0] : memref<16xi8>
  }
}
"""

NESTED = """
usmp.pool @p
tir.func @main() {
  tir.for parallel %i = 0 to 4 {
    tir.for %j = 0 to 4 {
      %A = tir.allocate "A" : memref<16xi8>
      tir.call_extern @use(%A) : (memref<16xi8>) -> ()
    }
  }
}
"""


def _plan(module: ModuleOp, analysis: BufferInfoAnalysis) -> None:
    """Puts each buffer above those that it is said to conflict with."""
    ends: dict[str, int] = {}
    for buffer in analysis.planned:
        assert buffer.size_bytes is not None
        offset = max((ends.get(name, 0) for name in buffer.conflicts or ()), default=0)
        offset = -(-offset // 16) * 16
        ends[buffer.name] = offset + buffer.size_bytes
        place = PoolAllocationAttr(SymbolRefAttr("p"), IntAttr(offset))
        buffer.op.attributes["pool_allocation"] = place


@pytest.mark.parametrize(
    ("text", "loop_liveness", "parallel_loops", "message"),
    [
        (LOOP, "access-only", "any", "buffer 'A' of @main and buffer 'B' of @main overlap"),
        (NESTED, "whole-loop", "innermost", "allocated under a concurrent loop: parallel tir.for"),
    ],
    ids=["access-only", "innermost"],
)
def test_plans_of_unsound_options_are_rejected(
    text: str, loop_liveness: LoopLiveness, parallel_loops: ParallelLoops, message: str
):
    module = _parse(text)
    _plan(module, BufferInfoAnalysis(module))
    check_plan(module)

    module = _parse(text)
    _plan(
        module,
        BufferInfoAnalysis(module, loop_liveness=loop_liveness, parallel_loops=parallel_loops),
    )
    with pytest.raises(AnalysisError) as error:
        check_plan(module)
    assert message in str(error.value)


# Buffers with too many activations for a list of live ranges


def _many_activations(offset: int) -> str:
    doubling = "\n".join(
        f"""tir.func @f{n}(%a: memref<16xi8>) {{
  tir.call_extern @f{n + 1}(%a) : (memref<16xi8>) -> ()
  tir.call_extern @f{n + 1}(%a) : (memref<16xi8>) -> ()
}}"""
        for n in range(12)
    )
    return f"""
usmp.pool @p
tir.func @main() {{
  %A = tir.allocate "A" {{{_place(0)}}} : memref<16xi8>
  tir.call_extern @f0(%A) : (memref<16xi8>) -> ()
}}
{doubling}
tir.func @f12(%a: memref<16xi8>) {{
  %B = tir.allocate "B" {{{_place(offset)}}} : memref<16xi8>
  %C = tir.allocate "C" {{{_place(offset)}}} : memref<16xi8>
  "test.op"(%B, %a) : (memref<16xi8>, memref<16xi8>) -> ()
  "test.op"(%C, %a) : (memref<16xi8>, memref<16xi8>) -> ()
}}
"""


def test_buffers_without_live_ranges_are_checked_by_their_conflicts():
    check_plan(_parse(_many_activations(16)))
    assert _message(_many_activations(0)).startswith(
        "buffer 'B' of @f12 and buffer 'A' of @main overlap: 'B' is at bytes [0, 16) and 'A' at "
        "bytes [0, 16) of pool @p, and both are live at the same time: plan again. "
        "'A' and 'B' conflict: 'B' is first accessed by test.op in @f12 while 'A' is live, in the "
        "call by tir.call_extern of @f0, then tir.call_extern of @f1,"
    )


# Inputs and outputs


@pytest.mark.parametrize("kind", ["output", "inout"])
def test_an_output_is_live_to_the_end(kind: str):
    text = """
usmp.pool @p
tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c = arith.constant 0 : index
  %O = memref.view %p[%c][] {usmp.buffer = "O", usmp.io = "KIND"} : memref<64xi8> to memref<16xi8>
  "test.op"(%O) : (memref<16xi8>) -> ()
  %S = memref.view %p[%c][] {usmp.buffer = "S"} : memref<64xi8> to memref<16xi8>
  "test.op"(%S) : (memref<16xi8>) -> ()
}
"""
    check_plan(_parse(text.replace("KIND", "input")))
    message = _message(text.replace("KIND", kind))
    assert message.startswith("buffer 'O' of @main and buffer 'S' of @main overlap")


# Options

TWO_ENTRIES = f"""
usmp.pool @p
tir.func @one() {{
  %A = tir.allocate "A" {{{_place(8)}}} : memref<8xi8>
  %B = tir.allocate "B" {{{_place(16)}}} : memref<8xi8>
  "test.op"(%A, %B) : (memref<8xi8>, memref<8xi8>) -> ()
}}
tir.func @two() {{
}}
"""


def test_option_main():
    check_plan(_parse(TWO_ENTRIES), "one", 8)
    assert "@one is not reached from @two" in _message(TWO_ENTRIES, "two", 8)


def test_option_alignment():
    check_plan(_parse(TWO_ENTRIES), alignment=8)
    default = _message(TWO_ENTRIES)
    assert "'A' of @one is at byte 8 of pool @p, which is not a multiple of its alignment, 16" in (
        default
    )
    assert "a multiple of its alignment, 32" in _message(TWO_ENTRIES, alignment=32)


def test_option_alignment_must_be_a_power_of_two():
    with pytest.raises(PassFailedException, match="alignment of usmp-verify-plan is 12, expected"):
        VerifyPlanPass(alignment=12).apply(Context(), _parse(TWO_ENTRIES))


# The pass


def test_the_pass_changes_nothing():
    module = _parse(TWO_ENTRIES)
    text = str(module)
    VerifyPlanPass(alignment=8).apply(Context(), module)
    assert str(module) == text


def test_an_error_points_to_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    program = tmp_path / "program.mlir"
    program.write_text(TWO_ENTRIES.lstrip())
    arguments = [str(program), "-p", "usmp-verify-plan", "--allow-unregistered-dialect"]
    assert usmp_opt(arguments) == 1
    printed, errors = capsys.readouterr()
    assert printed == ""
    assert errors.startswith(f"{program}:3:3: error: buffer 'A' of @one is at byte 8 of pool @p, ")


def test_none_of_the_planner_is_imported():
    program = (
        "import sys, usmp_passes.verify_plan\n"
        "print(*(name for name in sys.modules if name.startswith('usmp_passes.planning')))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == []


# The sweep


def test_the_sweep_compares_neighbours_only(monkeypatch: pytest.MonkeyPatch):
    """Each buffer that begins to live is compared with two at most, however many are live."""
    count = 200
    lines = "\n".join(
        f'  %b{n} = tir.allocate "b{n}" {{{_place(16 * ((7 * n) % count))}}} : memref<16xi8>'
        for n in range(count)
    )
    operands = ", ".join(f"%b{n}" for n in range(count))
    types = ", ".join(["memref<16xi8>"] * count)
    text = (
        f'usmp.pool @p\ntir.func @main() {{\n{lines}\n  "test.op"({operands}) : ({types}) -> ()\n}}'
    )
    compared = 0
    overlaps = PlacedBuffer.overlaps

    def counted(one: PlacedBuffer, other: PlacedBuffer) -> bool:
        nonlocal compared
        compared += 1
        return overlaps(one, other)

    monkeypatch.setattr(PlacedBuffer, "overlaps", counted)
    check_plan(_parse(text))
    assert count - 1 <= compared <= 2 * count


@given(
    st.integers(1, 5000).flatmap(
        lambda size: st.tuples(
            st.just(size), st.lists(st.tuples(st.booleans(), st.integers(0, size - 1)), max_size=60)
        )
    )
)
def test_rank_set_is_a_sorted_list(case: tuple[int, list[tuple[bool, int]]]):
    size, steps = case
    ranks, members = RankSet(size), list[int]()
    for adds, number in steps:
        at = bisect_left(members, number)
        is_member = number in members
        assert ranks.below(number) == (members[at - 1] if at else None)
        above = members[at + is_member :]
        assert ranks.above(number) == (above[0] if above else None)
        if is_member and not adds:
            ranks.remove(number)
            members.remove(number)
        elif not is_member and adds:
            ranks.add(number)
            insort(members, number)
