"""Operations that say which operands they access, and which ones their results may alias."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from xdsl.context import Context
from xdsl.dialects import bufferization, func, memref, test
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.ir import Dialect, Operation, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    region_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.parser import Parser
from xdsl.traits import NoMemoryEffect, NoTerminator

from usmp_dialect.interfaces import (
    BufferAccessInterface,
    BufferAliasInterface,
    BufferAllocationInterface,
    BufferEscapeInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
)
from usmp_dialect.program import AnalysisError
from usmp_passes.analysis import BufferInfoAnalysis


class AliasOfFirst(BufferAliasInterface):
    @classmethod
    def get_alias_sources(cls, op: Operation, result: SSAValue) -> Iterable[SSAValue]:
        return op.operands[:1]


class AliasOfNothing(BufferAliasInterface):
    @classmethod
    def get_alias_sources(cls, op: Operation, result: SSAValue) -> Iterable[SSAValue]:
        return ()


class AccessOfSecond(BufferAccessInterface):
    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return op.operands[1:2]

    @classmethod
    def get_traffic_bytes(cls, op: Operation, operand: SSAValue) -> int | None:
        return 3


class AccessOfNothing(BufferAccessInterface):
    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return ()


class AccessOfResult(BufferAccessInterface):
    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        return op.results


class EscapeOfFirst(BufferEscapeInterface):
    def get_escaping_operands(self, op: Operation) -> Iterable[SSAValue]:
        return op.operands[:1]

    def get_reason(self, op: Operation) -> str:
        return "kept"


class AllocationOfResult(BufferAllocationInterface):
    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return op.results[0]


class LoopOverOperands(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        return RegionSemantics(RegionExecution.SERIAL_LOOP, op.name, 2, accesses_operands=True)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[tuple[SSAValue, SSAValue]]:
        return ()


class Said(IRDLOperation):
    """What the operations below have in common."""

    ins = var_operand_def()
    outs = var_result_def()


@irdl_op_definition
class SaysNothing(Said):
    name = "said.nothing"


@irdl_op_definition
class AliasOnly(Said):
    name = "said.alias"
    traits = traits_def(AliasOfFirst())


@irdl_op_definition
class PureAlias(Said):
    name = "said.pure_alias"
    traits = traits_def(NoMemoryEffect(), AliasOfFirst())


@irdl_op_definition
class PureFresh(Said):
    name = "said.pure_fresh"
    traits = traits_def(NoMemoryEffect(), AliasOfNothing())


@irdl_op_definition
class AccessOnly(Said):
    name = "said.access"
    traits = traits_def(AccessOfSecond())


@irdl_op_definition
class PureAccess(Said):
    name = "said.pure_access"
    traits = traits_def(NoMemoryEffect(), AccessOfSecond(), AliasOfNothing())


@irdl_op_definition
class AccessAndAlias(Said):
    name = "said.access_and_alias"
    traits = traits_def(AccessOfNothing(), AliasOfFirst())


@irdl_op_definition
class EscapeAndAccess(Said):
    name = "said.escape_and_access"
    traits = traits_def(EscapeOfFirst(), AccessOfSecond(), AliasOfNothing())


@irdl_op_definition
class AllocLike(Said):
    name = "said.alloc_like"
    traits = traits_def(AllocationOfResult())


@irdl_op_definition
class WrongAccess(Said):
    name = "said.wrong_access"
    traits = traits_def(AccessOfResult())


@irdl_op_definition
class Loop(Said):
    name = "said.loop"
    body = region_def("single_block")
    traits = traits_def(NoTerminator(), LoopOverOperands(), AccessOfSecond())


SAID = Dialect(
    "said",
    [
        SaysNothing,
        AliasOnly,
        PureAlias,
        PureFresh,
        AccessOnly,
        PureAccess,
        AccessAndAlias,
        EscapeAndAccess,
        AllocLike,
        WrongAccess,
        Loop,
    ],
)


def module_of(text: str) -> ModuleOp:
    context = Context()
    for dialect in (
        Builtin,
        bufferization.Bufferization,
        func.Func,
        memref.MemRef,
        test.Test,
        SAID,
    ):
        context.load_dialect(dialect)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


def analysis_of(body: str) -> BufferInfoAnalysis:
    """Of a function with two buffers, of which the first operations (points 2 and 3) use one."""
    return BufferInfoAnalysis(
        module_of(f"""
            func.func @main() {{
              %a = memref.alloc() : memref<8xi8>
              %b = memref.alloc() : memref<8xi8>
              "test.op"(%a) : (memref<8xi8>) -> ()
              "test.op"(%b) : (memref<8xi8>) -> ()
              {body}
              func.return
            }}
        """)
    )


def lives_in(body: str) -> list[tuple[tuple[int, int], ...] | str | None]:
    """The live ranges of the buffers, or why they are not planned."""
    return [buffer.not_planned or buffer.live for buffer in analysis_of(body).buffers]


@pytest.mark.parametrize(
    ("op", "a", "b"),
    [
        # The operation is at point 4, an access of its result at 5.
        ("said.nothing", ((2, 5),), ((3, 5),)),
        # Effects are not declared: all operands are accessed.
        ("said.alias", ((2, 5),), ((3, 4),)),
        ("said.pure_alias", ((2, 5),), ((3, 3),)),
        ("said.pure_fresh", ((2, 2),), ((3, 3),)),
        # Nothing is said of the result.
        ("said.access", ((2, 5),), ((3, 5),)),
        # What is said of accesses goes before the declared effects.
        ("said.pure_access", ((2, 2),), ((3, 4),)),
        ("said.access_and_alias", ((2, 5),), ((3, 3),)),
        ("said.escape_and_access", "escapes: kept", ((3, 4),)),
    ],
)
def test_accesses_and_aliases(op: str, a: object, b: object) -> None:
    assert lives_in(f"""
        %r = "{op}"(%a, %b) : (memref<8xi8>, memref<8xi8>) -> memref<8xi8>
        "test.op"(%r) : (memref<8xi8>) -> ()
    """) == [a, b]


def test_traffic() -> None:
    analysis = analysis_of("""
        "said.access"(%a, %b) : (memref<8xi8>, memref<8xi8>) -> ()
    """)
    assert [buffer.traffic_bytes for buffer in analysis.buffers] == [8, 8 + 3]


def test_tensors_that_are_given_are_read() -> None:
    """Whatever the result is: a tensor is read by what uses it."""
    assert lives_in("""
        %t = bufferization.to_tensor %a : memref<8xi8> to tensor<8xi8>
        %u = "said.pure_fresh"(%t) : (tensor<8xi8>) -> tensor<8xi8>
        "test.op"(%u) : (tensor<8xi8>) -> ()
    """) == [((2, 5),), ((3, 3),)]


def test_loop_that_accesses_some_operands() -> None:
    """All the while it runs, points 4 to 5, but neither `a` nor, by its result, `b` after it."""
    analysis = analysis_of("""
        %r = "said.loop"(%a, %b) ({
          "test.op"() : () -> ()
        }) : (memref<8xi8>, memref<8xi8>) -> memref<8xi8>
        "test.op"(%r) : (memref<8xi8>) -> ()
    """)
    assert [buffer.live for buffer in analysis.buffers] == [((2, 2),), ((3, 5),)]


def test_allocation_that_is_given_a_buffer() -> None:
    """That may be read, for its shape or for what is in it."""
    assert lives_in("""
        %c = "said.alloc_like"(%a) : (memref<8xi8>) -> memref<8xi8>
        "test.op"(%c) : (memref<8xi8>) -> ()
    """) == [((2, 4),), ((3, 3),), ((5, 5),)]


def test_access_of_what_is_no_operand() -> None:
    with pytest.raises(
        AnalysisError,
        match=r"said\.wrong_access is said to access a value that is none of its operands",
    ):
        analysis_of("""
            %r = "said.wrong_access"(%a) : (memref<8xi8>) -> memref<8xi8>
        """)
