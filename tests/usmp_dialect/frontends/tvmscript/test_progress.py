"""What the reading of a long script shows on a terminal, and that a pipe gets nothing."""

from __future__ import annotations

import io
from contextlib import redirect_stderr

import pytest

from usmp_dialect.frontends.tvmscript import import_tvmscript, progress

SCRIPT = "from tvm.script import tir as T\n" + "".join(
    f"""
@T.prim_func
def f{number}(a: T.handle):
    A = T.match_buffer(a, (8,), "int8")
    for i in range(8):
        A[i] = A[i]
"""
    for number in range(20)
)


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


def test_a_terminal_sees_the_lines_go_by(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SHOWN_AFTER", 0.0)
    monkeypatch.setattr(progress, "_SHOWN_EVERY", 0.0)
    with redirect_stderr(terminal):
        module = import_tvmscript(SCRIPT, show_progress=True)
    text = terminal.getvalue()
    assert "reading" in text
    # Of a function there are five lines from `def` on.
    assert "80/80" in text
    assert str(module) == str(import_tvmscript(SCRIPT))


def test_what_is_soon_done_shows_nothing(terminal: Terminal) -> None:
    with redirect_stderr(terminal):
        import_tvmscript(SCRIPT.split("@T.prim_func\ndef f1")[0], show_progress=True)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("is_wanted", [False, True])
def test_nobody_else_gets_a_byte(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, is_wanted: bool
) -> None:
    monkeypatch.setattr(progress, "_SHOWN_AFTER", 0.0)
    stream = io.StringIO() if is_wanted else terminal
    with redirect_stderr(stream):
        import_tvmscript(SCRIPT, show_progress=is_wanted)
    assert stream.getvalue() == ""
