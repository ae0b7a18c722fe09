"""
The pass that does everything, on the example networks: the same bytes in every run and from either
driver, and the same as its steps one by one.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.passes import ModulePass
from xdsl.universe import Universe
from xdsl.utils.exceptions import PassFailedException

from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.convert_pool_allocations_to_offsets import ConvertPoolAllocationsToOffsetsPass
from usmp_passes.create_io_allocates import CreateIOAllocatesPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.plan_memory import PlanMemoryPass
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
BIN = Path(sys.executable).parent

NAMES = [
    "all_serial_for_loops",
    "inception_structure",
    "linear_structure",
    "parallel_serial_mixed_for_loops",
]

UNIFIED = "unified-static-memory-planner"


def read_example(name: str) -> ModuleOp:
    path = EXAMPLES / f"{name}.mlir"
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    return Parser(context, path.read_text(encoding="utf-8"), str(path)).parse_module()


def run_pass(tool: str, example: str, pipeline: str, hash_seed: int) -> bytes:
    """The output of `tool`, in a process of its own."""
    result = subprocess.run(
        [BIN / tool, EXAMPLES / f"{example}.mlir", "-p", pipeline],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
    )
    return result.stdout


def test_no_example_is_left_out() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.mlir")) == NAMES


@pytest.mark.parametrize("example", NAMES)
def test_same_bytes_in_every_run(example: str) -> None:
    """The order of sets is another for each seed; `xdsl-opt` gives what `usmp-opt` gives."""
    output = run_pass("usmp-opt", example, UNIFIED, 0)
    assert b"memref.view" in output
    assert run_pass("usmp-opt", example, UNIFIED, 1) == output
    assert run_pass("xdsl-opt", example, UNIFIED, 12345) == output


def test_same_bytes_with_inputs_and_outputs_in_the_pools() -> None:
    pipeline = f'{UNIFIED}{{create-io-allocates=true pools="globals" algorithm=hill_climb}}'
    output = run_pass("usmp-opt", "inception_structure", pipeline, 0)
    assert b"usmp.io_pool_allocations" in output
    assert run_pass("xdsl-opt", "inception_structure", pipeline, 4242) == output


STEPS: dict[str, tuple[ModulePass, list[ModulePass]]] = {
    "default": (
        UnifiedStaticMemoryPlannerPass(),
        [
            AssignPoolInfoPass(),
            ExtractBufferInfoPass(conflicts=False),
            PlanMemoryPass(),
            ConvertPoolAllocationsToOffsetsPass(),
        ],
    ),
    "globals": (
        UnifiedStaticMemoryPlannerPass(alignment=64, algorithm="hill_climb", pools="globals"),
        [
            AssignPoolInfoPass(),
            ExtractBufferInfoPass(alignment=64),
            PlanMemoryPass("hill_climb"),
            ConvertPoolAllocationsToOffsetsPass("globals"),
        ],
    ),
    "inputs and outputs": (
        UnifiedStaticMemoryPlannerPass(
            main="tvmgen_default_run_model", create_io_allocates=True, keep=("output",), seed=2
        ),
        [
            CreateIOAllocatesPass(keep=("output",)),
            AssignPoolInfoPass(),
            ExtractBufferInfoPass(),
            PlanMemoryPass(seed=2),
            ConvertPoolAllocationsToOffsetsPass(),
        ],
    ),
}
"""The pass with some options, and the steps that it stands for."""


@pytest.mark.parametrize("options", STEPS)
@pytest.mark.parametrize("example", NAMES)
def test_same_as_its_steps(example: str, options: str) -> None:
    """What the program computes with is the same, whichever way it is planned."""
    unified, steps = STEPS[options]
    at_once, by_steps = read_example(example), read_example(example)
    unified.apply(Context(), at_once)
    for step in steps:
        step.apply(Context(), by_steps)
    at_once.verify()
    assert at_once.is_structurally_equivalent(by_steps)


def test_without_conversion_signatures_stay() -> None:
    module = read_example("linear_structure")
    before = {op.properties["sym_name"]: op.properties["function_type"] for op in module.ops}
    UnifiedStaticMemoryPlannerPass(convert=False).apply(Context(), module)
    after = {
        op.properties["sym_name"]: op.properties.get("function_type")
        for op in module.ops
        if op.name == "tir.func"
    }
    assert after == before


@pytest.mark.parametrize(
    "options",
    [
        {"inputs": ("x",)},
        {"outputs": ("x",)},
        {"inouts": ("x",)},
        {"keep": ("x",)},
        {"sizes": (4,)},
    ],
)
def test_options_of_a_step_that_is_not_asked_for(options: dict[str, tuple[str, ...]]) -> None:
    module = read_example("linear_structure")
    before = module.clone()
    planner = UnifiedStaticMemoryPlannerPass(**options)  # pyright: ignore[reportArgumentType]
    with pytest.raises(PassFailedException, match="set create-io-allocates=true"):
        planner.apply(Context(), module)
    assert module.is_structurally_equivalent(before)
