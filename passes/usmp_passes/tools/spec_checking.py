"""Explains what is wrong with the passes, the target and their options on the command line."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import IO, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import ArgSpec, ArgSpecConvertible, parse_pipeline, parse_spec
from xdsl.utils.hints import isa
from xdsl.utils.target import Target

from usmp_passes.tools.diagnostics import DriverError

TargetEntry = Callable[[], type[Target]] | Callable[[ModuleOp, IO[str]], None]
"""What xDSL's driver keeps for a target: a factory of its class, or (obsolescent) a function."""

_EXPECTED = {
    int: "an integer",
    float: "a number with a decimal point, such as 2.0",
    bool: "true or false",
    str: "a string",
}


def check_pipeline(pipeline: str, available: Mapping[str, Callable[[], type[ModulePass]]]) -> None:
    """
    Raise a `DriverError` that names the first unknown pass, or unknown, missing or ill-typed
    option; or an `ArgSpecParseError` if the pipeline is malformed.
    """
    for spec in parse_pipeline(pipeline):
        _check_name("pass", spec.name, available)
        _check_options("pass", spec, available[spec.name])


def check_target(
    text: str, available: Mapping[str, TargetEntry], is_factory: Callable[[TargetEntry], bool]
) -> None:
    """The same for a target."""
    spec = parse_spec(text)
    _check_name("target", spec.name, available)
    entry = available[spec.name]
    if is_factory(entry):
        _check_options("target", spec, cast(Callable[[], type[Target]], entry))


def _check_name(kind: str, name: str, available: Iterable[str]) -> None:
    if name not in available:
        raise DriverError(
            f"unknown {kind} '{name}'{_did_you_mean(name, available)}",
            notes=[f"usmp-opt --help lists every {kind}"],
        )


def _check_options(
    kind: str, spec: ArgSpec, factory: Callable[[], type[ArgSpecConvertible]]
) -> None:
    try:
        convertible = factory()
    except Exception as error:
        what = error if isinstance(error, ImportError) else f"{type(error).__name__}: {error}"
        raise DriverError(f"{kind} '{spec.name}' could not be loaded: {what}") from error
    try:
        convertible.from_spec(spec)
    except (TypeError, ValueError) as error:
        raise _option_error(kind, spec, convertible, error) from error


def _option_error(
    kind: str, spec: ArgSpec, convertible: type[ArgSpecConvertible], error: Exception
) -> DriverError:
    """What is wrong with the options of `spec`, which `convertible` refused with `error`."""
    owner = f"{kind} '{spec.name}'"
    hints = get_type_hints(convertible)
    expected = {
        field.name.replace("_", "-"): hints[field.name]
        for field in fields(cast(Any, convertible))
        if field.init and field.name != "name"
    }
    given = {name.replace("_", "-"): value for name, value in spec.parameters.items()}
    notes = [
        f"options of {owner}: {', '.join(expected)}" if expected else f"{owner} has no options"
    ]
    for name in given:
        if name not in expected:
            hint = _did_you_mean(name, expected)
            return DriverError(f"{owner} has no option '{name}'{hint}", notes=notes)
    for name in sorted(convertible.required_fields()):
        if name.replace("_", "-") not in given:
            return DriverError(f"{owner} needs option '{name.replace('_', '-')}'", notes=notes)
    for name, values in given.items():
        if not _accepts(expected[name], values):
            shown = ",".join(map(json.dumps, values)) or "nothing"
            return DriverError(
                f"option '{name}' of {owner} must be {_expected(expected[name])}, not {shown}"
                f"{_did_you_mean(str(values[0]), _choices(expected[name])) if values else ''}"
            )
    return DriverError(f"{owner}: {error}")


def _accepts(hint: Any, values: tuple[Any, ...]) -> bool:
    """Whether an option of this type takes these values."""
    if not values and get_origin(hint) in (Union, UnionType):
        return NoneType in get_args(hint)
    return (len(values) == 1 and isa(values[0], hint)) or isa(values, hint)


def _expected(hint: Any) -> str:
    """What to write for an option of this type."""
    if hint in _EXPECTED:
        return _EXPECTED[hint]
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin is Literal:
        return f"one of {', '.join(map(str, arguments))}"
    if origin is tuple:
        return f"a comma-separated list, each {_expected(arguments[0])}"
    if origin in (Union, UnionType):
        return " or ".join(_expected(option) for option in arguments if option is not NoneType)
    return str(hint)


def _choices(hint: Any) -> list[str]:
    """The values that an option of this type may have, where they can be listed."""
    if get_origin(hint) is Literal:
        return [str(value) for value in get_args(hint)]
    return [choice for argument in get_args(hint) for choice in _choices(argument)]


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    matches = get_close_matches(name, known, n=1)
    return f": did you mean '{matches[0]}'?" if matches else ""
