"""Floating point arithmetic of the C target against Python's and the C library's."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from usmp_compiled_c import STRICT, c_code_of, compile_and_run, needs_gcc, parse_module
from usmp_dialect.targets.c import CTarget

pytestmark = needs_gcc

VALUES = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3.25, 0.1, -0.3, 1e-30, 1e30, -1e30,
    2147483648.0, -2147483648.0, 4294967296.0, 9.3e18, -9.3e18, 1.9e19, 255.0, 256.0,
    math.inf, -math.inf, math.nan,
]  # fmt: skip


def rounded(value: float, width: int) -> float:
    """The number as one of 32 or 64 bits."""
    if width == 64 or math.isnan(value) or math.isinf(value):
        return value
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def divided(a: float, b: float) -> float:
    if b == 0:
        is_nan = a == 0 or math.isnan(a)
        return math.nan if is_nan else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def maximum(a: float, b: float) -> float:
    if math.isnan(a) or math.isnan(b):
        return math.nan
    return max(a, b, key=lambda x: (x, math.copysign(1, x)))


def minimum(a: float, b: float) -> float:
    return -maximum(-a, -b)


def multiplied(a: float, b: float) -> float:
    return a * b


BINARY: dict[str, Callable[[float, float], float]] = {
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.mulf": multiplied,
    "arith.divf": divided,
    "arith.maximumf": maximum,
    "arith.minimumf": minimum,
    "math.copysign": math.copysign,
}

UNARY: dict[str, Callable[[float], float]] = {
    "arith.negf": lambda a: -a,
    "math.absf": abs,
    "math.ceil": lambda a: math.copysign(math.ceil(a), a) if math.isfinite(a) else a,
    "math.floor": lambda a: math.copysign(math.floor(a), a) if math.isfinite(a) else a,
    "math.trunc": lambda a: math.copysign(math.trunc(a), a) if math.isfinite(a) else a,
    "math.roundeven": lambda a: math.copysign(round(a), a) if math.isfinite(a) else a,
}

NEAR: dict[str, Callable[[float], float]] = {
    "math.acos": math.acos,
    "math.asin": math.asin,
    "math.asinh": math.asinh,
    "math.atan": math.atan,
    "math.cbrt": math.cbrt,
    "math.cos": math.cos,
    "math.cosh": math.cosh,
    "math.erf": math.erf,
    "math.exp": math.exp,
    "math.exp2": math.exp2,
    "math.expm1": math.expm1,
    "math.log": math.log,
    "math.log10": math.log10,
    "math.log1p": math.log1p,
    "math.log2": math.log2,
    "math.rsqrt": lambda a: 1 / math.sqrt(a),
    "math.sin": math.sin,
    "math.sinh": math.sinh,
    "math.sqrt": math.sqrt,
    "math.tan": math.tan,
    "math.tanh": math.tanh,
    "math.atanh": math.atanh,
    "math.acosh": lambda a: math.acosh(1 + a),
}
"""Compared with a tolerance, for one number from 0 to 1 (`acosh` for one above 1)."""


def unordered(a: float, b: float) -> bool:
    return math.isnan(a) or math.isnan(b)


PREDICATES: dict[str, Callable[[float, float], bool]] = {
    "false": lambda a, b: False,
    "oeq": lambda a, b: a == b,
    "ogt": lambda a, b: a > b,
    "oge": lambda a, b: a >= b,
    "olt": lambda a, b: a < b,
    "ole": lambda a, b: a <= b,
    "one": lambda a, b: a < b or a > b,
    "ord": lambda a, b: not unordered(a, b),
    "ueq": lambda a, b: unordered(a, b) or a == b,
    "ugt": lambda a, b: unordered(a, b) or a > b,
    "uge": lambda a, b: unordered(a, b) or a >= b,
    "ult": lambda a, b: unordered(a, b) or a < b,
    "ule": lambda a, b: unordered(a, b) or a <= b,
    "une": lambda a, b: a != b,
    "uno": unordered,
    "true": lambda a, b: True,
}


def to_integer(value: float, width: int, *, is_signed: bool) -> int | None:
    """What a conversion gives; `None` if the number does not fit."""
    if not math.isfinite(value):
        return None
    number = math.trunc(value)
    least = -(1 << (width - 1)) if is_signed else 0
    return number % (1 << width) if least <= number < least + (1 << width) else None


INTEGERS = {"i1": 1, "i8": 8, "i16": 16, "i24": 24, "i32": 32, "i64": 64}


class Bench:
    """Functions, what calls them, and what these must print."""

    def __init__(self) -> None:
        self.functions: list[str] = []
        self.calls: list[str] = []
        self.expected: list[Callable[[str], bool]] = []
        self.names: list[str] = []

    def function(self, parameters: str, result: str, body: str) -> str:
        name = f"f{len(self.functions)}"
        self.functions.append(
            f"func.func @{name}({parameters}) -> {result} {{\n  {body}\n"
            f"  func.return %r : {result}\n}}"
        )
        return name

    def check(self, call: str, is_float: bool, expected: Callable[[str], bool]) -> None:
        self.names.append(call)
        self.calls.append(
            f'    printf("%a\\n", (double){call});'
            if is_float
            else f'    printf("%llu\\n", (unsigned long long){call});'
        )
        self.expected.append(expected)


def c_literal(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    return ("-" if value < 0 else "") + "INFINITY" if math.isinf(value) else value.hex()


def same(expected: float) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        if math.isnan(expected):
            return "nan" in text
        value = float.fromhex(text)
        return (value, math.copysign(1, value)) == (expected, math.copysign(1, expected))

    return check


def near(expected: float, width: int) -> Callable[[str], bool]:
    tolerance = 1e-5 if width == 32 else 1e-12
    return lambda text: math.isclose(float.fromhex(text), expected, rel_tol=tolerance)


def whole(expected: int | None) -> Callable[[str], bool]:
    return lambda text: expected is None or int(text) == expected


def bench_of(width: int) -> Bench:
    bench, type = Bench(), f"f{width}"
    cast = "(float)" if width == 32 else ""
    values = [rounded(value, width) for value in VALUES]

    def argument(value: float) -> str:
        return cast + c_literal(value)

    for op, binary in BINARY.items():
        name = bench.function(f"%a: {type}, %b: {type}", type, f"%r = {op} %a, %b : {type}")
        for a in values:
            for b in values:
                result = rounded(binary(a, b), width)
                bench.check(f"{name}({argument(a)}, {argument(b)})", True, same(result))
    for op, unary in UNARY.items():
        name = bench.function(f"%a: {type}", type, f"%r = {op} %a : {type}")
        for a in values:
            bench.check(f"{name}({argument(a)})", True, same(rounded(unary(a), width)))
    for op, function in NEAR.items():
        name = bench.function(f"%a: {type}", type, f"%r = {op} %a : {type}")
        for a in (rounded(value, width) for value in (0.125, 0.3, 0.75)):
            given = 1 + a if op == "math.acosh" else a
            bench.check(f"{name}({argument(given)})", True, near(function(a), width))
    for op, expected in (("math.powf", 0.3**0.7), ("math.atan2", math.atan2(0.3, 0.7))):
        name = bench.function(f"%a: {type}, %b: {type}", type, f"%r = {op} %a, %b : {type}")
        bench.check(f"{name}({argument(0.3)}, {argument(0.7)})", True, near(expected, width))
    name = bench.function(f"%a: {type}", type, f"%r = math.fma %a, %a, %a : {type}")
    bench.check(f"{name}({argument(3.0)})", True, same(12.0))
    name = bench.function(f"%a: {type}, %b: i32", type, f"%r = math.fpowi %a, %b : {type}, i32")
    for exponent in (0, 1, 5, -2):
        bench.check(f"{name}({argument(2.0)}, (uint32_t){exponent})", True, same(2.0**exponent))
    for predicate, model in PREDICATES.items():
        body = f"%r = arith.cmpf {predicate}, %a, %b : {type}"
        name = bench.function(f"%a: {type}, %b: {type}", "i1", body)
        for a in (0.0, -0.0, 1.0, math.inf, math.nan):
            for b in (0.0, 1.0, -math.inf, math.nan):
                call = f"{name}({argument(a)}, {argument(b)})"
                bench.check(call, False, whole(int(model(a, b))))
    for integer, bits in INTEGERS.items():
        for op, is_signed in (("fptosi", True), ("fptoui", False)):
            body = f"%r = arith.{op} %a : {type} to {integer}"
            name = bench.function(f"%a: {type}", integer, body)
            for a in values:
                expected = to_integer(a, bits, is_signed=is_signed)
                bench.check(f"{name}({argument(a)})", False, whole(expected))
        for op, is_signed in (("sitofp", True), ("uitofp", False)):
            body = f"%r = arith.{op} %a : {integer} to {type}"
            name = bench.function(f"%a: {integer}", type, body)
            for a in {0, 1, (1 << bits) - 1, 1 << (bits - 1)}:
                value = a - (1 << bits) if is_signed and a >> (bits - 1) else a
                number = f"UINT64_C({a})" if bits == 64 else f"{a}u"
                bench.check(f"{name}({number})", True, same(rounded(float(value), width)))
    other = 96 - width
    op = "extf" if width == 32 else "truncf"
    name = bench.function(f"%a: {type}", f"f{other}", f"%r = arith.{op} %a : {type} to f{other}")
    for a in values:
        bench.check(f"{name}({argument(a)})", True, same(rounded(a, other)))
    there = bench.function(
        f"%a: {type}", f"i{width}", f"%r = arith.bitcast %a : {type} to i{width}"
    )
    body = f"%r = arith.bitcast %a : i{width} to {type}"
    back = bench.function(f"%a: i{width}", type, body)
    for a in values:
        bench.check(f"{back}({there}({argument(a)}))", True, same(a))
    for a in values:
        bits = struct.unpack(
            "<I" if width == 32 else "<Q", struct.pack("<f" if width == 32 else "<d", a)
        )[0]
        literal = f"0x{bits:X}" if math.isnan(a) or math.isinf(a) else f"{a:.17e}"
        name = bench.function("", type, f"%r = arith.constant {literal} : {type}")
        bench.check(f"{name}()", True, same(a))
    return bench


@pytest.mark.parametrize("width", [32, 64])
@pytest.mark.parametrize(
    "options",
    [
        ("-O1", *STRICT),
        (
            "-O0",
            "-fsanitize=undefined,float-cast-overflow",
            "-fno-sanitize-recover=all",
            *STRICT,
        ),
    ],
    ids=["optimized", "sanitized"],
)
def test_floats(options: tuple[str, ...], width: int, tmp_path: Path) -> None:
    bench = bench_of(width)
    module = parse_module("\n".join(bench.functions))
    driver = [
        '#pragma GCC diagnostic ignored "-Wpedantic"',
        "#include <math.h>", "#include <stdio.h>", '#include "program.h"',
        "int main(void) {", *bench.calls, "    return 0;", "}", "",
    ]  # fmt: skip
    output = compile_and_run(
        tmp_path,
        {
            "program.h": c_code_of(module, CTarget("header")),
            "program.c": c_code_of(module, CTarget("source", "program.h")),
            "driver.c": "\n".join(driver),
        },
        options,
    )
    lines = output.splitlines()
    assert len(lines) == len(bench.expected)
    wrong = [
        f"{name} is {line}"
        for name, line, check in zip(bench.names, lines, bench.expected, strict=True)
        if not check(line)
    ]
    assert wrong == []
