"""Every mistake has a message that says what it is, where, and what could stand there instead."""

from __future__ import annotations

import pytest

from usmp_dialect.frontends.tvmscript import TVMScriptError, import_tvmscript

HEAD = """\
@T.prim_func
def f(a: T.Buffer((8, 4), "int8"), p: T.handle, n: T.int32, x: T.float32, c: T.bool):
    A = T.match_buffer(p, (16,), "int32")
"""

STATEMENTS: dict[str, tuple[str, str]] = {
    # Names and expressions
    "A[0] = y": ("'y' has no value here", "a name assigned before"),
    "for i in range(4):\n        y = i\n    A[0] = y": ("'y' has no value here", ""),
    "A[0] = T.nothing(1)": ("T.nothing is not understood", "--allow-unknown-intrinsics"),
    "A[0] = T.nothing": ("T.nothing is not understood", ""),
    "A[0] = len(p)": ("'len' is not a function of the script, nor T's", "T.<name>(...)"),
    "A[0] = A.sum()": ("the method 'sum' is not understood", "astype"),
    "A[0] = A.weird": ("'weird' of 'A' is not understood", "data, shape"),
    "A[0] = [k for k in range(3)]": ("is not understood in an expression", "numbers, names"),
    "A[0] = (lambda: 1)()": ("is not a function of the script", ""),
    "A[0] = f'{n}'": ("is not understood in an expression", ""),
    "A[0] = n if c else 1": ("would be decided before the program runs", "T.if_then_else"),
    "A[0] = n ** 2": ("the operator of 'n ** 2' is not TIR's", "T.pow"),
    "A[0] = n / 2": ("'/' does not say how integers are rounded", "T.truncdiv"),
    "A[0] = n // 0": ("division by zero", ""),
    "A[0] = 1 % 0": ("modulo by zero", ""),
    "A[0] = n << 32": ("int32 cannot be shifted by 32", ""),
    "A[0] = n is None": ("is not TIR's", "== !="),
    "A[0] = x & 1": ("bitwise_and of float32", "integers"),
    "A[0] = T.floordiv(x, x)": ("floordiv of float32", "T.floor(a / b)"),
    "A[0] = c + c": ("add of bool", "T.cast"),
    "A[0] = -c": ("'-' of bool", "T.cast"),
    "A[0] = T.if_then_else(n, 1, 2)": ("expected a condition, of type bool", ""),
    "A[0] = T.Select(n, 1, 2)": ("the condition is of type int32", "bool"),
    "A[0] = n and c": ("'and' of int32", "conditions, of type bool"),
    "A[0] = not n": ("expected a condition", ""),
    "A[0] = T.exp(n)": ("expected a float", ""),
    "A[0] = T.pow(n, 2)": ("expected a float", ""),
    "A[0] = T.float32('one')": ("'one' is not a number", "inf"),
    "A[0] = T.int8(128)": ("128 is not a value of type int8", ""),
    "A[0] = T.uint8(-1)": ("-1 is not a value of type uint8", ""),
    "A[0] = 2**70": ("the operator", ""),
    "A[0] = 1180591620717411303424": ("does not fit in 64 bits", ""),
    "A[0] = T.float16(1e10)": ("does not fit in float16", ""),
    'A[0] = T.cast(n, "int7x")': ("is not a type of numbers", "bool, int1"),
    'A[0] = T.cast(n, "int65")': ("is not a type of numbers", ""),
    'A[0] = T.cast("int8", n)': ("'n' is not a type of numbers", ""),
    'A[0] = T.max(n, 1, dtype="int8")': ("is of type int32, not int8", ""),
    'A[0] = T.reinterpret("int16", n)': ("int32 does not have the bits of int16", ""),
    'A[0] = T.reinterpret("handle", n)': ("addresses cannot be made of numbers", ""),
    "A[0] = T.q_multiply_shift(n, 1, 32, 0)": ("32 is not from 0 to 31", ""),
    "A[0] = T.q_multiply_shift(x, 1, 31, 0)": ("q_multiply_shift of float32", "int32"),
    "A[0] = T.max(n)": ("T.max: no argument for 'b'", "T.max(a, b"),
    "A[0] = T.max(n, 1, 2)": ("T.max: too many arguments", ""),
    "A[0] = T.max(n, c=2)": ("T.max: no parameter 'c'", ""),
    "A[0] = T.max(n, 2, a=3)": ("T.max: 'a' is given twice", ""),
    "A[0] = T.max(*n)": ("arguments cannot be unpacked", "each argument written"),
    # Memory
    "A[16] = 1": ("subscript 16 is outside 'A', whose extent there is 16", ""),
    "A[-1] = 1": ("subscript -1 is outside 'A'", ""),
    "A[0, 0] = 1": ("2 subscripts for 'A', which has 1 dimensions", ""),
    "a[0] = T.int8(1)": ("1 subscripts for 'a', which has 2 dimensions", ""),
    "A[x] = 1": ("expected an integer", ""),
    "A[c] = 1": ("expected an integer", ""),
    "A[0] = x": ("'x' is of type float32, expected int32", 'T.cast(value, "int32")'),
    "A[0] = 0.5": ("is of type float32, expected int32", ""),
    "a[0, 0] = 200": ("200 is not a value of type int8", ""),
    "A[0] = A": ("expected a value of type int32", ""),
    "A[0:4] = A[0:3]": ("3 lanes for 4 elements", ""),
    "A[0] = A[0:4]": ("a value of 4 lanes for one element", "A[i:i + 4]"),
    "A[0:n] = 0": ("the length of the slice '0:n' is not known", "A[i:i + 4]"),
    "A[:4] = 0": ("a slice without bounds", "A[i:i + 4]"),
    "n[0] = 1": ("expected a buffer", ""),
    "A[0] = p[0]": ("'p' is an address, expected a buffer", ""),
    'A[0] = T.load("int32", n, 0)': ("expected a buffer or its address", ""),
    'A[0] = T.load("int32x4", A.data, 0)': ("1 subscripts for a value of type int32x4", ""),
    'A[0] = T.load("int32", A.data, 0, c)': ("a predicate that may be false", "True"),
    "A[0] = T.address_of(A[0:4])": ("expected a value of type int32", ""),
    'K = T.allocate_const([1], "int8", [1])\n    K[0] = T.int8(1)': (
        "a constant buffer cannot be written",
        "",
    ),
    'K = T.allocate_const([1, 2], "int8", [1])': ("2 numbers for a constant of 1 elements", ""),
    'K = T.allocate_const([n], "int32", [1])': ("expected a constant", ""),
    'K = T.allocate_const([1], "int32", [n])': ("a constant of dynamic shape", "constant extents"),
    'B = T.allocate([-1], "int8", "global")': ("an extent of -1", ""),
    'B = T.allocate([4], "handle", "global")': ("is not a type of numbers", ""),
    'B = T.allocate([4], "int8", "global", c)': ("an allocation that may not happen", "True"),
    'B = T.allocate([4], "int8", annotations={"double_buffer": 1})': (
        "the annotation 'double_buffer' of an allocation",
        "pragma_*",
    ),
    'B = T.decl_buffer((64,), "int32", data=a.data)': ("ends at byte 256 of memory of 32", ""),
    'B = T.decl_buffer((4, 4), "int8", data=a.data, strides=[1])': ("1 strides for 2", ""),
    'B = T.decl_buffer((4,), "int8", data=n)': ("expected a buffer or its address", ""),
    'T.attr(a.data, "storage_scope", "shared")': ("was allocated in 'global'", "T.allocate"),
    # Control flow
    "for i in A:\n        pass": ("does not say what kind of loop it is", "T.serial"),
    "for i, j in T.serial(4):\n        pass": ("2 variables for 1 loops", ""),
    "for i in T.grid(4, 4):\n        pass": ("1 variables for 2 loops", ""),
    "for A[0] in T.serial(4):\n        pass": ("cannot be a loop variable", "a name"),
    "for i in T.serial(0, 4, step=2):\n        pass": ("a loop with a step", ""),
    "for i in T.serial(x):\n        pass": ("expected an integer", ""),
    "for i in T.thread_binding(4):\n        pass": ("no thread is named", "threadIdx.x"),
    'for i in T.serial(4, annotations={"software_pipeline_stage": [0]}):\n        pass': (
        "the annotation 'software_pipeline_stage' is not understood",
        "overlap",
    ),
    "for i in T.serial(4):\n        pass\n    else:\n        pass": ("a loop with 'else'", ""),
    "for i in T.serial(4):\n        break": ("'break' is not understood", "assignments, for"),
    "while n:\n        pass": ("expected a condition, of type bool", ""),
    "if x:\n        pass": ("expected a condition, of type bool", ""),
    "if c:\n        return 0": ("a return before the end of the function", "if and else"),
    "with open('x'):\n        pass": ("'with open('x')' is not understood", "T.allocate"),
    # Blocks
    'with T.block([4], "C") as [i]:\n        pass': ("more than one name", ""),
    'with T.block([4], "C"):\n        pass': ("a block of 2021", 'T.sblock("name")'),
    "with T.init():\n        pass": ("T.init outside a block", "T.sblock"),
    "i = T.axis.spatial(4, n)": ("an axis outside a block", "T.sblock"),
    'with T.sblock("b"):\n        i = T.axis.remap("S", [n])': (
        "'n' is not the variable of a loop",
        "T.axis.spatial",
    ),
    'with T.sblock("b"):\n        i = T.axis.remap("SS", [n])': ("no list of 2 loop", "[i, j]"),
    'for k in range(4):\n        with T.sblock("b"):\n            i = T.axis.remap("X", [k])': (
        "axes of the kind 'X'",
        "S, spatial",
    ),
    'with T.sblock("b"):\n        i = T.axis.reduce((0, 1, 2), n)': ("no extent", "(0, 16)"),
    'with T.sblock("b"):\n        T.where(n)': ("expected a condition, of type bool", ""),
    'with T.sblock("b"):\n        T.sblock_attr({"double_buffer_scope": 0})': (
        "the annotation 'double_buffer_scope' is not understood",
        "overlap",
    ),
    "B = T.sblock_alloc_buffer((4,), data=p)": ("'data' of an allocation", "T.decl_buffer"),
    # Parts of buffers
    "B = T.match_buffer(a[0:2, 0:2], (2, 2), 'int8')": ("does not lie in one piece", "strides="),
    "B = T.match_buffer(a[0:2, 0:4], (2, 2), 'int8')": ("not the shape of the part", "(2, 4)"),
    "B = T.match_buffer(a[0:n, 0:4], (2, 4), 'int8')": ("the length of the slice", "a constant"),
    "B = T.match_buffer(a[0, 0:4], (4,), 'int16')": ("'a' is of type int8, not int16", ""),
    "B = T.match_buffer(a[0:4], (4,), 'int8')": ("1 subscripts of a buffer of 2", ""),
    "B = T.match_buffer(a[0:4, 1], (4, 1), 'int8', strides=[1, 1])": (
        "this is not the stride of the part",
        "T.int32()",
    ),
    "B = T.match_buffer(a[1, 0:4], (4,), 'int8', elem_offset=3)": (
        "this is not the offset of the part",
        "T.int32()",
    ),
    'with T.launch_thread("threadIdx.x", -1):\n        pass': ("-1 threads", ""),
    'T.attr(n, "thread_extent", 4)': ("expected a thread", ""),
    'T.attr(n, "virtual_thread", 4)': ("the attribute 'virtual_thread'", "pragma_*"),
    "assert n": ("expected a condition", ""),
    "assert c, n": ("'n' is not a string", "a string literal"),
    "x = y = 1": ("several targets of one assignment", "one target"),
    "y, z = 1": ("2 names for 1 values", ""),
    "y, A[0] = 1, 2": ("cannot be assigned one of several", "a name"),
    "y: T.int32": ("a declaration without a value", "x: T.int32 = value"),
    "del A": ("'del A' is not understood", ""),
    "import os": ("'import os' is not understood", ""),
    "def g():\n        pass": ("is not understood", ""),
    "n": ("'n' does nothing", "T.evaluate"),
    # Calls
    'T.call_extern("int32", n)': ("'int32' is a type, not a function", "conv2d"),
    "T.call_extern()": ("a call of nothing", ""),
    'T.call_extern("g", A, foo=1)': ("'foo' of a call", ""),
    'T.call_extern("g", "text")': ("is a string, expected a number", ""),
    'T.call_extern("g", T.reinterpret("handle", T.uint64(0)), n)': ("is an address, expected", ""),
    'A[0] = T.call_extern("g", A)': ("what 'g' returns is not known", "T.call_extern("),
    'A[0] = T.call_extern("int32", "f", A)': ("'f' returns nothing", "-> T.int32"),
    'T.call_extern("void", "f", A)': ("too few arguments in the call of 'f': 1 given, 5", ""),
    'T.call_extern("void", "f", a, p, p, x, c)': ("expected a value of type int32", ""),
    'T.call_extern("void", "f", n, p, n, x, c)': ("expected a buffer or its address", ""),
    "f(a, p, n, x, c=c)": ("a call by keyword", "arguments in order"),
    'T.evaluate(T.lookup_param(""))': ("a parameter of the model without a name", ""),
    'T.evaluate(T.lookup_param("p", dtype="int8"))': ("is an address", '"handle"'),
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_in_a_function(statement: str) -> None:
    message, accepted = STATEMENTS[statement]
    with pytest.raises(TVMScriptError) as caught:
        import_tvmscript(f"{HEAD}    {statement}\n    T.evaluate(0)\n", "file.py")
    error = caught.value
    assert message in error.message
    assert accepted in error.accepted
    # The place is in the statement, which begins in the fourth line.
    assert 4 <= error.line < 4 + len(statement.split("\n"))
    assert error.column >= 5


MODULES: dict[str, tuple[int, str, str]] = {
    "": (1, "there is no function in the file", "@T.prim_func"),
    "x = 1": (1, "'x = 1' is not read: a script is never executed", "imports of tvm"),
    "import numpy as np": (1, "'numpy' is not a part of TVM", "imports of tvm"),
    "from . import tir": (1, "'.' is not a part of TVM", ""),
    "from tvm.script.tir import *": (1, "does not say what it imports", ""),
    "def f():\n    pass": (1, "'f' is neither TIR nor Relax", "@T.prim_func"),
    "@te.fn\ndef f():\n    pass": (1, "'@te.fn' is not understood", "@T.prim_func"),
    "@T.prim_func\n@T.prim_func\ndef f():\n    pass": (2, "a second decorator", ""),
    "@T.prim_func(fast=True)\ndef f():\n    pass": (1, "the argument 'fast'", "private"),
    "@T.prim_func(private=1)\ndef f():\n    pass": (1, "private is neither", "True or False"),
    "class A:\n    pass": (1, "the class 'A' is not a module", "@I.ir_module"),
    "@I.ir_module\nclass A(B):\n    pass": (2, "the class 'A' has a base", ""),
    "@I.ir_module\nclass A:\n    x = 1": (3, "'x = 1' is not read", "@T.prim_func"),
    "@T.prim_func\ndef f(a):\n    pass": (2, "the parameter 'a' has no type", "T.handle"),
    "@T.prim_func\ndef f(a: int):\n    pass": (2, "'int' is no type of TIR's", "T.handle"),
    "@T.prim_func\ndef f(a: T.int32 = 1):\n    pass": (2, "a parameter with a default", ""),
    "@T.prim_func\ndef f(*a):\n    pass": (2, "a parameter that is not a plain one", ""),
    "@T.prim_func\ndef f(n: T.int32):\n    return n": (3, "returns nothing, as it says", "T.int32"),
    "@T.prim_func\ndef f() -> int:\n    pass": (2, "'int' cannot be returned", "T.int32"),
    "@T.prim_func\ndef f() -> T.int32:\n    pass": (2, "returns no int32", "return value"),
    "@T.prim_func\ndef f():\n    pass\n\n@T.prim_func\ndef f():\n    pass": (
        6,
        "two functions are called 'f'",
        "",
    ),
    "@T.prim_func\ndef f():\n    T.func_attr(1)": (3, "without a dictionary", "T.func_attr({"),
    '@T.prim_func\ndef f():\n    T.func_attr({"global_symbol": ""})': (3, "without a name", ""),
    '@T.prim_func\ndef f():\n    T.func_attr({"sym_name": "g"})': (3, "cannot have the attr", ""),
    '@T.prim_func\ndef f():\n    T.func_attr({"target": T.target({})})': (3, "of no kind", "kind"),
    '@T.prim_func\ndef f():\n    T.func_attr({"x": lambda: 1})': (3, "cannot be the value", ""),
    '@T.prim_func\ndef f():\n    T.func_attr({"runner_function": 2})': (3, "neither true nor", ""),
    "@T.prim_func\ndef f(": (2, "not Python: '(' was never closed", ""),
    "@T.prim_func\ndef f():\n  pass\n    pass": (4, "not Python: unexpected indent", ""),
    "\n\0": (2, "not Python: source code", ""),
    "@T.prim_func\ndef f(a: T.Buffer((8,), 'int8')):\n    pass\n\n"
    "@T.prim_func\ndef g(a: T.Buffer((4,), 'int8')):\n    f(a)": (
        7,
        "argument 0 of the call of 'f' is too small: 4 bytes given, 8 needed",
        "",
    ),
}


@pytest.mark.parametrize("script", MODULES)
def test_in_a_module(script: str) -> None:
    line, message, accepted = MODULES[script]
    with pytest.raises(TVMScriptError) as caught:
        import_tvmscript(script, "file.py")
    assert message in caught.value.message
    assert accepted in caught.value.accepted
    assert caught.value.line == line


RELAX = """\
@I.ir_module
class Module:
    @T.prim_func
    def f(a: T.Buffer((8,), "float32"), b: T.Buffer((8,), "float32")):
        b[0] = a[0]

    @R.function
    def g(x: R.Tensor((8,), dtype="float32")):
        return x

    @R.function
    def main(x: R.Tensor((8,), dtype="float32"), y: R.Tensor((4, 2), dtype="float32")):
        cls = Module
        s = R.memory.alloc_storage(R.shape([64]), 0, R.str("global"), R.dtype("uint8"))
"""

RELAX_STATEMENTS: dict[str, tuple[str, str]] = {
    "z = R.matmul(x, y)": ("R.matmul is not understood", "relax.transform.LegalizeOps"),
    "z = x + y": ("expected a number", ""),
    "z = cls.g(x)": ("'cls.g' is not a TIR function of the script", "inlined"),
    "z = cls.f(x)": ("too few arguments in the call of 'f'", ""),
    "z = R.call_tir(cls.g, (x,), out_ty=R.Tensor((8,), 'float32'))": (
        "is not a TIR function",
        "cls.f",
    ),
    "z = R.call_tir(cls.f, (x,))": ("the type of the output is not stated", "out_ty="),
    "z = R.call_tir(cls.f, (x,), out_ty=[])": ("a call without outputs", "out_ty="),
    "z = R.call_tir(cls.f, (x,), out_ty=R.Tensor(('n',), 'float32'))": (
        "is no shape that is known",
        "shapes are constant",
    ),
    "z = R.call_tir(cls.f, (x,), out_ty=R.Tensor((8,)))": ("elements have no type", "R.Tensor("),
    "z = R.call_tir(cls.f, (x,), out_ty=R.Object)": ("'R.Object' is no tensor", "R.Tensor("),
    "z = R.call_tir(cls.f, (x,), out_ty=R.Tensor((7,), 'float32'))": (
        "argument 1 of the call of 'f' is too small: 28 bytes given, 32 needed",
        "",
    ),
    "z = R.call_packed('vm.builtin.copy', x)": ("what memory 'vm.builtin.copy'", "call_dps_packed"),
    "z: R.Tensor((9,), dtype='float32') = x": ("'z' is float32 of shape (8,)", ""),
    "z = R.reshape(x, R.shape([9]))": ("8 elements of float32 are no R.Tensor((9,)", ""),
    "z = R.memory.alloc_tensor(x, 0, R.shape([8]), R.dtype('float32'))": (
        "this is not a storage",
        "R.memory.alloc_storage",
    ),
    "z = R.memory.alloc_tensor(s, 36, R.shape([8]), R.dtype('float32'))": (
        "a tensor that ends at byte 68 of a storage of 64 bytes",
        "",
    ),
    "z = R.memory.alloc_tensor(s, 2, R.shape([8]), R.dtype('float32'))": ("at byte 2", ""),
    "z = R.builtin.alloc_tensor(R.shape([8]), R.dtype('float32'), 1)": ("another device", "0"),
    "if x:\n            pass": ("is not understood", "R.dataflow()"),
    "return x": ("is not understood", "a return at the end"),
    "x.a = 1": ("an assignment to 'x.a'", ""),
    "z = R.const([[1, 2], [3]], 'int32')": ("3 numbers for a constant of 4 elements", ""),
}


@pytest.mark.parametrize("statement", RELAX_STATEMENTS)
def test_in_a_relax_function(statement: str) -> None:
    message, accepted = RELAX_STATEMENTS[statement]
    with pytest.raises(TVMScriptError) as caught:
        import_tvmscript(f"{RELAX}        {statement}\n        return x\n", "file.py")
    error = caught.value
    assert message in error.message
    assert accepted in error.accepted
    assert error.line == 14 + 1


RELAX_FUNCTIONS: dict[str, tuple[int, str, str]] = {
    "@R.function\ndef f(x: R.Tensor((8,), 'int8')):\n    pass": (3, "returns nothing", "return gv"),
    "@R.function\ndef f():\n    return 1": (3, "expected a tensor, or a tuple of them", ""),
    "@R.function\ndef f(x):\n    return x": (2, "'x' has no type", "R.Tensor"),
    "@R.function\ndef f(x: R.Tuple(R.Tensor)):\n    return x": (2, "is no tensor", "R.Tensor("),
    "@R.function(target='c')\ndef f():\n    return 1": (1, "the argument 'target'", "private, "),
    "@R.function\ndef f(*x):\n    return x": (2, "not a plain one", ""),
    "@R.function\ndef f(x: R.Tensor((8,), 'int8')):\n    return x\n\n"
    "@R.function\ndef f(x: R.Tensor((8,), 'int8')):\n    return x": (6, "are called 'f'", ""),
}


@pytest.mark.parametrize("script", RELAX_FUNCTIONS)
def test_relax_function(script: str) -> None:
    line, message, accepted = RELAX_FUNCTIONS[script]
    with pytest.raises(TVMScriptError) as caught:
        import_tvmscript(script, "file.py")
    assert message in caught.value.message
    assert accepted in caught.value.accepted
    assert caught.value.line == line
