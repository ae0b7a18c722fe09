"""
Random programs in which the dialects of bufferized programs are mixed.

What `usmp_random_programs` has - `tir`, `scf`, `memref`, `arith`, `func`, and operations nobody has
registered - together with `affine`, `linalg`, `vector`, more of `scf` and `memref`, and the control
flow graphs of `cf`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from hypothesis import strategies as st

from usmp_random_blocks import Body, Graph, Statement, graphs
from usmp_random_programs import (
    DYNAMIC,
    NUMBERS,
    PAIRS,
    TRIPS,
    WRITERS,
    Feature,
    Features,
    FunctionDialect,
    FunctionWriter,
    Program,
    Scope,
    Statements,
    Value,
    pick,
    trees,
    write_program,
)

# The tree


class Elements(Enum):
    """Operations on elements of one buffer or two, that of the first being written."""

    AFFINE_LOAD = "affine.load"
    AFFINE_STORE = "affine.store"
    VECTOR_LOAD = "vector.load"
    VECTOR_STORE = "vector.store"
    TRANSFER_READ = "vector.transfer_read"
    TRANSFER_WRITE = "vector.transfer_write"
    FILL = "linalg.fill"
    ADD = "linalg.add"
    GENERIC = "linalg.generic"
    MATMUL = "linalg.matmul"


@dataclass(frozen=True)
class Operate(Statement):
    elements: Elements
    target: int
    source: int


class Reshaping(Enum):
    """How another shape is made of a buffer of four `i8`."""

    EXPAND = "memref.expand_shape"
    COLLAPSE = "memref.collapse_shape"
    SPACE = "memref.memory_space_cast"
    TRANSPOSE = "memref.transpose"


@dataclass(frozen=True)
class Reshape(Statement):
    reshaping: Reshaping
    buffer: int


@dataclass(frozen=True)
class AffineFor(Statement):
    """`affine.for`, carrying a buffer if it has one to begin with and one to pass on."""

    trips: int
    carried: tuple[int, int] | None
    body: Body


@dataclass(frozen=True)
class AffineParallel(Statement):
    trips: int
    body: Body


@dataclass(frozen=True)
class AffineIf(Statement):
    """`affine.if`, with the buffers that its arms yield."""

    then: Body
    otherwise: Body
    yielded: tuple[int, int] | None


@dataclass(frozen=True)
class IndexSwitch(Statement):
    """`scf.index_switch`; the last of the bodies is its default."""

    bodies: tuple[Body, ...]
    yielded: tuple[int, ...] | None
    """For each body a buffer, if the switch has a result."""


@dataclass(frozen=True)
class ExecuteRegion(Statement):
    """`scf.execute_region` of one block."""

    body: Body
    yielded: int | None


@dataclass(frozen=True)
class AllocaScope(Statement):
    body: Body


@dataclass(frozen=True)
class ExecuteGraph(Statement):
    """`scf.execute_region` of several blocks, which yields a buffer where it ends."""

    graph: Graph


# Writing it

_BYTES = "memref<4xi8>"
_SQUARE = "memref<2x2xi8>"
_IDENTITY = "affine_map<(d0) -> (d0)>"
_SWAPPED = "affine_map<(d0, d1) -> (d1, d0)>"


def _row(writer: FunctionWriter, number: int, scope: Scope) -> Value:
    """A buffer, as four `i8`."""
    return writer.as_type(pick(scope.buffers, number), _BYTES)


def _square(writer: FunctionWriter, row: Value) -> Value:
    text = f"memref.expand_shape {row.name} [[0, 1]] output_shape [2, 2] : {_BYTES} into {_SQUARE}"
    return writer.define("square", _SQUARE, text)


def _operate(writer: FunctionWriter, statement: Operate, scope: Scope) -> None:
    writable = [buffer for buffer in scope.buffers if not buffer.is_constant]
    if not writable:
        return
    target = _row(writer, statement.target, replace(scope, buffers=writable))
    source = _row(writer, statement.source, scope)
    zero, one = writer.index(0), writer.constant("1", "i8")
    vector = f"{_BYTES}, vector<4xi8>"
    match statement.elements:
        case Elements.AFFINE_LOAD:
            text = f"affine.load {source.name}[{zero}] : {_BYTES}"
            scope.scalars.append(writer.define("v", "i8", text))
        case Elements.AFFINE_STORE:
            element = writer.scalar(statement.source, "i8", scope)
            writer.op(f"affine.store {element}, {target.name}[{zero}] : {_BYTES}")
        case Elements.VECTOR_LOAD | Elements.VECTOR_STORE:
            text = f"vector.load {source.name}[{zero}] : {vector}"
            loaded = writer.define("vector", "vector<4xi8>", text)
            if statement.elements is Elements.VECTOR_STORE:
                writer.op(f"vector.store {loaded.name}, {target.name}[{zero}] : {vector}")
        case Elements.TRANSFER_READ | Elements.TRANSFER_WRITE:
            text = f"vector.transfer_read {source.name}[{zero}], {one} : {vector}"
            loaded = writer.define("vector", "vector<4xi8>", text)
            if statement.elements is Elements.TRANSFER_WRITE:
                operands = f"{loaded.name}, {target.name}[{zero}]"
                writer.op(f"vector.transfer_write {operands} : vector<4xi8>, {_BYTES}")
        case Elements.FILL:
            writer.op(f"linalg.fill ins({one} : i8) outs({target.name} : {_BYTES})")
        case Elements.ADD:
            ins = f"{source.name}, {source.name} : {_BYTES}, {_BYTES}"
            writer.op(f"linalg.add ins({ins}) outs({target.name} : {_BYTES})")
        case Elements.MATMUL:
            left, right = _square(writer, source), _square(writer, target)
            ins = f"{left.name}, {left.name} : {_SQUARE}, {_SQUARE}"
            writer.op(f"linalg.matmul ins({ins}) outs({right.name} : {_SQUARE})")
        case Elements.GENERIC:
            _generic(writer, source, target)


def _generic(writer: FunctionWriter, source: Value, target: Value) -> None:
    writer.op(
        f"linalg.generic {{indexing_maps = [{_IDENTITY}, {_IDENTITY}], "
        f'iterator_types = ["parallel"]}} '
        f"ins({source.name} : {_BYTES}) outs({target.name} : {_BYTES}) {{"
    )
    left, right = writer.fresh("e"), writer.fresh("e")
    writer.line(f"^bb0({left}: i8, {right}: i8):")
    total = writer.define("s", "i8", f"arith.addi {left}, {right} : i8")
    writer.op(f"linalg.yield {total.name} : i8")
    writer.line("}")


def _reshape(writer: FunctionWriter, statement: Reshape, scope: Scope) -> None:
    if not scope.buffers:
        return
    row = _row(writer, statement.buffer, scope)
    match statement.reshaping:
        case Reshaping.EXPAND:
            derived = _square(writer, row)
        case Reshaping.COLLAPSE:
            square = _square(writer, row)
            text = f"memref.collapse_shape {square.name} [[0, 1]] : {_SQUARE} into {_BYTES}"
            derived = writer.define("row", _BYTES, text)
        case Reshaping.SPACE:
            text = f'"memref.memory_space_cast"({row.name}) : ({_BYTES}) -> {_BYTES}'
            derived = writer.define("row", _BYTES, text)
        case Reshaping.TRANSPOSE:
            # Not an operation of xDSL's dialect.
            square = _square(writer, row)
            type = f"memref<2x2xi8, {_SWAPPED}>"
            text = (
                f'"memref.transpose"({square.name}) <{{permutation = {_SWAPPED}}}> '
                f": ({_SQUARE}) -> {type}"
            )
            derived = writer.define("turned", type, text)
            writer.ends_unregistered = True
    scope.buffers.append(derived)


def _yield(writer: FunctionWriter, op: str, number: int | None, inner: Scope) -> None:
    if number is None:
        writer.op(op)
        return
    value = writer.as_type(pick(inner.buffers, number), DYNAMIC)
    writer.op(f"{op} {value.name} : {DYNAMIC}")


def _affine_for(writer: FunctionWriter, statement: AffineFor, scope: Scope) -> None:
    carried = statement.carried if scope.buffers else None
    variable = Value(writer.fresh("i"), "index")
    head = f"affine.for {variable.name} = 0 to {statement.trips}"
    inner = scope.nested()
    inner.indices.append(variable)
    if carried is None:
        writer.op(f"{head} {{")
        inner = writer.nested(statement.body, inner)
        writer.op("affine.yield")
        writer.line("}")
        return
    first = writer.as_type(pick(scope.buffers, carried[0]), DYNAMIC)
    argument, result = Value(writer.fresh("x"), DYNAMIC), Value(writer.fresh("r"), DYNAMIC)
    writer.op(f"{result.name} = {head} iter_args({argument.name} = {first.name}) -> ({DYNAMIC}) {{")
    inner.buffers.append(argument)
    inner = writer.nested(statement.body, inner)
    _yield(writer, "affine.yield", carried[1], inner)
    writer.line("}")
    scope.buffers.append(result)


def _affine_parallel(writer: FunctionWriter, statement: AffineParallel, scope: Scope) -> None:
    variable = Value(writer.fresh("i"), "index")
    one = "dense<1> : vector<1xi32>"
    writer.op(
        '"affine.parallel"() <{lowerBoundsMap = affine_map<() -> (0)>, '
        f"lowerBoundsGroups = {one}, upperBoundsMap = affine_map<() -> ({statement.trips})>, "
        f"upperBoundsGroups = {one}, steps = [1], reductions = []}}> ({{"
    )
    writer.line(f"^bb0({variable.name}: index):")
    inner = scope.nested()
    inner.indices.append(variable)
    writer.nested(statement.body, inner)
    writer.op("affine.yield")
    writer.line("}) : () -> ()")


def _affine_if(writer: FunctionWriter, statement: AffineIf, scope: Scope) -> None:
    yielded = statement.yielded if scope.buffers else None
    result = Value(writer.fresh("r"), DYNAMIC)
    prefix = "" if yielded is None else f"{result.name} = "
    condition = "affine_set<(d0) : (d0 >= 1)>"
    writer.op(f'{prefix}"affine.if"({writer.index(1)}) <{{condition = {condition}}}> ({{')
    for number, body in enumerate((statement.then, statement.otherwise)):
        if number:
            writer.line("}, {")
        inner = writer.nested(body, scope)
        _yield(writer, "affine.yield", None if yielded is None else yielded[number], inner)
    writer.line(f"}}) : (index) -> ({'' if yielded is None else DYNAMIC})")
    if yielded is not None:
        scope.buffers.append(result)


def _index_switch(writer: FunctionWriter, statement: IndexSwitch, scope: Scope) -> None:
    yielded = statement.yielded if scope.buffers else None
    result = Value(writer.fresh("r"), DYNAMIC)
    prefix = "" if yielded is None else f"{result.name} = "
    suffix = "" if yielded is None else f" -> {DYNAMIC}"
    writer.op(f"{prefix}scf.index_switch {writer.index(1)}{suffix}")
    for number, body in enumerate(statement.bodies):
        is_last = number == len(statement.bodies) - 1
        writer.line("default {" if is_last else f"case {number} {{")
        inner = writer.nested(body, scope)
        returned = None if yielded is None else yielded[number % len(yielded)]
        _yield(writer, "scf.yield", returned, inner)
        writer.line("}")
    if yielded is not None:
        scope.buffers.append(result)


def _execute_region(writer: FunctionWriter, statement: ExecuteRegion, scope: Scope) -> None:
    yielded = statement.yielded if scope.buffers else None
    result = Value(writer.fresh("r"), DYNAMIC)
    prefix = "" if yielded is None else f"{result.name} = "
    suffix = "" if yielded is None else f" -> ({DYNAMIC})"
    writer.op(f"{prefix}scf.execute_region{suffix} {{")
    inner = writer.nested(statement.body, scope)
    _yield(writer, "scf.yield", yielded, inner)
    writer.line("}")
    if yielded is not None:
        scope.buffers.append(result)


def _alloca_scope(writer: FunctionWriter, statement: AllocaScope, scope: Scope) -> None:
    writer.op('"memref.alloca_scope"() ({')
    writer.nested(statement.body, scope)
    writer.op('"memref.alloca_scope.return"() : () -> ()')
    writer.line("}) : () -> ()")


def _execute_graph(writer: FunctionWriter, statement: ExecuteGraph, scope: Scope) -> None:
    if not scope.buffers:
        return
    result = Value(writer.fresh("r"), DYNAMIC)
    writer.op(f"{result.name} = scf.execute_region -> ({DYNAMIC}) {{")
    writer.graph(
        statement.graph,
        scope.nested(),
        lambda inner, number: _yield(writer, "scf.yield", number, inner),
    )
    writer.line("}")
    scope.buffers.append(result)


WRITERS.update(
    {
        Operate: _operate,
        Reshape: _reshape,
        AffineFor: _affine_for,
        AffineParallel: _affine_parallel,
        AffineIf: _affine_if,
        IndexSwitch: _index_switch,
        ExecuteRegion: _execute_region,
        AllocaScope: _alloca_scope,
        ExecuteGraph: _execute_graph,
    }
)


# Drawing it


class MixedFeature(Features):
    """What a program may have of other dialects."""

    ELEMENTS = "accesses of affine and vector, and linalg on buffers"
    RESHAPED = "buffers of other shapes"
    AFFINE = "loops and branches of affine"
    SWITCHES = "scf.index_switch"
    EXECUTED = "scf.execute_region and memref.alloca_scope"

    def leaves(self) -> tuple[Statements, ...]:
        match self:
            case MixedFeature.ELEMENTS:
                operate = st.builds(Operate, st.sampled_from(Elements), NUMBERS, NUMBERS)
                return operate, operate
            case MixedFeature.RESHAPED:
                return (st.builds(Reshape, st.sampled_from(Reshaping), NUMBERS),)
            case _:
                return ()

    def nests(self, inner: st.SearchStrategy[Body]) -> tuple[Statements, ...]:
        match self:
            case MixedFeature.AFFINE:
                return (
                    st.builds(AffineFor, TRIPS, st.none() | PAIRS, inner),
                    st.builds(AffineIf, inner, inner, st.none() | PAIRS),
                    st.builds(AffineParallel, TRIPS, inner),
                )
            case MixedFeature.SWITCHES:
                bodies = st.lists(inner, min_size=1, max_size=3).map(tuple)
                return (st.builds(IndexSwitch, bodies, st.none() | PAIRS),)
            case MixedFeature.EXECUTED:
                return (
                    st.builds(ExecuteRegion, inner, st.none() | NUMBERS),
                    st.builds(AllocaScope, inner),
                )
            case _:
                return ()


class GraphFeature(Features):
    """Control flow graphs, of functions and inside `scf.execute_region`."""

    GRAPHS = "graphs"

    def nests(self, inner: st.SearchStrategy[Body]) -> tuple[Statements, ...]:
        return (st.builds(ExecuteGraph, graphs(inner, 4)),)

    @property
    def is_of_graphs(self) -> bool:
        return True


def structured_mixtures() -> st.SearchStrategy[Program]:
    """Programs of all dialects without control flow graphs."""
    dialects = frozenset(FunctionDialect)
    return trees(tuple(Feature), dialects, tuple(MixedFeature), 3).map(write_program)


def mixtures() -> st.SearchStrategy[Program]:
    """Programs of all dialects, with control flow graphs every second time."""
    with_graphs = trees(
        (*Feature, *MixedFeature), frozenset((FunctionDialect.FUNC,)), tuple(GraphFeature), 3
    )
    return structured_mixtures() | with_graphs.map(write_program)
