"""The state of printing one function, and what all operations need: names, operands, lines."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from xdsl.dialects import arith, func, memref, scf
from xdsl.dialects.builtin import FloatAttr, IntegerAttr, MemRefType, UnrealizedConversionCastOp
from xdsl.ir import Attribute, Block, Operation, SSAValue

from usmp_dialect.dialects import tir
from usmp_dialect.program import fail
from usmp_dialect.targets.c.aliases import LOOPS
from usmp_dialect.targets.c.buffers import Buffer, buffer_at, has_layout_in_c
from usmp_dialect.targets.c.identifiers import NameScope, is_identifier
from usmp_dialect.targets.c.literals import float_bits, float_literal
from usmp_dialect.targets.c.module_names import ModuleNames
from usmp_dialect.targets.c.outlining import loops_to_outline, values_from_outside
from usmp_dialect.targets.c.program import CFunction, is_concurrent_loop
from usmp_dialect.targets.c.scalar_types import (
    FloatScalar,
    IntegerScalar,
    Scalar,
    scalar_of,
)

MAX_WIDTH = 100
"""The columns of a line, where it can be broken."""

_INDENT = "    "

_PARAMETER = -1
"""Stands for the line of what is declared in no line of the body."""

_TERMINATORS = (
    func.ReturnOp,
    scf.ConditionOp,
    scf.ReduceOp,
    scf.ReduceReturnOp,
    scf.YieldOp,
    tir.ReturnOp,
    tir.YieldOp,
)
"""What ends a block: whoever prints the block says what it means."""

_WITHOUT_EFFECT = (
    memref.AllocOp,
    memref.AllocaOp,
    memref.CastOp,
    memref.CollapseShapeOp,
    memref.DimOp,
    memref.ExpandShapeOp,
    memref.ExtractAlignedPointerAsIndexOp,
    memref.GetGlobalOp,
    memref.LoadOp,
    memref.MemorySpaceCastOp,
    memref.RankOp,
    memref.ReinterpretCastOp,
    memref.SubviewOp,
    memref.ViewOp,
    tir.AllocateConstOp,
    tir.AllocateOp,
    tir.LoadOp,
    tir.LookupParamOp,
    tir.QMultiplyShiftOp,
    UnrealizedConversionCastOp,
)
_WITHOUT_EFFECT_DIALECTS = ("arith.", "math.")


def scalar_type_of(op: Operation, type: Attribute) -> Scalar:
    """How a value of an operation is held in C. Raises `AnalysisError` if it cannot be."""
    scalar = scalar_of(type)
    if scalar is None:
        fail(
            op,
            f"the C target cannot hold the type {type} of {op.name}: it has integers of 1 to 64 "
            "bits, index, f32, f64 and memrefs",
        )
    return scalar


def buffer_type_of(op: Operation, type: Attribute) -> MemRefType:
    """The type of a buffer. Raises `AnalysisError` for what is none, or lies in no way C knows."""
    if not isinstance(type, MemRefType):
        fail(op, f"the C target prints {op.name} for memrefs of known rank only, got {type}")
    if not has_layout_in_c(type):
        fail(op, f"the C target cannot address {type}: write its layout as strided<...>")
    return type


class FunctionPrinter:
    """
    Prints the operations of one function as lines.

    What a value is called, and what is known of it, is kept here until the function ends; names
    are free again where their scope in C does.
    """

    def __init__(self, function: CFunction, names: ModuleNames) -> None:
        self.function = function
        self.module = names
        self.helpers = names.helpers
        self.lines: list[str] = []
        self.loop_depth = 0
        self.region_depth = 0
        self.is_concurrent = function.is_concurrent
        self._scope = NameScope(around=names.scope)
        self._depth = 1
        self._constants: dict[SSAValue, int] = {}
        self._names: dict[SSAValue, str] = {}
        self._buffers: dict[SSAValue, Buffer] = {}
        self._unused: dict[str, int] = {}
        self._arrays: set[str] = set()
        self.outlined: list[str] = []
        """The lines of functions that are called by this one alone."""
        self._to_outline: set[Operation] = set()
        if names.program.is_planned:
            self._to_outline = loops_to_outline(function)
        self._needed = _needed_values(function.block)

    # Lines

    def line(self, text: str) -> None:
        """Print a line."""
        self.lines.append(f"{_INDENT * self._depth}{text}")

    @property
    def indent(self) -> str:
        """What stands before a line here."""
        return _INDENT * self._depth

    @contextmanager
    def braces(self, header: str) -> Generator[None]:
        """Print what is printed inside as a block of C, with its own names."""
        self.line(f"{header} {{" if header else "{")
        self._depth += 1
        self._scope.open()
        yield
        self._close_scope()
        self._depth -= 1
        self.line("}")

    def _close_scope(self) -> None:
        for name in self._scope.close():
            if (line := self._unused.pop(name, None)) is not None:
                self.lines[line] += f" (void){name};"

    @contextmanager
    def region_of(self, op: Operation) -> Generator[None]:
        """What is printed inside is a region of an operation."""
        was_concurrent = self.is_concurrent
        is_loop = isinstance(op, LOOPS)
        self.is_concurrent = was_concurrent or is_concurrent_loop(op)
        self.loop_depth += is_loop
        self.region_depth += 1
        yield
        self.loop_depth -= is_loop
        self.region_depth -= 1
        self.is_concurrent = was_concurrent

    # Names and values

    def new_name(self, value: SSAValue | None, default: str = "v") -> str:
        """A new name in the present scope, after the hint of a value if it has one."""
        hint = None if value is None else value.name_hint
        return self._scope.take(hint or default, default)

    def named(self, text: str) -> str:
        """A new name in the present scope."""
        return self._scope.take(text, "v")

    def declare(self, name: str, declaration: str) -> None:
        """Print a declaration of a variable that the compiler must not find unused."""
        self.line(declaration)
        self._unused[name] = len(self.lines) - 1

    def declare_array(self, name: str, declaration: str) -> None:
        """Print a declaration of an array."""
        self.declare(name, declaration)
        self._arrays.add(name)

    def is_needed(self, value: SSAValue) -> bool:
        """Whether an operation that is printed uses a value."""
        return value in self._needed

    def bind(self, value: SSAValue, name: str) -> None:
        """Call a number by the name of a variable."""
        self._names[value] = name

    def bind_constant(self, value: SSAValue, number: int) -> None:
        """Let an integer be a constant, from 0 to the largest of its type."""
        self._constants[value] = number

    def bind_buffer(self, value: SSAValue, buffer: Buffer) -> None:
        """Let a buffer value be what `buffer` says."""
        self._buffers[value] = buffer

    def bind_parameter(self, value: SSAValue) -> tuple[str, str]:
        """Name a parameter of the function; its C type, with the space that follows, and name."""
        name = self.new_name(value, "arg")
        self._unused[name] = _PARAMETER
        self.bind_variables((value,), (name,))
        c_type = self.c_type_of(value)
        return c_type if c_type.endswith("*") else f"{c_type} ", name

    def finish(self) -> None:
        """Use what the compiler would find unused, when the whole function is printed."""
        parameters: list[str] = []
        for name, line in self._unused.items():
            if line == _PARAMETER:
                parameters.append(f"{_INDENT}(void){name};")
            else:
                self.lines[line] += f" (void){name};"
        self.lines[:0] = parameters

    def define(self, value: SSAValue, expression: str) -> None:
        """Print a variable for a number, with its value."""
        name = self.new_name(value)
        self.bind(value, name)
        c_type = self.c_type_of(value)
        self.declare(name, f"const {c_type} {name} = {expression};")

    def define_buffer(self, value: SSAValue, expression: str, comment: str = "") -> str:
        """Print a variable for an address, and return its name."""
        name = self.new_name(value, "buffer")
        self.declare(
            name, f"{self.c_type_of(value)}const {name} = {expression};{comment and ' '}{comment}"
        )
        return name

    def c_type_of(self, value: SSAValue) -> str:
        """The C type of a value; that of an address ends with the asterisk."""
        if isinstance(value.type, MemRefType):
            return "uint8_t *" if self.is_written(value) else "const uint8_t *"
        return scalar_type_of(_owner_op(value), value.type).c_type

    def is_written(self, value: SSAValue) -> bool:
        """Whether the memory of a buffer may be written."""
        return self.function.aliases.is_written(value)

    # Operands

    def constant(self, value: SSAValue) -> int | None:
        """The integer that a value is, from 0 to the largest of its type, if it is a constant."""
        return self._constants.get(value)

    def signed_constant(self, value: SSAValue) -> int | None:
        """The integer that a value is where it is taken for signed, if it is a constant."""
        number = self._constants.get(value)
        return None if number is None else self.integer(value).signed_value(number)

    def integer(self, value: SSAValue) -> IntegerScalar:
        """How an integer is held."""
        op = _owner_op(value)
        scalar = scalar_type_of(op, value.type)
        if not isinstance(scalar, IntegerScalar):
            fail(op, f"the C target expected an integer from {op.name}, got {value.type}")
        return scalar

    def float(self, value: SSAValue) -> FloatScalar:
        """How a floating point number is held."""
        op = _owner_op(value)
        scalar = scalar_type_of(op, value.type)
        if not isinstance(scalar, FloatScalar):
            fail(op, f"the C target expected a float from {op.name}, got {value.type}")
        return scalar

    def name(self, value: SSAValue) -> str:
        """The variable of a number that is not a constant."""
        name = self._names[value]
        self._unused.pop(name, None)
        return name

    def number(self, value: SSAValue) -> str:
        """A number as an operand, whose C type is its own or `int`."""
        constant = self._constants.get(value)
        return self.name(value) if constant is None else self.integer(value).literal(constant)

    def typed(self, value: SSAValue) -> str:
        """A number as an operand of its own C type."""
        constant = self._constants.get(value)
        return self.name(value) if constant is None else self.integer(value).typed_literal(constant)

    def signed(self, value: SSAValue) -> str:
        """An integer as an operand of the signed C type, or of `int`."""
        scalar = self.integer(value)
        constant = self._constants.get(value)
        return (
            scalar.as_signed(self.name(value))
            if constant is None
            else scalar.signed_literal(constant)
        )

    def buffer(self, value: SSAValue) -> Buffer:
        """What is known of a buffer value. Raises `AnalysisError` if it is not a buffer."""
        buffer = self._buffers.get(value)
        if buffer is None:
            op = _owner_op(value)
            fail(op, f"the C target cannot hold the type {value.type} of {op.name}")
        return buffer

    def pointer(self, value: SSAValue) -> str:
        """The address of a buffer's first element, as an operand."""
        return self.used(self.buffer(value).pointer)

    def used(self, operand: str) -> str:
        """An operand that was made before, of variables that are now used."""
        self._unused.pop(operand, None)
        return operand

    def assigned(self, operand: str) -> str:
        """
        An address as an operand, of which an element is assigned: compilers find an array unused of
        which nothing else is known.
        """
        return operand if operand in self._arrays else self.used(operand)

    def operand(self, value: SSAValue) -> str:
        """A number or an address as an operand."""
        return self.pointer(value) if isinstance(value.type, MemRefType) else self.number(value)

    # Blocks

    def print_block(self, block: Block) -> Operation | None:
        """Print the operations of a block but its terminator, which is returned."""
        last_op = block.last_op
        for op in block.ops:
            if op is last_op and isinstance(op, _TERMINATORS):
                return op
            if op in self._to_outline:
                self._print_outlined(op)
            elif not self._is_dead(op):
                self.module.print_op(self, op)
        return None

    def _print_outlined(self, op: Operation) -> None:
        """Print a loop as a function, whose parameters are what it uses, and the call."""
        parameters: list[str] = []
        arguments: dict[str, None] = {}
        for value in values_from_outside(op):
            if value in self._constants:
                continue
            argument = self.operand(value)
            is_local = is_identifier(argument) and argument not in self.module.scope
            if is_local and argument not in arguments:
                arguments[argument] = None
                c_type = self.c_type_of(value)
                is_buffer = c_type.endswith("*")
                parameters.append(f"{c_type}{'restrict ' if is_buffer else ' '}{argument}")
        base = f"{self.module.functions[self.function.name]}_loop"
        name = self.module.scope.take_identifier(base)
        while name in self._scope.own_names:
            name = self.module.scope.take_identifier(base)
        lines, depth = self.lines, self._depth
        self.lines, self._depth = [], 1
        self._unused |= dict.fromkeys(arguments, _PARAMETER)
        self.module.print_op(self, op)
        unused = [argument for argument in arguments if argument in self._unused]
        for argument in unused:
            del self._unused[argument]
        head = wrapped(f"static void {name}", parameters, " {")
        uses = (f"{_INDENT}(void){argument};" for argument in unused)
        self.outlined += [*head, *uses, *self.lines, "}", ""]
        self.lines, self._depth = lines, depth
        self.line(f"{self.call_text(name, list(arguments))};")

    def call_text(self, name: str, arguments: Sequence[str]) -> str:
        """A call, one argument in a line if they are too many for one."""
        call = f"{name}({', '.join(arguments)})"
        if len(self.indent) + len(call) < MAX_WIDTH:
            return call
        separator = f",\n{self.indent}    "
        return f"{name}(\n{self.indent}    {separator.join(arguments)}\n{self.indent})"

    def _is_dead(self, op: Operation) -> bool:
        return is_removable(op) and not any(value in self._needed for value in op.results)

    def print_constant(self, op: arith.ConstantOp) -> None:
        """Let the result of a constant be what it is, wherever it is used."""
        scalar = scalar_type_of(op, op.result.type)
        match op.value, scalar:
            case IntegerAttr(), IntegerScalar():
                self.bind_constant(op.result, scalar.wrapped(op.value.value.data))
            case FloatAttr(), FloatScalar():
                number = op.value.value.data
                literal = float_literal(number, scalar)
                if literal is None:
                    bits = scalar.bits.literal(float_bits(number, scalar))
                    literal = self.helpers.call(f"usmp_bits_to_f{scalar.width}", bits)
                self.bind(op.result, literal)
            case _:
                fail(op, f"the C target cannot print the constant {op.value}")

    # Values that regions pass on

    def declare_variables(
        self, values: Sequence[SSAValue], initial: Sequence[SSAValue] | None, default: str
    ) -> list[str]:
        """Print a variable that can be assigned for each value, and return their names."""
        names: list[str] = []
        for number, value in enumerate(values):
            start = "" if initial is None else f" = {self.operand(initial[number])}"
            name = self.new_name(value, default)
            c_type = self.c_type_of(value)
            space = "" if c_type.endswith("*") else " "
            self.line(f"{c_type}{space}{name}{start};")
            names.append(name)
        return names

    def bind_variables(self, values: Sequence[SSAValue], names: Sequence[str]) -> None:
        """Let values be what variables hold."""
        for value, name in zip(values, names, strict=True):
            if isinstance(value.type, MemRefType):
                op = _owner_op(value)
                self.bind_buffer(value, buffer_at(name, buffer_type_of(op, value.type)))
            else:
                self.bind(value, name)

    def assign(self, names: Sequence[str], values: Sequence[SSAValue]) -> None:
        """Print assignments that all happen at once."""
        sources = [self.operand(value) for value in values]
        assigned: set[str] = set()
        changed: set[str] = set()
        for name, source in zip(names, sources, strict=True):
            if source in assigned:
                changed.add(source)
            if source != name:
                assigned.add(name)
        saved: dict[str, str] = {}
        for value, source in zip(values, sources, strict=True):
            if source in changed and source not in saved:
                c_type = self.c_type_of(value)
                space = "" if c_type.endswith("*") else " "
                saved[source] = self.named(f"old_{source}")
                self.line(f"{c_type}{space}const {saved[source]} = {source};")
        for name, source in zip(names, sources, strict=True):
            if name != source:
                self.line(f"{name} = {saved.get(source, source)};")

    def touch_unneeded(self, groups: Sequence[tuple[str, Sequence[SSAValue]]]) -> None:
        """Use each variable whose values nothing else does."""
        for name, values in groups:
            if not any(value in self._needed for value in values):
                self.line(f"(void){name};")


