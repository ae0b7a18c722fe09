"""
Plans of random programs: valid ones by first fit, and what becomes of them when something is
changed.

As in the programs, a number picks among what there is (modulo their count), and a change that finds
nothing to work on changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import (
    ArrayAttr,
    BytesAttr,
    DenseIntOrFPElementsAttr,
    DictionaryAttr,
    IndexType,
    IntAttr,
    IntegerAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    TensorType,
    UnitAttr,
    UnrealizedConversionCastOp,
    i8,
    i64,
)
from xdsl.ir import Operation, SSAValue
from xdsl.rewriter import Rewriter

from usmp_brute_force_model import BruteForceModel, ModelBuffer
from usmp_brute_force_plan_check import DEFAULT_ALIGNMENT
from usmp_dialect.dialects.usmp import PoolAllocationAttr, PoolOp
from usmp_model_program import ALLOCATIONS, CONSTANTS
from usmp_random_programs import Program, programs

POOLS = ("fast", "slow", "rom", "wide_rom", "other_space", "undeclared")
"""Two for buffers, two for constants, one that nothing may use, and one that there is not."""

_SCRATCH, _CONSTANTS = POOLS[:2], POOLS[2:4]
_MEMORY_BYTES = 1 << 14
"""The bytes of the memory of a pool that has no other size: more than any plan here needs."""


class Change(Enum):
    """What is done to a valid plan."""

    SHIFT = "a buffer begins somewhat below or above"
    SWAP = "two buffers change places"
    STACK = "a buffer goes to where another begins"
    MOVE = "a buffer goes to another pool, at the same offset"
    DROP = "a buffer has no place any more"
    PLACE = "a buffer that may not be planned gets a place"
    ALIGN = "a buffer asks for more alignment"
    GROW = "a buffer becomes larger"
    SHRINK_POOL = "a pool has less than its buffers need"
    LIMIT_POOL = "a pool has less than its plan says"
    ALIGN_POOL = "a pool has less alignment than a buffer"
    RESTRICT = "a buffer may go to another pool only"


@dataclass(frozen=True)
class Perturbation:
    """A change, and the numbers that pick what it changes."""

    change: Change
    first: int
    second: int


@dataclass(frozen=True)
class PlannedProgram:
    """A program, a way to plan it, and what is then done to the plan."""

    program: Program
    choices: tuple[int, ...]
    """The pool of each buffer, and whether it names its candidates, over and over."""
    claims_plan: bool
    has_sizes: bool
    """Whether the pools say how many bytes the plan uses."""
    perturbations: tuple[Perturbation, ...]

    def build(self) -> ModuleOp:
        """The program with its plan, anew each time."""
        module = self.program.parse()
        plan = _first_fit(BruteForceModel(module, self.program.main), self.choices)
        _attach(module, plan, self)
        for perturbation in self.perturbations:
            _CHANGES[perturbation.change](module, perturbation)
        return module

    def __repr__(self) -> str:
        return f"main={self.program.main!r} {self.perturbations}\n{self.build()}"

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        # Hypothesis would show how all of it was drawn, which takes minutes for a large program.
        printer.text(repr(self))


@st.composite
def planned_programs(draw: st.DrawFn, changes: Sequence[Change] = tuple(Change)) -> PlannedProgram:
    """
    Plans of random programs: as they are, and with one or two of the `changes` made to each.
    """
    number = st.integers(0, 15)
    perturbation = st.builds(Perturbation, st.sampled_from(changes), number, number)
    count = draw(st.sampled_from((0, 1, 2, 1, 2)))
    return PlannedProgram(
        draw(programs()),
        tuple(draw(st.lists(number, min_size=1, max_size=5))),
        draw(st.booleans()),
        draw(st.booleans()),
        tuple(draw(perturbation) for _ in range(count)),
    )


# A valid plan


class _Placed(NamedTuple):
    buffer: ModelBuffer
    pool: str
    start: int


def _first_fit(model: BruteForceModel, choices: Sequence[int]) -> list[_Placed]:
    """Each buffer at the lowest aligned offset of its pool that is free while it is live."""
    placed: list[_Placed] = []
    for number, buffer in enumerate(b for b in model.buffers if not b.not_planned):
        pools = _CONSTANTS if buffer.is_constant else _SCRATCH
        pool = pools[choices[number % len(choices)] % len(pools)]
        start, size = 0, buffer.size_bytes
        assert size is not None
        others = [o for o in placed if o.pool == pool and o.buffer.meets(buffer)]
        for other in sorted(others, key=lambda other: other.start):
            other_size = other.buffer.size_bytes
            assert other_size is not None
            if start + size > other.start:
                start = max(start, _align(other.start + other_size))
        placed.append(_Placed(buffer, pool, start))
    return placed


def _align(offset: int) -> int:
    return -(-offset // DEFAULT_ALIGNMENT) * DEFAULT_ALIGNMENT


def _attach(module: ModuleOp, plan: Sequence[_Placed], options: PlannedProgram) -> None:
    pools = {
        "fast": PoolOp("fast"),
        "slow": PoolOp("slow", size_hint_bytes=_MEMORY_BYTES, alignment=64),
        "rom": PoolOp("rom", target_access={"npu": "ro"}),
        "wide_rom": PoolOp("wide_rom", target_access={"npu": "ro"}, alignment=64),
        "other_space": PoolOp("other_space", memory_space="L1"),
    }
    sizes = dict.fromkeys(pools, 0)
    for number, (buffer, pool, start) in enumerate(plan):
        assert buffer.size_bytes is not None
        sizes[pool] = max(sizes[pool], _align(start + buffer.size_bytes))
        _place(buffer.allocation, pool, start)
        if options.choices[number % len(options.choices)] >= 12:
            _name_candidates(buffer.allocation, pool)
    first = module.body.block.first_op
    assert first is not None
    for name, pool in pools.items():
        if options.has_sizes:
            pool.attributes["allocated_size"] = IntegerAttr(sizes[name], i64)
        module.body.block.insert_op_before(pool, first)
    if options.claims_plan:
        module.attributes["usmp.plan"] = DictionaryAttr({"algorithm": StringAttr("first_fit")})


def _place(allocation: Operation, pool: str, start: int) -> None:
    allocation.attributes["pool_allocation"] = PoolAllocationAttr(
        SymbolRefAttr(pool), IntAttr(start)
    )


def _name_candidates(allocation: Operation, pool: str) -> None:
    allocation.attributes["candidate_memory_pools"] = ArrayAttr([SymbolRefAttr(pool)])


# What is done to it


def _allocations(module: ModuleOp, *, placed: bool) -> list[Operation]:
    return [
        op
        for op in module.walk()
        if op.name in ALLOCATIONS and ("pool_allocation" in op.attributes) is placed
    ]


def _pick_placed(module: ModuleOp, number: int) -> tuple[Operation, str, int] | None:
    """One of the buffers that have a place, its pool and its offset."""
    placed = _allocations(module, placed=True)
    if not placed:
        return None
    allocation = placed[number % len(placed)]
    return allocation, *_place_of(allocation)


def _place_of(allocation: Operation) -> tuple[str, int]:
    attribute = allocation.attributes["pool_allocation"]
    assert isinstance(attribute, PoolAllocationAttr)
    return attribute.pool.string_value(), attribute.byte_offset.data


def _shift(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pick_placed(module, perturbation.first)) is not None:
        allocation, pool, start = picked
        distance = _DISTANCES[perturbation.second % len(_DISTANCES)]
        _place(allocation, pool, max(start + distance, 0))


_DISTANCES = (-16, 1, 16, -1, -32, 32, -48, 8)


def _swap(module: ModuleOp, perturbation: Perturbation) -> None:
    one = _pick_placed(module, perturbation.first)
    other = _pick_placed(module, perturbation.second)
    if one is not None and other is not None:
        _place(one[0], *other[1:])
        _place(other[0], *one[1:])


def _stack(module: ModuleOp, perturbation: Perturbation) -> None:
    one = _pick_placed(module, perturbation.first)
    other = _pick_placed(module, perturbation.second)
    if one is not None and other is not None:
        _place(one[0], *other[1:])


def _move(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pick_placed(module, perturbation.first)) is not None:
        allocation, _, start = picked
        _place(allocation, POOLS[perturbation.second % len(POOLS)], start)


def _drop(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pick_placed(module, perturbation.first)) is not None:
        del picked[0].attributes["pool_allocation"]


def _place_another(module: ModuleOp, perturbation: Perturbation) -> None:
    others = _allocations(module, placed=False)
    if others:
        allocation = others[perturbation.first % len(others)]
        pools = _CONSTANTS if allocation.name in CONSTANTS else _SCRATCH
        _place(allocation, pools[perturbation.second % 2], 16 * perturbation.second)


def _align_buffer(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pick_placed(module, perturbation.first)) is not None:
        allocation = picked[0]
        is_property = isinstance(allocation, memref.AllocOp | memref.AllocaOp)
        attributes = allocation.properties if is_property else allocation.attributes
        attributes["alignment"] = IntegerAttr(32 << perturbation.second % 2, i64)


def _grow(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pick_placed(module, perturbation.first)) is not None:
        result = picked[0].results[0]
        assert isinstance(result.type, MemRefType)
        *outer, last = result.type.get_shape() or (1,)
        if last >= 0:
            type = MemRefType(
                result.type.element_type, [*outer, last + 1 + 4 * perturbation.second]
            )
            Rewriter.replace_value_with_new_type(result, type)


def _pool_in_use(module: ModuleOp, number: int) -> tuple[PoolOp, int] | None:
    """The pool of one of the buffers, and where the buffer begins."""
    picked = _pick_placed(module, number)
    pools = {op.sym_name.data: op for op in module.ops if isinstance(op, PoolOp)}
    return None if picked is None or picked[1] not in pools else (pools[picked[1]], picked[2])


def _shrink_pool(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pool_in_use(module, perturbation.first)) is not None:
        pool, start = picked
        pool.attributes["allocated_size"] = IntegerAttr(start + perturbation.second, i64)


def _limit_pool(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pool_in_use(module, perturbation.first)) is not None:
        pool, start = picked
        pool.size_hint_bytes = IntegerAttr(start + 1 + 2 * perturbation.second, i64)


def _align_pool(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pool_in_use(module, perturbation.first)) is not None:
        picked[0].alignment = IntegerAttr(8 << perturbation.second % 4, i64)


def _restrict(module: ModuleOp, perturbation: Perturbation) -> None:
    if (picked := _pick_placed(module, perturbation.first)) is not None:
        pools = _CONSTANTS if picked[0].name in CONSTANTS else _SCRATCH
        _name_candidates(picked[0], pools[perturbation.second % 2])


_CHANGES = {
    Change.SHIFT: _shift,
    Change.SWAP: _swap,
    Change.STACK: _stack,
    Change.MOVE: _move,
    Change.DROP: _drop,
    Change.PLACE: _place_another,
    Change.ALIGN: _align_buffer,
    Change.GROW: _grow,
    Change.SHRINK_POOL: _shrink_pool,
    Change.LIMIT_POOL: _limit_pool,
    Change.ALIGN_POOL: _align_pool,
    Change.RESTRICT: _restrict,
}


# The rewrite


def rewrite_onto_globals(module: ModuleOp, choices: Sequence[int]) -> None:
    """
    Makes views of globals of some allocations that have a place, as `choices` say: of an even
    number, that are all. An allocation stays if the fault in its plan could not be seen in a view.
    """
    pools = {op.sym_name.data: op for op in module.ops if isinstance(op, PoolOp)}
    memories: dict[str, memref.GlobalOp] = {}
    for number, allocation in enumerate(_allocations(module, placed=True)):
        pool, start = _place_of(allocation)
        is_chosen = choices[number % len(choices)] % 2 == 0
        if is_chosen and _can_be_view(allocation, pool):
            if pool not in memories:
                memories[pool] = _memory_of(pools[pool])
            _rewrite(allocation, memories[pool], start)
    module.body.block.add_ops(memories.values())


def _can_be_view(allocation: Operation, pool: str) -> bool:
    type = allocation.results[0].type
    assert isinstance(type, MemRefType)
    candidates = allocation.attributes.get("candidate_memory_pools")
    return (
        pool in (_CONSTANTS if allocation.name in CONSTANTS else _SCRATCH)
        and all(extent >= 0 for extent in type.get_shape())
        and (not isinstance(candidates, ArrayAttr) or SymbolRefAttr(pool) in candidates.data)
    )


def _memory_of(pool: PoolOp) -> memref.GlobalOp:
    name = pool.sym_name.data
    given = pool.attributes.get("allocated_size") or pool.size_hint_bytes
    size = given.value.data if isinstance(given, IntegerAttr) else _MEMORY_BYTES
    is_constant = name in _CONSTANTS
    data = DenseIntOrFPElementsAttr(TensorType(i8, [size]), BytesAttr(bytes(size)))
    memory = memref.GlobalOp.get(
        StringAttr(f"{name}_memory"),
        MemRefType(i8, [size]),
        data if is_constant else UnitAttr(),
        constant=UnitAttr() if is_constant else None,
        alignment=64,
    )
    memory.attributes["usmp.pool"] = SymbolRefAttr(name)
    return memory


def _erase_deallocations(buffer: SSAValue) -> None:
    """Erases what frees a buffer, itself or a cast of it."""
    for use in list(buffer.uses):
        op = use.operation
        if isinstance(op, memref.DeallocOp):
            Rewriter.erase_op(op)
        elif isinstance(op, memref.CastOp | UnrealizedConversionCastOp):
            for result in op.results:
                _erase_deallocations(result)


def _rewrite(allocation: Operation, memory: memref.GlobalOp, start: int) -> None:
    _erase_deallocations(allocation.results[0])
    type = allocation.results[0].type
    assert isinstance(type, MemRefType)
    address = memref.GetGlobalOp(memory.sym_name.data, memory.type)
    offset = arith.ConstantOp(IntegerAttr(start, IndexType()))
    view = memref.ViewOp(address, offset, (), type)
    asked = allocation.get_attr_or_prop("alignment")
    own = asked.value.data if isinstance(asked, IntegerAttr) else DEFAULT_ALIGNMENT
    view.attributes["alignment"] = IntegerAttr(own, i64)
    Rewriter.replace_op(allocation, [address, offset, view])
