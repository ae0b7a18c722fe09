"""
`usmp-opt`: xDSL's `xdsl-opt`, with messages for its user.

The options are those of `xdsl-opt`, and `--debug`. What differs:

- an error is printed as `file:line:column: error: message` with the source line and notes, and
  the exit status is 1; there is never a traceback, unless `--debug` asks for it;
- operations know where in the file they were written, so `--print-debuginfo` prints
  `loc("file":line:column)` where `xdsl-opt` prints `loc(unknown)`;
- the file of `-o` is written whole, when everything has succeeded, or not at all;
- a plugin that cannot be loaded costs a warning, not the run.
"""

import argparse
import inspect
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Dialect
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.arg_spec import parse_spec
from xdsl.utils.exceptions import ArgSpecParseError
from xdsl.utils.lexer import Location
from xdsl.utils.target import Target
from xdsl.xdsl_opt_main import xDSLOptMain

from usmp_dialect.frontends.tvmscript import import_tvmscript
from usmp_passes.tools.diagnostics import DriverError, Progress, describe
from usmp_passes.tools.file_target import FileTarget
from usmp_passes.tools.leaving import flush_stdout, give_up_stdout, leave
from usmp_passes.tools.located_parser import LocatedParser
from usmp_passes.tools.output import WholeFile
from usmp_passes.tools.plugins import load_multiverse
from usmp_passes.tools.spec_checking import TargetEntry, check_pipeline, check_target
from usmp_passes.tools.terminal import suited_to_terminal, writes_to_terminal

_DEBUG = "--debug"


class UsmpOptMain(xDSLOptMain):
    """xDSL's driver; every step is recorded in `progress`, for the message if it fails."""

    version_format = f"usmp-opt {version('usmp')} built from xdsl version {{xdsl_version}}"

    def __init__(self, args: Sequence[str] | None, progress: Progress) -> None:
        self.progress = progress
        self._multiverse = load_multiverse(_warn)
        self._line_offset = 0
        self._output_file: WholeFile | None = None
        super().__init__("Static memory planning on xDSL's modular optimizer driver", args)

    def run(self) -> None:
        """Execute the different steps; then, if all went well, write the output file."""
        super().run()
        if self._output_file is not None:
            self.progress.begin("while writing the output file")
            try:
                self._output_file.commit()
            except OSError as error:
                raise self._cannot_write(error) from error

    # What there is to choose from

    def register_all_dialects(self) -> None:
        """Register the dialects of this project, of xDSL and of the installed plugins."""
        for name, factory in self._multiverse.all_dialects.items():
            self.ctx.register_dialect(name, _guarded(name, factory))

    def register_all_passes(self) -> None:
        """Register the passes of this project, of xDSL and of the installed plugins."""
        for name, factory in self._multiverse.all_passes.items():
            self.register_pass(name, factory)

    def register_all_targets(self) -> None:
        """Register the targets of this project, of xDSL and of the installed plugins."""
        self.available_targets.update(self._multiverse.all_targets)

    def register_all_frontends(self) -> None:
        """
        Register the readers of input, by the file extension they are for or their name for `-f`.
        """
        self.available_frontends["mlir"] = self._parse_mlir
        self.available_frontends["py"] = self._parse_tvmscript
        self.available_frontends["tvmscript"] = self._parse_tvmscript

    def register_all_arguments(self, arg_parser: argparse.ArgumentParser) -> None:
        """Register xDSL's options and our own."""
        super().register_all_arguments(arg_parser)
        arg_parser.add_argument(
            _DEBUG, action="store_true", help="Print the traceback of an error as well."
        )
        arg_parser.add_argument(
            "--allow-unknown-intrinsics",
            action="store_true",
            help="Make calls of unknown T.<name>(...) in TVMScript, taken to be pure.",
        )
        # Left to xDSL, an unknown target is answered with the list of all, and a bad option of
        # one not before all passes have run.
        actions = arg_parser._option_string_actions  # pyright: ignore[reportPrivateUsage]
        actions["--target"].type = self._checked_target

    def _checked_target(self, text: str) -> str:
        check_target(text, self.available_targets, _is_factory)
        return text

    def setup_pipeline(self) -> None:
        """Create the pipeline of the passes asked for."""
        check_pipeline(self.args.passes, self.available_passes)
        super().setup_pipeline()
        verify = self.pipeline.callback
        assert verify is not None

        def callback(
            previous_pass: ModulePass | None, module: ModuleOp, next_pass: ModulePass | None
        ) -> None:
            if previous_pass is None:
                self.progress.begin("while verifying the input")
            else:
                name = previous_pass.name
                self.progress.begin(f"while verifying the result of pass '{name}'", pass_name=name)
            verify(previous_pass, module, next_pass)
            if next_pass is not None:
                name = next_pass.name
                self.progress.begin(f"in pass '{name}'", pass_name=name)

        self.pipeline = PassPipeline(self.pipeline.passes, callback)

    # Input and output

    def get_input_stream(self) -> tuple[IO[bytes], str]:
        """The contents of the input, and the extension of its name."""
        name = self.get_input_name()
        self.progress.begin("while reading the input")
        data = self._read_input()
        extension = "mlir" if self.args.input_file is None else Path(name).suffix.removeprefix(".")
        if (self.args.frontend or extension) not in self.available_frontends:
            raise DriverError(
                f"unknown file extension '{extension}'",
                where=name,
                notes=[f"-f says what it is: {', '.join(self.available_frontends)}"],
            )
        text = _decode(data, name)
        self.progress.source_name = name
        self.progress.source_lines = text.split("\n")
        return BytesIO(data), extension

    def _read_input(self) -> bytes:
        if self.args.input_file is not None:
            try:
                return Path(self.args.input_file).read_bytes()
            except OSError as error:
                reason = error.strerror or str(error)
                raise DriverError(f"cannot read: {reason}", where=self.args.input_file) from error
        if sys.__stdin__ is None:
            raise DriverError("there is no input file, and the standard input is closed")
        return sys.stdin.buffer.read()

    def parse_chunk(
        self, chunk: IO[bytes], file_extension: str, start_offset: int = 0
    ) -> ModuleOp | None:
        """Parse a part of the input that begins `start_offset` lines into the file."""
        self._line_offset = start_offset
        self.progress.begin("while parsing the input")
        return super().parse_chunk(chunk, file_extension, start_offset)

    def _parse_mlir(self, chunk: IO[bytes]) -> ModuleOp:
        text = chunk.read().decode()
        parser = LocatedParser(self.ctx, text, self.get_input_name(), self._line_offset)
        self.progress.begin("while parsing the input", parser=parser)
        return parser.parse_module(not self.args.no_implicit_module)

    def _parse_tvmscript(self, chunk: IO[bytes]) -> ModuleOp:
        # Empty lines in the place of the chunks before this one, so that places are the file's.
        text = "\n" * self._line_offset + chunk.read().decode()
        return import_tvmscript(
            text,
            self.get_input_name(),
            allow_unknown_intrinsics=self.args.allow_unknown_intrinsics,
            show_progress=True,
        )

    def prepare_output(self) -> IO[str]:
        """The stream that the result is written to."""
        if self.args.output_file is None:
            if sys.__stdout__ is None:
                raise DriverError("there is no output file, and the standard output is closed")
            return sys.stdout
        try:
            self._output_file = WholeFile(Path(self.args.output_file))
        except OSError as error:
            raise self._cannot_write(error) from error
        return self._output_file

    def _cannot_write(self, error: OSError) -> DriverError:
        return DriverError(f"cannot write: {error.strerror or error}", where=self.args.output_file)

    def output_resulting_program(self, prog: ModuleOp) -> str:
        """The result in the form of the target asked for."""
        self.progress.begin(f"while printing the result as '{self.args.target}'")
        if writes_to_terminal(self.args.output_file):
            self.args.target = suited_to_terminal(self.args.target)
        target = self._file_target()
        if target is None or self._output_file is None:
            text = super().output_resulting_program(prog)
        else:
            text = ""
            self._output_file.write_bytes(target.contents(prog))
        self.progress.begin("while writing the output")
        return text

    def _file_target(self) -> FileTarget | None:
        """The target asked for, if it makes the file of `-o` itself."""
        if self.args.output_file is None:
            return None
        spec = parse_spec(self.args.target)
        entry = self.available_targets[spec.name]
        if not _is_factory(entry):
            return None
        target = cast(Callable[[], type[Target]], entry)().from_spec(spec)
        if not isinstance(target, FileTarget):
            return None
        if self.args.split_input_file:
            raise DriverError(
                f"target '{spec.name}' draws one module to a file: leave out --split-input-file"
            )
        return target.for_file(Path(self.args.output_file))


