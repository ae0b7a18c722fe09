"""
What the memory planner asks of an operation.

The analyses know operations by these interfaces (and by xDSL's own traits and memory effects),
never by name. An operation takes part by listing an interface among its `traits`; for an operation
class that is somebody else's, the same interface is attached from outside with `attach_interface`,
as MLIR does with external models.

An operation that implements none of them is handled soundly: it accesses its buffer operands unless
it has no memory effects, its results may alias them, and its regions may run again and again.
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


class RegionExecution(Enum):
    """How often the regions of an operation run."""

    ONCE = auto()
    """Each region runs once at most, and no two at the same time."""

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
    run.
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


BufferInterface = (
    BufferAllocationInterface | BufferCallInterface | BufferEscapeInterface | RegionOpInterface
)

_InterfaceT = TypeVar("_InterfaceT", bound=BufferInterface)

_INTERFACES: tuple[type[OpTrait], ...] = (
    BufferAllocationInterface,
    BufferCallInterface,
    BufferEscapeInterface,
    RegionOpInterface,
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
