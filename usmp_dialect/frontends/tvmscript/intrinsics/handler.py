"""How the tables of constructs are made."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from usmp_dialect.frontends.tvmscript.arguments import Arguments, Parameters
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import DType
from usmp_dialect.frontends.tvmscript.values import Number, Value

Handler: TypeAlias = Callable[[FunctionContext, ast.Call], Value]
"""What a call of a construct is; operations that compute it are written."""


def with_parameters(
    text: str, handle: Callable[[FunctionContext, ast.Call, Arguments], Value]
) -> Handler:
    """A handler that is given the arguments by the names in `text`: see `Parameters`."""
    parameters = Parameters(text)

    def handler(context: FunctionContext, call: ast.Call) -> Value:
        arguments = parameters.bind(context, call)
        return handle(context, call, arguments)

    return handler


def of_type(
    context: FunctionContext, call: ast.Call, arguments: Arguments, number: Number
) -> Number:
    """
    `number`, the result of `call`. Raises `TVMScriptError` if there is an argument `dtype` that
    says otherwise.
    """
    node = arguments.get("dtype")
    if node is not None:
        stated: DType = context.dtype(node)
        if stated != number.dtype:
            raise context.error(
                node,
                f"'{context.source.show(call.func)}' of these operands is of type "
                f"{number.dtype}, not {stated}",
            )
    return number
