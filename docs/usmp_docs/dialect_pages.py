"""A page for each of our dialects: its operations and attributes, and what passes leave behind."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType

from xdsl.dialects.builtin import ArrayOfConstraint, SymbolNameConstraint
from xdsl.ir import Attribute, Dialect, Operation, ParametrizedAttribute
from xdsl.irdl import (
    AnyAttr,
    AnyOf,
    BaseAttr,
    EqAttrConstraint,
    MessageConstraint,
    OpDef,
    OptionalDef,
    ParamAttrConstraint,
    RangeLengthConstraint,
    RangeOf,
    VarConstraint,
    VariadicDef,
)
from xdsl.traits import OpTrait

from usmp_dialect import interfaces
from usmp_dialect.universe import USMP_UNIVERSE
from usmp_docs.described_names import attribute_names, field_docstrings
from usmp_docs.markdown import code, docstring_of, page, table

_SHARED_TRAITS = ("xdsl.traits", interfaces.__name__)


def dialect_pages() -> Iterator[tuple[str, str]]:
    """The name and the text of each page."""
    for name, factory in USMP_UNIVERSE.all_dialects.items():
        yield name, _page(factory())


def _page(dialect: Dialect) -> str:
    module = _module_of(dialect)
    operations = sorted(dialect.operations, key=lambda op: op.name)
    attributes = sorted(dialect.attributes, key=lambda attribute: attribute.name)
    return page(
        f"The {dialect.name} dialect",
        docstring_of(module),
        "## Operations",
        *(_operation(op) for op in operations),
        "## Attributes" if attributes else "",
        *(_attribute(attribute) for attribute in attributes),
        "## Names of attributes",
        "By these names, attributes are attached to operations and parameters.",
        table(
            ("name", "meaning"),
            ((code(name), text) for name, text in sorted(attribute_names(module))),
        ),
    )


def _module_of(dialect: Dialect) -> ModuleType:
    module = inspect.getmodule(next(iter(dialect.operations)))
    assert module is not None
    return module


def _operation(op: type[Operation]) -> str:
    definition = op.get_irdl_definition()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    assert isinstance(definition, OpDef)
    syntax = definition.assembly_format
    return "\n\n".join(
        part
        for part in (
            f"### `{op.name}`",
            docstring_of(op),
            "" if syntax is None else f"Syntax: {code(f'{op.name} {syntax}')}",
            table(("", "name", "constraint"), _parts(definition)),
            _traits(definition),
        )
        if part
    )


def _parts(definition: OpDef) -> Iterator[tuple[str, str, str]]:
    for kind, parts in (("operand", definition.operands), ("result", definition.results)):
        for name, part in parts:
            yield _quantity(part) + kind, code(name), _constraint(part.constr)
    for kind, named in (
        ("property", definition.properties),
        ("attribute", definition.attributes),
    ):
        for name, part in named.items():
            if name != "operandSegmentSizes":
                yield _quantity(part) + kind, code(name), _constraint(part.constr)
    for name, part in definition.regions:
        yield _quantity(part) + "region", code(name), ""


def _quantity(part: object) -> str:
    if isinstance(part, OptionalDef):
        return "optional "
    return "any number: " if isinstance(part, VariadicDef) else ""


def _constraint(constraint: object) -> str:
    """A constraint of xDSL's in words."""
    match constraint:
        case RangeLengthConstraint(constraint=inner) | MessageConstraint(constr=inner):
            return _constraint(inner)
        case RangeOf(constr=inner):
            return _constraint(inner)
        case VarConstraint(name=name, constraint=inner):
            return f"{_constraint(inner)}, {code(name)} wherever that stands"
        case EqAttrConstraint(attr=attribute):
            return code(attribute)
        case BaseAttr(attr=base):
            return code(base.__name__)
        case AnyOf(attr_constrs=choices):
            return " or ".join(_constraint(choice) for choice in choices)
        case ArrayOfConstraint(elem_range_constraint=inner):
            return f"array of {_constraint(inner)}"
        case ParamAttrConstraint(base_attr=base, param_constrs=parameters):
            named = [_constraint(parameter) for parameter in parameters if parameter != AnyAttr()]
            known = [text for text in named if text != "any"]
            return code(base.__name__) + (f" of {', '.join(known)}" if known else "")
        case AnyAttr():
            return "any"
        case SymbolNameConstraint():
            return "the name of a symbol"
        case _:
            return code(type(constraint).__name__)


def _traits(definition: OpDef) -> str:
    names = {name for trait in definition.traits.traits for name in _shared_names(type(trait))}
    return "Traits and interfaces: " + ", ".join(map(code, sorted(names))) if names else ""


def _shared_names(trait: type[OpTrait]) -> Iterator[str]:
    """What a trait is to others: itself, or what it implements."""
    is_shared: Callable[[type], bool] = lambda base: (  # noqa: E731
        base.__module__ in _SHARED_TRAITS and base is not OpTrait
    )
    for base in trait.__mro__:
        if is_shared(base):
            yield base.__name__
            return


def _attribute(attribute: type[Attribute]) -> str:
    parameters = ""
    if issubclass(attribute, ParametrizedAttribute):
        definition = attribute.get_irdl_definition()
        parameters = table(
            ("parameter", "constraint"),
            ((code(name), _constraint(part.constr)) for name, part in definition.parameters),
        )
    data = _fields_of_data(attribute)
    parts = (f"### `#{attribute.name}`", docstring_of(attribute), parameters, data)
    return "\n\n".join(part for part in parts if part)


def _fields_of_data(attribute: type[Attribute]) -> str:
    """What the Python object holds that an attribute of data wraps."""
    for base in getattr(attribute, "__orig_bases__", ()):
        for argument in getattr(base, "__args__", ()):
            if isinstance(argument, type) and argument.__module__.startswith("usmp_"):
                described = field_docstrings(argument)
                return table(("field", ""), ((code(n), text) for n, text in described.items()))
    return ""
