"""What the runner takes, gives, and refuses; programs before planning and after."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from xdsl.context import Context
from xdsl.dialects.affine import Affine
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.dialects.cf import Cf
from xdsl.dialects.func import Func
from xdsl.dialects.memref import MemRef
from xdsl.parser import Parser
from xdsl.utils.exceptions import InterpretationError

from usmp_dialect.dialects.tir import Tir
from usmp_dialect.dialects.usmp import Usmp
from usmp_dialect.interpreters.errors import ExecutionError
from usmp_dialect.interpreters.runner import Argument, Runner
from usmp_passes.convert_pool_allocations_to_offsets import Pools
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass


def parse(text: str) -> ModuleOp:
    context = Context()
    for dialect in (Affine, Arith, Builtin, Cf, Func, MemRef, Tir, Usmp):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


PROGRAM = """
usmp.pool @fast target_access {c = "rw"}
usmp.pool @rom target_access {c = "ro"}
tir.func @double(%data: memref<4xi8>, %out: memref<2xi16>) attributes {target = "c"} {
  %scratch = tir.allocate "scratch" : memref<4xi8>
  %bias = tir.allocate_const "bias" dense<[1, 2, 3, 4]> : memref<4xi8>
  %result = memref.reinterpret_cast %out to offset: [0], sizes: [2], strides: [1]
      : memref<2xi16> to memref<2xi16>
  tir.for %i = 0 to 4 {
    %v = tir.load %data[%i] : memref<4xi8>
    %b = tir.load %bias[%i] : memref<4xi8>
    %sum = arith.addi %v, %b : i8
    tir.store %sum, %scratch[%i] : memref<4xi8>
  }
  %two = arith.constant 2 : index
  tir.for %i = 0 to 2 {
    %j = arith.addi %i, %two : index
    %low = tir.load %scratch[%i] : memref<4xi8>
    %high = tir.load %scratch[%j] : memref<4xi8>
    %wide_low = arith.extui %low : i8 to i16
    %wide_high = arith.extui %high : i8 to i16
    %product = arith.muli %wide_low, %wide_high : i16
    tir.store %product, %result[%i] : memref<2xi16>
  }
}
tir.func @run(%input: memref<4xi8>, %output: memref<4xi8>)
    attributes {runner_function, target = "c"} {
  %middle = tir.allocate "middle" : memref<2xi16>
  tir.call_extern @double(%input, %middle) : (memref<4xi8>, memref<2xi16>) -> ()
  tir.call_extern @double(%middle, %output) : (memref<2xi16>, memref<4xi8>) -> ()
}
"""

INPUT = bytes([10, 20, 30, 40])


def doubled(data: bytes) -> bytes:
    sums = [byte + bias for byte, bias in zip(data, (1, 2, 3, 4), strict=True)]
    products = sums[0] % 256 * (sums[2] % 256), sums[1] % 256 * (sums[3] % 256)
    return b"".join(product.to_bytes(2, "little") for product in products)


@pytest.mark.parametrize("poison", [False, True])
@pytest.mark.parametrize("pools", ["arguments", "globals", None])
def test_before_planning_and_after(pools: Pools | None, poison: bool) -> None:
    module = parse(PROGRAM)
    if pools is not None:
        UnifiedStaticMemoryPlannerPass(pools=pools).apply(Context(), module)
        assert "usmp.buffer" in str(module)
    runner = Runner(module, poison=poison)
    for _ in range(2):
        output = bytearray(4)
        assert runner.run(None, [INPUT, output]) == ()
        assert output == doubled(doubled(INPUT))


@pytest.mark.parametrize("pools", ["arguments", "globals"])
def test_inputs_and_outputs_in_a_pool(pools: Pools) -> None:
    """The caller gives the pool's memory, with the input where the plan says."""
    module = parse(PROGRAM)
    UnifiedStaticMemoryPlannerPass(pools=pools, create_io_allocates=True).apply(Context(), module)
    offsets = {
        name: int(
            str(module.attributes["usmp.io_pool_allocations"])
            .split(f"{name} = ")[1]
            .split("byte_offset = ")[1]
            .split(" ")[0]
        )
        for name in ("input", "output")
    }
    memory = bytearray(64)
    memory[offsets["input"] : offsets["input"] + 4] = INPUT
    Runner(module, poison=True, pools={"fast": memory}).run("@run")
    assert memory[offsets["output"] : offsets["output"] + 4] == doubled(doubled(INPUT))


