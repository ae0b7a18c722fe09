"""
The `arith` dialect, on numbers.

Integers wrap around, and every floating point result is rounded to its type, so that results are
the bits that a device computes. What MLIR leaves undefined has a value here, and no operation
fails: a division by zero, a shift by the bits of the type or more, and the integer of a number that
is out of all range are 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from xdsl.dialects import arith
from xdsl.dialects.builtin import FloatAttr, IntegerAttr, MemRefType
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    OpImpl,
    PythonValues,
    impl,
    register_impls,
)
from xdsl.ir import OperationInvT

from usmp_dialect.interpreters.errors import blaming, fail
from usmp_dialect.interpreters.memory import with_type
from usmp_dialect.interpreters.scalars import (
    as_signed,
    as_unsigned,
    bits_of,
    rounded,
    rounded_exactly,
    same_bits,
    wrapped,
)


def integer_function(
    op_type: type[OperationInvT], compute: Callable[[int], int], *, is_signed: bool = False
) -> OpImpl[InterpreterFunctions, OperationInvT]:
    """
    The implementation of an operation on one integer by `compute`, which is given it with or
    without a sign, and whose result is cut to the type of the result.
    """
    return _of_integers(op_type, compute, is_signed=is_signed)


def integer_operation(
    op_type: type[OperationInvT], compute: Callable[[int, int], int], *, is_signed: bool = False
) -> OpImpl[InterpreterFunctions, OperationInvT]:
    """The same for two integers of one type."""
    return _of_integers(op_type, compute, is_signed=is_signed)


def float_function(
    op_type: type[OperationInvT], compute: Callable[[float], float]
) -> OpImpl[InterpreterFunctions, OperationInvT]:
    """
    The implementation of an operation on a floating point number by `compute`, whose result is
    rounded to the type of the result.
    """
    return _of_floats(op_type, compute)


def float_operation(
    op_type: type[OperationInvT], compute: Callable[[float, float], float]
) -> OpImpl[InterpreterFunctions, OperationInvT]:
    """The same for two floating point numbers."""
    return _of_floats(op_type, compute)


def _of_integers(
    op_type: type[OperationInvT], compute: Callable[..., int], *, is_signed: bool
) -> OpImpl[InterpreterFunctions, OperationInvT]:
    represent = as_signed if is_signed else as_unsigned

    @impl(op_type)
    def run(
        functions: InterpreterFunctions,
        interpreter: Interpreter,
        op: OperationInvT,
        args: PythonValues,
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.operands[0].type)
            values = [represent(value, bits) for value in args]
            return (wrapped(compute(*values), op.results[0].type),)

    return run


def _of_floats(
    op_type: type[OperationInvT], compute: Callable[..., float]
) -> OpImpl[InterpreterFunctions, OperationInvT]:
    @impl(op_type)
    def run(
        functions: InterpreterFunctions,
        interpreter: Interpreter,
        op: OperationInvT,
        args: PythonValues,
    ) -> PythonValues:
        with blaming(op):
            return (rounded(compute(*args), op.results[0].type),)

    return run


def _shift(
    op_type: type[OperationInvT], compute: Callable[[int, int], int], *, is_signed: bool = False
) -> OpImpl[InterpreterFunctions, OperationInvT]:
    represent = as_signed if is_signed else as_unsigned

    @impl(op_type)
    def run(
        functions: InterpreterFunctions,
        interpreter: Interpreter,
        op: OperationInvT,
        args: PythonValues,
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.operands[0].type)
            value, amount = represent(args[0], bits), as_unsigned(args[1], bits)
            return (wrapped(compute(value, amount), op.results[0].type) if amount < bits else 0,)

    return run


def _toward_zero(x: int, y: int) -> int:
    quotient = abs(x) // abs(y) if y else 0
    return quotient if (x < 0) == (y < 0) else -quotient


def _remainder(x: int, y: int) -> int:
    return x - y * _toward_zero(x, y) if y else 0


def _floor(x: int, y: int) -> int:
    return x // y if y else 0


def _ceiling(x: int, y: int) -> int:
    return -(-x // y) if y else 0


def _divide(x: float, y: float) -> float:
    if y:
        return x / y
    if not x or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, math.copysign(1.0, x) * math.copysign(1.0, y))


def _minimum(x: float, y: float) -> float:
    if math.isnan(x) or math.isnan(y):
        return math.nan
    # -0.0 is less than 0.0 here.
    return min(x, y, key=lambda value: (value, math.copysign(1.0, value)))


def _maximum(x: float, y: float) -> float:
    if math.isnan(x) or math.isnan(y):
        return math.nan
    return max(x, y, key=lambda value: (value, math.copysign(1.0, value)))


def _minimum_number(x: float, y: float) -> float:
    return y if math.isnan(x) else x if math.isnan(y) else _minimum(x, y)


def _maximum_number(x: float, y: float) -> float:
    return y if math.isnan(x) else x if math.isnan(y) else _maximum(x, y)


_INTEGER_PREDICATES: Mapping[int, tuple[bool, Callable[[int, int], bool]]] = {
    0: (False, lambda x, y: x == y),
    1: (False, lambda x, y: x != y),
    2: (True, lambda x, y: x < y),
    3: (True, lambda x, y: x <= y),
    4: (True, lambda x, y: x > y),
    5: (True, lambda x, y: x >= y),
    6: (False, lambda x, y: x < y),
    7: (False, lambda x, y: x <= y),
    8: (False, lambda x, y: x > y),
    9: (False, lambda x, y: x >= y),
}
"""By the number of the predicate: whether the operands have a sign, and what is asked of them."""

_FLOAT_PREDICATES: Mapping[int, tuple[bool, Callable[[float, float], bool]]] = {
    0: (False, lambda x, y: False),
    1: (False, lambda x, y: x == y),
    2: (False, lambda x, y: x > y),
    3: (False, lambda x, y: x >= y),
    4: (False, lambda x, y: x < y),
    5: (False, lambda x, y: x <= y),
    6: (False, lambda x, y: x != y),
    7: (False, lambda x, y: True),
    8: (True, lambda x, y: x == y),
    9: (True, lambda x, y: x > y),
    10: (True, lambda x, y: x >= y),
    11: (True, lambda x, y: x < y),
    12: (True, lambda x, y: x <= y),
    13: (True, lambda x, y: x != y),
    14: (True, lambda x, y: False),
    15: (True, lambda x, y: True),
}
"""By the number of the predicate: what holds if an operand is not a number, and if both are."""


@register_impls
class ArithFunctions(InterpreterFunctions):
    """Implementations of the operations of the `arith` dialect on scalars, instead of xDSL's."""

    run_addi = integer_operation(arith.AddiOp, lambda x, y: x + y)
    run_subi = integer_operation(arith.SubiOp, lambda x, y: x - y)
    run_muli = integer_operation(arith.MuliOp, lambda x, y: x * y)
    run_andi = integer_operation(arith.AndIOp, lambda x, y: x & y)
    run_ori = integer_operation(arith.OrIOp, lambda x, y: x | y)
    run_xori = integer_operation(arith.XOrIOp, lambda x, y: x ^ y)
    run_divui = integer_operation(arith.DivUIOp, _floor)
    run_remui = integer_operation(arith.RemUIOp, _remainder)
    run_ceildivui = integer_operation(arith.CeilDivUIOp, _ceiling)
    run_minui = integer_operation(arith.MinUIOp, min)
    run_maxui = integer_operation(arith.MaxUIOp, max)
    run_divsi = integer_operation(arith.DivSIOp, _toward_zero, is_signed=True)
    run_remsi = integer_operation(arith.RemSIOp, _remainder, is_signed=True)
    run_floordivsi = integer_operation(arith.FloorDivSIOp, _floor, is_signed=True)
    run_ceildivsi = integer_operation(arith.CeilDivSIOp, _ceiling, is_signed=True)
    run_minsi = integer_operation(arith.MinSIOp, min, is_signed=True)
    run_maxsi = integer_operation(arith.MaxSIOp, max, is_signed=True)
    run_extsi = integer_function(arith.ExtSIOp, lambda x: x, is_signed=True)
    run_extui = integer_function(arith.ExtUIOp, lambda x: x)
    run_trunci = integer_function(arith.TruncIOp, lambda x: x)
    run_index_cast = integer_function(arith.IndexCastOp, lambda x: x, is_signed=True)
    run_shli = _shift(arith.ShLIOp, lambda x, y: x << y)
    run_shrui = _shift(arith.ShRUIOp, lambda x, y: x >> y)
    run_shrsi = _shift(arith.ShRSIOp, lambda x, y: x >> y, is_signed=True)

    run_addf = float_operation(arith.AddfOp, lambda x, y: x + y)
    run_subf = float_operation(arith.SubfOp, lambda x, y: x - y)
    run_mulf = float_operation(arith.MulfOp, lambda x, y: x * y)
    run_divf = float_operation(arith.DivfOp, _divide)
    run_negf = float_function(arith.NegfOp, lambda x: -x)
    run_minimumf = float_operation(arith.MinimumfOp, _minimum)
    run_maximumf = float_operation(arith.MaximumfOp, _maximum)
    run_minnumf = float_operation(arith.MinnumfOp, _minimum_number)
    run_maxnumf = float_operation(arith.MaxnumfOp, _maximum_number)
    run_extf = float_function(arith.ExtFOp, lambda x: x)
    run_truncf = float_function(arith.TruncFOp, lambda x: x)

    @impl(arith.ConstantOp)
    def run_constant(
        self, interpreter: Interpreter, op: arith.ConstantOp, args: PythonValues
    ) -> PythonValues:
        value = op.value
        with blaming(op):
            if isinstance(value, IntegerAttr):
                return (wrapped(value.value.data, op.result.type),)
            if isinstance(value, FloatAttr):
                return (rounded(value.value.data, op.result.type),)
        return fail(op, f"constants of type {op.result.type} are not interpreted")

    @impl(arith.CmpiOp)
    def run_cmpi(
        self, interpreter: Interpreter, op: arith.CmpiOp, args: PythonValues
    ) -> PythonValues:
        is_signed, compare = _INTEGER_PREDICATES[op.predicate.value.data]
        represent = as_signed if is_signed else as_unsigned
        with blaming(op):
            bits = bits_of(op.lhs.type)
        lhs, rhs = (represent(value, bits) for value in args)
        return (int(compare(lhs, rhs)),)

    @impl(arith.CmpfOp)
    def run_cmpf(
        self, interpreter: Interpreter, op: arith.CmpfOp, args: PythonValues
    ) -> PythonValues:
        if_unordered, compare = _FLOAT_PREDICATES[op.predicate.value.data]
        is_unordered = any(map(math.isnan, args))
        return (int(if_unordered if is_unordered else compare(*args)),)

    @impl(arith.SelectOp)
    def run_select(
        self, interpreter: Interpreter, op: arith.SelectOp, args: PythonValues
    ) -> PythonValues:
        condition, if_true, if_false = args
        return (if_true if condition else if_false,)

    @impl(arith.AddUIExtendedOp)
    def run_addui_extended(
        self, interpreter: Interpreter, op: arith.AddUIExtendedOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.sum.type)
        total = sum(as_unsigned(value, bits) for value in args)
        return wrapped(total, op.sum.type), total >> bits

    @impl(arith.MulUIExtendedOp)
    def run_mului_extended(
        self, interpreter: Interpreter, op: arith.MulUIExtendedOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.low.type)
        product = math.prod(as_unsigned(value, bits) for value in args)
        return wrapped(product, op.low.type), wrapped(product >> bits, op.high.type)

    @impl(arith.MulSIExtendedOp)
    def run_mulsi_extended(
        self, interpreter: Interpreter, op: arith.MulSIExtendedOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.low.type)
        product = math.prod(as_signed(value, bits) for value in args)
        return wrapped(product, op.low.type), wrapped(product >> bits, op.high.type)

    @impl(arith.SIToFPOp)
    def run_sitofp(
        self, interpreter: Interpreter, op: arith.SIToFPOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            value = as_signed(args[0], bits_of(op.input.type))
            return (rounded_exactly(value, op.result.type),)

    @impl(arith.UIToFPOp)
    def run_uitofp(
        self, interpreter: Interpreter, op: arith.UIToFPOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            value = as_unsigned(args[0], bits_of(op.input.type))
            return (rounded_exactly(value, op.result.type),)

    @impl(arith.FPToSIOp)
    def run_fptosi(
        self, interpreter: Interpreter, op: arith.FPToSIOp, args: PythonValues
    ) -> PythonValues:
        in_range = -(2.0**63) <= args[0] < 2.0**63
        with blaming(op):
            return (wrapped(int(args[0]) if in_range else 0, op.result.type),)

    @impl(arith.FPToUIOp)
    def run_fptoui(
        self, interpreter: Interpreter, op: arith.FPToUIOp, args: PythonValues
    ) -> PythonValues:
        in_range = -1.0 < args[0] < 2.0**64
        with blaming(op):
            return (wrapped(int(args[0]) if in_range else 0, op.result.type),)

    @impl(arith.BitcastOp)
    def run_bitcast(
        self, interpreter: Interpreter, op: arith.BitcastOp, args: PythonValues
    ) -> PythonValues:
        source, target = op.input.type, op.result.type
        with blaming(op):
            if isinstance(target, MemRefType):
                return (with_type(args[0], target, "the operand"),)
            return (same_bits(args[0], source, target),)
