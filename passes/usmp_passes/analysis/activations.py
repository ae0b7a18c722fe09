"""
Which functions run, how often, where their activations start, and under which loops.

All of it is found in one pass over the call sites, callers first. Counts are exact integers of any
size; the activations themselves are listed only while they are few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from usmp_dialect.interfaces import RegionExecution
from usmp_dialect.program import Function
from usmp_passes.analysis.function_summary import FunctionSummary
from usmp_passes.analysis.walk_records import NO_LOOP, Loop

MAX_ACTIVATIONS = 1024
"""A buffer of a function with more activations than this has no list of live ranges."""

MAX_LISTED = 1 << 18
"""Nor has one of a function that is entered when so many activations have been listed."""


@dataclass(slots=True)
class Activations:
    """How a function that the program reaches is run."""

    count: int = 0
    """The number of call paths that lead to it."""

    runs: int | None = 0
    """How often it is run, loops counted; `None` if a trip count on the way is not known."""

    starts: list[int] | None = None
    """
    The program point of the first operation of each activation, ascending; `None` if they are too
    many.
    """

    concurrent_under: str | None = None
    """The concurrent loop that it is called under, if there is one."""

    outlived_by: str | None = None
    """The operation that it is called in whose regions may go on running after it, if any."""

    innermost_not_serial: str | None = None
    """The innermost loop around a call of it, if that is of another kind than serial."""


def activations_of(
    entries: Sequence[Function],
    callers_first: Sequence[str],
    summaries: Mapping[str, FunctionSummary],
) -> dict[str, Activations]:
    """
    The activations of every function that `entries`, run one after the other, reach, callers before
    callees.
    """
    activations: dict[str, Activations] = {}
    listed = 0
    point = 0
    for entry in entries:
        activations[entry.name] = Activations(1, 1, [point])
        point += summaries[entry.name].length
    for name in callers_first:
        if name not in activations:
            continue
        caller = activations[name]
        if caller.starts is not None:
            listed += len(caller.starts)
            if listed > MAX_LISTED:
                caller.starts = None
            else:
                caller.starts.sort()
        _enter_callees(caller, summaries[name], activations)
    return {name: activations[name] for name in callers_first if name in activations}


def _enter_callees(
    caller: Activations, summary: FunctionSummary, activations: dict[str, Activations]
) -> None:
    concurrent = concurrent_loops(summary.loops)
    outliving = _outliving_loops(summary.loops)
    for call in summary.calls:
        callee = activations.setdefault(call.callee, Activations(starts=[]))
        callee.count += caller.count
        runs = summary.loops[call.loop].runs
        if callee.runs is None or caller.runs is None or runs is None:
            callee.runs = None
        else:
            callee.runs += caller.runs * runs
        if callee.count > MAX_ACTIVATIONS or caller.starts is None:
            callee.starts = None
        elif callee.starts is not None:
            callee.starts.extend(start + call.start for start in caller.starts)
        under = concurrent[call.loop]
        callee.concurrent_under = (
            callee.concurrent_under
            or (None if under is None else describe_loop(under, summary))
            or caller.concurrent_under
        )
        outlived = outliving[call.loop]
        callee.outlived_by = (
            callee.outlived_by
            or (None if outlived is None else describe_loop(outlived, summary))
            or caller.outlived_by
        )
        callee.innermost_not_serial = callee.innermost_not_serial or innermost_not_serial(
            call.loop, summary, caller
        )


def concurrent_loops(loops: Sequence[Loop]) -> list[Loop | None]:
    """
    For each loop, the concurrent loop nearest to it, itself included; parents come before their
    loops.
    """
    return _nearest(loops, lambda loop: loop.semantics.execution is RegionExecution.CONCURRENT_LOOP)


def _outliving_loops(loops: Sequence[Loop]) -> list[Loop | None]:
    """The same for operations whose regions may go on running after them."""
    return _nearest(loops, lambda loop: loop.semantics.outlives_operation)


def _nearest(loops: Sequence[Loop], is_meant: Callable[[Loop], bool]) -> list[Loop | None]:
    nearest: list[Loop | None] = []
    for loop in loops:
        if is_meant(loop):
            nearest.append(loop)
        else:
            nearest.append(None if loop.parent == NO_LOOP else nearest[loop.parent])
    return nearest


def innermost_not_serial(
    loop: int, summary: FunctionSummary, activations: Activations
) -> str | None:
    """
    The innermost loop around what is in `loop`, here or in the callers, if it is not of the serial
    kind.
    """
    while loop != NO_LOOP:
        innermost = summary.loops[loop]
        if innermost.semantics.execution is not RegionExecution.ONCE:
            is_serial = innermost.semantics.is_serial_kind
            return None if is_serial else describe_loop(innermost, summary)
        loop = innermost.parent
    return activations.innermost_not_serial


def describe_loop(loop: Loop, summary: FunctionSummary) -> str:
    """A loop as messages name it."""
    return f"{loop.semantics.label} in @{summary.name}"
