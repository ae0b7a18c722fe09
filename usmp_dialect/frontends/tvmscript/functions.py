"""`@T.prim_func` definitions: what their calls must know, and the functions themselves."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import FunctionType, StringAttr
from xdsl.ir import Attribute, Block, Region, SSAValue

from usmp_dialect.dialects.tir import TARGET, FuncOp, ReturnOp
from usmp_dialect.frontends.tvmscript.arguments import Parameters
from usmp_dialect.frontends.tvmscript.arithmetic import exact
from usmp_dialect.frontends.tvmscript.attributes import FunctionAttributes
from usmp_dialect.frontends.tvmscript.context import FunctionContext, ModuleContext, Signature
from usmp_dialect.frontends.tvmscript.declarations import declare_parameter
from usmp_dialect.frontends.tvmscript.dtypes import FLOAT32, INT8, DType, parse_dtype
from usmp_dialect.frontends.tvmscript.emitter import Emitter
from usmp_dialect.frontends.tvmscript.expressions import evaluate
from usmp_dialect.frontends.tvmscript.memory import ZERO, stored_number
from usmp_dialect.frontends.tvmscript.namespaces import Namespace
from usmp_dialect.frontends.tvmscript.statements import read_statements
from usmp_dialect.frontends.tvmscript.storage import Storage, byte_memory
from usmp_dialect.frontends.tvmscript.values import Computed, Constant, Pointer, Value

_ANNOTATIONS = 'T.handle, T.Buffer((64,), "int8"), or a type of numbers such as T.int32'
_BUFFER = Parameters(
    "shape dtype? data? strides? elem_offset? scope? align? offset_factor? buffer_type? "
    "axis_separators? layout?"
)


@dataclass(frozen=True, slots=True)
class PrimFunc:
    """A function of the script, and what its calls must know."""

    node: ast.FunctionDef
    signature: Signature
    is_private: bool
    body: tuple[ast.stmt, ...]
    """The statements, without `T.func_attr`, the docstring and the return at the end."""
    func_attrs: tuple[ast.stmt, ...]
    returned: ast.expr | None
    """What the function returns, as it is written at its end."""


# What calls must know


def read_signature(
    module: ModuleContext, attributes: FunctionAttributes, node: ast.FunctionDef, is_private: bool
) -> PrimFunc:
    """The head of a function. Raises `TVMScriptError` if that is not TIR's."""
    check_parameters(module, node)
    func_attrs = tuple(statement for statement in node.body if attributes.is_func_attr(statement))
    symbol = node.name
    for statement in func_attrs:
        symbol = attributes.global_symbol(statement) or symbol
    body = [statement for statement in node.body if statement not in func_attrs]
    returned = _returned(module, body[-1]) if body else None
    if returned is not None:
        body.pop()
    result = _result_type(module, node)
    parameters = tuple(_parameter_type(module, arg) for arg in node.args.args)
    value = returned[0] if returned is not None else None
    return PrimFunc(
        node, Signature(symbol, parameters, result), is_private, tuple(body), func_attrs, value
    )


