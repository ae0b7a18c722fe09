"""
Arithmetic of the interpreter against plain models in Python, written from MLIR's definitions: on
numbers without a sign, where `s` gives them one.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, Float32Type, IntegerType
from xdsl.dialects.math import Math
from xdsl.parser import Parser

from usmp_dialect.dialects.tir import Tir
from usmp_dialect.interpreters.errors import ExecutionError
from usmp_dialect.interpreters.runner import Result, Runner
from usmp_dialect.interpreters.scalars import from_bytes, rounded_exactly, to_bytes


def evaluate(operation: str, types: list[str], result: str, values: list[int | float]) -> Result:
    """The result of one operation, which is written with its operands as `{0}`, `{1}`, ..."""
    parameters = ", ".join(f"%a{number}: {type}" for number, type in enumerate(types))
    text = operation.format(*(f"%a{number}" for number in range(len(types))))
    context = Context()
    for dialect in (Arith, Builtin, Math, Tir):
        context.load_dialect(dialect)
    source = f"tir.func @f({parameters}) -> {result} {{ %r = {text} tir.return %r : {result} }}"
    (value,) = Runner(Parser(context, source).parse_module()).run("f", values)
    return value


def edges(bits: int) -> list[int]:
    """Numbers at the ends of the range, with and without a sign, and around zero."""
    half, all_ones = 1 << (bits - 1), (1 << bits) - 1
    return sorted({0, 1, 2 & all_ones, 5 & all_ones, half - 1, half, all_ones - 1, all_ones})


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def truncated(x: int, y: int) -> int:
    return math.trunc(Fraction(x, y))


IntegerModel = Callable[[int, int, int, int, int], int]

INTEGER_MODELS: dict[str, IntegerModel] = {
    "addi": lambda x, y, sx, sy, w: x + y,
    "subi": lambda x, y, sx, sy, w: x - y,
    "muli": lambda x, y, sx, sy, w: x * y,
    "andi": lambda x, y, sx, sy, w: x & y,
    "ori": lambda x, y, sx, sy, w: x | y,
    "xori": lambda x, y, sx, sy, w: x ^ y,
    "divui": lambda x, y, sx, sy, w: x // y if y else 0,
    "remui": lambda x, y, sx, sy, w: x % y if y else 0,
    "ceildivui": lambda x, y, sx, sy, w: math.ceil(Fraction(x, y)) if y else 0,
    "divsi": lambda x, y, sx, sy, w: truncated(sx, sy) if y else 0,
    "remsi": lambda x, y, sx, sy, w: sx - sy * truncated(sx, sy) if y else 0,
    "floordivsi": lambda x, y, sx, sy, w: math.floor(Fraction(sx, sy)) if y else 0,
    "ceildivsi": lambda x, y, sx, sy, w: math.ceil(Fraction(sx, sy)) if y else 0,
    "minui": lambda x, y, sx, sy, w: min(x, y),
    "maxui": lambda x, y, sx, sy, w: max(x, y),
    "minsi": lambda x, y, sx, sy, w: min(sx, sy),
    "maxsi": lambda x, y, sx, sy, w: max(sx, sy),
    "shli": lambda x, y, sx, sy, w: x << y if y < w else 0,
    "shrui": lambda x, y, sx, sy, w: x >> y if y < w else 0,
    "shrsi": lambda x, y, sx, sy, w: sx >> y if y < w else 0,
    "cmpi eq,": lambda x, y, sx, sy, w: int(x == y),
    "cmpi ne,": lambda x, y, sx, sy, w: int(x != y),
    "cmpi slt,": lambda x, y, sx, sy, w: int(sx < sy),
    "cmpi sle,": lambda x, y, sx, sy, w: int(sx <= sy),
    "cmpi sgt,": lambda x, y, sx, sy, w: int(sx > sy),
    "cmpi sge,": lambda x, y, sx, sy, w: int(sx >= sy),
    "cmpi ult,": lambda x, y, sx, sy, w: int(x < y),
    "cmpi ule,": lambda x, y, sx, sy, w: int(x <= y),
    "cmpi ugt,": lambda x, y, sx, sy, w: int(x > y),
    "cmpi uge,": lambda x, y, sx, sy, w: int(x >= y),
}


@pytest.mark.parametrize("type", ["i1", "i4", "i8", "i32", "i64", "index"])
def test_integer_operations(type: str) -> None:
    """All operations on all pairs of edges, in one function for each pair of operands."""
    bits = 64 if type == "index" else int(type[1:])
    context = Context()
    for dialect in (Arith, Builtin, Tir):
        context.load_dialect(dialect)
    lines: list[str] = []
    results: list[str] = []
    for number, name in enumerate(INTEGER_MODELS):
        lines.append(f"%r{number} = arith.{name} %a, %b : {type}")
        results.append("i1" if name.endswith(",") else type)
    values = ", ".join(f"%r{number}" for number in range(len(lines)))
    body = "\n".join(lines)
    source = (
        f"tir.func @f(%a: {type}, %b: {type}) -> ({', '.join(results)}) {{\n{body}\n"
        f"tir.return {values} : {', '.join(results)}\n}}"
    )
    runner = Runner(Parser(context, source).parse_module())
    for x in edges(bits):
        for y in edges(bits):
            actual = runner.run("f", [x, y])
            for (name, model), value, result in zip(
                INTEGER_MODELS.items(), actual, results, strict=True
            ):
                width = 1 if result == "i1" else bits
                expected = model(x, y, signed(x, bits), signed(y, bits), bits) % (1 << width)
                assert isinstance(value, int)
                assert value % (1 << width) == expected, (name, x, y)


@pytest.mark.parametrize(
    ("operation", "source", "target", "value", "expected"),
    [
        ("extsi", "i8", "i16", 0x80, -128),
        ("extsi", "i1", "i8", 1, -1),
        ("extui", "i8", "i16", 0x80, 128),
        ("extui", "i1", "i8", 1, 1),
        ("trunci", "i32", "i8", 0x1FF, -1),
        ("trunci", "i32", "i1", 3, 1),
        ("index_cast", "i8", "index", 0xFF, -1),
        ("index_cast", "index", "i8", 0x180, -128),
        ("sitofp", "i8", "f32", 0xFF, -1.0),
        ("uitofp", "i8", "f32", 0xFF, 255.0),
        # Halfway between two numbers of f32, and just above: rounded once, not through f64.
        ("sitofp", "i64", "f32", (1 << 60) + (1 << 36), 2.0**60),
        ("sitofp", "i64", "f32", (1 << 60) + (1 << 36) + 1, 2.0**60 + 2.0**37),
        ("uitofp", "i64", "f64", (1 << 64) - 1, 2.0**64),
        ("uitofp", "i32", "f16", 70000, math.inf),
        ("fptosi", "f32", "i8", -3.99, -3),
        ("fptosi", "f32", "i32", math.nan, 0),
        ("fptosi", "f64", "i64", 2.0**63, 0),
        ("fptoui", "f32", "i8", 255.5, -1),
        ("fptoui", "f64", "i64", math.inf, 0),
        ("fptoui", "f32", "i8", -0.5, 0),
        ("extf", "f16", "f64", 0.1, struct.unpack("<e", struct.pack("<e", 0.1))[0]),
        ("truncf", "f64", "f32", 0.1, struct.unpack("<f", struct.pack("<f", 0.1))[0]),
        ("truncf", "f64", "f16", 65520.0, math.inf),
        ("truncf", "f32", "bf16", 1.0 + 2.0**-8, 1.0),
        ("truncf", "f32", "bf16", 1.0 + 3 * 2.0**-8, 1.0 + 2.0**-6),
        ("truncf", "f64", "f32", 2.0**-150 * 1.5, 2.0**-149),
        ("bitcast", "f32", "i32", -0.0, -(1 << 31)),
        ("bitcast", "i32", "f32", 0x3F800000, 1.0),
        ("bitcast", "i16", "bf16", 0x3F80, 1.0),
        ("bitcast", "f16", "i16", 1.0, 0x3C00),
    ],
)
def test_conversions(
    operation: str, source: str, target: str, value: float, expected: float
) -> None:
    text = f"arith.{operation} {{0}} : {source} to {target}"
    assert evaluate(text, [source], target, [value]) == expected


def single(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]


@pytest.mark.parametrize(
    ("operation", "values", "expected"),
    [
        ("arith.addf", [single(0.1), single(0.2)], single(single(0.1) + single(0.2))),
        ("arith.addf", [2.0**24, 1.0], 2.0**24),
        ("arith.mulf", [2.0**127, 2.0], math.inf),
        ("arith.subf", [1.0, 1.0], 0.0),
        ("arith.divf", [1.0, 3.0], single(1 / 3)),
        ("arith.divf", [-1.0, 0.0], -math.inf),
        ("arith.divf", [1.0, -0.0], -math.inf),
        ("arith.divf", [0.0, 0.0], math.nan),
        ("arith.minimumf", [0.0, -0.0], -0.0),
        ("arith.maximumf", [-0.0, 0.0], 0.0),
        ("arith.minimumf", [1.0, math.nan], math.nan),
        ("arith.minnumf", [1.0, math.nan], 1.0),
        ("arith.maxnumf", [math.nan, -2.0], -2.0),
        ("arith.maximumf", [1.0, 2.0], 2.0),
        ("arith.negf", [0.0], -0.0),
        ("math.exp", [1.0], single(math.e)),
        ("math.exp", [1000.0], math.inf),
        ("math.sqrt", [2.0], single(math.sqrt(2))),
        ("math.sqrt", [-1.0], math.nan),
        ("math.rsqrt", [4.0], 0.5),
        ("math.rsqrt", [0.0], math.inf),
        ("math.log", [0.0], -math.inf),
        ("math.log", [-1.0], math.nan),
        ("math.atanh", [-1.0], -math.inf),
        ("math.sinh", [-1000.0], -math.inf),
        ("math.powf", [-2.0, 3.0], -8.0),
        ("math.powf", [-0.0, -3.0], -math.inf),
        ("math.powf", [-1.0, 0.5], math.nan),
        ("math.ceil", [-0.5], -0.0),
        ("math.floor", [-0.5], -1.0),
        ("math.trunc", [math.inf], math.inf),
        ("math.round", [2.5], 3.0),
        ("math.round", [-2.5], -3.0),
        ("math.roundeven", [2.5], 2.0),
        ("math.copysign", [1.0, -0.0], -1.0),
        ("math.absf", [-0.0], 0.0),
        # The product has more bits than a double; its sum with -1 has one that both have lost.
        ("math.fma", [1.0 + 2.0**-23, 1.0 - 2.0**-23, -1.0], -(2.0**-46)),
        ("math.fma", [-0.0, 1.0, -0.0], -0.0),
    ],
)
def test_float_operations(operation: str, values: list[float], expected: float) -> None:
    operands = ", ".join(f"{{{number}}}" for number in range(len(values)))
    actual = evaluate(f"{operation} {operands} : f32", ["f32"] * len(values), "f32", [*values])
    assert isinstance(actual, float)
    if math.isnan(expected):
        assert math.isnan(actual)
    else:
        assert (actual, math.copysign(1, actual)) == (expected, math.copysign(1, expected))


@pytest.mark.parametrize(
    ("operation", "values", "expected"),
    [
        ("math.absi", [0x80], -128),
        ("math.ctpop", [0xFE], 7),
        ("math.ctlz", [0], 8),
        ("math.ctlz", [1], 7),
        ("math.cttz", [0], 8),
        ("math.cttz", [0x50], 4),
        ("math.ipowi", [3, 5], -13),
        ("math.ipowi", [-1, -3], -1),
        ("math.ipowi", [2, -1], 0),
    ],
)
def test_integer_functions(operation: str, values: list[int], expected: int) -> None:
    operands = ", ".join(f"{{{number}}}" for number in range(len(values)))
    assert (
        evaluate(f"{operation} {operands} : i8", ["i8"] * len(values), "i8", [*values]) == expected
    )


FLOAT_PREDICATES: dict[str, tuple[bool, bool, bool, bool]] = {
    # Whether it holds for less, equal, greater, unordered.
    "oeq": (False, True, False, False),
    "ogt": (False, False, True, False),
    "oge": (False, True, True, False),
    "olt": (True, False, False, False),
    "ole": (True, True, False, False),
    "one": (True, False, True, False),
    "ord": (True, True, True, False),
    "ueq": (False, True, False, True),
    "ugt": (False, False, True, True),
    "uge": (False, True, True, True),
    "ult": (True, False, False, True),
    "ule": (True, True, False, True),
    "une": (True, False, True, True),
    "uno": (False, False, False, True),
}


@pytest.mark.parametrize("predicate", FLOAT_PREDICATES)
def test_float_comparisons(predicate: str) -> None:
    pairs: list[list[int | float]] = [[1.0, 2.0], [2.0, 2.0], [3.0, 2.0], [math.nan, 2.0]]
    text = f"arith.cmpf {predicate}, {{0}}, {{1}} : f64"
    holds = tuple(evaluate(text, ["f64", "f64"], "i1", pair) == 1 for pair in pairs)
    assert holds == FLOAT_PREDICATES[predicate]


def test_rounding_to_f32_agrees_with_the_machine() -> None:
    """What is computed from an exact fraction, and what `struct` makes of the same double."""
    value = 1.0
    for step in range(400):
        value *= -1.7 if step < 200 else 0.31
        if abs(value) < 3e38:
            assert rounded_exactly(Fraction(value), Float32Type()) == single(value)


def test_numbers_narrower_than_their_bytes() -> None:
    """As constants are laid out: the bits above those of the element are zero."""
    assert to_bytes(-1, IntegerType(4)) == b"\x0f"
    assert from_bytes(b"\x0f", IntegerType(4)) == -1
    assert to_bytes(1, IntegerType(1)) == b"\x01"
    assert to_bytes(-2, IntegerType(24)) == b"\xfe\xff\xff\x00"
    assert from_bytes(b"\xfe\xff\xff\x00", IntegerType(24)) == -2


def test_vectors_are_an_error() -> None:
    with pytest.raises(ExecutionError, match=r"vector<2xi8>"):
        evaluate(
            "arith.index_cast {0} : i8 to index "
            "%v = arith.constant dense<1> : vector<2xi8> "
            "%s = arith.addi %v, %v : vector<2xi8>",
            ["i8"],
            "index",
            [1],
        )
