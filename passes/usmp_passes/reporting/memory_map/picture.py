"""A memory map as a picture."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, cast

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from usmp_passes.reporting.memory_map.byte_units import byte_step, byte_text
from usmp_passes.reporting.memory_map.layout import MemoryMap, Panel, Rectangle
from usmp_passes.reporting.memory_map.palette import (
    COLOURS,
    ENTRY_COLOUR,
    INK,
    colours_of,
)
from usmp_passes.reporting.memory_map.summary import (
    bound_text,
    capacity_text,
    heading_of,
    live_bytes_text,
    notes_of,
    summary_of,
    use_text,
)
from usmp_passes.reporting.memory_map.visible_text import visible_text

_WIDTH = 12.0
_ROOM = 6.0
"""Inches that the panels are high together, where that leaves none too low."""

_LOWEST_PANEL = 0.9
_CURVE = 1.4
_PANEL_TITLE = 0.36
_TOP = 0.85
_LEGEND_ROW = 0.22
_BOTTOM = 0.6
_LEFT, _RIGHT = 0.85, 0.25
_DPI = 150
_SMALL = 7.5
"""Points that the names of buffers are high."""

_BOUND = "#0077bb"
_CAPACITY = "#cc3311"
_QUIET = "#5a6270"
_CROWDED = 1500
"""With more rectangles than these there are no lines between them."""

_MOST_LABELS = 2000
_MOST_FUNCTIONS = len(COLOURS) + 1
"""More functions share colours, and have no legend."""

_LONGEST = 34
"""The characters of a name in the legend."""

_SETTINGS = {
    "font.family": ["DejaVu Sans", "sans-serif"],
    "svg.fonttype": "none",
    "svg.hashsalt": "usmp",
    "text.usetex": False,
    "text.parse_math": False,
    "hatch.linewidth": 0.5,
    "path.simplify": False,
}

Drawing = Any
"""A part of a figure: what may be said of one is not in matplotlib's types."""

Box = tuple[float, float, float, float]
"""Left, right, bottom and top."""


def picture_of(memory_map: MemoryMap, format: Literal["svg", "png"]) -> bytes:
    """The picture, without a date or anything else that would differ between two."""
    settings: dict[str, Any] = {**mpl.rcParamsDefault, **_SETTINGS}
    settings.pop("backend", None)
    with cast(Any, mpl).rc_context(settings), warnings.catch_warnings():
        # A font cannot draw all there is: what it lacks is a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = _figure(memory_map)
        file = BytesIO()
        nothing = {"Date": None, "Creator": None} if format == "svg" else {"Software": None}
        figure.savefig(file, format=format, dpi=_DPI, metadata=cast(Any, nothing))
    return file.getvalue()


