"""Memory maps of the programs that pages speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from usmp_dialect.frontends.tvmscript import import_tvmscript
from usmp_docs.program_blocks import module_of
from usmp_passes.reporting import memory_report
from usmp_passes.reporting.memory_map import MapFormat, draw_memory_map, lives_of
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

_SCRIPT = re.compile(r'^```python title="model\.py"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def map_of_tutorial(page: str) -> bytes:
    """The map, as SVG, of the TVMScript module that a page shows."""
    script = _SCRIPT.search(page)
    if script is None:
        raise ValueError('the page has no block of Python with the title "model.py"')
    return _map(import_tvmscript(script[1], "model.py"), "svg")


def maps_of_examples(examples: Path) -> Iterator[tuple[str, bytes]]:
    """The file name and the page of the map of the example that is a whole network."""
    name = "inception_structure"
    program = (examples / f"{name}.mlir").read_text(encoding="utf-8")
    yield f"{name}.html", _map(module_of(name, program), "html")


def _map(module: ModuleOp, format: MapFormat) -> bytes:
    UnifiedStaticMemoryPlannerPass(convert=False).apply(Context(), module)
    return draw_memory_map(memory_report(module), format, lives_of(module))
