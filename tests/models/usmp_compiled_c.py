"""Programs that the C target prints, compiled with gcc and run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.dialects.func import Func
from xdsl.dialects.math import Math
from xdsl.dialects.memref import MemRef
from xdsl.dialects.scf import Scf
from xdsl.parser import Parser

from usmp_dialect.dialects.tir import Tir
from usmp_dialect.dialects.usmp import Usmp
from usmp_dialect.targets.c import CTarget

GCC = shutil.which("gcc")
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
) -> str:
    """
    Writes the files to a directory, compiles those of C with gcc, runs the program, and returns its
    output. A warning, a finding of a sanitizer or another status than 0 fails the test.
    """
    assert GCC is not None
    for name, text in files.items():
        (directory / name).write_text(text)
    sources = [name for name in files if name.endswith(".c")]
    program = directory / "program"
    compiled = subprocess.run(
        [GCC, *options, *sources, "-o", str(program), "-lm"],
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
