"""Which argument of a call is which."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TypeAlias

from usmp_dialect.frontends.tvmscript.context import FunctionContext

Arguments: TypeAlias = Mapping[str, ast.expr]
"""The arguments of a call by the names of the parameters; those left out are missing."""


class Parameters:
    """
    The parameters of a construct, in order, as in `"dtype buffer index predicate?"`.

    A name with `?` may be left out; names after `*` may only be given as keywords.
    """

    def __init__(self, text: str) -> None:
        positional, _, keywords = text.partition("*")
        self._positional = [name.rstrip("?") for name in positional.split()]
        self._names = {*self._positional, *(name.rstrip("?") for name in keywords.split())}
        self._required = [name for name in text.replace("*", "").split() if not name.endswith("?")]
        self._text = ", ".join(text.replace("*", "").split())

    def bind(self, context: FunctionContext, call: ast.Call) -> Arguments:
        """
        The arguments of a call. Raises `TVMScriptError` if there are too few or too many, or one
        that is not known.
        """
        arguments: dict[str, ast.expr] = {}
        for index, node in enumerate(call.args):
            if isinstance(node, ast.Starred):
                raise context.error(node, "arguments cannot be unpacked", "each argument written")
            if index >= len(self._positional):
                raise self._error(context, call, node, "too many arguments")
            arguments[self._positional[index]] = node
        for keyword in call.keywords:
            if keyword.arg is None:
                raise context.error(
                    keyword.value, "arguments cannot be unpacked", "each argument written"
                )
            if keyword.arg not in self._names:
                raise self._error(context, call, keyword.value, f"no parameter '{keyword.arg}'")
            if keyword.arg in arguments:
                raise self._error(context, call, keyword.value, f"'{keyword.arg}' is given twice")
            arguments[keyword.arg] = keyword.value
        for name in self._required:
            if name not in arguments:
                raise self._error(context, call, call, f"no argument for '{name}'")
        return arguments

    def _error(
        self, context: FunctionContext, call: ast.Call, node: ast.expr, message: str
    ) -> Exception:
        name = context.source.show(call.func)
        return context.error(node, f"{name}: {message}", f"{name}({self._text})")
