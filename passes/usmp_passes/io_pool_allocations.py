"""Where the inputs and outputs of a planned program lie, for whoever calls it."""

from __future__ import annotations

from xdsl.dialects.builtin import DictionaryAttr, IntegerAttr, IntegerType, ModuleOp, StringAttr
from xdsl.ir import Attribute, Operation

from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    POOL_ALLOCATION,
    BufferInfoAttr,
    PoolAllocationAttr,
)
from usmp_dialect.program import fail
from usmp_passes.analysis.io_lifetimes import IO_KIND_NAMES, io_kind_of
from usmp_passes.analysis.memory_pools import allocations_in

IO_PARAMETER = "usmp.io_parameter"
"""On an allocation with `usmp.io`: the number of the parameter that it was."""


def io_pool_allocations(module: ModuleOp) -> DictionaryAttr:
    """
    For each allocation with `usmp.io`, by the name of its buffer, in program order: what it is to
    the caller, its pool, its offset and size in bytes, its type, and the number of the parameter
    that it was, where it was one.

    ```mlir
    {input = {kind = "input", pool = @fast_memory, byte_offset = 0 : i64, size_bytes = 64 : i64,
              type = memref<64xi8>, parameter = 0 : i64}}
    ```

    Raises `AnalysisError` if one has no `buffer_info` or no `pool_allocation`.
    """
    return DictionaryAttr(
        dict(
            _named_record(allocation)
            for allocation in allocations_in(module)
            if io_kind_of(allocation) is not None
        )
    )


def _named_record(allocation: Operation) -> tuple[str, DictionaryAttr]:
    kind = io_kind_of(allocation)
    assert kind is not None
    info = allocation.attributes.get(BUFFER_INFO)
    if not isinstance(info, BufferInfoAttr):
        fail(
            allocation,
            f"{IO_KIND_NAMES[kind]} of the program has no {BUFFER_INFO}: "
            "run usmp-extract-buffer-info and usmp-plan-memory first",
        )
    place = allocation.attributes.get(POOL_ALLOCATION)
    if not isinstance(place, PoolAllocationAttr):
        fail(
            allocation,
            f"buffer '{info.data.name}', {IO_KIND_NAMES[kind]} of the program, has no "
            f"{POOL_ALLOCATION}: run usmp-plan-memory first",
        )
    record: dict[str, Attribute] = {
        "kind": StringAttr(kind),
        "pool": place.pool,
        "byte_offset": _integer(place.byte_offset.data),
        "size_bytes": _integer(info.data.size_bytes),
        "type": allocation.results[0].type,
    }
    parameter = allocation.attributes.get(IO_PARAMETER)
    if parameter is not None:
        record["parameter"] = parameter
    return info.data.name, DictionaryAttr(record)


def _integer(value: int) -> IntegerAttr[IntegerType]:
    """An integer of 64 bits, or of as many as it takes."""
    return IntegerAttr(value, IntegerType(max(64, value.bit_length() + 1)))
