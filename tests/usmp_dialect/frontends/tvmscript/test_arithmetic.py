"""
What imported expressions compute is what TIR says they do, for every operator and type.

The expressions are executed on operands from the ends and the middle of each type; what TIR says is
in the functions here, in Python's unbounded integers.
"""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable, Sequence
from typing import cast

import pytest

from usmp_dialect.frontends.tvmscript import import_tvmscript
from usmp_dialect.frontends.tvmscript.dtypes import DType, parse_dtype
from usmp_tir_evaluator import Evaluator, Memory, Value, cut, rounded, signed, to_bytes

INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
FLOATS = ("float16", "float32", "float64")


def dtype_of(name: str) -> DType:
    dtype = parse_dtype(name)
    assert dtype is not None
    return dtype


def ends_of(name: str) -> list[int]:
    """Integers where things change: about zero, and about the ends of the type."""
    dtype = dtype_of(name)
    if dtype.is_bool:
        return [0, 1]
    low = -(1 << (dtype.bits - 1)) if dtype.is_signed else 0
    high = low + (1 << dtype.bits) - 1
    middle = [-100, -7, -3, -2, -1] if dtype.is_signed else []
    return [low, low + 1, *middle, 0, 1, 2, 3, 7, 100, high - 1, high]


def computed(
    expression: str, operands: Sequence[tuple[str, Sequence[float]]], result: str
) -> list[int | float]:
    """The values of an expression of `a[i]`, `b[i]`, ... for each `i`."""
    names = "abcd"[: len(operands)]
    count = len(operands[0][1])
    parameters = "".join(
        f'{name}: T.Buffer(({count},), "{dtype}"), '
        for name, (dtype, _) in zip(names, operands, strict=True)
    )
    script = f"""
@T.prim_func
def f({parameters}out: T.Buffer(({count},), "{result}")):
    for i in T.serial({count}):
        out[i] = {expression}
"""
    module = import_tvmscript(script)
    module.verify()
    memories = [memory_of(dtype, values) for dtype, values in operands]
    out = memory_of(result, [0] * count)
    Evaluator(module).call("f", [*memories, out])
    return [value_of(out.read(index), result) for index in range(count)]


def memory_of(name: str, values: Sequence[float]) -> Memory:
    dtype = dtype_of(name)
    element = dtype.element_type
    data = b"".join(
        to_bytes(
            cut(int(value), dtype.bits) if dtype.is_integer else rounded(value, element), element
        )
        for value in values
    )
    return Memory(bytearray(data), element, len(values))


def value_of(value: Value, name: str) -> int | float:
    """An element as a number of its type."""
    dtype = dtype_of(name)
    if dtype.is_float:
        return cast(float, value)
    bits = cast(int, value)
    return signed(bits, dtype.bits) if dtype.is_signed else bits


def truncdiv(x: int, y: int) -> int:
    return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


INTEGER_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "a[i] + b[i]": lambda x, y: x + y,
    "a[i] - b[i]": lambda x, y: x - y,
    "a[i] * b[i]": lambda x, y: x * y,
    "a[i] // b[i]": lambda x, y: x // y,
    "a[i] % b[i]": lambda x, y: x % y,
    "T.floordiv(a[i], b[i])": lambda x, y: x // y,
    "T.floormod(a[i], b[i])": lambda x, y: x % y,
    "T.truncdiv(a[i], b[i])": truncdiv,
    "T.Div(a[i], b[i])": truncdiv,
    "T.truncmod(a[i], b[i])": lambda x, y: x - y * truncdiv(x, y),
    "T.min(a[i], b[i])": min,
    "T.max(a[i], b[i])": max,
    "a[i] & b[i]": lambda x, y: x & y,
    "T.bitwise_or(a[i], b[i])": lambda x, y: x | y,
    "a[i] ^ b[i]": lambda x, y: x ^ y,
    "T.Select(a[i] < b[i], a[i], b[i])": lambda x, y: x if x < y else y,
    "T.if_then_else(a[i] >= b[i], a[i], b[i])": lambda x, y: x if x >= y else y,
    "~a[i] - b[i]": lambda x, y: ~x - y,
    "-a[i] + b[i]": lambda x, y: -x + y,
}
DIVISIONS = ("//", "%", "floor", "trunc", "Div")


def pairs_of(expression: str, name: str) -> list[tuple[int, int]]:
    """Operands of which the expression has a value: TIR leaves the other quotients undefined."""
    pairs = [(x, y) for x in ends_of(name) for y in ends_of(name)]
    if not any(part in expression for part in DIVISIONS):
        return pairs
    low = min(ends_of(name))
    return [(x, y) for x, y in pairs if y != 0 and not (x == low < 0 and y == -1)]


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("expression", INTEGER_OPERATORS)
def test_integer_operators(expression: str, name: str) -> None:
    pairs = pairs_of(expression, name)
    xs, ys = zip(*pairs, strict=True)
    expected = [dtype_of(name).wrap(INTEGER_OPERATORS[expression](x, y)) for x, y in pairs]
    assert computed(expression, [(name, xs), (name, ys)], name) == expected


