"""A picture of how tight the plans of several planners are, from the benchmarks' results."""

# Matplotlib does not say what its keyword arguments are.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from usmp_docs.drawing import Scheme, in_all_schemes

_ROW = re.compile(r"^\| ([\w \-]+?) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class _Ratios:
    """A planner's peaks over the memory pressure."""

    planner: str
    mean: float
    lowest: float
    highest: float


def tightness_pictures(results: str) -> Iterator[tuple[str, str]]:
    """The file name and the text of each picture. `results` has the table of the ratios."""
    rows = [_Ratios(m[1], float(m[2]), float(m[3]), float(m[4])) for m in _ROW.finditer(results)]
    if not rows:
        raise ValueError("no table of ratios is in the results of the benchmarks")
    rows.sort(key=lambda row: row.mean, reverse=True)
    return in_all_schemes("tightness", lambda scheme: _draw(rows, scheme))


def _draw(rows: Sequence[_Ratios], scheme: Scheme) -> Figure:
    figure = Figure((7, 0.3 * len(rows) + 0.7), layout="constrained")
    axes = figure.subplots()
    for y, row in enumerate(rows):
        colour = scheme.data[row.planner.startswith("usmp")]
        axes.barh(y, row.highest - row.lowest, 0.25, row.lowest, color=colour, alpha=0.4)
        axes.plot(row.mean, y, "o", color=colour)
        axes.text(row.highest + 0.05, y, f"{row.mean:.2f}", va="center")
    axes.axvline(1, color=scheme.faint, linewidth=1)
    axes.set_xlim(0.95, 4)
    axes.set_yticks(range(len(rows)), [row.planner for row in rows])
    axes.set_xlabel("peak over memory pressure: geometric mean, lowest and highest of eleven")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_facecolor("none")
    return figure
