"""
The networks of `examples/` in numpy: what they compute, written from what their operators mean.

An image is an array of rows, columns and channels; the weights of a convolution are one of rows,
columns, input channels and output channels. Numbers are of the types that the networks have, and
wrap around as those do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod, sqrt
from typing import Any, cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.integer[Any]]
U8 = NDArray[np.uint8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]


# The operators


def windows(image: Array, size: int, stride: int) -> Array:
    """
    The square windows of an image, an array of rows, columns, channels, and rows and columns inside
    a window. There is one for every `stride` rows and columns; what the windows cover is the image
    with a border of zeros around it, the wider half at its end.
    """
    padding = [(0, 0)] * 3
    for axis in (0, 1):
        extent = image.shape[axis]
        count = -(-extent // stride)
        border = max((count - 1) * stride + size - extent, 0)
        padding[axis] = (border // 2, border - border // 2)
    covered = np.pad(image, padding)
    return sliding_window_view(covered, (size, size), axis=(0, 1))[::stride, ::stride]


def convolution(image: I16, weights: I16, stride: int = 1) -> I32:
    """The sums of products, in 32 bits."""
    taps = windows(image, weights.shape[0], stride).astype(np.float64)
    # A product has 30 bits, and there are fewer than 2^20: floating point makes no error.
    assert prod(weights.shape[:3]) < 1 << 20
    sums = np.tensordot(taps, weights.astype(np.float64), axes=([3, 4, 2], [0, 1, 2]))
    return sums.astype(np.int64).astype(np.int32)


def fixed_point_multiply(values: I32, multiplier: int, exponent: int) -> I32:
    """
    The values times `multiplier * 2^(exponent - 31)`, to the nearest integer, halves upwards. The
    exponent is at most 0.
    """
    products = values.astype(np.int64) * multiplier
    divisor = 1 << (31 - exponent)
    return ((products + divisor // 2) // divisor).astype(np.int32)


def clipped(values: I32) -> U8:
    """The values, from 0 to 255."""
    return np.clip(values, 0, 255).astype(np.uint8)


def max_pool(image: U8, stride: int) -> U8:
    """The largest elements of windows of 3x3."""
    return cast("U8", windows(image, 3, stride).max(axis=(3, 4)))


def cast_subtract(image: U8, zero_point: I16) -> I16:
    """The image with its zero point at zero."""
    return image.astype(np.int16) - zero_point


@dataclass(frozen=True)
class Convolution:
    """A convolution with a bias, whose sums are scaled and clipped to bytes, once or more often."""

    weights: str
    """The name of the parameter that holds them; so is `bias`."""
    bias: str
    size: int
    """The rows and the columns of a window."""
    channels: tuple[int, int]
    """Of its input and of its output."""
    scales: Sequence[tuple[int, int]]
    """Multipliers and exponents, as for `fixed_point_multiply`."""
    stride: int = 1

    def __call__(self, image: Array, parameters: Mapping[str, Array]) -> U8:
        weights = cast("I16", parameters[self.weights])
        values = convolution(image.astype(np.int16), weights, self.stride)
        values = values + cast("I32", parameters[self.bias])
        for multiplier, exponent in self.scales:
            values = clipped(fixed_point_multiply(values, multiplier, exponent)).astype(np.int32)
        return values.astype(np.uint8)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds of its parameters, with bounds that spread the output over the bytes."""
        multiplier, exponent = self.scales[0]
        # Sums that differ by as much give results that differ by 1.
        step = 2.0 ** (31 - exponent) / multiplier
        taps = self.size**2 * self.channels[0]
        shape = (self.size, self.size, *self.channels)
        weight_bound = max(1, round(1.2 * step * sqrt(3 / taps)))
        return {
            self.weights: Kind(shape, np.dtype(np.int16), weight_bound),
            self.bias: Kind((self.channels[1],), np.dtype(np.int32), round(100 * step)),
        }


# The networks


@dataclass(frozen=True)
class Kind:
    """What an array is: its shape, its type, and how large its elements are if they are typical."""

    shape: tuple[int, ...]
    dtype: np.dtype[np.integer[Any]]
    bound: int = 255


@dataclass(frozen=True)
class Network:
    """A network: a function from an image and parameters, by name, to its result."""

    name: str
    image: Kind
    result: Kind
    parameters: Mapping[str, Kind]
    run: Callable[[Array, Mapping[str, Array]], Array]


