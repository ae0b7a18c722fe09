"""Where in a file an operation comes from."""

from __future__ import annotations

from xdsl.dialects.builtin import ArrayAttr, CallSiteLoc, FileLineColLoc, FusedLoc, NameLoc
from xdsl.ir import Attribute
from xdsl.utils.lexer import Location


def file_location(location: Attribute) -> Location | None:
    """The first place in a file that a location attribute mentions, `None` if there is none."""
    match location:
        case FileLineColLoc():
            return Location(location.filename.data, location.line.data, location.column.data)
        case NameLoc():
            return file_location(location.location)
        case CallSiteLoc():
            return file_location(location.callee)
        case FusedLoc(locations=ArrayAttr(data=locations)):
            return next(filter(None, map(file_location, locations)), None)
        case _:
            return None
