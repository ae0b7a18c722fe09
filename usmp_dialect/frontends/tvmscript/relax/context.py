"""What is known while a Relax function is read."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from math import prod

from xdsl.ir import SSAValue

from usmp_dialect.dialects.tir import LookupParamOp
from usmp_dialect.frontends.tvmscript.arguments import Parameters
from usmp_dialect.frontends.tvmscript.context import Evaluate, FunctionContext, ModuleContext
from usmp_dialect.frontends.tvmscript.dtypes import INT8, INT32, DType
from usmp_dialect.frontends.tvmscript.emitter import Emitter
from usmp_dialect.frontends.tvmscript.memory import ZERO
from usmp_dialect.frontends.tvmscript.namespaces import Namespace
from usmp_dialect.frontends.tvmscript.storage import Storage, byte_memory
from usmp_dialect.frontends.tvmscript.values import Buffer, Constant, Pointer

_TENSOR = Parameters("shape dtype?")
_TENSOR_TYPE = 'R.Tensor((1, 64), dtype="float32"): shapes are constant'


@dataclass(frozen=True, slots=True)
class TensorType:
    """What is stated of a tensor."""

    shape: tuple[int, ...]
    """In elements."""
    dtype: DType

    def __str__(self) -> str:
        return f'R.Tensor({self.shape}, dtype="{self.dtype}")'

    @property
    def size(self) -> int:
        """The number of elements."""
        return prod(self.shape)


@dataclass
class _Memory:
    """The storages of a function, and its weights."""

    tensors: dict[SSAValue, int] = field(default_factory=dict[SSAValue, int])
    weights: dict[str, Pointer] = field(default_factory=dict[str, Pointer])


class RelaxContext(FunctionContext):
    """What is known while a Relax function is read."""

    def __init__(self, module: ModuleContext, emitter: Emitter, evaluate: Evaluate) -> None:
        super().__init__(module, emitter, evaluate)
        self._memory = _Memory()

    # Names

    def relax_member(self, node: ast.expr) -> str | None:
        """The `call_tir` of `R.call_tir`."""
        member = self.member(node)
        return member.name if member is not None and member.namespace is Namespace.RELAX else None

    # Storages

    def add_storage(self, ssa: SSAValue) -> None:
        """Note memory that tensors will be placed in."""
        self._memory.tensors[ssa] = 0

    def add_tensor_of_storage(self, ssa: SSAValue) -> None:
        """Note a tensor in a storage."""
        self._memory.tensors[ssa] += 1

    @property
    def tensors_of_storages(self) -> dict[SSAValue, int]:
        """How many tensors have been placed in each storage."""
        return self._memory.tensors

    # Weights

    def weight(self, node: ast.expr, key: str, index: int) -> Pointer:
        """
        The address of `metadata["ir.GenericConst"][3]`, a constant whose data is not in the text:
        the model parameter `GenericConst_3`.
        """
        name = f"{key.rpartition('.')[2]}_{index}"
        known = self._memory.weights.get(name)
        if known is None:
            self.emitter.at(node)
            op = self.emitter.emit(LookupParamOp(name, byte_memory()))
            op.buffer.name_hint = "weight"
            known = self._memory.weights[name] = Pointer(
                Storage(op.buffer, self.emitter), INT8, ZERO
            )
        return known

    # What nodes are

    def static_shape(self, node: ast.expr) -> tuple[int, ...]:
        """The extents of `R.shape([1, 64])` or `(1, 64)`. Raises `TVMScriptError` if not known."""
        extents = self.evaluate(node)
        if not isinstance(extents, tuple):
            raise self.unexpected(node, extents, "a shape, as R.shape([1, 64])")
        shape: list[int] = []
        for extent in extents:
            if not isinstance(extent, Constant) or not extent.dtype.is_integer or extent.value < 0:
                raise self.error(
                    node, f"'{self.source.show(node)}' is no shape that is known", _TENSOR_TYPE
                )
            shape.append(int(extent.value))
        return tuple(shape)

    def is_tensor_type(self, node: ast.expr) -> bool:
        """Whether an expression states the type of a tensor."""
        return isinstance(node, ast.Call) and self.relax_member(node.func) == "Tensor"

    def tensor_type(self, node: ast.expr) -> TensorType:
        """What `R.Tensor((1, 64), dtype="float32")` states."""
        if not isinstance(node, ast.Call) or not self.is_tensor_type(node):
            raise self.error(node, f"'{self.source.show(node)}' is no tensor", _TENSOR_TYPE)
        arguments = _TENSOR.bind(self, node)
        if "dtype" not in arguments:
            raise self.error(node, "a tensor whose elements have no type", _TENSOR_TYPE)
        shape = self.static_shape(arguments["shape"])
        return TensorType(shape, self.dtype(arguments["dtype"]))

    def text(self, node: ast.expr) -> str:
        """The text of `R.str("global")` or `"global"`."""
        value = self.evaluate(node)
        if not isinstance(value, str):
            raise self.unexpected(node, value, 'a string, as R.str("global")')
        return value

    def tensor(self, node: ast.expr) -> Buffer:
        """A tensor. Raises `TVMScriptError` if the expression is something else."""
        value = self.evaluate(node)
        if not isinstance(value, Buffer):
            raise self.unexpected(node, value, "a tensor")
        return value


def shape_values(shape: tuple[int, ...]) -> tuple[Constant, ...]:
    """Extents as numbers of TIR."""
    return tuple(Constant(extent, INT32) for extent in shape)
