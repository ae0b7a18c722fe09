"""Buffers under concurrent loops, with a slice for each thread."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, IndexType, IntegerAttr, ModuleOp
from xdsl.dialects.func import Func
from xdsl.dialects.memref import MemRef
from xdsl.dialects.scf import Scf
from xdsl.parser import Parser
from xdsl.rewriter import Rewriter
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination

from usmp_concurrent_run import ConcurrentRun, Trace, concurrent_program
from usmp_dialect.dialects.usmp import ThreadNumberOp, Usmp
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass
from usmp_passes.verify_plan import VerifyPlanPass


def _context() -> Context:
    context = Context()
    for dialect in (Arith, Builtin, Func, MemRef, Scf, Usmp):
        context.load_dialect(dialect)
    return context


def _parse(text: str) -> ModuleOp:
    module = Parser(_context(), text).parse_module()
    module.verify()
    return module


def _planned(text: str, threads: int) -> ModuleOp:
    module = _parse(text)
    planner = UnifiedStaticMemoryPlannerPass(
        main="main", threads=threads, alignment=4, algorithm="greedy_by_size"
    )
    planner.apply(_context(), module)
    module.verify()
    return module


def _trace_of_planned(module: ModuleOp, threads: int, seed: int) -> Trace:
    run = ConcurrentRun(module, threads, Random(seed))
    run.run()
    assert run.allocations == 0
    return run.trace


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(0, 2**32))
def test_threads_find_in_their_slices_what_they_wrote(
    random: Random, threads: int, seed: int
) -> None:
    text = concurrent_program(random)
    note(text)
    expected = ConcurrentRun(_parse(text), 1, Random(0)).run()
    module = _planned(text, threads)
    assert _trace_of_planned(module, threads, seed) == expected
    for simplify in (CanonicalizePass(), CommonSubexpressionElimination()):
        simplify.apply(_context(), module)
    VerifyPlanPass(main="main").apply(_context(), module)
    # Loops that do nothing are gone, and no longer count in what iterations are called.
    simplified = _trace_of_planned(module, threads, seed)
    assert sorted(simplified.values()) == sorted(expected.values())


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_conflicts_ranges_pressure_and_explanations_agree(random: Random, threads: int) -> None:
    text = concurrent_program(random)
    note(text)
    analysis = BufferInfoAnalysis(_parse(text), "main", 4, slices=threads)
    events: dict[int, int] = {}
    for buffer in analysis.planned:
        assert buffer.live is not None
        assert buffer.placed_bytes is not None
        for first, last in buffer.live:
            events[first] = events.get(first, 0) + buffer.placed_bytes
            events[last + 1] = events.get(last + 1, 0) - buffer.placed_bytes
    live, most = 0, 0
    for point in sorted(events):
        live += events[point]
        most = max(most, live)
    assert analysis.memory_pressure == most
    for one, other in combinations(analysis.planned, 2):
        assert one.conflicts is not None
        assert other.conflicts is not None
        meet = any(
            first <= last_of_other and first_of_other <= last
            for first, last in one.live or ()
            for first_of_other, last_of_other in other.live or ()
        )
        assert (other.name in one.conflicts) == (one.name in other.conflicts) == meet
        assert analysis.explain(one.name, other.name).conflict == meet


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_without_threads_nothing_changes_but_what_is_under_concurrent_loops(random: Random) -> None:
    text = concurrent_program(random)
    note(text)
    plain = BufferInfoAnalysis(_parse(text), "main", 4).buffers
    sliced = BufferInfoAnalysis(_parse(text), "main", 4, slices=2).buffers
    for one, other in zip(plain, sliced, strict=True):
        is_concurrent = (one.not_planned or "").startswith("allocated under a concurrent loop: ")
        assert (other.slices is not None) == is_concurrent
        if one.not_planned is None:
            assert (one.live, one.traffic_bytes) == (other.live, other.traffic_bytes)


PROGRAM = """
usmp.pool @p
func.func private @use(i8)
func.func @f(%x: memref<8xi8>) {
  %c0 = arith.constant 0 : index
  %s = memref.alloc() : memref<8xi8>
  %v = memref.load %x[%c0] : memref<8xi8>
  memref.store %v, %s[%c0] : memref<8xi8>
  %w = memref.load %s[%c0] : memref<8xi8>
  func.call @use(%w) : (i8) -> ()
  func.return
}
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  "scf.parallel"(%c0, %c9, %c1) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({
  ^bb0(%i: index):
    %v = arith.index_cast %i : index to i8
    %b = memref.alloc() : memref<8xi8>
    memref.store %v, %b[%c0] : memref<8xi8>
    func.call @f(%b) : (memref<8xi8>) -> ()
    scf.reduce
  }) : (index, index, index) -> ()
  func.return
}
"""


def test_the_model_runs_iterations_at_the_same_time() -> None:
    run = ConcurrentRun(_planned(PROGRAM, 4), 4, Random(0))
    run.run()
    assert run.most_at_once == 4


def test_the_model_sees_threads_that_share_a_slice() -> None:
    module = _planned(PROGRAM, 4)
    for op in list(module.walk()):
        if isinstance(op, ThreadNumberOp):
            Rewriter.replace_op(op, arith.ConstantOp(IntegerAttr(0, IndexType())))
    expected = ConcurrentRun(_parse(PROGRAM), 1, Random(0)).run()
    runs = [ConcurrentRun(module, 4, Random(seed)).run() for seed in range(5)]
    assert any(run != expected for run in runs)


@pytest.mark.parametrize("slices", [0, -1])
def test_a_number_of_slices_that_is_none(slices: int) -> None:
    with pytest.raises(ValueError, match=f"slices is {slices}, expected 1 or more"):
        BufferInfoAnalysis(_parse(PROGRAM), slices=slices)


def test_slices_need_an_analysis_that_is_sound() -> None:
    with pytest.raises(ValueError, match="slices need whole-loop liveness"):
        BufferInfoAnalysis(_parse(PROGRAM), slices=2, loop_liveness="access-only")
