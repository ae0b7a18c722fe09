"""What a run of a program has besides its module: parameters, outside functions, pools, globals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect.interpreters.errors import FaultError
from usmp_dialect.interpreters.memory import Buffer, Bytes, Memory

Extern: TypeAlias = Callable[..., Any]
"""
A function outside the module. It is called with a `memoryview` of bytes for each buffer, and a
number for each number; its results are numbers, `bytearray`s, or views that it was given.
"""


@dataclass
class Environment:
    """What the implementations of all dialects share in one run."""

    poison: bool = False
    """Whether reads of bytes that the buffer did not write are errors."""

    parameters: Mapping[str, Bytes] = field(default_factory=dict[str, Bytes])
    """The data of `tir.lookup_param`, by name."""

    externs: Mapping[str, Extern] = field(default_factory=dict[str, Extern])
    """The functions outside the module, by name."""

    pools: Mapping[str, bytearray] = field(default_factory=dict[str, bytearray])
    """The memory of pools, by name; of those that are not here the run makes its own."""

    globals: dict[str, Buffer] = field(default_factory=dict[str, Buffer])
    """The memory of the module's globals, as far as the run has come to them."""

    _symbols: dict[ModuleOp, dict[str, Operation]] = field(
        default_factory=dict[ModuleOp, dict[str, Operation]]
    )

    def symbol(self, module: ModuleOp, name: str) -> Operation | None:
        """The operation of the module that has this symbol."""
        if module not in self._symbols:
            named = ((get_name_if_symbol(op), op) for op in module.ops)
            self._symbols[module] = {name: op for name, op in named if name is not None}
        return self._symbols[module].get(name)

    def new_buffer(self, name: str, size_bytes: int) -> Buffer:
        """A buffer in memory of its own, that nothing has written yet."""
        return Buffer.whole(name, Memory.uninitialized(size_bytes, poison=self.poison))

    def pool(self, name: str, size_bytes: int) -> Buffer:
        """The memory of a pool. Raises `FaultError` if what the caller gave is too small."""
        memory = Memory.uninitialized(size_bytes, poison=self.poison)
        given = self.pools.get(name)
        if given is not None:
            if len(given) < size_bytes:
                raise FaultError(
                    f"the memory that is given for pool @{name} has {len(given)} bytes, "
                    f"the program needs {size_bytes}"
                )
            memory.data = given
        return Buffer(f"pool @{name}", memory, 0, size_bytes, is_pool=True)
