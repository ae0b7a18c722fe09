"""
The rules of liveness, applied to every call path of a program.

The program is run through once, statically: every loop body once, both arms of every `if`, and the
body of a function again for each call that reaches it. Every operation gets the next number at each
visit. An *instance* is one allocation on one call path; whatever can be said about it is collected
in sets and lists, and the rules are read off these at the end. The cost follows the number of call
paths, and aliases are found by going through the program until nothing new comes up: this is for
small programs only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from xdsl.dialects.builtin import MemRefType, ModuleOp
from xdsl.ir import Operation, Region, SSAValue
from xdsl.traits import Pure

from usmp_model_program import (
    ALIASING,
    ALLOCATIONS,
    CALLS,
    CHOICES,
    CONCURRENT_KINDS,
    CONSTANTS,
    LOADS,
    RETURNS,
    SILENT_TERMINATORS,
    STORES,
    FunctionOfProgram,
    ModelProgram,
    block_of,
    holds_address,
    is_loop,
    loop_kind,
    name_of,
    size_bytes,
    terminator_of,
)

Path = tuple[Operation, ...]
"""The entry function, and the calls entered from there."""

Range = tuple[int, int]
"""A closed range of program points."""


class Instance(NamedTuple):
    path: Path
    allocation: Operation


class Visit(NamedTuple):
    path: Path
    op: Operation


class Loop(NamedTuple):
    """A loop of a run, on one call path."""

    visit: Visit
    kind: str


class Access(NamedTuple):
    instance: Instance
    visit: Visit
    loops: tuple[Loop, ...]
    """The loops around the access, through calls."""


@dataclass(frozen=True)
class ModelBuffer:
    """What the rules say about one allocation."""

    allocation: Operation
    size_bytes: int | None
    not_planned: frozenset[str]
    live: tuple[Range, ...]
    """The range of each activation that accesses it, ascending."""

    @property
    def is_constant(self) -> bool:
        return self.allocation.name in CONSTANTS

    def meets(self, other: ModelBuffer) -> bool:
        """Whether some ranges of the two have a point in common."""
        return any(
            first[0] <= second[1] and second[0] <= first[1]
            for first in self.live
            for second in other.live
        )


@dataclass
class _Run:
    """What one pass over all call paths sees."""

    points: dict[Visit, int] = field(default_factory=dict[Visit, int])
    last_points: dict[Visit, int] = field(default_factory=dict[Visit, int])
    """The point of the last operation nested in a loop, calls entered."""
    accesses: list[Access] = field(default_factory=list[Access])
    loops_around: dict[Instance, tuple[Loop, ...]] = field(
        default_factory=dict[Instance, tuple[Loop, ...]]
    )
    escapes: set[Instance] = field(default_factory=set[Instance])
    """The instances that are stored, or returned by the function that allocates them."""
    passed_on: set[tuple[Instance, Loop]] = field(default_factory=set[tuple[Instance, Loop]])
    """The instances that an iteration of a loop passes to the next one, or out of the loop."""


class BruteForceModel:
    """
    What DESIGN section 4 says about a module.

    `buffers` are in program order. Raises `KeyError` for a `main` that does not exist, and does not
    end if the program is recursive.
    """

    def __init__(
        self,
        module: ModuleOp,
        main: str | None = None,
        *,
        parallel_loops: Literal["any", "innermost"] = "any",
        loop_liveness: Literal["whole-loop", "access-only"] = "whole-loop",
    ):
        self.program = ModelProgram(module, main)
        self.parallel_loops = parallel_loops
        self.loop_liveness = loop_liveness
        self._aliases: defaultdict[tuple[Path, SSAValue], set[Instance]] = defaultdict(set)
        self._run = _Run()
        known = -1
        while known != (known := self._count_aliases()):
            self._run = _Run()
            self._visit_program()
        self.total_points = len(self._run.points)
        self.buffers = tuple(self._buffer(op) for op in self.program.allocations)

    def _count_aliases(self) -> int:
        return sum(len(instances) for instances in self._aliases.values())

    # The results

    def conflicts(self, buffer: ModelBuffer) -> tuple[ModelBuffer, ...]:
        """The other buffers that are live at a point where `buffer` is, in program order."""
        return tuple(other for other in self.buffers if other is not buffer and buffer.meets(other))

    @property
    def memory_pressure(self) -> int:
        """The most bytes of buffers, constants left out, that are live at one point."""
        return max(map(self._live_bytes, range(self.total_points)), default=0)

    def _live_bytes(self, point: int) -> int:
        return sum(
            buffer.size_bytes
            for buffer in self.buffers
            if buffer.size_bytes is not None
            and not buffer.is_constant
            and any(first <= point <= last for first, last in buffer.live)
        )

    def _buffer(self, allocation: Operation) -> ModelBuffer:
        type = allocation.results[0].type
        assert isinstance(type, MemRefType)
        size = size_bytes(type)
        instances = [i for i in self._run.loops_around if i.allocation is allocation]
        reasons = frozenset(self._reasons(allocation, size, instances))
        live: Iterable[Range] = ()
        if not reasons and allocation.name in CONSTANTS:
            live = ((0, self.total_points - 1),)
        elif not reasons:
            live = sorted(range for i in instances if (range := self._range(i)) is not None)
        return ModelBuffer(allocation, size, reasons, tuple(live))

    def _reasons(
        self, allocation: Operation, size: int | None, instances: Sequence[Instance]
    ) -> Iterator[str]:
        if size is None:
            yield "dynamic shape"
        if not instances:
            yield "unreachable"
        if allocation.name in CONSTANTS:
            # One place holds a constant, unchanged, from before the run until after it.
            return
        if any(self._is_concurrent(self._run.loops_around[i]) for i in instances):
            yield "concurrent"
        if any(self._escapes(i) for i in instances):
            yield "escape"

    def _escapes(self, instance: Instance) -> bool:
        return instance in self._run.escapes or any(
            (instance, loop) in self._run.passed_on for loop in self._run.loops_around[instance]
        )

    def _is_concurrent(self, loops: Sequence[Loop]) -> bool:
        if self.parallel_loops == "innermost":
            return bool(loops) and loops[-1].kind != "serial"
        return any(loop.kind in CONCURRENT_KINDS for loop in loops)

    # Rule 1

    def _range(self, instance: Instance) -> Range | None:
        """From the first to the last point at which the instance has to be there."""
        ranges = [
            range
            for access in self._run.accesses
            if access.instance == instance
            for range in self._ranges_of_access(access)
        ]
        if not ranges:
            return None
        return min(first for first, _ in ranges), max(last for _, last in ranges)

    def _ranges_of_access(self, access: Access) -> Iterator[Range]:
        points = self._run.points
        if self.loop_liveness == "access-only":
            for statement in _statements(access.visit.op):
                point = points[Visit(access.visit.path, statement)]
                yield point, point
            return
        point = points[access.visit]
        yield point, point
        around_allocation = self._run.loops_around[access.instance]
        for loop in access.loops:
            if loop not in around_allocation:
                yield points[loop.visit], self._run.last_points[loop.visit]

    # One run

    def _visit_program(self) -> None:
        for entry in self.program.entries:
            self._visit_region(entry.op.regions[0], (entry.op,), ())

    def _visit_region(self, region: Region, path: Path, loops: tuple[Loop, ...]) -> None:
        block = block_of(region)
        for op in () if block is None else block.ops:
            self._visit(op, path, loops)

    def _visit(self, op: Operation, path: Path, loops: tuple[Loop, ...]) -> None:
        visit = Visit(path, op)
        self._run.points[visit] = len(self._run.points)
        name = name_of(op)
        callee = self.program.callee(op) if name in CALLS else None
        if name in ALLOCATIONS:
            instance = Instance(path, op)
            self._run.loops_around[instance] = loops
            self._add(path, op.results[0], {instance})
        elif name in ALIASING:
            self._add_all(path, op.results, path, op.operands)
        elif callee is not None:
            self._visit_callee(callee, visit, loops)
        elif name in RETURNS:
            self._visit_return(visit)
        elif name in SILENT_TERMINATORS:
            self._visit_terminator(visit, loops)
        elif name == "memref.dealloc":
            pass  # not an access: it ends a life that may have ended before
        elif name in CHOICES:
            self._flow_of_choice(visit)
            self._visit_regions(visit, loops)
        elif name in _VALUE_FLOWS:
            _VALUE_FLOWS[name](self, visit)
            self._visit_regions(visit, loops)
        else:
            self._visit_accessing(visit, loops)

    def _visit_regions(self, visit: Visit, loops: tuple[Loop, ...]) -> None:
        if is_loop(visit.op):
            loops = (*loops, Loop(visit, loop_kind(visit.op)))
        for region in visit.op.regions:
            self._visit_region(region, visit.path, loops)
        self._run.last_points[visit] = len(self._run.points) - 1

    def _visit_accessing(self, visit: Visit, loops: tuple[Loop, ...]) -> None:
        """
        An access to whatever is among the operands; unknown operations also have regions and
        results.
        """
        path, op = visit
        if name_of(op) in STORES:
            # The address that is stored, if the element is one, is not accessed but kept.
            stored, *operands = op.operands
            self._run.escapes |= self._of(path, [stored])
        else:
            operands = op.operands
        # An operation with regions has its operands for as long as those run.
        loops_of_access = (*loops, Loop(visit, loop_kind(op))) if op.regions else loops
        for instance in self._of(path, operands):
            self._run.accesses.append(Access(instance, visit, loops_of_access))
        block = op.parent_block()
        parent = op.parent_op()
        if parent is not None and block is not None and block.last_op is op:
            self._visit_terminator(visit, loops)
        regions = op.regions
        given = [*op.operands, *(v for region in regions for v in terminator_of(region).operands)]
        taken = [*op.results, *(arg for region in regions for arg in region.block.args)]
        self._add_all(path, [v for v in taken if holds_address(v.type)], path, given)
        self._visit_regions(visit, loops)

    def _visit_callee(
        self, callee: FunctionOfProgram, call: Visit, loops: tuple[Loop, ...]
    ) -> None:
        inner = (*call.path, call.op)
        for parameter, argument in zip(callee.parameters, call.op.operands, strict=True):
            self._add(inner, parameter, self._of(call.path, [argument]))
        self._visit_region(callee.op.regions[0], inner, loops)
        returned = terminator_of(callee.op.regions[0]).operands
        for result, value in zip(call.op.results, returned, strict=True):
            self._add(call.path, result, self._of(inner, [value]))

    def _visit_return(self, visit: Visit) -> None:
        """
        What a function has allocated itself must not be returned; what its caller has, may be.
        """
        returned = self._of(visit.path, visit.op.operands)
        self._run.escapes |= {i for i in returned if i.path == visit.path}

    def _visit_terminator(self, visit: Visit, loops: tuple[Loop, ...]) -> None:
        """The terminators of a loop's own regions pass on their operands."""
        parent = visit.op.parent_op()
        if parent is not None and is_loop(parent):
            for instance in self._of(visit.path, visit.op.operands):
                self._run.passed_on.add((instance, loops[-1]))

    # Aliases

    def _of(self, path: Path, values: Iterable[SSAValue]) -> set[Instance]:
        """The instances that the values may be the addresses of."""
        return {instance for value in values for instance in self._aliases[path, value]}

    def _add(self, path: Path, value: SSAValue, instances: Iterable[Instance]) -> None:
        self._aliases[path, value] |= set(instances)

    def _add_all(
        self,
        to_path: Path,
        targets: Iterable[SSAValue],
        from_path: Path,
        sources: Iterable[SSAValue],
    ) -> None:
        """Any of `sources` may become any of `targets`."""
        instances = self._of(from_path, sources)
        for target in targets:
            self._add(to_path, target, instances)

    def _flow(self, path: Path, sources: Iterable[SSAValue], targets: Iterable[SSAValue]) -> None:
        """Each of `sources` may become its counterpart in `targets`."""
        for source, target in zip(sources, targets, strict=True):
            self._add(path, target, self._of(path, [source]))

    def _flow_of_choice(self, visit: Visit) -> None:
        for region in visit.op.regions:
            if block_of(region) is not None and visit.op.results:
                self._flow(visit.path, terminator_of(region).operands, visit.op.results)

    def _flow_of_for(self, visit: Visit) -> None:
        path, op = visit
        first = op.operands[3:]
        yielded = terminator_of(op.regions[0]).operands
        carried = op.regions[0].block.args[1:]
        for sources in (first, yielded):
            self._flow(path, sources, carried)
            self._flow(path, sources, op.results)

    def _flow_of_affine_for(self, visit: Visit) -> None:
        path, op = visit
        yielded = terminator_of(op.regions[0]).operands
        carried = op.regions[0].block.args[1:]
        first = op.operands[len(op.operands) - len(carried) :]
        for sources in (first, yielded):
            self._flow(path, sources, carried)
            self._flow(path, sources, op.results)

    def _flow_of_while(self, visit: Visit) -> None:
        path, op = visit
        before, after = op.regions
        self._flow(path, op.operands, before.block.args)
        self._flow(path, terminator_of(after).operands, before.block.args)
        passed = terminator_of(before).operands[1:]
        self._flow(path, passed, after.block.args)
        self._flow(path, passed, op.results)

    def _flow_of_nothing(self, visit: Visit) -> None:
        """A loop that carries no buffers."""


