"""
Calls of functions, in the script or outside it.

`T.call_extern` and its relatives name the function by a string; `cls.f(...)` by its name in the
script. What a call must look like is checked here, except for the sizes of its arguments, which are
known when all functions have been read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Attribute, SSAValue

from usmp_dialect.buffer_type import size_bytes_of
from usmp_dialect.dialects.tir import CallExternOp, FuncOp
from usmp_dialect.frontends.tvmscript.arithmetic import exact
from usmp_dialect.frontends.tvmscript.context import FunctionContext, ModuleContext, Signature
from usmp_dialect.frontends.tvmscript.dtypes import INT8, DType, parse_dtype
from usmp_dialect.frontends.tvmscript.memory import ZERO, address_value, stored_number
from usmp_dialect.frontends.tvmscript.storage import Storage, byte_memory
from usmp_dialect.frontends.tvmscript.values import (
    Broadcast,
    Buffer,
    Computed,
    Constant,
    NullPointer,
    Pointer,
    Ramp,
    Value,
)


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call as it is written."""

    node: ast.Call
    callee: str
    arguments: tuple[ast.expr, ...]
    dtype: ast.expr | None
    """The type of the result, where it is stated."""
    passes_context: bool = False
    """Whether the last argument may be a null pointer, for the device's context."""


CallReader: TypeAlias = Callable[[FunctionContext, ast.Call], CallSite]


def _named_by_string(*, result_first: bool, passes_context: bool) -> CallReader:
    """
    `T.call_extern("f", ..., dtype="int32")`, and as of 2022 `T.call_extern("int32", "f", ...)` if
    `result_first`.
    """

    def read(context: FunctionContext, call: ast.Call) -> CallSite:
        dtype: ast.expr | None = None
        for keyword in call.keywords:
            if keyword.arg != "dtype":
                raise context.error(
                    keyword.value, f"'{keyword.arg}' of a call", "the arguments and dtype"
                )
            dtype = keyword.value
        _reject_starred(context, call.args)
        arguments = call.args
        if result_first and dtype is None and _begins_with_type(context, arguments):
            dtype, *arguments = arguments
        if not arguments:
            raise context.error(call, "a call of nothing", 'the name of a function, as "conv2d"')
        name, *rest = arguments
        callee = context.string(name)
        if parse_dtype(callee) is not None and callee not in context.module.signatures:
            raise context.error(
                name, f"'{callee}' is a type, not a function", 'the name of a function, as "conv2d"'
            )
        return CallSite(call, callee, tuple(rest), dtype, passes_context)

    return read


def _begins_with_type(context: FunctionContext, arguments: Sequence[ast.expr]) -> bool:
    if len(arguments) < 2:
        return False
    first, second = arguments[:2]
    is_name = isinstance(second, ast.Constant) and isinstance(second.value, str)
    if not is_name:
        return False
    if isinstance(first, ast.Constant):
        text = first.value
        return isinstance(text, str) and (
            parse_dtype(text) is not None or text in ("handle", "void", "")
        )
    name = context.tir_member(first)
    return name is not None and (parse_dtype(name) is not None or name in ("handle", "void"))


def _reject_starred(context: FunctionContext, nodes: Sequence[ast.expr]) -> None:
    for node in nodes:
        if isinstance(node, ast.Starred):
            raise context.error(node, "arguments cannot be unpacked", "each argument written")


CALLS: dict[str, CallReader] = {
    "call_extern": _named_by_string(result_first=True, passes_context=True),
    "call_pure_extern": _named_by_string(result_first=True, passes_context=False),
    "call_packed": _named_by_string(result_first=False, passes_context=False),
    "call_cpacked": _named_by_string(result_first=False, passes_context=True),
    "tvm_call_packed": _named_by_string(result_first=False, passes_context=False),
    "tvm_call_cpacked": _named_by_string(result_first=False, passes_context=True),
}
"""By the name in `T`."""


def read_call(context: FunctionContext, node: ast.expr) -> CallSite | None:
    """The call of a function that an expression is, `None` if it is something else."""
    if not isinstance(node, ast.Call):
        return None
    name = context.tir_member(node.func)
    if name is not None:
        reader = CALLS.get(name)
        return None if reader is None else reader(context, node)
    return _call_by_name(context, node)


def function_name(context: FunctionContext, node: ast.expr) -> str | None:
    """The function of the script that `cls.f`, `Module.f` or `f` names, `None` if there is none."""
    if context.member(node) is not None:
        return None  # `R.reshape`, where the module has a function `reshape`
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if not context.is_bound(owner):
            pass
        case ast.Name(id=name) if not context.is_bound(name):
            pass
        case _:
            return None
    return name if name in context.module.signatures else None


def _call_by_name(context: FunctionContext, node: ast.Call) -> CallSite | None:
    name = function_name(context, node.func)
    if name is None:
        return None
    if node.keywords:
        raise context.error(node.keywords[0].value, "a call by keyword", "arguments in order")
    _reject_starred(context, node.args)
    return CallSite(node, name, tuple(node.args), None)


# The operation


def call_statement(context: FunctionContext, site: CallSite) -> None:
    """Write a call whose result, if there is one, nobody uses."""
    signature = context.module.signatures.get(site.callee)
    result = None if signature is None else signature.result
    _emit_call(context, site, [] if result is None else [result.value_type])