@dataclass(frozen=True)
class Data:
    """An input of a network, with its parameters."""

    image: Array
    parameters: Mapping[str, Array]


def typical_data(network: Network, seed: int) -> Data:
    """Random data that make the elements of the result differ as those of a trained network do."""
    random = np.random.default_rng(seed)

    def draw(kind: Kind, low: int) -> Array:
        return random.integers(low, kind.bound, kind.shape, kind.dtype, endpoint=True)

    image = draw(network.image, 0)
    parameters = {name: draw(kind, -kind.bound) for name, kind in network.parameters.items()}
    return Data(image, parameters)


def extreme_data(network: Network, seed: int) -> Data:
    """Random data of all values that their types have: most sums wrap around."""
    random = np.random.default_rng(seed)

    def draw(kind: Kind) -> Array:
        limits = np.iinfo(kind.dtype)
        return random.integers(limits.min, limits.max, kind.shape, kind.dtype, endpoint=True)

    return Data(draw(network.image), {name: draw(k) for name, k in network.parameters.items()})


def _kinds(*convolutions: Convolution) -> dict[str, Kind]:
    return {name: kind for layer in convolutions for name, kind in layer.kinds.items()}


_BYTE, _SHORT = np.dtype(np.uint8), np.dtype(np.int16)
_PHOTO = Kind((224, 224, 3), _BYTE)
_ZERO_POINT = {"p0": Kind((1,), _SHORT)}

_STEM_7X7 = Convolution("p1", "p2", 7, (3, 64), [(1939887962, -9)], stride=2)
_STEM_1X1 = Convolution("p3", "p4", 1, (64, 64), [(1191576922, -4)])
_STEM_3X3 = Convolution("p5", "p6", 3, (64, 192), [(1139793473, -6)])

_ONE = Convolution("p7", "p8", 1, (192, 64), [(1663316467, -7)])
_TWO_REDUCED = Convolution("p9", "p10", 1, (192, 96), [(1201322342, -6)])
_TWO = Convolution("p11", "p12", 3, (96, 128), [(1374050734, -7), (1544713713, 0)])
_THREE_REDUCED = Convolution("p13", "p14", 1, (192, 16), [(1764006585, -7)])
_THREE = Convolution("p15", "p16", 3, (16, 32), [(1131968888, -6), (1900719667, 0)])
_FOUR = Convolution("p17", "p18", 1, (192, 32), [(1811141736, -6), (1136333842, 0)])


def _linear(image: Array, parameters: Mapping[str, Array]) -> I16:
    centered = cast_subtract(cast("U8", image), cast("I16", parameters["p0"]))
    return max_pool(_STEM_7X7(centered, parameters), stride=2).astype(np.int16)


def _inception(image: Array, parameters: Mapping[str, Array]) -> U8:
    stem = _linear(image, parameters)
    stem = _STEM_3X3(_STEM_1X1(stem, parameters), parameters)
    stem = max_pool(stem, stride=2)
    branches = [
        _ONE(stem, parameters),
        _TWO(_TWO_REDUCED(stem, parameters), parameters),
        _THREE(_THREE_REDUCED(stem, parameters), parameters),
        _FOUR(max_pool(stem, stride=1), parameters),
    ]
    return np.concatenate(branches, axis=2)


def _one_convolution(name: str) -> Network:
    image, result = Kind((56, 56, 64), _SHORT), Kind((56, 56, 192), _BYTE)
    return Network(name, image, result, _STEM_3X3.kinds, _STEM_3X3)


_INCEPTION_LAYERS = (
    *(_STEM_7X7, _STEM_1X1, _STEM_3X3),
    *(_ONE, _TWO_REDUCED, _TWO, _THREE_REDUCED, _THREE, _FOUR),
)

NETWORKS: Mapping[str, Network] = {
    network.name: network
    for network in (
        _one_convolution("all_serial_for_loops"),
        _one_convolution("parallel_serial_mixed_for_loops"),
        Network(
            "linear_structure",
            _PHOTO,
            Kind((56, 56, 64), _SHORT),
            _ZERO_POINT | _kinds(_STEM_7X7),
            _linear,
        ),
        Network(
            "inception_structure",
            _PHOTO,
            Kind((28, 28, 256), _BYTE),
            _ZERO_POINT | _kinds(*_INCEPTION_LAYERS),
            _inception,
        ),
    )
}
"""By name, which is that of the file."""
