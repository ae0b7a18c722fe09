"""
Random programs compute the same with a plan as without, byte for byte, and none of their buffers
reads what another has written. Wrong plans are found out by the same runs.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects import arith, memref
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import (
    Builtin,
    FloatAttr,
    IndexType,
    IntAttr,
    IntegerAttr,
    IntegerType,
    ModuleOp,
    SymbolRefAttr,
)
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.parser import Parser
from xdsl.rewriter import InsertPoint, Rewriter

from usmp_dialect.dialects import tir
from usmp_dialect.dialects.tir import Tir
from usmp_dialect.dialects.usmp import POOL_ALLOCATION, PoolAllocationAttr, Usmp
from usmp_dialect.interpreters.errors import ExecutionError
from usmp_dialect.interpreters.runner import Result, Runner
from usmp_model_program import ModelProgram
from usmp_passes.convert_pool_allocations_to_offsets import (
    Pools,
    convert_pool_allocations_to_offsets,
)
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass
from usmp_random_programs import Program, parse_module, plain_programs, programs

_ARGUMENT_BYTES = {"memref<?xi8>": 8, "memref<4xi8>": 4, "memref<2x3xi16>": 12}
_MAX_EXAMPLES = settings().max_examples

Outcome = list[tuple[tuple[Result, ...], list[bytes], list[bytes]]]
"""For each entry: its results, its arguments afterwards, and what outside functions saw."""


def read(program: Program, *, initialize: bool) -> ModuleOp:
    """
    The program, without buffers that have no element and without deallocations, of which the
    planner refuses those that it cannot follow; with `initialize` each buffer is written as soon as
    it is there, so that all that is read has a value.
    """
    module = parse_module(program.text.replace("memref<0xi8>", "memref<8xi8>"))
    for op in [op for op in module.walk() if isinstance(op, memref.DeallocOp)]:
        Rewriter.erase_op(op)
    if initialize:
        for number, op in enumerate([op for op in module.walk() if isinstance(op, tir.AllocateOp)]):
            if op.buffer.type.has_static_shape():
                write_all_elements(op, number)
    return module


def write_all_elements(op: tir.AllocateOp, number: int) -> None:
    """Puts loops after an allocation that give all elements one value."""
    element_type = op.buffer.type.element_type
    if isinstance(element_type, IntegerType | IndexType):
        attribute = IntegerAttr(number % 2, element_type)
    else:
        attribute = FloatAttr(number / 4, 32)
    value = arith.ConstantOp(attribute)
    indices: list[SSAValue] = []
    blocks: list[Block] = []
    for _ in op.buffer.type.get_shape():
        blocks.append(block := Block(arg_types=[IndexType()]))
        indices.append(block.args[0])
    nest: Operation = tir.StoreOp(value, op.buffer, indices)
    for block, extent in zip(reversed(blocks), reversed(op.buffer.type.get_shape()), strict=True):
        block.add_op(nest)
        nest = tir.ForOp(0, extent, Region(block))
    Rewriter.insert_op([value, nest], InsertPoint.after(op))


def execute(module: ModuleOp, signatures: ModelProgram) -> Outcome:
    """Runs each entry of a program whose signatures are those of `signatures`."""
    outcome: Outcome = []
    for entry in signatures.entries:
        sizes = [_ARGUMENT_BYTES[str(value.type)] for value in entry.parameters]
        arguments = [bytearray(range(1, size + 1)) for size in sizes]
        seen: list[bytes] = []

        def declared(*buffers: memoryview, seen: list[bytes] = seen) -> None:
            for number, buffer in enumerate(buffers):
                seen.append(bytes(buffer))
                if not buffer.readonly:
                    buffer[:] = bytes(byte ^ 0x5A ^ number for byte in buffer)

        def outside(*buffers: memoryview, seen: list[bytes] = seen) -> memoryview | None:
            declared(*buffers, seen=seen)
            return None

        runner = Runner(module, poison=True, externs={"declared": declared, "outside": outside})
        results = runner.run(entry.name, arguments)
        outcome.append((results, [bytes(argument) for argument in arguments], seen))
    return outcome


def plan(module: ModuleOp, main: str | None, algorithm: str, pools: Pools) -> None:
    UnifiedStaticMemoryPlannerPass(main=main, algorithm=algorithm, pools=pools).apply(
        Context(), module
    )


@settings(
    max_examples=max(1, _MAX_EXAMPLES // 4),
    # Many programs do read what they have not written, or beyond the end of a buffer.
    suppress_health_check=[*settings().suppress_health_check, HealthCheck.filter_too_much],
)
@given(
    plain_programs() | programs(),
    st.booleans(),
    st.sampled_from(("greedy_by_size", "greedy_by_conflicts")),
    st.sampled_from(("arguments", "globals")),
)
def test_plan_changes_nothing(
    program: Program, initialize: bool, algorithm: str, pools: Pools
) -> None:
    module = read(program, initialize=initialize)
    signatures = ModelProgram(module.clone(), program.main)
    try:
        expected = execute(module, signatures)
    except ExecutionError:
        # What the program reads it has not written, or it has unknown operations.
        assume(False)
        raise
    plan(module, program.main, algorithm, pools)
    assert execute(module, signatures) == expected


TWO_LIVE_BUFFERS = """
usmp.pool @fast
tir.func @run(%input: memref<32xi8>, %output: memref<32xi8>) attributes {runner_function} {
  %a = tir.allocate "a" : memref<32xi8>
  %b = tir.allocate "b" : memref<2xi16>
  tir.for %i = 0 to 32 {
    %v = tir.load %input[%i] : memref<32xi8>
    tir.store %v, %a[%i] : memref<32xi8>
  }
  %seven = arith.constant 7 : i16
  tir.for %i = 0 to 2 {
    tir.store %seven, %b[%i] : memref<2xi16>
  }
  %zero = arith.constant 0 : index
  %w = tir.load %b[%zero] : memref<2xi16>
  %narrow = arith.trunci %w : i16 to i8
  tir.for %i = 0 to 32 {
    %v = tir.load %a[%i] : memref<32xi8>
    %sum = arith.addi %v, %narrow : i8
    tir.store %sum, %output[%i] : memref<32xi8>
  }
}
"""


def two_live_buffers(byte_offset: int | None) -> ModuleOp:
    """The planned program; with `byte_offset`, a plan that puts `b` there, and `a` at 0."""
    context = Context()
    for dialect in (Arith, Builtin, Tir, Usmp):
        context.load_dialect(dialect)
    module = Parser(context, TWO_LIVE_BUFFERS, "two.mlir").parse_module()
    UnifiedStaticMemoryPlannerPass(convert=False).apply(Context(), module)
    if byte_offset is not None:
        allocations = [op for op in module.walk() if isinstance(op, tir.AllocateOp)]
        for op, offset in zip(allocations, (0, byte_offset), strict=True):
            op.attributes[POOL_ALLOCATION] = PoolAllocationAttr(
                SymbolRefAttr("fast"), IntAttr(offset)
            )
    convert_pool_allocations_to_offsets(module)
    return module


INPUT = bytes(range(100, 132))


def test_right_plan_of_two_live_buffers() -> None:
    output = bytearray(32)
    Runner(two_live_buffers(None), poison=True).run(None, [INPUT, output])
    assert output == bytes(byte + 7 for byte in INPUT)


@pytest.mark.parametrize("byte_offset", [0, 16])
def test_wrong_plan_is_poisoned(byte_offset: int) -> None:
    runner = Runner(two_live_buffers(byte_offset), poison=True)
    with pytest.raises(ExecutionError) as caught:
        runner.run("run", [INPUT, bytearray(32)])
    assert str(caught.value) == (
        f"tir.load in @run: reads byte {byte_offset} of buffer 'a', "
        "which was last written by buffer 'b'"
    )


@pytest.mark.parametrize("byte_offset", [0, 16])
def test_wrong_plan_changes_the_results(byte_offset: int) -> None:
    output = bytearray(32)
    Runner(two_live_buffers(byte_offset)).run("run", [INPUT, output])
    expected = bytearray(byte + 7 for byte in INPUT)
    expected[byte_offset : byte_offset + 4] = [14, 7, 14, 7]
    assert output == expected
