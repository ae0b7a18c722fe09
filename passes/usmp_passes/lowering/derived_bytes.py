"""The byte forms of buffers that are derived from others: casts, views and selections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import MemRefType, UnrealizedConversionCastOp, i8
from xdsl.ir import Operation, Region, SSAValue

from usmp_dialect.buffer_type import element_size_bytes, has_identity_layout
from usmp_passes.lowering.buffer_casts import (
    BufferCasts,
    bytes_type,
    bytes_type_of,
    is_bytes,
    size_bytes,
)
from usmp_passes.lowering.byte_forms import SHIFTED, ByteForms
from usmp_passes.lowering.index_constants import IndexConstants
from usmp_passes.lowering.replacing import located


class DerivedBytes:
    """The byte forms of the buffers of a module, found in program order."""

    def __init__(self, byte_forms: ByteForms, constants: IndexConstants) -> None:
        self._byte_forms = byte_forms
        self._constants = constants
        self._bytes: dict[SSAValue, SSAValue] = {}
        """The byte forms of buffers, from their first element on."""
        self._roots: dict[SSAValue, SSAValue] = {}
        """For buffers that are derived from another, where its memory begins."""
        self.handlers: Mapping[type[Operation], Callable[..., None]] = {
            arith.SelectOp: self._select,
            memref.MemorySpaceCastOp: self._space_cast,
            memref.ViewOp: self._view,
            UnrealizedConversionCastOp: self._unrealized,
            **dict.fromkeys(SHIFTED, self._shifted),
        }
        """What defines the bytes of the results of an operation, by its type."""

    def known(self, buffer: SSAValue) -> SSAValue | None:
        """The byte form of `buffer` if it has one beside itself."""
        return self._bytes.get(buffer)

    def add(self, buffer: SSAValue, bytes: SSAValue) -> None:
        """Says that `bytes` is the memory of `buffer`."""
        self._bytes[buffer] = bytes

    def of(self, buffer: SSAValue) -> SSAValue:
        return buffer if is_bytes(buffer.type) else self._bytes[buffer]

    def _define(self, op: Operation, result: SSAValue, casts: BufferCasts, bytes: SSAValue) -> None:
        block = op.parent
        assert block is not None
        block.insert_ops_after(located(casts.ops, op), op)
        self._bytes[result] = bytes

    def _shifted(self, op: Operation, scope: Region) -> None:
        (result,) = op.results
        if result not in self._byte_forms:
            return
        root = self._roots.get(op.operands[0], op.operands[0])
        self._roots[result] = root
        casts, bytes = BufferCasts(self._constants, scope), self.of(root)
        buffer_type = cast(MemRefType, result.type)
        if not has_identity_layout(buffer_type):
            # The offset counts elements from where the memory begins.
            metadata = memref.ExtractStridedMetaDataOp(result)
            casts.ops.append(metadata)
            element = element_size_bytes(buffer_type.element_type)
            assert element is not None
            bytes = casts.rest(bytes, casts.scaled(metadata.offset, element))
        self._define(op, result, casts, bytes)

    def _view(self, op: memref.ViewOp, scope: Region) -> None:
        if op.result not in self._byte_forms:
            return
        casts, buffer_type = BufferCasts(self._constants, scope), op.result.type
        sizes = list(op.sizes)
        length = [size_bytes(casts, buffer_type, sizes)] if sizes else []
        bytes = casts.sized_view(op.source, op.byte_shift, length, bytes_type_of(buffer_type))
        self._define(op, op.result, casts, bytes)

    def _select(self, op: arith.SelectOp, scope: Region) -> None:
        if op.result not in self._byte_forms:
            return
        casts = BufferCasts(self._constants, scope)
        target = bytes_type(None, cast(MemRefType, op.result.type).memory_space)
        lhs, rhs = (casts.cast(self.of(arm), None, target) for arm in (op.lhs, op.rhs))
        casts.ops.append(select := arith.SelectOp(op.cond, lhs, rhs))
        self._define(op, op.result, casts, select.result)

    def _space_cast(self, op: memref.MemorySpaceCastOp, scope: Region) -> None:
        if op.dest not in self._byte_forms:
            return
        casts, bytes = BufferCasts(self._constants, scope), self.of(op.source)
        space = cast(MemRefType, op.dest.type).memory_space
        row = cast(MemRefType, bytes.type)
        target = MemRefType(i8, row.shape, row.layout, space)
        self._define(op, op.dest, casts, casts.cast(bytes, None, target))

    def _unrealized(self, op: UnrealizedConversionCastOp, scope: Region) -> None:
        for result in op.results:
            if result in self._byte_forms:
                target = bytes_type_of(cast(MemRefType, result.type))
                casts = BufferCasts(self._constants, scope)
                casts.ops.append(
                    bytes := UnrealizedConversionCastOp(
                        operands=[[result]], result_types=[[target]]
                    )
                )
                self._define(op, result, casts, bytes.results[0])
