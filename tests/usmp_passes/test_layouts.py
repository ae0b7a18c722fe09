"""
Programs on buffers with layouts compute the same with a plan as without: by the interpreter, with
every byte watched, and as compiled C.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import AffineMapAttr, MemRefType, ModuleOp, StridedLayoutAttr, i8

from usmp_compiled_c import STRICT, compiled_outputs, needs_gcc, parse_module
from usmp_dialect.buffer_type import allocated_bytes_of
from usmp_dialect.dialects.usmp import PoolOp
from usmp_dialect.interpreters.runner import Runner
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

MAX_EXAMPLES = settings().max_examples // 4
"""Each example plans a program and runs it twice."""

SHAPE = (3, 4)
ELEMENTS = prod(SHAPE)


def buffer_type(order: Sequence[int], gaps: Sequence[int], offset: int, as_map: bool) -> MemRefType:
    """
    A buffer whose elements lie apart: `order` has the dimensions, the one whose elements are
    closest first, and `gaps` what is left free after each row.
    """
    strides, reached = [0] * len(SHAPE), 1
    for dimension, gap in zip(order, gaps, strict=True):
        strides[dimension] = reached + gap
        reached = strides[dimension] * (SHAPE[dimension] - 1) + reached
    layout = StridedLayoutAttr(strides, offset)
    return MemRefType(i8, SHAPE, AffineMapAttr(layout.get_affine_map()) if as_map else layout)


buffer_types = st.builds(
    buffer_type,
    st.permutations(range(len(SHAPE))),
    st.lists(st.integers(0, 3), min_size=len(SHAPE), max_size=len(SHAPE)),
    st.integers(0, 20),
    st.booleans(),
)


@dataclass(frozen=True)
class Chain:
    """A program that copies its input through buffers of these types, adding 1 at each."""

    types: Sequence[MemRefType]

    def text(self, name: str) -> str:
        """The program, whose only function has this name."""
        parameter = f"memref<{'x'.join(map(str, SHAPE))}xi8>"
        values = ["%in", *(f"%b{number}" for number in range(len(self.types))), "%out"]
        types = [parameter, *map(str, self.types), parameter]
        lines = [f"tir.func @{name}(%in: {parameter}, %out: {parameter}) {{"]
        lines.append("  %one = arith.constant 1 : i8")
        lines += [
            f"  {value} = memref.alloc() : {type}"
            for value, type in zip(values[1:-1], types[1:-1], strict=True)
        ]
        for number in range(1, len(values)):
            lines += [
                f"  tir.for %i{number} = 0 to {SHAPE[0]} {{",
                f"    tir.for %j{number} = 0 to {SHAPE[1]} {{",
                f"      %v{number} = memref.load {values[number - 1]}[%i{number}, %j{number}] : "
                f"{types[number - 1]}",
                f"      %w{number} = arith.addi %v{number}, %one : i8",
                f"      memref.store %w{number}, {values[number]}[%i{number}, %j{number}] : "
                f"{types[number]}",
                "    }",
                "  }",
            ]
        return "\n".join([*lines, "}"])

    def module(self, name: str = "main", *, is_planned: bool = False) -> ModuleOp:
        """The program, as it is or on pools."""
        module = parse_module(self.text(name))
        if is_planned:
            UnifiedStaticMemoryPlannerPass().apply(Context(), module)
            module.verify()
        return module

    def output(self, data: bytes) -> bytes:
        """What the program makes of an input."""
        return bytes((byte + len(self.types) + 1) % 256 for byte in data)


def run(module: ModuleOp, data: bytes) -> bytes:
    """What a program makes of an input, where every buffer reads what it has written itself."""
    output = bytearray(ELEMENTS)
    Runner(module, poison=True).run(None, [bytearray(data), output])
    return bytes(output)


chains = st.lists(buffer_types, min_size=1, max_size=5).map(Chain)


@settings(max_examples=MAX_EXAMPLES)
@given(chains, st.binary(min_size=ELEMENTS, max_size=ELEMENTS))
def test_planned_programs_compute_the_same(chain: Chain, data: bytes) -> None:
    assert run(chain.module(), data) == chain.output(data)
    planned = chain.module(is_planned=True)
    assert not [op for op in planned.walk() if op.name == "memref.alloc"]
    assert run(planned, data) == chain.output(data)


@settings(max_examples=MAX_EXAMPLES)
@given(chains)
def test_the_pool_is_two_buffers_that_follow_each_other(chain: Chain) -> None:
    """At most two of a chain are needed at once, and their pool needs no more than they do."""
    sizes = [-(-(allocated_bytes_of(type) or 0) // 16) * 16 for type in chain.types]
    at_once = [sum(sizes[number : number + 2]) for number in range(len(sizes))]
    (pool,) = [op for op in chain.module(is_planned=True).walk() if isinstance(op, PoolOp)]
    allocated = int(str(pool.attributes["allocated_size"]).split(" ")[0])
    assert max(at_once) - 16 < allocated <= max(at_once)


@needs_gcc
@pytest.mark.parametrize("seed", range(2))
def test_compiled_programs_compute_the_same(seed: int) -> None:
    random = Random(seed)
    data = random.randbytes(ELEMENTS)
    chains = [
        Chain(
            [
                buffer_type(
                    random.sample(range(2), 2),
                    [random.randrange(4) for _ in SHAPE],
                    random.randrange(20),
                    random.random() < 0.5,
                )
                for _ in range(random.randrange(1, 5))
            ]
        )
        for _ in range(8)
    ]
    modules = [
        chain.module(f"chain_{number}_{is_planned}", is_planned=is_planned)
        for number, chain in enumerate(chains)
        for is_planned in (False, True)
    ]
    expected = [chain.output(data) for chain in chains for _ in range(2)]
    for op in [op for module in modules for op in module.walk() if isinstance(op, PoolOp)]:
        op.detach()
    assert compiled_outputs(modules, data, ELEMENTS, STRICT) == expected
