"""What `usmp-opt` says and does when something is wrong, and that it leaves nothing behind."""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from usmp_passes.tools.usmp_opt import main

PROGRAM = """\
builtin.module {
  func.func @f(%a: i32) -> i32 {
    %b = arith.addi %a, %a : i32
    func.return %b : i32
  }
}
"""

PRINTED = PROGRAM + "\n"
"""`PROGRAM` as xDSL prints it."""

PLUGIN = '''\
"""A plugin with a pass for every way a pass can fail."""

from dataclasses import dataclass
from typing import Literal

from xdsl.dialects import arith
from xdsl.passes import ModulePass
from xdsl.pattern_rewriter import PatternRewriteWalker, RewritePattern
from xdsl.universe import Universe
from xdsl.utils.exceptions import PassFailedException


def first(module, kind):
    return next(op for op in module.walk() if isinstance(op, kind))


@dataclass(frozen=True)
class FailPass(ModulePass):
    name = "test-fail"
    how: str

    def apply(self, ctx, op):
        add = first(op, arith.AddiOp)
        match self.how:
            case "message":
                add.emit_error("cannot add", PassFailedException("too hard"))
            case "note":
                error = PassFailedException("cannot add")
                error.add_note("subtract instead")
                raise error
            case "assert":
                assert add is None
            case "key":
                raise KeyError("lost")
            case "value":
                raise ValueError
            case "recursion":
                self.apply(ctx, op)
            case "interrupt":
                raise KeyboardInterrupt
            case "type":
                add.result._type = add.parent_op().function_type
            case "pattern":

                class Pattern(RewritePattern):
                    def match_and_rewrite(self, op, rewriter):
                        if isinstance(op, arith.AddiOp):
                            raise IndexError("no such operand")

                PatternRewriteWalker(Pattern()).rewrite_module(op)


@dataclass(frozen=True)
class OptionsPass(ModulePass):
    name = "test-options"
    count: int = 1
    loop_depth: int | None = None
    share: float = 0.5
    fast: bool = False
    sizes: tuple[int, ...] = ()
    mode: Literal["best", "first"] = "best"

    def apply(self, ctx, op):
        pass


def missing():
    import a_module_that_is_not_there


class OtherCse(ModulePass):
    name = "cse"

    def apply(self, ctx, op):
        raise AssertionError("xDSL's own pass should run")


UNIVERSE = Universe(
    all_passes={
        "test-fail": lambda: FailPass,
        "test-options": lambda: OptionsPass,
        "test-missing": missing,
        "cse": lambda: OtherCse,
    }
)
'''

Run = Callable[..., str]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.mlir"
    path.write_text(PROGRAM)
    return path


@pytest.fixture
def fail(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the driver, which must fail with status 1 and print nothing else; its message."""

    def run(*args: str | Path) -> str:
        assert main([str(arg) for arg in args]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert "Traceback" not in err
        return err

    return run


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, entry: str, code: str = "") -> None:
    """Make a plugin of the name `test` visible to this process."""
    module = entry.partition(":")[0]
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[xdsl.universe]\ntest = {entry}\n")
    if code:
        (folder / f"{module}.py").write_text(code)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    importlib.invalidate_caches()
    monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The warning that the plugin of this test always costs."""
    install(tmp_path, monkeypatch, "usmp_test_plugin:UNIVERSE", PLUGIN)
    return "warning: plugin 'test': pass 'cse' is ignored: the name is already taken\n"


# The input


def test_output(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(program)]) == 0
    assert capsys.readouterr() == (PRINTED, "")


def test_parse_error(fail: Run, program: Path) -> None:
    program.write_text(PROGRAM.replace("%b : i32", "%b : i64"))
    assert fail(program) == (
        f"{program}:4:17: error: operand is used with type i64, but has been previously used or "
        "defined with type i32\n"
        "    func.return %b : i64\n"
        "                ^^\n"
    )


def test_undefined_value(fail: Run, program: Path) -> None:
    program.write_text(PROGRAM.replace("%a, %a :", "%a, %typo :"))
    assert fail(program) == (
        f"{program}:3:25: error: values used but not defined: [%typo]\n"
        "    %b = arith.addi %a, %typo : i32\n"
        "                        ^^^^^\n"
    )


