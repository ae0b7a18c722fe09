# RUN: usmp-opt %s --split-input-file | filecheck %s

# Aliases are the file's; parameters have the types of the buffers they are matched with.
import tvm
import tvm.script.ir as IR
from tvm.script import tir as tile


@IR.ir_module
class Module:
    """What a module is for."""

    IR.module_attrs({"runtime": None})

    @tile.prim_func
    def old_style(a: tile.handle, b: tile.handle, c: tile.handle, n: tile.int64) -> None:
        "A docstring."
        tile.func_attr({"global_symbol": "tvmgen_old_style", "tir.noalias": True, "op_pattern": 2})
        A = tile.match_buffer(
            a, [1, 4, 8], dtype="int16", elem_offset=0, align=128, offset_factor=1
        )
        B = tile.match_buffer(b, [], dtype="float32")
        B[()] = tile.float32(0)

    @tile.prim_func(private=True)
    def new_style(
        a: tile.Buffer((4, 8), "uint8"),
        b: tile.Buffer[(4,), "bool"],
        c: tile.handle("float32"),
        d: tile.Ptr[tile.int16],
        x: tile.float16,
        flag: tile.bool,
    ) -> tile.int32:
        tile.func_attr({"target": tile.target({"kind": "c", "host": {"kind": "llvm"}})})
        return tile.int32(7)

    @tile.prim_func
    def main(a: tile.handle):
        tile.func_attr({"runner_function": True, "resource_handle": tile.bool(True)})
        tile.evaluate(0)
        return 0

    __tvm_meta__ = None

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @tvmgen_old_style(%a: memref<32xi16>, %b: memref<1xf32>, %c: memref<?xi8>, %n: i64) attributes {tir.noalias, op_pattern = 2 : i64} {
# CHECK-NEXT:     %0 = arith.constant 0.000000e+00 : f32
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     tir.store %0, %b[%c0] : memref<1xf32>
# CHECK-NEXT:   }
# CHECK-NEXT:   tir.func private @new_style(%a: memref<32xi8>, %b: memref<4xi1>, %c: memref<?xf32>, %d: memref<?xi16>, %x: f16, %flag: i1) -> (i32) attributes {target = "c"} {
# CHECK-NEXT:     %c7_i32 = arith.constant 7 : i32
# CHECK-NEXT:     tir.return %c7_i32 : i32
# CHECK-NEXT:   }
# CHECK-NEXT:   tir.func @main(%a: memref<?xi8>) attributes {runner_function, resource_handle} {
# CHECK-NEXT:   }
# CHECK-NEXT: }

# // -----

# Functions without a class, and without imports, as TVM prints them. Extents may be unknown.


@T.prim_func
def dynamic(a: T.handle, b: T.handle, m: T.int32):
    n = T.int32()
    A = T.match_buffer(a, (n, 4), "int8")
    B = T.match_buffer(b, (m,), "int8")
    for i in range(n):
        B[i] = A[i, 3]
    scratch = T.allocate([m, 2], "int8", "global")

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @dynamic(%a: memref<?xi8>, %b: memref<?xi8>, %m: i32) {
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %c4 = arith.constant 4 : index
# CHECK-NEXT:     %c3 = arith.constant 3 : index
# CHECK-NEXT:     %c2_i32 = arith.constant 2 : i32
# CHECK-NEXT:     %0 = memref.dim %a, %c0 : memref<?xi8>
# CHECK-NEXT:     %1 = arith.divui %0, %c4 : index
# CHECK-NEXT:     tir.for %i = 0 to %1 {
# CHECK-NEXT:       %2 = arith.muli %i, %c4 : index
# CHECK-NEXT:       %3 = arith.addi %2, %c3 : index
# CHECK-NEXT:       %4 = tir.load %a[%3] : memref<?xi8>
# CHECK-NEXT:       tir.store %4, %b[%i] : memref<?xi8>
# CHECK-NEXT:     }
# CHECK-NEXT:     %5 = arith.muli %m, %c2_i32 : i32
# CHECK-NEXT:     %6 = arith.index_cast %5 : i32 to index
# CHECK-NEXT:     %scratch = tir.allocate "scratch"(%6) : memref<?xi8>
# CHECK-NEXT:   }
# CHECK-NEXT: }

# // -----

# The first scripts, of 2021.

@tvm.script.tir
class Old:
    def f(a: ty.handle) -> None:
        A = tir.match_buffer(a, [4], "int8")
        with tir.allocate([4], "int8", "global") as b:
            tir.store(b, 0, tir.load("int8", A.data, 0))

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @f(%a: memref<4xi8>) {
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %b = tir.allocate "b" : memref<4xi8>
# CHECK-NEXT:     %0 = tir.load %a[%c0] : memref<4xi8>
# CHECK-NEXT:     tir.store %0, %b[%c0] : memref<4xi8>
# CHECK-NEXT:   }
# CHECK-NEXT: }
