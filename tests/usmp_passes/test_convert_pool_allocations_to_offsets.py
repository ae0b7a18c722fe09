"""
The conversion to pools, as far as the lit tests cannot say it: its cost, the same bytes in every
run, constants of every type, and random programs.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import HealthCheck, Phase, event, given, note, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects import memref
from xdsl.dialects.arith import Arith, ConstantOp
from xdsl.dialects.builtin import (
    ArrayAttr,
    Builtin,
    DenseIntOrFPElementsAttr,
    DictionaryAttr,
    IntAttr,
    IntegerAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    i64,
)
from xdsl.dialects.func import Func
from xdsl.dialects.scf import Scf
from xdsl.ir import BlockArgument, Operation, OpResult, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, prop_def, traits_def, var_operand_def
from xdsl.parser import Parser
from xdsl.utils.hints import isa

from usmp_dialect.constant_bytes import memory_bytes_of
from usmp_dialect.dialects.tir import Tir
from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    BUFFER,
    POOL_ALLOCATION,
    PoolAllocationAttr,
    PoolOp,
    Usmp,
)
from usmp_dialect.interfaces import BufferCallInterface
from usmp_passes.analysis import AnalysisError, BufferInfoAnalysis
from usmp_passes.convert_pool_allocations_to_offsets import (
    Pools,
    convert_pool_allocations_to_offsets,
)
from usmp_random_programs import Program, programs

MODES: Sequence[Pools] = ("arguments", "globals")


def parse(text: str) -> ModuleOp:
    context = Context(allow_unregistered=True)
    for dialect in (Arith, Builtin, Func, memref.MemRef, Scf, Tir, Usmp):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


def allocation(pool: str, offset: int = 0) -> str:
    return (
        f"tir.allocate {{pool_allocation = #usmp.pool_allocation<@{pool}, byte_offset = {offset}>}}"
        " : memref<16xi8>\n"
    )


# What it costs

POOL = "usmp.pool @p attributes {allocated_size = 1024 : i64}\n"


def many_functions(n: int) -> str:
    operators = "".join(f"tir.func @f{i}() {{\n %A = {allocation('p')} }}\n" for i in range(n))
    calls = "".join(f" tir.call_extern @f{i}() : () -> ()\n" for i in range(n))
    return f"{POOL}{operators}tir.func @main() {{\n{calls} }}\n"


def long_chain(n: int) -> str:
    chain = "".join(
        f"tir.func @f{i}() {{\n tir.call_extern @f{i + 1}() : () -> () }}\n" for i in range(n)
    )
    return f"{POOL}{chain}tir.func @f{n}() {{\n %A = {allocation('p')} }}\n"


def many_calls_of_one(n: int) -> str:
    calls = " tir.call_extern @f() : () -> ()\n" * n
    return f"{POOL}tir.func @f() {{\n %A = {allocation('p')} }}\ntir.func @main() {{\n{calls} }}\n"


def many_allocations(n: int) -> str:
    body = "".join(f" %A{i} = {allocation('p')}" for i in range(n))
    return f"{POOL}tir.func @main() {{\n{body} }}\n"


def many_constants(n: int) -> str:
    constants = "".join(
        f" %A{i} = tir.allocate_const {{pool_allocation = "
        f"#usmp.pool_allocation<@rom, byte_offset = {i}>}} dense<1> : memref<1xi8>\n"
        for i in range(n)
    )
    pool = f"usmp.pool @rom attributes {{allocated_size = {n} : i64}}\n"
    return f"{pool}tir.func @main() {{\n{constants} }}\n"


def many_deallocations(n: int) -> str:
    bodies = "".join(
        f" %A{i} = {allocation('p')}"
        f' %B{i} = "memref.cast"(%A{i}) : (memref<16xi8>) -> memref<?xi8>\n'
        f" memref.dealloc %B{i} : memref<?xi8>\n"
        for i in range(n)
    )
    return f"{POOL}tir.func @main() {{\n{bodies} }}\n"


def calls_made(run: Callable[[], object]) -> int:
    """How many functions are called, in Python or C, while `run` runs."""
    count = 0

    def trace(frame: object, kind: str, argument: object) -> None:
        nonlocal count
        count += kind in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(trace)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "program",
    [
        many_functions,
        long_chain,
        many_calls_of_one,
        many_allocations,
        many_constants,
        many_deallocations,
    ],
)
def test_four_times_the_program_is_four_times_the_work(program: Callable[[int], str], mode: Pools):
    small, large = parse(program(100)), parse(program(400))
    convert_pool_allocations_to_offsets(parse(program(1)), mode)
    of_small = calls_made(lambda: convert_pool_allocations_to_offsets(small, mode))
    of_large = calls_made(lambda: convert_pool_allocations_to_offsets(large, mode))
    assert of_small > 100
    assert of_large < 4.2 * of_small
    assert POOL_ALLOCATION not in str(large)


def test_a_chain_of_calls_may_be_longer_than_pythons_stack():
    module = parse(long_chain(1200))
    convert_pool_allocations_to_offsets(module)
    assert str(module).count("usmp.pool = @p") == 1201


# The same in every run

SEEDS_SCRIPT = """
import sys
from xdsl.context import Context
from xdsl.parser import Parser
from xdsl.dialects.builtin import Builtin
from usmp_dialect.dialects.tir import Tir
from usmp_dialect.dialects.usmp import Usmp
from usmp_passes.convert_pool_allocations_to_offsets import convert_pool_allocations_to_offsets
context = Context()
for dialect in (Builtin, Tir, Usmp):
    context.load_dialect(dialect)
