"""Finds the dialects, passes and targets that the environment offers."""

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from xdsl.universe import XDSL_UNIVERSE, Universe

from usmp_dialect.universe import USMP_UNIVERSE

_OWN = {"usmp": USMP_UNIVERSE, "xdsl": XDSL_UNIVERSE}

_OWN_ENTRY_POINTS = ("usmp_dialect.universe:USMP_UNIVERSE", "xdsl.universe:XDSL_UNIVERSE")

_Factory = TypeVar("_Factory")


def load_multiverse(warn: Callable[[str], None]) -> Universe:
    """
    Everything that this project, xDSL and the installed plugins offer.

    `Universe.get_multiverse` raises if any plugin cannot be imported or takes a name that is
    taken. Here such a plugin, or such a name of it, is left out, and `warn` is called with a
    message; this project comes first, then xDSL, then the plugins in the order of their names.
    """
    multiverse = Universe()
    for plugin, universe in (*_OWN.items(), *_installed_universes(warn)):
        clashes = (
            *_merge("dialect", multiverse.all_dialects, universe.all_dialects),
            *_merge("pass", multiverse.all_passes, universe.all_passes),
            *_merge("target", multiverse.all_targets, universe.all_targets),
        )
        for clash in clashes:
            warn(f"plugin '{plugin}': {clash} is ignored: the name is already taken")
    return multiverse


def _merge(kind: str, known: dict[str, _Factory], offered: dict[str, _Factory]) -> Iterator[str]:
    """Add what is new in `offered` to `known`, and yield what is not."""
    for name, factory in offered.items():
        if name in known:
            yield f"{kind} '{name}'"
        else:
            known[name] = factory


def _installed_universes(warn: Callable[[str], None]) -> Iterator[tuple[str, Universe]]:
    """The universes of other projects, by the names of their entry points."""
    plugins = entry_points(group="xdsl.universe")
    for plugin in sorted(plugins, key=lambda plugin: (plugin.name, plugin.value)):
        if plugin.value in _OWN_ENTRY_POINTS:
            continue
        try:
            universe = _load(plugin)
        except Exception as error:  # noqa: BLE001 (a plugin may fail in any way)
            warn(f"plugin '{plugin.name}' could not be loaded: {error or type(error).__name__}")
        else:
            yield plugin.name, universe


def _load(plugin: EntryPoint) -> Universe:
    universe = plugin.load()
    if not isinstance(universe, Universe):
        raise TypeError(f"{plugin.value} is not an xdsl.universe.Universe")
    return universe
