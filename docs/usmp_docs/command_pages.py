"""The page of the commands: what each prints for `--help`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distribution
from pathlib import Path

from usmp_docs.markdown import page

_WIDTH = 100
"""In characters, of the help."""


def commands_page() -> str:
    """All commands that the distribution installs."""
    names = command_names()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        helps = pool.map(_help, names)
        sections = [
            f"## `{name}`\n\n```text\n{text.strip()}\n```"
            for name, text in zip(names, helps, strict=True)
        ]
    return page("Commands", *sections)


def command_names() -> Sequence[str]:
    """The commands of the distribution, in alphabetical order."""
    scripts = distribution("usmp").entry_points.select(group="console_scripts")
    return sorted(script.name for script in scripts)


def _help(name: str) -> str:
    command = Path(sys.executable).with_name(name)
    environment = os.environ | {"COLUMNS": str(_WIDTH), "NO_COLOR": "1"}
    environment.pop("FORCE_COLOR", None)
    run = subprocess.run(
        [command, "--help"], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout
