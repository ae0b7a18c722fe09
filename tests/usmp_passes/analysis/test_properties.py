"""The analysis against independent models of liveness, on random programs."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Literal

from hypothesis import given, note
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp

from usmp_brute_force_model import BruteForceModel
from usmp_executing_model import execute
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_random_mixtures import mixtures, structured_mixtures
from usmp_random_programs import Program, parse_module, plain_programs, programs
from usmp_trace_check import missed

ParallelLoops = Literal["any", "innermost"]
Facts = list[tuple[int | None, bool, tuple[tuple[int, int], ...] | None, tuple[int, ...]]]
"""
For each buffer in program order: bytes, whether it is planned, live ranges, and the numbers of the
buffers it conflicts with. Sizes of buffers that are not planned, and ranges that are too many, are
left out.
"""


def _parse(program: Program) -> ModuleOp:
    note(repr(program))
    return program.parse()


def _facts_of_analysis(analysis: BufferInfoAnalysis) -> Facts:
    numbers = {info.name: number for number, info in enumerate(analysis.buffers)}
    return [
        (
            info.size_bytes if info.not_planned is None else None,
            info.not_planned is None,
            info.live,
            tuple(numbers[name] for name in info.conflicts or ()),
        )
        for info in analysis.buffers
    ]


def _facts_of_model(model: BruteForceModel) -> Facts:
    numbers = {buffer.allocation: number for number, buffer in enumerate(model.buffers)}
    return [
        (
            None if buffer.not_planned else buffer.size_bytes,
            not buffer.not_planned,
            buffer.live,
            tuple(numbers[other.allocation] for other in model.conflicts(buffer)),
        )
        for buffer in model.buffers
    ]


def _without_ranges(facts: Facts) -> Facts:
    return [(size, planned, None, conflicts) for size, planned, _, conflicts in facts]


def _assert_equal(analysis: BufferInfoAnalysis, model: BruteForceModel) -> None:
    assert [info.op for info in analysis.buffers] == [b.allocation for b in model.buffers]
    found, expected = _facts_of_analysis(analysis), _facts_of_model(model)
    assert _without_ranges(found) == _without_ranges(expected)
    for (_, _, live, _), (_, _, live_of_model, _) in zip(found, expected, strict=True):
        assert live is None or live == live_of_model
    assert analysis.memory_pressure == model.memory_pressure


# The analysis and the rules


@given(programs())
def test_the_analysis_is_what_the_rules_say(program: Program):
    module = _parse(program)
    _assert_equal(
        BufferInfoAnalysis(module, main=program.main), BruteForceModel(module, program.main)
    )
    _assert_equal(
        BufferInfoAnalysis(module, main=program.main, parallel_loops="innermost"),
        BruteForceModel(module, program.main, parallel_loops="innermost"),
    )


@given(plain_programs(), st.sampled_from(("any", "innermost")))
def test_access_only_liveness_is_what_the_rules_say(
    program: Program, parallel_loops: ParallelLoops
):
    module = _parse(program)
    analysis = BufferInfoAnalysis(
        module, main=program.main, loop_liveness="access-only", parallel_loops=parallel_loops
    )
    model = BruteForceModel(
        module, program.main, loop_liveness="access-only", parallel_loops=parallel_loops
    )
    # Statements have numbers of their own, so that ranges are not to be compared.
    assert _without_ranges(_facts_of_analysis(analysis)) == _without_ranges(_facts_of_model(model))
    assert analysis.memory_pressure == model.memory_pressure


@given(structured_mixtures())
def test_the_analysis_of_mixed_dialects_is_what_the_rules_say(program: Program):
    module = _parse(program)
    _assert_equal(
        BufferInfoAnalysis(module, main=program.main), BruteForceModel(module, program.main)
    )


# The analysis and the runs of a program


@given(mixtures(), st.integers(0, 2**32 - 1))
def test_mixed_dialects_and_graphs_show_nothing_that_the_analysis_misses(
    program: Program, seed: int
):
    module = _parse(program)
    analysis = BufferInfoAnalysis(module, main=program.main)
    assert not list(missed(analysis, module, program.main, seed))
    _check_relation(analysis)
    _check_ranges(analysis)


@given(programs(), st.integers(0, 2**32 - 1))
def test_buffers_that_hold_values_at_one_moment_conflict(program: Program, seed: int):
    module = _parse(program)
    analysis = BufferInfoAnalysis(module, main=program.main)
    model = BruteForceModel(module, program.main)
    planned = {info.op: info for info in analysis.buffers if info.not_planned is None}
    planned_by_rule = {b.allocation: b for b in model.buffers if not b.not_planned}
    for run in range(4):
        seen = execute(module, program.main, seed + run)
        assert not seen.reused_while_live & (planned.keys() | planned_by_rule.keys())
        for pair in seen.pairs:
            if pair <= planned.keys():
                first, second = (planned[op] for op in pair)
                assert second.name in (first.conflicts or ())
            if pair <= planned_by_rule.keys():
                first, second = (planned_by_rule[op] for op in pair)
                assert first.meets(second), "the rules themselves are not sound"


# The analysis and itself


@given(programs())
def test_the_results_agree_with_each_other(program: Program):
    module = _parse(program)
    text = str(module)
    analysis = BufferInfoAnalysis(module, main=program.main)
    _check_relation(analysis)
    _check_ranges(analysis)
    without = BufferInfoAnalysis(module, main=program.main, conflicts=False)
    assert without.memory_pressure == analysis.memory_pressure
    for info, info_without in zip(analysis.buffers, without.buffers, strict=True):
        assert info.live == info_without.live
        assert info.not_planned == info_without.not_planned
    assert str(module) == text, "the analysis has changed the module"


def _check_relation(analysis: BufferInfoAnalysis) -> None:
    """
    Conflicts are symmetric, irreflexive, without duplicates, in program order, and between planned
    buffers.
    """
    numbers = {info.name: number for number, info in enumerate(analysis.buffers)}
    assert len(numbers) == len(analysis.buffers), "a name is used twice"
    conflicts = {info.name: info.conflicts or () for info in analysis.buffers}
    for info in analysis.buffers:
        positions = [numbers[name] for name in conflicts[info.name]]
        assert positions == sorted(set(positions))
        assert info.name not in conflicts[info.name]
        assert all(info.name in conflicts[other] for other in conflicts[info.name])
        if info.not_planned is not None:
            assert info.not_planned
            assert not info.live
            assert not conflicts[info.name]


def _check_ranges(analysis: BufferInfoAnalysis) -> None:
    """Live ranges ascend without touching, and two buffers conflict where theirs meet."""
    for info in analysis.buffers:
        for first, last in info.live or ():
            assert first <= last
        for (_, last), (first, _) in pairwise(info.live or ()):
            assert last < first
    for one, other in combinations(analysis.buffers, 2):
        if one.live is not None and other.live is not None:
            meet = any(a[0] <= b[1] and b[0] <= a[1] for a in one.live for b in other.live)
            assert meet is (other.name in (one.conflicts or ()))


@given(programs())
def test_a_round_trip_changes_nothing(program: Program):
    module = _parse(program)
    again = parse_module(str(module))
    before = BufferInfoAnalysis(module, main=program.main)
    after = BufferInfoAnalysis(again, main=program.main)
    assert _facts_of_analysis(before) == _facts_of_analysis(after)
    assert before.memory_pressure == after.memory_pressure
