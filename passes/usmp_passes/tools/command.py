"""What the programs that read one module or two have in common."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline
from xdsl.utils.exceptions import ArgSpecParseError

from usmp_dialect.frontends.tvmscript import import_tvmscript
from usmp_passes.tools.diagnostics import DriverError, Progress, describe
from usmp_passes.tools.leaving import flush_stdout, give_up_stdout
from usmp_passes.tools.located_parser import LocatedParser
from usmp_passes.tools.plugins import load_multiverse
from usmp_passes.tools.spec_checking import check_pipeline

STDIN = "-"


def status_of(work: Callable[[], int], progress: Progress, *, debug: bool) -> int:
    """
    Does the work of a program and returns its exit status: that of `work`, 1 after an error, which
    is printed to the standard error, or 128 plus the signal's number after an interrupt or when the
    reader of a pipe has gone.
    """
    try:
        status = work()
        flush_stdout()
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (Exception, ArgSpecParseError) as error:  # noqa: BLE001 (there is nobody else)
        if debug:
            traceback.print_exception(error)
        print(describe(error, progress), file=sys.stderr)
        return 1
    finally:
        give_up_stdout()
    return status


@dataclass(frozen=True)
class ModuleReader:
    """Reads modules as `usmp-opt` does."""

    progress: Progress
    passes: str = ""
    """Those that are run on what was read, as for `usmp-opt -p`."""

    allow_unregistered_dialect: bool = False
    allow_unknown_intrinsics: bool = False

    def read(self, path: str) -> ModuleOp:
        """
        The module in a file, in MLIR's syntax or, in a `.py` file, TVMScript; `-` is the standard
        input. Raises `DriverError` for a file that cannot be read, and what parsers and passes do.
        """
        return self.parse(self.read_text(path), path)

    def read_text(self, path: str) -> str:
        """The text of a file. Raises `DriverError`."""
        self.progress.begin("while reading the input")
        try:
            if path == STDIN:
                return sys.stdin.buffer.read().decode()
            return Path(path).read_bytes().decode()
        except OSError as error:
            raise DriverError(f"cannot read: {error.strerror or error}", where=path) from error
        except UnicodeDecodeError as error:
            message = f"the file is not UTF-8 text: byte 0x{error.object[error.start]:02x}"
            raise DriverError(message, where=path) from error
        except ValueError as error:
            raise DriverError(f"cannot read: {error}", where=path) from error

    def parse(self, text: str, path: str) -> ModuleOp:
        """The module in the text of a file."""
        multiverse = load_multiverse(_warn)
        context = Context(allow_unregistered=self.allow_unregistered_dialect)
        for name, dialect in multiverse.all_dialects.items():
            context.register_dialect(name, dialect)
        check_pipeline(self.passes, multiverse.all_passes)
        module = self._parse(context, text, path)
        self.progress.begin("while verifying the input")
        module.verify()
        for one in PassPipeline.parse_spec(multiverse.all_passes, self.passes).passes:
            self.progress.begin(f"in pass '{one.name}'", pass_name=one.name)
            one.apply(context, module)
            activity = f"while verifying the result of pass '{one.name}'"
            self.progress.begin(activity, pass_name=one.name)
            module.verify()
        self.progress.begin("while analysing the program")
        return module

    def _parse(self, context: Context, text: str, path: str) -> ModuleOp:
        name = "<stdin>" if path == STDIN else path
        self.progress.source_name, self.progress.source_lines = name, text.split("\n")
        self.progress.begin("while parsing the input")
        if Path(path).suffix == ".py":
            return import_tvmscript(
                text,
                name,
                allow_unknown_intrinsics=self.allow_unknown_intrinsics,
                show_progress=True,
            )
        parser = LocatedParser(context, text, name)
        self.progress.begin("while parsing the input", parser=parser)
        return parser.parse_module()


def _warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr)
