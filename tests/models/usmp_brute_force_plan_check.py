"""
What must hold of a memory plan, checked for every buffer and every pair of buffers.

Nothing comes from the code that is checked: liveness is that of the brute-force model, and the
attributes are read here once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from xdsl.dialects.builtin import ArrayAttr, IntegerAttr, SymbolRefAttr
from xdsl.ir import Operation

from usmp_brute_force_model import BruteForceModel, ModelBuffer
from usmp_dialect.dialects.usmp import PoolAllocationAttr, PoolOp
from usmp_model_program import CONSTANTS, STORES

DEFAULT_ALIGNMENT = 16


class _Place(NamedTuple):
    buffer: ModelBuffer
    pool: str
    start: int
    end: int


class BruteForcePlanCheck(BruteForceModel):
    """
    The faults of the plan of a program that has not been rewritten.

    The functions of the program have no target, and its buffers are in the default memory space.
    """

    def faults(self) -> list[str]:
        """All that is wrong."""
        module = self.program.module
        pools = {op.sym_name.data: op for op in module.ops if isinstance(op, PoolOp)}
        faults = [fault for pool in pools.values() for fault in _faults_of_pool(pool)]
        places: list[_Place] = []
        for buffer in self.buffers:
            attribute = buffer.allocation.attributes.get("pool_allocation")
            if attribute is None:
                if "usmp.plan" in module.attributes and not buffer.not_planned:
                    faults.append("forgotten")
                continue
            assert isinstance(attribute, PoolAllocationAttr)
            name, start = attribute.pool.string_value(), attribute.byte_offset.data
            pool = pools.get(name)
            if buffer.not_planned or buffer.size_bytes is None:
                faults.append("must not be planned")
            elif pool is None:
                faults.append("undeclared")
            else:
                place = _Place(buffer, name, start, start + buffer.size_bytes)
                faults.extend(_faults_of_place(place, pool))
                places.append(place)
        faults.extend("overlap" for one, other in combinations(places, 2) if _overlap(one, other))
        return faults

    def may_write_constants(self) -> bool:
        """
        Whether some call path stores into a constant, under any name. Whether that is a fault that
        can be told depends on how it is done.
        """
        for instance, visit, _ in self._run.accesses:
            if instance.allocation.name not in CONSTANTS:
                continue
            is_copied_to = visit.op.name == "memref.copy" and instance in self._of(
                visit.path, visit.op.operands[1:]
            )
            if visit.op.name in STORES or is_copied_to:
                return True
        return False


def _number(attribute: object) -> int | None:
    return attribute.value.data if isinstance(attribute, IntegerAttr) else None


def _faults_of_pool(pool: PoolOp) -> Iterator[str]:
    size, capacity = _number(pool.attributes.get("allocated_size")), _number(pool.size_hint_bytes)
    if size is not None and capacity is not None and size > capacity:
        yield "pool too large"


def _faults_of_place(place: _Place, pool: PoolOp) -> Iterator[str]:
    allocation = place.buffer.allocation
    for limit in (_number(pool.attributes.get("allocated_size")), _number(pool.size_hint_bytes)):
        if limit is not None and place.end > limit:
            yield "outside"
    alignment = max(DEFAULT_ALIGNMENT, _own_alignment(allocation))
    if place.start % alignment:
        yield "misaligned"
    pool_alignment = _number(pool.alignment)
    if pool_alignment is not None and alignment > pool_alignment:
        yield "pool misaligned"
    accesses = None if pool.target_access is None else str(pool.target_access)
    if place.buffer.is_constant is not (accesses is not None and '"ro"' in accesses):
        yield "access"
    if pool.memory_space is not None:
        yield "memory space"
    candidates = allocation.attributes.get("candidate_memory_pools")
    if isinstance(candidates, ArrayAttr) and SymbolRefAttr(place.pool) not in candidates.data:
        yield "no candidate"


def _own_alignment(allocation: Operation) -> int:
    return _number(allocation.get_attr_or_prop("alignment")) or 1


def _overlap(one: _Place, other: _Place) -> bool:
    return (
        one.pool == other.pool
        and any(one.start <= byte < one.end for byte in range(other.start, other.end))
        and one.buffer.meets(other.buffer)
    )
