"""What the functions of a file share: the names at its top, prototypes and helper functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xdsl.dialects import memref
from xdsl.dialects.builtin import MemRefType, StringAttr
from xdsl.ir import Attribute, Operation

from usmp_dialect.dialects import tir
from usmp_dialect.program import fail
from usmp_dialect.targets.c.helpers import Helpers, is_helper
from usmp_dialect.targets.c.identifiers import (
    NameScope,
    identifier_like,
    is_identifier,
    is_math_function,
    is_string_function,
)
from usmp_dialect.targets.c.program import Call, CProgram
from usmp_dialect.targets.c.scalar_types import FloatScalar, scalar_of

if TYPE_CHECKING:
    from usmp_dialect.targets.c.function_printer import FunctionPrinter

Handler = Callable[["FunctionPrinter", Any], None]
"""Prints an operation of one class."""


@dataclass(frozen=True)
class Extern:
    """A function that is defined elsewhere."""

    name: str
    op: Operation
    inputs: tuple[Attribute, ...]
    outputs: tuple[Attribute, ...]
    is_in_math_header: bool

    @property
    def signature(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The C types of its parameters and results."""
        return (
            tuple(extern_c_type(self.op, type) for type in self.inputs),
            tuple(extern_c_type(self.op, type) for type in self.outputs),
        )


def extern_c_type(op: Operation, type: Attribute) -> str:
    """The C type of a parameter or result of a function that is defined elsewhere."""
    if isinstance(type, MemRefType):
        return "uint8_t *"
    scalar = scalar_of(type)
    if scalar is None:
        fail(op, f"the C target cannot hold the type {type} of {op.name}")
    return scalar.c_type


class ModuleNames:
    """
    The names of what stands at the top of the file, all given before a function is printed.

    Raises `AnalysisError` for functions outside the module that C cannot call by their name, or
    that are called with different signatures.
    """

    def __init__(self, program: CProgram, handlers: dict[type[Operation], Handler]) -> None:
        self.program = program
        self.helpers = Helpers()
        self.scope = NameScope()
        self.externs: dict[str, Extern] = {}
        self.functions: dict[str, str] = {}
        self.results: dict[str, str] = {}
        self.parameters: dict[str, str] = {}
        self.parameter_types: dict[str, str] = {}
        self.globals: dict[str, str] = {}
        self.has_constant_data = False
        """Whether bytes of constants are in the file."""
        self._handlers = handlers
        lookups, used_globals = self._collect()
        for name in self.externs:
            self.scope.take_identifier(name)
        # What others call by name comes first, so that it keeps its own.
        in_order = sorted(program.functions.values(), key=lambda function: function.is_private)
        for function in in_order:
            self.functions[function.name] = self.scope.take(function.name, "fn")
        for function in in_order:
            if len(function.type.outputs) > 1:
                base = f"{self.functions[function.name]}_results"
                self.results[function.name] = self.scope.take(base, "fn")
        self.prefix = next(
            (self.functions[function.name] for function in program.entries),
            next(iter(self.functions.values()), "module"),
        )
        for name, type in lookups.items():
            self.parameters[name] = self.scope.take(
                f"{self.prefix}_param_{identifier_like(name, 'p')}", "p"
            )
            self.parameter_types[name] = type
        for name, op in program.globals.items():
            if name in used_globals or op.sym_visibility.data != "private":
                self.globals[name] = self.scope.take(name, "data")

    def macro(self, *parts: str) -> str:
        """A new macro, called after the program and `parts`."""
        texts = [self.prefix, *(identifier_like(part, "p") for part in parts)]
        return self.scope.take("_".join(texts).upper(), "M")

    def print_op(self, printer: FunctionPrinter, op: Operation) -> None:
        """Print an operation. Raises `AnalysisError` for one that there is no C for."""
        handler = self._handlers.get(type(op))
        if handler is None:
            fail(op, f"the C target does not print {op_name(op)}")
        handler(printer, op)

    def _collect(self) -> tuple[dict[str, str], set[str]]:
        """The model parameters with their types, and the globals, that functions look up."""
        lookups: dict[str, str] = {}
        used_globals: set[str] = set()
        for name, declaration in self.program.declarations.items():
            type = declaration.function_type
            self._add_extern(name, declaration, type.inputs.data, type.outputs.data)
        for function in self.program.functions.values():
            for op in function.op.walk():
                match op:
                    case tir.LookupParamOp():
                        lookups.setdefault(op.param_name.data, str(op.buffer.type))
                    case memref.GetGlobalOp():
                        used_globals.add(op.name_.root_reference.data)
                    case _ if isinstance(op, Call):
                        name = op.callee.root_reference.data
                        if name not in self.program.functions:
                            types = tuple(value.type for value in op.operands)
                            self._add_extern(name, op, types, op.result_types)
                    case _:
                        pass
        return lookups, used_globals

    def _add_extern(
        self,
        name: str,
        op: Operation,
        inputs: Sequence[Attribute],
        outputs: Sequence[Attribute],
    ) -> None:
        if (known := self.externs.get(name)) is not None and isinstance(op, Call):
            _check_call(known, op)
            return
        if len(outputs) > 1:
            fail(op, f"@{name} is defined elsewhere and has {len(outputs)} results, C knows one")
        if not is_identifier(name) or is_helper(name):
            fail(op, f"@{name} is defined elsewhere, and C cannot call a function of that name")
        is_math = is_math_function(name)
        extern = Extern(name, op, tuple(inputs), tuple(outputs), is_math)
        if (is_math and not _is_float_function(extern)) or is_string_function(name):
            fail(
                op,
                f"@{name} is a function of the C library, which has other parameters or results: "
                "call another, that calls it",
            )
        self.externs[name] = extern


def op_name(op: Operation) -> str:
    """The name of an operation, also of an unregistered one."""
    name = op.attributes.get("op_name__") or op.properties.get("op_name__")
    return name.data if isinstance(name, StringAttr) else op.name


def _check_call(known: Extern, call: Operation) -> None:
    extern = Extern(
        known.name,
        call,
        tuple(value.type for value in call.operands),
        tuple(call.result_types),
        known.is_in_math_header,
    )
    if extern.signature != known.signature:
        here, there = (_signature_text(signature) for signature in (extern, known))
        fail(
            call,
            f"@{known.name} is defined elsewhere, and is called here as {here}, before as {there}: "
            "a function of C has one signature",
        )


def _signature_text(extern: Extern) -> str:
    inputs, outputs = extern.signature
    return f"({', '.join(inputs)}) -> ({', '.join(outputs)})"


def _is_float_function(extern: Extern) -> bool:
    """Whether the signature is that of a function of `math.h` on numbers of one type."""
    scalars = {scalar_of(type) for type in (*extern.inputs, *extern.outputs)}
    width = 32 if extern.name.endswith("f") and extern.name != "erf" else 64
    return scalars == {FloatScalar(width)} and bool(extern.outputs)
