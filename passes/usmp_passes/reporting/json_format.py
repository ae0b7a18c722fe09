"""
A memory report as JSON.

The fields are those of `MemoryReport` and the classes in it; `memory_report.schema.json`, beside
this file, describes them. Later versions of the same `schema_version` may add fields.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import cache
from importlib.resources import files
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from usmp_passes.reporting.model import SCHEMA_VERSION, MemoryReport

_MAX_SHOWN = 40
"""The most characters of a value that a message quotes."""


class ReportError(Exception):
    """A text that is no memory report; the message says where in it, and why."""


def report_json(report: MemoryReport) -> str:
    """The report as a JSON document in ASCII, with a line for each buffer."""
    document = asdict(report)
    pools = [_pool_json(pool) for pool in document.pop("pools")]
    lists = {name: document.pop(name) for name in ("unplaced", "not_planned")}
    sections = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in document.items()]
    sections.append(_section("pools", pools, "  "))
    for name, items in lists.items():
        sections.append(_section(name, list(map(json.dumps, items)), "  "))
    return "{\n" + ",\n".join(sections) + "\n}\n"


def _pool_json(pool: dict[str, Any]) -> str:
    buffers = list(map(json.dumps, pool.pop("buffers")))
    figures = [f"      {json.dumps(name)}: {json.dumps(value)}" for name, value in pool.items()]
    return "{\n" + ",\n".join([*figures, _section("buffers", buffers, "      ")]) + "\n    }"


def _section(name: str, items: Sequence[str], indent: str) -> str:
    """A list, of which each item begins on a line of its own."""
    if not items:
        return f'{indent}"{name}": []'
    lines = ",\n".join(f"{indent}  {item}" for item in items)
    return f'{indent}"{name}": [\n{lines}\n{indent}]'


def report_schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of what `report_json` writes."""
    text = files("usmp_passes.reporting").joinpath("memory_report.schema.json").read_text("utf-8")
    return cast(dict[str, Any], json.loads(text))


def read_report(text: str) -> MemoryReport:
    """
    The report that `report_json` has written. Fields that are not known are passed over.

    Raises `ReportError` for a text that is none, or of another version.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        message = error.msg[:1].lower() + error.msg[1:]
        raise ReportError(
            f"no JSON: {message}, line {error.lineno}, column {error.colno}"
        ) from error
    except (RecursionError, ValueError) as error:
        raise ReportError(f"no JSON that can be read: {error}") from error
    return _report_of(document)


def _report_of(document: object) -> MemoryReport:
    if not isinstance(document, dict) or "schema_version" not in document:
        raise ReportError("no memory report: it has no field 'schema_version'")
    version = cast(dict[str, object], document)["schema_version"]
    if version != SCHEMA_VERSION:
        raise ReportError(
            f"a report of schema_version {_show(version)}, expected {SCHEMA_VERSION}: write it anew"
        )
    return cast(MemoryReport, _decode(cast(object, document), MemoryReport, "the report"))


def _decode(value: object, hint: Any, where: str) -> Any:
    """The value of a field that has the type `hint`."""
    if get_origin(hint) in (Union, UnionType):
        if value is None and NoneType in get_args(hint):
            return None
        hint = next(option for option in get_args(hint) if option is not NoneType)
    if is_dataclass(cast(object, hint)):
        return _decode_object(value, cast(type[Any], hint), where)
    if get_origin(hint) is tuple:
        return _decode_tuple(value, get_args(hint), where)
    if get_origin(hint) is Literal:
        if value in get_args(hint):
            return value
        raise ReportError(f"{where}: expected one of {', '.join(get_args(hint))}")
    if hint is float and type(value) is int:
        return float(value)
    # Not `isinstance`: a truth value is no number.
    if type(value) is not hint:
        raise ReportError(f"{where}: expected {hint.__name__}, got {_show(value)}")
    return value


def _decode_object(value: object, kind: type[Any], where: str) -> Any:
    if not isinstance(value, dict):
        raise ReportError(f"{where}: expected an object, got {_show(value)}")
    given = cast(dict[str, object], value)
    if isinstance(given.get("name"), str):
        where += f" {_show(given['name'])}"
    known: dict[str, Any] = {}
    for name, hint in _hints_of(kind).items():
        if name not in given:
            raise ReportError(f"{where}: the field '{name}' is missing")
        known[name] = _decode(given[name], hint, f"{where}, {name}")
    return kind(**known)


@cache
def _hints_of(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.default is MISSING}


def _decode_tuple(value: object, hints: tuple[Any, ...], where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ReportError(f"{where}: expected a list, got {_show(value)}")
    items = cast(list[object], value)
    if hints[-1] is Ellipsis:
        return tuple(
            [_decode(item, hints[0], f"{where}[{index}]") for index, item in enumerate(items)]
        )
    if len(items) != len(hints):
        raise ReportError(f"{where}: expected {len(hints)} values, got {len(items)}")
    return tuple([_decode(item, hint, where) for item, hint in zip(items, hints, strict=True)])


def _show(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
