"""
Which buffers are needed as bytes.

A call may pass a buffer of `i16` for a parameter of `i8`. Upstream has no operation for that, but
`memref.view` makes any type of a row of bytes: so a buffer that is passed as another type is
allocated as bytes and viewed as what it is, and what is passed is another view of the same bytes.
Where the buffer is derived from another one, or is a parameter of the function, the need goes on to
where its memory comes from: the parameter becomes `memref<?xi8>`, and the callers pass bytes.
Buffers that are never reinterpreted stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import MemRefType, UnrealizedConversionCastOp
from xdsl.ir import Attribute, Block, BlockArgument, Operation, SSAValue

from usmp_dialect.buffer_type import element_size_bytes, has_identity_layout
from usmp_dialect.dialects import tir
from usmp_dialect.program import Function, fail, functions_named_by
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.lowering.buffer_casts import (
    bytes_type_of,
    is_bytes,
    needs_bytes,
    why_not_castable,
)
from usmp_passes.lowering.signatures import (
    CallOp,
    FuncOp,
    ModelParameter,
    Program,
    Signature,
    function_around,
    walk_module,
)

SHIFTED = (
    memref.CastOp,
    memref.CollapseShapeOp,
    memref.ExpandShapeOp,
    memref.ReinterpretCastOp,
    memref.SubviewOp,
)
"""The operations that give elements of their first operand another shape, at an offset."""

ALLOCATIONS = (tir.AllocateOp, memref.AllocOp, memref.AllocaOp)


class ByteForms:
    """
    The buffers whose bytes are needed. Finding them settles the types in the signatures of the
    program, and changes nothing else.

    Raises `AnalysisError` where a buffer must be reinterpreted whose memory cannot be traced.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._needed: set[SSAValue] = set()
        self._pending: list[tuple[SSAValue, Operation]] = []
        self._parameters: dict[Block, Signature] = {
            block: signature
            for signature in program.signatures.values()
            if signature.op is not None and (block := signature.op.body.first_block) is not None
        }
        self._named: Mapping[str, Operation] | None = None
        for signature in program.signatures.values():
            for call in signature.calls:
                for number in range(len(call.arguments)):
                    self._check_argument(call, number, signature.inputs[number])
        for parameter in program.parameters.values():
            self._check_lookups(parameter)
        while self._pending:
            self._trace(*self._pending.pop())

    def __contains__(self, value: SSAValue) -> bool:
        """Whether the bytes of `value` are needed."""
        return value in self._needed

    def _check_argument(self, call: CallOp, number: int, parameter: Attribute) -> None:
        argument = call.arguments[number]
        if argument.type == parameter:
            return
        what = f"argument {number} of the call of {call.callee} in {function_around(call)}"
        self._check_cast(argument, parameter, call, what)

    def _check_cast(self, value: SSAValue, target: Attribute, op: Operation, what: str) -> None:
        source = value.type
        if not isinstance(source, MemRefType) or not isinstance(target, MemRefType):
            fail(op, f"{what} has type {source}, expected {target}")
        why_not = why_not_castable(source, target)
        if why_not is not None:
            fail(op, f"{what}, a {source}, cannot be passed as a {target}: {why_not}")
        if needs_bytes(source, target):
            self._need(value, op)

    def _need(self, value: SSAValue, op: Operation) -> None:
        """The bytes of `value` are needed, because of `op`."""
        if not is_bytes(value.type) and value not in self._needed:
            self._needed.add(value)
            self._pending.append((value, op))

    def _check_lookups(self, parameter: ModelParameter) -> None:
        for lookup in parameter.lookups:
            target = lookup.buffer.type
            why_not = why_not_castable(parameter.type, target)
            if why_not is not None:
                fail(
                    lookup,
                    f"model parameter {lookup.param_name}, a {parameter.type}, "
                    f"cannot be a {target} too: {why_not}",
                )
            if needs_bytes(parameter.type, target):
                self._look_up_bytes(parameter, lookup)

    def _look_up_bytes(self, parameter: ModelParameter, op: Operation) -> None:
        if parameter.provider is not None:
            fail(
                op,
                f"@{parameter.symbol} must return bytes, as its {parameter.type} is used as "
                "elements of another type: make it return a memref<?xi8>",
            )
        parameter.type = bytes_type_of(parameter.type)

    # Where memory comes from

    def _trace(self, value: SSAValue, op: Operation) -> None:
        assert isinstance(value.type, MemRefType)
        if element_size_bytes(value.type.element_type) is None:
            fail(
                op,
                f"{function_around(op)} passes a {value.type} as another type, "
                "but the size of its elements is not known: pass it as it is",
            )
        owner = value.owner
        if isinstance(owner, Block):
            assert isinstance(value, BlockArgument)
            self._trace_argument(value, owner, op)
        elif isinstance(owner, tir.LookupParamOp):
            self._trace_lookup(owner)
        elif isinstance(owner, SHIFTED) and isinstance(owner.operands[0].type, MemRefType):
            self._need(owner.operands[0], op)
        elif not has_identity_layout(value.type):
            _fail_untraceable(value, op, f"comes from {operation_name(owner)}")
        elif isinstance(owner, memref.MemorySpaceCastOp) and isinstance(
            owner.source.type, MemRefType
        ):
            self._need(owner.source, op)
        elif isinstance(owner, arith.SelectOp):
            self._need(owner.lhs, op)
            self._need(owner.rhs, op)
        elif isinstance(owner, UnrealizedConversionCastOp | memref.ViewOp | tir.AllocateConstOp):
            pass
        elif not isinstance(owner, ALLOCATIONS):
            _fail_untraceable(value, op, f"comes from {operation_name(owner)}")

    def _trace_lookup(self, lookup: tir.LookupParamOp) -> None:
        parameter = self._program.parameters[lookup.param_name.data]
        if is_bytes(parameter.type):
            return
        self._look_up_bytes(parameter, lookup)

    def _trace_argument(self, value: BlockArgument, block: Block, op: Operation) -> None:
        signature = self._parameters.get(block)
        if signature is None:
            parent = block.parent_op()
            around = "a block" if parent is None else operation_name(parent)
            _fail_untraceable(value, op, f"is carried by {around}")
        buffer_type, function = value.type, signature.op
        assert isinstance(buffer_type, MemRefType)
        assert function is not None
        if not has_identity_layout(buffer_type):
            _fail_untraceable(value, op, f"is a parameter of type {buffer_type}")
        self._check_only_called(function, value)
        new_type = bytes_type_of(buffer_type)
        signature.inputs[value.index] = new_type
        for call in signature.calls:
            self._check_argument(call, value.index, new_type)

    def _check_only_called(self, function: FuncOp, parameter: BlockArgument) -> None:
        if self._named is None:
            self._named = self._names_without_calls()
        name = function.sym_name.data
        reference = self._named.get(name)
        if reference is not None:
            fail(
                reference,
                f"@{name} must take parameter {parameter.index} as bytes, which it passes on as "
                f"another type, but {operation_name(reference)} names it without calling it, "
                f"so that its signature must stay as it is: make it a memref<?xi8>",
            )

    def _names_without_calls(self) -> Mapping[str, Operation]:
        functions = {
            signature.op.sym_name.data: Function(
                signature.op.sym_name.data, signature.op, signature.op.body
            )
            for signature in self._parameters.values()
            if signature.op is not None
        }
        named: dict[str, Operation] = {}
        for op in walk_module(self._program.module):
            if not isinstance(op, CallOp | FuncOp):
                for name in functions_named_by(op, functions):
                    named.setdefault(name, op)
        return named


def _fail_untraceable(value: SSAValue, op: Operation, origin: str) -> NoReturn:
    hint = "" if value.name_hint is None else f" %{value.name_hint}"
    fail(
        op,
        f"the buffer{hint} of {function_around(op)} is used as another type than its "
        f"{value.type}, but {origin}, so that its bytes are not at hand: "
        "make it a memref<?xi8> there, and take views of it with memref.view",
    )
