"""The pages of the Python interface: what each module is for, and its public names."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from usmp_docs.markdown import docstring_of, page

_MODULES = {
    "analysis": ("usmp_passes.analysis", "Analysis"),
    "planning": ("usmp_passes.planning", "Planning"),
    "reporting": ("usmp_passes.reporting", "Reporting"),
    "interpreters": ("usmp_dialect.interpreters.runner", "Running programs"),
    "tvmscript": ("usmp_dialect.frontends.tvmscript", "Reading TVMScript"),
    "interfaces": ("usmp_dialect.interfaces", "Interfaces for dialects"),
}
"""By the name of the page: the module, and the title."""


def api_pages() -> Iterator[tuple[str, str]]:
    """The name and the text of each page."""
    for name, (module, title) in _MODULES.items():
        yield name, _page(import_module(module), title)


def _page(module: ModuleType, title: str) -> str:
    names = "\n\n".join(f"::: {path}" for path in _public_paths(module))
    return page(title, f"`{module.__name__}`", docstring_of(module), names)


def _public_paths(module: ModuleType) -> Iterator[str]:
    """Where the public names of a module are defined, in alphabetical order."""
    package = module.__name__.split(".", maxsplit=1)[0]
    names = getattr(module, "__all__", None) or _own_names(module)
    for name in sorted(names):
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            if thing.__module__.startswith(package.partition("_")[0]):
                yield f"{thing.__module__}.{thing.__qualname__}"
        else:
            yield f"{module.__name__}.{name}"


def _own_names(module: ModuleType) -> Iterator[str]:
    is_package = hasattr(module, "__path__")
    for name, thing in vars(module).items():
        if name.startswith("_") or inspect.ismodule(thing):
            continue
        home = getattr(thing, "__module__", None)
        is_own = home == module.__name__ or (is_package and str(home).startswith(module.__name__))
        if (inspect.isclass(thing) or inspect.isfunction(thing)) and is_own:
            yield name
