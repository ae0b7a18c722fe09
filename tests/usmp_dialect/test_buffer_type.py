"""Sizes of buffers in bytes."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    allocated_bytes_of,
    element_size_bytes,
    extent_bytes_of,
    has_identity_layout,
    has_static_shape,
    size_bytes_of,
    span_bytes_of,
    why_layout_not_sized,
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


def places_of(buffer_type: MemRefType) -> list[int]:
    """Where the elements are, by their layout, in elements from the start of the buffer."""
    layout = buffer_type.get_affine_map()
    indices = product(*(range(extent) for extent in buffer_type.get_shape()))
    return [layout.eval(index, ())[0] for index in indices]


@st.composite
def strided_types(draw: st.DrawFn) -> MemRefType:
    """Buffers of up to 3 dimensions with a layout of any strides, as such or as an affine map."""
    shape = draw(st.lists(st.integers(0, 4), max_size=3))
    number = st.integers(0, 9)
    strides = [draw(number) for _ in shape]
    layout = StridedLayoutAttr(strides, draw(number))
    as_map = AffineMapAttr(layout.get_affine_map())
    return MemRefType(
        draw(st.sampled_from((i8, i32))), shape, draw(st.sampled_from((layout, as_map)))
    )


@given(strided_types())
def test_layout_reaches_to_the_last_element(buffer_type: MemRefType) -> None:
    places = places_of(buffer_type)
    element = element_size_bytes(buffer_type.element_type)
    assert element is not None
    assert allocated_bytes_of(buffer_type) == element * max((p + 1 for p in places), default=0)
    reached = max(places) - min(places) + 1 if places else 0
    assert span_bytes_of(buffer_type) == element * reached


@pytest.mark.parametrize(
    ("layout", "span", "reason"),
    [
        (StridedLayoutAttr([8, 1], None), 29, "dynamic layout strided<[8, 1], offset: ?>"),
        (StridedLayoutAttr([None, 1]), None, "dynamic layout strided<[?, 1]>"),
        (StridedLayoutAttr([-8, 1], 24), None, "with a negative stride or offset"),
        (StridedLayoutAttr([8, 1], -1), 29, "with a negative stride or offset"),
        (StridedLayoutAttr([1]), None, "which is not strided"),
        (TRANSPOSED, None, "which is not strided"),
        (
            AffineMapAttr(AffineMap(2, 0, (AffineExpr.dimension(0) % 2,))),
            None,
            "which is not strided",
        ),
        (
            AffineMapAttr(AffineMap(2, 1, (AffineExpr.dimension(0) + AffineExpr.symbol(0),))),
            None,
            "dynamic layout",
        ),
    ],
    ids=str,
)
def test_layout_without_a_size(
    layout: StridedLayoutAttr | AffineMapAttr, span: int | None, reason: str
) -> None:
    buffer_type = MemRefType(i8, [4, 5], layout)
    assert allocated_bytes_of(buffer_type) is None
    assert span_bytes_of(buffer_type) == span
    assert reason in (why_layout_not_sized(buffer_type) or "")


@pytest.mark.parametrize(
    ("buffer_type", "size"),
    [
        (MemRefType(f32, [4, 5]), 80),
        (MemRefType(f32, [4, 5], IDENTITY), 80),
        (MemRefType(f32, [DYNAMIC_INDEX, 5], StridedLayoutAttr([5, 1])), None),
        (MemRefType(OPAQUE, [4], StridedLayoutAttr([2])), None),
        (TensorType(f32, [4]), None),
    ],
    ids=str,
)
def test_size_that_is_not_of_the_layout(buffer_type: Attribute, size: int | None) -> None:
    assert allocated_bytes_of(buffer_type) == size
    assert span_bytes_of(buffer_type) == size
    if isinstance(buffer_type, MemRefType):
        assert why_layout_not_sized(buffer_type) is None
