"""Which nodes of an alias graph are aliases of one single root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NO_ORIGIN = -1
"""The origin of a node that is an alias of no root."""

SEVERAL = -2
"""The origin of a node that may be an alias of several roots."""


def origins_of(sources: Sequence[Sequence[int] | None], roots: Iterable[int]) -> list[int]:
    """
    For each node, the one of `roots` that it is an alias of, else `NO_ORIGIN` or `SEVERAL`.
    `sources` has the nodes that each one may be an alias of. Each node changes twice at most, so
    that the cost is that of the graph.
    """
    origins = [NO_ORIGIN] * len(sources)
    destinations: list[list[int]] = [[] for _ in sources]
    for node, node_sources in enumerate(sources):
        for source in node_sources or ():
            destinations[source].append(node)
    pending = list(roots)
    for root in pending:
        origins[root] = root
    while pending:
        node = pending.pop()
        for destination in destinations[node]:
            met = _join(origins[destination], origins[node])
            if met != origins[destination]:
                origins[destination] = met
                pending.append(destination)
    return origins


def _join(one: int, other: int) -> int:
    if other in {one, NO_ORIGIN}:
        return one
    return other if one == NO_ORIGIN else SEVERAL
