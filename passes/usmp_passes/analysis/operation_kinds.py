"""What an operation is to the analysis, decided once for each operation class."""

from __future__ import annotations

from enum import Enum, auto

from xdsl.dialects.builtin import UnregisteredOp
from xdsl.ir import Operation
from xdsl.traits import (
    MemoryEffect,
    MemoryFreeEffect,
    MemoryReadEffect,
    MemoryWriteEffect,
    NoMemoryEffect,
    ReturnLike,
    SymbolTable,
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
        self._symbol_tables: dict[type[Operation], bool] = {}

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

    def allocation_of(self, op: Operation) -> BufferAllocationInterface:
        """
        How `op`, of which `is_allocation` holds, makes its buffer. Raises `ValueError` for any
        other operation.
        """
        interface = get_interface(op, BufferAllocationInterface)
        if interface is None:
            raise ValueError(f"{op.name} allocates no buffer")
        return interface

    def is_symbol_table(self, op: Operation) -> bool:
        """Whether the symbols used inside `op` are defined there, not around it."""
        found = self._symbol_tables.get(type(op))
        if found is None:
            found = op.has_trait(SymbolTable, value_if_unregistered=False)
            self._symbol_tables[type(op)] = found
        return found

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
    if op.name in _UNDECLARED_EFFECTS:
        return OperationKind.ACCESS
    effects = op.get_traits_of_type(MemoryEffect)
    if effects and all(isinstance(effect, NoMemoryEffect) for effect in effects):
        return OperationKind.ALIAS
    if not effects or any(isinstance(effect, _READS_OR_WRITES) for effect in effects):
        return OperationKind.ACCESS
    return OperationKind.UNDECIDED


_READS_OR_WRITES = (MemoryReadEffect, MemoryWriteEffect, MemoryFreeEffect)
"""The effects that an operation has whatever its operands are."""


_UNDECLARED_EFFECTS = frozenset(
    ("riscv.custom_assembly_instruction", "riscv.ecall", "riscv.ebreak")
)
"""Operations that may access memory, though xDSL says of some of them that they have no effect."""


def region_semantics_of(op: Operation) -> RegionSemantics:
    """
    How `op` runs its regions. For an operation nobody has described: again and again, accessing its
    operands all the while.
    """
    load_models_of(op.name.partition(".")[0])
    interface = get_interface(op, RegionOpInterface)
    if interface is not None:
        return interface.get_region_semantics(op)
    name = operation_name(op)
    is_concurrent = name in _CONCURRENT or name.partition(".")[0] in _CONCURRENT_DIALECTS
    return RegionSemantics(
        RegionExecution.CONCURRENT_LOOP if is_concurrent else RegionExecution.SERIAL_LOOP,
        name,
        is_serial_kind=not is_concurrent,
        outlives_operation=may_outlive(op),
        accesses_operands=True,
    )


_CONCURRENT = frozenset(
    (
        "affine.parallel",
        "async.execute",
        "fir.do_concurrent",
        "fir.do_concurrent.loop",
        "hls.dataflow",
        "scf.forall",
        "scf.parallel",
        "tir.for",
    )
)
"""Operations that may run their regions concurrently, where their dialect is not registered."""

_CONCURRENT_DIALECTS = frozenset(("acc", "air", "gpu", "omp"))

_OUTLIVING = frozenset(("air.execute", "async.execute", "omp.task", "omp.taskloop"))
"""Operations that return while their regions may go on running."""


def may_outlive(op: Operation) -> bool:
    """Whether the regions of `op` may go on running after it, as its name or its attributes say."""
    return operation_name(op) in _OUTLIVING or any(
        "async" in key.lower() for key in (*op.properties, *op.attributes)
    )


def operation_name(op: Operation) -> str:
    """The name of an operation, also if it is not registered."""
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name
