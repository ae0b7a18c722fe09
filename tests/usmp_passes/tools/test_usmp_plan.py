"""What `usmp-plan` prints and where, and what it says and does when something is wrong."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from usmp_passes.planning import (
    AlgorithmError,
    NotProvenError,
    PlacementProblem,
    Plan,
    algorithm_names,
    plan_memory,
)
from usmp_passes.planning.formats.json_format import read_json
from usmp_passes.planning.formats.minimalloc_csv import read_minimalloc_csv
from usmp_passes.tools import usmp_plan
from usmp_passes.tools.usmp_plan import main

PROBLEM = """\
id,lower,upper,size
b1,0,3,4
b2,3,9,4
b3,0,9,4
b4,9,21,4
b5,0,21,4
"""
"""MiniMalloc's own example, which needs 12 bytes."""

TWO_POOLS = """\
{
  "version": 1,
  "pools": [{"name": "fast", "size_hint_bytes": 8}, {"name": "slow"}],
  "buffers": [
    {"name": "a", "size_bytes": 8, "live": [[0, 3]]},
    {"name": "b", "size_bytes": 16, "live": [[2, 5]]}
  ]
}
"""

Run = Callable[..., str]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.csv"
    path.write_text(PROBLEM)
    return path


@pytest.fixture
def fail(capsys: Capture) -> Run:
    """Runs the tool, which must fail with status 1 and print nothing else; its message."""

    def run(*args: str | Path) -> str:
        assert main([str(arg) for arg in args]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert "Traceback" not in err
        return err

    return run


@pytest.fixture
def misuse(capsys: Capture) -> Run:
    """Runs the tool, which must fail with status 2; the last line of its message."""

    def run(*args: str | Path) -> str:
        with pytest.raises(SystemExit) as caught:
            main([str(arg) for arg in args])
        assert caught.value.code == 2
        out, err = capsys.readouterr()
        assert out == ""
        return err.splitlines()[-1]

    return run


def sound_size(text: str) -> int:
    """The size of the plan in a CSV file, of which no buffers overlap."""
    placed = read_minimalloc_csv(text, fixed_offsets=True).problem.buffers
    places: list[tuple[range, range]] = []
    for buffer in placed:
        assert buffer.live is not None
        assert buffer.fixed_allocation is not None
        ((first, last),) = buffer.live
        offset = buffer.fixed_allocation.byte_offset
        places.append((range(first, last + 1), range(offset, offset + buffer.size_bytes)))
    for i, (points, place) in enumerate(places):
        for other_points, other_place in places[:i]:
            assert not (set(points) & set(other_points) and set(place) & set(other_place))
    return max(place.stop for _, place in places)


def interrupt(*_: object, **__: object) -> Plan:
    raise KeyboardInterrupt


# What it prints


def test_csv(problem: Path, capsys: Capture) -> None:
    assert main([str(problem)]) == 0
    out, err = capsys.readouterr()
    assert [line.rpartition(",")[0] for line in out.splitlines()] == PROBLEM.splitlines()
    assert out.startswith("id,lower,upper,size,offset\n")
    assert sound_size(out) == 12
    assert err.startswith("size 12 bytes, lower bound 12, gap 0, optimal; algorithm best, ")
    assert err.count("\n") == 1


def test_line_ends_are_kept(problem: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    problem.write_bytes(PROBLEM.replace("\n", "\r\n").encode())
    assert main([str(problem), "-q"]) == 0
    out = capfdbinary.readouterr().out
    assert out.count(b"\r\n") == out.count(b"\n") == PROBLEM.count("\n")
    assert b"\r\r" not in out


def test_quiet(problem: Path, capsys: Capture) -> None:
    assert main([str(problem), "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_json_of_csv(problem: Path, capsys: Capture) -> None:
    assert main([str(problem), "--json", "--capacity", "1KiB", "--time-limit", "none"]) == 0
    out = capsys.readouterr().out
    file = read_json(out)
    assert file.problem == read_minimalloc_csv(PROBLEM, capacity=1024).problem
    assert file.ignores_offsets
    figures = json.loads(out)["plan"]
    assert figures["size_bytes"] == 12
    assert figures["is_optimal"]
    assert figures["time_limit"] is None


def test_json(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "problem.json"
    path.write_text(TWO_POOLS)
    assert main([str(path)]) == 0
    out, err = capsys.readouterr()
    assert [buffer["pool_allocation"] for buffer in json.loads(out)["buffers"]] == [
        {"pool": "fast", "byte_offset": 0},
        {"pool": "slow", "byte_offset": 0},
    ]
    first, *pools = err.splitlines()
    assert first.startswith("size 24 bytes, lower bound 24, gap 0, ")
    assert pools == [
        "  fast: size 8 bytes, lower bound 8, gap 0, capacity 8",
        "  slow: size 16 bytes, lower bound 16, gap 0",
    ]


@pytest.mark.parametrize("text", [PROBLEM, TWO_POOLS])
def test_standard_input(text: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """The format is told by what is there."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["-"]) == 0
    assert capsys.readouterr().out[:2] == text[:2]


def test_format_of_the_extension(tmp_path: Path, fail: Run) -> None:
    path = tmp_path / "problem.txt"
    path.write_text(PROBLEM)
    assert fail(path) == (
        f"{path}: error: unknown file extension 'txt'\nnote: --format says what it is: csv, json\n"
    )
    assert main([str(path), "--format", "csv"]) == 0


def test_fixed_offsets(problem: Path, capsys: Capture) -> None:
    problem.write_text("id,lower,upper,size,offset\na,0,3,4,96\nb,0,3,8,\n")
    assert main([str(problem), "--fixed-offsets"]) == 0
    out, err = capsys.readouterr()
    assert "a,0,3,4,96\nb,0,3,8," in out
    assert sound_size(out) == 100
    assert "note" not in err


def test_offsets_are_planned_anew(problem: Path, capsys: Capture) -> None:
    problem.write_text("id,lower,upper,size,offset\na,0,3,4,96\nb,0,3,8,\n")
    assert main([str(problem)]) == 0
    out, err = capsys.readouterr()
    assert sound_size(out) == 12
    note = "note: the offsets of the input are planned anew: --fixed-offsets keeps them"
    assert note in err.splitlines()


def test_a_plan_can_be_planned_again(problem: Path, capsys: Capture) -> None:
    assert main([str(problem), "-o", str(problem)]) == 0
    first = problem.read_text()
    assert main([str(problem)]) == 0
    assert capsys.readouterr().out == first


@pytest.mark.parametrize("algorithm", ["greedy_by_size", "greedy_by_conflicts", "hill_climb"])
def test_algorithms(problem: Path, capsys: Capture, algorithm: str) -> None:
    assert main([str(problem), "--algorithm", algorithm, "--seed", "1"]) == 0
    out, err = capsys.readouterr()
    assert f"; algorithm {algorithm}, " in err
    assert sound_size(out) >= 12


def test_list_algorithms(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--list-algorithms"])
    assert caught.value.code == 0
    names = capsys.readouterr().out.splitlines()
    assert names == list(algorithm_names())
    assert {"best", "optimal", "hill_climb"} <= set(names)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_for_terminals(
    problem: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, is_terminal: bool
) -> None:
    seen: list[object] = []

    def spy(problem: PlacementProblem, *_: object, show_progress: bool, **__: object) -> Plan:
        seen.append(show_progress)
        return plan_memory(problem)

    monkeypatch.setattr(usmp_plan, "plan_memory", spy)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    assert main([str(problem)]) == 0
    assert main([str(problem), "--quiet"]) == 0
    assert seen == [is_terminal, False]
    capsys.readouterr()


def test_options_reach_the_planner(
    problem: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    seen: list[tuple[int | None, object]] = []

    def spy(problem: PlacementProblem, algorithm: str, **options: object) -> Plan:
        seen.append((problem.pools[0].capacity, (algorithm, options)))
        return plan_memory(problem)

    monkeypatch.setattr(usmp_plan, "plan_memory", spy)
    options = {"seed": 0, "time_limit": 10.0, "show_progress": False}
    assert main([str(problem)]) == 0
    assert main([str(problem), "--time-limit", "0", "--seed", "7", "--capacity", "2KiB"]) == 0
    assert main([str(problem), "--time-limit", "0.5", "--algorithm", "hill_climb"]) == 0
    assert seen == [
        (None, ("best", options)),
        (2048, ("best", {**options, "seed": 7, "time_limit": None})),
        (None, ("hill_climb", {**options, "time_limit": 0.5})),
    ]
    capsys.readouterr()


# Problems without a plan


def test_does_not_fit(problem: Path, fail: Run) -> None:
    message = fail(problem, "--capacity", "11")
    assert message.startswith("error: pool 'memory' is too small: ")
    assert "11 bytes, 1 too few" in message
    assert "'b5' of 4 bytes" in message
    assert message.endswith("note: --capacity 12 is enough\n")


def test_fits_exactly(problem: Path) -> None:
    assert main([str(problem), "--capacity", "12"]) == 0


def test_not_proven(problem: Path, fail: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(problem: PlacementProblem, *_: object, **__: object) -> Plan:
        raise NotProvenError(plan_memory(problem))

    monkeypatch.setattr(usmp_plan, "plan_memory", give_up)
    message = fail(problem, "--algorithm", "optimal")
    assert message.startswith("error: no plan was proven optimal: ")


def test_algorithm_of_others_that_fails(
    problem: Path, fail: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Plan:
        raise AlgorithmError("algorithm 'x' made a wrong plan")

    monkeypatch.setattr(usmp_plan, "plan_memory", refuse)
    assert fail(problem) == "error: algorithm 'x' made a wrong plan\n"


# Input that is wrong


def test_bad_row(problem: Path, fail: Run) -> None:
    problem.write_text(PROBLEM.replace("b4,9,21", "b4,9,x"))
    assert fail(problem) == (
        f"{problem}:5: error: column 'upper': expected a whole number, got 'x'\n"
    )


def test_bad_field(tmp_path: Path, fail: Run) -> None:
    path = tmp_path / "problem.json"
    path.write_text(TWO_POOLS.replace('"size_bytes": 8', '"size": 8'))
    assert fail(path).startswith(f"{path}: error: buffers[0] \"a\": field 'size': unknown; ")


def test_buffers_fixed_onto_each_other(problem: Path, fail: Run) -> None:
    problem.write_text("id,lower,upper,size,offset\na,0,3,4,0\nb,0,3,8,0\n")
    message = fail(problem, "--fixed-offsets")
    assert message.startswith("error: ")
    assert "internal error" not in message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file(problem: Path, fail: Run, content: bytes) -> None:
    problem.write_bytes(content)
    assert fail(problem).startswith(f"{problem}: error: the file is empty: expected a line that ")


def test_not_text(problem: Path, fail: Run) -> None:
    problem.write_bytes(PROBLEM.encode() + b"caf\xe9,0,1,2\n")
    assert fail(problem) == f"{problem}:7: error: the file is not UTF-8 text: byte 0xe9\n"
    problem.write_bytes(bytes(100))
    assert fail(problem).startswith(f"{problem}:1:1: error: unexpected character '\\x00'")


def test_unreadable(fail: Run, tmp_path: Path) -> None:
    assert fail(tmp_path / "no.csv") == (
        f"{tmp_path / 'no.csv'}: error: cannot read: No such file or directory\n"
    )
    assert fail(tmp_path) == f"{tmp_path}: error: cannot read: Is a directory\n"
    assert fail("a\0b.csv").startswith("a\0b.csv: error: cannot read: ")


def test_closed_standard_input(fail: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert fail("-") == "error: the standard input is closed: name a file\n"


def test_internal_error(
    problem: Path, fail: Run, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def break_down(*_: object, **__: object) -> Plan:
        raise KeyError("lost")

    monkeypatch.setattr(usmp_plan, "plan_memory", break_down)
    message = "error: internal error: KeyError: 'lost'\nnote: --debug shows the traceback\n"
    assert fail(problem) == message
    assert main([str(problem), "--debug"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert err.endswith(message)


def test_out_of_memory(problem: Path, fail: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*_: object, **__: object) -> Plan:
        raise MemoryError

    monkeypatch.setattr(usmp_plan, "plan_memory", exhaust)
    assert fail(problem) == "error: the problem is too large for the memory of this machine\n"


# The command line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: FILE"),
        (["x.csv", "--capacity", "64K"], "argument --capacity: unknown unit 'K' in '64K': "),
        (["x.csv", "--time-limit", "-1"], "argument --time-limit: expected seconds, or none, got"),
        (["x.csv", "--time-limit", "inf"], "argument --time-limit: expected seconds, or none, g"),
        (["x.csv", "--time-limit", "soon"], "argument --time-limit: expected seconds, or none, "),
        (["x.csv", "--seed", "-1"], "argument --seed: expected a whole number, 0 or more, got '-"),
        (["x.csv", "--seed", "²"], "argument --seed: expected a whole number, 0 or more, got '²'"),
        (
            ["x.csv", "--algorithm", "hillclimb"],
            "argument --algorithm: unknown algorithm 'hillclimb': did you mean 'hill_climb'?",
        ),
        (
            ["x.csv", "--algorithm", "zzz"],
            "argument --algorithm: unknown algorithm 'zzz': expected one of ",
        ),
        (["x.csv", "--format", "xml"], "argument --format: invalid choice: 'xml' (choose from "),
        (["x.csv", "y.csv"], "unrecognized arguments: y.csv"),
    ],
)
def test_misuse(misuse: Run, arguments: list[str], message: str) -> None:
    assert misuse(*arguments).startswith(f"usmp-plan: error: {message}")


# The output


def test_output_file(problem: Path, tmp_path: Path, capsys: Capture) -> None:
    output = tmp_path / "plan.csv"
    assert main([str(problem), "-o", str(output)]) == 0
    assert capsys.readouterr().out == ""
    assert sound_size(output.read_text()) == 12
    assert set(tmp_path.iterdir()) == {problem, output}


def test_output_file_is_kept_on_failure(problem: Path, tmp_path: Path, fail: Run) -> None:
    output = tmp_path / "plan.csv"
    output.write_text("before")
    fail(problem, "-o", output, "--capacity", "1")
    assert output.read_text() == "before"


def test_output_cannot_be_written(
    problem: Path, tmp_path: Path, fail: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is said before the search, not after it."""
    monkeypatch.setattr(usmp_plan, "plan_memory", interrupt)
    missing = tmp_path / "none" / "plan.csv"
    assert fail(problem, "-o", missing) == (
        f"{missing}: error: cannot write: No such file or directory\n"
    )
    assert fail(problem, "-o", tmp_path) == f"{tmp_path}: error: cannot write: Is a directory\n"


def test_closed_standard_output(
    problem: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "__stdout__", None)
    assert main([str(problem)]) == 1
    err = capsys.readouterr().err
    assert err == "error: the standard output is closed: name a file with -o\n"


def test_closed_standard_error(
    problem: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The summary does not get into the plan."""
    monkeypatch.setattr(sys, "stderr", None)
    assert main([str(problem)]) == 0
    assert sound_size(capsys.readouterr().out) == 12
    assert main([str(problem), "--capacity", "1"]) == 1
    assert capsys.readouterr().out == ""


def test_standard_output_fails(problem: Path, monkeypatch: pytest.MonkeyPatch, fail: Run) -> None:
    def write(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(usmp_plan, "_write", write)
    assert fail(problem) == "error: No space left on device\n"


def test_broken_pipe(problem: Path) -> None:
    # More than a pipe holds.
    rows = "".join(f"x{i},0,1,8,{'x' * 10_000}\n" for i in range(100))
    problem.write_text(f"id,lower,upper,size,note\n{rows}")
    process = subprocess.Popen(
        [sys.executable, "-m", "usmp_passes.tools.usmp_plan", str(problem), "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"id,lower,upper,size,note,offset\n"
    process.stdout.close()
    assert process.wait(timeout=60) == 128 + signal.SIGPIPE
    assert process.stderr.read() == b""
    process.stderr.close()


# Interrupts


def test_interrupt_before_any_plan(
    problem: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(usmp_plan, "plan_memory", interrupt)
    assert main([str(problem)]) == 128 + signal.SIGINT
    assert capsys.readouterr() == ("", "")


def test_interrupted_search(
    problem: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def search(problem: PlacementProblem, *_: object, **__: object) -> Plan:
        return replace(plan_memory(problem), is_optimal=False, was_interrupted=True)

    monkeypatch.setattr(usmp_plan, "plan_memory", search)
    assert main([str(problem)]) == 0
    out, err = capsys.readouterr()
    assert sound_size(out) == 12
    assert err.startswith("warning: interrupted: this is the best plan found until then\nsize 12")
    assert main([str(problem), "-q"]) == 0
    assert capsys.readouterr().err.startswith("warning: interrupted: ")
