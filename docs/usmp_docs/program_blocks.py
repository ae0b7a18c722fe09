"""The programs that pages show, with the names that their titles give them."""

from __future__ import annotations

import re

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from usmp_passes.tools.located_parser import LocatedParser
from usmp_passes.tools.plugins import load_multiverse

_PROGRAM = re.compile(r'^```mlir title="([\w.]+)\.mlir"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def programs_of(page: str) -> dict[str, str]:
    """The text of each program in a page, by its name without the extension."""
    return {match[1]: match[2] for match in _PROGRAM.finditer(page)}


def module_of(name: str, program: str) -> ModuleOp:
    """The module that a program is; its operations know the lines they are written in."""
    context = Context()
    for dialect, factory in load_multiverse(lambda _: None).all_dialects.items():
        context.register_dialect(dialect, factory)
    module = LocatedParser(context, program, f"{name}.mlir").parse_module()
    module.verify()
    return module
