"""Targets that have a say in what a file holds, which may be no text."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, Self, runtime_checkable

from xdsl.dialects.builtin import ModuleOp


@runtime_checkable
class FileTarget(Protocol):
    """
    A target that `usmp-opt` asks for the contents of the file of `-o`, in place of a text. Other
    drivers have it emit text, as any target.
    """

    def for_file(self, path: Path) -> Self:
        """The target with what the name of the file says, where its options do not."""
        ...

    def contents(self, module: ModuleOp) -> bytes:
        """What the file is to hold."""
        ...
