"""
The verifier of plans against its brute-force twin: valid plans of random programs, and what becomes
of them when something is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, note, settings
from xdsl.dialects.builtin import ModuleOp

from usmp_brute_force_plan_check import BruteForcePlanCheck
from usmp_passes.analysis import AnalysisError
from usmp_passes.verification import check_plan, plan_check
from usmp_random_plans import Change, PlannedProgram, planned_programs, rewrite_onto_globals

Verifier = Callable[[ModuleOp, str | None], bool]
"""Whether a plan is accepted."""


def _accepts(module: ModuleOp, main: str | None) -> bool:
    try:
        check_plan(module, main)
    except AnalysisError:
        return False
    return True


def _accepts_everything(module: ModuleOp, main: str | None) -> bool:
    return True


def _accepts_nothing(module: ModuleOp, main: str | None) -> bool:
    return False


def _does_nothing(*arguments: object) -> None:
    """Stands for a part of the verifier that is missing."""


def _compare(verifier: Verifier, planned: PlannedProgram, rewritten: bool = False) -> bool:
    """
    Fails if `verifier` accepts a plan that its twin finds a fault with, or rejects one in which it
    finds none. Returns whether there is none.
    """
    module, main = planned.build(), planned.program.main
    twin = BruteForcePlanCheck(module, main)
    assume(not twin.may_write_constants())
    faults = twin.faults()
    note(f"faults: {faults}")
    if rewritten:
        rewrite_onto_globals(module, planned.choices)
        note(str(module))
    assert verifier(module, main) is not bool(faults)
    return not faults


_SETTINGS = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("rewritten", [False, True], ids=["before", "after"])
def test_the_verifier_accepts_what_its_twin_finds_no_fault_with(rewritten: bool):
    verdicts = Counter[bool]()

    # The number of examples is that of the profile that is loaded when the test runs.
    @settings(_SETTINGS, max_examples=settings().max_examples)
    @given(planned_programs())
    def compare(planned: PlannedProgram) -> None:
        verdicts[_compare(_accepts, planned, rewritten)] += 1

    compare()
    # Plans of both kinds are many, or the comparison says little.
    assert min(verdicts[True], verdicts[False]) > verdicts.total() // 8


def _assert_fails(verifier: Verifier, changes: Sequence[Change] = tuple(Change)) -> None:
    """Checks that the comparison finds a plan which `verifier` is wrong about."""

    def fails(planned: PlannedProgram) -> bool:
        try:
            _compare(verifier, planned)
        except AssertionError:
            return True
        return False

    find(
        planned_programs(changes),
        fails,
        settings=settings(_SETTINGS, max_examples=1000, phases=[Phase.generate]),
        database_key=None,
    )


@pytest.mark.parametrize("change", Change)
def test_a_verifier_that_accepts_everything_fails(change: Change):
    """Whatever it is that is done to the plans."""
    _assert_fails(_accepts_everything, (change,))


def test_a_verifier_that_accepts_nothing_fails():
    _assert_fails(_accepts_nothing)


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("check_overlaps", Change.STACK),
        ("check_placement", Change.SHIFT),
        ("check_claims", Change.DROP),
    ],
)
def test_a_verifier_without_one_of_its_parts_fails(
    check: str, change: Change, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plan_check, check, _does_nothing)
    _assert_fails(_accepts, (change,))
