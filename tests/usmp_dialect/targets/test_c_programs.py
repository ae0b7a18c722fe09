"""Control flow, buffers, views, calls and names of the C target, compiled and run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from usmp_compiled_c import (
    OPTIMIZED,
    SANITIZED,
    STRICT,
    c_code_of,
    compile_and_run,
    needs_gcc,
    parse_module,
)
from usmp_dialect.program import AnalysisError
from usmp_dialect.targets.c import CTarget

pytestmark = needs_gcc

_CONTROL_FLOW = """
// Loops: literal, negative and dynamic bounds; a loop that never runs.
func.func @sums(%n: index, %from: index) -> (index, index, index, i32) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %buffer = memref.alloca() : memref<1xindex>
  memref.store %zero, %buffer[%zero] : memref<1xindex>
  tir.for %i = -2 to 4 {
    %old = tir.load %buffer[%zero] : memref<1xindex>
    %new = arith.addi %old, %i : index
    tir.store %new, %buffer[%zero] : memref<1xindex>
  }
  tir.for %i = 0 to 0 {
    tir.store %zero, %buffer[%zero] : memref<1xindex>
  }
  tir.for unrolled %i = %from to %n {
    %old = tir.load %buffer[%zero] : memref<1xindex>
    %new = arith.addi %old, %one : index
    tir.store %new, %buffer[%zero] : memref<1xindex>
  }
  %first = tir.load %buffer[%zero] : memref<1xindex>
  // Values that loops carry, exchanged in each iteration.
  %a, %b = scf.for %i = %from to %n step %three iter_args(%x = %zero, %y = %one) -> (index, index) {
    %sum = arith.addi %x, %y : index
    scf.yield %y, %sum : index, index
  }
  %lower = arith.constant -3 : i8
  %upper = arith.constant 5 : i8
  %step = arith.constant 2 : i8
  %start = arith.constant 0 : i32
  %c = scf.for %i = %lower to %upper step %step iter_args(%x = %start) -> (i32) : i8 {
    %wide = arith.extsi %i : i8 to i32
    %ten = arith.constant 10 : i32
    %shifted = arith.muli %x, %ten : i32
    %next = arith.addi %shifted, %wide : i32
    scf.yield %next : i32
  }
  func.return %first, %a, %b, %c : index, index, index, i32
}

// Euclid's algorithm.
func.func @gcd(%a: i32, %b: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %x, %y = scf.while (%x0 = %a, %y0 = %b) : (i32, i32) -> (i32, i32) {
    %go_on = arith.cmpi ne, %y0, %zero : i32
    scf.condition(%go_on) %x0, %y0 : i32, i32
  } do {
  ^bb0(%x1: i32, %y1: i32):
    %rest = arith.remui %x1, %y1 : i32
    scf.yield %y1, %rest : i32, i32
  }
  func.return %x : i32
}

func.func @choose(%which: index, %flag: i1) -> i16 {
  %r = scf.index_switch %which -> i16
  case -1 {
    %v = arith.constant 10 : i16
    scf.yield %v : i16
  }
  case 7 {
    %v = scf.if %flag -> (i16) {
      %t = arith.constant -5 : i16
      scf.yield %t : i16
    } else {
      %t = arith.constant 5 : i16
      scf.yield %t : i16
    }
    scf.yield %v : i16
  }
  default {
    %v = arith.constant 99 : i16
    scf.yield %v : i16
  }
  func.return %r : i16
}

// A concurrent loop nest with a buffer of its own, and a reduction.
func.func @parallel(%out: memref<4x6xi32>, %n: index) -> i64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %six = arith.constant 6 : index
  %start = arith.constant 1000 : i64
  tir.for parallel %i = %zero to %n {
    %row = tir.allocate "row" : memref<6xi32>
    tir.for vectorized %j = 0 to 6 {
      %product = arith.muli %i, %six : index
      %sum = arith.addi %product, %j : index
      %v = arith.index_cast %sum : index to i32
      tir.store %v, %row[%j] : memref<6xi32>
    }
    tir.for thread_binding("threadIdx.x") %j = 0 to 6 {
      %v = tir.load %row[%j] : memref<6xi32>
      tir.store %v, %out[%i, %j] : memref<4x6xi32>
    }
  }
  %total = "scf.parallel"(%zero, %zero, %n, %six, %one, %two, %start) <{operandSegmentSizes =
      array<i32: 2, 2, 2, 1>}> ({
  ^bb0(%i: index, %j: index):
    %v = memref.load %out[%i, %j] : memref<4x6xi32>
    %wide = arith.extsi %v : i32 to i64
    scf.reduce(%wide : i64) {
    ^bb0(%x: i64, %y: i64):
      %s = arith.addi %x, %y : i64
      scf.reduce.return %s : i64
    }
  }) : (index, index, index, index, index, index, i64) -> i64
  func.return %total : i64
}
"""

_CONTROL_FLOW_DRIVER = """\
#include <stdio.h>
#include "program.h"

