"""How a program is called from outside: its entry function and what that needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import IntegerAttr, MemRefType, ModuleOp, SymbolRefAttr
from xdsl.ir import SSAValue

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT, element_size_bytes, size_bytes_of
from usmp_dialect.dialects.tir import LookupParamOp
from usmp_dialect.dialects.usmp import POOL, REQUIRED_ALIGNMENT
from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.program import fail
from usmp_dialect.targets.c.module_names import ModuleNames
from usmp_dialect.targets.c.program import CFunction, CProgram


@dataclass(frozen=True)
class Argument:
    """Memory that a program is given: an argument of its entry function, or a model parameter."""

    name: str
    type: MemRefType
    """
    What it is known as, with all extents if they are known: the largest type that it has, or that
    a function has which is given it.
    """

    @property
    def size_bytes(self) -> int | None:
        """The least it must have, if that is known."""
        return size_bytes_of(self.type)


@dataclass(frozen=True)
class PoolArgument:
    """The memory of a pool that the entry function is given. Size and alignment are in bytes."""

    name: str
    size_bytes: int
    alignment: int


@dataclass(frozen=True)
class ModelParameter(Argument):
    """A model parameter that the program looks up."""

    c_name: str
    """The pointer to it in the C code."""


class ProgramInterface:
    """
    What the caller of a program must know.

    Raises `AnalysisError` if there is not one entry function, if it returns something or is given
    anything but buffers, and for what the C target has no name for.
    """

    def __init__(self, module: ModuleOp) -> None:
        self._program = CProgram(module)
        names = ModuleNames(self._program, {})
        self.entry = _entry(module, self._program.entries)
        self.c_name = names.functions[self.entry.name]
        """The entry function in the C code."""
        self.externs = [extern for extern in names.externs.values() if not extern.is_in_math_header]
        """The functions that must be linked to the C code."""
        self.arguments: Sequence[Argument | PoolArgument] = list(self._arguments())
        """What the entry function is given, in order."""
        self.parameters: Mapping[str, ModelParameter] = self._model_parameters(names.parameters)
        """What the program looks up, by name."""

    def _arguments(self) -> Iterator[Argument | PoolArgument]:
        pools = {pool.sym_name.data: pool for pool in self._program.pools}
        for number, value in enumerate(self.entry.block.args):
            name = value.name_hint or f"argument {number}"
            if not isinstance(value.type, MemRefType):
                fail(self.entry.op, f"'{name}' of @{self.entry.name} is no buffer: {value.type}")
            mark = self.entry.parameter_attributes(number).get(POOL)
            if not isinstance(mark, SymbolRefAttr):
                yield Argument(name, _largest((value.type, *self._types_passed_as(value))))
                continue
            pool = mark.root_reference.data
            size_bytes = size_bytes_of(value.type)
            if size_bytes is None:
                fail(self.entry.op, f"pool @{pool} is of no known size: {value.type}")
            attributes = pools[pool].attributes if pool in pools else {}
            alignment = attributes.get(REQUIRED_ALIGNMENT)
            known = isinstance(alignment, IntegerAttr)
            yield PoolArgument(
                pool, size_bytes, alignment.value.data if known else DEFAULT_ALIGNMENT
            )

    def _model_parameters(self, c_names: Mapping[str, str]) -> Mapping[str, ModelParameter]:
        types: dict[str, list[MemRefType]] = {name: [] for name in c_names}
        for function in self._program.functions.values():
            for op in function.op.walk():
                if isinstance(op, LookupParamOp):
                    types[op.param_name.data] += (op.buffer.type, *self._types_passed_as(op.buffer))
        return {
            name: ModelParameter(name, _largest(types[name]), c_name)
            for name, c_name in c_names.items()
        }

    def _types_passed_as(self, value: SSAValue) -> Iterator[MemRefType]:
        """The types of the parameters of functions that a buffer is passed for."""
        for use in value.uses:
            interface = get_interface(use.operation, BufferCallInterface)
            if interface is None:
                continue
            callee = interface.get_callee(use.operation).root_reference.data
            function = self._program.functions.get(callee)
            if function is None:
                continue
            arguments = interface.get_arguments(use.operation)
            for given, parameter in zip(arguments, function.block.args, strict=True):
                if given is value and isinstance(parameter.type, MemRefType):
                    yield parameter.type


def _largest(types: Sequence[MemRefType]) -> MemRefType:
    """The type of the most bytes, and of two that have as many the one with the wider elements."""
    return max(
        types,
        key=lambda type: (size_bytes_of(type) or 0, element_size_bytes(type.element_type) or 0),
    )


def _entry(module: ModuleOp, entries: Sequence[CFunction]) -> CFunction:
    if len(entries) != 1:
        names = ", ".join(f"@{entry.name}" for entry in entries) or "none"
        fail(module, f"expected one entry function, found {names}: mark it runner_function")
    (entry,) = entries
    if entry.type.outputs.data:
        fail(entry.op, f"entry function @{entry.name} returns something, expected buffers only")
    if entry.is_private:
        fail(entry.op, f"entry function @{entry.name} is private, and cannot be called")
    return entry
