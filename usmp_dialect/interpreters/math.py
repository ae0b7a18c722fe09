"""
The `math` dialect, on numbers.

A function of the C library is computed in 64 bits and rounded to the type of the result. The last
bit may thus differ from what the library of some machine computes in fewer bits; square roots,
roundings and fused products are exact. Integer operations follow `arith` where MLIR leaves them
undefined.
"""

from __future__ import annotations

import math as functions_of
from collections.abc import Callable
from fractions import Fraction

from xdsl.dialects import math
from xdsl.interpreter import (
    Interpreter,
    InterpreterFunctions,
    PythonValues,
    impl,
    register_impls,
)

from usmp_dialect.interpreters.arith import float_function, float_operation, integer_function
from usmp_dialect.interpreters.errors import blaming
from usmp_dialect.interpreters.scalars import (
    as_signed,
    as_unsigned,
    bits_of,
    rounded,
    rounded_exactly,
    wrapped,
)

_Function = Callable[[float], float]


def _total(
    function: _Function,
    *,
    poles: Callable[[float], float | None] = lambda x: None,
    is_odd: bool = False,
) -> _Function:
    """
    A function of the C library: infinite where the result is beyond the range and at its `poles`,
    and not a number where it is not defined.
    """

    def compute(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return functions_of.copysign(functions_of.inf, x if is_odd else 1.0)
        except ValueError:
            at_pole = poles(x)
            return functions_of.nan if at_pole is None else at_pole

    return compute


def _pole_at(place: float) -> Callable[[float], float | None]:
    return lambda x: -functions_of.inf if x == place else None


def _whole(function: Callable[[float], int]) -> _Function:
    """Rounding to an integer: what has none stays as it is, and so does the sign of zero."""

    def compute(x: float) -> float:
        if not functions_of.isfinite(x):
            return x
        return functions_of.copysign(float(function(x)), x)

    return compute


def _half_away_from_zero(x: float) -> int:
    whole = functions_of.trunc(x)
    return whole + int(functions_of.copysign(1, x)) if abs(x - whole) >= 0.5 else whole


def _power(x: float, y: float) -> float:
    is_odd = functions_of.isfinite(y) and functions_of.fmod(y, 2.0) in (1.0, -1.0)
    sign = functions_of.copysign(1.0, x) if is_odd else 1.0
    try:
        return functions_of.pow(x, y)
    except OverflowError:
        return sign * functions_of.inf
    except ValueError:
        return functions_of.nan if x else sign * functions_of.inf


def _square_root(x: float) -> float:
    return functions_of.sqrt(x) if x >= 0 else functions_of.nan


@register_impls
class MathFunctions(InterpreterFunctions):
    """Implementations of the operations of the `math` dialect on scalars, instead of xDSL's."""

    run_absf = float_function(math.AbsFOp, functions_of.fabs)
    run_acos = float_function(math.AcosOp, _total(functions_of.acos))
    run_acosh = float_function(math.AcoshOp, _total(functions_of.acosh))
    run_asin = float_function(math.AsinOp, _total(functions_of.asin))
    run_asinh = float_function(math.AsinhOp, _total(functions_of.asinh))
    run_atan = float_function(math.AtanOp, _total(functions_of.atan))
    run_atan2 = float_operation(math.Atan2Op, functions_of.atan2)
    run_atanh = float_function(
        math.AtanhOp,
        _total(
            functions_of.atanh,
            poles=lambda x: functions_of.copysign(functions_of.inf, x) if abs(x) == 1 else None,
        ),
    )
    run_cbrt = float_function(math.CbrtOp, _total(functions_of.cbrt))
    run_cos = float_function(math.CosOp, _total(functions_of.cos))
    run_cosh = float_function(math.CoshOp, _total(functions_of.cosh))
    run_erf = float_function(math.ErfOp, _total(functions_of.erf))
    run_exp = float_function(math.ExpOp, _total(functions_of.exp))
    run_exp2 = float_function(math.Exp2Op, _total(functions_of.exp2))
    run_expm1 = float_function(math.ExpM1Op, _total(functions_of.expm1))
    run_log = float_function(math.LogOp, _total(functions_of.log, poles=_pole_at(0.0)))
    run_log10 = float_function(math.Log10Op, _total(functions_of.log10, poles=_pole_at(0.0)))
    run_log1p = float_function(math.Log1pOp, _total(functions_of.log1p, poles=_pole_at(-1.0)))
    run_log2 = float_function(math.Log2Op, _total(functions_of.log2, poles=_pole_at(0.0)))
    run_sin = float_function(math.SinOp, _total(functions_of.sin))
    run_sinh = float_function(math.SinhOp, _total(functions_of.sinh, is_odd=True))
    run_sqrt = float_function(math.SqrtOp, _square_root)
    run_tan = float_function(math.TanOp, _total(functions_of.tan))
    run_tanh = float_function(math.TanhOp, _total(functions_of.tanh))
    run_powf = float_operation(math.PowFOp, _power)
    run_copysign = float_operation(math.CopySignOp, functions_of.copysign)

    run_ceil = float_function(math.CeilOp, _whole(functions_of.ceil))
    run_floor = float_function(math.FloorOp, _whole(functions_of.floor))
    run_trunc = float_function(math.TruncOp, _whole(functions_of.trunc))
    run_round = float_function(math.RoundOp, _whole(_half_away_from_zero))
    run_roundeven = float_function(math.RoundEvenOp, _whole(round))

    run_absi = integer_function(math.AbsIOp, int.__abs__, is_signed=True)
    run_ctpop = integer_function(math.CtPopOp, int.bit_count)

    @impl(math.RsqrtOp)
    def run_rsqrt(
        self, interpreter: Interpreter, op: math.RsqrtOp, args: PythonValues
    ) -> PythonValues:
        type = op.result.type
        with blaming(op):
            root = rounded(_square_root(args[0]), type)
            if not root:
                return (functions_of.copysign(functions_of.inf, root),)
            return (rounded(1.0 / root, type),)

    @impl(math.FmaOp)
    def run_fma(self, interpreter: Interpreter, op: math.FmaOp, args: PythonValues) -> PythonValues:
        a, b, c = args
        with blaming(op):
            if not all(map(functions_of.isfinite, args)):
                return (rounded(a * b + c, op.result.type),)
            exact = Fraction(a) * Fraction(b) + Fraction(c)
            # The sign of a zero is that which the two zeros that are added agree on.
            zero = functions_of.copysign(0.0, a) * functions_of.copysign(1.0, b) + c
            is_sum_of_zeros = not (a and b) and not c
            return (
                rounded_exactly(
                    exact, op.result.type, sign_of_zero=zero if is_sum_of_zeros else 0.0
                ),
            )

    @impl(math.FPowIOp)
    def run_fpowi(
        self, interpreter: Interpreter, op: math.FPowIOp, args: PythonValues
    ) -> PythonValues:
        type = op.result.type
        with blaming(op):
            base, exponent = args[0], as_signed(args[1], bits_of(op.rhs.type))
            result, left = 1.0, abs(exponent)
            # Rounded after each product, as the loop that a device runs is.
            while left:
                if left % 2:
                    result = rounded(result * base, type)
                base = rounded(base * base, type)
                left //= 2
            if exponent >= 0:
                return (result,)
            if not result:
                return (functions_of.copysign(functions_of.inf, result),)
            return (rounded(1.0 / result, type),)

    @impl(math.IPowIOp)
    def run_ipowi(
        self, interpreter: Interpreter, op: math.IPowIOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.result.type)
            base, exponent = (as_signed(value, bits) for value in args)
            if exponent >= 0:
                return (wrapped(pow(base, exponent, 1 << bits), op.result.type),)
            # One over a power is zero but for 1 and -1.
            inverse = base if abs(base) == 1 and exponent % 2 else int(abs(base) == 1)
            return (wrapped(inverse, op.result.type),)

    @impl(math.CountLeadingZerosOp)
    def run_ctlz(
        self, interpreter: Interpreter, op: math.CountLeadingZerosOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.result.type)
            zeros = bits - as_unsigned(args[0], bits).bit_length()
            return (wrapped(zeros, op.result.type),)

    @impl(math.CountTrailingZerosOp)
    def run_cttz(
        self, interpreter: Interpreter, op: math.CountTrailingZerosOp, args: PythonValues
    ) -> PythonValues:
        with blaming(op):
            bits = bits_of(op.result.type)
            value = as_unsigned(args[0], bits)
            zeros = (value & -value).bit_length() - 1 if value else bits
            return (wrapped(zeros, op.result.type),)
