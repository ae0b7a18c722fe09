"""Pointers, subscripts, loads and stores."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from xdsl.dialects import arith, memref, vector
from xdsl.dialects.builtin import VectorType
from xdsl.ir import SSAValue

from usmp_dialect.dialects.tir import LoadOp, StoreOp
from usmp_dialect.frontends.tvmscript.arithmetic import (
    as_index,
    binary,
    cast_to,
    exact,
    from_lanes,
    lanes_of,
    typed_constant,
)
from usmp_dialect.frontends.tvmscript.context import Address, FunctionContext
from usmp_dialect.frontends.tvmscript.dtypes import INT32, DType
from usmp_dialect.frontends.tvmscript.values import (
    Broadcast,
    Buffer,
    Computed,
    Constant,
    Number,
    Pointer,
    Ramp,
    Scalar,
    Value,
)

ZERO = Constant(0, INT32)
ONE = Constant(1, INT32)


# Pointers


def retyped(context: FunctionContext, node: ast.expr, pointer: Pointer, dtype: DType) -> Pointer:
    """The same address, of elements of another type (one lane)."""
    if pointer.dtype == dtype:
        return pointer
    old, new = pointer.dtype.size_bytes, dtype.size_bytes
    offset = pointer.offset
    if isinstance(offset, Constant) and int(offset.value) * old % new == 0:
        return Pointer(
            pointer.storage, dtype, Constant(int(offset.value) * old // new, offset.dtype)
        )
    if old % new == 0:
        scaled = binary(context, node, "mul", offset, Constant(old // new, offset.dtype))
        assert isinstance(scaled, Constant | Computed)
        return Pointer(pointer.storage, dtype, scaled)
    bytes_before = binary(context, node, "mul", offset, Constant(old, offset.dtype))
    assert isinstance(bytes_before, Constant | Computed)
    storage = pointer.storage.view_at(as_index(context, bytes_before), dtype.element_type)
    return Pointer(storage, dtype, ZERO)


def moved(context: FunctionContext, node: ast.expr, pointer: Pointer, by: Scalar) -> Pointer:
    """The address `by` elements further on."""
    offset = _scalar(binary(context, node, "add", pointer.offset, by))
    return Pointer(pointer.storage, pointer.dtype, offset)


def address_value(context: FunctionContext, address: Address) -> SSAValue:
    """An address as a value, to be passed to a function."""
    pointer = address.pointer if isinstance(address, Buffer) else address
    storage = pointer.storage
    offset = pointer.offset
    if isinstance(offset, Constant) and offset.value == 0:
        return storage.ssa
    element = pointer.dtype.element_type
    start = int(offset.value) if isinstance(offset, Constant) else as_index(context, offset)
    if pointer.extent is not None:
        return storage.part(element, start, pointer.extent)
    size = storage.size_bytes
    if size is not None and isinstance(start, int):
        return storage.part(element, start, max(0, size // pointer.dtype.size_bytes - start))
    emitter = context.emitter
    if size is None:
        total = emitter.value(memref.DimOp(storage.as_type(element), emitter.index_constant(0)))
    else:
        total = emitter.index_constant(size // pointer.dtype.size_bytes)
    before = emitter.index_constant(start) if isinstance(start, int) else start
    return storage.part(element, start, emitter.value(arith.SubiOp(total, before)))


# Subscripts


def subscripts(context: FunctionContext, node: ast.Subscript) -> list[Number]:
    """The subscripts of `A[i, j]`."""
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return [_subscript(context, item) for item in items]


def _subscript(context: FunctionContext, node: ast.expr) -> Number:
    index = _slice(context, node) if isinstance(node, ast.Slice) else context.number(node)
    if not index.dtype.is_integer or index.dtype.is_bool:
        raise context.unexpected(node, index, "an integer")
    return index


def _slice(context: FunctionContext, node: ast.Slice) -> Number:
    """`i:i + 4`, as a ramp. Its length must be written out."""
    if node.lower is None or node.upper is None:
        raise context.error(node, "a slice without bounds", "A[i:i + 4]")
    step = 1 if node.step is None else context.constant_integer(node.step)
    length = difference(context, node.upper, node.lower)
    if length is None or step < 1 or length < 1 or length % step:
        raise context.error(
            node,
            f"the length of the slice '{context.source.show(node)}' is not known",
            "A[i:i + 4], whose bounds differ by a constant that is written there",
        )
    lanes = length // step
    base = context.integer(node.lower)
    return base if lanes == 1 else Ramp(base, step, lanes)


def difference(context: FunctionContext, upper: ast.expr, lower: ast.expr) -> int | None:
    """By how much one integer is more than another, if both are constant, or written so."""
    written = _written_difference(upper, lower)
    if written is not None:
        return written
    first, last = context.integer(lower), context.integer(upper)
    if isinstance(first, Constant) and isinstance(last, Constant):
        return int(last.value) - int(first.value)
    return None


def _written_difference(upper: ast.expr, lower: ast.expr) -> int | None:
    """By how much more one expression is than another, if it can be seen from how it is written."""
    upper_base, upper_offset = _split_offset(upper)
    lower_base, lower_offset = _split_offset(lower)
    if upper_base is None or lower_base is None:
        return upper_offset - lower_offset if upper_base is lower_base else None
    same = ast.dump(upper_base) == ast.dump(lower_base)
    return upper_offset - lower_offset if same else None


def _split_offset(node: ast.expr) -> tuple[ast.expr | None, int]:
    """An expression as a sum of something, `None` for nothing, and a constant."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            value, sign = _written_integer(right), 1
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            value, sign = _written_integer(right), -1
        case _:
            value = _written_integer(node)
            return (node, 0) if value is None else (None, value)
    return (node, 0) if value is None else (left, sign * value)


