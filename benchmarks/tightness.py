"""
How much memory plans need, over the least possible: ours beside those of the field.

The suite is MiniMalloc's: `git clone https://github.com/google/minimalloc`, then
`python benchmarks/tightness.py --suite minimalloc/benchmarks/challenging`. The number in the name
of a file, `A.1048576.csv`, is the capacity that its buffers are to fit into.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter

import omnimalloc
from field_allocators import FIELD_ALLOCATORS, Allocator, Interval, check, lower_bound, peak
from report import describe_machine

from usmp_passes.planning import plan_memory
from usmp_passes.planning.does_not_fit import DoesNotFitError
from usmp_passes.planning.formats.minimalloc_csv import read_minimalloc_csv
from usmp_passes.planning.plan import Plan
from usmp_passes.planning.problem import PlacementProblem

OURS = "usmp best"


@dataclass(frozen=True)
class Instance:
    """A file of the suite."""

    name: str
    text: str
    capacity: int | None
    intervals: Sequence[Interval]
    bound: int
    """The memory pressure, in bytes."""

    def problem(self, capacity: int | None = None) -> PlacementProblem:
        """The file as a problem of ours."""
        return read_minimalloc_csv(self.text, self.name, capacity=capacity).problem


@dataclass(frozen=True)
class Figures:
    """What came of an instance."""

    buffers: int
    lower_bound: int
    ratios: Mapping[str, float]
    """Peak over the memory pressure, by allocator."""

    size: int
    """Of our plan, in bytes."""

    is_optimal: bool
    seconds: float
    fits: bool | None
    """Whether a plan was found within the capacity, `None` without one."""

    capacity_seconds: float | None


def omnimalloc_with(name: str) -> Allocator:
    """An allocator of the package `omnimalloc`, with its defaults."""

    def allocate(intervals: Sequence[Interval]) -> Sequence[int]:
        items = [
            omnimalloc.Allocation(index, item.size, item.lower, item.upper)
            for index, item in enumerate(intervals)
        ]
        placed = {item.id: item.offset for item in omnimalloc.allocate(items, name)}
        offsets = [placed[index] for index in range(len(items))]
        assert None not in offsets
        return [offset or 0 for offset in offsets]

    return allocate


ALLOCATORS: Mapping[str, Allocator] = {
    **FIELD_ALLOCATORS,
    "omnimalloc": omnimalloc_with("omni"),
    "omnimalloc supermalloc": omnimalloc_with("supermalloc"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the suite and prints two tables; returns the exit status."""
    options = _parse(arguments)
    results: dict[str, Figures] = {}
    for instance in _read_suite(options.suite, options.only):
        print(f"{instance.name} ...", file=sys.stderr, flush=True)
        results[instance.name] = _measure(instance, options.time_limit)
    if not results:
        print(f"{options.suite}: no such instances", file=sys.stderr)
        return 1
    print("  ".join(f"{key}: {value}" for key, value in describe_machine().items()))
    print(f"\n{_ratio_table(results)}\n\n{_our_table(results)}")
    if options.json is not None:
        options.json.write_text(_to_json(results, options.time_limit))
    return 0


def _read_suite(folder: Path, only: Sequence[str]) -> Iterator[Instance]:
    for path in sorted(folder.glob("*.csv")):
        name, *numbers = path.stem.split(".")
        if not only or name in only:
            capacity = int(numbers[0]) if numbers and numbers[0].isdecimal() else None
            yield _read_instance(name, path.read_text(), capacity)


def _read_instance(name: str, text: str, capacity: int | None) -> Instance:
    intervals: list[Interval] = []
    for buffer in read_minimalloc_csv(text, name).problem.buffers:
        if buffer.live is None or len(buffer.live) != 1 or buffer.alignment != 1:
            raise SystemExit(f"{name}: only files without gaps and alignments can be compared")
        ((first, last),) = buffer.live
        intervals.append(Interval(buffer.name, first, last + 1, buffer.size_bytes))
    return Instance(name, text, capacity, intervals, lower_bound(intervals))


