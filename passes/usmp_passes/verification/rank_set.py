"""A set of small numbers that knows the neighbours of each."""

from __future__ import annotations

_BITS = 6
"""Each bit of a level says whether a word of the level below, of two to this many bits, has any."""

_LOW = (1 << _BITS) - 1


class RankSet:
    """
    A set of numbers from 0 up to, but without, `size`. Every operation costs as many steps as there
    are levels, the logarithm of `size` to the base 64.
    """

    def __init__(self, size: int):
        self._levels: list[list[int]] = []
        while True:
            size = (size + _LOW) >> _BITS
            self._levels.append([0] * size)
            if size <= 1:
                break

    def add(self, number: int) -> None:
        """Adds a number."""
        for words in self._levels:
            words[number >> _BITS] |= 1 << (number & _LOW)
            number >>= _BITS

    def remove(self, number: int) -> None:
        """Takes away a number that is in the set."""
        for words in self._levels:
            words[number >> _BITS] &= ~(1 << (number & _LOW))
            number >>= _BITS
            if words[number]:
                return

    def below(self, number: int) -> int | None:
        """The largest number in the set below `number`."""
        for depth, words in enumerate(self._levels):
            word = words[number >> _BITS] & ((1 << (number & _LOW)) - 1)
            if word:
                found = (number & ~_LOW) + word.bit_length() - 1
                for lower in reversed(self._levels[:depth]):
                    found = (found << _BITS) + lower[found].bit_length() - 1
                return found
            number >>= _BITS
        return None

    def above(self, number: int) -> int | None:
        """The smallest number in the set above `number`."""
        for depth, words in enumerate(self._levels):
            word = words[number >> _BITS] >> (number & _LOW) >> 1
            if word:
                found = number + (word & -word).bit_length()
                for lower in reversed(self._levels[:depth]):
                    word = lower[found]
                    found = (found << _BITS) + (word & -word).bit_length() - 1
                return found
            number >>= _BITS
        return None
