"""What a planned program has that its rewriting needs: buffers with their places, and calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, Region, SSAValue
from xdsl.traits import CallableOpInterface, IsolatedFromAbove
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.dialects.usmp import POOL_ALLOCATION, PoolOp
from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.program import (
    Function,
    callees_first,
    entry_functions,
    fail,
    functions_named_by,
    functions_of,
)
from usmp_passes.analysis.operation_kinds import OperationKinds
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.rewriting.placement import Placement, Scope, read_placements


@dataclass(frozen=True, eq=False, slots=True)
class Call:
    """A call of a function of the module."""

    op: Operation
    callee: str
    scope: Scope


class PlannedProgram:
    """
    The placements, calls and deallocations of a module, in program order.

    Modules inside the module are programs of their own, and left out. `main` names the entry
    function as for `BufferInfoAnalysis`.

    Raises `AnalysisError` for placements that `read_placements` refuses, for one outside what the
    program runs, and, if there is any, for what the analysis refuses as well: recursion, and a
    program whose entry function cannot be found.
    """

    functions: Mapping[str, Function]
    entries: Sequence[Function] = ()
    """The functions the program starts with; not looked for if there is no placement."""

    placements: Sequence[Placement] = ()
    calls: list[Call]
    """The calls of functions of the module."""

    deallocations: list[tuple[Operation, SSAValue]]
    """The operations that free a buffer, each with the value that it frees."""

    references: dict[str, Operation]
    """Functions named by operations that do not call them, with the first one for each."""

    callees_first: Sequence[str] = ()
    """The functions, each after all that it calls; not looked for if there is no placement."""

    def __init__(self, module: ModuleOp, main: str | None = None):
        self.module = module
        self.functions = functions_of(module)
        self.calls = []
        self.deallocations = []
        self.references = {}
        self._allocations: list[tuple[Operation, Scope]] = []
        self._callees_outside: set[str] = set()
        self._kinds = OperationKinds()
        self._scan()
        if self._allocations:
            self.callees_first = self._order()
        if self._allocations or main is not None:
            called = {call.callee for call in self.calls}
            self.entries = entry_functions(module, self.functions, called, main)
        if self._allocations:
            pools = {op.sym_name.data: op for op in module.ops if isinstance(op, PoolOp)}
            self.placements = read_placements(self._allocations, pools)
            self._check_reached()

    def symbols(self) -> set[str]:
        """
        The names that a new symbol must not have: those of the module, and those of the functions
        outside it that are called.
        """
        names = {name for op in self.module.ops if (name := get_name_if_symbol(op)) is not None}
        return names | self._callees_outside

    # One walk over the program

    def _scan(self) -> None:
        for op in self.module.ops:
            name = get_name_if_symbol(op)
            function = None if name is None else self.functions.get(name)
            if function is not None and function.op is op:
                self._note_references(op)
                self._scan_region(function.body, Scope(function, function.body))
            elif op.get_trait(CallableOpInterface) is None:
                self._scan_outside(op)

    def _scan_outside(self, op: Operation) -> None:
        """An operation of the module that is no function."""
        for inner in (op,) if self._kinds.is_symbol_table(op) else op.walk():
            self._note_references(inner)
            if POOL_ALLOCATION in inner.attributes:
                fail(
                    inner,
                    f"{operation_name(inner)} has {POOL_ALLOCATION} "
                    "outside the functions of the module, where no buffer is planned: remove it",
                )

    def _scan_region(self, region: Region, scope: Scope) -> None:
        for block in region.blocks:
            for op in block.ops:
                if op.regions:
                    self._scan_region_op(op, scope)
                elif self._kinds.is_allocation(op):
                    if POOL_ALLOCATION in op.attributes:
                        self._allocations.append((op, scope))
                elif POOL_ALLOCATION in op.attributes:
                    _fail_no_allocation(op)
                elif self._kinds.is_call(op):
                    self._scan_call(op, scope)
                elif (freed := self._kinds.freed_by(op)) is not None:
                    self.deallocations.append((op, freed))
                self._note_references(op)

    def _scan_region_op(self, op: Operation, scope: Scope) -> None:
        if POOL_ALLOCATION in op.attributes:
            _fail_no_allocation(op)
        if self._kinds.is_symbol_table(op):
            return
        is_isolated = op.has_trait(IsolatedFromAbove, value_if_unregistered=False)
        for region in op.regions:
            self._scan_region(region, Scope(scope.function, region) if is_isolated else scope)

    def _scan_call(self, op: Operation, scope: Scope) -> None:
        callee = _callee(op)
        if callee is None:
            return
        if callee in self.functions:
            self.calls.append(Call(op, callee, scope))
        else:
            self._callees_outside.add(callee)

    def _note_references(self, op: Operation) -> None:
        if not (op.properties or op.attributes):
            return
        names = functions_named_by(op, self.functions)
        if names and self._kinds.is_call(op) and (callee := _callee(op)) in names:
            names.remove(callee)
        for name in names:
            self.references.setdefault(name, op)

    def _order(self) -> list[str]:
        callees: dict[str, list[tuple[str, Operation]]] = {name: [] for name in self.functions}
        for call in self.calls:
            callees[call.scope.function.name].append((call.callee, call.op))
        return callees_first(self.functions, callees)

    def _reached(self) -> set[str]:
        """The functions that the program may run."""
        callees: defaultdict[str, list[str]] = defaultdict(list)
        for call in self.calls:
            callees[call.scope.function.name].append(call.callee)
        pending = [*(entry.name for entry in self.entries), *self.references]
        reached: set[str] = set()
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending.extend(callees[name])
        return reached

    def _check_reached(self) -> None:
        reached = self._reached()
        for placement in self.placements:
            name = placement.scope.function.name
            if name not in reached:
                entries = " or ".join(f"@{entry.name}" for entry in self.entries)
                fail(
                    placement.op,
                    f"{placement} has {POOL_ALLOCATION}, but @{name} is not reached from "
                    f"{entries}, so that no plan covers it: "
                    "remove it, or name the entry function with the option main",
                )


def _callee(call: Operation) -> str | None:
    """The function that a call names, `None` if it is that of a module inside the module."""
    interface = get_interface(call, BufferCallInterface)
    assert interface is not None
    callee = interface.get_callee(call)
    return None if callee.nested_references.data else callee.root_reference.data


def _fail_no_allocation(op: Operation) -> None:
    fail(
        op,
        f"{operation_name(op)} has {POOL_ALLOCATION}, but it is no allocation that can be planned: "
        "remove it",
    )
