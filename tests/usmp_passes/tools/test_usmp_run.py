"""`usmp-run`: what it computes, prints and writes, and its messages."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from usmp_passes.tools import usmp_run

np = pytest.importorskip("numpy")

NEEDS_GCC = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
ENGINES = [pytest.param("c", marks=NEEDS_GCC), "interpreter"]

# y[i] = (x[i] + w[i])^2, by way of two buffers of 16 bits; n counts the elements.
SQUARES = """\
tir.func @add(%x: memref<4xi16>, %w: memref<4xi16>, %sum: memref<4xi16>) {
  tir.for %i = 0 to 4 {
    %a = tir.load %x[%i] : memref<4xi16>
    %b = tir.load %w[%i] : memref<4xi16>
    %c = arith.addi %a, %b : i16
    tir.store %c, %sum[%i] : memref<4xi16>
  }
}

tir.func @square(%sum: memref<4xi16>, %y: memref<4xi32>) {
  %copy = tir.allocate "copy" : memref<4xi16>
  tir.for %i = 0 to 4 {
    %a = tir.load %sum[%i] : memref<4xi16>
    tir.store %a, %copy[%i] : memref<4xi16>
  }
  tir.for %i = 0 to 4 {
    %a = tir.load %copy[%i] : memref<4xi16>
    %b = arith.extsi %a : i16 to i32
    %c = arith.muli %b, %b : i32
    tir.store %c, %y[%i] : memref<4xi32>
  }
}

tir.func @main(%x: memref<?xi8>, %y: memref<2x2xi32>, %n: memref<1xi8>)
    attributes {runner_function} {
  %sum = tir.allocate "sum" : memref<8xi8>
  %w = tir.lookup_param "w" : memref<?xi8>
  tir.call_extern @add(%x, %w, %sum) : (memref<?xi8>, memref<?xi8>, memref<8xi8>) -> ()
  tir.call_extern @square(%sum, %y) : (memref<8xi8>, memref<2x2xi32>) -> ()
  %c0 = arith.constant 0 : index
  %old = tir.load %n[%c0] : memref<1xi8>
  %c4 = arith.constant 4 : i8
  %new = arith.addi %old, %c4 : i8
  tir.store %new, %n[%c0] : memref<1xi8>
}
"""

# Copies a buffer that was never written.
UNWRITTEN = """\
tir.func @main(%y: memref<4xi8>) {
  %buffer = tir.allocate "buffer" : memref<4xi8>
  tir.for %i = 0 to 4 {
    %a = tir.load %buffer[%i] : memref<4xi8>
    tir.store %a, %y[%i] : memref<4xi8>
  }
}
"""

SCRIPT = """\
@T.prim_func
def add(a: T.Buffer((2,), "float32"), b: T.Buffer((2,), "float32"), c: T.Buffer((2,), "float32")):
    for i in range(2):
        c[i] = a[i] + b[i]
