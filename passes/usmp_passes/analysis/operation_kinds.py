"""What an operation is to the analysis, decided once for each operation class."""

from __future__ import annotations

from enum import Enum, auto

from xdsl.dialects.builtin import (
    AnyFloat,
    ComplexType,
    IndexType,
    IntegerType,
    MemRefType,
    NoneAttr,
    UnregisteredOp,
    VectorType,
)
from xdsl.ir import Attribute, Operation
from xdsl.traits import (
    MemoryEffect,
    MemoryFreeEffect,
    MemoryReadEffect,
    MemoryWriteEffect,
    NoMemoryEffect,
    ReturnLike,
    is_side_effect_free,
)

from usmp_dialect.interfaces import (
    BufferAllocationInterface,
    BufferCallInterface,
    BufferEscapeInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    get_interface,
)
from usmp_passes.analysis.models import load_models_of


class OperationKind(Enum):
    """The ways in which an operation without regions can concern buffers."""

    ALLOCATION = auto()
    CALL = auto()
    RETURN = auto()
    ESCAPE = auto()
    """Keeps an address; whether it is also an access is for `is_access` to say."""

    ALIAS = auto()
    """Has no memory effect: its results may alias its operands."""

    ACCESS = auto()
    """Accesses its buffer operands, and its results may alias them."""

    UNDECIDED = auto()
    """`ALIAS` or `ACCESS`, depending on the effects of the single operation."""


class OperationKinds:
    """Kinds by operation class."""

    def __init__(self) -> None:
        self._kinds: dict[type[Operation], OperationKind] = {}

    def kind_of(self, op: Operation) -> OperationKind:
        """What `op`, its regions left aside, is to the analysis."""
        kind = self._kind_of_class(op)
        if kind is OperationKind.UNDECIDED:
            return OperationKind.ALIAS if is_side_effect_free(op) else OperationKind.ACCESS
        return kind

    def is_call(self, op: Operation) -> bool:
        """Whether `op` calls a function by its symbol."""
        return self._kind_of_class(op) is OperationKind.CALL

    def is_allocation(self, op: Operation) -> bool:
        """Whether `op` makes a buffer that a plan may place."""
        return self._kind_of_class(op) is OperationKind.ALLOCATION

    def _kind_of_class(self, op: Operation) -> OperationKind:
        kind = self._kinds.get(type(op))
        if kind is None:
            kind = self._kinds[type(op)] = _classify(op)
        return kind

    def is_access(self, op: Operation) -> bool:
        """
        Whether an operation accesses its buffer operands: it does unless it surely has no memory
        effect.
        """
        return not is_side_effect_free(op)


def _classify(op: Operation) -> OperationKind:
    load_models_of(op.name.partition(".")[0])
    if get_interface(op, BufferAllocationInterface) is not None:
        return OperationKind.ALLOCATION
    if get_interface(op, BufferCallInterface) is not None:
        return OperationKind.CALL
    if get_interface(op, BufferEscapeInterface) is not None:
        return OperationKind.ESCAPE
    if op.get_trait(ReturnLike) is not None:
        return OperationKind.RETURN
    effects = op.get_traits_of_type(MemoryEffect)
    if effects and all(isinstance(effect, NoMemoryEffect) for effect in effects):
        return OperationKind.ALIAS
    if not effects or any(isinstance(effect, _READS_OR_WRITES) for effect in effects):
        return OperationKind.ACCESS
    return OperationKind.UNDECIDED


_READS_OR_WRITES = (MemoryReadEffect, MemoryWriteEffect, MemoryFreeEffect)
"""The effects that an operation has whatever its operands are."""


def region_semantics_of(op: Operation) -> RegionSemantics:
    """
    How `op` runs its regions. For an operation nobody has described: again and again, accessing its
    operands all the while.
    """
    load_models_of(op.name.partition(".")[0])
    interface = get_interface(op, RegionOpInterface)
    if interface is not None:
        return interface.get_region_semantics(op)
    return RegionSemantics(RegionExecution.SERIAL_LOOP, operation_name(op), accesses_operands=True)


def operation_name(op: Operation) -> str:
    """The name of an operation, also if it is not registered."""
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name


def may_be_address(type: Attribute) -> bool:
    """
    Whether a value of this type may stand for a buffer: true for all but plain numbers, so that
    pointers and handles of any dialect are followed.
    """
    if isinstance(type, MemRefType):
        return True
    if isinstance(type, VectorType | ComplexType):
        return may_be_address(type.element_type)
    return not isinstance(type, IntegerType | IndexType | AnyFloat | NoneAttr)


def holds_addresses(type: Attribute) -> bool:
    """Whether buffers of this type may hold addresses of other buffers."""
    return isinstance(type, MemRefType) and may_be_address(type.element_type)
