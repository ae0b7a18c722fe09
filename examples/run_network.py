"""
Runs a network before its memory is planned and after, and compares what comes out:
`run_network.py [FILE]`.

The network is printed as C, compiled and run on random numbers, the same both times. Without a C
compiler it is only planned. `CC` names a compiler; otherwise it is the first of gcc, clang and cc.
"""

from __future__ import annotations

import argparse
import sys
from array import array
from collections.abc import Mapping
from pathlib import Path
from random import Random
from time import perf_counter

from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, IntegerType, ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_dialect.buffer_type import element_size_bytes
from usmp_dialect.dialects.usmp import ALLOCATED_SIZE, BUFFER_INFO, BufferInfoAttr, PoolOp
from usmp_passes.convert_pool_allocations_to_offsets import ConvertPoolAllocationsToOffsetsPass
from usmp_passes.tools.compiled_program import CompiledProgram, find_compiler
from usmp_passes.tools.program_interface import Argument, ProgramInterface
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass
from usmp_passes.verify_plan import VerifyPlanPass

DEFAULT = Path(__file__).parent / "inception_structure.mlir"
SEED = 1
TYPE_CODES = {2: "h", 4: "i", 8: "q"}
"""What `array` calls integers of so many bytes."""


def read_module(path: Path) -> ModuleOp:
    """The module in a file, of any dialects that are installed."""
    context = Context()
    for name, dialect in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, dialect)
    return Parser(context, path.read_text(encoding="utf-8"), str(path)).parse_module()


def print_memory(planned: ModuleOp) -> None:
    """The bytes that the buffers take before planning, each in memory of its own, and after."""
    infos = [
        info.data
        for op in planned.walk()
        if isinstance(info := op.attributes.get(BUFFER_INFO), BufferInfoAttr)
    ]
    before = sum(info.size_bytes for info in infos)
    sizes = [op.attributes.get(ALLOCATED_SIZE) for op in planned.ops if isinstance(op, PoolOp)]
    after = sum(size.value.data for size in sizes if isinstance(size, IntegerAttr))
    print(f"memory before planning: {before:>9,} bytes of {len(infos)} buffers")
    print(f"memory after planning:  {after:>9,} bytes, {100 * after / max(before, 1):.0f}% of that")


def random_numbers(memory: Argument, random: Random) -> bytearray:
    """Any bytes, or weights that are small, so that sums stay in the range they are clipped to."""
    size, element = memory.size_bytes, memory.type.element_type
    if size is None or not isinstance(element, IntegerType):
        sys.exit(f"error: {memory.name} is {memory.type}, expected integers, and how many")
    element_size = element_size_bytes(element) or 1
    if element_size == 1:
        return bytearray(random.randbytes(size))
    choices = random.choices(range(-24, 25), k=size // element_size)
    return bytearray(array(TYPE_CODES[element_size], choices).tobytes())


def buffers_for(interface: ProgramInterface) -> tuple[list[bytearray], dict[str, bytearray]]:
    """The arguments of the entry function, all filled, and the model parameters."""
    random = Random(SEED)
    given = [item for item in interface.arguments if isinstance(item, Argument)]
    arguments = [random_numbers(argument, random) for argument in given]
    parameters = {
        name: random_numbers(parameter, random) for name, parameter in interface.parameters.items()
    }
    return arguments, parameters


def run(module: ModuleOp, compiler: str, label: str) -> Mapping[str, bytearray]:
    """The arguments of the entry function that a run has changed, by name."""
    program = CompiledProgram.of(module, compiler)
    arguments, parameters = buffers_for(program.interface)
    unchanged = [bytearray(argument) for argument in arguments]
    start = perf_counter()
    program.run(arguments, parameters)
    print(f"run {label} {perf_counter() - start:.2f} s")
    given = [item for item in program.interface.arguments if isinstance(item, Argument)]
    return {
        item.name: argument
        for item, argument, before in zip(given, arguments, unchanged, strict=True)
        if argument != before
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0].strip())
    parser.add_argument("file", type=Path, nargs="?", default=DEFAULT)
    path = parser.parse_args().file
    module = read_module(path)
    planned = module.clone()
    UnifiedStaticMemoryPlannerPass(convert=False).apply(Context(), planned)
    print(f"network: {path.stem}")
    print_memory(planned)

    compiler = find_compiler()
    if compiler is None:
        print("It is not run: there is no C compiler here. Install gcc to see it run.")
        return
    for step in (ConvertPoolAllocationsToOffsetsPass(), VerifyPlanPass()):
        step.apply(Context(), planned)
    before = run(module, compiler, "before planning:")
    after = run(planned, compiler, "after planning: ")
    if before != after or not before:
        sys.exit("error: the planned network computes something else, or nothing")
    for name, result in after.items():
        values = len(set(result))
        print(f"{name}: {len(result):,} bytes, {values} different ones, all as before planning")


if __name__ == "__main__":
    main()
