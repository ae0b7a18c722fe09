"""
How long xDSL takes to parse, verify and print a program, and the passes on top of it.

All of it happens in one process, round by round: a round measures every program of a group once,
so that what slows the machine down for a while slows down all that is compared. Times are CPU
times. The garbage collector is on, as it is for users, and has been run before each of the two
sides: each pays for what its own objects set off, and for nothing that was due before.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from io import StringIO
from time import process_time
from typing import TypeVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.universe import XDSL_UNIVERSE

from usmp_dialect.universe import USMP_UNIVERSE
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.convert_pool_allocations_to_offsets import ConvertPoolAllocationsToOffsetsPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.plan_memory import PlanMemoryPass
from usmp_passes.verify_plan import VerifyPlanPass

LINES_A_ROUND = 2_000
"""Shorter programs are measured several times in a round: too short a time says nothing."""

_ResultT = TypeVar("_ResultT")


@dataclass(frozen=True)
class Program:
    """A text, and how it is processed."""

    text: str
    conflicts: bool = True
    """The option of that name of the pass `usmp-extract-buffer-info`."""

    algorithm: str | None = None
    """That of `usmp-plan-memory`; without one the program is analysed and no more."""

    @property
    def line_count(self) -> int:
        """The lines of the text."""
        return self.text.count("\n")


@dataclass(frozen=True)
class Times:
    """CPU times of one run over a program, in seconds."""

    parse: float
    verify: float
    print: float
    assign: float
    """`usmp-assign-pool-info`."""

    extract: float
    """`usmp-extract-buffer-info`."""

    plan: float
    """`usmp-plan-memory`, as the rest below only for a program with an `algorithm`."""

    check: float
    """`usmp-verify-plan`, before the program is rewritten."""

    convert: float
    """`usmp-convert-pool-allocations-to-offsets`."""

    @property
    def xdsl(self) -> float:
        """What xDSL does with any text: parse, verify and print it."""
        return self.parse + self.verify + self.print

    @property
    def passes(self) -> float:
        """The two passes of the analysis."""
        return self.assign + self.extract

    @property
    def pipeline(self) -> float:
        """All passes from the program as it was to the one on pools."""
        return self.passes + self.plan + self.check + self.convert


def measure(programs: Mapping[str, Program], rounds: int) -> dict[str, list[Times]]:
    """The times of each program, one for each round."""
    context = _context()
    for program in programs.values():
        if program.line_count <= LINES_A_ROUND:
            _run(context, program)  # what is imported and cached at first use
    return _by_name([_measure_round(context, programs) for _ in range(rounds)])


def _by_name(rounds: Sequence[Mapping[str, Times]]) -> dict[str, list[Times]]:
    return {name: [times[name] for times in rounds] for name in rounds[0]}


def _measure_round(context: Context, programs: Mapping[str, Program]) -> dict[str, Times]:
    return {name: _measure_program(context, program) for name, program in programs.items()}


def _measure_program(context: Context, program: Program) -> Times:
    repeats = max(1, LINES_A_ROUND // max(1, program.line_count))
    return _mean([_run(context, program) for _ in range(repeats)])


def _mean(runs: Sequence[Times]) -> Times:
    sums = (sum(getattr(times, field.name) for times in runs) for field in fields(Times))
    return Times(*(total / len(runs) for total in sums))


def _context() -> Context:
    """A context that knows what `usmp-opt` knows."""
    context = Context()
    for universe in (XDSL_UNIVERSE, USMP_UNIVERSE):
        for name, factory in universe.all_dialects.items():
            context.register_dialect(name, factory)
    return context


def _run(context: Context, program: Program) -> Times:
    assign = AssignPoolInfoPass()
    extract = ExtractBufferInfoPass(conflicts=program.conflicts)
    gc.collect()
    module, parse = _timed(lambda: Parser(context, program.text).parse_module())
    _, verify = _timed(module.verify)
    _, print_ = _timed(lambda: _print(module))
    gc.collect()
    _, assigned = _timed(lambda: assign.apply(context, module))
    _, extracted = _timed(lambda: extract.apply(context, module))
    planning = _plan(context, module, program.algorithm) if program.algorithm else (0.0, 0.0, 0.0)
    return Times(parse, verify, print_, assigned, extracted, *planning)


def _plan(context: Context, module: ModuleOp, algorithm: str) -> tuple[float, float, float]:
    """The times of planning, checking and rewriting."""
    gc.collect()
    _, plan = _timed(lambda: PlanMemoryPass(algorithm).apply(context, module))
    _, check = _timed(lambda: VerifyPlanPass().apply(context, module))
    _, convert = _timed(lambda: ConvertPoolAllocationsToOffsetsPass().apply(context, module))
    return plan, check, convert


def _print(module: ModuleOp) -> str:
    stream = StringIO()
    Printer(stream).print_op(module)
    return stream.getvalue()


def _timed(function: Callable[[], _ResultT]) -> tuple[_ResultT, float]:
    start = process_time()
    result = function()
    return result, process_time() - start
