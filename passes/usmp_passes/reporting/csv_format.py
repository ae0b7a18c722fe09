"""A memory report as a table in CSV, with a row for each buffer."""

from __future__ import annotations

import csv
import json
from io import StringIO

from usmp_passes.reporting.model import BufferReport, MemoryReport, NotPlanned

_COLUMNS = (
    "pool",
    "name",
    "function",
    "size_bytes",
    "alignment",
    "byte_offset",
    "live",
    "traffic_bytes",
    "io",
    "constant",
    "slices",
    "slice_stride_bytes",
    "saved_if_gone_bytes",
    "location",
    "not_planned",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or for blanks before one."""


def report_csv(report: MemoryReport) -> str:
    """
    The buffers of the report: those in pools, those without a place, and those not planned, each in
    program order. Text is quoted, and numbers are not. `live` is a JSON list of closed ranges.

    A text with which a formula could begin has an apostrophe before it, so that a spreadsheet shows
    it and does not compute it; JSON has names as they are.
    """
    output = StringIO()
    writer = csv.writer(output, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for buffer in report.buffers:
        writer.writerow(map(_cell, _row(buffer)))
    for not_planned in report.not_planned:
        writer.writerow(map(_cell, _row_not_planned(not_planned)))
    return output.getvalue()


def _row(buffer: BufferReport) -> tuple[str | int | None, ...]:
    slices = buffer.slices
    return (
        buffer.pool,
        buffer.name,
        buffer.function,
        buffer.size_bytes,
        buffer.alignment,
        buffer.byte_offset,
        None if buffer.live is None else json.dumps(buffer.live),
        buffer.traffic_bytes,
        buffer.io,
        "true" if buffer.constant else "false",
        None if slices is None else slices.count,
        None if slices is None else slices.stride_bytes,
        buffer.saved_if_gone_bytes,
        buffer.location,
        None,
    )


def _row_not_planned(buffer: NotPlanned) -> tuple[str | int | None, ...]:
    known = {
        "name": buffer.name,
        "function": buffer.function,
        "size_bytes": buffer.size_bytes,
        "location": buffer.location,
        "not_planned": buffer.reason,
    }
    return tuple(known.get(column) for column in _COLUMNS)


def _cell(value: str | int | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
