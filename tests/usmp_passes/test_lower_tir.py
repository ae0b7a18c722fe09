"""`lower-tir` on programs that nobody thought of, and what it costs."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, reject, settings
from xdsl.context import Context
from xdsl.dialects import func, memref
from xdsl.dialects.builtin import ModuleOp, UnregisteredOp
from xdsl.ir import Operation

from usmp_passes.analysis import AnalysisError
from usmp_passes.lower_tir import LowerTirPass, lower_tir
from usmp_random_programs import Program, parse_module, plain_programs, programs

MLIR_OPT = shutil.which("mlir-opt-19") or shutil.which("mlir-opt")

FEWER = settings(max_examples=settings().max_examples // 4)
"""Each example is lowered and written more than once, or read by another process."""


def lowered(program: Program) -> ModuleOp:
    """The program without `tir`."""
    module = program.parse()
    try:
        lower_tir(module)
    except AnalysisError as error:
        # One function cannot be called with 1 argument and with 2, as random programs do.
        if re.search(r"calls of @outside, .* (do not agree|expect results)", str(error)):
            reject()
        raise
    return module


def operations(module: ModuleOp, *types: type[Operation]) -> Iterator[Operation]:
    return (op for op in module.walk() if isinstance(op, types))


def calls_in_unregistered_operations(module: ModuleOp) -> bool:
    return any(
        isinstance(inner, func.CallOp)
        for op in operations(module, UnregisteredOp)
        for inner in op.walk()
    )


@FEWER
@given(programs())
def test_random_programs(program: Program) -> None:
    """
    What is left verifies, is read back as it was, has nothing of the dialect, and is the same every
    time.
    """
    module = lowered(program)
    assert str(lowered(program)) == str(module)
    assert not [op for op in module.walk() if op.name.startswith("tir.")]
    # xDSL's `func.call` does not find its callee from inside an unregistered operation.
    if calls_in_unregistered_operations(module):
        return
    module.verify()
    again = parse_module(str(module))
    again.verify()
    assert str(again) == str(module)


@FEWER
@given(plain_programs())
def test_plain_programs(program: Program) -> None:
    """They keep no buffer, so that each is freed, once. Lowering again changes nothing."""
    module = lowered(program)
    freed = [op.operands[0] for op in operations(module, memref.DeallocOp)]
    allocated = [op.results[0] for op in operations(module, memref.AllocOp)]
    assert set(freed) == set(allocated)
    assert len(freed) == len(allocated)
    text = str(module)
    lower_tir(module)
    assert str(module) == text


@pytest.mark.skipif(MLIR_OPT is None, reason="mlir-opt is not installed")
@FEWER
@given(plain_programs())
def test_upstream_reads_random_programs(program: Program) -> None:
    assert MLIR_OPT is not None
    text = str(lowered(program))
    ran = subprocess.run([MLIR_OPT], input=text, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def chain(length: int) -> str:
    """Functions that pass a buffer on as bytes, each to the next, and read it as numbers."""
    functions = [
        f"""
        tir.func @f{number}(%x: memref<4xi{8 << number % 2}>) {{
          %c0 = arith.constant 0 : index
          %a = tir.allocate : memref<4xi16>
          %v = tir.load %x[%c0] : memref<4xi{8 << number % 2}>
          tir.for %i = 0 to {number} {{
            tir.call_extern @f{number + 1}(%a) : (memref<4xi16>) -> ()
          }}
        }}"""
        for number in range(length)
    ]
    return "\n".join([*functions, f"tir.func @f{length}(%x: memref<?xi8>) {{ }}"])


def seconds_for(length: int) -> float:
    module = parse_module(chain(length))
    start = time.process_time()
    lower_tir(module)
    return time.process_time() - start


def test_cost_is_linear() -> None:
    """Eight times the functions cost about eight times as much, not 64 times."""
    few = min(seconds_for(100) for _ in range(3))
    many = min(seconds_for(800) for _ in range(2))
    assert many < 24 * few


def test_pass_is_the_function() -> None:
    module = parse_module("tir.func @f() { }")
    LowerTirPass().apply(Context(), module)
    (function,) = module.ops
    assert isinstance(function, func.FuncOp)
