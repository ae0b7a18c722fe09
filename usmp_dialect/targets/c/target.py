"""The target that prints C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, ClassVar, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.target import Target

from usmp_dialect.targets.c.c_file import CFile

Part = Literal["both", "source", "header"]
"""What is printed: the header and the source after it in one file, or one of the two."""


@dataclass(frozen=True)
class CTarget(Target):
    """
    Prints a module as C99 that needs nothing but `stdint.h`, `stddef.h`, `string.h` and `math.h`.

    It prints programs of `tir`, `func`, `scf`, `memref`, `arith` and `math`, before planning, when
    every buffer is a static array, and after it, when buffers are places in the pools. A buffer is
    passed as the address of its first element, an integer as an unsigned one of C; an `index` has
    64 bits, or 32 if the C code is compiled with `USMP_INDEX_BITS=32`. Only one run of a program
    may be under way at a time.

    `part` says which part is printed; with `"source"` alone, `header` is the name of the file that
    it includes, `<entry function>.h` if it is not given.

    Raises `AnalysisError`, a `PassFailedException` that carries the operation, for what cannot be
    printed; nothing is written then.
    """

    name: ClassVar[str] = "c"

    part: Part = "both"
    header: str | None = None

    def emit(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        c_file = CFile(module)
        if self.part == "header":
            output.write(c_file.header())
        elif self.part == "source":
            output.write(c_file.source(self.header or f"{c_file.name}.h"))
        else:
            output.write(c_file.source(None))
