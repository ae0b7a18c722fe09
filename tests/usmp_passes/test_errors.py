"""
What `usmp-opt` says when the passes refuse a program: where, in which function, which buffer, what
to do. The messages one by one are in the lit tests; here, that each points to its place in the file
and that nothing else is printed or written.
"""

from pathlib import Path

import pytest

from usmp_passes.tools.usmp_opt import main

PASSES = "usmp-assign-pool-info,usmp-extract-buffer-info"

CASES = {
    "too few arguments": (
        """\
tir.func @main(%a: memref<4xi8>) {
  tir.call_extern @f(%a) : (memref<4xi8>) -> ()
}
tir.func @f(%p: memref<4xi8>, %q: memref<4xi8>) {
}
""",
        ":2:3: error: 'tir.call_extern' does not verify: "
        "too few arguments in the call of @f: 1 given, 2 expected",
    ),
    "argument too small": (
        """\
tir.func @main(%a: memref<4xi8>) {
  tir.call_extern @f(%a) : (memref<4xi8>) -> ()
}
tir.func @f(%p: memref<8xi8>) {
}
""",
        ":2:3: error: 'tir.call_extern' does not verify: "
        "argument 0 of the call of @f is smaller than the parameter: "
        "memref<4xi8> has 4 bytes, memref<8xi8> needs 8",
    ),
    "recursion": (
        """\
tir.func @f() {
  tir.for %i = 0 to 4 {
    tir.call_extern @g() : () -> ()
  }
}
tir.func @g() {
    tir.call_extern @f() : () -> ()
}
""",
        ":7:5: error: recursion, @f -> @g -> @f: each activation would need buffers of its own, "
        "so that no static plan exists; write it as a loop",
    ),
    "no function": (
        "usmp.pool @pool\n",
        ": error: there is no entry function: the module has no function with a body, "
        "so there is nothing to plan",
    ),
    "two entries": (
        """\
tir.func @f() attributes {runner_function} {
}
tir.func @g() attributes {runner_function} {
}
""",
        ":3:1: error: @f and @g are marked runner_function: keep one mark, "
        "or name the entry function with the option main",
    ),
    "pool not declared": (
        """\
usmp.pool @fast
tir.func @f() {
  %A = tir.allocate "sid_9" {candidate_memory_pools = [@fast, @slow]} : memref<4xi8>
}
""",
        ":3:3: error: buffer 'sid_9' of @f has the candidate pool @slow, which is not declared: "
        "add usmp.pool @slow, or name one of @fast",
    ),
    "no candidate": (
        """\
tir.func @f() {
  %A = tir.allocate {candidate_memory_pools = []} : memref<4xi8>
}
""",
        ":2:3: error: buffer 'A' of @f has an empty list of candidate pools, so that it can go "
        "nowhere: name a pool, or leave candidate_memory_pools out for all that it can reach",
    ),
    "pool declared twice": (
        """\
usmp.pool @fast
usmp.pool @fast
""",
        ":1:1: error: 'usmp.pool' does not verify: @fast is declared twice: "
        "give each pool a name of its own",
    ),
    "target of no pool": (
        """\
usmp.pool @fast target_access {c = "rw"}
tir.func @f() attributes {target = "npu"} {
  %A = memref.alloc() : memref<4xi8>
}
""",
        ":3:3: error: buffer 'A' of @f is in a function of target \"npu\", which no pool lists: "
        'add it to a pool, as in target_access {npu = "rw"}',
    ),
    "size hint": (
        "usmp.pool @fast size_hint_bytes 0\n",
        ":1:1: error: 'usmp.pool' does not verify: pool @fast has size_hint_bytes 0, "
        "expected 1 or more: leave it out for an unbounded pool",
    ),
    "extent": (
        """\
tir.func @f() {
  tir.for %i = 4 to 0 {
  }
}
""",
        ":2:3: error: 'tir.for' does not verify: the extent of the loop is negative: 4 to 0",
    ),
    "memory space": (
        """\
usmp.pool @fast memory_space "L1"
tir.func @f() {
  %A = tir.allocate : memref<4xi8, "L2">
}
""",
        ":3:3: error: buffer 'A' of @f is in memory space \"L2\", which no pool serves: "
        'declare one, as in usmp.pool @name memory_space "L2"',
    ),
}
"""A program and the first line of the message, after the name of the file."""


@pytest.mark.parametrize(("text", "message"), CASES.values(), ids=CASES)
def test_error(text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, output = tmp_path / "program.mlir", tmp_path / "output.mlir"
    program.write_text(text)
    assert main([str(program), "-p", PASSES, "-o", str(output)]) == 1
    printed, errors = capsys.readouterr()
    assert printed == ""
    assert errors.splitlines()[0] == f"{program}{message}"
    assert "Traceback" not in errors
    assert not output.exists()
