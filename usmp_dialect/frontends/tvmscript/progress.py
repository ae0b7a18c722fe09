"""How far the reading of a long script is, shown on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

_SHOWN_AFTER = 0.5
"""Seconds. Most scripts have been read before."""

_SHOWN_EVERY = 0.1
"""Seconds."""

Report = Callable[[int], None]
"""Is told of how many more lines have been read."""


@contextmanager
def reading_progress(line_count: int, *, is_wanted: bool) -> Generator[Report]:
    """
    A bar on the standard error that says how many of the lines have been read. Nothing, unless that
    is a terminal; a pipe gets no byte of it.
    """
    if not is_wanted or sys.stderr is None or not sys.stderr.isatty():
        yield _no_report
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    progress = Progress(
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("lines"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        # Drawn when there is something to report: no thread beside the one that reads.
        auto_refresh=False,
    )
    bar = progress.add_task("", total=line_count)
    begin = shown = time.monotonic()
    done = 0

    def report(lines: int) -> None:
        nonlocal done, shown
        done += lines
        now = time.monotonic()
        if now - begin < _SHOWN_AFTER or now - shown < _SHOWN_EVERY:
            return
        shown = now
        if not progress.live.is_started:
            progress.start()
        progress.update(bar, completed=done, refresh=True)

    try:
        yield report
    finally:
        progress.stop()


def _no_report(lines: int) -> None:
    pass