static uint8_t out[4 * 6 * 4];

int main(void) {
    struct sums_results s = sums(5, (usmp_index)-4);
    printf("%d %d %d %d\\n", (int)s.result_0, (int)s.result_1, (int)s.result_2, (int)s.result_3);
    printf("%u %u\\n", gcd(1071, 462), gcd(5, 0));
    printf("%d %d %d %d\\n", (int16_t)choose((usmp_index)-1, 1), (int16_t)choose(7, 1),
           (int16_t)choose(7, 0), (int16_t)choose(0, 1));
    printf("%d\\n", (int)parallel(out, 4));
    for (int i = 0; i < 96; i += 4) printf("%d ", out[i] | out[i + 1] << 8);
    printf("\\n");
    return 0;
}
"""


@pytest.mark.parametrize(
    "options",
    [OPTIMIZED, SANITIZED, (*OPTIMIZED, "-fopenmp", "-DUSMP_PARALLEL")],
    ids=["optimized", "sanitized", "openmp"],
)
def test_control_flow(options: tuple[str, ...], tmp_path: Path) -> None:
    module = parse_module(_CONTROL_FLOW)
    output = compile_and_run(
        tmp_path,
        {
            "program.h": c_code_of(module, CTarget("header")),
            "program.c": c_code_of(module, CTarget("source", "program.h")),
            "driver.c": _CONTROL_FLOW_DRIVER,
        },
        (*options, "-Wno-conversion"),
    )
    carried = 0
    for i in range(-3, 5, 2):
        carried = carried * 10 + i
    # -2 - 1 + 0 + 1 + 2 + 3, and one for each from -4 to 4; three steps of Fibonacci.
    expected = [f"{3 + 9} 2 3 {carried}"]
    expected += ["21 5", "10 -5 5 99"]
    expected.append(str(1000 + sum(i * 6 + j for i in range(4) for j in range(0, 6, 2))))
    expected.append(" ".join(map(str, range(24))) + " ")
    assert output.splitlines() == expected


_VIEWS = """
"memref.global"() <{sym_name = "table", type = memref<2x3xi16>, initial_value = dense<[[1, -2, 3],
      [-4, 5, -6]]> : tensor<2x3xi16>, sym_visibility = "private", constant}> : () -> ()
"memref.global"() <{sym_name = "state", type = memref<4xi8>, initial_value, sym_visibility =
      "private"}> : () -> ()

func.func private @sum(%b: memref<3xi16, strided<[2], offset: 1>>) -> i16 {
  %zero = arith.constant 0 : i16
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%x = %zero) -> (i16) {
    %v = memref.load %b[%i] : memref<3xi16, strided<[2], offset: 1>>
    %s = arith.addi %x, %v : i16
    scf.yield %s : i16
  }
  func.return %r : i16
}

