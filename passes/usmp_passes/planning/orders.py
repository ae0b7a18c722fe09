"""Orders in which to place buffers, the most promising first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence


def promising_orders(
    sizes: Sequence[int],
    starts: Sequence[int],
    durations: Sequence[int],
    degrees: Sequence[int],
) -> Iterator[Sequence[int]]:
    """
    Orders by what is hard to place: large, large with many conflicts, long-lived, with many
    conflicts, of large area (bytes times program points); and as buffers come to life. Ties go by
    size, then by number.
    """

    def by(badness: Callable[[int], int]) -> Sequence[int]:
        return sorted(range(len(sizes)), key=lambda i: (-badness(i), -sizes[i], i))

    yield by(sizes.__getitem__)
    yield by(lambda i: sizes[i] * degrees[i])
    yield by(lambda i: -starts[i])
    yield by(durations.__getitem__)
    yield by(degrees.__getitem__)
    yield by(lambda i: sizes[i] * durations[i])
