"""
What the memory planner asks of an operation.

The analyses know operations by these interfaces (and by xDSL's own traits and memory effects),
never by name. An operation takes part by listing an interface among its `traits`; for an operation
class that is somebody else's, the same interface is attached from outside with `attach_interface`,
as MLIR does with external models.

An operation that implements none of them accesses its buffer operands unless it has no memory
effects, its results may alias them, and its regions may run again and again. What nothing shows
must be said: that an address is kept, that regions run concurrently or go on after the operation.
`docs/dialects.md` tells how a dialect takes part, with examples.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar, cast

from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Operation, SSAValue
from xdsl.traits import OpTrait

from usmp_dialect.buffer_type import extent_bytes_of


class BufferAllocationInterface(OpTrait, abc.ABC):
    """
    An operation that makes a new buffer each time it runs, and that a plan may replace by a view of
    a pool.
    """

    @classmethod
    @abc.abstractmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        """The result that is the new buffer, of type `memref`."""

    @classmethod
    def get_buffer_name(cls, op: Operation) -> str | None:
        """The name the program gives to the buffer, if it gives one that survives a round trip."""
        return None

    @classmethod
    def is_constant(cls, op: Operation) -> bool:
        """Whether the buffer holds its data before the program starts, and is never written."""
        return False


class BufferCallInterface(OpTrait, abc.ABC):
    """
    An operation that calls a function by its symbol, once, and does not return before the function
    does.
    """

    @classmethod
    @abc.abstractmethod
    def get_callee(cls, op: Operation) -> SymbolRefAttr:
        """The symbol of the function that is called."""

    @classmethod
    @abc.abstractmethod
    def get_arguments(cls, op: Operation) -> Sequence[SSAValue]:
        """The arguments, one for each parameter of the callee."""


class BufferEscapeInterface(OpTrait, abc.ABC):
    """
    An operation that keeps the address of some of its operands, so that a later access cannot be
    seen.
    """

    @abc.abstractmethod
    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        """The operands whose address is kept."""

    @abc.abstractmethod
    def get_reason(self, op: Operation) -> str:
        """What happens to the address, to follow "the buffer is", as in "stored in memory"."""


class BufferDeallocationInterface(OpTrait, abc.ABC):
    """
    An operation that ends the life of a buffer, after which nothing may use it, and does nothing
    else with it. It goes when a plan gives the buffer a place.

    An operation without results whose only effect on memory is to free its only operand is one
    without implementing this.
    """

    @classmethod
    @abc.abstractmethod
    def get_freed_buffer(cls, op: Operation) -> SSAValue:
        """The operand whose buffer is freed."""


class BufferAliasInterface(OpTrait, abc.ABC):
    """
    An operation of which it is known what memory its results are: a view of one operand among
    several, or nothing that was there before.
    """

    @classmethod
    @abc.abstractmethod
    def get_alias_sources(cls, op: Operation, result: SSAValue) -> Iterable[SSAValue]:
        """
        The operands that `result` may be an alias of; none for a result that is no address, or that
        of memory which no operand leads to.
        """


class BufferAccessInterface(OpTrait, abc.ABC):
    """
    An operation of which it is known which of its operands it accesses, whatever memory effects it
    declares. It stores no addresses but those that a `BufferEscapeInterface` of it names.
    """

    @classmethod
    @abc.abstractmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        """The operands whose memory is read or written, all during the operation."""

    @classmethod
    def get_traffic_bytes(cls, op: Operation, operand: SSAValue) -> int | None:
        """
        The bytes of an accessed operand that are read and written each time the operation runs,
        `None` if that is not known. If this is not overridden: each element once.
        """
        return extent_bytes_of(operand.type)


class RegionExecution(Enum):
    """How often the regions of an operation run."""

    ONCE = auto()
    """Each region runs once at most, in the order in which they are written."""

    SERIAL_LOOP = auto()
    """The regions run any number of times, one run after the other."""

    CONCURRENT_LOOP = auto()
    """Several runs of the regions may be under way at the same time."""


@dataclass(frozen=True)
class RegionSemantics:
    """How an operation runs its regions."""

    execution: RegionExecution

    label: str
    """What messages call the operation, as in `parallel loop`."""

    trip_count: int | None = None
    """How many times a loop runs its regions each time it is reached, if that is known."""

    is_serial_kind: bool = True
    """
    Whether this is a plain serial loop: false for an unrolled one, which is run serially all the
    same.
    """

    outlives_operation: bool = False
    """Whether the regions may go on running after the operation, while the program does."""

    accesses_operands: bool = False
    """
    Whether the operation reads or writes its buffer operands itself, at any time while its regions
    run: those that its `BufferAccessInterface` names, or all.
    """


class RegionOpInterface(OpTrait, abc.ABC):
    """An operation with regions whose execution is known."""

    @classmethod
    @abc.abstractmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        """How `op` runs its regions."""

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[tuple[SSAValue, SSAValue]] | None:
        """
        The pairs (from, to) by which values enter the block arguments of the regions, pass from one
        run to the next, and leave as results. `None` is any operand of the operation, or of a
        terminator of its regions, into any argument or result.
        """
        return None


class BranchInterface(OpTrait, abc.ABC):
    """
    A terminator that goes on to one of its successor blocks, hands operands to it, and does nothing
    else with them.
    """

    @classmethod
    @abc.abstractmethod
    def get_value_flow(cls, op: Operation) -> Iterable[tuple[SSAValue, SSAValue]]:
        """The pairs (operand, argument of a successor) by which it does so."""


BufferInterface = (
    BufferAllocationInterface
    | BufferDeallocationInterface
    | BufferCallInterface
    | BufferEscapeInterface
    | BufferAliasInterface
    | BufferAccessInterface
    | RegionOpInterface
    | BranchInterface
)

_InterfaceT = TypeVar("_InterfaceT", bound=BufferInterface)

_INTERFACES: tuple[type[OpTrait], ...] = (
    BufferAllocationInterface,
    BufferDeallocationInterface,
    BufferCallInterface,
    BufferEscapeInterface,
    BufferAliasInterface,
    BufferAccessInterface,
    RegionOpInterface,
    BranchInterface,
)

_ATTACHED: dict[tuple[type[Operation], type[OpTrait]], OpTrait] = {}
_RESOLVED: dict[tuple[type[Operation], type[OpTrait]], OpTrait | None] = {}


def attach_interface(op_type: type[Operation], interface: BufferInterface) -> None:
    """
    Lets operations of a class that is not one's own implement `interface`.

    An interface that the class lists among its own traits wins over an attached one, and the last
    one attached over those before it.
    """
    for kind in _INTERFACES:
        if isinstance(interface, kind):
            _ATTACHED[op_type, kind] = interface
            _RESOLVED.pop((op_type, kind), None)


def get_interface(op: Operation, interface: type[_InterfaceT]) -> _InterfaceT | None:
    """
    The implementation of `interface` for `op`: its own, or one that was attached to its class.
    """
    key = (type(op), interface)
    try:
        return cast("_InterfaceT | None", _RESOLVED[key])
    except KeyError:
        resolved = op.get_trait(interface) or _ATTACHED.get(key)
        _RESOLVED[key] = resolved
        return cast("_InterfaceT | None", resolved)