def wrapped(head: str, parameters: Sequence[str], end: str) -> Iterator[str]:
    """A function with its parameters, in lines that are not too long."""
    line = f"{head}({', '.join(parameters) or 'void'}){end}"
    if len(line) <= MAX_WIDTH:
        yield line
        return
    yield f"{head}("
    for number, parameter in enumerate(parameters):
        yield f"    {parameter}{',' if number < len(parameters) - 1 else ''}"
    yield f"){end}"


def _owner_op(value: SSAValue) -> Operation:
    """The operation that a value is of, also as a block argument."""
    owner = value.owner
    if isinstance(owner, Operation):
        return owner
    op = owner.parent_op()
    assert op is not None
    return op


def is_removable(op: Operation) -> bool:
    """Whether an operation does nothing if its results are not used."""
    return isinstance(op, _WITHOUT_EFFECT) or op.name.startswith(_WITHOUT_EFFECT_DIALECTS)


def _needed_values(block: Block) -> set[SSAValue]:
    """The values that operations use which do something, or on whose results these depend."""
    needed: set[SSAValue] = set()

    def visit(block: Block) -> None:
        for op in reversed(list(block.ops)):
            if isinstance(op, memref.DeallocOp):
                continue
            if is_removable(op) and not any(value in needed for value in op.results):
                continue
            for region in op.regions:
                for nested in region.blocks:
                    visit(nested)
            needed.update(op.operands)

    visit(block)
    return needed
