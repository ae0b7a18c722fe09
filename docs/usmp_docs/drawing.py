"""What all pictures have in common: their form, and their colours in the light and in the dark."""

# Matplotlib does not say what its keyword arguments are.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

# Okabe and Ito's colours, which people who see few colours can tell apart; lighter in the dark.
_ON_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_ON_DARK = ("#56b4e9", "#e69f00", "#2fbf96", "#e29ac3", "#f0e442", "#ff8f5a")


@dataclass(frozen=True)
class Scheme:
    """The colours of a picture."""

    name: str
    data: tuple[str, ...]
    """Of one thing after the other."""

    ink: str
    faint: str
    shade: str
    """Behind text."""


SCHEMES = (
    Scheme("light", _ON_LIGHT, ink="#202124", faint="#80868b", shade="#eceff1"),
    Scheme("dark", _ON_DARK, ink="#e8eaed", faint="#9aa0a6", shade="#2f3440"),
)


def in_all_schemes(name: str, draw: Callable[[Scheme], Figure]) -> Iterator[tuple[str, str]]:
    """The file name and the text of an SVG picture for each scheme."""
    for scheme in SCHEMES:
        yield f"{name}.{scheme.name}.svg", _svg(draw, scheme)


def _svg(draw: Callable[[Scheme], Figure], scheme: Scheme) -> str:
    # Without a date, and with the same identifiers each time.
    settings: dict[Any, Any] = {
        "svg.hashsalt": "usmp",
        "text.color": scheme.ink,
        "axes.edgecolor": scheme.faint,
        "axes.labelcolor": scheme.ink,
        "xtick.color": scheme.ink,
        "ytick.color": scheme.ink,
        "font.size": 9,
    }
    output = StringIO()
    with mpl.rc_context(settings):
        figure = draw(scheme)
        figure.savefig(output, format="svg", transparent=True, metadata={"Date": None})
    return output.getvalue()
