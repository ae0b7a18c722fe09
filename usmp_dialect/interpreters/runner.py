"""Runs a function of a module on bytes and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from xdsl.dialects import func
from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    IntegerAttr,
    MemRefType,
    ModuleOp,
    SymbolRefAttr,
)
from xdsl.interpreter import Interpreter, PythonValues
from xdsl.interpreters.affine import AffineFunctions
from xdsl.interpreters.builtin import BuiltinFunctions
from xdsl.ir import Attribute, Operation
from xdsl.traits import CallableOpInterface
from xdsl.utils.exceptions import InterpretationError
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.buffer_type import size_bytes_of
from usmp_dialect.dialects.tir import RUNNER_FUNCTION
from usmp_dialect.dialects.usmp import POOL
from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.interpreters.arith import ArithFunctions
from usmp_dialect.interpreters.cf import CfFunctions
from usmp_dialect.interpreters.environment import Environment, Extern
from usmp_dialect.interpreters.errors import ExecutionError, FaultError, blaming, fail
from usmp_dialect.interpreters.func import FuncFunctions
from usmp_dialect.interpreters.math import MathFunctions
from usmp_dialect.interpreters.memory import Buffer, Bytes, Memory, MemRefValue, view_of, with_type
from usmp_dialect.interpreters.memref import MemRefFunctions
from usmp_dialect.interpreters.scalars import Scalar, converted
from usmp_dialect.interpreters.scf import ScfFunctions
from usmp_dialect.interpreters.tir import TirFunctions
from usmp_dialect.interpreters.usmp import UsmpFunctions

Argument: TypeAlias = Bytes | int | float
"""The memory of a buffer, which the program changes in place, or a number."""

Result: TypeAlias = bytes | int | float
"""The bytes of a buffer, in row-major order, or a number."""


def register_implementations(
    interpreter: Interpreter, environment: Environment | None = None
) -> None:
    """
    Registers all operations that programs of the `tir` dialect are made of, before planning and
    after, in place of any implementation that they have.
    """
    environment = Environment() if environment is None else environment
    for functions in (
        AffineFunctions(),
        ArithFunctions(),
        BuiltinFunctions(),
        CfFunctions(),
        FuncFunctions(environment),
        MathFunctions(),
        MemRefFunctions(environment),
        ScfFunctions(),
        TirFunctions(environment),
        UsmpFunctions(),
    ):
        interpreter.register_implementations(functions, override=True)


@dataclass
class Runner:
    """
    Runs functions of a module, planned or not. Each run starts with new memory.

    With `poison`, a read of a byte that the buffer did not write itself is an error. What comes
    from outside is written: arguments, parameters, constants, and the inputs that a plan puts into
    a pool (`usmp.io`).
    """

    module: ModuleOp
    poison: bool = field(default=False, kw_only=True)
    parameters: Mapping[str, Bytes] = field(default_factory=dict[str, Bytes], kw_only=True)
    """The data of `tir.lookup_param`, by name."""

    externs: Mapping[str, Extern] = field(default_factory=dict[str, Extern], kw_only=True)
    """The functions outside the module, by name."""

    pools: Mapping[str, bytearray] = field(default_factory=dict[str, bytearray], kw_only=True)
    """Memory for pools, by name, where the caller wants to see it; others are made for the run."""

    def run(self, entry: str | None, arguments: Sequence[Argument] = ()) -> tuple[Result, ...]:
        """
        The results of the function `entry`: of the one marked `runner_function` if it is `None`, or
        else of the one that nothing calls.

        There is an argument for each parameter but those that are pools, which the run provides.
        Buffers are given as bytes, as many as the type of the parameter says.

        Raises `ExecutionError`, an `InterpretationError`, which names an operation: that which
        cannot go on, or the function if the arguments are not what it takes.
        """
        function = self._entry(entry)
        environment = Environment(self.poison, self.parameters, self.externs, self.pools)
        listener = _LatestOperation(function)
        interpreter = Interpreter(self.module, index_bitwidth=64, listeners=(listener,))
        register_implementations(interpreter, environment)
        values = _argument_values(environment, function, arguments)
        try:
            results = interpreter.call_op(function, values)
            with blaming(function):
                return tuple(_outside_value(value) for value in results)
        except ExecutionError as error:
            # xDSL notes the whole module once for each operation around the one that failed.
            error.__notes__ = []
            raise
        except (AssertionError, FaultError, InterpretationError, NotImplementedError) as error:
            raise ExecutionError(listener.op, str(error) or repr(error)) from error

    def _entry(self, name: str | None) -> Operation:
        functions = _functions_with_bodies(self.module)
        if name is not None:
            function = functions.get(name.removeprefix("@"))
            if function is None:
                known = ", ".join(f"@{known}" for known in functions) or "none"
                raise InterpretationError(
                    f"there is no function @{name.removeprefix('@')} with a body, only {known}"
                )
            return function
        marked = [name for name, op in functions.items() if _is_runner(op)]
        called = _called_names(self.module) if not marked else set[str]()
        candidates = marked or [name for name in functions if name not in called]
        if len(candidates) != 1:
            names = ", ".join(f"@{name}" for name in candidates) or "none"
            raise InterpretationError(
                f"the functions that could be the entry are {names}: name the one to run"
            )
        return functions[candidates[0]]


@dataclass
class _LatestOperation(Interpreter.Listener):
    """The operation that the interpreter came to last."""

    op: Operation

    def will_interpret_op(self, op: Operation, args: PythonValues) -> None:
        self.op = op


def _functions_with_bodies(module: ModuleOp) -> dict[str, Operation]:
    functions: dict[str, Operation] = {}
    for op in module.ops:
        callable = op.get_trait(CallableOpInterface)
        name = get_name_if_symbol(op)
        if callable is not None and name is not None and callable.get_callable_region(op).blocks:
            functions[name] = op
    return functions


def _is_runner(function: Operation) -> bool:
    mark = function.get_attr_or_prop(RUNNER_FUNCTION)
    return mark is not None and not (isinstance(mark, IntegerAttr) and mark.value.data == 0)


def _called_names(module: ModuleOp) -> set[str]:
    called: set[str] = set()
    for op in module.walk():
        if isinstance(op, func.CallOp):
            called.add(op.callee.root_reference.data)
        elif (interface := get_interface(op, BufferCallInterface)) is not None:
            called.add(interface.get_callee(op).root_reference.data)
    return called


# Arguments and results


def _argument_values(
    environment: Environment, function: Operation, arguments: Sequence[Argument]
) -> PythonValues:
    """The values of the parameters: pools, and in between what the caller gave."""
    callable = function.get_trait(CallableOpInterface)
    assert callable is not None
    types = callable.get_argument_types(function)
    pools = _pools_of_parameters(function, len(types))
    expected = pools.count(None)
    if len(arguments) != expected:
        fail(function, f"takes {expected} arguments besides its pools, {len(arguments)} are given")
    given = iter(enumerate(arguments))
    memories: dict[int, Memory] = {}
    return tuple(
        _value_of(function, *next(given), type, memories)
        if pool is None
        else _pool_value(environment, function, pool, type)
        for type, pool in zip(types, pools, strict=True)
    )


def _pools_of_parameters(function: Operation, count: int) -> list[str | None]:
    """The name of the pool that each parameter is, if it is one."""
    attributes = function.properties.get("arg_attrs")
    if not isinstance(attributes, ArrayAttr):
        return [None] * count
    marks = [
        entry.data.get(POOL) if isinstance(entry, DictionaryAttr) else None
        for entry in attributes.data
    ]
    return [mark.string_value() if isinstance(mark, SymbolRefAttr) else None for mark in marks]


def _pool_value(
    environment: Environment, function: Operation, name: str, type: Attribute
) -> MemRefValue:
    size = size_bytes_of(type)
    if size is None or not isinstance(type, MemRefType):
        fail(function, f"pool @{name} is a parameter of type {type}, which has no known size")
    with blaming(function):
        buffer = environment.pool(name, size)
        return view_of(buffer, buffer.start, type)


def _value_of(
    function: Operation,
    number: int,
    argument: Argument,
    type: Attribute,
    memories: dict[int, Memory],
) -> Scalar | MemRefValue:
    """An argument as a value. The same object twice is the same memory."""
    what = f"argument {number}"
    if isinstance(type, MemRefType):
        if isinstance(argument, int | float):
            fail(function, f"{what} is {argument!r}, expected the bytes of a {type}")
        data = memoryview(argument).cast("B")
        memory = memories.setdefault(id(argument), Memory(data, is_constant=data.readonly))
        needed = size_bytes_of(type)
        if needed is not None and needed != len(data):
            fail(function, f"{what} has {len(data)} bytes, but {type} has {needed}")
        with blaming(function):
            return with_type(Buffer.whole(what, memory).as_bytes(), type, what)
    if not isinstance(argument, int | float):
        fail(function, f"{what} is memory, expected a number of type {type}")
    try:
        return converted(argument, type)
    except (FaultError, TypeError, ValueError) as error:
        fail(function, f"{what} is not of type {type}: {error}")


def _outside_value(value: Scalar | MemRefValue) -> Result:
    return value.read_bytes() if isinstance(value, MemRefValue) else value
