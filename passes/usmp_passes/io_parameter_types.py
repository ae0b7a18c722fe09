"""The types of inputs and outputs in pools, whose extents must all be known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from xdsl.dialects.builtin import DYNAMIC_INDEX, MemRefType
from xdsl.ir import Operation, SSAValue

from usmp_dialect.buffer_type import element_size_bytes, size_bytes_of
from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.program import Function, fail
from usmp_passes.io_parameters import Parameter


def static_types(
    entry: Function,
    parameters: Sequence[Parameter],
    sizes: Sequence[int],
    functions: Mapping[str, Function],
) -> Sequence[MemRefType]:
    """
    The types of `parameters` of the `entry` function, which are memrefs, with the extents that they
    leave open taken from `sizes`: one for each `?`, in order. Without `sizes`, a parameter of one
    dimension is as large as the `functions` that it is passed to require.

    Raises `AnalysisError` if an extent is not known, and if there are too few or too many.
    """
    if not sizes:
        return [_type_required(parameter, functions) for parameter in parameters]
    dynamic = [parameter for parameter in parameters if _open_extents(parameter)]
    count = sum(map(_open_extents, dynamic))
    if len(sizes) != count:
        types = ", ".join(f"'{parameter.name}': {_type_of(parameter)}" for parameter in dynamic)
        fail(
            entry.op,
            f"option sizes has {_count(len(sizes), 'number')}, but the types of the inputs and "
            f"outputs of @{entry.name} leave {_count(count, 'extent')} open"
            + (f": {types}" if types else ""),
        )
    remaining = iter(sizes)
    types = [_with_extents(parameter, remaining) for parameter in parameters]
    for parameter, buffer_type in zip(parameters, types, strict=True):
        _check_large_enough(parameter, buffer_type, functions)
    return types


def _check_large_enough(
    parameter: Parameter, buffer_type: MemRefType, functions: Mapping[str, Function]
) -> None:
    size = size_bytes_of(buffer_type)
    required = max(_known_bytes_required(parameter.value, functions), default=0)
    if size is not None and size < required:
        parameter.fail(
            f"would have {size} bytes, and a function that it is passed to needs {required}: "
            "correct the option sizes"
        )


def _type_of(parameter: Parameter) -> MemRefType:
    assert isinstance(parameter.value.type, MemRefType)
    return parameter.value.type


def _open_extents(parameter: Parameter) -> int:
    return _type_of(parameter).get_shape().count(DYNAMIC_INDEX)


def _with_extents(parameter: Parameter, sizes: Iterable[int]) -> MemRefType:
    """The type of a parameter, its open extents the next of `sizes`."""
    buffer_type, remaining = _type_of(parameter), iter(sizes)
    if not _open_extents(parameter):
        return buffer_type
    shape = [
        next(remaining) if extent == DYNAMIC_INDEX else extent for extent in buffer_type.get_shape()
    ]
    if any(extent < 0 for extent in shape):
        parameter.fail(f"would have a negative extent: option sizes makes {buffer_type} {shape}")
    return MemRefType(buffer_type.element_type, shape, buffer_type.layout, buffer_type.memory_space)


def _type_required(parameter: Parameter, functions: Mapping[str, Function]) -> MemRefType:
    """The type of a parameter, no larger than the functions that it is passed to require."""
    buffer_type = _type_of(parameter)
    if not _open_extents(parameter):
        return buffer_type
    element_size = element_size_bytes(buffer_type.element_type)
    required = _bytes_required(parameter.value, functions)
    if required is None or not element_size or buffer_type.get_num_dims() != 1:
        parameter.fail(
            f"has the dynamic type {buffer_type}, and what uses it does not say how large it is: "
            "give it a static type, name the extents with the option sizes "
            "(a number for each ? of all inputs and outputs, in order), "
            f"or leave it a parameter with keep={parameter.number}"
        )
    return _with_extents(parameter, [-(-required // element_size)])


def _bytes_required(value: SSAValue, functions: Mapping[str, Function]) -> int | None:
    """
    The most bytes that a function which is given a buffer has for it. `None` if that is not known
    of one, if anything but a call uses the buffer, or nothing.
    """
    sizes = _bytes_for(value, functions)
    known = [size for size in sizes if size is not None]
    return max(known) if known and len(known) == len(sizes) else None


def _known_bytes_required(value: SSAValue, functions: Mapping[str, Function]) -> Sequence[int]:
    """The bytes that functions that are given a buffer have for it, where that is known."""
    return [size for size in _bytes_for(value, functions) if size is not None]


def _bytes_for(value: SSAValue, functions: Mapping[str, Function]) -> Sequence[int | None]:
    calls = dict.fromkeys(use.operation for use in value.uses)
    return [size for call in calls for size in _sizes_of_parameters(call, value, functions)]


def _sizes_of_parameters(
    op: Operation, argument: SSAValue, functions: Mapping[str, Function]
) -> Sequence[int | None]:
    """The bytes of the parameters that a call passes `argument` for."""
    interface = get_interface(op, BufferCallInterface)
    callee = None if interface is None else interface.get_callee(op)
    if interface is None or callee is None or callee.nested_references.data:
        return [None]
    function = functions.get(callee.root_reference.data)
    block = None if function is None else function.body.first_block
    if block is None:
        return [None]
    return [
        size_bytes_of(parameter.type)
        for given, parameter in zip(interface.get_arguments(op), block.args, strict=True)
        if given is argument
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
