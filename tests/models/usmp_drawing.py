"""What hypothesis draws, outside of a test."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

_DrawnT = TypeVar("_DrawnT")


def drawn(strategy: SearchStrategy[_DrawnT], count: int) -> list[_DrawnT]:
    """Up to `count` values that hypothesis draws, the same ones each time."""
    values: list[_DrawnT] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(strategy)
    def draw(value: _DrawnT) -> None:
        values.append(value)

    draw()
    return values
