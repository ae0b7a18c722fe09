"""
The memory of pools in a program that has been rewritten onto them: the parameters and globals that
are a pool's memory, and the views that are buffers in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from xdsl.dialects import memref
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    IntegerAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    UnitAttr,
    i8,
)
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.traits import CallableOpInterface
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.buffer_type import size_bytes_of
from usmp_dialect.dialects.usmp import BUFFER, POOL, SLICES, PoolOp, Slices
from usmp_dialect.interfaces import BufferCallInterface, RegionExecution, get_interface
from usmp_dialect.pool_offset import PoolOffset, pool_offset_of
from usmp_dialect.program import Function, fail, functions_of, symbols_in
from usmp_passes.analysis.function_summary import FunctionSummary
from usmp_passes.analysis.operation_kinds import OperationKinds, region_semantics_of
from usmp_passes.analysis.operation_names import operation_name


@dataclass(frozen=True, slots=True)
class PoolMemory:
    """A value that is all the memory of a pool."""

    pool: str
    value: SSAValue
    size_bytes: int
    made_by: memref.GlobalOp | None
    """The global whose memory it is, `None` for a parameter."""

    @property
    def is_constant(self) -> bool:
        """Whether the memory holds its data before the program starts, and is never written."""
        return self.made_by is not None and self.made_by.constant is not None


@dataclass(frozen=True, slots=True)
class PoolView:
    """A view of a pool's memory, which is a buffer in it."""

    memory: PoolMemory
    byte_offset: int
    slices: Slices | None = None
    """Those of a buffer that has a slice for each thread, the first of them at `byte_offset`."""


