"""Programs and reports that memory maps are drawn of, in tests."""

from __future__ import annotations

from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.plan_memory import PlanMemoryPass
from usmp_passes.reporting import BufferReport, MemoryReport
from usmp_passes.reporting.model import SCHEMA_VERSION, PlanReport, PoolReport

INCEPTION = Path(__file__).parents[2] / "examples" / "inception_structure.mlir"
"""It has 34 buffers."""

SCRIPT = "<script>document.title = 'harmed'</script>"
IMAGE = "<img src=x onerror=\"document.title = 'harmed'\">"
QUOTED = 'it\'s "quoted" & <b>bold</b> $x^2$ {{data}} \\u0041'
UNICODE = "größe 大きい \U0001f600"
TURNED = "two\nlines \u202eturned"
LONG = "long_" * 100
CALLED = "</script><script>document.title = 'harmed'</script>"

EVIL_NAMES = (SCRIPT, IMAGE, QUOTED, UNICODE, TURNED, LONG)
"""The buffers of `EVIL_PROGRAM` but for `between`."""


def _quoted(name: str) -> str:
    """A string of MLIR."""
    return '"' + name.replace("\\", "\\\\").replace('"', "\\22").replace("\n", "\\0A") + '"'


EVIL_PROGRAM = f"""
usmp.pool @fast target_access {{c = "rw"}} size_hint_bytes 6000
usmp.pool @flash target_access {{c = "ro"}} size_hint_bytes 65536
tir.func @{_quoted(CALLED)}(%x: memref<64xi8>, %y: memref<64xi8>) attributes {{target = "c"}} {{
  %constant = tir.allocate_const {_quoted(IMAGE)} dense<1> : memref<64xi8>
  %script = tir.allocate {_quoted(SCRIPT)} : memref<2048xi8>
  %quoted = tir.allocate {_quoted(QUOTED)} : memref<1024xi8>
  %unicode = tir.allocate {_quoted(UNICODE)} : memref<512xi8>
  %long = tir.allocate {_quoted(LONG)} : memref<512xi8>
  tir.for %i = 0 to 64 {{
    %v = tir.load %x[%i] : memref<64xi8>
    %c = tir.load %constant[%i] : memref<64xi8>
    tir.store %v, %script[%i] : memref<2048xi8>
    tir.store %v, %quoted[%i] : memref<1024xi8>
    tir.store %v, %unicode[%i] : memref<512xi8>
    tir.store %v, %long[%i] : memref<512xi8>
    tir.store %c, %y[%i] : memref<64xi8>
  }}
  tir.for parallel %j = 0 to 4 {{
    %turned = tir.allocate {_quoted(TURNED)} : memref<100xi8>
    %v = tir.load %script[%j] : memref<2048xi8>
    tir.store %v, %turned[%j] : memref<100xi8>
  }}
}}
tir.func @main(%in: memref<64xi8>, %out: memref<64xi8>)
    attributes {{runner_function, target = "c"}} {{
  %between = tir.allocate "between" : memref<64xi8>
  tir.call_extern @{_quoted(CALLED)}(%in, %between) : (memref<64xi8>, memref<64xi8>) -> ()
  tir.call_extern @{_quoted(CALLED)}(%between, %out) : (memref<64xi8>, memref<64xi8>) -> ()
}}
"""
"""
Names that harm a page in which they are not escaped, in a pool with a capacity that is close and
in one for constants; with 4 threads, one of the buffers has slices.
"""


def parse(text: str) -> ModuleOp:
    """The module of a program in any of the dialects that are installed."""
    context = Context()
    for name, dialect in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, dialect)
    return Parser(context, text, "program.mlir").parse_module()


def planned(text: str, threads: int | None = None) -> ModuleOp:
    """The module of a program, with a plan."""
    module = parse(text)
    AssignPoolInfoPass().apply(Context(), module)
    ExtractBufferInfoPass(threads=threads).apply(Context(), module)
    PlanMemoryPass().apply(Context(), module)
    return module


def buffer_report(
    name: str,
    size_bytes: int,
    byte_offset: int,
    live: tuple[tuple[int, int], ...] | None,
    *,
    function: str = "main",
    conflicts: tuple[str, ...] | None = None,
) -> BufferReport:
    """A buffer in the pool of `report_of`."""
    return BufferReport(
        name=name,
        function=function,
        size_bytes=size_bytes,
        alignment=16,
        pool="fast",
        byte_offset=byte_offset,
        live=live,
        traffic_bytes=None,
        io=None,
        constant=False,
        slices=None,
        conflicts=conflicts,
        location=None,
        saved_if_gone_bytes=None,
    )


def report_of(
    *buffers: BufferReport, length: int = 100, capacity_bytes: int | None = None
) -> MemoryReport:
    """A report of one pool with these buffers."""
    size = max((buffer.byte_offset or 0) + buffer.size_bytes for buffer in buffers)
    pool = PoolReport(
        name="fast",
        read_only=False,
        capacity_bytes=capacity_bytes,
        allocated_size=size,
        lower_bound=size,
        gap=0,
        proven=True,
        required_alignment=16,
        unshared_bytes=sum(buffer.size_bytes for buffer in buffers),
        buffers=buffers,
    )
    plan = PlanReport("best", True, True, 0, None, False)
    return MemoryReport(SCHEMA_VERSION, ("main",), length, size, plan, (pool,), (), ())


def report_of_many(count: int) -> MemoryReport:
    """A report of many buffers, 50 in each function: four are live at each point."""
    buffers = [
        buffer_report(
            f"buffer{at}",
            64 + at * 7919 % 3000,
            at % 4 * 4096,
            ((3 * at, 3 * at + 11),),
            function=f"op{at // 50}",
        )
        for at in range(count)
    ]
    return report_of(*buffers, length=3 * count + 12)
