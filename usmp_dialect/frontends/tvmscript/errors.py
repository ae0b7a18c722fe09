"""The one error that an import can end with."""

from __future__ import annotations


class TVMScriptError(Exception):
    """
    A script that cannot be imported, and where.

    `line` and `column` count from one, columns in code points. `accepted` says what could stand
    there instead; it is empty where the message says so already.
    """

    def __init__(
        self, filename: str, line: int, column: int, message: str, accepted: str = ""
    ) -> None:
        super().__init__(f"{filename}:{line}:{column}: {message}")
        self.filename = filename
        self.line = line
        self.column = column
        self.message = message
        self.accepted = accepted
