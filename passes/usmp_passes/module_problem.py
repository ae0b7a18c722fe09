"""The placement problem that a module poses: what its pools and its `buffer_info` say."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, ModuleOp
from xdsl.ir import Attribute, Operation
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.buffer_type import allocated_bytes_of
from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    FIXED_POOL_ALLOCATION,
    NOT_PLANNED,
    POOL,
    BufferInfoAttr,
    PoolAllocationAttr,
    PoolOp,
    Slices,
)
from usmp_dialect.interfaces import BufferAllocationInterface, get_interface
from usmp_dialect.program import fail
from usmp_passes.analysis.memory_pools import MemoryPools, allocations_in, function_around
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

    def describe(self, buffer: BufferInfo) -> str:
        """A buffer, its function and its size, for a message."""
        return f"'{buffer.name}'{_of_function(self.allocations[buffer.name])}, " + (
            f"{buffer.size_bytes} bytes"
        )


def problem_of(module: ModuleOp) -> ModuleProblem:
    """
    The problem of a module whose allocations have `buffer_info`, or `not_planned`, which leaves
    them out.

    Raises `AnalysisError` for an allocation that has neither, for `buffer_info` and pools that do
    not fit together, and for a program that has been rewritten onto its pools.
    """
    _check_not_converted(module)
    pools = MemoryPools(module)
    reader = _Reader(pools)
    allocations: dict[str, Operation] = {}
    buffers: list[BufferInfo] = []
    for op in allocations_in(module):
        info = op.attributes.get(BUFFER_INFO)
        if info is None and NOT_PLANNED in op.attributes:
            continue
        if not isinstance(info, BufferInfoAttr):
            fail(
                op, f"a buffer{_of_function(op)} has no {BUFFER_INFO}: run usmp-extract-buffer-info"
            )
        name = info.data.name
        if name in allocations:
            fail(
                op,
                f"there are two buffers called '{name}',{_of_function(allocations[name])} and"
                f"{_of_function(op)}: rename one, or run usmp-extract-buffer-info again",
            )
        allocations[name] = op
        buffers.append(reader.buffer_of(op, info))
    with errors_at_buffers(allocations, module):
        problem = PlacementProblem(buffers, list(reader.pool_infos.values()))
    return ModuleProblem(problem, pools.pools, allocations)


@contextmanager
def errors_at_buffers(allocations: Mapping[str, Operation], module: ModuleOp) -> Generator[None]:
    """What is wrong with a buffer of the problem is an error at its allocation."""
    try:
        yield
    except ProblemError as error:
        op = allocations.get(error.buffer or "", module)
        where = _of_function(op)
        fail(op, f"{error}" + (f" (the buffer is one{where})" if where else ""))


def slices_of(allocation: Operation) -> Slices | None:
    """The slices that `buffer_info` gives to a buffer, `None` if it has one place."""
    info = allocation.attributes.get(BUFFER_INFO)
    if not isinstance(info, BufferInfoAttr) or info.data.slices is None:
        return None
    interface = get_interface(allocation, BufferAllocationInterface)
    size = None if interface is None else allocated_bytes_of(interface.get_buffer(allocation).type)
    if size is None:
        return None
    return Slices.for_threads(info.data.slices, size, info.data.alignment)


def _check_not_converted(module: ModuleOp) -> None:
    for op in module.ops:
        if any(mark is not None for mark in _pool_marks(op)):
            fail(
                op,
                f"@{get_name_if_symbol(op) or op.name} has the memory of a pool already: plan the "
                "program as it was before usmp-convert-pool-allocations-to-offsets",
            )


def _pool_marks(op: Operation) -> Iterator[Attribute | None]:
    yield op.attributes.get(POOL)
    parameters = op.properties.get("arg_attrs")
    if isinstance(parameters, ArrayAttr):
        for attributes in parameters.data:
            if isinstance(attributes, DictionaryAttr):
                yield attributes.data.get(POOL)


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
        size = allocated_bytes_of(interface.get_buffer(op).type)
        slices = slices_of(op)
        if size is not None and slices is not None:
            size = slices.total_bytes(size)
        if size != data.size_bytes:
            fail(
                op,
                f"buffer '{data.name}'{_of_function(op)} has {data.size_bytes} bytes by its "
                f"{BUFFER_INFO}, and {size} by its type: run usmp-extract-buffer-info again",
            )
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
        name, names = info.data.name, info.data.pool_candidates
        named = self._pools.named_candidates(op)
        if names is None:
            names = named or self._pools.reachable_candidates(op)
        elif named is not None and named != names:
            fail(
                op,
                f"buffer '{name}'{_of_function(op)} has other candidate pools than its "
                f"{BUFFER_INFO} says: run usmp-extract-buffer-info again",
            )
        if not names:
            reason = self._pools.why_left_out(op)
            fail(
                op,
                f"buffer '{name}'{_of_function(op)} has no pool to go to: declare one, or "
                "run usmp-assign-pool-info" + (f" ({reason})" if reason else ""),
            )
        self._pools.check_candidates(op, names)
        if names not in self._candidates:
            self._candidates[names] = tuple(self.pool_infos[pool] for pool in names)
        return self._candidates[names]

    def _fixed_allocation_of(self, op: Operation, name: str) -> PoolAllocation | None:
        fixed = op.attributes.get(FIXED_POOL_ALLOCATION)
        if fixed is None:
            return None
        what = f"buffer '{name}'{_of_function(op)}"
        if not isinstance(fixed, PoolAllocationAttr):
            fail(
                op,
                f"{what} has {FIXED_POOL_ALLOCATION} {fixed}, "
                "expected #usmp.pool_allocation<@pool, byte_offset = 0> or the like",
            )
        pool = fixed.pool.root_reference.data
        if pool not in self.pool_infos:
            fail(op, f"{what} is fixed in pool @{pool}, which is not declared")
        return PoolAllocation(self.pool_infos[pool], fixed.byte_offset.data)


def _pool_info(name: str, pool: PoolOp) -> PoolInfo:
    hint, alignment = pool.size_hint_bytes, pool.alignment
    return PoolInfo(
        name,
        UNRESTRICTED_SIZE_HINT if hint is None else hint.value.data,
        None if alignment is None else alignment.value.data,
        PoolInfo.READ_ONLY_ACCESS if pool.is_read_only else PoolInfo.READ_WRITE_ACCESS,
    )


def _of_function(op: Operation) -> str:
    """Of which function an allocation is, to be put after its name."""
    function = function_around(op)
    name = None if function is None else get_name_if_symbol(function)
    return "" if name is None else f" of @{name}"
