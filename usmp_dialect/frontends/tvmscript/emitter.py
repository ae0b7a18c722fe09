"""Writes operations, each with the place in the script that it comes from."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from xdsl.dialects import arith
from xdsl.dialects.builtin import (
    AnyFloat,
    DenseIntOrFPElementsAttr,
    FloatAttr,
    IndexType,
    IntegerAttr,
    IntegerType,
    TensorType,
    VectorType,
)
from xdsl.ir import Attribute, Block, BlockArgument, Operation, OpResult, Region, SSAValue

from usmp_dialect.frontends.tvmscript.dtypes import DType, ElementType
from usmp_dialect.frontends.tvmscript.source import Located, Source

OperationT = TypeVar("OperationT", bound=Operation)

_INDEX = IndexType()


class Emitter:
    """
    Where the next operation of a function goes.

    Constants, and what is derived from parameters alone, go to the start of the function: each is
    written once, and every region may use it.
    """

    def __init__(self, source: Source, entry: Block) -> None:
        self._source = source
        self._entry = entry
        self._block = entry
        self._node: Located | None = None
        self._constants: dict[Attribute, SSAValue] = {}
        self._indices: dict[int, SSAValue] = {}
        self._first: list[Operation] = []
        """The constants."""
        self._second: list[Operation] = []
        """The views of parameters."""
        self._at_end: list[list[Callable[[], None]]] = [[]]

    # Places in the script

    def at(self, node: Located) -> None:
        """Say what is being read: operations come from there."""
        self._node = node

    # Operations

    def emit(self, op: OperationT) -> OperationT:
        """Write an operation."""
        self._locate(op)
        self._block.add_op(op)
        return op

    def value(self, op: Operation) -> SSAValue:
        """Write an operation with one result, and return that."""
        self._locate(op)
        self._block.add_op(op)
        return op.results[0]

    def emit_after_definition(self, value: SSAValue, ops: Sequence[Operation]) -> None:
        """Write operations where every use of `value` can see their results."""
        for op in ops:
            self._locate(op)
        if isinstance(value, OpResult) and value.op.parent is not None:
            value.op.parent.insert_ops_after(ops, value.op)
        elif isinstance(value, OpResult):
            place = self._second.index(value.op) + 1
            self._second[place:place] = ops
        else:
            assert isinstance(value, BlockArgument)
            self._second.extend(ops)

    def _locate(self, op: Operation) -> None:
        if self._node is not None:
            op.location = self._source.location(self._node)

    # Regions

    @contextmanager
    def region(self, arg_types: Sequence[Attribute] = ()) -> Generator[Block]:
        """A new block, into which operations go until the end of the `with`."""
        outer, node = self._block, self._node
        self._block = block = Block(arg_types=arg_types)
        with self.scope():
            yield block
        self._block, self._node = outer, node

    @contextmanager
    def resume(self, block: Block) -> Generator[None]:
        """Operations go to the end of `block` again, until the end of the `with`."""
        outer, self._block = self._block, block
        yield
        self._block = outer

    @contextmanager
    def scope(self) -> Generator[None]:
        """A block of the script: what `open_region` opens is closed at its end."""
        self._at_end.append([])
        yield
        for close in reversed(self._at_end.pop()):
            close()

    def open_region(
        self, arg_types: Sequence[Attribute], wrap: Callable[[Region], Operation]
    ) -> Block:
        """
        A new block, into which operations go to the end of the current block of the script; then
        `wrap` makes the operation that it is the region of.
        """
        outer, node = self._block, self._node
        self._block = block = Block(arg_types=arg_types)

        def close() -> None:
            self._block, self._node = outer, node
            self.emit(wrap(Region(block)))
            if block.last_op is not None:
                self._locate(block.last_op)

        self._at_end[-1].append(close)
        return block

    def finish(self) -> None:
        """Put what belongs there at the start of the function."""
        ops = [*self._first, *self._second]
        first = self._entry.first_op
        if first is None:
            self._entry.add_ops(ops)
        else:
            self._entry.insert_ops_before(ops, first)

    @property
    def in_region(self) -> bool:
        """Whether operations go somewhere else than into the function's own block."""
        return self._block is not self._entry

    # Constants

    def index_constant(self, value: int) -> SSAValue:
        """An integer of type `index`."""
        known = self._indices.get(value)
        if known is None:
            known = self._indices[value] = self.constant(IntegerAttr(value, _INDEX))
        return known

    def number_constant(self, value: int | float, dtype: DType) -> SSAValue:
        """A number of type `dtype`; all lanes have the value."""
        element = dtype.element_type
        if dtype.lanes > 1:
            return self.vector_constant([value] * dtype.lanes, dtype)
        if isinstance(element, IntegerType):
            return self.constant(IntegerAttr(_signed(int(value), element), element))
        return self.constant(FloatAttr(float(value), element))

    def vector_constant(self, values: Sequence[int | float], dtype: DType) -> SSAValue:
        """A vector of numbers."""
        return self.constant(dense_elements(values, VectorType(dtype.element_type, [len(values)])))

    def constant(self, value: IntegerAttr | FloatAttr | DenseIntOrFPElementsAttr) -> SSAValue:
        """The value of a constant, written once in a function."""
        known = self._constants.get(value)
        if known is None:
            op = arith.ConstantOp(value)
            self._locate(op)
            self._first.append(op)
            op.result.name_hint = _constant_hint(value)
            known = self._constants[value] = op.result
        return known


def dense_elements(
    values: Sequence[int | float],
    dense_type: VectorType[ElementType] | TensorType[ElementType],
) -> DenseIntOrFPElementsAttr:
    """Numbers in a row, as a vector or the data of a buffer."""
    element = dense_type.element_type
    if isinstance(element, IntegerType):
        integers = cast(VectorType[IntegerType] | TensorType[IntegerType], dense_type)
        return DenseIntOrFPElementsAttr.from_list(
            integers, [_signed(int(value), element) for value in values]
        )
    floats = cast(VectorType[AnyFloat] | TensorType[AnyFloat], dense_type)
    return DenseIntOrFPElementsAttr.from_list(floats, [float(value) for value in values])


def _constant_hint(value: Attribute) -> str | None:
    """The name of an integer constant, as MLIR has it: `c64`, `c0_i16`, `true`."""
    if not isinstance(value, IntegerAttr):
        return None
    number = value.value.data
    if isinstance(value.type, IndexType):
        return f"c{number}"
    if value.type.width.data == 1:
        return "true" if number else "false"
    return f"c{number}_i{value.type.width.data}"


def _signed(value: int, element: IntegerType) -> int:
    """The value with the bits of `value`, as signless attributes are written."""
    bits = element.width.data
    if bits == 1:
        return value & 1
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value
