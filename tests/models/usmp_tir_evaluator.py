"""
Executes functions of the `tir` dialect, on memory that is bytes.

It is written from the definitions of the operations alone, and shares nothing with what makes or
transforms them: tests compare what a program computes with what it should. Integers are kept as
their bits, without a sign, so that an operation that reads them with the wrong one shows.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from xdsl.dialects import arith, builtin, memref, scf, vector
from xdsl.dialects import math as math_dialect
from xdsl.ir import Attribute, Block, Operation, SSAValue

from usmp_dialect.dialects import tir

INDEX_BITS = 64


@dataclass(frozen=True)
class Memory:
    """A row of elements: bytes that start at `start` of `data`."""

    data: bytearray
    element: Attribute
    size: int
    start: int = 0

    def read(self, index: int) -> Value:
        """The element at `index`, which must be inside."""
        place = self._place(index)
        return from_bytes(bytes(self.data[place : place + width(self.element)]), self.element)

    def write(self, index: int, value: Value) -> None:
        """Change the element at `index`, which must be inside."""
        place = self._place(index)
        self.data[place : place + width(self.element)] = to_bytes(value, self.element)

    def _place(self, index: int) -> int:
        assert 0 <= index < self.size, f"{index} is outside of {self.size} elements"
        return self.start + index * width(self.element)


Value: TypeAlias = "int | float | Memory | tuple[Value, ...]"
"""The bits of an integer, a float, memory, or the lanes of a vector."""


def bits_of(type: Attribute) -> int:
    """The bits of an integer type."""
    return type.width.data if isinstance(type, builtin.IntegerType) else INDEX_BITS


def width(type: Attribute) -> int:
    """The bytes of an element in memory."""
    if isinstance(type, builtin.IntegerType | builtin.IndexType):
        return (bits_of(type) + 7) // 8
    return cast(builtin.AnyFloat, type).bitwidth // 8


def to_bytes(value: Value, type: Attribute) -> bytes:
    """The bytes of an element."""
    if isinstance(type, builtin.IntegerType | builtin.IndexType):
        return cast(int, value).to_bytes(width(type), "little")
    return struct.pack(_FLOATS[width(type)], value)


def from_bytes(data: bytes, type: Attribute) -> Value:
    """The element that some bytes are."""
    if isinstance(type, builtin.IntegerType | builtin.IndexType):
        return int.from_bytes(data, "little")
    return struct.unpack(_FLOATS[width(type)], data)[0]


_FLOATS = {2: "<e", 4: "<f", 8: "<d"}


def rounded(value: float, type: Attribute) -> float:
    """A float as the type has it; infinite beyond its range."""
    try:
        return cast(float, from_bytes(to_bytes(value, type), type))
    except OverflowError:
        return math.copysign(math.inf, value)


def signed(value: int, bits: int) -> int:
    """The signed integer that some bits are."""
    return value - (1 << bits) if value >> (bits - 1) else value


def cut(value: int, bits: int) -> int:
    """The low bits of an integer."""
    return value & ((1 << bits) - 1)


# Operations on numbers of one lane


def _toward_zero(x: int, y: int) -> int:
    quotient = abs(x) // abs(y)
    return quotient if (x < 0) == (y < 0) else -quotient


_SIGNED: dict[type[Operation], Callable[[int, int], int]] = {
    arith.DivSIOp: _toward_zero,
    arith.RemSIOp: lambda x, y: x - y * _toward_zero(x, y),
    arith.FloorDivSIOp: lambda x, y: x // y,
    arith.MinSIOp: min,
    arith.MaxSIOp: max,
    arith.ShRSIOp: lambda x, y: x >> y,
}
_UNSIGNED: dict[type[Operation], Callable[[int, int], int]] = {
    arith.AddiOp: lambda x, y: x + y,
    arith.SubiOp: lambda x, y: x - y,
    arith.MuliOp: lambda x, y: x * y,
    arith.DivUIOp: lambda x, y: x // y,
    arith.RemUIOp: lambda x, y: x % y,
    arith.MinUIOp: min,
    arith.MaxUIOp: max,
    arith.AndIOp: lambda x, y: x & y,
    arith.OrIOp: lambda x, y: x | y,
    arith.XOrIOp: lambda x, y: x ^ y,
    arith.ShLIOp: lambda x, y: x << y,
    arith.ShRUIOp: lambda x, y: x >> y,
}


def _quotient(x: float, y: float) -> float:
    if y:
        return x / y
    is_negative = math.copysign(1, x) != math.copysign(1, y)
    return math.nan if not x or math.isnan(x) else -math.inf if is_negative else math.inf


def _half_away_from_zero(x: float) -> float:
    return math.copysign(math.floor(abs(x) + 0.5), x)


_BINARY_FLOAT: dict[type[Operation], Callable[[float, float], float]] = {
    arith.AddfOp: lambda x, y: x + y,
    arith.SubfOp: lambda x, y: x - y,
    arith.MulfOp: lambda x, y: x * y,
    arith.DivfOp: _quotient,
    math_dialect.PowFOp: math.pow,
    math_dialect.CopySignOp: math.copysign,
}
_UNARY_FLOAT: dict[type[Operation], Callable[[float], float]] = {
    arith.NegfOp: lambda x: -x,
    math_dialect.AbsFOp: math.fabs,
    math_dialect.CeilOp: lambda x: float(math.ceil(x)),
    math_dialect.FloorOp: lambda x: float(math.floor(x)),
    math_dialect.TruncOp: lambda x: float(math.trunc(x)),
    math_dialect.RoundEvenOp: lambda x: float(round(x)),
    math_dialect.RoundOp: _half_away_from_zero,
    math_dialect.SqrtOp: math.sqrt,
    math_dialect.ExpOp: math.exp,
    math_dialect.TanhOp: math.tanh,
}

_INTEGER_PREDICATES: dict[int, tuple[bool, Callable[[int, int], bool]]] = {
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
"""Whether the operands have a sign, and what is asked of them."""

_FLOAT_PREDICATES: dict[int, Callable[[float, float], bool]] = {
    1: lambda x, y: x == y,
    2: lambda x, y: x > y,
    3: lambda x, y: x >= y,
    4: lambda x, y: x < y,
    5: lambda x, y: x <= y,
    6: lambda x, y: x < y or x > y,
    13: lambda x, y: x != y,
    14: lambda x, y: math.isnan(x) or math.isnan(y),
}


def _of_one_lane(op: Operation, operands: Sequence[Any], result: Attribute) -> Value:
    """What an operation without regions and memory makes of numbers of one lane."""
    source = _element(op.operands[0].type)
    compute = _SIGNED.get(type(op))
    if compute is not None:
        bits = bits_of(source)
        return cut(compute(signed(operands[0], bits), signed(operands[1], bits)), bits)
    compute = _UNSIGNED.get(type(op))
    if compute is not None:
        return cut(compute(*operands), bits_of(source))
    of_two = _BINARY_FLOAT.get(type(op))
    if of_two is not None:
        return rounded(of_two(operands[0], operands[1]), result)
    of_one = _UNARY_FLOAT.get(type(op))
    if of_one is not None:
        return rounded(of_one(operands[0]), result)
    return _converted(op, operands, source, result)


def _converted(
    op: Operation, operands: Sequence[Any], source: Attribute, result: Attribute
) -> Value:
    value = operands[0]
    match op:
        case arith.CmpiOp():
            has_sign, compare = _INTEGER_PREDICATES[op.predicate.value.data]
            bits = bits_of(_element(op.lhs.type))
            x, y = (signed(v, bits) if has_sign else v for v in operands)
            return int(compare(x, y))
        case arith.CmpfOp():
            return int(_FLOAT_PREDICATES[op.predicate.value.data](*operands))
        case arith.SelectOp():
            return operands[1] if value else operands[2]
        case arith.ExtSIOp() | arith.IndexCastOp():
            return cut(signed(value, bits_of(source)), bits_of(result))
        case arith.ExtUIOp() | arith.TruncIOp():
            return cut(value, bits_of(result))
        case arith.SIToFPOp():
            return rounded(float(signed(value, bits_of(source))), result)
        case arith.UIToFPOp():
            return rounded(float(value), result)
        case arith.FPToSIOp() | arith.FPToUIOp():
            return cut(math.trunc(value), bits_of(result))
        case arith.ExtFOp() | arith.TruncFOp():
            return rounded(value, result)
        case arith.BitcastOp():
            return from_bytes(to_bytes(value, source), result)
        case math_dialect.CtPopOp():
            return value.bit_count()
        case math_dialect.CountLeadingZerosOp():
            return bits_of(source) - value.bit_length()
        case tir.QMultiplyShiftOp():
            return _q_multiply_shift(op, *operands)
        case _:
            raise NotImplementedError(op.name)


def _q_multiply_shift(op: tir.QMultiplyShiftOp, lhs: int, rhs: int) -> int:
    q, s = op.q.value.data, op.s.value.data
    product = (signed(lhs, 32) << max(s, 0)) * signed(rhs, 32)
    total = q + max(-s, 0)
    return cut((product + (1 << (total - 1) if total else 0)) >> total, 32)


def _element(type: Attribute) -> Attribute:
    return type.element_type if isinstance(type, builtin.VectorType) else type


# Execution


class Evaluator:
    """Runs the functions of a module. Raises `NotImplementedError` for other operations."""

    def __init__(self, module: builtin.ModuleOp) -> None:
        self._functions = {
            op.sym_name.data: op for op in module.walk() if isinstance(op, tir.FuncOp)
        }

    def call(self, name: str, arguments: Sequence[Value]) -> list[Value]:
        """The results of a function."""
        function = self._functions[name]
        block = function.body.block
        values: dict[SSAValue, Value] = {}
        for parameter, argument in zip(block.args, arguments, strict=True):
            values[parameter] = _as_type(argument, parameter.type)
        return self._run(block, values)

    def _run(self, block: Block, values: dict[SSAValue, Value]) -> list[Value]:
        """Run a block, and return the operands of its terminator."""
        for op in block.ops:
            if op is block.last_op:
                return [values[operand] for operand in op.operands]
            results = self._results(op, values)
            values.update(zip(op.results, results, strict=True))
        raise AssertionError("a block without a terminator")

    def _results(self, op: Operation, values: dict[SSAValue, Value]) -> list[Value]:
        operands: list[Any] = [values[operand] for operand in op.operands]
        match op:
            case tir.ForOp():
                lower, upper = (
                    bound if isinstance(bound, int) else signed(cast(int, values[bound]), 64)
                    for bound in (op.lower_bound, op.upper_bound)
                )
                for index in range(lower, upper):
                    values[op.induction_variable] = cut(index, INDEX_BITS)
                    self._run(op.body.block, values)
                return []
            case scf.IfOp():
                region = op.true_region if operands[0] else op.false_region
                return self._run(region.block, values) if region.blocks else []
            case scf.WhileOp():
                while self._run(op.before_region.block, values)[0]:
                    self._run(op.after_region.block, values)
                return []
            case tir.CallExternOp():
                return self.call(op.callee.root_reference.data, operands)
            case _:
                return [self._result(op, operands)] if op.results else self._effect(op, operands)

    def _effect(self, op: Operation, operands: Sequence[Any]) -> list[Value]:
        match op:
            case tir.StoreOp():
                operands[1].write(signed(operands[2], 64), operands[0])
            case vector.StoreOp():
                start = signed(operands[2], 64)
                for lane, value in enumerate(operands[0]):
                    operands[1].write(start + lane, value)
            case _:
                raise NotImplementedError(op.name)
        return []

    def _result(self, op: Operation, operands: Sequence[Any]) -> Value:
        result = op.results[0].type
        match op:
            case arith.ConstantOp():
                return _constant(op.value)
            case tir.AllocateOp():
                return _allocated(cast(builtin.MemRefType, result))
            case tir.AllocateConstOp():
                memory = _allocated(cast(builtin.MemRefType, result))
                for index, value in enumerate(cast(tuple[Value, ...], _constant(op.value))):
                    memory.write(index, value)
                return memory
            case tir.LoadOp():
                return operands[0].read(signed(operands[1], 64))
            case vector.LoadOp():
                lanes = cast(builtin.VectorType, result).get_shape()[0]
                start = signed(operands[1], 64)
                return tuple(operands[0].read(start + lane) for lane in range(lanes))
            case vector.BroadcastOp():
                return (operands[0],) * cast(builtin.VectorType, result).get_shape()[0]
            case vector.ExtractOp():
                return operands[0][op.static_position.get_values()[0]]
            case vector.InsertOp():
                lanes = list(operands[1])
                lanes[op.static_position.get_values()[0]] = operands[0]
                return tuple(lanes)
            case memref.ViewOp():
                source, shift = operands[0], signed(operands[1], 64)
                element = cast(builtin.MemRefType, result).element_type
                size = (len(source.data) - source.start - shift) // width(element)
                return Memory(source.data, element, size, source.start + shift)
            case memref.SubviewOp():
                (offset,) = op.static_offsets.get_values()
                if op.offsets:
                    offset = signed(cast(int, operands[1]), 64)
                source = operands[0]
                shift = offset * width(source.element)
                return Memory(
                    source.data, source.element, source.size - offset, source.start + shift
                )
            case memref.DimOp():
                return operands[0].size
            case _ if isinstance(result, builtin.VectorType):
                return tuple(
                    _of_one_lane(op, row, result.element_type)
                    for row in zip(*operands, strict=True)
                )
            case _:
                return _of_one_lane(op, operands, result)


def _constant(value: Attribute) -> Value:
    match value:
        case builtin.IntegerAttr():
            return cut(value.value.data, bits_of(value.type))
        case builtin.FloatAttr():
            return value.value.data
        case builtin.DenseIntOrFPElementsAttr():
            element = value.get_element_type()
            numbers = value.get_values()
            if isinstance(element, builtin.IntegerType):
                values = [cut(cast(int, n), bits_of(element)) for n in numbers]
            else:
                values = list(cast(Sequence[float], numbers))
            count = math.prod(value.get_shape())
            return tuple(values * count if len(values) == 1 else values)
        case _:
            raise NotImplementedError(str(value))


def _allocated(type: builtin.MemRefType) -> Memory:
    size = math.prod(type.get_shape())
    return Memory(bytearray(size * width(type.element_type)), type.element_type, size)


def _as_type(value: Value, type: Attribute) -> Value:
    """An argument as its parameter has it: memory may be of another type there."""
    if not isinstance(value, Memory) or not isinstance(type, builtin.MemRefType):
        return value
    (size,) = type.get_shape()
    available = (len(value.data) - value.start) // width(type.element_type)
    return Memory(
        value.data,
        type.element_type,
        available if size == builtin.DYNAMIC_INDEX else size,
        value.start,
    )
