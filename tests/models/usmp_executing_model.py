"""
A model of liveness that runs the program.

Every execution of an allocation makes a new instance with cells of its own. A store writes a value
into a cell, a load reads it, and a value lives from its write to its last read: for as long, its
cell must not be overwritten through another buffer. A write that nobody reads still happens, so its
value lives for a moment. Two buffers of which two instances hold values at the same moment must not
share memory. What a run reads before it is written carries no value.

What the program leaves open - conditions, the number of iterations, what an unknown operation does,
the order of concurrent iterations - is drawn from a seed. A run is cut off after a number of steps:
what was seen until then holds.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from xdsl.dialects.builtin import (
    DenseArrayBase,
    IntegerAttr,
    IntegerType,
    MemRefType,
    ModuleOp,
)
from xdsl.ir import Block, Operation, Region, SSAValue
from xdsl.utils.hints import isa

from usmp_model_program import (
    ALIASING,
    ALLOCATIONS,
    CALLS,
    CHOICES,
    CONCURRENT_KINDS,
    CONSTANTS,
    LOADS,
    SILENT_TERMINATORS,
    STORES,
    ModelProgram,
    holds_address,
    loop_kind,
    name_of,
)

MAX_STEPS = 1500
MAX_TRIPS = 3
_CELLS_OF_DYNAMIC = 4


@dataclass(eq=False)
class _Value:
    """What a cell holds: when it was written, and when it was last read."""

    first: int
    last: int


@dataclass(eq=False)
class _Instance:
    """One execution of an allocation; a buffer from outside the program has no site."""

    site: Operation | None
    cells: int
    contents: dict[int, _Value] = field(default_factory=dict[int, _Value])
    values: list[_Value] = field(default_factory=list[_Value])

    def write(self, cell: int, now: int) -> None:
        value = _Value(now, now)
        self.contents[cell] = value
        self.values.append(value)

    def read(self, cell: int, now: int) -> None:
        value = self.contents.get(cell)
        if value is not None:
            value.last = now


class _Pointer(NamedTuple):
    """The address of a cell of an instance."""

    instance: _Instance
    offset: int

    def cell(self, index: int) -> int:
        return (self.offset + index) % self.instance.cells

    @property
    def all_cells(self) -> range:
        return range(self.instance.cells)


_Datum = _Pointer | int | None
"""What an SSA value is: an address, a known integer, or some number."""

_Frame = dict[SSAValue, _Datum]
_Steps = Generator[None, None, list[_Datum]]
"""An execution that stops after every operation, and returns the operands of its last one."""


@dataclass
class Coexistence:
    """What a run saw."""

    pairs: set[frozenset[Operation]] = field(default_factory=set[frozenset[Operation]])
    """The pairs of different allocations that must not share memory."""

    reused_while_live: set[Operation] = field(default_factory=set[Operation])
    """
    The allocations that cannot do with one place in memory, as two of their instances hold values
    at one moment.
    """

    def add(self, first: Operation, second: Operation) -> None:
        if first is second:
            self.reused_while_live.add(first)
        else:
            self.pairs.add(frozenset((first, second)))


class _CutOffError(Exception):
    """The run has taken all its steps."""


def execute(module: ModuleOp, main: str | None, seed: int) -> Coexistence:
    """Runs the program once, with what it leaves open drawn from `seed`."""
    return _Execution(ModelProgram(module, main), seed).run()


class _Execution:
    def __init__(self, program: ModelProgram, seed: int):
        self.program = program
        self.random = Random(seed)
        self.now = 0
        self.instances: list[_Instance] = []
        self.constants: dict[Operation, _Instance] = {}
        self.seen = Coexistence()

    def run(self) -> Coexistence:
        for op in self.program.allocations:
            if op.name in CONSTANTS:
                self.constants[op] = constant = self.new_instance(op)
                for cell in range(constant.cells):
                    constant.write(cell, self.now)
        try:
            for entry in self.program.entries:
                arguments = [self.outside_datum(value) for value in entry.parameters]
                for _ in self.region(entry.op.regions[0], arguments, {}):
                    pass
        except _CutOffError:
            pass
        self.compare_lives()
        return self.seen

    def compare_lives(self) -> None:
        """Finds the instances that hold values at the same moment."""
        values = sorted(
            (value.first, value.last, number)
            for number, instance in enumerate(self.instances)
            for value in instance.values
        )
        active: list[tuple[int, int]] = []
        for first, last, number in values:
            active = [other for other in active if other[0] >= first]
            for _, other in active:
                self.coexist(self.instances[number], self.instances[other])
            active.append((last, number))

    def coexist(self, first: _Instance, second: _Instance) -> None:
        if first is not second and first.site is not None and second.site is not None:
            self.seen.add(first.site, second.site)

    # Data

    def choose(self, count: int) -> int:
        return self.random.randrange(count)

    def new_instance(self, site: Operation | None) -> _Instance:
        cells = _CELLS_OF_DYNAMIC
        type = None if site is None else site.results[0].type
        if isinstance(type, MemRefType) and type.has_static_shape():
            cells = max(1, type.element_count())
        instance = _Instance(site, cells)
        self.instances.append(instance)
        return instance

    def outside_datum(self, value: SSAValue) -> _Datum:
        """What comes from outside the program: a buffer of its own if it is an address."""
        return _Pointer(self.new_instance(None), 0) if holds_address(value.type) else None

    def access(
        self,
        reads: Iterable[tuple[_Pointer, Iterable[int]]],
        writes: Iterable[tuple[_Pointer, Iterable[int]]],
    ) -> None:
        """One operation that reads, and then writes, cells of buffers."""
        touched: list[_Instance] = []
        for pointer, cells in reads:
            touched.append(pointer.instance)
            for cell in cells:
                pointer.instance.read(cell, self.now)
        for pointer, cells in writes:
            touched.append(pointer.instance)
            for cell in cells:
                pointer.instance.write(cell, self.now)
        for position, first in enumerate(touched):
            for second in touched[:position]:
                self.coexist(first, second)

    def access_wholly(self, pointers: Sequence[_Pointer]) -> None:
        """An operation about which nothing is known: it reads all there is, and writes all."""
        whole = [(pointer, pointer.all_cells) for pointer in pointers]
        self.access(whole, whole)

    def tick(self) -> None:
        self.now += 1
        if self.now > MAX_STEPS:
            raise _CutOffError

    # Blocks

    def region(self, region: Region, arguments: Sequence[_Datum], outer: _Frame) -> _Steps:
        """
        Executes blocks, from the first one to one that leads nowhere, in a frame of their own, as
        iterations of a loop may be under way at the same time.
        """
        frame = dict(outer)
        last: list[_Datum] = []
        block = region.blocks.first
        while block is not None:
            frame.update(zip(block.args, arguments, strict=True))
            for op in block.ops:
                self.tick()
                yield from self.operation(op, frame)
                last = [frame[operand] for operand in op.operands]
                yield
            block, arguments = self.successor(block.last_op, frame)
        return last

    def successor(
        self, branch: Operation | None, frame: _Frame
    ) -> tuple[Block | None, Sequence[_Datum]]:
        """One of the blocks that a terminator leads to, if there is any, and its arguments."""
        if branch is None or not branch.successors:
            return None, ()
        number = self.choose(len(branch.successors))
        block = branch.successors[number]
        passed = [frame[operand] for operand in branch.operands]
        if name_of(branch) in SILENT_TERMINATORS:
            # The operands of the successors follow each other, after the condition if there is one.
            counts = [len(successor.args) for successor in branch.successors]
            start = len(passed) - sum(counts[number:])
            return block, passed[start : start + counts[number]]
        pointers = [datum for datum in passed if isinstance(datum, _Pointer)]
        return block, [self.any_of(pointers, argument) for argument in block.args]

    def operation(self, op: Operation, frame: _Frame) -> Generator[None, None, None]:
        operands = [frame[operand] for operand in op.operands]
        name = name_of(op)
        if name in CALLS and (callee := self.program.callee(op)) is not None:
            results = yield from self.region(callee.op.regions[0], operands, {})
        elif name == "tir.for":
            results = yield from self.tir_for(op, frame)
        elif name == "scf.for":
            results = yield from self.scf_for(op, operands, frame)
        elif name == "scf.parallel":
            iterations: list[list[_Datum]] = [[None]] * self.trips(operands[1])
            yield from self.concurrently(op.regions[0], iterations, frame)
            results = []
        elif name == "scf.while":
            results = yield from self.scf_while(op, operands, frame)
        elif name in CHOICES:
            results = yield from self.region(op.regions[self.choose(len(op.regions))], [], frame)
        elif name == "affine.for":
            results = yield from self.affine_for(op, operands, frame)
        elif name == "affine.parallel":
            iterations = [[None]] * self.choose(MAX_TRIPS + 1)
            yield from self.concurrently(op.regions[0], iterations, frame)
            results = []
        elif op.regions:
            results = yield from self.unknown_regions(op, operands, frame)
        else:
            results = self.simple(op, name, operands)
        if op.results:
            frame.update(zip(op.results, results, strict=True))

    # Operations without regions

    def simple(self, op: Operation, name: str, operands: list[_Datum]) -> list[_Datum]:
        if name in ALLOCATIONS:
            instance = self.constants.get(op) or self.new_instance(op)
            return [_Pointer(instance, 0)]
        if name in ALIASING:
            return [self.derive(op, name, operands)]
        if name in LOADS:
            buffer = operands[0]
            assert isinstance(buffer, _Pointer)
            self.access([(buffer, [self.cell(op.operands[0], buffer, operands[1:])])], [])
            return [None]
        if name in STORES:
            buffer = operands[1]
            assert isinstance(buffer, _Pointer)
            self.access([], [(buffer, [self.cell(op.operands[1], buffer, operands[2:])])])
            return []
        if name == "memref.copy":
            source, target = operands
            assert isinstance(source, _Pointer)
            assert isinstance(target, _Pointer)
            self.access([(source, source.all_cells)], [(target, target.all_cells)])
            return []
        if name == "arith.constant":
            value = op.properties["value"]
            return [value.value.data if isinstance(value, IntegerAttr) else None]
        if (
            name == "memref.dealloc"
            or name in SILENT_TERMINATORS
            or (name.startswith(("arith.", "scf.", "tir.", "func.return")) and name not in CALLS)
        ):
            return [None for _ in op.results]
        pointers = [datum for datum in operands if isinstance(datum, _Pointer)]
        self.access_wholly(pointers)
        return [self.any_of(pointers, result) for result in op.results]

    def any_of(self, pointers: Sequence[_Pointer], value: SSAValue) -> _Datum:
        """What an unknown operation makes of some buffers."""
        if not pointers or not holds_address(value.type):
            return self.outside_datum(value)
        return pointers[self.choose(len(pointers))]

    def derive(self, op: Operation, name: str, operands: list[_Datum]) -> _Datum:
        if name == "arith.select":
            return operands[1 + self.choose(2)]
        pointer = operands[0]
        assert isinstance(pointer, _Pointer)
        if name == "memref.subview":
            offsets = op.properties["static_offsets"]
            assert isa(offsets, DenseArrayBase[IntegerType])
            return _Pointer(pointer.instance, pointer.offset + offsets.get_values()[0])
        return pointer

    def cell(self, buffer: SSAValue, pointer: _Pointer, indices: Sequence[_Datum]) -> int:
        """
        The cell of an element. It need not be the one that the hardware takes where types are
        reinterpreted: the rules of liveness ask which buffer is accessed, never where.
        """
        assert isinstance(buffer.type, MemRefType)
        linear = 0
        for index, extent in zip(indices, buffer.type.get_shape(), strict=True):
            position = index if isinstance(index, int) else self.choose(_CELLS_OF_DYNAMIC)
            linear = linear * max(extent, 1) + position
        return pointer.cell(linear)

    # Operations with regions

    def trips(self, upper: _Datum) -> int:
        return upper if isinstance(upper, int) else self.choose(MAX_TRIPS + 1)

    def tir_for(self, op: Operation, frame: _Frame) -> _Steps:
        literal = op.properties.get("static_upper")
        if isinstance(literal, IntegerAttr):
            trips = literal.value.data
        else:
            trips = self.trips(frame[op.operands[-1]])
        iterations: list[list[_Datum]] = [[number] for number in range(trips)]
        if loop_kind(op) in CONCURRENT_KINDS:
            yield from self.concurrently(op.regions[0], iterations, frame)
        else:
            for arguments in iterations:
                yield from self.region(op.regions[0], arguments, frame)
        return []

    def concurrently(
        self, region: Region, iterations: Sequence[list[_Datum]], frame: _Frame
    ) -> Generator[None, None, None]:
        """
        Executes the iterations of a loop, an operation of one here and an operation of another
        there.
        """
        running = [self.region(region, arguments, frame) for arguments in iterations]
        while running:
            iteration = running[self.choose(len(running))]
            try:
                next(iteration)
            except StopIteration:
                running.remove(iteration)
            yield

    def scf_for(self, op: Operation, operands: list[_Datum], frame: _Frame) -> _Steps:
        carried = operands[3:]
        for number in range(self.trips(operands[1])):
            carried = yield from self.region(op.regions[0], [number, *carried], frame)
        return carried

    def affine_for(self, op: Operation, operands: list[_Datum], frame: _Frame) -> _Steps:
        carried = operands[len(operands) - len(op.results) :]
        for _ in range(self.choose(MAX_TRIPS + 1)):
            carried = yield from self.region(op.regions[0], [None, *carried], frame)
        return carried

    def scf_while(self, op: Operation, operands: list[_Datum], frame: _Frame) -> _Steps:
        before, after = op.regions
        carried = operands
        for trip in range(self.choose(MAX_TRIPS + 1), -1, -1):
            _, *passed = yield from self.region(before, carried, frame)
            if trip == 0:
                return passed
            carried = yield from self.region(after, passed, frame)
        raise AssertionError("the last trip returns")

    def unknown_regions(self, op: Operation, operands: list[_Datum], frame: _Frame) -> _Steps:
        """
        An unknown operation runs its regions a few times in any order, and gives them any buffer it
        was given; it may look at its operands, and at what its regions yield, whenever it likes.
        """
        pointers = [datum for datum in operands if isinstance(datum, _Pointer)]
        self.access_wholly(pointers)
        for _ in range(self.choose(MAX_TRIPS + 1)):
            region = op.regions[self.choose(len(op.regions))]
            arguments = [self.any_of(pointers, argument) for argument in region.block.args]
            yielded = yield from self.region(region, arguments, frame)
            pointers += [datum for datum in yielded if isinstance(datum, _Pointer)]
            self.tick()
            self.access_wholly(pointers)
        return [self.any_of(pointers, result) for result in op.results]
