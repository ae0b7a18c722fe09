"""
Random programs that can be run, and in which every stored value matters.

As in `usmp_random_programs`, a program is drawn as a small tree of statements that name buffers by
number only, and written out as MLIR text afterwards. A number picks among what is in scope (modulo
their count), and a statement that finds nothing to work on is left out, so every tree is a valid
program and shrinking may drop any part of it.

What a run does is determined by its input. A buffer is filled as soon as it comes into scope, all
indices are inside, and loops end. Values are mixed so that they cannot be told from random ones:
a statement that changes an element makes a hash of what was there, of what it read elsewhere and of
the place. Before a buffer goes out of scope it is *drained*: each of its elements is mixed into a
buffer that is still there, and so on until the output. If a byte changes between its write and its
last read, so does the output, but for a chance of at most one in 256 for each element it goes
through; no element is overwritten with something that does not depend on what it held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from itertools import chain
from math import prod
from random import Random
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from usmp_drawing import drawn

# The tree


class Storage(Enum):
    """The operation that allocates a buffer."""

    TIR = "tir.allocate"
    ALLOC = "memref.alloc"
    ALLOCA = "memref.alloca"


class Place(Enum):
    """Where a buffer is allocated."""

    FILL = "right before it is filled"
    FUNCTION = "at the start of the function"


class Derivation(Enum):
    """How one buffer value is derived from another."""

    CAST = "memref.cast"
    VIEW = "memref.view"
    SUBVIEW = "memref.subview"
    REINTERPRET = "memref.reinterpret_cast"


class LoopKind(Enum):
    """The kind of a `tir.for`, as it is written."""

    SERIAL = ""
    UNROLLED = "unrolled "
    PARALLEL = "parallel "
    VECTORIZED = "vectorized "
    THREAD_BINDING = 'thread_binding("threadIdx.x") '


class Bound(Enum):
    """How the upper bound of a loop is given."""

    LITERAL = "literal"
    CONSTANT = "arith.constant"
    LOADED = "computed from an element of a buffer"


@dataclass(frozen=True)
class Begin:
    """Allocates a buffer and fills it, from another one if there is a `source`."""

    storage: Storage
    place: Place
    type: int
    alignment: int
    source: int | None


@dataclass(frozen=True)
class Unused:
    """Allocates a buffer that nothing uses."""

    storage: Storage
    type: int


@dataclass(frozen=True)
class Constant:
    """Brings data of the program into scope."""

    type: int
    seed: int


@dataclass(frozen=True)
class Mix:
    """Changes all elements of a buffer, depending on another one."""

    source: int
    target: int


@dataclass(frozen=True)
class Drain:
    """
    Mixes all elements of a buffer into another one, and is done with it: but for a loop around,
    if the buffer began outside of it.
    """

    buffer: int
    target: int


@dataclass(frozen=True)
class Copy:
    """Mixes a buffer into another one of its type, and copies that over it."""

    source: int
    target: int


@dataclass(frozen=True)
class Derive:
    derivation: Derivation
    buffer: int


@dataclass(frozen=True)
class Select:
    condition: int
    left: int
    right: int


@dataclass(frozen=True)
class Call:
    callee: int
    arguments: tuple[int, ...]


@dataclass(frozen=True)
class For:
    kind: LoopKind
    bound: Bound
    trips: int
    body: Body


@dataclass(frozen=True)
class Rotate:
    """`scf.for` that carries two buffers and exchanges them in each iteration."""

    left: int
    right: int
    trips: int
    body: Body


@dataclass(frozen=True)
class While:
    """`scf.while` that counts down from a number computed from an element of a buffer."""

    bound: int
    before: Body
    after: Body


@dataclass(frozen=True)
class If:
    condition: int
    then: Body
    otherwise: Body | None


@dataclass(frozen=True)
class IfElse:
    """`scf.if` that chooses one of two buffers."""

    condition: int
    left: int
    right: int
    then: Body
    otherwise: Body


Statement = (
    Begin
    | Unused
    | Constant
    | Mix
    | Drain
    | Copy
    | Derive
    | Select
    | Call
    | For
    | Rotate
    | While
    | If
    | IfElse
)
Body = tuple[Statement, ...]


class FunctionDialect(Enum):
    TIR = "tir"
    FUNC = "func"


class Parameter(NamedTuple):
    type: int
    is_written: bool


@dataclass(frozen=True)
class Function:
    """
    A function; it may call those before it in the program. Its first parameter is written, whatever
    that says.
    """

    dialect: FunctionDialect
    parameters: tuple[Parameter, ...]
    body: Body


@dataclass(frozen=True)
class PoolTree:
    """The pools of a program: one without limits, and others if they are wanted."""

    fast_bytes: int | None
    """The size of a pool that is preferred."""
    has_constants: bool
    """Whether there is one for constants."""


@dataclass(frozen=True)
class ExecutableProgram:
    """Functions, of which the last is the entry, and what they may be planned into."""

    functions: tuple[Function, ...]
    body: Body
    pools: PoolTree

    def text(self, prefix: str = "") -> str:
        """The program as MLIR, with a prefix for each of its symbols."""
        return write_program(self, prefix)

    def __repr__(self) -> str:
        return self.text()

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        # Hypothesis would show how all of it was drawn.
        printer.text(repr(self))


ENTRY = "run"
"""The name of the entry function: `@run(%input: memref<32xi8>, %output: memref<32xi8>)`."""

INPUT_BYTES = OUTPUT_BYTES = 32
INPUT = Random(5).randbytes(INPUT_BYTES)
"""The input of every run."""


# Writing it


class BufferType(NamedTuple):
    """A buffer type: the element type and the extents; `is_dynamic` ones are not written out."""

    element: str
    shape: tuple[int, ...]
    is_dynamic: bool = False

    def __str__(self) -> str:
        extents = ("?" if self.is_dynamic else str(extent) for extent in self.shape)
        return f"memref<{'x'.join((*extents, self.element))}>"

    @property
    def elements(self) -> int:
        return prod(self.shape)

    @property
    def size_bytes(self) -> int:
        return self.elements * _ELEMENT_BYTES[self.element]


_ELEMENT_BYTES = {"i8": 1, "i16": 2, "i32": 4, "i64": 8, "index": 8, "f32": 4}

BUFFER_TYPES = (
    BufferType("i8", (4,)),
    BufferType("i8", (16,)),
    BufferType("i16", (2, 3)),
    BufferType("i32", (5,)),
    BufferType("i64", (2,)),
    BufferType("i16", (9,)),
    BufferType("f32", (3,)),
    BufferType("i32", ()),
    BufferType("index", (2,)),
    BufferType("i8", (2, 2, 3)),
    BufferType("i8", (1,)),
)
PARAMETER_TYPES = (
    BufferType("i8", (4,), is_dynamic=True),
    BufferType("i8", (4,)),
    BufferType("i16", (2, 3)),
    BufferType("i32", (2,), is_dynamic=True),
    BufferType("f32", (3,)),
    BufferType("i64", (1,)),
    BufferType("i8", (1,)),
)
_CONSTANT_TYPES = (BufferType("i8", (4,)), BufferType("i16", (2, 3)), BufferType("i32", (5,)))
_ALIGNMENTS = (None, None, None, 32, 64)

MAX_ELEMENTS = 120
"""A function that would change more elements in a run, give or take, gets no more statements."""

MAX_LINES = 36
"""Nor does one that has so many lines, or twice as many if it is the entry."""

MIX = """\
func.func @{prefix}mix(%old: i64, %new: i64, %place: index) -> i64 {{
  %odd = arith.constant 0x9E3779B97F4A7C15 : i64
  %half = arith.constant 32 : i64
  %at = arith.index_cast %place : index to i64
  %placed = arith.addi %old, %at : i64
  %first = arith.muli %placed, %odd : i64
  %sum = arith.addi %first, %new : i64
  %second = arith.muli %sum, %odd : i64
  %high = arith.shrui %second, %half : i64
  %folded = arith.xori %second, %high : i64
  %third = arith.muli %folded, %odd : i64
  %top = arith.shrui %third, %half : i64
  %hash = arith.xori %third, %top : i64
  func.return %hash : i64
}}
"""


class Value(NamedTuple):
    """A buffer in scope."""

    name: str
    type: BufferType
    text: str
    """The type as it is written."""
    is_writable: bool = True
    is_plain: bool = True
    """Whether it has the identity layout."""
    freed_by_drain: bool = False


@dataclass
class Scope:
    """The buffers that may be used at some place, and those of them that began in this block."""

    buffers: list[Value]
    own: list[Value] = field(default_factory=list[Value])
    outer: Scope | None = None

    def nested(self) -> Scope:
        return Scope(list(self.buffers), outer=self)

    def begin(self, value: Value) -> None:
        self.buffers.append(value)
        self.own.append(value)

    def end(self, value: Value) -> None:
        """The buffer is not used any more, neither here nor around this block."""
        self.buffers.remove(value)
        if value in self.own:
            self.own.remove(value)
        elif self.outer is not None:
            self.outer.end(value)

    @property
    def of_function(self) -> list[Value]:
        """The buffers that began in this block or around it, and have not ended."""
        around = [] if self.outer is None else self.outer.of_function
        return [*(value for value in around if value in self.buffers), *self.own]

    @property
    def writable(self) -> list[Value]:
        return [value for value in self.buffers if value.is_writable]


_T = TypeVar("_T")


def _pick(choices: Sequence[_T], number: int) -> _T:
    """One of `choices`; 0 is the latest."""
    return choices[-1 - number % len(choices)]


class _Signature(NamedTuple):
    name: str
    parameters: tuple[BufferType, ...]
    is_written: tuple[bool, ...]
    elements: int
    """How many elements a run changes at most."""


class _FunctionWriter:
    """Writes one function."""

    def __init__(
        self,
        dialect: FunctionDialect,
        name: str,
        parameters: Sequence[Value],
        callees: Sequence[_Signature],
        prefix: str,
        max_lines: int = MAX_LINES,
    ):
        self.dialect = dialect
        self.name = name
        self.parameters = parameters
        self.callees = callees
        self.prefix = prefix
        self.max_lines = max_lines
        self.constants: dict[tuple[str, str], str] = {}
        self.hoisted: list[str] = []
        self.lines: list[str] = []
        self.depth = 1
        self.counter = 0
        self.elements = 0
        self.repeats = 1
        """How often the place where the writer is runs at most."""
        self.aliased: set[str] = set()

    def write(self, body: Body, attributes: str = "") -> tuple[str, _Signature]:
        """The text of the function, and how to call it."""
        self.block(body, Scope(list(self.parameters)))
        header = ", ".join(f"{value.name}: {value.text}" for value in self.parameters)
        lines = [
            f"{self.dialect.value}.func @{self.prefix}{self.name}({header}){attributes} {{",
            *(
                f"  {name} = arith.constant {literal} : {type}"
                for (literal, type), name in self.constants.items()
            ),
            *self.hoisted,
            *self.lines,
            f"  {self.dialect.value}.return",
            "}",
        ]
        signature = _Signature(
            self.name,
            tuple(value.type for value in self.parameters),
            tuple(value.is_writable for value in self.parameters),
            self.elements,
        )
        return "\n".join(lines) + "\n", signature

    # Lines and values

    def op(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def fresh(self, stem: str) -> str:
        self.counter += 1
        return f"%{stem}{self.counter}"

    def define(self, stem: str, text: str) -> str:
        name = self.fresh(stem)
        self.op(f"{name} = {text}")
        return name

    def constant(self, value: int, type: str = "index") -> str:
        """A constant, defined once at the top of the function."""
        return self.constants.setdefault((str(value), type), f"%c{len(self.constants)}")

    def affords(self, elements: int) -> bool:
        """Whether so many elements more may be changed at this place; if so they are counted."""
        total = self.elements + elements * self.repeats
        if total > MAX_ELEMENTS:
            return False
        self.elements = total
        return True

    @contextmanager
    def nesting(self, repeats: int = 1):
        """Writes the lines of a region that runs so often at most."""
        self.depth += 1
        self.repeats *= repeats
        yield
        self.repeats //= repeats
        self.depth -= 1

    # Elements

    def subscript(self, value: Value, place: str, places: int) -> str:
        """The indices of an element by its number; beyond the last, the numbers begin again."""
        shape, count = value.type.shape, value.type.elements
        if not shape:
            return "[]"
        if places > count:
            place = self.define("place", f"arith.remui {place}, {self.constant(count)} : index")
        indices: list[str] = []
        for extent in reversed(shape[1:]):
            limit = self.constant(extent)
            indices.append(self.define("i", f"arith.remui {place}, {limit} : index"))
            place = self.define("i", f"arith.divui {place}, {limit} : index")
        return f"[{', '.join((place, *reversed(indices)))}]"

    def accessor(self, value: Value) -> str:
        return "tir" if self.dialect is FunctionDialect.TIR and value.is_plain else "memref"

    def load(self, value: Value, subscript: str) -> str:
        """An element as 64 bits."""
        element = value.type.element
        loaded = self.define(
            "v", f"{self.accessor(value)}.load {value.name}{subscript} : {value.text}"
        )
        match element:
            case "i64":
                return loaded
            case "index":
                return self.define("v", f"arith.index_cast {loaded} : index to i64")
            case "f32":
                loaded = self.define("v", f"arith.bitcast {loaded} : f32 to i32")
                element = "i32"
            case _:
                pass
        return self.define("v", f"arith.extui {loaded} : {element} to i64")

    def store(self, number: str, value: Value, subscript: str) -> None:
        """Stores what an element can hold of 64 bits: of `f32`, an integer that it can."""
        element = value.type.element
        match element:
            case "i64":
                pass
            case "index":
                number = self.define("v", f"arith.index_cast {number} : i64 to index")
            case "f32":
                number = self.define("v", f"arith.trunci {number} : i64 to i16")
                number = self.define("v", f"arith.sitofp {number} : i16 to f32")
            case _:
                number = self.define("v", f"arith.trunci {number} : i64 to {element}")
        self.op(f"{self.accessor(value)}.store {number}, {value.name}{subscript} : {value.text}")

    def mixed(self, old: str, new: str, place: str) -> str:
        mix = f"func.call @{self.prefix}mix({old}, {new}, {place}) : (i64, i64, index) -> i64"
        return self.define("hash", mix)

    def element_loop(
        self, places: int, target: Value, source: Value | None, *, fills: bool = False
    ) -> None:
        """
        Changes elements of the target by numbers from 0 on, each depending on what it was, unless
        it `fills`, and on an element of the source.
        """
        place = self.fresh("n")
        if places == 1:
            self.change_element(self.constant(0), places, target, source, fills)
            return
        self.op(f"tir.for {place} = 0 to {places} {{")
        with self.nesting():
            self.change_element(place, places, target, source, fills)
        self.op("}")

    def change_element(
        self, place: str, places: int, target: Value, source: Value | None, fills: bool
    ) -> None:
        subscript = self.subscript(target, place, places)
        salt = self.constant(self.counter, "i64")
        new = salt
        if source is not None:
            new = self.load(source, self.subscript(source, place, places))
        old = salt if fills else self.load(target, subscript)
        self.store(self.mixed(old, new, place), target, subscript)

    def number_from(self, value: Value) -> str:
        """64 bits that depend on the first element of a buffer."""
        zero = self.constant(0)
        first = self.load(value, f"[{', '.join(zero for _ in value.type.shape)}]")
        return self.mixed(first, self.constant(self.counter, "i64"), zero)

    def flag_from(self, value: Value) -> str:
        return self.define("flag", f"arith.trunci {self.number_from(value)} : i64 to i1")

    # Blocks

    def block(self, body: Body, scope: Scope) -> None:
        """A body, and the draining of what begins in it."""
        for statement in body:
            if len(self.lines) < self.max_lines:
                _WRITERS[type(statement)](self, statement, scope)
        while scope.own:
            self.drain_into_another(scope.own[-1], 0, scope)

    def nested(self, body: Body, scope: Scope, repeats: int = 1) -> None:
        with self.nesting(repeats):
            self.block(body, scope.nested())

    def drain_into_another(self, value: Value, number: int, scope: Scope) -> None:
        """
        Ends a buffer. There is another that can be written, as there is a parameter; where the
        buffer is drained into itself, as that under another name, what it holds ends up there.
        """
        scope.end(value)
        target = _pick(scope.writable, number)
        self.element_loop(value.type.elements, target, value)
        if value.freed_by_drain and value.name not in self.aliased:
            self.op(f"memref.dealloc {value.name} : {value.text}")

    # Statements

    def allocation(self, storage: Storage, type: BufferType, alignment: int | None) -> str:
        attributes = "" if alignment is None else f" {{alignment = {alignment} : i64}}"
        if storage is Storage.TIR:
            return f'tir.allocate "{self.name}_{self.counter}"{attributes} : {type}'
        return f"{storage.value}(){attributes} : {type}"

    def begin(self, statement: Begin, scope: Scope) -> None:
        type = _pick(BUFFER_TYPES, -1 - statement.type)
        if not self.affords(2 * type.elements):
            return
        source = None if statement.source is None else _pick(scope.buffers, statement.source)
        name = self.fresh("b")
        alignment = _ALIGNMENTS[statement.alignment % len(_ALIGNMENTS)]
        allocation = f"{name} = {self.allocation(statement.storage, type, alignment)}"
        is_hoisted = statement.place is Place.FUNCTION
        if is_hoisted:
            self.hoisted.append("  " + allocation)
        else:
            self.op(allocation)
        is_freed = statement.storage is Storage.ALLOC and not is_hoisted
        value = Value(name, type, str(type), freed_by_drain=is_freed)
        self.element_loop(type.elements, value, source, fills=True)
        scope.begin(value)

    def unused(self, statement: Unused, scope: Scope) -> None:
        type = _pick(BUFFER_TYPES, -1 - statement.type)
        self.define("unused", self.allocation(statement.storage, type, None))

    def data(self, statement: Constant, scope: Scope) -> None:
        type = _CONSTANT_TYPES[statement.type % len(_CONSTANT_TYPES)]
        if not self.affords(type.elements):
            return
        random = Random(statement.seed)
        elements = ", ".join(str(random.randrange(128)) for _ in range(type.elements))
        if len(type.shape) == 2:
            rows, columns = type.shape
            elements = ", ".join(
                f"[{', '.join(str(random.randrange(1 << 15)) for _ in range(columns))}]"
                for _ in range(rows)
            )
        text = f'tir.allocate_const "{self.name}_{self.counter}" dense<[{elements}]> : {type}'
        scope.begin(Value(self.define("k", text), type, str(type), is_writable=False))

    def mix(self, statement: Mix, scope: Scope) -> None:
        source = _pick(scope.buffers, statement.source)
        target = _pick(scope.writable, statement.target)
        places = max(source.type.elements, target.type.elements)
        if self.affords(places):
            self.element_loop(places, target, source)

    def drain(self, statement: Drain, scope: Scope) -> None:
        if not scope.of_function:
            return
        value = _pick(scope.of_function, statement.buffer)
        if value not in scope.own:
            # A loop may come here again, and needs what the buffer held before.
            if not self.affords(value.type.elements):
                return
            self.aliased.add(value.name)
        self.drain_into_another(value, statement.target, scope)

    def copy(self, statement: Copy, scope: Scope) -> None:
        pairs = [
            (source, target)
            for target in scope.writable
            for source in scope.writable
            if source.type == target.type and source is not target and not target.type.is_dynamic
        ]
        if not pairs:
            return
        source, target = _pick(pairs, statement.source + 5 * statement.target)
        if not self.affords(2 * target.type.elements):
            return
        self.element_loop(target.type.elements, source, target)
        self.op(f'"memref.copy"({source.name}, {target.name}) : ({source.text}, {target.text})')
        self.lines[-1] += " -> ()"

    def derive(self, statement: Derive, scope: Scope) -> None:
        candidates = [
            value
            for value in scope.buffers
            if value.is_plain
            and value.type.elements > 1
            and _can_derive(statement.derivation, value)
        ]
        if not candidates:
            return
        source = _pick(candidates, statement.buffer)
        if not self.affords(source.type.size_bytes):
            return
        self.aliased.add(source.name)
        scope.begin(_DERIVATIONS[statement.derivation](self, source))

    def cast(self, source: Value) -> Value:
        type = source.type._replace(is_dynamic=True)
        text = f'"memref.cast"({source.name}) : ({source.text}) -> {type}'
        return source._replace(
            name=self.define("d", text), type=type, text=str(type), freed_by_drain=False
        )

    def view(self, source: Value) -> Value:
        """The second half of some bytes as 16-bit numbers."""
        half = source.type.elements // 4 * 2
        type = BufferType("i16", (half // 2,))
        start = self.constant(half)
        text = f"memref.view {source.name}[{start}][] : {source.text} to {type}"
        return source._replace(
            name=self.define("d", text), type=type, text=str(type), freed_by_drain=False
        )

    def subview(self, source: Value) -> Value:
        """All but the first element of a row."""
        count = source.type.elements - 1
        type = BufferType(source.type.element, (count,))
        text = f"memref<{count}x{type.element}, strided<[1], offset: 1>>"
        op = f"memref.subview {source.name}[1] [{count}] [1] : {source.text} to {text}"
        return Value(self.define("d", op), type, text, source.is_writable, is_plain=False)

    def reinterpret(self, source: Value) -> Value:
        """A row of all elements."""
        count = source.type.elements
        type = BufferType(source.type.element, (count,))
        text = (
            f"memref.reinterpret_cast {source.name} to offset: [0], sizes: [{count}], "
            f"strides: [1] : {source.text} to {type}"
        )
        return source._replace(
            name=self.define("d", text), type=type, text=str(type), freed_by_drain=False
        )

    def two_alike(self, left: int, right: int, scope: Scope) -> tuple[Value, Value] | None:
        """Two buffers of one type, different ones where there are."""
        first = _pick(scope.buffers, left)
        alike = [v for v in scope.buffers if v.text == first.text and v.type == first.type]
        second = _pick([v for v in alike if v is not first] or alike, right)
        if not self.affords(first.type.elements):
            return None
        self.aliased |= {first.name, second.name}
        return first, second

    def select(self, statement: Select, scope: Scope) -> None:
        alike = self.two_alike(statement.left, statement.right, scope)
        if alike is None:
            return
        flag = self.flag_from(_pick(scope.buffers, statement.condition))
        names = ", ".join(value.name for value in alike)
        name = self.define("chosen", f"arith.select {flag}, {names} : {alike[0].text}")
        scope.begin(_one_of_two(name, alike))

    def call(self, statement: Call, scope: Scope) -> None:
        if not self.callees:
            return
        callee = _pick(self.callees, statement.callee)
        arguments: list[Value] = []
        for number, (type, is_written) in enumerate(
            zip(callee.parameters, callee.is_written, strict=True)
        ):
            possible = [value for value in scope.buffers if _can_pass(value, type, is_written)]
            if not possible:
                return
            arguments.append(
                _pick(possible, statement.arguments[number % len(statement.arguments)])
            )
        if not self.affords(callee.elements):
            return
        names = ", ".join(value.name for value in arguments)
        types = ", ".join(value.text for value in arguments)
        self.op(f"tir.call_extern @{self.prefix}{callee.name}({names}) : ({types}) -> ()")

    def tir_for(self, statement: For, scope: Scope) -> None:
        trips = statement.trips
        match statement.bound:
            case Bound.LITERAL:
                bounds = f"0 to {trips}"
            case Bound.CONSTANT:
                bounds = f"{self.constant(1)} to {self.constant(trips + 1)}"
            case Bound.LOADED:
                number = self.trips_from(_pick(scope.buffers, trips))
                upper = self.define("upper", f"arith.index_cast {number} : i64 to index")
                bounds = f"{self.constant(0)} to {upper}"
                trips = _MAX_TRIPS
        self.op(f"tir.for {statement.kind.value}{self.fresh('i')} = {bounds} {{")
        self.nested(statement.body, scope, trips)
        self.op("}")

    def trips_from(self, value: Value) -> str:
        """From 0 to the largest number of iterations, depending on a buffer."""
        limit = self.constant(_MAX_TRIPS + 1, "i64")
        return self.define("trips", f"arith.remui {self.number_from(value)}, {limit} : i64")

    def rotate(self, statement: Rotate, scope: Scope) -> None:
        alike = self.two_alike(statement.left, statement.right, scope)
        if alike is None or not self.affords(alike[0].type.elements):
            return
        results, carried = (
            [_one_of_two(self.fresh(stem), alike) for _ in alike] for stem in ("r", "x")
        )
        first = ", ".join(
            f"{inside.name} = {value.name}" for inside, value in zip(carried, alike, strict=True)
        )
        type = alike[0].text
        zero, one = self.constant(0), self.constant(1)
        names = ", ".join(value.name for value in results)
        self.op(
            f"{names} = scf.for {self.fresh('i')} = {zero} to {self.constant(statement.trips)} "
            f"step {one} iter_args({first}) -> ({type}, {type}) {{"
        )
        inner = scope.nested()
        inner.buffers += carried
        with self.nesting(statement.trips):
            if carried[0].is_writable and self.affords(alike[0].type.elements):
                self.element_loop(alike[0].type.elements, *carried)
            self.block(statement.body, inner)
            self.op(f"scf.yield {carried[1].name}, {carried[0].name} : {type}, {type}")
        self.op("}")
        for result in results:
            scope.begin(result)

    def scf_while(self, statement: While, scope: Scope) -> None:
        trips = self.trips_from(_pick(scope.buffers, statement.bound))
        count, left, result = self.fresh("count"), self.fresh("left"), self.fresh("r")
        self.op(f"{result} = scf.while ({count} = {trips}) : (i64) -> i64 {{")
        self.nested(statement.before, scope, _MAX_TRIPS + 1)
        with self.nesting():
            more = self.define("more", f"arith.cmpi ne, {count}, {self.constant(0, 'i64')} : i64")
            self.op(f"scf.condition({more}) {count} : i64")
        self.op("} do {")
        self.op(f"^bb0({left}: i64):")
        self.nested(statement.after, scope, _MAX_TRIPS)
        with self.nesting():
            less = self.define("less", f"arith.subi {left}, {self.constant(1, 'i64')} : i64")
            self.op(f"scf.yield {less} : i64")
        self.op("}")

    def if_without_result(self, statement: If, scope: Scope) -> None:
        flag = self.flag_from(_pick(scope.buffers, statement.condition))
        self.op(f"scf.if {flag} {{")
        self.nested(statement.then, scope)
        if statement.otherwise is not None:
            self.op("} else {")
            self.nested(statement.otherwise, scope)
        self.op("}")

    def if_with_result(self, statement: IfElse, scope: Scope) -> None:
        alike = self.two_alike(statement.left, statement.right, scope)
        if alike is None:
            return
        flag = self.flag_from(_pick(scope.buffers, statement.condition))
        name, type = self.fresh("chosen"), alike[0].text
        for opening, body, value in zip(
            (f"{name} = scf.if {flag} -> ({type}) {{", "} else {"),
            (statement.then, statement.otherwise),
            alike,
            strict=True,
        ):
            self.op(opening)
            self.nested(body, scope)
            self.op(f"  scf.yield {value.name} : {type}")
        self.op("}")
        scope.begin(_one_of_two(name, alike))


def _one_of_two(name: str, values: tuple[Value, Value]) -> Value:
    return values[0]._replace(
        name=name,
        is_writable=all(value.is_writable for value in values),
        freed_by_drain=False,
    )


def _can_pass(value: Value, type: BufferType, is_written: bool) -> bool:
    """
    Whether a buffer may be the argument for a parameter. Floating-point numbers, of which some have
    more than one representation, are not made of the bytes of others.
    """
    floats = (value.type.element == "f32", type.element == "f32")
    return (
        value.is_plain
        and value.type.size_bytes >= type.size_bytes
        and (value.is_writable or not is_written)
        and (floats[0] == floats[1] or (floats[0] and not is_written))
    )


def _can_derive(derivation: Derivation, value: Value) -> bool:
    is_row = len(value.type.shape) == 1
    match derivation:
        case Derivation.CAST:
            return is_row and not value.type.is_dynamic
        case Derivation.VIEW:
            is_static = not value.type.is_dynamic
            return is_row and is_static and value.type.element == "i8" and value.type.elements >= 4
        case Derivation.SUBVIEW:
            return is_row
        case Derivation.REINTERPRET:
            return True


_DERIVATIONS = {
    Derivation.CAST: _FunctionWriter.cast,
    Derivation.VIEW: _FunctionWriter.view,
    Derivation.SUBVIEW: _FunctionWriter.subview,
    Derivation.REINTERPRET: _FunctionWriter.reinterpret,
}

_WRITERS: dict[type, Callable[..., None]] = {
    Begin: _FunctionWriter.begin,
    Unused: _FunctionWriter.unused,
    Constant: _FunctionWriter.data,
    Mix: _FunctionWriter.mix,
    Drain: _FunctionWriter.drain,
    Copy: _FunctionWriter.copy,
    Derive: _FunctionWriter.derive,
    Select: _FunctionWriter.select,
    Call: _FunctionWriter.call,
    For: _FunctionWriter.tir_for,
    Rotate: _FunctionWriter.rotate,
    While: _FunctionWriter.scf_while,
    If: _FunctionWriter.if_without_result,
    IfElse: _FunctionWriter.if_with_result,
}

_MAX_TRIPS = 2
"""The most iterations of a loop whose bound is computed."""


def write_program(program: ExecutableProgram, prefix: str) -> str:
    """The text of a program."""
    signatures: list[_Signature] = []
    texts = [*_pools(program.pools, prefix), MIX.format(prefix=prefix)]
    for number, function in enumerate(program.functions):
        writer = _FunctionWriter(
            function.dialect, f"f{number}", _parameters(function), signatures, prefix
        )
        text, signature = writer.write(function.body)
        texts.append(text)
        signatures.append(signature)
    outside = [BufferType("i8", (size,)) for size in (INPUT_BYTES, OUTPUT_BYTES)]
    parameters = [
        Value("%input", outside[0], str(outside[0]), is_writable=False),
        Value("%output", outside[1], str(outside[1])),
    ]
    writer = _FunctionWriter(
        FunctionDialect.TIR, ENTRY, parameters, signatures, prefix, 2 * MAX_LINES
    )
    text, _ = writer.write(program.body, " attributes {runner_function}")
    return "".join((*texts, text))


def _parameters(function: Function) -> list[Value]:
    types = [PARAMETER_TYPES[p.type % len(PARAMETER_TYPES)] for p in function.parameters]
    return [
        Value(f"%p{number}", type, str(type), is_writable=parameter.is_written or not number)
        for number, (parameter, type) in enumerate(zip(function.parameters, types, strict=True))
    ]


def _pools(pools: PoolTree, prefix: str) -> Iterable[str]:
    if pools.fast_bytes is not None:
        yield f"usmp.pool @{prefix}fast size_hint_bytes {pools.fast_bytes}\n"
    yield f"usmp.pool @{prefix}slow\n"
    if pools.has_constants:
        yield f'usmp.pool @{prefix}rom target_access {{c = "ro"}}\n'


# Drawing it


class Feature(Enum):
    """
    What a program may have besides buffers that begin, are mixed and drained. Each program draws
    the features it has, so that a few of them meet often and in depth.
    """

    CALLS = "calls"
    LOOPS = "tir.for"
    BRANCHES = "scf.if"
    CARRIED = "scf.for and scf.if with buffers as results"
    WHILE = "scf.while"
    CONCURRENT = "tir.for of other kinds"
    DERIVED = "views and casts"
    SELECTED = "arith.select"
    STORAGE = "allocations of other kinds"
    COPIES = "memref.copy"
    CONSTANTS = "tir.allocate_const"
    UNUSED = "buffers without a use"


_Statements = st.SearchStrategy[Statement]

_NUMBERS = st.integers(0, 4)
_ARGUMENTS = st.lists(_NUMBERS, min_size=1, max_size=3).map(tuple)
_TRIPS = st.integers(1, 3)
_BODY_SIZE = 6
_MAX_DEPTH = 3
_MAX_FUNCTIONS = 3


def _begins(*storages: Storage) -> _Statements:
    return st.builds(
        Begin,
        st.sampled_from(storages),
        st.sampled_from((Place.FILL, Place.FILL, Place.FUNCTION)),
        st.integers(0, len(BUFFER_TYPES) - 1),
        st.integers(0, len(_ALIGNMENTS) - 1),
        st.none() | _NUMBERS,
    )


def _always() -> tuple[_Statements, ...]:
    return (
        _begins(Storage.TIR),
        _begins(Storage.TIR),
        st.builds(Mix, _NUMBERS, _NUMBERS),
        st.builds(Drain, _NUMBERS, _NUMBERS),
    )


def _leaves(feature: Feature) -> tuple[_Statements, ...]:
    """The statements without nested ones that come with a feature."""
    match feature:
        case Feature.CALLS:
            call = st.builds(Call, _NUMBERS, _ARGUMENTS)
            return call, call, call
        case Feature.DERIVED:
            derive = st.builds(Derive, st.sampled_from(Derivation), _NUMBERS)
            return derive, derive
        case Feature.SELECTED:
            select = st.builds(Select, _NUMBERS, _NUMBERS, _NUMBERS)
            return select, select
        case Feature.STORAGE:
            return (_begins(Storage.ALLOC), _begins(Storage.ALLOCA))
        case Feature.COPIES:
            copy = st.builds(Copy, _NUMBERS, _NUMBERS)
            return copy, copy, copy
        case Feature.CONSTANTS:
            return (st.builds(Constant, _NUMBERS, _NUMBERS),)
        case Feature.UNUSED:
            return (st.builds(Unused, st.sampled_from(Storage), _NUMBERS),)
        case _:
            return ()


def _nests(feature: Feature, inner: st.SearchStrategy[Body]) -> tuple[_Statements, ...]:
    """The statements around `inner` that come with a feature."""
    match feature:
        case Feature.LOOPS:
            serial = st.just(LoopKind.SERIAL)
            return (st.builds(For, serial, st.sampled_from(Bound), _TRIPS, inner),)
        case Feature.CONCURRENT:
            kinds = st.sampled_from(LoopKind)
            return (st.builds(For, kinds, st.sampled_from(Bound), _TRIPS, inner),)
        case Feature.BRANCHES:
            return (st.builds(If, _NUMBERS, inner, st.none() | inner),)
        case Feature.CARRIED:
            return (
                st.builds(Rotate, _NUMBERS, _NUMBERS, _TRIPS, inner),
                st.builds(IfElse, _NUMBERS, _NUMBERS, _NUMBERS, inner, inner),
            )
        case Feature.WHILE:
            return (st.builds(While, _NUMBERS, inner, inner),)
        case _:
            return ()


def _one_of(strategies: Sequence[_Statements]) -> _Statements:
    """One of `strategies`, each as likely as the others, whatever it is made of."""
    return st.integers(0, len(strategies) - 1).flatmap(lambda number: strategies[number])


def _bodies(depth: int, features: Sequence[Feature]) -> st.SearchStrategy[Body]:
    statements = [*_always(), *chain.from_iterable(map(_leaves, features))]
    if depth:
        inner = _bodies(depth - 1, features)
        statements += chain.from_iterable(_nests(feature, inner) for feature in features)
    return st.lists(_one_of(statements), min_size=1, max_size=_BODY_SIZE).map(tuple)


@cache
def _bodies_with(features: frozenset[Feature]) -> st.SearchStrategy[Body]:
    """Bodies of functions: they begin with a few buffers, so that there is something to do."""
    begins = st.lists(_begins(Storage.TIR), min_size=1, max_size=3)
    ordered = [feature for feature in Feature if feature in features]
    return st.tuples(begins, _bodies(_MAX_DEPTH - 1, ordered)).map(
        lambda parts: tuple(chain.from_iterable(parts))
    )


@cache
def _functions(features: frozenset[Feature]) -> st.SearchStrategy[Function]:
    parameter = st.builds(Parameter, st.integers(0, len(PARAMETER_TYPES) - 1), st.booleans())
    return st.builds(
        Function,
        st.sampled_from(FunctionDialect),
        st.lists(parameter, min_size=1, max_size=3).map(tuple),
        _bodies_with(features),
    )


@st.composite
def executable_programs(draw: st.DrawFn) -> ExecutableProgram:
    """Programs of up to four functions."""
    features = draw(st.sets(st.sampled_from(Feature), min_size=1, max_size=6))
    for frequent in (Feature.CALLS, Feature.LOOPS):
        if draw(st.integers(0, 2)):
            features.add(frequent)
    most = _MAX_FUNCTIONS if Feature.CALLS in features else 0
    function = _functions(frozenset(features))
    functions = draw(st.lists(function, min_size=min(1, most), max_size=most))
    fast_bytes = draw(st.none() | st.sampled_from((16, 32, 48, 96)))
    pools = PoolTree(fast_bytes, draw(st.booleans()))
    body = draw(_bodies_with(frozenset(features)))
    if functions:
        # Most of the program would often not be reached.
        body = (*body[:1], Call(0, draw(_ARGUMENTS)), *body[1:])
    return ExecutableProgram(tuple(functions), body, pools)


def drawn_programs(count: int) -> list[ExecutableProgram]:
    """Programs that hypothesis draws, the same ones each time."""
    return drawn(executable_programs(), count)