def _is_factory(target: TargetEntry) -> bool:
    """Whether a registered target is a factory of its class: xDSL tells by its parameters."""
    return not inspect.signature(target).parameters


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line_start = before.rfind(b"\n") + 1
        where = Location(name, before.count(b"\n") + 1, len(before[line_start:].decode()) + 1)
        message = f"the file is not UTF-8 text: byte 0x{data[error.start]:02x}"
        raise DriverError(message, where=where) from error


def _warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr)


def _guarded(name: str, factory: Callable[[], Dialect]) -> Callable[[], Dialect]:
    """A factory that says which dialect it is that could not be loaded."""

    def load() -> Dialect:
        try:
            return factory()
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise DriverError(f"dialect '{name}' could not be loaded: {what}") from error

    return load


def main(args: Sequence[str] | None = None) -> int:
    """
    Run `usmp-opt` and return its exit status.

    The status is 0, 1 after an error, or 128 plus the signal's number after an interrupt or when
    the reader of a pipe has gone. Raises `SystemExit` for `--help`, and with status 2 for a usage
    error.
    """
    progress = Progress()
    try:
        UsmpOptMain(args, progress).run()
        flush_stdout()
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (Exception, ArgSpecParseError) as error:  # noqa: BLE001 (there is nobody else)
        if _DEBUG in (sys.argv if args is None else args):
            traceback.print_exception(error)
        print(describe(error, progress), file=sys.stderr)
        return 1
    finally:
        give_up_stdout()
    return 0


def run() -> None:
    """The program."""
    leave(main())


if __name__ == "__main__":
    run()
