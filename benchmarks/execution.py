"""
How long the C code of the example networks takes, unplanned and planned.

All versions of a network are in one process, and run in turns: what slows the machine down for a
while slows down all of them. Each has memory of its own, which has been written before the clock
starts. Times are CPU times of the call alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from statistics import median
from time import process_time

from programs import examples
from xdsl.context import Context
from xdsl.parser import Parser
from xdsl.universe import XDSL_UNIVERSE

from usmp_dialect.universe import USMP_UNIVERSE
from usmp_passes.tools.compiled_program import CompiledProgram, PreparedRun
from usmp_passes.tools.program_interface import Argument
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

UNPLANNED = "unplanned"
VERSIONS: Mapping[str, UnifiedStaticMemoryPlannerPass | None] = {
    UNPLANNED: None,
    "pools as arguments": UnifiedStaticMemoryPlannerPass(pools="arguments"),
    "pools as globals": UnifiedStaticMemoryPlannerPass(pools="globals"),
}
"""What is done to the memory of a network before it is printed as C."""

TURNS = 5
"""How often all versions run in a round."""

_SEED = 1


def measure_networks(compiler: str, rounds: int) -> dict[str, list[dict[str, float]]]:
    """
    The seconds that each version of each network takes: the median of a round, by network, round
    and version.
    """
    times: dict[str, list[dict[str, float]]] = {}
    for name, text in examples().items():
        versions = _prepared_versions(text, compiler)
        times[name] = [_measure_round(versions) for _ in range(rounds)]
    return times


def _measure_round(versions: Mapping[str, PreparedRun]) -> dict[str, float]:
    turns = [{name: _seconds(run) for name, run in versions.items()} for _ in range(TURNS)]
    return {name: median(turn[name] for turn in turns) for name in versions}


def _seconds(run: Callable[[], None]) -> float:
    start = process_time()
    run()
    return process_time() - start


def _prepared_versions(text: str, compiler: str) -> dict[str, PreparedRun]:
    """Raises `RuntimeError` if they do not all compute the same."""
    runs: dict[str, PreparedRun] = {}
    results: list[Sequence[bytearray]] = []
    for name, planner in VERSIONS.items():
        program = _compiled(text, planner, compiler)
        random = Random(_SEED)
        given = (item for item in program.interface.arguments if isinstance(item, Argument))
        arguments = [_random_bytes(item, random) for item in given]
        parameters = {
            parameter: _random_bytes(memory, random)
            for parameter, memory in program.interface.parameters.items()
        }
        runs[name] = run = program.prepare(arguments, parameters)
        run()
        run.check()
        results.append(arguments)
    if any(result != results[0] for result in results):
        raise RuntimeError("a planned network computes something else")
    return runs


def _compiled(
    text: str, planner: UnifiedStaticMemoryPlannerPass | None, compiler: str
) -> CompiledProgram:
    context = Context()
    for universe in (XDSL_UNIVERSE, USMP_UNIVERSE):
        for name, factory in universe.all_dialects.items():
            context.register_dialect(name, factory)
    module = Parser(context, text).parse_module()
    if planner is not None:
        planner.apply(context, module)
    return CompiledProgram.of(module, compiler)


def _random_bytes(memory: Argument, random: Random) -> bytearray:
    size = memory.size_bytes
    assert size is not None, f"{memory.name} is of no known size"
    return bytearray(random.randbytes(size))
