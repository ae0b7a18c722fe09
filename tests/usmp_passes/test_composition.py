"""The planner among passes of xDSL, in both orders: valid programs, and pools no larger."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.parser import Parser
from xdsl.passes import ModulePass
from xdsl.transforms import get_all_passes
from xdsl.universe import XDSL_UNIVERSE

from usmp_dialect.dialects.usmp import ALLOCATED_SIZE, PoolOp
from usmp_dialect.universe import USMP_UNIVERSE
from usmp_passes.lower_tir import LowerTirPass
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

LINALG = """
func.func @network(%input: memref<8x8xf32>, %output: memref<8x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<8x8xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<8x8xf32>)
  linalg.matmul ins(%input, %input : memref<8x8xf32>, memref<8x8xf32>)
    outs(%a : memref<8x8xf32>)
  %b = memref.alloc() : memref<8x8xf32>
  linalg.add ins(%a, %input : memref<8x8xf32>, memref<8x8xf32>) outs(%b : memref<8x8xf32>)
  %c = memref.alloc() : memref<8x8xf32>
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 8 {
      %row = memref.alloc() : memref<8xf32>
      %v = memref.load %b[%i, %j] : memref<8x8xf32>
      memref.store %v, %row[%j] : memref<8xf32>
      %w = memref.load %row[%j] : memref<8xf32>
      memref.store %w, %c[%i, %j] : memref<8x8xf32>
    }
  }
  linalg.mul ins(%c, %b : memref<8x8xf32>, memref<8x8xf32>) outs(%output : memref<8x8xf32>)
  func.return
}
"""

UPSTREAM = (
    "canonicalize",
    "convert-linalg-to-loops",
    "convert-scf-to-cf",
    "cse",
    "dce",
    "licm",
    "loop-hoist-memref",
    "lower-affine",
)
TOGETHER = (
    ("canonicalize", "cse", "dce"),
    ("convert-linalg-to-loops", "lower-affine", "canonicalize", "convert-scf-to-cf", "cse"),
    ("lower-affine", "licm", "loop-hoist-memref", "convert-scf-to-cf", "canonicalize", "dce"),
)
PIPELINES = (*((name,) for name in UPSTREAM), *TOGETHER)

PROGRAMS = (
    "all_serial_for_loops",
    "linear_structure",
    "parallel_serial_mixed_for_loops",
    "linalg",
)


def _context() -> Context:
    context = Context()
    for universe in (XDSL_UNIVERSE, USMP_UNIVERSE):
        for name, factory in universe.all_dialects.items():
            context.register_dialect(name, factory)
    return context


@cache
def _program(name: str) -> ModuleOp:
    """A program without `tir`."""
    if name == "linalg":
        return Parser(_context(), LINALG).parse_module()
    module = Parser(_context(), (EXAMPLES / f"{name}.mlir").read_text()).parse_module()
    LowerTirPass().apply(_context(), module)
    return module


def _passes(names: Sequence[str]) -> list[ModulePass]:
    factories = get_all_passes()
    return [factories[name]()() for name in names]


def _pool_sizes(module: ModuleOp) -> dict[str, int]:
    """The bytes of each pool."""
    sizes: dict[str, int] = {}
    for op in module.ops:
        if isinstance(op, PoolOp):
            size = op.attributes[ALLOCATED_SIZE]
            assert isinstance(size, IntegerAttr)
            sizes[op.sym_name.data] = size.value.data
    return sizes


def _allocations(module: ModuleOp) -> int:
    """The allocations that are left: those under parallel loops are not planned."""
    return sum(op.name.startswith("memref.alloc") for op in module.walk())


def _after(name: str, passes: Sequence[ModulePass]) -> ModuleOp:
    module = _program(name).clone()
    for step in passes:
        step.apply(_context(), module)
        module.verify()
    return module


_PLANNER = UnifiedStaticMemoryPlannerPass()


@cache
def _planned_alone(name: str) -> dict[str, int]:
    return _pool_sizes(_after(name, [_PLANNER]))


def _skip_what_xdsl_cannot_do(name: str, pipeline: Sequence[str]) -> None:
    if name == "parallel_serial_mixed_for_loops" and "convert-scf-to-cf" in pipeline:
        pytest.skip("xDSL's convert-scf-to-cf leaves blocks in scf.parallel, which takes one")


@pytest.mark.parametrize("pipeline", PIPELINES, ids="+".join)
@pytest.mark.parametrize("name", PROGRAMS)
def test_passes_before_the_planner(name: str, pipeline: Sequence[str]):
    _skip_what_xdsl_cannot_do(name, pipeline)
    module = _after(name, [*_passes(pipeline), _PLANNER])
    planned = _planned_alone(name)
    sizes = _pool_sizes(module)
    assert sizes.keys() == planned.keys()
    assert all(size <= planned[pool] for pool, size in sizes.items())


@pytest.mark.parametrize("pipeline", PIPELINES, ids="+".join)
@pytest.mark.parametrize("name", PROGRAMS)
def test_passes_after_the_planner(name: str, pipeline: Sequence[str]):
    _skip_what_xdsl_cannot_do(name, pipeline)
    module = _after(name, [_PLANNER, *_passes(pipeline)])
    assert _pool_sizes(module) == _planned_alone(name)
    assert _allocations(module) <= _allocations(_after(name, [_PLANNER]))
