"""The bytes that constant data are in memory."""

from __future__ import annotations

from math import prod

from xdsl.dialects.builtin import (
    AnyFloat,
    ComplexType,
    DenseIntOrFPElementsAttr,
    IndexType,
    IntegerType,
)
from xdsl.ir import Attribute

from usmp_dialect.buffer_type import INDEX_SIZE_BYTES, element_size_bytes


def memory_bytes_of(value: DenseIntOrFPElementsAttr) -> bytes:
    """
    The elements of `value` in row-major order as they lie in memory: little-endian, each in as many
    bytes as `element_size_bytes` says, those above the bits of the element zero. A number that is
    narrower than its bytes is thus what LLVM stores and expects to load: `true` is 1, an `i4` -1 is
    15.

    Raises `ValueError` if the number of elements is not that of the shape, or their type has no
    known layout.
    """
    element = value.get_element_type()
    count = prod(value.get_shape())
    stored_size = element.compile_time_size
    stored = value.data.data
    if len(stored) == stored_size:
        stored *= count
    if len(stored) != count * stored_size:
        raise ValueError(
            f"{len(stored) // stored_size} elements are given for the {count} of {value.type}"
        )
    number: Attribute = element
    if isinstance(element, ComplexType):
        number, stored_size = element.element_type, stored_size // 2
    return _spaced(stored, stored_size, _bits_of(number), _size_bytes_of(number))


def _bits_of(number: Attribute) -> int:
    if isinstance(number, IndexType):
        return 8 * INDEX_SIZE_BYTES
    if isinstance(number, IntegerType | AnyFloat):
        return number.bitwidth
    raise ValueError(f"the bits of {number} are not known")


def _size_bytes_of(number: Attribute) -> int:
    size = element_size_bytes(number)
    if size is None:
        raise ValueError(f"the bytes of {number} are not known")
    return size


def _spaced(stored: bytes, stored_size: int, bits: int, size: int) -> bytes:
    """Numbers of `stored_size` bytes as numbers of `size` bytes, of which `bits` bits count."""
    if stored_size == size and bits == 8 * size:
        return stored
    mask = (1 << bits) - 1
    if stored_size == size == 1:
        return stored.translate(bytes(byte & mask for byte in range(256)))
    return b"".join(
        (int.from_bytes(stored[at : at + stored_size], "little") & mask).to_bytes(size, "little")
        for at in range(0, len(stored), stored_size)
    )
