"""The panels of a memory map as Bokeh's figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from bokeh.core.properties import value
from bokeh.document import Document
from bokeh.models import (
    AdaptiveTicker,
    BasicTicker,
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    PanTool,
    Range1d,
    Span,
    WheelZoomTool,
)
from bokeh.plotting import figure

from usmp_passes.reporting.memory_map.layout import MemoryMap, Panel, Rectangle

ROOM = 520
"""The pixels that the panels are high together, where that leaves none too low."""

LOWEST_PANEL = 84
CURVE_HEIGHT = 150

_LEFT = 84
_RIGHT = 14


def figures(memory_map: MemoryMap, colours: Mapping[str, str]) -> tuple[Any, Sequence[str]]:
    """
    The JSON of a Bokeh document with a figure for each panel, and one for the curves below; and the
    identifiers of these figures, in this order. The same map gives the same JSON.
    """
    across = Range1d(start=0, end=memory_map.length, bounds=(0, memory_map.length), min_interval=1)
    heights = _heights([panel.height_bytes for panel in memory_map.panels])
    plots = [
        _panel_figure(memory_map, at, panel, height, across, colours)
        for at, (panel, height) in enumerate(zip(memory_map.panels, heights, strict=True))
    ]
    plots.append(_curve_figure(memory_map, across))
    document = Document()
    for plot in plots:
        document.add_root(plot)
    renamed: dict[str, str] = {}
    told = _with_plain_identifiers(document.to_json(deferred=False), renamed)
    return told, [renamed[plot.id] for plot in plots]


def _heights(tops: Sequence[int]) -> list[int]:
    """The pixels of each panel, in proportion, unless that is too low to see anything."""
    total = sum(tops)
    return [max(LOWEST_PANEL, ROOM * top // total) for top in tops]


def _with_plain_identifiers(value: Any, renamed: dict[str, str]) -> Any:
    """The same JSON with identifiers that do not depend on what was made before it."""
    if isinstance(value, list | tuple):
        items = cast(Sequence[Any], value)
        return [_with_plain_identifiers(item, renamed) for item in items]
    if not isinstance(value, dict):
        return value
    told: dict[str, Any] = {}
    for key, item in cast(dict[str, Any], value).items():
        if key == "id" and isinstance(item, str):
            told[key] = renamed.setdefault(item, f"m{len(renamed)}")
        else:
            told[key] = _with_plain_identifiers(item, renamed)
    return told


def _panel_figure(
    memory_map: MemoryMap,
    at: int,
    panel: Panel,
    height: int,
    across: Range1d,
    colours: Mapping[str, str],
) -> figure:
    plot = _figure(at, height, across, panel.height_bytes)
    buffers = memory_map.buffers
    rectangles = panel.rectangles
    source = ColumnDataSource(
        {
            "left": _column([r.first for r in rectangles]),
            "right": _column([r.last + 1 for r in rectangles]),
            "bottom": _column([r.bottom for r in rectangles]),
            "top": _column([r.top for r in rectangles]),
            "color": [colours[buffers[r.buffer].function] for r in rectangles],
            "alpha": np.ones(len(rectangles)),
        },
        name=f"rectangles{at}",
    )
    drawn = plot.quad(
        "left",
        "right",
        "top",
        "bottom",
        source=source,
        fill_color="color",
        fill_alpha="alpha",
        line_color="#ffffff",
        line_alpha="alpha",
        line_width=1,
    )
    drawn.glyph.name = f"quad{at}"
    _add_hatching(plot, [r for r in rectangles if not r.exact])
    _add_marks(plot, at)
    _add_lines(plot, at, panel)
    _add_labels(plot, at)
    return plot


def _add_hatching(plot: figure, rectangles: Sequence[Rectangle]) -> None:
    # One glyph for all: a column of patterns would cost a pattern for each rectangle.
    if rectangles:
        plot.quad(
            [r.first for r in rectangles],
            [r.last + 1 for r in rectangles],
            [float(r.top) for r in rectangles],
            [float(r.bottom) for r in rectangles],
            fill_color=None,
            line_color=None,
            hatch_pattern="right_diagonal_line",
            hatch_color="#15181d",
            hatch_alpha=0.35,
            hatch_scale=9,
        )


def _add_marks(plot: figure, at: int) -> None:
    """Outlines of what the pointer is at, or what is selected, which the page fills in."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("left", "right", "bottom", "top", "color", "width")
    }
    plot.quad(
        "left",
        "right",
        "top",
        "bottom",
        source=ColumnDataSource(columns, name=f"marks{at}"),
        fill_color=None,
        line_color="color",
        line_width="width",
        line_join="miter",
    )


