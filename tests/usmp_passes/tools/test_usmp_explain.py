"""What `usmp-explain` reads, prints and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from usmp_passes.tools.usmp_explain import main
from usmp_passes.tools.usmp_opt import main as usmp_opt

Capture = pytest.CaptureFixture[str]

PROGRAM = """\
tir.func @inner(%x: memref<8xi8>) {
  %s = tir.allocate "scratch" : memref<8xi8>
  tir.call_extern @x(%x, %s) : (memref<8xi8>, memref<8xi8>) -> ()
}
tir.func @main() attributes {runner_function} {
  %a = tir.allocate "first" : memref<8xi8>
  %b = tir.allocate "second" : memref<8xi8>
  tir.call_extern @inner(%a) : (memref<8xi8>) -> ()
  tir.call_extern @x(%b) : (memref<8xi8>) -> ()
}
"""

SCRIPT = """\
from tvm.script import tir as T

@T.prim_func
def main(a: T.handle):
    A = T.match_buffer(a, (8,), "int8")
    B = T.alloc_buffer((8,), "int8")
    C = T.alloc_buffer((8,), "int8")
    for i in range(8):
        B[i] = A[i]
    for i in range(8):
        C[i] = B[i]
    for i in range(8):
        A[i] = C[i]
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "program.mlir"
    path.write_text(PROGRAM, encoding="utf-8")
    return str(path)


def test_a_conflict(program: str, capsys: Capture) -> None:
    assert main(["first", "scratch", program]) == 0
    text = capsys.readouterr().out
    assert text.startswith("'first' and 'scratch' conflict: ")
    assert f"{program}:3:3" in text
    assert f"tir.call_extern of @inner ({program}:8:3)" in text


def test_no_conflict_in_one_function(program: str, capsys: Capture) -> None:
    assert main(["first", "second", program]) == 0
    text = capsys.readouterr().out
    assert text.startswith("'first' and 'second' do not conflict: ")
    assert f"{program}:3:3" in text
    assert f"{program}:9:3" in text


def test_no_conflict_in_two_functions_has_locations_as_well(program: str, capsys: Capture) -> None:
    assert main(["scratch", "second", program]) == 0
    head, scratch, second = capsys.readouterr().out.splitlines()
    assert "there is no program point at which both are live" in head
    assert scratch.startswith("'scratch' is first accessed by tir.call_extern in @inner (")
    assert f"{program}:9:3" in second


def test_json(program: str, capsys: Capture) -> None:
    assert main(["first", "scratch", program, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema_version"] == 1
    assert document["buffers"] == ["first", "scratch"]
    assert document["conflict"] is True
    assert document["calls"] == [{"operation": "tir.call_extern", "location": f"{program}:8:3"}]
    first, scratch = document["lives"]
    assert (first["buffer"], scratch["function"]) == ("first", "inner")
    assert first["first"]["location"] == f"{program}:3:3"


def test_passes_and_scripts(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    assert main(["B", "C", str(path)]) == 0
    assert f"{path}:" in capsys.readouterr().out
    assert main(["B", "C", str(path), "-p", "unified-static-memory-planner"]) == 0
    assert capsys.readouterr().out.startswith("'B' and 'C' conflict")


def test_a_rewritten_program(program: str, tmp_path: Path, capsys: Capture) -> None:
    path = str(tmp_path / "rewritten.mlir")
    assert usmp_opt([program, "-p", "unified-static-memory-planner", "-o", path]) == 0
    assert main(["first", "scratch", path]) == 0
    assert capsys.readouterr().out.startswith("'first' and 'scratch' conflict: ")


def test_main_names_the_entry(program: str, capsys: Capture) -> None:
    assert main(["first", "scratch", program, "--main", "inner"]) == 0
    expected = (
        "'first' is not planned, so it conflicts with nothing: @main is not reached from @inner"
    )
    assert capsys.readouterr().out.startswith(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["firts", "second"], "error: there is no buffer 'firts': did you mean 'first'?"),
        (
            ["zzz", "second"],
            "error: there is no buffer 'zzz'\nnote: the buffers are 'scratch', 'first', 'second'",
        ),
        (["a\n\x1b[31m", "second"], "error: there is no buffer 'a\\n\\x1b[31m'"),
        (["first", "second", "--main", "other"], "there is no function @other with a body"),
        (["first", "second", "-p", "usmp-plan"], "unknown pass 'usmp-plan'"),
        (["first", "second", "-p", "usmp-plan-memory"], "run usmp-extract-buffer-info"),
    ],
)
def test_what_cannot_be_told(
    program: str, capsys: Capture, arguments: list[str], message: str
) -> None:
    assert main([*arguments[:2], program, *arguments[2:]]) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read: No such file or directory"),
        ("tir.func @f(", "program.mlir:1:13: error: "),
        ("tir.func @f() { tir.call_extern @f() : () -> () }", "recursion, @f -> @f"),
    ],
)
def test_bad_input(tmp_path: Path, capsys: Capture, text: str | None, message: str) -> None:
    path = tmp_path / "program.mlir"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main(["a", "b", str(path)]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "b"], ["a", "b", "c", "d"]])
def test_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    assert exit.value.code == 2


def test_help_tells_the_statuses(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["--help"])
    assert exit.value.code == 0
    assert "exit status: 0" in capsys.readouterr().out
