"""
The buffers of the four example networks, exactly: sizes, conflicts in both directions, and the
memory pressure, for the default and for the options that reproduce the planner as it was first
proposed. The tables are in `tests/data/example_buffers.json`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TypedDict, cast

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_dialect.dialects.usmp import BUFFER_INFO, NOT_PLANNED, BufferInfo, BufferInfoAttr
from usmp_passes.analysis import BufferInfoAnalysis, LoopLiveness, ParallelLoops
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
BIN = Path(sys.executable).parent


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
"""By the name of the example, then by the options."""

OPTIONS: dict[str, tuple[LoopLiveness, ParallelLoops]] = {
    "loop-liveness=whole-loop parallel-loops=any": ("whole-loop", "any"),
    "loop-liveness=whole-loop parallel-loops=innermost": ("whole-loop", "innermost"),
    "loop-liveness=access-only parallel-loops=innermost": ("access-only", "innermost"),
}
"""The options of `usmp-extract-buffer-info`; the first are the defaults."""


def read_example(name: str) -> ModuleOp:
    path = EXAMPLES / f"{name}.mlir"
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    return Parser(context, path.read_text(encoding="utf-8"), str(path)).parse_module()


def infos_of(module: ModuleOp) -> list[BufferInfo]:
    """What is attached to the allocations of a module, in program order."""
    attributes = (op.attributes.get(BUFFER_INFO) for op in module.walk())
    return [attribute.data for attribute in attributes if isinstance(attribute, BufferInfoAttr)]


def test_every_example_has_its_tables() -> None:
    assert set(TABLES) == {path.stem for path in EXAMPLES.glob("*.mlir")}
    for tables in TABLES.values():
        assert set(tables) == set(OPTIONS)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("example", TABLES)
def test_analysis(example: str, options: str) -> None:
    """Each conflict stands once with each of the two, in program order, and there are no others."""
    loop_liveness, parallel_loops = OPTIONS[options]
    analysis = BufferInfoAnalysis(
        read_example(example), loop_liveness=loop_liveness, parallel_loops=parallel_loops
    )
    table = TABLES[example][options]
    assert analysis.memory_pressure == table["memory_pressure"]
    assert {buffer.name: buffer.size_bytes for buffer in analysis.planned} == {
        name: row["size_bytes"] for name, row in table["buffers"].items()
    }
    place = {buffer.name: index for index, buffer in enumerate(analysis.buffers)}
    for buffer in analysis.planned:
        conflicts = table["buffers"][buffer.name]["conflicts"]
        assert buffer.conflicts == tuple(sorted(conflicts, key=place.__getitem__))


@pytest.mark.parametrize("example", TABLES)
def test_attributes(example: str) -> None:
    """The passes write down what the analysis finds, on every allocation."""
    module = read_example(example)
    AssignPoolInfoPass().apply(Context(), module)
    ExtractBufferInfoPass().apply(Context(), module)
    module.verify()
    analysis = BufferInfoAnalysis(module)
    assert infos_of(module) == [
        BufferInfo(
            buffer.name,
            cast(int, buffer.size_bytes),
            16,
            ("global_workspace",),
            buffer.traffic_bytes,
            buffer.live,
            buffer.conflicts,
        )
        for buffer in analysis.planned
    ]
    for buffer in analysis.buffers:
        assert (NOT_PLANNED in buffer.op.attributes) is (buffer.not_planned is not None)


@pytest.mark.parametrize("example", TABLES)
def test_live_ranges_say_the_same(example: str) -> None:
    """Two buffers conflict if some of their ranges meet, and only then."""
    planned = BufferInfoAnalysis(read_example(example)).planned
    for one in planned:
        assert one.live is not None
        meeting = tuple(
            other.name
            for other in planned
            if other is not one
            and any(
                first <= other_last and other_first <= last
                for first, last in one.live
                for other_first, other_last in other.live or ()
            )
        )
        assert one.conflicts == meeting


def run_passes(tool: str, example: str, hash_seed: int) -> bytes:
    """The output of the two passes, run by `tool` in a process of its own."""
    result = subprocess.run(
        [
            BIN / tool,
            EXAMPLES / f"{example}.mlir",
            "-p",
            "usmp-assign-pool-info,usmp-extract-buffer-info",
        ],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
    )
    return result.stdout


@pytest.mark.parametrize("example", ["inception_structure", "parallel_serial_mixed_for_loops"])
def test_same_bytes_in_every_run(example: str) -> None:
    """The order of sets is another for each seed; `xdsl-opt` gives what `usmp-opt` gives."""
    output = run_passes("usmp-opt", example, 0)
    assert BUFFER_INFO.encode() in output
    assert run_passes("usmp-opt", example, 1) == output
    assert run_passes("xdsl-opt", example, 12345) == output
