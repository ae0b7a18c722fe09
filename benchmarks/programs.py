"""
The programs that are measured, as text in the `tir` dialect.

What matters is how many buffers, calls and loops they have; they compute nothing in particular.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

_BUFFER = "memref<64xi8>"
_PARAMETERS = f"(%input: {_BUFFER}, %output: {_BUFFER})"
_TWO_BUFFERS = f"({_BUFFER}, {_BUFFER}) -> ()"

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


class Operators(Enum):
    """Which functions the calls of a chain call."""

    DISTINCT = "distinct"
    """Each call a function of its own."""

    SHARED = "shared"
    """All calls the same function."""

    EXTERNAL = "external"
    """All calls the same function outside the module: the least there can be to parse."""


def chain(n: int, operators: Operators) -> str:
    """
    `n` buffers and `n` calls. Each call reads the buffer before and writes the next, so that two
    are live at once.
    """
    body: list[str] = []
    source = "%input"
    for i in range(n):
        operator = f"operator_{i}" if operators is Operators.DISTINCT else "operator"
        body.append(_allocate(f"tensor_{i}"))
        body.append(_call(operator, source, f"%tensor_{i}"))
        source = f"%tensor_{i}"
    functions = {Operators.DISTINCT: n, Operators.SHARED: 1, Operators.EXTERNAL: 0}[operators]
    names = (
        f"operator_{i}" if operators is Operators.DISTINCT else "operator" for i in range(functions)
    )
    return _module(*(_function(name, _copy("%input", "%output")) for name in names), _entry(body))


def fan(n: int) -> str:
    """`n` buffers that all conflict: each is stored to, then one call takes them all."""
    names = [f"%tensor_{i}" for i in range(n)]
    body = ["%zero = arith.constant 0 : index", "%value = arith.constant 1 : i8"]
    for i, name in enumerate(names):
        body.append(_allocate(f"tensor_{i}"))
        body.append(f"tir.store %value, {name}[%zero] : {_BUFFER}")
    types = ", ".join([_BUFFER] * n)
    body.append(f"tir.call_extern @consume({', '.join(names)}) : ({types}) -> ()")
    return _module(_entry(body))


def doubling_calls(depth: int) -> str:
    """
    A function calls the next one twice, and so on `depth` times: two to the power of `depth` call
    paths. Each function has a scratch buffer that it needs before, during and after its calls.
    """
    functions = [_function(f"level_{depth}", _copy("%input", "%output"))]
    for level in reversed(range(depth)):
        body = [
            _allocate("scratch"),
            *_copy("%input", "%scratch"),
            _call(f"level_{level + 1}", "%scratch", "%output"),
            _call(f"level_{level + 1}", "%scratch", "%output"),
            *_copy("%scratch", "%output"),
        ]
        functions.append(_function(f"level_{level}", body))
    return _module(*functions, _entry([_call("level_0", "%input", "%output")]))


def layers(n: int) -> str:
    """A function of 50 operations, with six scratch buffers, that is called `n` times in a row."""
    body = ["%one = arith.constant 1 : i8"]
    source = "%input"
    for stage in range(6):
        destination = f"%scratch_{stage}" if stage < 5 else "%output"
        body += [
            _allocate(f"scratch_{stage}"),
            "tir.for %i = 0 to 64 {",
            f"  %value = tir.load {source}[%i] : {_BUFFER}",
            "  %sum = arith.addi %value, %one : i8",
            "  %product = arith.muli %sum, %value : i8",
            "  %larger = arith.maxsi %product, %value : i8",
            f"  tir.store %larger, {destination}[%i] : {_BUFFER}",
            "}",
        ]
        source = destination
    tensors = ("%even", "%odd")
    calls = [_call("layer", tensors[i % 2], tensors[1 - i % 2]) for i in range(n)]
    entry = [_allocate("even"), _allocate("odd"), *calls]
    return _module(_function("layer", body), _entry(entry))


def loop_nests(n: int, depth: int = 8) -> str:
    """
    `n` nests of `depth` loops. Each loop has a buffer of its own, and the innermost one reads and
    writes them all.
    """
    body: list[str] = []
    for nest in range(n):
        for level in range(depth):
            body.append(f"tir.for %i_{level} = 0 to 4 {{")
            body.append(_allocate(f"nest_{nest}_level_{level}"))
        for level in range(depth):
            index = f"nest_{nest}_level_{level}[%i_{level}] : {_BUFFER}"
            body.append(f"%value_{level} = tir.load %{index}")
            body.append(f"tir.store %value_{level}, %{index}")
        body += ["}"] * depth
    return _module(_entry(body))


def bufferized_loops(n: int) -> str:
    """
    What bufferized code looks like, in about `n` operations: `scf.for` loops in a row, each from
    the buffer before to one of its own.
    """
    body = _constants()
    source = "%input"
    for i in range(max(1, n // 6)):
        body += [
            f"%tensor_{i} = memref.alloc() : {_BUFFER}",
            "scf.for %i = %zero to %end step %one {",
            f"  %value = memref.load {source}[%i] : {_BUFFER}",
            "  %sum = arith.addi %value, %value : i8",
            f"  memref.store %sum, %tensor_{i}[%i] : {_BUFFER}",
            "}",
        ]
        source = f"%tensor_{i}"
    return _upstream_function("run_model", body)


def block_loops(n: int) -> str:
    """
    The same as blocks of a control flow graph, in about `n` operations: chains of loops, each of
    two blocks, in functions that are called in a row.
    """
    loops = max(1, n // 8)
    names = [f"part_{first}" for first in range(0, loops, _LOOPS_A_FUNCTION)]
    parts = [
        _upstream_function(name, _block_loops(min(_LOOPS_A_FUNCTION, loops - first)))
        for name, first in zip(names, range(0, loops, _LOOPS_A_FUNCTION), strict=True)
    ]
    calls = [f"func.call @{name}(%input, %output) : {_TWO_BUFFERS}" for name in names]
    return _module(*parts, _upstream_function("run_model", calls))


_LOOPS_A_FUNCTION = 64
"""xDSL takes longer than its number to verify the blocks of one region."""


def _block_loops(n: int) -> list[str]:
    body = _constants()
    source = "%input"
    for i in range(n):
        body += [
            f"%tensor_{i} = memref.alloc() : {_BUFFER}",
            f"cf.br ^head_{i}(%zero : index)",
            f"^head_{i}(%i_{i}: index):",
            f"%more_{i} = arith.cmpi slt, %i_{i}, %end : index",
            f"cf.cond_br %more_{i}, ^body_{i}, ^next_{i}",
            f"^body_{i}:",
            f"%value_{i} = memref.load {source}[%i_{i}] : {_BUFFER}",
            f"memref.store %value_{i}, %tensor_{i}[%i_{i}] : {_BUFFER}",
            f"%step_{i} = arith.addi %i_{i}, %one : index",
            f"cf.br ^head_{i}(%step_{i} : index)",
            f"^next_{i}:",
        ]
        source = f"%tensor_{i}"
    return body


def examples() -> dict[str, str]:
    """The programs of `examples/`, by name."""
    return {path.stem: path.read_text() for path in sorted(EXAMPLES.glob("*.mlir"))}


# Pieces of text


def _allocate(name: str) -> str:
    return f'%{name} = tir.allocate "{name}" : {_BUFFER}'


def _call(callee: str, source: str, destination: str) -> str:
    return f"tir.call_extern @{callee}({source}, {destination}) : {_TWO_BUFFERS}"


def _copy(source: str, destination: str) -> list[str]:
    return [
        "tir.for %i = 0 to 64 {",
        f"  %value = tir.load {source}[%i] : {_BUFFER}",
        f"  tir.store %value, {destination}[%i] : {_BUFFER}",
        "}",
    ]


def _function(name: str, body: Iterable[str], attributes: str = "") -> str:
    lines = (f"  {line}\n" for line in body)
    return f"tir.func @{name}{_PARAMETERS}{attributes} {{\n{''.join(lines)}}}\n"


def _constants() -> list[str]:
    return [
        "%zero = arith.constant 0 : index",
        "%one = arith.constant 1 : index",
        "%end = arith.constant 64 : index",
    ]


def _upstream_function(name: str, body: Iterable[str]) -> str:
    lines = (f"  {line}\n" for line in (*body, "func.return"))
    return f"func.func @{name}{_PARAMETERS} {{\n{''.join(lines)}}}\n"


def _entry(body: Iterable[str]) -> str:
    return _function("run_model", body, " attributes {runner_function}")


def _module(*functions: str) -> str:
    return "\n".join(functions)
