"""The analysis explains itself: why two buffers conflict, or why they do not."""

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_passes.analysis import BufferInfoAnalysis, Explanation
from usmp_passes.tools.located_parser import LocatedParser

PROGRAM = """\
tir.func @main(%n: index) {
  %A = tir.allocate "A" : memref<4xi8>
  %B = tir.allocate "B" : memref<4xi8>
  %C = tir.allocate "C" : memref<4xi8>
  %D = tir.allocate "D" : memref<4xi8>
  %K = tir.allocate_const "K" dense<1> : memref<4xi8>
  %unused = tir.allocate "unused" : memref<4xi8>
  %dynamic = tir.allocate "dynamic" (%n) : memref<?xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  "memref.copy"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
  tir.for %i = 0 to 4 {
    "test.op"(%C) : (memref<4xi8>) -> ()
    tir.for %j = 0 to 4 {
      "test.op"(%D) : (memref<4xi8>) -> ()
    }
  }
  tir.call_extern @outer(%A) : (memref<4xi8>) -> ()
}

tir.func @outer(%a: memref<4xi8>) {
  %O = tir.allocate "O" : memref<4xi8>
  "test.op"(%O) : (memref<4xi8>) -> ()
  tir.call_extern @inner(%a) : (memref<4xi8>) -> ()
}

tir.func @inner(%a: memref<4xi8>) {
  %I = tir.allocate "I" : memref<4xi8>
  %J = tir.allocate "J" : memref<4xi8>
  "test.op"(%I) : (memref<4xi8>) -> ()
  tir.load %a[] : memref<4xi8>
  "test.op"(%J) : (memref<4xi8>) -> ()
}
"""
PROGRAM = PROGRAM.replace('  tir.load %a[] : memref<4xi8>\n', '  "test.op"(%a) : (memref<4xi8>) -> ()\n')


def context() -> Context:
    ctx = Context()
    for name, factory in Universe.get_multiverse().all_dialects.items():
        ctx.register_dialect(name, factory)
    return ctx


def parse(text: str) -> ModuleOp:
    return Parser(context(), text).parse_module()


@pytest.fixture(scope="module")
def analysis() -> BufferInfoAnalysis:
    return BufferInfoAnalysis(parse(PROGRAM))


@pytest.fixture(scope="module")
def located() -> BufferInfoAnalysis:
    """The same, of a program whose operations know where they were written."""
    return BufferInfoAnalysis(LocatedParser(context(), PROGRAM, "net.mlir").parse_module())


def test_show(analysis, located):
    import itertools
    names=[b.name for b in analysis.buffers]
    for a,b in itertools.combinations(names,2):
        print(a,b,analysis.explain(a,b).conflict, analysis.explain(a,b).text)
    for a,b in [("A","B"),("A","J"),("C","D"),("A","I"),("B","A")]:
        print(located.explain(a,b).text)
