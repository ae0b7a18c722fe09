"""The pass that moves the inputs and outputs of a program into its pools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FunctionType,
    IntegerAttr,
    MemRefType,
    ModuleOp,
    StringAttr,
    i64,
)
from xdsl.dialects.memref import CastOp
from xdsl.ir import Operation, SSAValue, Use
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import VerifyException

from usmp_dialect.dialects.tir import AllocateOp, CallExternOp, LoadOp, StoreOp
from usmp_dialect.dialects.usmp import CANDIDATE_MEMORY_POOLS, FIXED_POOL_ALLOCATION, IO
from usmp_dialect.interfaces import BufferAllocationInterface, get_interface
from usmp_dialect.program import Function, fail, functions_of
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.analysis.function_summary import FunctionSummary
from usmp_passes.analysis.io_lifetimes import IOKind
from usmp_passes.analysis.memory_pools import allocations_in
from usmp_passes.analysis.names import NameHint, unique_names
from usmp_passes.analysis.parameter_usage import usage_of_parameters
from usmp_passes.io_parameter_types import static_types
from usmp_passes.io_parameters import (
    Parameter,
    ParameterNames,
    kinds_of_parameters,
    parameters_of,
)
from usmp_passes.io_pool_allocations import IO_PARAMETER


@dataclass(frozen=True)
class CreateIOAllocatesPass(ModulePass):
    """
    Makes the buffers that the entry function is given allocations, so that they lie in the pools
    and share their space with scratch buffers. The caller finds them where the plan says.

    Each memref parameter leaves the signature, and becomes a `tir.allocate` at the start of the
    body with the attribute `usmp.io`:

    - `"input"`: the caller writes it before the run. It is live from the start of the run to its
      last access, so that after the run it may hold anything, even if the program only reads it.
    - `"output"`: the caller reads it after the run. It is live from its first access to the end of
      the run. What it holds before is lost, also in the bytes that the program does not write.
    - `"inout"`: both; live throughout.

    What a parameter is, the options `inputs`, `outputs` and `inouts` say, by number or by name;
    else its argument attribute `usmp.io`; else what the program does with it, through calls: one
    that is only read, or not used, is an input, one that is only written an output, any other an
    inout. So is one that a function outside the module is given, of which nothing is known. A
    buffer of which the caller sets some bytes and the program others must be named as an inout.

    `keep` names parameters that stay. So do those that are no memrefs, memory of pools
    (`usmp.pool`), and the last one of a function with `resource_handle`. Names are those of the
    argument attribute `usmp.buffer`, else of the SSA value. The argument attributes `alignment`,
    `candidate_memory_pools` and `fixed_pool_allocation` go over to the allocation.

    `sizes` gives the extents of dynamic types, one for each `?` of the inputs and outputs, in
    order. Without it, a `memref<?xT>` is as large as the functions that it is passed to require.

    `main` names the entry function, of which there must be one, called by no other.
    """

    name: ClassVar[str] = "usmp-create-io-allocates"

    main: str | None = None
    inputs: ParameterNames = ()
    outputs: ParameterNames = ()
    inouts: ParameterNames = ()
    keep: ParameterNames = ()
    sizes: tuple[int, ...] = ()

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        analysis = BufferInfoAnalysis(op, self.main, conflicts=False)
        entry, functions = _only_entry(op, analysis), functions_of(op)
        parameters = parameters_of(entry)
        kinds = kinds_of_parameters(
            entry,
            parameters,
            {"input": self.inputs, "output": self.outputs, "inout": self.inouts},
            self.keep,
            lambda: usage_of_parameters(entry.name, functions, analysis.summaries),
        )
        converted = [parameters[number] for number in kinds]
        _check_addresses(converted, analysis.summaries[entry.name])
        types = static_types(entry, converted, self.sizes, functions)
        names = _names(op, converted)
        allocations = [
            _allocation(parameter, kind, buffer_type, name)
            for parameter, kind, buffer_type, name in zip(
                converted, kinds.values(), types, names, strict=True
            )
        ]
        _replace_parameters(entry, dict(zip(converted, allocations, strict=True)))


# Checks


def _only_entry(module: ModuleOp, analysis: BufferInfoAnalysis) -> Function:
    """The entry function. Raises `AnalysisError` if there are several, or if it is called."""
    entry = analysis.entries[0]
    if len(analysis.entries) > 1:
        names = ", ".join(f"@{function.name}" for function in analysis.entries)
        fail(
            module,
            f"the program starts with several functions, {names}, and the inputs and outputs are "
            f"those of one: name it with the option main, as in main={entry.name}",
        )
    for caller in analysis.summaries.values():
        used_by = [call.op for call in caller.calls if call.callee == entry.name]
        used_by += [op for name, op in caller.references if name == entry.name]
        if used_by:
            fail(
                used_by[0],
                f"@{entry.name} is the entry function, whose inputs and outputs are to leave its "
                f"parameters, but @{caller.name} uses it: name that with the option main",
            )
    if not isinstance(entry.op.properties.get("function_type"), FunctionType):
        fail(
            entry.op,
            f"the parameters of @{entry.name}, a {entry.op.name}, cannot be taken away: "
            "its entry function must be a tir.func or func.func",
        )
    return entry


def _check_addresses(parameters: Sequence[Parameter], summary: FunctionSummary) -> None:
    """Raises `AnalysisError` if the address of a parameter gets away: no plan may place it then."""
    returned = {number for numbers in summary.returns for number in numbers}
    for parameter in parameters:
        escape = summary.parameters[parameter.number].escape
        if parameter.number in returned:
            escape = f"returned by @{summary.name}"
        if escape is not None:
            parameter.fail(
                f"cannot go to a pool, as its address escapes: {escape}; "
                f"leave it a parameter with keep={parameter.number}"
            )


# Allocations


def _names(module: ModuleOp, parameters: Sequence[Parameter]) -> Sequence[str]:
    """Names for the buffers, none that the program gives to another."""
    taken = [
        NameHint(name, is_explicit=True)
        for allocation in allocations_in(module)
        if (name := _name_of(allocation)) is not None
    ]
    wanted = [NameHint(parameter.name, is_explicit=True) for parameter in parameters]
    return unique_names([*taken, *wanted])[len(taken) :]


def _name_of(allocation: Operation) -> str | None:
    interface = get_interface(allocation, BufferAllocationInterface)
    return None if interface is None else interface.get_buffer_name(allocation)


_KEPT_ATTRIBUTES = ("alignment", CANDIDATE_MEMORY_POOLS, FIXED_POOL_ALLOCATION)
"""The argument attributes that say something of the buffer."""


def _allocation(
    parameter: Parameter, kind: IOKind, buffer_type: MemRefType, name: str
) -> AllocateOp:
    allocation = AllocateOp(buffer_type, name)
    allocation.buffer.name_hint = parameter.value.name_hint
    allocation.location = parameter.function.op.location
    for key in _KEPT_ATTRIBUTES:
        if key in parameter.attributes:
            allocation.attributes[key] = parameter.attributes[key]
    allocation.attributes[IO] = StringAttr(kind)
    allocation.attributes[IO_PARAMETER] = IntegerAttr(parameter.number, i64)
    try:
        allocation.verify()
    except VerifyException as error:
        parameter.fail(
            f"cannot be allocated: {error}; leave it a parameter with keep={parameter.number}"
        )
    return allocation


# Rewrite


def _replace_parameters(function: Function, allocations: Mapping[Parameter, AllocateOp]) -> None:
    block = function.body.first_block
    assert block is not None
    inserted: list[Operation] = []
    for parameter, allocation in allocations.items():
        inserted.append(allocation)
        cast = _replace_uses(parameter.value, allocation)
        if cast is not None:
            inserted.append(cast)
    if block.first_op is None:
        block.add_ops(inserted)
    else:
        block.insert_ops_before(inserted, block.first_op)
    for parameter in reversed(list(allocations)):
        block.erase_arg(parameter.value)
    _remove_from_signature(function.op, {parameter.number for parameter in allocations})


def _replace_uses(parameter: SSAValue, allocation: AllocateOp) -> CastOp | None:
    """
    Lets all that uses a parameter use its allocation. What insists on a dynamic type is given a
    cast to it, which is returned.
    """
    buffer = allocation.buffer
    if buffer.type == parameter.type:
        parameter.replace_all_uses_with(buffer)
        return None
    parameter.replace_uses_with_if(buffer, _takes_any_extent)
    if not parameter.uses:
        return None
    assert isinstance(parameter.type, MemRefType)
    cast = CastOp.get(buffer, parameter.type)
    cast.location = allocation.location
    cast.dest.name_hint = parameter.name_hint
    parameter.replace_all_uses_with(cast.dest)
    return cast


def _takes_any_extent(use: Use) -> bool:
    """Whether an operation takes a buffer of static type where it took one of dynamic type."""
    return isinstance(use.operation, CallExternOp | LoadOp | StoreOp)


def _remove_from_signature(function: Operation, removed: set[int]) -> None:
    function_type = function.properties["function_type"]
    assert isinstance(function_type, FunctionType)
    inputs = function_type.inputs.data
    remaining = [number for number in range(len(inputs)) if number not in removed]
    function.properties["function_type"] = FunctionType.from_lists(
        [inputs[number] for number in remaining], function_type.outputs.data
    )
    attributes = function.properties.pop("arg_attrs", None)
    if isinstance(attributes, ArrayAttr):
        kept = [attributes.data[number] for number in remaining]
        if any(dictionary != DictionaryAttr({}) for dictionary in kept):
            function.properties["arg_attrs"] = ArrayAttr(kept)
