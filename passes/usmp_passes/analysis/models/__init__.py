"""
What xDSL's own dialects are to the memory planner: one module a dialect, each attaching interfaces
of `usmp_dialect.interfaces` to the dialect's operation classes.

A module is imported when the first operation of its dialect is met, so that no dialect is loaded
that a program does not use. What other distributions know of a dialect is imported after it, and
wins: see `installed`.
"""

from __future__ import annotations

from importlib import import_module
from weakref import WeakSet

from xdsl.dialects.builtin import UnregisteredOp
from xdsl.ir import Operation

from usmp_dialect.program import fail
from usmp_passes.analysis.models.installed import ModelError, import_installed_models

_MODULES = {
    "affine": "affine",
    "air": "air",
    "asm": "asm",
    "builtin": "builtin",
    "cf": "cf",
    "csl": "csl",
    "fir": "fir",
    "func": "func",
    "gpu": "gpu",
    "linalg": "linalg",
    "llvm": "llvm",
    "memref": "memref",
    "mpi": "mpi",
    "ptr_xdsl": "ptr",
    "riscv": "riscv",
    "riscv_snitch": "riscv_snitch",
    "rv64": "rv64",
    "scf": "scf",
    "snitch": "snitch",
    "symref": "symref",
    "x86": "x86",
}

_loaded: set[str] = set()
_known_by_name: WeakSet[type[Operation]] = WeakSet()
"""The classes of unregistered operations, one a name, that were looked up already."""


def load_models_of(op: Operation) -> None:
    """
    Attaches the interfaces of the operations of the dialect of `op`, if this package or another one
    that is installed knows it; those of `op` alone, if its dialect does not have it.

    Raises `AnalysisError`, at `op`, if the other one cannot be imported.
    """
    if isinstance(op, UnregisteredOp):
        _load_model_by_name(op)
    dialect = op.name.partition(".")[0]
    if dialect in _loaded:
        return
    if dialect in _MODULES:
        import_module(f"{__name__}.{_MODULES[dialect]}")
    try:
        import_installed_models(dialect)
    except ModelError as error:
        fail(op, str(error))
    _loaded.add(dialect)


def _load_model_by_name(op: UnregisteredOp) -> None:
    op_type = type(op)
    # The class that has no name may stand for any.
    if op_type is UnregisteredOp or op_type in _known_by_name:
        return
    from usmp_passes.analysis.models.unregistered import attach_model_by_name

    attach_model_by_name(op)
    _known_by_name.add(op_type)
