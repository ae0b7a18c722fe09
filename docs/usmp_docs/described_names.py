"""The docstrings that stand below assignments, which Python itself forgets."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import griffe

_SUFFIX_OF_VALUES = "_ACCESS"


@cache
def _read(module: str) -> griffe.Module:
    """The names of a module that has been imported, with their docstrings."""
    path = Path(inspect.getfile(sys.modules[module]))
    return griffe.visit(module, path, path.read_text(encoding="utf-8"))


def field_docstrings(cls: type) -> dict[str, str]:
    """What is written below the fields of a class and of those that it is derived from, by name."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if not base.__module__.startswith("usmp_"):
            continue
        described = _read(base.__module__)[base.__qualname__]
        for name, attribute in described.attributes.items():
            if attribute.docstring is not None:
                found[name] = attribute.docstring.value
    return found


def attribute_names(module: ModuleType) -> Iterator[tuple[str, str]]:
    """
    The names of attributes that a module defines, each with its docstring: its public constants
    that are texts, less those that are values of an attribute.
    """
    for name, attribute in _read(module.__name__).attributes.items():
        value: object = vars(sys.modules[module.__name__]).get(name)
        if name.startswith("_") or name.endswith(_SUFFIX_OF_VALUES):
            continue
        if isinstance(value, str) and attribute.docstring is not None:
            yield value, attribute.docstring.value
