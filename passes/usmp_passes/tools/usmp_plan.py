"""
`usmp-plan`: plans raw placement problems, without any IR.

It reads buffers from a CSV file in MiniMalloc's format or from JSON, and prints the same with the
offset of each. `usmp_passes.planning.formats` describes both.
"""

from __future__ import annotations

import signal
import sys
import traceback
from argparse import (
    Action,
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
)
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from usmp_passes.planning import (
    AlgorithmError,
    DoesNotFitError,
    NotProvenError,
    Plan,
    PoolUsage,
    ProblemError,
    algorithm_names,
    plan_memory,
)
from usmp_passes.planning.formats.json_format import read_json, write_json
from usmp_passes.planning.formats.minimalloc_csv import read_minimalloc_csv
from usmp_passes.planning.formats.problem_file import InputError, ProblemFile
from usmp_passes.tools.byte_count import parse_byte_count
from usmp_passes.tools.command_line import add_general_options, new_parser
from usmp_passes.tools.leaving import flush_stdout, give_up_stdout, leave
from usmp_passes.tools.output import WholeFile

_DESCRIPTION = """\
Place buffers in memory so that those never live together share bytes.

The input is CSV in MiniMalloc's format, id,lower,upper,size[,alignment][,gaps][,offset] with
half-open ranges [lower, upper), or JSON. The output is the same with the offset of each buffer.
A summary goes to the standard error."""

_EPILOG = """\
exit status: 0, 1 if the buffers do not fit or something is wrong with the input, 2 for a mistake
in the command line, 130 if interrupted before there was any plan. An interrupt after that ends the
search, and prints the best plan so far."""

_STDIN = "-"


class _Reader(Protocol):
    """Reads a file format."""

    def __call__(
        self, text: str, source: str, *, capacity: int | None, fixed_offsets: bool
    ) -> ProblemFile: ...


_READERS: dict[str, _Reader] = {"csv": read_minimalloc_csv, "json": read_json}


class _ToolError(Exception):
    """A file that cannot be read or written, and which."""

    def __init__(self, where: str | None, message: str) -> None:
        super().__init__(message if where is None else f"{where}: {message}")
        self.where = where
        self.message = message


class _Arguments(Namespace):
    """The command line."""

    input: str
    output: Path | None
    format: str | None
    json: bool
    capacity: int | None
    fixed_offsets: bool
    algorithm: str
    time_limit: float | None
    seed: int
    quiet: bool
    debug: bool


class _ListAlgorithms(Action):
    """Prints the names of the algorithms and exits, as `--help` does."""

    def __call__(self, parser: ArgumentParser, *_: Any) -> None:
        sys.stdout.write("".join(f"{name}\n" for name in algorithm_names()))
        parser.exit()


def main(args: Sequence[str] | None = None) -> int:
    """
    Run `usmp-plan` and return its exit status.

    The status is 0, 1 after an error, or 128 plus the signal's number after an interrupt or when
    the reader of a pipe has gone. Raises `SystemExit` for `--help`, and with status 2 for a usage
    error.
    """
    is_debugged = "--debug" in (sys.argv if args is None else args)
    try:
        _run(_parser().parse_args(args, _Arguments()))
        flush_stdout()
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:  # noqa: BLE001 (there is nobody else)
        if is_debugged:
            traceback.print_exception(error)
        _report(_describe(error))
        return 1
    finally:
        give_up_stdout()
    return 0


def _run(arguments: _Arguments) -> None:
    source = "<stdin>" if arguments.input == _STDIN else arguments.input
    text = _decode(_read(arguments.input), source)
    reader = _READERS[arguments.format or _format_of(arguments.input, text)]
    file = reader(text, source, capacity=arguments.capacity, fixed_offsets=arguments.fixed_offsets)
    output = _open(arguments.output)
    start = monotonic()
    plan = _plan(file, arguments)
    seconds = monotonic() - start
    result = write_json(file.problem, plan) if arguments.json else file.with_plan(plan)
    _write(result, output, arguments.output)
    if plan.was_interrupted:
        _report("warning: interrupted: this is the best plan found until then")
    if not arguments.quiet:
        if file.ignores_offsets:
            _report("note: the offsets of the input are planned anew: --fixed-offsets keeps them")
        _report(_summary(plan, seconds))


def _plan(file: ProblemFile, arguments: _Arguments) -> Plan:
    try:
        return plan_memory(
            file.problem,
            arguments.algorithm,
            seed=arguments.seed,
            time_limit=arguments.time_limit,
            show_progress=not arguments.quiet and sys.stderr is not None and sys.stderr.isatty(),
        )
    except DoesNotFitError as error:
        note = ""
        if arguments.capacity is not None and error.shortages:
            note = f"\nnote: --capacity {error.shortages[0].needed_bytes} is enough"
        raise _ToolError(None, f"{error}{note}") from error


# The command line


