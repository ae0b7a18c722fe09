"""
What the pages of the documentation show is what happens.

The code blocks of a page are gone through from top to bottom, in a directory of their own. A block
with a title is a file. `sh` is run, and `console` is run and compared with what it shows, in which
a line `...` stands for any lines. Python is run in one namespace for the page. `text` is not looked
at. Any other block must be found in a file that is there by then, white space aside.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parent.parent / "docs"
TESTED_ELSEWHERE = {"dialects.md", "tvmscript.md"}
PAGES = sorted(
    path for path in DOCS.rglob("*.md") if str(path.relative_to(DOCS)) not in TESTED_ELSEWHERE
)

BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    title: str | None
    text: str


def blocks_of(page: Path) -> list[Block]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [Block(language, title or None, text) for language, title, text in found]


def missing(blocks: list[Block]) -> list[str]:
    """What the shell blocks need and is not installed."""
    lines = "".join(block.text for block in blocks if block.language in ("sh", "console"))
    commands: list[str] = re.findall(r"^(?:\$ )?([\w-]+-19|gcc)\b", lines, re.MULTILINE)
    missing = {command for command in commands if shutil.which(str(command)) is None}
    if "-t usmp-memory-map" in lines and find_spec("matplotlib") is None:
        missing.add("matplotlib")
    return sorted(missing)


def environment() -> dict[str, str]:
    """That of a shell in which our commands are found, and colours are off."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return os.environ | {"PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": str(DOCS)}


def run(script: str, directory: Path) -> str:
    """What a script prints, on both streams."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=directory,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}"
    return done.stdout


def session(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it shows."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def pattern_of(shown: str) -> str:
    return ".*".join(re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE))


def without_trailing_space(text: str) -> str:
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def check_console(text: str, directory: Path) -> None:
    before = ""
    for command, shown in session(text):
        printed = without_trailing_space(run(before + command, directory))
        assert re.fullmatch(pattern_of(shown), printed, re.DOTALL), f"$ {command}\n{printed}"
        if command.startswith("export "):
            before += command + "\n"


def squeezed(text: str) -> str:
    return " ".join(text.split())


def check_shown(text: str, directory: Path) -> None:
    files = sorted(path for path in directory.iterdir() if path.suffix in (".mlir", ".h", ".c"))
    contents = [squeezed(path.read_text(encoding="utf-8")) for path in files]
    assert any(squeezed(text) in content for content in contents), text


def check(block: Block, directory: Path, names: dict[str, Any]) -> None:
    if block.title is not None:
        (directory / block.title).write_text(block.text, encoding="utf-8")
    elif block.language == "sh":
        run(block.text, directory)
    elif block.language == "console":
        check_console(block.text, directory)
    elif block.language == "python":
        exec(block.text, names)
    elif block.language != "text":
        check_shown(block.text, directory)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = blocks_of(page)
    if names_of_missing := missing(blocks):
        pytest.skip(f"not installed: {', '.join(names_of_missing)}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(DOCS), *sys.path])
    names: dict[str, Any] = {}
    for block in blocks:
        check(block, tmp_path, names)
