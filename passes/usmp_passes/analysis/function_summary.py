"""
Live ranges of one function, from what one walk over it found.

A function is summarised once, whatever the number of its calls: ranges are relative to the start of
an activation, and a call of a function that has been summarised stands for all the accesses that
the callee makes through a parameter. That makes the cost follow the size of the program, not the
number of call paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xdsl.ir import Operation, SSAValue

from usmp_passes.analysis.deallocations import (
    NO_DEALLOCATIONS,
    DeallocationSummary,
    FreedParameter,
)
from usmp_passes.analysis.function_walk import FunctionWalk
from usmp_passes.analysis.origins import SEVERAL, origins_of
from usmp_passes.analysis.walk_records import NO_LOOP, Access, CallSite, Loop


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From where to where a value is live in one activation, and by what."""

    first: Access
    last: Access
    first_loop: int | None
    """
    The loop that makes the first access reach back to its start, an index into the loops of the
    function.
    """

    last_loop: int | None
    """The loop that makes the last access reach on to its end."""

    start: int
    """The first program point, relative to the start of the activation."""

    end: int
    """The last program point, inclusive."""


@dataclass(frozen=True, slots=True)
class ParameterSummary:
    """What a function does to a buffer that it is given."""

    lifetime: Lifetime | None
    """`None` if it is never accessed."""

    escape: str | None
    """How its address gets away, if it does."""

    traffic_bytes: int | None
    """Bytes accessed in one activation, `None` if not known."""

    freed: FreedParameter | None = None
    """How it may be freed, if it may."""

    @property
    def range(self) -> tuple[int, int] | None:
        """The first and the last program point at which it must be there."""
        return None if self.lifetime is None else (self.lifetime.start, self.lifetime.end)


@dataclass(frozen=True, slots=True)
class LocalBuffer:
    """A buffer that a function allocates."""

    op: Operation
    value: SSAValue
    loop: int
    """The innermost loop around the allocation."""

    lifetime: Lifetime | None
    """`None` if it is never accessed."""

    escape: str | None
    traffic_bytes: int | None
    """Bytes accessed in one activation, `None` if not known."""


@dataclass(frozen=True, slots=True)
class FunctionSummary:
    """All that callers and the whole-program analysis must know of a function."""

    name: str
    op: Operation
    length: int
    """The program points of one activation, callees included."""

    loops: Sequence[Loop]
    parameters: Sequence[ParameterSummary]
    returns: Sequence[tuple[int, ...]]
    """For each result that may be an alias of parameters, their numbers."""

    buffers: Sequence[LocalBuffer]
    calls: Sequence[CallSite]
    references: Sequence[tuple[str, Operation]]
    """Functions named by operations that are not calls of them."""

    deallocations: DeallocationSummary = NO_DEALLOCATIONS


def summarize(
    walk: FunctionWalk,
    *,
    widen: bool = True,
    deallocations: DeallocationSummary = NO_DEALLOCATIONS,
) -> FunctionSummary:
    """
    The live ranges of a function that has been walked. A loop that contains an access to a buffer
    but not its allocation makes the buffer live throughout the loop, unless `widen` is false.
    `deallocations` is what `check_deallocations` says of it.
    """
    first = _first_to_reach(walk.accesses, walk.aliases.sources)
    last = _first_to_reach(reversed(walk.accesses), walk.aliases.sources)
    escapes = _escapes(walk)
    traffic = _traffic_by_root(walk)

    def lifetime(node: int, loop: int) -> Lifetime | None:
        first_access, last_access = first[node], last[node]
        if first_access is None or last_access is None:
            return None
        return _lifetime(first_access, last_access, loop, walk.loops, widen)

    # Most functions have no buffers, calls or results: the empty tuple costs them nothing.
    return FunctionSummary(
        walk.function.name,
        walk.function.op,
        walk.length,
        tuple(walk.loops),
        tuple(
            [
                ParameterSummary(
                    lifetime(node, 0),
                    escapes.get(node),
                    traffic[node],
                    deallocations.freed.get(number),
                )
                for number, node in enumerate(walk.parameters)
            ]
        ),
        _returned_parameters(walk),
        tuple(
            [
                LocalBuffer(
                    allocation.op,
                    allocation.value,
                    allocation.loop,
                    lifetime(allocation.node, allocation.loop),
                    escapes.get(allocation.node),
                    traffic[allocation.node],
                )
                for allocation in walk.allocations
            ]
        ),
        tuple(walk.calls),
        tuple(walk.references),
        deallocations,
    )


# Lifetimes


