"""
The verifier of plans against its brute-force twin: valid plans of random programs, and what becomes
of them when something is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
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
    except AnalysisError as error:
        note(str(error).splitlines()[0])
        return False
    return True


def _accepts_everything(module: ModuleOp, main: str | None) -> bool:
    return True


def _accepts_nothing(module: ModuleOp, main: str | None) -> bool:
    return False


def _does_nothing(*arguments: object) -> None:
    """Stands for a part of the verifier that is missing."""


def _compare(
    verifier: Verifier,
    *,
    rewritten: bool = False,
    changes: Sequence[Change] = tuple(Change),
    phases: Sequence[Phase] = (Phase.generate, Phase.shrink),
) -> Counter[bool]:
    """
    Runs `verifier` on as many plans as the profile says, and fails if it does not accept exactly
    those that its twin finds no fault with. Returns how many were valid, and how many were not.
    """
    verdicts = Counter[bool]()

    # Profiles are loaded by the property tests of the analysis: this must not depend on them.
    @settings(
        deadline=None,
        phases=phases,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(planned_programs(changes))
    def compare(planned: PlannedProgram) -> None:
        module, main = planned.build(), planned.program.main
        twin = BruteForcePlanCheck(module, main)
        assume(not twin.may_write_constants())
        faults = twin.faults()
        note(f"faults: {faults}")
        if rewritten:
            rewrite_onto_globals(module, planned.choices)
            note(str(module))
        verdicts[not faults] += 1
        assert verifier(module, main) is not bool(faults)

    compare()
    return verdicts


@pytest.mark.parametrize("rewritten", [False, True], ids=["before", "after"])
def test_the_verifier_accepts_what_its_twin_finds_no_fault_with(rewritten: bool):
    verdicts = _compare(_accepts, rewritten=rewritten)
    # Plans of both kinds are many, or the comparison says little.
    assert min(verdicts[True], verdicts[False]) > verdicts.total() // 10


@pytest.mark.parametrize("change", Change)
def test_every_change_makes_wrong_plans(change: Change):
    """A verifier that accepts everything fails, whatever is done to the plans."""
    with pytest.raises(AssertionError):
        _compare(_accepts_everything, changes=(change,), phases=(Phase.generate,))


def test_a_verifier_that_accepts_nothing_fails():
    with pytest.raises(AssertionError):
        _compare(_accepts_nothing, phases=(Phase.generate,))


@pytest.mark.parametrize("check", ["check_overlaps", "check_placement", "check_claims"])
def test_every_part_of_the_verifier_is_needed(check: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plan_check, check, _does_nothing)
    with pytest.raises(AssertionError):
        _compare(_accepts, phases=(Phase.generate,))