def call_expression(context: FunctionContext, site: CallSite) -> Value:
    """Write a call, and return its result."""
    signature = context.module.signatures.get(site.callee)
    if signature is not None:
        return _result(context, site, _stated_type(context, site, signature))
    if site.dtype is None:
        raise context.error(
            site.node,
            f"what '{site.callee}' returns is not known",
            f'T.call_extern("int32", "{site.callee}", ...)',
        )
    if context.is_handle(site.dtype):
        ssa = _emit_call(context, site, [byte_memory()]).results[0]
        return Pointer(Storage(ssa, context.emitter), INT8, ZERO)
    return _result(context, site, context.dtype(site.dtype))


def _result(context: FunctionContext, site: CallSite, dtype: DType) -> Computed:
    return Computed(_emit_call(context, site, [dtype.value_type]).results[0], dtype)


def _stated_type(context: FunctionContext, site: CallSite, signature: Signature) -> DType:
    if signature.result is None:
        raise context.error(
            site.node,
            f"'{site.callee}' returns nothing",
            f"'-> T.int32' in the definition of '{site.callee}', and 'return' at its end",
        )
    if site.dtype is not None and context.dtype(site.dtype) != signature.result:
        raise context.error(site.dtype, f"'{site.callee}' returns {signature.result}")
    return signature.result


def _emit_call(
    context: FunctionContext, site: CallSite, result_types: Sequence[Attribute]
) -> CallExternOp:
    if not site.callee:
        raise context.error(site.node, "a call of a function without a name")
    values = [(node, context.evaluate(node)) for node in site.arguments]
    return emit_call(context, site, values, result_types)


def emit_call(
    context: FunctionContext,
    site: CallSite,
    values: list[tuple[ast.expr, Value]],
    result_types: Sequence[Attribute],
) -> CallExternOp:
    """Write the call of a function with `values`, each with the expression that it comes from."""
    signature = context.module.signatures.get(site.callee)
    is_context = bool(values) and isinstance(values[-1][1], NullPointer) and site.passes_context
    if is_context and (signature is None or len(values) > len(signature.parameters)):
        # The planned functions have no such parameter, and need no device.
        values.pop()
    if signature is None:
        symbol = site.callee
        arguments = [_argument(context, node, value) for node, value in values]
    else:
        symbol = signature.symbol
        arguments = _matched_arguments(context, site, signature, values)
    context.emitter.at(site.node)
    op = context.emitter.emit(CallExternOp(symbol, arguments, result_types))
    context.module.calls.append((op, site.node))
    return op


def _matched_arguments(
    context: FunctionContext,
    site: CallSite,
    signature: Signature,
    values: Sequence[tuple[ast.expr, Value]],
) -> list[SSAValue]:
    given, expected = len(values), len(signature.parameters)
    if given != expected:
        raise context.error(
            site.node,
            f"too {'few' if given < expected else 'many'} arguments in the call of "
            f"'{site.callee}': {given} given, {expected} expected",
        )
    arguments: list[SSAValue] = []
    for (node, value), dtype in zip(values, signature.parameters, strict=True):
        if dtype is None and not isinstance(value, Buffer | Pointer):
            raise context.unexpected(node, value, "a buffer or its address")
        if dtype is None:
            arguments.append(_argument(context, node, value))
        else:
            arguments.append(exact(context, stored_number(context, node, value, dtype)))
    return arguments


def _argument(context: FunctionContext, node: ast.expr, value: Value) -> SSAValue:
    context.emitter.at(node)
    match value:
        case Buffer() | Pointer():
            return address_value(context, value)
        case Constant() | Computed() | Broadcast() | Ramp():
            return exact(context, value)
        case _:
            raise context.unexpected(node, value, "a number, a buffer or an address")


def call_unknown(context: FunctionContext, node: ast.Call, name: str) -> Value:
    """
    A pure intrinsic that nothing is known of, as a call of a function outside the module: with
    the type that `dtype` states, or else that of its first number.
    """
    if name in context.module.signatures:
        raise context.error(node, f"T.{name} and the function '{name}' would be one")
    dtype_node: ast.expr | None = None
    for keyword in node.keywords:
        if keyword.arg != "dtype":
            raise context.error(keyword.value, f"'{keyword.arg}' of an unknown intrinsic", "dtype")
        dtype_node = keyword.value
    _reject_starred(context, node.args)
    values = [(argument, context.evaluate(argument)) for argument in node.args]
    dtype = None if dtype_node is None else context.dtype(dtype_node)
    if dtype is None:
        dtype = next(
            (v.dtype for _, v in values if isinstance(v, Constant | Computed | Broadcast | Ramp)),
            None,
        )
    if dtype is None:
        raise context.error(node, f"the type of T.{name}(...) is not known", 'dtype="int32"')
    arguments = [_argument(context, argument, value) for argument, value in values]
    context.emitter.at(node)
    op = context.emitter.emit(CallExternOp(name, arguments, [dtype.value_type]))
    return Computed(op.results[0], dtype)


# When all functions are there


def check_argument_sizes(module: ModuleContext, functions: dict[str, FuncOp]) -> None:
    """Raises `TVMScriptError` for an argument that is smaller than the parameter."""
    for op, node in module.calls:
        function = functions.get(op.callee.root_reference.data)
        if function is None:
            continue
        parameters = function.function_type.inputs.data
        for number, (argument, parameter) in enumerate(
            zip(op.arguments.types, parameters, strict=True)
        ):
            given, needed = size_bytes_of(argument), size_bytes_of(parameter)
            is_buffer = isinstance(argument, MemRefType)
            if is_buffer and given is not None and needed is not None and given < needed:
                raise module.source.error(
                    node,
                    f"argument {number} of the call of '{function.sym_name.data}' is too small: "
                    f"{given} bytes given, {needed} needed",
                )