def _measure(instance: Instance, time_limit: float | None) -> Figures:
    peaks: dict[str, int] = {}
    for name, allocate in ALLOCATORS.items():
        offsets = allocate(instance.intervals)
        check(instance.intervals, offsets)
        peaks[name] = peak(instance.intervals, offsets)
    plan, seconds = _plan(instance, time_limit)
    assert plan is not None
    peaks[OURS] = plan.size_bytes
    fits: Plan | None = None
    capacity_seconds: float | None = None
    if instance.capacity is not None:
        fits, capacity_seconds = _plan(instance, time_limit, instance.capacity)
    return Figures(
        len(instance.intervals),
        instance.bound,
        {name: reached / instance.bound for name, reached in peaks.items()},
        plan.size_bytes,
        plan.is_optimal,
        seconds,
        None if instance.capacity is None else fits is not None,
        capacity_seconds,
    )


def _plan(
    instance: Instance, time_limit: float | None, capacity: int | None = None
) -> tuple[Plan | None, float]:
    """Our plan, none if it does not fit, and the seconds that it took."""
    problem = instance.problem(capacity)
    start = perf_counter()
    try:
        plan = plan_memory(problem, time_limit=time_limit)
    except DoesNotFitError:
        return None, perf_counter() - start
    seconds = perf_counter() - start
    offsets = [plan.allocations[item.name].byte_offset for item in instance.intervals]
    check(instance.intervals, offsets)
    assert peak(instance.intervals, offsets) == plan.size_bytes
    return plan, seconds


# The tables


def _ratio_table(results: Mapping[str, Figures]) -> str:
    """Peak over memory pressure, a row for each allocator."""
    rows: list[tuple[str, ...]] = [("", *results, "geometric mean")]
    for name in (*ALLOCATORS, OURS):
        ratios = [figures.ratios[name] for figures in results.values()]
        rows.append((name, *map(_ratio, ratios), _ratio(geometric_mean(ratios))))
    return _markdown(rows)


def _our_table(results: Mapping[str, Figures]) -> str:
    """What our plans are, a row for each instance."""
    rows: list[tuple[str, ...]] = [
        ("", "buffers", "lower bound", "size", "ratio", "proven", "s", "within capacity", "s")
    ]
    rows.extend(_our_row(name, figures) for name, figures in results.items())
    proven = [figures.seconds for figures in results.values() if figures.is_optimal]
    capacity = [figures for figures in results.values() if figures.fits is not None]
    ratio = geometric_mean([figures.ratios[OURS] for figures in results.values()])
    rows.append(
        (
            "all",
            "",
            "",
            "",
            _ratio(ratio),
            f"{len(proven)} of {len(results)}",
            f"median {median(proven):.2f}" if proven else "",
            f"{sum(bool(figures.fits) for figures in capacity)} of {len(capacity)}",
            "",
        )
    )
    return _markdown(rows)


def _our_row(name: str, figures: Figures) -> tuple[str, ...]:
    has_capacity = figures.capacity_seconds is not None
    return (
        name,
        str(figures.buffers),
        str(figures.lower_bound),
        str(figures.size),
        _ratio(figures.ratios[OURS]),
        _yes(figures.is_optimal),
        f"{figures.seconds:.2f}",
        _yes(bool(figures.fits)) if has_capacity else "",
        f"{figures.capacity_seconds:.2f}" if has_capacity else "",
    )


def _ratio(value: float) -> str:
    return f"{value:.3f}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    """A table of which the first row is the header."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ("-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:]))
    lines = [_line(rows[0], widths), _line(rule, widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in rows[1:])])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return f"| {' | '.join([first, *rest])} |"


def _to_json(results: Mapping[str, Figures], time_limit: float | None) -> str:
    document = {
        "machine": describe_machine(),
        "time_limit": time_limit,
        "instances": {name: asdict(figures) for name, figures in results.items()},
    }
    return json.dumps(document, indent=2) + "\n"


# The command line


class Options(Namespace):
    """The command line."""

    suite: Path
    time_limit: float | None
    only: list[str]
    json: Path | None


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = ArgumentParser(prog="benchmarks/tightness.py", description=__doc__)
    add = parser.add_argument
    add("--suite", type=_folder, required=True, metavar="DIR", help="the folder of CSV files")
    add("--time-limit", type=_seconds, default=10.0, help="of ours, 0 for none (default: 10)")
    add("--only", nargs="+", default=[], metavar="NAME", help="these instances only, such as A K")
    add("--json", type=Path, metavar="FILE", help="write all figures to a file")
    return parser.parse_args(arguments, Options())


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise ArgumentTypeError(f"{text} is no folder")
    return Path(text)


def _seconds(text: str) -> float | None:
    return float(text) or None


if __name__ == "__main__":
    sys.exit(main())
