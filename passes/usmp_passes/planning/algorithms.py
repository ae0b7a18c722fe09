"""
The algorithms by name: ours, and those of anyone who registers one.

An algorithm of one's own is a callable from a `PlacementProblem` to a `Plan`, registered as an
entry point of the group `usmp.algorithms`. What it returns is checked like what ours return.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from usmp_passes.planning.arranging import PackedPool, packed_pools
from usmp_passes.planning.best import best
from usmp_passes.planning.budget import Budget
from usmp_passes.planning.greedy import greedy_by_conflicts, greedy_by_size
from usmp_passes.planning.hill_climb import hill_climb
from usmp_passes.planning.problem import PlacementProblem
from usmp_passes.planning.task import Task

ENTRY_POINT_GROUP = "usmp.algorithms"

DEFAULT_ALGORITHM = "best"

ForeignAlgorithm = Callable[[PlacementProblem], object]
"""An algorithm of the user's own, which returns a `Plan`."""


class UnknownAlgorithmError(ValueError):
    """There is no algorithm of that name; the message lists those there are."""


class AlgorithmError(Exception):
    """An algorithm that is not ours failed, or made a plan that is wrong."""


@dataclass(frozen=True, slots=True)
class OwnAlgorithm:
    """An algorithm of ours."""

    pack: Callable[[Task, Budget, int], Sequence[PackedPool]]
    """From a task, a budget and a seed. Raises `NoPlaceError`."""

    is_search: bool
    """Whether it makes random choices and can take longer or shorter."""

    must_prove: bool = False
    """Whether a plan that is not proven to be optimal is an error."""


def _greedy_by_size(task: Task, budget: Budget, seed: int) -> Sequence[PackedPool]:
    return packed_pools(task, greedy_by_size(task))


def _greedy_by_conflicts(task: Task, budget: Budget, seed: int) -> Sequence[PackedPool]:
    return packed_pools(task, greedy_by_conflicts(task))


OWN_ALGORITHMS: Mapping[str, OwnAlgorithm] = {
    "best": OwnAlgorithm(best, is_search=True),
    "greedy_by_conflicts": OwnAlgorithm(_greedy_by_conflicts, is_search=False),
    "greedy_by_size": OwnAlgorithm(_greedy_by_size, is_search=False),
    "hill_climb": OwnAlgorithm(hill_climb, is_search=True),
    "optimal": OwnAlgorithm(best, is_search=True, must_prove=True),
}
"""By name."""


@cache
def _registered() -> Mapping[str, ForeignAlgorithm | str]:
    """The algorithms that other packages register, or why one could not be loaded, by name."""
    found: dict[str, ForeignAlgorithm | str] = {}
    for entry_point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda e: e.name):
        if entry_point.name in OWN_ALGORITHMS:
            continue
        found[entry_point.name] = _load(entry_point)
    return found


def _load(entry_point: EntryPoint) -> ForeignAlgorithm | str:
    try:
        loaded = entry_point.load()
    except Exception as error:  # noqa: BLE001 (somebody else's code)
        return f"{type(error).__name__}: {error}"
    return loaded if callable(loaded) else f"{entry_point.value} is no function"


def algorithm_names() -> Sequence[str]:
    """The names of all algorithms, in alphabetical order."""
    return sorted({*OWN_ALGORITHMS, *_registered()})


def lookup_algorithm(name: str) -> OwnAlgorithm | ForeignAlgorithm:
    """
    The algorithm of that name. Raises `UnknownAlgorithmError`, and `AlgorithmError` if it cannot be
    loaded.
    """
    own = OWN_ALGORITHMS.get(name)
    if own is not None:
        return own
    foreign = _registered().get(name)
    if foreign is None:
        names = ", ".join(algorithm_names())
        raise UnknownAlgorithmError(f"there is no algorithm '{name}', only {names}")
    if isinstance(foreign, str):
        raise AlgorithmError(f"algorithm '{name}' could not be loaded: {foreign}")
    return foreign