def test_redeclared_block(fail: Run, program: Path) -> None:
    program.write_text("func.func @f() {\n^a:\n  cf.br ^a\n^a:\n  func.return\n}\n")
    assert fail(program) == (
        f"{program}:4:1: error: re-declaration of block 'a'\n"
        "^a:\n"
        "^^\n"
        f"note: {program}:2:1: originally declared here\n"
    )


def test_parser_that_fails(fail: Run, program: Path) -> None:
    """xDSL does not foresee the second definition of a block that was first used."""
    program.write_text("func.func @f() {\n  cf.br ^a\n^a:\n  cf.br ^a\n^a:\n  func.return\n}\n")
    assert fail(program) == f"{program}:5:3: error: malformed input: KeyError: 'a'\n^a:\n  ^\n"


@pytest.mark.parametrize("text", ["", "\n", "// nothing but a comment\n"])
def test_empty_file(fail: Run, program: Path, text: str) -> None:
    program.write_text(text)
    first_line, *_ = fail(program).splitlines()
    assert first_line == f"{program}:1:1: error: the file is empty: expected a module"


@pytest.mark.parametrize("end", range(1, len(PROGRAM) - 2, 7))
def test_truncated_file(fail: Run, program: Path, end: int) -> None:
    program.write_text(PROGRAM[:end])
    assert fail(program).startswith(f"{program}:{PROGRAM.count(chr(10), 0, end) + 1}:")


def test_truncated_file_is_called_so(fail: Run, program: Path) -> None:
    program.write_text("builtin.module {\n")
    assert fail(program) == (
        f"{program}:2:1: error: unexpected end of file in block definition\n"
        "note: the file ends here: is it truncated?\n"
    )


def test_not_text(fail: Run, program: Path) -> None:
    program.write_bytes(b"// caf\xc3\xa9\n// \xc3\xa9\xff")
    assert fail(program) == f"{program}:2:5: error: the file is not UTF-8 text: byte 0xff\n"


def test_missing_file(fail: Run, tmp_path: Path) -> None:
    path = tmp_path / "none.mlir"
    assert fail(path) == f"{path}: error: cannot read: No such file or directory\n"


def test_directory_as_input(fail: Run, tmp_path: Path) -> None:
    assert fail(tmp_path) == f"{tmp_path}: error: cannot read: Is a directory\n"


def test_unknown_extension(fail: Run, program: Path) -> None:
    path = program.rename(program.with_suffix(".txt"))
    assert fail(path) == (
        f"{path}: error: unknown file extension 'txt'\n"
        "note: -f says what it is: mlir, py, tvmscript\n"
    )
    assert main([str(path), "-f", "mlir"]) == 0


def test_deep_nesting(fail: Run, program: Path) -> None:
    depth = 5000
    program.write_text("builtin.module {\n" * depth + "}\n" * depth)
    message = fail(program)
    assert message.startswith(f"{program}:")
    assert ": error: nested too deeply, while parsing the input\n" in message


def test_long_line_is_cut(fail: Run, program: Path) -> None:
    indent = " " * 1000
    program.write_text(f"{indent}builtin.module {{ {indent}?{indent} }}\n")
    _, excerpt, carets = fail(program).splitlines()
    assert len(excerpt) < 200
    assert excerpt[carets.index("^")] == "?"


def test_carets_below_tabs(fail: Run, program: Path) -> None:
    program.write_text("builtin.module {\n\t\t?\n}\n")
    assert fail(program).splitlines()[1:] == ["\t\t?", "\t\t^"]


def test_attribute_that_does_not_verify(fail: Run, program: Path) -> None:
    program.write_text('"test.op"() {a = 256 : i8} : () -> ()\n')
    assert fail(program).startswith(f"{program}:1:26: error: Integer value 256 is out of range ")


# The verifier


def test_operation_that_does_not_verify(fail: Run, program: Path) -> None:
    program.write_text(
        'builtin.module {\n  %c = "arith.constant"() <{value = 1 : i8}> : () -> i32\n}\n'
    )
    message = fail(program)
    assert message.startswith(f"{program}:2:3: error: 'arith.constant' does not verify: ")
    assert message.endswith('\n  %c = "arith.constant"() <{value = 1 : i8}> : () -> i32\n  ^\n')
    assert "builtin.module" not in message