"""

X, W = np.array([1, -2, 3, 300], np.int16), np.array([1, 1, -1, 200], np.int16)
EXPECTED = [[4, 1], [4, 250000]]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("squares.mlir").write_text(SQUARES)
    Path("unwritten.mlir").write_text(UNWRITTEN)
    np.save("x.npy", X)
    np.save("big_endian.npy", X.astype(">i2"))
    np.save("short.npy", X[:3])
    np.save("float.npy", X.astype(np.float32))
    np.save("n.npy", np.array([250], np.uint8))
    np.savez("all.npz", x=X, n=np.array([250], np.uint8))
    np.savez("w.npz", w=W, unused=W)
    np.savez("none.npz", v=W)


def run(arguments: str) -> int:
    return usmp_run.main(arguments.split())


@pytest.mark.parametrize("mode", ["", " --planned", " --compare", " --compare --algorithm optimal"])
@pytest.mark.parametrize("engine", ENGINES)
def test_results(engine: str, mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(
        f"squares.mlir --inputs x.npy --parameters w.npz --engine={engine} -o out.npz{mode}"
    )
    captured = capsys.readouterr()
    assert (status, captured.err) == (0, "")
    assert captured.out.splitlines()[:2] == ["y: 2x2 int32, 1 to 250000", "n: 1 uint8, 4 to 4"]
    assert ("the results are the same" in captured.out) == ("--compare" in mode)
    results = np.load("out.npz")
    assert results.files == ["y", "n"]
    assert results["y"].tolist() == EXPECTED


@pytest.mark.parametrize("inputs", ["all.npz", "n=n.npy x=x.npy", "n=n.npy big_endian.npy"])
@pytest.mark.parametrize("engine", ENGINES)
def test_inputs(engine: str, inputs: str) -> None:
    """By name, in order, or all in a file. An input that the program changes is a result."""
    options = f"--parameters w.npz --engine={engine} -o out.npz"
    assert run(f"squares.mlir {options} --inputs {inputs}") == 0
    results = np.load("out.npz")
    assert results["y"].tolist() == EXPECTED
    assert results["n"].tolist() == [254]


@NEEDS_GCC
def test_difference_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """What a program reads that was never written depends on where it lies."""
    assert run("unwritten.mlir --compare --engine=c -o out.npz") == 1
    message = "error: 'y' is not the same after planning: 4 of 4 bytes differ\n"
    assert capsys.readouterr() == ("", message)
    assert not Path("out.npz").exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_empty_buffer(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty.mlir").write_text("tir.func @f(%x: memref<0xi8>) {}")
    assert run(f"empty.mlir --engine={engine} --compare") == 0
    assert capsys.readouterr().out.startswith("x: 0 uint8\n")


@pytest.mark.parametrize("mode", ["", "--planned"])
def test_poison(mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"unwritten.mlir --engine=interpreter --poison {mode}") == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("error: tir.load in @main (unwritten.mlir:4:5): ")
    assert run(f"squares.mlir --inputs x.npy --parameters w.npz --engine=interpreter {mode}") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("nope.mlir", "nope.mlir: error: cannot read: No such file or directory"),
        ("x.npy", "x.npy: error: the file is not UTF-8 text: byte 0x93"),
        (
            "squares.mlir --inputs nope.npy",
            "nope.npy: error: cannot read: No such file or directory",
        ),
        (
            "squares.mlir --inputs squares.mlir",
            "squares.mlir: error: not an .npy or .npz file of numbers",
        ),
        ("squares.mlir --inputs short.npy", "error: input 'x' has 3 elements, expected 4"),
        (
            "squares.mlir --inputs float.npy",
            "error: input 'x' is of float32, expected int16 or uint16",
        ),
        (
            "squares.mlir --inputs z=x.npy",
            "error: z=x.npy: the program has no argument 'z'; the arguments are x, y, n",
        ),
        (
            "squares.mlir --inputs x.npy x=x.npy",
            "error: x=x.npy: argument 'x' is given already",
        ),
        (
            "unwritten.mlir --inputs n.npy n.npy",
            "error: n.npy: there are more inputs than arguments; the arguments are y",
        ),
        (
            "squares.mlir --inputs all.npz y=x.npy",
            "error: input 'y' is of int16, expected int32 or uint32",
        ),
        (
            "squares.mlir --inputs x.npy",
            "error: the program looks up parameters that are missing: 'w': memref<4xi16>",
        ),
        (
            "squares.mlir --inputs x.npy --parameters none.npz",
            "none.npz: error: the program looks up parameters that are missing: 'w': memref<4xi16>",
        ),
    ],
)
def test_errors(arguments: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[0] == message
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("tir.func @f(%n: index) {}", "entry.mlir:1:1: error: 'n' of @f is no buffer: index"),
        (
            "tir.func @f() {}\ntir.func @g() {}",
            "entry.mlir: error: expected one entry function, found @f, @g: mark it runner_function",
        ),
        (
            "tir.func @f(%x: memref<?xi8>) {}",
            "error: argument 'x' is memref<?xi8>, and nothing says how large it is: "
            "give it, --inputs x=FILE.npy",
        ),
        pytest.param(
            "tir.func @f(%x: memref<0xi8>) {\n  tir.call_extern @g(%x) : (memref<0xi8>) -> ()\n}",
            "entry.mlir:2:3: error: @g is defined elsewhere: the program cannot be run alone",
            marks=NEEDS_GCC,
        ),
    ],
)
def test_entry_that_cannot_be_run(
    entry: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("entry.mlir").write_text(entry)
    assert run("entry.mlir") == 1
    assert capsys.readouterr().err.splitlines()[0] == message


@pytest.mark.parametrize("engine", ENGINES)
def test_script(engine: str) -> None:
    """A program may be a TVMScript file."""
    Path("add.py").write_text(SCRIPT)
    np.save("a.npy", np.array([1.5, -2.0], np.float32))
    np.save("b.npy", np.array([0.25, 4.0], np.float32))
    assert run(f"add.py --inputs a.npy b.npy --compare --engine={engine} -o out.npz") == 0
    assert np.load("out.npz")["c"].tolist() == [1.75, 2.0]


def test_output_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("unwritten.mlir --engine=interpreter -o nowhere/out.npz") == 1
    message = "nowhere/out.npz: error: cannot write: No such file or directory\n"
    assert capsys.readouterr() == ("", message)


def test_no_compiler(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    assert run("unwritten.mlir --engine=c") == 1
    assert capsys.readouterr().err.startswith("error: there is no C compiler: install gcc, name ")


def test_no_numpy(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert run("unwritten.mlir") == 1
    assert capsys.readouterr().err == "error: usmp-run needs NumPy: pip install 'usmp[run]'\n"
