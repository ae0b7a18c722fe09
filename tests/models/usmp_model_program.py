"""
What the models of liveness know about operations: a plain reading of a module, by operation name.

The models are there to disagree with the analysis when it is wrong, so nothing here comes from the
analysis or from the interfaces that it asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import (
    AnyFloat,
    IndexType,
    IntegerType,
    MemRefType,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    UnregisteredOp,
    VectorType,
)
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

ALLOCATIONS = frozenset(("tir.allocate", "tir.allocate_const", "memref.alloc", "memref.alloca"))
CONSTANTS = frozenset(("tir.allocate_const",))
ALIASING = frozenset(
    (
        "arith.select",
        "builtin.unrealized_conversion_cast",
        "memref.cast",
        "memref.collapse_shape",
        "memref.expand_shape",
        "memref.memory_space_cast",
        "memref.reinterpret_cast",
        "memref.subview",
        "memref.transpose",
        "memref.view",
    )
)
"""Operations whose results alias their buffer operands, and that access nothing."""

FUNCTIONS = frozenset(("tir.func", "func.func"))
CALLS = frozenset(("tir.call_extern", "func.call"))
RETURNS = frozenset(("tir.return", "func.return"))
LOADS = frozenset(("tir.load", "memref.load"))
STORES = frozenset(("tir.store", "memref.store"))
CONCURRENT_KINDS = frozenset(("parallel", "vectorized", "thread_binding"))
CHOICES = frozenset(
    (
        "affine.if",
        "memref.alloca_scope",
        "scf.execute_region",
        "scf.if",
        "scf.index_switch",
    )
)
"""Operations of which one region runs, and that once."""

SILENT_TERMINATORS = frozenset(
    (
        "affine.yield",
        "cf.br",
        "cf.cond_br",
        "cf.switch",
        "linalg.yield",
        "memref.alloca_scope.return",
        "scf.condition",
        "scf.reduce",
        "scf.yield",
        "tir.yield",
    )
)


def name_of(op: Operation) -> str:
    """The name of an operation as it is written, registered or not."""
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name


def holds_address(type: Attribute) -> bool:
    """Whether a value of this type may be the address of a buffer."""
    if isinstance(type, VectorType):
        type = type.element_type
    return not isinstance(type, IntegerType | IndexType | AnyFloat)


def loop_kind(op: Operation) -> str:
    """
    The kind of a loop as `tir.for` calls it; unknown operations with regions are taken for serial
    loops.
    """
    match name_of(op):
        case "tir.for":
            return str(getattr(op.properties["kind"], "data"))  # noqa: B009
        case "affine.parallel" | "scf.parallel":
            return "parallel"
        case _:
            return "serial"


def is_loop(op: Operation) -> bool:
    """Whether the regions of `op` may run more than once."""
    return bool(op.regions) and name_of(op) not in CHOICES


def size_bytes(type: MemRefType) -> int | None:
    """
    The bytes a buffer needs, every element rounded up to whole bytes; `None` for a dynamic shape.
    """
    element = type.element_type
    if isinstance(element, IndexType):
        element_bytes = 8
    elif isinstance(element, IntegerType | AnyFloat):
        element_bytes = (element.bitwidth + 7) // 8
    else:
        raise TypeError(f"an element of unknown size: {element}")
    size = element_bytes
    for extent in type.get_shape():
        if extent < 0:
            return None
        size *= extent
    return size


def block_of(region: Region) -> Block | None:
    """The block of a region, `None` if it is empty."""
    return region.blocks.first


def terminator_of(region: Region) -> Operation:
    block = block_of(region)
    assert block is not None
    assert block.last_op is not None
    return block.last_op


@dataclass(frozen=True)
class FunctionOfProgram:
    op: Operation
    name: str
    block: Block

    @property
    def parameters(self) -> Sequence[SSAValue]:
        return self.block.args


class ModelProgram:
    """The functions of a module, who calls whom, and where a run starts."""

    def __init__(self, module: ModuleOp, main: str | None = None):
        self.module = module
        self.functions = {function.name: function for function in self._functions()}
        self.entries = self._entries(main)

    def _functions(self) -> Iterator[FunctionOfProgram]:
        for op in self.module.body.block.ops:
            block = block_of(op.regions[0]) if op.name in FUNCTIONS else None
            name = op.properties.get("sym_name")
            if block is not None and isinstance(name, StringAttr):
                yield FunctionOfProgram(op, name.data, block)

    def _entries(self, main: str | None) -> tuple[FunctionOfProgram, ...]:
        functions = self.functions.values()
        if main is not None:
            return (self.functions[main],)
        runners = tuple(f for f in functions if "runner_function" in f.op.attributes)
        if runners:
            return runners
        called = {
            callee.name
            for op in self.module.walk()
            if op.name in CALLS and (callee := self.callee(op)) is not None
        }
        return tuple(function for function in functions if function.name not in called)

    def callee(self, call: Operation) -> FunctionOfProgram | None:
        """The function that a call enters, `None` if it is outside the module."""
        symbol = call.properties["callee"]
        assert isinstance(symbol, SymbolRefAttr)
        return self.functions.get(symbol.string_value())

    @property
    def allocations(self) -> tuple[Operation, ...]:
        """The allocations of the module in the order of its text."""
        return tuple(op for op in self.module.walk() if op.name in ALLOCATIONS)
