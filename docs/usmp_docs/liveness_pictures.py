"""Pictures of live ranges: the operations of a run from top to bottom, a bar for each buffer."""

# Matplotlib does not say what its keyword arguments are.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from usmp_docs.drawing import Scheme, in_all_schemes
from usmp_docs.program_blocks import module_of, programs_of
from usmp_docs.run_listing import Row, rows_of
from usmp_passes.analysis import Buffer, BufferInfoAnalysis

# Lengths are in inches, but for those from top to bottom, which are in rows of the listing.
_ROW_HEIGHT = 0.22
_NUMBER_WIDTH = 0.35
_CHARACTER_WIDTH = 0.0753
_COLUMN_WIDTH = 0.7
_BAR_WIDTH = 0.34
_HEAD_ROWS = 1.3

_INDENT = 2
"""Characters for each operation or call around an operation."""


def liveness_pictures(page: str) -> Iterator[tuple[str, str]]:
    """The file name and the text of the pictures of all programs in a page."""
    for name, program in programs_of(page).items():
        analysis = BufferInfoAnalysis(module_of(name, program))
        rows = _rows(analysis, program)
        yield from in_all_schemes(name, lambda scheme, a=analysis, r=rows: _draw(a, r, scheme))


def _rows(analysis: BufferInfoAnalysis, program: str) -> Sequence[Row]:
    (entry,) = analysis.entries
    module = entry.op.parent_op()
    rows = rows_of(module, program, entry.name)  # pyright: ignore[reportArgumentType]
    length = analysis.summaries[entry.name].length
    if len(rows) != length:
        raise AssertionError(f"@{entry.name} has {length} program points, the listing {len(rows)}")
    return rows


def _draw(analysis: BufferInfoAnalysis, rows: Sequence[Row], scheme: Scheme) -> Figure:
    texts = [" " * (_INDENT * row.depth) + row.text for row in rows]
    buffers = [buffer for buffer in analysis.planned if buffer.live]
    left = _NUMBER_WIDTH + (max(map(len, texts)) + 1) * _CHARACTER_WIDTH
    width = left + _COLUMN_WIDTH * len(buffers)
    figure = Figure((width, (_HEAD_ROWS + len(rows)) * _ROW_HEIGHT))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(len(rows) - 0.5, -0.5 - _HEAD_ROWS))
    axes.set_axis_off()
    _draw_listing(axes, texts, scheme)
    for column, (buffer, colour) in enumerate(zip(buffers, cycle(scheme.data), strict=False)):
        _draw_buffer(axes, buffer, left + (column + 0.5) * _COLUMN_WIDTH, colour)
    return figure


def _draw_listing(axes: Axes, texts: Sequence[str], scheme: Scheme) -> None:
    width = axes.get_xlim()[1]
    for point, text in enumerate(texts):
        if point % 2 == 0:
            axes.add_patch(Rectangle((0, point - 0.5), width, 1, color=scheme.shade, lw=0))
        number = _NUMBER_WIDTH - _CHARACTER_WIDTH
        axes.text(number, point, str(point), color=scheme.faint, ha="right", va="center")
        axes.text(_NUMBER_WIDTH, point, text, family="monospace", va="center")


def _draw_buffer(axes: Axes, buffer: Buffer, x: float, colour: str) -> None:
    assert buffer.live is not None
    assert buffer.local is not None
    life = buffer.local.lifetime
    assert life is not None
    axes.text(x, -0.9, buffer.name, color=colour, ha="center", va="center", weight="bold")
    for first, last in buffer.live:
        start = first - life.start
        accesses = (start + life.first.point, start + life.last.point)
        _draw_bar(axes, x, (first, last), colour, alpha=0.4)
        _draw_bar(axes, x, accesses, colour, alpha=1)
        axes.plot((x, x), accesses, "o", color="white", markersize=4)


def _draw_bar(axes: Axes, x: float, points: tuple[int, int], colour: str, *, alpha: float) -> None:
    first, last = points
    axes.add_patch(
        FancyBboxPatch(
            (x - _BAR_WIDTH / 2, first - 0.4),
            _BAR_WIDTH,
            last - first + 0.8,
            boxstyle="round,pad=0,rounding_size=0.08",
            mutation_aspect=1 / _ROW_HEIGHT,
            color=colour,
            alpha=alpha,
            lw=0,
        )
    )
