"""Prototypes, and functions whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xdsl.dialects import func
from xdsl.dialects.builtin import MemRefType

from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import POOL
from usmp_dialect.program import fail
from usmp_dialect.targets.c.control_flow_ops import print_return
from usmp_dialect.targets.c.function_printer import FunctionPrinter, scalar_type_of, wrapped
from usmp_dialect.targets.c.literals import comment_text
from usmp_dialect.targets.c.module_names import Extern, ModuleNames
from usmp_dialect.targets.c.program import CFunction


@dataclass(frozen=True)
class PrintedFunction:
    """A function as C code."""

    function: CFunction
    struct: tuple[str, ...]
    """The lines that declare what it returns, if that is several results."""
    prototype: tuple[str, ...]
    comment: tuple[str, ...]
    """What its parameters are, for its caller."""
    definition: tuple[str, ...]


def print_function(function: CFunction, names: ModuleNames, *, is_planned: bool) -> PrintedFunction:
    """The C code of a function. Raises `AnalysisError` for what C cannot say."""
    printer = FunctionPrinter(function, names)
    parameters = [printer.bind_parameter(argument) for argument in function.block.args]
    struct = names.results.get(function.name)
    last_op = printer.print_block(function.block)
    if not isinstance(last_op, tir.ReturnOp | func.ReturnOp):
        end = function.block.last_op or function.op
        fail(end, f"@{function.name} ends with {end.name}, the C target expected a return")
    print_return(printer, last_op, struct)
    printer.finish()

    storage = "static " if function.is_private else ""
    head = f"{storage}{_result_type(function, struct)}{names.functions[function.name]}"
    # Buffers of one pool may share bytes, one after the other, while the function runs.
    are_distinct = function.has_distinct_parameters and not is_planned
    restrict = "restrict " if are_distinct else ""
    plain = [f"{c_type}{name}" for c_type, name in parameters]
    qualified = [
        f"{c_type}{restrict if c_type.endswith('*') else ''}{name}" for c_type, name in parameters
    ]
    return PrintedFunction(
        function,
        tuple(_struct(function, struct)),
        tuple(wrapped(head, plain, ";")),
        tuple(_comment(function, [name for _, name in parameters])),
        (*printer.outlined, *wrapped(head, qualified, " {"), *printer.lines, "}"),
    )


def extern_prototype(extern: Extern) -> Iterator[str]:
    """The lines that declare a function that is defined elsewhere."""
    inputs, outputs = extern.signature
    result = _spaced(outputs[0]) if outputs else "void "
    yield from wrapped(f"{result}{extern.name}", [_trimmed(c_type) for c_type in inputs], ";")


def _spaced(c_type: str) -> str:
    return c_type if c_type.endswith("*") else f"{c_type} "


def _trimmed(c_type: str) -> str:
    return c_type.rstrip()


def _result_type(function: CFunction, struct: str | None) -> str:
    if struct is not None:
        return f"struct {struct} "
    outputs = function.type.outputs.data
    if not outputs:
        return "void "
    (output,) = outputs
    if isinstance(output, MemRefType):
        return "uint8_t *"
    return f"{scalar_type_of(function.op, output).c_type} "


def _struct(function: CFunction, struct: str | None) -> Iterator[str]:
    if struct is None:
        return
    yield f"struct {struct} {{"
    for number, type in enumerate(function.type.outputs):
        c_type = (
            "uint8_t *"
            if isinstance(type, MemRefType)
            else f"{scalar_type_of(function.op, type).c_type} "
        )
        yield f"    {c_type}result_{number};"
    yield "};"


def _comment(function: CFunction, names: Sequence[str]) -> Iterator[str]:
    yield f"/* @{comment_text(function.name)}"
    for number, (name, type) in enumerate(zip(names, function.type.inputs, strict=True)):
        pool = function.parameter_attributes(number).get(POOL)
        what = "" if pool is None else f", the memory of pool {comment_text(str(pool))}"
        yield f" *   {name}: {comment_text(str(type))}{what}"
    for type in function.type.outputs:
        yield f" *   returns {comment_text(str(type))}"
    yield " */"
