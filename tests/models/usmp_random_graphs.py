"""
Random control flow graphs that can be run, in which every value that is read was written.

A program is a few functions of `func`, `cf`, `scf`, `memref` and `arith`, each with a graph of up
to twelve blocks: any block may branch to any other, so that there are loops within loops, loops
with several entries, blocks that only lead to themselves, and blocks that nothing leads to. The
blocks are written in any order.

As in `usmp_random_programs`, a program is drawn as a small tree of statements that name buffers by
number only, and written out as MLIR text afterwards. A value may be used where its definition
dominates, and a buffer is read only where all of it has been written on every path: where a
statement that fills it dominates, there has been no allocation since the last time it was filled.

What a run does is decided outside: each block asks `@decide` how to go on, and hands to `@observe`
what it reads. A run that is to end says so in `@decide`, and two versions of a program do the same
if they observe the same under the same decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st

from usmp_random_blocks import Body, Graph, Statement, graphs

# The tree


@dataclass(frozen=True)
class Allocate(Statement):
    """Allocates a buffer, filled at once or by a later statement."""

    type: int
    is_filled: bool


@dataclass(frozen=True)
class Fill(Statement):
    """Writes all of a buffer that may not have been written yet."""

    buffer: int


@dataclass(frozen=True)
class Mix(Statement):
    """Changes an element of a buffer, depending on one of another buffer."""

    source: int
    target: int
    index: int


@dataclass(frozen=True)
class Observe(Statement):
    """Shows an element of a buffer to the outside."""

    buffer: int
    index: int


class Derivation(Enum):
    """How a buffer value is derived from others."""

    CAST = "memref.cast"
    SELECT = "arith.select"
    SUBVIEW = "memref.subview"


@dataclass(frozen=True)
class Derive(Statement):
    derivation: Derivation
    buffer: int
    other: int


@dataclass(frozen=True)
class Call(Statement):
    """Calls a function that was written before."""

    callee: int
    arguments: tuple[int, ...]


@dataclass(frozen=True)
class Scratch(Statement):
    """Allocates and fills a buffer, does something else, reads the buffer and deallocates it."""

    type: int
    body: Body
    target: int


@dataclass(frozen=True)
class Loop(Statement):
    """`scf.for`, carrying a buffer if it has one to begin with and one to pass on."""

    carried: tuple[int, int] | None
    body: Body


@dataclass(frozen=True)
class If(Statement):
    """`scf.if`, with the buffers that its arms yield."""

    then: Body
    otherwise: Body
    yielded: tuple[int, int] | None


@dataclass(frozen=True)
class ExecuteRegion(Statement):
    """`scf.execute_region` of a graph, which yields a buffer at each of its ends."""

    graph: Graph


@dataclass(frozen=True)
class Function:
    parameters: int
    body: Body
    graph: Graph
    """What follows the body."""

    returns: bool
    """Whether the function returns a buffer: one of its parameters, if it has any."""


# Writing it

SIZES = (1, 2, 5, 3)
DYNAMIC = "memref<?xi32>"
_FACTOR = 1103515245


class _Value(NamedTuple):
    name: str
    size: int | None
    """The elements, `None` if the type does not tell."""

    is_parameter: bool = False

    @property
    def type(self) -> str:
        return DYNAMIC if self.size is None else f"memref<{self.size}xi32>"


@dataclass
class _Scope:
    """The buffers that may be used at some place."""

    filled: list[_Value]
    unfilled: list[_Value] = field(default_factory=list[_Value])

    def nested(self) -> _Scope:
        return _Scope(list(self.filled), list(self.unfilled))


class _Signature(NamedTuple):
    name: str
    parameters: int
    returns: bool
    points: int


MAX_POINTS = 600
"""A function whose calls would make its run longer than this makes no more of them."""

_T = TypeVar("_T")


def _pick(choices: Sequence[_T], number: int) -> _T:
    """One of `choices`; 0 is the latest."""
    return choices[-1 - number % len(choices)]


class _Writer:
    """Writes one function."""

    def __init__(self, name: str, callees: Sequence[_Signature], in_blocks: bool):
        self.name = name
        self.in_blocks = in_blocks
        self.callees = callees
        self.lines: list[str] = []
        self.counter = 0
        self.points = 0

    def function(self, function: Function) -> tuple[str, _Signature]:
        """The text of the function, and how to call it."""
        parameters = [_Value(f"%p{n}", None, True) for n in range(function.parameters)]
        returns = function.returns and bool(parameters)
        self.op("%c0 = arith.constant 0 : index")
        self.op("%c1 = arith.constant 1 : index")
        for number in range(2, max(SIZES)):
            self.op(f"%c{number} = arith.constant {number} : index")
        self.op(f"%factor = arith.constant {_FACTOR} : i32")
        scope = _Scope(list(parameters))
        if not parameters:
            self.allocate(Allocate(1, True), scope)
        self.body(function.body, scope)
        if self.in_blocks:
            self.graph(function.graph, scope, "func.return", has_result=returns)
        else:
            entry = function.graph.blocks[0]
            self.body(entry.body, scope)
            self.end("func.return", entry.passed, scope, has_result=returns)
        header = ", ".join(f"{p.name}: {DYNAMIC}" for p in parameters)
        result = f" -> {DYNAMIC}" if returns else ""
        text = f"func.func @{self.name}({header}){result} {{\n" + "\n".join(self.lines) + "\n}\n"
        return text, _Signature(self.name, len(parameters), returns, self.points)

    def op(self, text: str) -> None:
        self.points += 1
        self.lines.append("  " + text)

    def fresh(self, stem: str) -> str:
        self.counter += 1
        return f"%{stem}{self.counter}"

    def define(self, stem: str, text: str) -> str:
        name = self.fresh(stem)
        self.op(f"{name} = {text}")
        return name

    def decide(self, ways: int) -> str:
        """A number below `ways` that is decided outside."""
        limit = self.define("ways", f"arith.constant {ways} : i32")
        return self.define("way", f"func.call @decide({limit}) : (i32) -> i32")

    def flag(self) -> str:
        way = self.decide(2)
        zero = self.define("zero", "arith.constant 0 : i32")
        return self.define("flag", f"arith.cmpi ne, {way}, {zero} : i32")

    def dynamic(self, value: _Value) -> _Value:
        """The buffer as a value of a type that all buffers can have."""
        if value.size is None:
            return value
        name = self.define("cast", f'"memref.cast"({value.name}) : ({value.type}) -> {DYNAMIC}')
        return _Value(name, None, value.is_parameter)

    # Graphs

    def graph(self, graph: Graph, scope: _Scope, end: str, *, has_result: bool) -> None:
        """Writes the graph behind the block that is being written, which goes on to its start."""
        labels = [self.fresh("bb").replace("%", "^") for _ in graph.blocks]
        arguments = [
            [_Value(self.fresh("x"), None) for _ in range(block.arguments)]
            for block in graph.blocks
        ]
        self.branch(graph.blocks[0].passed, [(labels[0], arguments[0])], scope)
        before, texts = self.lines, dict[int, list[str]]()
        scopes: dict[int, _Scope] = {}
        for number, dominator in graph.dominated_first_to_last():
            outer = scope if dominator is None else scopes[dominator]
            inner = scopes[number] = outer.nested()
            inner.filled.extend(arguments[number])
            self.lines = texts[number] = []
            header = ", ".join(f"{a.name}: {DYNAMIC}" for a in arguments[number])
            self.lines.append(f"{labels[number]}({header}):" if header else f"{labels[number]}:")
            self.decide(1)
            block = graph.blocks[number]
            self.body(block.body, inner)
            successors = graph.successors(number)
            if successors:
                targets = [(labels[s], arguments[s]) for s in successors]
                self.branch(block.passed, targets, inner)
            else:
                self.end(end, block.passed, inner, has_result=has_result)
        self.lines = before
        for number in graph.order:
            self.lines += texts[number]

    def branch(
        self, passed: Sequence[int], targets: Sequence[tuple[str, Sequence[_Value]]], scope: _Scope
    ) -> None:
        """Goes on to one of `targets`, one to three labels with block arguments."""
        position = 0
        destinations: list[str] = []
        for label, arguments in targets:
            values: list[_Value] = []
            for _ in arguments:
                number = passed[position % len(passed)]
                values.append(self.dynamic(_pick(scope.filled, number)))
                position += 1
            names = ", ".join(value.name for value in values)
            types = ", ".join(DYNAMIC for _ in values)
            destinations.append(f"{label}({names} : {types})" if values else label)
        match destinations:
            case [only]:
                self.op(f"cf.br {only}")
            case [one, other]:
                self.op(f"cf.cond_br {self.flag()}, {one}, {other}")
            case [default, *cases]:
                way = self.decide(len(destinations))
                listed = ", ".join(f"{n}: {case}" for n, case in enumerate(cases))
                self.op(f"cf.switch {way} : i32, [default: {default}, {listed}]")
            case _:
                raise ValueError("a branch needs a target")

    def end(self, op: str, passed: Sequence[int], scope: _Scope, *, has_result: bool) -> None:
        values = scope.filled
        if op == "func.return":
            # A buffer that the function allocates is not planned if it is returned.
            values = [value for value in values if value.is_parameter]
        if has_result:
            value = self.dynamic(_pick(values, passed[0]))
            self.op(f"{op} {value.name} : {DYNAMIC}")
        else:
            self.op(op)

    # Statements

    def body(self, body: Body, scope: _Scope) -> None:
        for statement in body:
            _WRITERS[type(statement)](self, statement, scope)

    def allocate(self, statement: Allocate, scope: _Scope) -> None:
        size = _pick(SIZES, statement.type)
        value = _Value(self.define("b", f"memref.alloc() : memref<{size}xi32>"), size)
        if statement.is_filled:
            self.fill_value(value)
            scope.filled.append(value)
        else:
            scope.unfilled.append(value)

    def fill_value(self, value: _Value) -> None:
        assert value.size is not None
        element = self.define("e", f"arith.constant {self.counter * 7919} : i32")
        for index in range(value.size):
            self.op(f"memref.store {element}, {value.name}[%c{index}] : {value.type}")

    def fill(self, statement: Fill, scope: _Scope) -> None:
        if scope.unfilled:
            value = _pick(scope.unfilled, statement.buffer)
            scope.unfilled.remove(value)
            self.fill_value(value)
            scope.filled.append(value)

    def load(self, value: _Value, index: int) -> str:
        subscript = 0 if value.size is None else index % value.size
        return self.define("v", f"memref.load {value.name}[%c{subscript}] : {value.type}")

    def mix(self, statement: Mix, scope: _Scope) -> None:
        source = self.load(_pick(scope.filled, statement.source), statement.index)
        self.mix_element(source, _pick(scope.filled, statement.target), statement.index)

    def mix_element(self, element: str, target: _Value, index: int) -> None:
        old = self.load(target, index)
        product = self.define("m", f"arith.muli {old}, %factor : i32")
        new = self.define("s", f"arith.addi {product}, {element} : i32")
        subscript = 0 if target.size is None else index % target.size
        self.op(f"memref.store {new}, {target.name}[%c{subscript}] : {target.type}")

    def observe(self, statement: Observe, scope: _Scope) -> None:
        element = self.load(_pick(scope.filled, statement.buffer), statement.index)
        self.op(f"func.call @observe({element}) : (i32) -> ()")

    def derive(self, statement: Derive, scope: _Scope) -> None:
        value = _pick(scope.filled, statement.buffer)
        match statement.derivation:
            case Derivation.SUBVIEW if value.size is not None and value.size > 1:
                part = "memref<1xi32, strided<[1], offset: 1>>"
                name = self.define(
                    "part", f"memref.subview {value.name}[1] [1] [1] : {value.type} to {part}"
                )
                element = self.define("v", f"memref.load {name}[%c0] : {part}")
                self.mix_element(element, _pick(scope.filled, statement.other), 0)
                return
            case Derivation.SELECT:
                left, right = (
                    self.dynamic(value),
                    self.dynamic(_pick(scope.filled, statement.other)),
                )
                name = self.define(
                    "either", f"arith.select {self.flag()}, {left.name}, {right.name} : {DYNAMIC}"
                )
                is_parameter = left.is_parameter and right.is_parameter
                scope.filled.append(_Value(name, None, is_parameter))
            case _:
                scope.filled.append(self.dynamic(value))

    def call(self, statement: Call, scope: _Scope) -> None:
        if not self.callees:
            return
        callee = _pick(self.callees, statement.callee)
        if self.points + callee.points > MAX_POINTS:
            return
        self.points += callee.points
        numbers = statement.arguments
        arguments = [
            self.dynamic(_pick(scope.filled, numbers[n % len(numbers)]))
            for n in range(callee.parameters)
        ]
        names = ", ".join(argument.name for argument in arguments)
        types = ", ".join(DYNAMIC for _ in arguments)
        text = f"func.call @{callee.name}({names}) : ({types}) -> "
        if callee.returns:
            is_parameter = all(argument.is_parameter for argument in arguments)
            value = _Value(self.define("r", text + DYNAMIC), None, is_parameter)
            scope.filled.append(value)
        else:
            self.op(text + "()")

    def scratch(self, statement: Scratch, scope: _Scope) -> None:
        inner = scope.nested()
        self.allocate(Allocate(statement.type, True), inner)
        value = inner.filled[-1]
        self.body(statement.body, inner)
        self.mix_element(self.load(value, 0), _pick(scope.filled, statement.target), 0)
        self.op(f"memref.dealloc {value.name} : {value.type}")

    def loop(self, statement: Loop, scope: _Scope) -> None:
        way = self.decide(4)
        upper = self.define("upper", f"arith.index_cast {way} : i32 to index")
        inner = scope.nested()
        if statement.carried is None:
            self.op(f"scf.for {self.fresh('i')} = %c0 to {upper} step %c1 {{")
            self.body(statement.body, inner)
            self.op("}")
            return
        first = self.dynamic(_pick(scope.filled, statement.carried[0]))
        argument, result = _Value(self.fresh("x"), None), _Value(self.fresh("r"), None)
        self.op(
            f"{result.name} = scf.for {self.fresh('i')} = %c0 to {upper} step %c1 "
            f"iter_args({argument.name} = {first.name}) -> ({DYNAMIC}) {{"
        )
        inner.filled.append(argument)
        self.body(statement.body, inner)
        self.yield_(_pick(inner.filled, statement.carried[1]))
        self.op("}")
        scope.filled.append(result)

    def yield_(self, value: _Value) -> None:
        self.op(f"scf.yield {self.dynamic(value).name} : {DYNAMIC}")

    def choice(self, statement: If, scope: _Scope) -> None:
        flag = self.flag()
        result = _Value(self.fresh("r"), None)
        yielded = statement.yielded
        prefix = "" if yielded is None else f"{result.name} = "
        suffix = "" if yielded is None else f" -> ({DYNAMIC})"
        self.op(f"{prefix}scf.if {flag}{suffix} {{")
        for number, body in enumerate((statement.then, statement.otherwise)):
            if number:
                self.op("} else {")
            inner = scope.nested()
            self.body(body, inner)
            if yielded is not None:
                self.yield_(_pick(inner.filled, yielded[number]))
        self.op("}")
        if yielded is not None:
            scope.filled.append(result)

    def execute_region(self, statement: ExecuteRegion, scope: _Scope) -> None:
        result = _Value(self.fresh("r"), None)
        self.op(f"{result.name} = scf.execute_region -> ({DYNAMIC}) {{")
        self.graph(statement.graph, scope.nested(), "scf.yield", has_result=True)
        self.op("}")
        scope.filled.append(result)


_WRITERS: dict[type[Statement], Callable[..., None]] = {
    Allocate: _Writer.allocate,
    Fill: _Writer.fill,
    Mix: _Writer.mix,
    Observe: _Writer.observe,
    Derive: _Writer.derive,
    Call: _Writer.call,
    Scratch: _Writer.scratch,
    Loop: _Writer.loop,
    If: _Writer.choice,
    ExecuteRegion: _Writer.execute_region,
}

ENTRY = "main"


def write_functions(functions: Sequence[Function], *, in_blocks: bool = True) -> str:
    """
    The text of a program; the last function is its entry, `@main`, and has no parameters. Unless
    they are to be `in_blocks`, functions have only what their graphs begin with.
    """
    texts = ["func.func private @decide(i32) -> i32\nfunc.func private @observe(i32)\n"]
    signatures: list[_Signature] = []
    for number, function in enumerate(functions):
        is_entry = number == len(functions) - 1
        name = ENTRY if is_entry else f"f{number}"
        shown = replace(function, parameters=0) if is_entry else function
        text, signature = _Writer(name, signatures, in_blocks).function(shown)
        texts.append(text)
        signatures.append(signature)
    return "\n".join(texts)


# Running it


class EndOfRunError(Exception):
    """A run has made all the decisions it is given."""


@dataclass
class Outside:
    """What is outside a program: the decisions, drawn from a seed, and what has been observed."""

    seed: int
    decisions: int
    observed: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def externs(self) -> dict[str, Callable[..., int | None]]:
        """The functions outside the program, by name."""
        return {"decide": self._decide, "observe": self._observe}

    def _decide(self, ways: int) -> int:
        if self.decisions == 0:
            raise EndOfRunError
        self.decisions -= 1
        return self._random.randrange(ways)

    def _observe(self, value: int) -> None:
        self.observed.append(value)


# Drawing it

_NUMBERS = st.integers(0, 4)
_PAIRS = st.tuples(_NUMBERS, _NUMBERS)


def _leaves() -> st.SearchStrategy[Statement]:
    mix = st.builds(Mix, _NUMBERS, _NUMBERS, _NUMBERS)
    observe = st.builds(Observe, _NUMBERS, _NUMBERS)
    return st.one_of(
        st.builds(Allocate, _NUMBERS, st.booleans()),
        st.builds(Allocate, _NUMBERS, st.just(True)),
        st.builds(Fill, _NUMBERS),
        mix,
        mix,
        observe,
        observe,
        st.builds(Derive, st.sampled_from(Derivation), _NUMBERS, _NUMBERS),
        st.builds(Call, _NUMBERS, st.lists(_NUMBERS, min_size=1, max_size=2).map(tuple)),
    )


def _bodies(depth: int, most: int, *, regions: bool = True) -> st.SearchStrategy[Body]:
    """Bodies nested `depth` deep, with graphs in `scf.execute_region` if there may be `regions`."""
    statements = _leaves()
    if depth:
        inner = _bodies(depth - 1, 2 if regions else 4, regions=regions)
        region = (st.builds(ExecuteRegion, graphs(inner, 4)),) if regions else ()
        statements = st.one_of(
            statements,
            statements,
            st.one_of(
                st.builds(Scratch, _NUMBERS, inner, _NUMBERS),
                st.builds(Loop, st.none() | _PAIRS, inner),
                st.builds(If, inner, inner, st.none() | _PAIRS),
                *region,
            ),
        )
    return st.lists(statements, min_size=1 + depth // 2, max_size=most).map(tuple)


def _allocations() -> st.SearchStrategy[Body]:
    """What a function begins with: buffers that its blocks may use."""
    allocate = st.builds(Allocate, _NUMBERS, st.just(True))
    return st.lists(allocate, min_size=2, max_size=4).map(tuple)


def graph_programs() -> st.SearchStrategy[str]:
    """Programs of one or two functions, as text; `@main` is the entry."""
    graph = graphs(_bodies(2, 4))
    function = st.builds(Function, st.integers(0, 2), _allocations(), graph, st.booleans())
    return st.lists(function, min_size=1, max_size=2).map(write_functions)


def structured_programs() -> st.SearchStrategy[str]:
    """The same without any `cf`: loops and branches of `scf` in functions of one block."""
    graph = graphs(_bodies(3, 7, regions=False), 1)
    function = st.builds(Function, st.integers(0, 2), _allocations(), graph, st.booleans())
    return st.lists(function, min_size=1, max_size=3).map(
        lambda functions: write_functions(functions, in_blocks=False)
    )
