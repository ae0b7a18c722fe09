"""One pool by itself: buffers that are all to lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from usmp_passes.planning.conflict_graph import ConflictGraph, Ranges
from usmp_passes.planning.lower_bound import LowerBound, align_up, lower_bound
from usmp_passes.planning.problem import BufferInfo

Offsets = Sequence[int]
"""In bytes, of each buffer of a packing."""


class Packing:
    """
    The buffers of one pool, numbered anew: `members[i]` is the number in the problem of the buffer
    that is number `i` here.
    """

    def __init__(self, buffers: Sequence[BufferInfo], graph: ConflictGraph, members: Sequence[int]):
        self.members = members
        self._graph = graph
        self._buffers = buffers
        self.sizes = [buffers[index].size_bytes for index in members]
        self.alignments = [buffers[index].alignment for index in members]
        self.fixed = {
            place: fixed.byte_offset
            for place, index in enumerate(members)
            if (fixed := buffers[index].fixed_allocation) is not None
        }
        self.alignment = max(
            (a for a, size in zip(self.alignments, self.sizes, strict=True) if size), default=1
        )
        """In bytes; the size of the pool is a multiple of it."""

    def __len__(self) -> int:
        return len(self.members)

    @cached_property
    def bound(self) -> LowerBound:
        """The least size, of buffers by their number in the problem."""
        return lower_bound(self._buffers, self._graph, self.members)

    @cached_property
    def neighbours(self) -> Sequence[Sequence[int]]:
        """The conflicts of each buffer inside the pool, ascending."""
        if len(self.members) == len(self._buffers):
            return self._graph.neighbours
        place_of = {index: place for place, index in enumerate(self.members)}
        neighbours = self._graph.neighbours
        return [
            [place_of[other] for other in neighbours[index] if other in place_of]
            for index in self.members
        ]

    @cached_property
    def degrees(self) -> Sequence[int]:
        """How many conflicts each buffer has, those in other pools included."""
        degrees = self._graph.degrees
        return [degrees[index] for index in self.members]

    @cached_property
    def steps_of_first_fit(self) -> int:
        """What it costs to place all buffers in some order."""
        if len(self.members) == len(self._buffers):
            return self._graph.conflict_count + len(self.members)
        return sum(self.degrees) + len(self.members)

    @cached_property
    def starts(self) -> Sequence[int]:
        """The program point at which each buffer first comes to life; 0 if it is not known."""
        return [ranges[0][0] if ranges else 0 for ranges in self.ranges]

    @cached_property
    def durations(self) -> Sequence[int]:
        """At how many program points each buffer is live."""
        durations = self._graph.durations
        return [durations[index] for index in self.members]

    @cached_property
    def ranges(self) -> Sequence[Ranges]:
        """The live ranges of each buffer."""
        return [self._graph.ranges[index] for index in self.members]

    @cached_property
    def is_interval_packing(self) -> bool:
        """
        Whether it is what solvers of intervals take: one range a buffer, which says everything, one
        alignment for all, and nothing fixed.
        """
        return self._graph.is_interval_graph and not self.fixed and len(set(self.alignments)) <= 1

    def goal(self, capacity: int | None) -> int:
        """
        Where the highest end is low enough, in bytes: at the bound, or at the capacity, if that is
        no multiple of the alignment and just below the bound.
        """
        if capacity is None or capacity < self.bound.end_bytes:
            return self.bound.size_bytes
        return min(self.bound.size_bytes, capacity)

    def end_of(self, offsets: Offsets) -> int:
        """The highest end of a buffer."""
        return max(map(int.__add__, offsets, self.sizes), default=0)

    def size_of(self, offsets: Offsets) -> int:
        """The bytes that the pool needs: the highest end, rounded up to the largest alignment."""
        return align_up(self.end_of(offsets), self.alignment)