@dataclass
class PoolUses:
    """
    Where a module reaches the memory of its pools.

    Raises `AnalysisError` where that memory is used in any way but by a view at a constant offset,
    or at one that the number of the thread decides, and by a call that passes it on; for the memory
    of a pool that is not declared or does not have it; and for parameters and globals that cannot
    be a pool's memory.
    """

    module: ModuleOp
    pools: Mapping[str, PoolOp]
    kinds: OperationKinds

    views: dict[Operation, PoolView] = field(init=False, default_factory=dict[Operation, PoolView])
    parameters: dict[str, dict[int, str]] = field(
        init=False, default_factory=dict[str, dict[int, str]]
    )
    """For each function that is given memory of pools, the parameters and their pools."""

    _memories: dict[SSAValue, PoolMemory] = field(
        init=False, default_factory=dict[SSAValue, PoolMemory]
    )
    _calls: dict[Operation, PoolMemory] = field(
        init=False, default_factory=dict[Operation, PoolMemory]
    )

    def __post_init__(self) -> None:
        for function in functions_of(self.module).values():
            self._add_parameters(function)
        self._add_globals()
        for memory in self._memories.values():
            for use in memory.value.uses:
                self._visit_use(use.operation, use.index, memory)

    # Where memory comes from

    def _add_parameters(self, function: Function) -> None:
        attributes = function.op.get_attr_or_prop("arg_attrs")
        block = function.body.first_block
        if not isinstance(attributes, ArrayAttr) or block is None:
            return
        for number, (given, value) in enumerate(zip(attributes, block.args, strict=False)):
            attribute = given.data.get(POOL) if isinstance(given, DictionaryAttr) else None
            if attribute is None:
                continue
            what = f"parameter {number} of @{function.name}"
            pool = self._pool_named_by(attribute, function.op, what)
            self.parameters.setdefault(function.name, {})[number] = pool
            self._add_memory(pool, value, None, function.op, what)

    def _add_globals(self) -> None:
        of_symbol: dict[str, memref.GlobalOp] = {}
        of_pool: dict[str, memref.GlobalOp] = {}
        given = {pool for pools in self.parameters.values() for pool in pools.values()}
        for op in self.module.ops:
            attribute = op.attributes.get(POOL)
            if attribute is None:
                continue
            symbol = get_name_if_symbol(op)
            if not isinstance(op, memref.GlobalOp) or symbol is None:
                what = operation_name(op)
                fail(op, f"{what} has {POOL}, but only a memref.global can be a pool's memory")
            pool = self._pool_named_by(attribute, op, f"@{symbol}")
            if pool in of_pool:
                other = of_pool[pool].sym_name.data
                fail(op, f"@{other} and @{symbol} are both the memory of pool @{pool}: keep one")
            if pool in given:
                fail(
                    op,
                    f"@{symbol} is the memory of pool @{pool}, which functions are given as a "
                    "parameter as well: keep one of the two",
                )
            if op.constant is not None and isinstance(op.initial_value, UnitAttr):
                fail(
                    op,
                    f"@{symbol}, the memory of pool @{pool}, is constant and has no data: "
                    "initialise it",
                )
            of_symbol[symbol] = of_pool[pool] = op
        if of_symbol:
            for op in operations_of(self.module, self.kinds):
                self._visit_reference(op, of_symbol)

    def _visit_reference(self, op: Operation, of_symbol: Mapping[str, memref.GlobalOp]) -> None:
        for attribute in (*op.properties.values(), *op.attributes.values()):
            for symbol in symbols_in(attribute):
                made_by = of_symbol.get(symbol.root_reference.data)
                if made_by is None:
                    continue
                pool = self._pool_named_by(made_by.attributes[POOL], op, "the global")
                if not isinstance(op, memref.GetGlobalOp):
                    _fail_unchecked(op, pool)
                if op.memref.type != made_by.type:
                    fail(
                        op,
                        f"@{symbol.root_reference.data}, the memory of pool @{pool}, is a "
                        f"{made_by.type}, not a {op.memref.type}: load it as what it is",
                    )
                what = f"@{symbol.root_reference.data}"
                self._add_memory(pool, op.memref, made_by, made_by, what)

    def _pool_named_by(self, attribute: Attribute, op: Operation, what: str) -> str:
        if not isinstance(attribute, SymbolRefAttr) or attribute.nested_references.data:
            fail(op, f"{what} has {POOL} = {attribute}, expected a pool such as @fast_memory")
        pool = attribute.root_reference.data
        if pool not in self.pools:
            fail(op, f"{what} is the memory of pool @{pool}, which is not declared: add it")
        return pool

    def _add_memory(
        self,
        pool: str,
        value: SSAValue,
        made_by: memref.GlobalOp | None,
        op: Operation,
        what: str,
    ) -> None:
        type = value.type
        size = size_bytes_of(type)
        if (
            not isinstance(type, MemRefType)
            or type.element_type != i8
            or type.get_num_dims() != 1
            or size is None
        ):
            fail(
                op,
                f"{what} is the memory of pool @{pool}, so that {type} is not its type: "
                "make it as many i8 as the pool has bytes, such as memref<1024xi8>",
            )
        capacity = self.pools[pool].size_hint_bytes
        if capacity is not None and size > capacity.value.data:
            fail(
                op,
                f"{what} has {size} bytes and is the memory of pool @{pool}, "
                f"which has no more than {capacity.value.data} (size_hint_bytes): plan again",
            )
        self._memories[value] = PoolMemory(pool, value, size, made_by)

    # Where it goes

    def _visit_use(self, op: Operation, operand: int, memory: PoolMemory) -> None:
        if isinstance(op, memref.ViewOp) and operand == 0:
            self.views[op] = _view_of(op, memory)
        elif self.kinds.is_call(op):
            self._calls.setdefault(op, memory)
        else:
            _fail_unchecked(op, memory.pool)

    def check_calls(self, summaries: Mapping[str, FunctionSummary]) -> None:
        """
        Checks that each call passes on the memory of the pools that its callee takes, and no other.

        Raises `AnalysisError` for one that does not.
        """
        for summary in summaries.values():
            for site in summary.calls:
                taken = self.parameters.get(site.callee)
                if site.op in self._calls or taken is not None:
                    self._check_call(site.op, site.callee, taken or {})
                    self._calls.pop(site.op, None)
        for call, memory in self._calls.items():
            _fail_unchecked(call, memory.pool)

    def _check_call(self, call: Operation, callee: str, taken: Mapping[int, str]) -> None:
        interface = get_interface(call, BufferCallInterface)
        assert interface is not None
        for number, argument in enumerate(interface.get_arguments(call)):
            memory = self._memories.get(argument)
            given, expected = None if memory is None else memory.pool, taken.get(number)
            if given != expected:
                fail(
                    call,
                    f"argument {number} of the call of @{callee} is {_describe_memory(given)}, "
                    f"the parameter is {_describe_memory(expected)}: "
                    "pass each parameter the memory of its own pool",
                )


