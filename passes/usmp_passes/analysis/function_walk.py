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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from xdsl.dialects.builtin import (
    MemRefType,
    ShapedType,
    TensorType,
    UnregisteredOp,
    VectorType,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.traits import IsTerminator

from usmp_dialect.buffer_type import element_size_bytes, extent_bytes_of, size_bytes_of
from usmp_dialect.interfaces import (
    BufferCallInterface,
    BufferEscapeInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    get_interface,
)
from usmp_dialect.program import Function, fail, functions_named_by
from usmp_passes.analysis.address_types import holds_addresses, may_be_address
from usmp_passes.analysis.operation_kinds import (
    OperationKind,
    OperationKinds,
    operation_name,
    region_semantics_of,
)

if TYPE_CHECKING:
    from usmp_passes.analysis.function_summary import FunctionSummary
    from usmp_passes.analysis.statement_points import StatementPoints


class SizeCache:
    """Sizes in bytes of buffers of the types of one module, each found once."""

    def __init__(self) -> None:
        self._sizes: dict[int, tuple[Attribute, int | None]] = {}

    def of(self, type: Attribute) -> int | None:
        """The size of a buffer of this type, as `size_bytes_of` has it."""
        # By identity: types are compared by value, which costs more than to find their size.
        found = self._sizes.get(id(type))
        if found is None:
            found = self._sizes[id(type)] = (type, size_bytes_of(type))
        return found[1]


NO_LOOP = -1
"""The parent of the outermost scope of a function."""


@dataclass(slots=True)
class Loop:
    """
    A scope of the loop tree: the function itself, or an operation that may run its regions again.
    """

    parent: int
    op: Operation
    semantics: RegionSemantics
    start: int
    """The program point of the operation."""

    end: int
    """The last program point inside it."""

    runs: int | None
    """How often the body runs in one activation of the function, `None` if that is not known."""

    is_graph: bool = False
    """
    Whether the body is a control flow graph of several blocks, run in an order that is not known.
    """


class Access(NamedTuple):
    """One access of one buffer."""

    point: int
    node: int
    loop: int
    op: Operation
    parameter: int | None
    """
    For a call of a function of the module: the parameter through which it accesses the buffer.
    """


class Allocation(NamedTuple):
    """An operation that makes a buffer."""

    op: Operation
    value: SSAValue
    node: int
    loop: int


class CallSite(NamedTuple):
    """A call of a function of the module."""

    op: Operation
    callee: str
    start: int
    """The program point of the callee's first operation."""

    loop: int


class Escape(NamedTuple):
    """A node whose address is kept by an operation, or leaves the iteration it belongs to."""

    node: int
    reason: str


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
    sources: list[list[int] | None] = field(default_factory=list["list[int] | None"])
    """For each node of the alias graph, the nodes it may be an alias of, `None` for no others."""

    accesses: list[Access] = field(default_factory=list[Access])
    traffic_bytes: list[int | None] = field(default_factory=list["int | None"])
    """For each node, the bytes accessed through it in one activation."""

    parameters: list[int] = field(default_factory=list[int])
    """The nodes of the parameters."""

    allocations: list[Allocation] = field(default_factory=list[Allocation])
    calls: list[CallSite] = field(default_factory=list[CallSite])
    escapes: list[Escape] = field(default_factory=list[Escape])
    returned: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """Pairs of the number of a result and a node that may be returned as it."""

    references: list[tuple[str, Operation]] = field(default_factory=list[tuple[str, Operation]])
    """Functions named by operations that are not calls of them."""

    _nodes: dict[int, int] = field(default_factory=dict[int, int])
    """The node of a value, by the value's identity."""

    _nodes_are_made: bool = False
    """Whether the nodes of what is walked now were all made ahead."""

    _symbol_tables: int = 0
    """How many symbol tables there are between the walk and the function."""

    _ahead: dict[int, range] = field(default_factory=dict[int, range])
    """The nodes that were made ahead inside an operation, by the operation's identity."""

    def run(self) -> None:
        """Walks the function. Raises `AnalysisError` if a call does not fit its callee."""
        body = self.function.body
        is_graph = _is_graph(body)
        runs = None if is_graph else 1
        root = Loop(NO_LOOP, self.function.op, _FUNCTION, 0, 0, runs, is_graph)
        self.loops.append(root)
        assert body.first_block is not None
        for argument in body.first_block.args:
            is_address = may_be_address(argument.type)
            self.parameters.append(self._make_node(argument) if is_address else self._new_hub(None))
        self._visit_regions((body,), 0, in_order=not is_graph)
        if is_graph:
            self._add_graph_flow(body)
            everything = range(len(self.sources))
            self._escape_from_iteration((body,), (everything,), 0, "one block")
        if self.statement_points is not None:
            self.length = self.statement_points.length
            self.accesses.sort(key=lambda access: access.point)
        root.end = self.length - 1

    # The alias graph

    def node_of(self, value: SSAValue) -> int | None:
        """The node of a value, once walked; `None` for what can be no address."""
        return self._nodes.get(id(value))

    def _make_node(self, value: SSAValue) -> int:
        """The node of a value, a new one if it has none yet."""
        node = self._nodes.get(id(value))
        if node is None:
            node = self._nodes[id(value)] = self._new_hub(None)
        return node

    def _make_nodes_of_all(self, regions: Iterable[Region]) -> None:
        """
        Makes nodes of all addresses in `regions` ahead of the walk: where blocks do not follow each
        other in order, or operations need not, a value may be used above its definition.
        """
        for region in regions:
            for block in region.blocks:
                self._add_addresses(block.args)
                for op in block.ops:
                    self._add_addresses(op.results)
                    if op.regions:
                        first = len(self.sources)
                        self._make_nodes_of_all(op.regions)
                        self._ahead[id(op)] = range(first, len(self.sources))

    def _add_addresses(self, values: Iterable[SSAValue]) -> None:
        for value in values:
            if may_be_address(value.type):
                self._make_node(value)

    def _add_flow(self, source: SSAValue, destination: SSAValue) -> None:
        """Makes `destination` a possible alias of `source`."""
        source_node = self._nodes.get(id(source))
        if source_node is None or not may_be_address(destination.type):
            return
        node = self._make_node(destination)
        if node != source_node:
            self._add_sources(node, [source_node])

    def _add_sources(self, node: int, sources: list[int]) -> None:
        known = self.sources[node]
        if known is None:
            self.sources[node] = list(sources)
        else:
            known.extend(sources)

    def _add_flow_from_any(
        self, sources: Iterable[SSAValue], destinations: Iterable[SSAValue]
    ) -> None:
        """
        Makes each of `destinations` a possible alias of each of `sources`, at the cost of their
        sum.
        """
        nodes = self._nodes
        tracked = [nodes[id(source)] for source in sources if id(source) in nodes]
        if not tracked:
            return
        addresses = [value for value in destinations if may_be_address(value.type)]
        if len(tracked) > 1 and len(addresses) > 1:
            tracked = [self._new_hub(tracked)]
        for destination in addresses:
            self._add_sources(self._make_node(destination), tracked)

    def _new_hub(self, sources: list[int] | None) -> int:
        """A node that may be an alias of `sources`, and is no value of its own."""
        self.sources.append(sources)
        self.traffic_bytes.append(0)
        return len(self.sources) - 1

    def _add_aliases(self, op: Operation) -> None:
        """Makes every result of `op` a possible alias of every operand."""
        self._add_flow_from_any(op.operands, op.results)

    # Accesses

    def _access(self, op: Operation, point: int, node: int, loop: int, size: int | None) -> None:
        if self.statement_points is None:
            self.accesses.append(Access(point, node, loop, op, None))
        else:
            for statement in self.statement_points.of(op):
                self.accesses.append(Access(statement, node, loop, op, None))
        self._add_traffic(node, loop, size)

    def _add_traffic(self, node: int, loop: int, size: int | None) -> None:
        so_far, runs = self.traffic_bytes[node], self.loops[loop].runs
        if so_far is None or runs is None or size is None:
            self.traffic_bytes[node] = None
        else:
            self.traffic_bytes[node] = so_far + size * runs

    def _access_operands(self, op: Operation, point: int, loop: int) -> None:
        nodes = self._nodes
        accessed = [operand for operand in op.operands if id(operand) in nodes]
        if not accessed:
            return
        moved = _moved_bytes(op, accessed[0]) if len(accessed) == 1 else None
        for operand in accessed:
            size = extent_bytes_of(operand.type) if moved is None else moved
            self._access(op, point, nodes[id(operand)], loop, size)
        if moved is None:
            self._escape_into_operands(op, op.operands)
        if op.results:
            self._add_aliases(op)

    # Escapes

    def _escape(self, values: Iterable[SSAValue], reason: str) -> None:
        for value in values:
            node = self._nodes.get(id(value))
            if node is not None:
                self.escapes.append(Escape(node, reason))

    def _escape_into_operands(self, op: Operation, values: Iterable[SSAValue]) -> None:
        """Where an operand of `op` may hold addresses, `values` may be written into it."""
        if any(holds_addresses(operand.type) for operand in op.operands):
            written = [value for value in values if not holds_addresses(value.type)]
            self._escape(written, "stored in memory")

    # Operations

    def _visit_block(self, block: Block, loop: int) -> None:
        kind_of, nodes = self.kinds.kind_of, self._nodes
        for op in block.ops:
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
            elif kind is OperationKind.ALLOCATION:
                self._visit_allocation(op, loop)
            elif kind is OperationKind.CALL:
                self._visit_call(op, point, loop)
            elif kind is OperationKind.RETURN:
                self._visit_return(op)
            else:
                self._visit_escape(op, point, loop)
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
        if any(isinstance(operand.type, TensorType) for operand in op.operands):
            self._access_operands(op, point, loop)
        else:
            self._add_aliases(op)

    def _visit_allocation(self, op: Operation, loop: int) -> None:
        value = self.kinds.allocation_of(op).get_buffer(op)
        self.allocations.append(Allocation(op, value, self._make_node(value), loop))

    def _visit_escape(self, op: Operation, point: int, loop: int) -> None:
        interface = get_interface(op, BufferEscapeInterface)
        assert interface is not None
        self._escape(interface.get_escaping_operands(op), interface.get_reason(op))
        if self.kinds.is_access(op):
            self._access_operands(op, point, loop)
        else:
            self._add_aliases(op)

    def _visit_return(self, op: Operation) -> None:
        if op.parent_region() is not self.function.body:
            return
        for number, operand in enumerate(op.operands):
            node = self._nodes.get(id(operand))
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
            self._access_operands(op, point, loop)
            return
        arguments = interface.get_arguments(op)
        self._check_arguments(op, name, arguments)
        start = point + 1
        if self.statement_points is None:
            self.length += summary.length
        self.calls.append(CallSite(op, name, start, loop))
        self._access_arguments(op, start, loop, summary, arguments)
        results_by_parameters: dict[tuple[int, ...], list[SSAValue]] = {}
        for result, parameters in zip(op.results, summary.returns, strict=False):
            results_by_parameters.setdefault(parameters, []).append(result)
        for parameters, results in results_by_parameters.items():
            self._add_flow_from_any((arguments[number] for number in parameters), results)

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
            node = self._nodes.get(id(argument))
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
        is_graph = any(_is_graph(region) for region in op.regions)
        repeats = semantics.execution is not RegionExecution.ONCE or is_graph
        inner = self._new_loop(op, semantics, point, loop, is_graph) if repeats else loop
        if semantics.accesses_operands:
            self._access_operands(op, point, inner)
        first_node, first_allocation = len(self.sources), len(self.allocations)
        first_access = len(self.accesses)
        is_known = get_interface(op, RegionOpInterface) is not None
        has_symbols = self.kinds.is_symbol_table(op)
        self._symbol_tables += has_symbols
        self._visit_regions(op.regions, inner, in_order=is_known and not is_graph)
        self._symbol_tables -= has_symbols
        if self.statement_points is None:
            point = self.length - 1
        if repeats:
            self.loops[inner].end = point
        if semantics.accesses_operands:
            self._access_operands(op, point, inner)
            self._escape_into_operands(op, _any_flow(op)[0])
        self._add_region_flow(op)
        if semantics.outlives_operation:
            reason = f"accessed by {semantics.label} while the program goes on"
            accessed = self._nodes_accessed_since(first_access)
            self.escapes.extend(Escape(node, reason) for node in accessed)
            self._escape(op.operands, reason)
        elif not is_known:
            self._add_handles(op, first_access)
        if repeats:
            inside = self._ahead.get(id(op), range(first_node, len(self.sources)))
            self._escape_from_iteration(
                op.regions,
                (inside, range(first_node, len(self.sources))),
                first_allocation,
                f"one iteration of {semantics.label}",
            )

    def _nodes_accessed_since(self, first_access: int) -> list[int]:
        return sorted({access.node for access in self.accesses[first_access:]})

    def _add_handles(self, op: Operation, first_access: int) -> None:
        """
        Makes a result that is a handle of some kind, to what goes on in the regions of `op`, a
        possible alias of all that is accessed there: who waits for it accesses that.
        """
        handles = [
            result
            for result in op.results
            if may_be_address(result.type) and not isinstance(result.type, ShapedType)
        ]
        if handles:
            hub = self._new_hub(self._nodes_accessed_since(first_access))
            for handle in handles:
                self._add_sources(self._make_node(handle), [hub])

    def _visit_regions(self, regions: Sequence[Region], loop: int, *, in_order: bool) -> None:
        make_ahead = not (in_order or self._nodes_are_made)
        if make_ahead:
            self._make_nodes_of_all(regions)
            self._nodes_are_made = True
        for region in regions:
            for block in region.blocks:
                self._add_addresses(block.args)
        for region in regions:
            for block in region.blocks:
                self._visit_block(block, loop)
        if make_ahead:
            self._nodes_are_made = False

    def _new_loop(
        self, op: Operation, semantics: RegionSemantics, point: int, parent: int, is_graph: bool
    ) -> int:
        outer = self.loops[parent].runs
        trips = None if is_graph else semantics.trip_count
        runs = None if outer is None or trips is None else outer * trips
        self.loops.append(Loop(parent, op, semantics, point, point, runs, is_graph))
        return len(self.loops) - 1

    def _add_region_flow(self, op: Operation) -> None:
        interface = get_interface(op, RegionOpInterface)
        flow = None if interface is None else interface.get_value_flow(op)
        if flow is None:
            self._add_flow_from_any(*_any_flow(op))
        else:
            for source, destination in flow:
                self._add_flow(source, destination)
        for region in op.regions:
            if _is_graph(region):
                self._add_graph_flow(region)

    def _add_graph_flow(self, region: Region) -> None:
        """
        Makes the operands of branches possible aliases of the arguments of the blocks they lead to.
        """
        for block in region.blocks:
            terminator = block.last_op
            if terminator is None:
                continue
            for successor in terminator.successors:
                self._add_flow_from_any(terminator.operands, successor.args)

    def _escape_from_iteration(
        self,
        regions: Iterable[Region],
        inside: Sequence[range],
        first_allocation: int,
        origin: str,
    ) -> None:
        """
        Finds the buffers that are allocated inside `regions`, which may run again, and passed on by
        a terminator. One slot would be shared by the buffer that is passed on and the one that the
        next run allocates.

        The nodes of what is inside `regions` are those in the ranges `inside`, the allocations
        those from the first one on.
        """
        allocated = {allocation.node for allocation in self.allocations[first_allocation:]}
        if not allocated:
            return
        pending = [
            self._nodes.get(id(operand), -1)
            for region in regions
            for block in region.blocks
            if block.last_op is not None
            and (block.last_op.successors or region.parent is not self.function.op)
            for operand in block.last_op.operands
        ]
        seen: set[int] = set()
        while pending:
            node = pending.pop()
            if node in seen or not any(node in nodes for nodes in inside):
                continue
            seen.add(node)
            if node in allocated:
                self.escapes.append(Escape(node, f"passed on from {origin} to the next"))
            pending.extend(self.sources[node] or ())


_FUNCTION = RegionSemantics(RegionExecution.ONCE, "function", 1)
"""How the body of a function is run in one activation of it."""


def _is_graph(region: Region) -> bool:
    """Whether blocks may be run in another order than they are written in, or again."""
    first = region.first_block
    if first is not region.last_block:
        return True
    return first is not None and first.last_op is not None and bool(first.last_op.successors)


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
