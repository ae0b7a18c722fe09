"""
The expansion of `tir.q_multiply_shift`, run on numbers.

It is compared with two models: TVM's lowering step by step in 64 bits, and the exact number, cut to
32 bits at the end only.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects import arith
from xdsl.dialects.builtin import IntegerAttr, IntegerType, ModuleOp, i32
from xdsl.ir import Block, Operation, SSAValue

from usmp_dialect.dialects.tir import FuncOp, QMultiplyShiftOp, ReturnOp
from usmp_passes.expand_q_multiply_shift import ExpandQMultiplyShiftPass

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1

EXTREMES = (INT32_MIN, INT32_MIN + 1, -(2**30), -2, -1, 0, 1, 2, 2**30, INT32_MAX - 1, INT32_MAX)
SHIFTS = (
    (31, -31),
    (31, -9),
    (31, 0),
    (31, 1),
    (31, 31),
    (1, -1),
    (1, 31),
    (0, -1),
    (0, 0),
    (0, 31),
)

int32s = st.sampled_from(EXTREMES) | st.integers(INT32_MIN, INT32_MAX)
qs = st.integers(0, 31)
shifts = st.integers(-31, 31)


def signed(value: int, bits: int) -> int:
    """The low bits of a number as two's complement."""
    low = value & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


def exact(x: int, y: int, q: int, s: int) -> int:
    """x * y * 2^(s - q), halves rounded up, in 32 bits."""
    product = x * y << max(s, 0)
    shift = q + max(-s, 0)
    rounded = product if shift == 0 else (2 * product + (1 << shift)) // (2 << shift)
    return signed(rounded, 32)


def as_in_tvm(x: int, y: int, q: int, s: int) -> int:
    """TVM's default lowering, which is not defined for a total shift of 0."""
    total_right_shift = q + (0 if s > 0 else -s)
    shifted = signed(x << s, 64) if s > 0 else x
    product = signed(shifted * y, 64)
    rounded = signed(product + signed(1 << (total_right_shift - 1), 64), 64)
    return signed(rounded >> total_right_shift, 32)


def expand(q: int, s: int) -> Block:
    """The body of a function of two numbers that returns their product, expanded."""
    func = FuncOp("f", ([i32, i32], [i32]))
    x, y = func.args
    product = QMultiplyShiftOp(x, y, q, s)
    func.body.block.add_ops([product, ReturnOp(product)])
    module = ModuleOp([func])
    ExpandQMultiplyShiftPass().apply(Context(), module)
    module.verify()
    return func.body.block


def width(value: SSAValue) -> int:
    assert isinstance(value.type, IntegerType)
    return value.type.width.data


def interpret(body: Block, *arguments: int) -> int:
    """Runs `arith` operations with two's complement of the widths they say, up to the return."""
    values: dict[SSAValue, int] = dict(zip(body.args, arguments, strict=True))
    for op in body.ops:
        if isinstance(op, ReturnOp):
            return values[op.arguments[0]]
        (result,) = op.results
        values[result] = signed(evaluate(op, [values[v] for v in op.operands]), width(result))
    pytest.fail("nothing is returned")


def evaluate(op: Operation, operands: list[int]) -> int:
    """The result of an operation before it is cut to its width."""
    match op:
        case arith.ConstantOp(value=IntegerAttr(value=value)):
            return value.data
        case arith.ExtSIOp() | arith.TruncIOp():
            return operands[0]
        case arith.AddiOp() | arith.MuliOp():
            # A result that may overflow must not be declared not to.
            assert op.overflow_flags is None or not op.overflow_flags.data
            a, b = operands
            return a + b if isinstance(op, arith.AddiOp) else a * b
        case arith.ShLIOp() | arith.ShRSIOp():
            value, amount = operands
            assert 0 <= amount < width(op.results[0]), "poison"
            return value << amount if isinstance(op, arith.ShLIOp) else value >> amount
        case _:
            pytest.fail(f"{op.name} is not expected in the expansion")


@pytest.mark.parametrize(("q", "s"), SHIFTS)
def test_extremes(q: int, s: int) -> None:
    body = expand(q, s)
    for x in EXTREMES:
        for y in EXTREMES:
            assert interpret(body, x, y) == exact(x, y, q, s), (x, y)


@given(int32s, int32s, qs, shifts)
# The product, 2^63, wraps.
@example(INT32_MIN, INT32_MIN, 31, 1)
@example(INT32_MIN, INT32_MIN, 0, 31)
# A half: rounded up, also below zero.
@example(1, 1, 1, 0)
@example(-1, 1, 1, 0)
# The scale of a real model.
@example(-12345678, 1939887962, 31, -9)
def test_expansion_is_exact(x: int, y: int, q: int, s: int) -> None:
    assert interpret(expand(q, s), x, y) == exact(x, y, q, s)


@given(int32s, int32s, qs, shifts)
def test_expansion_is_that_of_tvm(x: int, y: int, q: int, s: int) -> None:
    if q or s < 0:
        assert interpret(expand(q, s), x, y) == as_in_tvm(x, y, q, s)


@pytest.mark.parametrize(
    ("x", "y", "q", "s", "result"),
    [
        (1000, 2**30, 31, 0, 500),
        (1001, 2**30, 31, 0, 501),
        (-1001, 2**30, 31, 0, -500),
        (1000, 2**30, 31, -2, 125),
        (1000, 2**30, 31, 2, 2000),
        (7, 6, 0, 0, 42),
        (7, 6, 0, 1, 84),
        (INT32_MIN, INT32_MIN, 31, 0, INT32_MIN),
        (INT32_MAX, INT32_MAX, 31, 0, INT32_MAX - 1),
    ],
)
def test_known_results(x: int, y: int, q: int, s: int, result: int) -> None:
    assert interpret(expand(q, s), x, y) == result
