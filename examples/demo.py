"""
Prints where the buffers of a module lie, and writes its report and memory map: `demo.py FILE`.

The file is the output of `usmp-plan-memory`; all that is printed is read from its attributes. The
report, in JSON, and the map, a page for a browser, are written beside it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    BUFFER_INFO,
    LOWER_BOUND,
    NOT_PLANNED,
    POOL_ALLOCATION,
    BufferInfo,
    BufferInfoAttr,
    PoolAllocationAttr,
    PoolOp,
)
from usmp_passes.reporting import memory_report
from usmp_passes.reporting.json_format import report_json
from usmp_passes.reporting.memory_map import MissingLibraryError, lives_of, write_memory_map

Placed = tuple[BufferInfo, PoolAllocationAttr]


def read_module(path: Path) -> ModuleOp:
    """The module in a file, of any dialects that are installed."""
    context = Context()
    for name, dialect in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, dialect)
    return Parser(context, path.read_text(encoding="utf-8"), str(path)).parse_module()


def placed_buffers(module: ModuleOp) -> Iterator[Placed]:
    """What is known of each buffer, and where it lies, in program order."""
    for op in module.walk():
        info, place = op.attributes.get(BUFFER_INFO), op.attributes.get(POOL_ALLOCATION)
        if isinstance(info, BufferInfoAttr) and isinstance(place, PoolAllocationAttr):
            yield info.data, place


def reasons(module: ModuleOp) -> Iterator[str]:
    """Why the other buffers are left alone."""
    for op in module.walk():
        reason = op.attributes.get(NOT_PLANNED)
        if isinstance(reason, StringAttr):
            yield reason.data


def table(buffers: Sequence[Placed]) -> Iterator[str]:
    """A line for each buffer, by its place."""
    yield f"{'buffer':<16} {'offset':>9} {'bytes':>9}  {'live at program points':<24}"
    for info, place in sorted(
        buffers, key=lambda b: (b[1].pool.root_reference.data, b[1].byte_offset.data, b[0].name)
    ):
        live = ", ".join(f"{first}-{last}" for first, last in info.live or ())
        yield f"{info.name:<16} {place.byte_offset.data:>9,} {info.size_bytes:>9,}  {live:<24}"


def number(op: Operation, name: str) -> int:
    """An attribute of a pool, in bytes."""
    attribute = op.attributes[name]
    assert isinstance(attribute, IntegerAttr)
    return attribute.value.data


def summary(pool: PoolOp, total: int) -> str:
    """How much of a pool is used, and how good that is."""
    size, bound = number(pool, ALLOCATED_SIZE), number(pool, LOWER_BOUND)
    proof = "no plan can use fewer" if size == bound else f"{size - bound} above the lower bound"
    share = 100 * size / max(total, 1)
    return f"pool @{pool.sym_name.data}: {size} bytes, {share:.0f}% of that; {proof}"


def write_report(module: ModuleOp, planned: Path) -> Iterator[str]:
    """Writes what is known of the plan beside its file, and says where."""
    report = memory_report(module)
    path = planned.with_name(f"{planned.stem}_report.json")
    path.write_text(report_json(report), encoding="utf-8")
    yield f"report: {path}"
    path = planned.with_name(f"{planned.stem}_map.html")
    try:
        write_memory_map(report, path, lives_of(module))
    except MissingLibraryError as error:
        yield f"no memory map: {error}"
    else:
        yield f"memory map: {path}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    path: Path = parser.parse_args().file
    module = read_module(path)
    buffers = list(placed_buffers(module))
    total = sum(info.size_bytes for info, _ in buffers)
    print("\n".join(table(buffers)))
    for reason in reasons(module):
        print(f"not planned: {reason}")
    print()
    print(f"{len(buffers)} buffers, {total} bytes if each had memory of its own")
    for pool in module.ops:
        if isinstance(pool, PoolOp):
            print(summary(pool, total))
    print("\n".join(write_report(module, path)))


if __name__ == "__main__":
    main()