def _parser() -> ArgumentParser:
    parser = new_parser("usmp-plan", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("input", metavar="FILE", help="CSV or JSON; - is the standard input")
    add("-o", "--output", type=Path, metavar="FILE", help="written whole, or not at all")
    add("--format", choices=list(_READERS), help="of the input (default: by its extension)")
    add("--json", action="store_true", help="print the plan as JSON, with its figures")
    add(
        "--capacity",
        type=_checked(parse_byte_count),
        metavar="BYTES",
        help="of the pool, such as 1048576 or 64KiB (default: unbounded, or as the JSON says)",
    )
    add(
        "--fixed-offsets",
        action="store_true",
        help="leave buffers at the offsets that the input has for them",
    )
    add(
        "--algorithm",
        type=_checked(_algorithm),
        default="best",
        metavar="NAME",
        help="see --list-algorithms (default: best)",
    )
    add(
        "--time-limit",
        type=_checked(_time_limit),
        default=10.0,
        metavar="SECONDS",
        help="for the search (default: 10); with 0 or none it counts steps instead, and gives "
        "the same plan on every machine",
    )
    add(
        "--seed",
        type=_checked(_seed),
        default=0,
        metavar="N",
        help="what random choices begin with (default: 0)",
    )
    add("-q", "--quiet", action="store_true", help="no summary and no progress bar")
    add(
        "--list-algorithms",
        action=_ListAlgorithms,
        nargs=0,
        help="print the names of the algorithms and exit",
    )
    add_general_options(parser)
    return parser


def _checked(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """`parse`, with its `ValueError` as the message that `argparse` shows."""

    def parse_argument(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from error

    return parse_argument


def _algorithm(text: str) -> str:
    names = algorithm_names()
    if text not in names:
        close = get_close_matches(text, names, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"expected one of {', '.join(names)}"
        raise ValueError(f"unknown algorithm '{text}': {hint}")
    return text


def _time_limit(text: str) -> float | None:
    if text == "none":
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not isfinite(seconds) or seconds < 0:
        raise ValueError(f"expected seconds, or none, got '{text}'")
    return seconds or None


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise ValueError(f"expected a whole number, 0 or more, got '{text}'")
    return int(text)


# Input and output


def _read(name: str) -> bytes:
    if name != _STDIN:
        try:
            return Path(name).read_bytes()
        except (OSError, ValueError) as error:
            raise _ToolError(name, f"cannot read: {_reason(error)}") from error
    if sys.stdin is None:
        raise _ToolError(None, "the standard input is closed: name a file")
    return sys.stdin.buffer.read()


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _decode(data: bytes, source: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8 text: byte 0x{data[error.start]:02x}"
        raise InputError(f"{source}:{line}", message) from error


def _format_of(name: str, text: str) -> str:
    if name == _STDIN:
        return "json" if text.lstrip("\ufeff \t\r\n").startswith("{") else "csv"
    extension = Path(name).suffix.removeprefix(".").lower()
    if extension not in _READERS:
        message = f"unknown file extension '{extension}'\nnote: --format says what it is: "
        raise _ToolError(name, message + ", ".join(_READERS))
    return extension


def _open(path: Path | None) -> WholeFile | None:
    """The output file, or none for the standard output, which is then open."""
    if path is None:
        if sys.stdout is None:
            raise _ToolError(None, "the standard output is closed: name a file with -o")
        return None
    try:
        return WholeFile(path)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _write(text: str, output: WholeFile | None, path: Path | None) -> None:
    if output is None or path is None:
        _write_stdout(text.encode())
        return
    output.write(text)
    output.close()
    try:
        output.commit()
    except OSError as error:
        raise _cannot_write(path, error) from error


def _write_stdout(data: bytes) -> None:
    # Bytes, because line ends are those of the input, whatever the system's are; in parts, because
    # a stream without a buffer (`python -u`) may take only some.
    sys.stdout.flush()
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]


def _cannot_write(path: Path, error: OSError) -> _ToolError:
    return _ToolError(str(path), f"cannot write: {_reason(error)}")


# What people read


def _report(text: str) -> None:
    # `print` to a standard error that is closed would go to the standard output.
    if sys.stderr is not None:
        print(text, file=sys.stderr)


def _describe(error: Exception) -> str:
    match error:
        case (
            InputError(where=str(where), message=message)
            | _ToolError(where=str(where), message=message)
        ):
            return f"{where}: error: {message}"
        case _ToolError() | ProblemError() | AlgorithmError() | NotProvenError():
            return f"error: {error}"
        case OSError():
            return f"error: {_reason(error)}"
        case MemoryError():
            return "error: the problem is too large for the memory of this machine"
        case _:
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            return f"error: internal error: {what}\nnote: --debug shows the traceback"


def _summary(plan: Plan, seconds: float) -> str:
    proof = "optimal" if plan.is_optimal else "not proven optimal"
    figures = _figures(plan.size_bytes, plan.lower_bound_bytes)
    lines = [f"{figures}, {proof}; algorithm {plan.algorithm}, {seconds:.2f} s"]
    if len(plan.pool_usages) > 1:
        lines.extend(map(_pool_summary, plan.pool_usages))
    return "\n".join(lines)


def _pool_summary(usage: PoolUsage) -> str:
    pool = usage.pool_info
    capacity = "" if pool.capacity is None else f", capacity {pool.capacity}"
    return f"  {pool.name}: {_figures(usage.size_bytes, usage.lower_bound_bytes)}{capacity}"


def _figures(size: int, bound: int) -> str:
    gap = size - bound
    share = f" ({100 * gap / bound:.2f} %)" if gap and bound else ""
    return f"size {size} bytes, lower bound {bound}, gap {gap}{share}"


def run() -> None:
    """The program."""
    leave(main())


if __name__ == "__main__":
    run()
