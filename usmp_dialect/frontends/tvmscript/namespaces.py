"""What the names of a script stand for that come from TVM: `T.load`, `tvm.script.ir_module`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from usmp_dialect.frontends.tvmscript.source import Source


class Namespace(Enum):
    """A part of TVM that scripts use, by the letter it is commonly imported as."""

    TIR = "T"
    IR = "I"
    RELAX = "R"
    TVM = "tvm"


@dataclass(frozen=True, slots=True)
class Member:
    """Something of TVM's: the `axis.remap` of `T.axis.remap`."""

    namespace: Namespace
    name: str

    def __str__(self) -> str:
        return f"{self.namespace.value}.{self.name}"


_MODULES = {
    "tvm": Namespace.TVM,
    "tvm.ir": Namespace.IR,
    "tvm.relax": Namespace.RELAX,
    "tvm.relax.script": Namespace.RELAX,
    "tvm.script": Namespace.IR,
    "tvm.script.ir": Namespace.IR,
    "tvm.script.parser": Namespace.IR,
    "tvm.script.parser.ir": Namespace.IR,
    "tvm.script.parser.relax": Namespace.RELAX,
    "tvm.script.parser.tir": Namespace.TIR,
    "tvm.script.parser.tirx": Namespace.TIR,
    "tvm.script.relax": Namespace.RELAX,
    "tvm.script.tir": Namespace.TIR,
    "tvm.script.tirx": Namespace.TIR,
    "tvm.script.ty": Namespace.TIR,
    "tvm.tir": Namespace.TIR,
    "tvm.tirx": Namespace.TIR,
    "tvm.tirx.script": Namespace.TIR,
}

_DEFAULTS = {
    "I": "tvm.script.ir",
    "R": "tvm.script.relax",
    "T": "tvm.script.tir",
    "tir": "tvm.script.tir",
    "tvm": "tvm",
    "ty": "tvm.script.ty",
}
"""
TVM prints its imports as comments, so a script that it printed imports nothing; the first scripts
of 2021 had `tir` and `ty` without an import.
"""


class Namespaces:
    """The aliases that a script gives to parts of TVM."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._paths = dict(_DEFAULTS)

    def add_import(self, node: ast.Import) -> None:
        """Note what `import tvm.script.tir as T` does. Raises `TVMScriptError` for others' code."""
        for alias in node.names:
            if not _is_tvm(alias.name):
                raise self._not_tvm(node, alias.name)
            if alias.asname is None:
                self._paths["tvm"] = "tvm"
            else:
                self._paths[alias.asname] = alias.name

    def add_import_from(self, node: ast.ImportFrom) -> None:
        """
        Note what `from tvm.script import tir as T` does. Raises `TVMScriptError` for others' code.
        """
        if node.module == "__future__":
            return
        if node.level or node.module is None or not _is_tvm(node.module):
            raise self._not_tvm(node, node.module or ".")
        for alias in node.names:
            if alias.name == "*":
                raise self._source.error(
                    node,
                    f"'from {node.module} import *' does not say what it imports",
                    "from tvm.script import tir as T",
                )
            self._paths[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def resolve(self, node: ast.expr) -> Member | None:
        """What of TVM's an expression names, `None` if it names something else."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        path = self._paths.get(node.id)
        if path is None:
            return None
        return _member(".".join((path, *reversed(names))))

    def root_of(self, node: ast.expr) -> str | None:
        """The name that an expression of names and dots begins with."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return node.id if isinstance(node, ast.Name) else None

    def _not_tvm(self, node: ast.stmt, name: str) -> Exception:
        return self._source.error(
            node,
            f"'{name}' is not a part of TVM: a script is read, never executed",
            "imports of tvm, such as 'from tvm.script import tir as T'",
        )


def _is_tvm(name: str) -> bool:
    return name == "tvm" or name.startswith("tvm.")


def _member(path: str) -> Member | None:
    """The part of `path` after the longest name of a module."""
    module = path
    while module:
        namespace = _MODULES.get(module)
        if namespace is not None:
            return Member(namespace, path[len(module) + 1 :])
        module = module.rpartition(".")[0]
    return None
