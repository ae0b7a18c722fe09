"""The Python interface of the `tir` dialect."""

from collections.abc import Callable, Sequence

import pytest
from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    Builtin,
    DenseIntOrFPElementsAttr,
    FunctionType,
    IndexType,
    IntegerAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    TensorType,
    f32,
    i8,
    i32,
)
from xdsl.dialects.test import Test
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.parser import Parser
from xdsl.traits import EffectInstance, MemoryEffectKind, get_effects
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.test_value import create_ssa_value

from usmp_dialect.dialects.tir import (
    AllocateConstOp,
    AllocateOp,
    CallExternOp,
    ForOp,
    FuncOp,
    LoadOp,
    LookupParamOp,
    LoopKind,
    LoopKindAttr,
    QMultiplyShiftOp,
    ReturnOp,
    StoreOp,
    Tir,
    YieldOp,
)
from usmp_dialect.interfaces import (
    BufferCallInterface,
    RegionExecution,
    RegionOpInterface,
    get_interface,
)

BUFFER_TYPE = MemRefType(i8, [4])
INDEX = IndexType()


def index() -> SSAValue:
    return create_ssa_value(INDEX)


def loop_body(*ops: Operation) -> Region:
    return Region(Block(ops, arg_types=[INDEX]))


def context() -> Context:
    ctx = Context()
    for dialect in (Builtin, arith.Arith, Test, Tir):
        ctx.load_dialect(dialect)
    return ctx


# Functions


def test_func() -> None:
    func = FuncOp("f", ([BUFFER_TYPE, INDEX], []), visibility="private")
    func.body.block.add_op(ReturnOp())
    func.verify()
    assert func.sym_name == StringAttr("f")
    assert func.sym_visibility == StringAttr("private")
    assert func.function_type == FunctionType.from_lists([BUFFER_TYPE, INDEX], [])
    assert [arg.type for arg in func.args] == [BUFFER_TYPE, INDEX]
    assert not func.is_declaration


def test_func_with_results() -> None:
    element = LoadOp(create_ssa_value(BUFFER_TYPE), [index()])
    func = FuncOp("f", ([], [i8]))
    func.body.block.add_ops([element, ReturnOp(element)])
    assert isinstance(func.body.block.last_op, ReturnOp)
    assert func.body.block.last_op.arguments == (element.element,)


def test_declaration() -> None:
    func = FuncOp("f", FunctionType.from_lists([BUFFER_TYPE], [i8]), Region())
    func.verify()
    assert func.is_declaration
    with pytest.raises(ValueError, match="@f has no body, so its parameters have no values"):
        _ = func.args


@pytest.mark.parametrize(
    "text",
    [
        "tir.func @f() {\n}",
        "tir.func @f()",
        "tir.func @f(i8 {a})",
        "tir.func @f(%a: i8 {a}) {\n}",
        "tir.func @f(i8) -> (i8)",
    ],
)
def test_function_text_is_kept(text: str) -> None:
    """An empty body is not the same as none, and a declaration keeps its attributes."""
    module = Parser(context(), text).parse_module()
    module.verify()
    printed = str(module).splitlines()
    assert [line.strip() for line in printed[1:-1]] == [line.strip() for line in text.splitlines()]


# Buffers


def test_allocate() -> None:
    op = AllocateOp(BUFFER_TYPE)
    op.verify()
    assert op.buffer.type == BUFFER_TYPE
    assert op.buffer_name is None
    assert AllocateOp(BUFFER_TYPE, "sid_9").buffer_name == StringAttr("sid_9")
    assert AllocateOp(BUFFER_TYPE, StringAttr("sid_9")).buffer_name == StringAttr("sid_9")


def test_allocate_dynamic() -> None:
    buffer_type = MemRefType(i8, [DYNAMIC_INDEX, 4, DYNAMIC_INDEX])
    # The extents may be unknown here altogether.
    AllocateOp(buffer_type).verify()
    AllocateOp(buffer_type, dynamic_sizes=[index(), index()]).verify()
    with pytest.raises(VerifyException, match="1 sizes given for the 2 dynamic extents"):
        AllocateOp(buffer_type, dynamic_sizes=[index()]).verify()


