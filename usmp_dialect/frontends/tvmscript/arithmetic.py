"""
TIR's arithmetic on numbers, in the `arith` dialect.

Each function matches the types of its operands as TIR does, folds what is known, and writes the
operation that the types ask for: signed or unsigned, floor or truncating. Integers made of loop
variables stay `index` values; every other one has the exact width of its type.
"""

from __future__ import annotations

import ast
import math
import operator
import struct
from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from xdsl.dialects import arith, vector
from xdsl.dialects.builtin import Float32Type, IndexType, IntegerType, VectorType
from xdsl.ir import Attribute, Operation, SSAValue

from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import BOOL, FLOAT32, INT32, INT64, DType
from usmp_dialect.frontends.tvmscript.values import (
    Broadcast,
    Computed,
    Constant,
    Number,
    Ramp,
    Scalar,
)

_INDEX = IndexType()

BinaryOpType: TypeAlias = Callable[[SSAValue, SSAValue], Operation]


# Literals


def literal(context: FunctionContext, node: ast.expr, value: bool | int | float) -> Constant:
    """A bare Python number, of the type that TIR gives it."""
    if isinstance(value, bool):
        return Constant(int(value), BOOL, is_literal=True)
    if isinstance(value, float):
        return Constant(value, FLOAT32, is_literal=True)
    for dtype in (INT32, INT64):
        if dtype.holds(value):
            return Constant(value, dtype, is_literal=True)
    raise context.error(node, f"{value} does not fit in 64 bits")


def typed_constant(
    context: FunctionContext, node: ast.expr, value: int | float, dtype: DType
) -> Constant:
    """A number of a type that has it; raises `TVMScriptError` for one that does not."""
    if dtype.is_float:
        try:
            return Constant(round_to(float(value), dtype), dtype)
        except OverflowError:
            raise context.error(node, f"{value} does not fit in {dtype}") from None
    if isinstance(value, float) or not dtype.holds(value):
        raise context.error(node, f"{value} is not a value of type {dtype}")
    return Constant(int(value), dtype)


_FORMATS = {16: "<e", 32: "<f", 64: "<d"}


def round_to(value: float, dtype: DType) -> float:
    """The number of a floating point type next to `value`. Raises `OverflowError`."""
    if dtype.kind == "bfloat":
        return _round_to_bfloat16(value)
    layout = _FORMATS[dtype.bits]
    return struct.unpack(layout, struct.pack(layout, value))[0]


def _round_to_bfloat16(value: float) -> float:
    if math.isnan(value) or math.isinf(value):
        return value
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
    rounded: float = struct.unpack("<f", struct.pack("<I", bits))[0]
    if math.isinf(rounded):
        raise OverflowError
    return rounded


# From numbers to SSA values


def as_index(context: FunctionContext, number: Scalar) -> SSAValue:
    """An integer as a value of type `index`."""
    emitter = context.emitter
    if isinstance(number, Constant):
        return emitter.index_constant(int(number.value))
    if number.is_index:
        return number.ssa
    ssa = number.ssa
    if not number.dtype.is_signed and number.dtype.bits < 64:
        ssa = emitter.value(arith.ExtUIOp(ssa, IntegerType(64)))
    return emitter.value(arith.IndexCastOp(ssa, _INDEX))


def exact(context: FunctionContext, number: Number) -> SSAValue:
    """A number as a value of exactly its type."""
    emitter = context.emitter
    match number:
        case Constant(value=value, dtype=dtype):
            return emitter.number_constant(value, dtype)
        case Computed(ssa=ssa, dtype=dtype):
            if not number.is_index:
                return ssa
            return emitter.value(arith.IndexCastOp(ssa, dtype.element_type))
        case Broadcast(value=Constant(value=value), dtype=dtype):
            return emitter.number_constant(value, dtype)
        case Broadcast(value=value, dtype=dtype):
            return emitter.value(vector.BroadcastOp(exact(context, value), _vector_type(dtype)))
        case Ramp(base=base, stride=stride, lanes=lanes, dtype=dtype):
            steps = emitter.vector_constant([lane * stride for lane in range(lanes)], dtype)
            first = exact(context, Broadcast(base, lanes))
            return emitter.value(arith.AddiOp(first, steps))


