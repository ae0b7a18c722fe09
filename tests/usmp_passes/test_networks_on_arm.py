"""
The C code of the example networks, compiled for a Cortex-M4: without a warning, linked with all of
its parameters, and with what the linker's map says about memory as the plan has it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.ir import Operation

from usmp_dialect.buffer_type import size_bytes_of
from usmp_dialect.dialects.tir import AllocateOp
from usmp_dialect.dialects.usmp import ALLOCATED_SIZE, PoolOp
from usmp_dialect.targets.c.program import is_concurrent_loop
from usmp_passes.tools.compiled_program import c_source_of
from usmp_passes.tools.program_interface import ProgramInterface
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

np = pytest.importorskip("numpy")

from usmp_network_models import NETWORKS  # noqa: E402 (it needs numpy)
from usmp_network_programs import ALL_POOLS, example, network_program  # noqa: E402

GCC = shutil.which("arm-none-eabi-gcc")
pytestmark = pytest.mark.skipif(GCC is None, reason="arm-none-eabi-gcc is not installed")

OPTIONS = (
    *("-mcpu=cortex-m4", "-mthumb", "-std=c99", "-O2", "-DUSMP_INDEX_BITS=32"),
    *("-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror"),
    *("-ffunction-sections", "-fdata-sections", "-Wvla"),
)
STACK_BYTES = 128
"""What a function may have on the stack besides buffers: the registers that it saves and spills."""
LINK = ("-nostartfiles", "-Wl,--gc-sections", "-Wl,--entry=start", "-Wl,-Map=network.map")

OUTPUT_SECTION = re.compile(r"^(\.[\w.]+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)", re.MULTILINE)
INPUT_SECTION = re.compile(
    r"^ (\.(?:bss|data)\.[\w.]+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) \S*network\.o$", re.MULTILINE
)


def concurrent_buffers(module: ModuleOp) -> list[int]:
    """The sizes of the buffers that are not planned, since each of several iterations needs one."""
    return [size for op, size in buffers(module) if any(map(is_concurrent_loop, parents(op)))]


def buffers(module: ModuleOp) -> Iterator[tuple[AllocateOp, int]]:
    """All buffers, with their sizes in bytes."""
    for op in module.walk():
        if isinstance(op, AllocateOp):
            size = size_bytes_of(op.buffer.type)
            assert size is not None
            yield op, size


def parents(op: Operation) -> Iterator[Operation]:
    """The operations around one."""
    parent = op.parent_op()
    while parent is not None:
        yield parent
        parent = parent.parent_op()


def main_of(interface: ProgramInterface) -> str:
    """
    The C code that calls a program. Model parameters are in flash; input and output are memory of
    the device at an address that the linker is given, and count as no section.
    """
    parameters = interface.parameters.values()
    count = len(interface.arguments)
    lines = [
        "#include <stdint.h>",
        f"void {interface.c_name}({', '.join(['uint8_t *'] * count)});",
        "void start(void);",
        # Not all zero, which might be put elsewhere than what has values.
        *(
            f"extern const uint8_t {item.c_name}[{item.size_bytes}];\n"
            f"const uint8_t {item.c_name}[{item.size_bytes}] = {{1}};"
            for item in parameters
        ),
        *(f"extern uint8_t a{number}[];" for number in range(count)),
        "void start(void) {",
        f"    {interface.c_name}({', '.join(f'a{number}' for number in range(count))});",
        "    for (;;) {}",
        "}",
        "",
    ]
    return "\n".join(lines)


def linker_map(module: ModuleOp, directory: Path, options: Sequence[str] = ()) -> str:
    """The map of the program that a module and its parameters make. A warning fails the test."""
    assert GCC is not None
    interface = ProgramInterface(module)
    # Nothing hides on the stack but what iterations that run at once have each for themselves.
    stack = f"-Wframe-larger-than={STACK_BYTES + sum(concurrent_buffers(module))}"
    (directory / "network.c").write_text(c_source_of(module))
    (directory / "main.c").write_text(main_of(interface))
    addresses = [
        f"-Wl,--defsym=a{number}={0x60000000 + (number << 24):#x}"
        for number, _ in enumerate(interface.arguments)
    ]
    for command in (
        [GCC, *OPTIONS, *options, stack, "-c", "network.c"],
        [GCC, *OPTIONS, "-c", "main.c"],
        [GCC, *OPTIONS, *LINK, *addresses, "network.o", "main.o", "-o", "network.elf"],
    ):
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[:5000]
        assert done.stderr == ""
    return (directory / "network.map").read_text()


def sizes_in(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """The bytes of each output section of a map, and of each section of data of the network."""
    _, _, text = text.partition("Linker script and memory map")
    output = {name: int(size, 16) for name, size in OUTPUT_SECTION.findall(text)}
    # A name that is too long for its column stands on a line of its own.
    joined = re.sub(r"^( \.\S+)\n\s+0x", r"\1 0x", text, flags=re.MULTILINE)
    inputs = [(name, int(size, 16)) for name, size in INPUT_SECTION.findall(joined)]
    names = [name for name, _ in inputs]
    assert len(set(names)) == len(names)
    return output, dict(inputs)


def allocated_sizes(module: ModuleOp) -> Mapping[str, int]:
    """What the plan says, in bytes."""
    sizes: dict[str, int] = {}
    for pool in module.ops:
        if isinstance(pool, PoolOp):
            size = pool.attributes[ALLOCATED_SIZE]
            assert isinstance(size, IntegerAttr)
            sizes[pool.sym_name.data] = size.value.data
    return sizes


@pytest.mark.parametrize("pools", ALL_POOLS)
@pytest.mark.parametrize("network", NETWORKS)
def test_map_has_the_sizes_of_the_plan(network: str, pools: str, tmp_path: Path) -> None:
    """There are the pools, each where the macro of its section puts it, and no other data."""
    module = example(network, pools)
    UnifiedStaticMemoryPlannerPass(pools="globals").apply(Context(), module)
    planned = allocated_sizes(module)
    assert sum(planned.values()) > 0
    sections = [
        f'-DUSMP_SECTION_{pool}=__attribute__((section(".bss.in_{pool}")))' for pool in planned
    ]
    output, inputs = sizes_in(linker_map(module, tmp_path, sections))
    assert inputs == {f".bss.in_{pool}": size for pool, size in planned.items() if size}
    assert output[".bss"] == sum(planned.values())
    assert output.get(".data", 0) == 0


@pytest.mark.parametrize("network", NETWORKS)
def test_pools_of_the_caller(network: str, tmp_path: Path) -> None:
    """A program that is given its pools has no memory of its own."""
    output, inputs = sizes_in(linker_map(network_program(network, "arguments"), tmp_path))
    assert not inputs
    assert output.get(".bss", 0) == output.get(".data", 0) == 0


@pytest.mark.parametrize("network", NETWORKS)
def test_unplanned(network: str, tmp_path: Path) -> None:
    """Without a plan, each buffer has memory of its own: what planning saves is seen in the map."""
    module = example(network)
    output, inputs = sizes_in(linker_map(module, tmp_path))
    expected = Counter(size for _, size in buffers(module)) - Counter(concurrent_buffers(module))
    # A buffer of one element may be a register.
    assert Counter(inputs.values()) | Counter([4]) == expected | Counter([4])
    planned = sum(allocated_sizes(network_program(network, "globals")).values())
    assert planned <= output[".bss"]
    if network == "inception_structure":
        assert planned < 0.5 * output[".bss"]
