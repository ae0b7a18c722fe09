"""The site that MkDocs builds: complete, without warnings, and of nothing but its own files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from html.parser import HTMLParser
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, cast

import pytest

from usmp_dialect import interfaces
from usmp_dialect.universe import USMP_UNIVERSE
from usmp_passes import planning
from usmp_passes.planning.algorithms import OWN_ALGORITHMS

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site. Building it takes some seconds, so all tests share it."""
    for module in ("mkdocs", "material", "mkdocstrings", "griffe", "matplotlib", "bokeh"):
        pytest.importorskip(module, reason="pip install 'usmp[docs]'")
    directory = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", directory],
        check=False,
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return directory


class Page(HTMLParser):
    """What a page has: the ids that links can lead to, and what is loaded to show it."""

    def __init__(self, path: Path):
        super().__init__()
        self.ids: set[str] = set()
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        if tag in ("script", "img", "iframe", "source", "video"):
            self.loaded.append(values.get("src") or "")
        elif tag == "link" and values.get("rel") not in ("prev", "next", "canonical"):
            self.loaded.append(values.get("href") or "")


def slug(name: str) -> str:
    """The id of a heading."""
    return name.replace(".", "").replace("#", "")


def test_every_operation_and_attribute(site: Path) -> None:
    for name, factory in USMP_UNIVERSE.all_dialects.items():
        dialect = factory()
        ids = Page(site / "reference" / f"{name}.html").ids
        assert {slug(op.name) for op in dialect.operations} <= ids
        assert {slug(attribute.name) for attribute in dialect.attributes} <= ids


def test_every_pass_and_target(site: Path) -> None:
    assert set(USMP_UNIVERSE.all_passes) <= Page(site / "reference" / "passes.html").ids
    assert set(USMP_UNIVERSE.all_targets) <= Page(site / "reference" / "targets.html").ids


def test_every_option(site: Path) -> None:
    for kind, factories in (
        ("passes", USMP_UNIVERSE.all_passes),
        ("targets", USMP_UNIVERSE.all_targets),
    ):
        text = (site / "reference" / f"{kind}.html").read_text(encoding="utf-8")
        for factory in factories.values():
            for option in fields(cast(Any, factory())):
                assert f"<code>{option.name.replace('_', '-')}</code>" in text


def test_every_command_and_algorithm(site: Path) -> None:
    commands = distribution("usmp").entry_points.select(group="console_scripts")
    assert {command.name for command in commands} <= Page(site / "reference" / "commands.html").ids
    assert set(OWN_ALGORITHMS) <= Page(site / "reference" / "algorithms.html").ids


def test_python_interface(site: Path) -> None:
    ids = Page(site / "reference" / "python" / "planning.html").ids
    names = {identifier.rpartition(".")[2] for identifier in ids}
    assert set(planning.__all__) <= names
    ids = Page(site / "reference" / "python" / "interfaces.html").ids
    kinds: tuple[type, ...] = vars(interfaces)["_INTERFACES"]
    assert {f"{kind.__module__}.{kind.__qualname__}" for kind in kinds} <= ids


def pages_of(site: Path) -> Iterator[Path]:
    return (path for path in sorted(site.rglob("*.html")) if path.name != "404.html")


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in pages_of(site):
        for address in Page(path).loaded:
            assert "//" not in address, f"{path.name} loads {address}"
            file = (path.parent / address.partition("#")[0].partition("?")[0]).resolve()
            assert file.exists(), f"{path.name} shows {address}, which is not there"


def test_generator_is_not_published(site: Path) -> None:
    assert not [path for path in site.rglob("*") if path.suffix in (".py", ".pyc")]


PICTURES = """
import sys
from hashlib import sha256
from usmp_docs.generated_files import generated_files
for name, content in generated_files():
    if not name.endswith("commands.md"):
        data = content.encode() if isinstance(content, str) else content
        print(name, sha256(data).hexdigest())
"""


def test_same_each_time(site: Path) -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-c", PICTURES],
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "docs"), "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert "pictures/liveness/loop.dark.svg" in printed[0]