def _vector_type(dtype: DType) -> VectorType[Attribute]:
    value_type = dtype.value_type
    assert isinstance(value_type, VectorType)
    return value_type


def lanes_of(context: FunctionContext, number: Number) -> list[Scalar]:
    """Each lane of a number, as a number of its own."""
    match number:
        case Broadcast(value=value, lanes=lanes):
            return [value] * lanes
        case Ramp(base=base, stride=stride, lanes=lanes):
            steps = (Constant(stride * lane, base.dtype) for lane in range(lanes))
            return [_integer_binary(context, "add", base, step) for step in steps]
        case Computed(ssa=ssa, dtype=dtype) if dtype.lanes > 1:
            scalar = dtype.scalar
            return [
                Computed(
                    context.emitter.value(vector.ExtractOp(ssa, [lane], scalar.element_type)),
                    scalar,
                )
                for lane in range(dtype.lanes)
            ]
        case Constant() | Computed():
            return [number]


def from_lanes(context: FunctionContext, lanes: Sequence[Scalar], dtype: DType) -> Number:
    """The vector of `lanes`; the type is that of one of them."""
    if all(isinstance(lane, Constant) for lane in lanes):
        values = [lane.value for lane in lanes if isinstance(lane, Constant)]
        ssa = context.emitter.vector_constant(values, dtype)
        return Computed(ssa, dtype.with_lanes(len(lanes)))
    vector_dtype = dtype.with_lanes(len(lanes))
    ssa = context.emitter.number_constant(0, vector_dtype)
    for position, lane in enumerate(lanes):
        ssa = context.emitter.value(vector.InsertOp(exact(context, lane), ssa, [position]))
    return Computed(ssa, vector_dtype)


def lanewise(
    context: FunctionContext, numbers: Sequence[Number], compute: Callable[..., Scalar]
) -> Number:
    """What `compute` makes of the lanes of numbers that all have as many, lane by lane."""
    if all(isinstance(number, Broadcast) for number in numbers):
        values = [number.value for number in numbers if isinstance(number, Broadcast)]
        return Broadcast(compute(*values), numbers[0].dtype.lanes)
    rows = zip(*(lanes_of(context, number) for number in numbers), strict=True)
    results = [compute(*row) for row in rows]
    return from_lanes(context, results, results[0].dtype)


# Types


def cast_to(context: FunctionContext, node: ast.expr, number: Number, dtype: DType) -> Number:
    """The number in another type: `T.cast`. `dtype` has one lane, or as many as the number."""
    if number.dtype.lanes > 1:
        if dtype.lanes not in (1, number.dtype.lanes):
            raise context.error(node, f"cannot cast {number.dtype} to {dtype}")
        if number.dtype.scalar == dtype.scalar:
            return number
        target = dtype.scalar
        if isinstance(number, Ramp) and is_wider_index(number.dtype.scalar, target):
            base = _cast_scalar(context, number.base, target)
            return Ramp(base, number.stride, number.lanes)

        def cast_lane(lane: Scalar) -> Scalar:
            return _cast_scalar(context, lane, target)

        return lanewise(context, [number], cast_lane)
    if not isinstance(number, Constant | Computed):
        raise context.error(node, f"cannot cast {number.dtype} to {dtype}")
    if dtype.lanes > 1:
        return Broadcast(_cast_scalar(context, number, dtype.scalar), dtype.lanes)
    return _cast_scalar(context, number, dtype)


def is_wider_index(source: DType, target: DType) -> bool:
    """Whether a signed type is cast to one that has all of its values."""
    return source.is_signed and target.is_signed and target.bits >= source.bits


def _cast_scalar(context: FunctionContext, number: Scalar, target: DType) -> Scalar:
    source = number.dtype
    if source == target:
        return number
    if isinstance(number, Constant):
        folded = _cast_constant(number, target)
        if folded is not None:
            return folded
    elif number.is_index:
        if is_wider_index(source, target):
            return Computed(number.ssa, target, number.is_nonnegative)
        if target.is_integer and not target.is_bool and target.bits <= source.bits:
            cast = arith.IndexCastOp(number.ssa, target.element_type)
            return Computed(context.emitter.value(cast), target)
    ssa = exact(context, number)
    if target.is_bool:
        return _is_not_zero(context, ssa, source)
    if source.is_float and target.is_float and source.bits == target.bits:
        # float16 and bfloat16: neither holds the values of the other, float32 those of both.
        ssa, source = context.emitter.value(arith.ExtFOp(ssa, Float32Type())), FLOAT32
    op = _cast_op(ssa, source, target)
    return Computed(ssa if op is None else context.emitter.value(op), target)


