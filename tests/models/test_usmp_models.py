"""The models of liveness themselves, on programs small enough to know the answer."""

from __future__ import annotations

from typing import Literal

import pytest
from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Operation

from usmp_brute_force_model import BruteForceModel
from usmp_executing_model import execute
from usmp_random_programs import parse_module

LoopLiveness = Literal["whole-loop", "access-only"]
ParallelLoops = Literal["any", "innermost"]


def _name(op: Operation) -> str:
    name = op.properties["buffer_name"]
    assert isinstance(name, StringAttr)
    return name.data


def _model(
    text: str,
    parallel_loops: ParallelLoops = "any",
    loop_liveness: LoopLiveness = "whole-loop",
    main: str | None = None,
) -> BruteForceModel:
    module = parse_module(text)
    module.verify()
    return BruteForceModel(module, main, parallel_loops=parallel_loops, loop_liveness=loop_liveness)


def _live(model: BruteForceModel) -> dict[str, tuple[tuple[int, int], ...]]:
    return {_name(buffer.allocation): buffer.live for buffer in model.buffers}


def _not_planned(model: BruteForceModel) -> dict[str, set[str]]:
    return {
        _name(buffer.allocation): set(buffer.not_planned)
        for buffer in model.buffers
        if buffer.not_planned
    }


def _conflicts(model: BruteForceModel) -> set[str]:
    return {
        f"{_name(first.allocation)}-{_name(second.allocation)}"
        for number, first in enumerate(model.buffers)
        for second in model.buffers[number + 1 :]
        if first.meets(second)
    }


def _coexisting(text: str, runs: int = 20) -> tuple[set[str], set[str]]:
    """
    The pairs that hold values at the same moment in some run, and those that do so with themselves.
    """
    module = parse_module(text)
    module.verify()
    pairs: set[str] = set()
    reused: set[str] = set()
    for seed in range(runs):
        seen = execute(module, None, seed)
        pairs |= {"-".join(sorted(map(_name, pair))) for pair in seen.pairs}
        reused |= set(map(_name, seen.reused_while_live))
    return pairs, reused


STRAIGHT = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %v = arith.constant 1 : i8
  %a = tir.allocate "a" : memref<4xi8>
  %b = tir.allocate "b" : memref<2x3xi16>
  %c = tir.allocate "c" : memref<8xi8>
  %unused = tir.allocate "unused" : memref<100xi8>
  tir.store %v, %a[%c0] : memref<4xi8>
  "unknown.op"(%a, %b) : (memref<4xi8>, memref<2x3xi16>) -> ()
  tir.store %v, %c[%c0] : memref<8xi8>
  "unknown.op"(%b, %c) : (memref<2x3xi16>, memref<8xi8>) -> ()
}
"""


def test_ranges_are_from_the_first_to_the_last_access():
    model = _model(STRAIGHT)
    assert _live(model) == {"a": ((6, 7),), "b": ((7, 9),), "c": ((8, 9),), "unused": ()}
    assert _conflicts(model) == {"a-b", "b-c"}
    assert model.memory_pressure == 20
    assert model.total_points == 11


def test_values_live_from_a_write_to_the_last_read():
    assert _coexisting(STRAIGHT) == ({"a-b", "b-c"}, set())


NOT_READ = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = arith.constant 1 : i8
  %a = tir.allocate "a" : memref<4xi8>
  %b = tir.allocate "b" : memref<4xi8>
  %c = tir.allocate "c" : memref<4xi8>
  tir.store %v, %a[%c0] : memref<4xi8>
  tir.store %v, %b[%c0] : memref<4xi8>
  %x = tir.load %c[%c0] : memref<4xi8>
  %y = tir.load %a[%c1] : memref<4xi8>
  %z = tir.load %a[%c0] : memref<4xi8>
}
"""


def test_a_write_that_nobody_reads_still_destroys_and_an_undefined_read_does_not():
    assert _coexisting(NOT_READ) == ({"a-b"}, set())
    assert _conflicts(_model(NOT_READ)) == {"a-b", "a-c"}


