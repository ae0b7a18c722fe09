"""Why buffers are live when they are: the accesses, and the loops that stretch them, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from usmp_dialect.dialects.usmp import BUFFER_INFO, BufferInfoAttr
from usmp_dialect.locations import file_location
from usmp_passes.analysis.buffer_info_analysis import Buffer, BufferInfoAnalysis
from usmp_passes.analysis.concurrency import ConcurrentLifetime
from usmp_passes.analysis.explanation import LifeOfBuffer, Witness, lives_of_buffers
from usmp_passes.analysis.io_lifetimes import Boundary
from usmp_passes.analysis.operation_names import operation_name
from usmp_passes.reporting.analysed_program import AnalysedProgram, analyse_program


@dataclass(frozen=True, slots=True)
class Place:
    """An operation of the program."""

    operation: str
    """Its name, as in `tir.store`."""

    file: str | None
    """`None` if it is not known where it is written; so are its line and column then."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class End:
    """Where the life of a buffer begins or ends."""

    access: Place
    function: str
    """The function the access is in."""

    boundary: Boundary | None
    """The end of the run where it is that, not the access."""

    loop: Place | None
    """The loop that makes the buffer live from its start, or to its end."""


@dataclass(frozen=True, slots=True)
class Life:
    """Why a buffer is live from where to where, in one activation of its function."""

    first: End
    last: End

    during: Place | None
    """For a buffer with slices: the concurrent loop during all of which it is live."""

    called: str | None
    """The function that allocates it, if that is called by `during`."""


def lives_of(module: ModuleOp, main: str | None = None) -> Mapping[str, Life]:
    """
    Why the buffers of a module are live when they are, by their names in its memory report.

    Raises `AnalysisError` as `memory_report` does.
    """
    return lives_in(analyse_program(module, main))


def lives_in(program: AnalysedProgram) -> Mapping[str, Life]:
    """The same for a program that has been analysed."""
    analysis = program.analysis
    return {
        _name_of(buffer): _life(analysis, buffer, life)
        for buffer, life in lives_of_buffers(analysis)
        if not buffer.is_constant
    }


def _name_of(buffer: Buffer) -> str:
    info = buffer.op.attributes.get(BUFFER_INFO)
    return info.data.name if isinstance(info, BufferInfoAttr) else buffer.name


def _life(analysis: BufferInfoAnalysis, buffer: Buffer, life: LifeOfBuffer) -> Life:
    during, called = _concurrent_loop_of(analysis, buffer)
    return Life(_end(life.first), _end(life.last), during, called)


def _concurrent_loop_of(
    analysis: BufferInfoAnalysis, buffer: Buffer
) -> tuple[Place | None, str | None]:
    if buffer.slices is None:
        return None, None
    assert buffer.local is not None
    lifetime = buffer.local.lifetime
    if isinstance(lifetime, ConcurrentLifetime):
        return _place(lifetime.loop.op), None
    for name, _, _ in analysis.lives_of(buffer):
        if name != buffer.function:
            return _place(analysis.timeline.summaries[name].op), buffer.function
    return None, None


def _end(witness: Witness) -> End:
    loop = None if witness.loop is None else _place(witness.loop, witness.loop_name)
    return End(_place(witness.op), witness.function, witness.boundary, loop)


def _place(op: Operation, name: str = "") -> Place:
    location = file_location(op.location)
    if location is None:
        return Place(name or operation_name(op), None, 0, 0)
    return Place(name or operation_name(op), location.file, location.line, location.col)
