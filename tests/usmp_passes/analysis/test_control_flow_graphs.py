"""
Control flow graphs: random ones, run before and after planning, and what is lost by them compared
with structured code.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, IntAttr, ModuleOp
from xdsl.dialects.cf import Cf
from xdsl.dialects.func import Func
from xdsl.dialects.memref import MemRef
from xdsl.dialects.scf import Scf
from xdsl.ir import Block, Region
from xdsl.parser import Parser
from xdsl.transforms.convert_scf_to_cf import ConvertScfToCf

from usmp_dialect.dialects.usmp import Usmp
from usmp_dialect.interpreters.runner import Runner
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.convert_pool_allocations_to_offsets import Pools
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass
from usmp_random_graphs import (
    ENTRY,
    EndOfRunError,
    Outside,
    graph_programs,
    structured_programs,
)
from usmp_trace_check import missed

DECISIONS = 80
RUNS = 3

Conflicts = dict[int, tuple[int, ...] | str]
"""For the number of each allocation those it conflicts with, or why it is not planned."""


def _context() -> Context:
    context = Context()
    for dialect in (Arith, Builtin, Cf, Func, MemRef, Scf, Usmp):
        context.load_dialect(dialect)
    return context


def _parse(text: str) -> ModuleOp:
    module = Parser(_context(), text).parse_module()
    module.verify()
    return module


def _observed(module: ModuleOp, seed: int) -> list[int]:
    """What a run shows that makes the decisions of a seed. Raises `ExecutionError`."""
    outside = Outside(seed, DECISIONS)
    with suppress(EndOfRunError):
        Runner(module, poison=True, externs=outside.externs()).run(ENTRY)
    return outside.observed


# Soundness


@settings(max_examples=-(-settings().max_examples // 4))
@given(graph_programs(), st.sampled_from(("arguments", "globals")), st.integers(0, 2**32 - 1))
def test_planned_graphs_do_what_unplanned_ones_do(text: str, pools: Pools, seed: int):
    module = _parse(text)
    seeds = range(seed, seed + RUNS)
    expected = [_observed(module, seed) for seed in seeds]
    analysis = BufferInfoAnalysis(module)
    assert not list(missed(analysis, module, None, seed))
    planner = UnifiedStaticMemoryPlannerPass(algorithm="greedy_by_size", pools=pools)
    planner.apply(_context(), module)
    module.verify()
    # Memory is poisoned: to read what another buffer wrote is an error, whatever it is.
    assert [_observed(module, seed) for seed in seeds] == expected


# Precision


def _numbered_conflicts(module: ModuleOp) -> Conflicts:
    """Conflicts by what `_number_allocations` called the allocations."""
    analysis = BufferInfoAnalysis(module)
    numbers = {info.name: _number_of(info.op.attributes["number"]) for info in analysis.buffers}
    return {
        numbers[info.name]: tuple(sorted(numbers[name] for name in info.conflicts or ()))
        if info.not_planned is None
        else "not planned"
        for info in analysis.buffers
    }


def _number_of(attribute: object) -> int:
    assert isinstance(attribute, IntAttr)
    return attribute.data


def _number_allocations(module: ModuleOp) -> None:
    for number, op in enumerate(op for op in module.walk() if op.name == "memref.alloc"):
        op.attributes["number"] = IntAttr(number)


@given(structured_programs())
def test_the_graph_of_structured_code_has_the_conflicts_of_that_code(text: str):
    module = _parse(text)
    _number_allocations(module)
    expected = _numbered_conflicts(module)
    ConvertScfToCf().apply(_context(), module)
    module.verify()
    assert not any(op.name.startswith("scf.") for op in module.walk())
    assert _numbered_conflicts(module) == expected


_USE = """
  %{name} = memref.alloc() : memref<{size}xi8>
  "test.op"(%{name}) : (memref<{size}xi8>) -> ()"""


def _use(name: str, size: int = 16) -> str:
    return _USE.format(name=name, size=size)


def _conflicts_by_name(text: str) -> dict[str, tuple[str, ...] | str]:
    context = _context()
    context.allow_unregistered = True
    module = Parser(context, text).parse_module()
    module.verify()
    return {
        info.name: info.not_planned or info.conflicts or ()
        for info in BufferInfoAnalysis(module).buffers
    }


def test_a_chain_of_blocks_is_as_one_block_wherever_they_are_written():
    blocks = [f"^bb{n}:{_use(f'buffer{n}x')}\n  cf.br ^bb{n + 1}" for n in range(1, 5)]
    text = f"""
func.func @f() {{
  cf.br ^bb1
{chr(10).join(reversed(blocks))}
^bb5:
  func.return
}}"""
    assert _conflicts_by_name(text) == {f"buffer{n}x": () for n in range(1, 5)}


def test_the_arms_of_a_diamond_do_not_conflict():
    text = f"""