CARRIED_BY_MEMORY = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %v = arith.constant 1 : i8
  %kept = tir.allocate "kept" : memref<4xi8>
  %scratch = tir.allocate "scratch" : memref<4xi8>
  tir.for %i = 0 to 2 {
    %inner = tir.allocate "inner" : memref<4xi8>
    tir.store %v, %inner[%c0] : memref<4xi8>
    %x = tir.load %kept[%c0] : memref<4xi8>
    tir.store %x, %kept[%c0] : memref<4xi8>
    tir.store %v, %scratch[%c0] : memref<4xi8>
  }
}
"""


def test_a_loop_keeps_what_it_uses_and_does_not_allocate():
    model = _model(CARRIED_BY_MEMORY)
    # The loop is point 4, the last operation in it, the terminator, point 10.
    assert _live(model) == {"kept": ((4, 10),), "scratch": ((4, 10),), "inner": ((6, 6),)}
    assert _coexisting(CARRIED_BY_MEMORY) == ({"inner-kept", "kept-scratch"}, set())


def test_access_only_liveness_lets_a_loop_forget():
    model = _model(CARRIED_BY_MEMORY, loop_liveness="access-only")
    assert _conflicts(model) == set()


STATEMENTS = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %a = tir.allocate "a" : memref<4xi8>
  %b = tir.allocate "b" : memref<4xi8>
  %v = tir.load %a[%c0] : memref<4xi8>
  %w = arith.addi %v, %v : i8
  tir.store %w, %b[%c0] : memref<4xi8>
}
"""


def test_a_load_is_part_of_the_statement_that_uses_its_value():
    assert _conflicts(_model(STATEMENTS)) == set()
    assert _conflicts(_model(STATEMENTS, loop_liveness="access-only")) == {"a-b"}


CALLS = """
tir.func @callee(%p: memref<?xi8>, %q: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %t = tir.allocate "t" : memref<4xi8>
  %v = tir.load %p[%c0] : memref<?xi8>
  tir.store %v, %t[%c0] : memref<4xi8>
  %w = tir.load %t[%c0] : memref<4xi8>
  tir.store %w, %q[%c0] : memref<?xi8>
}
tir.func @main(%in: memref<?xi8>, %out: memref<?xi8>) attributes {runner_function} {
  %a = tir.allocate "a" : memref<4xi8>
  %b = tir.allocate "b" : memref<4xi8>
  tir.call_extern @callee(%in, %a) : (memref<?xi8>, memref<4xi8>) -> ()
  tir.call_extern @callee(%a, %b) : (memref<4xi8>, memref<4xi8>) -> ()
  tir.call_extern @callee(%b, %out) : (memref<4xi8>, memref<?xi8>) -> ()
}
tir.func @unreached() {
  %u = tir.allocate "u" : memref<4xi8>
}
"""


def test_every_call_is_an_activation_of_its_own():
    model = _model(CALLS)
    assert _live(model) == {
        "t": ((6, 7), (14, 15), (22, 23)),
        "a": ((8, 13),),
        "b": ((16, 21),),
        "u": (),
    }
    assert _not_planned(model) == {"u": {"unreachable"}}
    assert _conflicts(model) == set()
    assert model.memory_pressure == 4


def test_the_entry_function_can_be_chosen():
    model = _model(CALLS, main="callee")
    assert _not_planned(model).keys() == {"a", "b", "u"}
    assert _live(model)["t"] == ((3, 4),)


THROUGH_CALLS = """
tir.func @callee(%p: memref<4xi8>) {
  %c0 = arith.constant 0 : index
  %v = tir.load %p[%c0] : memref<4xi8>
  tir.store %v, %p[%c0] : memref<4xi8>
  %t = tir.allocate "t" : memref<4xi8>
  tir.store %v, %t[%c0] : memref<4xi8>
}
tir.func @main() attributes {runner_function} {
  %a = tir.allocate "a" : memref<4xi8>
  tir.for KIND %i = 0 to 2 {
    tir.call_extern @callee(%a) : (memref<4xi8>) -> ()
  }
}
"""


