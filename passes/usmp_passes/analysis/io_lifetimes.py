"""
The lives of the inputs and outputs of a program that are allocations, as `usmp.io` says.

The caller of the entry function writes its inputs before the run and reads its outputs after it, so
that an access by the program is not where their lives begin and end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Attribute, Operation

from usmp_dialect.dialects.usmp import IO
from usmp_dialect.program import Function, fail
from usmp_passes.analysis.function_summary import FunctionSummary, Lifetime, LocalBuffer
from usmp_passes.analysis.walk_records import Access

if TYPE_CHECKING:
    from usmp_passes.analysis.buffer_info_analysis import Buffer

IOKind = Literal["input", "output", "inout"]
"""
Whether the caller writes a buffer before the run and reads it no more, reads it after the run, or
does both.
"""

IO_KIND_NAMES: Mapping[IOKind, str] = {
    "input": "an input",
    "output": "an output",
    "inout": "an input and output",
}
"""What messages call a buffer of each kind."""

_KIND_OF: Mapping[Attribute, IOKind] = {StringAttr(kind): kind for kind in IO_KIND_NAMES}

Boundary = Literal["start", "end"]
"""An end of the run of a program."""


@dataclass(frozen=True, slots=True)
class IOLifetime(Lifetime):
    """
    The lifetime of an input or output. If the program does not access it, the first and the last
    access are its allocation.
    """

    kind: IOKind

    begins_at: Boundary | None
    """The end of the run at which its life begins, `None` if it begins with an access."""

    ends_at: Boundary | None
    """The end of the run at which its life ends, `None` if it ends with an access."""


def io_kind_of(op: Operation) -> IOKind | None:
    """
    What a buffer is to the caller of the program, given its allocation; `None` if it is scratch
    memory.

    Raises `AnalysisError` if `usmp.io` is none of the kinds there are.
    """
    attribute = op.attributes.get(IO)
    if attribute is None:
        return None
    kind = _KIND_OF.get(attribute)
    if kind is None:
        fail(op, f'a buffer has {IO} = {attribute}, expected "input", "output" or "inout"')
    return kind


def widen_io_lifetimes(
    buffers: Sequence[Buffer], entries: Sequence[Function], summaries: Mapping[str, FunctionSummary]
) -> None:
    """
    Makes inputs live from the start of the run, outputs to its end. An input that is not accessed
    is live at the start, an output at the end.

    Raises `AnalysisError` if one is not allocated by the entry function itself, outside of loops
    and conditions, or if no plan may place it: as it is no parameter, its caller has no other way
    to reach it.
    """
    for buffer in buffers:
        if IO not in buffer.op.attributes:
            continue
        kind = io_kind_of(buffer.op)
        assert kind is not None
        _check_place(buffer, kind, entries)
        local, function = buffer.local, buffer.function
        assert local is not None
        assert function is not None
        end_of_run = summaries[function].length - 1
        buffer.local = LocalBuffer(
            local.op,
            local.value,
            local.loop,
            _io_lifetime(local, kind, end_of_run),
            local.escape,
            local.traffic_bytes,
        )


def _check_place(buffer: Buffer, kind: IOKind, entries: Sequence[Function]) -> None:
    what = f"buffer '{buffer.name}' is {IO_KIND_NAMES[kind]} of the program"
    entry = next((entry for entry in entries if entry.name == buffer.function), None)
    if entry is None:
        names = " or ".join(f"@{entry.name}" for entry in entries)
        fail(buffer.op, f"{what}, but not allocated in its entry function, {names}: move it there")
    if len(entries) > 1:
        names = " and ".join(f"@{entry.name}" for entry in entries)
        fail(
            buffer.op,
            f"{what}, which starts with {names}: name one entry function with the option main",
        )
    if buffer.op.parent is not entry.body.first_block:
        fail(
            buffer.op,
            f"{what}, but not in the first block of @{entry.name}: "
            "move it to the start of the function",
        )
    if buffer.is_constant:
        fail(buffer.op, f"{what}, but constant: drop {IO}, or copy it to an output")
    if buffer.not_planned is not None:
        fail(
            buffer.op,
            f"{what}, so that it must be in a pool, but no plan may place it: {buffer.not_planned}",
        )


def _io_lifetime(local: LocalBuffer, kind: IOKind, end_of_run: int) -> IOLifetime:
    is_input, is_output = kind != "output", kind != "input"
    accessed = local.lifetime
    if accessed is None:
        start, end = (0 if is_input else end_of_run), (end_of_run if is_output else 0)
        allocation = Access(start, -1, local.loop, local.op, None)
        return IOLifetime(
            allocation,
            allocation,
            None,
            None,
            start,
            end,
            kind,
            "start" if is_input else "end",
            "end" if is_output else "start",
        )
    return IOLifetime(
        accessed.first,
        accessed.last,
        None if is_input else accessed.first_loop,
        None if is_output else accessed.last_loop,
        0 if is_input else accessed.start,
        end_of_run if is_output else accessed.end,
        kind,
        "start" if is_input else None,
        "end" if is_output else None,
    )