def _is_not_zero(context: FunctionContext, ssa: SSAValue, source: DType) -> Computed:
    zero = context.emitter.number_constant(0, source)
    op = arith.CmpfOp(ssa, zero, "one") if source.is_float else arith.CmpiOp(ssa, zero, "ne")
    return Computed(context.emitter.value(op), BOOL)


def _cast_op(ssa: SSAValue, source: DType, target: DType) -> Operation | None:
    """The operation that makes `target` of `source`, `None` if the bits are the same."""
    element = target.element_type
    if source.is_integer and isinstance(element, IntegerType):
        if target.bits < source.bits:
            return arith.TruncIOp(ssa, element)
        if target.bits == source.bits:
            return None
        extend = arith.ExtSIOp if source.is_signed else arith.ExtUIOp
        return extend(ssa, element)
    if isinstance(element, IntegerType):
        return (arith.FPToSIOp if target.is_signed else arith.FPToUIOp)(ssa, element)
    if source.is_integer:
        return (arith.SIToFPOp if source.is_signed else arith.UIToFPOp)(ssa, element)
    return _float_cast_op(ssa, source, target)


def _float_cast_op(ssa: SSAValue, source: DType, target: DType) -> Operation:
    if target.bits > source.bits:
        return arith.ExtFOp(ssa, target.element_type)
    return arith.TruncFOp(ssa, target.element_type)


def _cast_constant(number: Constant, target: DType) -> Constant | None:
    """The constant in another type, `None` if that is left to the program."""
    value = number.value
    if target.is_bool:
        return Constant(int(value != 0), BOOL) if not math.isnan(value) else None
    if target.is_integer:
        if isinstance(value, int):
            return Constant(target.wrap(value), target)
        if math.isfinite(value) and target.holds(math.trunc(value)):
            return Constant(math.trunc(value), target)
        return None
    if isinstance(value, int) and abs(value) >= 1 << 53:
        return None
    try:
        source = float(value) if isinstance(value, int) else round_to(value, number.dtype)
        return Constant(round_to(source, target), target)
    except OverflowError:
        return None


def match_types(
    context: FunctionContext, node: ast.expr, lhs: Number, rhs: Number
) -> tuple[Number, Number]:
    """
    Two numbers of one type, as TIR matches operands: the wider of two integers of the same
    signedness, the signed one of the greater width of two others, the wider of two floats, the
    float of a float and an integer; a number of one lane goes to every lane of a vector.
    """
    if lhs.dtype == rhs.dtype:
        return lhs, rhs
    lanes = max(lhs.dtype.lanes, rhs.dtype.lanes)
    lhs, rhs = (_with_lanes(context, node, number, lanes) for number in (lhs, rhs))
    common = _common_type(lhs.dtype.scalar, rhs.dtype.scalar)
    if common is None:
        raise context.error(
            node, f"{lhs.dtype} and {rhs.dtype} cannot be operands of one operation", "T.cast"
        )
    return cast_to(context, node, lhs, common), cast_to(context, node, rhs, common)


def _with_lanes(context: FunctionContext, node: ast.expr, number: Number, lanes: int) -> Number:
    if number.dtype.lanes == lanes:
        return number
    if not isinstance(number, Constant | Computed) or number.dtype.lanes > 1:
        raise context.error(node, f"{number.dtype} does not have {lanes} lanes")
    return Broadcast(number, lanes)


def _common_type(lhs: DType, rhs: DType) -> DType | None:
    if lhs.is_float and rhs.is_float:
        if lhs.bits == rhs.bits and lhs.kind != rhs.kind:
            return None
        return lhs if lhs.bits >= rhs.bits else rhs
    if lhs.is_float or rhs.is_float:
        return lhs if lhs.is_float else rhs
    if lhs.is_signed == rhs.is_signed:
        return lhs if lhs.bits >= rhs.bits else rhs
    return DType("int", max(lhs.bits, rhs.bits))


