"""That a report on a terminal is in colour and as wide as that, and nowhere else."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from usmp_passes.tools.terminal import suited_to_terminal
from usmp_passes.tools.usmp_opt import main

PROGRAM = """\
tir.func @main() {
  %a = tir.allocate "a" : memref<4xi8>
  tir.call_extern @x(%a) : (memref<4xi8>) -> ()
}
"""


class Terminal(io.TextIOWrapper):
    """Stands in for the standard output of a terminal."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        self.flush()
        data = self.buffer
        assert isinstance(data, io.BytesIO)
        return data.getvalue().decode()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "program.mlir"
    path.write_text(PROGRAM, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("target", "suited"),
    [
        ("usmp-report", "usmp-report{color=true width=100}"),
        ("usmp-report{}", "usmp-report{color=true width=100}"),
        ('usmp-report{format="csv"}', 'usmp-report{format="csv" color=true width=100}'),
        ("usmp-report{width=50 }", "usmp-report{width=50  color=true}"),
        ("usmp-report{width=50 color=false}", "usmp-report{width=50 color=false}"),
        ("mlir", "mlir"),
        ("c{part=source}", "c{part=source}"),
    ],
)
def test_options_are_added_where_they_are_not_given(target: str, suited: str) -> None:
    assert suited_to_terminal(target) == suited


def test_a_terminal_gets_colour(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main([program, "-t", "usmp-report"]) == 0
    assert "\x1b[1m" in terminal.text()


@pytest.mark.parametrize("setting", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_one_that_has_none_does_not(
    program: str, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv(*setting)
    assert main([program, "-t", "usmp-report"]) == 0
    assert "\x1b" not in terminal.text()


def test_a_file_and_a_pipe_get_none(
    program: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([program, "-t", "usmp-report"]) == 0
    piped = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert main([program, "-t", "usmp-report", "-o", str(tmp_path / "out.txt")]) == 0
    assert "\x1b" not in piped
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == piped.removesuffix("\n") + "\n"
