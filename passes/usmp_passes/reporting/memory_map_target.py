"""The target that draws the memory map of a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, ClassVar, Self

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException
from xdsl.utils.target import Target

from usmp_dialect.program import fail
from usmp_passes.reporting.analysed_program import analyse_program
from usmp_passes.reporting.memory_map import (
    FORMATS,
    MapFormat,
    MissingLibraryError,
    NotPlannedError,
    draw_memory_map,
    format_of,
    lives_in,
)
from usmp_passes.reporting.memory_report import report_of


@dataclass(frozen=True)
class MemoryMapTarget(Target):
    """
    Draws where the buffers of a planned program lie, and when they are live.

    `format` is `"html"`, a page to explore that needs nothing else; `"svg"`; or `"png"`, for which
    `usmp-opt -o FILE` is needed, as it is no text. `usmp-opt -o FILE` finds it by the name of the
    file; it is `"html"` if nothing says what it is. `main` names the entry function; by default it
    is the one the program was planned for.

    Raises `AnalysisError`, a `PassFailedException` that carries the operation, for a program that
    is not planned, or cannot be analysed; nothing is written then.
    """

    name: ClassVar[str] = "usmp-memory-map"

    format: MapFormat | None = None
    main: str | None = None

    def emit(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        """Writes the page or the SVG."""
        if self.format == "png":
            raise PassFailedException(
                "a PNG is not text: write it to a file by usmp-opt -o FILE, or choose svg"
            )
        output.write(self.contents(module).decode())

    def for_file(self, path: Path) -> Self:
        """The target with the format that the name of the file says, if no option does."""
        if self.format is not None or path.suffix.lower() not in {f".{one}" for one in FORMATS}:
            return self
        return replace(self, format=format_of(path))

    def contents(self, module: ModuleOp) -> bytes:
        """What a file of the format is to hold."""
        try:
            program = analyse_program(module, self.main)
            return draw_memory_map(
                report_of(program),
                self.format or "html",
                # Pictures do not say why.
                {} if self.format in {"svg", "png"} else lives_in(program),
            )
        except NotPlannedError as error:
            fail(module, str(error))
        except MissingLibraryError as error:
            raise PassFailedException(str(error)) from error
