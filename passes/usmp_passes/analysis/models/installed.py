"""
Models that other distributions install: the entry points of the group `usmp.models`, each called as
the dialect is in the IR, whose value is a module that attaches interfaces when it is imported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points

GROUP = "usmp.models"


class ModelError(Exception):
    """A model that is installed cannot be imported."""


def import_installed_models(dialect: str) -> None:
    """
    Imports what other distributions know of `dialect`, in the order of their names.

    Raises `ModelError`, naming the distribution, if one cannot be imported, whatever the reason.
    """
    for entry_point in _entry_points_by_dialect().get(dialect, ()):
        try:
            entry_point.load()
        except Exception as error:
            raise ModelError(
                f"the model of dialect '{dialect}' that {_distribution_of(entry_point)} installs "
                f"({GROUP}: {entry_point.value}) could not be loaded: "
                f"{type(error).__name__}: {error}: mend that distribution, or uninstall it"
            ) from error


@cache
def _entry_points_by_dialect() -> Mapping[str, Sequence[EntryPoint]]:
    """Read once: it costs a look into every distribution of the environment."""
    by_dialect: defaultdict[str, list[EntryPoint]] = defaultdict(list)
    for entry_point in entry_points(group=GROUP):
        by_dialect[entry_point.name].append(entry_point)
    for found in by_dialect.values():
        found.sort(key=lambda entry_point: (_distribution_of(entry_point), entry_point.value))
    return dict(by_dialect)


def _distribution_of(entry_point: EntryPoint) -> str:
    distribution = entry_point.dist
    return "a distribution" if distribution is None else distribution.name
