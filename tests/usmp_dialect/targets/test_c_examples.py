"""The example networks compile without warnings, and compute the same before and after planning."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from xdsl.context import Context

from usmp_compiled_c import GCC, OPTIMIZED, c_code_of, compile_and_run, needs_gcc, parse_module
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

pytestmark = needs_gcc

EXAMPLES = Path(__file__).parents[3] / "examples"
ENTRY = "tvmgen_default_run_model"

PASSES = {
    "plain": None,
    "arguments": UnifiedStaticMemoryPlannerPass(),
    "globals": UnifiedStaticMemoryPlannerPass(pools="globals"),
    "io": UnifiedStaticMemoryPlannerPass(pools="globals", create_io_allocates=True),
}


def c_codes_of(example: Path) -> dict[str, str]:
    codes: dict[str, str] = {}
    for variant, planner in PASSES.items():
        module = parse_module(example.read_text())
        if planner is not None:
            planner.apply(Context(), module)
        codes[variant] = c_code_of(module)
    return codes


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.mlir")))
def test_no_warnings(name: str, tmp_path: Path) -> None:
    assert GCC is not None
    codes = c_codes_of(EXAMPLES / f"{name}.mlir")
    for variant, code in codes.items():
        (tmp_path / f"{variant}.c").write_text(code)
    files = [f"{variant}.c" for variant in codes]
    # Without the headers for machines of 32 bits, an index of 32 bits is left of them.
    machine = ["-m32"] if has_32_bit_headers(tmp_path) else []
    for options in (OPTIMIZED, (*machine, "-DUSMP_INDEX_BITS=32", *OPTIMIZED)):
        result = subprocess.run(
            [GCC, *options, "-fsyntax-only", *files],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stderr) == (0, "")


def has_32_bit_headers(directory: Path) -> bool:
    (directory / "empty.c").write_text("#include <string.h>\n")
    assert GCC is not None
    command = [GCC, "-m32", "-fsyntax-only", "empty.c"]
    return subprocess.run(command, cwd=directory, capture_output=True, check=False).returncode == 0


_DRIVER = """\
#include <stdio.h>
#include <string.h>

enum { BYTES = 1 << 20 };
static uint8_t input[BYTES], output[BYTES], pool[1 << 22];

static void fill(uint8_t *bytes, uint32_t seed) {
    for (int at = 0; at < BYTES; ++at) {
        seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
        bytes[at] = (uint8_t)(seed >> 24);
    }
}

int main(void) {
    uint64_t hash = 0;
    fill(input, 1);
    memset(pool, 0xA5, sizeof(pool));
%s
    for (int at = 0; at < BYTES; ++at) {
        hash = (hash ^ output[at]) * UINT64_C(1099511628211) + 1;
    }
    printf("%%llx\\n", (unsigned long long)hash);
    return 0;
}
"""

_CALLS = {
    "plain": f"    {ENTRY}(input, output);",
    "arguments": f"    {ENTRY}(input, output, pool);",
    "globals": f"    {ENTRY}(input, output);",
    "io": (
        f"    memcpy({ENTRY}_input, input, {ENTRY.upper()}_INPUT_SIZE);\n"
        f"    {ENTRY}();\n"
        f"    memcpy(output, {ENTRY}_output, {ENTRY.upper()}_OUTPUT_SIZE);"
    ),
}


def test_planned_network_computes_the_same(tmp_path: Path) -> None:
    """By way of all the parts of the header: sizes, parameters, inputs and outputs in pools."""
    results: set[str] = set()
    for variant, code in c_codes_of(EXAMPLES / "linear_structure.mlir").items():
        parameters = sorted(set(re.findall(r"extern const uint8_t \*(\w+);", code)))
        assert len(parameters) == 3
        lines = [
            f"    static uint8_t data_{name}[BYTES];\n    fill(data_{name}, {seed});\n"
            f"    {name} = data_{name};"
            for seed, name in enumerate(parameters, 2)
        ]
        driver = _DRIVER % "\n".join([*lines, _CALLS[variant]])
        definitions = "\n".join(f"const uint8_t *{name};" for name in parameters)
        text = f"{code}\n{definitions}\n{driver}"
        options = (*OPTIMIZED, "-DUSMP_PARAMETER_POINTERS")
        results.add(compile_and_run(tmp_path, {"program.c": text}, options))
    assert len(results) == 1
    assert results != {"0\n"}
