"""The results as text for people, and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from statistics import median

from experiments import Figure, Result, Scale
from measure import Times

_DECIMALS = {"%": 1, "x": 2, "ms": 1, "": 2}


def describe_machine() -> dict[str, str]:
    """What the times depend on."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": platform.system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "xdsl": version("xdsl"),
        "usmp": version("usmp"),
    }


def _processor() -> str:
    """The name of the processor, which Python knows on some systems only."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def format_figures(result: Result) -> str:
    """The figures of one experiment, with their goals."""
    rows = [("", "median", "lowest", "highest", "goal", "")]
    rows += [_figure_row(figure) for figure in result.figures]
    return f"{result.title}\n{_table(rows, '<>>>><')}"


def _figure_row(figure: Figure) -> tuple[str, ...]:
    goal = figure.goal
    verdict = figure.note
    if goal is not None:
        met = "met" if goal.is_met(figure.value) else "MISSED"
        verdict = f"{met}, {figure.note}" if figure.note else met
    return (
        figure.name,
        _quantity(figure.value, figure),
        _quantity(min(figure.values), figure),
        _quantity(max(figure.values), figure),
        "" if goal is None else f"<= {_quantity(goal.limit, figure)}",
        verdict,
    )


def _quantity(value: float, figure: Figure) -> str:
    return f"{value:.{_DECIMALS[figure.unit]}f} {figure.unit}".rstrip()


def format_times(result: Result) -> str:
    """The medians of the times behind the figures, in milliseconds."""
    rows = [("CPU time in ms", *(field.name for field in fields(Times)))]
    rows += [(program, *_medians(times)) for program, times in result.times.items()]
    return _table(rows, "<>>>>>")


def _medians(times: Sequence[Times]) -> Iterator[str]:
    by_part = zip(*(asdict(t).values() for t in times), strict=True)
    return (f"{1e3 * median(part):.1f}" for part in by_part)


def _table(rows: Sequence[tuple[str, ...]], alignments: str) -> str:
    """Rows of cells as lines, each column aligned to the left (`<`) or to the right (`>`)."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    formats = [f"{a}{width}" for a, width in zip(alignments, widths, strict=True)]
    return "\n".join("  " + "  ".join(map(format, row, formats)).rstrip() for row in rows)


def to_json(results: Mapping[str, Result], scale: Scale) -> str:
    """The machine, the versions, and all figures and times, in seconds, round by round."""
    experiments = {
        name: {
            "title": result.title,
            "figures": [_figure_to_json(figure) for figure in result.figures],
            "times": {
                program: [asdict(t) for t in times] for program, times in result.times.items()
            },
        }
        for name, result in results.items()
    }
    document = {"machine": describe_machine(), "scale": asdict(scale), "experiments": experiments}
    return json.dumps(document, indent=2) + "\n"


def _figure_to_json(figure: Figure) -> dict[str, object]:
    goal = figure.goal
    return {
        "name": figure.name,
        "unit": figure.unit,
        "median": figure.value,
        "values": list(figure.values),
        "goal": None if goal is None else goal.limit,
        "met": None if goal is None else goal.is_met(figure.value),
        "note": figure.note,
    }
