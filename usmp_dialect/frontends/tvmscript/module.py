"""What stands at the level of the file: imports, the class of a module, functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from xdsl.dialects.builtin import ModuleOp

from usmp_dialect.dialects.tir import FuncOp
from usmp_dialect.frontends.tvmscript.attributes import FunctionAttributes
from usmp_dialect.frontends.tvmscript.calls import check_argument_sizes
from usmp_dialect.frontends.tvmscript.context import ModuleContext
from usmp_dialect.frontends.tvmscript.functions import (
    PrimFunc,
    check_parameters,
    read_function,
    read_signature,
)
from usmp_dialect.frontends.tvmscript.namespaces import Member, Namespace, Namespaces
from usmp_dialect.frontends.tvmscript.progress import reading_progress
from usmp_dialect.frontends.tvmscript.relax.functions import (
    RelaxFunction,
    read_relax_function,
    read_relax_head,
)
from usmp_dialect.frontends.tvmscript.source import Source

_ACCEPTED = (
    "imports of tvm, a class decorated with @I.ir_module, functions decorated with @T.prim_func "
    "or @R.function"
)
_IGNORED_IN_CLASS = ("module_attrs", "module_global_infos")
"""What a module says of itself to the compiler that TVM is."""
_PRIM_FUNC = ("prim_func", "")
"""In early 2021 functions and modules were decorated with `@tvm.script.tir`."""
_RELAX_FUNCTION = "function"
_DECORATOR_ARGUMENTS = {
    Namespace.TIR: ("private", "check_well_formed", "tracked", "target", "s_tir"),
    Namespace.RELAX: ("private", "check_well_formed", "pure"),
}
_MAIN = "main"


def import_source(
    source: Source, *, allow_unknown_intrinsics: bool, show_progress: bool = False
) -> ModuleOp:
    """The module of a script. Raises `TVMScriptError` for what is not understood."""
    namespaces = Namespaces(source)
    attributes = FunctionAttributes(source, namespaces)
    definitions = list(_definitions(source, namespaces, source.tree.body))
    if not definitions:
        raise source.error(None, "there is no function in the file", _ACCEPTED)
    module = ModuleContext(
        source, namespaces, {}, allow_unknown_intrinsics, _class_names(source.tree.body)
    )
    functions = [_read_head(module, attributes, node) for node in definitions]
    _add_signatures(module, [f for f in functions if isinstance(f, PrimFunc)])
    entry = _entry(module, [f for f in functions if isinstance(f, RelaxFunction)])
    ops: list[FuncOp] = []
    lengths = [_line_count(node) for node in definitions]
    with reading_progress(sum(lengths), is_wanted=show_progress) as report:
        for function, length in zip(functions, lengths, strict=True):
            ops.append(_read(module, attributes, function, entry))
            report(length)
    check_argument_sizes(module, {op.sym_name.data: op for op in ops})
    return ModuleOp(ops)


def _line_count(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _class_names(statements: Sequence[ast.stmt]) -> frozenset[str]:
    return frozenset(node.name for node in statements if isinstance(node, ast.ClassDef))


def _read_head(
    module: ModuleContext, attributes: FunctionAttributes, node: ast.FunctionDef
) -> PrimFunc | RelaxFunction:
    is_private = _is_private(module.source, module.namespaces, node)
    if _is_relax(module.namespaces, node):
        check_parameters(module, node)
        return read_relax_head(attributes, node, is_private)
    return read_signature(module, attributes, node, is_private)


def _read(
    module: ModuleContext,
    attributes: FunctionAttributes,
    function: PrimFunc | RelaxFunction,
    entry: RelaxFunction | None,
) -> FuncOp:
    try:
        if isinstance(function, PrimFunc):
            return read_function(module, attributes, function)
        return read_relax_function(module, attributes, function, is_entry=function is entry)
    except RecursionError as error:
        # Statements say themselves where they are too deep; this is one of a head or a return.
        raise module.source.error(function.node, "nested too deeply") from error


def _entry(module: ModuleContext, functions: Sequence[RelaxFunction]) -> RelaxFunction | None:
    """The Relax function that the program starts with: the only one, or else `main`."""
    symbols = set[str](module.signatures)
    for function in functions:
        if function.symbol in symbols:
            raise module.source.error(
                function.node, f"two functions are called '{function.symbol}'"
            )
        symbols.add(function.symbol)
    if len(functions) == 1:
        return functions[0]
    return next((function for function in functions if function.symbol == _MAIN), None)


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
                    "functions decorated with @T.prim_func or @R.function",
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


def _decorator(namespaces: Namespaces, decorator: ast.expr) -> Member | None:
    """`T.prim_func` or `R.function`, `None` if a decorator is something else."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    member = namespaces.resolve(function)
    if member is None:
        return None
    is_prim_func = member.namespace is Namespace.TIR and member.name in _PRIM_FUNC
    is_relax = member.namespace is Namespace.RELAX and member.name == _RELAX_FUNCTION
    return member if is_prim_func or is_relax else None


def _is_relax(namespaces: Namespaces, node: ast.FunctionDef) -> bool:
    members = [_decorator(namespaces, decorator) for decorator in node.decorator_list]
    return any(member is not None and member.namespace is Namespace.RELAX for member in members)


def _check_decorators(source: Source, namespaces: Namespaces, node: ast.FunctionDef) -> None:
    accepted = "@T.prim_func or @R.function"
    if not node.decorator_list:
        raise source.error(node, f"the function '{node.name}' is neither TIR nor Relax", accepted)
    decorator, *others = node.decorator_list
    if others:
        raise source.error(others[0], "a second decorator", f"{accepted} alone")
    member = _decorator(namespaces, decorator)
    if member is None:
        raise source.error(decorator, f"'@{source.show(decorator)}' is not understood", accepted)
    if not isinstance(decorator, ast.Call):
        return
    if decorator.args:
        raise source.error(decorator.args[0], f"an argument of {member}", "private=True")
    for keyword in decorator.keywords:
        if keyword.arg not in _DECORATOR_ARGUMENTS[member.namespace]:
            raise source.error(
                keyword.value,
                f"the argument '{keyword.arg}' of {member}",
                ", ".join(_DECORATOR_ARGUMENTS[member.namespace]),
            )


def _is_private(source: Source, namespaces: Namespaces, node: ast.FunctionDef) -> bool:
    calls = [decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    for keyword in (keyword for call in calls for keyword in call.keywords):
        if keyword.arg == "private":
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
                return keyword.value.value
            raise source.error(keyword.value, "private is neither true nor false", "True or False")
    return False