def test_a_loop_around_a_call_keeps_the_arguments():
    text = THROUGH_CALLS.replace("KIND", "")
    model = _model(text)
    assert _live(model) == {"t": ((7, 7),), "a": ((1, 9),)}
    assert _coexisting(text) == ({"a-t"}, set())


@pytest.mark.parametrize(
    ("kind", "is_planned", "is_planned_if_innermost"),
    [
        ("serial", True, True),
        ("unrolled", True, False),
        ("parallel", False, False),
        ("vectorized", False, False),
        ('thread_binding("threadIdx.x")', False, False),
    ],
)
def test_a_buffer_in_a_concurrent_loop_is_not_planned(
    kind: str, is_planned: bool, is_planned_if_innermost: bool
):
    text = THROUGH_CALLS.replace("KIND", kind)
    assert ("t" not in _not_planned(_model(text))) is is_planned
    assert ("t" not in _not_planned(_model(text, "innermost"))) is is_planned_if_innermost


def test_the_innermost_loop_alone_says_too_little():
    text = THROUGH_CALLS.replace("KIND", "parallel").replace(
        "    tir.call_extern @callee(%a) : (memref<4xi8>) -> ()",
        "    tir.for %j = 0 to 2 {\n"
        "      tir.call_extern @callee(%a) : (memref<4xi8>) -> ()\n"
        "    }",
    )
    assert _not_planned(_model(text)) == {"t": {"concurrent"}}
    assert _not_planned(_model(text, "innermost")) == {}


CONCURRENT = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %v = arith.constant 1 : i8
  tir.for parallel %i = 0 to 3 {
    %t = tir.allocate "t" : memref<4xi8>
    tir.store %v, %t[%c0] : memref<4xi8>
    %w = tir.load %t[%c0] : memref<4xi8>
  }
}
"""


def test_concurrent_iterations_interleave():
    assert _coexisting(CONCURRENT) == (set(), {"t"})
    assert _coexisting(CONCURRENT.replace("parallel", "")) == (set(), set())


ESCAPES = """
tir.func @returns() -> (memref<4xi8>) {
  %returned = tir.allocate "returned" : memref<4xi8>
  tir.return %returned : memref<4xi8>
}
tir.func @identity(%p: memref<4xi8>) -> (memref<4xi8>) {
  tir.return %p : memref<4xi8>
}
tir.func @main(%box: memref<1xmemref<4xi8>>, %flag: i1) attributes {runner_function} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %first = tir.allocate "first" : memref<4xi8>
  %passed = tir.allocate "passed" : memref<4xi8>
  %stored = tir.allocate "stored" : memref<4xi8>
  %r = tir.call_extern @returns() : () -> memref<4xi8>
  %p = tir.call_extern @identity(%passed) : (memref<4xi8>) -> memref<4xi8>
  memref.store %stored, %box[%c0] : memref<1xmemref<4xi8>>
  %last = scf.for %i = %c0 to %c1 step %c1 iter_args(%x = %first) -> (memref<4xi8>) {
    %carried = tir.allocate "carried" : memref<4xi8>
    scf.yield %carried : memref<4xi8>
  }
  %chosen = scf.if %flag -> (memref<4xi8>) {
    %arm = tir.allocate "arm" : memref<4xi8>
    scf.yield %arm : memref<4xi8>
  } else {
    scf.yield %p : memref<4xi8>
  }
  "unknown.op"(%chosen) : (memref<4xi8>) -> ()
  %n = tir.allocate "dynamic"(%c1) : memref<?xi8>
}
"""


def test_escapes_are_not_planned():
    model = _model(ESCAPES)
    assert _not_planned(model) == {
        "returned": {"escape"},
        "stored": {"escape"},
        "carried": {"escape"},
        "dynamic": {"dynamic shape"},
    }
    live = _live(model)
    assert live["first"] == ()
    # The unknown operation accesses the buffers of both arms, the one that came back from a call
    # among them.
    assert len(live["arm"]) == 1
    assert live["arm"] == live["passed"]


CARRIED = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %a = tir.allocate "a" : memref<4xi8>
  %b = tir.allocate "b" : memref<4xi8>
  %r:2 = scf.for %i = %c0 to %c3 step %c1
      iter_args(%x = %a, %y = %b) -> (memref<4xi8>, memref<4xi8>) {
    %fresh = tir.allocate "fresh" : memref<4xi8>
    "unknown.op"(%x, %fresh) : (memref<4xi8>, memref<4xi8>) -> ()
    scf.yield %fresh, %x : memref<4xi8>, memref<4xi8>
  }
  "unknown.op"(%r#1) : (memref<4xi8>) -> ()
}
"""


