"""
A search over the orders in which buffers are placed.

What stands in the way of a better placement, the *culprits*, is known for each order: buffers that
found no place, or only a bad one. A move takes a culprit and lets it go before one of the conflicts
that it had to give way to; now and then two buffers of the order change places as well, which leads
out of circles. A move that makes nothing worse is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

from usmp_passes.planning.budget import Budget

_PlacementT = TypeVar("_PlacementT")

Score = tuple[int, ...]
"""How bad a placement is; the earlier a number stands, the more it counts."""

_PATIENCE = 50
"""
Moves for each buffer, since the last one that led to a better placement, after which a search gives
up, or begins anew if only time limits it: for some tens of buffers hope is gone long before.
"""

_SHAKE = 0.3
"""How often two buffers change places besides, found by trial on the MiniMalloc suite."""


@dataclass(frozen=True, slots=True)
class Evaluation(Generic[_PlacementT]):
    """What an order leads to."""

    placement: _PlacementT
    score: Score
    culprits: Sequence[int]
    """None if the placement is as good as can be."""


class OrderSearch(Generic[_PlacementT]):
    """
    The search. `evaluate` places the buffers in an order and costs `steps`; `neighbours` are the
    conflicts of each buffer; `sizes` are what to report of a placement: its size, and the bound.
    """

    best: Evaluation[_PlacementT]
    """The best placement that was ever seen; there is none before `run`."""

    def __init__(
        self,
        evaluate: Callable[[Sequence[int]], Evaluation[_PlacementT]],
        neighbours: Callable[[], Sequence[Sequence[int]]],
        steps: int,
        budget: Budget,
        sizes: Callable[[Evaluation[_PlacementT]], tuple[int, int]],
    ):
        self._evaluate = evaluate
        self._neighbours = neighbours
        self._steps = steps
        self._budget = budget
        self._sizes = sizes

    def run(self, orders: Iterable[Sequence[int]], random: Random) -> Evaluation[_PlacementT]:
        """
        Tries the orders, one at least, then moves on from the best of them until there is nothing
        left to mend or the budget is spent.
        """
        current: Sequence[int] | None = None
        try:
            for order in orders:
                evaluation = self._look_at(order)
                if current is None or evaluation.score < self.best.score:
                    current, self.best = order, evaluation
                if not self.best.culprits or self._budget.is_spent:
                    return self.best
            self._climb(list(current or ()), random)
        except KeyboardInterrupt:
            if current is None:
                raise
            self._budget.interrupt()
        return self.best

    def _look_at(self, order: Sequence[int]) -> Evaluation[_PlacementT]:
        self._budget.spend(self._steps)
        return self._evaluate(order)

    def _climb(self, order: list[int], random: Random) -> None:
        neighbours = self._neighbours()
        current = self.best
        patience = _PATIENCE * (len(order) + 10)
        moves = 0
        while current.culprits and not self._budget.is_spent:
            if moves > patience:
                if self._budget.counts_steps:
                    break
                # There is time left: begin anew somewhere else.
                random.shuffle(order)
                current, moves = self._look_at(order), 0
                continue
            moves += 1
            candidate = _moved(order, random.choice(current.culprits), neighbours, random)
            evaluation = self._look_at(candidate)
            if evaluation.score <= current.score:
                order, current = candidate, evaluation
            if evaluation.score < self.best.score:
                self.best = evaluation
                moves = 0
            self._budget.report(*self._sizes(self.best))


def _moved(
    order: Sequence[int], culprit: int, neighbours: Sequence[Sequence[int]], random: Random
) -> list[int]:
    place_of = [0] * len(order)
    for place, index in enumerate(order):
        place_of[index] = place
    moved = list(order)
    at = place_of[culprit]
    before = [other for other in neighbours[culprit] if place_of[other] < at]
    if before:
        del moved[at]
        moved.insert(place_of[random.choice(before)], culprit)
    if not before or random.random() < _SHAKE:
        one, other = random.randrange(len(order)), random.randrange(len(order))
        moved[one], moved[other] = moved[other], moved[one]
    return moved
