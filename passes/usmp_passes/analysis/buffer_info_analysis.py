"""
The buffers of a whole program: their sizes, when they are live, and which are ever live together.

The rules are those under "How liveness works" in the README; the modules of this package say how
each is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    has_identity_layout,
    has_static_shape,
    size_bytes_of,
)
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
    activations_of,
    concurrent_loops,
    describe_loop,
    innermost_not_serial,
)
from usmp_passes.analysis.conflicts import ConflictGraph, PlacedRange
from usmp_passes.analysis.explanation import Explanation, explain
from usmp_passes.analysis.function_summary import FunctionSummary, LocalBuffer, summarize
from usmp_passes.analysis.function_walk import FunctionWalk, Loop, SizeCache
from usmp_passes.analysis.io_lifetimes import widen_io_lifetimes
from usmp_passes.analysis.memory_pools import MemoryPools
from usmp_passes.analysis.memory_pressure import memory_pressures
from usmp_passes.analysis.names import NameHint, unique_names
from usmp_passes.analysis.operation_kinds import OperationKinds, operation_name
from usmp_passes.analysis.statement_points import StatementPoints

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
    """`None` if the type does not say."""

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


class BufferInfoAnalysis:
    """
    Liveness and conflicts of all buffers of a module. Reads the module and leaves it as it is; what
    the module becomes afterwards is not seen.

    `main` names the entry function, if it is not to be found by its mark. `alignment` is in bytes.
    Without `conflicts`, only buffers that have too many activations for a list of live ranges get a
    list of conflicts. `why_left_out` says why a buffer is left out of the plan, given its
    allocation, or `None` if it is not; by default it is that of the module's `MemoryPools`. `kinds`
    says what operations are, in place of their interfaces alone.

    Raises `AnalysisError`, a `PassFailedException` that carries the operation, for recursion, for a
    module without an entry function or with several that are marked, for calls that do not fit
    their callee, and for inputs and outputs (`usmp.io`) that cannot be; `ValueError` for an
    alignment that is not a power of two.
    """

    buffers: Sequence[Buffer]
    """Every allocation, planned or not, in program order."""

    pools: MemoryPools
    """The pools of the module."""

    memory_pressure: int
    """The largest sum of sizes, in bytes, live at one program point; constants are not counted."""

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
    ):
        if not is_power_of_two(alignment):
            raise ValueError(f"alignment is {alignment}, expected a power of two")
        self._kinds = OperationKinds() if kinds is None else kinds
        self._concurrent: dict[str, list[Loop | None]] = {}
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
        widen_io_lifetimes(self.buffers, self.entries, self.summaries)
        self._find_live_ranges()
        ranges = self._planned_ranges()
        self._find_conflicts(ranges, everywhere=conflicts)
        self._pressures = memory_pressures(
            ranges, [buffer.size_bytes or 0 for buffer in self.buffers], self.summaries
        )
        self.memory_pressure = max(self.memory_pressure_of(entry.name) for entry in self.entries)

    def memory_pressure_of(self, function: str) -> int:
        """The most bytes live at one point of one activation of `function`, callees included."""
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
            summaries[name] = summarize(walk, widen=is_exact)
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
                or (None if buffer.is_constant else rule(buffer) or _why_escaping(buffer))
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
            self._activations[name].concurrent_under
            if inside is None
            else describe_loop(inside, summary)
        )
        return None if loop is None else f"allocated under a concurrent loop: {loop}"

    def _under_innermost_loop_not_serial(self, buffer: Buffer) -> str | None:
        local, name = buffer.local, buffer.function
        if local is None or name is None:
            return None
        loop = innermost_not_serial(local.loop, self.summaries[name], self._activations[name])
        return None if loop is None else f"allocated in a loop that is not serial: {loop}"

    # Live ranges and conflicts

    def _find_live_ranges(self) -> None:
        end_of_run = sum(self.summaries[entry.name].length for entry in self.entries) - 1
        for buffer in self.buffers:
            if buffer.not_planned is not None or buffer.local is None or buffer.function is None:
                continue
            activations = self._activations[buffer.function]
            if buffer.is_constant:
                buffer.live = ((0, end_of_run),)
            elif (lifetime := buffer.local.lifetime) is None:
                buffer.live = ()
            elif activations.starts is None:
                buffer.live = None
            else:
                start, end = lifetime.start, lifetime.end
                buffer.live = tuple([(at + start, at + end) for at in activations.starts])
            per_activation = buffer.local.traffic_bytes
            if per_activation is not None and activations.runs is not None:
                buffer.traffic_bytes = per_activation * activations.runs

    def _planned_ranges(self) -> dict[str, list[PlacedRange]]:
        """
        The ranges, in one activation, of what is planned and not constant, by function, callers
        first.
        """
        ranges: dict[str, list[PlacedRange]] = {name: [] for name in self._activations}
        for index, buffer in enumerate(self.buffers):
            lifetime = None if buffer.local is None else buffer.local.lifetime
            if (
                lifetime is not None
                and buffer.function is not None
                and buffer.not_planned is None
                and not buffer.is_constant
            ):
                ranges[buffer.function].append(PlacedRange(index, lifetime.start, lifetime.end))
        return ranges

    def _find_conflicts(
        self, ranges: Mapping[str, Sequence[PlacedRange]], *, everywhere: bool
    ) -> None:
        if not everywhere and all(buffer.live is not None for buffer in self.buffers):
            return
        graph = ConflictGraph(len(self.buffers), ranges, self.summaries)
        names = [buffer.name for buffer in self.buffers]
        constants = [
            index for index, b in enumerate(self.buffers) if b.is_constant and b.not_planned is None
        ]
        live = sorted(
            [*constants, *(placed.buffer for placed in chain.from_iterable(ranges.values()))]
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
    return Buffer(
        op,
        name,
        function,
        size_bytes_of(interface.get_buffer(op).type),
        alignment,
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
    if not has_identity_layout(type):
        return f"layout {type.layout}"
    return f"elements of type {type.element_type}, whose size is not known"


def _why_escaping(buffer: Buffer) -> str | None:
    escape = None if buffer.local is None else buffer.local.escape
    return None if escape is None else f"escapes: {escape}"
