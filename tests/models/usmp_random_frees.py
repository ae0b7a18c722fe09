"""
Random functions that use and free buffers, and a model of them that follows every path.

A function is a tree of statements. A statement picks its buffer by number among those in scope
where it stands, the latest first (modulo their count), so that every tree is a valid function. The
model runs the tree on the sets of buffers that have been freed: there are finitely many, so that
loops are run until no new one comes up, and what it finds holds for all paths, however long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from hypothesis import strategies as st

Freed: TypeAlias = frozenset[str]
"""The buffers that have been freed on some path."""

States: TypeAlias = frozenset[Freed]


@dataclass(frozen=True)
class Allocate:
    pass


@dataclass(frozen=True)
class Use:
    buffer: int
    through_alias: bool


@dataclass(frozen=True)
class Free:
    buffer: int
    through_alias: bool


@dataclass(frozen=True)
class Choice:
    arms: tuple[Body, Body]


@dataclass(frozen=True)
class For:
    body: Body
    runs_once: bool


@dataclass(frozen=True)
class While:
    before: Body
    after: Body


@dataclass(frozen=True)
class Unknown:
    """An unregistered operation, which runs its regions in any order, again and again."""

    regions: tuple[Body, ...]


@dataclass(frozen=True)
class Graph:
    """
    A region of blocks. Each leads to the next one; all but the last to the one of their second
    number as well (modulo the number of those that are no entry block).
    """

    blocks: tuple[tuple[Body, int], ...]


Statement: TypeAlias = Allocate | Use | Free | Choice | For | While | Unknown | Graph
Body: TypeAlias = tuple[Statement, ...]

_NUMBERS = st.integers(0, 3)
_SIMPLE = st.one_of(
    st.just(Allocate()),
    st.builds(Use, _NUMBERS, st.booleans()),
    st.builds(Free, _NUMBERS, st.booleans()),
)


def _nested(inner: st.SearchStrategy[Statement]) -> st.SearchStrategy[Statement]:
    body = st.lists(inner, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Choice, st.tuples(body, body)),
        st.builds(For, body, st.booleans()),
        st.builds(While, body, body),
        st.builds(Unknown, st.lists(body, min_size=1, max_size=2).map(tuple)),
        st.builds(Graph, st.lists(st.tuples(body, _NUMBERS), min_size=2, max_size=5).map(tuple)),
    )


def bodies() -> st.SearchStrategy[Body]:
    """Bodies of functions."""
    statements = st.recursive(_SIMPLE, _nested, max_leaves=14)
    return st.lists(statements, min_size=1, max_size=6).map(tuple)


@dataclass
class Function:
    """
    What becomes of a body: the text of a function, and what happens on its paths. `is_graph` makes
    its body that of a control flow graph with blocks around the statements.
    """

    body: Body
    is_graph: bool
    text: str = field(init=False)
    uses_freed: bool = field(init=False, default=False)
    """Whether some path uses a buffer after freeing it."""

    frees_twice: bool = field(init=False, default=False)
    """Whether some deallocation frees what was freed before on every path that leads to it."""

    frees_twice_in_a_row: bool = field(init=False, default=False)
    """Whether a block has two deallocations of one buffer of its own or of around it."""

    def __post_init__(self) -> None:
        self._lines: list[str] = []
        self._count = 0
        self._arriving: defaultdict[int, list[tuple[str, Freed]]] = defaultdict(list)
        body = self.body
        if self.is_graph:
            run = self._graph(Graph(((body, 0), (body[:2], 1), ((), 0))), ("p",), "func.return")
        else:
            run = self._body(body, ["p"])
            self._line("func.return")
        run(frozenset((frozenset(),)))
        self.frees_twice = any(
            all(buffer in freed for buffer, freed in arriving)
            for arriving in self._arriving.values()
        )
        lines = "\n".join(f"  {line}" for line in self._lines)
        self.text = (
            "func.func @f(%c: i1, %n: index, %p: memref<4xi8>) {\n"
            f"  %c0 = arith.constant 0 : index\n  %c1 = arith.constant 1 : index\n{lines}\n}}\n"
        )

    # What is written, and what it does to the states of all paths that lead to it

    def _line(self, line: str) -> None:
        self._lines.append(line)

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def _body(self, body: Body, scope: list[str]) -> _Run:
        """Writes `body`. Buffers that it allocates are added to `scope`."""
        steps: list[_Run] = []
        freed: set[str] = set()
        for statement in body:
            if isinstance(statement, Free):
                buffer = scope[-1 - statement.buffer % len(scope)]
                self.frees_twice_in_a_row |= buffer in freed
                freed.add(buffer)
            steps.append(self._statement(statement, scope))

        def run(states: States) -> States:
            for step in steps:
                states = step(states)
            return states

        return run

    def _statement(self, statement: Statement, scope: list[str]) -> _Run:
        match statement:
            case Allocate():
                return self._allocate(scope)
            case Use():
                return self._use(self._operand(statement, scope))
            case Free():
                return self._free(self._operand(statement, scope))
            case Choice():
                return self._choice(statement, scope)
            case For():
                return self._for(statement, scope)
            case While():
                return self._while(statement, scope)
            case Unknown():
                return self._unknown(statement, scope)
            case Graph():
                self._line("scf.execute_region {")
                run = self._graph(statement, scope, "scf.yield")
                self._line("}")
                return run

    def _allocate(self, scope: list[str]) -> _Run:
        buffer = self._name("A")
        self._line(f"%{buffer} = memref.alloc() : memref<4xi8>")
        scope.append(buffer)
        return lambda states: frozenset(freed - {buffer} for freed in states)

    def _operand(self, statement: Use | Free, scope: Sequence[str]) -> tuple[str, str]:
        """The buffer, and the value by which it is meant."""
        buffer = value = scope[-1 - statement.buffer % len(scope)]
        if statement.through_alias:
            value = self._name("v")
            self._line(f'%{value} = "memref.cast"(%{buffer}) : (memref<4xi8>) -> memref<4xi8>')
        return buffer, value

    def _use(self, operand: tuple[str, str]) -> _Run:
        buffer, value = operand
        self._line(f'"test.use"(%{value}) : (memref<4xi8>) -> ()')

        def run(states: States) -> States:
            self.uses_freed |= any(buffer in freed for freed in states)
            return states

        return run

    def _free(self, operand: tuple[str, str]) -> _Run:
        buffer, value = operand
        number = len(self._lines)
        self._line(f"memref.dealloc %{value} : memref<4xi8>")

        def run(states: States) -> States:
            self._arriving[number].extend((buffer, freed) for freed in states)
            return frozenset(freed | {buffer} for freed in states)

        return run

    def _choice(self, choice: Choice, scope: list[str]) -> _Run:
        self._line("scf.if %c {")
        first = self._body(choice.arms[0], list(scope))
        self._line("scf.yield")
        self._line("} else {")
        second = self._body(choice.arms[1], list(scope))
        self._line("scf.yield")
        self._line("}")
        return lambda states: first(states) | second(states)

    def _for(self, loop: For, scope: list[str]) -> _Run:
        upper = "%c1" if loop.runs_once else "%n"
        self._line(f"scf.for %{self._name('i')} = %c0 to {upper} step %c1 {{")
        body = self._body(loop.body, list(scope))
        self._line("scf.yield")
        self._line("}")
        return body if loop.runs_once else lambda states: _again_and_again(states, [body])

    def _while(self, loop: While, scope: list[str]) -> _Run:
        self._line("scf.while () : () -> () {")
        before = self._body(loop.before, list(scope))
        self._line("scf.condition(%c)")
        self._line("} do {")
        after = self._body(loop.after, list(scope))
        self._line("scf.yield")
        self._line("}")
        return lambda states: _again_and_again(before(states), [lambda s: before(after(s))])

    def _unknown(self, op: Unknown, scope: list[str]) -> _Run:
        runs: list[_Run] = []
        self._line('"test.regions"() (')
        for number, body in enumerate(op.regions):
            self._line("{" if number == 0 else "}, {")
            runs.append(self._body(body, list(scope)))
            self._line('"test.end"() : () -> ()')
        self._line("}) : () -> ()")
        return lambda states: _again_and_again(states, runs)

    def _graph(self, graph: Graph, scope: Sequence[str], terminator: str) -> _Run:
        name, last = self._name("b"), len(graph.blocks) - 1
        successors = [
            sorted({number + 1, 1 + other % last}) if number < last else []
            for number, (_, other) in enumerate(graph.blocks)
        ]
        allocated: list[list[str]] = []
        runs: list[_Run] = []
        for number, (body, _) in enumerate(graph.blocks):
            if number > 0:
                self._line(f"^{name}_{number}:")
            seen = list(scope)
            for other in range(number):
                if _is_on_all_paths(other, number, successors):
                    seen.extend(allocated[other])
            before = len(seen)
            runs.append(self._body(body, seen))
            allocated.append(seen[before:])
            targets = [f"^{name}_{successor}" for successor in successors[number]]
            if len(targets) == 2:
                self._line(f"cf.cond_br %c, {targets[0]}, {targets[1]}")
            else:
                self._line(f"cf.br {targets[0]}" if targets else terminator)
        return lambda states: _through_blocks(states, runs, successors)


_Run: TypeAlias = Callable[[States], States]


def _again_and_again(states: States, runs: Iterable[_Run]) -> States:
    """The states after any number of runs, none included."""
    runs = list(runs)
    while True:
        after = states.union(*(run(states) for run in runs))
        if after == states:
            return states
        states = after


def _through_blocks(
    states: States, runs: Sequence[_Run], successors: Sequence[Sequence[int]]
) -> States:
    """The states after the last block."""
    before = [states, *(frozenset[Freed]() for _ in runs[1:])]
    pending = [0]
    after: States = frozenset()
    while pending:
        number = pending.pop()
        after_block = runs[number](before[number])
        if number == len(runs) - 1:
            after = after_block
        for successor in successors[number]:
            if not after_block <= before[successor]:
                before[successor] |= after_block
                pending.append(successor)
    return after


def _is_on_all_paths(block: int, to: int, successors: Sequence[Sequence[int]]) -> bool:
    """Whether every path from the entry block to the block `to` goes through `block`."""
    if block == 0:
        return True
    seen = {0}
    pending = [0]
    while pending:
        for successor in successors[pending.pop()]:
            if successor not in seen and successor != block:
                seen.add(successor)
                pending.append(successor)
    return to not in seen
