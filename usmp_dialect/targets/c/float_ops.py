"""Floating point arithmetic in C, and conversions between numbers of different kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xdsl.dialects import arith, math
from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Operation, SSAValue

from usmp_dialect.targets.c.buffers import buffer_at
from usmp_dialect.targets.c.function_printer import (
    FunctionPrinter,
    buffer_type_of,
    scalar_type_of,
)
from usmp_dialect.targets.c.module_names import Handler
from usmp_dialect.targets.c.scalar_types import FloatScalar, IntegerScalar

Print = Callable[[FunctionPrinter, Operation], None]


def _operator(operator: str) -> Print:
    def print_operator(p: FunctionPrinter, op: Operation) -> None:
        lhs, rhs = op.operands
        p.float(lhs)
        p.define(op.results[0], f"{p.number(lhs)} {operator} {p.number(rhs)}")

    return print_operator


def _function(name: str) -> Print:
    """A function of `math.h`, on any number of operands."""

    def print_function(p: FunctionPrinter, op: Operation) -> None:
        suffix = p.float(op.results[0]).suffix
        p.define(op.results[0], f"{name}{suffix}({', '.join(map(p.number, op.operands))})")

    return print_function


def _helper(name: str) -> Print:
    def print_helper(p: FunctionPrinter, op: Operation) -> None:
        width = p.float(op.results[0]).width
        p.define(op.results[0], p.helpers.call(f"{name}_f{width}", *map(p.number, op.operands)))

    return print_helper


def _negate(p: FunctionPrinter, op: arith.NegfOp) -> None:
    p.float(op.result)
    p.define(op.result, f"-{p.number(op.operand)}")


def _reciprocal_root(p: FunctionPrinter, op: math.RsqrtOp) -> None:
    suffix = p.float(op.result).suffix
    p.define(op.result, f"1 / sqrt{suffix}({p.number(op.operand)})")


def _integer_power(p: FunctionPrinter, op: math.FPowIOp) -> None:
    width = p.float(op.result).width
    exponent = p.signed(op.rhs)
    p.define(op.result, p.helpers.call(f"usmp_fpowi_f{width}", p.number(op.lhs), exponent))


_FALSE, _TRUE = 0, 15

_COMPARISONS: Mapping[int, str] = {
    1: "{a} == {b}",
    2: "{a} > {b}",
    3: "{a} >= {b}",
    4: "{a} < {b}",
    5: "{a} <= {b}",
    6: "{a} < {b} || {a} > {b}",
    7: "!isunordered({a}, {b})",
    8: "!({a} < {b} || {a} > {b})",
    9: "!({a} <= {b})",
    10: "!({a} < {b})",
    11: "!({a} >= {b})",
    12: "!({a} > {b})",
    13: "{a} != {b}",
    14: "isunordered({a}, {b})",
}
"""By the number of the predicate. What is unordered is never less, equal or greater."""


def _compare(p: FunctionPrinter, op: arith.CmpfOp) -> None:
    p.float(op.lhs)
    predicate = op.predicate.value.data
    if predicate in (_FALSE, _TRUE):
        p.bind_constant(op.result, int(predicate == _TRUE))
        return
    p.define(op.result, _COMPARISONS[predicate].format(a=p.number(op.lhs), b=p.number(op.rhs)))


def _select(p: FunctionPrinter, op: arith.SelectOp) -> None:
    condition = p.number(op.cond)
    arms = p.operand(op.lhs), p.operand(op.rhs)
    expression = f"{condition} ? {arms[0]} : {arms[1]}"
    if isinstance(op.result.type, MemRefType):
        type = buffer_type_of(op, op.result.type)
        left, right = p.buffer(op.lhs).sizes, p.buffer(op.rhs).sizes
        sizes = [
            a if a == b else None
            for a, b, e in zip(left, right, type.get_shape(), strict=True)
            if e < 0
        ]
        p.bind_buffer(op.result, buffer_at(p.define_buffer(op.result, expression), type, sizes))
        return
    scalar = scalar_type_of(op, op.result.type)
    is_cast = isinstance(scalar, IntegerScalar) and (scalar.is_promoted or scalar.is_index)
    p.define(op.result, f"({scalar.c_type})({expression})" if is_cast else expression)


def _to_integer(helper: str) -> Callable[[FunctionPrinter, arith.FPToSIOp | arith.FPToUIOp], None]:
    def print_conversion(p: FunctionPrinter, op: arith.FPToSIOp | arith.FPToUIOp) -> None:
        scalar = p.integer(op.result)
        width = p.float(op.input).width
        call = p.helpers.call(f"{helper}_f{width}", p.number(op.input))
        p.define(op.result, f"{call} & 1" if scalar.width == 1 else scalar.cast(call))

    return print_conversion


def _from_signed(p: FunctionPrinter, op: arith.SIToFPOp) -> None:
    operand = p.signed(op.input)
    p.define(op.result, f"({p.float(op.result).c_type})({operand})")


def _from_unsigned(p: FunctionPrinter, op: arith.UIToFPOp) -> None:
    p.define(op.result, f"({p.float(op.result).c_type}){p.typed(op.input)}")


def _convert_float(p: FunctionPrinter, op: arith.ExtFOp | arith.TruncFOp) -> None:
    p.float(op.input)
    p.define(op.result, f"({p.float(op.result).c_type}){p.number(op.input)}")


def _bitcast(p: FunctionPrinter, op: arith.BitcastOp) -> None:
    if isinstance(op.result.type, MemRefType):
        source = p.buffer(op.input)
        target = buffer_at(source.pointer, buffer_type_of(op, op.result.type))
        p.bind_buffer(op.result, target)
        return
    source, target = (scalar_type_of(op, value.type) for value in (op.input, op.result))
    match source, target:
        case FloatScalar(), IntegerScalar():
            call = p.helpers.call(f"usmp_bits_of_f{source.width}", p.number(op.input))
            p.define(op.result, f"({target.c_type}){call}" if target.is_index else call)
        case IntegerScalar(), FloatScalar():
            bits = _as_bits(p, op.input, source, target)
            p.define(op.result, p.helpers.call(f"usmp_bits_to_f{target.width}", bits))
        case IntegerScalar(), IntegerScalar():
            p.define(op.result, target.cast(p.typed(op.input)))
        case _:
            p.define(op.result, p.number(op.input))


def _as_bits(
    p: FunctionPrinter, value: SSAValue, source: IntegerScalar, target: FloatScalar
) -> str:
    operand = p.typed(value)
    return f"({target.bits.c_type}){operand}" if source.is_index else operand


_MATH_FUNCTIONS: Mapping[type[Operation], str] = {
    math.AbsFOp: "fabs",
    math.AcosOp: "acos",
    math.AcoshOp: "acosh",
    math.AsinOp: "asin",
    math.AsinhOp: "asinh",
    math.Atan2Op: "atan2",
    math.AtanOp: "atan",
    math.AtanhOp: "atanh",
    math.CbrtOp: "cbrt",
    math.CeilOp: "ceil",
    math.CopySignOp: "copysign",
    math.CosOp: "cos",
    math.CoshOp: "cosh",
    math.ErfOp: "erf",
    math.Exp2Op: "exp2",
    math.ExpM1Op: "expm1",
    math.ExpOp: "exp",
    math.FloorOp: "floor",
    math.FmaOp: "fma",
    math.Log10Op: "log10",
    math.Log1pOp: "log1p",
    math.Log2Op: "log2",
    math.LogOp: "log",
    math.PowFOp: "pow",
    # Halves to even, in the rounding mode that programs start with.
    math.RoundEvenOp: "rint",
    math.RoundOp: "round",
    math.SinOp: "sin",
    math.SinhOp: "sinh",
    math.SqrtOp: "sqrt",
    math.TanOp: "tan",
    math.TanhOp: "tanh",
    math.TruncOp: "trunc",
    arith.MaxnumfOp: "fmax",
    arith.MinnumfOp: "fmin",
}

HANDLERS: dict[type[Operation], Handler] = {
    **{op_type: _function(name) for op_type, name in _MATH_FUNCTIONS.items()},
    arith.AddfOp: _operator("+"),
    arith.BitcastOp: _bitcast,
    arith.CmpfOp: _compare,
    arith.DivfOp: _operator("/"),
    arith.ExtFOp: _convert_float,
    arith.FPToSIOp: _to_integer("usmp_fptosi"),
    arith.FPToUIOp: _to_integer("usmp_fptoui"),
    arith.MaximumfOp: _helper("usmp_maximumf"),
    arith.MinimumfOp: _helper("usmp_minimumf"),
    arith.MulfOp: _operator("*"),
    arith.NegfOp: _negate,
    arith.SIToFPOp: _from_signed,
    arith.SelectOp: _select,
    arith.SubfOp: _operator("-"),
    arith.TruncFOp: _convert_float,
    arith.UIToFPOp: _from_unsigned,
    math.FPowIOp: _integer_power,
    math.RsqrtOp: _reciprocal_root,
}