def test_missing_terminator(fail: Run, program: Path) -> None:
    program.write_text(PROGRAM.replace("    func.return %b : i32\n", ""))
    assert fail(program) == (
        f"{program}:3:5: error: Operation arith.addi terminates block in single-block region but "
        "is not a terminator\n"
        "    %b = arith.addi %a, %a : i32\n"
        "    ^\n"
    )


def test_location_after_a_split(fail: Run, program: Path, tmp_path: Path) -> None:
    second = PROGRAM.replace("    func.return %b : i32\n", "")
    program.write_text(f"{PROGRAM}// -----\n{second}")
    output = tmp_path / "out.mlir"
    assert fail(program, "--split-input-file", "-o", output).startswith(f"{program}:10:5: error: ")


def test_location_of_the_file_itself_wins(fail: Run, program: Path) -> None:
    text = PROGRAM.replace("    func.return %b : i32\n", "")
    program.write_text(text.replace("%a : i32", '%a : i32 loc("net.py":7:9)'))
    message, *rest = fail(program).splitlines()
    assert message.startswith("net.py:7:9: error: ")
    assert not rest


def test_fused_location(fail: Run, program: Path) -> None:
    text = PROGRAM.replace("    func.return %b : i32\n", "")
    location = 'loc(fused[unknown, "layer"("net.py":7:9)])'
    program.write_text(text.replace("%a : i32", f"%a : i32 {location}"))
    assert fail(program).startswith("net.py:7:9: error: ")


# Passes and their options


def test_unknown_pass(fail: Run, program: Path) -> None:
    assert fail(program, "-p", "cse,canonicalise") == (
        "error: unknown pass 'canonicalise': did you mean 'canonicalize'?\n"
        "note: usmp-opt --help lists every pass\n"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            "cuont=3",
            "pass 'test-options' has no option 'cuont': did you mean 'count'?\n"
            "note: options of pass 'test-options': count, loop-depth, share, fast, sizes, mode",
        ),
        ("count=three", "option 'count' of pass 'test-options' must be an integer, not \"three\""),
        ("count", "option 'count' of pass 'test-options' must be an integer, not nothing"),
        ("count=1,2", "option 'count' of pass 'test-options' must be an integer, not 1,2"),
        (
            "loop-depth=a",
            "option 'loop-depth' of pass 'test-options' must be an integer, not \"a\"",
        ),
        (
            "share=2",
            "option 'share' of pass 'test-options' must be a number with a decimal point, such as "
            "2.0, not 2",
        ),
        ("fast=1", "option 'fast' of pass 'test-options' must be true or false, not 1"),
        (
            "sizes=1,b",
            "option 'sizes' of pass 'test-options' must be a comma-separated list, each an "
            'integer, not 1,"b"',
        ),
        (
            "mode=frist",
            "option 'mode' of pass 'test-options' must be one of best, first, not \"frist\": did "
            "you mean 'first'?",
        ),
    ],
)
def test_bad_option(fail: Run, program: Path, plugin: str, options: str, message: str) -> None:
    expected = f"{plugin}error: {message}\n"
    assert fail(program, "-p", f"test-options{{{options}}}") == expected


@pytest.mark.parametrize(
    "options", ["count=3 fast=true", "loop-depth", "share=2.0", "sizes=1,2", "mode=first", "sizes"]
)
@pytest.mark.usefixtures("plugin")
def test_good_option(program: Path, options: str) -> None:
    assert main([str(program), "-p", f"test-options{{{options}}}"]) == 0


def test_missing_option(fail: Run, program: Path, plugin: str) -> None:
    assert fail(program, "-p", "test-fail") == (
        f"{plugin}error: pass 'test-fail' needs option 'how'\n"
        "note: options of pass 'test-fail': how\n"
    )


def test_option_of_a_pass_without_any(fail: Run, program: Path) -> None:
    assert fail(program, "-p", "canonicalize{fast=true}") == (
        "error: pass 'canonicalize' has no option 'fast'\n"
        "note: pass 'canonicalize' has no options\n"
    )


@pytest.mark.parametrize("option", ["-p", "-t"])
def test_malformed_pipeline(fail: Run, program: Path, option: str) -> None:
    assert fail(program, option, "mlir{a=?}") == (
        "pass-pipeline:1:8: error: malformed pipeline: Unknown token\nmlir{a=?}\n       ^\n"
    )


