"""Where two buffers are live at the same time, at least one of which has slices for threads."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xdsl.ir import Operation

from usmp_passes.analysis.walk_records import CallSite

if TYPE_CHECKING:
    from usmp_passes.analysis.buffer_info_analysis import Buffer, BufferInfoAnalysis

_State = tuple[str, int, int]
"""A function of the timeline, and from where to where of its activation a buffer is live."""


@dataclass(frozen=True)
class Meeting:
    """A function of the timeline that makes both buffers live, or one by what it calls."""

    outer: Buffer
    outer_in: str
    """The function in whose activation `outer` is live."""

    inner: Buffer
    inner_in: str
    """The same for `inner`: that function, or one that it calls, also through others."""

    calls: tuple[Operation, ...]
    """From the one to the other; a concurrent loop for all calls that are made under it."""


def meeting_of(analysis: BufferInfoAnalysis, one: Buffer, other: Buffer) -> Meeting | None:
    """
    The first place found at which both are live, `None` if there is none. Each part of each
    function is looked at once.
    """
    return _meeting_below(analysis, one, other) or _meeting_below(analysis, other, one)


def _meeting_below(analysis: BufferInfoAnalysis, outer: Buffer, inner: Buffer) -> Meeting | None:
    summaries = analysis.timeline.summaries
    lives_of_inner = {name: (start, end) for name, start, end in analysis.lives_of(inner)}
    came_from: dict[_State, tuple[_State, CallSite] | None] = dict.fromkeys(
        analysis.lives_of(outer)
    )
    pending = deque(came_from)
    while pending:
        state = pending.popleft()
        name, first, last = state
        start, end = lives_of_inner.get(name, (0, -1))
        if first <= end and start <= last:
            return _meeting(outer, inner, state, came_from)
        for call in summaries[name].calls:
            length = summaries[call.callee].length
            begin, finish = max(first - call.start, 0), min(last - call.start, length - 1)
            following = (call.callee, begin, finish)
            if begin <= finish and following not in came_from:
                came_from[following] = (state, call)
                pending.append(following)
    return None


def _meeting(
    outer: Buffer,
    inner: Buffer,
    state: _State,
    came_from: dict[_State, tuple[_State, CallSite] | None],
) -> Meeting:
    inner_in = state[0]
    calls: list[Operation] = []
    while (before := came_from[state]) is not None:
        state, call = before
        calls.append(call.op)
    return Meeting(outer, state[0], inner, inner_in, tuple(reversed(calls)))
