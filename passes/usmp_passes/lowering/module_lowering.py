"""Rewrites the operations of a module, each where it is, in program order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import cast

from xdsl.dialects import func, memref, scf
from xdsl.dialects.builtin import (
    AnyDenseElement,
    BytesAttr,
    DenseIntOrFPElementsAttr,
    FunctionType,
    IntegerAttr,
    IntegerType,
    MemRefType,
    StringAttr,
    TensorType,
    UnitAttr,
    i8,
    i64,
)
from xdsl.ir import Attribute, Operation, Region, SSAValue
from xdsl.rewriter import Rewriter
from xdsl.traits import SymbolTable

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT
from usmp_dialect.constant_bytes import memory_bytes_of
from usmp_dialect.dialects import tir
from usmp_dialect.dialects.tir import LoopKind
from usmp_passes.expand_q_multiply_shift import expansion_of
from usmp_passes.lowering.buffer_casts import BufferCasts, bytes_type_of, is_bytes, size_bytes
from usmp_passes.lowering.byte_forms import ByteForms
from usmp_passes.lowering.derived_bytes import DerivedBytes
from usmp_passes.lowering.index_constants import IndexConstants
from usmp_passes.lowering.lifetimes import BufferLifetimes, ends_block
from usmp_passes.lowering.replacing import located, replace
from usmp_passes.lowering.signatures import CallOp, FuncOp, Program, scope_inside

KIND = "loop_kind"
"""The attribute of a loop that says its kind where upstream has no word for it."""

THREAD = "thread"
"""The attribute of a loop that says which thread its iterations are bound to."""

_ALIGNMENT = "alignment"


class ModuleLowering:
    """Lowers one module, but not the modules inside it, when `run` is called."""

    def __init__(self, program: Program, byte_forms: ByteForms) -> None:
        self._program = program
        self._byte_forms = byte_forms
        self._constants = IndexConstants()
        self._derived = DerivedBytes(byte_forms, self._constants)
        self._lifetimes = BufferLifetimes(program.module)
        self._symbols = {*program.symbols, *program.signatures}
        self._symbols.update(parameter.symbol for parameter in program.parameters.values())
        self._numbers: defaultdict[str, int] = defaultdict(int)
        self._globals: list[Operation] = []
        self._handlers: dict[type[Operation], Callable[..., None]] = {
            func.CallOp: self._lower_call,
            memref.AllocOp: self._allocate_upstream,
            memref.AllocaOp: self._allocate_upstream,
            tir.AllocateConstOp: self._lower_constant,
            tir.AllocateOp: self._lower_allocate,
            tir.CallExternOp: self._lower_call,
            tir.ForOp: self._lower_for,
            tir.LoadOp: self._lower_load,
            tir.LookupParamOp: self._lower_lookup,
            tir.QMultiplyShiftOp: self._lower_q_multiply_shift,
            tir.ReturnOp: self._lower_return,
            tir.StoreOp: self._lower_store,
            **self._derived.handlers,
        }

    def run(self) -> None:
        """Rewrites the module."""
        module = self._program.module
        for op in list(module.ops):
            if isinstance(op, FuncOp):
                self._lower_function(op)
            else:
                self._lower(op, module.body)
        self._declare()

    # Functions

    def _lower_function(self, op: FuncOp) -> None:
        if not op.is_declaration:
            self._view_parameters(op)
            self._lower_region(op.body, op.body)
        signature = self._program.signatures[op.sym_name.data]
        function_type = FunctionType.from_lists(signature.inputs, list(signature.outputs))
        if isinstance(op, func.FuncOp):
            op.function_type = function_type
            return
        # Upstream takes no public declarations.
        visibility = StringAttr("private") if op.is_declaration else op.sym_visibility
        new_op = func.FuncOp(
            op.sym_name.data,
            function_type,
            op.detach_region(op.body),
            visibility,
            arg_attrs=op.arg_attrs,
            res_attrs=op.res_attrs,
        )
        new_op.attributes |= op.attributes
        new_op.location = op.location
        Rewriter.replace_op(op, new_op)

    def _view_parameters(self, op: FuncOp) -> None:
        """Takes the parameters that are passed as bytes, and views them as what they are."""
        block = op.body.block if isinstance(op, tir.FuncOp) else op.body.blocks[0]
        first = block.first_op
        assert first is not None
        casts = self._casts(op.body)
        for argument in list(block.args):
            if argument not in self._byte_forms:
                continue
            buffer_type = cast(MemRefType, argument.type)
            number, hint = argument.index, argument.name_hint
            memory = block.insert_arg(bytes_type_of(buffer_type), number, op.location)
            memory.name_hint = "bytes" if hint is None else f"{hint}_bytes"
            view = casts.view(memory, casts.constant(0), buffer_type)
            view.name_hint = hint
            argument.replace_all_uses_with(view)
            block.erase_arg(argument)
            self._derived.add(view, memory)
        block.insert_ops_before(located(casts.ops, op), first)

    def _lower_region(self, region: Region, scope: Region) -> None:
        for block in region.blocks:
            for op in list(block.ops):
                self._lower(op, scope)

    def _lower(self, op: Operation, scope: Region) -> None:
        if op.regions:
            if op.has_trait(SymbolTable, value_if_unregistered=False):
                return
            for region in op.regions:
                self._lower_region(region, scope_inside(op, region, scope))
        handler = self._handlers.get(type(op))
        if handler is not None:
            handler(op, scope)

    def _lower_return(self, op: tir.ReturnOp, scope: Region) -> None:
        replace(op, [func.ReturnOp(*op.arguments)])

    def _casts(self, scope: Region) -> BufferCasts:
        return BufferCasts(self._constants, scope)

    # Accesses and arithmetic

    def _lower_load(self, op: tir.LoadOp, scope: Region) -> None:
        replace(op, [memref.LoadOp.get(op.buffer, op.indices)])

    def _lower_store(self, op: tir.StoreOp, scope: Region) -> None:
        replace(op, [memref.StoreOp.get(op.element, op.buffer, op.indices)])

    def _lower_q_multiply_shift(self, op: tir.QMultiplyShiftOp, scope: Region) -> None:
        replace(op, expansion_of(op))

    # Loops

    def _lower_for(self, op: tir.ForOp, scope: Region) -> None:
        lower, upper = (
            self._constants.get(scope, bound) if isinstance(bound, int) else bound
            for bound in (op.lower_bound, op.upper_bound)
        )
        step = self._constants.get(scope, 1)
        kind = op.kind.data
        terminator = op.body.block.last_op
        assert terminator is not None
        body = op.detach_region(op.body)
        if kind in (LoopKind.PARALLEL, LoopKind.THREAD_BINDING):
            replace(terminator, [scf.ReduceOp()])
            loop = scf.ParallelOp([lower], [upper], [step], body)
        else:
            replace(terminator, [scf.YieldOp()])
            loop = scf.ForOp(lower, upper, step, (), body)
        if kind not in (LoopKind.SERIAL, LoopKind.PARALLEL):
            loop.attributes[KIND] = StringAttr(kind.value)
        if op.thread_tag is not None:
            loop.attributes[THREAD] = op.thread_tag
        replace(op, [loop])

    # Buffers

    def _lower_allocate(self, op: tir.AllocateOp, scope: Region) -> None:
        last_use = self._lifetimes.last_use_in_block(op)
        if op.buffer.name_hint is None and op.buffer_name is not None:
            hint = op.buffer_name.data
            op.buffer.name_hint = hint if SSAValue.is_valid_name(hint) else None
        alignment = op.attributes.pop(_ALIGNMENT, IntegerAttr(DEFAULT_ALIGNMENT, i64))
        new_ops = self._allocate(op, scope, memref.AllocOp, alignment)
        if last_use is not None:
            # What the last use is replaced by will come before.
            _free(new_ops, last_use=new_ops[-1] if last_use is op else last_use)

    def _allocate_upstream(self, op: memref.AllocOp | memref.AllocaOp, scope: Region) -> None:
        if op.memref in self._byte_forms:
            alignment = op.alignment or IntegerAttr(DEFAULT_ALIGNMENT, i64)
            self._allocate(op, scope, type(op), alignment)

    def _allocate(
        self,
        op: tir.AllocateOp | memref.AllocOp | memref.AllocaOp,
        scope: Region,
        kind: type[memref.AllocOp | memref.AllocaOp],
        alignment: Attribute,
    ) -> Sequence[Operation]:
        """
        Allocates the buffer that `op` does, as bytes if they are needed. Gives the operations that
        `op` becomes, the last one the buffer.
        """
        buffer = op.results[0]
        buffer_type = cast(MemRefType, buffer.type)
        assert isinstance(alignment, IntegerAttr)
        sizes = list(op.dynamic_sizes)
        if buffer not in self._byte_forms:
            allocation = kind.get(
                buffer_type.element_type,
                alignment,
                buffer_type.get_shape(),
                sizes,
                buffer_type.layout,
                buffer_type.memory_space,
            )
            allocation.attributes |= op.attributes
            replace(op, [allocation])
            return [allocation]
        casts = self._casts(scope)
        row = bytes_type_of(buffer_type)
        length = [size_bytes(casts, buffer_type, sizes)] if sizes else []
        allocation = kind.get(i8, alignment, row.get_shape(), length, memory_space=row.memory_space)
        allocation.attributes |= op.attributes
        allocation.memref.name_hint = _bytes_hint(buffer)
        casts.ops.append(allocation)
        view = casts.sized_view(allocation.memref, casts.constant(0), sizes, buffer_type)
        replace(op, casts.ops)
        self._derived.add(view, allocation.memref)
        return casts.ops

    def _lower_constant(self, op: tir.AllocateConstOp, scope: Region) -> None:
        buffer_type = op.buffer.type
        is_reinterpreted = op.buffer in self._byte_forms
        type = bytes_type_of(buffer_type) if is_reinterpreted else buffer_type
        data = op.value.data
        if is_reinterpreted:
            data = BytesAttr(memory_bytes_of(op.value))
        element = cast(AnyDenseElement, type.element_type)
        global_op = memref.GlobalOp.get(
            StringAttr(self._new_symbol(_name_of(op))),
            type,
            DenseIntOrFPElementsAttr(TensorType(element, type.get_shape()), data),
            constant=UnitAttr(),
            alignment=cast(
                IntegerAttr[IntegerType],
                op.attributes.pop(_ALIGNMENT, IntegerAttr(DEFAULT_ALIGNMENT, i64)),
            ),
        )
        self._globals += located([global_op], op)
        address = memref.GetGlobalOp(global_op.sym_name.data, type)
        address.attributes |= op.attributes
        if not is_reinterpreted:
            replace(op, [address])
            return
        address.memref.name_hint = _bytes_hint(op.buffer)
        casts = self._casts(scope)
        casts.ops.append(address)
        view = casts.view(address.memref, casts.constant(0), buffer_type)
        replace(op, casts.ops)
        self._derived.add(view, address.memref)

    def _new_symbol(self, base: str) -> str:
        """`base`, or with the first number that makes it a name that is not taken; it then is."""
        name = base
        while name in self._symbols:
            self._numbers[base] += 1
            name = f"{base}_{self._numbers[base]}"
        self._symbols.add(name)
        return name

    def _lower_lookup(self, op: tir.LookupParamOp, scope: Region) -> None:
        parameter = self._program.parameters[op.param_name.data]
        call = func.CallOp(parameter.symbol, [], [parameter.type])
        call.attributes |= op.attributes
        memory = call.res[0]
        if parameter.type == op.buffer.type:
            replace(op, [call])
            return
        memory.name_hint = _bytes_hint(op.buffer) if is_bytes(parameter.type) else None
        casts = self._casts(scope)
        casts.ops.append(call)
        value = casts.cast(memory, None, op.buffer.type)
        replace(op, casts.ops)
        if is_bytes(parameter.type):
            self._derived.add(value, memory)

    # Calls

    def _lower_call(self, op: CallOp, scope: Region) -> None:
        inputs = self._program.signatures[op.callee.root_reference.data].inputs
        casts = self._casts(scope)
        arguments = [
            argument
            if argument.type == parameter
            else casts.cast(argument, self._derived.known(argument), cast(MemRefType, parameter))
            for argument, parameter in zip(op.arguments, inputs, strict=True)
        ]
        if isinstance(op, tir.CallExternOp):
            call = func.CallOp(op.callee, arguments, tuple(op.res.types))
            call.attributes |= op.attributes
            replace(op, [*casts.ops, call])
        elif arguments != list(op.arguments):
            block = op.parent
            assert block is not None
            block.insert_ops_before(located(casts.ops, op), op)
            op.operands = arguments

    def _declare(self) -> None:
        """Declares the functions outside the module, and defines the constants."""
        declared: list[Operation] = [*self._globals]
        for parameter in self._program.parameters.values():
            if parameter.provider is None:
                declaration = func.FuncOp.external(parameter.symbol, [], [parameter.type])
                declared += located([declaration], parameter.lookups[0])
        for name, signature in self._program.signatures.items():
            if signature.op is None:
                declaration = func.FuncOp.external(name, signature.inputs, signature.outputs)
                declared += located([declaration], signature.calls[0])
        block = self._program.module.body.block
        if block.first_op is not None:
            block.insert_ops_before(declared, block.first_op)


def _free(new_ops: Sequence[Operation], *, last_use: Operation) -> None:
    """Frees what the allocation among `new_ops` gives, after its last use."""
    allocation = next(op for op in new_ops if isinstance(op, memref.AllocOp))
    dealloc = memref.DeallocOp.get(allocation)
    dealloc.location = allocation.location
    block = last_use.parent
    assert block is not None
    if last_use.next_op is None and ends_block(last_use):
        block.insert_op_before(dealloc, last_use)
    else:
        block.insert_op_after(dealloc, last_use)


def _bytes_hint(buffer: SSAValue) -> str:
    return "bytes" if buffer.name_hint is None else f"{buffer.name_hint}_bytes"


def _name_of(op: tir.AllocateConstOp) -> str:
    if op.buffer_name is not None:
        return op.buffer_name.data
    return op.buffer.name_hint or "constant"
