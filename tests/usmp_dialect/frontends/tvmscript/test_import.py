"""The function `import_tvmscript`: places, errors, and what an import costs."""

from __future__ import annotations

import ast
import time
from collections.abc import Sequence
from typing import cast

import pytest
from xdsl.dialects.builtin import FileLineColLoc, ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.irdl import IRDLOperation

from usmp_dialect.dialects.tir import FuncOp, LoadOp, StoreOp
from usmp_dialect.frontends.tvmscript import TVMScriptError, import_tvmscript


def place_of(op: Operation) -> tuple[str, int, int]:
    location = op.location
    assert isinstance(location, FileLineColLoc)
    return location.filename.data, location.line.data, location.column.data


SCRIPT = """\
@T.prim_func
def main(a: T.Buffer((4,), "int8"), b: T.Buffer((4,), "int8")):
    # ünïcödé
    for i in range(4):
        b[i] = a[i] + T.int8(1)
"""


def test_every_operation_has_its_place() -> None:
    """Lines and columns count from one, columns in characters."""
    module = import_tvmscript(SCRIPT, "script.py")
    for op in module.walk():
        if not isinstance(op, ModuleOp):
            assert place_of(op)[0] == "script.py"
    places = {type(op): place_of(op) for op in module.walk() if not isinstance(op, ModuleOp)}
    assert places[FuncOp] == ("script.py", 2, 1)
    assert places[LoadOp] == ("script.py", 5, 16)
    assert places[StoreOp] == ("script.py", 5, 9)


def test_columns_are_characters() -> None:
    script = SCRIPT.replace("b[i] = a[i]", "ä = a[i]; b[i] = ä").replace("T.int8(1)", "T.nope(1)")
    with pytest.raises(TVMScriptError) as error:
        import_tvmscript(script, "script.py")
    assert (error.value.line, error.value.column) == (5, 30)
    assert error.value.filename == "script.py"
    assert error.value.message == "T.nope is not understood in an expression"
    assert "allow-unknown-intrinsics" in error.value.accepted
    assert str(error.value) == f"script.py:5:30: {error.value.message}"


def test_line_ends_do_not_matter() -> None:
    modules = [import_tvmscript(SCRIPT.replace("\n", end)) for end in ("\n", "\r\n", "\r")]
    assert len({str(module) for module in modules}) == 1
    places = [[place_of(op) for op in module.walk() if op.parent_op()] for module in modules]
    assert places[0] == places[1] == places[2]


def test_unknown_intrinsics() -> None:
    script = SCRIPT.replace("a[i] + T.int8(1)", 'T.magic(a[i], b.data) + T.more(2, dtype="int8")')
    with pytest.raises(TVMScriptError):
        import_tvmscript(script)
    module = import_tvmscript(script, allow_unknown_intrinsics=True)
    module.verify()
    text = str(module)
    assert "tir.call_extern @magic(%0, %b) : (i8, memref<4xi8>) -> i8" in text
    assert "tir.call_extern @more(%c2_i32) : (i32) -> i8" in text


def test_calls_are_resolved_by_name_and_by_symbol() -> None:
    module = import_tvmscript("""
@I.ir_module
class Module:
    @T.prim_func
    def f(a: T.handle):
        T.func_attr({"global_symbol": "tvmgen_f"})

    @T.prim_func
    def main(a: T.handle):
        T.call_extern("void", "f", a)
        T.call_extern("void", "tvmgen_f", a)
        Module.f(a)
        cls.f(a)
        f(a)
""")
    module.verify()
    assert str(module).count("tir.call_extern @tvmgen_f(%a)") == 5


def script_of(statements: int) -> str:
    lines = [
        f"        b[i * 4 + {k % 4}] = a[i + {k % 9}] * T.int32({k}) + i" for k in range(statements)
    ]
    head = """
@T.prim_func
def main(a: T.Buffer((64,), "int32"), b: T.Buffer((64,), "int32")):
    for i in T.serial(8):
"""
    return head + "\n".join(lines)


def cost_of(script: str) -> tuple[float, float]:
    """The time for an import, and for parsing it and making as many operations, in CPU seconds."""
    start = time.process_time()
    tree = ast.parse(script)
    parsed = time.process_time()
    module = import_tvmscript(script)
    done = time.process_time()
    operations = list(module.walk())
    start_of_operations = time.process_time()
    for op in operations:
        if not op.regions:
            cast(type[IRDLOperation], type(op)).build(
                operands=groups_of(op),
                result_types=list(op.result_types),
                properties=dict(op.properties),
            )
    end = time.process_time()
    assert tree.body
    return done - parsed, (parsed - start) + (end - start_of_operations)


def groups_of(op: Operation) -> list[SSAValue | Sequence[SSAValue]]:
    """The operands as the constructor has them: indices are a group."""
    operands = list(op.operands)
    match op:
        case LoadOp():
            return [operands[0], operands[1:]]
        case StoreOp():
            return [operands[0], operands[1], operands[2:]]
        case _ if op.name in ("tir.return", "tir.yield"):
            return [operands] if op.name == "tir.return" else []
        case _:
            return list(operands)


def test_cost_is_that_of_parsing_and_of_the_operations() -> None:
    """At most three times as much, and in proportion to the statements."""
    small, large = script_of(500), script_of(2_000)
    import_tvmscript(small)
    cost, floor = cost_of(large)
    assert cost <= 3 * floor
    cost_of_small = min(cost_of(small)[0] for _ in range(3))
    assert cost <= 3 * 4 * cost_of_small
