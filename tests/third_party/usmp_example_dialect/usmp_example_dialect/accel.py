"""
The `accel` dialect: kernels of an accelerator, and the buffers they work on.

Each operation lists the interface by which the memory planner knows it among its traits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from xdsl.dialects.builtin import (
    FlatSymbolRefAttrConstr,
    FunctionType,
    IntegerAttr,
    IntegerType,
    MemRefType,
    StringAttr,
    SymbolRefAttr,
)
from xdsl.ir import (
    Attribute,
    Dialect,
    Operation,
    ParametrizedAttribute,
    Region,
    SSAValue,
    TypeAttribute,
)
from xdsl.irdl import (
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.traits import (
    CallableOpInterface,
    IsolatedFromAbove,
    IsTerminator,
    NoMemoryEffect,
    NoTerminator,
    ReturnLike,
    SymbolOpInterface,
)

from usmp_dialect.interfaces import (
    BufferAccessInterface,
    BufferAliasInterface,
    BufferAllocationInterface,
    BufferCallInterface,
    BufferDeallocationInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
)


@irdl_attr_definition
class EventType(ParametrizedAttribute, TypeAttribute):
    """Tells when an operation is done."""

    name = "accel.event"


class AllocAllocation(BufferAllocationInterface):
    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return cast(AllocOp, op).buffer

    @classmethod
    def get_buffer_name(cls, op: Operation) -> str | None:
        label = cast(AllocOp, op).label
        return None if label is None else label.data


@irdl_op_definition
class AllocOp(IRDLOperation):
    """A buffer of the accelerator."""

    name = "accel.alloc"

    label = opt_prop_def(StringAttr)
    banks = opt_prop_def(IntegerAttr)
    buffer = result_def(MemRefType)

    traits = traits_def(AllocAllocation())

    assembly_format = "($label^)? (`banks` $banks^)? attr-dict `:` type($buffer)"


class FreeDeallocation(BufferDeallocationInterface):
    @classmethod
    def get_freed_buffer(cls, op: Operation) -> SSAValue:
        return cast(FreeOp, op).buffer


@irdl_op_definition
class FreeOp(IRDLOperation):
    """Gives a buffer back, on one of the accelerator's queues."""

    name = "accel.free"

    queue = prop_def(IntegerAttr[IntegerType])
    buffer = operand_def(MemRefType)

    traits = traits_def(FreeDeallocation())

    assembly_format = "$buffer `on` $queue attr-dict `:` type($buffer)"


class SliceAlias(BufferAliasInterface):
    @classmethod
    def get_alias_sources(cls, op: Operation, result: SSAValue) -> Iterable[SSAValue]:
        return (cast(SliceOp, op).source,)


@irdl_op_definition
class SliceOp(IRDLOperation):
    """A part of `source`, with the extents of `shape`, of which nothing but the type is read."""

    name = "accel.slice"

    source = operand_def(MemRefType)
    shape = operand_def(MemRefType)
    result = result_def(MemRefType)

    traits = traits_def(NoMemoryEffect(), SliceAlias())

    assembly_format = (
        "$source `like` $shape attr-dict `:` type($source) `,` type($shape) `->` type($result)"
    )


class MatmulAccess(BufferAccessInterface, BufferAliasInterface):
    """
    The three matrices are accessed, `unused` is not. The event leads to the matrices, as the work
    may go on until somebody waits for it: to wait for it is to access them.
    """

    @classmethod
    def get_accessed_operands(cls, op: Operation) -> Iterable[SSAValue]:
        matmul = cast(MatmulOp, op)
        return (matmul.lhs, matmul.rhs, matmul.out)

    @classmethod
    def get_traffic_bytes(cls, op: Operation, operand: SSAValue) -> int | None:
        bytes_once = super().get_traffic_bytes(op, operand)
        # The product is accumulated: read, then written.
        is_accumulated = operand is cast(MatmulOp, op).out
        return 2 * bytes_once if is_accumulated and bytes_once is not None else bytes_once

    @classmethod
    def get_alias_sources(cls, op: Operation, result: SSAValue) -> Iterable[SSAValue]:
        return cls.get_accessed_operands(op)


@irdl_op_definition
class MatmulOp(IRDLOperation):
    """
    Starts to add the product of two matrices to a third. `unused` is a port that something must be
    connected to.
    """

    name = "accel.matmul"

    lhs = operand_def(MemRefType)
    rhs = operand_def(MemRefType)
    out = operand_def(MemRefType)
    unused = operand_def(MemRefType)
    done = result_def(EventType)

    traits = traits_def(MatmulAccess())

    assembly_format = (
        "$lhs `,` $rhs `into` $out `unused` $unused attr-dict "
        "`:` type($lhs) `,` type($rhs) `,` type($out) `,` type($unused)"
    )


@irdl_op_definition
class WaitOp(IRDLOperation):
    """Waits for an event. It says nothing of itself: it accesses what the event leads to."""

    name = "accel.wait"

    event = operand_def(EventType)

    assembly_format = "$event attr-dict"


