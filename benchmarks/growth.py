"""How fast a time grows with the size of what is processed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True)
class PowerLaw:
    """`time = factor * size ** exponent`."""

    exponent: float

    residual: float
    """The largest deviation of a time from the law, as a part of what the law says: 0.1 is 10%."""


def fit_power_law(sizes: Sequence[int], times: Sequence[float]) -> PowerLaw:
    """
    The power law nearest to the given times, by least squares on the logarithms, so that each size
    weighs the same.

    Raises `ValueError` for fewer than two sizes.
    """
    if len(set(sizes)) < 2:
        raise ValueError("a power law needs two sizes at least")
    xs, ys = [log(size) for size in sizes], [log(time) for time in times]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    exponent = covariance / sum((x - x_mean) ** 2 for x in xs)
    deviations = (y - y_mean - exponent * (x - x_mean) for x, y in zip(xs, ys, strict=True))
    return PowerLaw(exponent, max(abs(exp(deviation) - 1) for deviation in deviations))
