# RUN: usmp-opt %s | filecheck %s

# Rows are read and written as vectors, other places lane by lane.


@T.prim_func
def main(a: T.Buffer((64,), "int8"), b: T.Buffer((64,), "int32"), c: T.Buffer((4,), "float32x4")):
    for i in T.serial(16):
        b[i * 4 : i * 4 + 4] = T.load("int32x4", b.data, T.ramp(i * 4, 1, 4)) + T.Broadcast(i, 4)
    c[1] = c[0] * T.Broadcast(T.float32(0.5), 4)
    b[T.Ramp(0, 2, 2)] = T.Cast("int32x2", a[0:2])
    b[0:4] = 7

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @main(%a: memref<64xi8>, %b: memref<64xi32>, %c: memref<16xf32>) {
# CHECK-NEXT:     %c4 = arith.constant 4 : index
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %0 = arith.constant dense<5.000000e-01> : vector<4xf32>
# CHECK-NEXT:     %1 = arith.constant dense<0> : vector<2xi32>
# CHECK-NEXT:     %c2 = arith.constant 2 : index
# CHECK-NEXT:     %2 = arith.constant dense<7> : vector<4xi32>
# CHECK-NEXT:     tir.for %i = 0 to 16 {
# CHECK-NEXT:       %3 = arith.muli %i, %c4 : index
# CHECK-NEXT:       %4 = arith.muli %i, %c4 : index
# CHECK-NEXT:       %5 = vector.load %b[%4] : memref<64xi32>, vector<4xi32>
# CHECK-NEXT:       %6 = arith.index_cast %i : index to i32
# CHECK-NEXT:       %7 = vector.broadcast %6 : i32 to vector<4xi32>
# CHECK-NEXT:       %8 = arith.addi %5, %7 : vector<4xi32>
# CHECK-NEXT:       vector.store %8, %b[%3] : memref<64xi32>, vector<4xi32>
# CHECK-NEXT:     }
# CHECK-NEXT:     %9 = vector.load %c[%c0] : memref<16xf32>, vector<4xf32>
# CHECK-NEXT:     %10 = arith.mulf %9, %0 : vector<4xf32>
# CHECK-NEXT:     vector.store %10, %c[%c4] : memref<16xf32>, vector<4xf32>
# CHECK-NEXT:     %11 = vector.load %a[%c0] : memref<64xi8>, vector<2xi8>
# CHECK-NEXT:     %12 = vector.extract %11[0] : i8 from vector<2xi8>
# CHECK-NEXT:     %13 = vector.extract %11[1] : i8 from vector<2xi8>
# CHECK-NEXT:     %14 = arith.extsi %12 : i8 to i32
# CHECK-NEXT:     %15 = arith.extsi %13 : i8 to i32
# CHECK-NEXT:     %16 = vector.insert %14, %1 [0] : i32 into vector<2xi32>
# CHECK-NEXT:     %17 = vector.insert %15, %16 [1] : i32 into vector<2xi32>
# CHECK-NEXT:     %18 = vector.extract %17[0] : i32 from vector<2xi32>
# CHECK-NEXT:     %19 = vector.extract %17[1] : i32 from vector<2xi32>
# CHECK-NEXT:     tir.store %18, %b[%c0] : memref<64xi32>
# CHECK-NEXT:     tir.store %19, %b[%c2] : memref<64xi32>
# CHECK-NEXT:     vector.store %2, %b[%c0] : memref<64xi32>, vector<4xi32>
# CHECK-NEXT:   }
# CHECK-NEXT: }
