"""
Why two buffers conflict, in words: the accesses between which both are live, and the loops that
stretch them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from xdsl.ir import Operation

from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_passes.analysis.concurrency import ConcurrentLifetime
from usmp_passes.analysis.function_summary import FunctionSummary, Lifetime
from usmp_passes.analysis.io_lifetimes import IO_KIND_NAMES, Boundary, IOKind, IOLifetime
from usmp_passes.analysis.meetings import meeting_of
from usmp_passes.analysis.operation_names import location_text, operation_name
from usmp_passes.analysis.walk_records import Access, CallSite, Loop

if TYPE_CHECKING:
    from usmp_passes.analysis.buffer_info_analysis import Buffer, BufferInfoAnalysis


@dataclass(frozen=True)
class Witness:
    """Where a buffer's life begins or ends: with an access, or with the run of the program."""

    op: Operation
    """The operation that accesses the buffer; its allocation if there is none."""

    function: str
    """The function the operation is in."""

    loop: Operation | None
    """
    The loop that makes the buffer live from its start, or to its end; the first operation of a loop
    of blocks.
    """

    point: int
    """
    Where the life begins or ends: a program point relative to the start of the activation that
    allocates.
    """

    boundary: Boundary | None = None
    """The end of the run where it is that, not the access, as for an input or output."""

    loop_name: str = ""
    """What the loop is called, as in `scf.for`."""


@dataclass(frozen=True)
class LifeOfBuffer:
    """One activation's life of a buffer."""

    buffer: str
    function: str
    """The function that allocates it."""

    first: Witness
    last: Witness

    io: IOKind | None = None
    """Whether it is an input or output of the program."""


@dataclass(frozen=True)
class Explanation:
    """Whether two buffers conflict, and why."""

    conflict: bool
    text: str
    """Two sentences or so, with functions, operations and, where they are known, locations."""

    lives: tuple[LifeOfBuffer, ...] = ()
    """The lives of both, where both are ever accessed."""

    call_path: tuple[Operation, ...] = ()
    """The calls that lead from the function of the one to that of the other."""

    def __str__(self) -> str:
        return self.text


def explain(analysis: BufferInfoAnalysis, one: Buffer, other: Buffer) -> Explanation:
    """Why `one` and `other` conflict, or do not."""
    if one is other:
        return Explanation(
            False, f"'{one.name}' is one buffer, which does not conflict with itself."
        )
    for buffer in (one, other):
        if buffer.not_planned is not None:
            return Explanation(
                False,
                f"'{buffer.name}' is not planned, so it conflicts with nothing: "
                f"{buffer.not_planned}.",
            )
    for buffer, peer in ((one, other), (other, one)):
        if buffer.live == ():
            return Explanation(
                False,
                f"'{buffer.name}' is never accessed, so it does not conflict with '{peer.name}'.",
            )
    for buffer, peer in ((one, other), (other, one)):
        if buffer.is_constant:
            return Explanation(
                True,
                f"'{buffer.name}' is constant and holds its data during the whole run, "
                f"so it conflicts with '{peer.name}' wherever that is live.",
            )
    if one.slices is not None or other.slices is not None:
        return _explain_slices(analysis, one, other)
    return _explain_lives(_Lives(analysis.summaries), one, other)


def lives_of_buffers(analysis: BufferInfoAnalysis) -> Iterator[tuple[Buffer, LifeOfBuffer]]:
    """One activation's life of each planned buffer that is accessed, in program order."""
    lives = _Lives(analysis.summaries)
    for buffer in analysis.planned:
        if buffer.local is not None and buffer.local.lifetime is not None:
            yield buffer, lives.of(buffer)


