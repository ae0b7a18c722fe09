"""How names and numbers are shown to people."""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size

_ELLIPSIS = "…"

_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")


def printable(text: str) -> str:
    """
    A text in one line, in which no character does anything: control characters, and those that turn
    the direction of writing, are escaped as in Python.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def shortened(text: str, width: int) -> str:
    """
    A printable text in at most `width` cells of a terminal, 1 or more: its middle is left out,
    since names that are generated differ at their ends.
    """
    text = printable(text)
    if cell_len(text) <= width:
        return text
    head = _leading(text, width // 2)
    tail = _leading(text[::-1], width - 1 - width // 2)[::-1]
    return f"{head}{_ELLIPSIS}{tail}"


def _leading(text: str, width: int) -> str:
    """The most of a text, from its start, that is at most `width` cells wide."""
    taken = 0
    for index, character in enumerate(text):
        taken += get_character_cell_size(character)
        if taken > width:
            return text[:index]
    return text


def grouped(number: int | None) -> str:
    """A number with its digits in groups of three, nothing for none."""
    return "" if number is None else f"{number:,}"


def counted(number: int, unit: str) -> str:
    """A number of things, such as `2 bytes`."""
    return f"{number:,} {unit}" + ("" if number == 1 else "s")


def in_units(byte_count: int | None) -> str:
    """About how many bytes, such as `1.5 MiB`; nothing for none."""
    if byte_count is None:
        return ""
    if byte_count < 1024:
        return f"{byte_count} B"
    power = min((byte_count.bit_length() - 1) // 10, len(_UNITS))
    unit = 1 << 10 * power
    tenths = (byte_count * 10 + unit // 2) // unit
    if tenths >= 10240 and power < len(_UNITS):
        tenths, power = 10, power + 1
    return f"{tenths // 10:,}.{tenths % 10} {_UNITS[power - 1]}"
