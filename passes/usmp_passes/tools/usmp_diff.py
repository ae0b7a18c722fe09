"""`usmp-diff`: what changed between two plans, and whether they need more memory."""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Literal

from usmp_passes.reporting.diff_text import diff_text
from usmp_passes.reporting.display import printable
from usmp_passes.reporting.json_format import ReportError, read_report
from usmp_passes.reporting.memory_report import memory_report
from usmp_passes.reporting.model import MemoryReport
from usmp_passes.reporting.plan_diff import PlanDiff, Tolerance, growth, plan_diff
from usmp_passes.reporting.tables import DEFAULT_WIDTH
from usmp_passes.tools.byte_count import parse_byte_count
from usmp_passes.tools.command import STDIN, ModuleReader, status_of
from usmp_passes.tools.command_line import add_general_options, new_parser
from usmp_passes.tools.diagnostics import DriverError, Progress
from usmp_passes.tools.leaving import leave
from usmp_passes.tools.terminal import shows_color, terminal_width, writes_to_terminal

LARGER_STATUS = 3
"""The exit status of `--fail-if-larger` where a pool has grown."""

_DESCRIPTION = """\
Say what changed between two plans: how large each pool is, and which buffers were added, removed,
resized, moved, put in another pool, or are not planned any more.

A file is a program that usmp-plan-memory has planned, in MLIR's syntax, or its report, written by
usmp-opt -t 'usmp-report{format="json"}' to a .json file. One of the two may be -, the standard
input."""

_EPILOG = """\
exit status: 0 whether there are differences or not, 1 if something is wrong with the input, 2 for
a mistake in the command line, 3 if --fail-if-larger finds that a pool, or all of them together,
has grown by more than the tolerance."""

_PERCENT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?%")


class _Arguments(Namespace):
    """The command line."""

    old: str
    new: str
    format: Literal["text", "json"]
    fail_if_larger: bool
    tolerance: Tolerance
    main: str | None
    allow_unregistered_dialect: bool
    debug: bool


def main(args: Sequence[str] | None = None) -> int:
    """
    Run `usmp-diff` and return its exit status.

    The status is 0, 1 after an error, 3 if `--fail-if-larger` finds a pool that is, or 128 plus the
    signal's number after an interrupt or when the reader of a pipe has gone. Raises `SystemExit`
    for `--help`, and with status 2 for a usage error.
    """
    parser = _parser()
    arguments = parser.parse_args(args, _Arguments())
    if arguments.old == arguments.new == STDIN:
        parser.error("only one of the two files can be the standard input")
    progress = Progress()
    return status_of(lambda: _run(arguments, progress), progress, debug=arguments.debug)


def _run(arguments: _Arguments, progress: Progress) -> int:
    reader = ModuleReader(progress, allow_unregistered_dialect=arguments.allow_unregistered_dialect)
    old, new = (_read(path, reader, arguments) for path in (arguments.old, arguments.new))
    progress.begin("while comparing the plans")
    diff = plan_diff(old, new)
    _print(diff, arguments.format)
    larger = growth(diff, arguments.tolerance) if arguments.fail_if_larger else []
    sys.stdout.flush()
    for what in larger:
        print(f"larger: {printable(what)}", file=sys.stderr)
    return LARGER_STATUS if larger else 0


def _read(path: str, reader: ModuleReader, arguments: _Arguments) -> MemoryReport:
    text = reader.read_text(path)
    is_json = text.lstrip().startswith("{") if path == STDIN else Path(path).suffix == ".json"
    if is_json:
        try:
            report = read_report(text)
        except ReportError as error:
            raise DriverError(str(error), where=path) from error
    else:
        report = memory_report(reader.parse(text, path), arguments.main)
    if arguments.fail_if_larger and report.unplaced:
        name = printable(report.unplaced[0].name)
        raise DriverError(
            f"there is no size to compare, as buffer '{name}' has no place in a pool: "
            "run usmp-plan-memory",
            where=path,
        )
    return report


def _print(diff: PlanDiff, format: Literal["text", "json"]) -> None:
    if format == "json":
        print(json.dumps(asdict(diff), indent=2))
    elif writes_to_terminal(None):
        print(diff_text(diff, terminal_width(), color=shows_color()), end="")
    else:
        print(diff_text(diff, DEFAULT_WIDTH), end="")


def _tolerance(text: str) -> Tolerance:
    percent = _PERCENT.fullmatch(text.strip())
    if percent is not None:
        return Tolerance(percent=Fraction(percent.group(1)))
    try:
        return Tolerance(parse_byte_count(text))
    except ValueError as error:
        raise ArgumentTypeError(f"{error}, or a share of the old size, such as 2%") from error


def _parser() -> ArgumentParser:
    parser = new_parser("usmp-diff", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("old", metavar="OLD", help="the plan as it was")
    add("new", metavar="NEW", help="the plan as it is")
    add("--format", choices=("text", "json"), default="text", help="of the output (default: text)")
    add(
        "--fail-if-larger",
        action="store_true",
        help="exit with status 3 if a pool, or all of them together, has grown",
    )
    add(
        "--tolerance",
        type=_tolerance,
        default=Tolerance(),
        metavar="SIZE",
        help="how much a size may grow, such as 4096, 4KiB or 2%% (default: 0)",
    )
    add("--main", metavar="NAME", help="the entry function, if it is not found by its mark")
    add(
        "--allow-unregistered-dialect",
        action="store_true",
        help="read operations and attributes that no dialect describes",
    )
    add_general_options(parser)
    return parser


def run() -> None:
    """The program."""
    leave(main())


if __name__ == "__main__":
    run()
