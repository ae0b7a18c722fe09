"""All that is generated: paths in the site, and contents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from usmp_docs.algorithm_page import algorithms_page
from usmp_docs.api_pages import api_pages
from usmp_docs.command_pages import commands_page
from usmp_docs.dialect_pages import dialect_pages
from usmp_docs.liveness_pictures import liveness_pictures
from usmp_docs.memory_map_pictures import map_of_tutorial, maps_of_examples
from usmp_docs.pass_pages import passes_page, targets_page
from usmp_docs.tightness_picture import tightness_pictures

_ROOT = Path(__file__).parents[2]


def generated_files() -> Iterator[tuple[str, str | bytes]]:
    """The path, below `docs/`, and the content of each file."""
    yield from _reference()
    yield from _pictures()


def _reference() -> Iterator[tuple[str, str]]:
    for name, text in dialect_pages():
        yield f"reference/{name}.md", text
    yield "reference/passes.md", passes_page()
    yield "reference/targets.md", targets_page()
    yield "reference/commands.md", commands_page()
    yield "reference/algorithms.md", algorithms_page()
    for name, text in api_pages():
        yield f"reference/python/{name}.md", text


def _pictures() -> Iterator[tuple[str, str | bytes]]:
    for name, picture in liveness_pictures(_text("docs/liveness.md")):
        yield f"pictures/liveness/{name}", picture
    for name, picture in tightness_pictures(_text("benchmarks/README.md")):
        yield f"pictures/{name}", picture
    yield "pictures/tutorial_map.svg", map_of_tutorial(_text("docs/tutorials/tvm_to_c.md"))
    for name, page in maps_of_examples(_ROOT / "examples"):
        yield f"pictures/{name}", page


def _text(path: str) -> str:
    return (_ROOT / path).read_text(encoding="utf-8")
