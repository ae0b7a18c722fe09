"""
Whatever is done to a script, it gives a valid module or an error with a place: never another
exception, and never an effect.
"""

from __future__ import annotations

import ast
import copy
import os
import random
import re
from pathlib import Path
from typing import cast

import pytest

from usmp_dialect.frontends.tvmscript import TVMScriptError, import_tvmscript
from usmp_random_programs import parse_module
from usmp_tvmscript_writer import Generation, write_tvmscript

EXAMPLE = Path(__file__).parents[4] / "examples" / "all_serial_for_loops.mlir"
SEEDS = 150

SCRIPT = """\
# from tvm.script import ir as I
# from tvm.script import tir as T

@I.ir_module
class Module:
    @T.prim_func
    def add(a: T.Buffer((16,), "float32"), b: T.handle, out: T.Buffer((4, 4), "float32")):
        T.func_attr({"target": T.target({"kind": "c"}), "tir.noalias": T.bool(True)})
        B = T.match_buffer(b, [16], dtype="float32", elem_offset=0, align=64, offset_factor=1)
        for i, j in T.grid(4, 4):
            out[i, j] = a[i * 4 + j] + T.load("float32", B.data, i * 4 + j)
        out[0, 0:4] = a[0:4] * T.Broadcast(T.float32(0.5), 4)

    @T.prim_func(private=True)
    def ops(a: T.handle, n: T.int32, x: T.float32, flags: T.Buffer((8,), "bool")) -> T.int32:
        T.func_attr({"global_symbol": "ops_symbol", "op_pattern": 2})
        A = T.match_buffer(a, (4, 8), "int16")
        B = T.alloc_buffer((4, 8), "int8", scope="shared")
        C = T.decl_buffer((32,), "uint8", data=B.data)
        W = T.decl_buffer((8,), "int32", data=B.data)
        K = T.allocate_const([1, -2, 3, 100], "int16", [4])
        with T.launch_thread("threadIdx.x", 8) as tx:
            buf = T.allocate([64], "float32", "global")
            T.store(buf, tx, x, True)
            with T.LetStmt(T.min(n, 4)) as m:
                z: T.int64 = T.Cast("int64", m) * T.int64(8)
                for i in T.parallel(4):
                    A[i, m] = A[i, m] // T.int16(3) + A[i, m] % T.int16(3) + K[i]
                    v = T.if_then_else(i < 2 and not flags[i], A[i, 0], T.int16(0))
                    C[i] = T.Cast("uint8", v)
                    W[i] = T.Cast("int32", z) >> 2
                if m > 2:
                    A[0, 0] = T.bitwise_and(A[0, 1], T.int16(255))
                else:
                    buf[0] += 1.0
                while A[0, 0] < T.int16(5):
                    A[0, 0] = A[0, 0] + T.int16(1)
                assert n > 0, "positive"
                buf[0] = T.Select(n == 3, T.exp(buf[1]), T.sigmoid(buf[2]))
                W[2] = T.shift_left(n, tx) ^ ~n
                W[T.Ramp(0, 2, 4)] = T.Broadcast(7, 4)
        T.call_extern("int32", "external", T.address_of(A[1, 2]), n, B.data)
        T.evaluate(T.tvm_access_ptr(T.type_annotation("uint8"), B.data, n, 4, 1))
        return n + 1

    @T.prim_func
    def main(input: T.handle("float32"), output: T.handle):
        T.func_attr({"global_symbol": "main", "runner_function": True})
        T.attr("default", "device_id", 0)
        sid = T.allocate([64], "int8", "global")
        null = T.reinterpret("handle", T.uint64(0))
        T.call_cpacked("add", input, T.lookup_param("p0"), sid, null)
        T.evaluate(T.call_extern("ops_symbol", sid, 3, 2.5, output, dtype="int32"))
        return 0
"""

