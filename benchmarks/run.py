"""Measures the passes against xDSL, and prints the figures beside their goals."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from experiments import FULL, QUICK, Figure, Result, Scale, experiments
from report import describe_machine, format_figures, format_times, to_json


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the experiments that `arguments` ask for; returns the exit status."""
    options = _parse(arguments)
    scale = _scale_of(options)
    print("  ".join(f"{key}: {value}" for key, value in describe_machine().items()))
    print(f"{scale.rounds} rounds; medians, with the lowest and the highest round\n")
    results: dict[str, Result] = {}
    for name, experiment in experiments().items():
        if options.only and name not in options.only:
            continue
        results[name] = result = experiment(scale)
        print(format_figures(result))
        if options.times and result.times:
            print(format_times(result))
        print(flush=True)
    if options.json is not None:
        options.json.write_text(to_json(results, scale))
    missed = list(_clearly_missed(results.values()))
    if options.check and missed:
        print(f"clearly missed: {', '.join(missed)}", file=sys.stderr)
        return 1
    return 0


def _clearly_missed(results: Iterable[Result]) -> Iterable[str]:
    for result in results:
        for figure in result.figures:
            if _is_clearly_missed(figure):
                yield f"{figure.name} ({result.title})"


def _is_clearly_missed(figure: Figure) -> bool:
    return figure.goal is not None and figure.goal.is_clearly_missed(figure.value)


def _scale_of(options: Options) -> Scale:
    scale = QUICK if options.quick else FULL
    return scale if options.rounds is None else replace(scale, rounds=options.rounds)


class Options(Namespace):
    """The command line."""

    quick: bool
    times: bool
    check: bool
    rounds: int | None
    only: list[str]
    json: Path | None


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = ArgumentParser(prog="benchmarks/run.py", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="sizes up to 1000 only")
    add("--rounds", type=_positive, help="how often all programs are measured (default: 3)")
    add("--only", nargs="+", choices=list(experiments()), default=[], help="these experiments only")
    add("--times", action="store_true", help="print the times behind the figures too")
    add("--json", type=_new_file, metavar="FILE", help="write figures, times and machine to a file")
    add("--check", action="store_true", help="exit with 1 if a goal is missed by more than noise")
    return parser.parse_args(arguments, Options())


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"expected a positive number, got {text}")
    return int(text)


def _new_file(text: str) -> Path:
    """A path that can be written to, found out before anything is measured."""
    path = Path(text)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ArgumentTypeError(f"cannot write to {text}: it is a folder, or its folder is missing")
    return path


if __name__ == "__main__":
    sys.exit(main())
