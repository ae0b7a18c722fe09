"""What deallocations mean, on random functions, and what it costs to find out."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import event, example, given, note
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_passes.analysis import AnalysisError, BufferInfoAnalysis
from usmp_random_frees import Allocate, Body, Choice, For, Free, Function, Use, bodies


def parse(text: str) -> ModuleOp:
    context = Context(allow_unregistered=True)
    for name, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, factory)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


def error_of(module: ModuleOp) -> str | None:
    try:
        BufferInfoAnalysis(module)
    except AnalysisError as error:
        return str(error)
    return None


FREE, USE = Free(0, through_alias=False), Use(0, through_alias=False)


@given(bodies(), st.booleans())
# A buffer of an iteration's own.
@example(body=(For((Allocate(), USE, FREE), runs_once=False),), is_graph=False)
# What was freed before a choice is freed in all its arms, also if it is freed in one again.
@example(body=(FREE, Choice(((FREE,), (USE,)))), is_graph=False)
# What may have been freed before is freed twice all the same if a block frees it twice.
@example(
    body=(Choice(((), (FREE,))), Choice(((), (FREE, Allocate(), Free(1, False))))), is_graph=False
)
def test_a_use_after_a_deallocation_is_found_on_any_path(body: Body, is_graph: bool):
    function = Function(body, is_graph)
    note(function.text)
    error = error_of(parse(function.text))
    event("refused" if error else "accepted")
    if function.uses_freed:
        assert error is not None
    elif function.frees_twice_in_a_row:
        assert error is not None
        assert "is freed twice" in error
    elif error is not None:
        assert "is freed twice" in error
        assert function.frees_twice


# The cost


def many_arms(n: int) -> str:
    """A choice after a choice, each with a buffer of its own, used and freed in both arms."""
    return "".join(
        f"""
  %A{i} = memref.alloc() : memref<4xi8>
  scf.if %c {{
    "test.use"(%A{i}) : (memref<4xi8>) -> ()
    memref.dealloc %A{i} : memref<4xi8>
  }} else {{
    memref.dealloc %A{i} : memref<4xi8>
  }}"""
        for i in range(n)
    )


def arms_of_one_choice(n: int) -> str:
    """A choice among many, in each of which the same buffers are used and freed."""
    count = int(n**0.5)
    body = "".join(
        f"""
    "test.use"(%A{i}) : (memref<4xi8>) -> ()
    memref.dealloc %A{i} : memref<4xi8>"""
        for i in range(count)
    )
    allocations = "".join(f"\n  %A{i} = memref.alloc() : memref<4xi8>" for i in range(count))
    cases = "".join(f"\n  case {i} {{{body}\n    scf.yield\n  }}" for i in range(count))
    return f"{allocations}\n  scf.index_switch %n{cases}\n  default {{\n    scf.yield\n  }}"


def freed_at_the_end(n: int) -> str:
    """Buffers that are used in a block, and freed at the end of the next one."""
    uses = "".join(
        f"""
  %A{i} = memref.alloc() : memref<4xi8>
  "test.use"(%A{i}) : (memref<4xi8>) -> ()"""
        for i in range(n)
    )
    return uses + "".join(f"\n  memref.dealloc %A{i} : memref<4xi8>" for i in range(n))


def blocks_in_a_row(n: int) -> str:
    """A control flow graph of blocks with a buffer each."""
    return "".join(
        f"""
  cf.cond_br %c, ^use{i}, ^free{i}
^use{i}:
  "test.use"(%p) : (memref<4xi8>) -> ()
  cf.br ^free{i}
^free{i}:
  %A{i} = memref.alloc() : memref<4xi8>
  memref.dealloc %A{i} : memref<4xi8>"""
        for i in range(n)
    )


def freed_through_calls(n: int) -> str:
    """Deallocations in a callee, of buffers that are planned and not: which is to be found out."""
    return "".join(
        f"""
  %A{i} = memref.alloc() : memref<4xi8>
  %S{i} = arith.select %c, %A{i}, %{"p" if i == 0 else f"A{i - 1}"} : memref<4xi8>
  func.call @frees(%S{i}) : (memref<4xi8>) -> ()"""
        for i in range(n)
    )


def analysis_calls(body: str) -> int:
    """How many functions are called, in Python or C, to analyse a function."""
    module = parse(
        f"func.func @f(%c: i1, %n: index, %p: memref<4xi8>) {{{body}\n  func.return\n}}\n"
        "func.func @frees(%q: memref<4xi8>) {\n  memref.dealloc %q : memref<4xi8>\n"
        "  func.return\n}\n"
    )
    BufferInfoAnalysis(module, conflicts=False)
    count = 0

    def trace(frame: object, kind: str, argument: object) -> None:
        nonlocal count
        count += kind in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(trace)
    try:
        BufferInfoAnalysis(module, conflicts=False)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "program",
    [many_arms, arms_of_one_choice, freed_at_the_end, blocks_in_a_row, freed_through_calls],
)
def test_four_times_the_program_is_four_times_the_work(program: Callable[[int], str]):
    assert analysis_calls(program(400)) < 4.2 * analysis_calls(program(100))


def test_deep_nesting():
    depth, n = 60, 50
    frees = "".join(f"\n    memref.dealloc %A{i} : memref<4xi8>" for i in range(n))
    allocations = "".join(f"\n  %A{i} = memref.alloc() : memref<4xi8>" for i in range(n))
    body = "scf.if %c {" * depth + frees + "\n}" * depth
    uses = "".join(f'\n  "test.use"(%A{i}) : (memref<4xi8>) -> ()' for i in range(n))
    arguments = "%c: i1"
    text = f"func.func @f({arguments}) {{{allocations}{uses}\n{body}\n  func.return\n}}"
    assert error_of(parse(text)) is None
    text = f"func.func @f({arguments}) {{{allocations}\n{body}{uses}\n  func.return\n}}"
    assert "'A0' of @f is used after memref.dealloc freed it" in (error_of(parse(text)) or "")
