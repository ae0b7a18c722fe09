"""The attributes of functions: `T.func_attr({"global_symbol": "main", "tir.noalias": True})`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from xdsl.dialects.builtin import (
    ArrayAttr,
    BoolAttr,
    DictionaryAttr,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    UnitAttr,
    f64,
    i64,
)
from xdsl.ir import Attribute

from usmp_dialect.dialects.tir import RESOURCE_HANDLE, RUNNER_FUNCTION, TARGET
from usmp_dialect.frontends.tvmscript.arguments import Parameters
from usmp_dialect.frontends.tvmscript.namespaces import Namespaces
from usmp_dialect.frontends.tvmscript.source import Source

GLOBAL_SYMBOL = "global_symbol"
NOALIAS = "tir.noalias"

_UNITS = {
    RUNNER_FUNCTION: RUNNER_FUNCTION,
    RESOURCE_HANDLE: RESOURCE_HANDLE,
    "noalias": NOALIAS,
    "T.noalias": NOALIAS,
    "tir.noalias": NOALIAS,
    "tirx.noalias": NOALIAS,
}
"""Attributes that are there or not, and what they are called in the IR."""

_TAKEN = ("sym_name", "function_type", "sym_visibility", "arg_attrs", "res_attrs")
"""Names that the IR uses for something else."""

FUNC_ATTR = Parameters("attrs")


class FunctionAttributes:
    """Reads the attributes of functions."""

    def __init__(self, source: Source, namespaces: Namespaces) -> None:
        self._source = source
        self._namespaces = namespaces

    def is_func_attr(self, node: ast.stmt) -> bool:
        """Whether a statement is a `T.func_attr(...)`."""
        return isinstance(node, ast.Expr) and self._name_of_call(node.value) == "func_attr"

    def items(self, node: ast.stmt) -> list[tuple[str, ast.expr]]:
        """The names and values in a `T.func_attr(...)`."""
        assert isinstance(node, ast.Expr)
        call = node.value
        assert isinstance(call, ast.Call)
        if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], ast.Dict):
            raise self._source.error(
                call, "T.func_attr without a dictionary", 'T.func_attr({"global_symbol": "main"})'
            )
        attrs = call.args[0]
        return [
            (self._string(key or attrs), value)
            for key, value in zip(attrs.keys, attrs.values, strict=True)
        ]

    def global_symbol(self, node: ast.stmt) -> str | None:
        """The symbol that a `T.func_attr(...)` gives the function."""
        for name, value in self.items(node):
            if name == GLOBAL_SYMBOL:
                symbol = self._string(value)
                if not symbol:
                    raise self._source.error(value, "a function without a name")
                return symbol
        return None

    def read(self, node: ast.stmt) -> dict[str, Attribute]:
        """What a `T.func_attr(...)` is in the IR, but for the symbol."""
        attributes: dict[str, Attribute] = {}
        for name, value in self.items(node):
            if name == GLOBAL_SYMBOL:
                continue
            if name in _UNITS:
                if self._boolean(value):
                    attributes[_UNITS[name]] = UnitAttr()
            elif name == TARGET:
                attributes[TARGET] = StringAttr(self.target(value))
            elif name in _TAKEN or not name:
                raise self._source.error(value, f"a function cannot have the attribute '{name}'")
            else:
                attributes[name] = self._attribute(value)
        return attributes

    def target(self, node: ast.expr) -> str:
        """The kind of a target: the `c` of `T.target({"kind": "c"})` or `"c -keys=cpu"`."""
        if self._name_of_call(node) in ("target", "Target", "target.Target"):
            assert isinstance(node, ast.Call)
            if not node.args:
                raise self._source.error(node, "a target of no kind", 'T.target("c")')
            return self.target(node.args[0])
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "kind":
                    return self._string(value)
            raise self._source.error(node, "a target of no kind", '{"kind": "c"}')
        words = self._string(node).split()
        if not words:
            raise self._source.error(node, "a target of no kind", '"c"')
        return words[0]

    def _name_of_call(self, node: ast.expr) -> str | None:
        if not isinstance(node, ast.Call):
            return None
        member = self._namespaces.resolve(node.func)
        return None if member is None else member.name

    def _attribute(self, node: ast.expr) -> Attribute:
        """A value of an attribute that nothing here depends on, as it is."""
        reader = _LITERALS.get(type(node))
        if reader is not None:
            return reader(self, node)
        if self._name_of_call(node) in ("target", "Target", "target.Target"):
            return StringAttr(self.target(node))
        value = self._number(node)
        if value is None:
            raise self._source.error(
                node,
                f"'{self._source.show(node)}' cannot be the value of an attribute",
                "strings, numbers, True, False, None, lists and dictionaries of them, T.target",
            )
        return _number_attribute(value)

    def _number(self, node: ast.expr) -> bool | int | float | None:
        """`True`, `3`, `-3`, `0.5`, `T.int64(3)`."""
        match node:
            case ast.Constant(value=bool() | int() | float() as value):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._number(operand)
                return None if value is None else -value
            case ast.Call(args=[argument], keywords=[]) if self._name_of_call(node) is not None:
                return self._number(argument)
            case _:
                return None

    def list_attribute(self, node: ast.expr) -> Attribute:
        """A list or tuple."""
        assert isinstance(node, ast.List | ast.Tuple)
        return ArrayAttr([self._attribute(item) for item in node.elts])

    def dict_attribute(self, node: ast.expr) -> Attribute:
        """A dictionary."""
        assert isinstance(node, ast.Dict)
        return DictionaryAttr(
            {
                self._string(key or node): self._attribute(value)
                for key, value in zip(node.keys, node.values, strict=True)
            }
        )

    def constant_attribute(self, node: ast.expr) -> Attribute:
        """A string, a number, or `None`."""
        assert isinstance(node, ast.Constant)
        if node.value is None:
            return UnitAttr()
        if isinstance(node.value, str):
            return StringAttr(node.value)
        value = self._number(node)
        if value is None:
            raise self._source.error(node, "this cannot be the value of an attribute")
        return _number_attribute(value)

    def _string(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise self._source.error(
            node, f"'{self._source.show(node)}' is not a string", "a string literal"
        )

    def _boolean(self, node: ast.expr) -> bool:
        value = self._number(node)
        if value not in (0, 1):
            raise self._source.error(
                node, f"'{self._source.show(node)}' is neither true nor false", "True or False"
            )
        return bool(value)


def _number_attribute(value: bool | int | float) -> Attribute:
    if isinstance(value, bool):
        return BoolAttr.from_bool(value)
    if isinstance(value, float):
        return FloatAttr(value, f64)
    bits = max(64, value.bit_length() + 1)
    return IntegerAttr(value, i64 if bits == 64 else bits)


_LITERALS: dict[type[ast.expr], Callable[[FunctionAttributes, ast.expr], Attribute]] = {
    ast.Constant: FunctionAttributes.constant_attribute,
    ast.Dict: FunctionAttributes.dict_attribute,
    ast.List: FunctionAttributes.list_attribute,
    ast.Tuple: FunctionAttributes.list_attribute,
}
