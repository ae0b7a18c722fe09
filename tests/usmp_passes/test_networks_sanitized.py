"""
The example networks under the sanitizers of gcc and clang: they find nothing, and the result is
what the networks mean.

The program reads what it is given from its input and writes it to its output when it is done. It
gets memory of exactly the size that it asks for, so that the sanitizer sees any access outside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from usmp_compiled_c import SANITIZED
from usmp_passes.tools.compiled_program import c_source_of
from usmp_passes.tools.program_interface import Argument, PoolArgument, ProgramInterface

np = pytest.importorskip("numpy")

from usmp_network_models import NETWORKS, Data  # noqa: E402 (it needs numpy)
from usmp_network_programs import PLANNERS, data_of, network_program, parse  # noqa: E402

COMPILERS = ("gcc", "clang")

# Memory is filled with a byte that is not zero: a program must not count on it.
SUPPORT = """\
#define _POSIX_C_SOURCE 200112L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *make(size_t size, size_t alignment) {
    void *memory;
    if (posix_memalign(&memory, alignment, size)) exit(2);
    return memset(memory, 0xa5, size);
}

static uint8_t *get(size_t size) {
    uint8_t *memory = make(size, sizeof(void *));
    if (fread(memory, 1, size, stdin) != size) exit(3);
    return memory;
}

static void put(const uint8_t *memory, size_t size) {
    if (fwrite(memory, 1, size, stdout) != size) exit(4);
}
"""


def main_of(interface: ProgramInterface) -> str:
    """The C code that calls a program, with its arguments and model parameters from the input."""
    arguments = list(enumerate(interface.arguments))
    given = [(n, item.size_bytes) for n, item in arguments if isinstance(item, Argument)]
    parameters = interface.parameters.values()
    lines = [
        SUPPORT,
        *(f"const uint8_t *{parameter.c_name};" for parameter in parameters),
        f"void {interface.c_name}({', '.join(['uint8_t *'] * len(arguments))});",
        "",
        "int main(void) {",
        *(f"    uint8_t *a{number} = {_memory_for(item)};" for number, item in arguments),
        *(f"    {parameter.c_name} = {_memory_for(parameter)};" for parameter in parameters),
        f"    {interface.c_name}({', '.join(f'a{number}' for number, _ in arguments)});",
        *(f"    put(a{number}, {size});" for number, size in given),
        *(f"    put({parameter.c_name}, {parameter.size_bytes});" for parameter in parameters),
        "    return 0;",
        "}",
        "",
    ]
    return "\n".join(lines)


def _memory_for(item: Argument | PoolArgument) -> str:
    if isinstance(item, PoolArgument):
        return f"make({item.size_bytes}, {item.alignment})"
    assert item.size_bytes is not None
    return f"get({item.size_bytes})"


def parts_of(data: Data, result: bytes, interface: ProgramInterface) -> Iterator[bytes]:
    """What a program reads, or writes at its end: `result` is where its own is, or will be."""
    yield data.image.tobytes()
    yield result
    for name in interface.parameters:
        yield data.parameters[name].tobytes()


def build(directory: Path, source: str, main: str, compiler: str) -> Path:
    """The program that a compiler makes, without any warning."""
    # Compiled apart: the program has no prototype of the functions that call it as `main` does.
    (directory / "main.c").write_text(main)
    (directory / "network.c").write_text(source)
    program = directory / "network"
    command = [compiler, *SANITIZED, "-DUSMP_PARAMETER_POINTERS", "main.c", "network.c"]
    done = subprocess.run(
        [*command, "-o", str(program), "-lm"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:5000]
    return program


def run(program: Path, given: Sequence[bytes]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(program)],
        input=b"".join(given),
        capture_output=True,
        check=False,
        timeout=300,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
    )


@cache
def has_sanitizers(compiler: str) -> bool:
    """Whether an empty program can be linked with them."""
    with TemporaryDirectory() as directory:
        command = [compiler, *SANITIZED, "-x", "c", "-", "-o", str(Path(directory, "empty"))]
        source = b"int main(void) { return 0; }\n"
        done = subprocess.run(command, input=source, capture_output=True, check=False)
    return done.returncode == 0


def path_of(compiler: str) -> str:
    """The path of a compiler. Skips the test if it is not there, or only without sanitizers."""
    path = shutil.which(compiler)
    if path is None:
        pytest.skip(f"{compiler} is not installed")
    if not has_sanitizers(path):
        pytest.skip(f"the sanitizers of {compiler} are not installed")
    return path


@pytest.mark.parametrize("planner", PLANNERS)
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("network", NETWORKS)
def test_clean(network: str, compiler: str, planner: str, tmp_path: Path) -> None:
    path = path_of(compiler)
    module = network_program(network, planner)
    interface = ProgramInterface(module)
    program = build(tmp_path, c_source_of(module), main_of(interface), path)
    data, expected = data_of(network, "typical")
    done = run(program, list(parts_of(data, bytes(len(expected)), interface)))
    assert done.returncode == 0, done.stderr.decode(errors="replace")[:5000]
    assert done.stdout == b"".join(parts_of(data, expected, interface))


@pytest.mark.parametrize("planner", ["arguments", "globals"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_pool_that_is_too_small_is_found(compiler: str, planner: str, tmp_path: Path) -> None:
    """The sanitizers watch the ends of pools: the last element of the last buffer is outside."""
    path = path_of(compiler)
    text = str(network_program("linear_structure", planner))
    module = parse(text.replace("memref<1117728xi8>", "memref<1117727xi8>"))
    interface = ProgramInterface(module)
    program = build(tmp_path, c_source_of(module), main_of(interface), path)
    data, expected = data_of("linear_structure", "typical")
    done = run(program, list(parts_of(data, bytes(len(expected)), interface)))
    assert done.returncode != 0
    # One finds the access next to the memory of a pool, the other that it is outside of an array.
    assert b"buffer-overflow" in done.stderr or b"insufficient space" in done.stderr
