"""
Inputs and outputs in pools: what the options say, where a plan puts them, and random programs
against models that know of nothing but accesses.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import IntAttr, IntegerAttr, ModuleOp, SymbolRefAttr, UnregisteredOp
from xdsl.ir import Block, Operation, SSAValue
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_brute_force_model import BruteForceModel
from usmp_dialect.dialects.usmp import IO, POOL_ALLOCATION, PoolAllocationAttr
from usmp_executing_model import (
    _Execution,  # pyright: ignore[reportPrivateUsage]
    _Pointer,  # pyright: ignore[reportPrivateUsage]
    execute,
)
from usmp_model_program import ModelProgram
from usmp_passes.analysis import AnalysisError, BufferInfoAnalysis
from usmp_passes.analysis.io_lifetimes import IO_KIND_NAMES, IOKind, io_kind_of
from usmp_passes.analysis.memory_pools import allocations_in
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.create_io_allocates import CreateIOAllocatesPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.io_pool_allocations import IO_PARAMETER, io_pool_allocations
from usmp_passes.tools.usmp_opt import main
from usmp_random_programs import Program, programs

_COMMON = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    # Without `explain`, which runs a failing program many times more to comment on its parts.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
_EXAMPLES = {"long": 2_000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 40)
_SETTINGS = settings(_COMMON, max_examples=_EXAMPLES, derandomize="CI" in os.environ)


def parse(text: str) -> ModuleOp:
    ctx = Context(allow_unregistered=True)
    for name, factory in Universe.get_multiverse().all_dialects.items():
        ctx.register_dialect(name, factory)
    return Parser(ctx, text).parse_module()


# Options

OPTIONS = """\
tir.func @main(
    %a: memref<4xi8>, %b_1: memref<4xi8>, %b_2: memref<4xi8>, %n: i32, %d: memref<?xi8>,
    %handle: memref<4xi8>
) attributes {runner_function, resource_handle} {
  tir.call_extern @f(%d) : (memref<?xi8>) -> ()
}
tir.func @f(%a: memref<4xi8>) {
}
"""

REFUSED = {
    "inputs=c": "option inputs names 'c', which is no parameter of @main: "
    "name one of 0 ('a'), 1 ('b'), 2 ('b'), 3 ('n'), 4 ('d'), 5 ('handle')",
    "keep=7": "option keep names '7', which is no parameter of @main: "
    "name one of 0 ('a'), 1 ('b'), 2 ('b'), 3 ('n'), 4 ('d'), 5 ('handle')",
    "inouts=-1": "option inouts names '-1', which is no parameter of @main: "
    "name one of 0 ('a'), 1 ('b'), 2 ('b'), 3 ('n'), 4 ('d'), 5 ('handle')",
    "main=f inputs=c": "option inputs names 'c', which is no parameter of @f: name one of 0 ('a')",
    "inouts=b": "parameter 1 ('b') of @main is not the only one that option inouts may mean by "
    "'b': write its number, 1 or 2, or give each a name of its own, as in "
    '{usmp.buffer = "b"}',
    "outputs=n": "parameter 3 ('n') of @main has type i32: "
    "only a memref can become a buffer in a pool",
    "inputs=a outputs=0": "parameter 0 ('a') of @main is named as an input and as an output: "
    "name it in inouts if it is both",
    "inputs=a keep=0": "parameter 0 ('a') of @main is named by both options, keep and inputs: "
    "keep one of them",
    "inputs=5": "parameter 5 ('handle') of @main is the resource handle, which stays a parameter",
    "sizes=1,2": "option sizes has 2 numbers, but the types of the inputs and outputs of @main "
    "leave 1 extent open: 'd': memref<?xi8>",
    "sizes=-1": "parameter 4 ('d') of @main would have a negative extent: "
    "option sizes makes memref<?xi8> [-1]",
    "keep=d sizes=1": "option sizes has 1 number, but the types of the inputs and outputs of "
    "@main leave 0 extents open",
}
"""Options and what is wrong with them."""


@pytest.mark.parametrize(("options", "message"), REFUSED.items(), ids=REFUSED)
def test_options_that_do_not_fit(
    options: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.mlir"
    program.write_text(OPTIONS)
    if options.startswith("main=f"):
        program.write_text("tir.func @f(%a: memref<4xi8>) {\n}\n")
    assert main([str(program), "-p", f"usmp-create-io-allocates{{{options}}}"]) == 1
    printed, errors = capsys.readouterr()
    assert printed == ""
    assert errors.splitlines()[0] == f"{program}:1:1: error: {message}"


def test_an_entry_function_without_parameters_has_none_to_name() -> None:
    module = parse("tir.func @main() {\n}\n")
    with pytest.raises(AnalysisError, match="no parameter of @main: it has none"):
        CreateIOAllocatesPass(inputs=("a",)).apply(Context(), module)


def test_a_size_that_is_too_small_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.mlir"
    program.write_text(OPTIONS)
    assert main([str(program), "-p", "usmp-create-io-allocates{sizes=3}"]) == 1
    assert (
        "parameter 4 ('d') of @main would have 3 bytes, and a function that it is passed to needs "
        "4: correct the option sizes" in capsys.readouterr().err
    )


# The record

RECORDED = """
tir.func @main(%n: i32, %in: memref<3xi32>, %out: memref<4xi8>) {
  %s = tir.allocate "s" : memref<4xi8>
  %zero = arith.constant 0 : index
  %v = tir.load %in[%zero] : memref<3xi32>
  %w = arith.trunci %v : i32 to i8
  tir.store %w, %out[%zero] : memref<4xi8>
}
"""


def _recorded() -> ModuleOp:
    module = parse(RECORDED)
    for module_pass in (CreateIOAllocatesPass(), AssignPoolInfoPass(), ExtractBufferInfoPass()):
        module_pass.apply(Context(), module)
    return module


def test_the_record_says_where_each_lies() -> None:
    module = _recorded()
    for number, allocation in enumerate(allocations_in(module)):
        allocation.attributes[POOL_ALLOCATION] = PoolAllocationAttr(
            SymbolRefAttr("global_workspace"), IntAttr(16 * number)
        )
    assert str(io_pool_allocations(module)) == (
        '{in = {kind = "input", pool = @global_workspace, byte_offset = 0 : i64, '
        "size_bytes = 12 : i64, type = memref<3xi32>, parameter = 1 : i64}, "
        'out = {kind = "output", pool = @global_workspace, byte_offset = 16 : i64, '
        "size_bytes = 4 : i64, type = memref<4xi8>, parameter = 2 : i64}}"
    )


def test_a_program_without_inputs_and_outputs_has_an_empty_record() -> None:
    assert not io_pool_allocations(parse(RECORDED)).data


def test_the_record_is_refused_before_there_is_a_plan() -> None:
    with pytest.raises(AnalysisError, match="buffer 'in', an input of the program, has no pool_"):
        io_pool_allocations(_recorded())
    module = parse(RECORDED)
    CreateIOAllocatesPass().apply(Context(), module)
    with pytest.raises(AnalysisError, match="an input of the program has no buffer_info: run"):
        io_pool_allocations(module)


# Explanations

EXPLAINED = """
tir.func @main(%in: memref<4xi8>, %out: memref<4xi8>, %unused: memref<4xi8>,
    %nothing: memref<4xi8> {usmp.io = "output"}, %both: memref<4xi8> {usmp.io = "inout"}) {
  %s = tir.allocate "s" : memref<4xi8>
  "memref.copy"(%in, %s) : (memref<4xi8>, memref<4xi8>) -> ()
  tir.for %i = 0 to 4 {
    %v = tir.load %in[%i] : memref<4xi8>
  }
  "memref.copy"(%s, %out) : (memref<4xi8>, memref<4xi8>) -> ()
}
"""

EXPLANATIONS = {
    ("in", "s"): "'in' and 's' conflict: 's' is first accessed by memref.copy in @main while 'in' "
    "is live. 'in' is an input, live from the start of the program to tir.load in @main "
    "and on to the end of tir.for, which contains that access but not the allocation, "
    "so that another iteration may need it again.",
    ("out", "s"): "'s' and 'out' conflict: 'out' is first accessed by memref.copy in @main while "
    "'s' is live. 's' is live from memref.copy in @main to memref.copy in @main.",
    ("in", "out"): "'in' and 'out' do not conflict: 'in' is last accessed by tir.load in @main, "
    "before 'out' is first accessed by memref.copy in @main.",
    ("in", "both"): "'in' and 'both' conflict: 'both' is an input and output, live from the start "
    "of the program, while 'in' is live. 'in' is an input, live from the start of the program to "
    "tir.load in @main and on to the end of tir.for, which contains that access but not the "
    "allocation, so that another iteration may need it again.",
    ("unused", "s"): "'unused' and 's' do not conflict: 'unused' is an input, live at the start of "
    "the program only, before 's' is first accessed by memref.copy in @main.",
    ("unused", "in"): "'unused' and 'in' conflict: 'in' is an input, live from the start of the "
    "program, while 'unused' is live. 'unused' is an input, live at the start of the program only.",
    ("nothing", "s"): "'s' and 'nothing' do not conflict: 's' is last accessed by memref.copy in "
    "@main, before 'nothing' is an output, live at the end of the program.",
    ("nothing", "out"): "'out' and 'nothing' conflict: 'nothing' is an output, live at the end of "
    "the program, while 'out' is live. 'out' is an output, live from memref.copy in @main to the "
    "end of the program.",
}


@pytest.mark.parametrize(("pair", "text"), EXPLANATIONS.items(), ids="-".join)
def test_explanation(pair: tuple[str, str], text: str) -> None:
    module = parse(EXPLAINED)
    CreateIOAllocatesPass().apply(Context(), module)
    analysis = BufferInfoAnalysis(module)
    explanation = analysis.explain(*pair)
    assert explanation.text == text
    assert explanation.conflict == (pair[1] in (_buffer(analysis, pair[0]).conflicts or ()))


def _buffer(analysis: BufferInfoAnalysis, name: str):
    return next(buffer for buffer in analysis.buffers if buffer.name == name)


# Random programs

_SIZE = 64
"""The extent of the dynamic parameters of random programs: as large as any that they are passed
for."""


def _only_entry(module: ModuleOp, name: str | None) -> str:
    """The entry function of a random program, the first if there are several."""
    return ModelProgram(module, name).entries[0].name


def _movable(module: ModuleOp, entry: str) -> Sequence[int]:
    """The parameters of the entry function that can leave it, each tried alone."""
    count = len(ModelProgram(module, entry).entries[0].parameters)
    movable: list[int] = []
    for number in range(count):
        others = tuple(other for other in range(count) if other != number)
        alone = module.clone()
        try:
            _move(alone, entry, keep=others)
        except AnalysisError:
            continue
        movable.append(number)
    return movable


def _move(
    module: ModuleOp,
    entry: str,
    keep: Iterable[int],
    kinds: Sequence[IOKind | None] = (),
) -> None:
    kept = tuple(keep)
    parameters = ModelProgram(module, entry).entries[0].parameters
    moved = [p for number, p in enumerate(parameters) if number not in kept]
    named = {
        kind: tuple(number for number, named in enumerate(kinds) if named == kind)
        for kind in IO_KIND_NAMES
    }
    CreateIOAllocatesPass(
        main=entry,
        inputs=named["input"],
        outputs=named["output"],
        inouts=named["inout"],
        keep=kept,
        sizes=(_SIZE,) * sum("?" in str(parameter.type) for parameter in moved),
    ).apply(Context(), module)
    module.verify()


def _with_moved_parameters(
    program: Program, kinds: Sequence[IOKind | None] = ()
) -> tuple[ModuleOp, str]:
    """A random program with all parameters moved that can be, and its entry function."""
    note(repr(program))
    module = program.parse()
    entry = _only_entry(module, program.main)
    count = len(ModelProgram(module, entry).entries[0].parameters)
    try:
        movable = _movable(module, entry)
        assume(movable)
        named: list[IOKind | None] = [
            kind if number in movable else None for number, kind in enumerate(kinds[:count])
        ]
        _move(module, entry, set(range(count)) - set(movable), named)
    except AnalysisError as error:
        # Some random programs call what `main` names.
        assert "is the entry function" in str(error)  # noqa: PT017
        assume(False)
    return module, entry


def _io_of(module: ModuleOp) -> dict[Operation, IOKind]:
    """The kinds of the allocations that are inputs or outputs."""
    kinds: dict[Operation, IOKind | None] = {op: io_kind_of(op) for op in allocations_in(module)}
    return {op: kind for op, kind in kinds.items() if kind is not None}


def _parameter_of(op: Operation) -> int:
    """The number of the parameter that an allocation was."""
    number = op.attributes[IO_PARAMETER]
    assert isinstance(number, IntegerAttr)
    return number.value.data


def _with_caller(module: ModuleOp) -> ModuleOp:
    """
    The same program, in which unknown operations take the place of the caller: one writes all
    inputs at the start, one reads all outputs at the end. Nothing says which they are.
    """
    module = module.clone()
    kinds = _io_of(module)
    inputs = [op for op, kind in kinds.items() if kind != "output"]
    outputs = [op for op, kind in kinds.items() if kind != "input"]
    block = next(iter(kinds)).parent
    assert isinstance(block, Block)
    last_op = block.last_op
    assert last_op is not None
    after = [op for op in block.ops if op in kinds][-1]
    if inputs:
        block.insert_op_after(_unknown("caller.write", inputs), after)
    if outputs:
        block.insert_op_before(_unknown("caller.read", outputs), last_op)
    for op in kinds:
        op.attributes.pop(IO)
    return module


def _unknown(name: str, allocations: Sequence[Operation]) -> Operation:
    operands: list[SSAValue] = [op.results[0] for op in allocations]
    return UnregisteredOp.with_name(name).create(operands=operands)


_KINDS = st.lists(st.sampled_from([None, *IO_KIND_NAMES]), min_size=3, max_size=3)


@_SETTINGS
@given(programs(), _KINDS)
def test_what_the_caller_does_is_what_the_rules_say(
    program: Program, kinds: list[IOKind | None]
) -> None:
    """The analysis of the inputs and outputs is that of a program that has the caller in it."""
    module, entry = _with_moved_parameters(program, kinds)
    analysis = BufferInfoAnalysis(module, entry)
    with_caller = _with_caller(module)
    model = BruteForceModel(with_caller, entry)
    number_of = {buffer.allocation: number for number, buffer in enumerate(model.buffers)}
    positions = {buffer.name: number for number, buffer in enumerate(analysis.buffers)}
    for found, expected in zip(analysis.buffers, model.buffers, strict=True):
        assert (found.not_planned is None) is not expected.not_planned
        assert [positions[name] for name in found.conflicts or ()] == [
            number_of[other.allocation] for other in model.conflicts(expected)
        ]
    assert analysis.memory_pressure == model.memory_pressure


@_SETTINGS
@given(programs(), _KINDS, st.integers(0, 2**32 - 1))
def test_what_the_caller_writes_and_reads_is_not_overwritten(
    program: Program, kinds: list[IOKind | None], seed: int
) -> None:
    """Buffers that hold values at one moment, those of the caller among them, conflict."""
    module, entry = _with_moved_parameters(program, kinds)
    analysis = BufferInfoAnalysis(module, entry)
    with_caller = _with_caller(module)
    buffers = dict(zip(allocations_in(with_caller), analysis.buffers, strict=True))
    for run in range(3):
        seen = execute(with_caller, entry, seed + run)
        for pair in seen.pairs:
            first, second = (buffers[op] for op in pair)
            if first.not_planned is None and second.not_planned is None:
                assert second.name in (first.conflicts or ())


@_SETTINGS
@given(programs())
def test_lives_hold_every_access_and_an_end_of_the_run(program: Program) -> None:
    module, entry = _with_moved_parameters(program)
    analysis = BufferInfoAnalysis(module, entry)
    end_of_run = analysis.summaries[entry].length - 1
    kinds = _io_of(module)
    plain = module.clone()
    for op in allocations_in(plain):
        op.attributes.pop(IO, None)
    accessed = BufferInfoAnalysis(plain, entry).buffers
    for buffer, without in zip(analysis.buffers, accessed, strict=True):
        kind = kinds.get(buffer.op)
        if kind is None:
            assert buffer.live == without.live
            continue
        assert buffer.live is not None
        assert without.live is not None
        ((start, end),) = buffer.live
        assert all(start <= first and last <= end for first, last in without.live)
        assert start == 0 or kind == "output"
        assert end == end_of_run or kind == "input"


class _Observed(_Execution):
    """Notes which buffers from outside the program a run reads and writes."""

    def __init__(self, program: ModelProgram, seed: int):
        super().__init__(program, seed)
        self.read: set[int] = set()
        self.written: set[int] = set()

    def access(
        self,
        reads: Iterable[tuple[_Pointer, Iterable[int]]],
        writes: Iterable[tuple[_Pointer, Iterable[int]]],
    ) -> None:
        reads, writes = list(reads), list(writes)
        self.read.update(self._numbers(pointer for pointer, _ in reads))
        self.written.update(self._numbers(pointer for pointer, _ in writes))
        super().access(reads, writes)

    def _numbers(self, pointers: Iterable[_Pointer]) -> Iterable[int]:
        """The places of the buffers in the order in which they were made."""
        instances = {id(pointer.instance) for pointer in pointers}
        return (n for n, instance in enumerate(self.instances) if id(instance) in instances)


@_SETTINGS
@given(programs(), st.integers(0, 2**32 - 1))
def test_inputs_are_not_written_and_outputs_not_read(program: Program, seed: int) -> None:
    """The kinds that the pass finds are those of what a run does, or more careful."""
    original = program.parse()
    module, entry = _with_moved_parameters(program)
    model = ModelProgram(original, entry)
    constants = sum(op.name == "tir.allocate_const" for op in model.allocations)
    kinds = {_parameter_of(op): kind for op, kind in _io_of(module).items()}
    for run in range(3):
        observed = _Observed(model, seed + run)
        observed.run()
        for number, kind in kinds.items():
            # The buffers of parameters are made first, after the constants.
            assert kind != "input" or constants + number not in observed.written
            assert kind != "output" or constants + number not in observed.read


def test_random_programs_have_parameters_of_each_kind() -> None:
    """The properties above are not empty."""
    found: set[str] = set()

    @settings(_COMMON, max_examples=50, derandomize=True)
    @given(programs())
    def look(program: Program) -> None:
        module, _ = _with_moved_parameters(program)
        found.update(_io_of(module).values())

    look()
    assert found == set(IO_KIND_NAMES)


# Examples

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("example", "sizes"),
    [("linear_structure", (150528, 401408)), ("inception_structure", (150528, 200704))],
)
def test_inputs_and_outputs_of_the_networks_cost_no_memory(
    example: str, sizes: tuple[int, int]
) -> None:
    """Their space is free where the network needs the most."""
    text = (EXAMPLES / f"{example}.mlir").read_text()
    without = BufferInfoAnalysis(parse(text), conflicts=False).memory_pressure
    module = parse(text)
    CreateIOAllocatesPass().apply(Context(), module)
    analysis = BufferInfoAnalysis(module, conflicts=False)
    assert analysis.memory_pressure == without == 1117718
    io = [buffer for buffer in analysis.buffers if IO in buffer.op.attributes]
    assert [(buffer.name, buffer.size_bytes) for buffer in io] == list(
        zip(("input", "output"), sizes, strict=True)
    )
    again = parse(text)
    CreateIOAllocatesPass(sizes=sizes).apply(Context(), again)
    assert str(again) == str(module)


# Cost


def test_the_work_follows_the_size_of_the_program() -> None:
    """Deep chains of calls and long lists of uses are no more than their sum."""
    depth = 3000
    functions = chain.from_iterable(
        (
            f"tir.func @f{number}(%a: memref<4xi8>) {{",
            f"  tir.call_extern @f{number + 1}(%a) : (memref<4xi8>) -> ()",
            "}",
        )
        for number in range(depth)
    )
    text = "\n".join(
        (
            *functions,
            f"tir.func @f{depth}(%a: memref<4xi8>) {{",
            "  %zero = arith.constant 0 : index",
            *(f"  %v{n} = tir.load %a[%zero] : memref<4xi8>" for n in range(depth)),
            "}",
        )
    )
    module = parse(text)
    CreateIOAllocatesPass().apply(Context(), module)
    assert list(_io_of(module).values()) == ["input"]