def test_a_buffer_that_an_iteration_passes_on_needs_several_places():
    assert _not_planned(_model(CARRIED)) == {"fresh": {"escape"}}
    pairs, reused = _coexisting(CARRIED)
    assert reused == {"fresh"}
    assert "a-fresh" in pairs


UNKNOWN_REGIONS = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %v = arith.constant 1 : i8
  %a = tir.allocate "a" : memref<4xi8>
  %b = tir.allocate "b" : memref<4xi8>
  %r = "unknown.loop"(%a) ({
  ^bb0(%x: memref<4xi8>):
    %inner = tir.allocate "inner" : memref<4xi8>
    tir.store %v, %inner[%c0] : memref<4xi8>
    %w = tir.load %inner[%c0] : memref<4xi8>
    "unknown.yield"(%b) : (memref<4xi8>) -> ()
  }) : (memref<4xi8>) -> memref<4xi8>
  %last = tir.load %r[%c0] : memref<4xi8>
}
"""


def test_an_unknown_operation_holds_its_operands_while_its_regions_run():
    model = _model(UNKNOWN_REGIONS)
    assert _live(model) == {"a": ((4, 9),), "b": ((4, 9),), "inner": ((6, 7),)}
    pairs, reused = _coexisting(UNKNOWN_REGIONS)
    assert pairs == {"a-b", "a-inner", "b-inner"}
    assert not reused


BRANCHES = """
tir.func @main(%flag: i1) {
  %c0 = arith.constant 0 : index
  %v = arith.constant 1 : i8
  %a = tir.allocate "a" : memref<4xi8>
  %b = tir.allocate "b" : memref<4xi8>
  scf.if %flag {
    tir.store %v, %a[%c0] : memref<4xi8>
    %w = tir.load %a[%c0] : memref<4xi8>
  } else {
    tir.store %v, %b[%c0] : memref<4xi8>
    %w = tir.load %b[%c0] : memref<4xi8>
  }
}
"""


def test_the_arms_of_an_if_follow_each_other():
    assert _live(_model(BRANCHES)) == {"a": ((5, 6),), "b": ((8, 9),)}
    assert _coexisting(BRANCHES) == (set(), set())


CONSTANTS = """
tir.func @main() {
  %c0 = arith.constant 0 : index
  %v = arith.constant 1 : i8
  %a = tir.allocate "a" : memref<4xi8>
  tir.store %v, %a[%c0] : memref<4xi8>
  %k = tir.allocate_const "k" dense<1> : memref<4xi8>
  %w = tir.load %k[%c0] : memref<4xi8>
}
"""


def test_a_constant_is_there_from_the_start_to_the_end():
    model = _model(CONSTANTS)
    assert _live(model) == {"a": ((3, 3),), "k": ((0, 6),)}
    assert model.memory_pressure == 4
    assert _coexisting(CONSTANTS) == ({"a-k"}, set())


ENTRIES = """
tir.func @first() {
  %c0 = arith.constant 0 : index
  %a = tir.allocate "a" : memref<4xi8>
  %v = tir.load %a[%c0] : memref<4xi8>
}
func.func @second() {
  %c0 = arith.constant 0 : index
  %b = tir.allocate "b" : memref<4xi8>
  %v = tir.load %b[%c0] : memref<4xi8>
  func.return
}
"""


def test_entries_run_one_after_the_other():
    assert _live(_model(ENTRIES)) == {"a": ((2, 2),), "b": ((6, 6),)}
