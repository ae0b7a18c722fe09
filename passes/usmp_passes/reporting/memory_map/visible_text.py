"""Names as they can be shown."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""What breaks lines, turns the direction of writing, or is no character."""


def visible_text(text: str) -> str:
    """A text in one line, with what would not be seen, or disturb what is around it, spelled."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", unicodedata.normalize("NFC", text))