BLOCKS_AND_RELAX = """\
# from tvm.script import ir as I
# from tvm.script import tirx as T
# from tvm.script import relax as R

@I.ir_module
class Module:
    @T.prim_func(private=True, s_tir=True)
    def matmul(
        x: T.Buffer((T.int64(4), T.int64(8)), "float32"),
        y: T.Buffer((T.int64(8), T.int64(4)), "float32"),
        z: T.Buffer((T.int64(4), T.int64(4)), "float32"),
    ):
        T.func_attr({"tirx.noalias": True})
        c = T.sblock_alloc_buffer((T.int64(4), T.int64(4)))
        s0 = T.int32()
        s1 = T.int32()
        for i, j, k0, k1 in T.grid(T.int64(4), T.int64(4), T.int64(3), T.int64(3)):
            with T.sblock("matmul"):
                v_i, v_j = T.axis.remap("SS", [i, j])
                v_k = T.axis.reduce(T.int64(8), k0 * T.int64(3) + k1)
                T.where(k0 * T.int64(3) + k1 < T.int64(8))
                T.reads(x[v_i, v_k], y[v_k, v_j])
                T.writes(c[v_i, v_j])
                T.sblock_attr({"axis": 1})
                row = T.match_buffer(x[v_i, 0:8], (8,), "float32", strides=[s1], offset_factor=1)
                with T.init():
                    c[v_i, v_j] = T.float32(0.0)
                c[v_i, v_j] = c[v_i, v_j] + row[v_k] * y[v_k, v_j]
        for i, j in T.grid(T.int64(4), T.int64(4)):
            with T.sblock("relu"):
                v_i, v_j = T.axis.remap("SS", [i, j])
                z[v_i, v_j] = T.max(c[v_i, v_j], T.float32(0.0))

    @R.function
    def main(x: R.Tensor((4, 8), dtype="float32")) -> R.Tuple(R.Tensor((4, 4), "float32")):
        R.func_attr({"relax.force_pure": True})
        cls = Module
        with R.dataflow():
            w = metadata["ir.GenericConst"][0]
            a = R.call_tir(cls.matmul, (x, w), out_ty=R.Tensor((4, 4), dtype="float32"))
            b: R.Tensor((4, 4), dtype="float32") = R.builtin.alloc_tensor(
                R.shape([4, 4]), R.dtype("float32"), 0, R.str("global")
            )
            cls.matmul(x, w, b)
            storage: R.Any = R.memory.alloc_storage(
                R.shape([128]), 0, R.str("global"), R.dtype("uint8")
            )
            d = R.memory.alloc_tensor(storage, 64, R.shape([16]), R.dtype("float32"), 0)
            R.call_dps_packed(
                "external", (a, R.const([0.5, 1.0], "float64")), out_ty=R.Tensor((3,), "int8")
            )
            e = R.reshape(a, R.shape([16]))
            R.memory.kill_tensor(a)
            R.output(e)
        return (b, e, (d, x))
"""

WRITTEN = write_tvmscript(
    parse_module(EXAMPLE.read_text(encoding="utf-8")), Generation.LOAD_AND_STORE
)
SCRIPTS = [SCRIPT, WRITTEN, BLOCKS_AND_RELAX]

TOKEN = re.compile(r"\w+|[^\w\s]")


def import_or_error(text: str) -> TVMScriptError | None:
    """The error of a script, `None` if its module is valid."""
    try:
        module = import_tvmscript(text, "fuzz.py", allow_unknown_intrinsics=True)
    except TVMScriptError as caught:
        error = caught
    else:
        module.verify()
        assert str(module)
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert error.filename == "fuzz.py"
    assert 1 <= error.line <= len(lines)
    assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    assert error.message
    return error