@dataclass(frozen=True)
class _Lives:
    """Finds the accesses behind lifetimes, and the calls between functions."""

    summaries: Mapping[str, FunctionSummary]
    _callees: dict[str, Mapping[Operation, str]] = field(
        default_factory=dict[str, Mapping[Operation, str]]
    )

    def of(self, buffer: Buffer) -> LifeOfBuffer:
        assert buffer.function is not None
        summary, lifetime = self.summaries[buffer.function], _lifetime_of(buffer)
        return LifeOfBuffer(
            buffer.name,
            buffer.function,
            self._witness(summary, lifetime, "first"),
            self._witness(summary, lifetime, "last"),
            lifetime.kind if isinstance(lifetime, IOLifetime) else None,
        )

    def _witness(
        self, summary: FunctionSummary, lifetime: Lifetime, which: Literal["first", "last"]
    ) -> Witness:
        point = lifetime.start if which == "first" else lifetime.end
        if isinstance(lifetime, IOLifetime):
            is_first = which == "first"
            boundary = lifetime.begins_at if is_first else lifetime.ends_at
            if boundary is not None:
                op = (lifetime.first if is_first else lifetime.last).op
                return Witness(op, summary.name, None, point, boundary)
        widened_by: Loop | None = None
        while True:
            access: Access = lifetime.first if which == "first" else lifetime.last
            loop = lifetime.first_loop if which == "first" else lifetime.last_loop
            if widened_by is None and loop is not None:
                widened_by = summary.loops[loop]
            if access.parameter is None:
                break
            summary = self.summaries[self._callees_in(summary)[access.op]]
            inner = summary.parameters[access.parameter].lifetime
            assert inner is not None
            lifetime = inner
        if widened_by is None:
            return Witness(access.op, summary.name, None, point)
        name = (
            operation_name(widened_by.op) if widened_by.is_operation else widened_by.semantics.label
        )
        return Witness(access.op, summary.name, widened_by.op, point, loop_name=name)

    def _callees_in(self, summary: FunctionSummary) -> Mapping[Operation, str]:
        """What each call of a function calls."""
        callees = self._callees.get(summary.name)
        if callees is None:
            callees = {call.op: call.callee for call in summary.calls}
            self._callees[summary.name] = callees
        return callees

    def calls_between(self, caller: Buffer, callee: Buffer) -> _CallPath | None:
        """
        The calls that lead from the function of `caller` to an activation in which both are live,
        `None` if there is none. Each part of each function is looked at once.
        """
        assert caller.function is not None
        life, inner = _lifetime_of(caller), _lifetime_of(callee)
        start = (caller.function, life.start, life.end)
        came_from: dict[_State, tuple[_State, CallSite]] = {}
        pending = [start]
        while pending:
            state = pending.pop()
            name, first, last = state
            if name == callee.function and first <= inner.end and inner.start <= last:
                return _path_back(state, start, came_from)
            for call in self.summaries[name].calls:
                length = self.summaries[call.callee].length
                begin, end = max(first - call.start, 0), min(last - call.start, length - 1)
                following = (call.callee, begin, end)
                if begin <= end and following not in came_from:
                    came_from[following] = (state, call)
                    pending.append(following)
        return None


_State = tuple[str, int, int]
"""
A function, and the part of its activation, from and to a point relative to its start, in which a
buffer is live.
"""


@dataclass(frozen=True)
class _CallPath:
    calls: tuple[Operation, ...]
    offset: int
    """The start of the last callee's activation, relative to the start of the first caller's."""


def _path_back(
    state: _State, start: _State, came_from: Mapping[_State, tuple[_State, CallSite]]
) -> _CallPath:
    calls: list[Operation] = []
    offset = 0
    while state != start:
        state, call = came_from[state]
        calls.append(call.op)
        offset += call.start
    return _CallPath(tuple(reversed(calls)), offset)


def _lifetime_of(buffer: Buffer) -> Lifetime:
    assert buffer.local is not None
    assert buffer.local.lifetime is not None
    return buffer.local.lifetime


def _explain_lives(lives: _Lives, one: Buffer, other: Buffer) -> Explanation:
    both = (lives.of(one), lives.of(other))
    if one.function == other.function:
        if _lifetime_of(one).start > _lifetime_of(other).start:
            one, other = other, one
        if _lifetime_of(other).start <= _lifetime_of(one).end:
            return Explanation(True, _conflict_text(lives.of(one), lives.of(other)), both)
        return Explanation(False, _sequence_text(lives.of(one), lives.of(other)), both)
    for outer, inner in ((one, other), (other, one)):
        path = lives.calls_between(outer, inner)
        if path is not None:
            first, second = outer, inner
            if _lifetime_of(outer).start > path.offset + _lifetime_of(inner).start:
                first, second = inner, outer
            text = _conflict_text(lives.of(first), lives.of(second), path.calls)
            return Explanation(True, text, both, path.calls)
    return Explanation(False, _apart_text(one, other), both)


def _explain_slices(analysis: BufferInfoAnalysis, one: Buffer, other: Buffer) -> Explanation:
    lives = _Lives(analysis.summaries)
    both = (lives.of(one), lives.of(other))
    meeting = meeting_of(analysis, one, other)
    if meeting is None:
        return Explanation(False, _apart_text(one, other), both)
    # What stands for the calls of a loop may stand for those of other loops too.
    stand_in = analysis.timeline.summaries[meeting.inner_in].op
    loop = meeting.calls[-1] if meeting.calls else stand_in
    outer, inner = (
        _slices_text(lives, buffer, None if name == buffer.function else loop)
        for buffer, name in (
            (meeting.outer, meeting.outer_in),
            (meeting.inner, meeting.inner_in),
        )
    )
    text = f"'{meeting.outer.name}' and '{meeting.inner.name}' conflict: {outer}, and {inner}"
    # A concurrent loop that stands for its calls has been named already.
    calls = meeting.calls if meeting.inner_in == meeting.inner.function else meeting.calls[:-1]
    text += f", in the call by {_path_text(calls)}." if calls else "."
    return Explanation(True, text, both, calls)


