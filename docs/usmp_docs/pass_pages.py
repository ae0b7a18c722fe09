"""The pages of passes and targets, whose options are the fields of their classes."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from usmp_dialect.universe import USMP_UNIVERSE
from usmp_docs.described_names import field_docstrings
from usmp_docs.markdown import code, docstring_of, first_sentence, page, table


def passes_page() -> str:
    """All passes of ours."""
    return _page(
        "Passes",
        "`-p 'NAME{option=value other-option=value},NEXT'` runs passes one after the other, in "
        "`usmp-opt` and in `xdsl-opt`.",
        USMP_UNIVERSE.all_passes,
    )


def targets_page() -> str:
    """All targets of ours."""
    return _page(
        "Targets",
        "`-t 'NAME{option=value}'` says in which form a module is printed, by `usmp-opt` and by "
        "`xdsl-opt`.",
        USMP_UNIVERSE.all_targets,
    )


def _page(title: str, introduction: str, factories: Mapping[str, Callable[[], type]]) -> str:
    classes = {name: factory() for name, factory in sorted(factories.items())}
    overview = (
        (f"[{code(name)}](#{name})", first_sentence(docstring_of(cls)))
        for name, cls in classes.items()
    )
    return page(
        title,
        introduction,
        table(("name", ""), overview),
        *(_section(name, cls) for name, cls in classes.items()),
    )


def _section(name: str, cls: type) -> str:
    options = table(("option", "values", "default", ""), _options(cls))
    return "\n\n".join(
        (f"## `{name}` {{ #{name} }}", docstring_of(cls), options or "It has no options.")
    )


def _options(cls: type) -> Iterator[tuple[str, str, str, str]]:
    hints = get_type_hints(cls)
    described = field_docstrings(cls)
    for option in fields(cls):
        yield (
            code(option.name.replace("_", "-")),
            _values(hints[option.name]),
            _default(option),
            described.get(option.name, ""),
        )


def _default(option: Field[Any]) -> str:
    if option.default is MISSING and option.default_factory is MISSING:
        return "must be given"
    default: Any = option.default
    if option.default_factory is not MISSING:
        default = option.default_factory()
    if default is None or default == ():
        return "none"
    return code(str(default).lower() if isinstance(default, bool) else default)


_KINDS: Mapping[object, str] = {
    bool: "`true` or `false`",
    int: "a whole number",
    float: "a number",
    str: "text",
}


def _values(kind: object) -> str:
    """What an option of a Python type may be."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(code(argument) for argument in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(_values(one) for one in arguments if one is not types.NoneType)
    if origin is tuple:
        return f"any number of: {_values(arguments[0])}"
    return _KINDS.get(kind, code(getattr(kind, "__name__", kind)))