class RepeatLoop(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        times = cast(RepeatOp, op).times.value.data
        return RegionSemantics(RegionExecution.SERIAL_LOOP, op.name, times)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[tuple[SSAValue, SSAValue]]:
        return ()


@irdl_op_definition
class RepeatOp(IRDLOperation):
    """Runs its body a number of times, one time after the other."""

    name = "accel.repeat"

    times = prop_def(IntegerAttr[IntegerType])
    body = region_def("single_block")

    traits = traits_def(NoTerminator(), RepeatLoop())

    assembly_format = "$times $body attr-dict"


class KernelCallable(CallableOpInterface):
    @classmethod
    def get_callable_region(cls, op: Operation) -> Region:
        return cast(KernelOp, op).body

    @classmethod
    def get_argument_types(cls, op: Operation) -> tuple[Attribute, ...]:
        return cast(KernelOp, op).function_type.inputs.data

    @classmethod
    def get_result_types(cls, op: Operation) -> tuple[Attribute, ...]:
        return cast(KernelOp, op).function_type.outputs.data


@irdl_op_definition
class KernelOp(IRDLOperation):
    """
    A function that runs on the accelerator. With the properties `function_type` and `arg_attrs` of
    every function, it can be given the memory of pools.
    """

    name = "accel.kernel"

    sym_name = prop_def(StringAttr)
    function_type = prop_def(FunctionType)
    arg_attrs = opt_prop_def(Attribute)
    body = region_def()

    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface(), KernelCallable())


class RoutineCallable(CallableOpInterface):
    @classmethod
    def get_callable_region(cls, op: Operation) -> Region:
        return cast(RoutineOp, op).body

    @classmethod
    def get_argument_types(cls, op: Operation) -> tuple[Attribute, ...]:
        return cast(RoutineOp, op).function_type.inputs.data

    @classmethod
    def get_result_types(cls, op: Operation) -> tuple[Attribute, ...]:
        return cast(RoutineOp, op).function_type.outputs.data


@irdl_op_definition
class RoutineOp(IRDLOperation):
    """A function whose parameters cannot have attributes: none can be marked as a pool."""

    name = "accel.routine"

    sym_name = prop_def(StringAttr)
    function_type = prop_def(FunctionType)
    body = region_def()

    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface(), RoutineCallable())


@irdl_op_definition
class ReturnOp(IRDLOperation):
    """The end of a kernel."""

    name = "accel.return"

    traits = traits_def(IsTerminator(), ReturnLike())

    assembly_format = "attr-dict"


class LaunchCall(BufferCallInterface):
    @classmethod
    def get_callee(cls, op: Operation) -> SymbolRefAttr:
        return cast(LaunchOp, op).kernel

    @classmethod
    def get_arguments(cls, op: Operation) -> Sequence[SSAValue]:
        return cast(LaunchOp, op).arguments


@irdl_op_definition
class LaunchOp(IRDLOperation):
    """Runs a kernel to its end."""

    name = "accel.launch"

    kernel = prop_def(FlatSymbolRefAttrConstr)
    arguments = var_operand_def()

    traits = traits_def(LaunchCall())

    assembly_format = "$kernel `(` $arguments `)` attr-dict `:` `(` type($arguments) `)`"


class InvokeCall(BufferCallInterface):
    @classmethod
    def get_callee(cls, op: Operation) -> SymbolRefAttr:
        return cast(InvokeOp, op).kernel

    @classmethod
    def get_arguments(cls, op: Operation) -> Sequence[SSAValue]:
        return (cast(InvokeOp, op).argument,)


@irdl_op_definition
class InvokeOp(IRDLOperation):
    """Runs a kernel of one parameter, no more, to its end."""

    name = "accel.invoke"

    kernel = prop_def(FlatSymbolRefAttrConstr)
    argument = operand_def(MemRefType)

    traits = traits_def(InvokeCall())

    assembly_format = "$kernel `(` $argument `)` attr-dict `:` `(` type($argument) `)`"


class SignalLaunchCall(BufferCallInterface):
    @classmethod
    def get_callee(cls, op: Operation) -> SymbolRefAttr:
        return cast(SignalLaunchOp, op).kernel

    @classmethod
    def get_arguments(cls, op: Operation) -> Sequence[SSAValue]:
        return cast(SignalLaunchOp, op).arguments


@irdl_op_definition
class SignalLaunchOp(IRDLOperation):
    """Runs a kernel to its end, and says so in a buffer that the kernel is not given."""

    name = "accel.signal_launch"

    kernel = prop_def(FlatSymbolRefAttrConstr)
    signal = operand_def(MemRefType)
    arguments = var_operand_def()

    traits = traits_def(SignalLaunchCall())

    assembly_format = (
        "$kernel `(` $arguments `)` `signal` $signal attr-dict "
        "`:` type($signal) `,` `(` type($arguments) `)`"
    )


Accel = Dialect(
    "accel",
    [
        AllocOp,
        FreeOp,
        SliceOp,
        MatmulOp,
        WaitOp,
        RepeatOp,
        KernelOp,
        RoutineOp,
        ReturnOp,
        LaunchOp,
        InvokeOp,
        SignalLaunchOp,
    ],
    [EventType],
)
