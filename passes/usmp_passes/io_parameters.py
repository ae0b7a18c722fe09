"""
Which parameters of the entry function are its inputs and outputs, and of what kind.

A parameter is meant by its number, or by its name: that of its argument attribute `usmp.buffer`,
else that of its SSA value (which xDSL cuts: `%input_1` is read as `%input`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, MemRefType, StringAttr
from xdsl.ir import Attribute, BlockArgument

from usmp_dialect.dialects.tir import RESOURCE_HANDLE
from usmp_dialect.dialects.usmp import BUFFER, IO, POOL
from usmp_dialect.program import Function, fail
from usmp_passes.analysis.io_lifetimes import IO_KIND_NAMES, IOKind
from usmp_passes.analysis.parameter_usage import Usage

ParameterNames = tuple[str | int, ...]
"""Parameters as options name them."""


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter of the entry function."""

    function: Function
    number: int
    value: BlockArgument
    attributes: Mapping[str, Attribute]
    """Its argument attributes."""

    @property
    def given_name(self) -> str | None:
        """What the program calls it, `None` if it is a mere number."""
        name = self.attributes.get(BUFFER)
        return name.data if isinstance(name, StringAttr) and name.data else self.value.name_hint

    @property
    def name(self) -> str:
        """What its buffer is called."""
        return self.given_name or f"arg{self.number}"

    def fail(self, message: str) -> NoReturn:
        """Raises an `AnalysisError` that begins with the parameter, at the function."""
        fail(
            self.function.op,
            f"parameter {self.number} ('{self.name}') of @{self.function.name} {message}",
        )


def parameters_of(function: Function) -> Sequence[Parameter]:
    """The parameters of a function, in order."""
    block = function.body.first_block
    assert block is not None
    attributes = function.op.properties.get("arg_attrs")
    per_parameter = attributes.data if isinstance(attributes, ArrayAttr) else ()
    return [
        Parameter(function, number, value, _dictionary_at(per_parameter, number))
        for number, value in enumerate(block.args)
    ]


def _dictionary_at(attributes: Sequence[Attribute], number: int) -> Mapping[str, Attribute]:
    attribute = attributes[number] if number < len(attributes) else None
    return attribute.data if isinstance(attribute, DictionaryAttr) else {}


# Kinds


def kinds_of_parameters(
    function: Function,
    parameters: Sequence[Parameter],
    named: Mapping[IOKind, ParameterNames],
    keep: ParameterNames,
    usages: Callable[[], Sequence[Usage]],
) -> dict[int, IOKind]:
    """
    The numbers of the parameters that become buffers, in order, and what they are to the caller:
    what `named` says, else the argument attribute `usmp.io`, else what the program does with them.
    All that are memrefs do, but for those to `keep`, pools, and the resource handle.

    Raises `AnalysisError` for a name that is none or meets several parameters, for a parameter that
    is named twice, and for one that cannot be a buffer.
    """
    kept = {_find(name, function, parameters, "keep").number for name in keep}
    chosen = _named_kinds(function, parameters, named, kept)
    inferred: Sequence[Usage] | None = None
    kinds: dict[int, IOKind] = {}
    for parameter in parameters:
        number = parameter.number
        kind = chosen.get(number)
        if kind is None and number not in kept and _is_buffer_of_the_caller(parameter):
            kind = _declared_kind(parameter)
            if kind is None:
                inferred = usages() if inferred is None else inferred
                kind = _kind_by_usage(inferred[number])
        if kind is not None:
            kinds[number] = kind
    return kinds


def _named_kinds(
    function: Function,
    parameters: Sequence[Parameter],
    named: Mapping[IOKind, ParameterNames],
    kept: set[int],
) -> dict[int, IOKind]:
    chosen: dict[int, IOKind] = {}
    for kind, names in named.items():
        for name in names:
            parameter = _find(name, function, parameters, f"{kind}s")
            if parameter.number in kept:
                parameter.fail(f"is named by both options, keep and {kind}s: keep one of them")
            if chosen.setdefault(parameter.number, kind) != kind:
                parameter.fail(
                    f"is named as {IO_KIND_NAMES[chosen[parameter.number]]} "
                    f"and as {IO_KIND_NAMES[kind]}: name it in inouts if it is both"
                )
            if not isinstance(parameter.value.type, MemRefType):
                parameter.fail(
                    f"has type {parameter.value.type}: only a memref can become a buffer in a pool"
                )
            if _is_resource_handle(parameter):
                parameter.fail("is the resource handle, which stays a parameter")
    return chosen


def _find(
    name: str | int, function: Function, parameters: Sequence[Parameter], option: str
) -> Parameter:
    """The parameter that an option names."""
    if isinstance(name, int) or name.isdecimal():
        number = int(name)
        found = [parameters[number]] if 0 <= number < len(parameters) else []
    else:
        wanted = name.removeprefix("%")
        found = [parameter for parameter in parameters if parameter.given_name == wanted]
    if not found:
        known = ", ".join(f"{parameter.number} ('{parameter.name}')" for parameter in parameters)
        fail(
            function.op,
            f"option {option} names '{name}', which is no parameter of @{function.name}: "
            + (f"name one of {known}" if parameters else "it has none"),
        )
    if len(found) > 1:
        numbers = " or ".join(str(parameter.number) for parameter in found)
        found[0].fail(
            f"is not the only one that option {option} may mean by '{name}': "
            f"write its number, {numbers}, or give each a name of its own, "
            f'as in {{{BUFFER} = "{name}"}}'
        )
    return found[0]


def _is_buffer_of_the_caller(parameter: Parameter) -> bool:
    return (
        isinstance(parameter.value.type, MemRefType)
        and POOL not in parameter.attributes
        and not _is_resource_handle(parameter)
    )


def _is_resource_handle(parameter: Parameter) -> bool:
    block = parameter.value.block
    return (
        RESOURCE_HANDLE in parameter.function.op.attributes
        and parameter.number == len(block.args) - 1
    )


def _declared_kind(parameter: Parameter) -> IOKind | None:
    attribute = parameter.attributes.get(IO)
    if attribute is None:
        return None
    kinds: Mapping[Attribute, IOKind] = {StringAttr(kind): kind for kind in IO_KIND_NAMES}
    kind = kinds.get(attribute)
    if kind is None:
        parameter.fail(f'has {IO} = {attribute}, expected "input", "output" or "inout"')
    return kind


def _kind_by_usage(usage: Usage) -> IOKind:
    """
    A buffer that is both read and written may be read first: nothing says that it is not until it
    has been written. Nobody but the caller uses one that is neither.
    """
    if usage.writes:
        return "inout" if usage.reads else "output"
    return "input"
