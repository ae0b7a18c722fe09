"""
The program as it is where buffers have a slice for each thread that may run their allocation.

While a concurrent loop runs, an iteration of it may be anywhere in it, and in what it calls. So all
that is allocated under the loop, directly or in the functions that it calls, is live from its start
to its end. That is put as a program that runs serially: each outermost concurrent loop with calls
is one call of a function of its own, which is as long as the loop, and in which all buffers of the
functions that the loop reaches are live all the time. What is found of that program, by the means
that serve for any, holds of the concurrent one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from usmp_dialect.interfaces import RegionExecution
from usmp_dialect.program import Function
from usmp_passes.analysis.activations import Activations, activations_of
from usmp_passes.analysis.function_summary import FunctionSummary, Lifetime, LocalBuffer
from usmp_passes.analysis.walk_records import NO_LOOP, CallSite, Loop


@dataclass(frozen=True, slots=True)
class ConcurrentLifetime(Lifetime):
    """The lifetime of a buffer that is allocated under a concurrent loop of its function."""

    loop: Loop
    """The outermost such loop, during all of which the buffer is live."""


@dataclass(frozen=True)
class SerialProgram:
    """A program whose concurrent loops do not call functions of the module."""

    summaries: Mapping[str, FunctionSummary]
    """
    Of its functions: those of the module that are run outside of concurrent loops, and those that
    stand for what concurrent loops call.
    """

    activations: Mapping[str, Activations]
    """Of the same functions, callers before callees. How often they run is not told."""

    stand_ins: Mapping[str, Sequence[str]]
    """
    For each function of the module that concurrent loops reach, the functions that stand for the
    calls of these loops. Its buffers are live during all of them.
    """

    @classmethod
    def of(
        cls,
        entries: Sequence[Function],
        callers_first: Sequence[str],
        summaries: Mapping[str, FunctionSummary],
    ) -> SerialProgram:
        """The program that `entries` start, of functions with these `summaries`."""
        builder = _Builder(summaries)
        for name in callers_first:
            builder.add(name)
        order = [*callers_first, *builder.reached_by]
        activations = activations_of(entries, order, builder.summaries)
        stand_ins: dict[str, list[str]] = {}
        for stand_in, reached in builder.reached_by.items():
            if stand_in in activations:
                for name in reached:
                    stand_ins.setdefault(name, []).append(stand_in)
        return cls(builder.summaries, activations, stand_ins)


class _Builder:
    """Replaces the calls under concurrent loops, one function after the other."""

    def __init__(self, summaries: Mapping[str, FunctionSummary]) -> None:
        self._originals = summaries
        self.summaries = dict(summaries)
        self.reached_by: dict[str, Sequence[str]] = {}
        """For each function that stands for calls, the functions with buffers that they reach."""

        self._stand_ins: dict[tuple[tuple[str, ...], int], str] = {}
        self._reached: dict[frozenset[str], tuple[str, ...]] = {}

    def add(self, name: str) -> None:
        """Replaces the calls of a function."""
        summary = self._originals[name]
        outermost = outermost_concurrent_loops(summary.loops)
        if not any(loop is not None for loop in outermost):
            return
        serial: list[CallSite] = []
        callees: dict[int, set[str]] = {}
        for call in summary.calls:
            loop = outermost[call.loop]
            if loop is None:
                serial.append(call)
            else:
                callees.setdefault(loop, set()).add(call.callee)
        for number, called in callees.items():
            loop = summary.loops[number]
            reached = self._reached_from(frozenset(called))
            if reached:
                stand_in = self._stand_in_for(reached, loop)
                serial.append(CallSite(loop.op, stand_in, loop.start, loop.parent))
        serial.sort(key=lambda call: call.start)
        self.summaries[name] = replace(summary, calls=tuple(serial))

    def _stand_in_for(self, reached: tuple[str, ...], loop: Loop) -> str:
        length = loop.end - loop.start + 1
        name = self._stand_ins.get((reached, length))
        if name is None:
            number = len(self._stand_ins)
            name = f"concurrent {number}"
            while name in self.summaries:
                number += 1
                name = f"concurrent {number}"
            self._stand_ins[reached, length] = name
            self.reached_by[name] = reached
            self.summaries[name] = FunctionSummary(name, loop.op, length, (), (), (), (), (), ())
        return name

    def _reached_from(self, callees: frozenset[str]) -> tuple[str, ...]:
        """The functions with buffers that run when `callees` are called, in order of name."""
        reached = self._reached.get(callees)
        if reached is None:
            found = set(callees)
            pending = list(callees)
            while pending:
                for call in self._originals[pending.pop()].calls:
                    if call.callee not in found:
                        found.add(call.callee)
                        pending.append(call.callee)
            reached = tuple(sorted(name for name in found if self._originals[name].buffers))
            self._reached[callees] = reached
        return reached


def outermost_concurrent_loops(loops: Sequence[Loop]) -> list[int | None]:
    """For each loop, the number of the outermost concurrent one around it, itself included."""
    outermost: list[int | None] = []
    for number, loop in enumerate(loops):
        around = None if loop.parent == NO_LOOP else outermost[loop.parent]
        is_concurrent = loop.semantics.execution is RegionExecution.CONCURRENT_LOOP
        outermost.append(number if around is None and is_concurrent else around)
    return outermost


def live_during_loop(local: LocalBuffer, loops: Sequence[Loop], outermost: int) -> LocalBuffer:
    """A buffer that is allocated under a concurrent loop, live during the outermost one."""
    lifetime = local.lifetime
    if lifetime is None:
        return local
    loop = loops[outermost]
    concurrent = ConcurrentLifetime(
        lifetime.first,
        lifetime.last,
        outermost,
        outermost,
        min(loop.start, lifetime.start),
        max(loop.end, lifetime.end),
        loop,
    )
    return replace(local, lifetime=concurrent)
