"""What a walk over a function takes down: loops, accesses, allocations, calls and the like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import RegionSemantics

NO_LOOP = -1
"""The parent of the outermost scope of a function."""


@dataclass(slots=True)
class Loop:
    """
    A scope of the loop tree: the function itself, or an operation that may run its regions again.
    """

    parent: int
    op: Operation
    semantics: RegionSemantics
    start: int
    """The program point of the operation."""

    end: int
    """The last program point inside it."""

    runs: int | None
    """How often the body runs in one activation of the function, `None` if that is not known."""

    is_operation: bool = True
    """Whether `op` has the loop in it; else it is the first one of a loop made by branches."""


class Access(NamedTuple):
    """One access of one buffer."""

    point: int
    node: int
    loop: int
    op: Operation
    parameter: int | None
    """
    For a call of a function of the module: the parameter through which it accesses the buffer.
    """


class Allocation(NamedTuple):
    """An operation that makes a buffer."""

    op: Operation
    value: SSAValue
    node: int
    loop: int


class Free(NamedTuple):
    """A deallocation, or a call of a function of the module that frees an argument."""

    op: Operation
    node: int
    is_sure: bool
    """Whether the buffer is freed each time the operation runs."""


class CallSite(NamedTuple):
    """A call of a function of the module."""

    op: Operation
    callee: str
    start: int
    """The program point of the callee's first operation."""

    loop: int


class Escape(NamedTuple):
    """A node whose address is kept by an operation, or leaves the iteration it belongs to."""

    node: int
    reason: str