def mutated(text: str, generator: random.Random) -> str:
    """The text with one thing changed."""
    lines = text.split("\n")
    at = generator.randrange(len(lines))
    tokens = [match.span() for match in TOKEN.finditer(text)]
    start, end = generator.choice(tokens)
    other = text[slice(*generator.choice(tokens))]
    match generator.randrange(9):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[generator.randrange(len(lines))])
        case 2:
            to = generator.randrange(len(lines))
            lines[at], lines[to] = lines[to], lines[at]
        case 3:
            return text[:start] + text[end:]
        case 4 | 5:
            return text[:start] + other + text[end:]
        case 6:
            return text[:start] + f"{text[start:end]}, {other}" + text[end:]
        case 7:
            words = ["None", "True", "-1", "0", '"int8"', '"bool"', "T.int8", "T.handle", "0.5"]
            return text[:start] + generator.choice([*words, "A", "B", "i", "n", "T"]) + text[end:]
        case _:
            return text[:start] + text[start:end] + f"({other})" + text[end:]
    return "\n".join(lines)


def exchanged(text: str, generator: random.Random) -> str:
    """The text with one expression, or one statement, in the place of another: still Python."""
    tree = ast.parse(text)
    kind = ast.stmt if generator.random() < 0.2 else ast.expr
    places = [place for node in ast.walk(tree) for place in places_in(node, kind)]
    node, field, index = generator.choice(places)
    item = item_at(*generator.choice(places))
    if kind is ast.expr and generator.random() < 0.2:
        item = generator.choice(CONSTANTS)
    value = getattr(node, field)
    if isinstance(value, list):
        cast(list[ast.AST], value)[index] = copy.deepcopy(item)
    else:
        setattr(node, field, copy.deepcopy(item))
    return ast.unparse(tree)


def places_in(node: ast.AST, kind: type[ast.AST]) -> list[tuple[ast.AST, str, int]]:
    """Where the children of a node are that are of a kind: the field, and the index in a list."""
    found: list[tuple[ast.AST, str, int]] = []
    for field, value in ast.iter_fields(node):
        items = cast(list[object], value) if isinstance(value, list) else [value]
        found += [(node, field, k) for k, item in enumerate(items) if isinstance(item, kind)]
    return found


CONSTANTS = [
    ast.parse(text, mode="eval").body
    for text in (
        "None",
        "True",
        "-1",
        "0",
        "2**40",
        "'int8'",
        "'bool'",
        "''",
        "T.int8",
        "()",
        "[1]",
    )
]


def item_at(node: ast.AST, field: str, index: int) -> ast.AST:
    """The node in a place."""
    value = getattr(node, field)
    return cast(list[ast.AST], value)[index] if isinstance(value, list) else cast(ast.AST, value)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_themselves(script: str) -> None:
    assert import_or_error(script) is None


@pytest.mark.parametrize("script", range(len(SCRIPTS)))
def test_mutations(script: int) -> None:
    outcomes = set[bool]()
    for seed in range(SEEDS):
        generator = random.Random(seed)
        text = SCRIPTS[script]
        for _ in range(generator.choice((1, 1, 1, 2, 4))):
            text = mutated(text, generator)
        outcomes.add(import_or_error(text) is None)
    # Some mutations change nothing that matters, most do.
    assert outcomes == {True, False}


@pytest.mark.parametrize("script", range(len(SCRIPTS)))
def test_exchanged_parts(script: int) -> None:
    outcomes = set[bool]()
    for seed in range(SEEDS):
        generator = random.Random(seed)
        try:
            text = exchanged(SCRIPTS[script], generator)
        except (ValueError, TypeError):
            continue  # not every tree can be written
        outcomes.add(import_or_error(text) is None)
    assert outcomes == {True, False}


def in_function(statements: str) -> str:
    return "@T.prim_func\ndef f(a: T.Buffer((4,), 'int32'), n: T.int32):\n" + statements


