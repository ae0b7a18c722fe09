"""The small programs of `examples/memref`, run: planned in every way, they compute the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.transforms.convert_linalg_to_loops import ConvertLinalgToLoopsPass
from xdsl.universe import Universe

from usmp_dialect.interpreters.runner import Runner
from usmp_memref_networks import EXAMPLES, examples
from usmp_passes.convert_pool_allocations_to_offsets import Pools
from usmp_passes.planning.algorithms import OWN_ALGORITHMS
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

np = pytest.importorskip("numpy")

from numpy.typing import NDArray  # noqa: E402 (it needs numpy)

F32 = NDArray[Any]


@dataclass(frozen=True)
class Program:
    """The shapes of what a program is given, numbers between its arrays, and what it means."""

    shapes: Sequence[tuple[int, ...]]
    numbers: Sequence[int]
    result: tuple[int, ...]
    run: Callable[..., F32]


def dense(vector: F32, weights: F32) -> F32:
    return (vector * vector) @ weights


def running_sums(matrix: F32) -> F32:
    return matrix.sum(axis=1)


def rounds(state: F32, count: int) -> F32:
    for _ in range(count):
        state = state + state * state
    return state


PROGRAMS = {
    "memory_spaces": Program([(64,), (64, 64)], [], (64,), dense),
    "parallel_rows": Program([(16, 64)], [], (16,), running_sums),
    "control_flow_graph": Program([(64,)], [3], (64,), rounds),
}


def parsed(name: str) -> ModuleOp:
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    path = EXAMPLES / f"{name}.mlir"
    module = Parser(context, path.read_text(encoding="utf-8"), str(path)).parse_module()
    ConvertLinalgToLoopsPass().apply(context, module)
    module.verify()
    return module


def result_of(module: ModuleOp, program: Program) -> F32:
    random = np.random.default_rng(20260714)
    arrays = [random.uniform(-1, 1, shape).astype(np.float32) for shape in program.shapes]
    output = bytearray(4 * int(np.prod(program.result)))
    given = [bytearray(array.tobytes()) for array in arrays]
    Runner(module, poison=True).run(None, [*given, *program.numbers, output])
    result = np.frombuffer(output, np.float32).reshape(program.result)
    exact = (array.astype(np.float64) for array in arrays)
    np.testing.assert_allclose(result, program.run(*exact, *program.numbers), rtol=1e-4, atol=1e-5)
    return result


def test_every_program_is_run() -> None:
    networks = {name.removesuffix(".mlir") for name in examples()}
    assert {path.stem for path in EXAMPLES.glob("*.mlir")} == {*PROGRAMS, *networks}


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str) -> None:
    program, module = PROGRAMS[name], parsed(name)
    before = result_of(module, program)
    plans = set[str]()
    places: tuple[Pools, ...] = ("arguments", "globals")
    for algorithm in OWN_ALGORITHMS:
        for pools in places:
            planned = module.clone()
            step = UnifiedStaticMemoryPlannerPass(algorithm=algorithm, pools=pools, threads=4)
            step.apply(Context(), planned)
            planned.attributes.clear()  # the name of the algorithm
            if (text := str(planned)) not in plans:
                assert "memref.alloc" not in text
                assert result_of(planned, program).tobytes() == before.tobytes()
            plans.add(text)
