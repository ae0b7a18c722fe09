"""What every file format gives its readers, and how it refuses a file."""

from __future__ import annotations

from typing import Protocol

from usmp_passes.planning.plan import Plan
from usmp_passes.planning.problem import PlacementProblem, ProblemError


class InputError(ProblemError):
    """A file that cannot be read: where in it, and what to change."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        """The name of the file, `file:line`, or `file:line:column`."""
        self.message = message


class ProblemFile(Protocol):
    """A file as it was read."""

    @property
    def problem(self) -> PlacementProblem:
        """The problem that the file poses."""
        ...

    @property
    def ignores_offsets(self) -> bool:
        """Whether the file says where buffers are, and the problem leaves that open."""
        ...

    def with_plan(self, plan: Plan) -> str:
        """The text of the file with the places of its buffers added, or put in place of others."""
        ...
