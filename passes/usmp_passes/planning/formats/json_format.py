"""
Placement problems and plans as JSON.

```json
{
  "version": 1,
  "pools": [
    {"name": "fast", "size_hint_bytes": 4096, "alignment": 16},
    {"name": "flash", "access": "ro"}
  ],
  "buffers": [
    {"name": "a", "size_bytes": 100, "alignment": 16, "pool_candidates": ["fast"],
     "live": [[0, 3], [8, 9]], "traffic_bytes": 200},
    {"name": "b", "size_bytes": 10, "conflicts": ["a"]},
    {"name": "c", "size_bytes": 8, "live": [[0, 9]], "is_constant": true,
     "fixed_allocation": {"pool": "flash", "byte_offset": 0}}
  ]
}
```

The fields are those of `PlacementProblem`, `PoolInfo` and `BufferInfo`; what has a default there
may be omitted or null. A buffer without `pool_candidates` may be in any pool, the first one by
preference. `live` has closed ranges of program points.

A plan is the same document with more fields. Each buffer has a `pool_allocation`, which looks as
`fixed_allocation` does, and the document a `plan` with the figures: `algorithm`, `seed`,
`time_limit` (in seconds), `is_optimal`, `was_interrupted`, and `size_bytes`, `lower_bound_bytes`
and `gap_bytes`, of all pools and, in its `pools`, of each, with the `alignment` in bytes of the
address that it must start at. A reader takes no notice of `plan`, and
of `pool_allocation` only on request. Fields with other names are errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar, cast

from usmp_passes.planning.formats.problem_file import InputError
from usmp_passes.planning.plan import Plan, PoolUsage
from usmp_passes.planning.problem import (
    UNRESTRICTED_SIZE_HINT,
    BufferInfo,
    PlacementProblem,
    PoolAllocation,
    PoolInfo,
    ProblemError,
)

VERSION = 1
"""Of the schema that is read and written."""

_DOCUMENT_FIELDS = ("version", "pools", "buffers", "plan")
_POOL_FIELDS = ("name", "size_hint_bytes", "alignment", "access")
_BUFFER_FIELDS = (
    "name",
    "size_bytes",
    "alignment",
    "pool_candidates",
    "live",
    "conflicts",
    "traffic_bytes",
    "is_constant",
    "fixed_allocation",
    "pool_allocation",
)
_ALLOCATION_FIELDS = ("pool", "byte_offset")

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MAX_DIGITS = 4300
"""What Python reads into an integer, to keep bad input from costing time."""
_MAX_SHOWN = 40
"""The most characters of a value that a message quotes."""

_ResultT = TypeVar("_ResultT")
_DefaultT = TypeVar("_DefaultT")


@dataclass(frozen=True)
class JsonFile:
    """A JSON document, and the problem that it poses."""

    problem: PlacementProblem
    ignores_offsets: bool
    """Whether buffers have a `pool_allocation`, and may be moved from it."""

    def with_plan(self, plan: Plan) -> str:
        """The problem and the plan as one document."""
        return write_json(self.problem, plan)


def read_json(
    text: str,
    source: str = "<string>",
    *,
    capacity: int | None = None,
    fixed_offsets: bool = False,
) -> JsonFile:
    """
    Read a problem, or a plan as a problem.

    `source` is what messages call the file; `capacity`, in bytes, takes the place of the
    `size_hint_bytes` of the only pool; `fixed_offsets` keeps the buffers where their
    `pool_allocation` puts them. Raises `InputError` for the first mistake, with the place in the
    file or the name of buffer and field.
    """
    document = _Object(_parse(text, source), "", source)
    document.check_fields(_DOCUMENT_FIELDS)
    version = document.integer("version")
    if version != VERSION:
        document.fail("version", f"expected {VERSION}, got {version}")
    document.optional("plan", _Object.nested, None)
    pools = _read_pools(document, capacity)
    reader = _BufferReader({pool.name: pool for pool in pools}, tuple(pools), fixed_offsets)
    buffers = [reader.read(item) for item in document.objects("buffers")]
    try:
        problem = PlacementProblem(buffers, pools)
    except ProblemError as error:
        raise InputError(source, str(error)) from error
    return JsonFile(problem, reader.has_allocations and not fixed_offsets)


def _parse(text: str, source: str) -> Mapping[str, object]:
    try:
        document = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_reject_constant,
            parse_int=_parse_int,
        )
    except json.JSONDecodeError as error:
        if not text.strip("\ufeff \t\r\n"):
            raise InputError(source, "the file is empty: expected a JSON object") from error
        message = error.msg[:1].lower() + error.msg[1:]
        raise InputError(f"{source}:{error.lineno}:{error.colno}", f"no JSON: {message}") from error
    except RecursionError as error:
        raise InputError(source, "no problem is nested so deeply") from error
    except ValueError as error:
        raise InputError(source, str(error)) from error
    if not isinstance(document, dict):
        raise InputError(source, f"expected a JSON object, got {_show(document)}")
    return cast(dict[str, object], document)


def _without_duplicates(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"an object has the field {_show(name)} twice: remove one")
        found[name] = value
    return found


def _reject_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number: give a whole one")


def _parse_int(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"the number {text[:_MAX_SHOWN]}... has {len(text)} digits: is it meant?")
    return int(text)


def _show(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of the document, and how to speak of it."""

    values: Mapping[str, object]
    what: str
    """For example `buffers[3] 'conv'`; nothing for the document."""
    source: str

    def fail(self, field: str, message: str) -> NoReturn:
        """Raise an error about a field."""
        prefix = f"{self.what}: " if self.what else ""
        raise InputError(self.source, f"{prefix}field '{field}': {message}")

    def check_fields(self, known: Iterable[str]) -> None:
        """Raise `InputError` for a field that is not `known`."""
        for field in self.values:
            if field not in known:
                self.fail(field, f"unknown; known are {', '.join(known)}")

    def optional(
        self, field: str, read: Callable[[_Object, str], _ResultT], default: _DefaultT
    ) -> _ResultT | _DefaultT:
        """What `read` makes of a field, or `default` if that is omitted or null."""
        return default if self.values.get(field) is None else read(self, field)

    def integer(self, field: str) -> int:
        """A whole number."""
        value = self._required(field)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(field, f"expected a whole number, got {_show(value)}")
        return value

    def boolean(self, field: str) -> bool:
        """True or false."""
        value = self._required(field)
        if not isinstance(value, bool):
            self.fail(field, f"expected true or false, got {_show(value)}")
        return value

    def name(self, field: str) -> str:
        """A string that can be printed."""
        return self._checked_name(field, self._required(field))

    def names(self, field: str) -> tuple[str, ...]:
        """A list of such strings."""
        return tuple(self._checked_name(field, item) for item in self._list(field))

    def ranges(self, field: str) -> tuple[tuple[int, int], ...]:
        """A list of pairs of whole numbers."""
        return tuple(self._checked_range(field, item) for item in self._list(field))

    def nested(self, field: str) -> _Object:
        """An object."""
        value = self._required(field)
        if not isinstance(value, dict):
            self.fail(field, f"expected an object, got {_show(value)}")
        what = f"{self.what}, {field}" if self.what else field
        return _Object(cast(dict[str, object], value), what, self.source)

    def objects(self, field: str) -> Iterable[_Object]:
        """A list of objects, called by their place and name."""
        for index, item in enumerate(self._list(field)):
            what = f"{field}[{index}]"
            if not isinstance(item, dict):
                raise InputError(self.source, f"{what}: expected an object, got {_show(item)}")
            values = cast(dict[str, object], item)
            if isinstance(values.get("name"), str):
                what += f" {_show(values['name'])}"
            yield _Object(values, what, self.source)

    def _required(self, field: str) -> object:
        if field not in self.values:
            self.fail(field, "missing: add it")
        return self.values[field]

    def _list(self, field: str) -> Sequence[object]:
        value = self._required(field)
        if not isinstance(value, list):
            self.fail(field, f"expected a list, got {_show(value)}")
        return cast(list[object], value)

    def _checked_name(self, field: str, value: object) -> str:
        if not isinstance(value, str) or not value:
            self.fail(field, f"expected a name, got {_show(value)}")
        if (found := _UNPRINTABLE.search(value)) is not None:
            self.fail(field, f"{_show(value)} has the control character {found.group()!a}")
        return value

    def _checked_range(self, field: str, value: object) -> tuple[int, int]:
        match value:
            case [int() as first, int() as last] if type(first) is type(last) is int:
                return first, last
            case _:
                return self.fail(field, f"expected ranges such as [0, 3], got {_show(value)}")