# Binary operations

_INTEGER_OPS: dict[str, tuple[BinaryOpType, BinaryOpType]] = {
    "add": (arith.AddiOp, arith.AddiOp),
    "sub": (arith.SubiOp, arith.SubiOp),
    "mul": (arith.MuliOp, arith.MuliOp),
    "truncdiv": (arith.DivSIOp, arith.DivUIOp),
    "truncmod": (arith.RemSIOp, arith.RemUIOp),
    "floordiv": (arith.FloorDivSIOp, arith.DivUIOp),
    "min": (arith.MinSIOp, arith.MinUIOp),
    "max": (arith.MaxSIOp, arith.MaxUIOp),
    "bitwise_and": (arith.AndIOp, arith.AndIOp),
    "bitwise_or": (arith.OrIOp, arith.OrIOp),
    "bitwise_xor": (arith.XOrIOp, arith.XOrIOp),
    "shift_left": (arith.ShLIOp, arith.ShLIOp),
    "shift_right": (arith.ShRSIOp, arith.ShRUIOp),
}
"""For signed and for unsigned operands."""

_FLOAT_OPS: dict[str, BinaryOpType] = {
    "add": arith.AddfOp,
    "sub": arith.SubfOp,
    "mul": arith.MulfOp,
    "div": arith.DivfOp,
}

_BOOL_OPS = ("bitwise_and", "bitwise_or", "bitwise_xor")

_KEEPS_NONNEGATIVE = (
    *("add", "mul", "min", "max", "truncdiv", "truncmod", "floordiv", "floormod"),
    *("bitwise_and", "bitwise_or", "bitwise_xor", "shift_right"),
)

_NEEDS_WIDTH = ("shift_left",)
"""Operations that push bits out of the type, which an `index` would keep."""

_SHIFTS = ("shift_left", "shift_right")
_DIVISIONS = ("truncdiv", "truncmod", "floordiv", "floormod")


def binary(context: FunctionContext, node: ast.expr, name: str, lhs: Number, rhs: Number) -> Number:
    """
    An operation on two numbers: `add`, `floordiv`, `max`, `shift_left`, ..., after matching types.
    """
    if (
        isinstance(lhs, Constant)
        and isinstance(rhs, Constant)
        and lhs.is_literal
        and rhs.is_literal
    ):
        return _python_binary(context, node, name, lhs, rhs)
    lhs, rhs = match_types(context, node, lhs, rhs)
    _check_operands(context, node, name, lhs.dtype, rhs)
    folded = _fold_ramp(context, name, lhs, rhs)
    if folded is not None:
        return folded
    if lhs.dtype.lanes > 1:
        return _vector_binary(context, name, lhs, rhs)
    assert isinstance(lhs, Constant | Computed)
    assert isinstance(rhs, Constant | Computed)
    return _scalar_binary(context, name, lhs, rhs)


def _check_operands(
    context: FunctionContext, node: ast.expr, name: str, dtype: DType, rhs: Number
) -> None:
    if dtype.is_float:
        if name not in (*_FLOAT_OPS, "min", "max"):
            accepted = "T.floor(a / b)" if name == "floordiv" else "integers"
            raise context.error(node, f"{name} of {dtype}", accepted)
        return
    if dtype.is_bool and name not in (*_BOOL_OPS, "min", "max"):
        raise context.error(node, f"{name} of bool", "T.cast to an integer type first")
    if name == "div":
        raise context.error(
            node,
            "'/' does not say how integers are rounded",
            "T.truncdiv(a, b) towards zero, or a // b towards minus infinity",
        )
    if name in _DIVISIONS and isinstance(rhs, Constant) and rhs.value == 0:
        raise context.error(node, "division by zero")
    if name in _SHIFTS and isinstance(rhs, Constant) and _is_undefined(name, rhs):
        raise context.error(node, f"{dtype} cannot be shifted by {rhs.value}")


