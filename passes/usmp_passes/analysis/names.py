"""Names of buffers, unique over the program and the same in every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameHint:
    """What a buffer would like to be called."""

    base: str
    is_explicit: bool
    """Whether the program says so in a string that survives a round trip."""


def unique_names(hints: Sequence[NameHint]) -> list[str]:
    """
    A name for each hint, in program order: the hint itself for the first that has it, explicit ones
    before others, then the hint with the first number that makes it differ from every hint and
    every other name.
    """
    taken = {hint.base for hint in hints}
    owners: dict[str, int] = {}
    for explicit in (True, False):
        for index, hint in enumerate(hints):
            if hint.is_explicit is explicit:
                owners.setdefault(hint.base, index)
    next_number: dict[str, int] = {}
    names: list[str] = []
    for index, hint in enumerate(hints):
        name = hint.base
        if owners[name] != index:
            number = next_number.get(hint.base, 1)
            while (name := f"{hint.base}_{number}") in taken:
                number += 1
            next_number[hint.base] = number + 1
            taken.add(name)
        names.append(name)
    return names
