"""
Random programs compute the same before and after planning, in C.

The programs of the liveness tests are made executable: buffers are large enough for whatever reads
them, indices stay inside, new buffers are filled, and every value that is loaded is
given to a function outside the program, which prints what it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import (
    Float32Type,
    FloatAttr,
    IndexType,
    IntegerAttr,
    IntegerType,
    MemRefType,
    ModuleOp,
    i32,
    i64,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.rewriter import InsertPoint, Rewriter

from usmp_compiled_c import SANITIZED, STRICT, c_code_of, compile_and_run, needs_gcc
from usmp_dialect.dialects import tir
from usmp_drawing import drawn
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass
from usmp_random_programs import Program, parse_module, plain_programs

pytestmark = needs_gcc

_BYTES = 32
"""What every buffer is large enough for."""

_MAX_CHARACTERS = 4000

_LARGER = (
    ("4xi8", "32xi8"),
    ("8xi8", "32xi8"),
    ("0xi8", "32xi8"),
    ("2x3xi16", "2x8xi16"),
    ("3xi4", "32xi4"),
    ("5xi1", "32xi1"),
    ("2xindex", "4xindex"),
    ("1xi64", "4xi64"),
)


def executable(program: Program) -> ModuleOp | None:
    """The program with all that makes a run well-defined, `None` if it has a type in the way."""
    if len(program.text) > _MAX_CHARACTERS or (
        "f32" in program.text and "unrealized" in program.text
    ):
        return None
    text = program.text
    for small, large in _LARGER:
        text = re.sub(rf"\bmemref<{small}>", f"memref<{large}>", text)
    module = parse_module(text)
    for number, op in enumerate(list(module.walk())):
        match op:
            case tir.AllocateOp():
                fill(op, number)
            case tir.LoadOp():
                keep_inside(op, op.buffer, op.indices)
                probe(op)
            case tir.StoreOp():
                keep_inside(op, op.buffer, op.indices)
            case _:
                pass
    module.verify()
    return module


def insert_before(op: Operation, *new_ops: Operation) -> None:
    Rewriter.insert_op(new_ops, InsertPoint.before(op))


def keep_inside(
    op: Operation, buffer: SSAValue, indices: list[SSAValue] | tuple[SSAValue, ...]
) -> None:
    assert isinstance(buffer.type, MemRefType)
    first = len(op.operands) - len(indices)
    for number, (index, extent) in enumerate(zip(indices, buffer.type.get_shape(), strict=True)):
        limit = arith.ConstantOp(IntegerAttr(4 if extent < 0 else extent, IndexType()))
        inside = arith.RemUIOp(index, limit.result)
        insert_before(op, limit, inside)
        op.operands[first + number] = inside.result


def probe(op: tir.LoadOp) -> None:
    """Tell the outside what was loaded."""
    value, new_ops = op.element, list[Operation]()
    if isinstance(value.type, Float32Type):
        new_ops.append(bits := arith.BitcastOp(value, i32))
        value = bits.result
    if isinstance(value.type, IndexType):
        new_ops.append(cast := arith.IndexCastOp(value, i64))
        value = cast.result
    elif value.type != i64:
        new_ops.append(extension := arith.ExtUIOp(value, i64))
        value = extension.result
    new_ops.append(tir.CallExternOp("probe", [value]))
    Rewriter.insert_op(new_ops, InsertPoint.after(op))


def initial_value(indices: list[SSAValue], element: Attribute, number: int) -> Iterator[Operation]:
    """The operations that compute what an element holds first: different in each buffer."""
    if isinstance(element, Float32Type):
        yield arith.ConstantOp(FloatAttr(number + 0.5, 32))
        return
    yield (start := arith.ConstantOp(IntegerAttr(37 * number, IndexType())))
    total: Operation = start
    if indices:
        yield (total := arith.AddiOp(start, indices[-1]))
    if isinstance(element, IntegerType):
        yield arith.IndexCastOp(total.results[0], element)


def fill(op: tir.AllocateOp, number: int) -> None:
    """Store something in all elements of a new buffer."""
    indices: list[SSAValue] = []
    outermost: tir.ForOp | None = None
    block: Block | None = None
    for extent in op.buffer.type.get_shape():
        body = Block(arg_types=[IndexType()])
        loop = tir.ForOp(0, extent, Region(body))
        indices.append(body.args[0])
        if block is None:
            outermost = loop
        else:
            assert block.last_op is not None
            insert_before(block.last_op, loop)
        block = body
    element = op.buffer.type.element_type
    values = list(initial_value(indices, element, number))
    store = tir.StoreOp(values[-1].results[0], op.buffer, indices)
    if block is None or outermost is None:
        Rewriter.insert_op([*values, store], InsertPoint.after(op))
        return
    assert block.last_op is not None
    insert_before(block.last_op, *values, store)
    Rewriter.insert_op(outermost, InsertPoint.after(op))


def entry_of(module: ModuleOp, program: Program) -> tir.FuncOp:
    functions = [op for op in module.ops if isinstance(op, tir.FuncOp)]
    called = {
        op.callee.root_reference.data for op in module.walk() if isinstance(op, tir.CallExternOp)
    }
    for function in functions:
        if program.main == function.sym_name.data or "runner_function" in function.attributes:
            return function
    return next(function for function in functions if function.sym_name.data not in called)


def drawn_programs(count: int) -> list[Program]:
    """Programs that hypothesis draws, the same ones each time."""
    return drawn(plain_programs(), count)


_DRIVER = """\
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void probe(uint64_t value);

