"""Packing one pool by a search over orders."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from usmp_passes.planning.budget import Budget
from usmp_passes.planning.first_fit import first_fit_of
from usmp_passes.planning.lower_bound import align_up
from usmp_passes.planning.order_search import Evaluation, OrderSearch
from usmp_passes.planning.orders import promising_orders
from usmp_passes.planning.packing import Offsets, Packing


def pack_by_order_search(packing: Packing, goal: int, budget: Budget, seed: int) -> Offsets:
    """
    The offsets of the best order found; the search stops when no buffer ends above `goal` bytes. At
    least one order is tried, whatever the budget.
    """
    first_fit = first_fit_of(packing)
    sizes = packing.sizes

    def evaluate(order: Sequence[int]) -> Evaluation[Offsets]:
        offsets = first_fit(order)
        ends = list(map(int.__add__, offsets, sizes))
        above = [index for index, end in enumerate(ends) if end > goal]
        excess = sum(map(ends.__getitem__, above)) - goal * len(above)
        size = align_up(max(ends, default=0), packing.alignment)
        return Evaluation(offsets, (size, excess), above)

    search = OrderSearch(
        evaluate,
        neighbours=lambda: packing.neighbours,
        steps=packing.steps_of_first_fit,
        budget=budget,
        sizes=lambda best: (best.score[0], packing.bound.size_bytes),
    )
    orders = promising_orders(sizes, packing.starts, packing.durations, lambda: packing.degrees)
    return search.run(orders, Random(seed)).placement
