"""The `tir` dialect: control flow, calls, parameters, and accesses that are errors."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import product

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.dialects.func import Func
from xdsl.dialects.memref import MemRef
from xdsl.dialects.scf import Scf
from xdsl.interpreter import Interpreter
from xdsl.interpreters.arith import ArithFunctions as UpstreamArithFunctions
from xdsl.parser import Parser
from xdsl.utils.exceptions import InterpretationError

from usmp_dialect.dialects.tir import Tir
from usmp_dialect.interpreters.errors import ExecutionError
from usmp_dialect.interpreters.runner import Argument, Result, Runner
from usmp_dialect.interpreters.tir import TirFunctions
from usmp_passes.expand_q_multiply_shift import ExpandQMultiplyShiftPass
from usmp_passes.tools.located_parser import LocatedParser


def context() -> Context:
    ctx = Context()
    for dialect in (Arith, Builtin, Func, MemRef, Scf, Tir):
        ctx.load_dialect(dialect)
    return ctx


def parse(text: str) -> ModuleOp:
    module = Parser(context(), text).parse_module()
    module.verify()
    return module


def run(text: str, arguments: Sequence[Argument] = ()) -> tuple[Result, ...]:
    return Runner(parse(text), poison=True).run(None, arguments)


def error_of(text: str, arguments: Sequence[Argument] = (), *, poison: bool = False) -> str:
    with pytest.raises(ExecutionError) as caught:
        Runner(parse(text), poison=poison).run(None, arguments)
    return str(caught.value)


# Control flow


@pytest.mark.parametrize(
    "kind", ["", "parallel", "vectorized", "unrolled", 'thread_binding("threadIdx.x")']
)
def test_loops_of_all_kinds_run_in_order(kind: str) -> None:
    text = f"""
    tir.func @f(%n: index, %out: memref<6xindex>) {{
      %zero = arith.constant 0 : index
      tir.for {kind} %i = 2 to %n {{
        %before = tir.load %out[%zero] : memref<6xindex>
        %ten = arith.constant 10 : index
        %shifted = arith.muli %before, %ten : index
        %after = arith.addi %shifted, %i : index
        tir.store %after, %out[%zero] : memref<6xindex>
        tir.store %i, %out[%i] : memref<6xindex>
      }}
    }}"""
    out = bytearray(48)
    assert run(text, [5, out]) == ()
    assert struct.unpack("<6q", out) == (234, 0, 2, 3, 4, 0)
    out = bytearray(48)
    run(text, [1, out])
    assert out == bytes(48)


def test_scf() -> None:
    """Collatz: the steps from 27 to 1, and the largest number on the way."""
    text = """
    func.func @f(%start: i32) -> (i32, i32) {
      %one = arith.constant 1 : i32
      %two = arith.constant 2 : i32
      %three = arith.constant 3 : i32
      %zero = arith.constant 0 : i32
      %n, %steps, %peak = scf.while (%n = %start, %steps = %zero, %peak = %start)
          : (i32, i32, i32) -> (i32, i32, i32) {
        %more = arith.cmpi ne, %n, %one : i32
        scf.condition(%more) %n, %steps, %peak : i32, i32, i32
      } do {
      ^bb0(%n: i32, %steps: i32, %peak: i32):
        %odd = arith.trunci %n : i32 to i1
        %next = scf.if %odd -> (i32) {
          %tripled = arith.muli %n, %three : i32
          %plus_one = arith.addi %tripled, %one : i32
          scf.yield %plus_one : i32
        } else {
          %half = arith.divui %n, %two : i32
          scf.yield %half : i32
        }
        %count = arith.addi %steps, %one : i32
        %higher = arith.maxui %peak, %next : i32
        scf.yield %next, %count, %higher : i32, i32, i32
      }
      func.return %steps, %peak : i32, i32
    }"""
    assert run(text, [27]) == (111, 9232)


def test_scf_parallel_reduces_in_order() -> None:
    text = """
    func.func @f(%n: index) -> index {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %r = "scf.parallel"(%zero, %zero, %n, %n, %one, %one, %zero)
          <{operandSegmentSizes = array<i32: 2, 2, 2, 1>}> ({
      ^bb0(%i: index, %j: index):
        %scaled = arith.muli %i, %n : index
        %number = arith.addi %scaled, %j : index
        scf.reduce (%number : index) {
        ^bb0(%total: index, %value: index):
          %sum = arith.addi %total, %value : index
          scf.reduce.return %sum : index
        }
      }) : (index, index, index, index, index, index, index) -> index
      func.return %r : index
    }"""
    assert run(text, [4]) == (sum(range(16)),)


@pytest.mark.parametrize("step", [0, -1])
def test_loop_that_would_not_end(step: int) -> None:
    text = f"""
    func.func @f() {{
      %zero = arith.constant 0 : index
      %step = arith.constant {step} : index
      scf.for %i = %zero to %zero step %step {{
      }}
      func.return
    }}"""
    assert error_of(text) == f"scf.for in @f: the step of the loop is {step}, expected 1 or more"


# Calls


CALLS = """
tir.func @fill(%out: memref<?xi8>, %value: i16) {
  %low = arith.trunci %value : i16 to i8
  %zero = arith.constant 0 : index
  %n = memref.dim %out, %zero : memref<?xi8>
  tir.for %i = 0 to %n {
    tir.store %low, %out[%i] : memref<?xi8>
  }
}
func.func @first(%in: memref<2x2xi32>) -> i32 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %v = memref.load %in[%zero, %one] : memref<2x2xi32>
  func.return %v : i32
}
tir.func @run(%out: memref<4xi32>) -> i32 attributes {runner_function} {
  %value = arith.constant 258 : i16
  tir.call_extern @fill(%out, %value) : (memref<4xi32>, i16) -> ()
  %v = tir.call_extern @first(%out) : (memref<4xi32>) -> i32
  tir.return %v : i32
}
"""


def test_calls_reinterpret_memory() -> None:
    out = bytearray(16)
    assert run(CALLS, [out]) == (0x02020202,)
    assert out == b"\x02" * 16


def test_an_argument_that_is_too_small() -> None:
    text = """
    tir.func @callee(%a: memref<4xi16>) {
    }
    tir.func @run(%n: index) attributes {runner_function} {
      %a = tir.allocate "a"(%n) : memref<?xi8>
      tir.call_extern @callee(%a) : (memref<?xi8>) -> ()
    }"""
    run(text, [8])
    assert error_of(text, [7]) == (
        "tir.call_extern in @run: argument 0 of the call of @callee is too small: "
        "memref<7xi8> has 7 bytes, memref<4xi16> needs 8"
    )


EXTERN = """
tir.func @run(%a: memref<2xi16>) -> (i32, i8) attributes {runner_function} {
  %k = tir.allocate_const dense<[7, -1]> : memref<2xi8>
  %n = arith.constant 5 : i32
  %r:2 = tir.call_extern @device(%a, %k, %n) : (memref<2xi16>, memref<2xi8>, i32) -> (i32, i8)
  tir.return %r#0, %r#1 : i32, i8
}
"""


def test_functions_outside_the_module() -> None:
    def device(a: memoryview, k: memoryview, n: int) -> tuple[int, int]:
        assert k.readonly
        a[1] = k[1]
        return n + a[0], 200

    a = bytearray([1, 2, 3, 4])
    runner = Runner(parse(EXTERN), externs={"device": device})
    assert runner.run("run", [a]) == (6, 200 - 256)
    assert a == bytes([1, 255, 3, 4])


def test_function_that_is_nowhere() -> None:
    assert error_of(EXTERN, [bytearray(4)]) == (
        "tir.call_extern in @run: @device is not in the module: "
        "give what it does as externs['device']"
    )


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "@device gave 0 results, but 2 are expected"),
        ((1, 300), "the result of @device is not of type i8: 300 does not fit in i8"),
        ((1.5, 1), "the result of @device is not of type i32: 1.5 is not an integer"),
        (("x", 1), "the result of @device is 'x', expected a value of type i32"),
    ],
)
def test_results_of_outside_functions(returned: object, message: str) -> None:
    runner = Runner(parse(EXTERN), externs={"device": lambda *arguments: returned})
    with pytest.raises(ExecutionError) as caught:
        runner.run("run", [bytearray(4)])
    assert str(caught.value) == f"tir.call_extern in @run: {message}"


def test_buffers_from_outside() -> None:
    """A buffer of its own, and one that the function was given."""
    text = """
    tir.func @run(%a: memref<2xi8>) -> (memref<?xi8>, memref<?xi8>) {
      %r:2 = tir.call_extern @make(%a) : (memref<2xi8>) -> (memref<?xi8>, memref<?xi8>)
      %zero = arith.constant 0 : index
      %nine = arith.constant 9 : i8
      tir.store %nine, %r#1[%zero] : memref<?xi8>
      tir.return %r#0, %r#1 : memref<?xi8>, memref<?xi8>
    }"""

    def make(a: memoryview) -> tuple[bytearray, memoryview]:
        return bytearray(b"new"), a

    a = bytearray(2)
    runner = Runner(parse(text), poison=True, externs={"make": make})
    assert runner.run(None, [a]) == (b"new", b"\x09\x00")
    assert a == b"\x09\x00"


# Parameters

PARAMETER = """
tir.func @run(%i: index) -> i16 {
  %w = tir.lookup_param "w" : memref<TYPE>
  %v = tir.load %w[%i] : memref<TYPE>
  tir.return %v : i16
}
"""


@pytest.mark.parametrize("type", ["2xi16", "?xi16"])
def test_parameters(type: str) -> None:
    module = parse(PARAMETER.replace("TYPE", type))
    parameters = {"w": memoryview(b"\x01\x00\xfe\xff")}
    assert Runner(module, parameters=parameters, poison=True).run(None, [1]) == (-2,)


def test_parameters_that_are_wrong() -> None:
    module = parse(PARAMETER.replace("TYPE", "2xi16"))
    with pytest.raises(ExecutionError, match=r"there is no parameter 'w': give its bytes as"):
        Runner(module).run(None, [0])
    with pytest.raises(ExecutionError, match=r"'w' has 3 bytes, but memref<2xi16> has 4"):
        Runner(module, parameters={"w": bytes(3)}).run(None, [0])


def test_parameters_are_constant() -> None:
    text = """
    tir.func @run() {
      %w = tir.lookup_param "w" : memref<?xi8>
      %zero = arith.constant 0 : index
      %v = arith.constant 1 : i8
      tir.store %v, %w[%zero] : memref<?xi8>
    }"""
    data = bytearray(1)
    with pytest.raises(ExecutionError, match=r"writes parameter 'w', which is constant"):
        Runner(parse(text), parameters={"w": data}).run(None)
    assert data == b"\x00"


# Accesses


def test_index_out_of_bounds_names_operation_and_buffer() -> None:
    text = """tir.func @f(%i: index) {
  %b = tir.allocate "b" : memref<2x3xi16>
  %v = tir.load %b[%i, %i] : memref<2x3xi16>
}"""
    module = LocatedParser(context(), text, "f.mlir").parse_module()
    with pytest.raises(ExecutionError) as caught:
        Runner(module).run("f", [2])
    assert str(caught.value) == (
        "tir.load in @f (f.mlir:3:3): index [2, 2] is outside of memref<2x3xi16>, "
        "a view of buffer 'b'"
    )
    with pytest.raises(ExecutionError, match=r"index \[-1, -1\] is outside"):
        Runner(module).run("f", [-1])


def test_each_run_of_an_allocation_is_a_new_buffer() -> None:
    """What the iteration before has written is not there."""
    text = """
    tir.func @f(%out: memref<3xi8>) {
      %zero = arith.constant 0 : index
      tir.for %i = 0 to 3 {
        %b = tir.allocate : memref<1xi8>
        %v = tir.load %b[%zero] : memref<1xi8>
        %one = arith.constant 1 : i8
        %sum = arith.addi %v, %one : i8
        tir.store %sum, %b[%zero] : memref<1xi8>
        tir.store %sum, %out[%i] : memref<3xi8>
      }
    }"""
    out = bytearray(3)
    Runner(parse(text)).run(None, [out])
    assert out == b"\x01\x01\x01"
    assert error_of(text, [out], poison=True) == (
        "tir.load in @f: reads byte 0 of buffer 'b', which nothing has written"
    )


def test_partly_written_element() -> None:
    text = """
    tir.func @f(%v: i8) -> i16 {
      %b = tir.allocate "b" : memref<2xi8>
      %zero = arith.constant 0 : index
      tir.store %v, %b[%zero] : memref<2xi8>
      %wide = memref.view %b[%zero][] : memref<2xi8> to memref<1xi16>
      %w = tir.load %wide[%zero] : memref<1xi16>
      tir.return %w : i16
    }"""
    assert Runner(parse(text)).run(None, [5]) == (5,)
    assert error_of(text, [5], poison=True) == (
        "tir.load in @f: reads byte 1 of buffer 'b', which nothing has written"
    )


def test_allocation_without_its_extents() -> None:
    text = 'tir.func @f() { %b = tir.allocate "b" : memref<?xi8> tir.return }'
    assert "buffer 'b' of type memref<?xi8> has no size" in error_of(text)


# Arithmetic


def test_q_multiply_shift_as_its_expansion() -> None:
    """Edges of 32 bits, and every kind of shift."""
    edges = [-(1 << 31), -(1 << 30) - 1, -7, -1, 0, 1, 3, 1 << 30, (1 << 31) - 1]
    for q, s in [(0, 0), (31, 0), (31, -31), (0, 31), (31, 31), (15, -3), (0, -1), (7, 4)]:
        text = f"""
        tir.func @f(%a: i32, %b: i32) -> i32 {{
          %r = tir.q_multiply_shift %a, %b {{q = {q}, s = {s}}} : i32
          tir.return %r : i32
        }}"""
        module, expanded = parse(text), parse(text)
        ExpandQMultiplyShiftPass().apply(context(), expanded)
        for a, b in product(edges, edges):
            assert Runner(module).run("f", [a, b]) == Runner(expanded).run("f", [a, b])


def test_registered_from_outside() -> None:
    """With another interpreter, and xDSL's own implementations of the rest."""
    module = parse("""
    tir.func @f() -> i8 {
      %zero = arith.constant 0 : index
      %b = tir.allocate_const dense<[3, 4]> : memref<2xi8>
      %v = tir.load %b[%zero] : memref<2xi8>
      tir.return %v : i8
    }""")
    interpreter = Interpreter(module)
    interpreter.register_implementations(TirFunctions())
    interpreter.register_implementations(UpstreamArithFunctions())
    assert interpreter.call_op("f") == (3,)


def test_operation_that_has_no_implementation() -> None:
    text = 'tir.func @f() { "memref.alloca_scope"() ({}) : () -> () tir.return }'
    with pytest.raises(InterpretationError, match=r"^memref.alloca_scope in @f: Could not find"):
        Runner(parse(text)).run("f")
