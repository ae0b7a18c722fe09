"""
A model of the static memory planner that MLIR has since 2026 (`-static-memory-planner-analysis`),
from what its authors say of it: it plans the `memref.alloc`s of static shape in the entry block of
a function whose `memref.dealloc`s it finds, by following aliases, in that block or in operations of
that block. Each lives from its allocation to the last of the operations that free it. Those that
share a deallocation are planned together or not at all. What it does not plan stays on the heap.

Its arena is filled in the order in which the buffers start to live, each in the smallest gap that
is wide enough. The model knows first fit, and the order of sizes, as well: what it could do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from xdsl.dialects import cf, func, memref, scf
from xdsl.dialects.builtin import IntegerAttr, MemRefType, ModuleOp
from xdsl.ir import Block, Operation, SSAValue

from usmp_dialect.buffer_type import size_bytes_of

VIEWS = (
    *("arith.select", "memref.view", "memref.subview", "memref.cast", "memref.reinterpret_cast"),
    *("memref.collapse_shape", "memref.expand_shape"),
)


@dataclass(frozen=True)
class Lifetime:
    """A buffer that needs `size` bytes of the arena; its operations are numbered in their block."""

    size: int
    alignment: int
    start: int
    end: int


@dataclass(frozen=True)
class OneBlockPlan:
    """What the planner does to the allocations of a program."""

    size_bytes: int
    """The memory for a run: arenas of functions that call each other, and what is on the heap."""
    smallest_bytes: int
    """The same with the rule that gives the smallest arena in each function."""
    planned: frozenset[Operation]


def plan_blocks(module: ModuleOp) -> OneBlockPlan:
    functions = {
        op.sym_name.data: op
        for op in module.ops
        if isinstance(op, func.FuncOp) and not op.is_declaration
    }
    costs, planned = dict[str, tuple[int, ...]](), set[Operation]()
    for name in _callees_first(functions):
        lifetimes = _planned_in(functions[name])
        planned |= lifetimes.keys()
        left = (op for op in _allocations(functions[name]) if op not in lifetimes)
        heap = sum(_rounded_up(_size(op), _alignment(op)) for op in left)
        arenas = _arenas(list(lifetimes.values()))
        callees = [costs[callee] for callee in _callees(functions[name]) if callee in costs]
        below = [max(sizes) for sizes in zip((0, 0), *callees, strict=True)]
        own = (arenas[0] + heap, min(arenas) + heap)
        costs[name] = tuple(size + called for size, called in zip(own, below, strict=True))
    called = {callee for function in functions.values() for callee in _callees(function)}
    entries = [cost for name, cost in costs.items() if name not in called]
    # Memory of that alignment is what a pool is.
    alignment = max((_alignment(op) for op in _allocations(module)), default=1)
    sizes = (_rounded_up(max(rule), alignment) for rule in zip(*entries, strict=True))
    size, smallest = sizes
    return OneBlockPlan(size, smallest, frozenset(planned))


def _allocations(op: Operation) -> Iterator[Operation]:
    """Those of a size that is known."""
    for inner in op.walk():
        is_allocation = isinstance(inner, memref.AllocOp | memref.AllocaOp)
        if is_allocation and size_bytes_of(inner.results[0].type) is not None:
            yield inner


def _rounded_up(size: int, alignment: int) -> int:
    return size + -size % alignment


def _callees(function: func.FuncOp) -> set[str]:
    calls = (op for op in function.walk() if isinstance(op, func.CallOp))
    return {call.callee.root_reference.data for call in calls}


def _callees_first(functions: Mapping[str, func.FuncOp]) -> Sequence[str]:
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in functions and name not in order:
            for callee in sorted(_callees(functions[name])):
                visit(callee)
            order[name] = None

    for name in functions:
        visit(name)
    return list(order)


# Which buffers, and for how long


def _planned_in(function: func.FuncOp) -> Mapping[Operation, Lifetime]:
    block = function.body.blocks.first
    assert block is not None
    forward, backward = _flow(function)
    places = {op: place for place, op in enumerate(block.ops)}
    freed: dict[Operation, Sequence[Operation]] = {}
    for op in block.ops:
        if isinstance(op, memref.AllocOp) and size_bytes_of(op.memref.type) is not None:
            deallocs = [
                use.operation
                for value in _reached([op.memref], forward)
                for use in value.uses
                if isinstance(use.operation, memref.DeallocOp)
            ]
            if deallocs and all(_ancestor_in(block, dealloc) for dealloc in deallocs):
                freed[op] = deallocs
    _drop_groups(freed, backward)
    lifetimes: dict[Operation, Lifetime] = {}
    for op, deallocs in freed.items():
        anchors = (_ancestor_in(block, dealloc) for dealloc in deallocs)
        end = max(places[anchor] for anchor in anchors if anchor is not None)
        lifetimes[op] = Lifetime(_size(op), _alignment(op), places[op], end)
    return lifetimes


def _drop_groups(
    freed: dict[Operation, Sequence[Operation]], backward: Mapping[SSAValue, Sequence[SSAValue]]
) -> None:
    """Leave out what a deallocation frees that may free something else, until there is no more."""
    while True:
        dropped = [
            op
            for op, deallocs in freed.items()
            for dealloc in deallocs
            for value in _reached(dealloc.operands, backward)
            if value not in backward and value.owner not in freed
        ]
        if not dropped:
            return
        for op in dropped:
            freed.pop(op, None)


def _size(op: Operation) -> int:
    size = size_bytes_of(op.results[0].type)
    assert size is not None
    return size


def _alignment(op: Operation) -> int:
    asked = op.get_attr_or_prop("alignment")
    return asked.value.data if isinstance(asked, IntegerAttr) else 1


def _ancestor_in(block: Block, op: Operation) -> Operation | None:
    return block.find_ancestor_op_in_block(op)


def _reached(
    values: Iterable[SSAValue], edges: Mapping[SSAValue, Sequence[SSAValue]]
) -> Iterable[SSAValue]:
    seen, left = set[SSAValue](), list(values)
    while left:
        value = left.pop()
        if value not in seen:
            seen.add(value)
            left += edges.get(value, ())
    return seen


def _flow(
    function: func.FuncOp,
) -> tuple[Mapping[SSAValue, Sequence[SSAValue]], Mapping[SSAValue, Sequence[SSAValue]]]:
    """The buffers that another may become, and those that it may have been."""
    forward, backward = (
        defaultdict[SSAValue, list[SSAValue]](list),
        defaultdict[SSAValue, list[SSAValue]](list),
    )

    def add(sources: Iterable[SSAValue], results: Iterable[SSAValue]) -> None:
        for source, result in zip(sources, results, strict=True):
            if isinstance(source.type, MemRefType):
                forward[source].append(result)
                backward[result].append(source)

    for op in function.walk():
        if op.name in VIEWS:
            for operand in op.operands:
                if isinstance(operand.type, MemRefType):
                    add([operand], op.results)
        elif isinstance(op, scf.YieldOp):
            parent = op.parent_op()
            assert parent is not None
            add(op.operands, parent.results)
            if isinstance(parent, scf.ForOp):
                add(op.operands, parent.body.block.args[1:])
        elif isinstance(op, scf.ForOp):
            add(op.iter_args, op.body.block.args[1:])
            add(op.iter_args, op.results)
        elif isinstance(op, cf.BranchOp):
            add(op.operands, op.successors[0].args)
        elif isinstance(op, cf.ConditionalBranchOp):
            add(op.then_arguments, op.then_block.args)
            add(op.else_arguments, op.else_block.args)
    return dict(forward), dict(backward)


# Where they lie


def arena(buffers: Sequence[Lifetime]) -> int:
    """The bytes of the arena, a multiple of the alignments."""
    return _arenas(buffers)[0]


def _arenas(buffers: Sequence[Lifetime]) -> Sequence[int]:
    """The bytes of the arenas of all rules, that of the planner first."""
    alignment = max((buffer.alignment for buffer in buffers), default=1)
    orders = (
        sorted(buffers, key=lambda buffer: buffer.start),
        sorted(buffers, key=lambda buffer: -buffer.size),
    )
    sizes = (_arena(order, is_best_fit) for order, is_best_fit in product(orders, (True, False)))
    return [_rounded_up(size, alignment) for size in sizes]


def _arena(order: Sequence[Lifetime], is_best_fit: bool) -> int:
    placed: list[tuple[Lifetime, int]] = []
    size = 0
    for buffer in order:
        offset = _place(buffer, placed, size, is_best_fit)
        placed.append((buffer, offset))
        size = max(size, offset + buffer.size)
    return size


def _place(
    buffer: Lifetime, placed: Sequence[tuple[Lifetime, int]], size: int, is_best_fit: bool
) -> int:
    """The offset of the first gap between what lives at the same time, or of the smallest."""
    occupied = sorted(
        (offset, offset + other.size)
        for other, offset in placed
        if other.start < buffer.end and buffer.start < other.end
    )
    end, gaps = 0, list[tuple[int, int]]()
    for first, last in (*occupied, (size, size)):
        start = _rounded_up(end, buffer.alignment)
        if first - start >= buffer.size:
            gaps.append((first - end, start))
        end = max(end, last)
    if gaps:
        return min(gaps)[1] if is_best_fit else gaps[0][1]
    top = max((last for _, last in occupied), default=0)
    return _rounded_up(top, buffer.alignment)