def _python_binary(
    context: FunctionContext, node: ast.expr, name: str, lhs: Constant, rhs: Constant
) -> Constant:
    """Bare Python numbers are computed as Python does, before TIR sees them."""
    compute = _PYTHON_OPS.get(name)
    x, y = _python_value(lhs), _python_value(rhs)
    if compute is None or (name.startswith("shift") and not 0 <= y < 64):
        raise context.error(node, f"{name} of {x} and {y}")
    try:
        return literal(context, node, compute(x, y))
    except (ArithmeticError, TypeError) as error:
        raise context.error(node, str(error)) from error


def _python_value(number: Constant) -> bool | int | float:
    return bool(number.value) if number.dtype.is_bool else number.value


def _truncdiv(x: int, y: int) -> int:
    quotient = abs(x) // abs(y)
    return quotient if (x < 0) == (y < 0) else -quotient


def _truncmod(x: int, y: int) -> int:
    return x - _truncdiv(x, y) * y


_PYTHON_OPS = cast(
    dict[str, Callable[[int | float, int | float], int | float]],
    {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
        "truncdiv": _truncdiv,
        "truncmod": _truncmod,
        "floordiv": operator.floordiv,
        "floormod": operator.mod,
        "min": min,
        "max": max,
        "bitwise_and": operator.and_,
        "bitwise_or": operator.or_,
        "bitwise_xor": operator.xor,
        "shift_left": operator.lshift,
        "shift_right": operator.rshift,
    },
)
"""On unbounded integers; the result is cut to the type."""


def _fold_ramp(context: FunctionContext, name: str, lhs: Number, rhs: Number) -> Number | None:
    """Sums and products of ramps that are ramps again."""
    if isinstance(lhs, Broadcast) and isinstance(rhs, Broadcast):
        return Broadcast(_scalar_binary(context, name, lhs.value, rhs.value), lhs.lanes)
    if isinstance(rhs, Ramp) and name in ("add", "mul"):
        lhs, rhs = rhs, lhs
    if not isinstance(lhs, Ramp) or not isinstance(rhs, Broadcast):
        return None
    if name in ("add", "sub"):
        return Ramp(_scalar_binary(context, name, lhs.base, rhs.value), lhs.stride, lhs.lanes)
    if name == "mul" and isinstance(rhs.value, Constant):
        base = _scalar_binary(context, name, lhs.base, rhs.value)
        return Ramp(base, lhs.stride * int(rhs.value.value), lhs.lanes)
    return None


def _vector_binary(context: FunctionContext, name: str, lhs: Number, rhs: Number) -> Number:
    dtype = lhs.dtype
    op = _FLOAT_OPS.get(name) if dtype.is_float else _integer_op(name, dtype)
    if op is None:

        def of_lanes(x: Scalar, y: Scalar) -> Scalar:
            return _scalar_binary(context, name, x, y)

        return lanewise(context, [lhs, rhs], of_lanes)
    ssa = context.emitter.value(op(exact(context, lhs), exact(context, rhs)))
    return Computed(ssa, dtype)


def _integer_op(name: str, dtype: DType) -> BinaryOpType | None:
    ops = _INTEGER_OPS.get(name)
    if ops is None:
        return arith.RemUIOp if name == "floormod" and not dtype.is_signed else None
    signed, unsigned = ops
    return signed if dtype.is_signed else unsigned


def _scalar_binary(context: FunctionContext, name: str, lhs: Scalar, rhs: Scalar) -> Scalar:
    if lhs.dtype.is_float:
        return _float_binary(context, name, lhs, rhs)
    return _integer_binary(context, name, lhs, rhs)


def _float_binary(context: FunctionContext, name: str, lhs: Scalar, rhs: Scalar) -> Computed:
    x, y = exact(context, lhs), exact(context, rhs)
    emitter, dtype = context.emitter, lhs.dtype
    if name in ("min", "max"):
        # TIR's choice is the right operand if either is not a number.
        is_left = emitter.value(arith.CmpfOp(x, y, "olt" if name == "min" else "ogt"))
        return Computed(emitter.value(arith.SelectOp(is_left, x, y)), dtype)
    return Computed(emitter.value(_FLOAT_OPS[name](x, y)), dtype)


