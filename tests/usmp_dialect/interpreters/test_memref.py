"""The `memref` dialect: views of a buffer see its bytes, and no more than its bytes."""

from __future__ import annotations

import struct

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import Arith
from xdsl.dialects.builtin import Builtin
from xdsl.dialects.func import Func
from xdsl.dialects.memref import MemRef
from xdsl.parser import Parser

from usmp_dialect.interpreters.errors import ExecutionError
from usmp_dialect.interpreters.runner import Argument, Result, Runner

SIXTEEN = bytes(range(16))


def run(
    body: str, result: str, argument: str = "memref<16xi8>", data: Argument = SIXTEEN
) -> Result:
    """The value `%r` after operations on `%a`; `%c0` to `%c4` are indices."""
    context = Context()
    for dialect in (Arith, Builtin, Func, MemRef):
        context.load_dialect(dialect)
    constants = "\n".join(f"%c{n} = arith.constant {n} : index" for n in range(5))
    text = (
        f"func.func @f(%a: {argument}) -> {result} {{\n{constants}\n{body}\n"
        f"func.return %r : {result}\n}}"
    )
    module = Parser(context, text).parse_module()
    module.verify()
    (value,) = Runner(module, poison=True).run("f", [data])
    return value


def test_view() -> None:
    body = "%r = memref.view %a[%c4][%c3] : memref<16xi8> to memref<?x2xi16>"
    assert run(body, "memref<?x2xi16>") == SIXTEEN[4:16]


def test_view_is_little_endian() -> None:
    body = """
    %v = memref.view %a[%c4][] : memref<16xi8> to memref<3xi32>
    %r = memref.load %v[%c1] : memref<3xi32>"""
    assert run(body, "i32") == struct.unpack_from("<i", SIXTEEN, 8)[0]


def test_view_beyond_its_source() -> None:
    """It is an error to read there, not to have it."""
    body = """
    %v = memref.view %a[%c4][] : memref<16xi8> to memref<4xi32>
    %r = memref.load %v[INDEX] : memref<4xi32>"""
    assert run(body.replace("INDEX", "%c2"), "i32") == struct.unpack_from("<i", SIXTEEN, 12)[0]
    with pytest.raises(ExecutionError) as caught:
        run(body.replace("INDEX", "%c3"), "i32")
    assert str(caught.value) == (
        "memref.load in @f: reads the bytes from 16 to 20 of argument 0, which has 16 bytes"
    )


@pytest.mark.parametrize(
    ("body", "type", "expected"),
    [
        (
            "%r = memref.subview %a[1, 2] [2, 2] [2, 1] : memref<4x4xi8> to "
            "memref<2x2xi8, strided<[8, 1], offset: 6>>",
            "memref<2x2xi8, strided<[8, 1], offset: 6>>",
            [6, 7, 14, 15],
        ),
        (
            "%r = memref.subview %a[0, %c3] [4, 1] [1, 1] : memref<4x4xi8> to "
            "memref<4xi8, strided<[4], offset: ?>>",
            "memref<4xi8, strided<[4], offset: ?>>",
            [3, 7, 11, 15],
        ),
        (
            "%r = memref.subview %a[%c2, 0] [1, %c3] [1, 1] : memref<4x4xi8> to "
            "memref<?xi8, strided<[1], offset: ?>>",
            "memref<?xi8, strided<[1], offset: ?>>",
            [8, 9, 10],
        ),
        (
            # Of a view of a view, and from its own beginning.
            "%s = memref.subview %a[1, 1] [3, 3] [1, 1] : memref<4x4xi8> to "
            "memref<3x3xi8, strided<[4, 1], offset: 5>>\n"
            "%r = memref.subview %s[1, 1] [2, 2] [1, 1] : "
            "memref<3x3xi8, strided<[4, 1], offset: 5>> to "
            "memref<2x2xi8, strided<[4, 1], offset: 10>>",
            "memref<2x2xi8, strided<[4, 1], offset: 10>>",
            [10, 11, 14, 15],
        ),
        (
            # The offset counts from the buffer, whatever view of it is taken.
            "%s = memref.subview %a[1, 1] [3, 3] [1, 1] : memref<4x4xi8> to "
            "memref<3x3xi8, strided<[4, 1], offset: 5>>\n"
            "%r = memref.reinterpret_cast %s to offset: [2], sizes: [%c3, 2], strides: [5, 2] : "
            "memref<3x3xi8, strided<[4, 1], offset: 5>> to "
            "memref<?x2xi8, strided<[5, 2], offset: 2>>",
            "memref<?x2xi8, strided<[5, 2], offset: 2>>",
            [2, 4, 7, 9, 12, 14],
        ),
        (
            "%r = memref.collapse_shape %a [[0, 1]] : memref<4x4xi8> into memref<16xi8>",
            "memref<16xi8>",
            list(range(16)),
        ),
        (
            '%r = "memref.cast"(%a) : (memref<4x4xi8>) -> memref<?x4xi8>',
            "memref<?x4xi8>",
            list(range(16)),
        ),
        (
            '%r = "memref.memory_space_cast"(%a) : (memref<4x4xi8>) -> memref<4x4xi8, "L1">',
            'memref<4x4xi8, "L1">',
            list(range(16)),
        ),
        (
            "%r = builtin.unrealized_conversion_cast %a : memref<4x4xi8> to memref<2xi64>",
            "memref<2xi64>",
            list(range(16)),
        ),
    ],
)
def test_views_of_two_dimensions(body: str, type: str, expected: list[int]) -> None:
    assert run(body, type, "memref<4x4xi8>") == bytes(expected)


