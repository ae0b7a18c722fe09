"""The command `usmp-import`: what it prints, its exit status, and its files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from usmp_passes.tools import usmp_import, usmp_opt

SCRIPT = """\
@T.prim_func
def main(a: T.Buffer((4,), "int8")):
    a[0] = T.int8(1)
"""
IR = """\
builtin.module {
  tir.func @main(%a: memref<4xi8>) {
    %c1_i8 = arith.constant 1 : i8
    %c0 = arith.constant 0 : index
    tir.store %c1_i8, %a[%c0] : memref<4xi8>
  }
}

"""


def run(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = (sys.executable, "-m", "usmp_passes.tools.usmp_import", *arguments)
    return subprocess.run(command, input=data, capture_output=True, check=False)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "script.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_prints_the_module(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name of the file does not matter."""
    assert usmp_import.main([str(write(tmp_path, SCRIPT))]) == 0
    assert capsys.readouterr().out == IR


def test_output_file(tmp_path: Path) -> None:
    output = tmp_path / "out.mlir"
    assert usmp_import.main([str(write(tmp_path, SCRIPT)), "-o", str(output)]) == 0
    assert output.read_text(encoding="utf-8") == IR


def test_standard_input() -> None:
    result = run(SCRIPT.encode(), "-")
    assert (result.returncode, result.stdout.decode()) == (0, IR)


def test_locations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, SCRIPT)
    assert usmp_import.main([str(path), "--print-debuginfo"]) == 0
    assert f'loc("{path}":3:5)' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SCRIPT + "\nx = 1", ":5:1: error: 'x = 1' is not read: a script is never executed"),
        ("(" * 10_000, ":1:201: error: not Python: too many nested parentheses"),
        ("a\0", ":1:2: error: not Python: source code"),
        ("# é\n".encode("latin-1"), ":1:3: error: the file is not UTF-8 text: byte 0xe9"),
        ("", ":1:1: error: there is no function in the file"),
    ],
)
def test_errors(
    text: str | bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error has a place, and leaves the file of `-o` as it was."""
    path, output = write(tmp_path, text), tmp_path / "out.mlir"
    output.write_text("before", encoding="utf-8")
    assert usmp_import.main([str(path), "-o", str(output)]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{path}{message}")
    assert not captured.out
    assert "Traceback" not in captured.err
    assert output.read_text(encoding="utf-8") == "before"


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert usmp_import.main(["nowhere.py"]) == 1
    assert capsys.readouterr().err == "nowhere.py: error: cannot read: No such file or directory\n"


def test_usage_errors() -> None:
    for arguments in ([], ["a.py", "b.py"], ["a.py", "--passes", "cse"]):
        with pytest.raises(SystemExit) as error:
            usmp_import.main(arguments)
        assert error.value.code == 2


def test_errors_of_passes_point_into_the_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "recursive.py"
    path.write_text(
        "@T.prim_func\ndef f(a: T.handle):\n    b = T.allocate([4], 'int8')\n    f(b)\n",
        encoding="utf-8",
    )
    assert usmp_opt.main([str(path), "-p", "usmp-extract-buffer-info"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"{path}:4:5: error: ")
    assert "    f(b)\n    ^" in error
