"""
The functions of a module, which of them the program starts with, and who calls whom.

Nothing here knows of buffers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from xdsl.dialects import builtin
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    IntegerAttr,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
    UnitAttr,
    UnregisteredAttr,
    i1,
)
from xdsl.ir import Attribute, Operation, ParametrizedAttribute, Region
from xdsl.traits import CallableOpInterface
from xdsl.utils.exceptions import PassFailedException
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.dialects.tir import RUNNER_FUNCTION


class AnalysisError(PassFailedException):
    """The program cannot be planned because of one of its operations."""

    op: Operation

    def __init__(self, op: Operation, message: str):
        super().__init__(message)
        self.op = op


def fail(op: Operation, message: str, notes: Iterable[str] = ()) -> NoReturn:
    """Raises an error at `op`, which shows the operation in its place in the module."""
    error = AnalysisError(op, message)
    for note in notes:
        error.add_note(note)
    if isinstance(op, ModuleOp):
        # To show the module would be to show all of it.
        raise error
    op.emit_error(message, error)


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function with a body."""

    name: str
    op: Operation
    body: Region


def functions_of(module: ModuleOp) -> dict[str, Function]:
    """
    The functions of the module that have a body, by name, in the order in which they are written.
    """
    functions: dict[str, Function] = {}
    for op in module.ops:
        callable = op.get_trait(CallableOpInterface)
        name = get_name_if_symbol(op)
        if callable is None or name is None:
            continue
        body = callable.get_callable_region(op)
        if body.first_block is not None:
            functions[name] = Function(name, op, body)
    return functions


_NAMES_NONE: dict[type[Attribute], bool] = {}
"""For the classes of attributes met so far, whether those of the class contain no symbols."""


def _names_none(kind: type[Attribute]) -> bool:
    known = _NAMES_NONE.get(kind)
    if known is None:
        # Of xDSL's own attributes and of ours, those that can contain symbols are few.
        is_plain = kind.__module__.startswith((builtin.__name__, "usmp_dialect."))
        may = (SymbolRefAttr, ArrayAttr, DictionaryAttr, UnregisteredAttr)
        known = not issubclass(kind, may if is_plain else (*may, ParametrizedAttribute))
        _NAMES_NONE[kind] = known
    return known


_SYMBOL_IN_TEXT = re.compile(r"@([\w$.-]+)")


def functions_named_by(op: Operation, functions: Mapping[str, Function]) -> list[str]:
    """
    The functions whose symbol stands in an attribute or property of `op`, or whose name does in one
    called `callee`.
    """
    found: list[str] = []
    for attributes in (op.properties, op.attributes):
        for key, attribute in attributes.items():
            if not _names_none(type(attribute)):
                found.extend(
                    symbol.root_reference.data
                    for symbol in symbols_in(attribute)
                    if symbol.root_reference.data in functions
                )
            elif (
                key == "callee"
                and isinstance(attribute, StringAttr)
                and attribute.data in functions
            ):
                found.append(attribute.data)
    return found


def symbols_in(attribute: Attribute) -> Iterator[SymbolRefAttr]:
    """The symbols that `attribute` is, or contains."""
    match attribute:
        case SymbolRefAttr():
            yield attribute
        case ArrayAttr():
            for element in attribute.data:
                yield from symbols_in(element)
        case DictionaryAttr():
            for element in attribute.data.values():
                yield from symbols_in(element)
        case UnregisteredAttr():
            for name in _SYMBOL_IN_TEXT.findall(attribute.value.data):
                yield SymbolRefAttr(name)
        case ParametrizedAttribute():
            for parameter in attribute.parameters:
                if not _names_none(type(parameter)):
                    yield from symbols_in(parameter)
        case _:
            pass


def entry_functions(
    module: ModuleOp, functions: Mapping[str, Function], called: set[str], main: str | None
) -> Sequence[Function]:
    """
    The functions the program starts with: the one called `main`, else the one marked
    `runner_function`, else every function that nothing calls. `called` names the functions that are
    called.

    Raises `AnalysisError` if there is none, if `main` is not one, and if several are marked.
    """
    if main is not None:
        name = main.removeprefix("@")
        if name not in functions:
            known = ", ".join(f"@{function}" for function in functions) or "none"
            fail(
                module,
                f"there is no function @{name} with a body to be the entry function: "
                f"set the option main to one of {known}",
            )
        return (functions[name],)
    marked = [function for function in functions.values() if has_mark(function, RUNNER_FUNCTION)]
    if len(marked) > 1:
        names = " and ".join(f"@{function.name}" for function in marked)
        fail(
            marked[1].op,
            f"{names} are marked {RUNNER_FUNCTION}: keep one mark, "
            "or name the entry function with the option main",
        )
    if marked:
        return marked
    if not functions:
        fail(
            module,
            "there is no entry function: the module has no function with a body, "
            "so there is nothing to plan",
        )
    return [function for name, function in functions.items() if name not in called]


def has_mark(function: Function, name: str) -> bool:
    """Whether a function has the attribute `name`, alone or as true. Raises `AnalysisError`."""
    mark = function.op.get_attr_or_prop(name)
    if mark is None or isinstance(mark, UnitAttr):
        return mark is not None
    if not isinstance(mark, IntegerAttr) or mark.type != i1:
        fail(
            function.op,
            f"@{function.name} has {name} = {mark}: write {name} alone, or true or false",
        )
    return mark.value.data != 0


def callees_first(
    functions: Mapping[str, Function], callees: Mapping[str, Sequence[tuple[str, Operation]]]
) -> list[str]:
    """
    The functions in an order in which each comes after all that it calls. `callees` has the
    functions each one calls, with the operation that does.

    Raises `AnalysisError` if a function calls itself, directly or through others.
    """
    order: list[str] = []
    done: set[str] = set()
    for root in functions:
        if root in done:
            continue
        path = [root]
        on_path = {root}
        pending = [iter(callees[root])]
        while path:
            callee, call = next(pending[-1], (None, None))
            if callee is None or call is None:
                pending.pop()
                on_path.remove(path[-1])
                done.add(path[-1])
                order.append(path.pop())
            elif callee in on_path:
                fail(call, _recursion_message([*path[path.index(callee) :], callee]))
            elif callee not in done:
                path.append(callee)
                on_path.add(callee)
                pending.append(iter(callees[callee]))
    return order


def _recursion_message(cycle: Sequence[str]) -> str:
    steps = " -> ".join(f"@{name}" for name in cycle)
    return (
        f"recursion, {steps}: each activation would need buffers of its own, "
        "so that no static plan exists; write it as a loop"
    )
