"""Programs in upstream's dialects, compiled with upstream's own tools, loaded and run on arrays."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

TO_LLVM = (
    # First: the functions of the C library that others declare have no such interface.
    "--llvm-request-c-wrappers",
    "--convert-linalg-to-loops",
    "--expand-strided-metadata",
    "--lower-affine",
    "--convert-scf-to-cf",
    "--convert-math-to-llvm",
    "--convert-math-to-libm",
    "--convert-arith-to-llvm",
    "--finalize-memref-to-llvm",
    "--convert-func-to-llvm",
    "--convert-cf-to-llvm",
    "--reconcile-unrealized-casts",
)
"""What takes a bufferized program to LLVM, with a C interface for its functions."""


def find_tool(name: str) -> str | None:
    """The path of a tool of LLVM 19, which Debian gives a name with the version."""
    return shutil.which(f"{name}-19") or shutil.which(name)


def missing_tools() -> Sequence[str]:
    """What is needed to compile a program, and is not there."""
    names = ("mlir-opt", "mlir-translate", "llc")
    missing = [name for name in names if find_tool(name) is None]
    return missing if shutil.which("gcc") else [*missing, "gcc"]


class CompiledMlirProgram:
    """A module in upstream's dialects as machine code of this process, which keeps it."""

    def __init__(self, text: str) -> None:
        llvm = _run("mlir-opt", *TO_LLVM, given=text.encode())
        translated = _run("mlir-translate", "--mlir-to-llvmir", given=llvm)
        code = _run("llc", "-O2", "--relocation-model=pic", "--filetype=obj", given=translated)
        with TemporaryDirectory() as directory:
            object_file, library = Path(directory, "program.o"), Path(directory, "program.so")
            object_file.write_bytes(code)
            link = ["gcc", "-shared", str(object_file), "-o", str(library), "-lm"]
            subprocess.run(link, check=True, timeout=60)
            self._library = ctypes.CDLL(str(library))

    def run(self, entry: str, arguments: Sequence[NDArray[Any]]) -> None:
        """Call a function without results on arrays, which it reads and changes in place."""
        function = self._library[f"_mlir_ciface_{entry}"]
        function.restype = None
        function(*(ctypes.byref(_descriptor_of(array)) for array in arguments))


def _run(tool: str, *options: str, given: bytes) -> bytes:
    path = find_tool(tool)
    assert path is not None, tool
    done = subprocess.run(
        [path, *options], input=given, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[:5000]
    return done.stdout


def _descriptor_of(array: NDArray[Any]) -> ctypes.Structure:
    """A `memref` as upstream lays it out: two pointers, an offset, extents and strides."""
    assert array.flags.c_contiguous
    extents = ctypes.c_int64 * array.ndim

    class Descriptor(ctypes.Structure):
        _fields_ = (
            ("allocated", ctypes.c_void_p),
            ("aligned", ctypes.c_void_p),
            ("offset", ctypes.c_int64),
            ("sizes", extents),
            ("strides", extents),
        )

    strides = (stride // array.itemsize for stride in array.strides)
    data = array.ctypes.data
    return Descriptor(data, data, 0, extents(*array.shape), extents(*strides))
