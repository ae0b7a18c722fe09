"""How a long search goes, shown on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from usmp_passes.planning.budget import Report

_SHOWN_AFTER = 0.5
"""Seconds. Most searches are over before."""

_SHOWN_EVERY = 0.1
"""Seconds."""


@contextmanager
def search_progress(is_wanted: bool) -> Generator[Report | None]:
    """
    A bar on the standard error that says how much of the budget is spent and how good the best plan
    is. Nothing, unless that is a terminal; a pipe gets no byte of it.
    """
    if not is_wanted or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("planning"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar = progress.add_task("", total=1.0)
    begin = shown = time.monotonic()

    def report(spent: float, best: int, bound: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - begin < _SHOWN_AFTER or now - shown < _SHOWN_EVERY:
            return
        shown = now
        if not progress.live.is_started:
            progress.start()
        above = f", {best - bound} above the bound" if bound else ""
        progress.update(bar, completed=spent, description=f"{best} bytes{above}")

    try:
        yield report
    finally:
        progress.stop()
