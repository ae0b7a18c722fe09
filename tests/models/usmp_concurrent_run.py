"""Random programs with concurrent loops, and a run of them by threads whose steps interleave."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import TypeAlias, cast

from xdsl.dialects import arith, func, memref, scf
from xdsl.dialects.builtin import IntegerAttr, MemRefType, ModuleOp
from xdsl.ir import Block, Operation, SSAValue

from usmp_dialect.dialects.usmp import ThreadNumberOp

Steps: TypeAlias = Generator[None, None, None]
"""A thread of execution, which gives way to others after each operation."""

Trace: TypeAlias = dict[tuple[int, ...], list[int]]
"""
What each iteration has given to `@use`, in order. An iteration is called by the way that leads to
it.
"""


@dataclass
class Memory:
    """Bytes, seen from an offset on."""

    data: bytearray
    offset: int = 0


@dataclass
class Strand:
    """An iteration under way, or the program itself outside of concurrent loops."""

    path: tuple[int, ...]
    number: int
    """Of the thread that runs it."""

    children: int = 0
    """How many concurrent loops it has come to."""


@dataclass
class ConcurrentRun:
    """
    Runs `main` of a module of `func`, `scf`, `memref` and `arith` on elements of one byte, by so
    many threads, whose steps a random choice interleaves. New memory holds random bytes.

    A thread that waits for a loop inside its iteration may run an iteration of that loop itself.
    """

    module: ModuleOp
    threads: int
    random: Random
    trace: Trace = field(default_factory=dict)
    most_at_once: int = 0
    """How many iterations of one loop have been under way at the same time."""

    allocations: int = 0
    """How many buffers were made that have memory of their own."""

    _free: list[int] = field(default_factory=list[int])
    _functions: dict[str, func.FuncOp] = field(default_factory=dict[str, func.FuncOp])

    def run(self) -> Trace:
        """The bytes that all iterations give to `@use`."""
        self._functions = {
            op.sym_name.data: op for op in self.module.ops if isinstance(op, func.FuncOp)
        }
        self._free = list(range(self.threads))
        self.random.shuffle(self._free)
        main = self._functions["main"]
        memories = [self._new_memory(cast(MemRefType, type)) for type in main.function_type.inputs]
        for _ in self._call(main, memories, Strand((), self._free.pop())):
            pass
        return self.trace

    def _new_memory(self, type: MemRefType) -> Memory:
        (size,) = type.get_shape()
        return Memory(bytearray(self.random.randbytes(size)))

    def _call(self, function: func.FuncOp, arguments: Sequence[object], strand: Strand) -> Steps:
        block = function.body.block
        yield from self._block(block, dict(zip(block.args, arguments, strict=True)), strand)

    def _block(self, block: Block, values: dict[SSAValue, object], strand: Strand) -> Steps:
        for op in block.ops:
            yield from self._op(op, values, strand)
            yield

    def _op(self, op: Operation, values: dict[SSAValue, object], strand: Strand) -> Steps:
        operands = [values[operand] for operand in op.operands]
        match op:
            case func.CallOp() if op.callee.root_reference.data == "use":
                self.trace.setdefault(strand.path, []).append(cast(int, operands[0]))
            case func.CallOp():
                callee = self._functions[op.callee.root_reference.data]
                yield from self._call(callee, operands, strand)
            case scf.ForOp():
                lower, upper, step = cast("list[int]", operands)
                for index in range(lower, upper, step):
                    inside = values | {op.body.block.args[0]: index}
                    yield from self._block(op.body.block, inside, strand)
            case scf.ParallelOp():
                yield from self._parallel(op, values, strand)
            case memref.StoreOp():
                value, memory, index = cast("tuple[int, Memory, int]", tuple(operands))
                memory.data[memory.offset + index] = value % 256
            case memref.LoadOp():
                memory, index = cast("tuple[Memory, int]", tuple(operands))
                values[op.res] = memory.data[memory.offset + index]
            case _:
                for result in op.results:
                    values[result] = self._value(op, operands, strand)

    def _value(self, op: Operation, operands: Sequence[object], strand: Strand) -> object:
        match op, operands:
            case arith.ConstantOp(value=IntegerAttr() as attribute), _:
                return attribute.value.data
            case arith.AddiOp(), [int(left), int(right)]:
                return left + right
            case arith.MuliOp(), [int(left), int(right)]:
                return left * right
            case arith.IndexCastOp(), [int(number)]:
                return number
            case ThreadNumberOp(), _:
                return strand.number
            case memref.AllocOp(), _:
                self.allocations += 1
                return self._new_memory(op.memref.type)
            case memref.ViewOp(), [Memory() as memory, int(shift)]:
                (size,) = op.result.type.get_shape()
                assert 0 <= memory.offset + shift <= len(memory.data) - size
                return Memory(memory.data, memory.offset + shift)
            case _:
                raise NotImplementedError(op.name)

    def _parallel(
        self, op: scf.ParallelOp, values: Mapping[SSAValue, object], strand: Strand
    ) -> Steps:
        bounds = zip(op.lowerBound, op.upperBound, op.step, strict=True)
        ranges = [range(*(cast(int, values[value]) for value in bound)) for bound in bounds]
        waiting = list(product(*ranges))
        self.random.shuffle(waiting)
        number = strand.children
        strand.children += 1
        own_is_free = True
        under_way: list[tuple[Steps, Strand]] = []
        while waiting or under_way:
            can_start = waiting and (own_is_free or self._free)
            if can_start and (not under_way or self.random.random() < 0.5):
                indices = waiting.pop()
                takes_own = own_is_free and not (self._free and self.random.random() < 0.5)
                thread = strand.number if takes_own else self._free.pop()
                own_is_free = own_is_free and not takes_own
                inner = Strand((*strand.path, number, *indices), thread)
                block = op.body.block
                inside = dict(values) | dict(zip(block.args, indices, strict=True))
                under_way.append((self._block(block, inside, inner), inner))
                self.most_at_once = max(self.most_at_once, len(under_way))
            chosen = self.random.randrange(len(under_way))
            steps, inner = under_way[chosen]
            try:
                next(steps)
            except StopIteration:
                del under_way[chosen]
                if inner.number == strand.number:
                    own_is_free = True
                else:
                    self._free.append(inner.number)
            yield


# Random programs

PARAMETER = "memref<8xi8>"
"""The type of the buffers that functions are given."""


@dataclass
class _Writer:
    """
    Writes a function, in which iterations that may run at the same time write no byte in common.
    """

    random: Random
    callees: Sequence[str]
    lines: list[str] = field(default_factory=list[str])
    values: int = 0
    statements: int = 10
    """How many are still to be written."""

    def new(self, base: str) -> str:
        self.values += 1
        return f"%{base}{self.values}"

    def line(self, depth: int, text: str) -> None:
        self.lines.append(f"{'  ' * depth}{text}")

    def body(
        self,
        depth: int,
        own: Sequence[tuple[str, str]],
        seen: Sequence[tuple[str, str]],
        value: str,
    ) -> None:
        """
        Statements. Buffers that this iteration may write are `own`, others that it may read `seen`,
        each with its type; `value` is a number of this iteration.
        """
        own = list(own)
        for _ in range(self.random.randint(1, 5)):
            if self.statements <= 0:
                break
            self.statements -= 1
            self._statement(depth, own, seen, value)
        for buffer, type in own:
            self._load(depth, buffer, type)

    def _statement(
        self,
        depth: int,
        own: list[tuple[str, str]],
        seen: Sequence[tuple[str, str]],
        value: str,
    ) -> None:
        kinds = ["allocate", "allocate", "store", "load", "call", "call"]
        if depth < 4:
            kinds += ["for", "parallel", "parallel"]
        match self.random.choice(kinds):
            case "allocate":
                buffer = self.new("b")
                type = self.random.choice([PARAMETER, PARAMETER, "memref<3xi8>", "memref<20xi8>"])
                self.line(depth, f"{buffer} = memref.alloc() : {type}")
                self._store(depth, buffer, type, value)
                own.append((buffer, type))
            case "store" if own:
                self._store(depth, *self.random.choice(own), value)
            case "load" if own or seen:
                self._load(depth, *self.random.choice([*own, *seen]))
            case "call" if self.callees and any(type == PARAMETER for _, type in own):
                buffer = self.random.choice([name for name, type in own if type == PARAMETER])
                callee = self.random.choice(self.callees)
                self.line(depth, f"func.call @{callee}({buffer}) : ({PARAMETER}) -> ()")
            case "for" if depth < 4:
                index = self.new("i")
                self.line(depth, f"scf.for {index} = %c0 to %c2 step %c1 {{")
                self.body(depth + 1, own, seen, self._new_value(depth + 1, index, value))
                self.line(depth, "}")
            case "parallel" if depth < 4:
                index, trips = self.new("i"), self.random.choice(["%c2", "%c5"])
                self.line(
                    depth,
                    f'"scf.parallel"(%c0, {trips}, %c1) '
                    "<{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({",
                )
                self.line(depth, f"^bb0({index}: index):")
                inner = self._new_value(depth + 1, index, value)
                self.body(depth + 1, [], [*own, *seen], inner)
                self.line(depth + 1, "scf.reduce")
                self.line(depth, "}) : (index, index, index) -> ()")
            case _:
                pass

    def _new_value(self, depth: int, index: str, value: str) -> str:
        """A number for an iteration, that most others do not have."""
        cast, factor, product, total = (self.new("v") for _ in range(4))
        self.line(depth, f"{cast} = arith.index_cast {index} : index to i8")
        self.line(depth, f"{factor} = arith.constant {self.random.randrange(3, 100, 2)} : i8")
        self.line(depth, f"{product} = arith.muli {cast}, {factor} : i8")
        self.line(depth, f"{total} = arith.addi {product}, {value} : i8")
        return total

    def _store(self, depth: int, buffer: str, type: str, value: str) -> None:
        for index in ("%c0", "%c2"):
            self.line(depth, f"memref.store {value}, {buffer}[{index}] : {type}")

    def _load(self, depth: int, buffer: str, type: str) -> None:
        index = self.random.choice(("%c0", "%c2"))
        loaded = self.new("r")
        self.line(depth, f"{loaded} = memref.load {buffer}[{index}] : {type}")
        self.line(depth, f"func.call @use({loaded}) : (i8) -> ()")


def concurrent_program(random: Random) -> str:
    """
    A module of up to four functions, whose loads give the same in every order in which concurrent
    iterations may run. No buffer of it escapes.
    """
    lines = ["usmp.pool @p", "func.func private @use(i8)"]
    callees: list[str] = []
    for name in [*(f"f{number}" for number in range(random.randint(0, 3))), "main"]:
        writer = _Writer(random, callees)
        parameter = [] if name == "main" else [("%x", PARAMETER)]
        signature = "" if name == "main" else f"%x: {PARAMETER}"
        lines.append(f"func.func @{name}({signature}) {{")
        for number in (0, 1, 2, 5):
            writer.line(1, f"%c{number} = arith.constant {number} : index")
        writer.line(1, f"%v = arith.constant {random.randrange(100)} : i8")
        writer.body(1, parameter, [], "%v")
        lines += [*writer.lines, "  func.return", "}"]
        callees.append(name)
    return "\n".join(lines)
