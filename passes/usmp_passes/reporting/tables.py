"""Tables of names and numbers, as wide as the terminal at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from usmp_passes.reporting.display import printable, shortened

DEFAULT_WIDTH = 80
"""Of a text, in columns, where it does not go to a terminal."""

LEAST_NAME = 12
"""The columns that a name needs to be told from others: less important columns give way."""

GAP = 2
"""The columns between two cells."""


class TextConsole:
    """Collects what is printed as one text."""

    def __init__(self, width: int, color: bool) -> None:
        self._file = StringIO()
        self._color = color
        self._console = Console(
            file=self._file,
            width=width,
            force_terminal=color,
            color_system="standard" if color else None,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            soft_wrap=False,
            # Nothing but the arguments decides what is printed.
            _environ={},
        )

    def print(self, *parts: RenderableType) -> None:
        """Prints parts one below the other."""
        for part in parts:
            self._console.print(part)

    def text(self) -> str:
        """All of it, without blanks at the ends of lines if there is no colour to end."""
        text = self._file.getvalue()
        if self._color:
            return text
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def heading(text: str, width: int) -> Text:
    """What a part of the text is about, in one line."""
    return Text(shortened(text, width), style="bold")


def function_line(name: str, width: int) -> Text:
    """The function that the rows below are of."""
    return Text(shortened(f"@{name}", width), style="blue")


@dataclass(frozen=True)
class Column:
    """A column of a table, and the cells below its header."""

    header: str
    cells: Sequence[str]
    rank: int = 0
    """The column with the highest rank is left out first where there is no room; 0 never is."""

    left: bool = False
    """Whether cells begin at the left, as text does."""

    style: Callable[[str], str] = lambda cell: ""
    """The colour of a cell, as `rich` names it."""

    @property
    def width(self) -> int:
        """In columns of the terminal."""
        return max(map(cell_len, (self.header, *self.cells)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see below the header."""
        return not any(self.cells)


def fitting(columns: Iterable[Column], width: int) -> Sequence[Column]:
    """The columns that leave enough of a table's width to the names before them."""
    kept = [column for column in columns if not column.is_empty]
    while _rest(kept, width) < LEAST_NAME:
        least = max(kept, key=lambda column: column.rank, default=None)
        if least is None or not least.rank:
            break
        kept.remove(least)
    return kept


def width_of_names(names: Iterable[str], columns: Sequence[Column], width: int) -> int:
    """The width for names before the columns: what they need, or what there is."""
    widest = max(cell_len(printable(name)) for name in names)
    return max(LEAST_NAME, min(_rest(columns, width), widest))


def _rest(columns: Sequence[Column], width: int) -> int:
    """What columns leave of a table's width."""
    return width - sum(column.width + GAP for column in columns)


def header(title: str, columns: Sequence[Column], name_width: int) -> Iterator[RenderableType]:
    """The heads of the columns, and a line below."""
    table = _grid(columns, name_width)
    table.add_row(title, *(column.header for column in columns), style="bold")
    yield table
    yield Text("─" * (name_width + sum(column.width + GAP for column in columns)), style="dim")


def rows_of(names: Sequence[str], columns: Sequence[Column], rows: range, name_width: int) -> Table:
    """Some rows of the columns, after the names, which are shortened."""
    table = _grid(columns, name_width)
    for row in rows:
        cells = [column.cells[row] for column in columns]
        styled = [Text(c, column.style(c)) for c, column in zip(cells, columns, strict=True)]
        table.add_row(Text(shortened(names[row], name_width)), *styled)
    return table


def _grid(columns: Sequence[Column], name_width: int) -> Table:
    table = Table.grid(padding=(0, GAP, 0, 0))
    table.add_column(no_wrap=True, width=name_width)
    for column in columns:
        justify = "left" if column.left else "right"
        table.add_column(no_wrap=True, width=column.width, justify=justify)
    return table
