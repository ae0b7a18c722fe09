"""Where the plan puts each buffer, and what the caller of a program must know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xdsl.dialects import memref
from xdsl.dialects.builtin import DictionaryAttr, IntegerAttr, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, BlockArgument

from usmp_dialect.buffer_type import size_bytes_of
from usmp_dialect.dialects.usmp import (
    ALLOCATED_SIZE,
    BUFFER,
    IO_POOL_ALLOCATIONS,
    POOL,
    REQUIRED_ALIGNMENT,
    Slices,
)
from usmp_dialect.pool_offset import PoolOffset, pool_offset_of
from usmp_dialect.targets.c.literals import comment_text
from usmp_dialect.targets.c.module_names import ModuleNames
from usmp_dialect.targets.c.program import CFunction, CProgram


@dataclass(frozen=True)
class PlacedBuffer:
    """A buffer that lies in a pool. Offset and size are in bytes."""

    name: str
    function: str
    pool: str
    byte_offset: int
    size_bytes: int
    """Of one slice."""

    slices: Slices | None = None

    @property
    def total_bytes(self) -> int:
        """What it takes of the pool, all its slices together."""
        return self.size_bytes if self.slices is None else self.slices.total_bytes(self.size_bytes)


def placed_buffers(program: CProgram) -> Iterator[PlacedBuffer]:
    """The buffers of a program that was converted to pools, in program order."""
    for function in program.functions.values():
        for op in function.op.walk():
            if isinstance(op, memref.ViewOp):
                name, pool = op.attributes.get(BUFFER), _pool_of(op, function, program)
                offset, size = pool_offset_of(op.byte_shift), size_bytes_of(op.result.type)
                if (
                    isinstance(name, StringAttr)
                    and pool
                    and offset is not None
                    and size is not None
                ):
                    slices = _slices_of(offset)
                    yield PlacedBuffer(
                        name.data, function.name, pool, offset.constant, size, slices
                    )


def _slices_of(offset: PoolOffset) -> Slices | None:
    if offset.number is None:
        return None
    return Slices(offset.number.threads.value.data, offset.stride_bytes)


def _pool_of(view: memref.ViewOp, function: CFunction, program: CProgram) -> str | None:
    source = view.source
    mark: Attribute | None = None
    if isinstance(source, BlockArgument):
        if source.block is function.block:
            mark = function.parameter_attributes(source.index).get(POOL)
    elif isinstance(source.owner, memref.GetGlobalOp):
        global_op = program.globals.get(source.owner.name_.root_reference.data)
        mark = None if global_op is None else global_op.attributes.get(POOL)
    return mark.root_reference.data if isinstance(mark, SymbolRefAttr) else None


def pool_macros(program: CProgram, names: ModuleNames) -> Iterator[str]:
    """The sizes and alignments of the pools that a plan uses, in bytes, as macros."""
    for pool in program.pools:
        size = pool.attributes.get(ALLOCATED_SIZE)
        if not isinstance(size, IntegerAttr):
            continue
        name = pool.sym_name.data
        yield f"/* Pool @{comment_text(name)}, in bytes. */"
        yield f"#define {names.macro(name, 'SIZE')} {size.value.data}"
        alignment = pool.attributes.get(REQUIRED_ALIGNMENT)
        if isinstance(alignment, IntegerAttr):
            yield f"#define {names.macro(name, 'ALIGNMENT')} {alignment.value.data}"


def map_comment(buffers: Sequence[PlacedBuffer]) -> Iterator[str]:
    """The table of the buffers, as a comment."""
    if not buffers:
        return
    rows = [("pool", "offset", "size", "buffer", "function")]
    rows += [
        (
            comment_text(buffer.pool),
            str(buffer.byte_offset),
            str(buffer.total_bytes),
            comment_text(buffer.name) + _slices_text(buffer),
            comment_text(buffer.function),
        )
        for buffer in sorted(buffers, key=lambda b: (b.pool, b.byte_offset))
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield "/* Where the buffers lie, in bytes:"
    yield " *"
    for pool, offset, size, name, function in rows:
        yield (
            f" *   {pool:<{widths[0]}}  {offset:>{widths[1]}}  {size:>{widths[2]}}"
            f"  {name:<{widths[3]}}  {function}"
        )
    yield " */"


def _slices_text(buffer: PlacedBuffer) -> str:
    slices = buffer.slices
    if slices is None:
        return ""
    return f" ({slices.count} slices of {buffer.size_bytes}, {slices.stride_bytes} apart)"


@dataclass(frozen=True)
class InputOrOutput:
    """The memory in a pool by which the program takes an input or gives an output."""

    name: str
    kind: str
    pool: str
    byte_offset: int
    size_bytes: int
    type: str


def inputs_and_outputs(program: CProgram) -> Iterator[InputOrOutput]:
    """What the module says of its inputs and outputs, in order."""
    records = program.module.attributes.get(IO_POOL_ALLOCATIONS)
    if not isinstance(records, DictionaryAttr):
        return
    for name, record in records.data.items():
        if not isinstance(record, DictionaryAttr):
            continue
        match record.data:
            case {
                "kind": StringAttr() as kind,
                "pool": SymbolRefAttr() as pool,
                "byte_offset": IntegerAttr() as offset,
                "size_bytes": IntegerAttr() as size,
                "type": type,
            }:
                yield InputOrOutput(
                    name,
                    kind.data,
                    pool.root_reference.data,
                    offset.value.data,
                    size.value.data,
                    str(type),
                )
            case _:
                pass


def io_macros(program: CProgram, names: ModuleNames) -> Iterator[str]:
    """The places of the inputs and outputs, as macros, and their addresses where C has them."""
    for item in inputs_and_outputs(program):
        pool = comment_text(item.pool)
        yield f"/* {item.kind} {comment_text(item.name)}: {comment_text(item.type)} in @{pool} */"
        yield f"#define {names.macro(item.name, 'OFFSET')} {item.byte_offset}"
        yield f"#define {names.macro(item.name, 'SIZE')} {item.size_bytes}"


def pool_global(program: CProgram, names: ModuleNames, pool: str) -> str | None:
    """The C array that is the memory of a pool that can be written, if the file has one."""
    for symbol, op in program.globals.items():
        mark = op.attributes.get(POOL)
        if (
            isinstance(mark, SymbolRefAttr)
            and mark.root_reference.data == pool
            and op.constant is None
        ):
            return names.globals.get(symbol)
    return None