def test_writes_through_a_view_are_seen_in_its_buffer() -> None:
    data = bytearray(16)
    body = """
    %s = memref.subview %a[1, 0] [2, 4] [2, 1] : memref<4x4xi8> to
        memref<2x4xi8, strided<[8, 1], offset: 4>>
    %v = arith.constant -1 : i8
    memref.store %v, %s[%c1, %c2] : memref<2x4xi8, strided<[8, 1], offset: 4>>
    %r = memref.load %a[%c3, %c2] : memref<4x4xi8>"""
    assert run(body, "i8", "memref<4x4xi8>", data) == -1
    assert data == bytes(14) + b"\xff\x00"


def test_copy_of_overlapping_views() -> None:
    """As if all were read before any is written."""
    data = bytearray(SIXTEEN)
    body = """
    %s = memref.subview %a[0] [12] [1] : memref<16xi8> to memref<12xi8, strided<[1]>>
    %t = memref.subview %a[2] [12] [1] : memref<16xi8> to memref<12xi8, strided<[1], offset: 2>>
    "memref.copy"(%s, %t) : (memref<12xi8, strided<[1]>>,
        memref<12xi8, strided<[1], offset: 2>>) -> ()
    %r = arith.constant 0 : i8"""
    run(body, "i8", data=data)
    assert data == bytes([0, 1, *range(12), 14, 15])


def test_shapes() -> None:
    body = """
    %m = memref.alloc(%c3) : memref<2x?xi8>
    %d = memref.dim %m, %c1 : memref<2x?xi8>
    %k = "memref.rank"(%m) : (memref<2x?xi8>) -> index
    %s = arith.muli %d, %c4 : index
    %r = arith.addi %s, %k : index"""
    assert run(body, "index") == 14


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            '%r = "memref.cast"(%a) : (memref<16xi8>) -> memref<8xi8>',
            "memref.cast in @f: casts memref<16xi8> to memref<8xi8>, which has other extents",
        ),
        (
            "%d = memref.dim %a, %c2 : memref<16xi8>\n"
            "%r = memref.subview %a[0] [8] [1] : memref<16xi8> to memref<8xi8>",
            "memref.dim in @f: memref<16xi8> has no dimension 2",
        ),
        (
            "%m = memref.alloc(%c3) : memref<?xi8>\n"
            '%n = "memref.cast"(%a) : (memref<16xi8>) -> memref<?xi8>\n'
            '"memref.copy"(%n, %m) : (memref<?xi8>, memref<?xi8>) -> ()\n'
            "%r = memref.subview %a[0] [8] [1] : memref<16xi8> to memref<8xi8>",
            "memref.copy in @f: copies memref<16xi8> to memref<3xi8>: "
            "they must have the same extents",
        ),
        (
            "%g = memref.get_global @nowhere : memref<8xi8>\n"
            "%r = memref.subview %a[0] [8] [1] : memref<16xi8> to memref<8xi8>",
            "memref.get_global in @f: there is no memref.global @nowhere in the module",
        ),
        (
            '%v = memref.view %a[%c4][] {usmp.buffer = "b"} : memref<16xi8> to memref<16xi8>\n'
            "%r = memref.subview %v[0] [8] [1] : memref<16xi8> to memref<8xi8>",
            "memref.view in @f: takes the bytes from 4 to 20 of argument 0, which has 16 bytes",
        ),
        (
            "%m = memref.alloca() : memref<8xcomplex<f32>>\n"
            "%r = memref.subview %a[0] [8] [1] : memref<16xi8> to memref<8xi8>",
            "memref.alloca in @f: values of type complex<f32> are not interpreted",
        ),
    ],
)
def test_errors(body: str, message: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        run(body, "memref<8xi8>")
    assert str(caught.value) == message


def test_globals_keep_what_is_written() -> None:
    context = Context()
    for dialect in (Arith, Builtin, Func, MemRef):
        context.load_dialect(dialect)
    module = Parser(
        context,
        """
    "memref.global"() <{sym_name = "k", type = memref<2xi16>, constant, sym_visibility = "private",
        initial_value = dense<[1, -2]> : tensor<2xi16>}> : () -> ()
    "memref.global"() <{sym_name = "g", type = memref<2xi16>, sym_visibility = "private",
        initial_value}> : () -> ()
    func.func @put() {
      %zero = arith.constant 0 : index
      %one = arith.constant 1 : index
      %k = memref.get_global @k : memref<2xi16>
      %g = memref.get_global @g : memref<2xi16>
      %v = memref.load %k[%one] : memref<2xi16>
      memref.store %v, %g[%zero] : memref<2xi16>
      func.return
    }
    func.func @f(%i: index) -> i16 {
      func.call @put() : () -> ()
      %g = memref.get_global @g : memref<2xi16>
      %v = memref.load %g[%i] : memref<2xi16>
      func.return %v : i16
    }
    func.func @spoil(%v: i16) {
      %zero = arith.constant 0 : index
      %k = memref.get_global @k : memref<2xi16>
      memref.store %v, %k[%zero] : memref<2xi16>
      func.return
    }""",
    ).parse_module()
    runner = Runner(module, poison=True)
    assert runner.run("f", [0]) == (-2,)
    with pytest.raises(ExecutionError, match=r"byte 2 of global @g, which nothing has written"):
        runner.run("f", [1])
    with pytest.raises(ExecutionError, match=r"writes global @k, which is constant"):
        runner.run("spoil", [1])
