"""The analysis explains itself: why two buffers conflict, or why they do not."""

from itertools import product
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_passes.analysis import BufferInfoAnalysis, Explanation, LoopLiveness
from usmp_passes.tools.located_parser import LocatedParser

EXAMPLES = Path(__file__).parents[3] / "examples"

PROGRAM = """\
tir.func @main(%n: index) {
  %A = tir.allocate "A" : memref<4xi8>
  %B = tir.allocate "B" : memref<4xi8>
  %C = tir.allocate "C" : memref<4xi8>
  %D = tir.allocate "D" : memref<4xi8>
  %K = tir.allocate_const "K" dense<1> : memref<4xi8>
  %unused = tir.allocate "unused" : memref<4xi8>
  %dynamic = tir.allocate "dynamic" (%n) : memref<?xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  "memref.copy"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
  tir.for %i = 0 to 4 {
    "test.op"(%C) : (memref<4xi8>) -> ()
    tir.for %j = 0 to 4 {
      "test.op"(%D) : (memref<4xi8>) -> ()
    }
  }
  tir.call_extern @outer(%A) : (memref<4xi8>) -> ()
}

tir.func @outer(%a: memref<4xi8>) {
  %O = tir.allocate "O" : memref<4xi8>
  "test.op"(%O) : (memref<4xi8>) -> ()
  tir.call_extern @inner(%a) : (memref<4xi8>) -> ()
}

tir.func @inner(%a: memref<4xi8>) {
  %I = tir.allocate "I" : memref<4xi8>
  %J = tir.allocate "J" : memref<4xi8>
  "test.op"(%I) : (memref<4xi8>) -> ()
  "test.op"(%a) : (memref<4xi8>) -> ()
  "test.op"(%J) : (memref<4xi8>) -> ()
}
"""


def context() -> Context:
    ctx = Context()
    for name, factory in Universe.get_multiverse().all_dialects.items():
        ctx.register_dialect(name, factory)
    return ctx


def parse(text: str) -> ModuleOp:
    return Parser(context(), text).parse_module()


@pytest.fixture(scope="module")
def analysis() -> BufferInfoAnalysis:
    return BufferInfoAnalysis(parse(PROGRAM))


@pytest.fixture(scope="module")
def located() -> BufferInfoAnalysis:
    """The same, of a program whose operations know where they were written."""
    return BufferInfoAnalysis(LocatedParser(context(), PROGRAM, "net.mlir").parse_module())


def conflict(explanation: Explanation) -> str:
    """The text of an explanation that must be one of a conflict."""
    assert explanation.conflict
    assert str(explanation) == explanation.text
    return explanation.text


def no_conflict(explanation: Explanation) -> str:
    """The text of an explanation that must be one of none."""
    assert not explanation.conflict
    assert not explanation.call_path
    return explanation.text


# Conflicts


def test_in_one_function(analysis: BufferInfoAnalysis) -> None:
    assert conflict(analysis.explain("A", "B")) == (
        "'A' and 'B' conflict: 'B' is first accessed by memref.copy in @main while 'A' is live. "
        "'A' is live from test.op in @main to test.op in @inner."
    )


def test_the_order_of_the_two_does_not_matter(analysis: BufferInfoAnalysis) -> None:
    assert analysis.explain("A", "B").text == analysis.explain("B", "A").text


def test_widened_by_a_loop(analysis: BufferInfoAnalysis) -> None:
    assert conflict(analysis.explain("C", "D")) == (
        "'C' and 'D' conflict: 'D' is first accessed by test.op in @main while 'C' is live. "
        "'C' is live from test.op in @main to test.op in @main and on to the end of tir.for, "
        "which contains that access but not the allocation, "
        "so that another iteration may need it again. "
        "'D' is live from the start of tir.for, which contains that access but not the allocation, "
        "as an iteration before may have left a value in it."
    )