func.func @views(%data: memref<4x6xi16>, %n: index, %flag: i1, %out: memref<16xi64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // A row from the second column on, every other element.
  %row = memref.subview %data[%n, 1] [1, 3] [1, 2] : memref<4x6xi16>
      to memref<3xi16, strided<[2], offset: ?>>
  %row1 = memref.subview %data[1, 1] [1, 3] [1, 2] : memref<4x6xi16>
      to memref<3xi16, strided<[2], offset: 7>>
  %cast = memref.reinterpret_cast %data to offset: [1], sizes: [3], strides: [2] : memref<4x6xi16>
      to memref<3xi16, strided<[2], offset: 1>>
  %s0 = func.call @sum(%cast) : (memref<3xi16, strided<[2], offset: 1>>) -> i16
  tir.call_extern @put(%out, %c0, %s0) : (memref<16xi64>, index, i16) -> ()
  %v1 = memref.load %row[%c2] : memref<3xi16, strided<[2], offset: ?>>
  tir.call_extern @put(%out, %c1, %v1) : (memref<16xi64>, index, i16) -> ()
  // Copies: whole, and of parts with gaps.
  %copy = memref.alloc() : memref<4x6xi16>
  "memref.copy"(%data, %copy) : (memref<4x6xi16>, memref<4x6xi16>) -> ()
  %corner = memref.subview %copy[1, 2] [2, 2] [1, 3] : memref<4x6xi16>
      to memref<2x2xi16, strided<[6, 3], offset: 8>>
  %middle = memref.subview %data[2, 0] [2, 2] [1, 1] : memref<4x6xi16>
      to memref<2x2xi16, strided<[6, 1], offset: 12>>
  "memref.copy"(%middle, %corner) : (memref<2x2xi16, strided<[6, 1], offset: 12>>, memref<2x2xi16,
      strided<[6, 3], offset: 8>>) -> ()
  tir.for %i = 0 to 4 {
    tir.for %j = 0 to 6 {
      %v = memref.load %copy[%i, %j] : memref<4x6xi16>
      tir.call_extern @show(%v) : (i16) -> ()
    }
  }
  memref.dealloc %copy : memref<4x6xi16>
  // A view of other type; bytes written with one type and read with another.
  %bytes = memref.alloca() : memref<32xi8>
  %words = memref.view %bytes[%c1][] : memref<32xi8> to memref<7xi32>
  %word = arith.constant 0x11223344 : i32
  memref.store %word, %words[%c2] : memref<7xi32>
  %nine = arith.constant 9 : index
  %byte = memref.load %bytes[%nine] : memref<32xi8>
  %byte16 = arith.extui %byte : i8 to i16
  tir.call_extern @show(%byte16) : (i16) -> ()
  %halves = memref.view %bytes[%nine][%n] : memref<32xi8> to memref<?xi16>
  %half = memref.load %halves[%c1] : memref<?xi16>
  tir.call_extern @show(%half) : (i16) -> ()
  %extent = memref.dim %halves, %c0 : memref<?xi16>
  %extent16 = arith.index_cast %extent : index to i16
  tir.call_extern @show(%extent16) : (i16) -> ()
  // Constants, in the module and in the function; memory that stays.
  %table = memref.get_global @table : memref<2x3xi16>
  %t = memref.load %table[%c1, %c2] : memref<2x3xi16>
  tir.call_extern @show(%t) : (i16) -> ()
  %local = tir.allocate_const "local" dense<[7, 8]> : memref<2xi16>
  %chosen = arith.select %flag, %local, %local : memref<2xi16>
  %l = tir.load %chosen[%c1] : memref<2xi16>
  tir.call_extern @show(%l) : (i16) -> ()
  %state = memref.get_global @state : memref<4xi8>
  %old = memref.load %state[%c1] : memref<4xi8>
  %one = arith.constant 1 : i8
  %new = arith.addi %old, %one : i8
  memref.store %new, %state[%c1] : memref<4xi8>
  %new16 = arith.extui %new : i8 to i16
  tir.call_extern @show(%new16) : (i16) -> ()
  // Odd widths in memory: the bits above are those of no value.
  %odd = memref.alloc() : memref<2xi24>
  %odd_value = arith.constant -2 : i24
  memref.store %odd_value, %odd[%c1] : memref<2xi24>
  %odd_back = memref.load %odd[%c1] : memref<2xi24>
  %odd_wide = arith.extsi %odd_back : i24 to i64
  memref.store %odd_wide, %out[%c2] : memref<16xi64>
  // Buffers that are exchanged from one iteration to the next.
  %a = memref.alloc() : memref<1xi16>
  %b = memref.alloc() : memref<1xi16>
  %ten = arith.constant 10 : i16
  %twenty = arith.constant 20 : i16
  memref.store %ten, %a[%c0] : memref<1xi16>
  memref.store %twenty, %b[%c0] : memref<1xi16>
  %p, %q = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a, %y = %b)
      -> (memref<1xi16>, memref<1xi16>) {
    scf.yield %y, %x : memref<1xi16>, memref<1xi16>
  }
  %pv = memref.load %p[%c0] : memref<1xi16>
  tir.call_extern @show(%pv) : (i16) -> ()
  func.return
}
"""

_VIEWS_DRIVER = """\
#include <stdio.h>
#include "program.h"

void put(uint8_t *out, usmp_index at, uint16_t value);
void show(uint16_t value);

static int64_t out[16];

void put(uint8_t *buffer, usmp_index at, uint16_t value) {
    (void)buffer;
    out[at] = value;
}

void show(uint16_t value) {
    printf("%d ", (int16_t)value);
}

