"""What stands at the level of the file: imports, the class of a module, functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from xdsl.dialects.builtin import ModuleOp

from usmp_dialect.dialects.tir import FuncOp
from usmp_dialect.frontends.tvmscript.attributes import FunctionAttributes
from usmp_dialect.frontends.tvmscript.calls import check_argument_sizes
from usmp_dialect.frontends.tvmscript.context import ModuleContext
from usmp_dialect.frontends.tvmscript.functions import PrimFunc, read_function, read_signature
from usmp_dialect.frontends.tvmscript.namespaces import Member, Namespace, Namespaces
from usmp_dialect.frontends.tvmscript.source import Source

_ACCEPTED = (
    "imports of tvm, a class decorated with @I.ir_module, functions decorated with @T.prim_func"
)
_IGNORED_IN_CLASS = ("module_attrs", "module_global_infos")
"""What a module says of itself to the compiler that TVM is."""
_PRIM_FUNC = ("prim_func", "")
"""In early 2021 functions and modules were decorated with `@tvm.script.tir`."""
_DECORATOR_ARGUMENTS = ("private", "check_well_formed", "tracked", "target", "s_tir")


def import_source(source: Source, *, allow_unknown_intrinsics: bool) -> ModuleOp:
    """The module of a script. Raises `TVMScriptError` for what is not understood."""
    namespaces = Namespaces(source)
    attributes = FunctionAttributes(source, namespaces)
    module = ModuleContext(source, namespaces, {}, allow_unknown_intrinsics)
    definitions = list(_definitions(source, namespaces, source.tree.body))
    functions = [
        read_signature(module, attributes, node, _is_private(source, namespaces, node))
        for node in definitions
    ]
    if not functions:
        raise source.error(None, "there is no function in the file", _ACCEPTED)
    _add_signatures(module, functions)
    ops = [read_function(module, attributes, function) for function in functions]
    check_argument_sizes(module, {op.sym_name.data: op for op in ops})
    return ModuleOp(list[FuncOp](ops))


def _add_signatures(module: ModuleContext, functions: Sequence[PrimFunc]) -> None:
    """Make functions known by their symbols, and by their names unless that is another's symbol."""
    for function in functions:
        symbol = function.signature.symbol
        if symbol in module.signatures:
            raise module.source.error(function.node, f"two functions are called '{symbol}'")
        module.signatures[symbol] = function.signature
    for function in functions:
        module.signatures.setdefault(function.node.name, function.signature)


def _definitions(
    source: Source, namespaces: Namespaces, statements: Sequence[ast.stmt]
) -> Iterator[ast.FunctionDef]:
    """The functions of a file, in order; imports on the way are noted."""
    for node in statements:
        match node:
            case ast.Import():
                namespaces.add_import(node)
            case ast.ImportFrom():
                namespaces.add_import_from(node)
            case ast.FunctionDef():
                _check_decorators(source, namespaces, node)
                yield node
            case ast.ClassDef():
                yield from _definitions_in_class(source, namespaces, node)
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                pass
            case _:
                raise _not_read(source, node)


def _not_read(source: Source, node: ast.stmt) -> Exception:
    return source.error(
        node, f"'{source.show(node)}' is not read: a script is never executed", _ACCEPTED
    )


def _definitions_in_class(
    source: Source, namespaces: Namespaces, node: ast.ClassDef
) -> Iterator[ast.FunctionDef]:
    if not any(_is_ir_module(namespaces, decorator) for decorator in node.decorator_list):
        raise source.error(node, f"the class '{node.name}' is not a module", "@I.ir_module")
    if len(node.decorator_list) > 1:
        raise source.error(node.decorator_list[1], "a second decorator", "@I.ir_module alone")
    if node.bases or node.keywords:
        raise source.error(node, f"the class '{node.name}' has a base", f"class {node.name}:")
    for statement in node.body:
        match statement:
            case ast.FunctionDef(decorator_list=[]) if _is_old_module(namespaces, node):
                yield statement
            case ast.FunctionDef():
                _check_decorators(source, namespaces, statement)
                yield statement
            case ast.Pass() | ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.Assign(targets=[ast.Name(id="__tvm_meta__")], value=ast.Constant(value=None)):
                pass
            case ast.Expr(value=ast.Call(func=function)) if _is_ignored(namespaces, function):
                pass
            case _:
                raise source.error(
                    statement,
                    f"'{source.show(statement)}' is not read: a script is never executed",
                    "functions decorated with @T.prim_func",
                )


def _is_ir_module(namespaces: Namespaces, decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    member = namespaces.resolve(decorator)
    return member is not None and (
        member.name == "ir_module" or (member.namespace is Namespace.TIR and not member.name)
    )


def _is_old_module(namespaces: Namespaces, node: ast.ClassDef) -> bool:
    """Whether a class is decorated with `@tvm.script.tir`, and its functions are with nothing."""
    member = namespaces.resolve(node.decorator_list[0])
    return member is not None and not member.name


def _is_ignored(namespaces: Namespaces, function: ast.expr) -> bool:
    member = namespaces.resolve(function)
    return (
        member is not None and member.namespace is Namespace.IR and member.name in _IGNORED_IN_CLASS
    )


def _prim_func(namespaces: Namespaces, decorator: ast.expr) -> Member | None:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    member = namespaces.resolve(function)
    is_prim_func = (
        member is not None and member.namespace is Namespace.TIR and member.name in _PRIM_FUNC
    )
    return member if is_prim_func else None


def _check_decorators(source: Source, namespaces: Namespaces, node: ast.FunctionDef) -> None:
    if not node.decorator_list:
        raise source.error(node, f"the function '{node.name}' is not TIR", "@T.prim_func")
    decorator, *others = node.decorator_list
    if others:
        raise source.error(others[0], "a second decorator", "@T.prim_func alone")
    if _prim_func(namespaces, decorator) is None:
        raise source.error(
            decorator, f"'@{source.show(decorator)}' is not understood", "@T.prim_func"
        )
    if not isinstance(decorator, ast.Call):
        return
    if decorator.args:
        raise source.error(decorator.args[0], "an argument of T.prim_func", "private=True")
    for keyword in decorator.keywords:
        if keyword.arg not in _DECORATOR_ARGUMENTS:
            raise source.error(
                keyword.value,
                f"the argument '{keyword.arg}' of T.prim_func",
                ", ".join(_DECORATOR_ARGUMENTS),
            )


def _is_private(source: Source, namespaces: Namespaces, node: ast.FunctionDef) -> bool:
    calls = [decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    for keyword in (keyword for call in calls for keyword in call.keywords):
        if keyword.arg == "private":
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
                return keyword.value.value
            raise source.error(keyword.value, "private is neither true nor false", "True or False")
    return False
