"""Which deallocations free memory that belongs to a pool, and go when it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from xdsl.ir import Operation, Region, SSAValue

from usmp_dialect.interfaces import (
    BufferAllocationInterface,
    BufferCallInterface,
    RegionOpInterface,
    get_interface,
)
from usmp_dialect.program import Function, fail
from usmp_passes.analysis.address_types import may_be_address
from usmp_passes.analysis.operation_kinds import (
    OperationKind,
    OperationKinds,
    operation_name,
    region_semantics_of,
)
from usmp_passes.rewriting.placement import Placement
from usmp_passes.rewriting.planned_program import PlannedProgram

_Node: TypeAlias = SSAValue | Operation | tuple[str, int]
"""
A value; an operation, for all that it passes on at once; or a result of a function, by number.
"""


def deallocations_of_pool_memory(program: PlannedProgram) -> Sequence[Operation]:
    """
    The deallocations whose operand is a buffer that the plan has put in a pool, or an alias of one.

    Raises `AnalysisError` for one that may free such a buffer or, another time, other memory.
    """
    placed: dict[_Node, Placement] = {
        placement.buffer: placement for placement in program.placements
    }
    of_placed: list[Operation] = []
    unclear: list[Operation] = []
    for op in program.deallocations if placed else ():
        freed = op.operands[0]
        if freed in placed:
            of_placed.append(op)
        elif not _is_allocated_by(freed.owner):
            unclear.append(op)
    if unclear:
        flow = _AliasFlow(program)
        from_placed = flow.reached_from(placed)
        from_elsewhere = flow.reached_from(dict.fromkeys(flow.elsewhere))
        for op in unclear:
            freed = op.operands[0]
            if freed in from_placed:
                if freed in from_elsewhere:
                    _fail_unclear(op, placed[from_placed[freed]])
                of_placed.append(op)
    return of_placed


def _is_allocated_by(owner: object) -> bool:
    return (
        isinstance(owner, Operation) and get_interface(owner, BufferAllocationInterface) is not None
    )


def _fail_unclear(op: Operation, placement: Placement) -> None:
    fail(
        op,
        f"{operation_name(op)} may free {placement}, which is in pool @{placement.pool.name}, "
        "or memory that is in none: free each where it is known which it is",
    )


class _AliasFlow:
    """
    Which values may be aliases of which, over the whole program, whatever the order in which it
    runs.
    """

    def __init__(self, program: PlannedProgram):
        self.elsewhere: list[_Node] = []
        """The values that may be addresses that come from no placement."""

        self._flow: defaultdict[_Node, list[_Node]] = defaultdict(list)
        self._kinds = OperationKinds()
        self._functions = program.functions
        self._placed = {placement.op for placement in program.placements}
        called = {call.callee for call in program.calls}
        from_outside = {entry.name for entry in program.entries} | program.references.keys()
        for name, function in program.functions.items():
            block = function.body.first_block
            if block is not None and (name not in called or name in from_outside):
                self.elsewhere.extend(block.args)
            self._add_region(function.body, function)

    def reached_from(self, origins: Iterable[_Node]) -> Mapping[_Node, _Node]:
        """The nodes that may be aliases of `origins`, each with one that it may be of."""
        reached = {origin: origin for origin in origins}
        pending = list(reached)
        while pending:
            node = pending.pop()
            for alias in self._flow.get(node, ()):
                if alias not in reached:
                    reached[alias] = reached[node]
                    pending.append(alias)
        return reached

    def _add_region(self, region: Region, function: Function) -> None:
        for block in region.blocks:
            for op in block.ops:
                if op.regions:
                    self._add_region_op(op, function)
                else:
                    self._add_op(op, function)
                for successor in op.successors:
                    self._pass_on(op, op.operands, successor.args)

    def _add_op(self, op: Operation, function: Function) -> None:
        kind = self._kinds.kind_of(op)
        if kind is OperationKind.ALLOCATION:
            if op not in self._placed:
                self.elsewhere.extend(op.results)
        elif kind is OperationKind.CALL:
            self._add_call(op)
        elif kind is OperationKind.RETURN:
            if op.parent_region() is function.body:
                for number, operand in enumerate(op.operands):
                    self._flow[operand].append((function.name, number))
        elif op.results:
            self._pass_on(op, op.operands, op.results)
            is_derived = any(may_be_address(operand.type) for operand in op.operands)
            if kind is not OperationKind.ALIAS or not is_derived:
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
            self._flow[argument].append(parameter)
        for number, result in enumerate(op.results):
            self._flow[function.name, number].append(result)

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
                self._flow[source].append(destination)
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
                self._flow[source].append(op)
        self._flow[op].extend(value for value in destinations if may_be_address(value.type))
