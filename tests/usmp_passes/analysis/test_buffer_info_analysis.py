"""What the analysis says from Python, and that it leaves the program as it is."""

import re
from collections.abc import Sequence
from typing import get_args

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.passes import ModulePass
from xdsl.universe import Universe
from xdsl.utils.exceptions import PassFailedException

from usmp_passes.analysis import AnalysisError, BufferInfoAnalysis, LoopLiveness
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass

PROGRAM = """
tir.func @main(%n: index) attributes {runner_function} {
  %A = tir.allocate "A" : memref<100xi8>
  %K = tir.allocate_const "K" dense<1> : memref<4xi8>
  %dynamic = tir.allocate "dynamic" (%n) : memref<?xi8>
  %unused = tir.allocate "unused" : memref<7xi8>
  tir.call_extern @operator(%A) : (memref<100xi8>) -> ()
  tir.call_extern @operator(%A) : (memref<100xi8>) -> ()
}

tir.func @operator(%out: memref<100xi8>) {
  %S = tir.allocate "S" : memref<10xi32>
  %other = memref.alloc() {alignment = 64} : memref<10xi8>
  tir.for %i = 0 to 10 {
    %v = tir.load %S[%i] : memref<10xi32>
  }
  "test.op"(%out) : (memref<100xi8>) -> ()
  "test.op"(%other) : (memref<10xi8>) -> ()
}

tir.func @unreached() {
  %lost = tir.allocate "lost" : memref<4xi8>
}
"""


def parse(text: str, *, verify: bool = True) -> ModuleOp:
    context = Context()
    for name, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, factory)
    module = Parser(context, text).parse_module()
    if verify:
        module.verify()
    return module


def chain_of_calls(length: int) -> str:
    """A function that calls the next one twice, that calls the next one twice, and so on."""
    functions = [
        f"""
tir.func @f{i}() {{
  tir.call_extern @f{i + 1}() : () -> ()
  tir.call_extern @f{i + 1}() : () -> ()
}}
"""
        for i in range(length)
    ]
    last = f"""
tir.func @f{length}() {{
  %A = tir.allocate "A" : memref<4xi8>
  %B = tir.allocate "B" : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  "test.op"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
}}
"""
    return "".join([*functions, last])


# What is found


def test_buffers_in_program_order() -> None:
    analysis = BufferInfoAnalysis(parse(PROGRAM))
    assert [buffer.name for buffer in analysis.buffers] == [
        "A",
        "K",
        "dynamic",
        "unused",
        "S",
        "other",
        "lost",
    ]
    assert [buffer.name for buffer in analysis.planned] == ["A", "K", "unused", "S", "other"]


def test_buffers() -> None:
    a, k, dynamic, unused, s, other, lost = BufferInfoAnalysis(parse(PROGRAM)).buffers

    assert (a.function, a.size_bytes, a.alignment, a.is_constant) == ("main", 100, 16, False)
    assert a.live == ((10, 19),)
    assert a.conflicts == ("K", "S", "other")
    assert a.traffic_bytes == 200
    assert a.not_planned is None

    assert (k.function, k.size_bytes, k.is_constant) == ("main", 4, True)
    assert k.live == ((0, 22),)
    assert k.conflicts == ("A", "S", "other")
    assert k.traffic_bytes == 0

    assert (dynamic.size_bytes, dynamic.not_planned) == (None, "dynamic shape")
    assert (unused.size_bytes, unused.live, unused.conflicts) == (7, (), ())
    assert unused.traffic_bytes == 0

    assert (s.function, s.size_bytes) == ("operator", 40)
    assert s.live == ((7, 9), (16, 18))
    assert s.conflicts == ("A", "K")
    assert s.traffic_bytes == 80

    assert (other.size_bytes, other.alignment) == (10, 64)
    assert other.live == ((11, 11), (20, 20))
    assert other.conflicts == ("A", "K")

    assert lost.not_planned == "@unreached is not reached from @main"


def test_buffer_of() -> None:
    module = parse(PROGRAM)
    analysis = BufferInfoAnalysis(module)
    assert list(analysis.buffer_of.values()) == list(analysis.buffers)
    assert all(analysis.buffer_of[buffer.op] is buffer for buffer in analysis.buffers)
    assert {buffer.op for buffer in analysis.buffers} == {
        op for op in module.walk() if "alloc" in op.name
    }


