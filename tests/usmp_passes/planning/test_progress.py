"""What a long search shows on a terminal, and that a pipe gets nothing."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr
from random import Random

import pytest

from usmp_passes.planning import BufferInfo, PlacementProblem, PoolInfo, plan_memory, progress

POOL = PoolInfo("pool")


class Terminal(io.StringIO):
    """Stands in for the standard error of a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


@pytest.fixture
def problem() -> PlacementProblem:
    """One that no search gets to the bound of."""
    random = Random(2)
    buffers: list[BufferInfo] = []
    for number in range(100):
        start = random.randrange(80)
        live = ((start, start + random.randrange(1, 40)), (200 + start, 209 + start))
        buffers.append(BufferInfo(f"b{number}", random.randrange(1, 99), (POOL,), live=live))
    return PlacementProblem(buffers, [POOL])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SHOWN_AFTER", 0.0)
    monkeypatch.setattr(progress, "_SHOWN_EVERY", 0.0)


def _plan(problem: PlacementProblem, *, show: bool = True, algorithm: str = "hill_climb") -> object:
    return plan_memory(problem, algorithm, effort=100_000, show_progress=show)


@pytest.mark.usefixtures("at_once")
def test_a_terminal_is_shown_how_it_goes(terminal: Terminal, problem: PlacementProblem):
    with redirect_stderr(terminal):
        plan = _plan(problem)
    shown = terminal.getvalue()
    assert "planning" in shown
    assert "bytes" in shown
    assert "above the bound" in shown
    assert plan == _plan(problem, show=False)


def test_a_short_search_shows_nothing(terminal: Terminal, problem: PlacementProblem):
    with redirect_stderr(terminal):
        plan_memory(problem, "hill_climb", effort=10_000, show_progress=True)
    assert terminal.getvalue() == ""


@pytest.mark.usefixtures("at_once")
def test_a_pipe_gets_nothing(problem: PlacementProblem, capfd: pytest.CaptureFixture[str]):
    _plan(problem)
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("at_once")
def test_who_does_not_want_it_gets_nothing(terminal: Terminal, problem: PlacementProblem):
    with redirect_stderr(terminal):
        _plan(problem, show=False)
        _plan(problem, algorithm="greedy_by_size")
    assert terminal.getvalue() == ""


@pytest.mark.usefixtures("at_once")
def test_without_a_standard_error_there_is_nobody_to_show(
    problem: PlacementProblem, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stderr", None)
    _plan(problem)


def test_it_waits_before_it_shows_and_between(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    now = [100.0]
    monkeypatch.setattr("usmp_passes.planning.progress.time.monotonic", lambda: now[0])
    with redirect_stderr(terminal), progress.search_progress(is_wanted=True) as report:
        assert report is not None
        now[0] += 0.4
        report(0.1, 111, 0)
        assert terminal.getvalue() == ""
        now[0] += 0.2
        report(0.2, 222, 0)
        now[0] += 0.05
        report(0.3, 333, 0)
        now[0] += 0.2
        report(0.4, 444, 400)
    shown = terminal.getvalue()
    assert "planning" in shown
    assert "111" not in shown
    assert "333" not in shown
    assert "444 bytes, 44 above the bound" in shown


@pytest.mark.usefixtures("at_once")
def test_the_bar_is_taken_away_after_an_error(terminal: Terminal):
    def fail() -> None:
        with redirect_stderr(terminal), progress.search_progress(is_wanted=True) as report:
            assert report is not None
            report(0.5, 12, 10)
            raise KeyboardInterrupt

    hide, show = "\x1b[?25l", "\x1b[?25h"
    with pytest.raises(KeyboardInterrupt):
        fail()
    assert terminal.getvalue().rfind(show) > terminal.getvalue().rfind(hide) >= 0