func.func @f(%condition: i1) {{
  %before = memref.alloc() : memref<16xi8>
  "test.op"(%before) : (memref<16xi8>) -> ()
  cf.cond_br %condition, ^left, ^right
^left:{_use("a")}
  cf.br ^join
^right:{_use("b")}
  cf.br ^join
^join:{_use("c")}
  "test.op"(%before) : (memref<16xi8>) -> ()
  func.return
}}"""
    assert _conflicts_by_name(text) == {
        "before": ("a", "b", "c"),
        "a": ("before",),
        "b": ("before",),
        "c": ("before",),
    }


def test_what_an_irreducible_loop_uses_is_alive_all_through_it():
    text = f"""
func.func @f(%condition: i1) {{
  %outside = memref.alloc() : memref<16xi8>
  "test.op"(%outside) : (memref<16xi8>) -> ()
  cf.cond_br %condition, ^one, ^other
^one:{_use("a")}
  "test.op"(%outside) : (memref<16xi8>) -> ()
  cf.br ^other
^other:{_use("b")}
  cf.cond_br %condition, ^one, ^end
^end:{_use("c")}
  func.return
}}"""
    assert _conflicts_by_name(text) == {
        "outside": ("a", "b"),
        "a": ("outside",),
        "b": ("outside",),
        "c": (),
    }


@pytest.mark.parametrize(("argument", "planned"), [("%fresh", False), ("%x", True)])
def test_what_an_iteration_passes_to_the_next_is_not_planned(argument: str, planned: bool):
    text = f"""
func.func @f(%condition: i1) {{
  %first = memref.alloc() : memref<16xi8>
  cf.br ^loop(%first : memref<16xi8>)
^loop(%x: memref<16xi8>):
  %fresh = memref.alloc() : memref<16xi8>
  "test.op"(%x, %fresh) : (memref<16xi8>, memref<16xi8>) -> ()
  cf.cond_br %condition, ^loop({argument} : memref<16xi8>), ^end
^end:
  func.return
}}"""
    conflicts = _conflicts_by_name(text)
    if planned:
        assert conflicts == {"first": ("fresh",), "fresh": ("first",)}
    else:
        assert conflicts["first"] == ()
        assert "passed on" in str(conflicts["fresh"])


def test_an_unknown_branch_passes_on_any_of_its_operands():
    text = """
func.func @f(%first: memref<16xi8>, %condition: i1) {
  cf.br ^loop(%first : memref<16xi8>)
^loop(%x: memref<16xi8>):
  %fresh = memref.alloc() : memref<16xi8>
  "test.op"(%fresh) : (memref<16xi8>) -> ()
  "test.op"(%x) : (memref<16xi8>) -> ()
  "test.branch"(%fresh, %x) [^next] : (memref<16xi8>, memref<16xi8>) -> ()
^next(%y: memref<16xi8>, %z: memref<16xi8>):
  cf.cond_br %condition, ^loop(%y : memref<16xi8>), ^end
^end:
  func.return
}"""
    assert "passed on" in str(_conflicts_by_name(text)["fresh"])


# What the tests above would see

_GENERATE = settings(
    max_examples=80,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _does_nothing(*_: object, **__: object) -> None:
    return None


def _as_written(region: Region) -> list[Block]:
    return list(region.blocks)


_WALK = "usmp_passes.analysis.function_walk"
_MUTATIONS: dict[str, tuple[str, Callable[..., object]]] = {
    "loops do not widen": (
        "usmp_passes.analysis.function_summary._outermost_loop_between",
        _does_nothing,
    ),
    "branches hand on nothing": (f"{_WALK}.FunctionWalk._add_branch_flow", _does_nothing),
    "results of operations alias nothing": (f"{_WALK}.FunctionWalk._add_aliases", _does_nothing),
    "regions carry nothing": (f"{_WALK}.FunctionWalk._add_region_flow", _does_nothing),
    "nothing leaves its iteration": (
        f"{_WALK}.FunctionWalk._escape_from_iteration",
        _does_nothing,
    ),
    "blocks run in the order they are written in, once": (
        f"{_WALK}.execution_order",
        _as_written,
    ),
}


@pytest.mark.parametrize("mutation", _MUTATIONS)
def test_an_analysis_that_is_wrong_is_found_out(mutation: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(*_MUTATIONS[mutation])
    found: list[str] = []

    @_GENERATE
    @given(graph_programs(), st.integers(0, 2**32 - 1))
    def look(text: str, seed: int) -> None:
        if not found:
            module = _parse(text)
            found.extend(missed(BufferInfoAnalysis(module), module, None, seed, RUNS))

    look()
    assert found