def _integer_binary(context: FunctionContext, name: str, lhs: Scalar, rhs: Scalar) -> Scalar:
    dtype = lhs.dtype
    if isinstance(lhs, Constant) and isinstance(rhs, Constant) and not _is_undefined(name, rhs):
        value = _PYTHON_OPS[name](int(lhs.value), int(rhs.value))
        return Constant(dtype.wrap(int(value)), dtype)
    neutral = _without_effect(name, lhs, rhs)
    if neutral is not None:
        return neutral
    nonnegative = is_nonnegative(lhs) and is_nonnegative(rhs)
    if _in_index(lhs) and _in_index(rhs) and name not in _NEEDS_WIDTH:
        x, y = as_index(context, lhs), as_index(context, rhs)
        ssa = _integer_value(context, name, x, y, is_signed=not nonnegative)
        keeps = name in _KEEPS_NONNEGATIVE and nonnegative
        return Computed(ssa, dtype, keeps or (name == "floormod" and is_nonnegative(rhs)))
    x, y = exact(context, lhs), exact(context, rhs)
    return Computed(_integer_value(context, name, x, y, is_signed=dtype.is_signed), dtype)


def _is_undefined(name: str, rhs: Constant) -> bool:
    if name in _SHIFTS:
        return not 0 <= rhs.value < rhs.dtype.bits
    return name in _DIVISIONS and rhs.value == 0


def _without_effect(name: str, lhs: Scalar, rhs: Scalar) -> Scalar | None:
    """The operand that the operation leaves as it is: `x + 0`, `x * 1`, `x // 1`."""
    if isinstance(rhs, Constant):
        if rhs.value == 0 and name in ("add", "sub", "shift_left", "shift_right", "bitwise_or"):
            return lhs
        if rhs.value == 1 and name in ("mul", "truncdiv", "floordiv"):
            return lhs
    if isinstance(lhs, Constant) and (lhs.value, name) in ((0, "add"), (1, "mul")):
        return rhs
    return None


def _in_index(number: Scalar) -> bool:
    return isinstance(number, Constant) or number.is_index


def is_nonnegative(number: Scalar) -> bool:
    """Whether an integer is surely no less than zero."""
    return number.value >= 0 if isinstance(number, Constant) else number.is_nonnegative


def _integer_value(
    context: FunctionContext, name: str, x: SSAValue, y: SSAValue, *, is_signed: bool
) -> SSAValue:
    emitter = context.emitter
    if name == "floormod":
        if not is_signed:
            return emitter.value(arith.RemUIOp(x, y))
        quotient = emitter.value(arith.FloorDivSIOp(x, y))
        return emitter.value(arith.SubiOp(x, emitter.value(arith.MuliOp(quotient, y))))
    signed, unsigned = _INTEGER_OPS[name]
    return emitter.value((signed if is_signed else unsigned)(x, y))


# Comparisons and conditions

_PREDICATES = {
    "eq": ("eq", "eq", "oeq"),
    "ne": ("ne", "ne", "une"),
    "lt": ("slt", "ult", "olt"),
    "le": ("sle", "ule", "ole"),
    "gt": ("sgt", "ugt", "ogt"),
    "ge": ("sge", "uge", "oge"),
}
"""For signed and unsigned integers, and for floats: `!=` holds of what is not a number."""

_COMPARE: dict[str, Callable[[int | float, int | float], bool]] = {
    name: getattr(operator, name) for name in _PREDICATES
}


def compare(
    context: FunctionContext, node: ast.expr, name: str, lhs: Number, rhs: Number
) -> Number:
    """A comparison of two numbers: `eq`, `ne`, `lt`, `le`, `gt`, `ge`."""
    lhs, rhs = match_types(context, node, lhs, rhs)
    if lhs.dtype.lanes > 1:

        def compare_lanes(x: Scalar, y: Scalar) -> Scalar:
            return _compare(context, name, x, y)

        return lanewise(context, [lhs, rhs], compare_lanes)
    assert isinstance(lhs, Constant | Computed)
    assert isinstance(rhs, Constant | Computed)
    return _compare(context, name, lhs, rhs)


