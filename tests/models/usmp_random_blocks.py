"""
Random control flow graphs: blocks that lead to any blocks, written in any order.

The trees of all random programs are made of statements; those of blocks are here, for they are the
same whatever the statements are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies as st

MAX_BLOCKS = 12


class Statement:
    """A statement of a random program."""


Body = tuple[Statement, ...]


@dataclass(frozen=True)
class Block:
    """
    A block of a graph; it has as many buffers for arguments as `arguments` says.

    `successors` are the numbers of blocks, none for an end of the graph, and `passed` the buffers
    that they are given, in turn.
    """

    arguments: int
    body: Body
    successors: tuple[int, ...]
    passed: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """Blocks, of which the first is entered; `order` is that in which they are written."""

    blocks: tuple[Block, ...]
    order: tuple[int, ...]

    def successors(self, number: int) -> tuple[int, ...]:
        """The blocks that a block leads to."""
        return tuple(s % len(self.blocks) for s in self.blocks[number].successors)

    def dominated_first_to_last(self) -> Iterator[tuple[int, int | None]]:
        """
        Each block after those that dominate it, with the nearest of them: `None` for the first
        block, and for those that nothing leads to.
        """
        dominators = self._dominators()
        reached = self._reached()
        for number in sorted(range(len(self.blocks)), key=lambda n: len(dominators[n])):
            strict = dominators[number] - {number} if number in reached else set[int]()
            yield number, max(strict, key=lambda n: len(dominators[n]), default=None)

    def _dominators(self) -> list[set[int]]:
        """For each block those that every path to it leads through; all, if there is none."""
        numbers = range(len(self.blocks))
        found = [{0} if number == 0 else set(numbers) for number in numbers]
        changed = True
        while changed:
            changed = False
            for number in numbers:
                for successor in self.successors(number):
                    dominators = found[successor] & (found[number] | {successor})
                    if dominators != found[successor]:
                        found[successor] = dominators
                        changed = True
        return found

    def _reached(self) -> set[int]:
        """The blocks that some path leads to."""
        reached, pending = {0}, [0]
        while pending:
            new = set(self.successors(pending.pop())) - reached
            reached |= new
            pending += new
        return reached


_NUMBERS = st.integers(0, 4)


@st.composite
def graphs(
    draw: st.DrawFn, bodies: st.SearchStrategy[Body], most_blocks: int = MAX_BLOCKS
) -> Graph:
    """Graphs of up to `most_blocks` blocks, of which one at least is an end."""
    count = draw(st.integers(1, most_blocks))
    block = st.builds(
        Block,
        st.sampled_from((0, 0, 1, 2)),
        bodies,
        _successors(count),
        st.lists(_NUMBERS, min_size=1, max_size=3).map(tuple),
    )
    blocks = draw(st.lists(block, min_size=count, max_size=count))
    blocks[-1] = replace(blocks[-1], successors=())
    return Graph(tuple(blocks), tuple(draw(st.permutations(range(count)))))


def _successors(count: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Where a block leads: mostly to one or two others, so that runs are long."""
    numbers = st.integers(0, count - 1)
    one, two, three = (st.tuples(*[numbers] * n) for n in (1, 2, 3))
    return st.one_of(st.just(()), one, one, two, two, two, three)
