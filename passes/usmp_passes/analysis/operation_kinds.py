"""What an operation is to the analysis, decided once for each operation class."""

from __future__ import annotations

from enum import Enum, auto
from functools import cache

from xdsl.dialects.builtin import UnregisteredOp
from xdsl.ir import Operation, SSAValue
from xdsl.traits import (
    MemoryEffect,
    MemoryEffectKind,
    MemoryReadEffect,
    MemoryWriteEffect,
    NoMemoryEffect,
    ReturnLike,
    SymbolTable,
    get_effects,
    is_side_effect_free,
)

from usmp_dialect.interfaces import (
    BranchInterface,
    BufferAccessInterface,
    BufferAliasInterface,
    BufferAllocationInterface,
    BufferCallInterface,
    BufferDeallocationInterface,
    BufferEscapeInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
    get_interface,
)
from usmp_passes.analysis.address_types import makes_a_handle
from usmp_passes.analysis.models import load_models_of
from usmp_passes.analysis.operation_names import operation_name


class OperationKind(Enum):
    """The ways in which an operation without regions can concern buffers."""

    ALLOCATION = auto()
    DEALLOCATION = auto()
    """Frees a buffer, which is no access of it."""

    CALL = auto()
    RETURN = auto()
    ESCAPE = auto()
    """Keeps an address; whether it is also an access is for `is_access` to say."""

    BRANCH = auto()
    """Goes on to another block, and does nothing but hand operands to it."""

    ALIAS = auto()
    """Has no memory effect: its results may alias its operands."""

    ACCESS = auto()
    """Accesses its buffer operands, and its results may alias them."""

    DESCRIBED = auto()
    """Says by an interface which operands it accesses, or which its results may alias."""

    UNDECIDED = auto()
    """
    `ALIAS`, `ACCESS` or `DEALLOCATION`, depending on the effects and operands of the single
    operation.
    """


class OperationKinds:
    """Kinds by operation class."""

    def __init__(self) -> None:
        self._kinds: dict[type[Operation], OperationKind] = {}
        self._symbol_tables: dict[type[Operation], bool] = {}

    def kind_of(self, op: Operation) -> OperationKind:
        """What `op`, its regions left aside, is to the analysis."""
        kind = self._kind_of_class(op)
        if kind is OperationKind.UNDECIDED:
            return _kind_by_effects(op)
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

    def freed_by(self, op: Operation) -> SSAValue | None:
        """The buffer that `op` frees, if it is a deallocation."""
        if op.regions or self.kind_of(op) is not OperationKind.DEALLOCATION:
            return None
        interface = get_interface(op, BufferDeallocationInterface)
        return op.operands[0] if interface is None else interface.get_freed_buffer(op)

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
    load_models_of(op)
    if get_interface(op, BufferAllocationInterface) is not None:
        return OperationKind.ALLOCATION
    if get_interface(op, BufferDeallocationInterface) is not None:
        return OperationKind.DEALLOCATION
    if get_interface(op, BufferCallInterface) is not None:
        return OperationKind.CALL
    if get_interface(op, BufferEscapeInterface) is not None:
        return OperationKind.ESCAPE
    if op.get_trait(ReturnLike) is not None:
        return OperationKind.RETURN
    if get_interface(op, BranchInterface) is not None:
        return OperationKind.BRANCH
    if any(get_interface(op, said) for said in (BufferAccessInterface, BufferAliasInterface)):
        return OperationKind.DESCRIBED
    if op.name in _UNDECLARED_EFFECTS:
        return OperationKind.ACCESS
    effects = op.get_traits_of_type(MemoryEffect)
    if effects and all(isinstance(effect, NoMemoryEffect) for effect in effects):
        return OperationKind.ALIAS
    if not effects or any(isinstance(effect, _READS_OR_WRITES) for effect in effects):
        return OperationKind.ACCESS
    return OperationKind.UNDECIDED


_READS_OR_WRITES = (MemoryReadEffect, MemoryWriteEffect)
"""The effects by which an operation accesses its operands, whatever they are."""


def _kind_by_effects(op: Operation) -> OperationKind:
    effects = get_effects(op)
    if effects is not None and not effects:
        return OperationKind.ALIAS
    frees = effects is not None and all(e.kind is MemoryEffectKind.FREE for e in effects)
    if frees and len(op.operands) == 1 and not op.results:
        return OperationKind.DEALLOCATION
    return OperationKind.ACCESS


_UNDECLARED_EFFECTS = frozenset(
    ("riscv.custom_assembly_instruction", "riscv.ecall", "riscv.ebreak")
)
"""Operations that may access memory, though xDSL says of some of them that they have no effect."""


def region_semantics_of(op: Operation) -> RegionSemantics:
    """
    How `op` runs its regions. For an operation nobody has described: again and again, accessing its
    operands all the while.
    """
    load_models_of(op)
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
    """
    Whether what `op` does, and its regions, may go on after it, as its name or its attributes say.
    """
    for key in (*op.properties, *op.attributes):
        if _says_async(key) or (key == "nowait" and operation_name(op).startswith("omp.target")):
            return True
    name = operation_name(op)
    if name in _OUTLIVING:
        return True
    verb = name.partition(".")[2]
    is_named_so = isinstance(op, UnregisteredOp) and _says_async(verb) and "wait" not in verb
    return is_named_so and not makes_a_handle(op)


@cache
def _says_async(word: str) -> bool:
    return "async" in word.lower()
