"""Programs that the C target prints, compiled with gcc and run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.dialects.func import Func
from xdsl.dialects.math import Math
from xdsl.dialects.memref import MemRef
from xdsl.dialects.scf import Scf
from xdsl.parser import Parser

from usmp_dialect.dialects.tir import RUNNER_FUNCTION, Tir
from usmp_dialect.dialects.usmp import Usmp
from usmp_dialect.targets.c import CTarget
from usmp_passes.tools.program_interface import PoolArgument, ProgramInterface

GCC = shutil.which("gcc")
CLANG = shutil.which("clang")
needs_gcc = pytest.mark.skipif(GCC is None, reason="gcc is not installed")

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror")
"""The options under which what the target prints gives no warning."""

OPTIMIZED = ("-O2", *STRICT)
SANITIZED = (
    "-O1",
    "-g",
    "-fsanitize=address,undefined",
    "-fsanitize=float-cast-overflow",
    "-fno-sanitize-recover=all",
    *STRICT,
)


def parse_module(text: str) -> ModuleOp:
    """Parses and verifies a module."""
    context = Context()
    for dialect in (Arith, Builtin, Func, Math, MemRef, Scf, Tir, Usmp):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


def c_code_of(module: ModuleOp | str, target: CTarget | None = None) -> str:
    """What the target prints."""
    output = StringIO()
    if isinstance(module, str):
        module = parse_module(module)
    (target or CTarget()).emit(Context(), module, output)
    return output.getvalue()


def compile_and_run(
    directory: Path,
    files: dict[str, str],
    options: Sequence[str] = OPTIMIZED,
    stdin: str = "",
    compiler: str | None = GCC,
) -> str:
    """
    Writes the files to a directory, compiles those of C, runs the program, and returns its output.
    A warning, a finding of a sanitizer or another status than 0 fails the test.
    """
    assert compiler is not None
    for name, text in files.items():
        (directory / name).write_text(text)
    sources = [name for name in files if name.endswith(".c")]
    program = directory / "program"
    compiled = subprocess.run(
        [compiler, *options, *sources, "-o", str(program), "-lm"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert compiled.returncode == 0, compiled.stderr[:5000]
    result = subprocess.run(
        [str(program)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
    )
    assert result.returncode == 0, result.stderr[:5000]
    return result.stdout


# Programs that need nothing but memory


def joined(modules: Sequence[ModuleOp]) -> ModuleOp:
    """
    One module of all that is in these, whose symbols must differ; they are empty afterwards. Every
    function that nothing calls is an entry, as a module has one that is marked at most.
    """
    whole = ModuleOp([])
    for module in modules:
        for op in list(module.ops):
            op.detach()
            op.attributes.pop(RUNNER_FUNCTION, None)
            whole.body.block.add_op(op)
    return whole


def compiled_outputs(
    modules: Sequence[ModuleOp],
    input: bytes,
    output_bytes: int,
    options: Sequence[str],
    compiler: str | None = GCC,
) -> list[bytes]:
    """
    What programs with an input and an output make of one input, compiled as one file. Their symbols
    must differ, and the modules are empty afterwards.

    Pools that a program is given are of exactly the size and alignment that it asks for.
    """
    calls = [_call_of(module) for module in modules]
    driver = _ENTRY_DRIVER.format(
        input=", ".join(map(str, input)), output_bytes=output_bytes, calls="".join(calls)
    )
    # What makes the declarations of the driver visible must come before all else.
    code = "#define _POSIX_C_SOURCE 200112L\n" + c_code_of(joined(modules)) + driver
    with TemporaryDirectory() as directory:
        printed = compile_and_run(Path(directory), {"programs.c": code}, options, compiler=compiler)
    return [bytes.fromhex(line) for line in printed.split()]


def _call_of(module: ModuleOp) -> str:
    """The statements that run a program."""
    interface = ProgramInterface(module)
    pools = [pool for pool in interface.arguments if isinstance(pool, PoolArgument)]
    assert len(interface.arguments) == 2 + len(pools)
    memory = "".join(f", pool({pool.alignment}, {pool.size_bytes})" for pool in pools)
    return f"    prepare();\n    {interface.c_name}(input, output{memory});\n    report();\n"


_ENTRY_DRIVER = """\

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t data[] = {{{input}}};
static uint8_t input[sizeof(data)];
static uint8_t output[{output_bytes}];

/* Pools of the program that runs. */
static void *memory[16];
static int pools;

static inline uint8_t *pool(size_t alignment, size_t size) {{
    const size_t least = sizeof(void *);
    if (posix_memalign(&memory[pools], alignment < least ? least : alignment, size) != 0) {{
        exit(1);
    }}
    return memset(memory[pools++], 0xA5, size);
}}

static void prepare(void) {{
    memcpy(input, data, sizeof(input));
    memset(output, 0x5A, sizeof(output));
}}

static void report(void) {{
    if (memcmp(input, data, sizeof(input)) != 0) {{
        exit(2);
    }}
    while (pools > 0) {{
        free(memory[--pools]);
    }}
    for (size_t at = 0; at < sizeof(output); ++at) {{
        printf("%02x", output[at]);
    }}
    printf("\\n");
}}

int main(void) {{
{calls}    return 0;
}}
"""
