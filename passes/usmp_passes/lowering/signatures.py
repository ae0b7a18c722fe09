"""The functions that a program calls, in the module and outside it, and the types they take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NoReturn

from xdsl.dialects import func
from xdsl.dialects.builtin import DYNAMIC_INDEX, MemRefType, ModuleOp
from xdsl.ir import Attribute, Operation, Region
from xdsl.traits import IsolatedFromAbove, SymbolTable
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.buffer_type import has_identity_layout
from usmp_dialect.dialects import tir
from usmp_dialect.program import fail
from usmp_passes.lowering.buffer_casts import bytes_type

LOOKUP_PREFIX = "lookup_param_"
"""What the name of the function that gives a model parameter begins with."""

_AGREE = "declare the function, or make the calls agree"

CallOp = tir.CallExternOp | func.CallOp
FuncOp = tir.FuncOp | func.FuncOp


@dataclass
class Signature:
    """The types of a function. `inputs` changes while byte forms are looked for."""

    inputs: list[Attribute]
    outputs: Sequence[Attribute]
    op: FuncOp | None = None
    """The function, `None` if the module does not have it."""

    calls: list[CallOp] = field(default_factory=list[CallOp])


@dataclass
class ModelParameter:
    """A parameter of the model, and all the operations that look it up."""

    symbol: str
    type: MemRefType
    lookups: list[tir.LookupParamOp]
    provider: Operation | None
    """The function of the module that gives it, if there is one."""


class Program:
    """
    What is called in one module, modules inside it left aside.

    Raises `AnalysisError` for a call that `func.call` cannot make.
    """

    def __init__(self, module: ModuleOp) -> None:
        self.module = module
        self.symbols = {
            name: op for op in module.ops if (name := get_name_if_symbol(op)) is not None
        }
        self.signatures: dict[str, Signature] = {}
        self.parameters: dict[str, ModelParameter] = {}
        lookups: dict[str, list[tir.LookupParamOp]] = {}
        for name, op in self.symbols.items():
            if isinstance(op, FuncOp):
                inputs, outputs = op.function_type.inputs.data, op.function_type.outputs.data
                self.signatures[name] = Signature(list(inputs), outputs, op)
        for op in walk_module(module):
            if isinstance(op, CallOp):
                self._add_call(op)
            elif isinstance(op, tir.LookupParamOp):
                lookups.setdefault(op.param_name.data, []).append(op)
        for signature in self.signatures.values():
            if signature.op is None:
                signature.inputs = _common_inputs(signature.calls)
        for name, ops in lookups.items():
            self.parameters[name] = self._parameter(name, ops)

    def _add_call(self, call: CallOp) -> None:
        name = call.callee.root_reference.data
        callee = self.symbols.get(name)
        if callee is not None and not isinstance(callee, FuncOp):
            fail(
                call,
                f"{function_around(call)} calls @{name}, a {callee.name}, which func.call cannot: "
                "make it a tir.func or func.func",
            )
        signature = self.signatures.get(name)
        if signature is None:
            signature = self.signatures[name] = Signature([], tuple(call.res.types))
        elif tuple(call.res.types) != tuple(signature.outputs):
            fail(
                call,
                f"calls of @{name}, which is not in the module, expect results of different "
                f"types, that in {function_around(call)} for one: {_AGREE}",
            )
        signature.calls.append(call)

    def _parameter(self, name: str, lookups: list[tir.LookupParamOp]) -> ModelParameter:
        symbol = LOOKUP_PREFIX + name
        provider = self.symbols.get(symbol)
        type = _common_type([op.buffer.type for op in lookups])
        assert isinstance(type, MemRefType)
        given = self.signatures.get(symbol)
        if provider is not None or given is not None:
            if given is None or given.op is None or given.inputs or len(given.outputs) != 1:
                _fail_provider(lookups[0], symbol)
            type = given.outputs[0]
            if not isinstance(type, MemRefType):
                _fail_provider(lookups[0], symbol)
        return ModelParameter(symbol, type, lookups, provider)


def _fail_provider(op: tir.LookupParamOp, symbol: str) -> NoReturn:
    fail(
        op,
        f"@{symbol} is not a function that takes nothing and returns a memref, as it must be to "
        f"give model parameter {op.param_name}: rename it",
    )


def _common_inputs(calls: Sequence[CallOp]) -> list[Attribute]:
    """The types that a function outside the module takes, from those of the arguments it gets."""
    inputs: list[Attribute] = []
    by_position = zip_longest(*(call.arguments.types for call in calls))
    for number, types in enumerate(by_position):
        common = _common_type(list(types))
        if common is None:
            call = next(call for call, type in zip(calls, types, strict=True) if type != types[0])
            fail(
                call,
                f"calls of @{call.callee.root_reference.data}, which is not in the module, do not "
                f"agree on argument {number}, that in {function_around(call)} for one: {_AGREE}",
            )
        inputs.append(common)
    return inputs


def _common_type(types: Sequence[Attribute | None]) -> Attribute | None:
    """A type that buffers of all `types` can be passed as; `None` if there is none."""
    first = types[0]
    if all(type == first for type in types):
        return first
    buffers = [type for type in types if isinstance(type, MemRefType)]
    if len(buffers) != len(types):
        return None
    kinds = {(type.element_type, type.get_num_dims()) for type in buffers}
    space = buffers[0].memory_space
    if len(kinds) == 1 and all(has_identity_layout(type) for type in buffers):
        ((element, rank),) = kinds
        return MemRefType(element, [DYNAMIC_INDEX] * rank, buffers[0].layout, space)
    return bytes_type(None, space)


def function_around(op: Operation) -> str:
    """The function that `op` is in, as messages call it."""
    around = op.parent_op()
    while around is not None and not isinstance(around, FuncOp):
        around = around.parent_op()
    return "the module" if around is None else f"@{around.sym_name.data}"


def walk_module(module: ModuleOp) -> Iterator[Operation]:
    """The operations of a module in program order, without those of modules inside it."""
    for op in module.ops:
        yield op
        yield from _walk_inside(op)


def _walk_inside(op: Operation) -> Iterator[Operation]:
    if op.has_trait(SymbolTable, value_if_unregistered=False):
        return
    for region in op.regions:
        for block in region.blocks:
            for inner in block.ops:
                yield inner
                if inner.regions:
                    yield from _walk_inside(inner)


def scope_inside(op: Operation, region: Region, scope: Region) -> Region:
    """Where the constants go that are used in a region of `op`, which is in `scope`."""
    return region if op.has_trait(IsolatedFromAbove, value_if_unregistered=False) else scope