static uint64_t hash;
static unsigned count;

void probe(uint64_t value) {
    hash = (hash ^ value) * UINT64_C(1099511628211) + 1;
    ++count;
}

static uint8_t arguments[8][64];
static uint8_t pools[8][1 << 16];

static void prepare(void) {
    hash = 0;
    count = 0;
    memset(pools, 0xA5, sizeof(pools));
    for (int number = 0; number < 8; ++number) {
        for (int at = 0; at < 64; ++at) {
            arguments[number][at] = (uint8_t)(number * 64 + at);
        }
    }
}

static void report(void) {
    for (int number = 0; number < 8; ++number) {
        for (int at = 0; at < 64; ++at) {
            hash = (hash ^ arguments[number][at]) * UINT64_C(1099511628211) + 1;
        }
    }
    printf("%u %llx\\n", count, (unsigned long long)hash);
}
"""


def renamed(code: str, prefix: str) -> str:
    """The code with other names for its functions, so that many programs can be linked."""
    return re.sub(r"\b(f\d|global_workspace_pool)\b", rf"{prefix}_\1", code)


def without_repeats(codes: list[str]) -> str:
    """The codes in one file, with each helper function once."""
    seen: set[str] = set()
    paragraphs: list[str] = []
    for code in codes:
        for paragraph in code.split("\n\n"):
            if not paragraph.startswith("static inline") or paragraph not in seen:
                seen.add(paragraph)
                paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


_VARIANTS = ("plain", "arguments", "globals")


@pytest.fixture(scope="module")
def code() -> str:
    """A file that runs each of many programs as it is, planned, and planned with global pools."""
    codes: list[str] = []
    body: list[str] = []
    for number, program in enumerate(drawn_programs(70)):
        if executable(program) is None:
            continue
        for variant in _VARIANTS:
            module = executable(program)
            assert module is not None
            entry = entry_of(module, program)
            inputs = len(entry.function_type.inputs)
            if variant != "plain":
                UnifiedStaticMemoryPlannerPass(
                    main=entry.sym_name.data,
                    alignment=1,
                    pools="globals" if variant == "globals" else "arguments",
                ).apply(Context(), module)
            name = f"p{number}_{variant}"
            code = renamed(c_code_of(module), name)
            pools = len(entry.function_type.inputs) - inputs
            arguments = [f"arguments[{at}]" for at in range(inputs)]
            arguments += [f"pools[{at}]" for at in range(pools)]
            codes.append(code)
            body += [
                "    prepare();",
                f"    {name}_{entry.sym_name.data}({', '.join(arguments)});",
                "    report();",
            ]
    main = ["int main(void) {", *body, "    return 0;", "}", ""]
    return "\n".join([_DRIVER, without_repeats(codes), *main])


@pytest.mark.parametrize("options", [("-O1", *STRICT), SANITIZED], ids=["optimized", "sanitized"])
def test_planned_programs_compute_the_same(
    options: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    lines = compile_and_run(tmp_path, {"programs.c": code}, options).splitlines()
    count = len(_VARIANTS)
    results = [lines[at : at + count] for at in range(0, len(lines), count)]
    assert len(results) > 20
    assert [result for result in results if len(set(result)) > 1] == []
    # The programs do something: so many values are looked at.
    assert sum(int(result[0].split()[0]) for result in results) > 60
