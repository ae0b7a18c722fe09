"""
The example networks in upstream's dialects, run by upstream's own tools: `mlir-opt` takes what
`lower-tir` prints to LLVM, its runner runs that, and the result is what the networks mean.

The program reads what it is given from its input, byte by byte, and writes its result to its
output, with the two functions of C that need no more than an integer.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp

from usmp_passes.lower_tir import LowerTirPass
from usmp_passes.tools.program_interface import Argument, PoolArgument, ProgramInterface

np = pytest.importorskip("numpy")

from usmp_network_models import NETWORKS, Data  # noqa: E402 (it needs numpy)
from usmp_network_programs import PLANNERS, data_of, network_program, parse  # noqa: E402


def tool(*names: str) -> str | None:
    """The path of a tool of version 19, which Debian gives a name with the version."""
    return next(filter(None, map(shutil.which, names)), None)


MLIR_OPT = tool("mlir-opt-19", "mlir-opt")
MLIR_RUNNER = tool("mlir-cpu-runner-19", "mlir-cpu-runner")
needs_mlir_opt = pytest.mark.skipif(MLIR_OPT is None, reason="mlir-opt is not installed")
needs_mlir_runner = pytest.mark.skipif(
    MLIR_OPT is None or MLIR_RUNNER is None, reason="mlir-cpu-runner is not installed"
)

TO_LLVM = (
    "--convert-scf-to-cf",
    "--expand-strided-metadata",
    "--lower-affine",
    "--convert-arith-to-llvm",
    "--finalize-memref-to-llvm",
    "--convert-func-to-llvm",
    "--convert-cf-to-llvm",
    "--reconcile-unrealized-casts",
)

SUPPORT = """
func.func private @getchar() -> i32
func.func private @putchar(i32) -> i32

func.func @get(%memory: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = memref.dim %memory, %c0 : memref<?xi8>
  scf.for %i = %c0 to %size step %c1 {
    %read = func.call @getchar() : () -> i32
    %byte = arith.trunci %read : i32 to i8
    memref.store %byte, %memory[%i] : memref<?xi8>
  }
  func.return
}

func.func @put(%memory: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = memref.dim %memory, %c0 : memref<?xi8>
  scf.for %i = %c0 to %size step %c1 {
    %byte = memref.load %memory[%i] : memref<?xi8>
    %written = arith.extui %byte : i8 to i32
    %0 = func.call @putchar(%written) : (i32) -> i32
  }
  func.return
}
"""


def driver_of(interface: ProgramInterface) -> str:
    """The module with the function `main`, which reads, runs and writes, and what it needs."""
    sizes = {name: item.size_bytes for name, item in interface.parameters.items()}
    lines = [SUPPORT]
    for name, size in sizes.items():
        lines += [
            f'"memref.global"() <{{sym_name = "{name}", sym_visibility = "private",'
            f" type = memref<{size}xi8>, initial_value}}> : () -> ()",
            f"func.func @lookup_param_{name}() -> memref<?xi8> {{",
            f"  %memory = memref.get_global @{name} : memref<{size}xi8>",
            f'  %address = "memref.cast"(%memory) : (memref<{size}xi8>) -> memref<?xi8>',
            "  func.return %address : memref<?xi8>",
            "}",
        ]
    lines.append("func.func @main() {")
    for number, item in enumerate(interface.arguments):
        lines += _memory_of(number, item)
    for number, name in enumerate(sizes):
        lines += [
            f"  %p{number} = func.call @lookup_param_{name}() : () -> memref<?xi8>",
            f"  func.call @get(%p{number}) : (memref<?xi8>) -> ()",
        ]
    arguments = ", ".join(f"%a{number}" for number, _ in enumerate(interface.arguments))
    types = ", ".join(map(_type_of, interface.arguments))
    lines += [f"  func.call @{interface.entry.name}({arguments}) : ({types}) -> ()"]
    for number, item in enumerate(interface.arguments):
        if isinstance(item, Argument):
            lines.append(f"  func.call @put(%a{number}) : (memref<?xi8>) -> ()")
    return "\n".join([*lines, "  func.return", "}"])


def _memory_of(number: int, item: Argument | PoolArgument) -> Iterator[str]:
    made = f"memref<{item.size_bytes}xi8>"
    if isinstance(item, PoolArgument):
        yield f"  %a{number} = memref.alloc() {{alignment = {item.alignment} : i64}} : {made}"
        return
    yield f"  %m{number} = memref.alloc() : {made}"
    yield f'  %a{number} = "memref.cast"(%m{number}) : ({made}) -> memref<?xi8>'
    yield f"  func.call @get(%a{number}) : (memref<?xi8>) -> ()"


def _type_of(item: Argument | PoolArgument) -> str:
    return f"memref<{item.size_bytes}xi8>" if isinstance(item, PoolArgument) else "memref<?xi8>"


def lowered(network: str, planner: str) -> ModuleOp:
    """A network, planned and in upstream's dialects."""
    module = network_program(network, planner)
    LowerTirPass().apply(Context(), module)
    module.verify()
    return module


def add_driver(module: ModuleOp, interface: ProgramInterface) -> None:
    """Add the function `main`, and the model parameters that the program only declares."""
    driver = parse(driver_of(interface))
    for op in list(module.ops):
        if isinstance(op, FuncOp) and op.is_declaration:
            op.detach()
            op.erase()
    for op in list(driver.ops):
        op.detach()
        module.body.block.add_op(op)
    module.verify()


def run(command: list[str], given: bytes) -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[:5000]
    return done.stdout


def given_to(data: Data, result: bytes, interface: ProgramInterface) -> bytes:
    """What a program reads, with `result` in the memory where its own will be."""
    parameters = (data.parameters[name].tobytes() for name in interface.parameters)
    return b"".join((data.image.tobytes(), result, *parameters))


@needs_mlir_runner
@pytest.mark.parametrize("planner", PLANNERS)
@pytest.mark.parametrize("network", NETWORKS)
def test_result(network: str, planner: str, tmp_path: Path) -> None:
    assert MLIR_OPT is not None
    assert MLIR_RUNNER is not None
    interface = ProgramInterface(network_program(network, planner))
    module = lowered(network, planner)
    add_driver(module, interface)
    program = tmp_path / "network.mlir"
    program.write_bytes(run([MLIR_OPT, *TO_LLVM], str(module).encode()))
    data, expected = data_of(network, "typical")
    given = given_to(data, b"\x5a" * len(expected), interface)
    options = ["-O2", "-e", "main", "--entry-point-result=void"]
    written = run([MLIR_RUNNER, str(program), *options], given)
    assert written == data.image.tobytes() + expected


@needs_mlir_opt
@pytest.mark.parametrize("planner", PLANNERS)
@pytest.mark.parametrize("network", NETWORKS)
def test_round_trip(network: str, planner: str) -> None:
    """What `mlir-opt` reads and prints again is the same module."""
    assert MLIR_OPT is not None
    module = lowered(network, planner)
    printed = run([MLIR_OPT, "--mlir-print-op-generic"], str(module).encode())
    assert parse(printed.decode()).is_structurally_equivalent(module)