def test_allocate_const() -> None:
    value = DenseIntOrFPElementsAttr.from_list(TensorType(i8, [4]), [1, 2, 3, 4])
    op = AllocateConstOp(BUFFER_TYPE, value, "weights")
    op.verify()
    assert op.value == value
    assert op.buffer.type == BUFFER_TYPE
    assert op.buffer_name == StringAttr("weights")


@pytest.mark.parametrize(
    "constant",
    [
        "dense<[1, -2]> : memref<2xi8>",
        "dense<> : memref<0xi8>",
        "dense<7> : memref<i64>",
        "dense<7> : memref<1000x1000xindex>",
        "dense<[true, false]> : memref<2xi1>",
        "dense<1> : memref<2xi4>",
        'dense<[[1.500000e+00], [-0.000000e+00]]> : memref<2x1xf16, "shared">',
        "dense<1.500000e+00> : memref<2xbf16>",
        "dense<[1.500000e+00, 0.000000e+00]> : memref<2xf64>",
    ],
)
def test_constants_keep_their_text(constant: str) -> None:
    text = f"%c = tir.allocate_const {constant}"
    module = Parser(context(), text).parse_module()
    module.verify()
    assert text in str(module)


def test_lookup_param() -> None:
    op = LookupParamOp("p1", MemRefType(i8, [DYNAMIC_INDEX]))
    op.verify()
    assert op.param_name == StringAttr("p1")
    assert op.buffer.type == MemRefType(i8, [DYNAMIC_INDEX])


def test_load_and_store() -> None:
    buffer = AllocateOp(MemRefType(f32, [4, 4]))
    load = LoadOp(buffer, [index(), index()])
    load.verify()
    assert load.element.type == f32
    store = StoreOp(load, buffer, load.indices)
    store.verify()
    assert store.element is load.element
    assert store.buffer is buffer.buffer
    assert tuple(store.indices) == tuple(load.indices)
    assert get_effects(buffer) == {EffectInstance(MemoryEffectKind.ALLOC, buffer.buffer)}
    assert get_effects(load) == {EffectInstance(MemoryEffectKind.READ, buffer.buffer)}
    assert get_effects(store) == {EffectInstance(MemoryEffectKind.WRITE, buffer.buffer)}


# Calls


@pytest.mark.parametrize("callee", ["f", SymbolRefAttr("f")])
def test_call_extern(callee: str | SymbolRefAttr) -> None:
    buffer = AllocateOp(BUFFER_TYPE)
    call = CallExternOp(callee, [buffer, index()], [i32])
    call.verify()
    assert call.callee == SymbolRefAttr("f")
    assert [result.type for result in call.results] == [i32]
    interface = get_interface(call, BufferCallInterface)
    assert interface is not None
    assert interface.get_callee(call) == SymbolRefAttr("f")
    assert tuple(interface.get_arguments(call)) == tuple(call.arguments)
    assert get_effects(call) is None


@pytest.mark.parametrize(
    ("argument", "parameter"),
    [
        (MemRefType(i8, [16]), MemRefType(i32, [4])),
        (MemRefType(i8, [17]), MemRefType(i32, [2, 2])),
        (MemRefType(i8, [1]), MemRefType(i32, [DYNAMIC_INDEX])),
        (MemRefType(i8, [DYNAMIC_INDEX]), MemRefType(i32, [4])),
        (MemRefType(i8, [4], memory_space=StringAttr("shared")), BUFFER_TYPE),
    ],
    ids=str,
)
def test_arguments_are_addresses(argument: MemRefType, parameter: MemRefType) -> None:
    callee = FuncOp("callee", ([parameter], []))
    callee.body.block.add_op(ReturnOp())
    caller = FuncOp("caller", ([argument], []))
    caller.body.block.add_ops([CallExternOp("callee", caller.args), ReturnOp()])
    ModuleOp([caller, callee]).verify()


# Loops


def test_for() -> None:
    loop = ForOp(0, 16, loop_body())
    loop.verify()
    assert (loop.lower_bound, loop.upper_bound, loop.trip_count) == (0, 16, 16)
    assert loop.kind == LoopKindAttr(LoopKind.SERIAL)
    assert loop.thread_tag is None
    assert loop.induction_variable is loop.body.block.args[0]
    assert isinstance(loop.body.block.last_op, YieldOp)


def test_for_keeps_a_terminator() -> None:
    terminator = YieldOp()
    loop = ForOp(0, 16, loop_body(terminator))
    loop.verify()
    assert tuple(loop.body.block.ops) == (terminator,)


