"""
What xDSL's own dialects are to the memory planner: one module a dialect, each attaching interfaces
of `usmp_dialect.interfaces` to the dialect's operation classes.

A module is imported when the first operation of its dialect is met, so that no dialect is loaded
that a program does not use.
"""

from __future__ import annotations

from importlib import import_module

_MODULES = {
    "affine": "affine",
    "asm": "asm",
    "builtin": "builtin",
    "csl": "csl",
    "fir": "fir",
    "func": "func",
    "llvm": "llvm",
    "memref": "memref",
    "mpi": "mpi",
    "ptr_xdsl": "ptr",
    "riscv": "riscv",
    "rv64": "rv64",
    "scf": "scf",
    "symref": "symref",
}

_loaded: set[str] = set()


def load_models_of(dialect: str) -> None:
    """
    Attaches the interfaces of the operations of `dialect`, if it is one that this package knows.
    """
    if dialect not in _loaded:
        _loaded.add(dialect)
        if dialect in _MODULES:
            import_module(f"{__name__}.{_MODULES[dialect]}")