def _slices_text(lives: _Lives, buffer: Buffer, loop: Operation | None) -> str:
    """
    When a buffer is live: during a concurrent loop that calls its function, or in its function.
    """
    lifetime = _lifetime_of(buffer)
    if loop is not None:
        how = f"which calls @{buffer.function}"
    elif isinstance(lifetime, ConcurrentLifetime):
        loop, how = lifetime.loop.op, "which contains its allocation"
    else:
        life = lives.of(buffer)
        text, widened_by = _extent(life), life.last.loop or life.first.loop
        if widened_by is None:
            return text
        label = life.last.loop_name or life.first.loop_name
        return f"{text}, and so throughout {label}{location_text(widened_by)}"
    return (
        f"'{buffer.name}' is live during all of {operation_name(loop)}{location_text(loop)}, "
        f"{how}, as other iterations of that may be anywhere in it"
    )


def _conflict_text(
    first: LifeOfBuffer, second: LifeOfBuffer, calls: Sequence[Operation] = ()
) -> str:
    """Why the buffer that begins to live first is still live when the second begins to."""
    text = (
        f"'{first.buffer}' and '{second.buffer}' conflict: {_beginning(second)}"
        + (" " if second.first.boundary is None else ", ")
        + f"while '{first.buffer}' is live"
        + (f", in the call by {_path_text(calls)}." if calls else ".")
        + f" {_extent(first)}"
    )
    if first.last.loop is not None:
        text += (
            f" and on to the end of {first.last.loop_name}{location_text(first.last.loop)}, "
            "which contains that access but not the allocation, "
            "so that another iteration may need it again"
        )
    text += "."
    if second.first.loop is not None:
        loop = f"{second.first.loop_name}{location_text(second.first.loop)}"
        text += f" '{second.buffer}' is live from the start of {loop}"
        text += (
            ", which contains that access but not the allocation, "
            "as an iteration before may have left a value in it."
        )
    return text


def _path_text(calls: Sequence[Operation]) -> str:
    return ", then ".join(f"{_call_name(call)}{location_text(call)}" for call in calls)


def _sequence_text(first: LifeOfBuffer, second: LifeOfBuffer) -> str:
    return (
        f"'{first.buffer}' and '{second.buffer}' do not conflict: "
        f"{_ending(first)}, before {_beginning(second)}."
    )


def _beginning(life: LifeOfBuffer) -> str:
    boundary = life.first.boundary
    if boundary is None:
        return f"'{life.buffer}' is first accessed by {_describe(life.first)}"
    since = "from" if boundary == "start" else "at"
    return f"'{life.buffer}' is {_role(life)}live {since} {_describe(life.first)}"


def _ending(life: LifeOfBuffer) -> str:
    if life.last.boundary is None:
        return f"'{life.buffer}' is last accessed by {_describe(life.last)}"
    return _extent(life)


def _extent(life: LifeOfBuffer) -> str:
    first, last = life.first, life.last
    if first.boundary is not None and first.boundary == last.boundary:
        return f"'{life.buffer}' is {_role(life)}live at {_describe(first)} only"
    return f"'{life.buffer}' is {_role(life)}live from {_describe(first)} to {_describe(last)}"


def _role(life: LifeOfBuffer) -> str:
    """What comes before "live" for an input or output."""
    return "" if life.io is None else f"{IO_KIND_NAMES[life.io]}, "


def _apart_text(one: Buffer, other: Buffer) -> str:
    return (
        f"'{one.name}' of @{one.function} and '{other.name}' of @{other.function} do not conflict: "
        "there is no program point at which both are live. "
        f"{_ranges_text(one)}, {_ranges_text(other)}."
    )


def _ranges_text(buffer: Buffer) -> str:
    lifetime = _lifetime_of(buffer)
    if buffer.slices is not None and (buffer.live is None or len(buffer.live) > _MAX_RANGES):
        return f"'{buffer.name}' is live whenever a concurrent loop that reaches it runs"
    if buffer.live is None or len(buffer.live) > _MAX_RANGES:
        return (
            f"'{buffer.name}' is live from point {lifetime.start} to {lifetime.end} "
            f"of each activation of @{buffer.function}"
        )
    ranges = ", ".join(f"{first} to {last}" for first, last in buffer.live)
    return f"'{buffer.name}' is live from program point {ranges}"


_MAX_RANGES = 4
"""More ranges than these are told for one activation instead."""


def _describe(witness: Witness) -> str:
    if witness.boundary is not None:
        return f"the {witness.boundary} of the program"
    return f"{operation_name(witness.op)} in @{witness.function}{location_text(witness.op)}"


def _call_name(op: Operation) -> str:
    interface = get_interface(op, BufferCallInterface)
    callee = "" if interface is None else f" of {interface.get_callee(op)}"
    return f"{operation_name(op)}{callee}"