for mode in ("arguments", "globals"):
    module = Parser(context, sys.argv[1]).parse_module()
    convert_pool_allocations_to_offsets(module, mode)
    print(module)
"""


def test_the_output_does_not_depend_on_the_hash_seed():
    names = [f"pool{i}" for i in range(6)]
    pools = "".join(
        f"usmp.pool @{name} attributes {{allocated_size = 16 : i64}}\n" for name in names
    )
    operators = "".join(
        f"tir.func @f{i}() {{\n %A = {allocation(name)} %B = {allocation(names[5 - i])} }}\n"
        for i, name in enumerate(names)
    )
    calls = "".join(f" tir.call_extern @f{i}() : () -> ()\n" for i in range(6))
    text = f"{pools}{operators}tir.func @main() {{\n{calls} }}\n"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SEEDS_SCRIPT, text],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "7")
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"usmp.pool = ") == 6 * 2 + 6 + 6


# The bytes of constants

patient = settings(deadline=None)


def dense(text: str) -> DenseIntOrFPElementsAttr:
    context = Context()
    context.load_dialect(Builtin)
    attribute = Parser(context, text).parse_attribute()
    assert isinstance(attribute, DenseIntOrFPElementsAttr)
    return attribute


def bytes_apart(bits: int) -> int:
    """The smallest power of two of bytes that holds so many bits."""
    size = 1
    while 8 * size < bits:
        size *= 2
    return size


@patient
@given(st.integers(1, 64), st.data())
def test_integers_lie_in_memory_as_their_lowest_bits(bits: int, data: st.DataObject):
    values = data.draw(st.lists(st.integers(-(1 << bits - 1), (1 << bits - 1) - 1), min_size=1))
    literals = ["false" if v == 0 else "true" for v in values] if bits == 1 else map(str, values)
    memory = memory_bytes_of(
        dense(f"dense<[{', '.join(literals)}]> : tensor<{len(values)}xi{bits}>")
    )
    size = bytes_apart(bits)
    assert len(memory) == size * len(values)
    for index, value in enumerate(values):
        held = memory[size * index : size * (index + 1)]
        digits = [byte >> bit & 1 for byte in held for bit in range(8)]
        assert digits[:bits] == [value >> bit & 1 for bit in range(bits)]
        assert not any(digits[bits:])


@patient
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=4))
def test_index_is_8_bytes(values: list[int]):
    memory = memory_bytes_of(dense(f"dense<{values}> : tensor<{len(values)}xindex>"))
    assert memory == struct.pack(f"<{len(values)}q", *values)


@pytest.mark.parametrize(("element", "code"), [("f16", "e"), ("f32", "f"), ("f64", "d")])
@patient
@given(data=st.data())
def test_floats_lie_in_memory_as_ieee_says(element: str, code: str, data: st.DataObject):
    width = 8 * struct.calcsize(code)
    floats = st.floats(width=width, allow_nan=False, allow_infinity=False)  # pyright: ignore[reportArgumentType]
    values = data.draw(st.lists(floats, min_size=1, max_size=4))
    # Python's shortest form is read back as the same number; MLIR asks for a point in it.
    literals = ", ".join(f"{value:.20e}" for value in values)
    memory = memory_bytes_of(dense(f"dense<[{literals}]> : tensor<{len(values)}x{element}>"))
    assert memory == struct.pack(f"<{len(values)}{code}", *values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dense<[1.0, -2.0]> : tensor<2xbf16>", "803f 00c0"),
        # 19 bits, of which the highest is the sign: 4 bytes from one to the next.
        ("dense<[1.0, -1.0]> : tensor<2xtf32>", "00fc0100 00fc0500"),
        ("dense<3> : tensor<2x3xi16>", "0300 0300 0300 0300 0300 0300"),
        ("dense<-2> : tensor<i24>", "feffff00"),
        ("dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>", "01 02 03 04"),
        ("dense<true> : tensor<3xi1>", "01 01 01"),
        ("dense<> : tensor<0xi32>", ""),
        ("dense<5> : tensor<0xi32>", ""),
        ('dense<"0xFF00FF7F"> : tensor<2xi16>', "ff00 ff7f"),
        ("dense<[(1, 2), (-1, 0)]> : tensor<2xcomplex<i4>>", "01 02 0f 00"),
    ],
)
def test_bytes_of_constants(text: str, expected: str):
    assert memory_bytes_of(dense(text)) == bytes.fromhex(expected)


# Calls of one's own


class CallWithToken(BufferCallInterface):
    @classmethod
    def get_callee(cls, op: Operation) -> SymbolRefAttr:
        callee = op.properties["callee"]
        assert isinstance(callee, SymbolRefAttr)
        return callee

    @classmethod
    def get_arguments(cls, op: Operation) -> Sequence[SSAValue]:
        return op.operands[1:]


@irdl_op_definition
class CallWithTokenOp(IRDLOperation):
    """A call whose first operand is no argument."""

    name = "test.call_with_token"
    values = var_operand_def()
    callee = prop_def(SymbolRefAttr)
    traits = traits_def(CallWithToken())


def test_a_call_whose_operands_are_not_all_arguments_cannot_pass_pools_on():
    text = f"{POOL}tir.func @f() {{\n %A = {allocation('p')} }}\ntir.func @main(%token: i1) {{ }}\n"
    module = parse(text)
    main = module.body.block.last_op
    assert main is not None
    block = main.regions[0].block
    call = CallWithTokenOp.create(
        operands=[block.args[0]], properties={"callee": SymbolRefAttr("f")}
    )
    assert block.last_op is not None
    block.insert_op_before(call, block.last_op)
    with pytest.raises(AnalysisError, match="cannot pass pools to @f"):
        convert_pool_allocations_to_offsets(module)
    convert_pool_allocations_to_offsets(module, "globals")
    module.verify()


# Random programs

POOLS = ("p0", "p1", "p2")
ROM = "rom"


def plan(module: ModuleOp, main: str | None) -> dict[str, tuple[str, int, MemRefType]]:
    """
    Puts every buffer that can be planned in a place of its own. Returns pool, offset and type by
    name.
    """
    pools = {name: PoolOp(name) for name in POOLS}
    pools[ROM] = PoolOp(ROM, target_access={"c": "ro"})
    first = module.body.block.first_op
    assert first is not None
    module.body.block.insert_ops_before(list(pools.values()), first)
    sizes = dict.fromkeys(pools, 0)
    places: dict[str, tuple[str, int, MemRefType]] = {}
    for number, buffer in enumerate(BufferInfoAnalysis(module, main=main).planned):
        assert buffer.size_bytes is not None
        pool = ROM if buffer.is_constant else POOLS[number % len(POOLS)]
        offset = -(-sizes[pool] // buffer.alignment) * buffer.alignment
        sizes[pool] = offset + buffer.size_bytes
        buffer.op.attributes[POOL_ALLOCATION] = PoolAllocationAttr(
            SymbolRefAttr(pool), IntAttr(offset)
        )
        (result,) = buffer.op.results
        assert isinstance(result.type, MemRefType)
        # The planner's name, which the conversion finds in `buffer_info` otherwise.
        buffer.op.attributes["test.name"] = StringAttr(buffer.name)
        places[buffer.name] = (pool, offset, result.type)
    for name, size in sizes.items():
        pools[name].attributes[ALLOCATED_SIZE] = IntegerAttr(size, i64)
    return places


def views_in(module: ModuleOp) -> Iterator[memref.ViewOp]:
    for op in module.walk():
        if isinstance(op, memref.ViewOp) and BUFFER in op.attributes:
            yield op


def pool_of(value: SSAValue) -> str:
    """The pool that a value is the memory of, by the mark of its global or parameter."""
    if isinstance(value, OpResult):
        assert isinstance(value.op, memref.GetGlobalOp)
        return value.op.name_.root_reference.data.rpartition("_")[0]
    assert isinstance(value, BlockArgument)
    function = value.block.parent_op()
    assert function is not None
    attributes = function.properties["arg_attrs"]
    assert isa(attributes, ArrayAttr[DictionaryAttr])
    mark = attributes.data[value.index].data["usmp.pool"]
    assert isinstance(mark, SymbolRefAttr)
    return mark.root_reference.data


def frees_a_pool(op: memref.DeallocOp) -> bool:
    """Whether a deallocation frees what is derived from a view of a pool, as far as is plain."""
    value: SSAValue = op.memref
    while isinstance(value, OpResult) and len(value.op.operands) >= 1 and not value.op.regions:
        if BUFFER in value.op.attributes:
            return True
        value = value.op.operands[0]
    return False


@settings(
    # A program is read, analysed and converted twice: fewer than where it is analysed once.
    max_examples=settings().max_examples // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    # Without `explain`, which runs a failing program many times more to comment on its parts.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(programs(), st.sampled_from(MODES))
def test_random_programs_are_converted_as_planned(program: Program, mode: Pools):
    note(repr(program))
    module = program.parse()
    places = plan(module, program.main)
    not_planned = sum(1 for op in module.walk() if is_allocation(op)) - len(places)
    try:
        convert_pool_allocations_to_offsets(module, mode, program.main)
    except AnalysisError as error:
        if "memref.dealloc may free buffer" not in str(error):
            raise
        event("a deallocation of one knows not what")
        return
    module.verify()
    text = str(module)
    assert POOL_ALLOCATION not in text
    assert sum(1 for op in module.walk() if is_allocation(op)) == not_planned
    found = {
        name.data: (pool_of(view.source), offset_of(view), view.result.type)
        for view in views_in(module)
        if isinstance(name := view.attributes["test.name"], StringAttr)
    }
    assert found == places
    assert not any(isinstance(op, memref.DeallocOp) and frees_a_pool(op) for op in module.walk())
    check_it_is_a_program(module, program, mode)


def is_allocation(op: Operation) -> bool:
    return op.name in ("tir.allocate", "tir.allocate_const", "memref.alloc", "memref.alloca")


def offset_of(view: memref.ViewOp) -> int:
    owner = view.byte_shift.owner
    assert isinstance(owner, ConstantOp)
    assert isinstance(owner.value, IntegerAttr)
    return owner.value.value.data


def check_it_is_a_program(module: ModuleOp, program: Program, mode: Pools) -> None:
    """That the result can be printed and read, analysed, and converted without change."""
    text = str(module)
    again = parse(text)
    assert str(again) == text
    BufferInfoAnalysis(again, main=program.main)
    convert_pool_allocations_to_offsets(again, mode, program.main)
    assert str(again) == text
