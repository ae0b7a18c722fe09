"""
One function, read once: its program points, its loops, and who may be an alias of whom.

The walk numbers the operations of a function in execution order, callees entered in place, and
leaves behind

- a tree of loops, each with the first and last program point of its span;
- an alias graph, whose nodes are values that may be addresses and whose edges lead from a value to
  those it may be an alias of;
- the accesses, in ascending order of their program points, each of one node of the graph.

Nothing is decided here: `function_summary` turns this into live ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xdsl.dialects.builtin import (
    MemRefType,
    ShapedType,
    TensorType,
    UnregisteredOp,
    VectorType,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.traits import IsTerminator, NoTerminator

from usmp_dialect.buffer_type import element_size_bytes, extent_bytes_of, span_bytes_of
from usmp_dialect.interfaces import (
    BranchInterface,
    BufferAccessInterface,
    BufferAliasInterface,
    BufferCallInterface,
    BufferEscapeInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    get_interface,
)
from usmp_dialect.program import Function, fail, functions_named_by
from usmp_passes.analysis.address_types import holds_addresses, makes_a_handle, may_be_address
from usmp_passes.analysis.alias_graph import AliasGraph
from usmp_passes.analysis.control_flow import (
    MAX_NESTING,
    GraphLoop,
    blocks_of,
    execution_order,
    has_graph,
)
from usmp_passes.analysis.operation_kinds import (
    OperationKind,
    OperationKinds,
    may_outlive,
    region_semantics_of,
)
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.analysis.walk_records import (
    NO_LOOP,
    Access,
    Allocation,
    CallSite,
    Escape,
    Free,
    Loop,
)

if TYPE_CHECKING:
    from usmp_passes.analysis.function_summary import FunctionSummary
    from usmp_passes.analysis.statement_points import StatementPoints


class SizeCache:
    """How many bytes the types of one module reach over, each found once."""

    def __init__(self) -> None:
        self._sizes: dict[int, tuple[Attribute, int | None]] = {}

    def of(self, type: Attribute) -> int | None:
        """The bytes that a buffer of this type reaches over, as `span_bytes_of` has them."""
        # By identity: types are compared by value, which costs more than to find their size.
        found = self._sizes.get(id(type))
        if found is None:
            found = self._sizes[id(type)] = (type, span_bytes_of(type))
        return found[1]


@dataclass(slots=True)
class FunctionWalk:
    """What one walk over a function finds."""

    function: Function
    summaries: Mapping[str, FunctionSummary]
    """Of the functions this one calls."""

    functions: Mapping[str, Function]
    kinds: OperationKinds
    sizes: SizeCache
    statement_points: StatementPoints | None = None
    """Numbers statements instead of operations (`loop-liveness="access-only"`)."""

    length: int = 0
    """The program points of one activation, callees included."""

    loops: list[Loop] = field(default_factory=list[Loop])
    aliases: AliasGraph = field(default_factory=AliasGraph)
    accesses: list[Access] = field(default_factory=list[Access])
    traffic_bytes: dict[int, int | None] = field(default_factory=dict[int, "int | None"])
    """For each node that is accessed, the bytes accessed through it in one activation."""

    parameters: list[int] = field(default_factory=list[int])
    """The nodes of the parameters."""

    allocations: list[Allocation] = field(default_factory=list[Allocation])
    frees: list[Free] = field(default_factory=list[Free])
    calls: list[CallSite] = field(default_factory=list[CallSite])
    escapes: list[Escape] = field(default_factory=list[Escape])
    returned: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """Pairs of the number of a result and a node that may be returned as it."""

    references: list[tuple[str, Operation]] = field(default_factory=list[tuple[str, Operation]])
    """Functions named by operations that are not calls of them."""

    _nodes_are_made: bool = False
    """Whether the nodes of what is walked now were all made ahead."""

    _symbol_tables: int = 0
    """How many symbol tables there are between the walk and the function."""

    _is_reordered: bool = False
    """Whether blocks were walked in another order than they are written in."""

    def run(self) -> None:
        """Walks the function. Raises `AnalysisError` if a call does not fit its callee."""
        body = self.function.body
        self.loops.append(Loop(NO_LOOP, self.function.op, _FUNCTION, 0, 0, 1))
        assert body.first_block is not None
        for argument in body.first_block.args:
            is_address = may_be_address(argument.type)
            self.parameters.append(
                self.aliases.make_node(argument) if is_address else self.aliases.new_hub(None)
            )
        self._visit_regions((body,), 0, in_order=True)
        if self.statement_points is not None:
            self.length = self.statement_points.length
            self.accesses.sort(key=lambda access: access.point)
        if self._is_reordered:
            self._sort_allocations()
        self.loops[0].end = self.length - 1

    def _sort_allocations(self) -> None:
        """Puts the allocations in the order in which they are written."""
        written = {id(op): number for number, op in enumerate(self.function.op.walk())}
        self.allocations.sort(key=lambda allocation: written[id(allocation.op)])

    # Aliases

    def _add_aliases(self, op: Operation) -> None:
        """Makes every result of `op` a possible alias of every operand."""
        self.aliases.add_flow_from_any(op.operands, op.results)

    def _add_described_aliases(self, op: Operation) -> None:
        """Makes the results of `op` possible aliases of what it says, or else of any operand."""
        interface = get_interface(op, BufferAliasInterface)
        if interface is None:
            self._add_aliases(op)
            return
        for result in op.results:
            if may_be_address(result.type):
                self.aliases.add_flow_from_any(interface.get_alias_sources(op, result), (result,))

    # Accesses

    def _access(self, op: Operation, point: int, node: int, loop: int, size: int | None) -> None:
        self._note_access(op, point, node, loop)
        self._add_traffic(node, loop, size)

    def _note_access(self, op: Operation, point: int, node: int, loop: int) -> None:
        if self.statement_points is None:
            self.accesses.append(Access(point, node, loop, op, None))
        else:
            for statement in self.statement_points.of(op):
                self.accesses.append(Access(statement, node, loop, op, None))

    def _add_traffic(self, node: int, loop: int, size: int | None) -> None:
        so_far, runs = self.traffic_bytes.get(node, 0), self.loops[loop].runs
        if so_far is None or runs is None or size is None:
            self.traffic_bytes[node] = None
        else:
            self.traffic_bytes[node] = so_far + size * runs

    def _access_described(self, op: Operation, point: int, loop: int) -> None:
        """Accesses the operands that `op` says it accesses, or else all."""
        interface = get_interface(op, BufferAccessInterface)
        if interface is None:
            self._access_operands(op, point, loop)
            return
        for operand, node in self._described_nodes(op, interface):
            self._access(op, point, node, loop, interface.get_traffic_bytes(op, operand))

    def _described_nodes(
        self, op: Operation, interface: BufferAccessInterface
    ) -> Iterator[tuple[SSAValue, int]]:
        """The operands that `op` says it accesses, and their nodes."""
        given = set(op.operands)
        for operand in interface.get_accessed_operands(op):
            if operand not in given:
                fail(op, f"{op.name} is said to access a value that is none of its operands")
            node = self.aliases.nodes.get(id(operand))
            if node is not None:
                yield operand, node

    def _access_operands(self, op: Operation, point: int, loop: int) -> None:
        nodes = self.aliases.nodes
        accessed = [operand for operand in op.operands if id(operand) in nodes]
        if not accessed:
            return
        moved = _moved_bytes(op, accessed[0]) if len(accessed) == 1 else None
        for operand in accessed:
            size = extent_bytes_of(operand.type) if moved is None else moved
            self._access(op, point, nodes[id(operand)], loop, size)
        if moved is None:
            self._escape_into_operands(op, op.operands)

    # Escapes

    def _escape(self, values: Iterable[SSAValue], reason: str) -> None:
        for value in values:
            node = self.aliases.nodes.get(id(value))
            if node is not None:
                self.escapes.append(Escape(node, reason))

    def _escape_into_operands(self, op: Operation, values: Iterable[SSAValue]) -> None:
        """Where an operand of `op` may hold addresses, `values` may be written into it."""
        if any(holds_addresses(operand.type) for operand in op.operands):
            written = [value for value in values if not holds_addresses(value.type)]
            self._escape(written, "stored in memory")

    # Operations

    def _visit_block(self, block: Block, loop: int) -> None:
        kind_of, nodes = self.kinds.kind_of, self.aliases.nodes
        for op in block.ops:
            self.aliases.step += 1
            if self._nodes_are_made:
                self.aliases.define(op.results)
            if self.statement_points is None:
                point = self.length
                self.length += 1
            else:
                point = self.statement_points.of(op)[0]
            if op.regions:
                self._visit_region_op(op, point, loop)
                continue
            kind = kind_of(op)
            if kind is OperationKind.ALIAS:
                for operand in op.operands:
                    if id(operand) in nodes:
                        self._visit_derivation(op, point, loop)
                        break
            elif kind is OperationKind.ACCESS:
                self._access_operands(op, point, loop)
                if op.results:
                    self._add_aliases(op)
                if (op.properties or op.attributes) and may_outlive(op) and not makes_a_handle(op):
                    self._escape(op.operands, _goes_on(operation_name(op)))
            elif kind is OperationKind.ALLOCATION:
                self._visit_allocation(op, point, loop)
            elif kind is OperationKind.DEALLOCATION:
                self._visit_deallocation(op, point, loop)
            elif kind is OperationKind.CALL:
                self._visit_call(op, point, loop)
            elif kind is OperationKind.RETURN:
                self._visit_return(op)
            elif kind is not OperationKind.BRANCH:
                if kind is OperationKind.ESCAPE:
                    self._visit_escape(op)
                self._visit_described(op, point, loop)
            if op.properties or op.attributes:
                self._note_references(op, is_call=kind is OperationKind.CALL)
        if block.parent is self.function.body:
            self._visit_end_of_function(block.last_op)

    def _note_references(self, op: Operation, *, is_call: bool = False) -> None:
        if self._symbol_tables:
            return
        names = functions_named_by(op, self.functions)
        if is_call and names:
            interface = get_interface(op, BufferCallInterface)
            assert interface is not None
            callee = interface.get_callee(op).root_reference.data
            if callee in names:
                names.remove(callee)
        for name in names:
            self.references.append((name, op))

    def _visit_end_of_function(self, last_op: Operation | None) -> None:
        """What another terminator than a return passes on may be a result of the function."""
        if last_op is None or last_op.successors or last_op.regions:
            return
        if self.kinds.kind_of(last_op) is OperationKind.RETURN:
            return
        if last_op.has_trait(IsTerminator, value_if_unregistered=True):
            self._escape(last_op.operands, f"passed on by {operation_name(last_op)}")

    def _visit_derivation(self, op: Operation, point: int, loop: int) -> None:
        """An operation without effects derives aliases, but reads the tensors that it is given."""
        if _is_given_tensors(op):
            self._access_operands(op, point, loop)
        self._add_aliases(op)

    def _visit_described(self, op: Operation, point: int, loop: int) -> None:
        """An operation that says what it accesses, what its results may alias, or neither."""
        if (
            get_interface(op, BufferAccessInterface) is not None
            or self.kinds.is_access(op)
            or (get_interface(op, BufferAliasInterface) is not None and _is_given_tensors(op))
        ):
            self._access_described(op, point, loop)
        if op.results:
            self._add_described_aliases(op)

    def _visit_allocation(self, op: Operation, point: int, loop: int) -> None:
        if op.operands:
            self._access_described(op, point, loop)
        value = self.kinds.allocation_of(op).get_buffer(op)
        node = self.aliases.make_node(value)
        self.allocations.append(Allocation(op, value, node, loop))
        if self._symbol_tables:
            self.escapes.append(Escape(node, "allocated in a symbol table inside a function"))

    def _visit_deallocation(self, op: Operation, point: int, loop: int) -> None:
        freed = self.kinds.freed_by(op)
        for operand in op.operands:
            node = self.aliases.nodes.get(id(operand))
            if node is None:
                continue
            if operand is freed:
                self.frees.append(Free(op, node, is_sure=True))
            else:
                self._access(op, point, node, loop, extent_bytes_of(operand.type))
        if op.results:
            self._add_aliases(op)

    def _visit_escape(self, op: Operation) -> None:
        interface = get_interface(op, BufferEscapeInterface)
        assert interface is not None
        self._escape(interface.get_escaping_operands(op), interface.get_reason(op))

    def _visit_return(self, op: Operation) -> None:
        if op.parent_region() is not self.function.body:
            return
        for number, operand in enumerate(op.operands):
            node = self.aliases.nodes.get(id(operand))
            if node is not None:
                self.returned.append((number, node))

    # Calls

    def _visit_call(self, op: Operation, point: int, loop: int) -> None:
        interface = get_interface(op, BufferCallInterface)
        assert interface is not None
        callee = interface.get_callee(op)
        name = callee.root_reference.data
        is_outside = callee.nested_references.data or self._symbol_tables
        summary = None if is_outside else self.summaries.get(name)
        if summary is None:
            self._access_described(op, point, loop)
            self._add_described_aliases(op)
            return
        arguments = interface.get_arguments(op)
        self._check_arguments(op, name, arguments)
        has_others = len(arguments) != len(op.operands)
        if has_others:
            self._access_beside_arguments(op, point, loop, arguments)
        start = point + 1
        if self.statement_points is None:
            self.length += summary.length
        self.calls.append(CallSite(op, name, start, loop))
        self._access_arguments(op, start, loop, summary, arguments)
        if has_others:
            self._access_beside_arguments(op, max(point, self.length - 1), loop, arguments)
        results_by_parameters: dict[tuple[int, ...], list[SSAValue]] = {}
        for result, parameters in zip(op.results, summary.returns, strict=False):
            results_by_parameters.setdefault(parameters, []).append(result)
        for parameters, results in results_by_parameters.items():
            self.aliases.add_flow_from_any((arguments[number] for number in parameters), results)

    def _access_beside_arguments(
        self, op: Operation, point: int, loop: int, arguments: Sequence[SSAValue]
    ) -> None:
        """The operands of a call that are no arguments, which the call itself may access."""
        nodes, passed_on = self.aliases.nodes, set(arguments)
        for operand in op.operands:
            if operand not in passed_on and id(operand) in nodes:
                size = extent_bytes_of(operand.type)
                self._access(op, point, nodes[id(operand)], loop, size)

    def _access_arguments(
        self,
        op: Operation,
        start: int,
        loop: int,
        summary: FunctionSummary,
        arguments: Iterable[SSAValue],
    ) -> None:
        """What the callee does to its parameters, done to the arguments."""
        accesses: list[Access] = []
        for number, argument in enumerate(arguments):
            node = self.aliases.nodes.get(id(argument))
            if node is None:
                continue
            parameter = summary.parameters[number]
            if parameter.escape is not None:
                self.escapes.append(Escape(node, parameter.escape))
            if parameter.range is not None:
                first, last = parameter.range
                accesses.append(Access(start + first, node, loop, op, number))
                accesses.append(Access(start + last, node, loop, op, number))
                self._add_traffic(node, loop, parameter.traffic_bytes)
            if parameter.freed is not None:
                self.frees.append(Free(op, node, parameter.freed.is_sure))
        accesses.sort(key=lambda access: access.point)
        self.accesses.extend(accesses)

    def _check_arguments(self, op: Operation, callee: str, arguments: Iterable[SSAValue]) -> None:
        block = self.functions[callee].body.first_block
        assert block is not None
        given = list(arguments)
        if len(given) != len(block.args):
            few_or_many = "few" if len(given) < len(block.args) else "many"
            fail(
                op,
                f"too {few_or_many} arguments in the call of @{callee}: "
                f"{len(given)} given, {len(block.args)} expected",
            )
        for number, (argument, parameter) in enumerate(zip(given, block.args, strict=True)):
            size, needed = self.sizes.of(argument.type), self.sizes.of(parameter.type)
            if size is not None and needed is not None and size < needed:
                fail(
                    op,
                    f"argument {number} of the call of @{callee} has {size} bytes, "
                    f"the parameter needs {needed}: pass a larger buffer",
                )

    # Regions

    def _visit_region_op(self, op: Operation, point: int, loop: int) -> None:
        self._note_references(op)
        semantics = region_semantics_of(op)
        if get_interface(op, BufferEscapeInterface) is not None:
            self._visit_escape(op)
        if get_interface(op, BufferCallInterface) is not None:
            self._escape(op.operands, f"given to {operation_name(op)}, a call that has regions")
        repeats = semantics.execution is not RegionExecution.ONCE
        inner = self._new_loop(op, semantics, point, loop) if repeats else loop
        if semantics.accesses_operands:
            self._access_of_region_op(op, point, inner, loop)
        entered, first_allocation = self.aliases.step, len(self.allocations)
        first_access, first_call = len(self.accesses), len(self.calls)
        is_known = get_interface(op, RegionOpInterface) is not None
        has_symbols = self.kinds.is_symbol_table(op)
        self._symbol_tables += has_symbols
        self._visit_regions(op.regions, inner, in_order=is_known)
        self._symbol_tables -= has_symbols
        if self.statement_points is None:
            point = self.length - 1
        if repeats:
            self.loops[inner].end = point
        if semantics.accesses_operands:
            self._access_of_region_op(op, point, inner, None)
            self._escape_into_operands(op, _any_flow(op)[0])
        self._add_region_flow(op)
        if semantics.outlives_operation:
            reason = _goes_on(semantics.label)
            accessed = self._nodes_accessed_since(first_access)
            self.escapes.extend(Escape(node, reason) for node in accessed)
            self._escape(op.operands, reason)
        elif not is_known:
            self._add_handles(op, inner, first_access, first_call)
        if repeats:
            passed_on = (operand for t in _exits_of(op.regions) for operand in t.operands)
            self._escape_from_iteration(passed_on, entered, first_allocation, semantics.label)

    def _access_of_region_op(
        self, op: Operation, point: int, inner: int, outer: int | None
    ) -> None:
        """
        Accesses the operands of `op` inside the loop `inner` that its regions are. What it says
        that it moves, each time it runs, is counted in `outer`, the loop around it, unless that is
        `None`.
        """
        interface = get_interface(op, BufferAccessInterface)
        if interface is None:
            self._access_operands(op, point, inner)
            return
        for operand, node in self._described_nodes(op, interface):
            self._note_access(op, point, node, inner)
            if outer is not None:
                self._add_traffic(node, outer, interface.get_traffic_bytes(op, operand))

    def _nodes_accessed_since(self, first_access: int) -> list[int]:
        return sorted({access.node for access in self.accesses[first_access:]})

    def _add_handles(self, op: Operation, inner: int, first_access: int, first_call: int) -> None:
        """
        Makes a result that is a handle of some kind, to what goes on in the regions of `op`, a
        possible alias of all that is accessed there: who waits for it accesses that. What is called
        there may go on until then.
        """
        handles = [
            result
            for result in op.results
            if may_be_address(result.type) and not isinstance(result.type, ShapedType)
        ]
        if handles:
            if len(self.calls) > first_call:
                # The buffers of callees are behind no handle.
                loop = self.loops[inner]
                loop.semantics = replace(loop.semantics, outlives_operation=True)
            hub = self.aliases.new_hub(self._nodes_accessed_since(first_access))
            for handle in handles:
                self.aliases.add_sources(self.aliases.make_node(handle), [hub])

    def _visit_regions(self, regions: Sequence[Region], loop: int, *, in_order: bool) -> None:
        graphs = [region for region in regions if has_graph(region)]
        make_ahead = not (self._nodes_are_made or (in_order and not graphs))
        if make_ahead:
            self.aliases.make_nodes_of_all(regions)
            self._nodes_are_made = True
        self.aliases.step += 1
        for region in regions:
            for block in region.blocks:
                self.aliases.add_addresses(block.args)
        for region in regions:
            if region in graphs:
                self._visit_graph(region, loop)
            else:
                for block in region.blocks:
                    self.aliases.define(block.args)
                    self._visit_block(block, loop)
        if make_ahead:
            self._nodes_are_made = False

    def _new_loop(
        self,
        op: Operation,
        semantics: RegionSemantics,
        point: int,
        parent: int,
        *,
        is_operation: bool = True,
    ) -> int:
        outer, trips = self.loops[parent].runs, semantics.trip_count
        runs = None if outer is None or trips is None else outer * trips
        self.loops.append(Loop(parent, op, semantics, point, point, runs, is_operation))
        return len(self.loops) - 1

    def _add_region_flow(self, op: Operation) -> None:
        interface = get_interface(op, RegionOpInterface)
        flow = None if interface is None else interface.get_value_flow(op)
        if flow is None:
            self.aliases.add_flow_from_any(*_any_flow(op))
        else:
            for source, destination in flow:
                self.aliases.add_flow(source, destination)

    def _escape_from_iteration(
        self, passed_on: Iterable[SSAValue], entered: int, first_allocation: int, label: str
    ) -> None:
        """
        Finds the buffers that a loop allocates, and passes on from one iteration to the next: one
        slot would be shared by the buffer that is passed on and the one that the next iteration
        allocates.

        What is in the loop was defined after the step `entered`, its allocations are those from the
        first one on.
        """
        allocated = {allocation.node for allocation in self.allocations[first_allocation:]}
        if not allocated:
            return
        nodes, defined = self.aliases.nodes, self.aliases.defined
        pending = [nodes[id(value)] for value in passed_on if id(value) in nodes]
        seen: set[int] = set()
        while pending:
            node = pending.pop()
            if node in seen or defined[node] <= entered:
                continue
            seen.add(node)
            if node in allocated:
                reason = f"passed on from one iteration of {label} to the next"
                self.escapes.append(Escape(node, reason))
            pending.extend(self.aliases.sources[node] or ())

    # Control flow graphs

    def _visit_graph(self, region: Region, loop: int) -> None:
        for block in region.blocks:
            self._add_branch_flow(block)
        order = execution_order(region)
        if any(
            one is not other for one, other in zip(blocks_of(order), region.blocks, strict=True)
        ):
            self._is_reordered = True
        self._visit_in_order(order, loop)

    def _add_branch_flow(self, block: Block) -> None:
        """
        Makes the operands of branches possible aliases of the arguments of the blocks they lead to.
        """
        terminator = block.last_op
        if terminator is None or not terminator.successors:
            return
        if self.kinds.kind_of(terminator) is OperationKind.BRANCH:
            interface = get_interface(terminator, BranchInterface)
            assert interface is not None
            for source, destination in interface.get_value_flow(terminator):
                self.aliases.add_flow(source, destination)
        else:
            arguments = [arg for successor in terminator.successors for arg in successor.args]
            self.aliases.add_flow_from_any(terminator.operands, arguments)

    def _visit_in_order(self, order: Iterable[Block | GraphLoop], loop: int) -> None:
        for element in order:
            if isinstance(element, GraphLoop):
                self._visit_graph_loop(element, loop)
            else:
                self.aliases.step += 1
                self.aliases.define(element.args)
                self._visit_block(element, loop)

    def _visit_graph_loop(self, graph_loop: GraphLoop, loop: int) -> None:
        header = graph_loop.header
        op = header.first_op
        assert op is not None, "a block that is branched from has a terminator"
        point = self.length if self.statement_points is None else self.statement_points.of(op)[0]
        inner = self._new_loop(op, _GRAPH_LOOP, point, loop, is_operation=False)
        entered, first_allocation = self.aliases.step, len(self.allocations)
        self._visit_in_order([header, *graph_loop.inside], inner)
        if self.statement_points is None:
            self.loops[inner].end = self.length - 1
        if graph_loop.is_taken_apart:
            back = _values_branched_with(graph_loop, header)
            self._escape_from_iteration(back, entered, first_allocation, _GRAPH_LOOP.label)
        else:
            reason = f"allocated in loops of blocks nested more than {MAX_NESTING} deep"
            for allocation in self.allocations[first_allocation:]:
                self.escapes.append(Escape(allocation.node, reason))


_FUNCTION = RegionSemantics(RegionExecution.ONCE, "function", 1)
"""How the body of a function is run in one activation of it."""


_GRAPH_LOOP = RegionSemantics(RegionExecution.SERIAL_LOOP, "a loop of blocks")
"""How the blocks of a loop in a control flow graph are run."""


def _values_branched_with(loop: GraphLoop, header: Block) -> Iterator[SSAValue]:
    """What branches inside `loop` may pass on to its header."""
    for block in loop.blocks():
        if block.last_op is not None and header in block.last_op.successors:
            yield from block.last_op.operands


def _exits_of(regions: Iterable[Region]) -> Iterator[Operation]:
    """The last operations of blocks in `regions` that may lead out of them."""
    for region in regions:
        for block in region.blocks:
            op = block.last_op
            if op is None or get_interface(op, BranchInterface) is not None:
                continue
            if op.has_trait(IsTerminator) or not _needs_no_terminator(region):
                yield op


def _needs_no_terminator(region: Region) -> bool:
    """Whether the last operation of a block in `region` may be one like any other."""
    return region.parent is not None and region.parent.has_trait(
        NoTerminator, value_if_unregistered=False
    )


def _any_flow(op: Operation) -> tuple[list[SSAValue], list[SSAValue]]:
    """
    The operands of `op` and of the terminators of its regions; its results and its regions' block
    arguments.
    """
    sources = list(op.operands)
    destinations: list[SSAValue] = list(op.results)
    for region in op.regions:
        for block in region.blocks:
            destinations.extend(block.args)
            if block.last_op is not None:
                sources.extend(block.last_op.operands)
    return sources, destinations


def _goes_on(label: str) -> str:
    """Why a buffer escapes that `label` may go on accessing."""
    return f"accessed by {label} while the program goes on"


def _is_given_tensors(op: Operation) -> bool:
    return any(isinstance(operand.type, TensorType) for operand in op.operands)


def _may_do_anything(op: Operation) -> bool:
    """Whether nothing is known of what `op` does with the buffers that it is given."""
    return isinstance(op, UnregisteredOp) or get_interface(op, BufferCallInterface) is not None


def _moved_bytes(op: Operation, buffer: SSAValue) -> int | None:
    """
    The bytes that `op` moves into or out of `buffer`, if that is one element or one vector of them,
    as in a load or a store.
    """
    type = buffer.type
    if not isinstance(type, MemRefType) or _may_do_anything(op):
        return None
    element = type.element_type
    for value in (*op.results, *op.operands):
        moved = value.type
        if moved is element or moved == element:
            return element_size_bytes(element)
        if isinstance(moved, VectorType) and moved.element_type == element:
            return element_size_bytes(moved)
    return None
