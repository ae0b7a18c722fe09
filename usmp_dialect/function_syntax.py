"""
The assembly of a function, from its name to its body.

xDSL's `parse_func_op_like` makes a declaration of a function that is written with an empty body, as
it may be if its terminator is implied, and drops the attributes of a declaration's parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, FunctionType
from xdsl.dialects.utils import print_func_argument
from xdsl.ir import Attribute, Region, TypeAttribute
from xdsl.parser import Parser
from xdsl.printer import Printer

Attributes: TypeAlias = Mapping[str, Attribute]


@dataclass(frozen=True)
class FunctionSyntax:
    """What is written of a function."""

    name: str
    function_type: FunctionType
    arg_attrs: ArrayAttr[DictionaryAttr] | None
    """One dictionary a parameter, `None` if all are empty."""
    res_attrs: ArrayAttr[DictionaryAttr] | None
    """One dictionary a result, `None` if all are empty."""
    attributes: Attributes
    body: Region
    """Without blocks for a declaration."""


def parse_function(parser: Parser, reserved_attr_names: Sequence[str]) -> FunctionSyntax:
    """
    Parses `@name(parameters)`, and `-> (results)`, `attributes {...}` and `{body}` if they follow.
    """
    name = parser.parse_symbol_name().data
    pos = parser.pos
    parameters = parser.parse_comma_separated_list(
        parser.Delimiter.PAREN, lambda: _parse_parameter(parser)
    )
    arguments = [argument for argument, _, _ in parameters if argument is not None]
    if arguments and len(arguments) != len(parameters):
        parser.raise_error("all parameters must have a name, or none", pos, parser.pos)
    results = _parse_results(parser)
    attributes = parser.parse_optional_attr_dict_with_keyword(reserved_attr_names)
    pos = parser.pos
    body = parser.parse_optional_region(arguments)
    if body is not None and len(arguments) != len(parameters):
        parser.raise_error("the parameters of a function with a body must have names", pos)
    return FunctionSyntax(
        name,
        FunctionType.from_lists(
            [parameter_type for _, parameter_type, _ in parameters],
            [result_type for result_type, _ in results],
        ),
        _attrs_or_none([attrs for _, _, attrs in parameters]),
        _attrs_or_none([attrs for _, attrs in results]),
        {} if attributes is None else attributes.data,
        Region() if body is None else body,
    )


def _parse_parameter(parser: Parser) -> tuple[Parser.Argument | None, Attribute, Attributes]:
    argument = parser.parse_optional_argument()
    parameter_type = parser.parse_type() if argument is None else argument.type
    attrs = parser.parse_optional_dictionary_attr_dict()
    location = parser.parse_optional_location()
    if argument is not None:
        argument.location = location
    return argument, parameter_type, attrs


def _parse_results(parser: Parser) -> Sequence[tuple[TypeAttribute, Attributes]]:
    if parser.parse_optional_punctuation("->") is None:
        return ()
    results = parser.parse_optional_comma_separated_list(
        parser.Delimiter.PAREN,
        lambda: (parser.parse_type(), parser.parse_optional_dictionary_attr_dict()),
    )
    return ((parser.parse_type(), {}),) if results is None else results


def _attrs_or_none(attrs: Sequence[Attributes]) -> ArrayAttr[DictionaryAttr] | None:
    return ArrayAttr(map(DictionaryAttr, attrs)) if any(attrs) else None


def print_function(
    printer: Printer,
    syntax: FunctionSyntax,
    reserved_attr_names: Sequence[str],
    *,
    print_terminator: bool,
) -> None:
    """Prints what `parse_function` parses, the terminator of the body only if it says something."""
    printer.print_symbol_name(syntax.name)
    with printer.in_parens():
        _print_parameters(printer, syntax)
    _print_results(printer, syntax)
    printer.print_op_attributes(
        syntax.attributes, reserved_attr_names=reserved_attr_names, print_keyword=True
    )
    if syntax.body.blocks:
        printer.print_string(" ")
        printer.print_region(
            syntax.body,
            print_entry_block_args=False,
            print_empty_block=False,
            print_block_terminators=print_terminator,
        )


def _print_parameters(printer: Printer, syntax: FunctionSyntax) -> None:
    block = syntax.body.first_block
    if block is None:
        _print_types(printer, syntax.function_type.inputs.data, syntax.arg_attrs)
        return
    attrs = _attrs_of(syntax.arg_attrs, len(block.args))
    printer.print_list(
        zip(block.args, attrs, strict=True),
        lambda parameter: print_func_argument(printer, *parameter),
    )


def _print_results(printer: Printer, syntax: FunctionSyntax) -> None:
    results = syntax.function_type.outputs.data
    if results:
        printer.print_string(" -> ")
        with printer.in_parens():
            _print_types(printer, results, syntax.res_attrs)


def _print_types(
    printer: Printer, types: Sequence[Attribute], attrs: ArrayAttr[DictionaryAttr] | None
) -> None:
    def print_type(type_and_attrs: tuple[Attribute, DictionaryAttr]) -> None:
        printer.print_attribute(type_and_attrs[0])
        if type_and_attrs[1].data:
            printer.print_op_attributes(type_and_attrs[1].data)

    printer.print_list(zip(types, _attrs_of(attrs, len(types)), strict=True), print_type)


def _attrs_of(attrs: ArrayAttr[DictionaryAttr] | None, count: int) -> Sequence[DictionaryAttr]:
    return (DictionaryAttr({}),) * count if attrs is None else attrs.data