def _read_pools(document: _Object, capacity: int | None) -> Sequence[PoolInfo]:
    pools = [_read_pool(item, capacity) for item in document.objects("pools")]
    if capacity is not None and len(pools) != 1:
        document.fail(
            "pools",
            f"a capacity for {len(pools)} pools: give each its size_hint_bytes instead",
        )
    return pools


def _read_pool(item: _Object, capacity: int | None) -> PoolInfo:
    item.check_fields(_POOL_FIELDS)
    size_hint = item.optional("size_hint_bytes", _Object.integer, UNRESTRICTED_SIZE_HINT)
    return PoolInfo(
        item.name("name"),
        size_hint if capacity is None else capacity,
        item.optional("alignment", _Object.integer, None),
        item.optional("access", _Object.name, PoolInfo.READ_WRITE_ACCESS),
    )


class _BufferReader:
    """Makes buffers of objects, of which many share their candidates."""

    def __init__(
        self,
        pools: Mapping[str, PoolInfo],
        all_pools: tuple[PoolInfo, ...],
        fixed_offsets: bool,
    ) -> None:
        self.has_allocations = False
        """Whether any buffer had a `pool_allocation`."""
        self._pools = pools
        self._all_pools = all_pools
        self._fixed_offsets = fixed_offsets
        self._candidates: dict[tuple[str, ...], tuple[PoolInfo, ...]] = {}

    def read(self, item: _Object) -> BufferInfo:
        """The buffer that `item` describes."""
        item.check_fields(_BUFFER_FIELDS)
        fixed = item.optional("fixed_allocation", self._allocation, None)
        placed = item.optional("pool_allocation", self._allocation, None)
        self.has_allocations |= placed is not None
        if fixed is None and self._fixed_offsets:
            fixed = placed
        return BufferInfo(
            item.name("name"),
            item.integer("size_bytes"),
            item.optional("pool_candidates", self._pool_candidates, self._all_pools),
            item.optional("alignment", _Object.integer, 1),
            item.optional("live", _Object.ranges, None),
            item.optional("conflicts", _Object.names, None),
            item.optional("traffic_bytes", _Object.integer, None),
            item.optional("is_constant", _Object.boolean, False),
            fixed,
        )

    def _pool_candidates(self, item: _Object, field: str) -> tuple[PoolInfo, ...]:
        names = item.names(field)
        if names not in self._candidates:
            self._candidates[names] = tuple(self._pool(item, field, name) for name in names)
        return self._candidates[names]

    def _allocation(self, item: _Object, field: str) -> PoolAllocation:
        nested = item.nested(field)
        nested.check_fields(_ALLOCATION_FIELDS)
        pool = self._pool(nested, "pool", nested.name("pool"))
        return PoolAllocation(pool, nested.integer("byte_offset"))

    def _pool(self, item: _Object, field: str, name: str) -> PoolInfo:
        if name not in self._pools:
            known = ", ".join(self._pools) or "none"
            item.fail(field, f"there is no pool {_show(name)}; the file has {known}")
        return self._pools[name]


