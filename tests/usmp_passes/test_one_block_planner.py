"""
Whatever MLIR's own static memory planner plans, ours plans, in no more memory: on programs that are
written for it, and on random ones. The programs compute the same as before.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.parser import Parser
from xdsl.transforms.convert_linalg_to_loops import ConvertLinalgToLoopsPass
from xdsl.universe import Universe

from usmp_compiled_mlir import TO_LLVM, find_tool, missing_tools
from usmp_dialect.dialects.usmp import ALLOCATED_SIZE, BUFFER_INFO, PoolOp
from usmp_dialect.interpreters.runner import Runner
from usmp_one_block_planner import Lifetime, OneBlockPlan, arena, plan_blocks
from usmp_passes.convert_pool_allocations_to_offsets import Pools
from usmp_passes.lower_tir import LowerTirPass
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

FILE = (
    Path(__file__).parents[1]
    / "filecheck/passes/unified-static-memory-planner/upstream_planner_inputs.mlir"
)
PROGRAMS = re.split(r"^// -----\n", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)


CONTEXT = Context()
for dialect, factory in Universe.get_multiverse().all_dialects.items():
    CONTEXT.register_dialect(dialect, factory)


def parse(text: str) -> ModuleOp:
    module = Parser(CONTEXT, text).parse_module()
    module.verify()
    return module


def pool_bytes(module: ModuleOp) -> int:
    sizes = [op.attributes[ALLOCATED_SIZE] for op in module.ops if isinstance(op, PoolOp)]
    return sum(size.value.data for size in sizes if isinstance(size, IntegerAttr))


def compare(module: ModuleOp) -> tuple[int, OneBlockPlan]:
    """The bytes of our pool, and what the other planner does; ours does all that it does."""
    other = plan_blocks(module)
    UnifiedStaticMemoryPlannerPass(alignment=1, convert=False).apply(Context(), module)
    assert not [op for op in other.planned if BUFFER_INFO not in op.attributes]
    ours = pool_bytes(module)
    assert ours <= other.smallest_bytes <= other.size_bytes
    return ours, other


# The model


@pytest.mark.parametrize(
    ("buffers", "size"),
    [
        ([], 0),
        ([(8, 1, 0, 4), (8, 1, 4, 6)], 8),
        ([(8, 1, 0, 5), (8, 1, 4, 6)], 16),
        ([(8, 1, 0, 3), (4, 1, 1, 9), (8, 1, 4, 9)], 12),
        ([(3, 1, 0, 3), (4, 4, 1, 9), (1, 1, 2, 9)], 8),
    ],
)
def test_arena(buffers: Sequence[tuple[int, int, int, int]], size: int) -> None:
    assert arena([Lifetime(*buffer) for buffer in buffers]) == size


# The programs


def test_there_are_enough() -> None:
    assert len(PROGRAMS) >= 15


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_size(program: str) -> None:
    (written,) = re.findall(r"^// One block: (\d+) bytes\.$", program, re.MULTILINE)
    _, other = compare(parse(program))
    assert other.size_bytes == int(written)


def small(program: str) -> str:
    """The program with less to do."""
    for extent in (512, 1024, 2048):
        program = re.sub(rf"(?<!\d){extent}(?!\d)", str(extent // 64), program)
    return program.replace("32x32x", "4x4x")


def results(module: ModuleOp) -> Sequence[bytes]:
    """What the program writes, for all values of its flags."""
    outputs: list[bytes] = []
    for flags in product((0, -1), repeat=2):
        output = bytearray(8 * 4)
        Runner(module, poison=True).run("main", [*flags, output])
        outputs.append(bytes(output))
    return outputs


@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_result(program: str) -> None:
    """No buffer reads what another one wrote, and what is computed stays the same."""
    module = parse(small(program))
    ConvertLinalgToLoopsPass().apply(Context(), module)
    before = results(module)
    assert any(before[0])
    UnifiedStaticMemoryPlannerPass(alignment=1).apply(Context(), module)
    assert results(module) == before


missing = missing_tools()


@pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")
@pytest.mark.parametrize("pools", ["arguments", "globals"])
def test_upstream_takes_all_of_them(pools: Pools) -> None:
    """What becomes of the programs goes through upstream's passes to the end."""
    planned: list[str] = []
    for program in PROGRAMS:
        module = parse(program)
        UnifiedStaticMemoryPlannerPass(alignment=1, pools=pools).apply(Context(), module)
        LowerTirPass().apply(Context(), module)
        planned.append(str(module))
    tool = find_tool("mlir-opt")
    assert tool is not None
    done = subprocess.run(
        [tool, "--split-input-file", *TO_LLVM],
        input="\n// -----\n".join(planned),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("llvm.func @main(") == len(PROGRAMS)
    assert "unrealized" not in done.stdout


# Random programs


@dataclass(frozen=True)
class Memory:
    """One buffer, or two of which only those names are known."""

    type: str
    names: Sequence[str]


@st.composite
def memories(draw: DrawFn, number: int) -> tuple[Memory, str]:
    """A buffer, or two, and the lines that allocate it."""
    type = f"memref<{draw(st.integers(1, 96))}xi8>"
    alignment = draw(st.sampled_from(["", " {alignment = 4 : i64}", " {alignment = 32 : i64}"]))
    allocation = f"memref.alloc(){alignment} : {type}\n"
    one, two = f"%one{number}", f"%two{number}"
    match draw(st.sampled_from(["plain", "plain", "selected", "yielded"])):
        case "plain":
            return Memory(type, [one]), f"{one} = {allocation}"
        case "selected":
            chosen = f"""\
{one}_chosen = arith.select %flag, {one}, {two} : {type}
{two}_chosen = arith.select %flag, {two}, {one} : {type}
"""
        case _:
            chosen = "".join(
                f"""\
{first}_chosen = scf.if %flag -> ({type}) {{
  scf.yield {first} : {type}
}} else {{
  scf.yield {second} : {type}
}}
"""
                for first, second in ((one, two), (two, one))
            )
    lines = f"{one} = {allocation}{two} = {allocation}{chosen}"
    return Memory(type, [f"{one}_chosen", f"{two}_chosen"]), lines


def use(memory: Memory) -> str:
    return "".join(f"memref.store %byte, {name}[%c0] : {memory.type}\n" for name in memory.names)


@st.composite
def ends(draw: DrawFn, memory: Memory) -> str:
    """The lines that free it, if any."""
    frees = "".join(f"memref.dealloc {name} : {memory.type}\n" for name in memory.names)
    match draw(st.sampled_from(["plain", "plain", "plain", "both arms", "late", "never"])):
        case "plain":
            return frees
        case "both arms":
            return f"scf.if %flag {{\n{use(memory)}{frees}}} else {{\n{frees}}}\n"
        case "late":
            return f"scf.for %i = %c0 to %c3 step %c1 {{\n{use(memory)}}}\n{frees}"
        case _:
            return ""


@st.composite
def block_programs(draw: DrawFn) -> str:
    """Programs of buffers that live for a while, in one block but for branches and loops."""
    lines, live = list[str](), list[Memory]()
    for number in range(draw(st.integers(1, 6))):
        memory, allocation = draw(memories(number))
        lines.append(allocation)
        live.append(memory)
        lines += (use(memory) for memory in live if draw(st.booleans()))
        while live and draw(st.booleans()):
            lines.append(draw(ends(live.pop(draw(st.integers(0, len(live) - 1))))))
    lines += (draw(ends(memory)) for memory in live)
    return f"""
func.func @main(%flag: i1) {{
%c0 = arith.constant 0 : index
%c1 = arith.constant 1 : index
%c3 = arith.constant 3 : index
%byte = arith.constant 7 : i8
{"".join(lines)}
func.return
}}
"""


@given(block_programs())
def test_random_programs(program: str) -> None:
    compare(parse(program))


def test_random_programs_are_of_use() -> None:
    """Ours is smaller for many of them, and the other planner has something to do in most."""
    smaller = busy = 0

    @settings(max_examples=100, database=None, derandomize=True)
    @given(block_programs())
    def run(program: str) -> None:
        nonlocal smaller, busy
        ours, other = compare(parse(program))
        smaller += ours < other.size_bytes
        busy += len(other.planned) > 1

    run()
    assert smaller > 20
    assert busy > 40