def _written_integer(node: ast.expr) -> int | None:
    """The number of `4` or `T.int64(4)`."""
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.Call(
            func=ast.Attribute(attr="int32" | "int64"),
            args=[ast.Constant(value=int(value))],
            keywords=[],
        ):
            return value
        case _:
            return None


def element_address(
    context: FunctionContext, node: ast.expr, buffer: Buffer, indices: Sequence[Number]
) -> Number:
    """
    Where an element of a buffer is: the elements, of one lane each, between the start of its
    storage and the element.
    """
    if len(indices) != len(buffer.shape):
        raise context.error(
            node,
            f"{len(indices)} subscripts for '{buffer.name}', "
            f"which has {len(buffer.shape)} dimensions",
        )
    place: Number | None = None
    for axis, index in enumerate(indices):
        _check_bounds(context, node, buffer, axis, index)
        if buffer.strides:
            term = binary(context, node, "mul", index, buffer.strides[axis])
            place = term if place is None else binary(context, node, "add", place, term)
        elif place is None:
            place = index
        else:
            row = binary(context, node, "mul", place, buffer.shape[axis])
            place = binary(context, node, "add", row, index)
    if place is None:
        place = ZERO
    if buffer.dtype.lanes > 1:
        place = _lanes_of_element(context, node, place, buffer.dtype.lanes)
    return binary(context, node, "add", place, buffer.pointer.offset)


def _check_bounds(
    context: FunctionContext, node: ast.expr, buffer: Buffer, axis: int, index: Number
) -> None:
    extent = buffer.shape[axis]
    if not isinstance(index, Constant) or not isinstance(extent, Constant):
        return
    if not 0 <= index.value < extent.value:
        raise context.error(
            node,
            f"subscript {index.value} is outside '{buffer.name}', "
            f"whose extent there is {extent.value}",
        )


def _lanes_of_element(
    context: FunctionContext, node: ast.expr, place: Number, lanes: int
) -> Number:
    if not isinstance(place, Constant | Computed) or place.dtype.lanes > 1:
        raise context.error(node, "a vector of subscripts for a buffer of vectors")
    base = binary(context, node, "mul", place, Constant(lanes, place.dtype))
    return Ramp(_scalar(base), 1, lanes)