@pytest.mark.parametrize("name", INTEGERS)
def test_shifts(name: str) -> None:
    """To the right, the sign of the type comes in from the left."""
    dtype = dtype_of(name)
    pairs = list(itertools.product(ends_of(name), [0, 1, dtype.bits // 2, dtype.bits - 1]))
    xs, ys = zip(*pairs, strict=True)
    operands = [(name, xs), (name, ys)]
    for right in ("a[i] >> b[i]", "T.shift_right(a[i], b[i])"):
        assert computed(right, operands, name) == [x >> y for x, y in pairs]
    assert computed("a[i] << b[i]", operands, name) == [dtype.wrap(x << y) for x, y in pairs]


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "a[i] == b[i]": lambda x, y: x == y,
    "a[i] != b[i]": lambda x, y: x != y,
    "a[i] < b[i]": lambda x, y: x < y,
    "a[i] <= b[i]": lambda x, y: x <= y,
    "T.GT(a[i], b[i])": lambda x, y: x > y,
    "a[i] >= b[i]": lambda x, y: x >= y,
    "not a[i] < b[i]": lambda x, y: not x < y,
    "a[i] < b[i] and a[i] != b[i]": lambda x, y: x < y,
    "a[i] < b[i] or b[i] < a[i]": lambda x, y: x < y or y < x,
    "a[i] <= b[i] <= a[i]": lambda x, y: x == y,
}
NUMBERS_OF_FLOATS = (0.0, -0.0, 1.0, -1.5, 100.25, math.inf, -math.inf, math.nan)


@pytest.mark.parametrize("name", [*INTEGERS, *FLOATS])
@pytest.mark.parametrize("expression", COMPARISONS)
def test_comparisons(expression: str, name: str) -> None:
    """Unsigned types compare as unsigned; what is not a number differs from everything."""
    values: Sequence[float] = NUMBERS_OF_FLOATS if name in FLOATS else ends_of(name)
    pairs = list(itertools.product(values, repeat=2))
    xs, ys = zip(*pairs, strict=True)
    expected = [int(COMPARISONS[expression](x, y)) for x, y in pairs]
    assert computed(expression, [(name, xs), (name, ys)], "bool") == expected


@pytest.mark.parametrize("target", [*INTEGERS, "bool"])
@pytest.mark.parametrize("source", [*INTEGERS, "bool"])
def test_casts_of_integers(source: str, target: str) -> None:
    values = ends_of(source)
    dtype = dtype_of(target)
    expected = [int(x != 0) if dtype.is_bool else dtype.wrap(x) for x in values]
    for expression in (f'T.cast(a[i], "{target}")', f'a[i].astype("{target}")'):
        assert computed(expression, [(source, values)], target) == expected


@pytest.mark.parametrize("target", FLOATS)
@pytest.mark.parametrize("source", INTEGERS)
def test_casts_between_integers_and_floats(source: str, target: str) -> None:
    element = dtype_of(target).element_type
    values = ends_of(source)
    expected = [rounded(float(x), element) for x in values]
    assert computed(f'T.Cast("{target}", a[i])', [(source, values)], target) == expected
    floats = [0.0, 1.0, 2.75, 100.5] + ([-2.75, -100.5] if dtype_of(source).is_signed else [])
    assert computed(f'T.Cast("{source}", a[i])', [(target, floats)], source) == [
        math.trunc(x) for x in floats
    ]


@pytest.mark.parametrize("target", FLOATS)
@pytest.mark.parametrize("source", FLOATS)
def test_casts_between_floats(source: str, target: str) -> None:
    values = [rounded(x, dtype_of(source).element_type) for x in (0.0, -0.1, 1 / 3, 1e4, -65504.0)]
    assert computed(f'T.Cast("{target}", a[i])', [(source, values)], target) == [
        rounded(x, dtype_of(target).element_type) for x in values
    ]


def matched(lhs: str, rhs: str) -> str:
    """The type of a sum of two integers: of both if they are the same, else as TVM matches them."""
    x, y = dtype_of(lhs), dtype_of(rhs)
    bits = max(x.bits, y.bits)
    return f"{'int' if x.is_signed != y.is_signed else x.kind}{bits}"


@pytest.mark.parametrize(("lhs", "rhs"), [*itertools.product(INTEGERS, repeat=2)])
def test_operands_of_different_types(lhs: str, rhs: str) -> None:
    """Each operand is cast to the common type before the sum is taken."""
    common = matched(lhs, rhs)
    wrap = dtype_of(common).wrap
    pairs = list(itertools.product(ends_of(lhs), ends_of(rhs)))
    xs, ys = zip(*pairs, strict=True)
    expected = [wrap(wrap(x) + wrap(y)) for x, y in pairs]
    assert computed("a[i] + b[i]", [(lhs, xs), (rhs, ys)], common) == expected


FLOAT_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "a[i] + b[i]": lambda x, y: x + y,
    "a[i] - b[i]": lambda x, y: x - y,
    "a[i] * b[i]": lambda x, y: x * y,
    "a[i] / (b[i] + T.Cast(a.dtype, 1000))": lambda x, y: x / (y + 1000),
    "T.min(a[i], b[i])": lambda x, y: x if x < y else y,
    "T.max(a[i], b[i])": lambda x, y: x if x > y else y,
    "-a[i]": lambda x, y: -x,
    "T.floor(a[i])": lambda x, y: float(math.floor(x)),
    "T.ceil(a[i])": lambda x, y: float(math.ceil(x)),
    "T.trunc(a[i])": lambda x, y: float(math.trunc(x)),
    "T.nearbyint(a[i])": lambda x, y: float(round(x)),
    "T.round(a[i])": lambda x, y: math.copysign(math.floor(abs(x) + 0.5), x),
    "T.abs(a[i])": lambda x, y: abs(x),
    "T.copysign(a[i], b[i])": math.copysign,
}


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("expression", FLOAT_OPERATORS)
def test_float_operators(expression: str, name: str) -> None:
    element = dtype_of(name).element_type
    values = [rounded(x, element) for x in (0.0, 0.5, 1.5, -2.5, 1 / 3, -100.7)]
    pairs = list(itertools.product(values, repeat=2))
    xs, ys = zip(*pairs, strict=True)

    def expected(x: float, y: float) -> float:
        if "/" in expression:
            return rounded(x / rounded(y + 1000, element), element)
        return rounded(FLOAT_OPERATORS[expression](x, y), element)

    assert computed(expression, [(name, xs), (name, ys)], name) == [expected(*p) for p in pairs]


def test_conditions_say_what_may_be_read() -> None:
    """The second operand reads beyond the buffer where the first one rules that out."""
    for condition in ("i < 7 and a[i + 1] == T.int8(2)", "T.And(i < 7, a[i + 1] == T.int8(2))"):
        values = computed(condition, [("int8", range(8))], "bool")
        assert values == [0, 1, 0, 0, 0, 0, 0, 0]
    condition = 'i > 6 or T.load("int8", a.data, i + 1) == T.int8(2)'
    values = computed(condition, [("int8", range(8))], "bool")
    assert values == [0, 1, 0, 0, 0, 0, 0, 1]


def test_minimum_with_not_a_number() -> None:
    """TIR chooses the right operand unless the left one is less."""
    values = computed(
        "T.min(a[i], b[i])", [("float32", [math.nan, 1.0]), ("float32", [1.0, math.nan])], "float32"
    )
    assert values[0] == 1.0
    assert math.isnan(values[1])


@pytest.mark.parametrize(("q", "s"), [(31, -6), (31, 0), (31, 3), (0, 0), (15, -31), (31, -31)])
def test_fixed_point_multiplication(q: int, s: int) -> None:
    """The product is shifted to the right and rounded, halves up."""
    xs, ys = zip(*itertools.product(ends_of("int32"), repeat=2), strict=True)

    def expected(x: int, y: int) -> int:
        total = q - min(s, 0)
        product = (x << max(s, 0)) * y
        return dtype_of("int32").wrap(product + (1 << total >> 1) >> total)

    assert computed(
        f"T.q_multiply_shift(a[i], b[i], {q}, {s})", [("int32", xs), ("int32", ys)], "int32"
    ) == [expected(x, y) for x, y in zip(xs, ys, strict=True)]


@pytest.mark.parametrize(("integer", "real"), [("int32", "float32"), ("uint64", "float64")])
def test_reinterpretation(integer: str, real: str) -> None:
    layout = {"float32": ("<f", "<i"), "float64": ("<d", "<Q")}[real]
    values = [0.0, -0.0, 1.5, -2.25]
    expected = [struct.unpack(layout[1], struct.pack(layout[0], x))[0] for x in values]
    assert computed(f'T.reinterpret("{integer}", a[i])', [(real, values)], integer) == expected
    back = f'T.reinterpret(a[i], dtype="{real}")'
    assert computed(back, [(integer, expected)], real) == values


OF_LOOP_VARIABLES: dict[str, Callable[[int], int]] = {
    "(i - 5) // 3": lambda i: (i - 5) // 3,
    "(i - 5) % 3": lambda i: (i - 5) % 3,
    "T.truncdiv(i - 5, 3)": lambda i: truncdiv(i - 5, 3),
    "T.truncmod(i - 5, 3)": lambda i: i - 5 - 3 * truncdiv(i - 5, 3),
    "i // 3 * 3 + i % 3": lambda i: i,
    "T.min(i - 3, 2) >> 1": lambda i: min(i - 3, 2) >> 1,
    "1 << i": lambda i: 1 << i,
    "~i & 12": lambda i: ~i & 12,
    "T.Select(i > 4, i, -i)": lambda i: i if i > 4 else -i,
    "T.if_then_else(4 < i, i * 2, 7)": lambda i: i * 2 if i > 4 else 7,
    "T.ceildiv(i, 4)": lambda i: -(-i // 4),
    "T.let(x, i + 1, x * x)": lambda i: (i + 1) ** 2,
    "T.int32(2147483647) + i": lambda i: 2147483647 + i,
}


@pytest.mark.parametrize("expression", OF_LOOP_VARIABLES)
def test_arithmetic_of_loop_variables(expression: str) -> None:
    """Loop variables are int32 in TIR, wherever they come from in the IR."""
    wrap, function = dtype_of("int32").wrap, OF_LOOP_VARIABLES[expression]
    whole = f"T.Cast('int32', a[i]) * 0 + ({expression})"
    assert computed(whole, [("int8", [0] * 10)], "int32") == [wrap(function(i)) for i in range(10)]


@pytest.mark.parametrize("target", [*INTEGERS, "float32"])
def test_casts_of_loop_variables(target: str) -> None:
    dtype = dtype_of(target)
    expected = [
        float(i * 50 - 100) if dtype.is_float else dtype.wrap(i * 50 - 100) for i in range(9)
    ]
    assert computed(f'T.Cast("{target}", i * 50 - 100)', [("int8", [0] * 9)], target) == expected


def test_vectors() -> None:
    """Lanes are read, computed and written as the elements of a loop would be."""
    script = """
@T.prim_func
def f(a: T.Buffer((16,), "int8"), b: T.Buffer((16,), "int32"), c: T.Buffer((4,), "int32x4")):
    for i in T.serial(4):
        b[i * 4:i * 4 + 4] = T.Cast("int32x4", a[T.ramp(i * 4, 1, 4)]) * T.broadcast(i, 4)
    b[T.ramp(0, 5, 3)] = T.Select(a[T.ramp(15, -5, 3)] < T.broadcast(T.int8(0), 3),
                                  T.broadcast(-1, 3), T.ramp(10, 2, 3))
    c[1] = b[0:4] + T.ramp(0, 1, 4)
"""
    module = import_tvmscript(script)
    module.verify()
    a, b, c = (
        memory_of("int8", range(-8, 8)),
        memory_of("int32", [0] * 16),
        memory_of("int32", [9] * 16),
    )
    Evaluator(module).call("f", [a, b, c])
    expected = [(k - 8) * (k // 4) for k in range(16)]
    for lane, (to, source) in enumerate(zip((0, 5, 10), (15, 10, 5), strict=True)):
        expected[to] = -1 if source - 8 < 0 else 10 + 2 * lane
    assert [value_of(b.read(k), "int32") for k in range(16)] == expected
    assert [value_of(c.read(4 + k), "int32") for k in range(4)] == [
        expected[k] + k for k in range(4)
    ]
    assert all(c.read(k) == 9 for k in (0, 3, 8, 15))


def test_memory_as_other_types() -> None:
    """The same bytes are read as other types, from any address."""
    script = """
@T.prim_func
def inner(p: T.handle, out: T.Buffer((2,), "int16")):
    P = T.match_buffer(p, (2,), "int16")
    for i in range(2):
        out[i] = P[i]

@T.prim_func
def f(a: T.Buffer((16,), "int8"), out: T.Buffer((8,), "int16"), n: T.int32):
    words = T.allocate([4], "int32", "global")
    for i in range(16):
        T.store(words, i, a[i], True)
    shorts = T.decl_buffer((8,), "int16", data=words)
    late = T.decl_buffer((2,), "int16", data=T.address_of(shorts[2]))
    moved = T.decl_buffer((2,), "int16", data=T.tvm_access_ptr("int8", words, n, 4, 1))
    for i in range(2):
        out[i] = shorts[i]
        out[i + 2] = late[i]
        out[i + 4] = moved[i]
    inner(T.address_of(shorts[n - 2]), T.address_of(out[6]))
"""
    module = import_tvmscript(script)
    module.verify()
    a, out = memory_of("int8", range(16)), memory_of("int16", [0] * 8)
    Evaluator(module).call("f", [a, out, 8])
    assert [out.read(k) for k in range(8)] == [
        int.from_bytes(bytes([k, k + 1]), "little") for k in (0, 2, 4, 6, 8, 10, 12, 14)
    ]
