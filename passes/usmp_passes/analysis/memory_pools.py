"""
Which pools a buffer may go to: those that its memory space and its function's target can reach, or
those that the program names for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from xdsl.dialects.builtin import (
    ArrayAttr,
    MemRefType,
    ModuleOp,
    NoneAttr,
    StringAttr,
    SymbolRefAttr,
)
from xdsl.ir import Attribute, Block, Operation
from xdsl.traits import CallableOpInterface
from xdsl.utils.mlir_lexer import MLIRLexer
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.dialects.tir import TARGET
from usmp_dialect.dialects.usmp import (
    CANDIDATE_MEMORY_POOLS,
    READ_WRITE_ACCESS,
    PoolOp,
    normalized_memory_space,
)
from usmp_dialect.interfaces import BufferAllocationInterface, get_interface
from usmp_dialect.program import fail
from usmp_passes.analysis.operation_kinds import OperationKinds


class MemoryPools:
    """
    The pools of a module, in the order in which they are declared, which is the order of
    preference.
    """

    def __init__(self, module: ModuleOp):
        self.pools = {op.sym_name.data: op for op in module.ops if isinstance(op, PoolOp)}
        self._spaces = {
            normalized_memory_space(pool.memory_space)
            for pool in self.pools.values()
            if pool.memory_space is not None
        } - {NoneAttr()}
        self._targets: dict[Block | None, str | None] = {}
        self._reachable: dict[_Kind, tuple[str, ...]] = {}
        self._checked: dict[tuple[int, _Kind], _CheckedList] = {}
        self._known_good: set[tuple[tuple[str, ...], _Kind]] = set()

    def named_candidates(self, allocation: Operation) -> tuple[str, ...] | None:
        """
        The pools that the program names for a buffer, checked; `None` if it names none.

        Raises `AnalysisError` if the list is empty or not a list of pools, if a pool is not
        declared or named twice, and if the buffer may not be placed in one of them.
        """
        attribute = allocation.attributes.get(CANDIDATE_MEMORY_POOLS)
        if attribute is None:
            return None
        # One list is shared by all buffers of a kind, so that checking it once is enough.
        key = (id(attribute), self._kind_of(allocation))
        checked = self._checked.get(key)
        if checked is None:
            names = self._check_candidates(allocation, attribute)
            checked = self._checked[key] = _CheckedList(attribute, names)
        return checked.names

    def check_candidates(self, allocation: Operation, names: Sequence[str]) -> None:
        """
        Raises `AnalysisError` if one of these pools is not declared, or the buffer may not be
        placed there.
        """
        key = (tuple(names), self._kind_of(allocation))
        if key not in self._known_good:
            for name in names:
                self._check_candidate(allocation, name)
            self._known_good.add(key)

    def _check_candidates(self, allocation: Operation, attribute: Attribute) -> tuple[str, ...]:
        what = _describe(allocation)
        if not isinstance(attribute, ArrayAttr):
            fail(
                allocation,
                f"{what} has {CANDIDATE_MEMORY_POOLS} {attribute}, expected a list of pools",
            )
        if not attribute.data:
            fail(
                allocation,
                f"{what} has an empty list of candidate pools, so that it can go nowhere: "
                f"name a pool, or leave {CANDIDATE_MEMORY_POOLS} out for all that it can reach",
            )
        names: list[str] = []
        for symbol in attribute.data:
            if not isinstance(symbol, SymbolRefAttr) or symbol.nested_references.data:
                fail(
                    allocation,
                    f"{what} has the candidate pool {symbol}, expected a name such as @pool",
                )
            names.append(symbol.root_reference.data)
            self._check_candidate(allocation, names[-1])
        if len(set(names)) != len(names):
            fail(allocation, f"{what} names a candidate pool twice: {_list(names)}")
        return tuple(names)

    def _check_candidate(self, allocation: Operation, name: str) -> None:
        what = _describe(allocation)
        pool = self.pools.get(name)
        if pool is None:
            known = f", or name one of {_list(self.pools)}" if self.pools else ""
            fail(
                allocation,
                f"{what} has the candidate pool @{name}, which is not declared: "
                f"add usmp.pool @{name}{known}",
            )
        space, target = memory_space_of(allocation), self._target_of(allocation)
        if not pool.serves(space):
            fail(
                allocation,
                f"{what} has the candidate pool @{name}, "
                f"which does not serve {_describe_space(space)}",
            )
        if not _is_reachable(pool, target, allocation):
            verb = "only reads" if _is_constant(allocation) else "may write"
            fail(
                allocation,
                f"{what} needs a pool that {_describe_target(target)} {verb}, "
                f"which its candidate pool @{name} is not: "
                "change the pool's target_access, or the candidates",
            )

    def reachable_candidates(self, allocation: Operation) -> tuple[str, ...]:
        """
        The pools that the memory space of a buffer and the target of its function can reach, in the
        order in which they are declared. None for a buffer that `why_left_out` leaves out.

        Raises `AnalysisError` if there is none though there should be.
        """
        kind = self._kind_of(allocation)
        reachable = self._reachable.get(kind)
        if reachable is None:
            serving = [name for name, pool in self.pools.items() if pool.serves(kind.memory_space)]
            reachable = tuple(
                name for name in serving if _is_reachable(self.pools[name], kind.target, allocation)
            )
            if not reachable and self.why_left_out(allocation) is None:
                self._fail_unreachable(allocation, kind.memory_space, kind.target, serving)
            self._reachable[kind] = reachable
        return reachable

    def _fail_unreachable(
        self, allocation: Operation, space: Attribute, target: str | None, serving: Sequence[str]
    ) -> NoReturn:
        what = _describe(allocation)
        if not serving:
            clause = "" if isinstance(space, NoneAttr) else f" memory_space {space}"
            fail(
                allocation,
                f"{what} is in {_describe_space(space)}, which no pool serves: "
                f"declare one, as in usmp.pool @name{clause}",
            )
        if target is not None and all(p.access_of(target) is None for p in self.pools.values()):
            fail(
                allocation,
                f'{what} is in a function of target "{target}", which no pool lists: '
                f'add it to a pool, as in target_access {{{_attribute_name(target)} = "rw"}}',
            )
        fail(
            allocation,
            f"{what} can go to no pool: "
            f"of those that serve {_describe_space(space)} ({_list(serving)}), "
            f"none may be written by {_describe_target(target)}",
        )

    def why_left_out(self, allocation: Operation) -> str | None:
        """
        Why a buffer is none of the pools' business: its memory space is another's, or it is
        constant and no pool is read-only. `None` if it belongs in a pool.
        """
        if CANDIDATE_MEMORY_POOLS in allocation.attributes:
            return None
        space = memory_space_of(allocation)
        if not isinstance(space, NoneAttr) and not self._spaces:
            return f"foreign memory space: no pool serves {_describe_space(space)}"
        if _is_constant(allocation) and self.pools:
            target = self._target_of(allocation)
            if not any(
                pool.serves(space) and _is_reachable(pool, target, allocation)
                for pool in self.pools.values()
            ):
                return "constant, and there is no read-only pool that it could go to"
        return None

    def _kind_of(self, allocation: Operation) -> _Kind:
        return _Kind(
            memory_space_of(allocation), self._target_of(allocation), _is_constant(allocation)
        )

    def _target_of(self, allocation: Operation) -> str | None:
        """The target of the function around an allocation, `None` if it has none."""
        block = allocation.parent
        if block not in self._targets:
            self._targets[block] = _target_around(allocation)
        return self._targets[block]


class _Kind(NamedTuple):
    """All that decides to which pools a buffer can go."""

    memory_space: Attribute
    target: str | None
    is_constant: bool


@dataclass(frozen=True, slots=True)
class _CheckedList:
    """
    A list of candidates that has been checked; it keeps the attribute, whose identity is a key.
    """

    attribute: Attribute
    names: tuple[str, ...]


def allocations_in(op: Operation) -> Iterator[Operation]:
    """The operations inside `op` that make a buffer, in program order."""
    return _allocations_in(op, OperationKinds())


def _allocations_in(op: Operation, kinds: OperationKinds) -> Iterator[Operation]:
    for region in op.regions:
        for block in region.blocks:
            for inner in block.ops:
                if inner.regions:
                    # A module inside has pools of its own.
                    if not kinds.is_symbol_table(inner):
                        yield from _allocations_in(inner, kinds)
                elif kinds.is_allocation(inner):
                    yield inner


def memory_space_of(allocation: Operation) -> Attribute:
    """The memory space of the buffer that is allocated, `NoneAttr` for the default one."""
    type = _interface_of(allocation).get_buffer(allocation).type
    return (
        normalized_memory_space(type.memory_space) if isinstance(type, MemRefType) else NoneAttr()
    )


def _target_around(allocation: Operation) -> str | None:
    function = function_around(allocation)
    target = None if function is None else function.get_attr_or_prop(TARGET)
    if target is None:
        return None
    if not isinstance(target, StringAttr):
        fail(
            allocation,
            f"the function around {_describe(allocation)} has the target {target}, "
            "expected a string",
        )
    return target.data


def function_around(op: Operation) -> Operation | None:
    """The innermost function that an operation is in."""
    parent = op.parent_op()
    while parent is not None and parent.get_trait(CallableOpInterface) is None:
        parent = parent.parent_op()
    return parent


def _interface_of(allocation: Operation) -> BufferAllocationInterface:
    interface = get_interface(allocation, BufferAllocationInterface)
    if interface is None:
        raise ValueError(f"{allocation.name} allocates no buffer")
    return interface


def _is_constant(allocation: Operation) -> bool:
    return _interface_of(allocation).is_constant(allocation)


def _is_reachable(pool: PoolOp, target: str | None, allocation: Operation) -> bool:
    """
    Whether code of `target` can use a pool for a buffer: read-only pools are for constants, and for
    nothing else.
    """
    access = pool.access_of(target)
    if _is_constant(allocation):
        return access is not None and access != READ_WRITE_ACCESS
    return access == READ_WRITE_ACCESS


def _describe(allocation: Operation) -> str:
    interface = _interface_of(allocation)
    name = interface.get_buffer_name(allocation) or interface.get_buffer(allocation).name_hint
    function = function_around(allocation)
    symbol = None if function is None else get_name_if_symbol(function)
    buffer = "a buffer" if name is None else f"buffer '{name}'"
    return buffer if symbol is None else f"{buffer} of @{symbol}"


def _describe_space(space: Attribute) -> str:
    return "the default memory space" if isinstance(space, NoneAttr) else f"memory space {space}"


def _attribute_name(name: str) -> str:
    """`name` as it is written before the `=` in a dictionary of attributes."""
    is_bare = MLIRLexer.bare_identifier_regex.fullmatch(name) is not None
    return name if is_bare else StringAttr(name).__str__()


def _describe_target(target: str | None) -> str:
    return "every target" if target is None else f'target "{target}"'


def _list(pools: Sequence[str] | dict[str, PoolOp]) -> str:
    return ", ".join(f"@{name}" for name in pools) or "none"
