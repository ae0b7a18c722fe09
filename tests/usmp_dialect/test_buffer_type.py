"""Sizes of buffers in bytes."""

import pytest
from xdsl.dialects import test
from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AffineMapAttr,
    ArrayAttr,
    BFloat16Type,
    BoolAttr,
    ComplexType,
    Float16Type,
    Float32Type,
    Float64Type,
    Float80Type,
    IndexType,
    IntegerType,
    MemRefType,
    Signedness,
    StridedLayoutAttr,
    TensorType,
    VectorType,
    f32,
    i1,
    i8,
    i32,
    i64,
)
from xdsl.ir import Attribute
from xdsl.ir.affine import AffineExpr, AffineMap

from usmp_dialect.buffer_type import (
    element_size_bytes,
    extent_bytes_of,
    has_identity_layout,
    has_static_shape,
    size_bytes_of,
)

OPAQUE = test.TestType("opaque")
SCALABLE = ArrayAttr([BoolAttr.from_bool(True)])
TRANSPOSED = AffineMapAttr(AffineMap(2, 0, (AffineExpr.dimension(1), AffineExpr.dimension(0))))
IDENTITY = AffineMapAttr(AffineMap.identity(2))


@pytest.mark.parametrize(
    ("element", "size"),
    [
        (IntegerType(1), 1),
        (IntegerType(4), 1),
        (IntegerType(8), 1),
        (IntegerType(9), 2),
        (IntegerType(12), 2),
        (IntegerType(16), 2),
        (IntegerType(24), 4),
        (IntegerType(33), 8),
        (Float80Type(), 16),
        (VectorType(f32, (3,)), 16),
        (VectorType(f32, (2, 3)), 32),
        (IntegerType(64), 8),
        (IntegerType(8, Signedness.UNSIGNED), 1),
        (IndexType(), 8),
        (Float16Type(), 2),
        (BFloat16Type(), 2),
        (Float32Type(), 4),
        (Float64Type(), 8),
        (ComplexType(Float32Type()), 8),
        (ComplexType(IntegerType(12)), 4),
        (VectorType(i32, [4]), 16),
        (VectorType(i1, [4, 2]), 8),
        (VectorType(i32, [4], SCALABLE), None),
        (VectorType(OPAQUE, [4]), None),
        (OPAQUE, None),
        (MemRefType(i8, [4]), None),
    ],
    ids=str,
)
def test_element_size(element: Attribute, size: int | None) -> None:
    assert element_size_bytes(element) == size


@pytest.mark.parametrize(
    ("buffer_type", "size"),
    [
        (MemRefType(i8, [157323]), 157323),
        (MemRefType(i32, [4, 3, 2]), 96),
        (MemRefType(IntegerType(4), [3]), 3),
        (MemRefType(i64, []), 8),
        (MemRefType(i64, [4, 0, 4]), 0),
        (MemRefType(i8, [2**40, 2**40]), 2**80),
        (MemRefType(f32, [4, 5], IDENTITY), 80),
        (MemRefType(i8, [DYNAMIC_INDEX]), None),
        (MemRefType(i8, [4, DYNAMIC_INDEX]), None),
        (MemRefType(i8, [0, DYNAMIC_INDEX]), None),
        (MemRefType(f32, [4, 5], TRANSPOSED), None),
        (MemRefType(f32, [4, 5], StridedLayoutAttr([10, 1])), None),
        (MemRefType(OPAQUE, [4]), None),
        (TensorType(i8, [4]), None),
        (i8, None),
    ],
    ids=str,
)
def test_size(buffer_type: Attribute, size: int | None) -> None:
    assert size_bytes_of(buffer_type) == size


@pytest.mark.parametrize(
    ("buffer_type", "size"),
    [
        (MemRefType(f32, [4, 5], StridedLayoutAttr([10, 1])), 80),
        (MemRefType(f32, [4, 5], TRANSPOSED), 80),
        (MemRefType(f32, [4, 5]), 80),
        (MemRefType(f32, [DYNAMIC_INDEX], StridedLayoutAttr([2])), None),
        (TensorType(f32, [4]), None),
    ],
    ids=str,
)
def test_gaps_are_not_part_of_the_extent(buffer_type: Attribute, size: int | None) -> None:
    assert extent_bytes_of(buffer_type) == size


def test_static_shape() -> None:
    assert has_static_shape(MemRefType(i8, []))
    assert has_static_shape(MemRefType(i8, [0, 4]))
    assert not has_static_shape(MemRefType(i8, [4, DYNAMIC_INDEX]))


def test_identity_layout() -> None:
    assert has_identity_layout(MemRefType(i8, [4, 5]))
    assert has_identity_layout(MemRefType(i8, [4, 5], IDENTITY))
    assert not has_identity_layout(MemRefType(i8, [4, 5], TRANSPOSED))
    assert not has_identity_layout(MemRefType(i8, [4], StridedLayoutAttr([1], 4)))
