"""
`usmp-run`: runs a program on arrays, before its memory is planned or after, and compares.

Arrays come in NumPy's `.npy` and `.npz` files, and the results go out in one.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import InterpretationError

from usmp_passes.planning import algorithm_names
from usmp_passes.tools.array_files import array_of, describe_arrays, memory_of, read_arrays
from usmp_passes.tools.command import ModuleReader
from usmp_passes.tools.command_line import add_general_options, new_parser
from usmp_passes.tools.compiled_program import (
    CompiledProgram,
    CompilerError,
    OverrunError,
    find_compiler,
)
from usmp_passes.tools.diagnostics import DriverError, Progress, describe
from usmp_passes.tools.leaving import leave
from usmp_passes.tools.program_interface import Argument, ProgramInterface
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

if TYPE_CHECKING:
    from usmp_passes.tools.array_files import Array

Engine = Literal["c", "interpreter"]

_DESCRIPTION = """\
Run the entry function of a program on arrays.

Its arguments are buffers. Those that --inputs names are given; the others are outputs, and hold
zeros before the run. An input is FILE.npy, which is for the next argument, NAME=FILE.npy, or
FILE.npz with arrays called like the arguments."""

_EPILOG = """\
exit status: 0, 1 if something is wrong or the results compared are not the same, 2 for a mistake
in the command line."""


class _Arguments(Namespace):
    """The command line."""

    input: Path
    inputs: list[str]
    parameters: Path | None
    engine: Engine
    planned: bool
    compare: bool
    algorithm: str
    poison: bool
    output: Path | None
    debug: bool


@dataclass(frozen=True)
class _Data:
    """What a program is given."""

    arguments: Mapping[str, bytearray]
    """All that are no pools, by name, in order."""
    given: frozenset[str]
    """Those that are inputs."""
    parameters: Mapping[str, bytearray]


def main(args: Sequence[str] | None = None) -> int:
    """
    Run `usmp-run` and return its exit status.

    The status is 0, 1 after an error, or 128 plus the signal's number after an interrupt or when
    the reader of a pipe has gone. Raises `SystemExit` for `--help`, and with status 2 for a usage
    error.
    """
    arguments = _parser().parse_args(args, _Arguments())
    progress = Progress()
    try:
        _run(arguments, progress)
    except BrokenPipeError:
        # Keep Python from writing again, at its exit, what could not be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:  # noqa: BLE001 (there is nobody else)
        if arguments.debug:
            traceback.print_exception(error)
        print(describe(error, progress), file=sys.stderr)
        return 1
    return 0


def _run(arguments: _Arguments, progress: Progress) -> None:
    try:
        import numpy  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as error:
        raise DriverError("usmp-run needs NumPy: pip install 'usmp[run]'") from error
    module = ModuleReader(progress).read(str(arguments.input))
    progress.begin("while preparing the run")
    interface = ProgramInterface(module)
    data = _data_for(interface, arguments)
    modules: list[tuple[str, ModuleOp]] = []
    if arguments.compare or not arguments.planned:
        modules.append(("unplanned", module))
    if arguments.compare or arguments.planned:
        modules.append(("planned", _planned(module, arguments.algorithm, progress)))
    results: list[Mapping[str, Array]] = []
    for label, program in modules:
        progress.begin(f"while running the {label} program")
        results.append(_results(program, interface, data, arguments))
    if arguments.compare:
        _compare(*results)
    progress.begin("while writing the output")
    if arguments.output is not None:
        _write(arguments.output, results[-1])
    for line in describe_arrays(results[-1]):
        print(line)
    if arguments.compare:
        print("planned and unplanned, the results are the same")
    sys.stdout.flush()


def _planned(module: ModuleOp, algorithm: str, progress: Progress) -> ModuleOp:
    planner = UnifiedStaticMemoryPlannerPass(algorithm=algorithm)
    progress.begin(f"in pass '{planner.name}'", pass_name=planner.name)
    planned = module.clone()
    planner.apply(Context(), planned)
    return planned


# What a program is given


def _data_for(interface: ProgramInterface, arguments: _Arguments) -> _Data:
    expected = {item.name: item for item in interface.arguments if isinstance(item, Argument)}
    inputs = _inputs(arguments.inputs, list(expected))
    memory: dict[str, bytearray] = {}
    for name, argument in expected.items():
        if name in inputs:
            memory[name] = memory_of(inputs[name], argument, f"input '{name}'")
        elif argument.size_bytes is not None:
            memory[name] = bytearray(argument.size_bytes)
        else:
            raise DriverError(
                f"argument '{name}' is {argument.type}, and nothing says how large it is: "
                f"give it, --inputs {name}=FILE.npy"
            )
    parameters = _parameters(interface, arguments.parameters)
    return _Data(memory, frozenset(inputs), parameters)


def _inputs(words: Iterable[str], names: Sequence[str]) -> Mapping[str, Array]:
    """The arrays for arguments, by the name of the argument."""
    inputs: dict[str, Array] = {}
    for word in words:
        name, separator, path = word.rpartition("=")
        for label, array in read_arrays(Path(path if separator else word)).items():
            target = name or label or next((n for n in names if n not in inputs), "")
            if target not in names:
                listed = ", ".join(names) or "none"
                problem = (
                    f"the program has no argument '{target}'"
                    if target
                    else "there are more inputs than arguments"
                )
                raise DriverError(f"{word}: {problem}; the arguments are {listed}")
            if target in inputs:
                raise DriverError(f"{word}: argument '{target}' is given already")
            inputs[target] = array
    return inputs


def _parameters(interface: ProgramInterface, path: Path | None) -> Mapping[str, bytearray]:
    arrays: Mapping[str, Array] = {} if path is None else read_arrays(path)
    missing = [name for name in interface.parameters if name not in arrays]
    if missing:
        listed = ", ".join(f"'{name}': {interface.parameters[name].type}" for name in missing)
        raise DriverError(
            f"the program looks up parameters that are missing: {listed}",
            where=None if path is None else str(path),
            notes=["--parameters FILE.npz has them, by name"],
        )
    return {
        name: memory_of(arrays[name], parameter, f"parameter '{name}'")
        for name, parameter in interface.parameters.items()
    }


# Running


def _results(
    module: ModuleOp, interface: ProgramInterface, data: _Data, arguments: _Arguments
) -> Mapping[str, Array]:
    """The outputs, and the inputs that the program has changed."""
    memory = {name: bytearray(before) for name, before in data.arguments.items()}
    values, parameters = list(memory.values()), data.parameters
    if arguments.engine == "c":
        _run_c(module, values, parameters)
    else:
        _run_interpreter(module, interface.entry.name, values, parameters, arguments.poison)
    types = {item.name: item.type for item in interface.arguments if isinstance(item, Argument)}
    return {
        name: array_of(after, types[name])
        for name, after in memory.items()
        if name not in data.given or after != data.arguments[name]
    }


def _run_c(
    module: ModuleOp, arguments: Sequence[bytearray], parameters: Mapping[str, bytearray]
) -> None:
    compiler = find_compiler()
    if compiler is None:
        raise DriverError(
            "there is no C compiler: install gcc, name one in CC, or use --engine=interpreter"
        )
    try:
        CompiledProgram.of(module, compiler).run(arguments, parameters)
    except CompilerError as error:
        raise DriverError(
            "the C code could not be compiled", notes=str(error).splitlines()[:5]
        ) from error
    except OverrunError as error:
        raise DriverError(str(error)) from error


def _run_interpreter(
    module: ModuleOp,
    entry: str,
    arguments: Sequence[bytearray],
    parameters: Mapping[str, bytearray],
    poison: bool,
) -> None:
    from usmp_dialect.interpreters.runner import Runner

    try:
        Runner(module, poison=poison, parameters=parameters).run(entry, arguments)
    except InterpretationError as error:
        raise DriverError(str(error)) from error


def _compare(unplanned: Mapping[str, Array], planned: Mapping[str, Array]) -> None:
    for name in dict.fromkeys((*unplanned, *planned)):
        if name not in unplanned or name not in planned:
            raise DriverError(f"'{name}' is changed by one of the two programs only")
        # NaNs are the same if their bits are.
        before, after = (
            array.reshape(-1).view("uint8") for array in (unplanned[name], planned[name])
        )
        if (count := int((before != after).sum())) > 0:
            raise DriverError(
                f"'{name}' is not the same after planning: {count} of {before.size} bytes differ"
            )


def _write(path: Path, arrays: Mapping[str, Array]) -> None:
    import numpy as np

    file = BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    try:
        path.write_bytes(file.getvalue())
    except OSError as error:
        raise DriverError(f"cannot write: {error.strerror or error}", where=str(path)) from error


def _parser() -> ArgumentParser:
    parser = new_parser("usmp-run", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add(
        "input",
        metavar="MODEL",
        type=Path,
        help="a program, in MLIR's syntax or, in a .py file, TVMScript",
    )
    add("--inputs", metavar="ARRAY", nargs="+", default=[], action="extend", help="see above")
    add("--parameters", metavar="FILE", type=Path, help="model parameters, an .npz file")
    add("--engine", choices=("c", "interpreter"), default="c", help="what runs it (default: c)")
    add("--planned", action="store_true", help="plan its memory first")
    add("--compare", action="store_true", help="run it unplanned and planned, and compare")
    add(
        "--algorithm",
        choices=algorithm_names(),
        default="best",
        help="how its memory is planned (default: best)",
    )
    add(
        "--poison",
        action="store_true",
        help="interpreter: refuse to read a byte that another buffer wrote, or nothing",
    )
    add("-o", "--output", metavar="FILE", type=Path, help="write the results, an .npz file")
    add_general_options(parser)
    return parser


def run() -> None:
    """The program."""
    leave(main())


if __name__ == "__main__":
    run()
