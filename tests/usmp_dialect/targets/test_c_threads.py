"""The C code of programs with a slice of buffers for each thread, run by threads of OpenMP."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.context import Context

from usmp_compiled_c import OPTIMIZED, c_code_of, compile_and_run, needs_gcc, parse_module
from usmp_dialect.targets.c import CTarget
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

pytestmark = needs_gcc

_ITERATIONS = 400

_PROGRAM = f"""
usmp.pool @p

tir.func @rows(%out: memref<{_ITERATIONS}xi32>) attributes {{runner_function}} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  tir.for parallel %i = 0 to {_ITERATIONS} {{
    %row = tir.allocate : memref<500xi32>
    tir.for %j = 0 to 500 {{
      %sum = arith.addi %i, %j : index
      %value = arith.index_cast %sum : index to i32
      tir.store %value, %row[%j] : memref<500xi32>
    }}
    %total = tir.allocate : memref<1xi32>
    tir.store %zero, %total[%c0] : memref<1xi32>
    tir.call_extern @add(%row, %total) : (memref<500xi32>, memref<1xi32>) -> ()
    %result = tir.load %total[%c0] : memref<1xi32>
    tir.store %result, %out[%i] : memref<{_ITERATIONS}xi32>
  }}
}}

tir.func private @add(%row: memref<500xi32>, %total: memref<1xi32>) {{
  %c0 = arith.constant 0 : index
  %squares = tir.allocate : memref<500xi32>
  tir.for parallel %j = 0 to 500 {{
    %scratch = tir.allocate : memref<1xi32>
    %v = tir.load %row[%j] : memref<500xi32>
    %s = arith.muli %v, %v : i32
    tir.store %s, %scratch[%c0] : memref<1xi32>
    %t = tir.load %scratch[%c0] : memref<1xi32>
    tir.store %t, %squares[%j] : memref<500xi32>
  }}
  tir.for %j = 0 to 500 {{
    %s = tir.load %squares[%j] : memref<500xi32>
    %t = tir.load %total[%c0] : memref<1xi32>
    %sum = arith.addi %s, %t : i32
    tir.store %sum, %total[%c0] : memref<1xi32>
  }}
}}
"""

_DRIVER = f"""
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "program.h"

static uint8_t out[4 * {_ITERATIONS}];
static _Alignas(64) uint8_t pool[ROWS_P_SIZE + 64];

int main(void) {{
    memset(pool, 0xA5, sizeof pool);
    rows(out, pool);
    for (int i = 0; i < {_ITERATIONS}; ++i) {{
        uint32_t value;
        memcpy(&value, out + 4 * i, 4);
        printf("%u\\n", value);
    }}
    for (int i = 0; i < 64; ++i) {{
        if (pool[ROWS_P_SIZE + i] != 0xA5) return 1;
    }}
    return 0;
}}
"""

_OPENMP = (*OPTIMIZED, "-std=gnu11", "-fopenmp", "-DUSMP_PARALLEL")


@pytest.mark.parametrize(
    ("threads", "options"),
    [(2, (*OPTIMIZED, "-std=gnu11")), (1, _OPENMP), (2, _OPENMP), (3, _OPENMP), (4, _OPENMP)],
    ids=["serial", "openmp-1", "openmp-2", "openmp-3", "openmp-4"],
)
def test_rows_are_what_they_are_without_threads(
    threads: int, options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # More threads than there are slices for, if the code did not say how many there may be.
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setenv("OMP_MAX_ACTIVE_LEVELS", "4")
    module = parse_module(_PROGRAM)
    UnifiedStaticMemoryPlannerPass(threads=threads).apply(Context(), module)
    output = compile_and_run(
        tmp_path,
        {
            "program.h": c_code_of(module, CTarget("header")),
            "program.c": c_code_of(module, CTarget("source", "program.h")),
            "driver.c": _DRIVER,
        },
        (*options, "-Wno-conversion"),
    )
    expected = [sum((i + j) ** 2 for j in range(500)) % 2**32 for i in range(_ITERATIONS)]
    assert [int(line) for line in output.split()] == expected