def _compare(context: FunctionContext, name: str, lhs: Scalar, rhs: Scalar) -> Scalar:
    dtype = lhs.dtype
    if isinstance(lhs, Constant) and isinstance(rhs, Constant):
        is_literal = lhs.is_literal and rhs.is_literal
        return Constant(int(_COMPARE[name](lhs.value, rhs.value)), BOOL, is_literal)
    signed, unsigned, ordered = _PREDICATES[name]
    if dtype.is_float:
        op = arith.CmpfOp(exact(context, lhs), exact(context, rhs), ordered)
    elif _in_index(lhs) and _in_index(rhs):
        op = arith.CmpiOp(as_index(context, lhs), as_index(context, rhs), signed)
    else:
        predicate = signed if dtype.is_signed else unsigned
        op = arith.CmpiOp(exact(context, lhs), exact(context, rhs), predicate)
    return Computed(context.emitter.value(op), BOOL)


def logical(
    context: FunctionContext, node: ast.expr, name: str, lhs: Number, rhs: Number
) -> Number:
    """`and` or `or` of two conditions, both of which are computed."""
    for number in (lhs, rhs):
        if not number.dtype.is_bool:
            raise context.error(node, f"'{name}' of {number.dtype}", "conditions, of type bool")
    lhs, rhs = match_types(context, node, lhs, rhs)
    for known, other in ((lhs, rhs), (rhs, lhs)):
        if isinstance(known, Constant):
            return other if bool(known.value) is (name == "and") else known
    return binary(context, node, "bitwise_and" if name == "and" else "bitwise_or", lhs, rhs)


def negate(context: FunctionContext, node: ast.expr, number: Number) -> Number:
    """`-x`."""
    if isinstance(number, Constant) and number.is_literal:
        return literal(context, node, -number.value)
    if number.dtype.is_bool:
        raise context.error(node, "'-' of bool", "T.cast to an integer type first")
    if number.dtype.is_integer:
        return binary(context, node, "sub", Constant(0, number.dtype.scalar), number)
    if isinstance(number, Constant):
        return Constant(-number.value, number.dtype)
    return Computed(context.emitter.value(arith.NegfOp(exact(context, number))), number.dtype)


def invert(context: FunctionContext, node: ast.expr, number: Number) -> Number:
    """`~x`, and `not x` of a condition."""
    if number.dtype.is_float:
        raise context.error(node, f"bitwise_not of {number.dtype}", "an integer")
    if isinstance(number, Constant):
        value = 1 - int(number.value) if number.dtype.is_bool else ~int(number.value)
        return Constant(number.dtype.wrap(value), number.dtype, number.is_literal)
    ones = Constant(1 if number.dtype.is_bool else number.dtype.wrap(-1), number.dtype.scalar)
    return binary(context, node, "bitwise_xor", number, ones)


def select(
    context: FunctionContext, node: ast.expr, condition: Number, lhs: Number, rhs: Number
) -> Number:
    """`T.Select`: one of two numbers, both of which are computed."""
    if not condition.dtype.is_bool:
        raise context.error(node, f"the condition is of type {condition.dtype}", "bool")
    lhs, rhs = match_types(context, node, lhs, rhs)
    if isinstance(condition, Constant):
        return lhs if condition.value else rhs
    if condition.dtype.lanes > 1:
        lhs, rhs = (
            _with_lanes(context, node, number, condition.dtype.lanes) for number in (lhs, rhs)
        )

        def select_lanes(c: Scalar, x: Scalar, y: Scalar) -> Scalar:
            return _select(context, c, x, y)

        return lanewise(context, [condition, lhs, rhs], select_lanes)
    assert isinstance(condition, Computed)
    return _select(context, condition, lhs, rhs)


def _select(context: FunctionContext, condition: Scalar, lhs: Number, rhs: Number) -> Computed:
    is_index = (
        isinstance(lhs, Constant | Computed)
        and isinstance(rhs, Constant | Computed)
        and _in_index(lhs)
        and _in_index(rhs)
        and lhs.dtype.is_signed
        and not (isinstance(lhs, Constant) and isinstance(rhs, Constant))
    )
    cond = exact(context, condition)
    if is_index:
        assert isinstance(lhs, Constant | Computed)
        assert isinstance(rhs, Constant | Computed)
        op = arith.SelectOp(cond, as_index(context, lhs), as_index(context, rhs))
        nonnegative = is_nonnegative(lhs) and is_nonnegative(rhs)
        return Computed(context.emitter.value(op), lhs.dtype, nonnegative)
    op = arith.SelectOp(cond, exact(context, lhs), exact(context, rhs))
    return Computed(context.emitter.value(op), lhs.dtype)