# Loads and stores


def load(context: FunctionContext, node: ast.expr, pointer: Pointer, place: Number) -> Number:
    """The elements at `place`, counted from the start of the storage."""
    emitter, dtype = context.emitter, pointer.dtype
    memory = pointer.storage.as_type(dtype.element_type)
    if isinstance(place, Ramp) and place.stride == 1:
        vector_type = VectorType(dtype.element_type, [place.lanes])
        op = vector.LoadOp(memory, [as_index(context, place.base)], vector_type)
        return Computed(emitter.value(op), dtype.with_lanes(place.lanes))
    if place.dtype.lanes == 1:
        assert isinstance(place, Constant | Computed)
        return Computed(emitter.value(LoadOp(memory, [as_index(context, place)])), dtype)
    if isinstance(place, Broadcast):
        value = load(context, node, pointer, place.value)
        return Broadcast(_scalar(value), place.lanes)
    lanes = [
        Computed(emitter.value(LoadOp(memory, [as_index(context, lane)])), dtype)
        for lane in lanes_of(context, place)
    ]
    return from_lanes(context, lanes, dtype)


def store(
    context: FunctionContext, node: ast.expr, pointer: Pointer, place: Number, value: Value
) -> None:
    """Write a number at `place`, counted from the start of the storage."""
    if pointer.storage.is_constant:
        raise context.error(node, "a constant buffer cannot be written")
    number = stored_number(context, node, value, pointer.dtype)
    if place.dtype.lanes == 1:
        if number.dtype.lanes > 1:
            raise context.error(
                node,
                f"a value of {number.dtype.lanes} lanes for one element",
                "A[i:i + 4] or A[T.ramp(i, 1, 4)]",
            )
        assert isinstance(place, Constant | Computed)
        memory = pointer.storage.as_type(pointer.dtype.element_type)
        context.emitter.emit(StoreOp(exact(context, number), memory, [as_index(context, place)]))
        return
    _store_vector(context, node, pointer, place, number)


def _store_vector(
    context: FunctionContext, node: ast.expr, pointer: Pointer, place: Number, number: Number
) -> None:
    lanes = place.dtype.lanes
    if number.dtype.lanes == 1:
        number = Broadcast(_scalar(number), lanes)
    if number.dtype.lanes != lanes:
        raise context.error(node, f"{number.dtype.lanes} lanes for {lanes} elements")
    memory = pointer.storage.as_type(pointer.dtype.element_type)
    if isinstance(place, Ramp) and place.stride == 1:
        op = vector.StoreOp(exact(context, number), memory, [as_index(context, place.base)])
        context.emitter.emit(op)
        return
    for lane, index in zip(lanes_of(context, number), lanes_of(context, place), strict=True):
        context.emitter.emit(StoreOp(exact(context, lane), memory, [as_index(context, index)]))


def stored_number(context: FunctionContext, node: ast.expr, value: Value, dtype: DType) -> Number:
    """
    A value as a number of type `dtype`: bare Python numbers become of it, integers are cast to
    another integer type or to a float, a float to another float.
    """
    if isinstance(value, Constant) and value.is_literal:
        is_whole = isinstance(value.value, int) or dtype.is_float
        return (
            typed_constant(context, node, value.value, dtype)
            if is_whole
            else _reject(context, node, value, dtype)
        )
    if not isinstance(value, Constant | Computed | Broadcast | Ramp):
        raise context.unexpected(node, value, f"a value of type {dtype}")
    if value.dtype.is_float and dtype.is_integer:
        return _reject(context, node, value, dtype)
    return cast_to(context, node, value, dtype)


def _reject(context: FunctionContext, node: ast.expr, value: Number, dtype: DType) -> Number:
    raise context.error(
        node,
        f"'{context.source.show(node)}' is of type {value.dtype}, expected {dtype}",
        f'T.cast(value, "{dtype}")',
    )


def _scalar(number: Number) -> Scalar:
    assert isinstance(number, Constant | Computed)
    return number
