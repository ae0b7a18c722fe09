"""Orders in which to place buffers, the most promising first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

ORDERS = 7
"""How many there are."""


def promising_orders(
    sizes: Sequence[int],
    starts: Sequence[int],
    durations: Sequence[int],
    degrees: Callable[[], Sequence[int]],
) -> Iterator[Sequence[int]]:
    """
    Orders by what is hard to place: large, large with many conflicts, long-lived, with many
    conflicts, of large area (bytes times program points); and as buffers come to life. Ties go by
    size, then by number.
    """

    by_number = range(len(sizes))
    # Sorting is stable: what comes first in one order comes first among equals in the next.
    by_size = sorted(by_number, key=sizes.__getitem__, reverse=True)
    by_start = sorted(by_number, key=starts.__getitem__)

    yield by_size
    # Many small ones fill the gaps best if those of about one size come in the order of time.
    yield sorted(by_start, key=lambda i: -sizes[i].bit_length())
    yield sorted(by_size, key=lambda i: -sizes[i] * degrees()[i])
    yield sorted(by_size, key=starts.__getitem__)
    yield sorted(by_size, key=durations.__getitem__, reverse=True)
    yield sorted(by_size, key=degrees().__getitem__, reverse=True)
    yield sorted(by_size, key=lambda i: -sizes[i] * durations[i])