def _figure(memory_map: MemoryMap) -> Drawing:
    colours = colours_of(memory_map.functions, memory_map.report.entries)
    legend = _legend(memory_map, colours)
    rows = -(-len(legend) // 3)
    heights = _heights([panel.height_bytes for panel in memory_map.panels])
    inches = (
        _TOP + sum(heights) + _CURVE + _PANEL_TITLE * (len(heights) + 1) + _BOTTOM
    ) + rows * _LEGEND_ROW
    figure: Drawing = Figure(figsize=(_WIDTH, inches), facecolor="white")
    FigureCanvasAgg(figure)
    _write_heading(figure, memory_map, inches)
    below = inches - _TOP
    for panel, height in zip(memory_map.panels, heights, strict=True):
        below -= _PANEL_TITLE + height
        axes = _axes(figure, below, height, memory_map.length, panel.height_bytes)
        axes.set_xticklabels([])
        _draw_panel(axes, memory_map, panel, colours)
    below -= _PANEL_TITLE + _CURVE
    _draw_curve(figure, below, memory_map)
    if legend:
        figure.legend(
            handles=legend,
            loc="lower left",
            bbox_to_anchor=(_LEFT / _WIDTH, 0.04 / inches),
            ncols=3,
            frameon=False,
            fontsize=8,
            borderaxespad=0,
        )
    return figure


def _heights(tops: Sequence[int]) -> list[float]:
    """The inches of each panel, in proportion, unless that is too low to see anything."""
    total = sum(tops)
    return [max(_LOWEST_PANEL, _ROOM * top / total) for top in tops]


def _write_heading(figure: Drawing, memory_map: MemoryMap, inches: float) -> None:
    left = _LEFT / _WIDTH
    heading = visible_text(heading_of(memory_map))
    figure.text(left, 1 - 0.3 / inches, heading, fontsize=13, fontweight="bold", va="center")
    text = visible_text(summary_of(memory_map))
    figure.text(left, 1 - 0.57 / inches, text, fontsize=9, color=_QUIET, va="center")


def _legend(memory_map: MemoryMap, colours: Mapping[str, str]) -> list[Drawing]:
    handles: list[Drawing] = []
    if len(memory_map.functions) <= _MOST_FUNCTIONS:
        handles = [
            Patch(color=colours[name], label=f"@{_shortened(visible_text(name))}")
            for name in memory_map.functions
        ]
    else:
        own = [name for name in memory_map.functions if colours[name] == ENTRY_COLOUR]
        handles = [
            Patch(color=ENTRY_COLOUR, label=f"@{_shortened(visible_text(name))}")
            for name in own[:1]
        ]
        count = len(memory_map.functions) - len(own)
        label = f"{count:,} functions, in turn" if own else f"colours: {count:,} functions, in turn"
        handles.append(Patch(color=COLOURS[0], label=f"other colours: {label}" if own else label))
    handles += [
        Patch(facecolor="white", edgecolor=INK, hatch="////", label=note)
        for note in ("drawn as a whole, live now and then",)
        if notes_of(memory_map)
    ]
    return handles


def _shortened(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    half = _LONGEST // 2
    return f"{name[:half]}\N{HORIZONTAL ELLIPSIS}{name[1 - half :]}"


def _axes(figure: Drawing, bottom: float, height: float, length: int, top: float) -> Drawing:
    """An empty panel, `bottom` and `height` in inches."""
    inches = figure.get_figheight()
    axes = figure.add_axes(
        (_LEFT / _WIDTH, bottom / inches, 1 - (_LEFT + _RIGHT) / _WIDTH, height / inches)
    )
    axes.set_xlim(0, length)
    axes.set_ylim(0, top)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 5, 10], integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(_point_text))
    step = byte_step(int(top), max(2, min(9, round(height / 0.4))))
    axes.yaxis.set_major_locator(MultipleLocator(step))
    axes.yaxis.set_major_formatter(FuncFormatter(_byte_text))
    axes.tick_params(labelsize=8, colors=_QUIET, length=3)
    axes.grid(color="#e6e9ee", linewidth=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(_QUIET)
    return axes


def _point_text(point: float, _: object = None) -> str:
    return f"{int(point):,}"


def _byte_text(count: float, _: object = None) -> str:
    return byte_text(int(count))


# A pool


def _draw_panel(
    axes: Drawing, memory_map: MemoryMap, panel: Panel, colours: Mapping[str, str]
) -> None:
    buffers = memory_map.buffers
    is_crowded = len(panel.rectangles) > _CROWDED
    for is_exact in (False, True):
        shown = [r for r in panel.rectangles if r.exact is is_exact]
        faces = [colours[buffers[r.buffer].function] for r in shown]
        axes.add_collection(
            PolyCollection(
                [_corners(rectangle) for rectangle in shown],
                facecolors=faces,
                edgecolors=faces if is_crowded else "white" if is_exact else INK,
                linewidths=0.2 if is_crowded else 0.8,
                hatch=None if is_exact else "////",
                zorder=2,
            ),
            autolim=False,
        )
    _draw_lines(axes, panel)
    for box, text, is_upright in _Labels(axes).of(memory_map, panel):
        axes.text(
            (box[0] + box[1]) / 2,
            (box[2] + box[3]) / 2,
            text,
            fontsize=_SMALL,
            color=INK,
            ha="center",
            va="center",
            rotation=90 if is_upright else 0,
            zorder=4,
        )


def _corners(r: Rectangle) -> list[tuple[float, float]]:
    left, right = float(r.first), float(r.last + 1)
    bottom, top = float(r.bottom), float(r.top)
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


def _draw_lines(axes: Drawing, panel: Panel) -> None:
    pool = panel.pool
    lines = [_line(axes, pool.allocated_size, use_text(pool), INK, "-", 1.4)]
    if pool.lower_bound is not None:
        lines.append(_line(axes, pool.lower_bound, bound_text(pool), _BOUND, (0, (5, 4)), 1.4))
    if pool.capacity_bytes is not None:
        level = pool.capacity_bytes if panel.shows_capacity else None
        lines.append(_line(axes, level, capacity_text(panel), _CAPACITY, ":", 2.0))
    _write_title(axes, f"@{_shortened(visible_text(pool.name))}", lines)


def _line(
    axes: Drawing, level: int | None, label: str, colour: str, style: Any, width: float
) -> Drawing:
    if level is None:
        return Line2D([], [], linestyle="none", label=label)
    return axes.axhline(
        float(level), color=colour, linestyle=style, linewidth=width, zorder=3, label=label
    )


def _write_title(axes: Drawing, title: str, lines: Sequence[Drawing]) -> None:
    height = axes.get_position().height * axes.figure.get_figheight()
    above = 1 + _PANEL_TITLE / 2 / height
    text = axes.text(
        0, above, title, transform=axes.transAxes, fontsize=9.5, fontweight="bold", va="center"
    )
    pixels = _Measure(9.5, bold=True).width_of(title)
    figure = axes.figure
    wide = axes.get_position().width * figure.get_figwidth() * figure.dpi
    text.set_wrap(False)
    axes.legend(
        handles=lines,
        loc="center left",
        bbox_to_anchor=(pixels * figure.dpi / 72 / wide + 0.01, above),
        ncols=len(lines),
        frameon=False,
        fontsize=8,
        borderaxespad=0,
        handlelength=2.4,
        columnspacing=1.6,
        labelcolor=_QUIET,
    )


# Names of buffers


class _Measure:
    """How wide texts are, in points."""

    def __init__(self, size: float, *, bold: bool = False) -> None:
        self._font = FontProperties(
            family="DejaVu Sans", size=size, weight="bold" if bold else "normal"
        )
        figure = Figure(dpi=72)
        self._renderer = FigureCanvasAgg(figure).get_renderer()
        self._widths: dict[str, float] = {}

    def width_of(self, text: str) -> float:
        width = self._widths.get(text)
        if width is None:
            measured = self._renderer.get_text_width_height_descent(text, self._font, ismath=False)
            width = self._widths[text] = float(measured[0])
        return width


@dataclass
class _Labels:
    """Finds the names that fit into their rectangles."""

    axes: Drawing

    def of(self, memory_map: MemoryMap, panel: Panel) -> list[tuple[Box, str, bool]]:
        """For each, the place that it takes, its text, and whether it is turned upright."""
        across, up = self._points_per_unit()
        measure = _Measure(_SMALL)
        line = _SMALL * 1.3
        with_room = [
            r
            for r in panel.rectangles
            if min((r.last + 1 - r.first) * across, (r.top - r.bottom) * up) >= line
        ]
        with_room.sort(key=lambda r: (r.first - r.last - 1) * (r.top - r.bottom))
        labels: list[tuple[Box, str, bool]] = []
        for r in with_room[:_MOST_LABELS]:
            text = visible_text(memory_map.buffers[r.buffer].name)
            wide, high = (r.last + 1 - r.first) * across, (r.top - r.bottom) * up
            if len(text) * _SMALL / 5 > max(wide, high):
                continue
            needed = measure.width_of(text) + 5
            if needed > max(wide, high):
                continue
            is_upright = needed > wide
            half = (
                (line / 2 / across, needed / 2 / up)
                if is_upright
                else (
                    needed / 2 / across,
                    line / 2 / up,
                )
            )
            x, y = (r.first + r.last + 1) / 2, (r.bottom + r.top) / 2
            box = (x - half[0], x + half[0], y - half[1], y + half[1])
            if not any(_overlap(box, other) for other, _, _ in labels):
                labels.append((box, text, is_upright))
        return labels

    def _points_per_unit(self) -> tuple[float, float]:
        figure, place = self.axes.figure, self.axes.get_position()
        (left, right), (bottom, top) = self.axes.get_xlim(), self.axes.get_ylim()
        return (
            place.width * figure.get_figwidth() * 72 / (right - left),
            place.height * figure.get_figheight() * 72 / (top - bottom),
        )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


# Live bytes


def _draw_curve(figure: Drawing, bottom: float, memory_map: MemoryMap) -> None:
    pressure = memory_map.report.memory_pressure
    highest = max(pressure, *(live for _, live in memory_map.curve), 1)
    axes = _axes(figure, bottom, _CURVE, memory_map.length, highest * 1.08)
    points = [0.0, *(float(point) for point, _ in memory_map.curve), float(memory_map.length)]
    live = [0.0, *(float(count) for _, count in memory_map.curve)]
    live.append(live[-1])
    axes.fill_between(points, live, step="post", color=COLOURS[0], alpha=0.45, linewidth=0)
    axes.step(points, live, where="post", color="#4477aa", linewidth=1)
    line = axes.axhline(
        float(pressure),
        color=_BOUND,
        linestyle=(0, (5, 4)),
        linewidth=1.2,
        label=f"memory pressure {byte_text(pressure)}",
    )
    lines = [line]
    if text := live_bytes_text(memory_map):
        lines.append(_line(axes, None, text, _QUIET, "-", 1))
    _write_title(axes, "Live bytes", lines)
    axes.set_xlabel("program points", fontsize=8, color=_QUIET, labelpad=2)