MANY = ", ".join(f"i{k}" for k in range(10_000))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + ")" * 10_000,
        in_function("    a[0] = " + "(" * 10_000 + "n" + ")" * 10_000),
        in_function("    a[0] = " + "-" * 10_000 + "n"),
        in_function("    a[0] = n" + ".b" * 10_000),
        in_function("    return " + "-" * 5_000 + "n"),
        "@R.function\ndef f(x: R.Tensor((4,), 'int8')):\n    return " + "-" * 5_000 + "x",
        "@R.function\ndef f(x: R.Tensor((" + "-" * 5_000 + "4,), 'int8')):\n    return x",
        in_function("    a[0] = " + "T.abs(" * 10_000 + "n" + ")" * 10_000),
        in_function("    a[0] = " + "T.abs(" * 190 + "n" + ")" * 190 + " + n" * 1000),
        in_function("    a[0] = " + " + ".join(["n"] * 10_000)),
        in_function("    a[0] = " + "(" * 150 + "n" + "(n)" * 100 + ")" * 150),
        in_function("    if n > 0:\n        pass\n" + "    elif n > 1:\n        pass\n" * 10_000),
        in_function("    if n > 0:\n        pass\n" + "    elif n > 1:\n        pass\n" * 300),
        in_function("".join(f"{' ' * depth}if n > 0:\n" for depth in range(4, 10_000))),
        in_function("".join(f"{' ' * depth}while n > 0:\n" for depth in range(4, 90))),
        in_function(f"    for {MANY} in T.grid({'2, ' * 10_000}):\n        pass"),
        in_function("    a[0] = " + "1" * 10_000),
        in_function("    a[0] = 1 << 100000000000"),
        in_function("    a[0] = 2 ** 100000000000"),
        in_function("    a[0] = 1.0e400"),
        in_function("    b = T.allocate([" + "1000000, " * 100 + "], 'int8', 'global')"),
        in_function("    b = T.allocate_const([1], 'int8', [1000000000000])"),
    ],
    ids=range(22),
)
def test_too_much(text: str) -> None:
    """Neither Python's recursion limit nor its stack is a limit for the user."""
    import_or_error(text)


@pytest.mark.parametrize("depth", [150, 190])
def test_deep_expressions_are_read_or_refused(depth: int) -> None:
    import_or_error(in_function("    a[0] = " + "T.abs(" * depth + "n" + ")" * depth))
    import_or_error(
        in_function("    a[0] = " + "T.if_then_else(n > 0, n, " * depth + "n" + ")" * depth)
    )


@pytest.mark.parametrize(
    "text",
    [
        "\0",
        "a\0b",
        "\ud800",
        "\ufeff@T.prim_func\ndef f():\n    pass",
        "",
        "\r\r\n",
        "\f",
        "\x1a",
        "é = 1",
    ],
)
def test_strange_characters(text: str) -> None:
    import_or_error(text)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.system('touch {file}')",
        "import os\nos.system('touch {file}')",
        "from os import system",
        "__import__('os').system('touch {file}')",
        "open('{file}', 'w')",
        "x = open('{file}', 'w')",
        "class A:\n    open('{file}', 'w')",
        "@I.ir_module\nclass A:\n    open('{file}', 'w')",
        "@open('{file}', 'w')\ndef f():\n    pass",
        "@T.prim_func\ndef f(a: open('{file}', 'w')):\n    pass",
        "@T.prim_func\ndef f(a=open('{file}', 'w')):\n    pass",
        "@T.prim_func\ndef f():\n    open('{file}', 'w')",
        "@T.prim_func\ndef f():\n    x = [open('{file}', 'w') for i in range(1)]",
        "@T.prim_func\ndef f():\n    T.evaluate(eval('open(chr(120))'))",
        "while True:\n    pass",
    ],
)
def test_nothing_is_executed(code: str, tmp_path: Path) -> None:
    file = tmp_path / "effect"
    error = import_or_error(SCRIPT + "\n" + code.replace("{file}", str(file)))
    assert error is not None
    assert not file.exists()
    assert not os.listdir(tmp_path)  # noqa: PTH208 (what is there counts, not how it is listed)
