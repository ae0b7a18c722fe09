"""
The colours of functions.

They are those of Paul Tol's light scheme (Colour Schemes, SRON/EPS/TN/09-002), made for filling
areas with dark text on them, and told apart also with impaired colour vision. There are eight, so
that functions share them, in turn; an entry function is grey.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

COLOURS = (
    "#77aadd",
    "#ee8866",
    "#eedd88",
    "#44bb99",
    "#ffaabb",
    "#99ddff",
    "#bbcc33",
    "#aaaa00",
)

ENTRY_COLOUR = "#c5c9d3"

INK = "#15181d"
"""Of text on all of them."""


def colours_of(functions: Sequence[str], entries: Collection[str]) -> Mapping[str, str]:
    """The colour of each function, with neighbours in the sequence unlike each other."""
    others = [name for name in functions if name not in entries]
    if not others and len(functions) > 1:
        others = list(functions)
    colours = dict.fromkeys(functions, ENTRY_COLOUR)
    colours.update({name: COLOURS[at % len(COLOURS)] for at, name in enumerate(others)})
    return colours