def test_memory_for_a_pool_that_is_too_small() -> None:
    module = parse(PROGRAM)
    UnifiedStaticMemoryPlannerPass().apply(Context(), module)
    runner = Runner(module, pools={"fast": bytearray(8)})
    with pytest.raises(
        ExecutionError, match=r"given for pool @fast has 8 bytes, the program needs"
    ):
        runner.run(None, [INPUT, bytearray(4)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([INPUT], "takes 2 arguments besides its pools, 1 are given"),
        ([INPUT, bytearray(5)], "argument 1 has 5 bytes, but memref<4xi8> has 4"),
        ([7, bytearray(4)], "argument 0 is 7, expected the bytes of a memref<4xi8>"),
    ],
)
def test_arguments_that_do_not_fit(arguments: Sequence[Argument], message: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        Runner(parse(PROGRAM)).run("run", arguments)
    assert str(caught.value) == f"tir.func in @run: {message}"


NUMBERS = """
tir.func @f(%a: i8, %b: f32, %c: i1, %d: index) -> (i8, f32, i1, index) {
  tir.return %a, %b, %c, %d : i8, f32, i1, index
}
"""


def test_numbers() -> None:
    """As they are kept: integers with a sign, floating point numbers of their type."""
    runner = Runner(parse(NUMBERS))
    assert runner.run(None, [255, 1 + 2.0**-30, True, -1]) == (-1, 1.0, 1, -1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([256, 0.0, 0, 0], "argument 0 is not of type i8: 256 does not fit in i8"),
        ([0.5, 0.0, 0, 0], "argument 0 is not of type i8: 0.5 is not an integer"),
        ([0, 0.0, b"", 0], "argument 2 is memory, expected a number of type i1"),
    ],
)
def test_numbers_that_do_not_fit(arguments: Sequence[Argument], message: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        Runner(parse(NUMBERS)).run("f", arguments)
    assert str(caught.value) == f"tir.func in @f: {message}"


def test_the_same_argument_twice_is_the_same_memory() -> None:
    text = """
    tir.func @f(%a: memref<1xi8>, %b: memref<1xi8>) -> i8 {
      %zero = arith.constant 0 : index
      %nine = arith.constant 9 : i8
      tir.store %nine, %a[%zero] : memref<1xi8>
      %v = tir.load %b[%zero] : memref<1xi8>
      tir.return %v : i8
    }"""
    memory = bytearray(1)
    assert Runner(parse(text), poison=True).run("f", [memory, memory]) == (9,)
    assert Runner(parse(text), poison=True).run("f", [memory, bytearray(1)]) == (0,)


def test_bytes_are_constant() -> None:
    with pytest.raises(ExecutionError, match=r"writes argument 1, which is constant"):
        Runner(parse(PROGRAM)).run(None, [INPUT, bytes(4)])


def test_memory_of_other_kinds() -> None:
    """Memory of numbers of another size, as arrays of other packages have it."""
    output = bytearray(4)
    Runner(parse(PROGRAM)).run(None, [memoryview(INPUT), memoryview(output).cast("h")])
    assert output == doubled(doubled(INPUT))


def test_entry() -> None:
    two = "tir.func @a() -> i1 { %v = arith.constant true tir.return %v : i1 } tir.func @b() {}"
    with pytest.raises(InterpretationError, match=r"could be the entry are @a, @b: name the one"):
        Runner(parse(two)).run(None)
    with pytest.raises(InterpretationError, match=r"no function @c with a body, only @a, @b"):
        Runner(parse(two)).run("c")
    assert Runner(parse(two)).run("@a") == (1,)
    called = two + "func.func @main() -> i1 { %r = tir.call_extern @a() : () -> i1"
    called += " tir.call_extern @b() : () -> () func.return %r : i1 }"
    assert Runner(parse(called)).run(None) == (1,)


def test_affine_and_branches() -> None:
    """xDSL's own implementations of other dialects work on the same memory."""
    text = """
    func.func @f(%a: memref<2x4xi8>) -> i8 {
      %v = arith.constant 3 : i8
      affine.for %i = 0 to 4 {
        %w = arith.index_cast %i : index to i8
        "affine.store"(%w, %a, %i) <{map = affine_map<(d0) -> (1, d0)>}>
            : (i8, memref<2x4xi8>, index) -> ()
      }
      cf.br ^end(%v : i8)
    ^end(%r: i8):
      func.return %r : i8
    }"""
    data = bytearray(8)
    assert Runner(parse(text), poison=True).run("f", [data]) == (3,)
    assert data == bytes([0, 0, 0, 0, 0, 1, 2, 3])
    with pytest.raises(ExecutionError, match=r"^affine.store in @f: index \[1, 4\] is outside"):
        Runner(parse(text.replace("0 to 4", "0 to 5"))).run("f", [data])
