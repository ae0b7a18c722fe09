"""What `usmp-diff` reads, prints and returns."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from usmp_passes.tools.usmp_diff import LARGER_STATUS, main
from usmp_passes.tools.usmp_opt import main as usmp_opt

Capture = pytest.CaptureFixture[str]

PLAN = """\
usmp.pool @p
tir.func @main() {{
  %a = tir.allocate "a" {{pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>}} : memref<{size}xi8>
  tir.call_extern @x(%a) : (memref<{size}xi8>) -> ()
}}
"""  # noqa: E501


def plan(folder: Path, size: int) -> str:
    path = folder / f"plan_{size}.mlir"
    path.write_text(PLAN.format(size=size), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 0),
        (["--fail-if-larger"], LARGER_STATUS),
        (["--fail-if-larger", "--tolerance", "24"], 0),
        (["--fail-if-larger", "--tolerance", "15"], LARGER_STATUS),
        (["--fail-if-larger", "--tolerance", "16.7%"], 0),
        (["--fail-if-larger", "--tolerance", "16.6%"], LARGER_STATUS),
    ],
)
def test_the_gate(tmp_path: Path, capsys: Capture, arguments: list[str], status: int) -> None:
    old, new = plan(tmp_path, 96), plan(tmp_path, 111)
    assert main([old, new, *arguments]) == status
    captured = capsys.readouterr()
    assert "resized: 96 bytes before, 111 bytes now" in captured.out
    message = "larger: pool @p: 96 bytes before, 112 now\n"
    assert (message in captured.err) is (status == LARGER_STATUS)
    assert main([new, old, *arguments]) == 0


def test_reports_are_as_good_as_programs(tmp_path: Path, capsys: Capture) -> None:
    old, new = plan(tmp_path, 96), plan(tmp_path, 112)
    report = str(tmp_path / "old.json")
    assert usmp_opt([old, "-t", 'usmp-report{format="json"}', "-o", report]) == 0
    assert main([old, new, "--format", "json"]) == 0
    expected = capsys.readouterr().out
    assert main([report, new, "--format", "json"]) == 0
    assert capsys.readouterr().out == expected
    document = json.loads(expected)
    assert (document["old_total_bytes"], document["new_total_bytes"]) == (96, 112)
    assert document["buffers"][0]["changes"] == ["resized"]
    assert main([report, old]) == 0
    assert capsys.readouterr().out == "the plans are the same\n"


def test_the_standard_input(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = plan(tmp_path, 112)
    for format in ("mlir", 'usmp-report{format="json"}'):
        assert usmp_opt([new, "-t", format]) == 0
        text = capsys.readouterr().out
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert main(["-", new]) == 0
        assert capsys.readouterr().out == "the plans are the same\n"


def test_a_program_without_a_plan_has_no_size(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "unplanned.mlir"
    path.write_text(
        'tir.func @main() { %a = tir.allocate "a" : memref<4xi8>\n'
        "  tir.call_extern @x(%a) : (memref<4xi8>) -> () }",
        encoding="utf-8",
    )
    assert main([plan(tmp_path, 96), str(path)]) == 0
    assert "no place any more: @p at 0 before" in capsys.readouterr().out
    assert main([plan(tmp_path, 96), str(path), "--fail-if-larger"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"{path}: error: there is no size to compare, as buffer 'a' has no place in a pool: "
        "run usmp-plan-memory\n"
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing.mlir", None, "error: cannot read: No such file or directory"),
        ("bad.mlir", "tir.func", "bad.mlir:1:9: error: "),
        ("bad.mlir", "usmp.pool @p", "error: there is no entry function"),
        ("bad.json", "{}", "bad.json: error: no memory report"),
        ("bad.json", "nonsense", "bad.json: error: no JSON: expecting value, line 1, column 1"),
    ],
)
def test_bad_input(
    tmp_path: Path, capsys: Capture, name: str, text: str | None, message: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main([plan(tmp_path, 96), str(path)]) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_bytes_that_are_no_text(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "x.mlir"
    path.write_bytes(b"\xff")
    assert main([str(path), str(path)]) == 1
    assert capsys.readouterr().err == f"{path}: error: the file is not UTF-8 text: byte 0xff\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["one"], "the following arguments are required: NEW"),
        (["-", "-"], "only one of the two files can be the standard input"),
        (["a", "b", "--tolerance", "much"], "expected bytes, such as 65536 or 64KiB, got 'much'"),
        (["a", "b", "--format", "xml"], "invalid choice: 'xml'"),
    ],
)
def test_usage(capsys: Capture, arguments: list[str], message: str) -> None:
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    assert exit.value.code == 2
    assert message in capsys.readouterr().err


def test_help_tells_the_statuses(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["--help"])
    assert exit.value.code == 0
    assert "exit status: 0" in capsys.readouterr().out
