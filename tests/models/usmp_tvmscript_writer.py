"""
Writes modules of the `tir` dialect as TVMScript, as two generations of TVM printed it.

It is there to test the front end with programs that exist: what it writes must come back as the
same program. Values are written where they are used, so loads are of the statement that they feed,
as in TIR. It knows the operations of `examples/`, and says so if there is another.

Integers of 8 bits are taken to be unsigned, all others signed, which is what the examples are.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from enum import Enum

from xdsl.dialects import arith, scf
from xdsl.dialects.builtin import IndexType, IntegerAttr, IntegerType, MemRefType, ModuleOp
from xdsl.ir import Attribute, Block, Operation, SSAValue

from usmp_dialect.dialects.tir import (
    RUNNER_FUNCTION,
    AllocateOp,
    CallExternOp,
    ForOp,
    FuncOp,
    LoadOp,
    LookupParamOp,
    LoopKind,
    QMultiplyShiftOp,
    StoreOp,
)


class Generation(Enum):
    """Which TVM's text."""

    LOAD_AND_STORE = 1
    """2021 and 2022: `T.load`, `T.store`, handles that are matched with buffers."""
    SUBSCRIPTS = 2
    """2023 to 2025: `A[i]`, `T.Buffer` parameters, `T.decl_buffer`."""


def write_tvmscript(module: ModuleOp, generation: Generation, name: str = "Module") -> str:
    """The text of a module. Raises `NotImplementedError` for operations that it does not know."""
    writer = _Writer(generation)
    if generation is Generation.LOAD_AND_STORE:
        writer.line("import tvm")
        writer.line("from tvm.script import tir as T")
        decorator = "@tvm.script.ir_module"
    else:
        writer.line("# from tvm.script import ir as I")
        writer.line("# from tvm.script import tir as T")
        decorator = "@I.ir_module"
    writer.line("")
    writer.line("")
    writer.line(decorator)
    writer.line(f"class {name}:")
    with writer.indented():
        for op in module.ops:
            if isinstance(op, FuncOp):
                writer.function(op)
    return writer.text


_BINARY: dict[type[Operation], str] = {
    arith.AddiOp: "({} + {})",
    arith.SubiOp: "({} - {})",
    arith.MuliOp: "({} * {})",
    arith.DivUIOp: "T.floordiv({}, {})",
    arith.RemUIOp: "T.floormod({}, {})",
    arith.MaxSIOp: "T.max({}, {})",
    arith.MaxUIOp: "T.max({}, {})",
    arith.MinSIOp: "T.min({}, {})",
    arith.AndIOp: "({} and {})",
}
_COMPARISONS = {0: "==", 1: "!=", 2: "<", 3: "<=", 6: "<", 7: "<="}
"""By the number of the predicate: eq, ne, slt, sle, ult, ule."""
_CASTS = (arith.ExtSIOp, arith.ExtUIOp, arith.TruncIOp)
_ITERATORS = {LoopKind.SERIAL: "serial", LoopKind.PARALLEL: "parallel"}


