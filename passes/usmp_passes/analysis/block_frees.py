"""
What may have been freed when a block of a control flow graph is entered.

The usual iteration over the graph, with the buffers as bits of integers. The blocks are taken in
an order of execution, so that it ends after as many rounds as loops are nested, and two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xdsl.ir import Block, Operation


@dataclass(slots=True)
class BlockEvents:
    """What happens inside a block to buffers, which are numbers."""

    defined: set[int] = field(default_factory=set[int])
    """The buffers whose value is defined in the block: what was freed before is another one."""

    used: dict[int, Operation] = field(default_factory=dict[int, Operation])
    """Each with the first operation that does."""

    freed: dict[int, Operation] = field(default_factory=dict[int, Operation])
    """Each with the first operation that does."""

    surely_freed: dict[int, Operation] = field(default_factory=dict[int, Operation])
    """Those that are freed each time the block runs."""


class Fault(NamedTuple):
    """A use of a buffer, or a second deallocation, where it has been freed."""

    buffer: int
    op: Operation
    freed_by: Operation


@dataclass(slots=True)
class _Sets:
    """The buffers of a block, as bits."""

    defined: int
    used: int
    freed: int
    surely_freed: int
    before: int = 0
    surely_before: int = -1

    @property
    def after(self) -> int:
        return self.freed | (self.before & ~self.defined)

    @property
    def surely_after(self) -> int:
        return self.surely_freed | (self.surely_before & ~self.defined)


class BlockFrees:
    """
    The buffers freed in the blocks of a region, as they are seen from the other blocks. `events`
    has the blocks in an order of execution, the entry block first.
    """

    used_after: Fault | None
    """The first use of a buffer that may have been freed in another block, or a run before."""

    freed_twice: Fault | None
    """The first deallocation of a buffer that has been freed before, whatever the path."""

    at_exits: Mapping[int, Operation]
    """What may have been freed when the region is left, each with an operation that does."""

    def __init__(self, events: Mapping[Block, BlockEvents]):
        self._events = events
        self._freed: dict[int, Operation] = {}
        for block in events.values():
            self._freed = block.freed | self._freed
        self._buffers = list(self._freed)
        numbers = {buffer: number for number, buffer in enumerate(self._buffers)}

        def bits(buffers: Iterable[int]) -> int:
            return _bits(numbers[buffer] for buffer in buffers if buffer in numbers)

        reached = _reached_from(next(iter(events)))
        self._sets = {
            block: _Sets(
                bits(found.defined),
                bits(found.used.keys() - found.defined),
                bits(found.freed),
                bits(found.surely_freed),
            )
            for block, found in events.items()
            if block in reached
        }
        self._iterate()
        self.used_after = self._first_use()
        self.freed_twice = self._first_freed_twice()
        self.at_exits = self._freed_at_exits()

    def _iterate(self) -> None:
        entry = next(iter(self._sets))
        before = {
            block: [p for p in block.predecessors() if p in self._sets] for block in self._sets
        }
        changes = True
        while changes:
            changes = False
            for block, sets in self._sets.items():
                may, must = 0, 0 if block is entry else -1
                for predecessor in before[block]:
                    may |= self._sets[predecessor].after
                    must &= self._sets[predecessor].surely_after
                if (may, must) != (sets.before, sets.surely_before):
                    sets.before, sets.surely_before = may, must
                    changes = True

    def _first_use(self) -> Fault | None:
        for block, sets in self._sets.items():
            for buffer in self._buffers_in(sets.before & sets.used):
                return Fault(buffer, self._events[block].used[buffer], self._freed[buffer])
        return None

    def _first_freed_twice(self) -> Fault | None:
        for block, sets in self._sets.items():
            for buffer in self._buffers_in(sets.surely_before & sets.surely_freed & ~sets.defined):
                op = self._events[block].surely_freed[buffer]
                return Fault(buffer, op, self._freed[buffer])
        return None

    def _freed_at_exits(self) -> dict[int, Operation]:
        freed = 0
        for block, sets in self._sets.items():
            if block.last_op is None or not block.last_op.successors:
                freed |= sets.after
        return {buffer: self._freed[buffer] for buffer in self._buffers_in(freed)}

    def _buffers_in(self, bits: int) -> Sequence[int]:
        if not bits:
            return ()
        digits = reversed(f"{bits:b}")
        return [
            buffer for buffer, digit in zip(self._buffers, digits, strict=False) if digit == "1"
        ]


def _bits(numbers: Iterable[int]) -> int:
    """The integer whose bits of these `numbers` are set."""
    listed = list(numbers)
    if not listed:
        return 0
    octets = bytearray(max(listed) // 8 + 1)
    for number in listed:
        octets[number // 8] |= 1 << number % 8
    return int.from_bytes(octets, "little")


def _reached_from(entry: Block) -> set[Block]:
    reached = {entry}
    pending = [entry]
    while pending:
        last_op = pending.pop().last_op
        for successor in () if last_op is None else last_op.successors:
            if successor not in reached:
                reached.add(successor)
                pending.append(successor)
    return reached
