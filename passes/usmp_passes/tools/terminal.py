"""What is printed to a terminal suits it: colours, and lines as long as its own."""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size

from xdsl.utils.arg_spec import parse_spec

REPORT_TARGET = "usmp-report"

_LEAST_WIDTH = 40
"""Columns; narrower terminals wrap the lines."""


def writes_to_terminal(output_file: str | None) -> bool:
    """Whether what is written is seen by a person, given the option for the output file."""
    return output_file is None and sys.stdout is not None and sys.stdout.isatty()


def shows_color() -> bool:
    """Whether the user's terminal shows colours, and the user wants them (`NO_COLOR`)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The columns there are."""
    return max(_LEAST_WIDTH, get_terminal_size().columns)


def suited_to_terminal(target: str) -> str:
    """The specification of a target, with the options that make its text suit the terminal."""
    spec = parse_spec(target).normalize_parameter_names()
    if spec.name != REPORT_TARGET:
        return target
    options = {"color": str(shows_color()).lower(), "width": str(terminal_width())}
    added = [f"{name}={value}" for name, value in options.items() if name not in spec.parameters]
    text = target.rstrip()
    head = f"{text[:-1]}{' ' if spec.parameters else ''}" if text.endswith("}") else f"{text}{{"
    return f"{head}{' '.join(added)}}}" if added else target
