"""
The networks of `examples/` as TVMScript: the imported module has the buffers and conflicts of the
hand-written one, for all options.

The scripts are written from the examples, in the text of two generations of TVM. A folder of
scripts with the same names, such as those that TVM printed, is tested too, if the environment
variable `USMP_TVMSCRIPT_DATA` names one.
"""

from __future__ import annotations

import json
import os
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
from usmp_tvmscript_writer import Generation, write_tvmscript

ROOT = Path(__file__).parents[4]
DATA = os.environ.get("USMP_TVMSCRIPT_DATA")
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


def written_by_hand(name: str) -> ModuleOp:
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    return Parser(context, (EXAMPLES / f"{name}.mlir").read_text(encoding="utf-8")).parse_module()


def script_of(name: str, origin: Generation | None) -> str:
    """The script of an example: written from it, or the one in the folder that the user names."""
    if origin is not None:
        return write_tvmscript(written_by_hand(name), origin)
    if DATA is None:
        pytest.skip("USMP_TVMSCRIPT_DATA names no folder with scripts")
    return (Path(DATA) / f"{name}.py").read_text(encoding="utf-8")


def imported(name: str, origin: Generation | None) -> ModuleOp:
    module = import_tvmscript(script_of(name, origin), f"{name}.py")
    module.verify()
    return module


ORIGINS = [
    *(pytest.param(generation, id=generation.name.lower()) for generation in Generation),
    pytest.param(None, id="data"),
]


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


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str, origin: Generation | None, options: str) -> None:
    loop_liveness, parallel_loops = OPTIONS[options]
    tables = [
        table_of(
            BufferInfoAnalysis(module, loop_liveness=loop_liveness, parallel_loops=parallel_loops)
        )
        for module in (imported(name, origin), written_by_hand(name))
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


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("name", TABLES)
def test_function_types(name: str, origin: Generation | None) -> None:
    """Parameters have the types of the buffers that they are matched with."""
    assert types_of(imported(name, origin)) == types_of(written_by_hand(name))
