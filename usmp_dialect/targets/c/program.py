"""What there is in a module, and what C needs to know of it before a line is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from xdsl.dialects import func, memref, scf
from xdsl.dialects.builtin import (
    ArrayAttr,
    FunctionType,
    MemRefType,
    ModuleOp,
    StringAttr,
)
from xdsl.ir import Attribute, Block, Operation

from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import POOL, PoolOp
from usmp_dialect.program import callees_first, entry_functions, fail, functions_of
from usmp_dialect.targets.c.aliases import AliasClasses
from usmp_dialect.targets.c.thread_numbers import ThreadLimits

NO_ALIAS = "tir.noalias"
"""The attribute of a function whose parameters are different memory, for as long as it runs."""

Call = tir.CallExternOp | func.CallOp


@dataclass(frozen=True)
class CFunction:
    """A function that is defined here."""

    name: str
    op: tir.FuncOp | func.FuncOp
    block: Block
    aliases: AliasClasses
    is_entry: bool
    is_private: bool
    is_concurrent: bool
    """Whether several runs of it may be under way at the same time."""

    @property
    def type(self) -> FunctionType:
        """The types of its parameters and results."""
        return self.op.function_type

    @property
    def has_distinct_parameters(self) -> bool:
        """Whether the program says that no two parameters are the same memory."""
        return NO_ALIAS in self.op.attributes

    def parameter_attributes(self, number: int) -> Mapping[str, Attribute]:
        """The attributes of a parameter."""
        attributes = self.op.arg_attrs
        if not isinstance(attributes, ArrayAttr) or number >= len(attributes):
            return {}
        return attributes.data[number].data


class CProgram:
    """
    The functions, pools and globals of a module, each in the order in which it is written.

    Raises `AnalysisError` for operations of the module that are none of these, for functions of
    several blocks, and for recursion.
    """

    def __init__(self, module: ModuleOp) -> None:
        self.module = module
        self.pools: list[PoolOp] = []
        self.globals: dict[str, memref.GlobalOp] = {}
        self.declarations: dict[str, tir.FuncOp | func.FuncOp] = {}
        for op in module.ops:
            self._add(op)
        self.thread_limits = ThreadLimits(())
        self.functions = self._functions()

    def _add(self, op: Operation) -> None:
        match op:
            case PoolOp():
                self.pools.append(op)
            case memref.GlobalOp():
                self.globals[op.sym_name.data] = op
            case tir.FuncOp() | func.FuncOp():
                if op.body.first_block is None:
                    self.declarations[op.sym_name.data] = op
                elif len(op.body.blocks) > 1:
                    fail(
                        op,
                        f"@{op.sym_name.data} has {len(op.body.blocks)} blocks, and the C target "
                        "prints no branches between them: write the control flow with scf",
                    )
            case _:
                fail(op, f"the C target does not print {op.name} at the level of the module")

    def _functions(self) -> dict[str, CFunction]:
        bodies = functions_of(self.module)
        calls = {name: list(_calls_in(function.op)) for name, function in bodies.items()}
        callees = {
            name: [
                (callee, call)
                for call, _ in calls[name]
                if (callee := call.callee.root_reference.data) in bodies
            ]
            for name in bodies
        }
        order = callees_first(bodies, callees)
        self.thread_limits = ThreadLimits(bodies[name] for name in order)
        called = {callee for targets in callees.values() for callee, _ in targets}
        entries = (
            {function.name for function in entry_functions(self.module, bodies, called, None)}
            if bodies
            else set[str]()
        )
        concurrent = _concurrent_functions(order, calls)
        written: dict[str, Sequence[bool]] = {}
        functions: dict[str, CFunction] = {}
        for name in order:
            function = bodies[name]
            op = cast("tir.FuncOp | func.FuncOp", function.op)
            block = function.body.block
            aliases = AliasClasses(block, written)
            written[name] = [aliases.is_written(argument) for argument in block.args]
            visibility = op.sym_visibility
            functions[name] = CFunction(
                name,
                op,
                block,
                aliases,
                name in entries,
                isinstance(visibility, StringAttr) and visibility.data == "private",
                name in concurrent,
            )
        printed: set[str] = set()
        for name in reversed(order):
            if name in printed or not functions[name].is_private:
                printed.add(name)
                printed.update(callee for callee, _ in callees[name])
        # Private functions that nothing calls are not printed, nor private ones only they call.
        return {name: functions[name] for name in bodies if name in printed}

    @property
    def entries(self) -> list[CFunction]:
        """The functions that the program starts with."""
        return [function for function in self.functions.values() if function.is_entry]

    @cached_property
    def is_planned(self) -> bool:
        """Whether some buffers are places in pools, which they may share with others."""
        return any(
            POOL in function.parameter_attributes(number)
            for function in self.functions.values()
            for number, type in enumerate(function.type.inputs)
            if isinstance(type, MemRefType)
        ) or any(POOL in op.attributes for op in self.globals.values())


def _calls_in(function: Operation) -> Iterator[tuple[Call, bool]]:
    """The calls in a function, and whether each is under a concurrent loop."""
    stack = [(block, False) for region in function.regions for block in region.blocks]
    while stack:
        block, concurrent = stack.pop()
        for op in block.ops:
            if isinstance(op, Call):
                yield op, concurrent
            elif op.regions:
                inner = concurrent or is_concurrent_loop(op)
                stack.extend((nested, inner) for region in op.regions for nested in region.blocks)


def is_concurrent_loop(op: Operation) -> bool:
    """Whether several iterations of a loop may be under way at the same time."""
    if isinstance(op, tir.ForOp):
        return op.kind.data.is_concurrent
    return isinstance(op, scf.ParallelOp)


def _concurrent_functions(
    callees_first_order: Sequence[str], calls: Mapping[str, Sequence[tuple[Call, bool]]]
) -> set[str]:
    """The functions that are called under concurrent loops, also through others."""
    concurrent: set[str] = set()
    for caller in reversed(callees_first_order):
        for call, is_concurrent in calls[caller]:
            if is_concurrent or caller in concurrent:
                concurrent.add(call.callee.root_reference.data)
    return concurrent