int main(void) {
    int16_t data[24];
    for (int i = 0; i < 24; ++i) data[i] = (int16_t)(100 + i);
    views((const uint8_t *)data, 3, 1, (uint8_t *)out);
    printf("\\n%d %d %d\\n", (int)out[0], (int)out[1], (int)out[2]);
    return 0;
}
"""


@pytest.mark.parametrize("options", [OPTIMIZED, SANITIZED], ids=["optimized", "sanitized"])
def test_views(options: tuple[str, ...], tmp_path: Path) -> None:
    module = parse_module(_VIEWS)
    output = compile_and_run(
        tmp_path,
        {
            "program.h": c_code_of(module, CTarget("header")),
            "program.c": c_code_of(module, CTarget("source", "program.h")),
            "driver.c": _VIEWS_DRIVER,
        },
        options,
    )
    data = [[100 + 6 * i + j for j in range(6)] for i in range(4)]
    copy = [list(row) for row in data]
    for i in range(2):
        for j in range(2):
            copy[1 + i][2 + 3 * j] = data[2 + i][j]
    shown = [value for row in copy for value in row]
    shown += [0x44, 0x1122, 3, -6, 8, 1, 20]
    first = data[0][1] + data[0][3] + data[0][5]
    lines = output.splitlines()
    assert lines[0].split() == [str(value) for value in shown]
    assert lines[1] == f"{first} {data[3][5]} -2"


_NAMES = """
func.func @"int"(%for: i32, %while: i32) -> i32 {
  %exp = arith.addi %for, %while : i32
  %memcpy = arith.muli %exp, %for : i32
  func.return %memcpy : i32
}
func.func @memcpy(%x: i32) -> i32 {
  %usmp_load_u16 = func.call @"int"(%x, %x) : (i32, i32) -> i32
  %int = func.call @"int"(%usmp_load_u16, %x) : (i32, i32) -> i32
  func.return %int : i32
}
func.func private @"a.b"(%x: i32) -> i32 {
  func.return %x : i32
}
func.func private @a_b(%a_b: i32) -> i32 {
  %r = func.call @"a.b"(%a_b) : (i32) -> i32
  func.return %r : i32
}
func.func @"größe 1"(%x: i32) -> i32 {
  %a = tir.allocate "*/ #error" : memref<1xi32>
  %b = tir.allocate "1st" : memref<1xi32>
  %c = tir.allocate "1st" : memref<1xi32>
  %zero = arith.constant 0 : index
  %u = func.call @a_b(%x) : (i32) -> i32
  %v = func.call @memcpy(%u) : (i32) -> i32
  tir.store %v, %a[%zero] : memref<1xi32>
  tir.store %x, %b[%zero] : memref<1xi32>
  tir.store %u, %c[%zero] : memref<1xi32>
  %w = tir.load %a[%zero] : memref<1xi32>
  %y = tir.load %b[%zero] : memref<1xi32>
  %z = tir.load %c[%zero] : memref<1xi32>
  %s = arith.addi %w, %y : i32
  %t = arith.addi %s, %z : i32
  func.return %t : i32
}
"""


def test_names(tmp_path: Path) -> None:
    code = c_code_of(_NAMES)
    names = ["int_", "memcpy_", "gru00f6u00dfe_1"]
    assert [name for name in names if f"uint32_t {name}(" not in code] == []
    driver = (
        "#include <stdio.h>\nint main(void) {\n"
        '    printf("%u\\n", gru00f6u00dfe_1(3));\n    return 0;\n}\n'
    )
    output = compile_and_run(tmp_path, {"program.c": code + driver}, (*OPTIMIZED, "-Wshadow=local"))
    inner = (3 + 3) * 3
    assert output == f"{(inner + 3) * inner + 6}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "func.func @f(%x: f16) -> f16 {\n %y = arith.addf %x, %x : f16\n"
            " func.return %y : f16\n}",
            "the C target cannot hold the type f16",
        ),
        (
            "func.func @f(%x: i128) {\n func.return\n}",
            "the C target cannot hold the type i128 of func.func",
        ),
        (
            "func.func @f(%n: index) {\n %b = memref.alloc(%n) : memref<?xi8>\n"
            " %c = arith.constant 1 : i8\n memref.store %c, %b[%n] : memref<?xi8>\n"
            " func.return\n}",
            "the size of buffer 'b' is not known before the program runs",
        ),
        (
            "func.func @f() -> memref<4xi8> {\n %b = memref.alloc() : memref<4xi8>\n"
            " func.return %b : memref<4xi8>\n}",
            "buffer 'b' is used after the function returns",
        ),
        (
            "func.func @f(%a: memref<1xi8>, %n: index) {\n"
            " %r = scf.for %i = %n to %n step %n iter_args(%x = %a) -> (memref<1xi8>) {\n"
            "  %new = memref.alloc() : memref<1xi8>\n  scf.yield %new : memref<1xi8>\n }\n"
            " tir.call_extern @use(%r) : (memref<1xi8>) -> ()\n func.return\n}",
            "buffer 'new' is used after the function returns, or in the next iteration",
        ),
        (
            "func.func @f() {\n func.call @f() : () -> ()\n func.return\n}",
            "recursion, @f -> @f",
        ),
        (
            "tir.func @f(%x: i32, %y: i8) {\n tir.call_extern @g(%x) : (i32) -> ()\n"
            " tir.call_extern @g(%y) : (i8) -> ()\n}",
            "@g is defined elsewhere, and is called here as (uint8_t) -> (), before as (uint32_t)",
        ),
        (
            "tir.func @f(%x: i32) {\n tir.call_extern @memcpy(%x) : (i32) -> ()\n}",
            "@memcpy is a function of the C library",
        ),
        (
            'tir.func @f(%x: i32) {\n tir.call_extern @"a-b"(%x) : (i32) -> ()\n}',
            "@a-b is defined elsewhere, and C cannot call a function of that name",
        ),
        (
            "func.func @f(%b: memref<?xi8>) -> index {\n %c = arith.constant 0 : index\n"
            " %n = memref.dim %b, %c : memref<?xi8>\n func.return %n : index\n}",
            "the C target does not know dimension 0 of memref<?xi8>",
        ),
        (
            "func.func @f(%b: memref<2x?xi8>, %i: index) -> i8 {\n"
            " %v = memref.load %b[%i, %i] : memref<2x?xi8>\n func.return %v : i8\n}",
            "the C target does not know how far the elements of memref<2x?xi8> are apart",
        ),
        (
            'func.func @f() {\n "memref.alloca_scope"() ({\n'
            '  "memref.alloca_scope.return"() : () -> ()\n }) : () -> ()\n func.return\n}',
            "the C target does not print memref.alloca_scope",
        ),
        ("builtin.module {\n}", "the C target does not print builtin.module"),
    ],
)
def test_errors(text: str, message: str) -> None:
    module = parse_module(f"builtin.module {{\n{text}\n}}")
    with pytest.raises(AnalysisError, match=re.escape(message)) as error:
        c_code_of(module)
    assert error.value.op is not None


def test_extern_of_math_header(tmp_path: Path) -> None:
    """A call of a function that `math.h` declares needs no prototype of its own."""
    code = c_code_of(
        "func.func @f(%x: f32) -> f32 {\n  %y = tir.call_extern @expf(%x) : (f32) -> f32\n"
        "  func.return %y : f32\n}"
    )
    assert "float expf(" not in code
    driver = '#include <stdio.h>\nint main(void) {\n    printf("%.3f", (double)f(1.0f));\n}\n'
    assert compile_and_run(tmp_path, {"program.c": code + driver}, ("-O1", *STRICT)) == "2.718"


def test_output_is_deterministic() -> None:
    assert c_code_of(_VIEWS) == c_code_of(_VIEWS)


_SAME_MEMORY = """
"memref.global"() <{sym_name = "s", type = memref<8xi8>, initial_value,
    sym_visibility = "private"}> {usmp.pool = @p} : () -> ()
