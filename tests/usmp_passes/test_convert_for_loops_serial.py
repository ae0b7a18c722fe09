"""Loops are made serial in place."""

from xdsl.context import Context
from xdsl.dialects.builtin import IndexType, IntegerAttr, ModuleOp, UnitAttr
from xdsl.ir import Block, Region
from xdsl.utils.test_value import create_ssa_value

from usmp_dialect.dialects.tir import ForOp, LoopKind, LoopKindAttr
from usmp_passes.convert_for_loops_serial import ConvertForLoopsSerialPass

INDEX = IndexType()


def loop(kind: LoopKind, thread: str | None = None, *nested: ForOp) -> ForOp:
    upper = create_ssa_value(INDEX)
    return ForOp(0, upper, Region(Block(nested, arg_types=[INDEX])), kind, thread)


def test_in_place() -> None:
    """The operations are the same, with their bounds, attributes and names."""
    inner = loop(LoopKind.THREAD_BINDING, "threadIdx.x")
    inner.attributes["pragma"] = UnitAttr()
    inner.induction_variable.name_hint = "thread"
    outer = loop(LoopKind.VECTORIZED, None, inner)
    module = ModuleOp([outer])
    bounds = [op.upper for op in (outer, inner)]

    ConvertForLoopsSerialPass().apply(Context(), module)

    assert [op for op in module.walk() if isinstance(op, ForOp)] == [outer, inner]
    assert [op.kind for op in (outer, inner)] == [LoopKindAttr(LoopKind.SERIAL)] * 2
    assert "thread_tag" not in inner.properties
    assert [op.upper for op in (outer, inner)] == bounds
    assert inner.static_lower == IntegerAttr(0, INDEX)
    assert inner.attributes == {"pragma": UnitAttr()}
    assert inner.induction_variable.name_hint == "thread"
    outer.verify()
