"""
What lit cannot say of `usmp-plan-memory`: algorithms that other packages register, the command line
under other seeds of the hash, and what a program looks like after an error.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import (
    DictionaryAttr,
    IntAttr,
    IntegerAttr,
    ModuleOp,
    StringAttr,
    SymbolRefAttr,
)
from xdsl.parser import Parser
from xdsl.universe import Universe
from xdsl.utils.exceptions import PassFailedException

from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    BUFFER_INFO,
    GAP,
    LOWER_BOUND,
    PLAN,
    POOL_ALLOCATION,
    PoolAllocationAttr,
    PoolOp,
)
from usmp_passes.plan_memory import PlanMemoryPass

BIN = Path(sys.executable).parent

PROGRAM = """\
usmp.pool @fast size_hint_bytes 16
usmp.pool @slow

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 16, alignment = 16,
      live = [[0, 1]]>} : memref<16xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 8, alignment = 8,
      live = [[1, 2]]>} : memref<8xi8>
}
"""
"""Two buffers that are live together, of which the first pool holds one."""

ALGORITHMS = '''\
"""Algorithms of a package that is not ours."""

from dataclasses import replace
from types import SimpleNamespace

from usmp_passes.planning import Plan, PlacementProblem, PoolAllocation, plan_from, plan_memory


def piled_up(problem: PlacementProblem) -> Plan:
    """All in the last pool, one above the other, and well apart."""
    pool = problem.pools[-1]
    allocations = {b.name: PoolAllocation(pool, 64 * n) for n, b in enumerate(problem.buffers)}
    return plan_from(problem, allocations, "piled up")


def boasting(problem: PlacementProblem) -> Plan:
    """Right, but for what it says of itself."""
    plan = piled_up(problem)
    usages = [replace(usage, size_bytes=1, lower_bound_bytes=1) for usage in plan.pool_usages]
    return replace(plan, pool_usages=usages, is_optimal=True, algorithm="the best", seed=5)


def overlapping(problem: PlacementProblem) -> Plan:
    plan = plan_memory(problem)
    pool = problem.pools[-1]
    return replace(plan, allocations={b.name: PoolAllocation(pool, 0) for b in problem.buffers})


def forgetful(problem: PlacementProblem) -> Plan:
    plan = plan_memory(problem)
    return replace(plan, allocations=dict(list(plan.allocations.items())[1:]))


def misaligned(problem: PlacementProblem) -> Plan:
    plan = piled_up(problem)
    pool = problem.pools[-1]
    return replace(plan, allocations={**plan.allocations, "b": PoolAllocation(pool, 65)})


def overflowing(problem: PlacementProblem) -> Plan:
    pool = problem.pools[0]
    plan = piled_up(problem)
    return replace(plan, allocations={**plan.allocations, "b": PoolAllocation(pool, 16)})


def raising(problem: PlacementProblem) -> Plan:
    raise RuntimeError("out of ideas")


def planless(problem: PlacementProblem) -> None:
    return None


NUMBER = 42
'''

ENTRY_POINTS = """\
[usmp.algorithms]
best = foreign_algorithms:raising
boasting = foreign_algorithms:boasting
forgetful = foreign_algorithms:forgetful
misaligned = foreign_algorithms:misaligned
missing_module = no_such_module:algorithm
missing_name = foreign_algorithms:no_such_name
number = foreign_algorithms:NUMBER
overflowing = foreign_algorithms:overflowing
overlapping = foreign_algorithms:overlapping
piled_up = foreign_algorithms:piled_up
planless = foreign_algorithms:planless
raising = foreign_algorithms:raising
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a package that registers algorithms, as an installer leaves it."""
    site = tmp_path_factory.mktemp("site")
    metadata = site / "foreign_algorithms-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: foreign-algorithms\nVersion: 1.0\n"
    )
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS)
    (site / "foreign_algorithms.py").write_text(ALGORITHMS)
    return site


def run_usmp_opt(
    tmp_path: Path, arguments: Sequence[str], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    program = tmp_path / "program.mlir"
    program.write_text(PROGRAM)
    return subprocess.run(
        [BIN / "usmp-opt", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def run_algorithm(
    site: Path, tmp_path: Path, algorithm: str
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """`usmp-opt` with an algorithm of that package, and the file that it was told to write."""
    output = tmp_path / "output.mlir"
    result = run_usmp_opt(
        tmp_path,
        ["-p", f"usmp-plan-memory{{algorithm={algorithm}}}", "-o", str(output)],
        {"PYTHONPATH": str(site)},
    )
    assert "Traceback" not in result.stderr
    return result, output


def read_module(text: str) -> ModuleOp:
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    return Parser(context, text).parse_module()


def places_in(module: ModuleOp) -> dict[str, tuple[str, int]]:
    """The pool and the offset in bytes of each buffer, by the name of its value."""
    places: dict[str, tuple[str, int]] = {}
    for op in module.walk():
        place = op.attributes.get(POOL_ALLOCATION)
        if isinstance(place, PoolAllocationAttr):
            name = op.results[0].name_hint
            assert name is not None
            places[name] = place.pool.root_reference.data, place.byte_offset.data
    return places


def numbers_of(module: ModuleOp, pool: str) -> list[int]:
    """Allocated size, lower bound and gap of a pool, in bytes."""
    (op,) = (op for op in module.ops if isinstance(op, PoolOp) and op.sym_name.data == pool)
    numbers: list[int] = []
    for name in (ALLOCATED_SIZE, LOWER_BOUND, GAP):
        attribute = op.attributes[name]
        assert isinstance(attribute, IntegerAttr)
        numbers.append(attribute.value.data)
    return numbers


@pytest.mark.parametrize("algorithm", ["piled_up", "boasting"])
def test_algorithm_of_ones_own(site: Path, tmp_path: Path, algorithm: str) -> None:
    """Its places are taken; sizes, bounds and proofs are worked out anew."""
    result, output = run_algorithm(site, tmp_path, algorithm)
    assert result.returncode == 0, result.stderr
    module = read_module(output.read_text())
    assert places_in(module) == {"a": ("slow", 0), "b": ("slow", 64)}
    assert numbers_of(module, "fast") == [0, 0, 0]
    assert numbers_of(module, "slow") == [80, 32, 48]
    plan = module.attributes[PLAN]
    assert isinstance(plan, DictionaryAttr)
    assert plan.data["algorithm"] == StringAttr(algorithm)
    assert str(plan.data["optimal"]) == "false"


WRONG = {
    "overlapping": "algorithm 'overlapping' made a wrong plan: buffer 'b', bytes 0 to 8 of pool "
    "'slow', overlaps buffer 'a', bytes 0 to 16 of pool 'slow', and both are live at program "
    "point 1",
    "forgetful": "algorithm 'forgetful' made a wrong plan: buffer 'a' has no place",
    "misaligned": "algorithm 'misaligned' made a wrong plan: buffer 'b', bytes 65 to 73 of pool "
    "'slow', is not aligned to 8 bytes",
    "overflowing": "algorithm 'overflowing' made a wrong plan: buffer 'b', bytes 16 to 24 of pool "
    "'fast', leaves the pool's 16 bytes",
    "raising": "algorithm 'raising' failed: RuntimeError: out of ideas",
    "planless": "algorithm 'planless' returned NoneType, expected a Plan",
    "number": "algorithm 'number' could not be loaded: foreign_algorithms:NUMBER is no function",
    "missing_module": "algorithm 'missing_module' could not be loaded: "
    "ModuleNotFoundError: No module named 'no_such_module'",
    "missing_name": "algorithm 'missing_name' could not be loaded: AttributeError: ",
}
"""What is said of an algorithm that fails."""


@pytest.mark.parametrize("algorithm", WRONG)
def test_algorithm_that_fails(site: Path, tmp_path: Path, algorithm: str) -> None:
    result, output = run_algorithm(site, tmp_path, algorithm)
    assert result.returncode == 1
    assert result.stderr.splitlines()[0].startswith(f"error: {WRONG[algorithm]}")
    assert not output.exists()


def test_nobody_takes_the_name_of_an_algorithm_of_ours(site: Path, tmp_path: Path) -> None:
    result, output = run_algorithm(site, tmp_path, "best")
    assert result.returncode == 0, result.stderr
    assert places_in(read_module(output.read_text())) == {"a": ("fast", 0), "b": ("slow", 0)}


def test_registered_algorithms_are_listed(site: Path, tmp_path: Path) -> None:
    """Those that cannot be loaded are no obstacle to finding the others."""
    result, _ = run_algorithm(site, tmp_path, "tetris")
    assert result.returncode == 1
    names = sorted(
        {"greedy_by_conflicts", "greedy_by_size", "hill_climb", "optimal", "best", *WRONG}
    )
    listed = sorted([*names, "boasting", "piled_up"])
    assert f"there is no algorithm 'tetris', only {', '.join(listed)}\n" in result.stderr


@pytest.mark.parametrize("algorithm", ["best", "hill_climb", "greedy_by_size"])
def test_same_bytes_in_every_run(tmp_path: Path, algorithm: str) -> None:
    arguments = ["-p", f"usmp-plan-memory{{algorithm={algorithm}}}"]
    outputs = {
        run_usmp_opt(tmp_path, arguments, {"PYTHONHASHSEED": seed}).stdout
        for seed in ("0", "1", "777")
    }
    (output,) = outputs
    assert places_in(read_module(output)) == {"a": ("fast", 0), "b": ("slow", 0)}


DOES_NOT_FIT = PROGRAM.replace("usmp.pool @slow\n", "")


@pytest.mark.parametrize(
    ("text", "algorithm", "message"),
    [
        (DOES_NOT_FIT, "best", "do not fit in pool @fast: the pool has 16 bytes, 8 too few"),
        (PROGRAM, "optimal", "no plan was proven optimal"),
        (PROGRAM, "tetris", "there is no algorithm 'tetris'"),
    ],
)
def test_a_program_without_a_plan_is_left_as_it_was(
    text: str, algorithm: str, message: str
) -> None:
    """An older plan is not half replaced."""
    module = read_module(text)
    stale = PoolAllocationAttr(SymbolRefAttr("fast"), IntAttr(640))
    for op in module.walk():
        if BUFFER_INFO in op.attributes:
            op.attributes[POOL_ALLOCATION] = stale
    before = module.clone()
    with pytest.raises(PassFailedException, match=message):
        PlanMemoryPass(algorithm).apply(Context(), module)
    assert module.is_structurally_equivalent(before)


def test_notes_stand_below_the_error(tmp_path: Path) -> None:
    """The pool, the program point, the buffers with their functions, and the size that would do."""
    program = tmp_path / "program.mlir"
    program.write_text(DOES_NOT_FIT)
    result = subprocess.run(
        [BIN / "usmp-opt", program, "-p", "usmp-plan-memory"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    error, source, caret, live, size, where = result.stderr.splitlines()
    assert error == (
        f"{program}:1:1: error: the buffers do not fit in pool @fast: "
        "the pool has 16 bytes, 8 too few: no plan exists"
    )
    assert (source, caret) == ("usmp.pool @fast size_hint_bytes 16", "^")
    assert live == (
        "note: buffers of 24 bytes together are live at program point 1: "
        "'a' of @main, 16 bytes, 'b' of @main, 8 bytes"
    )
    assert size == (
        "note: the smallest size_hint_bytes for which a plan was found is 24, "
        "and there is no plan for less"
    )
    assert where == "note: in pass 'usmp-plan-memory'"
