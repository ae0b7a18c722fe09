"""What an imported program computes, where blocks and Relax functions decide it."""

from __future__ import annotations

import random

import pytest
from xdsl.dialects.builtin import f32

from usmp_dialect.frontends.tvmscript import import_tvmscript
from usmp_tir_evaluator import Evaluator, Memory

ROWS, DEPTH, COLUMNS = 4, 8, 3

OPERATORS = """\
@I.ir_module
class Module:
    @T.prim_func(private=True)
    def matmul(
        x: T.Buffer((T.int64(4), T.int64(8)), "float32"),
        y: T.Buffer((T.int64(8), T.int64(3)), "float32"),
        z: T.Buffer((T.int64(4), T.int64(3)), "float32"),
    ):
        for i, j, k in T.grid(T.int64(4), T.int64(3), T.int64(8)):
            with T.sblock("matmul"):
                v_i, v_j, v_k = T.axis.remap("SSR", [i, j, k])
                with T.init():
                    z[v_i, v_j] = T.float32(0.0)
                z[v_i, v_j] = z[v_i, v_j] + x[v_i, v_k] * y[v_k, v_j]

    @T.prim_func(private=True)
    def tiled(
        x: T.Buffer((4, 8), "float32"),
        y: T.Buffer((8, 3), "float32"),
        z: T.Buffer((4, 3), "float32"),
    ):
        total = T.sblock_alloc_buffer((4, 3))
        stride = T.int32()
        for i0, j, k0, i1, k1 in T.grid(2, 3, 3, 2, 3):
            with T.sblock("matmul"):
                v_i = T.axis.spatial(4, i0 * 2 + i1)
                v_j = T.axis.spatial(3, j)
                v_k = T.axis.reduce(8, k0 * 3 + k1)
                T.where(k0 * 3 + k1 < 8)
                row = T.match_buffer(x[v_i, 0:8], (8,), "float32")
                column = T.match_buffer(y[0:8, v_j], (8, 1), "float32", strides=[stride, 1])
                with T.init():
                    total[v_i, v_j] = T.float32(0.0)
                total[v_i, v_j] = total[v_i, v_j] + row[v_k] * column[v_k, 0]
        for i, j in T.grid(4, 3):
            with T.sblock("copy"):
                v_i, v_j = T.axis.remap("SS", [i, j])
                z[v_i, v_j] = total[v_i, v_j]

    @T.prim_func(private=True)
    def add(
        x: T.Buffer((4, 3), "float32"),
        y: T.Buffer((4, 3), "float32"),
        z: T.Buffer((12,), "float32"),
    ):
        for i, j in T.grid(4, 3):
            z[i * 3 + j] = x[i, j] + y[i, j]

"""

CALLS = """\
    @R.function
    def main(x: R.Tensor((4, 8), dtype="float32"), y: R.Tensor((8, 3), dtype="float32")):
        cls = Module
        with R.dataflow():
            a = R.call_tir(cls.{operator}, (x, y), out_ty=R.Tensor((4, 3), dtype="float32"))
            b = R.call_tir(cls.add, (a, a), out_ty=R.Tensor((12,), dtype="float32"))
            c = R.reshape(b, R.shape([4, 3]))
            d = R.call_tir(cls.add, (c, a), out_ty=R.Tensor((12,), dtype="float32"))
            R.output(d)
        return (a, d, x)
"""

ALLOCATED = """\
    @R.function
    def main(x: R.Tensor((4, 8), dtype="float32"), y: R.Tensor((8, 3), dtype="float32")):
        cls = Module
        first = R.memory.alloc_storage(R.shape([112]), 0, R.str("global"), R.dtype("uint8"))
        a = R.memory.alloc_tensor(first, 64, R.shape([4, 3]), R.dtype("float32"), 0)
        cls.{operator}(x, y, a)
        b = R.builtin.alloc_tensor(R.shape([12]), R.dtype("float32"), 0, R.str("global"))
        cls.add(a, a, b)
        again = R.memory.alloc_tensor(first, 0, R.shape([4, 3]), R.dtype("float32"), 0)
        R.memory.kill_tensor(b)
        second = R.vm.alloc_storage(R.shape([48]), 0, R.dtype("uint8"), R.str("global"))
        d = R.vm.alloc_tensor(second, 0, R.shape([12]), R.dtype("float32"), 0)
        cls.add(R.reshape(b, R.shape([4, 3])), a, d)
        cls.add(a, a, again)
        return (a, d, x)
"""


@pytest.mark.parametrize("operator", ["matmul", "tiled"])
@pytest.mark.parametrize("main", [CALLS, ALLOCATED], ids=["calls", "allocated"])
def test_matrix_product(main: str, operator: str) -> None:
    """Sums of products of small integers, which float32 has exactly."""
    generator = random.Random(0)
    x = [[generator.randrange(-9, 10) for _ in range(DEPTH)] for _ in range(ROWS)]
    y = [[generator.randrange(-9, 10) for _ in range(COLUMNS)] for _ in range(DEPTH)]
    product = [
        float(sum(x[i][k] * y[k][j] for k in range(DEPTH)))
        for i in range(ROWS)
        for j in range(COLUMNS)
    ]
    inputs = [memory_of([float(item) for row in matrix for item in row]) for matrix in (x, y)]
    outputs = [memory_of([-1.0] * size) for size in (ROWS * COLUMNS, ROWS * COLUMNS, ROWS * DEPTH)]
    module = import_tvmscript(OPERATORS + main.format(operator=operator), "matmul.py")
    module.verify()
    Evaluator(module).call("main", [*inputs, *outputs])
    numbers = [[memory.read(index) for index in range(memory.size)] for memory in outputs]
    assert numbers[0] == product
    assert numbers[1] == [3 * item for item in product]
    assert numbers[2] == [item for row in x for item in row]


def memory_of(numbers: list[float]) -> Memory:
    memory = Memory(bytearray(4 * len(numbers)), f32, len(numbers))
    for index, number in enumerate(numbers):
        memory.write(index, number)
    return memory