def _add_labels(plot: figure, at: int) -> None:
    """The names that fit, which the page works out for the part of the map that is shown."""
    columns: dict[str, list[Any]] = {name: [] for name in ("x", "y", "text", "angle", "alpha")}
    plot.text(
        "x",
        "y",
        "text",
        angle="angle",
        source=ColumnDataSource(columns, name=f"labels{at}"),
        text_font=value("system-ui, sans-serif"),
        text_font_size="11px",
        text_align="center",
        text_baseline="middle",
        text_color="#15181d",
        text_alpha="alpha",
    )


def _add_lines(plot: figure, at: int, panel: Panel) -> None:
    pool = panel.pool
    lines = [
        ("size", pool.allocated_size, "solid", 2),
        ("bound", pool.lower_bound, [7, 5], 2),
        ("capacity", pool.capacity_bytes if panel.shows_capacity else None, [2, 3], 2.5),
    ]
    for name, level, dash, width in lines:
        if level is not None:
            plot.add_layout(
                Span(
                    location=float(level),
                    dimension="width",
                    line_dash=dash,
                    line_width=width,
                    line_color="#15181d",
                    name=f"{name}{at}",
                )
            )


def _curve_figure(memory_map: MemoryMap, across: Range1d) -> figure:
    highest = max(memory_map.report.memory_pressure, *(live for _, live in memory_map.curve), 1)
    plot = _figure(len(memory_map.panels), CURVE_HEIGHT, across, highest * 1.08, is_last=True)
    # Empty: the page fills in as many steps of the part that is shown as there are pixels.
    # One point, as BokehJS never ends drawing the steps of none.
    source = ColumnDataSource({"point": [0], "live": [0]}, name="curve")
    plot.varea_step(
        "point", 0, "live", source=source, step_mode="after", fill_color="#77aadd", fill_alpha=0.45
    )
    plot.step("point", "live", source=source, mode="after", line_color="#4477aa", line_width=1.5)
    plot.add_layout(
        Span(
            location=float(memory_map.report.memory_pressure),
            dimension="width",
            line_dash=[7, 5],
            line_width=1.5,
            line_color="#15181d",
            name="pressure",
        )
    )
    return plot


def _column(numbers: Sequence[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([float(number) for number in numbers], dtype=np.float64)


def _figure(at: int, height: int, across: Range1d, top: float, *, is_last: bool = False) -> figure:
    """An empty panel, which tells the page where the pointer is."""
    plot = figure(
        name=f"panel{at}",
        height=height + (24 if is_last else 6),
        sizing_mode="stretch_width",
        x_range=across,
        y_range=Range1d(start=0, end=float(top), bounds=(0, float(top)), min_interval=1),
        toolbar_location=None,
        tools=[],
        min_border_left=_LEFT,
        min_border_right=_RIGHT,
        min_border_top=2,
        min_border_bottom=4,
        lod_threshold=None,
        # The colour of the page is behind it: the edge of a canvas keeps its first one.
        border_fill_color=None,
        outline_line_width=1,
    )
    pan, wheel = PanTool(), WheelZoomTool()
    plot.add_tools(pan, wheel)
    plot.toolbar.active_scroll = wheel
    plot.toolbar.active_drag = pan
    bytes_axis, points_axis = plot.yaxis[0], plot.xaxis[0]
    bytes_axis.ticker = AdaptiveTicker(
        base=1024,
        mantissas=[float(1 << power) for power in range(10)],
        min_interval=1,
        desired_num_ticks=max(2, min(8, height // 40)),
        num_minor_ticks=0,
    )
    bytes_axis.formatter = CustomJSTickFormatter(code="return usmpMemoryMap.bytes(tick)")
    points_axis.formatter = CustomJSTickFormatter(code="return usmpMemoryMap.count(tick)")
    points_axis.ticker = BasicTicker(min_interval=1, num_minor_ticks=0)
    points_axis.visible = is_last
    for axis in (bytes_axis, points_axis):
        axis.major_label_text_font = "system-ui, sans-serif"
        axis.major_label_text_font_size = "11px"
        axis.minor_tick_line_color = None
    for event in ("mousemove", "mouseleave", "tap", "doubletap"):
        code = f"usmpMemoryMap.pointer({json.dumps(event)}, {at}, cb_obj.x, cb_obj.y)"
        plot.js_on_event(event, CustomJS(code=code))
    return plot