@pytest.mark.parametrize(
    "pipeline", ["{", "cse{", "cse{a", "cse{a=", "cse{a=1", "cse cse", ",", "]"]
)
def test_every_malformed_pipeline(fail: Run, program: Path, pipeline: str) -> None:
    assert fail(program, "-p", pipeline).startswith("pass-pipeline:1:")


def test_unknown_target(fail: Run, program: Path) -> None:
    assert fail(program, "-t", "mlri") == (
        "error: unknown target 'mlri': did you mean 'mlir'?\n"
        "note: usmp-opt --help lists every target\n"
    )


def test_bad_target_option(fail: Run, program: Path) -> None:
    message, _ = fail(program, "-t", "mlir{print-debug-info=true}").splitlines()
    assert message == (
        "error: target 'mlir' has no option 'print-debug-info': did you mean 'print-debuginfo'?"
    )


def test_pass_that_cannot_be_imported(fail: Run, program: Path, plugin: str) -> None:
    assert fail(program, "-p", "test-missing") == (
        f"{plugin}error: pass 'test-missing' could not be loaded: "
        "No module named 'a_module_that_is_not_there'\n"
    )


# Passes that fail

ADD = "    %b = arith.addi %a, %a : i32\n    ^\n"
BUG = "note: --debug shows the traceback\n"


@pytest.mark.parametrize(
    ("how", "where", "message"),
    [
        ("message", ":3:5", f"cannot add: too hard\n{ADD}note: in pass 'test-fail'\n"),
        ("note", None, "cannot add\nnote: subtract instead\nnote: in pass 'test-fail'\n"),
        ("assert", None, f"internal error in pass 'test-fail': AssertionError\n{BUG}"),
        ("key", None, f"internal error in pass 'test-fail': KeyError: 'lost'\n{BUG}"),
        ("value", None, f"internal error in pass 'test-fail': ValueError\n{BUG}"),
        ("recursion", None, "nested too deeply, in pass 'test-fail'\n"),
        (
            "pattern",
            ":3:5",
            f"internal error in pass 'test-fail': IndexError: no such operand\n{ADD}{BUG}",
        ),
    ],
)
def test_failing_pass(
    fail: Run, program: Path, plugin: str, how: str, where: str | None, message: str
) -> None:
    prefix = "" if where is None else f"{program}{where}: "
    pipeline = f"canonicalize,test-fail{{how={how}}},canonicalize"
    assert fail(program, "-p", pipeline) == f"{plugin}{prefix}error: {message}"


def test_pass_that_breaks_the_module(fail: Run, program: Path, plugin: str) -> None:
    message = fail(program, "-p", "test-fail{how=type}").removeprefix(plugin)
    assert message.startswith(f"{program}:3:5: error: 'arith.addi' does not verify: ")
    assert message.endswith(f"\n{ADD}note: while verifying the result of pass 'test-fail'\n")


@pytest.mark.usefixtures("plugin")
def test_debug_shows_the_traceback(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(program), "-p", "test-fail{how=key}", "--debug"]) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith(f"error: internal error in pass 'test-fail': KeyError: 'lost'\n{BUG}")


@pytest.mark.usefixtures("plugin")
def test_interrupt(program: Path) -> None:
    status = main([str(program), "-p", "test-fail{how=interrupt}"])
    assert status == 128 + signal.SIGINT


# Plugins