def test_widened_by_a_loop_of_blocks() -> None:
    analysis = BufferInfoAnalysis(
        parse(
            """\
            func.func @main(%again: i1) {
              %A = memref.alloc() : memref<4xi8>
              %B = memref.alloc() : memref<4xi8>
              cf.br ^loop
            ^loop:
              "test.op"(%A) : (memref<4xi8>) -> ()
              "test.op"(%B) : (memref<4xi8>) -> ()
              cf.cond_br %again, ^loop, ^end
            ^end:
              func.return
            }
            """
        )
    )
    assert conflict(analysis.explain("A", "B")) == (
        "'A' and 'B' conflict: 'B' is first accessed by test.op in @main while 'A' is live. "
        "'A' is live from test.op in @main to test.op in @main "
        "and on to the end of a loop of blocks, "
        "which contains that access but not the allocation, "
        "so that another iteration may need it again. "
        "'B' is live from the start of a loop of blocks, "
        "which contains that access but not the allocation, "
        "as an iteration before may have left a value in it."
    )


def test_through_a_chain_of_calls(analysis: BufferInfoAnalysis) -> None:
    assert conflict(analysis.explain("A", "I")) == (
        "'A' and 'I' conflict: 'I' is first accessed by test.op in @inner while 'A' is live, "
        "in the call by tir.call_extern of @outer, then tir.call_extern of @inner. "
        "'A' is live from test.op in @main to test.op in @inner."
    )


def test_a_life_that_begins_inside_a_call() -> None:
    """The callee's buffer is live first, and still is when the caller's is first accessed."""
    text = """
func.func @main() {
  %A = memref.alloc() : memref<4xi8>
  func.call @f(%A) : (memref<4xi8>) -> ()
  func.return
}
func.func @f(%a: memref<4xi8>) {
  %S = memref.alloc() : memref<4xi8>
  "test.op"(%S) : (memref<4xi8>) -> ()
  "memref.copy"(%S, %a) : (memref<4xi8>, memref<4xi8>) -> ()
  func.return
}
"""
    assert conflict(BufferInfoAnalysis(parse(text)).explain("A", "S")) == (
        "'S' and 'A' conflict: 'A' is first accessed by memref.copy in @f while 'S' is live, "
        "in the call by func.call of @f. 'S' is live from test.op in @f to memref.copy in @f."
    )


def test_constants(analysis: BufferInfoAnalysis) -> None:
    text = (
        "'K' is constant and holds its data during the whole run, "
        "so it conflicts with 'B' wherever that is live."
    )
    assert conflict(analysis.explain("K", "B")) == text
    assert conflict(analysis.explain("B", "K")) == text


# None


def test_one_after_the_other(analysis: BufferInfoAnalysis) -> None:
    assert no_conflict(analysis.explain("C", "B")) == (
        "'B' and 'C' do not conflict: 'B' is last accessed by memref.copy in @main, "
        "before 'C' is first accessed by test.op in @main."
    )


def test_never_at_one_point(analysis: BufferInfoAnalysis) -> None:
    """The last access of %A is inside the callee, before the first of %J."""
    assert no_conflict(analysis.explain("A", "J")) == (
        "'A' of @main and 'J' of @inner do not conflict: "
        "there is no program point at which both are live. "
        "'A' is live from program point 7 to 22, 'J' is live from program point 23 to 23."
    )


def test_not_planned(analysis: BufferInfoAnalysis) -> None:
    text = "'dynamic' is not planned, so it conflicts with nothing: dynamic shape."
    assert no_conflict(analysis.explain("dynamic", "A")) == text
    assert no_conflict(analysis.explain("K", "dynamic")) == text


def test_unused(analysis: BufferInfoAnalysis) -> None:
    text = "'unused' is never accessed, so it does not conflict with 'K'."
    assert no_conflict(analysis.explain("K", "unused")) == text


def test_the_same(analysis: BufferInfoAnalysis) -> None:
    assert no_conflict(analysis.explain("A", "A")) == (
        "'A' is one buffer, which does not conflict with itself."
    )


# What else there is to an explanation


