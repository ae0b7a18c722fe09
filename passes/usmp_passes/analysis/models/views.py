"""Operations that make other forms of an address, or hand it on, without looking at the memory."""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import BufferAccessInterface, BufferAliasInterface


class AccessesNothing(BufferAccessInterface):
    """The operation accesses no memory, though it does not say so; its results are views."""

    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return ()


class ViewOfFirst(BufferAccessInterface, BufferAliasInterface):
    """The result is a view of the first operand; the others, if buffers, are read to make it."""

    @classmethod
    def get_alias_sources(cls, op: Operation, result: SSAValue) -> Iterable[SSAValue]:
        return op.operands[:1]

    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return op.operands[1:]
