"""A memory map as the contents of a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from usmp_passes.reporting.memory_map.accesses import Life
from usmp_passes.reporting.memory_map.layout import lay_out
from usmp_passes.reporting.model import MemoryReport

MapFormat = Literal["html", "svg", "png"]
"""A page by itself, or a picture of lines or of points."""

FORMATS: tuple[MapFormat, ...] = get_args(MapFormat)

_LIBRARIES = {"html": ("bokeh", "numpy"), "svg": ("matplotlib",), "png": ("matplotlib", "PIL")}


class MissingLibraryError(ImportError):
    """What draws the map is not installed."""

    def __init__(self, library: str):
        super().__init__(
            f"a memory map needs {library}, which is not installed: pip install 'usmp[report]'",
            name=library,
        )


def draw_memory_map(
    report: MemoryReport, format: MapFormat, lives: Mapping[str, Life] | None = None
) -> bytes:
    """
    The map of a report, the same bytes each time. `lives` says why buffers are live, by name, as
    `lives_of` finds it: a page without cannot tell why buffers conflict.

    Raises `NotPlannedError` if no buffer has a place, and `MissingLibraryError`.
    """
    memory_map = lay_out(report)
    try:
        if format == "html":
            from usmp_passes.reporting.memory_map.page import page_of

            return page_of(memory_map, lives or {}).encode()
        from usmp_passes.reporting.memory_map.picture import picture_of

        return picture_of(memory_map, format)
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in _LIBRARIES[format]:
            raise
        raise MissingLibraryError(library) from error


def write_memory_map(
    report: MemoryReport, path: Path, lives: Mapping[str, Life] | None = None
) -> None:
    """
    Writes the map in the format that the name of the file ends with: `.html`, `.svg` or `.png`.

    Raises `ValueError` for any other name, `OSError`, and what `draw_memory_map` raises.
    """
    path.write_bytes(draw_memory_map(report, format_of(path), lives))


def format_of(path: Path) -> MapFormat:
    """What the name of a file ends with. Raises `ValueError` if that is no format of maps."""
    for format in FORMATS:
        if path.suffix.lower() == f".{format}":
            return format
    raise ValueError(f"the name of a memory map ends with .html, .svg or .png, not '{path.name}'")