def write_json(problem: PlacementProblem, plan: Plan | None = None) -> str:
    """The problem, and where the plan is for it, as a document that `read_json` reads."""
    pools = [_pool_to_json(pool) for pool in problem.pools]
    buffers = [_buffer_to_json(buffer, plan) for buffer in problem.buffers]
    sections = [f'  "version": {VERSION}', _section("pools", pools), _section("buffers", buffers)]
    if plan is not None:
        sections.append(f'  "plan": {_indent(_plan_to_json(plan))}')
    return "{\n" + ",\n".join(sections) + "\n}\n"


def _section(name: str, items: Sequence[object]) -> str:
    """A list with a line for each item."""
    if not items:
        return f'  "{name}": []'
    lines = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in items)
    return f'  "{name}": [\n{lines}\n  ]'


def _indent(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n  ")


def _pool_to_json(pool: PoolInfo) -> dict[str, object]:
    return _without_defaults(
        {
            "name": pool.name,
            "size_hint_bytes": pool.capacity,
            "alignment": pool.alignment,
            "access": None if pool.access == PoolInfo.READ_WRITE_ACCESS else pool.access,
        }
    )


def _buffer_to_json(buffer: BufferInfo, plan: Plan | None) -> dict[str, object]:
    fixed = buffer.fixed_allocation
    return _without_defaults(
        {
            "name": buffer.name,
            "size_bytes": buffer.size_bytes,
            "alignment": None if buffer.alignment == 1 else buffer.alignment,
            "pool_candidates": [pool.name for pool in buffer.pool_candidates],
            "live": buffer.live,
            "conflicts": buffer.conflicts,
            "traffic_bytes": buffer.traffic_bytes,
            "is_constant": True if buffer.is_constant else None,
            "fixed_allocation": None if fixed is None else _allocation_to_json(fixed),
            "pool_allocation": (
                None if plan is None else _allocation_to_json(plan.allocations[buffer.name])
            ),
        }
    )


def _without_defaults(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _allocation_to_json(allocation: PoolAllocation) -> dict[str, object]:
    return {"pool": allocation.pool_info.name, "byte_offset": allocation.byte_offset}


def _plan_to_json(plan: Plan) -> dict[str, object]:
    return {
        "algorithm": plan.algorithm,
        "seed": plan.seed,
        "time_limit": plan.time_limit,
        "is_optimal": plan.is_optimal,
        "was_interrupted": plan.was_interrupted,
        "size_bytes": plan.size_bytes,
        "lower_bound_bytes": plan.lower_bound_bytes,
        "gap_bytes": plan.gap_bytes,
        "pools": [_usage_to_json(usage) for usage in plan.pool_usages],
    }


def _usage_to_json(usage: PoolUsage) -> dict[str, object]:
    return {
        "name": usage.pool_info.name,
        "size_bytes": usage.size_bytes,
        "lower_bound_bytes": usage.lower_bound_bytes,
        "gap_bytes": usage.gap_bytes,
        "alignment": usage.alignment,
    }
