"""Buffers in C: where they are, views of them, and access to their elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xdsl.dialects import memref
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    DenseArrayBase,
    DenseIntOrFPElementsAttr,
    IntegerAttr,
    IntegerType,
    MemRefType,
    NoneAttr,
    StridedLayoutAttr,
    StringAttr,
    UnrealizedConversionCastOp,
)
from xdsl.ir import Attribute, Operation, SSAValue

from usmp_dialect.buffer_type import (
    DEFAULT_ALIGNMENT,
    allocated_bytes_of,
    element_size_bytes,
    has_identity_layout,
    strided_layout_of,
)
from usmp_dialect.constant_bytes import memory_bytes_of
from usmp_dialect.dialects import tir
from usmp_dialect.dialects.usmp import BUFFER
from usmp_dialect.program import fail
from usmp_dialect.targets.c.buffers import (
    Buffer,
    Extent,
    buffer_at,
    product_of,
    row_major_strides,
)
from usmp_dialect.targets.c.function_printer import (
    FunctionPrinter,
    buffer_type_of,
    scalar_type_of,
)
from usmp_dialect.targets.c.literals import bytes_initializer, comment_text
from usmp_dialect.targets.c.module_names import Handler
from usmp_dialect.targets.c.scalar_types import FloatScalar, IntegerScalar, Scalar

ALIGNAS = "USMP_ALIGNAS"
"""The macro that aligns a variable."""


# Allocation


def _allocate(p: FunctionPrinter, op: tir.AllocateOp | memref.AllocOp | memref.AllocaOp) -> None:
    value = op.results[0]
    type = buffer_type_of(op, value.type)
    symbols = op.symbol_operands if not isinstance(op, tir.AllocateOp) else ()
    if symbols:
        fail(op, "the C target prints no buffers whose layout has symbols")
    sizes = _constant_sizes(p, op, type, op.dynamic_sizes)
    size, first = _place_in_allocation(type, sizes)
    if size is None:
        fail(
            op,
            f"the size of {_what(op)} is not known before the program runs, and C code without "
            "an allocator has no room for it: give it a static shape",
        )
    _check_life(p, op, value)
    storage = "" if p.is_concurrent else "static "
    name = p.named(_buffer_name(op))
    p.declare_array(name, f"{storage}{ALIGNAS}({_alignment(op)}) uint8_t {name}[{max(size, 1)}];")
    pointer = p.define_buffer(value, f"{name} + {first}") if first else name
    p.bind_buffer(value, buffer_at(pointer, type, sizes))


def _place_in_allocation(type: MemRefType, sizes: Sequence[Extent]) -> tuple[int | None, int]:
    """The bytes of a buffer, `None` if they are not known, and how many are before its elements."""
    if has_identity_layout(type):
        return buffer_at("", type, sizes).size_bytes, 0
    size, layout = allocated_bytes_of(type), strided_layout_of(type)
    element = element_size_bytes(type.element_type)
    return size, layout.offset * element if size and layout and element else 0


def _constant_sizes(
    p: FunctionPrinter, op: Operation, type: MemRefType, sizes: Sequence[SSAValue]
) -> list[Extent]:
    given: list[Extent] = [p.constant(size) for size in sizes]
    dynamic = type.get_shape().count(DYNAMIC_INDEX)
    return given + [None] * (dynamic - len(given))


def _check_life(p: FunctionPrinter, op: Operation, value: SSAValue) -> None:
    aliases = p.function.aliases
    if aliases.outlives_iteration(value, p.loop_depth):
        fail(
            op,
            f"{_what(op)} is used after the function returns, or in the next iteration of a loop "
            "that it is allocated in, so that it would have to be new each time: allocate it "
            "outside, or pass it as a parameter",
        )
    if p.is_concurrent and aliases.outlives_region(value, p.region_depth):
        fail(
            op,
            f"{_what(op)} is allocated under a concurrent loop, and used outside of the region "
            "that it is allocated in: allocate it at the start of the loop",
        )


def _allocate_const(p: FunctionPrinter, op: tir.AllocateConstOp) -> None:
    type = buffer_type_of(op, op.buffer.type)
    data = _data_of(p, op, op.value)
    name = p.named(_buffer_name(op))
    first, *rest = bytes_initializer(data, p.indent)
    declaration = f"static const {ALIGNAS}({_alignment(op)}) uint8_t {name}[{max(len(data), 1)}]"
    p.line(f"{declaration} = {first}")
    p.lines.extend(rest)
    p.bind_buffer(op.buffer, buffer_at(_writable(p, op.buffer, name), type))


def _data_of(p: FunctionPrinter, op: Operation, value: DenseIntOrFPElementsAttr) -> bytes:
    p.module.has_constant_data = True
    return constant_data(op, value)


def constant_data(op: Operation, value: DenseIntOrFPElementsAttr) -> bytes:
    """The bytes of constant data. Raises `AnalysisError` if they are not known."""
    try:
        return memory_bytes_of(value)
    except ValueError as error:
        fail(op, f"the data of {op.name} cannot be written: {error}")


def _writable(p: FunctionPrinter, value: SSAValue, name: str) -> str:
    """The address of constant data, for a value that C takes for one that is written."""
    return f"(uint8_t *){name}" if p.is_written(value) else name


def _alignment(op: Operation) -> int:
    alignment = op.get_attr_or_prop("alignment")
    given = alignment.value.data if isinstance(alignment, IntegerAttr) else 0
    return given or DEFAULT_ALIGNMENT


def _buffer_name(op: Operation) -> str:
    name = op.get_attr_or_prop("buffer_name") or op.attributes.get(BUFFER)
    if isinstance(name, StringAttr):
        return name.data
    return op.results[0].name_hint or "buffer"


def _what(op: Operation) -> str:
    return f"buffer '{_buffer_name(op)}'"


def _lookup_param(p: FunctionPrinter, op: tir.LookupParamOp) -> None:
    name = p.module.parameters[op.param_name.data]
    type = buffer_type_of(op, op.buffer.type)
    p.bind_buffer(op.buffer, buffer_at(_writable(p, op.buffer, name), type))


def _get_global(p: FunctionPrinter, op: memref.GetGlobalOp) -> None:
    symbol = op.name_.root_reference.data
    name = p.module.globals.get(symbol)
    if name is None:
        fail(op, f"the module has no global @{symbol}")
    is_constant = p.module.program.globals[symbol].constant is not None
    pointer = _writable(p, op.memref, name) if is_constant else name
    p.bind_buffer(op.memref, buffer_at(pointer, buffer_type_of(op, op.memref.type)))


def _deallocate(_p: FunctionPrinter, _op: memref.DeallocOp) -> None:
    """Nothing was allocated."""


# Views


def _view(p: FunctionPrinter, op: memref.ViewOp) -> None:
    type = buffer_type_of(op, op.result.type)
    sizes = [_extent(p, size) for size in op.sizes]
    shift = p.constant(op.byte_shift)
    pointer = p.pointer(op.source)
    if shift is None:
        pointer = f"{pointer} + {p.name(op.byte_shift)}"
    elif shift:
        pointer = f"{pointer} + {shift}"
    if _is_place_for_writing(p, op):
        pointer = p.helpers.call("usmp_place", pointer)
    name = p.define_buffer(op.result, pointer, _view_comment(op, type))
    p.bind_buffer(op.result, buffer_at(name, type, sizes))


def _is_place_for_writing(p: FunctionPrinter, op: memref.ViewOp) -> bool:
    """Whether a view is a buffer in a pool, and neither a constant nor only read."""
    if BUFFER not in op.attributes or not p.is_written(op.result):
        return False
    pool = op.source.owner
    if not isinstance(pool, memref.GetGlobalOp):
        return True
    return p.module.program.globals[pool.name_.root_reference.data].constant is None


def _view_comment(op: memref.ViewOp, type: MemRefType) -> str:
    name = op.attributes.get(BUFFER)
    return f"/* {comment_text(name.data)}: {type} */" if isinstance(name, StringAttr) else ""


def _extent(p: FunctionPrinter, value: SSAValue) -> int | str:
    constant = p.constant(value)
    return p.name(value) if constant is None else constant


def _list_of(
    p: FunctionPrinter, static: DenseArrayBase[IntegerType], dynamic: Sequence[SSAValue]
) -> list[Extent]:
    """The numbers of a list of which some are operands."""
    values = iter(dynamic)
    return [
        _extent(p, next(values)) if number == DYNAMIC_INDEX else int(number)
        for number in static.get_values()
    ]


def _subview(p: FunctionPrinter, op: memref.SubviewOp) -> None:
    source = p.buffer(op.source)
    type = buffer_type_of(op, op.result.type)
    offsets = _list_of(p, op.static_offsets, op.offsets)
    sizes = _list_of(p, op.static_sizes, op.sizes)
    steps = _list_of(p, op.static_strides, op.strides)
    strides = [product_of(step, stride) for step, stride in zip(steps, source.strides, strict=True)]
    kept = _kept_dimensions(type, sizes, strides)
    if kept is None:
        fail(op, f"the C target finds no dimensions of the view for those of {type}")
    offset = _offset_in_bytes(p, op, source, offsets)
    pointer = p.pointer(op.source)
    if offset != "0":
        pointer = p.define_buffer(op.result, f"{pointer} + {offset}")
    p.bind_buffer(
        op.result,
        Buffer(
            pointer,
            type.element_type,
            tuple(sizes[number] for number in kept),
            tuple(strides[number] for number in kept),
            source.origin,
        ),
    )


def _kept_dimensions(
    type: MemRefType, sizes: Sequence[Extent], strides: Sequence[Extent]
) -> list[int] | None:
    """Which dimensions of a view its type has: those of one element may be left out."""
    shape = type.get_shape()
    layout = type.layout
    wanted: list[int | None] = [None] * len(shape)
    if isinstance(layout, StridedLayoutAttr):
        wanted = [None if isinstance(s, NoneAttr) else s.data for s in layout.strides]
    kept: list[int] = []
    spare = len(sizes) - len(shape)
    for number, (size, stride) in enumerate(zip(sizes, strides, strict=True)):
        at = len(kept)
        fits = at < len(shape) and (
            shape[at] == DYNAMIC_INDEX or not isinstance(size, int) or shape[at] == size
        )
        if fits and spare and size == 1:
            # Of several dimensions of one element the strides tell which is meant.
            fits = wanted[at] is None or not isinstance(stride, int) or wanted[at] == stride
        if fits:
            kept.append(number)
        elif size == 1 and spare:
            spare -= 1
        else:
            return None
    return kept if len(kept) == len(shape) else None


def _reinterpret_cast(p: FunctionPrinter, op: memref.ReinterpretCastOp) -> None:
    source = p.buffer(op.source)
    type = buffer_type_of(op, op.result.type)
    if source.origin is None:
        fail(
            op,
            f"the C target does not know where offsets in {op.source.type} count from: "
            "reinterpret the buffer that it is a view of",
        )
    (offset,) = _list_of(p, op.static_offsets, op.offsets)
    size = _element_size(op, type.element_type)
    pointer = p.used(source.origin)
    shift = product_of(offset, size)
    if shift != 0:
        pointer = p.define_buffer(op.result, f"{pointer} + {shift}")
    p.bind_buffer(
        op.result,
        Buffer(
            pointer,
            type.element_type,
            tuple(_list_of(p, op.static_sizes, op.sizes)),
            tuple(_list_of(p, op.static_strides, op.strides)),
            source.origin,
        ),
    )


def _cast(p: FunctionPrinter, op: memref.CastOp | memref.MemorySpaceCastOp) -> None:
    source = p.buffer(op.source)
    type = buffer_type_of(op, op.dest.type)
    target = buffer_at(source.pointer, type)
    if len(target.sizes) != len(source.sizes):
        fail(op, f"the C target prints no cast of {op.source.type} to {type}")
    p.bind_buffer(
        op.dest,
        Buffer(
            source.pointer,
            type.element_type,
            tuple(map(_known, target.sizes, source.sizes)),
            tuple(map(_known, target.strides, source.strides)),
            source.origin or target.origin,
        ),
    )


def _known(new: Extent, old: Extent) -> Extent:
    """What two types say of the same number."""
    return new if isinstance(new, int) or old is None else old


def _reshape(p: FunctionPrinter, op: memref.CollapseShapeOp | memref.ExpandShapeOp) -> None:
    source = p.buffer(op.src)
    type = buffer_type_of(op, op.result.type)
    target = buffer_at(source.pointer, type)
    if not source.is_contiguous or target.size_bytes is None or not target.is_contiguous:
        fail(op, f"the C target prints {op.name} for static shapes without gaps only")
    p.bind_buffer(op.result, target)


def _unrealized_cast(p: FunctionPrinter, op: UnrealizedConversionCastOp) -> None:
    """The address of a buffer, for one of another type, as a call would pass it."""
    if len(op.inputs) != 1 or len(op.outputs) != 1 or not isinstance(op.inputs[0].type, MemRefType):
        fail(op, f"the C target prints {op.name} from one memref to another only")
    type = buffer_type_of(op, op.outputs[0].type)
    p.bind_buffer(op.outputs[0], buffer_at(p.buffer(op.inputs[0]).pointer, type))


def _dim(p: FunctionPrinter, op: memref.DimOp) -> None:
    sizes = p.buffer(op.source).sizes
    number = p.constant(op.index)
    if number is None:
        fail(op, "the C target prints memref.dim for a constant dimension only")
    if number >= len(sizes):
        fail(op, f"{op.source.type} has no dimension {number}")
    size = sizes[number]
    if size is None:
        fail(
            op,
            f"the C target does not know dimension {number} of {op.source.type}: a buffer is "
            "passed to a function as an address; pass its extent as an index",
        )
    if isinstance(size, int):
        p.bind_constant(op.result, size)
    else:
        p.define(op.result, p.used(size))


def _rank(p: FunctionPrinter, op: memref.RankOp) -> None:
    p.bind_constant(op.rank, len(p.buffer(op.source).sizes))


def _pointer_as_index(p: FunctionPrinter, op: memref.ExtractAlignedPointerAsIndexOp) -> None:
    origin = p.buffer(op.source).origin
    if origin is None:
        fail(op, f"the C target does not know where {op.source.type} begins")
    p.define(op.aligned_pointer, f"(usmp_index)(uintptr_t){p.used(origin)}")


# Access


def _load(p: FunctionPrinter, op: tir.LoadOp | memref.LoadOp) -> None:
    value, result = op.operands[0], op.results[0]
    scalar = scalar_type_of(op, result.type)
    buffer = p.buffer(value)
    _element_size(op, buffer.element)
    pointer, index = p.pointer(value), _element_index(p, op, buffer, op.indices)
    p.define(result, _load_expression(p, scalar, pointer, index))


def _load_expression(p: FunctionPrinter, scalar: Scalar, pointer: str, index: str) -> str:
    if isinstance(scalar, FloatScalar):
        return p.helpers.call(f"usmp_load_f{scalar.width}", pointer, index)
    if scalar.is_index:
        return f"(usmp_index){p.helpers.call('usmp_load_index', pointer, index)}"
    if scalar.storage_bits == 8:
        element = f"{_indexed(pointer)}[{index}]"
        return element if scalar.is_whole else f"{element} & {scalar.mask}"
    element = p.helpers.call(f"usmp_load_u{scalar.storage_bits}", pointer, index)
    return scalar.wrap(element) if not scalar.is_whole else element


def _store(p: FunctionPrinter, op: tir.StoreOp | memref.StoreOp) -> None:
    element, value = op.operands[0], op.operands[1]
    scalar = scalar_type_of(op, element.type)
    buffer = p.buffer(value)
    _element_size(op, buffer.element)
    index, number = _element_index(p, op, buffer, op.indices), p.number(element)
    if isinstance(scalar, IntegerScalar) and scalar.storage_bits == 8:
        pointer = p.assigned(buffer.pointer)
        p.line(f"{_indexed(pointer)}[{index}] = {number};")
        return
    if isinstance(scalar, IntegerScalar) and scalar.is_index:
        number = f"(uint64_t)(usmp_sindex){p.typed(element)}"
    kind = "f" if isinstance(scalar, FloatScalar) else "u"
    width = scalar.width if isinstance(scalar, FloatScalar) else scalar.storage_bits
    p.line(f"{p.helpers.call(f'usmp_store_{kind}{width}', p.pointer(value), index, number)};")


def _indexed(pointer: str) -> str:
    return f"({pointer})" if pointer.startswith("(") else pointer


def _element_size(op: Operation, element: Attribute) -> int:
    """The bytes of an element, for types that C can hold. Raises `AnalysisError` for others."""
    scalar = scalar_type_of(op, element)
    if isinstance(scalar, FloatScalar):
        return scalar.width // 8
    return IntegerScalar(scalar.width).storage_bits // 8


def _element_index(
    p: FunctionPrinter, op: Operation, buffer: Buffer, indices: Sequence[SSAValue]
) -> str:
    """How many elements an element is from the first."""
    return _linear(p, op, buffer, [_extent(p, index) for index in indices], 1)


def _offset_in_bytes(
    p: FunctionPrinter, op: Operation, buffer: Buffer, offsets: Sequence[Extent]
) -> str:
    return _linear(p, op, buffer, offsets, _element_size(op, buffer.element))


def _linear(
    p: FunctionPrinter, op: Operation, buffer: Buffer, indices: Sequence[Extent], scale: int
) -> str:
    terms: list[str] = []
    constant = 0
    is_negative = False
    for index, stride in zip(indices, buffer.strides, strict=True):
        if index == 0:
            continue
        if stride is None:
            fail(
                op,
                f"the C target does not know how far the elements of {_spelled(op)} are apart: "
                "give it a static shape and layout",
            )
        factor = product_of(stride, scale)
        is_negative |= isinstance(stride, int) and stride < 0
        if isinstance(index, int) and isinstance(factor, int):
            constant += (
                p.integer(op.operands[0]).signed_value(index) * factor
                if index >> 63
                else (index * factor)
            )
        elif isinstance(factor, int) and isinstance(index, str):
            terms.append(_term(p.used(index), factor))
        else:
            assert factor is not None
            terms.append(" * ".join(p.used(str(part)) for part in (index, factor)))
    if constant or not terms:
        terms.append(str(constant) if abs(constant) < 2**31 else f"INT64_C({constant})")
        is_negative |= constant < 0
    total = " + ".join(terms)
    return f"(usmp_sindex)({total})" if is_negative and len(terms) > 1 else total


def _term(index: str, factor: int) -> str:
    if factor < 0:
        return f"(usmp_index)({factor}) * {index}"
    return index if factor == 1 else f"{index} * {factor}"


def _spelled(op: Operation) -> str:
    return str(next(v.type for v in op.operands if isinstance(v.type, MemRefType)))


def _copy(p: FunctionPrinter, op: memref.CopyOp) -> None:
    source, target = p.buffer(op.source), p.buffer(op.destination)
    sizes = tuple(map(_known, source.sizes, target.sizes))
    if any(size is None for size in sizes):
        fail(
            op,
            f"the C target does not know how many elements {op.source.type} has: a buffer is "
            "passed to a function as an address; give it a static shape",
        )
    element_size = _element_size(op, source.element)
    pointers = p.pointer(op.destination), p.pointer(op.source)
    whole = row_major_strides(sizes)
    if source.strides == whole and target.strides == whole:
        count: Extent = element_size
        for size in sizes:
            count = product_of(count, size)
        if count != 0:
            p.line(f"memmove({pointers[0]}, {pointers[1]}, {_size(p, count)});")
        return
    _copy_elements(p, op, source, target, sizes, element_size)


def _size(p: FunctionPrinter, count: Extent) -> str:
    return str(count) if isinstance(count, int) else f"(size_t){p.used(str(count))}"


def _copy_elements(
    p: FunctionPrinter,
    op: memref.CopyOp,
    source: Buffer,
    target: Buffer,
    sizes: Sequence[Extent],
    element_size: int,
) -> None:
    indices: list[Extent] = []

    def loops(rest: Iterator[Extent]) -> None:
        size = next(rest, None)
        if size is None:
            to = _linear(p, op, target, indices, element_size)
            start = _linear(p, op, source, indices, element_size)
            p.line(
                f"memmove({p.pointer(op.destination)} + {to}, "
                f"{p.pointer(op.source)} + {start}, {element_size});"
            )
            return
        if size == 0:
            return
        index = p.named("i")
        indices.append(index)
        with p.braces(f"for (usmp_index {index} = 0; {index} < {size}; ++{index})"):
            loops(rest)

    with p.braces(""):
        loops(iter(sizes))


HANDLERS: dict[type[Operation], Handler] = {
    UnrealizedConversionCastOp: _unrealized_cast,
    memref.AllocOp: _allocate,
    memref.AllocaOp: _allocate,
    memref.CastOp: _cast,
    memref.CollapseShapeOp: _reshape,
    memref.CopyOp: _copy,
    memref.DeallocOp: _deallocate,
    memref.DimOp: _dim,
    memref.ExpandShapeOp: _reshape,
    memref.ExtractAlignedPointerAsIndexOp: _pointer_as_index,
    memref.GetGlobalOp: _get_global,
    memref.LoadOp: _load,
    memref.MemorySpaceCastOp: _cast,
    memref.RankOp: _rank,
    memref.ReinterpretCastOp: _reinterpret_cast,
    memref.StoreOp: _store,
    memref.SubviewOp: _subview,
    memref.ViewOp: _view,
    tir.AllocateConstOp: _allocate_const,
    tir.AllocateOp: _allocate,
    tir.LoadOp: _load,
    tir.LookupParamOp: _lookup_param,
    tir.StoreOp: _store,
}
