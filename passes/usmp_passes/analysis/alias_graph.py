"""Which values of a function may be aliases of which."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from xdsl.ir import Region, SSAValue

from usmp_passes.analysis.address_types import may_be_address

_ANYWHERE = sys.maxsize
"""The step of a hub, which stands for its sources wherever these are."""


class AliasGraph:
    """
    A graph whose nodes are values that may be addresses, and whose edges lead from a value to those
    it may be an alias of.
    """

    def __init__(self) -> None:
        self.sources: list[list[int] | None] = []
        """For each node, the nodes it may be an alias of, `None` for no others."""

        self.step = 0
        """Counts what is walked: operations, and blocks and regions as they are entered."""

        self.defined: list[int] = []
        """For each node, the step at which its value was defined; a hub is never outside a loop."""

        self.nodes: dict[int, int] = {}
        """The node of a value, by the value's identity."""

    def node_of(self, value: SSAValue) -> int | None:
        """The node of a value, once walked; `None` for what can be no address."""
        return self.nodes.get(id(value))

    def make_node(self, value: SSAValue) -> int:
        """The node of a value, a new one if it has none yet."""
        node = self.nodes.get(id(value))
        if node is None:
            node = self.nodes[id(value)] = self._new_node(None, self.step)
        return node

    def make_nodes_of_all(self, regions: Iterable[Region]) -> None:
        """
        Makes nodes of all addresses in `regions` ahead of the walk: where blocks do not follow each
        other in order, or operations need not, a value may be used above its definition.
        """
        for region in regions:
            for block in region.blocks:
                self.add_addresses(block.args)
                for op in block.ops:
                    self.add_addresses(op.results)
                    if op.regions:
                        self.make_nodes_of_all(op.regions)

    def add_addresses(self, values: Iterable[SSAValue]) -> None:
        for value in values:
            if may_be_address(value.type):
                self.make_node(value)

    def define(self, values: Iterable[SSAValue]) -> None:
        """Notes that the walk has come to where `values` are defined."""
        for value in values:
            node = self.nodes.get(id(value))
            if node is not None:
                self.defined[node] = self.step

    def add_flow(self, source: SSAValue, destination: SSAValue) -> None:
        """Makes `destination` a possible alias of `source`."""
        source_node = self.nodes.get(id(source))
        if source_node is None or not may_be_address(destination.type):
            return
        node = self.make_node(destination)
        if node != source_node:
            self.add_sources(node, [source_node])

    def add_sources(self, node: int, sources: list[int]) -> None:
        known = self.sources[node]
        if known is None:
            self.sources[node] = list(sources)
        else:
            known.extend(sources)

    def add_flow_from_any(
        self, sources: Iterable[SSAValue], destinations: Iterable[SSAValue]
    ) -> None:
        """
        Makes each of `destinations` a possible alias of each of `sources`, at the cost of their
        sum.
        """
        nodes = self.nodes
        tracked = [nodes[id(source)] for source in sources if id(source) in nodes]
        if not tracked:
            return
        addresses = [value for value in destinations if may_be_address(value.type)]
        if len(tracked) > 1 and len(addresses) > 1:
            tracked = [self.new_hub(tracked)]
        for destination in addresses:
            self.add_sources(self.make_node(destination), tracked)

    def new_hub(self, sources: list[int] | None) -> int:
        """A node that may be an alias of `sources`, and is no value of its own."""
        return self._new_node(sources, _ANYWHERE)

    def _new_node(self, sources: list[int] | None, step: int) -> int:
        self.sources.append(sources)
        self.defined.append(step)
        return len(self.sources) - 1
