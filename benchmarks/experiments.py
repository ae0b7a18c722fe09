"""What is measured, and what it is measured against."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from execution import UNPLANNED, measure_networks
from growth import fit_power_law
from measure import Program, Times, measure
from programs import (
    Operators,
    block_loops,
    bufferized_loops,
    chain,
    doubling_calls,
    examples,
    fan,
    layers,
    loop_nests,
)

Unit = Literal["%", "x", "ms", ""]

MARGIN = 1.5
"""Beyond this multiple of a goal, a miss is no noise."""

EXPONENT_MARGIN = 1.1
"""The same for an exponent: 1.1 may be measured as 1.21."""

EXECUTION_MARGIN = 1.1
"""The same for the time of machine code, which varies less."""


@dataclass(frozen=True)
class Goal:
    """The most that a figure should be."""

    limit: float
    margin: float = MARGIN

    def is_met(self, value: float) -> bool:
        """Whether the value is within the goal."""
        return value <= self.limit

    def is_clearly_missed(self, value: float) -> bool:
        """Whether the value is beyond the goal by more than noise can explain."""
        return value > self.limit * self.margin


@dataclass(frozen=True)
class Figure:
    """One line of the results."""

    name: str
    values: tuple[float, ...]
    """One for each round, in `unit`."""

    unit: Unit
    goal: Goal | None = None
    note: str = ""

    @property
    def value(self) -> float:
        """The median over the rounds."""
        return median(self.values)


@dataclass(frozen=True)
class Result:
    """What one experiment found."""

    title: str
    figures: Sequence[Figure]
    times: Mapping[str, Sequence[Times]]
    """The times behind the figures, by program and round."""


@dataclass(frozen=True)
class Scale:
    """How much of it is measured."""

    sizes: Sequence[int]
    rounds: int


FULL = Scale((100, 316, 1_000, 3_162, 10_000), rounds=3)
QUICK = Scale((100, 316, 1_000), rounds=3)

CALL_DEPTH = 30
FAN_SIZE = 1_000

_COST = "passes over xDSL's parse, verify and print"

Experiment = Callable[[Scale], Result]


def experiments() -> dict[str, Experiment]:
    """The experiments by name, in the order in which they are reported."""
    return {
        "examples": measure_examples,
        "structures": measure_structures,
        **{name: _family_experiment(family) for name, family in FAMILIES.items()},
        "call-paths": measure_call_paths,
        "fan": measure_fan,
        "planning": measure_planning,
        "pipeline": measure_pipeline,
        **{f"execution-{name}": _execution_experiment(name) for name in ("gcc", "clang")},
    }


def measure_examples(scale: Scale) -> Result:
    """The cost on the example programs."""
    programs = {name: Program(text) for name, text in examples().items()}
    times = measure(programs, scale.rounds)
    figures = [_cost(name, times[name]) for name in programs]
    return Result(f"Examples: {_COST}", figures, times)


def measure_structures(scale: Scale) -> Result:
    """The cost where one function runs often, and where loops are nested deep."""
    programs = {
        "50 operations, called 1000 times": Program(layers(1_000)),
        "50 nests of 8 loops, 8 buffers each": Program(loop_nests(50)),
    }
    times = measure(programs, scale.rounds)
    figures = [_cost(name, times[name]) for name in programs]
    return Result(f"Repeated layers, nested loops: {_COST}", figures, times)


@dataclass(frozen=True)
class Family:
    """Programs that differ in size alone."""

    title: str
    text_of: Callable[[int], str]
    """The program of a size."""


FAMILIES = {
    "chain-distinct": Family(
        "Chain of n buffers and n calls, each of an operator of its own",
        lambda n: chain(n, Operators.DISTINCT),
    ),
    "chain-shared": Family(
        "Chain of n buffers and n calls, all of one operator",
        lambda n: chain(n, Operators.SHARED),
    ),
    "chain-external": Family(
        "Chain of n buffers and n calls, all of one function outside the module",
        lambda n: chain(n, Operators.EXTERNAL),
    ),
    "loops": Family(
        "One function of n loops in a row, each with a buffer inside",
        lambda n: loop_nests(n, depth=1),
    ),
    "bufferized": Family(
        "memref and scf: about 10 n operations of loops in a row",
        lambda n: bufferized_loops(10 * n),
    ),
    "blocks": Family(
        "memref and cf: about 10 n operations of loops of blocks in a row",
        lambda n: block_loops(10 * n),
    ),
}


def _family_experiment(family: Family) -> Experiment:
    return lambda scale: measure_family(scale, family)


def measure_family(scale: Scale, family: Family) -> Result:
    """The cost on programs of all sizes, and its growth."""
    names = {n: f"n = {n}" for n in scale.sizes}
    times = measure({names[n]: Program(family.text_of(n)) for n in scale.sizes}, scale.rounds)
    by_size = [times[names[n]] for n in scale.sizes]
    figures = [
        *(_cost(name, of_size) for name, of_size in times.items()),
        _growth("growth of the passes", scale, by_size, _passes, Goal(1.1, EXPONENT_MARGIN)),
        _growth("growth of xDSL's part", scale, by_size, _xdsl, None),
    ]
    return Result(f"{family.title}: {_COST}", figures, times)


def measure_call_paths(scale: Scale) -> Result:
    """Whether the cost follows the number of call paths, or the size of the program."""
    deep, flat = f"2^{CALL_DEPTH} call paths", f"chain of {2 * CALL_DEPTH} calls"
    times = measure(
        {
            deep: Program(doubling_calls(CALL_DEPTH)),
            flat: Program(chain(2 * CALL_DEPTH, Operators.SHARED)),
        },
        scale.rounds,
    )
    of_deep, of_flat = map(_passes, times[deep]), map(_passes, times[flat])
    pairs = list(zip(of_deep, of_flat, strict=True))
    figures = [
        Figure(f"passes, {deep}", tuple(1e3 * d for d, _ in pairs), "ms"),
        Figure(f"passes, {flat}", tuple(1e3 * f for _, f in pairs), "ms"),
        Figure("the one over the other", tuple(d / f for d, f in pairs), "x"),
        Figure(
            "the one minus twice the other",
            tuple(1e3 * (d - 2 * f) for d, f in pairs),
            "ms",
            Goal(50),
        ),
    ]
    return Result(
        f"{CALL_DEPTH} functions that each call the next one twice: time of the passes",
        figures,
        times,
    )


def measure_fan(scale: Scale) -> Result:
    """The cost where every buffer conflicts with every other."""
    text = fan(FAN_SIZE)
    listed, unlisted = f"{FAN_SIZE} buffers, conflicts=true", f"{FAN_SIZE} buffers, conflicts=false"
    times = measure({listed: Program(text), unlisted: Program(text, conflicts=False)}, scale.rounds)
    figures = [
        Figure(name, tuple(t.passes / t.parse for t in times[name]), "x", Goal(limit))
        for name, limit in ((listed, 10.0), (unlisted, 0.5))
    ]
    return Result(
        "All buffers live at once: passes over the parsing of the same text", figures, times
    )


def measure_planning(scale: Scale) -> Result:
    """Whether the default algorithm plans the examples sooner than xDSL reads them."""
    programs = {name: Program(text, algorithm="best") for name, text in examples().items()}
    times = measure(programs, scale.rounds)
    figures = [
        Figure(name, tuple(100 * t.plan / t.parse for t in times[name]), "%", Goal(100))
        for name in programs
    ]
    return Result("Examples: usmp-plan-memory over the parsing of the same text", figures, times)


def measure_pipeline(scale: Scale) -> Result:
    """What all passes cost together, with the simplest algorithm, and how that grows."""
    names = {n: f"chain, n = {n}" for n in scale.sizes}
    times = measure(
        {
            names[n]: Program(
                chain(n, Operators.DISTINCT), conflicts=False, algorithm="greedy_by_size"
            )
            for n in scale.sizes
        },
        scale.rounds,
    )
    by_size = [times[names[n]] for n in scale.sizes]
    figures = [
        *(
            Figure(name, tuple(100 * t.pipeline / t.xdsl for t in of_size), "%")
            for name, of_size in times.items()
        ),
        _growth("growth", scale, by_size, _pipeline, Goal(1.1, EXPONENT_MARGIN)),
    ]
    return Result(
        "Analysis, greedy_by_size, verification and rewriting, over xDSL's parse, verify and print",
        figures,
        times,
    )


def _execution_experiment(name: str) -> Experiment:
    return lambda scale: measure_execution(scale, name)


def measure_execution(scale: Scale, compiler_name: str) -> Result:
    """Whether planned networks, compiled, are as fast as unplanned ones."""
    title = f"Examples as C, {compiler_name} -O2: time of a run"
    compiler = shutil.which(compiler_name)
    if compiler is None:
        return Result(f"{title}: not measured, the compiler is not installed", [], {})
    figures: list[Figure] = []
    for network, rounds in measure_networks(compiler, scale.rounds).items():
        times = tuple(1e3 * seconds[UNPLANNED] for seconds in rounds)
        figures.append(Figure(f"{network}, {UNPLANNED}", times, "ms"))
        for version in rounds[0]:
            if version != UNPLANNED:
                ratios = tuple(seconds[version] / seconds[UNPLANNED] for seconds in rounds)
                goal = Goal(1.05, EXECUTION_MARGIN)
                figures.append(Figure(f"  {version}, over that", ratios, "x", goal))
    return Result(title, figures, {})


# Figures


def _cost(name: str, times: Sequence[Times]) -> Figure:
    return Figure(name, tuple(100 * t.passes / t.xdsl for t in times), "%", Goal(10))


def _growth(
    name: str,
    scale: Scale,
    times: Sequence[Sequence[Times]],
    part: Callable[[Times], float],
    goal: Goal | None,
) -> Figure:
    """The exponent by which `part` of the times grows; `times` are by size and round."""
    sizes = scale.sizes
    exponents = tuple(
        fit_power_law(sizes, [part(t) for t in of_round]).exponent
        for of_round in zip(*times, strict=True)
    )
    law = fit_power_law(sizes, [median(map(part, of_size)) for of_size in times])
    return Figure(name, exponents, "", goal, f"residual {law.residual:.0%}")


def _passes(times: Times) -> float:
    return times.passes


def _pipeline(times: Times) -> float:
    return times.pipeline


def _xdsl(times: Times) -> float:
    return times.xdsl
