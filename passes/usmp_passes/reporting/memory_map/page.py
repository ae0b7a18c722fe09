"""A memory map as a page that works by itself: one file, which loads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from bokeh.resources import Resources

from usmp_passes.reporting.memory_map.accesses import Life
from usmp_passes.reporting.memory_map.byte_units import byte_text
from usmp_passes.reporting.memory_map.figures import figures
from usmp_passes.reporting.memory_map.layout import MemoryMap, Panel
from usmp_passes.reporting.memory_map.page_data import page_data
from usmp_passes.reporting.memory_map.palette import COLOURS, colours_of
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

_PACKAGE = "usmp_passes.reporting.memory_map"


def page_of(memory_map: MemoryMap, lives: Mapping[str, Life]) -> str:
    """The page. `lives` says why buffers are live, by their names; without, it does not tell."""
    colours = colours_of(memory_map.functions, memory_map.report.entries)
    plots, roots = figures(memory_map, colours)
    data = page_data(memory_map, lives)
    data["colours"] = [colours[name] for name in memory_map.functions]
    data["roots"] = roots
    panels = [_panel_html(at, panel) for at, panel in enumerate(memory_map.panels)]
    panels.append(_curve_html(memory_map))
    heading = heading_of(memory_map)
    return _filled(
        _text("page.html"),
        {
            "title": _html(f"{heading} \N{EN DASH} memory map"),
            "heading": _html(heading),
            "summary": _html(summary_of(memory_map)),
            "panels": "\n".join(panels),
            "legend_notes": _notes_html(memory_map),
            "style": _text("page.css"),
            "library": _library(),
            "plots": _json(plots),
            "data": _json(data),
            "script": _text("page.js"),
        },
    )


def _text(name: str) -> str:
    return files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with its parts; what looks like a place for one in a part is left alone."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _library() -> str:
    """Bokeh's scripts."""
    resources = Resources(mode="inline", minified=True, components=["bokeh"])
    return "\n".join(script.replace("</script", r"<\/script") for script in resources.js_raw[:1])


def _html(text: str) -> str:
    return escape(visible_text(text))


def _json(value: Any) -> str:
    """JSON that ends no element of HTML, and starts none."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _panel_html(at: int, panel: Panel) -> str:
    pool = panel.pool
    facts = [("size", use_text(pool))]
    if pool.lower_bound is not None:
        facts.append(("bound", bound_text(pool)))
    if pool.capacity_bytes is not None:
        facts.append(("capacity" if panel.shows_capacity else "", capacity_text(panel)))
    return _plot_html(at, f"@{pool.name}", facts)


def _curve_html(memory_map: MemoryMap) -> str:
    pressure = f"memory pressure {byte_text(memory_map.report.memory_pressure)}"
    facts = [("pressure", pressure), ("", live_bytes_text(memory_map))]
    return _plot_html(len(memory_map.panels), "Live bytes", facts)


def _plot_html(at: int, title: str, facts: list[tuple[str, str]]) -> str:
    told = "".join(
        f"<span>{f'<i class={kind!r}></i>' if kind else ''}{_html(text)}</span>"
        for kind, text in facts
        if text
    )
    return (
        f'<div class="panel"><h2>{_html(title)}</h2><div class="facts">{told}</div>'
        f'<div class="plot" id="plot{at}"></div></div>'
    )


def _notes_html(memory_map: MemoryMap) -> str:
    notes = notes_of(memory_map)
    if len(memory_map.functions) > len(COLOURS) + 1:
        notes.insert(0, f"There are {len(COLOURS)} colours, which functions share in turn.")
    return "\n".join(f'<p class="quiet">{_html(note)}</p>' for note in notes)
