"""
The buffers of a whole program: their sizes, when they are live, and which are ever live together.

The rules are those under "How liveness works" in the README; the modules of this package say how
each is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

from xdsl.dialects.builtin import IntegerAttr, MemRefType, ModuleOp
from xdsl.ir import Operation, Region
from xdsl.traits import CallableOpInterface, SymbolOpInterface
from xdsl.utils.bitwise_casts import is_power_of_two
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.buffer_type import (
    DEFAULT_ALIGNMENT,
    allocated_bytes_of,
    has_static_shape,
    natural_alignment_of,
    why_layout_not_sized,
)
from usmp_dialect.dialects.usmp import Slices
from usmp_dialect.interfaces import (
    BufferCallInterface,
    get_interface,
)
from usmp_dialect.program import (
    Function,
    callees_first,
    entry_functions,
    fail,
    functions_named_by,
    functions_of,
)
from usmp_passes.analysis.activations import (
    MAX_ACTIVATIONS,
    activations_of,
    concurrent_loops,
    describe_loop,
    innermost_not_serial,
)
from usmp_passes.analysis.concurrency import (
    SerialProgram,
    live_during_loop,
    outermost_concurrent_loops,
)
from usmp_passes.analysis.conflicts import ConflictGraph, PlacedRange
from usmp_passes.analysis.deallocations import check_deallocations
from usmp_passes.analysis.explanation import Explanation, explain
from usmp_passes.analysis.function_summary import FunctionSummary, LocalBuffer, summarize
from usmp_passes.analysis.function_walk import FunctionWalk, SizeCache
from usmp_passes.analysis.io_lifetimes import widen_io_lifetimes
from usmp_passes.analysis.memory_pools import MemoryPools
from usmp_passes.analysis.memory_pressure import memory_pressures
from usmp_passes.analysis.names import NameHint, unique_names
from usmp_passes.analysis.operation_kinds import OperationKinds
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.analysis.program_alias_flow import ProgramAliasFlow
from usmp_passes.analysis.statement_points import StatementPoints
from usmp_passes.analysis.walk_records import Loop

LoopLiveness = Literal["whole-loop", "access-only"]
"""
Whether a loop keeps the buffers it accesses alive throughout, as it must, or only from access to
access.
"""

ParallelLoops = Literal["any", "innermost"]
"""
Whether any concurrent loop around an allocation excludes it, as it must, or only the innermost
loop.
"""


@dataclass(slots=True, eq=False)
class Buffer:
    """One allocation of the program, and what the analysis knows of it."""

    op: Operation
    name: str
    """Unique in the program."""

    function: str | None
    """
    The function that allocates it, `None` for an allocation outside the functions of the module.
    """

    size_bytes: int | None
    """Of one slice; `None` if the type does not say."""

    alignment: int
    """In bytes, a power of two."""

    is_constant: bool
    """Whether it holds its data before the program starts, and is never written."""

    not_planned: str | None
    """Why no plan may place it; it then has no ranges and no conflicts."""

    live: tuple[tuple[int, int], ...] | None = ()
    """
    Closed ranges of program points, one for each activation, ascending; `None` if they are too
    many.
    """

    conflicts: tuple[str, ...] | None = None
    """
    The buffers live when this one is, each once, in program order; `None` if they were not asked
    for.
    """

    traffic_bytes: int | None = None
    """
    Bytes read and written in one run of the program, `None` if trip counts or aliases are not
    known.
    """

    local: LocalBuffer | None = None
    """What its function does with it; `None` outside functions."""

    slices: int | None = None
    """
    How many slices a plan gives it, as it is allocated under a concurrent loop; `None` for a buffer
    that has but one place.
    """

    @property
    def placed_bytes(self) -> int | None:
        """What it takes of a pool, all its slices together."""
        if self.size_bytes is None or self.slices is None:
            return self.size_bytes
        slices = Slices.for_threads(self.slices, self.size_bytes, self.alignment)
        return slices.total_bytes(self.size_bytes)


class BufferInfoAnalysis:
    """
    Liveness and conflicts of all buffers of a module. Reads the module and leaves it as it is; what
    the module becomes afterwards is not seen.

    `main` names the entry function, if it is not to be found by its mark. `alignment` is in bytes.
    Without `conflicts`, only buffers that have too many activations for a list of live ranges get a
    list of conflicts. `why_left_out` says why a buffer is left out of the plan, given its
    allocation, or `None` if it is not; by default it is that of the module's `MemoryPools`. `kinds`
    says what operations are, in place of their interfaces alone.

    `slices` says how many iterations of concurrent loops run at once: a buffer that is allocated
    under one then has as many slices, which are live during all of the outermost such loop. It is a
    number for all buffers, or says it for the allocation that it is given, `None` if nothing is
    known. Without it, no plan may place such buffers.

    Raises `AnalysisError`, a `PassFailedException` that carries the operation, for recursion, for a
    module without an entry function or with several that are marked, for calls that do not fit
    their callee, and for inputs and outputs (`usmp.io`) that cannot be; `ValueError` for an
    alignment that is not a power of two, for slices that are none, and for slices in an analysis
    that is not sound.
    """

    buffers: Sequence[Buffer]
    """Every allocation, planned or not, in program order."""

    pools: MemoryPools
    """The pools of the module."""

    memory_pressure: int
    """
    The largest sum of sizes, in bytes, live at one program point, with all slices of a buffer;
    constants are not counted.
    """

    timeline: SerialProgram
    """The program in whose program points the lives of buffers are told."""

    def __init__(
        self,
        module: ModuleOp,
        main: str | None = None,
        alignment: int = DEFAULT_ALIGNMENT,
        conflicts: bool = True,
        loop_liveness: LoopLiveness = "whole-loop",
        parallel_loops: ParallelLoops = "any",
        why_left_out: Callable[[Operation], str | None] | None = None,
        kinds: OperationKinds | None = None,
        slices: int | Callable[[Operation], int | None] | None = None,
    ):
        if not is_power_of_two(alignment):
            raise ValueError(f"alignment is {alignment}, expected a power of two")
        if slices is not None and (loop_liveness, parallel_loops) != ("whole-loop", "any"):
            raise ValueError("slices need whole-loop liveness, and the rule for any parallel loop")
        if isinstance(slices, int) and slices < 1:
            raise ValueError(f"slices is {slices}, expected 1 or more")
        self._slices = slices
        self._kinds = OperationKinds() if kinds is None else kinds
        self._concurrent: dict[str, list[Loop | None]] = {}
        self._outermost: dict[str, list[int | None]] = {}
        self._functions = functions_of(module)
        callees = {name: tuple(self._callees_of(f.body)) for name, f in self._functions.items()}
        order = callees_first(self._functions, callees)
        self.summaries: Mapping[str, FunctionSummary] = self._summarize(order, loop_liveness)
        called = {callee for calls in callees.values() for callee, _ in calls}
        self.entries: Sequence[Function] = entry_functions(module, self._functions, called, main)
        self._activations = activations_of(self.entries, order[::-1], self.summaries)

        self.buffers = self._find_buffers(module, alignment)
        self.pools = MemoryPools(module)
        self._leave_out(module, parallel_loops, why_left_out or self.pools.why_left_out)
        self._cut_into_slices()
        self.timeline = self._find_timeline(order[::-1])
        widen_io_lifetimes(self.buffers, self.entries, self.summaries)
        self._find_live_ranges()
        ranges = self._planned_ranges()
        self._find_conflicts(ranges, everywhere=conflicts)
        self._pressures = memory_pressures(
            ranges,
            [buffer.placed_bytes or 0 for buffer in self.buffers],
            self.timeline.summaries,
        )
        self.memory_pressure = max(self.memory_pressure_of(entry.name) for entry in self.entries)

    def memory_pressure_of(self, function: str) -> int:
        """
        The most bytes live at one point of one activation of `function`, callees included. Not of
        one under a concurrent loop, if there are slices: then their bytes are those of the loop.
        """
        return self._pressures.get(function, 0)

    @cached_property
    def planned(self) -> Sequence[Buffer]:
        """The buffers that a plan may place, in program order."""
        return [buffer for buffer in self.buffers if buffer.not_planned is None]

    @cached_property
    def buffer_of(self) -> Mapping[Operation, Buffer]:
        """The buffers by the operation that allocates them, in program order."""
        return {buffer.op: buffer for buffer in self.buffers}

    def explain(self, one: str | Operation, other: str | Operation) -> Explanation:
        """
        Why two buffers, given by name or allocation, conflict or do not. Raises `KeyError` if there
        is no such buffer.
        """
        return explain(self, self._lookup(one), self._lookup(other))

    def _lookup(self, buffer: str | Operation) -> Buffer:
        return self._by_name[buffer] if isinstance(buffer, str) else self.buffer_of[buffer]

    @cached_property
    def _by_name(self) -> Mapping[str, Buffer]:
        return {buffer.name: buffer for buffer in self.buffers}

    # Functions

    def _callees_of(self, body: Region) -> list[tuple[str, Operation]]:
        """
        The functions of the module that `body` calls, with the operations that do, in program
        order.
        """
        callees: list[tuple[str, Operation]] = []
        is_call = self._kinds.is_call
        for block in body.blocks:
            for op in block.ops:
                if op.regions:
                    if self._kinds.is_symbol_table(op):
                        # Symbols in there are not those of the module.
                        continue
                    for region in op.regions:
                        callees.extend(self._callees_of(region))
                elif is_call(op) and (callee := self._callee(op)) is not None:
                    callees.append((callee, op))
        return callees

    def _callee(self, op: Operation) -> str | None:
        """The function of the module that a call calls, `None` if it is outside."""
        interface = get_interface(op, BufferCallInterface)
        assert interface is not None
        callee = interface.get_callee(op)
        name = callee.root_reference.data
        return name if name in self._functions and not callee.nested_references.data else None

    def _summarize(
        self, order: Sequence[str], loop_liveness: LoopLiveness
    ) -> dict[str, FunctionSummary]:
        """The summaries of all functions, in the order in which they are written."""
        is_exact = loop_liveness == "whole-loop"
        summaries: dict[str, FunctionSummary] = {}
        sizes = SizeCache()

        def callee_length(op: Operation) -> int:
            callee = self._callee(op) if self._kinds.is_call(op) else None
            return 0 if callee is None else summaries[callee].length

        for name in order:
            function = self._functions[name]
            points = None if is_exact else StatementPoints(function.body, callee_length)
            walk = FunctionWalk(function, summaries, self._functions, self._kinds, sizes, points)
            walk.run()
            deallocations = check_deallocations(walk)
            summaries[name] = summarize(walk, widen=is_exact, deallocations=deallocations)
        return {name: summaries[name] for name in self._functions}

    # Buffers

    def _find_buffers(self, module: ModuleOp, alignment: int) -> list[Buffer]:
        """All allocations in program order, named."""
        found: list[tuple[LocalBuffer | None, Operation, str | None]] = []
        for op in module.ops:
            name = get_name_if_symbol(op)
            if name in self._functions and self._functions[name].op is op:
                found.extend((local, local.op, name) for local in self.summaries[name].buffers)
            elif op.regions or not op.has_trait(SymbolOpInterface, value_if_unregistered=False):
                outside = filter(self._kinds.is_allocation, op.walk())
                found.extend((None, inner, None) for inner in outside)
        names = unique_names([_name_hint(op, function, self._kinds) for _, op, function in found])
        return [
            _buffer(op, name, function, local, alignment, self._kinds)
            for name, (local, op, function) in zip(names, found, strict=True)
        ]

    def _leave_out(
        self,
        module: ModuleOp,
        parallel_loops: ParallelLoops,
        why_left_out: Callable[[Operation], str | None],
    ) -> None:
        """Finds the buffers that no plan may place, and says why."""
        referenced = self._functions_reached_by_reference(module)
        rule = (
            self._under_concurrent_loop
            if parallel_loops == "any"
            else self._under_innermost_loop_not_serial
        )
        for buffer in self.buffers:
            buffer.not_planned = (
                self._why_not_run(buffer, referenced)
                or why_left_out(buffer.op)
                or _why_not_sized(buffer, self._kinds)
                or _why_not_replaced(buffer)
                or (None if buffer.is_constant else rule(buffer) or _why_escaping(buffer))
            )
        if any(summary.deallocations.frees_aliases for summary in self.summaries.values()):
            self._leave_out_freed_with_others(referenced.keys())

    def _leave_out_freed_with_others(self, referenced: AbstractSet[str]) -> None:
        """
        Leaves out what is freed by a deallocation that must stay, as it may be other memory, not in
        a pool, that it frees.
        """
        called = {call.callee for summary in self.summaries.values() for call in summary.calls}
        entries = {entry.name for entry in self.entries}
        flow = ProgramAliasFlow(
            self._functions,
            entries | referenced | (self._functions.keys() - called),
            self._kinds,
        )
        planned = {buffer.op: buffer for buffer in self.buffers if buffer.not_planned is None}
        not_planned = [op for op in flow.allocations if op not in planned]
        for op, deallocation in flow.freed_with_other_memory(not_planned).items():
            planned[
                op
            ].not_planned = (
                f"freed by {operation_name(deallocation)} together with memory that is not planned"
            )

    def _functions_reached_by_reference(self, module: ModuleOp) -> dict[str, str]:
        """
        The functions that may be run by an operation that names them and is not a call, or by a
        function that may: when and how often is not known. With the reason that keeps their buffers
        from being planned.
        """
        references = [ref for summary in self.summaries.values() for ref in summary.references]
        for op in module.ops:
            if op.get_trait(CallableOpInterface) is not None:
                continue
            is_scope = self._kinds.is_symbol_table(op)
            references.extend(
                (name, inner)
                for inner in ((op,) if is_scope else op.walk())
                for name in functions_named_by(inner, self._functions)
            )
        reasons: dict[str, str] = {}
        pending: list[str] = []
        for name, op in references:
            if name not in reasons:
                reasons[name] = f"@{name} is named by {operation_name(op)} without being called"
                pending.append(name)
        while pending:
            caller = pending.pop()
            for call in self.summaries[caller].calls:
                if call.callee not in reasons:
                    reasons[call.callee] = reasons[caller]
                    pending.append(call.callee)
        return reasons

    def _why_not_run(self, buffer: Buffer, referenced: Mapping[str, str]) -> str | None:
        if buffer.function is None:
            return "outside the functions of the module"
        if buffer.function not in self._activations:
            entries = " or ".join(f"@{entry.name}" for entry in self.entries)
            return f"@{buffer.function} is not reached from {entries}"
        return referenced.get(buffer.function)

    def _under_concurrent_loop(self, buffer: Buffer) -> str | None:
        local, name = buffer.local, buffer.function
        if local is None or name is None:
            return None
        summary = self.summaries[name]
        if name not in self._concurrent:
            self._concurrent[name] = concurrent_loops(summary.loops)
        inside = self._concurrent[name][local.loop]
        loop = (
            self._activations[name].concurrent_under or self._activations[name].outlived_by
            if inside is None
            else describe_loop(inside, summary)
        )
        if loop is None:
            return None
        if self._activations[name].outlived_by is None:
            buffer.slices = self._slices_of(buffer.op)
        return None if buffer.slices else f"allocated under a concurrent loop: {loop}"

    def _slices_of(self, allocation: Operation) -> int | None:
        return self._slices(allocation) if callable(self._slices) else self._slices

    def _under_innermost_loop_not_serial(self, buffer: Buffer) -> str | None:
        local, name = buffer.local, buffer.function
        if local is None or name is None:
            return None
        loop = innermost_not_serial(local.loop, self.summaries[name], self._activations[name])
        return None if loop is None else f"allocated in a loop that is not serial: {loop}"

    # Slices

    def _cut_into_slices(self) -> None:
        """Makes buffers with slices live during the outermost concurrent loops around them."""
        for buffer in self.buffers:
            if buffer.slices is None:
                continue
            local, name = buffer.local, buffer.function
            if buffer.not_planned is not None or local is None or name is None:
                buffer.slices = None
                continue
            loops = self.summaries[name].loops
            if name not in self._outermost:
                self._outermost[name] = outermost_concurrent_loops(loops)
            outermost = self._outermost[name][local.loop]
            if outermost is not None:
                buffer.local = live_during_loop(local, loops, outermost)

    def _find_timeline(self, callers_first: Sequence[str]) -> SerialProgram:
        if all(buffer.slices is None for buffer in self.buffers):
            return SerialProgram(self.summaries, self._activations, {})
        reached = [name for name in callers_first if name in self._activations]
        return SerialProgram.of(self.entries, reached, self.summaries)

    def lives_of(self, buffer: Buffer) -> Sequence[tuple[str, int, int]]:
        """
        When a planned buffer is live: functions of the timeline, and from which to which program
        point of their activations. They are several only for buffers with slices.
        """
        name, lifetime = buffer.function, buffer.local and buffer.local.lifetime
        if name is None or lifetime is None:
            return ()
        lives: list[tuple[str, int, int]] = []
        if name in self.timeline.activations:
            lives.append((name, lifetime.start, lifetime.end))
        summaries = self.timeline.summaries
        lives.extend(
            (stand_in, 0, summaries[stand_in].length - 1)
            for stand_in in self.timeline.stand_ins.get(name, ())
        )
        return lives

    # Live ranges and conflicts

    def _find_live_ranges(self) -> None:
        end_of_run = sum(self.summaries[entry.name].length for entry in self.entries) - 1
        for buffer in self.buffers:
            if buffer.not_planned is not None or buffer.local is None or buffer.function is None:
                continue
            activations = self._activations[buffer.function]
            if buffer.is_constant:
                buffer.live = ((0, end_of_run),)
            elif buffer.local.lifetime is None:
                buffer.live = ()
            else:
                buffer.live = self._live_ranges_of(buffer)
            per_activation = buffer.local.traffic_bytes
            if per_activation is not None and activations.runs is not None:
                buffer.traffic_bytes = per_activation * activations.runs

    def _live_ranges_of(self, buffer: Buffer) -> tuple[tuple[int, int], ...] | None:
        ranges: list[tuple[int, int]] = []
        lives = self.lives_of(buffer)
        for name, start, end in lives:
            starts = self.timeline.activations[name].starts
            if starts is None:
                return None
            ranges.extend([(at + start, at + end) for at in starts])
        if len(lives) > 1:
            if len(ranges) > MAX_ACTIVATIONS:
                return None
            ranges.sort()
        return tuple(ranges)

    def _planned_ranges(self) -> dict[str, list[PlacedRange]]:
        """
        The ranges, in one activation, of what is planned and not constant, by function, callers
        first.
        """
        ranges: dict[str, list[PlacedRange]] = {name: [] for name in self.timeline.activations}
        for index, buffer in enumerate(self.buffers):
            if buffer.not_planned is None and not buffer.is_constant:
                for name, start, end in self.lives_of(buffer):
                    ranges[name].append(PlacedRange(index, start, end))
        return ranges

    def _find_conflicts(
        self, ranges: Mapping[str, Sequence[PlacedRange]], *, everywhere: bool
    ) -> None:
        if not everywhere and all(buffer.live is not None for buffer in self.buffers):
            return
        graph = ConflictGraph(len(self.buffers), ranges, self.timeline.summaries)
        names = [buffer.name for buffer in self.buffers]
        constants = [
            index for index, b in enumerate(self.buffers) if b.is_constant and b.not_planned is None
        ]
        live = sorted(
            {*constants, *(placed.buffer for placed in chain.from_iterable(ranges.values()))}
        )
        for index, buffer in enumerate(self.buffers):
            if buffer.not_planned is not None or (not everywhere and buffer.live is not None):
                continue
            if buffer.is_constant:
                neighbours = [other for other in live if other != index]
            else:
                neighbours = graph.neighbours(index)
                if constants and buffer.live != ():
                    neighbours = sorted(neighbours + constants)
            buffer.conflicts = tuple([names[neighbour] for neighbour in neighbours])


def _name_hint(op: Operation, function: str | None, kinds: OperationKinds) -> NameHint:
    interface = kinds.allocation_of(op)
    explicit = interface.get_buffer_name(op)
    if explicit is not None:
        return NameHint(explicit, is_explicit=True)
    hint = interface.get_buffer(op).name_hint
    return NameHint(hint or function or "buffer", is_explicit=False)


def _buffer(
    op: Operation,
    name: str,
    function: str | None,
    local: LocalBuffer | None,
    alignment: int,
    kinds: OperationKinds,
) -> Buffer:
    interface = kinds.allocation_of(op)
    own_alignment = op.get_attr_or_prop("alignment")
    if own_alignment is not None:
        asked = own_alignment.value.data if isinstance(own_alignment, IntegerAttr) else 0
        if not is_power_of_two(asked):
            fail(op, f"buffer '{name}' has alignment {own_alignment}, expected a power of two")
        alignment = max(alignment, asked)
    type = interface.get_buffer(op).type
    return Buffer(
        op,
        name,
        function,
        allocated_bytes_of(type),
        max(alignment, natural_alignment_of(type)),
        interface.is_constant(op),
        None,
        local=local,
    )


def _why_not_sized(buffer: Buffer, kinds: OperationKinds) -> str | None:
    if buffer.size_bytes is not None:
        return None
    type = kinds.allocation_of(buffer.op).get_buffer(buffer.op).type
    if not isinstance(type, MemRefType):
        return f"a buffer of type {type}"
    if not has_static_shape(type):
        return "dynamic shape"
    if (reason := why_layout_not_sized(type)) is not None:
        return reason
    return f"elements of type {type.element_type}, whose size is not known"


def _why_not_replaced(buffer: Buffer) -> str | None:
    """A view of a pool stands for the buffer, and for nothing else that the operation makes."""
    return None if len(buffer.op.results) == 1 else f"{buffer.op.name} has other results"


def _why_escaping(buffer: Buffer) -> str | None:
    escape = None if buffer.local is None else buffer.local.escape
    return None if escape is None else f"escapes: {escape}"