def test_broken_plugin(
    program: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    install(tmp_path, monkeypatch, "usmp_broken_plugin:UNIVERSE", "import not_there_at_all\n")
    assert main([str(program)]) == 0
    assert capsys.readouterr() == (
        PRINTED,
        "warning: plugin 'test' could not be loaded: No module named 'not_there_at_all'\n",
    )


def test_plugin_that_is_no_universe(
    program: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    install(tmp_path, monkeypatch, "usmp_odd_plugin:UNIVERSE", "UNIVERSE = 'universe'\n")
    assert main([str(program)]) == 0
    assert capsys.readouterr() == (
        PRINTED,
        "warning: plugin 'test' could not be loaded: "
        "usmp_odd_plugin:UNIVERSE is not an xdsl.universe.Universe\n",
    )


@pytest.mark.usefixtures("plugin")
def test_name_that_is_taken(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(program), "-p", "cse"]) == 0
    assert capsys.readouterr().out == PRINTED


# The output


def test_output_file(program: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mlir"
    assert main([str(program), "-o", str(output)]) == 0
    assert output.read_text() == PRINTED
    assert set(tmp_path.iterdir()) == {program, output}


def test_output_onto_the_input(program: Path) -> None:
    assert main([str(program), "-p", "canonicalize", "-o", str(program)]) == 0
    assert program.read_text() == PRINTED


def test_output_keeps_the_mode_and_the_link(program: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mlir"
    output.write_text("before")
    output.chmod(0o640)
    link = tmp_path / "link.mlir"
    link.symlink_to(output)
    assert main([str(program), "-o", str(link)]) == 0
    assert link.is_symlink()
    assert output.read_text() == PRINTED
    assert output.stat().st_mode & 0o777 == 0o640


def test_output_to_a_device(program: Path) -> None:
    assert main([str(program), "-o", os.devnull]) == 0
    assert Path(os.devnull).is_char_device()


def test_output_file_is_kept_on_failure(
    fail: Run, program: Path, tmp_path: Path, plugin: str
) -> None:
    output = tmp_path / "out.mlir"
    output.write_text("before")
    before = set(tmp_path.iterdir())
    assert plugin in fail(program, "-p", "test-fail{how=key}", "-o", output)
    assert output.read_text() == "before"
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "__pycache__"}


def test_second_part_fails(fail: Run, program: Path, tmp_path: Path) -> None:
    program.write_text(f"{PROGRAM}// -----\n{PROGRAM.replace('addi', 'addo')}")
    output = tmp_path / "out.mlir"
    message = fail(program, "--split-input-file", "-o", output)
    assert message.startswith(f"{program}:10:21: error: Operation arith.addo is not registered\n")
    assert not output.exists()


def test_output_that_cannot_be_written(
    fail: Run, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out.mlir"

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", full)
    assert fail(program, "-o", output) == (
        f"{output}: error: cannot write: No space left on device\n"
    )
    assert set(tmp_path.iterdir()) == {program}


def test_output_into_a_missing_folder(fail: Run, program: Path, tmp_path: Path) -> None:
    output = tmp_path / "none" / "out.mlir"
    assert fail(program, "-o", output) == (
        f"{output}: error: cannot write: No such file or directory\n"
    )


def test_output_onto_a_folder(fail: Run, program: Path, tmp_path: Path) -> None:
    assert fail(program, "-o", tmp_path) == f"{tmp_path}: error: cannot write: Is a directory\n"


# As a program


def run_program(*args: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "usmp_passes.tools.usmp_opt", *map(str, args))
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


def test_usage_error(program: Path) -> None:
    result = run_program(program, "--no-such-option")
    assert result.returncode == 2
    assert "unrecognized arguments: --no-such-option" in result.stderr
    assert "Traceback" not in result.stderr


def test_standard_input() -> None:
    result = run_program(stdin=PROGRAM)
    assert (result.returncode, result.stdout, result.stderr) == (0, PRINTED, "")


def test_error_in_standard_input() -> None:
    result = run_program(stdin="?")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("stdin:1:1: error: ")


def test_reader_that_has_gone(tmp_path: Path) -> None:
    big = tmp_path / "big.mlir"
    constants = "".join(f"  %c{i} = arith.constant {i} : i32\n" for i in range(5000))
    big.write_text(f"builtin.module {{\n{constants}}}\n")
    command = (sys.executable, "-m", "usmp_passes.tools.usmp_opt", str(big))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 128 + signal.SIGPIPE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_standard_output_that_is_full(program: Path) -> None:
    command = (sys.executable, "-m", "usmp_passes.tools.usmp_opt", str(program))
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert result.returncode == 1
    assert result.stderr == "error: No space left on device, while writing the output\n"


@pytest.mark.parametrize("has_file", [True, False])
def test_standard_output_that_is_closed(program: Path, tmp_path: Path, has_file: bool) -> None:
    output = tmp_path / "out.mlir"
    command = (sys.executable, "-m", "usmp_passes.tools.usmp_opt", str(program))
    result = subprocess.run(
        ("sh", "-c", '"$@" >&-', "sh", *command, *(("-o", str(output)) if has_file else ())),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if has_file:
        assert (result.returncode, result.stderr) == (0, "")
        assert output.read_text() == PRINTED
    else:
        assert result.returncode == 1
        assert (
            result.stderr == "error: there is no output file, and the standard output is closed\n"
        )
