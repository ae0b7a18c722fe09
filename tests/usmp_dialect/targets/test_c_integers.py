"""Integer arithmetic of the C target against Python's, for every operation and width."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from usmp_compiled_c import (
    STRICT,
    c_code_of,
    compile_and_run,
    needs_gcc,
    parse_module,
)
from usmp_dialect.targets.c import CTarget

pytestmark = needs_gcc

TYPES = {
    "i1": 1,
    "i4": 4,
    "i8": 8,
    "i13": 13,
    "i16": 16,
    "i24": 24,
    "i32": 32,
    "i48": 48,
    "i64": 64,
    "index": 64,
}

Model = Callable[[int, int, int], int | None]
"""The result for two operands, from 0 on, of a width in bits; `None` if it may be anything."""


def signed(value: int, width: int) -> int:
    return value - (1 << width) if value >> (width - 1) else value


def on_signed(function: Callable[[int, int], int]) -> Model:
    return lambda a, b, w: function(signed(a, w), signed(b, w))


def divided(function: Callable[[int, int], int], *, is_signed: bool) -> Model:
    """Nothing is known of a division by zero, nor of one that overflows."""

    def model(a: int, b: int, width: int) -> int | None:
        if b == 0:
            return None
        if not is_signed:
            return function(a, b)
        a, b = signed(a, width), signed(b, width)
        return None if b == -1 and a == -(1 << (width - 1)) else function(a, b)

    return model


def shifted(function: Model) -> Model:
    return lambda a, b, w: function(a, b, w) if b < w else None


def truncated(a: int, b: int) -> int:
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def power(a: int, b: int, width: int) -> int | None:
    a, b = signed(a, width), signed(b, width)
    if b >= 0:
        return pow(a, b, 1 << width)
    return {0: None, 1: 1, -1: -1 if b % 2 else 1}.get(a, 0)


BINARY: dict[str, Model] = {
    "arith.addi": lambda a, b, w: a + b,
    "arith.subi": lambda a, b, w: a - b,
    "arith.muli": lambda a, b, w: a * b,
    "arith.andi": lambda a, b, w: a & b,
    "arith.ori": lambda a, b, w: a | b,
    "arith.xori": lambda a, b, w: a ^ b,
    "arith.divui": divided(lambda a, b: a // b, is_signed=False),
    "arith.remui": divided(lambda a, b: a % b, is_signed=False),
    "arith.ceildivui": divided(lambda a, b: -(-a // b), is_signed=False),
    "arith.divsi": divided(truncated, is_signed=True),
    "arith.remsi": divided(lambda a, b: a - b * truncated(a, b), is_signed=True),
    "arith.floordivsi": divided(lambda a, b: a // b, is_signed=True),
    "arith.ceildivsi": divided(lambda a, b: -(-a // b), is_signed=True),
    "arith.shli": shifted(lambda a, b, w: a << b),
    "arith.shrui": shifted(lambda a, b, w: a >> b),
    "arith.shrsi": shifted(lambda a, b, w: signed(a, w) >> b),
    "arith.minui": lambda a, b, w: min(a, b),
    "arith.maxui": lambda a, b, w: max(a, b),
    "arith.minsi": on_signed(min),
    "arith.maxsi": on_signed(max),
    "math.ipowi": power,
}

COMPARISONS: dict[str, Model] = {
    "eq": lambda a, b, w: a == b,
    "ne": lambda a, b, w: a != b,
    "slt": on_signed(lambda a, b: a < b),
    "sle": on_signed(lambda a, b: a <= b),
    "sgt": on_signed(lambda a, b: a > b),
    "sge": on_signed(lambda a, b: a >= b),
    "ult": lambda a, b, w: a < b,
    "ule": lambda a, b, w: a <= b,
    "ugt": lambda a, b, w: a > b,
    "uge": lambda a, b, w: a >= b,
}

UNARY: dict[str, Callable[[int, int], int]] = {
    "math.absi": lambda a, w: abs(signed(a, w)),
    "math.ctlz": lambda a, w: w - a.bit_length(),
    "math.cttz": lambda a, w: (a & -a).bit_length() - 1 if a else w,
    "math.ctpop": lambda a, w: a.bit_count(),
}


def values_of(width: int) -> list[int]:
    """The numbers near which mistakes are made, and a few others; all of a few bits."""
    if width <= 4:
        return list(range(1 << width))
    edges = [0, 1, 2, 3, 7, width - 1, width, width + 1]
    edges += [(1 << (width - 1)) + d for d in (-2, -1, 0, 1)] + [
        (1 << width) - d for d in (1, 2, 3)
    ]
    generator = random.Random(width)
    edges += [generator.getrandbits(width) for _ in range(4)]
    return sorted({value % (1 << width) for value in edges})


CONSTANTS = (0, 1, 3, -1)
TYPES_WITH_CONSTANTS = ("i1", "i8", "i24", "i32", "i64", "index")


@dataclass(frozen=True)
class Case:
    """A function of one operation, and what it must return."""

    name: str
    text: str
    parameters: tuple[int, ...]
    result_width: int
    inputs: tuple[tuple[int, ...], ...]
    expected: tuple[int | None, ...]


def constants_of(width: int) -> list[int]:
    values = {value % (1 << width) for value in CONSTANTS}
    return sorted(values | {1 << (width - 1)})


def literal(value: int, type: str) -> str:
    if type == "i1":
        return "true" if value else "false"
    return f"{signed(value, TYPES[type])} : {type}"


def binary_cases() -> Iterator[Case]:
    operations = {op: (f"{op} ", model, False) for op, model in BINARY.items()} | {
        f"cmpi_{predicate}": (f"arith.cmpi {predicate}, ", model, True)
        for predicate, model in COMPARISONS.items()
    }
    for op, (syntax, model, is_comparison) in operations.items():
        for type, width in TYPES.items():
            result = "i1" if is_comparison else type
            values, constants = values_of(width), constants_of(width)
            name = f"{op.replace('.', '_')}_{type}"

            def case(
                name: str,
                parameters: str,
                body: str,
                pairs: list[tuple[int, int]],
                columns: slice,
                model: Model = model,
                width: int = width,
                result: str = result,
            ) -> Case:
                return Case(
                    name,
                    f"func.func @{name}({parameters}) -> {result} {{\n{body}\n"
                    f"  func.return %r : {result}\n}}",
                    (width,) * len((0, 0)[columns]),
                    TYPES[result],
                    tuple(pair[columns] for pair in pairs),
                    tuple(wrapped(model(a, b, width), TYPES[result]) for a, b in pairs),
                )

            yield case(
                name,
                f"%a: {type}, %b: {type}",
                f"  %r = {syntax}%a, %b : {type}",
                [(a, b) for a in values for b in values],
                slice(0, 2),
            )
            yield case(
                f"{name}_same",
                f"%a: {type}",
                f"  %r = {syntax}%a, %a : {type}",
                [(a, a) for a in values],
                slice(0, 1),
            )
            for number, constant in enumerate(constants if type in TYPES_WITH_CONSTANTS else ()):
                define = f"  %c = arith.constant {literal(constant, type)}\n"
                yield case(
                    f"{name}_by_{number}",
                    f"%a: {type}",
                    f"{define}  %r = {syntax}%a, %c : {type}",
                    [(a, constant) for a in values],
                    slice(0, 1),
                )
                yield case(
                    f"{name}_of_{number}",
                    f"%b: {type}",
                    f"{define}  %r = {syntax}%c, %b : {type}",
                    [(constant, b) for b in values],
                    slice(1, 2),
                )
                if number != len(constants) // 2:
                    continue
                other = constants[-1]
                yield case(
                    f"{name}_const_{number}",
                    "",
                    f"{define}  %d = arith.constant {literal(other, type)}\n"
                    f"  %r = {syntax}%c, %d : {type}",
                    [(constant, other)],
                    slice(0, 0),
                )


def wrapped(value: int | None, width: int) -> int | None:
    return None if value is None else value % (1 << width)


def unary_cases() -> Iterator[Case]:
    for op, model in UNARY.items():
        for type, width in TYPES.items():
            yield unary_case(op, op, type, type, lambda a, w=width, m=model: m(a, w))


def conversion_cases() -> Iterator[Case]:
    for source, narrow in TYPES.items():
        for target, wide in TYPES.items():
            if source == "index" or target == "index":
                if source != target:
                    yield unary_case(
                        "index_cast",
                        "arith.index_cast",
                        source,
                        target,
                        lambda a, w=narrow: signed(a, w),
                    )
                continue
            if narrow < wide:
                yield unary_case(
                    "extsi", "arith.extsi", source, target, lambda a, w=narrow: signed(a, w)
                )
                yield unary_case("extui", "arith.extui", source, target, lambda a: a)
            elif narrow > wide:
                yield unary_case("trunci", "arith.trunci", source, target, lambda a: a)


def unary_case(name: str, op: str, source: str, target: str, model: Callable[[int], int]) -> Case:
    values = values_of(TYPES[source])
    types = source if op.startswith("math.") else f"{source} to {target}"
    name = f"{name.replace('.', '_')}_{source}_{target}"
    return Case(
        name,
        f"func.func @{name}(%a: {source}) -> {target} {{\n  %r = {op} %a : {types}\n"
        f"  func.return %r : {target}\n}}",
        (TYPES[source],),
        TYPES[target],
        tuple((a,) for a in values),
        tuple(model(a) % (1 << TYPES[target]) for a in values),
    )


EXTENDED: dict[str, Callable[[int, int, int], tuple[int, int]]] = {
    "arith.addui_extended": lambda a, b, w: (a + b, (a + b) >> w),
    "arith.mului_extended": lambda a, b, w: (a * b, (a * b) >> w),
    "arith.mulsi_extended": lambda a, b, w: (
        signed(a, w) * signed(b, w),
        (signed(a, w) * signed(b, w)) >> w,
    ),
}


def extended_cases() -> Iterator[Case]:
    for op, model in EXTENDED.items():
        for type, width in TYPES.items():
            is_sum = op == "arith.addui_extended"
            if is_sum and type == "index":
                continue  # not in xDSL
            second = "i1" if is_sum else type
            types = f"{type}, i1" if is_sum else type
            pairs = [(a, b) for a in values_of(width) for b in values_of(width)]
            for number, result in enumerate((type, second)):
                name = f"{op.replace('.', '_')}_{type}_{number}"
                yield Case(
                    name,
                    f"func.func @{name}(%a: {type}, %b: {type}) -> {result} {{\n"
                    f"  %r0, %r1 = {op} %a, %b : {types}\n"
                    f"  func.return %r{number} : {result}\n}}",
                    (width, width),
                    TYPES[result],
                    tuple(pairs),
                    tuple(model(a, b, width)[number] % (1 << TYPES[result]) for a, b in pairs),
                )


def q_multiply_shift_cases() -> Iterator[Case]:
    values = values_of(32)
    for q, s in ((31, -9), (31, 0), (0, 0), (31, 31), (0, -31), (31, -31), (0, 31), (5, 3)):
        pairs = [(a, b) for a in values for b in values]
        name = f"q_multiply_shift_{q}_{'minus_' if s < 0 else ''}{abs(s)}"
        right = q + max(-s, 0)
        rounding = 1 << (right - 1) if right else 0
        yield Case(
            name,
            f"func.func @{name}(%a: i32, %b: i32) -> i32 {{\n"
            f"  %r = tir.q_multiply_shift %a, %b {{q = {q}, s = {s}}} : i32\n"
            "  func.return %r : i32\n}",
            (32, 32),
            32,
            tuple(pairs),
            tuple(
                (((signed(a, 32) << max(s, 0)) * signed(b, 32) + rounding) >> right) % (1 << 32)
                for a, b in pairs
            ),
        )


def all_cases() -> list[Case]:
    return [
        *binary_cases(),
        *unary_cases(),
        *conversion_cases(),
        *extended_cases(),
        *q_multiply_shift_cases(),
    ]


def c_type_of(width: int) -> str:
    return "_Bool" if width == 1 else f"uint{max(8, 1 << (width - 1).bit_length())}_t"


def c_literal(value: int) -> str:
    return f"{value}u" if value < 2**32 else f"UINT64_C({value})"


def driver_of(cases: list[Case]) -> str:
    """A main function that prints what each function returns for its inputs, a case in a line."""
    runners: dict[str, list[str]] = {}
    calls: list[str] = []
    for case in cases:
        count, width, result = (
            len(case.parameters),
            *(case.parameters or (0,))[:1],
            case.result_width,
        )
        runner = f"run_{count}_{width}_{result}"
        if runner not in runners:
            argument = ["i / count", "i % count"] if count == 2 else ["i"][:count]
            arguments = ", ".join(f"({c_type_of(width)})values_{width}[{i}]" for i in argument)
            parameters = ", ".join([c_type_of(width)] * count) or "void"
            runners[runner] = [
                f"static void {runner}({c_type_of(result)} (*function)({parameters})) {{",
                f"    const int count = {len(values_of(width)) if count else 1};",
                f"    for (int i = 0; i < {'count * count' if count == 2 else 'count'}; ++i)",
                f'        printf("%llu ", (unsigned long long)function({arguments}));',
                '    printf("\\n");',
                "}",
            ]
        calls.append(f"    {runner}({case.name});")
    tables = [
        f"static const uint64_t values_{width}[] = "
        f"{{{', '.join(map(c_literal, values_of(width)))}}};"
        for width in sorted(set(TYPES.values()))
    ]
    functions = [line for runner in runners.values() for line in runner]
    main = ["int main(void) {", *calls, "    return 0;", "}", ""]
    return "\n".join(["#include <stdio.h>", '#include "program.h"', *tables, *functions, *main])


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return all_cases()


@pytest.fixture(scope="module")
def files(cases: list[Case]) -> dict[str, str]:
    module = parse_module("\n".join(case.text for case in cases))
    return {
        "program.h": c_code_of(module, CTarget("header")),
        "program.c": c_code_of(module, CTarget("source", "program.h")),
        "driver.c": driver_of(cases),
    }


@pytest.mark.parametrize(
    "options",
    [("-O1", *STRICT), ("-O0", "-fsanitize=undefined", "-fno-sanitize-recover=all", *STRICT)],
    ids=["optimized", "sanitized"],
)
def test_integers(
    options: tuple[str, ...], cases: list[Case], files: dict[str, str], tmp_path: Path
) -> None:
    lines = compile_and_run(tmp_path, files, options).splitlines()
    assert len(lines) == len(cases)
    wrong = [
        f"{case.name}{inputs} is {result}, expected {expected}"
        for case, line in zip(cases, lines, strict=True)
        for inputs, expected, result in zip(
            case.inputs, case.expected, map(int, line.split()), strict=True
        )
        if not (expected == result or (expected is None and result >> case.result_width == 0))
    ]
    assert wrong == []