class _Writer:
    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._lines: list[str] = []
        self._depth = 0
        self._names: dict[SSAValue, str] = {}
        self._taken: set[str] = set()
        self._byte_type = "uint8"

    # Lines

    @property
    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text if text else "")

    @contextmanager
    def indented(self) -> Generator[None]:
        self._depth += 1
        yield
        self._depth -= 1

    # Names

    def _declare(self, value: SSAValue, name: str | None = None) -> str:
        """A name that nothing else in the function has."""
        hint = name or value.name_hint or "v"
        unique, count = hint, 0
        while unique in self._taken:
            unique, count = f"{hint}_{count}", count + 1
        self._taken.add(unique)
        self._names[value] = unique
        return unique

    # Functions

    def function(self, op: FuncOp) -> None:
        self._names, self._taken = {}, set()
        is_entry = RUNNER_FUNCTION in op.attributes
        self._byte_type = "int8" if is_entry else "uint8"
        arguments = [(self._declare(arg), arg) for arg in op.body.block.args]
        self.line("@T.prim_func")
        parameters = [self._parameter(name, arg) for name, arg in arguments]
        arrow = " -> None" if self._generation is Generation.LOAD_AND_STORE else ""
        self.line(f"def {op.sym_name.data}({', '.join(parameters)}){arrow}:")
        with self.indented():
            symbol = f'"global_symbol": "{op.sym_name.data}"'
            kind = '"runner_function": True' if is_entry else '"tir.noalias": True'
            self.line(f"T.func_attr({{{symbol}, {kind}}})")
            if self._generation is Generation.LOAD_AND_STORE:
                for name, arg in arguments:
                    self._match_buffer(name, arg)
            self._block(op.body.block)
        self.line("")

    def _parameter(self, name: str, arg: SSAValue) -> str:
        buffer_type = _memref(arg)
        is_typed = buffer_type.has_static_shape()
        if not is_typed or self._generation is Generation.LOAD_AND_STORE:
            return f"{name}: T.handle"
        dtype = self._dtype(buffer_type.element_type)
        return f'{name}: T.Buffer(({buffer_type.get_shape()[0]},), "{dtype}")'

    def _match_buffer(self, name: str, arg: SSAValue) -> None:
        buffer_type = _memref(arg)
        if buffer_type.has_static_shape():
            dtype = self._dtype(buffer_type.element_type)
            buffer = self._declare(arg, f"{name}_buffer")
            self.line(
                f'{buffer} = T.match_buffer({name}, [{buffer_type.get_shape()[0]}], dtype="{dtype}"'
                ", elem_offset=0, align=128, offset_factor=1)"
            )

    # Statements

    def _block(self, block: Block) -> None:
        """The statements; what only computes is written where it is used."""
        before = len(self._lines)
        for op in block.ops:
            match op:
                case ForOp():
                    self._for(op)
                case AllocateOp():
                    self._allocate(op)
                case StoreOp():
                    self._store(op)
                case CallExternOp():
                    self._call(op)
                case _ if op.results or op.name in ("tir.yield", "tir.return"):
                    pass
                case _:
                    raise NotImplementedError(op.name)
        if len(self._lines) == before:
            self.line("pass")

    def _for(self, op: ForOp) -> None:
        nest = _nest(op)
        bounds = [(self._bound(loop.lower_bound), self._bound(loop.upper_bound)) for loop in nest]
        names = [self._declare(loop.body.block.args[0]) for loop in nest]
        if len(nest) > 1:
            iterator = f"grid({', '.join(upper for _, upper in bounds)})"
        else:
            iterator = f"{_ITERATORS[op.kind.data]}({bounds[0][0]}, {bounds[0][1]})"
        self.line(f"for {', '.join(names)} in T.{iterator}:")
        with self.indented():
            self._block(nest[-1].body.block)

    def _bound(self, bound: int | SSAValue) -> str:
        return str(bound) if isinstance(bound, int) else self._value(bound)

    def _allocate(self, op: AllocateOp) -> None:
        buffer_type = _memref(op.buffer)
        dtype = self._dtype(buffer_type.element_type)
        size = buffer_type.get_shape()[0]
        name = self._declare(op.buffer, op.buffer_name.data if op.buffer_name else None)
        self.line(f'{name} = T.allocate([{size}], "{dtype}", "global")')
        is_accessed = any(isinstance(use.operation, LoadOp | StoreOp) for use in op.buffer.uses)
        if self._generation is Generation.SUBSCRIPTS and is_accessed:
            view = self._declare(op.buffer, f"{name}_1")
            self.line(f'{view} = T.decl_buffer(({size},), "{dtype}", data={name})')

    def _store(self, op: StoreOp) -> None:
        buffer, index, value = op.buffer, self._value(op.indices[0]), self._value(op.element)
        if self._generation is Generation.SUBSCRIPTS:
            self.line(f"{self._names[buffer]}[{index}] = {value}")
        else:
            self.line(f"T.store({self._data(buffer)}, {index}, {value}, True)")

    def _call(self, op: CallExternOp) -> None:
        callee = op.callee.root_reference.data
        arguments = "".join(f", {self._value(argument)}" for argument in op.arguments)
        if self._generation is Generation.SUBSCRIPTS:
            self.line(f'T.call_extern("int32", "{callee}"{arguments})')
        else:
            self.line(f'T.evaluate(T.call_extern("{callee}"{arguments}, dtype="int32"))')

    def _data(self, buffer: SSAValue) -> str:
        """A parameter is matched with a buffer, an allocation is an address."""
        name = self._names[buffer]
        return name if isinstance(buffer.owner, AllocateOp) else f"{name}.data"

    # Expressions

    def _value(self, value: SSAValue) -> str:
        name = self._names.get(value)
        if name is not None:
            return name
        op = value.owner
        assert isinstance(op, Operation)
        match op:
            case arith.ConstantOp():
                return self._constant(op)
            case LoadOp():
                return self._load(op)
            case LookupParamOp():
                dtype = ', dtype="handle"' * (self._generation is Generation.LOAD_AND_STORE)
                return f'T.lookup_param("{op.param_name.data}"{dtype})'
            case arith.CmpiOp():
                sign = _COMPARISONS[op.predicate.value.data]
                return f"({self._value(op.lhs)} {sign} {self._value(op.rhs)})"
            case scf.IfOp():
                yields = [region.block.last_op for region in op.regions]
                assert all(isinstance(last, scf.YieldOp) for last in yields)
                arms = [self._value(last.operands[0]) for last in yields if last is not None]
                return f"T.if_then_else({self._value(op.cond)}, {', '.join(arms)})"
            case QMultiplyShiftOp():
                operands = ", ".join(self._value(operand) for operand in op.operands)
                q, s = op.q.value.data, op.s.value.data
                return f'T.q_multiply_shift({operands}, {q}, {s}, dtype="int32")'
            case _ if isinstance(op, _CASTS):
                return f'T.cast({self._value(op.operands[0])}, "{self._dtype(value.type)}")'
            case _ if type(op) in _BINARY:
                return _BINARY[type(op)].format(*(self._value(operand) for operand in op.operands))
            case _:
                raise NotImplementedError(op.name)

    def _constant(self, op: arith.ConstantOp) -> str:
        attribute = op.value
        assert isinstance(attribute, IntegerAttr)
        number, dtype = attribute.value.data, self._dtype(op.result.type)
        return str(number) if dtype in ("index", "int32") else f"T.{dtype}({number})"

    def _load(self, op: LoadOp) -> str:
        index = self._value(op.indices[0])
        if self._generation is Generation.SUBSCRIPTS:
            return f"{self._names[op.buffer]}[{index}]"
        return f'T.load("{self._dtype(op.element.type)}", {self._data(op.buffer)}, {index})'

    def _dtype(self, element: Attribute) -> str:
        if isinstance(element, IndexType):
            return "index"
        if not isinstance(element, IntegerType):
            raise NotImplementedError(str(element))
        bits = element.width.data
        return self._byte_type if bits == 8 else f"int{bits}"


def _nest(op: ForOp) -> Sequence[ForOp]:
    """Serial loops from zero, each of which is all that is in the one before."""
    loops = [op]
    while _is_of_grid(loops[-1]):
        inner = loops[-1].body.block.first_op
        if not isinstance(inner, ForOp) or not _is_of_grid(inner):
            break
        if inner is not loops[-1].body.block.last_op and inner.next_op is not (
            loops[-1].body.block.last_op
        ):
            break
        loops.append(inner)
    return loops


def _is_of_grid(op: ForOp) -> bool:
    return (
        op.kind.data is LoopKind.SERIAL and op.lower_bound == 0 and isinstance(op.upper_bound, int)
    )


def _memref(value: SSAValue) -> MemRefType:
    buffer_type = value.type
    assert isinstance(buffer_type, MemRefType)
    return buffer_type