def _view_of(op: memref.ViewOp, memory: PoolMemory) -> PoolView:
    offset = pool_offset_of(op.byte_shift)
    if offset is None:
        fail(
            op,
            f"{_describe_view(op)} is in pool @{memory.pool} at an offset that is no "
            "constant and cannot be checked: make it an arith.constant",
        )
    return PoolView(memory, offset.constant, _slices_of(op, offset))


def _slices_of(op: memref.ViewOp, offset: PoolOffset) -> Slices | None:
    """
    The slices that a view is one of. Raises `AnalysisError` if threads that run the view at the
    same time may take the same one.
    """
    declared, number = op.attributes.get(SLICES), offset.number
    if declared is None:
        count = None if number is None else number.threads.value.data
    elif isinstance(declared, IntegerAttr) and declared.value.data >= 1:
        count = declared.value.data
    else:
        fail(op, f"{_describe_view(op)} has {SLICES} = {declared}, expected 1 or more")
    if number is not None:
        threads = number.threads.value.data
        if count is not None and threads > count:
            fail(
                op,
                f"{_describe_view(op)} has {count} slices, but {operation_name(number)} counts "
                f"{threads} threads: plan again",
            )
        if _concurrent_loop_around(number) is not _concurrent_loop_around(op):
            fail(
                op,
                f"{_describe_view(op)} takes its slice by a {operation_name(number)} outside of "
                "the concurrent loop around it, whose iterations all have the same number there: "
                "take the number next to the view",
            )
    return None if count is None else Slices(count, offset.stride_bytes)


def _concurrent_loop_around(op: Operation) -> Operation | None:
    """The innermost operation around one, in its function, that runs its regions concurrently."""
    parent = op.parent_op()
    while parent is not None and parent.get_trait(CallableOpInterface) is None:
        if region_semantics_of(parent).execution is RegionExecution.CONCURRENT_LOOP:
            return parent
        parent = parent.parent_op()
    return None


def operations_of(op: Operation, kinds: OperationKinds) -> Iterator[Operation]:
    """The operations inside `op`, without those of a symbol table inside of it."""
    for region in op.regions:
        for block in region.blocks:
            for inner in block.ops:
                yield inner
                if inner.regions and not kinds.is_symbol_table(inner):
                    yield from operations_of(inner, kinds)


def _fail_unchecked(op: Operation, pool: str) -> NoReturn:
    fail(
        op,
        f"{operation_name(op)} uses the memory of pool @{pool} in a way that cannot be checked: "
        "take a memref.view at a constant offset, or pass it to a function of the module",
    )


def _describe_memory(pool: str | None) -> str:
    return "no memory of a pool" if pool is None else f"the memory of pool @{pool}"


def _describe_view(view: memref.ViewOp) -> str:
    name = view.attributes.get(BUFFER)
    what = f"buffer '{name.data}'" if isinstance(name, StringAttr) else "a view"
    function = view.parent_op()
    while function is not None and function.get_trait(CallableOpInterface) is None:
        function = function.parent_op()
    symbol = None if function is None else get_name_if_symbol(function)
    return what if symbol is None else f"{what} of @{symbol}"