_VALUE_FLOWS = {
    "affine.for": BruteForceModel._flow_of_affine_for,  # pyright: ignore[reportPrivateUsage]
    "affine.parallel": BruteForceModel._flow_of_nothing,  # pyright: ignore[reportPrivateUsage]
    "scf.for": BruteForceModel._flow_of_for,  # pyright: ignore[reportPrivateUsage]
    "scf.while": BruteForceModel._flow_of_while,  # pyright: ignore[reportPrivateUsage]
    "scf.parallel": BruteForceModel._flow_of_nothing,  # pyright: ignore[reportPrivateUsage]
    "tir.for": BruteForceModel._flow_of_nothing,  # pyright: ignore[reportPrivateUsage]
}


def _statements(op: Operation) -> set[Operation]:
    """
    The statements that an access is part of when statements are numbered: a load belongs to those
    that consume its value, directly or through pure operations and a choice of values by `scf.if`.
    """
    if op.name not in LOADS:
        return {op}
    return _consumers(op.results[0]) or {op}


def _consumers(value: SSAValue) -> set[Operation]:
    found: set[Operation] = set()
    for use in value.uses:
        user = use.operation
        if user.name == "scf.yield" and (parent := user.parent_op()) is not None:
            found |= _consumers(parent.results[use.index])
        elif user.results and (
            user.name == "scf.if" or user.has_trait(Pure, value_if_unregistered=False)
        ):
            for result in user.results:
                found |= _consumers(result)
        else:
            found.add(user)
    return found