def _first_to_reach(
    accesses: Iterable[Access], sources: Sequence[Sequence[int] | None]
) -> list[Access | None]:
    """
    For each node of the alias graph, the first of `accesses` that may be an access of it. Each node
    is reached once, so that the cost is that of the graph.
    """
    reached_by: list[Access | None] = [None] * len(sources)
    for access in accesses:
        pending = [access.node]
        while pending:
            node = pending.pop()
            if reached_by[node] is None:
                reached_by[node] = access
                pending.extend(sources[node] or ())
    return reached_by


def _lifetime(
    first: Access, last: Access, scope: int, loops: Sequence[Loop], widen: bool
) -> Lifetime:
    """
    The lifetime of a buffer that is allocated in `scope`. It is enough to widen the first and the
    last access: a loop that makes another access reach further contains the first or the last one
    too.
    """
    start, end = first.point, last.point
    first_loop = last_loop = None
    if widen:
        first_loop = _outermost_loop_between(scope, first.loop, loops)
        last_loop = _outermost_loop_between(scope, last.loop, loops)
        start = start if first_loop is None else loops[first_loop].start
        end = end if last_loop is None else loops[last_loop].end
    return Lifetime(first, last, first_loop, last_loop, start, end)


def _outermost_loop_between(scope: int, loop: int, loops: Sequence[Loop]) -> int | None:
    """
    The outermost loop that contains `loop` and is inside `scope`, if it is not `scope` itself.
    """
    outermost = None
    while loop not in (scope, NO_LOOP):
        outermost = loop
        loop = loops[loop].parent
    return outermost


# Escapes and results


def _escapes(walk: FunctionWalk) -> dict[int, str]:
    """For each node whose address gets away, how."""
    reasons: dict[int, str] = {}
    for escape in walk.escapes:
        _mark_sources(escape.node, escape.reason, reasons, walk.aliases.sources)
    returned: dict[int, str] = {}
    for _, node in walk.returned:
        _mark_sources(node, f"returned by @{walk.function.name}", returned, walk.aliases.sources)
    for parameter in walk.parameters:
        # A parameter that is returned is an alias of the call's result, which the caller follows.
        returned.pop(parameter, None)
    return returned | reasons


def _mark_sources(
    node: int, reason: str, reasons: dict[int, str], sources: Sequence[Sequence[int] | None]
) -> None:
    """Gives `reason` to `node` and all it may be an alias of, where there is none yet."""
    pending = [node]
    while pending:
        node = pending.pop()
        if node not in reasons:
            reasons[node] = reason
            pending.extend(sources[node] or ())


def _returned_parameters(walk: FunctionWalk) -> tuple[tuple[int, ...], ...]:
    """For each result, the numbers of the parameters that it may be an alias of."""
    if not walk.returned:
        return ()
    returns: list[dict[int, str]] = [{} for _ in range(1 + max(r for r, _ in walk.returned))]
    budget = _RETURN_EFFORT * (len(walk.aliases.sources) + len(walk.returned))
    for result, node in walk.returned:
        _mark_sources(node, "", returns[result], walk.aliases.sources)
        budget -= len(returns[result])
        if budget < 0:
            # Too many aliases to tell the results apart: each may be any that is returned.
            everything: dict[int, str] = {}
            for _, returned in walk.returned:
                _mark_sources(returned, "", everything, walk.aliases.sources)
            returns = [everything] * len(returns)
            break
    numbers = {node: number for number, node in enumerate(walk.parameters)}
    found: dict[int, tuple[int, ...]] = {}
    for reached in returns:
        if id(reached) not in found:
            found[id(reached)] = tuple(sorted(numbers[n] for n in reached if n in numbers))
    return tuple(found[id(reached)] for reached in returns)


_RETURN_EFFORT = 8
"""How many nodes may be looked at to tell results apart, for each node and result there is."""


# Traffic


def _traffic_by_root(walk: FunctionWalk) -> list[int | None]:
    """
    For each node, the bytes accessed through it and its aliases in one activation. `None` where
    that is not known: a trip count is not, or an access may go to one of several buffers.
    """
    through = walk.traffic_bytes
    traffic = [through.get(node, 0) for node in range(len(walk.aliases.sources))]
    roots = [*walk.parameters, *(allocation.node for allocation in walk.allocations)]
    origins = origins_of(walk.aliases.sources, roots)
    ambiguous: dict[int, str] = {}
    for node, origin in enumerate(origins):
        if origin == SEVERAL and through.get(node, 0) != 0:
            _mark_sources(node, "", ambiguous, walk.aliases.sources)
        elif origin >= 0 and origin != node:
            so_far, more = traffic[origin], through.get(node, 0)
            traffic[origin] = None if so_far is None or more is None else so_far + more
    for node in ambiguous:
        traffic[node] = None
    return traffic
