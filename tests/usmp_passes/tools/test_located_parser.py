"""Every operation is located where it is written."""

from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import FileLineColLoc, ModuleOp, UnknownLoc
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.universe import XDSL_UNIVERSE

from usmp_dialect.universe import USMP_UNIVERSE
from usmp_passes.tools.located_parser import LocatedParser

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.mlir"))

TEXT = """\
// Bytes and code points differ: é

%a, %b = "test.op"() ({
  %c:2 = "test.op"() ({ "test.op"() : () -> () }) : () -> (i32, i32)
}) : () -> (i32, i32) "test.last"() : () -> ()
"""


def context() -> Context:
    ctx = Context(allow_unregistered=True)
    for universe in (XDSL_UNIVERSE, USMP_UNIVERSE):
        for name, factory in universe.all_dialects.items():
            ctx.register_dialect(name, factory)
    return ctx


def location(op: Operation) -> tuple[str, int, int]:
    assert isinstance(op.location, FileLineColLoc)
    return op.location.filename.data, op.location.line.data, op.location.column.data


def nested(module: ModuleOp) -> list[Operation]:
    return [op for op in module.walk() if op is not module]


def test_locations() -> None:
    module = LocatedParser(context(), TEXT, "net.mlir").parse_module()
    assert [location(op) for op in nested(module)] == [
        ("net.mlir", 3, 1),
        ("net.mlir", 4, 3),
        ("net.mlir", 4, 25),
        ("net.mlir", 5, 23),
    ]
    assert isinstance(module.location, UnknownLoc), "it is not in the text"


def test_line_offset() -> None:
    module = LocatedParser(context(), TEXT, "net.mlir", line_offset=10).parse_module()
    assert [location(op)[1] for op in nested(module)] == [13, 14, 14, 15]


def test_located_attributes_are_ordinary_ones() -> None:
    """They are made without their constructor, and must not show it."""
    module = LocatedParser(context(), TEXT, "net.mlir").parse_module()
    for op in nested(module):
        assert isinstance(op.location, FileLineColLoc)
        op.location.verify()
        ordinary = FileLineColLoc.new(op.location.parameters)
        assert op.location == ordinary
        assert hash(op.location) == hash(ordinary)


def test_own_locations_are_kept() -> None:
    text = '"test.op"() : () -> () loc("model.py":7:9)\n'
    module = LocatedParser(context(), text, "net.mlir").parse_module()
    assert [location(op) for op in nested(module)] == [("model.py", 7, 9)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    """The module is xDSL's own, and what stands at an operation's location is the operation."""
    text = path.read_text()
    module = LocatedParser(context(), text, path.name).parse_module()
    assert str(module) == str(Parser(context(), text, path.name).parse_module())
    lines = text.split("\n")
    located = [op for op in nested(module) if not isinstance(op.location, UnknownLoc)]
    assert len(located) > len(lines) // 2
    for op in located:
        _, line, column = location(op)
        assert lines[line - 1][column - 1 :].startswith(("%", f"{op.name} ", f"{op.name}."))
