"""What is known while a function is read, and the questions that every construct asks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from xdsl.ir import SSAValue

from usmp_dialect.dialects.tir import CallExternOp
from usmp_dialect.frontends.tvmscript.dtypes import ACCEPTED, DType, parse_dtype
from usmp_dialect.frontends.tvmscript.emitter import Emitter
from usmp_dialect.frontends.tvmscript.errors import TVMScriptError
from usmp_dialect.frontends.tvmscript.namespaces import Member, Namespace, Namespaces
from usmp_dialect.frontends.tvmscript.source import Located, Source
from usmp_dialect.frontends.tvmscript.values import (
    NUMBERS,
    Buffer,
    Computed,
    Constant,
    Number,
    Pointer,
    Scalar,
    TypeMarker,
    Value,
    describe,
)

Address: TypeAlias = Buffer | Pointer


@dataclass(frozen=True, slots=True)
class Signature:
    """What calls of a function have to know."""

    symbol: str
    parameters: tuple[DType | None, ...]
    """The types of the parameters, `None` for addresses."""
    result: DType | None


@dataclass
class ModuleContext:
    """What is known of the whole script."""

    source: Source
    namespaces: Namespaces
    signatures: dict[str, Signature]
    """By the name in the script, and by the symbol."""
    allow_unknown_intrinsics: bool
    class_names: frozenset[str] = frozenset()
    """The names of the modules of the script, as in `cls = Module`."""
    calls: list[tuple[CallExternOp, Located]] = field(
        default_factory=list[tuple[CallExternOp, Located]]
    )
    """All calls, with the places they come from."""


Evaluate: TypeAlias = Callable[["FunctionContext", ast.expr], Value]


class FunctionContext:
    """What is known while a function is read."""

    def __init__(self, module: ModuleContext, emitter: Emitter, evaluate: Evaluate) -> None:
        self.module = module
        self.source = module.source
        self.emitter = emitter
        self._evaluate = evaluate
        self.loop_starts: dict[SSAValue, Scalar] = {}
        """What the variables of loops start at."""
        self._reductions: list[list[tuple[Scalar, Scalar]]] = []
        self._names: dict[str, Value] = {}
        self._undo: list[list[tuple[str, bool, Value]]] = [[]]

    # Names

    def bind(self, name: str, value: Value) -> None:
        """Let a name stand for a value until the end of the block."""
        self._undo[-1].append((name, name in self._names, self._names.get(name)))
        self._names[name] = value

    def lookup(self, node: ast.Name) -> Value:
        """What a name stands for. Raises `TVMScriptError` if it stands for nothing."""
        try:
            return self._names[node.id]
        except KeyError:
            raise self.error(
                node,
                f"'{node.id}' has no value here",
                "a parameter, a loop variable, or a name assigned before in this block or outside",
            ) from None

    def is_bound(self, name: str) -> bool:
        """Whether a name stands for a value."""
        return name in self._names

    @contextmanager
    def block(self) -> Generator[None]:
        """A block of the script: names bound in it are forgotten at its end."""
        self._undo.append([])
        with self.emitter.scope():
            yield
        for name, was_bound, value in reversed(self._undo.pop()):
            if was_bound:
                self._names[name] = value
            else:
                del self._names[name]

    def is_class(self, node: ast.expr) -> bool:
        """Whether an expression is the module that the function is in, as in `cls = Module`."""
        return (
            isinstance(node, ast.Name)
            and node.id in self.module.class_names
            and node.id not in self._names
        )

    # Blocks with axes

    @contextmanager
    def axes(self) -> Generator[None]:
        """A `T.sblock`, whose axes end with it."""
        self._reductions.append([])
        yield
        self._reductions.pop()

    @property
    def reductions(self) -> list[tuple[Scalar, Scalar]] | None:
        """
        The reduction axes of the innermost `T.sblock`, with what each starts at; `None` outside.
        """
        return self._reductions[-1] if self._reductions else None

    # What nodes are

    def member(self, node: ast.expr) -> Member | None:
        """What of TVM's an expression names, unless the function uses the name for its own."""
        member = self.module.namespaces.resolve(node)
        if member is None:
            return None
        root = self.module.namespaces.root_of(node)
        return None if root in self._names else member

    def tir_member(self, node: ast.expr) -> str | None:
        """The `load` of `T.load`."""
        member = self.member(node)
        return member.name if member is not None and member.namespace is Namespace.TIR else None

    def error(self, node: Located | None, message: str, accepted: str = "") -> TVMScriptError:
        """An error at a node of the script."""
        return self.source.error(node, message, accepted)

    def unexpected(self, node: ast.expr, value: Value, expected: str) -> TVMScriptError:
        """An error at an expression that is something else than it should be."""
        return self.error(
            node, f"'{self.source.show(node)}' is {describe(value)}, expected {expected}"
        )

    # Values

    def evaluate(self, node: ast.expr) -> Value:
        """What an expression is; operations that compute it are written."""
        return self._evaluate(self, node)

    def number(self, node: ast.expr) -> Number:
        """A number. Raises `TVMScriptError` if the expression is something else."""
        value = self.evaluate(node)
        if not isinstance(value, NUMBERS):
            raise self.unexpected(node, value, "a number")
        return value

    def scalar(self, node: ast.expr) -> Scalar:
        """A number of one lane."""
        value = self.number(node)
        if not isinstance(value, Constant | Computed) or value.dtype.lanes > 1:
            raise self.unexpected(node, value, "a number of one lane")
        return value

    def integer(self, node: ast.expr) -> Scalar:
        """An integer of one lane."""
        value = self.scalar(node)
        if not value.dtype.is_integer:
            raise self.unexpected(node, value, "an integer")
        return value

    def constant_integer(self, node: ast.expr) -> int:
        """An integer that is known."""
        value = self.integer(node)
        if not isinstance(value, Constant):
            raise self.unexpected(node, value, "a constant")
        return int(value.value)

    def integers(self, node: ast.expr) -> tuple[Scalar, ...]:
        """A list of integers, or one alone, as a shape is written."""
        if isinstance(node, ast.List | ast.Tuple):
            return tuple(self.integer(item) for item in node.elts)
        return (self.integer(node),)

    def string(self, node: ast.expr) -> str:
        """A string."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise self.error(node, f"'{self.source.show(node)}' is not a string", "a string literal")

    def address(self, node: ast.expr) -> Address:
        """A buffer or a pointer."""
        value = self.evaluate(node)
        if not isinstance(value, Buffer | Pointer):
            raise self.unexpected(node, value, "a buffer or its address")
        return value

    def pointer(self, node: ast.expr) -> Pointer:
        """An address; that of its first element for a buffer."""
        value = self.address(node)
        return value.pointer if isinstance(value, Buffer) else value

    def dtype(self, node: ast.expr) -> DType:
        """A type of numbers: `"int8"` or `T.int8`."""
        dtype = self._dtype_or_none(node)
        if dtype is not None:
            return dtype
        raise self.error(node, f"'{self.source.show(node)}' is not a type of numbers", ACCEPTED)

    def _dtype_or_none(self, node: ast.expr) -> DType | None:
        if isinstance(node, ast.Constant):
            return parse_dtype(node.value) if isinstance(node.value, str) else None
        name = self.tir_member(node)
        if name is not None:
            return parse_dtype(name)
        if not isinstance(node, ast.Call | ast.Attribute):
            return None
        value = self.evaluate(node)
        if isinstance(value, str):
            return parse_dtype(value)
        return value.dtype if isinstance(value, TypeMarker) else None

    def is_handle(self, node: ast.expr) -> bool:
        """Whether a type is that of addresses: `"handle"` or `T.handle`."""
        if isinstance(node, ast.Constant):
            return node.value == "handle"
        return self.tir_member(node) == "handle"

    def is_true(self, node: ast.expr) -> bool:
        """Whether a condition or predicate is surely true."""
        value = self.number(node)
        if not isinstance(value, Constant):
            value = getattr(value, "value", value)
        return isinstance(value, Constant) and bool(value.value)
