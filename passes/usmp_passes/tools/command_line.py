"""What the command lines of all programs but `usmp-opt` have in common."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from importlib.metadata import version


def new_parser(program: str, description: str, epilog: str) -> ArgumentParser:
    """A parser without options, which prints the two texts as they are."""
    return ArgumentParser(
        prog=program,
        description=description,
        epilog=epilog,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_general_options(parser: ArgumentParser) -> None:
    """Adds the options that every program has, which come last."""
    parser.add_argument("--version", action="version", version=f"{parser.prog} {version('usmp')}")
    parser.add_argument(
        "--debug", action="store_true", help="print the traceback of an error as well"
    )
