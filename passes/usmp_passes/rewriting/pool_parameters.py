"""Pools as parameters: each function that needs one takes it, and calls pass it on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain

from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FunctionType,
    SymbolRefAttr,
)
from xdsl.ir import Block, Operation, SSAValue
from xdsl.irdl import IRDLOperation, OptOperandDef, VarOperandDef

from usmp_dialect.dialects.tir import RESOURCE_HANDLE
from usmp_dialect.dialects.usmp import POOL
from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.program import Function, fail, has_mark
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.rewriting.placement import Placement, PlannedPool, Scope
from usmp_passes.rewriting.planned_program import Call, PlannedProgram
from usmp_passes.rewriting.pool_values import PoolValues, hint_for

_ARG_ATTRS = "arg_attrs"
_FUNCTION_TYPE = "function_type"
_USE_GLOBALS = 'convert with pools="globals"'


def add_pool_parameters(program: PlannedProgram, placements: Iterable[Placement]) -> PoolValues:
    """
    Gives each function the pools of `placements` that it needs, itself or for what it calls, as
    parameters after its others, in order of the pools' names, and each call the arguments for them.
    In a function that is marked `resource_handle` they go before the last parameter.

    Raises `AnalysisError`, before anything is changed, if the signature of a function that needs a
    pool must stay as it is, or a place that needs one sees no parameters.
    """
    placements = list(placements)
    needs = _pools_needed(program, placements)
    calls = [call for call in program.calls if needs[call.callee]]
    handles = {
        name: has_mark(program.functions[name], RESOURCE_HANDLE) for name in needs if needs[name]
    }
    for name, has_handle in handles.items():
        _check_function(program, program.functions[name], needs[name], has_handle)
    for placement in placements:
        _check_scope(placement.scope, placement.op)
    for call in calls:
        _check_scope(call.scope, call.op)
        _check_call(call)

    values: PoolValues = {}
    for name, has_handle in handles.items():
        function, pools = program.functions[name], needs[name]
        parameters = _add_parameters(function, pools, before_last=has_handle)
        for pool, parameter in zip(pools, parameters, strict=True):
            values[function.body, pool.name] = parameter
    for call in calls:
        arguments = [values[call.scope.region, pool.name] for pool in needs[call.callee]]
        _add_arguments(call.op, arguments, before_last=handles[call.callee])
    return values


def _pools_needed(
    program: PlannedProgram, placements: Iterable[Placement]
) -> Mapping[str, Sequence[PlannedPool]]:
    """For each function, the pools that it or a function that it calls needs, in order of name."""
    needed: dict[str, set[PlannedPool]] = {name: set() for name in program.functions}
    for placement in placements:
        needed[placement.scope.function.name].add(placement.pool)
    callees: dict[str, set[str]] = {name: set() for name in program.functions}
    for call in program.calls:
        callees[call.scope.function.name].add(call.callee)
    for name in program.callees_first:
        needed[name].update(chain.from_iterable(needed[callee] for callee in callees[name]))
    return {name: sorted(pools, key=lambda pool: pool.name) for name, pools in needed.items()}


# What cannot be changed


def _check_function(
    program: PlannedProgram, function: Function, pools: Sequence[PlannedPool], has_handle: bool
) -> None:
    needs = f"@{function.name} needs pool @{pools[0].name} as a parameter"
    reference = program.references.get(function.name)
    if reference is not None:
        fail(
            reference,
            f"{needs}, but {operation_name(reference)} names it without calling it, "
            f"so that its signature must stay as it is: {_USE_GLOBALS}",
        )
    function_type = function.op.properties.get(_FUNCTION_TYPE)
    parameters = _entry_block(function).arg_types
    if (
        not isinstance(function_type, FunctionType)
        or function_type.inputs.data != parameters
        or not _may_have_argument_attributes(type(function.op))
    ):
        fail(
            function.op,
            f"{needs}, but the signature of {operation_name(function.op)} cannot be extended: "
            f"{_USE_GLOBALS}",
        )
    if has_handle and not parameters:
        fail(
            function.op,
            f"@{function.name} is marked {RESOURCE_HANDLE}, but has no parameter that could be it: "
            "add the parameter, or remove the mark",
        )
    _check_not_converted(function, pools)


def _check_not_converted(function: Function, pools: Sequence[PlannedPool]) -> None:
    needed = {pool.name for pool in pools}
    for attributes in _argument_attributes(function.op, len(_entry_block(function).args)):
        mark = attributes.data.get(POOL)
        if isinstance(mark, SymbolRefAttr) and mark.root_reference.data in needed:
            fail(
                function.op,
                f"@{function.name} has a parameter for pool {mark} already, "
                "with buffers that the plan does not know of: plan and convert all at once",
            )


def _check_scope(scope: Scope, op: Operation) -> None:
    if not scope.is_function:
        parent = scope.region.parent
        around = "an operation" if parent is None else operation_name(parent)
        fail(
            op,
            f"{operation_name(op)} in @{scope.function.name} needs a pool, but {around} around it "
            f"lets it see no parameters of the function: {_USE_GLOBALS}",
        )


def _check_call(call: Call) -> None:
    interface = get_interface(call.op, BufferCallInterface)
    assert interface is not None
    arguments = interface.get_arguments(call.op)
    if tuple(arguments) != tuple(call.op.operands):
        fail(
            call.op,
            f"{operation_name(call.op)} cannot pass pools to @{call.callee}, "
            f"as not all its operands are arguments: {_USE_GLOBALS}",
        )
    if not _takes_more_operands(type(call.op)):
        fail(
            call.op,
            f"{operation_name(call.op)} cannot pass pools to @{call.callee}, "
            f"as it does not take any number of operands: {_USE_GLOBALS}",
        )


@cache
def _may_have_argument_attributes(op_type: type[Operation]) -> bool:
    """Whether functions of a class may say of their parameters which ones are pools."""
    return not issubclass(op_type, IRDLOperation) or (
        _ARG_ATTRS in op_type.get_irdl_definition().properties
    )


@cache
def _takes_more_operands(op_type: type[Operation]) -> bool:
    """Whether operands can be added to an operation, and cannot be taken for other ones."""
    if not issubclass(op_type, IRDLOperation):
        return True
    variable = [
        definition
        for _, definition in op_type.get_irdl_definition().operands
        if isinstance(definition, VarOperandDef)
    ]
    return len(variable) == 1 and not isinstance(variable[0], OptOperandDef)


# Changing it


def _entry_block(function: Function) -> Block:
    block = function.body.first_block
    assert block is not None
    return block


def _add_parameters(
    function: Function, pools: Sequence[PlannedPool], *, before_last: bool
) -> Sequence[SSAValue]:
    op, block = function.op, _entry_block(function)
    index = len(block.args) - before_last
    attributes = _argument_attributes(op, len(block.args))
    added = [DictionaryAttr({POOL: SymbolRefAttr(pool.name)}) for pool in pools]
    op.properties[_ARG_ATTRS] = ArrayAttr([*attributes[:index], *added, *attributes[index:]])
    parameters: list[SSAValue] = []
    for number, pool in enumerate(pools, index):
        parameter = block.insert_arg(pool.type, number, op.location)
        parameter.name_hint = hint_for(pool)
        parameters.append(parameter)
    function_type = op.properties[_FUNCTION_TYPE]
    assert isinstance(function_type, FunctionType)
    op.properties[_FUNCTION_TYPE] = FunctionType.from_attrs(
        ArrayAttr(block.arg_types), function_type.outputs
    )
    return parameters


def _argument_attributes(op: Operation, count: int) -> Sequence[DictionaryAttr]:
    """The attributes of each of the `count` parameters of a function, or arguments of a call."""
    attributes = op.properties.get(_ARG_ATTRS)
    # `isa` would say it shorter, and is a third of the pass on a program of small functions.
    if isinstance(attributes, ArrayAttr):
        return [entry for entry in attributes.data if isinstance(entry, DictionaryAttr)]
    return [DictionaryAttr({})] * count


def _add_arguments(op: Operation, arguments: Sequence[SSAValue], *, before_last: bool) -> None:
    index = len(op.operands) - before_last
    if _ARG_ATTRS in op.properties:
        attributes = _argument_attributes(op, len(op.operands))
        added = [DictionaryAttr({})] * len(arguments)
        op.properties[_ARG_ATTRS] = ArrayAttr([*attributes[:index], *added, *attributes[index:]])
    op.operands = [*op.operands[:index], *arguments, *op.operands[index:]]
