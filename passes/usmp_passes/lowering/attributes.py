"""The attributes that only this project's dialects and passes understand."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr
from xdsl.ir import Attribute, Operation

from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    CANDIDATE_MEMORY_POOLS,
    FIXED_POOL_ALLOCATION,
    NOT_PLANNED,
    POOL_ALLOCATION,
)

_PREFIXES = ("tir.", "usmp.")

_OF_ALLOCATIONS = frozenset(
    (BUFFER_INFO, CANDIDATE_MEMORY_POOLS, FIXED_POOL_ALLOCATION, NOT_PLANNED, POOL_ALLOCATION)
)

_OF_SIGNATURES = ("arg_attrs", "res_attrs")


def drop_own_attributes(op: Operation) -> None:
    """
    Removes what `mlir-opt` would refuse, as it belongs to a dialect that it does not know, and what
    names pools.
    """
    if op.attributes:
        op.attributes = _foreign(op.attributes)
    for name in _OF_SIGNATURES:
        entries = op.properties.get(name)
        if isinstance(entries, ArrayAttr):
            kept = [_foreign(entry.data) for entry in entries if isinstance(entry, DictionaryAttr)]
            if any(kept):
                op.properties[name] = ArrayAttr([DictionaryAttr(entry) for entry in kept])
            else:
                del op.properties[name]


def _foreign(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    return {name: value for name, value in attributes.items() if not _is_own(name)}


def _is_own(name: str) -> bool:
    return name in _OF_ALLOCATIONS or name.startswith(_PREFIXES)
