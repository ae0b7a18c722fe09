"""
Prints what the analysis found out about the buffers of a module: `demo.py FILE`.

The file is the output of `usmp-extract-buffer-info`; all that is printed is read from its
attributes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_dialect.dialects.usmp import (
    BUFFER_INFO,
    MEMORY_PRESSURE,
    NOT_PLANNED,
    BufferInfo,
    BufferInfoAttr,
)


def read_module(path: Path) -> ModuleOp:
    """The module in a file, of any dialects that are installed."""
    context = Context()
    for name, dialect in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, dialect)
    return Parser(context, path.read_text(encoding="utf-8"), str(path)).parse_module()


def buffer_infos(module: ModuleOp) -> list[BufferInfo]:
    """What is attached to the buffers that a plan may place, in program order."""
    attributes = (op.attributes.get(BUFFER_INFO) for op in module.walk())
    return [attribute.data for attribute in attributes if isinstance(attribute, BufferInfoAttr)]


def reasons(module: ModuleOp) -> Iterator[str]:
    """Why the other buffers are left alone."""
    for op in module.walk():
        reason = op.attributes.get(NOT_PLANNED)
        if isinstance(reason, StringAttr):
            yield reason.data


def memory_pressure(module: ModuleOp) -> int:
    """The most bytes live at one point of a run of any entry function."""
    pressures = (op.attributes.get(MEMORY_PRESSURE) for op in module.ops)
    return max((p.value.data for p in pressures if isinstance(p, IntegerAttr)), default=0)


def table(infos: list[BufferInfo]) -> Iterator[str]:
    """A line for each buffer, the largest first."""
    yield f"{'buffer':<16} {'bytes':>9}  {'live at program points':<24} {'conflicts':>9}"
    for info in sorted(infos, key=lambda info: (-info.size_bytes, info.name)):
        live = ", ".join(f"{first}-{last}" for first, last in info.live or ())
        yield f"{info.name:<16} {info.size_bytes:>9,}  {live:<24} {len(info.conflicts or ()):>9}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    module = read_module(parser.parse_args().file)
    infos = buffer_infos(module)
    total = sum(info.size_bytes for info in infos)
    pressure = memory_pressure(module)
    print("\n".join(table(infos)))
    for reason in reasons(module):
        print(f"not planned: {reason}")
    print()
    print(f"{len(infos)} buffers, {total} bytes if each had memory of its own")
    share = 100 * pressure / max(total, 1)
    print(f"memory pressure {pressure}: no plan can use fewer bytes, {share:.0f}% of that")


if __name__ == "__main__":
    main()