def test_memory_pressure() -> None:
    """Constants do not count; the pressure of a function is that of one activation."""
    analysis = BufferInfoAnalysis(parse(PROGRAM))
    assert analysis.memory_pressure == 140
    assert analysis.memory_pressure_of("main") == 140
    assert analysis.memory_pressure_of("operator") == 40
    assert analysis.memory_pressure_of("unreached") == 0


def test_entries() -> None:
    text = PROGRAM.replace(" attributes {runner_function}", "")
    assert [entry.name for entry in BufferInfoAnalysis(parse(PROGRAM)).entries] == ["main"]
    analysis = BufferInfoAnalysis(parse(text))
    assert [entry.name for entry in analysis.entries] == ["main", "unreached"]
    assert analysis.buffers[-1].not_planned is None
    (entry,) = BufferInfoAnalysis(parse(text), main="unreached").entries
    assert (entry.name, entry.op.name) == ("unreached", "tir.func")


def test_pressure_is_that_of_the_worst_entry() -> None:
    text = """
tir.func @small() {
  %A = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
}
tir.func @large() {
  %A = tir.allocate : memref<8xi8>
  "test.op"(%A) : (memref<8xi8>) -> ()
}
"""
    analysis = BufferInfoAnalysis(parse(text))
    assert analysis.memory_pressure_of("small") == 4
    assert analysis.memory_pressure == 8


def test_without_conflicts() -> None:
    analysis = BufferInfoAnalysis(parse(PROGRAM), conflicts=False)
    assert all(buffer.conflicts is None for buffer in analysis.buffers)
    with_conflicts = BufferInfoAnalysis(parse(PROGRAM))
    assert [b.live for b in analysis.buffers] == [b.live for b in with_conflicts.buffers]
    assert analysis.memory_pressure == with_conflicts.memory_pressure


@pytest.mark.parametrize("conflicts", [True, False])
def test_too_many_activations(conflicts: bool) -> None:
    """2048 of them: the conflicts are there, the ranges are not."""
    analysis = BufferInfoAnalysis(parse(chain_of_calls(11)), conflicts=conflicts)
    a, b = analysis.buffers
    assert (a.live, a.conflicts) == (None, ("B",))
    assert (b.live, b.conflicts) == (None, ("A",))
    assert a.traffic_bytes == 8 * 2048
    assert analysis.memory_pressure == 8


def test_as_many_activations_as_are_listed() -> None:
    """1024 of them, ascending."""
    analysis = BufferInfoAnalysis(parse(chain_of_calls(10)))
    live = analysis.buffers[0].live
    assert live is not None
    assert len(live) == 1024
    assert list(live) == sorted(live)
    assert live[0] == (12, 13)


def test_alignment() -> None:
    analysis = BufferInfoAnalysis(parse(PROGRAM), alignment=128)
    assert {buffer.alignment for buffer in analysis.buffers} == {128}


@pytest.mark.parametrize("alignment", [0, -16, 24])
def test_alignment_is_a_power_of_two(alignment: int) -> None:
    with pytest.raises(ValueError, match=f"alignment is {alignment}, expected a power of two"):
        BufferInfoAnalysis(parse(PROGRAM), alignment=alignment)


def test_why_left_out() -> None:
    """The caller may leave buffers out, and is not asked about those that are not reached."""
    asked: list[Operation] = []

    def why_left_out(op: Operation) -> str | None:
        asked.append(op)
        return "too small" if op.get_attr_or_prop("buffer_name") == StringAttr("S") else None

    analysis = BufferInfoAnalysis(parse(PROGRAM), why_left_out=why_left_out)
    s = next(buffer for buffer in analysis.buffers if buffer.name == "S")
    assert (s.not_planned, s.live) == ("too small", ())
    assert [buffer.name for buffer in analysis.planned] == ["A", "K", "unused", "other"]
    assert "S" not in (analysis.buffers[0].conflicts or ())
    assert analysis.memory_pressure == 110
    assert asked == [buffer.op for buffer in analysis.buffers if buffer.name != "lost"]


# What is left alone


