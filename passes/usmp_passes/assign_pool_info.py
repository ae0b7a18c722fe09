"""The pass that gives each allocation its candidate pools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, ModuleOp, StringAttr, SymbolRefAttr
from xdsl.ir import Block
from xdsl.passes import ModulePass
from xdsl.utils.symbol_table import SymbolTable

from usmp_dialect.dialects.tir import TARGET
from usmp_dialect.dialects.usmp import (
    CANDIDATE_MEMORY_POOLS,
    NOT_PLANNED,
    READ_WRITE_ACCESS,
    PoolOp,
)
from usmp_passes.analysis.memory_pools import MemoryPools, allocations_in

GLOBAL_WORKSPACE = "global_workspace"
"""The pool that is declared where the program declares none."""


@dataclass(frozen=True)
class AssignPoolInfoPass(ModulePass):
    """
    Gives each allocation its candidate pools, in order of preference: those that its memory space
    and its function's `target` can reach, in the order in which they are declared. Candidates that
    the program names are checked and kept. If there is no pool at all, an unbounded one is
    declared.
    """

    name: ClassVar[str] = "usmp-assign-pool-info"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        pools = MemoryPools(op)
        if not pools.pools:
            declare_global_workspace(op)
            pools = MemoryPools(op)
        lists: dict[tuple[str, ...], ArrayAttr[SymbolRefAttr]] = {}
        for allocation in allocations_in(op):
            if pools.named_candidates(allocation) is not None:
                continue
            candidates = pools.reachable_candidates(allocation)
            allocation.attributes.pop(NOT_PLANNED, None)
            if candidates:
                if candidates not in lists:
                    lists[candidates] = ArrayAttr([SymbolRefAttr(name) for name in candidates])
                allocation.attributes[CANDIDATE_MEMORY_POOLS] = lists[candidates]
            elif (reason := pools.why_left_out(allocation)) is not None:
                allocation.attributes[NOT_PLANNED] = StringAttr(reason)


def declare_global_workspace(module: ModuleOp) -> None:
    """
    Declares an unbounded pool that every target of the module may read and write, before all else.
    """
    symbols = SymbolTable(module)
    name, number = GLOBAL_WORKSPACE, 0
    while symbols.lookup(name) is not None:
        number += 1
        name = f"{GLOBAL_WORKSPACE}_{number}"
    targets = {
        target.data: READ_WRITE_ACCESS
        for function in module.ops
        if isinstance(target := function.get_attr_or_prop(TARGET), StringAttr)
    }
    _insert_first(
        module.body.block, PoolOp(name, target_access=dict(sorted(targets.items())) or None)
    )


def _insert_first(block: Block, pool: PoolOp) -> None:
    if block.first_op is None:
        block.add_op(pool)
    else:
        block.insert_op_before(pool, block.first_op)
