"""`docs/tvmscript.md` names every construct that is understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from usmp_dialect.frontends.tvmscript.blocks import AXES, BLOCKS
from usmp_dialect.frontends.tvmscript.calls import CALLS
from usmp_dialect.frontends.tvmscript.declarations import DECLARATIONS
from usmp_dialect.frontends.tvmscript.intrinsics import INTRINSICS
from usmp_dialect.frontends.tvmscript.relax.tensors import CONSTRUCTS

DOCUMENTATION = Path(__file__).parents[4] / "docs" / "tvmscript.md"
TABLES = {
    "T": [*AXES, *BLOCKS, *CALLS, *DECLARATIONS, *INTRINSICS],
    "R": [*CONSTRUCTS],
}


@pytest.mark.parametrize("letter", TABLES)
def test_every_construct_is_documented(letter: str) -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    words = set(text.replace("(", " ").replace("`", " ").replace(",", " ").split())
    assert [name for name in TABLES[letter] if f"{letter}.{name}" not in words] == []
