"""Arrays in NumPy's files, as the memory of a program and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zipfile import BadZipFile

from xdsl.dialects.builtin import (
    Float16Type,
    Float32Type,
    Float64Type,
    IndexType,
    IntegerType,
    MemRefType,
)

from usmp_dialect.buffer_type import element_size_bytes
from usmp_passes.tools.diagnostics import DriverError
from usmp_passes.tools.program_interface import Argument

if TYPE_CHECKING:
    from numpy import dtype, ndarray

    Array = ndarray[Any, dtype[Any]]


def read_arrays(path: Path) -> Mapping[str, Array]:
    """
    The arrays of an `.npz` file, by name; the one of an `.npy` file has the name "".

    Raises `DriverError` if the file cannot be read.
    """
    import numpy as np

    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return {"": cast("Array", loaded)}
        with loaded:
            return {name: loaded[name] for name in loaded.files}
    except OSError as error:
        raise DriverError(f"cannot read: {error.strerror or error}", where=str(path)) from error
    except (BadZipFile, EOFError, ValueError) as error:
        # NumPy's message may advise to load files in an unsafe way.
        message = "not an .npy or .npz file of numbers"
        raise DriverError(message, where=str(path)) from error


def memory_of(array: Array, argument: Argument, what: str) -> bytearray:
    """
    The bytes of an array, in row-major order.

    Raises `DriverError`, which begins with `what`, if they are not what the program expects.
    """
    expected = argument.size_bytes
    if expected is not None:
        dtypes, size = _dtypes_of(argument.type), argument.type.element_count()
        if dtypes and array.dtype.name not in dtypes:
            raise DriverError(f"{what} is of {array.dtype}, expected {' or '.join(dtypes)}")
        if array.size != size:
            raise DriverError(f"{what} has {array.size} elements, expected {size}")
    return bytearray(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def array_of(memory: bytearray, type: MemRefType) -> Array:
    """Memory as an array of the extents of a type; its integers are signed, unless bytes."""
    import numpy as np

    dtypes = _dtypes_of(type)
    array = np.frombuffer(memory, np.dtype(dtypes[0] if dtypes else "uint8").newbyteorder("<"))
    return array.reshape(type.get_shape()) if type.has_static_shape() else array


def _dtypes_of(type: MemRefType) -> tuple[str, ...]:
    """The names of the NumPy types that hold an element; none if there are no such types."""
    element, size = type.element_type, element_size_bytes(type.element_type)
    bits = None if size is None else 8 * size
    match element:
        case IntegerType(width=width) if width.data == 1:
            return ("uint8", "int8", "bool")
        case IntegerType() | IndexType() if bits == 8:
            return ("uint8", "int8")
        case IntegerType() | IndexType() if bits in (16, 32, 64):
            return (f"int{bits}", f"uint{bits}")
        case Float16Type() | Float32Type() | Float64Type():
            return (f"float{bits}",)
        case _:
            return ()


def describe_arrays(arrays: Mapping[str, Array]) -> Iterator[str]:
    """A line for each array: its type, extents, and the range of its elements."""
    for name, array in arrays.items():
        extents = "x".join(map(str, array.shape))
        span = f", {array.min()} to {array.max()}" if array.size else ""
        yield f"{name}: {extents} {array.dtype}{span}"
