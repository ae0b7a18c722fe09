"""
Which values may be aliases of which, over a whole program, whatever the order in which it runs; and
which buffers a deallocation may free together with memory that is in no pool.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from xdsl.ir import Operation, Region, SSAValue

from usmp_dialect.interfaces import (
    BranchInterface,
    BufferAliasInterface,
    BufferCallInterface,
    RegionOpInterface,
    get_interface,
)
from usmp_dialect.program import Function
from usmp_passes.analysis.address_types import may_be_address
from usmp_passes.analysis.operation_kinds import (
    OperationKind,
    OperationKinds,
    region_semantics_of,
)

Node: TypeAlias = SSAValue | Operation | tuple[str, int]
"""
A value; an operation, for all that it passes on at once; or a result of a function, by number.
"""


class ProgramAliasFlow:
    """
    How buffers flow through the functions of a module. Modules inside it are left out.

    `from_outside` names the functions that are given memory by what is not in the module.
    """

    elsewhere: list[Node]
    """The values that may be memory which no allocation of the program has made."""

    allocations: dict[Operation, SSAValue]
    """The buffers that the program allocates, in program order."""

    deallocations: list[tuple[Operation, SSAValue]]
    """Those of the program, in its order, each with the value that it frees."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        from_outside: AbstractSet[str],
        kinds: OperationKinds | None = None,
    ):
        self.elsewhere = []
        self.allocations = {}
        self.deallocations = []
        self._destinations: defaultdict[Node, list[Node]] = defaultdict(list)
        self._sources: defaultdict[Node, list[Node]] = defaultdict(list)
        self._kinds = OperationKinds() if kinds is None else kinds
        self._functions = functions
        for name, function in functions.items():
            block = function.body.first_block
            if block is not None and name in from_outside:
                self.elsewhere.extend(block.args)
            self._add_region(function.body, function)

    def reached_from(self, origins: Iterable[Node]) -> Mapping[Node, Node]:
        """The nodes that may be aliases of `origins`, each with one that it may be of."""
        reached = {origin: origin for origin in origins}
        pending = list(reached)
        while pending:
            node = pending.pop()
            for alias in self._destinations.get(node, ()):
                if alias not in reached:
                    reached[alias] = reached[node]
                    pending.append(alias)
        return reached

    def freed_with_other_memory(
        self, not_planned: Iterable[Operation]
    ) -> dict[Operation, Operation]:
        """
        The allocations that a deallocation may free which has to stay, as it may free memory that
        is in no pool: that which comes from elsewhere, that of the allocations which are
        `not_planned`, or that of another one found here. Each with the deallocation.

        Each node is looked at once in each direction.
        """
        left_out = dict.fromkeys(not_planned)
        found: dict[Operation, Operation] = {}
        freed_by: defaultdict[Node, list[Operation]] = defaultdict(list)
        for op, value in self.deallocations:
            freed_by[value].append(op)
        reached: set[Node] = set()
        may_be_freed: set[Node] = set()
        pending = [*self.elsewhere, *(self.allocations[op] for op in left_out)]
        while pending:
            node = pending.pop()
            if node in reached:
                continue
            reached.add(node)
            pending.extend(self._destinations.get(node, ()))
            for deallocation in freed_by.get(node, ())[:1]:
                for op in self._allocations_behind(node, may_be_freed):
                    if op not in left_out:
                        left_out[op] = None
                        found[op] = deallocation
                        pending.append(self.allocations[op])
        return found

    def _allocations_behind(self, node: Node, seen: set[Node]) -> Iterator[Operation]:
        """The allocations that `node` may be an alias of, without what was `seen` before."""
        pending = [node]
        while pending:
            behind = pending.pop()
            if behind in seen:
                continue
            seen.add(behind)
            pending.extend(self._sources.get(behind, ()))
            owner = behind.owner if isinstance(behind, SSAValue) else None
            if isinstance(owner, Operation) and self.allocations.get(owner) is behind:
                yield owner

    def _flow(self, source: Node, destination: Node) -> None:
        self._destinations[source].append(destination)
        self._sources[destination].append(source)

    def _add_region(self, region: Region, function: Function) -> None:
        for block in region.blocks:
            for op in block.ops:
                if op.regions:
                    self._add_region_op(op, function)
                else:
                    self._add_op(op, function)
                if op.successors:
                    self._add_branch(op)

    def _add_op(self, op: Operation, function: Function) -> None:
        kind = self._kinds.kind_of(op)
        if kind is OperationKind.ALLOCATION:
            self.allocations[op] = self._kinds.allocation_of(op).get_buffer(op)
        elif kind is OperationKind.DEALLOCATION:
            freed = self._kinds.freed_by(op)
            assert freed is not None
            self.deallocations.append((op, freed))
            self.elsewhere.extend(op.results)
        elif kind is OperationKind.CALL:
            self._add_call(op)
        elif kind is OperationKind.RETURN:
            if op.parent_region() is function.body:
                for number, operand in enumerate(op.operands):
                    self._flow(operand, (function.name, number))
        elif op.results:
            self._add_results(op)

    def _add_results(self, op: Operation) -> None:
        described = get_interface(op, BufferAliasInterface)
        if described is not None:
            for result in op.results:
                sources = [
                    source
                    for source in described.get_alias_sources(op, result)
                    if may_be_address(source.type)
                ]
                for source in sources:
                    self._flow(source, result)
                if not sources:
                    self.elsewhere.append(result)
            return
        self._pass_on(op, op.operands, op.results)
        is_derived = any(may_be_address(operand.type) for operand in op.operands)
        if self._kinds.is_access(op) or not is_derived:
            self.elsewhere.extend(op.results)

    def _add_call(self, op: Operation) -> None:
        interface = get_interface(op, BufferCallInterface)
        assert interface is not None
        callee = interface.get_callee(op)
        function = self._functions.get(callee.root_reference.data)
        if function is None or callee.nested_references.data:
            self._pass_on(op, op.operands, op.results)
            self.elsewhere.extend(op.results)
            return
        block = function.body.first_block
        assert block is not None
        for argument, parameter in zip(interface.get_arguments(op), block.args, strict=False):
            self._flow(argument, parameter)
        for number, result in enumerate(op.results):
            self._flow((function.name, number), result)

    def _add_branch(self, op: Operation) -> None:
        interface = get_interface(op, BranchInterface)
        if interface is not None:
            for source, destination in interface.get_value_flow(op):
                self._flow(source, destination)
            return
        for successor in op.successors:
            self._pass_on(op, op.operands, successor.args)

    def _add_region_op(self, op: Operation, function: Function) -> None:
        if self._kinds.is_symbol_table(op):
            return
        for region in op.regions:
            self._add_region(region, function)
        # Loads the model of the dialect, if there is one.
        region_semantics_of(op)
        interface = get_interface(op, RegionOpInterface)
        flow = None if interface is None else interface.get_value_flow(op)
        if flow is not None:
            for source, destination in flow:
                self._flow(source, destination)
            return
        blocks = [block for region in op.regions for block in region.blocks]
        passed_on = [
            operand for block in blocks if block.last_op for operand in block.last_op.operands
        ]
        results = [*op.results, *(argument for block in blocks for argument in block.args)]
        self._pass_on(op, [*op.operands, *passed_on], results)
        if interface is None:
            self.elsewhere.extend(results)

    def _pass_on(
        self, op: Operation, sources: Iterable[SSAValue], destinations: Iterable[SSAValue]
    ) -> None:
        """Makes each of `destinations` a possible alias of each of `sources`."""
        for source in sources:
            if may_be_address(source.type):
                self._flow(source, op)
        for destination in destinations:
            if may_be_address(destination.type):
                self._flow(op, destination)
