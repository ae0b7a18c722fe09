"""Whether a program writes into buffers that hold its constants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xdsl.dialects import memref
from xdsl.dialects.builtin import MemRefType
from xdsl.ir import SSAValue, Use
from xdsl.traits import MemoryEffectKind, get_effects

from usmp_dialect.interfaces import (
    BufferAliasInterface,
    BufferCallInterface,
    get_interface,
)
from usmp_dialect.program import Function, fail
from usmp_passes.analysis.address_types import may_be_address
from usmp_passes.analysis.operation_kinds import OperationKind, OperationKinds
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.verification.placed_buffer import PlacedBuffer


def check_constants_are_only_read(
    placed: Sequence[PlacedBuffer], functions: Mapping[str, Function], kinds: OperationKinds
) -> None:
    """
    Follows the constants among the `placed` buffers through views, casts and calls.

    Raises `AnalysisError` for an operation that writes through one. Writes that cannot be told from
    reads, as those of operations nobody has described, are let pass.
    """
    pending = [(one.value, one) for one in placed if one.buffer.is_constant]
    seen = {value for value, _ in pending}
    while pending:
        value, constant = pending.pop()
        for use in value.uses:
            if _writes(use):
                fail(
                    use.operation,
                    f"{operation_name(use.operation)} writes into {constant.text}, which is "
                    f"constant, in pool @{constant.pool}: copy it to a buffer, and write there",
                )
            for alias in _aliases(use, functions, kinds):
                if alias not in seen:
                    seen.add(alias)
                    pending.append((alias, constant))


def _writes(use: Use) -> bool:
    """Whether an operation surely writes into an operand."""
    op, value = use.operation, use.operation.operands[use.index]
    if isinstance(op, memref.CopyOp):
        return use.index == 1
    effects = get_effects(op) or ()
    if any(effect.kind is MemoryEffectKind.WRITE and effect.value is value for effect in effects):
        return True
    # xDSL does not say for its own operations what they write into: it can only be told for one
    # that does nothing else, and has one buffer.
    buffers = [operand for operand in op.operands if isinstance(operand.type, MemRefType)]
    return (
        bool(effects)
        and all(e.kind is MemoryEffectKind.WRITE and e.value is None for e in effects)
        and buffers == [value]
    )


def _aliases(
    use: Use, functions: Mapping[str, Function], kinds: OperationKinds
) -> Iterator[SSAValue]:
    """The values that are an operand by another name: what is derived from it, and parameters."""
    op = use.operation
    if op.regions:
        return
    kind = kinds.kind_of(op)
    if kind is OperationKind.ALIAS:
        if sum(may_be_address(operand.type) for operand in op.operands) == 1:
            yield from op.results
    elif kind is OperationKind.DESCRIBED:
        described = get_interface(op, BufferAliasInterface)
        if described is not None:
            operand = op.operands[use.index]
            for result in op.results:
                if list(described.get_alias_sources(op, result)) == [operand]:
                    yield result
    elif kind is OperationKind.CALL:
        interface = get_interface(op, BufferCallInterface)
        assert interface is not None
        symbol = interface.get_callee(op)
        callee = functions.get(symbol.root_reference.data)
        if callee is None or symbol.nested_references.data or callee.body.first_block is None:
            return
        parameters = callee.body.first_block.args
        for argument, parameter in zip(interface.get_arguments(op), parameters, strict=False):
            if argument is op.operands[use.index]:
                yield parameter