def test_by_operation(analysis: BufferInfoAnalysis) -> None:
    one, other = (buffer.op for buffer in analysis.buffers[:2])
    assert analysis.explain(one, other) == analysis.explain("A", "B")
    assert analysis.explain(one, "B") == analysis.explain("A", "B")


def test_no_such_buffer(analysis: BufferInfoAnalysis) -> None:
    with pytest.raises(KeyError):
        analysis.explain("A", "nobody")
    with pytest.raises(KeyError):
        analysis.explain("A", analysis.entries[0].op)


def test_call_path(analysis: BufferInfoAnalysis) -> None:
    """From the one that allocates further out, whichever is asked for first."""
    path = analysis.explain("A", "I").call_path
    assert [op.name for op in path] == ["tir.call_extern"] * 2
    assert [_function_around(op) for op in path] == ["main", "outer"]
    assert analysis.explain("I", "A").call_path == path
    assert analysis.explain("A", "B").call_path == ()


def test_lives(analysis: BufferInfoAnalysis) -> None:
    """In the order in which the buffers are given, with the operations at both ends."""
    d, a = analysis.explain("D", "A").lives
    assert (d.buffer, d.function, a.buffer, a.function) == ("D", "main", "A", "main")
    assert d.first.op is d.last.op
    assert d.first.op.operands[0] is analysis.buffers[3].op.results[0]
    assert d.first.loop is d.last.loop
    assert d.first.loop is not None
    assert d.first.loop.parent_op() is analysis.entries[0].op
    assert (d.first.point, d.last.point) == (9, 14)
    assert (a.first.function, a.last.function) == ("main", "inner")
    assert a.first.loop is None
    assert (a.first.point, a.last.point) == (7, 22)


def test_locations(located: BufferInfoAnalysis) -> None:
    assert conflict(located.explain("A", "I")) == (
        "'A' and 'I' conflict: 'I' is first accessed by test.op in @inner (net.mlir:29:3) "
        "while 'A' is live, in the call by tir.call_extern of @outer (net.mlir:17:3), "
        "then tir.call_extern of @inner (net.mlir:23:3). "
        "'A' is live from test.op in @main (net.mlir:9:3) to test.op in @inner (net.mlir:30:3)."
    )
    assert "the end of tir.for (net.mlir:11:3)" in located.explain("C", "D").text


def test_many_ranges_are_told_for_one_activation() -> None:
    calls = "  func.call @f() : () -> ()\n" * 5
    text = f"""
func.func @main() {{
  %A = memref.alloc() : memref<4xi8>
{calls}
  "test.op"(%A) : (memref<4xi8>) -> ()
  func.return
}}
func.func @f() {{
  %S = memref.alloc() : memref<4xi8>
  "test.op"(%S) : (memref<4xi8>) -> ()
  func.return
}}
"""
    assert no_conflict(BufferInfoAnalysis(parse(text)).explain("A", "S")) == (
        "'A' of @main and 'S' of @f do not conflict: "
        "there is no program point at which both are live. "
        "'A' is live from program point 21 to 21, "
        "'S' is live from point 1 to 1 of each activation of @f."
    )


# Agreement with the conflicts


def assert_agrees_with_conflicts(analysis: BufferInfoAnalysis) -> None:
    for one, other in product(analysis.buffers, repeat=2):
        expected = other.name in (one.conflicts or ())
        assert analysis.explain(one.op, other.op).conflict is expected, (one.name, other.name)


def test_agrees_with_conflicts(analysis: BufferInfoAnalysis) -> None:
    assert_agrees_with_conflicts(analysis)


@pytest.mark.parametrize("loop_liveness", ["whole-loop", "access-only"])
def test_agrees_with_conflicts_of_a_network(loop_liveness: LoopLiveness) -> None:
    module = parse((EXAMPLES / "inception_structure.mlir").read_text(encoding="utf-8"))
    assert_agrees_with_conflicts(BufferInfoAnalysis(module, loop_liveness=loop_liveness))


def _function_around(op: Operation) -> str | None:
    function = op.parent_op()
    name = None if function is None else function.properties.get("sym_name")
    return name.data if isinstance(name, StringAttr) else None
