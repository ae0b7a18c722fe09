"""
Whether a function uses a buffer after it was freed, on any path.

Only what is surely the freed buffer counts as a use: a value that may be it or another one does
not. A loop may run again, and a condition may hold or not, whatever another one did.

The regions of the function are walked once. Where one path leads around another, as in the arms of
an `if`, what is freed on the one is not seen on the other: a buffer is freed in an arm, is seen to
be while the arm is walked, and again when the paths have met, as the arm is then joined to what is
around it (in a union-find structure: the cost is that of the walk). A buffer that is freed in a
loop, but comes from outside of it, must not be used in the loop at all. The blocks of a control
flow graph are arms that never meet; what one of them frees is carried to the others by
`BlockFrees`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from xdsl.ir import Block, Operation, Region, SSAValue

from usmp_dialect.interfaces import BufferCallInterface, RegionExecution, get_interface
from usmp_dialect.program import fail
from usmp_passes.analysis.block_frees import BlockEvents, BlockFrees
from usmp_passes.analysis.control_flow import blocks_of, execution_order, has_graph
from usmp_passes.analysis.operation_kinds import region_semantics_of
from usmp_passes.analysis.operation_names import location_text, operation_name

if TYPE_CHECKING:
    from usmp_passes.analysis.function_walk import FunctionWalk


class _Freed(NamedTuple):
    op: Operation
    arm: int


class _Event(NamedTuple):
    step: int
    op: Operation
    loop: int


@dataclass(slots=True)
class _Loop:
    """A loop of the walk; the function is the outermost one."""

    start: int
    """The step at which it is entered."""

    end: int = -1
    """The last step inside it."""

    is_open: bool = True
    """Whether the walk is inside."""

    inner: list[_Loop] = field(default_factory=list["_Loop"])
    """The loops directly inside, in the order of their steps."""


class _Arms:
    """Paths around each other, each named by a number; that of the function is 0."""

    def __init__(self) -> None:
        self.current = 0
        self._is_open = [True]
        self._joined_to = [0]

    def enter(self) -> int:
        """Begins a new arm, and returns the one around it."""
        around = self.current
        self.current = len(self._joined_to)
        self._is_open.append(True)
        self._joined_to.append(self.current)
        return around

    def leave(self, around: int) -> int:
        """Ends the current arm, and returns it."""
        left, self.current = self.current, around
        self._is_open[left] = False
        return left

    def join(self, arms: Iterable[int]) -> None:
        """Makes `arms`, which have been left, part of the current one."""
        for arm in arms:
            self._joined_to[arm] = self.current

    def find(self, arm: int) -> int:
        """The arm that `arm` has become part of."""
        joined_to = self._joined_to
        while joined_to[arm] != arm:
            joined_to[arm] = arm = joined_to[joined_to[arm]]
        return arm

    def is_seen(self, arm: int) -> bool:
        """Whether what happened in `arm` may have happened on the path that is walked."""
        return self._is_open[self.find(arm)]


class FreedUses:
    """
    The check of one function. A buffer is the node of a value, `roots` has it for each node of the
    walk.
    """

    def __init__(self, walk: FunctionWalk, roots: Sequence[int]):
        self._walk = walk
        self._roots = roots
        self._frees: defaultdict[int, dict[int, bool]] = defaultdict(dict)
        """The buffers that an operation frees, and whether it surely does, by its identity."""

        self._uses: defaultdict[int, dict[int, None]] = defaultdict(dict)
        """The buffers that an operation uses, of those that are freed somewhere."""

        for op, node, is_sure in walk.frees:
            self._frees[id(op)][roots[node]] = is_sure
        self._buffers = {buffer for freed in self._frees.values() for buffer in freed}
        for access in walk.accesses:
            if roots[access.node] in self._buffers:
                self._uses[id(access.op)][roots[access.node]] = None

        self._step = 0
        self._arms = _Arms()
        self._loops = [_Loop(0)]
        self._loop = 0
        self._loop_of: dict[int, int] = {}
        """The loop in which a buffer is defined, if it is not the outermost one."""

        self._freed: dict[int, _Freed] = {}
        """What has been freed, with the operation that is seen longest."""

        self._freed_in_block: dict[tuple[int, Block | None], Operation] = {}
        """The first operation of a block that surely frees a buffer."""

        self._all_frees: list[tuple[int, _Event]] = []
        self._all_uses: defaultdict[int, list[_Event]] = defaultdict(list)
        self._graphs: list[tuple[Block, BlockEvents]] = []
        """The blocks of control flow graphs around, and what happens in them."""

    def check(self) -> None:
        """
        Raises `AnalysisError`, at the use, if a buffer may be used after it was freed, and at the
        second deallocation if one is surely freed twice.
        """
        self._visit_region(self._walk.function.body)
        self._loops[0].end = self._step
        self._check_loops()

    # The walk

    def _visit_region(self, region: Region) -> None:
        if has_graph(region):
            self._visit_graph(region)
        else:
            for block in region.blocks:
                self._visit_block(block)

    def _visit_block(self, block: Block) -> None:
        uses, frees = self._uses, self._frees
        self._define(block.args)
        for op in block.ops:
            self._step += 1
            if op.results:
                self._define(op.results)
            if id(op) in uses:
                self._use(op)
            if op.regions:
                self._visit_regions(op)
                if id(op) in uses:
                    self._use(op)
            if id(op) in frees:
                self._free(op)

    def _visit_regions(self, op: Operation) -> None:
        semantics = region_semantics_of(op)
        trips = semantics.trip_count
        if semantics.execution is RegionExecution.ONCE:
            self._visit_arms(op)
        elif trips is not None and trips <= 1:
            for region in op.regions:
                self._visit_region(region)
        else:
            self._visit_loop(op)

    def _visit_arms(self, op: Operation) -> None:
        arms: list[int] = []
        for region in op.regions:
            around = self._arms.enter()
            self._visit_region(region)
            arms.append(self._arms.leave(around))
        self._arms.join(arms)

    def _visit_loop(self, op: Operation) -> None:
        around, self._loop = self._loop, len(self._loops)
        loop = _Loop(self._step)
        self._loops.append(loop)
        self._loops[around].inner.append(loop)
        for region in op.regions:
            self._visit_region(region)
        loop.end, loop.is_open = self._step, False
        self._loop = around

    def _define(self, values: Iterable[SSAValue]) -> None:
        for value in values:
            node = self._walk.aliases.node_of(value)
            if node in self._buffers:
                self._loop_of[node] = self._loop
                for _, events in self._graphs:
                    events.defined.add(node)

    def _use(self, op: Operation) -> None:
        for buffer in self._uses[id(op)]:
            freed = self._freed_before(buffer)
            if freed is not None:
                self._fail_used(op, buffer, freed.op)
            self._all_uses[buffer].append(_Event(self._step, op, self._loop))
            for _, events in self._graphs:
                events.used.setdefault(buffer, op)

    def _free(self, op: Operation) -> None:
        for buffer, is_sure in self._frees[id(op)].items():
            if is_sure:
                before_in_block = self._freed_in_block.setdefault((buffer, op.parent), op)
                if before_in_block is not op:
                    self._fail_freed_twice(op, buffer, before_in_block)
            before = self._freed_before(buffer)
            # What was freed around this arm is seen longer.
            if before is None or self._arms.find(before.arm) == self._arms.current:
                self._freed[buffer] = _Freed(op, self._arms.current)
            self._all_frees.append((buffer, _Event(self._step, op, self._loop)))
            for block, events in self._graphs:
                events.freed.setdefault(buffer, op)
                if is_sure and op.parent is block:
                    events.surely_freed.setdefault(buffer, op)

    def _freed_before(self, buffer: int) -> _Freed | None:
        """Where `buffer` was freed on some path to where the walk is."""
        freed = self._freed.get(buffer)
        if freed is None or not self._arms.is_seen(freed.arm):
            return None
        # Behind a loop there is only the buffer of its last iteration, which may have ended early.
        return freed if self._loops[self._loop_of.get(buffer, 0)].is_open else None

    # Control flow graphs

    def _visit_graph(self, region: Region) -> None:
        events = {block: BlockEvents() for block in blocks_of(execution_order(region))}
        for block, found in events.items():
            around = self._arms.enter()
            self._graphs.append((block, found))
            self._visit_block(block)
            self._graphs.pop()
            self._arms.leave(around)
        if not any(found.freed for found in events.values()):
            return
        frees = BlockFrees(events)
        if frees.used_after is not None:
            buffer, op, freed_by = frees.used_after
            self._fail_used(op, buffer, freed_by)
        if frees.freed_twice is not None:
            buffer, op, freed_by = frees.freed_twice
            self._fail_freed_twice(op, buffer, freed_by)
        for buffer, op in frees.at_exits.items():
            if self._freed_before(buffer) is None:
                self._freed[buffer] = _Freed(op, self._arms.current)

    # Loops

    def _check_loops(self) -> None:
        for buffer, (step, op, loop) in self._all_frees:
            defined_in = self._loop_of.get(buffer, 0)
            if loop == defined_in:
                continue
            outermost = _loop_at(step, self._loops[defined_in].inner)
            if outermost is None:
                continue
            uses = self._all_uses[buffer]
            first = bisect_left(uses, outermost.start, key=lambda use: use.step)
            if first < len(uses) and uses[first].step <= outermost.end:
                self._fail_used(uses[first].op, buffer, op, " in an iteration before")

    # Errors

    def _fail_used(
        self, op: Operation, buffer: int, freed_by: Operation, when: str = ""
    ) -> NoReturn:
        fail(
            op,
            f"{self._name(buffer, op)} is used after {_name_of_free(freed_by)} freed it{when}"
            f"{location_text(freed_by)}: free it after its last use, "
            "or leave the deallocation out: the planner needs none",
        )

    def _fail_freed_twice(self, op: Operation, buffer: int, freed_by: Operation) -> NoReturn:
        fail(
            op,
            f"{self._name(buffer, op)} is freed twice, by {_name_of_free(freed_by)}"
            f"{location_text(freed_by)} and again here: keep one deallocation, "
            "or none: the planner needs none",
        )

    def _name(self, buffer: int, op: Operation) -> str:
        """What messages about `op` call a buffer: by its definition, or as `op` does."""
        walk = self._walk
        hint: str | None = None
        for made_by, value, node, _ in walk.allocations:
            if node == buffer:
                explicit = walk.kinds.allocation_of(made_by).get_buffer_name(made_by)
                hint = explicit or value.name_hint
        first_block = walk.function.body.first_block
        for value in (*(() if first_block is None else first_block.args), *op.operands):
            node = walk.aliases.node_of(value)
            if hint is None and node is not None and self._roots[node] == buffer:
                hint = value.name_hint
        what = "a buffer" if hint is None else f"'{hint}'"
        return f"{what} of @{walk.function.name}"


def _loop_at(step: int, loops: Sequence[_Loop]) -> _Loop | None:
    """The one of `loops`, which follow each other, that `step` is in."""
    after = bisect_right(loops, step, key=lambda loop: loop.start)
    found = loops[after - 1] if after else None
    return found if found is not None and step <= found.end else None


def _name_of_free(op: Operation) -> str:
    interface = get_interface(op, BufferCallInterface)
    callee = "" if interface is None else f" of {interface.get_callee(op)}"
    return f"{operation_name(op)}{callee}"
