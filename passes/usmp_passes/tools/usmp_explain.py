"""`usmp-explain`: says why two buffers of a program conflict, or why they do not."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from usmp_passes.analysis import Buffer
from usmp_passes.analysis.explanation import LifeOfBuffer
from usmp_passes.analysis.operation_names import location_text, operation_name
from usmp_passes.reporting.analysed_program import analyse_program
from usmp_passes.reporting.display import printable
from usmp_passes.reporting.explanation_json import explanation_values
from usmp_passes.tools.command import ModuleReader, status_of
from usmp_passes.tools.command_line import add_general_options, new_parser
from usmp_passes.tools.diagnostics import DriverError, Progress
from usmp_passes.tools.leaving import leave

_DESCRIPTION = """\
Say why two buffers of a program conflict, which keeps a plan from giving them the same bytes, or
why they do not: the accesses between which each is live, where these are, and the loops that make
a life longer.

Buffers are called as in the report of usmp-opt -t usmp-report. The program may be planned or not,
or rewritten onto its pools."""

_EPILOG = """\
exit status: 0 if it could be told, be it a conflict or none, 1 if something is wrong with the
input or there is no such buffer, 2 for a mistake in the command line."""

_MAX_NAMES = 10
"""More buffers than these are not listed in a message."""


class _Arguments(Namespace):
    """The command line."""

    buffers: list[str]
    input: str
    passes: str
    main: str | None
    json: bool
    allow_unregistered_dialect: bool
    allow_unknown_intrinsics: bool
    debug: bool


def main(args: Sequence[str] | None = None) -> int:
    """
    Run `usmp-explain` and return its exit status.

    The status is 0, 1 after an error, or 128 plus the signal's number after an interrupt or when
    the reader of a pipe has gone. Raises `SystemExit` for `--help`, and with status 2 for a usage
    error.
    """
    arguments = _parser().parse_args(args, _Arguments())
    progress = Progress()
    return status_of(lambda: _run(arguments, progress), progress, debug=arguments.debug)


def _run(arguments: _Arguments, progress: Progress) -> int:
    reader = ModuleReader(
        progress,
        arguments.passes,
        arguments.allow_unregistered_dialect,
        arguments.allow_unknown_intrinsics,
    )
    module = reader.read(arguments.input)
    analysis = analyse_program(module, arguments.main).analysis
    by_name = {buffer.name: buffer for buffer in analysis.buffers}
    one, other = (_buffer(name, by_name, arguments.input) for name in arguments.buffers)
    explanation = analysis.explain(one.op, other.op)
    if arguments.json:
        print(json.dumps(explanation_values(one.name, other.name, explanation), indent=2))
    else:
        print(printable(explanation.text))
        if not explanation.conflict and one.function != other.function:
            # What is told of two functions is when they run, not where.
            for life in explanation.lives:
                print(printable(_accesses(life)))
    return 0


def _accesses(life: LifeOfBuffer) -> str:
    first, last = (
        f"{operation_name(witness.op)} in @{witness.function}{location_text(witness.op)}"
        for witness in (life.first, life.last)
    )
    return f"'{life.buffer}' is first accessed by {first}, last by {last}."


def _buffer(name: str, by_name: Mapping[str, Buffer], where: str) -> Buffer:
    buffer = by_name.get(name)
    if buffer is not None:
        return buffer
    names = list(by_name)
    close = get_close_matches(name, names, n=3)
    hint = " or ".join(f"'{other}'" for other in close)
    message = f"there is no buffer '{printable(name)}'"
    if close:
        raise DriverError(f"{message}: did you mean {printable(hint)}?", where=where)
    listed = ", ".join(f"'{other}'" for other in names[:_MAX_NAMES]) or "none"
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    raise DriverError(message, where=where, notes=[f"the buffers are {printable(listed)}{more}"])


def _parser() -> ArgumentParser:
    parser = new_parser("usmp-explain", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("buffers", metavar="BUFFER", nargs=2, help="the name of a buffer")
    add(
        "input",
        metavar="FILE",
        help="a program, in MLIR's syntax or, in a .py file, TVMScript; - is the standard input",
    )
    add("-p", "--passes", metavar="PIPELINE", default="", help="passes to run first")
    add("--main", metavar="NAME", help="the entry function, if it is not found by its mark")
    add("--json", action="store_true", help="print it, and what it is made of, as JSON")
    add(
        "--allow-unregistered-dialect",
        action="store_true",
        help="read operations and attributes that no dialect describes",
    )
    add(
        "--allow-unknown-intrinsics",
        action="store_true",
        help="make calls of unknown T.<name>(...) in TVMScript, taken to be pure",
    )
    add_general_options(parser)
    return parser


def run() -> None:
    """The program."""
    leave(main())


if __name__ == "__main__":
    run()
