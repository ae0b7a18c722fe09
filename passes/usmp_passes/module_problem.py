"""The placement problem that a module poses: what its pools and its `buffer_info` say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.traits import CallableOpInterface
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    FIXED_POOL_ALLOCATION,
    READ_ONLY_ACCESS,
    BufferInfoAttr,
    PoolAllocationAttr,
    PoolOp,
)
from usmp_dialect.interfaces import BufferAllocationInterface, get_interface
from usmp_passes.analysis.memory_pools import MemoryPools, allocations_in
from usmp_passes.analysis.program import fail
from usmp_passes.planning import (
    UNRESTRICTED_SIZE_HINT,
    BufferInfo,
    PlacementProblem,
    PoolAllocation,
    PoolInfo,
    ProblemError,
)


@dataclass(frozen=True)
class ModuleProblem:
    """The problem, and the operations that its names stand for."""

    problem: PlacementProblem
    pools: Mapping[str, PoolOp]
    allocations: Mapping[str, Operation]
    """Those that are to be placed, by the name of the buffer, in program order."""

    @cached_property
    def functions(self) -> Mapping[str, str | None]:
        """The function of each buffer, by the name of the buffer."""
        return {name: _function_around(op) for name, op in self.allocations.items()}

    def describe(self, buffer: BufferInfo) -> str:
        """A buffer, its function and its size, for a message."""
        function = self.functions[buffer.name]
        where = "" if function is None else f" of @{function}"
        return f"'{buffer.name}'{where}, {buffer.size_bytes} bytes"


def problem_of(module: ModuleOp) -> ModuleProblem:
    """
    The problem of a module whose allocations have `buffer_info`; those that have none are left out.

    Raises `AnalysisError` for `buffer_info` and pools that do not fit together.
    """
    pools = MemoryPools(module)
    reader = _Reader(pools)
    allocations: dict[str, Operation] = {}
    buffers: list[BufferInfo] = []
    for op in allocations_in(module):
        info = op.attributes.get(BUFFER_INFO)
        if info is None:
            continue
        if not isinstance(info, BufferInfoAttr):
            fail(op, f"{BUFFER_INFO} is {info}, expected #usmp.buffer_info: extract it again")
        name = info.data.name
        if name in allocations:
            fail(
                op,
                f"there are two buffers called '{name}': rename one, or extract their info again",
            )
        allocations[name] = op
        buffers.append(reader.buffer_of(op, info))
    try:
        problem = PlacementProblem(buffers, list(reader.pool_infos.values()))
    except ProblemError as error:
        fail(allocations.get(error.buffer or "", module), str(error))
    return ModuleProblem(problem, pools.pools, allocations)


class _Reader:
    """Reads the attributes of allocations, each list of pools once."""

    def __init__(self, pools: MemoryPools):
        self._pools = pools
        self.pool_infos = {name: _pool_info(name, pool) for name, pool in pools.pools.items()}
        self._candidates: dict[Sequence[str], tuple[PoolInfo, ...]] = {}

    def buffer_of(self, op: Operation, info: BufferInfoAttr) -> BufferInfo:
        data = info.data
        interface = get_interface(op, BufferAllocationInterface)
        assert interface is not None
        return BufferInfo(
            data.name,
            data.size_bytes,
            self._candidates_of(op, info),
            data.alignment,
            data.live,
            data.conflicts,
            data.traffic_bytes,
            interface.is_constant(op),
            self._fixed_allocation_of(op, data.name),
        )

    def _candidates_of(self, op: Operation, info: BufferInfoAttr) -> tuple[PoolInfo, ...]:
        names = info.data.pool_candidates
        if names is None:
            names = self._pools.named_candidates(op) or self._pools.reachable_candidates(op)
        if not names:
            fail(
                op,
                f"buffer '{info.data.name}' has no pool to go to: declare one, as in "
                "usmp.pool @name, or run usmp-assign-pool-info first",
            )
        self._pools.check_candidates(op, names)
        if names not in self._candidates:
            self._candidates[names] = tuple(self.pool_infos[name] for name in names)
        return self._candidates[names]

    def _fixed_allocation_of(self, op: Operation, name: str) -> PoolAllocation | None:
        fixed = op.attributes.get(FIXED_POOL_ALLOCATION)
        if fixed is None:
            return None
        if not isinstance(fixed, PoolAllocationAttr):
            fail(
                op,
                f"{FIXED_POOL_ALLOCATION} of buffer '{name}' is {fixed}, "
                "expected #usmp.pool_allocation<@pool, byte_offset = 0> or the like",
            )
        pool = fixed.pool.root_reference.data
        if pool not in self.pool_infos:
            fail(op, f"buffer '{name}' is fixed in pool @{pool}, which is not declared")
        return PoolAllocation(self.pool_infos[pool], fixed.byte_offset.data)


def _pool_info(name: str, pool: PoolOp) -> PoolInfo:
    hint, alignment = pool.size_hint_bytes, pool.alignment
    accesses = () if pool.target_access is None else pool.target_access.data.values()
    is_read_only = pool.target_access is not None and all(
        pool.access_of(target) == READ_ONLY_ACCESS for target in pool.target_access.data
    )
    return PoolInfo(
        name,
        UNRESTRICTED_SIZE_HINT if hint is None else hint.value.data,
        None if alignment is None else alignment.value.data,
        PoolInfo.READ_ONLY_ACCESS if accesses and is_read_only else PoolInfo.READ_WRITE_ACCESS,
    )


def _function_around(op: Operation) -> str | None:
    parent = op.parent_op()
    while parent is not None and parent.get_trait(CallableOpInterface) is None:
        parent = parent.parent_op()
    return None if parent is None else get_name_if_symbol(parent)
