"""The notebook runs from top to bottom, and plans what its controls say."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from usmp_passes.reporting import MemoryReport

NOTEBOOK = Path(__file__).parent.parent / "docs" / "notebooks" / "plan_a_model.py"


def run(**controls: object) -> Mapping[str, Any]:
    """What the notebook defines, run with other values of its controls."""
    for module in ("marimo", "bokeh"):
        pytest.importorskip(module, reason="pip install 'usmp[docs]'")
    spec = spec_from_file_location("plan_a_model", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[spec.name] = notebook = module_from_spec(spec)
    spec.loader.exec_module(notebook)
    _, definitions = notebook.app.run(defs=controls or None)
    return definitions


def test_as_it_is() -> None:
    definitions = run()
    report = definitions["report"]
    assert isinstance(report, MemoryReport)
    fast, slow = report.pools
    assert fast.name == "fast"
    assert fast.allocated_size is not None
    assert fast.capacity_bytes is not None
    assert 0 < fast.allocated_size <= fast.capacity_bytes == 640 * 1024
    assert slow.buffers
    assert "</html>" in definitions["page"]
    assert definitions["explanation"].text


@pytest.mark.parametrize(("kib", "pools"), [(0, ["slow"]), (1200, ["fast", "slow"])])
def test_other_memory(kib: int, pools: list[str]) -> None:
    names = ("network", "algorithm", "alignment", "fast_kib", "examples")
    values = ("linear_structure", "greedy_by_size", 16, kib)
    controls: dict[str, object] = {
        name: SimpleNamespace(value=value) for name, value in zip(names, values, strict=False)
    }
    report = run(**controls, examples=NOTEBOOK.parents[2] / "examples")["report"]
    assert isinstance(report, MemoryReport)
    assert [pool.name for pool in report.pools] == pools
    assert report.plan is not None
    assert report.plan.algorithm == "greedy_by_size"
    assert len(report.buffers) == 5
    assert report.pools[0].buffers
