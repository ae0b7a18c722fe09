# RUN: usmp-opt %s | filecheck %s


@T.prim_func
def main(a: T.Buffer((8,), "int32"), n: T.int32):
    T.attr("default", "device_id", 0)
    with T.attr(a.data, "pragma_scope", 1):
        pass
    if n > 2:
        a[0] = 1
    elif n == 0:
        a[0] = 2
    else:
        a[0] += n
    if True:
        a[1] = 1
    else:
        a[1] = 2
    while a[2] < 5 and n != 3:
        a[2] = a[2] + 1
    x: T.int64 = 5
    y = n * 2
    with T.LetStmt(y + 1) as z:
        a[3] = z
    with T.let(w, T.Cast("int32", x)):
        a[4] = w
    y = y - 1
    a[5] = y
    assert n < 8, "n is too large"
    with T.Assert(n >= 0, "n is negative"):
        T.store(a.data, 6, T.let(v, n + 1, v * v))

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @main(%a: memref<8xi32>, %n: i32) {
# CHECK-NEXT:     %c2_i32 = arith.constant 2 : i32
# CHECK-NEXT:     %c1_i32 = arith.constant 1 : i32
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %c0_i32 = arith.constant 0 : i32
# CHECK-NEXT:     %c1 = arith.constant 1 : index
# CHECK-NEXT:     %c2 = arith.constant 2 : index
# CHECK-NEXT:     %c5_i32 = arith.constant 5 : i32
# CHECK-NEXT:     %c3_i32 = arith.constant 3 : i32
# CHECK-NEXT:     %c3 = arith.constant 3 : index
# CHECK-NEXT:     %c4 = arith.constant 4 : index
# CHECK-NEXT:     %c5 = arith.constant 5 : index
# CHECK-NEXT:     %c8_i32 = arith.constant 8 : i32
# CHECK-NEXT:     %c6 = arith.constant 6 : index
# CHECK-NEXT:     %0 = arith.cmpi sgt, %n, %c2_i32 : i32
# CHECK-NEXT:     scf.if %0 {
# CHECK-NEXT:       tir.store %c1_i32, %a[%c0] : memref<8xi32>
# CHECK-NEXT:     } else {
# CHECK-NEXT:       %1 = arith.cmpi eq, %n, %c0_i32 : i32
# CHECK-NEXT:       scf.if %1 {
# CHECK-NEXT:         tir.store %c2_i32, %a[%c0] : memref<8xi32>
# CHECK-NEXT:       } else {
# CHECK-NEXT:         %2 = tir.load %a[%c0] : memref<8xi32>
# CHECK-NEXT:         %3 = arith.addi %2, %n : i32
# CHECK-NEXT:         tir.store %3, %a[%c0] : memref<8xi32>
# CHECK-NEXT:       }
# CHECK-NEXT:     }
# CHECK-NEXT:     tir.store %c1_i32, %a[%c1] : memref<8xi32>
# CHECK-NEXT:     scf.while () : () -> () {
# CHECK-NEXT:       %4 = tir.load %a[%c2] : memref<8xi32>
# CHECK-NEXT:       %5 = arith.cmpi slt, %4, %c5_i32 : i32
# CHECK-NEXT:       %6 = arith.cmpi ne, %n, %c3_i32 : i32
# CHECK-NEXT:       %7 = arith.andi %5, %6 : i1
# CHECK-NEXT:       scf.condition(%7)
# CHECK-NEXT:     } do {
# CHECK-NEXT:       %8 = tir.load %a[%c2] : memref<8xi32>
# CHECK-NEXT:       %9 = arith.addi %8, %c1_i32 : i32
# CHECK-NEXT:       tir.store %9, %a[%c2] : memref<8xi32>
# CHECK-NEXT:       scf.yield
# CHECK-NEXT:     }
# CHECK-NEXT:     %y = arith.muli %n, %c2_i32 : i32
# CHECK-NEXT:     %z = arith.addi %y, %c1_i32 : i32
# CHECK-NEXT:     tir.store %z, %a[%c3] : memref<8xi32>
# CHECK-NEXT:     tir.store %c5_i32, %a[%c4] : memref<8xi32>
# CHECK-NEXT:     %y_1 = arith.subi %y, %c1_i32 : i32
# CHECK-NEXT:     tir.store %y_1, %a[%c5] : memref<8xi32>
# CHECK-NEXT:     %10 = arith.cmpi slt, %n, %c8_i32 : i32
# CHECK-NEXT:     cf.assert %10, "n is too large"
# CHECK-NEXT:     %11 = arith.cmpi sge, %n, %c0_i32 : i32
# CHECK-NEXT:     cf.assert %11, "n is negative"
# CHECK-NEXT:     %12 = arith.addi %n, %c1_i32 : i32
# CHECK-NEXT:     %13 = arith.muli %12, %12 : i32
# CHECK-NEXT:     tir.store %13, %a[%c6] : memref<8xi32>
# CHECK-NEXT:   }
# CHECK-NEXT: }
