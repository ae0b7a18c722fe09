"""What operations that make buffers have in common."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from xdsl.dialects.builtin import DYNAMIC_INDEX, DenseIntOrFPElementsAttr, MemRefType
from xdsl.ir import Operation, SSAValue

from usmp_dialect.buffer_type import (
    allocated_bytes_of,
    has_identity_layout,
    strided_layout_of,
    why_layout_not_sized,
)
from usmp_dialect.interpreters.environment import Environment
from usmp_dialect.interpreters.errors import blaming, fail
from usmp_dialect.interpreters.memory import Memory, MemRefValue, view_of
from usmp_dialect.interpreters.scalars import Scalar, size_of, to_bytes


def name_of_value(value: SSAValue) -> str:
    """What messages call a value: its name, if it has one."""
    return value.name_hint or "unnamed"


def allocated(
    environment: Environment, op: Operation, type: MemRefType, name: str, extents: Sequence[int]
) -> MemRefValue:
    """A new buffer, that nothing has written; `extents` are those that the type leaves open."""
    if len(extents) != type.get_shape().count(DYNAMIC_INDEX):
        fail(op, f"buffer '{name}' of type {type} has no size: its extents are not given")
    if not has_identity_layout(type):
        return _with_layout(environment, op, type, name)
    with blaming(op):
        numbers = iter(extents)
        shape = [next(numbers) if e == DYNAMIC_INDEX else e for e in type.get_shape()]
        size = max(0, prod(shape)) * size_of(type.element_type)
        return view_of(environment.new_buffer(f"buffer '{name}'", size), 0, type, extents)


def _with_layout(
    environment: Environment, op: Operation, type: MemRefType, name: str
) -> MemRefValue:
    """A new buffer whose elements do not follow each other in row-major order."""
    size, layout = allocated_bytes_of(type), strided_layout_of(type)
    if size is None or layout is None:
        reason = why_layout_not_sized(type) or "elements of unknown size"
        fail(op, f"buffer '{name}' of type {type} is not interpreted: {reason}")
    with blaming(op):
        buffer = environment.new_buffer(f"buffer '{name}'", size)
        element_type, shape = type.element_type, tuple(type.get_shape())
        offset = layout.offset * size_of(element_type)
        return MemRefValue(buffer, offset, element_type, shape, tuple(layout.strides))


def constant_memory(op: Operation, value: DenseIntOrFPElementsAttr) -> Memory:
    """Memory that holds the data of the program."""
    return Memory(bytes_of(op, value), is_constant=True)


def bytes_of(op: Operation, value: DenseIntOrFPElementsAttr) -> bytes:
    """The elements of a constant as they lie in memory."""
    element_type = value.get_element_type()
    count = prod(value.get_shape())
    values: list[Scalar] = []
    for number in value.get_values():
        if isinstance(number, tuple):
            fail(op, f"elements of type {element_type} are not interpreted")
        values.append(number)
    if len(values) == 1:
        return to_bytes(values[0], element_type) * count
    if len(values) != count:
        fail(op, f"{len(values)} elements are given for the {count} of {value.type}")
    return b"".join(to_bytes(number, element_type) for number in values)
