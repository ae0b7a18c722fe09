"""Calls, of functions in the module and of Python functions outside it."""

from __future__ import annotations

from typing import Any, cast

from xdsl.dialects.builtin import MemRefType
from xdsl.interpreter import Interpreter, PythonValues
from xdsl.ir import Attribute, Operation
from xdsl.traits import CallableOpInterface
from xdsl.utils.exceptions import InterpretationError

from usmp_dialect.interpreters.environment import Environment
from usmp_dialect.interpreters.errors import blaming, fail
from usmp_dialect.interpreters.memory import Buffer, Memory, MemRefValue, with_type
from usmp_dialect.interpreters.scalars import Scalar, converted


def call(
    environment: Environment,
    interpreter: Interpreter,
    op: Operation,
    name: str,
    arguments: PythonValues,
) -> PythonValues:
    """
    The results of a function that `op` calls. A buffer is passed as the type of the parameter says,
    whatever its own is.
    """
    callee = environment.symbol(interpreter.module, name)
    callable = None if callee is None else callee.get_trait(CallableOpInterface)
    if callee is None or callable is None or not callable.get_callable_region(callee).blocks:
        return _call_outside(environment, interpreter, op, name, arguments)
    types = callable.get_argument_types(callee)
    if len(types) != len(arguments):
        fail(op, f"@{name} has {len(types)} parameters, but {len(arguments)} arguments are given")
    bound = tuple(
        _passed(op, argument, type, f"argument {number} of the call of @{name}")
        for number, (argument, type) in enumerate(zip(arguments, types, strict=True))
    )
    return interpreter.call_op(callee, bound)


def _passed(op: Operation, value: Any, type: Attribute, what: str) -> Any:
    if isinstance(value, MemRefValue) and isinstance(type, MemRefType):
        with blaming(op):
            return with_type(value, type, what)
    return value


def _call_outside(
    environment: Environment,
    interpreter: Interpreter,
    op: Operation,
    name: str,
    arguments: PythonValues,
) -> PythonValues:
    """
    Calls a Python function, of the environment or registered with the interpreter.

    What it does with its buffers cannot be seen: they count as written by it.
    """
    extern = environment.externs.get(name)
    if extern is None:
        return _call_registered(interpreter, op, name, arguments)
    with blaming(op):
        views = [
            argument.span() if isinstance(argument, MemRefValue) else argument
            for argument in arguments
        ]
    returned = extern(*views)
    for argument in arguments:
        if isinstance(argument, MemRefValue):
            argument.mark_span_written()
    given = dict(zip(map(id, views), arguments, strict=True))
    results = _as_tuple(returned)
    if len(results) != len(op.results):
        fail(op, f"@{name} gave {len(results)} results, but {len(op.results)} are expected")
    return tuple(
        _result(op, name, given.get(id(value), value), result.type)
        for value, result in zip(results, op.results, strict=True)
    )


def _as_tuple(returned: object) -> tuple[object, ...]:
    if isinstance(returned, tuple):
        return cast(tuple[object, ...], returned)
    return () if returned is None else (returned,)


def _result(op: Operation, name: str, value: object, type: Attribute) -> Scalar | MemRefValue:
    """What an outside function gave, as a value of the type that the call expects."""
    what = f"the result of @{name}"
    if isinstance(type, MemRefType):
        if isinstance(value, bytearray):
            value = Buffer.whole(what, Memory(value)).as_bytes()
        if isinstance(value, MemRefValue):
            with blaming(op):
                return with_type(value, type, what)
    elif isinstance(value, int | float):
        try:
            return converted(value, type)
        except (TypeError, ValueError) as error:
            fail(op, f"{what} is not of type {type}: {error}")
    return fail(op, f"{what} is {value!r}, expected a value of type {type}")


def _call_registered(
    interpreter: Interpreter, op: Operation, name: str, arguments: PythonValues
) -> PythonValues:
    try:
        return interpreter.call_external(name, op, arguments)
    except InterpretationError as error:
        # Not an error of the function itself, which goes on as it is.
        if str(error) != f"Could not find external function implementation named {name}":
            raise
    return fail(op, f"@{name} is not in the module: give what it does as externs[{name!r}]")
