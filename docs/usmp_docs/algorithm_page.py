"""The page of the algorithms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from usmp_docs.markdown import code, docstring_of, page
from usmp_passes.planning import best, greedy, hill_climb
from usmp_passes.planning.algorithms import (
    DEFAULT_ALGORITHM,
    ENTRY_POINT_GROUP,
    OWN_ALGORITHMS,
    OwnAlgorithm,
)

_DESCRIBED: dict[str, Callable[..., object]] = {
    "best": best.best,
    "greedy_by_conflicts": greedy.greedy_by_conflicts,
    "greedy_by_size": greedy.greedy_by_size,
    "hill_climb": hill_climb.hill_climb,
    "optimal": best.best,
}
"""The function whose docstring tells what an algorithm does."""


def algorithms_page() -> str:
    """All algorithms of ours."""
    return page(
        "Algorithms",
        "`algorithm=NAME` of the passes, `--algorithm NAME` of the commands; "
        f"{code(DEFAULT_ALGORITHM)} if nothing is said. "
        "Others are registered as entry points of the group "
        f"{code(ENTRY_POINT_GROUP)}: [an algorithm of your own](../algorithms.md).",
        *(_section(name, algorithm) for name, algorithm in sorted(OWN_ALGORITHMS.items())),
    )


def _section(name: str, algorithm: OwnAlgorithm) -> str:
    return "\n\n".join([f"## `{name}`", docstring_of(_DESCRIBED[name]), *_remarks(algorithm)])


def _remarks(algorithm: OwnAlgorithm) -> Iterator[str]:
    if algorithm.must_prove:
        yield "A plan that is not proven to be optimal is an error."
    if algorithm.is_search:
        yield "It is a search: `seed` and `time-limit` change what it finds."
