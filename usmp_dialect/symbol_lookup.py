"""
Symbol look-up whose cost does not follow the number of symbols.

`xdsl.traits.SymbolTable.lookup_symbol` walks the module for each look-up, which makes the
verification of n calls of n functions quadratic. Here the symbols are collected once in a run of
the verifier.

Nothing tells when the IR changes, so a new run is recognised by what happens in it: `FuncOp` calls
`forget_symbols` when a run reaches the first function of a module, and an operation that asks again
has been reached again. A symbol that is found is checked besides, in constant time: it is never one
that has been renamed or taken out.
"""

from __future__ import annotations

import weakref
from itertools import zip_longest
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from xdsl.ir import Operation
from xdsl.traits import SymbolTable
from xdsl.utils.symbol_table import get_name_if_symbol


class _SymbolsOfRun:
    """
    The symbols of one symbol table operation, during one run of the verifier.

    All references are weak: what is found here must not keep a module alive.
    """

    def __init__(self, scope: Operation):
        self._symbols: WeakValueDictionary[str, Operation] = WeakValueDictionary()
        self._askers: WeakSet[Operation] = WeakSet()
        self._ends = [weakref.ref(op) for op in _ends(scope)]
        for region in scope.regions:
            for block in region.blocks:
                for op in block.ops:
                    if (name := get_name_if_symbol(op)) is not None:
                        self._symbols[name] = op

    def is_for(self, asker: Operation, scope: Operation) -> bool:
        """
        Whether the run may still be the same one: `asker` has not asked yet, and nothing was put
        before or after all else.
        """
        return asker not in self._askers and all(
            known() is op for known, op in zip_longest(self._ends, _ends(scope), fillvalue=_nothing)
        )

    def lookup(self, asker: Operation, name: str) -> Operation | None:
        """The symbol called `name`, if there was one."""
        self._askers.add(asker)
        return self._symbols.get(name)


def _nothing() -> None:
    """The reference to an operation that is not there."""


def _ends(scope: Operation) -> list[Operation]:
    """The first and the last operation of each block."""
    return [
        op
        for region in scope.regions
        for block in region.blocks
        for op in (block.first_op, block.last_op)
        if op is not None
    ]


_SYMBOLS: WeakKeyDictionary[Operation, _SymbolsOfRun] = WeakKeyDictionary()


def forget_symbols(scope: Operation) -> None:
    """Collect the symbols of `scope` anew at the next look-up: a run of the verifier begins."""
    _SYMBOLS.pop(scope, None)


def lookup_symbol_near(op: Operation, name: str) -> Operation | None:
    """
    The operation called `name` in the closest symbol table around `op`, or `None` if there is no
    such operation or no symbol table. For verifiers: each operation asks once in a run.
    """
    scope = _symbol_table_around(op)
    if scope is None:
        return None
    symbols = _SYMBOLS.get(scope)
    if symbols is not None and symbols.is_for(op, scope):
        symbol = symbols.lookup(op, name)
        if symbol is None or _is_symbol_of(symbol, scope, name):
            return symbol
    symbols = _SYMBOLS[scope] = _SymbolsOfRun(scope)
    return symbols.lookup(op, name)


def _symbol_table_around(op: Operation) -> Operation | None:
    scope = op.parent_op()
    while scope is not None and not scope.has_trait(SymbolTable, value_if_unregistered=False):
        scope = scope.parent_op()
    return scope


def _is_symbol_of(symbol: Operation, scope: Operation, name: str) -> bool:
    return symbol.parent_op() is scope and get_name_if_symbol(symbol) == name
