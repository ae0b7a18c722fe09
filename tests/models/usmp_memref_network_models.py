"""What the networks of `usmp_memref_networks` compute, in numpy, from what their layers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from usmp_memref_networks import EPSILON, MULTIPLIER_BITS, Layer, MobileNet, Transformer

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

Arrays = Sequence[NDArray[Any]]
"""The arguments of a network in order, the result last."""


# MobileNet


def mobilenet_data(net: MobileNet, seed: int) -> Arrays:
    random = np.random.default_rng(seed)
    return (
        random.integers(0, 127, net.image, np.int8, endpoint=True),
        random.integers(-127, 127, net.weight_count, np.int8, endpoint=True),
        random.integers(-999, 999, net.bias_count, np.int32, endpoint=True),
        np.zeros(net.classes, np.int32),
    )


def run_mobilenet(net: MobileNet, data: Arrays) -> I32:
    image, weights, biases, _ = data
    parameters = _parameters_of(net, cast("I8", weights), cast("I32", biases))
    value = shortcut = cast("I8", image)
    for layer in net.layers[:-1]:
        if layer.name.endswith("_wide"):
            shortcut = value
        value = _layer(layer, value, *parameters[layer.name])
        ends_bottleneck = layer.name.startswith("block") and "_" not in layer.name
        if ends_bottleneck and shortcut.shape == value.shape:
            value = _narrowed(value.astype(np.int64) + shortcut, -128)
    rows, columns, _ = value.shape
    totals = value.sum(axis=(0, 1), dtype=np.int64)
    means = np.trunc(totals / (rows * columns)).astype(np.int64)
    last_weights, bias = parameters["logits"]
    return (means @ last_weights.astype(np.int64) + bias).astype(np.int32)


def _parameters_of(net: MobileNet, weights: I8, biases: I32) -> Mapping[str, tuple[I8, I32]]:
    """The weights, in their shape, and the bias of each layer: they follow each other."""
    sizes = np.cumsum([prod(layer.weights) for layer in net.layers])
    counts = np.cumsum([layer.channels for layer in net.layers])
    return {
        layer.name: (part.reshape(layer.weights), bias)
        for layer, part, bias in zip(
            net.layers,
            np.split(weights, sizes[:-1]),
            np.split(biases, counts[:-1]),
            strict=True,
        )
    }


def _layer(layer: Layer, image: I8, weights: I8, bias: I32) -> I8:
    taps = weights.astype(np.int64)
    if layer.kind == "pointwise":
        sums = image.astype(np.int64) @ taps
    else:
        padded = np.pad(image, ((1, 1), (1, 1), (0, 0))).astype(np.int64)
        windows = sliding_window_view(padded, (3, 3), axis=(0, 1))[:: layer.stride, :: layer.stride]
        together = "rcdyx,yxdk->rck" if layer.kind == "convolution" else "rckyx,yxk->rck"
        sums = np.einsum(together, windows, taps)
    exact = (sums + bias) * layer.multiplier
    rounded = np.floor_divide(2 * exact + (1 << MULTIPLIER_BITS), 2 << MULTIPLIER_BITS)
    return _narrowed(rounded, 0 if layer.is_clipped else -128)


def _narrowed(values: I64, least: int) -> I8:
    return np.clip(values, least, 127).astype(np.int8)


# Transformer


def transformer_data(net: Transformer, seed: int) -> Arrays:
    random = np.random.default_rng(seed)

    def draw(name: str, shape: tuple[int, ...]) -> F32:
        scale = shape[0] ** -0.5 if name.endswith("_weights") else 1.0
        return (random.standard_normal(shape) * scale).astype(np.float32)

    return [draw(name, shape) for name, shape in net.parameters.items()]


def run_transformer(net: Transformer, data: Arrays) -> F64:
    """The result, in twice the precision."""
    given = {
        name: array.astype(np.float64) for name, array in zip(net.parameters, data, strict=True)
    }
    tokens = given["tokens"]
    normal = _normalized(tokens, given["gain1"], given["shift1"])
    query, key, value = (normal @ given[f"{name}_weights"] for name in ("query", "key", "value"))
    mixed = [
        _attention(*parts)
        for parts in zip(
            *(np.split(matrix, net.heads, axis=1) for matrix in (query, key, value)), strict=True
        )
    ]
    middle = tokens + np.concatenate(mixed, axis=1) @ given["output_weights"]
    normal = _normalized(middle, given["gain2"], given["shift2"])
    hidden = _gelu(normal @ given["hidden_weights"] + given["hidden_bias"])
    return middle + hidden @ given["result_weights"] + given["result_bias"]


def _normalized(image: F64, gain: F64, shift: F64) -> F64:
    centered = image - image.mean(axis=1, keepdims=True)
    return centered / np.sqrt(image.var(axis=1, keepdims=True) + EPSILON) * gain + shift


def _attention(query: F64, key: F64, value: F64) -> F64:
    scores = query @ key.T / np.sqrt(query.shape[1])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True) @ value


def _gelu(values: F64) -> F64:
    return values / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (values + 0.044715 * values**3)))