@pytest.mark.parametrize("loop_liveness", get_args(LoopLiveness))
def test_module_is_left_as_it_is(loop_liveness: LoopLiveness) -> None:
    module = parse(PROGRAM)
    operations = list(module.walk())
    uses = [len(list(result.uses)) for op in operations for result in op.results]
    text = str(module)
    analysis = BufferInfoAnalysis(module, loop_liveness=loop_liveness)
    analysis.explain("A", "S")
    assert module.is_structurally_equivalent(parse(PROGRAM))
    assert str(module) == text
    assert list(module.walk()) == operations
    assert [len(list(result.uses)) for op in operations for result in op.results] == uses


@pytest.mark.parametrize(
    "text",
    [
        "tir.func @f() { tir.call_extern @f() : () -> () }",
        """
usmp.pool @p
tir.func @f() {
  %A = tir.allocate "A" : memref<4xi8>
  %B = tir.allocate "B" {candidate_memory_pools = [@q]} : memref<4xi8>
}
""",
    ],
)
def test_a_pass_that_fails_changes_nothing(text: str) -> None:
    module = parse(text)
    with pytest.raises(PassFailedException):
        ExtractBufferInfoPass().apply(Context(), module)
    assert module.is_structurally_equivalent(parse(text))


@pytest.mark.parametrize("pass_", [AssignPoolInfoPass(), ExtractBufferInfoPass()])
def test_second_run_changes_nothing(pass_: ModulePass) -> None:
    module = parse(PROGRAM)
    pass_.apply(Context(), module)
    once = module.clone()
    pass_.apply(Context(), module)
    assert module.is_structurally_equivalent(once)
    assert not module.is_structurally_equivalent(parse(PROGRAM))


# Errors

ERRORS: Sequence[tuple[str, str, str]] = (
    (
        "tir.func @f() { tir.call_extern @g() : () -> () }\n"
        "tir.func @g() { tir.call_extern @f() : () -> () }",
        "recursion, @f -> @g -> @f: ",
        "tir.call_extern",
    ),
    ("usmp.pool @p", "there is no entry function: ", "builtin.module"),
    (
        "tir.func @f() attributes {runner_function} {}\n"
        "tir.func @g() attributes {runner_function} {}",
        "@f and @g are marked runner_function: ",
        "tir.func",
    ),
)


@pytest.mark.parametrize(("text", "message", "op"), ERRORS)
def test_errors_carry_the_operation(text: str, message: str, op: str) -> None:
    with pytest.raises(AnalysisError, match=f"^{re.escape(message)}") as raised:
        BufferInfoAnalysis(parse(text))
    assert isinstance(raised.value, PassFailedException)
    assert raised.value.op.name == op


def test_error_for_several_entries_is_at_the_second() -> None:
    text = ERRORS[2][0]
    with pytest.raises(AnalysisError) as raised:
        BufferInfoAnalysis(parse(text))
    assert raised.value.op.get_attr_or_prop("sym_name") == StringAttr("g")


def test_no_such_entry() -> None:
    with pytest.raises(AnalysisError, match="there is no function @nobody with a body") as raised:
        BufferInfoAnalysis(parse(PROGRAM), main="nobody")
    assert isinstance(raised.value.op, ModuleOp)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("@f() : () -> ()", "too few arguments in the call of @f: 0 given, 1 expected"),
        (
            "@f(%a, %a) : (memref<4xi8>, memref<4xi8>) -> ()",
            "too many arguments in the call of @f: 2 given, 1 expected",
        ),
        (
            "@f(%a) : (memref<4xi8>) -> ()",
            "argument 0 of the call of @f has 4 bytes, the parameter needs 8",
        ),
    ],
)
def test_calls_are_checked_without_the_verifier(call: str, message: str) -> None:
    """The analysis does not rely on a module that has been verified."""
    text = f"""
tir.func @main(%a: memref<4xi8>) {{
  tir.call_extern {call}
}}
tir.func @f(%p: memref<8xi8>) {{
}}
"""
    module = parse(text, verify=False)
    with pytest.raises(AnalysisError, match=f"^{re.escape(message)}") as raised:
        BufferInfoAnalysis(module)
    assert raised.value.op.name == "tir.call_extern"
