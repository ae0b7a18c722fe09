"""Programs printed as C, compiled, loaded and run."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from usmp_dialect.program import fail
from usmp_dialect.targets.c import CTarget
from usmp_passes.tools.program_interface import PoolArgument, ProgramInterface

COMPILERS = ("gcc", "clang", "cc")
OPTIONS = ("-std=c99", "-O2", "-fPIC", "-shared", "-DUSMP_PARAMETER_POINTERS")

_FILL = 0xA5
"""What the memory of pools is filled with before a run."""
_GUARD_BYTES = 4096
"""How much there is of it on either side of a pool, which a run must leave alone."""


class CompilerError(Exception):
    """The C compiler refused a program; the message is what it said."""


class OverrunError(Exception):
    """A program wrote to memory next to a pool."""


def find_compiler() -> str | None:
    """The path of the C compiler that the environment names in `CC`, or else of the first known."""
    named = os.environ.get("CC")
    return next(filter(None, map(shutil.which, (named,) if named else COMPILERS)), None)


def c_source_of(module: ModuleOp) -> str:
    """The C code of a program. Raises `AnalysisError` for what the C target cannot print."""
    output = StringIO()
    CTarget().emit(Context(), module, output)
    return output.getvalue()


class CompiledProgram:
    """
    A program in C as machine code of this process, which keeps it until its end.

    Raises `CompilerError` if the compiler refuses it.
    """

    def __init__(self, source: str, interface: ProgramInterface, compiler: str) -> None:
        self.interface = interface
        pointers = (f"const uint8_t *{p.c_name};" for p in interface.parameters.values())
        with TemporaryDirectory() as directory:
            path, library = Path(directory, "program.c"), Path(directory, "program.so")
            path.write_text("\n".join((source, *pointers, "")), encoding="utf-8")
            done = subprocess.run(
                [compiler, *OPTIONS, str(path), "-o", str(library), "-lm"],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise CompilerError(done.stderr.strip())
            self._library = ctypes.CDLL(str(library))

    @classmethod
    def of(cls, module: ModuleOp, compiler: str) -> CompiledProgram:
        """
        The program of a module. Raises `AnalysisError` for what the C target cannot print or
        `ProgramInterface` cannot describe, and if functions of the program are defined elsewhere.
        """
        interface = ProgramInterface(module)
        for extern in interface.externs:
            fail(extern.op, f"@{extern.name} is defined elsewhere: the program cannot be run alone")
        return cls(c_source_of(module), interface, compiler)

    def run(self, arguments: Sequence[bytearray], parameters: Mapping[str, bytearray]) -> None:
        """
        Run the program on buffers, which it reads and writes: one for each argument that is no
        pool, in order, and the model parameters by name. None may be smaller than the program
        requires, nor be missing.

        Raises `OverrunError` if memory next to a pool has changed.
        """
        run = self.prepare(arguments, parameters)
        run()
        run.check()

    def prepare(
        self, arguments: Sequence[bytearray], parameters: Mapping[str, bytearray]
    ) -> PreparedRun:
        """
        What `run` is given, with memory for the pools, as something to call any number of times,
        until the program is prepared again: its model parameters are in one place.
        """
        kept: list[object] = []
        for name, parameter in self.interface.parameters.items():
            memory = _address_of(parameters[name], kept)
            ctypes.c_void_p.in_dll(self._library, parameter.c_name).value = memory
        given, pools = iter(arguments), list[_PoolMemory]()
        addresses: list[ctypes.c_void_p] = []
        for argument in self.interface.arguments:
            if isinstance(argument, PoolArgument):
                pools.append(_PoolMemory(argument))
                addresses.append(ctypes.c_void_p(pools[-1].address))
            else:
                addresses.append(ctypes.c_void_p(_address_of(next(given), kept)))
        function = self._library[self.interface.c_name]
        function.restype = None
        return PreparedRun(partial(function, *addresses), pools, kept)


@dataclass(frozen=True)
class PreparedRun:
    """A program with the memory that it runs on."""

    _call: Callable[[], None]
    _pools: Sequence[_PoolMemory]
    _kept: Sequence[object]

    def __call__(self) -> None:
        """Run the program, and nothing else."""
        self._call()

    def check(self) -> None:
        """Raises `OverrunError` if memory next to a pool has changed."""
        for pool in self._pools:
            pool.check()


def _address_of(memory: bytearray, kept: list[object]) -> int:
    """The address of memory that `kept` keeps where it is."""
    view = (ctypes.c_uint8 * len(memory)).from_buffer(memory)
    kept.append(view)
    return ctypes.addressof(view)


class _PoolMemory:
    """The memory of a pool between two guards."""

    def __init__(self, pool: PoolArgument) -> None:
        self._pool = pool
        self._bytes = bytearray([_FILL]) * (pool.size_bytes + pool.alignment + 2 * _GUARD_BYTES)
        self._view = (ctypes.c_uint8 * len(self._bytes)).from_buffer(self._bytes)
        first = ctypes.addressof(self._view) + _GUARD_BYTES
        self.address = first + -first % pool.alignment

    def check(self) -> None:
        start = self.address - ctypes.addressof(self._view)
        guards = self._bytes[:start] + self._bytes[start + self._pool.size_bytes :]
        if guards.count(_FILL) != len(guards):
            raise OverrunError(f"the program wrote to memory next to pool @{self._pool.name}")
