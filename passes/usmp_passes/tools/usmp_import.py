"""
`usmp-import`: prints the `tir` IR of a TVMScript file.

It is `usmp-opt` without passes, for scripts of any file name: the same messages, exit status and
output file.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from usmp_passes.tools import usmp_opt
from usmp_passes.tools.command_line import add_general_options, new_parser

_DESCRIPTION = """\
Read TIR and lowered Relax as TVMScript, the Python syntax of Apache TVM, and print them in
the tir dialect.

The file is parsed, never executed; TVM need not be installed."""

_EPILOG = """\
exit status: 0, 1 if something is wrong with the input, 2 for a mistake in the command line."""

_STDIN = "-"


def main(args: Sequence[str] | None = None) -> int:
    """
    Run `usmp-import` and return its exit status, which is as of `usmp_opt.main`.

    Raises `SystemExit` for `--help`, and with status 2 for a usage error.
    """
    arguments = _parser().parse_args(args)
    forwarded = ["-f", "tvmscript"]
    if arguments.output is not None:
        forwarded += ["-o", arguments.output]
    for name in ("allow_unknown_intrinsics", "print_debuginfo", "debug"):
        if getattr(arguments, name):
            forwarded.append("--" + name.replace("_", "-"))
    if arguments.input != _STDIN:
        forwarded += ["--", arguments.input]
    return usmp_opt.main(forwarded)


def _parser() -> ArgumentParser:
    parser = new_parser("usmp-import", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("input", metavar="FILE", help="a TVMScript file; - is the standard input")
    add("-o", "--output", metavar="FILE", help="written whole, or not at all")
    add(
        "--allow-unknown-intrinsics",
        action="store_true",
        help="make calls of unknown T.<name>(...), which are then taken to be pure",
    )
    add("--print-debuginfo", action="store_true", help="print where operations come from")
    add_general_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
