"""
Reads TIR, and the Relax functions that call it, as TVMScript, Apache TVM's Python syntax.

The text is parsed with Python's `ast`, and never executed or imported; TVM need not be installed.
What is not understood is an error with its place, and nothing is passed over silently.

The way of a script: `source` has the syntax tree; `module` finds the functions, `functions` their
heads and bodies; `statements` and `expressions` go by the kind of a node, and for calls of
`T.<name>` by tables of constructs, in `declarations`, `statements`, `blocks`, `hints`, `calls` and
`intrinsics`. Relax functions are read in `relax`. `arithmetic`, `memory` and `storage` write the
operations, through the `emitter`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from usmp_dialect.frontends.tvmscript.errors import TVMScriptError

if TYPE_CHECKING:
    from xdsl.dialects.builtin import ModuleOp

__all__ = ["TVMScriptError", "import_tvmscript"]


def import_tvmscript(
    text: str,
    filename: str = "<string>",
    *,
    allow_unknown_intrinsics: bool = False,
    show_progress: bool = False,
) -> ModuleOp:
    """
    The module that a script describes, in the `tir` dialect.

    Every operation has the place in the script that it comes from. With `allow_unknown_intrinsics`,
    `T.<name>(...)` in an expression, where the name is not known, becomes a call of a function
    outside the module. With `show_progress`, a long script shows how far it has been read,
    on a terminal. Raises `TVMScriptError` for what is not Python, or not understood.
    """
    from usmp_dialect.frontends.tvmscript.module import import_source
    from usmp_dialect.frontends.tvmscript.source import Source

    source = Source(text, filename)
    return import_source(
        source, allow_unknown_intrinsics=allow_unknown_intrinsics, show_progress=show_progress
    )
