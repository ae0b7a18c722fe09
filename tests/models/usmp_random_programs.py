"""
Random programs for property tests of the liveness analysis.

A program is drawn as a small tree of statements that name buffers by number only, and written out
as MLIR text afterwards. A number picks among whatever is in scope where it is used (modulo their
count), and a statement that finds nothing to work on is left out, so every tree is a valid program
and shrinking may drop any part of it.

The text uses the `tir` dialect among `scf`, `memref`, `arith`, `func` and operations nobody has
registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from itertools import chain, cycle
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.affine import Affine
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.dialects.cf import Cf
from xdsl.dialects.func import Func
from xdsl.dialects.linalg import Linalg
from xdsl.dialects.memref import MemRef
from xdsl.dialects.scf import Scf
from xdsl.dialects.vector import Vector
from xdsl.parser import Parser

from usmp_dialect.dialects.tir import Tir
from usmp_random_blocks import Body, Graph, Statement, graphs

# The tree


class Storage(Enum):
    """The operation that allocates a buffer."""

    TIR = "tir.allocate"
    TIR_CONST = "tir.allocate_const"
    TIR_DYNAMIC = "tir.allocate of unknown size"
    ALLOC = "memref.alloc"
    ALLOCA = "memref.alloca"
    ALLOC_DYNAMIC = "memref.alloc of unknown size"


class Naming(Enum):
    """Whether a `tir` allocation carries a name, and whether it is the only one of that name."""

    UNIQUE = "unique"
    SHARED = "shared"
    ABSENT = "absent"


class Derivation(Enum):
    """How one buffer value is derived from another."""

    CAST = "memref.cast"
    VIEW = "memref.view"
    SUBVIEW = "memref.subview"
    REINTERPRET = "memref.reinterpret_cast"
    UNREALIZED = "unrealized_conversion_cast"
    POINTER = "unrealized_conversion_cast to an opaque pointer"


class TirLoop(Enum):
    """The kind of a `tir.for`, as it is written."""

    SERIAL = ""
    PARALLEL = "parallel "
    VECTORIZED = "vectorized "
    UNROLLED = "unrolled "
    THREAD_BINDING = 'thread_binding("threadIdx.x") '


class Bound(Enum):
    """How the upper bound of a loop is given."""

    LITERAL = "literal"
    CONSTANT = "arith.constant"
    LOADED = "loaded from a buffer"


@dataclass(frozen=True)
class Allocate(Statement):
    storage: Storage
    type: int
    naming: Naming


@dataclass(frozen=True)
class Store(Statement):
    buffer: int
    value: int
    index: int


@dataclass(frozen=True)
class Load(Statement):
    buffer: int
    index: int


@dataclass(frozen=True)
class Move(Statement):
    """Loads an element and stores it, perhaps in another buffer."""

    load: Load
    store: Store


@dataclass(frozen=True)
class Scratch(Statement):
    """
    Allocates a buffer, writes it, does something else, and moves what was written to some other
    buffer.
    """

    type: int
    body: Body
    target: int


@dataclass(frozen=True)
class Add(Statement):
    left: int
    right: int


@dataclass(frozen=True)
class Copy(Statement):
    source: int
    target: int


@dataclass(frozen=True)
class Derive(Statement):
    derivation: Derivation
    buffer: int


@dataclass(frozen=True)
class Select(Statement):
    condition: int
    left: int
    right: int


@dataclass(frozen=True)
class Call(Statement):
    callee: int
    arguments: tuple[int, ...]


@dataclass(frozen=True)
class CallOutside(Statement):
    """Calls a function that the module does not define."""

    arguments: tuple[int, ...]
    has_result: bool
    is_declared: bool


@dataclass(frozen=True)
class Unknown(Statement):
    """An unregistered operation."""

    arguments: tuple[int, ...]
    has_result: bool


@dataclass(frozen=True)
class UnknownRegions(Statement):
    """An unregistered operation with regions, each with as many block arguments as it says."""

    arguments: tuple[int, ...]
    regions: tuple[UnknownRegion, ...]
    has_result: bool


@dataclass(frozen=True)
class UnknownRegion:
    block_arguments: int
    body: Body
    yielded: tuple[int, ...]


@dataclass(frozen=True)
class Keep(Statement):
    """Stores the buffer itself in memory."""

    buffer: int


@dataclass(frozen=True)
class Freed(Statement):
    """
    Allocates a buffer, does something, and deallocates the buffer: nothing that may be it is in
    scope after that.
    """

    storage: Storage
    type: int
    body: Body
    through_cast: bool


@dataclass(frozen=True)
class For(Statement):
    kind: TirLoop
    bound: Bound
    trips: int
    body: Body


@dataclass(frozen=True)
class ScfFor(Statement):
    """`scf.for`, carrying buffers: for each the first, and the one that an iteration passes on."""

    trips: int
    carried: tuple[tuple[int, int], ...]
    body: Body


@dataclass(frozen=True)
class ScfParallel(Statement):
    trips: int
    body: Body


@dataclass(frozen=True)
class If(Statement):
    condition: int
    then: Body
    otherwise: Body | None


class YieldedKind(Enum):
    BUFFER = "buffer"
    SCALAR = "scalar"


@dataclass(frozen=True)
class IfElse(Statement):
    """`scf.if` with a result."""

    condition: int
    then: Body
    otherwise: Body
    kind: YieldedKind
    yielded: tuple[int, int]


@dataclass(frozen=True)
class While(Statement):
    """
    `scf.while`. If it carries a buffer, `carried` is the first one, the one that `before` passes to
    `after` and to the result, and the one that `after` passes to the next `before`.
    """

    condition: int
    carried: tuple[int, int, int] | None
    before: Body
    after: Body


class FunctionDialect(Enum):
    TIR = "tir"
    FUNC = "func"


@dataclass(frozen=True)
class Function:
    """A function; it may call those before it in the program."""

    dialect: FunctionDialect
    parameters: tuple[int, ...]
    """For each parameter the number of its type in `PARAMETER_TYPES`."""
    body: Body
    returned: int | None
    graph: Graph | None = None
    """What follows the body; only a `func.func` has one."""


class EntryChoice(Enum):
    RUNNER_FUNCTION = "attribute"
    UNCALLED = "uncalled"
    MAIN = "main"


@dataclass(frozen=True)
class ProgramTree:
    functions: tuple[Function, ...]
    order: tuple[int, ...]
    """The order in which the functions are written."""
    entry: EntryChoice
    main: int


class Program(NamedTuple):
    """A program, and what the analysis is to be told about it."""

    text: str
    main: str | None

    def parse(self) -> ModuleOp:
        """Parses and verifies the program."""
        module = parse_module(self.text)
        module.verify()
        return module

    def __repr__(self) -> str:
        return f"main={self.main!r}\n{self.text}"


def parse_module(text: str) -> ModuleOp:
    """Parses a module of the dialects that random programs use."""
    context = Context(allow_unregistered=True)
    for dialect in (Affine, Arith, Builtin, Cf, Func, Linalg, MemRef, Scf, Tir, Vector):
        context.load_dialect(dialect)
    return Parser(context, text).parse_module()


# Writing it

DYNAMIC = "memref<?xi8>"
POINTER = "!unknown.pointer"
PARAMETER_TYPES = (DYNAMIC, "memref<4xi8>", "memref<2x3xi16>")


class BufferType(NamedTuple):
    """A static buffer type: the element type and the extents."""

    element: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"memref<{''.join(f'{extent}x' for extent in self.shape)}{self.element}>"


BUFFER_TYPES = (
    BufferType("i8", (4,)),
    BufferType("i8", (8,)),
    BufferType("i16", (2, 3)),
    BufferType("i4", (3,)),
    BufferType("i1", (5,)),
    BufferType("index", (2,)),
    BufferType("f32", ()),
    BufferType("i64", (1,)),
    BufferType("i8", (0,)),
)
_CONSTANT_TYPES = BUFFER_TYPES[:2]
SHAPES = {str(type): type for type in BUFFER_TYPES}
_BYTES_OF_PARAMETER = {"memref<4xi8>": 4, "memref<2x3xi16>": 12}

MAX_POINTS = 250
"""A function whose calls would make its run longer than this makes no more of them."""


class Value(NamedTuple):
    name: str
    type: str
    is_constant: bool = False


@dataclass
class Scope:
    """What may be used at some place: the values that dominate it."""

    buffers: list[Value]
    scalars: list[Value] = field(default_factory=list[Value])
    indices: list[Value] = field(default_factory=list[Value])

    def nested(self) -> Scope:
        return replace(
            self,
            buffers=list(self.buffers),
            scalars=list(self.scalars),
            indices=list(self.indices),
        )


_T = TypeVar("_T")


def pick(choices: Sequence[_T], number: int) -> _T:
    """One of `choices`; 0 is the latest."""
    return choices[-1 - number % len(choices)]


def element_of(buffer: Value) -> str:
    """The type of what is loaded from a buffer."""
    type = SHAPES.get(buffer.type)
    return "i8" if type is None else type.element


class _Signature(NamedTuple):
    name: str
    dialect: FunctionDialect
    parameters: tuple[str, ...]
    has_result: bool
    points: int


class FunctionWriter:
    """Writes one function."""

    def __init__(self, function: Function, name: str, callees: Sequence[_Signature]):
        self.function = function
        self.name = name
        self.callees = callees
        self.constants: dict[tuple[str, str], str] = {}
        self.lines: list[str] = []
        self.depth = 1
        self.counter = 0
        self.points = 0
        self.uses_declared = False
        self.unknown_depth = 0
        self.ends_unregistered = False
        """Whether the operation written last is an unregistered one."""

    def write(self, attributes: str) -> tuple[str, _Signature]:
        """The text of the function, and how to call it."""
        function = self.function
        parameters = [
            Value(f"%p{number}", PARAMETER_TYPES[type % len(PARAMETER_TYPES)])
            for number, type in enumerate(function.parameters)
        ]
        scope = Scope(list(parameters))
        self.body(function.body, scope)
        has_result = function.returned is not None and bool(scope.buffers)
        if function.graph is not None:
            self.graph(
                function.graph,
                scope,
                lambda inner, number: self.return_op(number if has_result else None, inner),
            )
        else:
            self.return_op(function.returned if has_result else None, scope)
        header = ", ".join(f"{value.name}: {value.type}" for value in parameters)
        result = f" -> ({DYNAMIC})" if has_result else ""
        constants = [
            f"  {name} = arith.constant {literal}{'' if type == 'i1' else f' : {type}'}"
            for (literal, type), name in self.constants.items()
        ]
        text = "\n".join(
            [
                f"{function.dialect.value}.func @{self.name}({header}){result}{attributes} {{",
                *constants,
                *self.lines,
                "}",
            ]
        )
        return text, _Signature(
            self.name,
            function.dialect,
            tuple(value.type for value in parameters),
            has_result,
            self.points + len(constants),
        )

    def return_op(self, returned: int | None, scope: Scope) -> None:
        """Ends the function, or one block of it, with the buffer that is returned if there is."""
        dialect = self.function.dialect.value
        if returned is not None:
            value = self.as_type(pick(scope.buffers, returned), DYNAMIC)
            self.op(f"{dialect}.return {value.name} : {DYNAMIC}")
        elif dialect == "func" or not self.lines:
            self.op(f"{dialect}.return")
        else:
            self.points += 1  # an implied one

    def graph(self, graph: Graph, scope: Scope, end: Callable[[Scope, int], None]) -> None:
        """
        Writes the blocks of a graph behind the block that is being written, which goes on to the
        first of them. `end` writes the end of a block that leads nowhere, given a number to pick
        by.
        """
        labels = [self.fresh("bb").replace("%", "^") for _ in graph.blocks]
        arguments = [
            [Value(self.fresh("x"), DYNAMIC) for _ in range(block.arguments)]
            if scope.buffers
            else []
            for block in graph.blocks
        ]
        entry = graph.blocks[0]
        self.branch(entry.passed, [(labels[0], arguments[0])], scope, False)
        before, texts = self.lines, dict[int, list[str]]()
        scopes: dict[int, Scope] = {}
        for number, dominator in graph.dominated_first_to_last():
            inner = (scope if dominator is None else scopes[dominator]).nested()
            scopes[number] = inner
            inner.buffers.extend(arguments[number])
            self.lines = texts[number] = []
            header = ", ".join(f"{value.name}: {DYNAMIC}" for value in arguments[number])
            self.line(f"{labels[number]}({header}):" if header else f"{labels[number]}:")
            block = graph.blocks[number]
            self.body(block.body, inner)
            successors = graph.successors(number)
            if successors:
                targets = [(labels[s], arguments[s]) for s in successors]
                self.branch(block.passed, targets, inner, block.passed[-1] == 4)
            else:
                end(inner, block.passed[0])
        self.lines = before
        for number in graph.order:
            self.lines += texts[number]

    def branch(
        self,
        passed: Sequence[int],
        targets: Sequence[tuple[str, Sequence[Value]]],
        scope: Scope,
        is_unknown: bool,
    ) -> None:
        """Goes on to one of `targets`, one to three labels with block arguments."""
        numbers = cycle(passed)
        values = [
            [self.as_type(pick(scope.buffers, next(numbers)), DYNAMIC) for _ in arguments]
            for _, arguments in targets
        ]
        if is_unknown:
            flat = [value.name for of_target in values for value in of_target]
            labels = ", ".join(label for label, _ in targets)
            types = ", ".join(DYNAMIC for _ in flat)
            self.op(f'"unknown.branch"({", ".join(flat)}) [{labels}] : ({types}) -> ()')
            return
        texts = [
            f"{label}({', '.join(v.name for v in given)} : {', '.join(v.type for v in given)})"
            if given
            else label
            for (label, _), given in zip(targets, values, strict=True)
        ]
        match texts:
            case [only]:
                self.op(f"cf.br {only}")
            case [one, other]:
                self.op(f"cf.cond_br {self.condition(passed[0], scope)}, {one}, {other}")
            case [default, *cases]:
                listed = ", ".join(f"{number}: {case}" for number, case in enumerate(cases))
                flag = self.constant("1", "i8")
                self.op(f"cf.switch {flag} : i8, [default: {default}, {listed}]")
            case _:
                raise ValueError("a branch needs a target")

    # Lines and values

    def line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def op(self, text: str) -> None:
        self.points += 1
        self.ends_unregistered = False
        self.line(text)

    def fresh(self, stem: str) -> str:
        self.counter += 1
        return f"%{stem}{self.counter}"

    def define(self, stem: str, type: str, text: str, *, is_constant: bool = False) -> Value:
        value = Value(self.fresh(stem), type, is_constant)
        self.op(f"{value.name} = {text}")
        return value

    def constant(self, literal: str, type: str) -> str:
        """A constant, defined once at the top of the function."""
        return self.constants.setdefault((literal, type), f"%c{len(self.constants)}")

    def index(self, value: int) -> str:
        return self.constant(str(value), "index")

    def condition(self, number: int, scope: Scope) -> str:
        scalars = [scalar for scalar in scope.scalars if scalar.type == "i8"]
        if not scalars or number == 0:
            return self.constant("true", "i1")
        scalar = pick(scalars, number)
        return self.define("flag", "i1", f"arith.cmpi eq, {scalar.name}, {scalar.name} : i8").name

    def scalar(self, number: int, type: str, scope: Scope) -> str:
        scalars = [scalar for scalar in scope.scalars if scalar.type == type]
        if scalars and number:
            return pick(scalars, number).name
        if type == "i1":
            return self.constant("true", "i1")
        return self.constant("1.0" if type == "f32" else "1", type)

    def as_type(self, value: Value, type: str) -> Value:
        """The buffer with another type."""
        if value.type == type:
            return value
        if type == DYNAMIC and value.type.startswith("memref<") and value.type.endswith("xi8>"):
            return self.define(
                "cast", type, f'"memref.cast"({value.name}) : ({value.type}) -> {type}'
            )
        return self.define(
            "address",
            type,
            f"builtin.unrealized_conversion_cast {value.name} : {value.type} to {type}",
        )

    def accessible(self, value: Value) -> tuple[Value, BufferType]:
        """The buffer in a type whose elements can be loaded and stored, and that type."""
        type = SHAPES.get(value.type)
        if type is not None:
            return value, type
        if value.type != DYNAMIC:
            value = self.as_type(value, DYNAMIC)
        return value, BufferType("i8", (4,))

    def subscript(self, type: BufferType, number: int, scope: Scope) -> str:
        """
        The indices of an element. A number of 4 and more is an induction variable where there is
        one.
        """
        if number >= 4 and scope.indices:
            return ", ".join(pick(scope.indices, number).name for _ in type.shape)
        return ", ".join(self.index(number % extent if extent else 0) for extent in type.shape)

    # Statements

    def body(self, body: Body, scope: Scope) -> None:
        for statement in body:
            WRITERS[type(statement)](self, statement, scope)

    def nested(self, body: Body, scope: Scope) -> Scope:
        """Writes a nested body, and returns what is in scope at its end."""
        inner = scope.nested()
        self.depth += 1
        self.body(body, inner)
        if self.ends_unregistered:
            # Where a terminator is implied, xDSL would take an unregistered operation for one.
            self.define("end", "index", "arith.constant 0 : index")
        self.depth -= 1
        return inner

    def allocate(self, statement: Allocate, scope: Scope) -> None:
        type = BUFFER_TYPES[statement.type % len(BUFFER_TYPES)]
        name = {
            Naming.UNIQUE: f' "{self.name}_buffer_{self.counter}"',
            Naming.SHARED: ' "buffer_1"',
            Naming.ABSENT: "",
        }[statement.naming]
        match statement.storage:
            case Storage.TIR:
                value = self.define("b", str(type), f"tir.allocate{name} : {type}")
            case Storage.TIR_CONST:
                type = _CONSTANT_TYPES[statement.type % len(_CONSTANT_TYPES)]
                value = self.define(
                    "k",
                    str(type),
                    f"tir.allocate_const{name} dense<1> : {type}",
                    is_constant=True,
                )
            case Storage.TIR_DYNAMIC:
                value = self.define(
                    "d", DYNAMIC, f"tir.allocate{name}({self.index(4)}) : {DYNAMIC}"
                )
            case Storage.ALLOC:
                value = self.define("m", str(type), f"memref.alloc() : {type}")
            case Storage.ALLOCA:
                value = self.define("a", str(type), f"memref.alloca() : {type}")
            case Storage.ALLOC_DYNAMIC:
                value = self.define("d", DYNAMIC, f"memref.alloc({self.index(4)}) : {DYNAMIC}")
        scope.buffers.append(value)

    def store(self, statement: Store, scope: Scope) -> None:
        buffers = [buffer for buffer in scope.buffers if not buffer.is_constant]
        if not buffers:
            return
        value, type = self.accessible(pick(buffers, statement.buffer))
        element = self.scalar(statement.value, type.element, scope)
        subscript = self.subscript(type, statement.index, scope)
        dialect = "memref" if statement.index == 3 else "tir"
        self.op(f"{dialect}.store {element}, {value.name}[{subscript}] : {value.type}")

    def load(self, statement: Load, scope: Scope) -> None:
        if not scope.buffers:
            return
        value, type = self.accessible(pick(scope.buffers, statement.buffer))
        subscript = self.subscript(type, statement.index, scope)
        dialect = "memref" if statement.index == 3 else "tir"
        scope.scalars.append(
            self.define(
                "v", type.element, f"{dialect}.load {value.name}[{subscript}] : {value.type}"
            )
        )

    def move(self, statement: Move, scope: Scope) -> None:
        if not scope.buffers:
            return
        self.load(statement.load, scope)
        self.store_element(scope.scalars[-1], statement.store, scope)

    def scratch(self, statement: Scratch, scope: Scope) -> None:
        self.allocate(Allocate(Storage.TIR, statement.type, Naming.UNIQUE), scope)
        allocated = scope.buffers[-1]
        own = replace(scope, buffers=[allocated])  # with the same list of scalars
        self.store(Store(0, 0, 0), own)
        self.body(statement.body, scope)
        self.load(Load(0, 0), own)
        self.store_element(scope.scalars[-1], Store(statement.target, 1, 0), scope)

    def store_element(self, element: Value, statement: Store, scope: Scope) -> None:
        """Stores an element that is in scope, if there is a buffer of its type."""
        targets = [
            buffer
            for buffer in scope.buffers
            if not buffer.is_constant and element_of(buffer) == element.type
        ]
        if targets:
            inner = replace(scope, buffers=targets, scalars=[element])
            self.store(replace(statement, value=1), inner)

    def add(self, statement: Add, scope: Scope) -> None:
        if not scope.scalars:
            return
        left = pick(scope.scalars, statement.left)
        right = self.scalar(statement.right, left.type, scope)
        operation = "arith.addf" if left.type == "f32" else "arith.addi"
        scope.scalars.append(
            self.define("s", left.type, f"{operation} {left.name}, {right} : {left.type}")
        )

    def copy(self, statement: Copy, scope: Scope) -> None:
        if not scope.buffers:
            return
        source = self.as_type(pick(scope.buffers, statement.source), DYNAMIC)
        target = self.as_type(pick(scope.buffers, statement.target), DYNAMIC)
        self.op(f'"memref.copy"({source.name}, {target.name}) : ({DYNAMIC}, {DYNAMIC}) -> ()')

    def derive(self, statement: Derive, scope: Scope) -> None:
        if not scope.buffers:
            return
        value = pick(scope.buffers, statement.buffer)
        type = SHAPES.get(value.type)
        match statement.derivation:
            case Derivation.VIEW if value.type in ("memref<4xi8>", "memref<8xi8>"):
                derived = self.define(
                    "view",
                    "memref<1xi64>",
                    f"memref.view {value.name}[{self.index(0)}][] : {value.type} to memref<1xi64>",
                )
            case Derivation.SUBVIEW if (
                type is not None and len(type.shape) == 1 and type.shape[0] > 1
            ):
                part = f"memref<1x{type.element}, strided<[1], offset: 1>>"
                derived = self.define(
                    "part", part, f"memref.subview {value.name}[1] [1] [1] : {value.type} to {part}"
                )
            case Derivation.REINTERPRET if type is not None and type.element == "i8":
                derived = self.define(
                    "row",
                    "memref<4xi8>",
                    f"memref.reinterpret_cast {value.name} to offset: [0], sizes: [4], "
                    f"strides: [1] : {value.type} to memref<4xi8>",
                )
            case Derivation.POINTER if value.type != POINTER:
                derived = self.as_type(value, POINTER)
            case Derivation.CAST if value.type != DYNAMIC:
                derived = self.as_type(value, DYNAMIC)
            case _:
                derived = self.define(
                    "address",
                    "memref<4xi8>",
                    f"builtin.unrealized_conversion_cast {value.name} "
                    f": {value.type} to memref<4xi8>",
                )
        scope.buffers.append(derived)

    def select(self, statement: Select, scope: Scope) -> None:
        if not scope.buffers:
            return
        condition = self.condition(statement.condition, scope)
        left = self.as_type(pick(scope.buffers, statement.left), DYNAMIC)
        right = self.as_type(pick(scope.buffers, statement.right), DYNAMIC)
        scope.buffers.append(
            self.define(
                "either",
                DYNAMIC,
                f"arith.select {condition}, {left.name}, {right.name} : {DYNAMIC}",
            )
        )

    def call(self, statement: Call, scope: Scope) -> None:
        if not self.callees:
            return
        callee = pick(self.callees, statement.callee)
        if callee.parameters and not scope.buffers:
            return
        if self.points + callee.points > MAX_POINTS:
            return
        numbers = statement.arguments
        arguments = [
            self.argument(pick(scope.buffers, numbers[position % len(numbers)]), type, callee)
            for position, type in enumerate(callee.parameters)
        ]
        self.call_op(self.call_operation(callee), callee.name, arguments, callee.has_result, scope)
        self.points += callee.points

    def call_operation(self, callee: _Signature) -> str:
        # `func.call` does not find its callee from inside an unregistered operation.
        if callee.dialect is FunctionDialect.TIR or self.unknown_depth:
            return "tir.call_extern"
        return "func.call"

    def argument(self, value: Value, parameter: str, callee: _Signature) -> Value:
        """
        An argument for a parameter; `tir.call_extern` takes one of another type that is not
        smaller.
        """
        if callee.dialect is FunctionDialect.TIR and value.type.startswith("memref<"):
            type = SHAPES.get(value.type)
            needed = _BYTES_OF_PARAMETER.get(parameter, 0)
            if needed == 0 or value.type == DYNAMIC:
                return value
            if type is not None and type.element == "i8" and type.shape[0] >= needed:
                return value
        return self.as_type(value, parameter)

    def call_outside(self, statement: CallOutside, scope: Scope) -> None:
        if not scope.buffers:
            return
        arguments = [pick(scope.buffers, number) for number in statement.arguments]
        if statement.is_declared and not self.unknown_depth:
            arguments = [
                self.as_type(argument, DYNAMIC) for argument in (*arguments, *arguments)[:2]
            ]
            self.uses_declared = True
            self.call_op("func.call", "declared", arguments, has_result=False, scope=scope)
        else:
            self.call_op("tir.call_extern", "outside", arguments, statement.has_result, scope)

    def call_op(
        self,
        operation: str,
        callee: str,
        arguments: Sequence[Value],
        has_result: bool,
        scope: Scope,
    ) -> None:
        operands = ", ".join(argument.name for argument in arguments)
        types = ", ".join(argument.type for argument in arguments)
        text = f"{operation} @{callee}({operands}) : ({types}) -> "
        self.op_with_optional_result(text, has_result, scope)

    def op_with_optional_result(self, text: str, has_result: bool, scope: Scope) -> None:
        if has_result:
            scope.buffers.append(self.define("r", DYNAMIC, f"{text}{DYNAMIC}"))
        else:
            self.op(f"{text}()")

    def unknown(self, statement: Unknown, scope: Scope) -> None:
        if not scope.buffers:
            return
        arguments = [pick(scope.buffers, number) for number in statement.arguments]
        operands = ", ".join(argument.name for argument in arguments)
        types = ", ".join(argument.type for argument in arguments)
        self.op_with_optional_result(
            f'"unknown.op"({operands}) : ({types}) -> ', statement.has_result, scope
        )
        self.ends_unregistered = True

    def unknown_regions(self, statement: UnknownRegions, scope: Scope) -> None:
        arguments = (
            [pick(scope.buffers, number) for number in statement.arguments] if scope.buffers else []
        )
        operands = ", ".join(argument.name for argument in arguments)
        types = ", ".join(argument.type for argument in arguments)
        result = Value(self.fresh("r"), DYNAMIC)
        prefix = f"{result.name} = " if statement.has_result else ""
        self.op(f'{prefix}"unknown.loop"({operands}) ({{')
        for number, region in enumerate(statement.regions):
            if number:
                self.line("}, {")
            self.unknown_region(region, scope)
        self.line(f"}}) : ({types}) -> {DYNAMIC if statement.has_result else '()'}")
        self.ends_unregistered = True
        if statement.has_result:
            scope.buffers.append(result)

    def unknown_region(self, region: UnknownRegion, scope: Scope) -> None:
        inner = scope.nested()
        block_arguments = [Value(self.fresh("x"), DYNAMIC) for _ in range(region.block_arguments)]
        inner.buffers.extend(block_arguments)
        header = ", ".join(f"{value.name}: {value.type}" for value in block_arguments)
        self.line(f"^bb0({header}):")
        self.unknown_depth += 1
        inner = self.nested(region.body, inner)
        self.unknown_depth -= 1
        yielded = (
            [pick(inner.buffers, number) for number in region.yielded] if inner.buffers else []
        )
        operands = ", ".join(value.name for value in yielded)
        types = ", ".join(value.type for value in yielded)
        self.depth += 1
        self.op(f'"unknown.yield"({operands}) : ({types}) -> ()')
        self.depth -= 1

    def keep(self, statement: Keep, scope: Scope) -> None:
        if not scope.buffers:
            return
        value = self.as_type(pick(scope.buffers, statement.buffer), DYNAMIC)
        type = f"memref<1x{DYNAMIC}>"
        box = self.define("box", type, f'"unknown.box"() : () -> {type}')
        self.op(f"memref.store {value.name}, {box.name}[{self.index(0)}] : {type}")

    def freed(self, statement: Freed, scope: Scope) -> None:
        inner = scope.nested()
        self.allocate(Allocate(statement.storage, statement.type, Naming.UNIQUE), inner)
        value = inner.buffers[-1]
        self.body(statement.body, inner)
        if statement.through_cast and value.type.endswith("xi8>"):
            value = self.as_type(value, DYNAMIC)
        self.op(f"memref.dealloc {value.name} : {value.type}")

    def tir_for(self, statement: For, scope: Scope) -> None:
        upper = str(statement.trips)
        if statement.bound is Bound.CONSTANT:
            upper = self.index(statement.trips)
        scalars = [scalar for scalar in scope.scalars if scalar.type == "i8"]
        if statement.bound is Bound.LOADED and scalars:
            scalar = pick(scalars, statement.trips)
            upper = self.define(
                "upper", "index", f"arith.index_cast {scalar.name} : i8 to index"
            ).name
        variable = Value(self.fresh("i"), "index")
        self.op(f"tir.for {statement.kind.value}{variable.name} = 0 to {upper} {{")
        inner = scope.nested()
        inner.indices.append(variable)
        self.nested(statement.body, inner)
        self.points += 1
        self.line("}")

    def scf_for(self, statement: ScfFor, scope: Scope) -> None:
        carried = statement.carried if scope.buffers else ()
        first = [self.as_type(pick(scope.buffers, number), DYNAMIC) for number, _ in carried]
        arguments = [Value(self.fresh("x"), DYNAMIC) for _ in carried]
        results = [Value(self.fresh("r"), DYNAMIC) for _ in carried]
        variable = Value(self.fresh("i"), "index")
        zero, one, upper = self.index(0), self.index(1), self.index(statement.trips)
        prefix, suffix = "", ""
        if carried:
            pairs = zip(arguments, first, strict=True)
            prefix = f"{', '.join(result.name for result in results)} = "
            suffix = (
                f" iter_args({', '.join(f'{arg.name} = {init.name}' for arg, init in pairs)})"
                f" -> ({', '.join(DYNAMIC for _ in carried)})"
            )
        self.op(f"{prefix}scf.for {variable.name} = {zero} to {upper} step {one}{suffix} {{")
        inner = scope.nested()
        inner.indices.append(variable)
        inner.buffers.extend(arguments)
        inner = self.nested(statement.body, inner)
        self.depth += 1
        self.yield_op([pick(inner.buffers, number) for _, number in carried])
        self.depth -= 1
        self.line("}")
        scope.buffers.extend(results)

    def yield_op(self, values: Sequence[Value]) -> None:
        values = [self.as_type(value, DYNAMIC) for value in values]
        names = ", ".join(value.name for value in values)
        types = ", ".join(value.type for value in values)
        self.op(f"scf.yield {names} : {types}" if values else "scf.yield")

    def scf_parallel(self, statement: ScfParallel, scope: Scope) -> None:
        zero, one, upper = self.index(0), self.index(1), self.index(statement.trips)
        variable = Value(self.fresh("i"), "index")
        self.op(
            f'"scf.parallel"({zero}, {upper}, {one}) '
            "<{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({"
        )
        self.line(f"^bb0({variable.name}: index):")
        inner = scope.nested()
        inner.indices.append(variable)
        self.nested(statement.body, inner)
        self.op("  scf.reduce")
        self.line("}) : (index, index, index) -> ()")

    def if_without_result(self, statement: If, scope: Scope) -> None:
        self.op(f"scf.if {self.condition(statement.condition, scope)} {{")
        self.nested(statement.then, scope)
        self.points += 1
        if statement.otherwise is not None:
            self.line("} else {")
            self.nested(statement.otherwise, scope)
            self.points += 1
        self.line("}")

    def if_with_result(self, statement: IfElse, scope: Scope) -> None:
        if statement.kind is YieldedKind.BUFFER and not scope.buffers:
            return
        type = DYNAMIC if statement.kind is YieldedKind.BUFFER else "i8"
        condition = self.condition(statement.condition, scope)
        result = Value(self.fresh("r"), type)
        self.op(f"{result.name} = scf.if {condition} -> ({type}) {{")
        self.arm(statement.then, statement.yielded[0], type, scope)
        self.line("} else {")
        self.arm(statement.otherwise, statement.yielded[1], type, scope)
        self.line("}")
        if type == DYNAMIC:
            scope.buffers.append(result)
        else:
            scope.scalars.append(result)
            self.store_element(result, Store(statement.yielded[0], 1, 0), scope)

    def arm(self, body: Body, yielded: int, type: str, scope: Scope) -> None:
        inner = self.nested(body, scope)
        self.depth += 1
        if type == DYNAMIC:
            self.yield_op([pick(inner.buffers, yielded)])
        else:
            self.op(f"scf.yield {self.lazily_loaded(yielded, scope)} : {type}")
        self.depth -= 1

    def lazily_loaded(self, buffer: int, scope: Scope) -> str:
        """An `i8` loaded for one use, from a buffer of such elements if there is one."""
        buffers = [value for value in scope.buffers if element_of(value) == "i8"]
        if not buffers:
            return self.constant("1", "i8")
        inner = replace(scope.nested(), buffers=buffers)
        self.load(Load(buffer, 0), inner)
        return inner.scalars[-1].name

    def scf_while(self, statement: While, scope: Scope) -> None:
        carried = statement.carried if scope.buffers else None
        if carried is None:
            self.op("scf.while () : () -> () {")
            self.depth += 1
            inner = self.nested_in_place(statement.before, scope)
            self.op(f"scf.condition({self.condition(statement.condition, inner)})")
            self.depth -= 1
            self.line("} do {")
            self.nested(statement.after, scope)
            self.op("  scf.yield")
            self.line("}")
            return
        first = self.as_type(pick(scope.buffers, carried[0]), DYNAMIC)
        before, after, result = (Value(self.fresh(stem), DYNAMIC) for stem in ("x", "y", "r"))
        self.op(
            f"{result.name} = scf.while ({before.name} = {first.name}) "
            f": ({DYNAMIC}) -> {DYNAMIC} {{"
        )
        self.depth += 1
        outer = scope.nested()
        outer.buffers.append(before)
        inner = self.nested_in_place(statement.before, outer)
        passed = self.as_type(pick(inner.buffers, carried[1]), DYNAMIC)
        condition = self.condition(statement.condition, inner)
        self.op(f"scf.condition({condition}) {passed.name} : {DYNAMIC}")
        self.depth -= 1
        self.line("} do {")
        self.line(f"^bb0({after.name}: {DYNAMIC}):")
        self.depth += 1
        outer = scope.nested()
        outer.buffers.append(after)
        inner = self.nested_in_place(statement.after, outer)
        self.yield_op([pick(inner.buffers, carried[2])])
        self.depth -= 1
        self.line("}")
        scope.buffers.append(result)

    def nested_in_place(self, body: Body, scope: Scope) -> Scope:
        """
        Writes a nested body at the present indentation, and returns what is in scope at its end.
        """
        inner = scope.nested()
        self.body(body, inner)
        return inner


WRITERS: dict[type, Callable[..., None]] = {
    Allocate: FunctionWriter.allocate,
    Store: FunctionWriter.store,
    Load: FunctionWriter.load,
    Move: FunctionWriter.move,
    Scratch: FunctionWriter.scratch,
    Add: FunctionWriter.add,
    Copy: FunctionWriter.copy,
    Derive: FunctionWriter.derive,
    Select: FunctionWriter.select,
    Call: FunctionWriter.call,
    CallOutside: FunctionWriter.call_outside,
    Unknown: FunctionWriter.unknown,
    UnknownRegions: FunctionWriter.unknown_regions,
    Keep: FunctionWriter.keep,
    Freed: FunctionWriter.freed,
    For: FunctionWriter.tir_for,
    ScfFor: FunctionWriter.scf_for,
    ScfParallel: FunctionWriter.scf_parallel,
    If: FunctionWriter.if_without_result,
    IfElse: FunctionWriter.if_with_result,
    While: FunctionWriter.scf_while,
}


def write_program(tree: ProgramTree) -> Program:
    """
    The text of a program. The last function is its runner function, or what else `entry` says.
    """
    signatures: list[_Signature] = []
    texts: list[str] = []
    uses_declared = False
    last = len(tree.functions) - 1
    for number, function in enumerate(tree.functions):
        is_runner = tree.entry is EntryChoice.RUNNER_FUNCTION and number == last
        writer = FunctionWriter(function, f"f{number}", signatures)
        text, signature = writer.write(" attributes {runner_function}" if is_runner else "")
        texts.append(text)
        signatures.append(signature)
        uses_declared |= writer.uses_declared
    ordered = [texts[number] for number in tree.order]
    if uses_declared:
        ordered.append(f"func.func private @declared({DYNAMIC}, {DYNAMIC})")
    main = f"f{tree.main % len(tree.functions)}" if tree.entry is EntryChoice.MAIN else None
    return Program("\n".join(ordered) + "\n", main)


# Drawing it


Statements = st.SearchStrategy[Statement]


class Features(Enum):
    """Things that programs may have. What is one of them brings statements along."""

    def leaves(self) -> tuple[Statements, ...]:
        """The statements without nested ones."""
        return ()

    def nests(self, inner: st.SearchStrategy[Body]) -> tuple[Statements, ...]:
        """The statements around `inner`."""
        return ()

    @property
    def is_of_graphs(self) -> bool:
        """Whether functions have control flow graphs."""
        return False


class Feature(Features):
    """
    What a program may have besides buffers, loads, stores, moves and serial loops.

    Each program draws the features it has, so that a few of them meet often and in depth, where a
    uniform choice among all statements would give a little of everything.
    """

    CALLS = "calls of functions of the module"
    RETURNS = "functions that return buffers"
    BRANCHES = "scf.if"
    CARRIED = "scf.for, and scf.for and scf.if with buffers as results"
    WHILE = "scf.while"
    CONCURRENT = "loops of other kinds"
    DERIVED = "views, casts and selections"
    STORAGE = "allocations of other kinds"
    COPIES = "memref.copy"
    OUTSIDE = "calls of functions outside the module"
    UNKNOWN = "unregistered operations"
    UNKNOWN_REGIONS = "unregistered operations with regions"
    KEPT = "addresses stored in memory"
    UNUSED_LOADS = "loads whose value has no use"
    FREED = "deallocations"

    def leaves(self) -> tuple[Statements, ...]:
        match self:
            case Feature.CALLS:
                call = st.builds(Call, NUMBERS, SOME_NUMBERS)
                return call, call
            case Feature.DERIVED:
                return (
                    st.builds(Derive, st.sampled_from(Derivation), NUMBERS),
                    st.builds(Select, NUMBERS, NUMBERS, NUMBERS),
                )
            case Feature.STORAGE:
                return (_allocations(*Storage),)
            case Feature.COPIES:
                return (st.builds(Copy, NUMBERS, NUMBERS),)
            case Feature.OUTSIDE:
                return (st.builds(CallOutside, SOME_NUMBERS, st.booleans(), st.booleans()),)
            case Feature.UNKNOWN:
                return (st.builds(Unknown, SOME_NUMBERS, st.booleans()),)
            case Feature.KEPT:
                return (st.builds(Keep, NUMBERS),)
            case Feature.UNUSED_LOADS:
                return _LOADS, _LOADS
            case _:
                return ()

    def nests(self, inner: st.SearchStrategy[Body]) -> tuple[Statements, ...]:
        match self:
            case Feature.BRANCHES:
                nothing, scalar = st.just(()), st.just(YieldedKind.SCALAR)
                return (
                    st.builds(If, NUMBERS, inner, st.none() | inner),
                    # The lazy choice between two values that `if_then_else` is in TIR.
                    st.builds(IfElse, NUMBERS, nothing, nothing, scalar, PAIRS),
                )
            case Feature.CARRIED:
                carried = st.lists(PAIRS, max_size=2).map(tuple)
                return (
                    st.builds(ScfFor, TRIPS, carried, inner),
                    st.builds(IfElse, NUMBERS, inner, inner, st.sampled_from(YieldedKind), PAIRS),
                )
            case Feature.WHILE:
                carried = st.none() | st.tuples(NUMBERS, NUMBERS, NUMBERS)
                return (st.builds(While, NUMBERS, carried, inner, inner),)
            case Feature.CONCURRENT:
                return (
                    st.builds(For, st.sampled_from(TirLoop), st.sampled_from(Bound), TRIPS, inner),
                    st.builds(ScfParallel, TRIPS, inner),
                )
            case Feature.FREED:
                storages = st.sampled_from((Storage.TIR, Storage.ALLOC, Storage.ALLOC_DYNAMIC))
                return (st.builds(Freed, storages, TYPES, inner, st.booleans()),)
            case Feature.UNKNOWN_REGIONS:
                yielded = st.lists(NUMBERS, max_size=2).map(tuple)
                region = st.builds(UnknownRegion, st.integers(0, 2), inner, yielded)
                regions = st.lists(region, min_size=1, max_size=2).map(tuple)
                return (st.builds(UnknownRegions, SOME_NUMBERS, regions, st.booleans()),)
            case _:
                return ()


NUMBERS = st.integers(0, 3)
INDICES = st.sampled_from((0, 0, 0, 1, 3, 4))
TRIPS = st.sampled_from((2, 3, 1, 0))
TYPES = st.integers(0, len(BUFFER_TYPES) - 1)
SOME_NUMBERS = st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)
PAIRS = st.tuples(NUMBERS, NUMBERS)
_BODY_SIZE = 7
_MAX_DEPTH = 4
_MAX_FUNCTIONS = 6

_LOADS = st.builds(Load, NUMBERS, INDICES)
_STORES = st.builds(Store, NUMBERS, NUMBERS, INDICES)


def _allocations(*storages: Storage) -> Statements:
    return st.builds(Allocate, st.sampled_from(storages), TYPES, st.sampled_from(Naming))


def _always() -> tuple[Statements, ...]:
    return (
        _allocations(Storage.TIR),
        _STORES,
        st.builds(Move, _LOADS, _STORES),
        st.builds(Scratch, TYPES, st.just(()), NUMBERS),
        st.builds(Add, NUMBERS, NUMBERS),
    )


def _one_of(strategies: Sequence[Statements]) -> Statements:
    """One of `strategies`, each as likely as the others, whatever it is made of."""
    return st.integers(0, len(strategies) - 1).flatmap(lambda number: strategies[number])


def _bodies(
    depth: int, features: Sequence[Features], size: int = _BODY_SIZE
) -> st.SearchStrategy[Body]:
    statements = [*_always()]
    for feature in features:
        statements += feature.leaves()
    if depth:
        inner = _bodies(depth - 1, features)
        serial = st.just(TirLoop.SERIAL)
        statements.append(st.builds(For, serial, st.sampled_from(Bound), TRIPS, inner))
        statements.append(st.builds(Scratch, TYPES, inner, NUMBERS))
        for feature in features:
            statements += feature.nests(inner)
    return st.lists(_one_of(statements), min_size=1, max_size=size).map(tuple)


def _concatenate(parts: Iterable[Iterable[Statement]]) -> Body:
    return tuple(chain.from_iterable(parts))


@cache
def _functions(
    features: frozenset[Features], dialects: frozenset[FunctionDialect]
) -> st.SearchStrategy[Function]:
    ordered = sorted(features, key=lambda feature: feature.name)
    allocations = st.lists(_allocations(Storage.TIR), min_size=1, max_size=4)
    body = _bodies(_MAX_DEPTH - 1, ordered)
    graph: st.SearchStrategy[Graph | None] = st.none()
    if any(feature.is_of_graphs for feature in features):
        graph = st.none() | graphs(_bodies(1, ordered, size=3))
        dialects = frozenset((FunctionDialect.FUNC,))
    returned = st.none() | NUMBERS if Feature.RETURNS in features else st.none()
    return st.builds(
        Function,
        st.sampled_from([dialect for dialect in FunctionDialect if dialect in dialects]),
        st.lists(st.integers(0, len(PARAMETER_TYPES) - 1), max_size=3).map(tuple),
        st.tuples(allocations, body).map(_concatenate),
        returned,
        graph,
    )


@st.composite
def trees(
    draw: st.DrawFn,
    possible: Sequence[Features],
    dialects: frozenset[FunctionDialect],
    of_these_too: Sequence[Features] = (),
    most_functions: int = _MAX_FUNCTIONS,
) -> ProgramTree:
    """Programs with a few of the `possible` features, and with one to three `of_these_too`."""
    features = draw(st.sets(st.sampled_from(possible), max_size=6))
    if of_these_too:
        features |= draw(st.sets(st.sampled_from(of_these_too), min_size=1, max_size=3))
    if Feature.RETURNS in features or draw(st.booleans()):
        features.add(Feature.CALLS)
    most = most_functions if Feature.CALLS in features else 2
    count = draw(st.integers(1, most))
    function = _functions(frozenset(features), dialects)
    functions = draw(st.lists(function, min_size=count, max_size=count))
    order = draw(st.permutations(range(len(functions))))
    entry = draw(
        st.sampled_from(
            (
                EntryChoice.UNCALLED,
                EntryChoice.UNCALLED,
                EntryChoice.RUNNER_FUNCTION,
                EntryChoice.RUNNER_FUNCTION,
                EntryChoice.MAIN,
            )
        )
    )
    return ProgramTree(tuple(functions), tuple(order), entry, draw(NUMBERS))


def programs() -> st.SearchStrategy[Program]:
    """
    Programs of up to six functions and nesting depth four, with everything that the analysis has to
    know.
    """
    return trees(tuple(Feature), frozenset(FunctionDialect)).map(write_program)


def plain_programs() -> st.SearchStrategy[Program]:
    """
    Programs of `tir` operations, `scf.if` and arithmetic only: nothing unknown, and every value
    that is loaded has a use.
    """
    possible = (Feature.CALLS, Feature.BRANCHES, Feature.CONCURRENT)
    return trees(possible, frozenset((FunctionDialect.TIR,))).map(write_program)
