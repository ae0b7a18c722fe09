"""Pools as globals of the module: plain memory for buffers, initialised memory for constants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from xdsl.dialects import memref
from xdsl.dialects.builtin import (
    BytesAttr,
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    IntegerType,
    StringAttr,
    SymbolRefAttr,
    TensorType,
    UnitAttr,
    i8,
    i64,
)

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT
from usmp_dialect.constant_bytes import memory_bytes_of
from usmp_dialect.dialects.usmp import POOL
from usmp_dialect.program import fail
from usmp_passes.rewriting.placement import Placement, PlannedPool
from usmp_passes.rewriting.planned_program import PlannedProgram
from usmp_passes.rewriting.pool_values import PoolValues, hint_for


def add_pool_globals(program: PlannedProgram, placements: Iterable[Placement]) -> PoolValues:
    """
    Declares each pool of `placements` as a private global after the `usmp.pool`, called
    `@<pool>_pool`, or `@<pool>_constants` if it holds constants, and loads its address at the
    start of each function that has buffers there.

    Raises `AnalysisError`, before anything is changed, if the data of constants are not known or
    share bytes, and if the module has a global for the pool already.
    """
    by_pool: defaultdict[PlannedPool, list[Placement]] = defaultdict(list)
    for placement in placements:
        by_pool[placement.pool].append(placement)
    _check_not_converted(program, by_pool)
    taken = program.symbols() if by_pool else set[str]()
    in_order = sorted(by_pool, key=lambda pool: pool.name)
    new_globals = [(pool, _global_for(pool, by_pool[pool], taken)) for pool in in_order]

    values: PoolValues = {}
    # What is put first last comes first: the addresses are in order of name too.
    for pool, global_op in reversed(new_globals):
        block = pool.op.parent_block()
        assert block is not None
        block.insert_op_after(global_op, pool.op)
        _add_addresses(global_op.sym_name.data, pool, by_pool[pool], values)
    return values


def _check_not_converted(
    program: PlannedProgram, by_pool: Mapping[PlannedPool, Sequence[Placement]]
) -> None:
    marks = {
        mark.root_reference.data: op
        for op in program.module.ops
        if isinstance(op, memref.GlobalOp)
        and isinstance(mark := op.attributes.get(POOL), SymbolRefAttr)
    }
    for pool in by_pool:
        if pool.name in marks:
            fail(
                marks[pool.name],
                f"the module has a global for pool @{pool.name} already, "
                "with buffers that the plan does not know of: plan and convert all at once",
            )


def _global_for(
    pool: PlannedPool, placements: Sequence[Placement], taken: set[str]
) -> memref.GlobalOp:
    is_constant = placements[0].is_constant
    global_op = memref.GlobalOp.get(
        StringAttr(_new_symbol(f"{pool.name}_{'constants' if is_constant else 'pool'}", taken)),
        pool.type,
        _initial_value(pool, placements) if is_constant else UnitAttr(),
        constant=UnitAttr() if is_constant else None,
        alignment=IntegerAttr(_alignment(pool, placements), i64),
    )
    global_op.attributes[POOL] = SymbolRefAttr(pool.name)
    global_op.location = pool.op.location
    return global_op


def _new_symbol(base: str, taken: set[str]) -> str:
    """`base`, or with the first number that makes it a name that is not taken; it then is."""
    name, number = base, 0
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return name


def _alignment(pool: PlannedPool, placements: Sequence[Placement]) -> int:
    """What the pool asks for and its buffers need, in bytes."""
    own = 1 if pool.op.alignment is None else pool.op.alignment.value.data
    return max(own, *(placement.alignment or DEFAULT_ALIGNMENT for placement in placements))


def _initial_value(
    pool: PlannedPool, placements: Sequence[Placement]
) -> DenseIntOrFPElementsAttr[IntegerType]:
    """The data of the constants at their offsets, zero between them."""
    _check_disjoint(placements)
    memory = bytearray(pool.allocated_size)
    for placement in placements:
        memory[placement.byte_offset : placement.end] = _data_of(placement)
    return DenseIntOrFPElementsAttr(TensorType(i8, [pool.allocated_size]), BytesAttr(bytes(memory)))


def _check_disjoint(placements: Sequence[Placement]) -> None:
    not_empty = (placement for placement in placements if placement.size_bytes)
    in_order = sorted(not_empty, key=lambda placement: placement.byte_offset)
    for before, after in pairwise(in_order):
        if after.byte_offset < before.end:
            fail(
                after.op,
                f"{before} and {after} share bytes {after.byte_offset} to "
                f"{min(before.end, after.end)} of pool @{after.pool.name}, though both are "
                "constant: run usmp-plan-memory again",
            )


def _data_of(placement: Placement) -> bytes:
    value = placement.op.get_attr_or_prop("value")
    what = f"the data of constant {placement}"
    if not isinstance(value, DenseIntOrFPElementsAttr):
        fail(placement.op, f"{what} are not known: give {placement.op.name} a dense value")
    try:
        data = memory_bytes_of(value)
    except ValueError as error:
        fail(placement.op, f"{what} cannot be written: {error}")
    if len(data) != placement.size_bytes:
        fail(
            placement.op,
            f"{what} have {len(data)} bytes, its type {placement.buffer.type} "
            f"{placement.size_bytes}",
        )
    return data


def _add_addresses(
    symbol: str, pool: PlannedPool, placements: Sequence[Placement], values: PoolValues
) -> None:
    """Loads the address of a global at the start of each scope with placements in its pool."""
    for placement in placements:
        region = placement.scope.region
        if (region, pool.name) in values:
            continue
        address = memref.GetGlobalOp(symbol, pool.type)
        address.location = placement.op.location
        address.memref.name_hint = hint_for(pool)
        block = region.first_block
        assert block is not None
        assert block.first_op is not None
        block.insert_op_before(address, block.first_op)
        values[region, pool.name] = address.memref