usmp.pool @p attributes {allocated_size = 8 : i64}
tir.func @f(%x: memref<8xi8>, %y: memref<8xi8>) attributes {ATTRIBUTE} {
  %s = memref.get_global @s : memref<8xi8>
  %c0 = arith.constant 0 : index
  %a = memref.view %s[%c0][] {usmp.buffer = "a"} : memref<8xi8> to memref<8xi8>
  tir.for %i = 0 to 8 {
    %v = tir.load SOURCE[%i] : memref<8xi8>
    tir.store %v, TARGET[%i] : memref<8xi8>
  }
}
"""


@pytest.mark.parametrize(
    ("source", "target", "attribute", "is_different"),
    [
        ("%x", "%a", "", True),
        ("%a", "%y", "", True),
        ("%x", "%y", "tir.noalias", True),
        ("%x", "%y", "", False),
        ("%s", "%x", "", False),
        ("%x", "%s", "", False),
        ("%a", "%a", "", False),
    ],
)
def test_restrict_of_planned_programs(
    source: str, target: str, attribute: str, is_different: bool
) -> None:
    text = _SAME_MEMORY.replace("SOURCE", source).replace("TARGET", target)
    code = c_code_of(text.replace("ATTRIBUTE", attribute))
    assert ("restrict" in code) is is_different
