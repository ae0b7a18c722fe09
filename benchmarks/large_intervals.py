"""
A hundred thousand random intervals in one pool: our `best` against omnimalloc's first fit by size.

Both start with their own form of the problem and end with all offsets, in one process, one after
the other in each round; what is compared is the ratio of their times in a round. Each interval
lasts for 1 to 800 points out of ten times as many points as there are intervals, so that some 40
are live at a time. Sizes are up to 1 MiB: with `--sizes mixed`, of all magnitudes, as those of
tensors are; with `--sizes even`, each as likely as any other, which is the harder problem.
"""

from __future__ import annotations

import gc
import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TypeVar

import omnimalloc
from field_allocators import Interval, lower_bound, peak
from report import describe_machine

from usmp_passes.planning import plan_memory
from usmp_passes.planning.problem import BufferInfo, PlacementProblem, PoolInfo

_ResultT = TypeVar("_ResultT")
_OtherT = TypeVar("_OtherT")

MAX_DURATION = 800
MAX_SIZE_BITS = 20
SIZES = ("mixed", "even")


@dataclass(frozen=True)
class Round:
    """Seconds of one round."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times their time ours is."""
        return self.ours / self.theirs


@dataclass(frozen=True)
class Result:
    """What the rounds came to. Sizes are over the memory pressure."""

    rounds: Sequence[Round]
    our_size: float
    their_size: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, and prints medians; returns the exit status."""
    options = _parse(arguments)
    print("  ".join(f"{key}: {value}" for key, value in describe_machine().items()))
    intervals = random_intervals(options.count, options.seed, options.sizes)
    result = _measure(intervals, options.rounds)
    ratios = [item.ratio for item in result.rounds]
    ours = median(item.ours for item in result.rounds)
    theirs = median(item.theirs for item in result.rounds)
    print(f"{options.count} intervals, {options.sizes} sizes, {options.rounds} rounds; medians\n")
    print("|                              |      s | size / lower bound |")
    print("|------------------------------|-------:|-------------------:|")
    print(f"| usmp best                    | {ours:6.2f} | {result.our_size:18.4f} |")
    print(f"| omnimalloc first fit by size | {theirs:6.2f} | {result.their_size:18.4f} |")
    print(f"\nratio of times: {median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}")
    if options.json is not None:
        document: dict[str, object] = {"machine": describe_machine(), "count": options.count}
        document.update(sizes=options.sizes, **asdict(result))
        options.json.write_text(json.dumps(document, indent=2) + "\n")
    return 0


def random_intervals(count: int, seed: int, sizes: str) -> Sequence[Interval]:
    """The same intervals for the same numbers, on every machine."""
    random = Random(seed)
    intervals: list[Interval] = []
    for index in range(count):
        lower = random.randrange(10 * count)
        upper = lower + random.randint(1, MAX_DURATION)
        bits = MAX_SIZE_BITS if sizes == "even" else random.randint(4, MAX_SIZE_BITS)
        intervals.append(Interval(f"b{index}", lower, upper, random.randint(1, 2**bits)))
    return intervals


def _measure(intervals: Sequence[Interval], rounds: int) -> Result:
    problem = _to_problem(intervals)
    allocations = [
        omnimalloc.Allocation(index, item.size, item.lower, item.upper)
        for index, item in enumerate(intervals)
    ]
    bound = lower_bound(intervals)
    measured: list[Round] = []
    our_size = their_size = 0
    for number in range(rounds):
        (plan, ours), (placed, theirs) = _in_turns(
            lambda: plan_memory(problem),
            lambda: omnimalloc.allocate(allocations, "greedy_by_size"),
            swapped=number % 2 == 1,
        )
        measured.append(Round(ours, theirs))
        our_size = plan.size_bytes
        offsets = [plan.allocations[item.name].byte_offset for item in intervals]
        assert peak(intervals, offsets) == our_size
        their_size = max(item.height or 0 for item in placed)
    return Result(measured, our_size / bound, their_size / bound)


def _to_problem(intervals: Sequence[Interval]) -> PlacementProblem:
    pool = PoolInfo("memory")
    candidates = (pool,)
    buffers = [
        BufferInfo(item.name, item.size, candidates, live=((item.lower, item.upper - 1),))
        for item in intervals
    ]
    return PlacementProblem(buffers, [pool])


def _in_turns(
    first: Callable[[], _ResultT], second: Callable[[], _OtherT], *, swapped: bool
) -> tuple[tuple[_ResultT, float], tuple[_OtherT, float]]:
    """Results and seconds of both; `swapped` runs the second one first."""
    if swapped:
        other = _timed(second)
        return _timed(first), other
    return _timed(first), _timed(second)


def _timed(function: Callable[[], _ResultT]) -> tuple[_ResultT, float]:
    gc.collect()
    start = perf_counter()
    result = function()
    return result, perf_counter() - start


class Options(Namespace):
    """The command line."""

    count: int
    rounds: int
    seed: int
    sizes: str
    json: Path | None


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = ArgumentParser(prog="benchmarks/large_intervals.py", description=__doc__)
    add = parser.add_argument
    add("--count", type=_positive, default=100_000, help="of intervals (default: 100000)")
    add("--rounds", type=_positive, default=5, help="how often both are measured (default: 5)")
    add("--seed", type=int, default=0, help="of the random intervals (default: 0)")
    add("--sizes", choices=SIZES, default=SIZES[0], help="of the intervals (default: mixed)")
    add("--json", type=Path, metavar="FILE", help="write all figures to a file")
    return parser.parse_args(arguments, Options())


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"expected a positive number, got {text}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
