"""`@R.function` definitions: heads, bodies, and what they return."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import FunctionType, IndexType, StringAttr, UnitAttr
from xdsl.ir import Block, BlockArgument, Operation, Region

from usmp_dialect.dialects.tir import (
    RUNNER_FUNCTION,
    AllocateOp,
    ForOp,
    FuncOp,
    ReturnOp,
    StoreOp,
    YieldOp,
)
from usmp_dialect.frontends.tvmscript.arithmetic import binary, exact
from usmp_dialect.frontends.tvmscript.attributes import FunctionAttributes
from usmp_dialect.frontends.tvmscript.calls import call_statement, read_call
from usmp_dialect.frontends.tvmscript.context import ModuleContext
from usmp_dialect.frontends.tvmscript.dtypes import INT32
from usmp_dialect.frontends.tvmscript.emitter import Emitter
from usmp_dialect.frontends.tvmscript.memory import ZERO, load
from usmp_dialect.frontends.tvmscript.relax.context import RelaxContext, shape_values
from usmp_dialect.frontends.tvmscript.relax.tensors import evaluate, evaluate_named
from usmp_dialect.frontends.tvmscript.statements import bind_each
from usmp_dialect.frontends.tvmscript.storage import Storage, flat_type
from usmp_dialect.frontends.tvmscript.values import Buffer, Computed, Constant, Pointer, Value

_DROPPED = ("output", "memory.kill_storage", "memory.kill_tensor", "vm.kill_object")
"""Ends of scopes and lives: the planner finds them itself."""
_STATEMENTS = (
    "assignments, with R.dataflow(), calls of functions of the module, R.output, R.memory.kill_*, "
    "and a return at the end"
)


@dataclass(frozen=True, slots=True)
class RelaxFunction:
    """A Relax function of the script."""

    node: ast.FunctionDef
    symbol: str
    is_private: bool
    body: tuple[ast.stmt, ...]
    """The statements, without `R.func_attr`."""
    func_attrs: tuple[ast.stmt, ...]


def read_relax_head(
    attributes: FunctionAttributes, node: ast.FunctionDef, is_private: bool
) -> RelaxFunction:
    """What is known of a function before any is read."""
    func_attrs = tuple(statement for statement in node.body if attributes.is_func_attr(statement))
    symbol = node.name
    for statement in func_attrs:
        symbol = attributes.global_symbol(statement) or symbol
    body = tuple(statement for statement in node.body if statement not in func_attrs)
    return RelaxFunction(node, symbol, is_private, body, func_attrs)


def read_relax_function(
    module: ModuleContext,
    attributes: FunctionAttributes,
    function: RelaxFunction,
    *,
    is_entry: bool,
) -> FuncOp:
    """The `tir.func` of a function. Raises `TVMScriptError` for what is not understood."""
    node = function.node
    block = Block()
    emitter = Emitter(module.source, block)
    context = RelaxContext(module, emitter, evaluate)
    for arg in node.args.args:
        _add_parameter(context, block, arg)
    with context.block():
        *statements, last = function.body or (node,)
        _read_statements(context, statements)
        if not isinstance(last, ast.Return) or last.value is None:
            raise context.error(last, "the end of a Relax function returns nothing", "return gv")
        _return(context, block, last.value)
    emitter.at(node)
    emitter.emit(ReturnOp())
    emitter.finish()
    op = FuncOp(
        function.symbol,
        FunctionType.from_lists(block.arg_types, []),
        Region(block),
        "private" if function.is_private else None,
    )
    op.location = module.source.location(node)
    for statement in function.func_attrs:
        op.attributes |= attributes.read(statement)
    if is_entry:
        op.attributes[RUNNER_FUNCTION] = UnitAttr()
    return op


def _add_parameter(context: RelaxContext, block: Block, arg: ast.arg) -> None:
    """`x: R.Tensor((1, 64), dtype="float32")`"""
    if arg.annotation is None:
        raise context.error(arg, f"the parameter '{arg.arg}' has no type", "R.Tensor")
    tensor_type = context.tensor_type(arg.annotation)
    dtype = tensor_type.dtype
    value = block.insert_arg(flat_type(dtype.element_type, tensor_type.size), len(block.args))
    value.name_hint = arg.arg
    pointer = Pointer(Storage(value, context.emitter), dtype, ZERO)
    context.bind(arg.arg, Buffer(arg.arg, dtype, shape_values(tensor_type.shape), pointer))


# Statements


def _read_statements(context: RelaxContext, statements: Sequence[ast.stmt]) -> None:
    for statement in statements:
        try:
            _read_statement(context, statement)
        except RecursionError as error:
            raise context.error(statement, "nested too deeply") from error


def _read_statement(context: RelaxContext, node: ast.stmt) -> None:
    match node:
        case ast.Assign(targets=[target], value=value):
            _assign(context, target, value)
        case ast.AnnAssign(target=target, annotation=annotation, value=ast.expr() as value):
            _assign(context, target, value)
            _check_annotation(context, target, annotation)
        case ast.With(items=[ast.withitem(context_expr=ast.Call(func=function))]) if (
            context.relax_member(function) == "dataflow"
        ):
            # Names that are R.output are used after it.
            _read_statements(context, node.body)
        case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
            pass
        case ast.Expr(value=ast.Call() as call):
            _call(context, call)
        case _:
            raise context.error(
                node, f"'{context.source.show(node)}' is not understood", _STATEMENTS
            )


def _assign(context: RelaxContext, target: ast.expr, value_node: ast.expr) -> None:
    if context.is_class(value_node):
        return  # `cls = Module`
    name = target.id if isinstance(target, ast.Name) else None
    site = read_call(context, value_node)
    if site is not None:
        call_statement(context, site)  # `_ = cls.f(a, b)`
        value: Value = None
    else:
        value = evaluate_named(context, value_node, name)
    match target:
        case ast.Name():
            context.bind(target.id, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            bind_each(context, target, targets, value)
            _name_outputs(targets, value)
        case _:
            raise context.error(target, f"an assignment to '{context.source.show(target)}'", "gv")


def _name_outputs(targets: Sequence[ast.expr], value: Value) -> None:
    """Let the outputs of one call be called by the names that they are unpacked to."""
    for target, part in zip(targets, value if isinstance(value, tuple) else (), strict=False):
        allocation = part.pointer.storage.ssa.owner if isinstance(part, Buffer) else None
        is_unnamed = isinstance(allocation, AllocateOp) and allocation.buffer_name is None
        if isinstance(allocation, AllocateOp) and is_unnamed and isinstance(target, ast.Name):
            allocation.buffer_name = StringAttr(target.id)
            allocation.buffer.name_hint = target.id


def _check_annotation(context: RelaxContext, target: ast.expr, annotation: ast.expr) -> None:
    """A tensor is what the script says it is."""
    if not isinstance(target, ast.Name) or not context.is_tensor_type(annotation):
        return
    value = context.evaluate(target)
    stated = context.tensor_type(annotation)
    if isinstance(value, Buffer):
        shape = tuple(extent.value for extent in value.shape if isinstance(extent, Constant))
        if shape != stated.shape or value.dtype != stated.dtype:
            raise context.error(annotation, f"'{target.id}' is {value.dtype} of shape {shape}")


def _call(context: RelaxContext, call: ast.Call) -> None:
    if context.relax_member(call.func) in _DROPPED:
        return
    site = read_call(context, call)
    if site is not None:
        call_statement(context, site)
    else:
        evaluate_named(context, call, None)


# Results


def _return(context: RelaxContext, block: Block, node: ast.expr) -> None:
    """
    Make parameters of the tensors that a function returns. Where nothing else is in the memory
    of such a tensor, the parameter takes its place; otherwise the tensor is copied at the end.
    """
    results = _results(context, node)
    owners = Counter(result.pointer.storage.ssa for _, result in results)
    direct: list[tuple[AllocateOp, BlockArgument]] = []
    for item, result in results:
        parameter = _add_output(context, block, item, result)
        allocation = _own_allocation(context, result)
        if allocation is not None and owners[allocation.buffer] == 1:
            direct.append((allocation, parameter))
        else:
            _copy(context, item, result, parameter)
    for allocation, parameter in direct:
        allocation.buffer.replace_all_uses_with(parameter)
        _erase(allocation)
    for storage in context.tensors_of_storages:
        if isinstance(storage.owner, AllocateOp) and not storage.uses and storage.owner.parent:
            _erase(storage.owner)


def _results(context: RelaxContext, node: ast.expr) -> list[tuple[ast.expr, Buffer]]:
    """The tensors that are returned, in order, each with where it is written."""
    if isinstance(node, ast.Tuple | ast.List):
        return [result for item in node.elts for result in _results(context, item)]
    pending = [context.evaluate(node)]
    results: list[tuple[ast.expr, Buffer]] = []
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending.extend(reversed(value))
        elif isinstance(value, Buffer):
            results.append((node, value))
        else:
            raise context.unexpected(node, value, "a tensor, or a tuple of them")
    return results


def _add_output(
    context: RelaxContext, block: Block, node: ast.expr, result: Buffer
) -> BlockArgument:
    parameter = block.insert_arg(
        flat_type(result.dtype.element_type, _size(result)), len(block.args)
    )
    parameter.name_hint = node.id if isinstance(node, ast.Name) else (result.name or None)
    return parameter


def _size(tensor: Buffer) -> int:
    size = 1
    for extent in tensor.shape:
        assert isinstance(extent, Constant)
        size *= int(extent.value)
    return size


def _own_allocation(context: RelaxContext, tensor: Buffer) -> AllocateOp | None:
    """The allocation that a tensor has for itself, `None` if it shares it or has none."""
    ssa = tensor.pointer.storage.ssa
    if not isinstance(ssa.owner, AllocateOp) or tensor.pointer.storage.space != "global":
        return None
    return ssa.owner if context.tensors_of_storages.get(ssa, 1) == 1 else None


def _erase(op: Operation) -> None:
    op.detach()
    op.erase()


def _copy(context: RelaxContext, node: ast.expr, source: Buffer, target: BlockArgument) -> None:
    """Write the loop that copies a tensor to an output."""
    emitter = context.emitter
    emitter.at(node)
    with emitter.region([IndexType()]) as body:
        index = Computed(body.args[0], INT32, is_nonnegative=True)
        place = binary(context, node, "add", index, source.pointer.offset)
        element = exact(context, load(context, node, source.pointer, place))
        emitter.emit(StoreOp(element, target, [body.args[0]]))
        emitter.emit(YieldOp())
    emitter.at(node)
    emitter.emit(ForOp(0, _size(source), Region(body)))
