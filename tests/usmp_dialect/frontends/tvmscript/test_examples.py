"""
The networks of `examples/`, as the TVMScript they come from: the imported module has the buffers
and conflicts of the hand-written one, for all options.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict, cast

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_dialect.dialects.tir import FuncOp
from usmp_dialect.frontends.tvmscript import import_tvmscript
from usmp_passes.analysis import BufferInfoAnalysis, LoopLiveness, ParallelLoops

ROOT = Path(__file__).parents[4]
SCRIPTS = ROOT / "tests" / "data" / "tvmscript"
EXAMPLES = ROOT / "examples"

OPTIONS: dict[str, tuple[LoopLiveness, ParallelLoops]] = {
    "loop-liveness=whole-loop parallel-loops=any": ("whole-loop", "any"),
    "loop-liveness=whole-loop parallel-loops=innermost": ("whole-loop", "innermost"),
    "loop-liveness=access-only parallel-loops=innermost": ("access-only", "innermost"),
}


class BufferRow(TypedDict):
    size_bytes: int
    conflicts: list[str]


class Table(TypedDict):
    memory_pressure: int
    buffers: dict[str, BufferRow]


TABLES = cast(
    dict[str, dict[str, Table]],
    json.loads((ROOT / "tests" / "data" / "example_buffers.json").read_text(encoding="utf-8")),
)


def imported(name: str) -> ModuleOp:
    path = SCRIPTS / f"{name}.py"
    module = import_tvmscript(path.read_text(encoding="utf-8"), str(path))
    module.verify()
    return module


def written_by_hand(name: str) -> ModuleOp:
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    return Parser(context, (EXAMPLES / f"{name}.mlir").read_text(encoding="utf-8")).parse_module()


def types_of(module: ModuleOp) -> dict[str, FunctionType]:
    return {op.sym_name.data: op.function_type for op in module.ops if isinstance(op, FuncOp)}


def table_of(analysis: BufferInfoAnalysis) -> Table:
    return {
        "memory_pressure": analysis.memory_pressure,
        "buffers": {
            buffer.name: {
                "size_bytes": buffer.size_bytes or 0,
                "conflicts": [*(buffer.conflicts or ())],
            }
            for buffer in analysis.planned
        },
    }


def test_every_example_has_a_script() -> None:
    assert {path.stem for path in SCRIPTS.glob("*.py")} == set(TABLES)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str, options: str) -> None:
    loop_liveness, parallel_loops = OPTIONS[options]
    tables = [
        table_of(
            BufferInfoAnalysis(module, loop_liveness=loop_liveness, parallel_loops=parallel_loops)
        )
        for module in (imported(name), written_by_hand(name))
    ]
    assert tables[0] == tables[1]
    expected = TABLES[name][options]
    assert tables[0]["memory_pressure"] == expected["memory_pressure"]
    assert {
        buffer: (row["size_bytes"], sorted(row["conflicts"]))
        for buffer, row in tables[0]["buffers"].items()
    } == {
        buffer: (row["size_bytes"], sorted(row["conflicts"]))
        for buffer, row in expected["buffers"].items()
    }


@pytest.mark.parametrize("name", TABLES)
def test_function_types(name: str) -> None:
    """Parameters have the types of the buffers that they are matched with."""
    assert types_of(imported(name)) == types_of(written_by_hand(name))
