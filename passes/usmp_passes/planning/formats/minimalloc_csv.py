"""
The CSV files of [MiniMalloc](https://github.com/google/minimalloc): buffers in one pool.

```
id,lower,upper,size,alignment,gaps,offset
b1,0,3,4,1,,8
b2,3,9,4,2,4-5 7-8,
```

The first line names the columns, in any order:

- `id`, the name of the buffer, which is unique; also called `buffer` or `buffer_id`;
- `lower`, the first program point at which it is live; also called `begin` or `start`;
- `upper`, the first one after that at which it is not: ranges are half-open. In its place, `end` is
  the last point at which the buffer is live, and the gaps of the file then have their last points
  too;
- `size`, in bytes;
- `alignment` (optional), in bytes, a power of two; an empty cell is 1;
- `gaps` (optional), ranges `a-b` within the buffer's own in which it is not live, ascending, with
  spaces between them. MiniMalloc's windows, `a-b@low:high`, where a part of the buffer is live, are
  not supported;
- `offset` (optional), where the buffer is, in bytes. MiniMalloc takes it for a demand; here it is
  one only on request, so that what has been planned can be planned anew. An empty cell demands
  nothing.

Other columns are kept, and mean nothing. Blank lines, a byte order mark and any line ends are
accepted, and kept as they are; cells may be in double quotes, and may have spaces around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from typing import NoReturn

from usmp_passes.planning.formats.problem_file import InputError
from usmp_passes.planning.plan import Plan
from usmp_passes.planning.problem import (
    UNRESTRICTED_SIZE_HINT,
    BufferInfo,
    PlacementProblem,
    PoolAllocation,
    PoolInfo,
    ProblemError,
    is_power_of_two,
)

POOL_NAME = "memory"
"""What the pool is called: the format has one, and no name for it."""

_ALIASES = {
    "begin": "lower",
    "start": "lower",
    "end": "upper",
    "buffer": "id",
    "buffer_id": "id",
}
_REQUIRED = ("id", "lower", "upper", "size")
_OPTIONAL = ("alignment", "gaps", "offset")
_KNOWN = (*_REQUIRED, *_OPTIONAL, *_ALIASES)

_BYTE_ORDER_MARK = "\ufeff"
_INTEGER = re.compile(r"[+-]?[0-9]{1,4300}")
_GAP = re.compile(r"(-?[0-9]{1,4300})-(-?[0-9]{1,4300})")
_CELL = re.compile(r'\ufeff?\s*"(?:[^"]|"")*"\s*|[^",]*')
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff]")
_MAX_SHOWN = 40
"""The most characters of a cell that a message quotes."""


@dataclass(frozen=True)
class MiniMallocFile:
    """A CSV file, and the problem that it poses."""

    problem: PlacementProblem
    ignores_offsets: bool
    """Whether there is a column of offsets, and buffers may be moved from them."""

    _lines: Sequence[_Line]
    _offset_column: int | None

    def with_plan(self, plan: Plan) -> str:
        """
        The text of the file with the offsets of `plan` in its column `offset`, which is added at
        the end if there is none; all else is as it was.
        """
        offsets = iter(str(place.byte_offset) for place in plan.allocations.values())
        header, *rows = (line for line in self._lines if line.cells)
        if self._offset_column is None:
            added = {id(header): "offset"}
        else:
            added = {id(header): header.cells[self._offset_column]}
        added.update((id(row), next(offsets)) for row in rows)
        return "".join(
            line.with_cell(self._offset_column, added[id(line)]) if line.cells else line.text
            for line in self._lines
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file: its text with its end, and its cells as written, none if it is blank."""

    text: str
    cells: Sequence[str]
    number: int

    @property
    def end(self) -> str:
        return self.text[len(self.text.rstrip("\r\n")) :]

    def with_cell(self, place: int | None, text: str) -> str:
        """The line with `text` in the cell at `place`, or after its last one."""
        cells = list(self.cells)
        if place is None:
            cells.append(text)
        else:
            cells[place] = text
        return ",".join(cells) + self.end


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the header says."""

    places: Mapping[str, int]
    """By the name that this module gives the column."""

    titles: Mapping[str, str]
    """By the same name: what the file calls it."""

    count: int

    @property
    def last_point_offset(self) -> int:
        """What is to be added to the end of a range to make it half-open."""
        return 1 if self.titles["upper"] == "end" else 0


def read_minimalloc_csv(
    text: str,
    source: str = "<string>",
    *,
    capacity: int | None = None,
    fixed_offsets: bool = False,
) -> MiniMallocFile:
    """
    Read a file in MiniMalloc's format.

    `source` is what messages call the file, `capacity` the bytes of the pool, `None` for any
    number; `fixed_offsets` keeps the buffers at the offsets that the file has for them. Raises
    `InputError` for the first mistake, with its line and column.
    """
    lines = list(_read_lines(text, source))
    content = [line for line in lines if line.cells]
    if not content:
        raise InputError(
            source, f"the file is empty: expected a line that names columns: {','.join(_REQUIRED)}"
        )
    header, *rows = content
    columns = _read_header(header, source)
    size_hint = UNRESTRICTED_SIZE_HINT if capacity is None else capacity
    pool = PoolInfo(POOL_NAME, size_hint_bytes=size_hint)
    candidates = (pool,)
    buffers = [_Row(row, columns, source).read(candidates, fixed_offsets) for row in rows]
    _check_unique(buffers, rows, columns, source)
    try:
        problem = PlacementProblem(buffers, [pool])
    except ProblemError as error:
        raise InputError(source, str(error)) from error
    has_offsets = "offset" in columns.places
    return MiniMallocFile(
        problem, has_offsets and not fixed_offsets, lines, columns.places.get("offset")
    )


def _read_lines(text: str, source: str) -> Iterator[_Line]:
    # With `newline=""`, a line ends as it does for `csv`, and its end is kept.
    for number, line in enumerate(StringIO(text, newline=""), 1):
        content = line.rstrip("\r\n")
        if (found := _UNPRINTABLE.search(content)) is not None:
            raise InputError(
                f"{source}:{number}:{found.start() + 1}",
                f"unexpected character {found.group()!a}: is this a text file?",
            )
        is_blank = not content.strip(f" \t{_BYTE_ORDER_MARK}")
        yield _Line(line, () if is_blank else _split(content, f"{source}:{number}"), number)


def _split(content: str, where: str) -> Sequence[str]:
    """The cells of a line as they are written."""
    if '"' not in content:
        return content.split(",")
    cells: list[str] = []
    position = 0
    while True:
        found = _CELL.match(content, position)
        assert found is not None
        cells.append(found.group())
        position = found.end()
        if position == len(content):
            return cells
        if content[position] != ",":
            raise InputError(
                where, 'a double quote is out of place: put "" for one within a quoted cell'
            )
        position += 1


def _value(cell: str) -> str:
    """What a cell says."""
    cell = cell.strip()
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def _read_header(line: _Line, source: str) -> _Columns:
    places: dict[str, int] = {}
    titles: dict[str, str] = {}
    where = f"{source}:{line.number}"
    for place, cell in enumerate(line.cells):
        title = _value(cell.removeprefix(_BYTE_ORDER_MARK))
        if title not in _KNOWN and (guess := _did_you_mean(title)):
            raise InputError(where, f"unknown column '{title}': did you mean '{guess}'?")
        column = _ALIASES.get(title, title)
        if column in places:
            first = titles[column]
            what = f"two columns '{title}'" if first == title else f"both '{first}' and '{title}'"
            raise InputError(where, f"there are {what}: remove one")
        places[column] = place
        titles[column] = title
    missing = [column for column in _REQUIRED if column not in places]
    if missing:
        raise InputError(
            where,
            f"the column '{missing[0]}' is missing: the first line names the columns, such as "
            f"{','.join(_REQUIRED)}",
        )
    return _Columns(places, titles, len(line.cells))


def _did_you_mean(title: str) -> str | None:
    """The column that is meant by a name which is hardly one of the user's own."""
    matches = get_close_matches(title.lower(), _KNOWN, n=1, cutoff=0.85)
    return matches[0] if matches else None


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of values."""

    line: _Line
    columns: _Columns
    source: str

    def read(self, candidates: tuple[PoolInfo, ...], fixed_offsets: bool) -> BufferInfo:
        """The buffer that the row describes."""
        if len(self.line.cells) != self.columns.count:
            raise InputError(
                f"{self.source}:{self.line.number}",
                f"expected {self.columns.count} cells, as in the first line, "
                f"got {len(self.line.cells)}",
            )
        name = self._text("id")
        if not name:
            self._fail("id", "expected a name, got nothing")
        size = self._integer("size")
        if size < 0:
            self._fail("size", f"expected 0 or more, got {size}")
        alignment = self._alignment()
        offset = self._offset() if fixed_offsets else None
        if offset is not None:
            self._check_offset(offset, size, alignment, candidates[0])
        return BufferInfo(
            name,
            size,
            candidates,
            alignment,
            live=self._live(),
            fixed_allocation=None if offset is None else PoolAllocation(candidates[0], offset),
        )

    def _live(self) -> tuple[tuple[int, int], ...]:
        lower = self._integer("lower")
        upper = self._integer("upper") + self.columns.last_point_offset
        if upper <= lower:
            self._fail("upper", f"the buffer is never live: from {lower} up to {upper}")
        if not self._text("gaps"):
            return ((lower, upper - 1),)
        live: list[tuple[int, int]] = []
        start = lower
        for gap_lower, gap_upper in self._gaps():
            if not start <= gap_lower < gap_upper <= upper:
                self._fail(
                    "gaps",
                    f"the gap {gap_lower}-{gap_upper} is empty, outside of {lower}-{upper}, or "
                    "not after the one before it: give ascending ranges apart from each other",
                )
            if start < gap_lower:
                live.append((start, gap_lower - 1))
            start = gap_upper
        if start < upper:
            live.append((start, upper - 1))
        if not live:
            self._fail("gaps", "the buffer is never live: remove a gap, or the row")
        return tuple(live)

    def _gaps(self) -> Iterator[tuple[int, int]]:
        for text in self._text("gaps").split():
            found = _GAP.fullmatch(text)
            if found is None:
                if "@" in text or ":" in text:
                    self._fail(
                        "gaps",
                        f"the window of '{_shorten(text)}' is not supported: remove the gap, so "
                        "that all of the buffer is live there, or make two buffers of it",
                    )
                self._fail("gaps", f"expected gaps such as 3-5 8-9, got '{_shorten(text)}'")
            yield int(found[1]), int(found[2]) + self.columns.last_point_offset

    def _alignment(self) -> int:
        if not self._text("alignment"):
            return 1
        alignment = self._integer("alignment")
        if not is_power_of_two(alignment):
            self._fail("alignment", f"expected a power of two, got {alignment}")
        return alignment

    def _offset(self) -> int | None:
        return self._integer("offset") if self._text("offset") else None

    def _check_offset(self, offset: int, size: int, alignment: int, pool: PoolInfo) -> None:
        if offset < 0:
            self._fail("offset", f"expected 0 or more, got {offset}")
        if offset % alignment:
            self._fail("offset", f"{offset} is not a multiple of the alignment {alignment}")
        if pool.capacity is not None and offset + size > pool.capacity:
            self._fail(
                "offset", f"{offset} and the size {size} go beyond the capacity {pool.capacity}"
            )

    def _text(self, column: str) -> str:
        """What the row has in a column, nothing if there is no such column."""
        place = self.columns.places.get(column)
        return "" if place is None else _value(self.line.cells[place])

    def _integer(self, column: str) -> int:
        text = self._text(column)
        if _INTEGER.fullmatch(text) is None:
            shown = f"'{_shorten(text)}'" if text else "nothing"
            self._fail(column, f"expected a whole number, got {shown}")
        return int(text)

    def _fail(self, column: str, message: str) -> NoReturn:
        title = self.columns.titles[column]
        raise InputError(f"{self.source}:{self.line.number}", f"column '{title}': {message}")


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def _check_unique(
    buffers: Sequence[BufferInfo], rows: Sequence[_Line], columns: _Columns, source: str
) -> None:
    lines: dict[str, int] = {}
    for buffer, row in zip(buffers, rows, strict=True):
        if buffer.name in lines:
            raise InputError(
                f"{source}:{row.number}",
                f"column '{columns.titles['id']}': the name '{_shorten(buffer.name)}' is that of "
                f"line {lines[buffer.name]}: rename one",
            )
        lines[buffer.name] = row.number
