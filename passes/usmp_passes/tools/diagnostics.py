"""Turns what goes wrong in the driver into messages for its user."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import shorten
from traceback import walk_tb

from xdsl.ir import Operation
from xdsl.utils.exceptions import (
    ArgSpecParseError,
    DiagnosticException,
    MultipleSpansParseError,
    ParseError,
)
from xdsl.utils.lexer import Location

from usmp_dialect.frontends.tvmscript import TVMScriptError
from usmp_dialect.locations import file_location
from usmp_dialect.program import AnalysisError
from usmp_passes.tools.located_parser import LocatedParser

_MAX_EXCERPT = 160
"""The most code points of a source line that are shown."""
_MAX_MESSAGE = 400
"""The most code points of the message of an internal error that are shown."""


class DriverError(Exception):
    """A mistake in the command line or in the files it names."""

    def __init__(
        self, message: str, *, where: Location | str | None = None, notes: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.where = where
        self.notes = tuple(notes)


@dataclass
class Progress:
    """What the driver is doing: the part of a message that an exception does not know."""

    activity: str = "while starting"
    """For example `in pass 'cse'`, or `while parsing the input`."""
    pass_name: str | None = None
    """The pass that runs, or whose result is verified."""
    parser: LocatedParser | None = None
    """The parser at work, if one is."""
    source_name: str = ""
    source_lines: list[str] = field(default_factory=list[str])

    def begin(
        self, activity: str, *, pass_name: str | None = None, parser: LocatedParser | None = None
    ) -> None:
        """Go on to another activity."""
        self.activity = activity
        self.pass_name = pass_name
        self.parser = parser


@dataclass(frozen=True)
class Report:
    """An error as it is shown: `file:line:column: error: message`, an excerpt, and notes."""

    message: str
    where: Location | str | None = None
    excerpt: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        prefix = "" if self.where is None else f"{self.where}: "
        lines = [f"{prefix}error: {self.message}"]
        if self.excerpt:
            lines.append(self.excerpt)
        lines.extend(f"note: {note}" for note in self.notes)
        return "\n".join(lines)


def describe(error: BaseException, progress: Progress) -> Report:
    """The message for an exception that ended a run."""
    match error:
        case ParseError():
            return _describe_parse_error(error, progress)
        case ArgSpecParseError():
            return _describe_spec_error(error)
        case TVMScriptError():
            return _describe_script_error(error, progress)
        case DriverError(where=where, notes=notes):
            return Report(str(error), where, notes=notes)
        case OSError() if progress.pass_name is None:
            return Report(f"{error.strerror or error}, {progress.activity}")
        case _:
            return _describe_failure(error, progress)


def _describe_parse_error(error: ParseError, progress: Progress) -> Report:
    where = error.span.get_location()
    return Report(
        _parse_message(error),
        where,
        _excerpt(where, progress, len(error.span)),
        tuple(_parse_notes(error)),
    )


def _parse_message(error: ParseError) -> str:
    if error.msg == "Could not parse entire input!":
        return "expected an operation"
    if error.msg.startswith(" "):
        # What should be the end of a message is in places the whole of it.
        return f"unexpected {'end of file' if _is_at_end(error) else 'token'}{error.msg}"
    return _in_one_line(error.msg)


def _is_at_end(error: ParseError) -> bool:
    return 0 < len(error.span.input) <= error.span.start


def _parse_notes(error: ParseError) -> Iterator[str]:
    if _is_at_end(error):
        yield "the file ends here: is it truncated?"
    if isinstance(error, MultipleSpansParseError):
        for span, message in error.refs:
            _, line, column = span.get_location()
            where = Location(span.input.name, line + error.span.line_offset, column)
            yield f"{where}: {message or (error.ref_text or '').strip().rstrip(':')}"


def _describe_spec_error(error: ArgSpecParseError) -> Report:
    # The exception keeps only its text: a title, the position, the source, carets, the message.
    _, where, source, carets, message, *_ = str(error).split("\n")
    return Report(f"malformed pipeline: {message.strip()}", where, f"{source}\n{carets}")


def _describe_script_error(error: TVMScriptError, progress: Progress) -> Report:
    where = Location(error.filename, error.line, error.column)
    notes = (f"accepted: {error.accepted}",) if error.accepted else ()
    return Report(_in_one_line(error.message), where, _excerpt(where, progress), notes)


def _describe_failure(error: BaseException, progress: Progress) -> Report:
    """The message for an error in the IR, in a pass, or in the code of either."""
    op, message = _blamed(error)
    position = None if op is None else _location_of(op)
    if position is None and progress.parser is not None:
        position = progress.parser.current_location
    excerpt = "" if position is None else _excerpt(position, progress)
    where: Location | str | None = position
    if where is None and op is not None:
        # A module that is only implied is written nowhere in its file.
        where = progress.source_name or None
    notes = [note for note in getattr(error, "__notes__", ()) if not _is_dump(note)]

    if isinstance(error, DiagnosticException):
        if progress.pass_name is not None:
            notes.append(progress.activity)
        return Report(message, where, excerpt, tuple(notes))
    if isinstance(error, RecursionError):
        return Report(f"nested too deeply, {progress.activity}", where, excerpt)
    # The message of an assertion may be a whole module.
    what = shorten(f"{type(error).__name__}: {error}", _MAX_MESSAGE).rstrip(": ")
    if progress.parser is not None:
        # xDSL's parsers do not foresee all that can be wrong with their input.
        return Report(f"malformed input: {what}", where, excerpt, tuple(notes))
    notes.append("--debug shows the traceback")
    return Report(f"internal error {progress.activity}: {what}", where, excerpt, tuple(notes))


def _blamed(error: BaseException) -> tuple[Operation | None, str]:
    """
    The operation that an exception is about, and the message.

    Neither is part of the exception: the innermost call of `Operation.emit_error` in its
    traceback, or else of `Operation.verify`, knows.
    """
    text = _in_one_line(str(error)) or type(error).__name__
    emitted: tuple[Operation, str] | None = None
    verified: Operation | None = None
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code is Operation.emit_error.__code__:
            emitted = frame.f_locals["self"], frame.f_locals["message"]
        elif frame.f_code is Operation.verify.__code__:
            verified = frame.f_locals["self"]
    if emitted is None:
        return error.op if isinstance(error, AnalysisError) else verified, text
    op, message = emitted
    return op, _emitted_message(op, _in_one_line(message), text)


def _emitted_message(op: Operation, message: str, text: str) -> str:
    """One message out of the one for `emit_error` and that of its exception."""
    if message == f"Operation does not verify: {text}":
        return f"'{op.name}' does not verify: {text}"
    if message == f"Error while applying pattern: {text}":
        return text
    return message if text in message else f"{message}: {text}"


def _is_dump(note: str) -> bool:
    """Whether a note of an exception is the whole module, which `emit_error` puts there."""
    return note.endswith("\n")


def _in_one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())


def _location_of(op: Operation) -> Location | None:
    """Where the operation, or else the nearest one around it, was written."""
    ancestor: Operation | None = op
    while ancestor is not None:
        if (location := file_location(ancestor.location)) is not None:
            return location
        ancestor = ancestor.parent_op()
    return None


def _excerpt(where: Location, progress: Progress, width: int = 1) -> str:
    """The source line at `where`, with carets below; empty if there is nothing to show."""
    if where.file != progress.source_name or where.line > len(progress.source_lines):
        return ""
    line = progress.source_lines[where.line - 1].rstrip()
    if not line or where.col > len(line) + 1:
        return ""
    column = where.col - 1
    start = max(0, column - _MAX_EXCERPT // 2) if len(line) > _MAX_EXCERPT else 0
    shown = line[start : start + _MAX_EXCERPT]
    column -= start
    # Tabs are kept, so that the carets stand below their place whatever a tab's width.
    indent = "".join("\t" if char == "\t" else " " for char in shown[:column])
    return f"{shown}\n{indent}{'^' * max(1, min(width, len(shown) - column))}"
