"""Classes of values that are taken for the same thing."""

from __future__ import annotations

from xdsl.ir import SSAValue


class ValueClasses:
    """
    Values in disjoint classes, each with one of them as its representative; at first every value is
    alone. The disjoint sets of Galler and Fischer (1964), with path compression.
    """

    def __init__(self) -> None:
        self._parents: dict[SSAValue, SSAValue] = {}

    def find(self, value: SSAValue) -> SSAValue:
        """The representative of the class of `value`."""
        parents = self._parents
        root = value
        while (parent := parents.get(root, root)) is not root:
            root = parent
        while value is not root:
            parents[value], value = root, parents.get(value, root)
        return root

    def join(self, root: SSAValue, other: SSAValue) -> None:
        """Makes one class of those that `root` and `other` represent, which `root` represents."""
        self._parents[other] = root
