"""The target that prints a memory report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, ClassVar, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import PassFailedException
from xdsl.utils.target import Target

from usmp_passes.reporting.memory_report import memory_report

ReportFormat = Literal["text", "json", "csv"]

_LEAST_WIDTH = 40


@dataclass(frozen=True)
class UsmpReportTarget(Target):
    """
    Prints how much memory a program takes, where, and why: for each pool its capacity, the bytes
    used, the lower bound, and what its buffers would take without reuse; for each buffer its
    function, size, place, live ranges, traffic, and what it costs the pool; and what is not planned
    and why. It does so before planning, after it, and after the rewrite onto the pools.

    `format` is `"text"`, tables for people; `"json"`, of which `memory_report.schema.json` in the
    package `usmp_passes.reporting` is the schema; or `"csv"`, a row for each buffer. `main` names
    the entry function, if it is not the one that the program was planned for. `conflicts` lists in
    JSON the conflicts of all buffers, not only of those without a list of live ranges. `width` is
    that of the text in columns; with `color` it has the escape sequences of a terminal. `usmp-opt`
    gives both where it writes to a terminal.

    Raises `AnalysisError`, a `PassFailedException` that carries the operation, for a program that
    cannot be analysed; nothing is written then.
    """

    name: ClassVar[str] = "usmp-report"

    format: ReportFormat = "text"
    main: str | None = None
    conflicts: bool = False
    width: int = 80
    color: bool = False

    def emit(self, ctx: Context, module: ModuleOp, output: IO[str]) -> None:
        if self.width < _LEAST_WIDTH:
            raise PassFailedException(
                f"option width of {self.name} is {self.width}, expected {_LEAST_WIDTH} or more"
            )
        report = memory_report(module, self.main, conflicts=self.conflicts)
        if self.format == "json":
            from usmp_passes.reporting.json_format import report_json

            output.write(report_json(report))
        elif self.format == "csv":
            from usmp_passes.reporting.csv_format import report_csv

            output.write(report_csv(report))
        else:
            from usmp_passes.reporting.text import report_text

            output.write(report_text(report, self.width, color=self.color))
