"""Where a program says that its buffers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xdsl.ir import Operation, SSAValue

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT
from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    POOL_ALLOCATION,
    BufferInfoAttr,
    PoolAllocationAttr,
    Slices,
)
from usmp_dialect.program import fail
from usmp_passes.analysis import Buffer
from usmp_passes.verification.pool_memory import PoolMemory, PoolView


@dataclass(frozen=True, slots=True)
class PlacedBuffer:
    """A buffer, and its place in a pool."""

    buffer: Buffer
    pool: str
    start: int
    """In bytes from the start of the pool."""

    alignment: int
    """In bytes, that which its place must have."""

    slices: Slices | None
    """Those it has if it has one for each thread, the first of them at `start`."""

    memory: PoolMemory | None
    """What it is a view of; `None` for an allocation, which has not been rewritten yet."""

    @property
    def value(self) -> SSAValue:
        """Its address; raises `ValueError` for a buffer outside the functions of the module."""
        if self.buffer.local is None:
            raise ValueError(f"buffer '{self.buffer.name}' is in no function")
        return self.buffer.local.value

    @property
    def size_bytes(self) -> int:
        """
        The bytes it takes, from the start of the first slice to the end of the last if it has
        several; raises `ValueError` for a buffer that no plan may place.
        """
        size = self.buffer.size_bytes
        if size is None:
            raise ValueError(f"the size of buffer '{self.buffer.name}' is not known")
        return size if self.slices is None else self.slices.total_bytes(size)

    @property
    def end(self) -> int:
        """The first byte after it."""
        return self.start + self.size_bytes

    def overlaps(self, other: PlacedBuffer) -> bool:
        """Whether the two have a byte in common."""
        return self.pool == other.pool and max(self.start, other.start) < min(self.end, other.end)

    @property
    def text(self) -> str:
        """The buffer as messages name it."""
        return buffer_text(self.buffer)

    @property
    def bytes_text(self) -> str:
        """The bytes it has, as messages name them."""
        return f"bytes [{self.start}, {self.end})"


def buffer_text(buffer: Buffer) -> str:
    """A buffer as messages name it."""
    function = "" if buffer.function is None else f" of @{buffer.function}"
    return f"buffer '{buffer.name}'{function}"


def placed_buffers(
    buffers: Sequence[Buffer], views: Mapping[Operation, PoolView], alignment: int | None
) -> list[PlacedBuffer]:
    """
    Those of `buffers` that have a place in a pool, in their order: the allocations that a plan has
    placed, and the `views` of pools. They must have been analysed without any alignment but their
    own.

    `alignment`, in bytes, is what every place must have at least. If it is `None`, that is what the
    allocation's `buffer_info` or the view says, and the default where they say nothing.

    Raises `AnalysisError` for a `pool_allocation` that is none.
    """
    placed: list[PlacedBuffer] = []
    for buffer in buffers:
        required = max(buffer.alignment, _required_alignment(buffer, views, alignment))
        view, attribute = views.get(buffer.op), buffer.op.attributes.get(POOL_ALLOCATION)
        if view is not None:
            pool = view.memory.pool
            placed.append(
                PlacedBuffer(buffer, pool, view.byte_offset, required, view.slices, view.memory)
            )
        elif isinstance(attribute, PoolAllocationAttr):
            pool, offset = attribute.pool.root_reference.data, attribute.byte_offset.data
            placed.append(PlacedBuffer(buffer, pool, offset, required, attribute.slices, None))
        elif attribute is not None:
            fail(
                buffer.op,
                f"{buffer_text(buffer)} has {POOL_ALLOCATION} = {attribute}, "
                "expected #usmp.pool_allocation<...>",
            )
    return placed


def slice_count(allocation: Operation, views: Mapping[Operation, PoolView]) -> int | None:
    """How many slices the program says that a buffer has, `None` for one that has one place."""
    view = views.get(allocation)
    if view is not None:
        return None if view.slices is None else view.slices.count
    place = allocation.attributes.get(POOL_ALLOCATION)
    if isinstance(place, PoolAllocationAttr):
        return None if place.slices is None else place.slices.count
    info = allocation.attributes.get(BUFFER_INFO)
    return info.data.slices if isinstance(info, BufferInfoAttr) else None


def _required_alignment(
    buffer: Buffer, views: Mapping[Operation, PoolView], alignment: int | None
) -> int:
    if alignment is not None:
        return alignment
    info = buffer.op.attributes.get(BUFFER_INFO)
    if isinstance(info, BufferInfoAttr):
        return info.data.alignment
    says_alignment = buffer.op in views and "alignment" in buffer.op.attributes
    return 1 if says_alignment else DEFAULT_ALIGNMENT
