"""
The loops of a control flow graph, and an order of its blocks in which they nest like statements.

A region of several blocks is brought into the shape of structured code: its strongly connected
components, in topological order; inside each one that can run again its header first, then, the
header left out, what remains in the same way. This is the loop nesting forest of Steensgaard
("Sequentializing program dependence graphs for irreducible programs", 1993), with the block that a
depth-first search meets first as the header, so that some path leads there past the rest of the
loop. Hence no value that is defined in the rest is alive at the header, and the points at which a
value is alive lie between its definition and its last use, or in a loop that contains a use but not
the definition: what holds for structured loops holds for these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xdsl.ir import Block, Region

MAX_NESTING = 64
"""
How deep loops may be nested before one is no longer taken apart: a level costs as much as the
blocks in it.
"""


@dataclass(frozen=True, slots=True)
class GraphLoop:
    """Blocks of a control flow graph that may run again, one iteration after the other."""

    header: Block
    """The block that each iteration begins with; a branch to it from inside begins the next."""

    inside: Sequence[Block | GraphLoop]
    """The other blocks, in an order of execution of one iteration."""

    is_taken_apart: bool = True
    """Whether loops inside it were looked for; if not, the blocks inside are in no order."""

    def blocks(self) -> Iterator[Block]:
        """The blocks of the loop and of those inside it, in order."""
        yield self.header
        yield from blocks_of(self.inside)


def blocks_of(elements: Iterable[Block | GraphLoop]) -> Iterator[Block]:
    """The blocks among `elements`, those of loops included, in order."""
    for element in elements:
        if isinstance(element, GraphLoop):
            yield from element.blocks()
        else:
            yield element


def has_graph(region: Region) -> bool:
    """Whether blocks may run in another order than they are written in, or again."""
    first = region.first_block
    if first is not region.last_block:
        return True
    return first is not None and first.last_op is not None and bool(first.last_op.successors)


def execution_order(region: Region) -> Sequence[Block | GraphLoop]:
    """
    The blocks of `region` in an order in which each comes before those it leads to, but for the
    branches to the headers of loops. Blocks that are never reached come last.
    """
    blocks = list(region.blocks)
    reached = _reached_from(blocks[:1])
    order = _ordered(reached, blocks[:1], reached, 0)
    if len(reached) < len(blocks):
        unreached = [block for block in blocks if block not in reached]
        order += _ordered(set(unreached), unreached, set(unreached), 0)
    return order


def _successors(block: Block) -> Sequence[Block]:
    return () if block.last_op is None else block.last_op.successors


def _reached_from(entries: Sequence[Block]) -> set[Block]:
    reached = set(entries)
    pending = list(entries)
    while pending:
        for successor in _successors(pending.pop()):
            if successor not in reached:
                reached.add(successor)
                pending.append(successor)
    return reached


def _ordered(
    blocks: set[Block], entries: Sequence[Block], graph: set[Block], nesting: int
) -> list[Block | GraphLoop]:
    """
    The order of `blocks`, all of which `entries` lead to. They are part of a larger `graph`, whose
    other blocks and branches are left out.
    """
    return [
        _loop(component, graph, nesting)
        if len(component) > 1 or component[0] in _successors(component[0])
        else component[0]
        for component in _components(blocks, entries)
    ]


def _loop(component: Sequence[Block], graph: set[Block], nesting: int) -> GraphLoop:
    """A loop, of the blocks of a strongly connected component in the order they were met in."""
    header, *rest = component
    if rest and nesting == MAX_NESTING:
        return GraphLoop(header, rest, is_taken_apart=False)
    remaining = set(rest)
    # Reached from the header; in an irreducible loop also from outside.
    entered = [
        block
        for block in rest
        if any(p in graph and p not in remaining for p in block.predecessors())
    ]
    return GraphLoop(header, _ordered(remaining, entered, graph, nesting + 1))


def _components(blocks: set[Block], entries: Sequence[Block]) -> list[list[Block]]:
    """
    The strongly connected components of the graph of `blocks` in topological order, each with its
    blocks in the order in which the search meets them. The algorithm of Tarjan (1972), which
    searches what is written last first, so that what is written first comes first wherever that is
    an order of execution.
    """
    search = _Search(blocks)
    for entry in reversed(entries):
        search.run(entry)
    search.components.reverse()
    return search.components


class _Search:
    """A depth-first search of the graph of `blocks` for its strongly connected components."""

    def __init__(self, blocks: set[Block]) -> None:
        self.components: list[list[Block]] = []
        """Those that are complete, each after all that it leads to."""

        self._blocks = blocks
        self._numbers: dict[Block, int] = {}
        self._lowest: dict[Block, int] = {}
        """For each block, the lowest number of one in its component known to be met from it."""

        self._open: dict[Block, None] = {}
        """The blocks of components that are not complete, in the order in which they were met."""

    def run(self, entry: Block) -> None:
        """Searches what `entry` leads to, but for what has been met."""
        if entry in self._numbers:
            return
        path = [(entry, self._meet(entry))]
        while path:
            block, successors = path[-1]
            successor = next(successors, None)
            if successor is None:
                path.pop()
                self._leave(block, path[-1][0] if path else None)
            elif successor not in self._numbers:
                path.append((successor, self._meet(successor)))
            elif successor in self._open:
                self._lowest[block] = min(self._lowest[block], self._numbers[successor])

    def _meet(self, block: Block) -> Iterator[Block]:
        self._numbers[block] = self._lowest[block] = len(self._numbers)
        self._open[block] = None
        return (block for block in reversed(_successors(block)) if block in self._blocks)

    def _leave(self, block: Block, parent: Block | None) -> None:
        lowest = self._lowest[block]
        if parent is not None:
            self._lowest[parent] = min(self._lowest[parent], lowest)
        if lowest == self._numbers[block]:
            component: list[Block] = []
            while not component or component[-1] is not block:
                component.append(self._open.popitem()[0])
            component.reverse()
            self.components.append(component)