def check_parameters(module: ModuleContext, node: ast.FunctionDef) -> None:
    """Raises `TVMScriptError` if the parameters of a function are not plain ones."""
    args = node.args
    others = [*args.posonlyargs, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
    if others:
        raise module.source.error(others[0], "a parameter that is not a plain one", "name: type")
    if args.defaults:
        raise module.source.error(args.defaults[0], "a parameter with a default", "name: type")
    names: set[str] = set()
    for arg in args.args:
        if arg.arg in names:
            raise module.source.error(arg, f"two parameters are called '{arg.arg}'")
        names.add(arg.arg)


def _returned(module: ModuleContext, node: ast.stmt) -> tuple[ast.expr | None] | None:
    """What a statement returns, in a tuple; `None` if it is no return."""
    if isinstance(node, ast.Return):
        return (node.value,)
    value = node.value if isinstance(node, ast.Expr) else None
    for name in ("evaluate", "ret"):
        if not isinstance(value, ast.Call):
            return None
        member = module.namespaces.resolve(value.func)
        is_named = member is not None and member.namespace is Namespace.TIR and member.name == name
        if is_named and len(value.args) == 1:
            if name == "ret":
                return (value.args[0],)
            value = value.args[0]
    return None


def _result_type(module: ModuleContext, node: ast.FunctionDef) -> DType | None:
    annotation = node.returns
    if annotation is None or (isinstance(annotation, ast.Constant) and annotation.value is None):
        return None
    name = _tir_name(module, annotation)
    if name == "void":
        return None
    dtype = None if name is None else parse_dtype(name)
    if dtype is None:
        raise module.source.error(
            annotation, f"'{module.source.show(annotation)}' cannot be returned", "None, or T.int32"
        )
    return dtype


def _parameter_type(module: ModuleContext, arg: ast.arg) -> DType | None:
    """The type of a parameter, `None` for an address."""
    annotation = arg.annotation
    if annotation is None:
        raise module.source.error(arg, f"the parameter '{arg.arg}' has no type", _ANNOTATIONS)
    node = annotation
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    name = _tir_name(module, node)
    if name in ("handle", "Buffer", "Ptr"):
        return None
    dtype = None if name is None or node is not annotation else parse_dtype(name)
    if dtype is None:
        raise module.source.error(
            annotation, f"'{module.source.show(annotation)}' is no type of TIR's", _ANNOTATIONS
        )
    return dtype


def _tir_name(module: ModuleContext, node: ast.expr) -> str | None:
    member = module.namespaces.resolve(node)
    is_tir = member is not None and member.namespace is Namespace.TIR
    return member.name if member is not None and is_tir else None


# The function


def read_function(
    module: ModuleContext, attributes: FunctionAttributes, function: PrimFunc
) -> FuncOp:
    """The `tir.func` of a function. Raises `TVMScriptError` for what is not understood."""
    node, signature = function.node, function.signature
    parameter_types: list[Attribute] = [
        byte_memory() if dtype is None else dtype.value_type for dtype in signature.parameters
    ]
    block = Block(arg_types=parameter_types)
    emitter = Emitter(module.source, block)
    context = FunctionContext(module, emitter, evaluate)
    for arg, value, dtype in zip(node.args.args, block.args, signature.parameters, strict=True):
        emitter.at(arg)
        value.name_hint = arg.arg
        context.bind(arg.arg, _parameter(context, arg, value, dtype))
    with context.block():
        read_statements(context, function.body)
        result = _read_result(context, function)
    emitter.at(node)
    emitter.emit(ReturnOp(*result))
    emitter.finish()
    op = FuncOp(
        signature.symbol,
        FunctionType.from_lists(block.arg_types, [value.type for value in result]),
        Region(block),
        "private" if function.is_private else None,
    )
    op.location = module.source.location(node)
    for statement in function.func_attrs:
        op.attributes |= attributes.read(statement)
    _add_target(op, attributes, node.decorator_list)
    return op


def _add_target(op: FuncOp, attributes: FunctionAttributes, decorators: Sequence[ast.expr]) -> None:
    """A target that a decorator states: `@T.prim_func(target="c")`."""
    for decorator in decorators:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if keyword.arg == TARGET:
                op.attributes[TARGET] = StringAttr(attributes.target(keyword.value))


def _parameter(
    context: FunctionContext, arg: ast.arg, value: SSAValue, dtype: DType | None
) -> Value:
    if dtype is not None:
        return Computed(value, dtype)
    storage = Storage(value, context.emitter, is_untyped=True)
    pointer = Pointer(storage, INT8, ZERO)
    annotation = arg.annotation
    match annotation:
        case ast.Call() | ast.Subscript() if _annotation_name(context, annotation) == "Buffer":
            context.bind(arg.arg, pointer)
            return _buffer_parameter(context, arg, annotation)
        case ast.Call(args=[type_node, *_]) | ast.Subscript(slice=type_node):
            element = _pointed_to(context, type_node)
            storage.retype(element.element_type, None)
            storage.is_untyped = True
            return Pointer(storage, element, ZERO)
        case _:
            return pointer


def _annotation_name(context: FunctionContext, node: ast.Call | ast.Subscript) -> str | None:
    return context.tir_member(node.func if isinstance(node, ast.Call) else node.value)


def _pointed_to(context: FunctionContext, node: ast.expr) -> DType:
    """The type in `T.handle("int8")`, `T.Ptr[T.int8]`, `T.Ptr[T.primtype("int8")]`."""
    if isinstance(node, ast.Tuple) and node.elts:
        node = node.elts[0]
    if isinstance(node, ast.Call) and node.args and context.tir_member(node.func) is not None:
        node = node.args[0]
    return context.dtype(node).scalar


def _buffer_parameter(
    context: FunctionContext, arg: ast.arg, annotation: ast.Call | ast.Subscript
) -> Value:
    """`A: T.Buffer((64,), "int8")`, or `T.Buffer[(64,), "int8"]` as it was in 2022."""
    if isinstance(annotation, ast.Subscript):
        items = annotation.slice
        nodes = items.elts if isinstance(items, ast.Tuple) else [items]
        if len(nodes) != 2:
            raise context.error(annotation, "no shape and type", 'T.Buffer[(64,), "int8"]')
        call = ast.copy_location(ast.Call(annotation.value, list(nodes), []), annotation)
    else:
        call = annotation
    arguments = dict(_BUFFER.bind(context, call))
    arguments["param"] = ast.copy_location(ast.Name(arg.arg, ast.Load()), annotation)
    dtype = context.dtype(arguments["dtype"]) if "dtype" in arguments else FLOAT32
    return declare_parameter(context, call, arguments, dtype, arg.arg)


def _read_result(context: FunctionContext, function: PrimFunc) -> list[SSAValue]:
    node, dtype = function.returned, function.signature.result
    if node is None:
        if dtype is not None:
            raise context.error(
                function.node, f"the end of the function returns no {dtype}", "return value"
            )
        return []
    value = context.evaluate(node)
    if dtype is None:
        if value is None or (isinstance(value, Constant) and value.value == 0):
            return []  # the code of success
        raise context.error(node, "the function returns nothing, as it says", "'-> T.int32'")
    if context.emitter.in_region:
        raise context.error(node, "each thread would return a value", "T.launch_thread in a 'with'")
    context.emitter.at(node)
    return [exact(context, stored_number(context, node, value, dtype))]