def test_for_with_values() -> None:
    lower, upper = index(), arith.ConstantOp(IntegerAttr(4, INDEX))
    loop = ForOp(lower, upper, loop_body())
    loop.verify()
    assert loop.lower_bound is lower
    assert loop.upper_bound is upper.result
    assert loop.trip_count is None


def constant(value: int) -> SSAValue:
    return arith.ConstantOp(IntegerAttr(value, INDEX)).result


@pytest.mark.parametrize("lower_of", [int, constant])
@pytest.mark.parametrize("upper_of", [int, constant])
@pytest.mark.parametrize(
    ("lower", "upper", "trip_count"),
    [(0, 16, 16), (3, 5, 2), (-3, 5, 8), (-5, -3, 2), (4, 4, 0), (0, 2**70, 2**70)],
)
def test_trip_count(
    lower_of: Callable[[int], int | SSAValue],
    upper_of: Callable[[int], int | SSAValue],
    lower: int,
    upper: int,
    trip_count: int,
) -> None:
    assert ForOp(lower_of(lower), upper_of(upper), loop_body()).trip_count == trip_count


def test_trip_count_is_never_negative() -> None:
    loop = ForOp(constant(4), constant(2), loop_body())
    loop.verify()
    assert loop.trip_count == 0


def test_equal_bounds_that_are_not_known() -> None:
    bound = index()
    assert ForOp(bound, bound, loop_body()).trip_count == 0


@pytest.mark.parametrize(
    ("kind", "execution"),
    [
        (LoopKind.SERIAL, RegionExecution.SERIAL_LOOP),
        (LoopKind.PARALLEL, RegionExecution.CONCURRENT_LOOP),
        (LoopKind.VECTORIZED, RegionExecution.CONCURRENT_LOOP),
        (LoopKind.UNROLLED, RegionExecution.SERIAL_LOOP),
        (LoopKind.THREAD_BINDING, RegionExecution.CONCURRENT_LOOP),
    ],
)
def test_loop_kinds(kind: LoopKind, execution: RegionExecution) -> None:
    thread = "threadIdx.x" if kind is LoopKind.THREAD_BINDING else None
    loop = ForOp(0, 4, loop_body(), kind, thread)
    loop.verify()
    interface = get_interface(loop, RegionOpInterface)
    assert interface is not None
    semantics = interface.get_region_semantics(loop)
    assert semantics.execution is execution
    assert semantics.trip_count == 4
    assert semantics.is_serial_kind is (kind is LoopKind.SERIAL)
    assert kind.value in semantics.label
    assert kind.is_concurrent is (execution is RegionExecution.CONCURRENT_LOOP)
    # No value enters a `tir.for`, and none leaves it.
    assert tuple(interface.get_value_flow(loop) or ()) == ()
    assert interface.get_value_flow(loop) is not None


def test_effects_of_a_loop_are_those_of_its_body() -> None:
    buffer = create_ssa_value(BUFFER_TYPE)
    loop = ForOp(0, 4, loop_body(LoadOp(buffer, [index()])))
    assert get_effects(loop) == {EffectInstance(MemoryEffectKind.READ, buffer)}
    assert get_effects(ForOp(0, 4, loop_body(CallExternOp("f", [])))) is None
    assert get_effects(ForOp(0, 4, loop_body())) == set()


# Arithmetic


@pytest.mark.parametrize(
    ("q", "s", "left_shift", "total_right_shift"),
    [(31, -9, 0, 40), (31, 0, 0, 31), (31, 3, 3, 31), (0, 0, 0, 0), (31, -31, 0, 62)],
)
def test_q_multiply_shift(q: int, s: int, left_shift: int, total_right_shift: int) -> None:
    x, y = create_ssa_value(i32), create_ssa_value(i32)
    op = QMultiplyShiftOp(x, y, q, s)
    op.verify()
    assert op.result.type == i32
    assert (op.left_shift, op.total_right_shift) == (left_shift, total_right_shift)


def test_attributes_print_as_in_mlir() -> None:
    kinds: Sequence[Attribute] = [LoopKindAttr(kind) for kind in LoopKind]
    for kind in kinds:
        assert Parser(context(), str(kind)).parse_attribute() == kind
    assert str(kinds[1]) == "#tir<loop_kind parallel>"
