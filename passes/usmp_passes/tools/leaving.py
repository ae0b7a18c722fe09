"""The end of a program."""

import os
import sys
from typing import NoReturn


def flush_stdout() -> None:
    """Writes what is left to the standard output, if there is one. Raises `OSError`."""
    if sys.__stdout__ is not None:
        sys.stdout.flush()


def give_up_stdout() -> None:
    """Keep Python from writing again, at its exit, what could not be written."""
    try:
        flush_stdout()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def leave(status: int) -> NoReturn:
    """
    Ends the process. It does so right here if a search that the user has interrupted is still
    running: nobody waits for its result.
    """
    # What has not been imported has not been run, and need not be imported for that.
    intervals = sys.modules.get("usmp_passes.planning.intervals")
    if intervals is not None and intervals.is_solver_running():
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(status)
    sys.exit(status)
