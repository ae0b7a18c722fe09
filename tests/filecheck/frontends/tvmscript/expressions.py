# RUN: usmp-opt %s | filecheck %s

# The type of TIR decides between signed and unsigned, and the width; loop variables are of type index.


@T.prim_func
def integers(s: T.Buffer((8,), "int8"), u: T.Buffer((8,), "uint8"), w: T.Buffer((8,), "int32")):
    s[0] = T.floordiv(s[1], s[2])
    u[0] = u[1] // u[2]
    s[0] = s[1] % s[2]
    u[0] = T.truncmod(u[1], u[2])
    s[0] = s[1] >> s[2]
    u[0] = u[1] >> u[2]
    s[0] = T.max(s[1], s[2])
    u[0] = T.min(u[1], u[2])
    w[0] = T.Cast("int32", s[1]) + T.cast(u[1], "int32")
    w[0] = s[1] + u[1]
    w[0] = T.Select(u[0] < u[1], w[1], 255)
    w[0] = T.q_multiply_shift(w[1], 1139793473, 31, -6, dtype="int32")
    for i in range(8):
        w[i] = i // 3 * 3 + (i - 4) % 3
        s[i] = T.Cast("int8", i)
        w[i] = T.if_then_else(i < 4, w[i + 4], 0)


@T.prim_func
def floats(h: T.Buffer((4,), "float16"), f: T.Buffer((4,), "float32"), b: T.Buffer((4,), "bool")):
    f[0] = T.exp(f[1]) * T.sigmoid(f[2]) - T.rsqrt(f[3])
    f[0] = h[0] + f[1]
    f[0] = T.max(f[1], T.float32("-inf"))
    f[0] = T.pow(f[1], 2.0) + T.Cast("float32", b[0])
    b[0] = f[0] < f[1] or not b[1]
    b[1] = T.isnan(f[0])
    f[1] = T.reinterpret("float32", T.int32(1065353216))
    h[0] = T.Cast("float16", T.round(T.abs(-f[0])))

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @integers(%s: memref<8xi8>, %u: memref<8xi8>, %w: memref<8xi32>) {
# CHECK-NEXT:     %c1 = arith.constant 1 : index
# CHECK-NEXT:     %c2 = arith.constant 2 : index
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %c255_i32 = arith.constant 255 : i32
# CHECK-NEXT:     %c1139793473_i32 = arith.constant 1139793473 : i32
# CHECK-NEXT:     %c3 = arith.constant 3 : index
# CHECK-NEXT:     %c4 = arith.constant 4 : index
# CHECK-NEXT:     %c0_i32 = arith.constant 0 : i32
# CHECK-NEXT:     %0 = tir.load %s[%c1] : memref<8xi8>
# CHECK-NEXT:     %1 = tir.load %s[%c2] : memref<8xi8>
# CHECK-NEXT:     %2 = arith.floordivsi %0, %1 : i8
# CHECK-NEXT:     tir.store %2, %s[%c0] : memref<8xi8>
# CHECK-NEXT:     %3 = tir.load %u[%c1] : memref<8xi8>
# CHECK-NEXT:     %4 = tir.load %u[%c2] : memref<8xi8>
# CHECK-NEXT:     %5 = arith.divui %3, %4 : i8
# CHECK-NEXT:     tir.store %5, %u[%c0] : memref<8xi8>
# CHECK-NEXT:     %6 = tir.load %s[%c1] : memref<8xi8>
# CHECK-NEXT:     %7 = tir.load %s[%c2] : memref<8xi8>
# CHECK-NEXT:     %8 = arith.floordivsi %6, %7 : i8
# CHECK-NEXT:     %9 = arith.muli %8, %7 : i8
# CHECK-NEXT:     %10 = arith.subi %6, %9 : i8
# CHECK-NEXT:     tir.store %10, %s[%c0] : memref<8xi8>
# CHECK-NEXT:     %11 = tir.load %u[%c1] : memref<8xi8>
# CHECK-NEXT:     %12 = tir.load %u[%c2] : memref<8xi8>
# CHECK-NEXT:     %13 = arith.remui %11, %12 : i8
# CHECK-NEXT:     tir.store %13, %u[%c0] : memref<8xi8>
# CHECK-NEXT:     %14 = tir.load %s[%c1] : memref<8xi8>
# CHECK-NEXT:     %15 = tir.load %s[%c2] : memref<8xi8>
# CHECK-NEXT:     %16 = arith.shrsi %14, %15 : i8
# CHECK-NEXT:     tir.store %16, %s[%c0] : memref<8xi8>
# CHECK-NEXT:     %17 = tir.load %u[%c1] : memref<8xi8>
# CHECK-NEXT:     %18 = tir.load %u[%c2] : memref<8xi8>
# CHECK-NEXT:     %19 = arith.shrui %17, %18 : i8
# CHECK-NEXT:     tir.store %19, %u[%c0] : memref<8xi8>
# CHECK-NEXT:     %20 = tir.load %s[%c1] : memref<8xi8>
# CHECK-NEXT:     %21 = tir.load %s[%c2] : memref<8xi8>
# CHECK-NEXT:     %22 = arith.maxsi %20, %21 : i8
# CHECK-NEXT:     tir.store %22, %s[%c0] : memref<8xi8>
# CHECK-NEXT:     %23 = tir.load %u[%c1] : memref<8xi8>
# CHECK-NEXT:     %24 = tir.load %u[%c2] : memref<8xi8>
# CHECK-NEXT:     %25 = arith.minui %23, %24 : i8
# CHECK-NEXT:     tir.store %25, %u[%c0] : memref<8xi8>
# CHECK-NEXT:     %26 = tir.load %s[%c1] : memref<8xi8>
# CHECK-NEXT:     %27 = arith.extsi %26 : i8 to i32
# CHECK-NEXT:     %28 = tir.load %u[%c1] : memref<8xi8>
# CHECK-NEXT:     %29 = arith.extui %28 : i8 to i32
# CHECK-NEXT:     %30 = arith.addi %27, %29 : i32
# CHECK-NEXT:     tir.store %30, %w[%c0] : memref<8xi32>
# CHECK-NEXT:     %31 = tir.load %s[%c1] : memref<8xi8>
# CHECK-NEXT:     %32 = tir.load %u[%c1] : memref<8xi8>
# CHECK-NEXT:     %33 = arith.addi %31, %32 : i8
# CHECK-NEXT:     %34 = arith.extsi %33 : i8 to i32
# CHECK-NEXT:     tir.store %34, %w[%c0] : memref<8xi32>
# CHECK-NEXT:     %35 = tir.load %u[%c0] : memref<8xi8>
# CHECK-NEXT:     %36 = tir.load %u[%c1] : memref<8xi8>
# CHECK-NEXT:     %37 = arith.cmpi ult, %35, %36 : i8
# CHECK-NEXT:     %38 = tir.load %w[%c1] : memref<8xi32>
# CHECK-NEXT:     %39 = arith.select %37, %38, %c255_i32 : i32
# CHECK-NEXT:     tir.store %39, %w[%c0] : memref<8xi32>
# CHECK-NEXT:     %40 = tir.load %w[%c1] : memref<8xi32>
# CHECK-NEXT:     %41 = tir.q_multiply_shift %40, %c1139793473_i32 {q = 31 : i64, s = -6 : i64} : i32
# CHECK-NEXT:     tir.store %41, %w[%c0] : memref<8xi32>
# CHECK-NEXT:     tir.for %i = 0 to 8 {
# CHECK-NEXT:       %42 = arith.divui %i, %c3 : index
# CHECK-NEXT:       %43 = arith.muli %42, %c3 : index
# CHECK-NEXT:       %44 = arith.subi %i, %c4 : index
# CHECK-NEXT:       %45 = arith.floordivsi %44, %c3 : index
# CHECK-NEXT:       %46 = arith.muli %45, %c3 : index
# CHECK-NEXT:       %47 = arith.subi %44, %46 : index
# CHECK-NEXT:       %48 = arith.addi %43, %47 : index
# CHECK-NEXT:       %49 = arith.index_cast %48 : index to i32
# CHECK-NEXT:       tir.store %49, %w[%i] : memref<8xi32>
# CHECK-NEXT:       %50 = arith.index_cast %i : index to i8
# CHECK-NEXT:       tir.store %50, %s[%i] : memref<8xi8>
# CHECK-NEXT:       %51 = arith.cmpi slt, %i, %c4 : index
# CHECK-NEXT:       %52 = scf.if %51 -> (i32) {
# CHECK-NEXT:         %53 = arith.addi %i, %c4 : index
# CHECK-NEXT:         %54 = tir.load %w[%53] : memref<8xi32>
# CHECK-NEXT:         scf.yield %54 : i32
# CHECK-NEXT:       } else {
# CHECK-NEXT:         scf.yield %c0_i32 : i32
# CHECK-NEXT:       }
# CHECK-NEXT:       tir.store %52, %w[%i] : memref<8xi32>
# CHECK-NEXT:     }
# CHECK-NEXT:   }
# CHECK-NEXT:   tir.func @floats(%h: memref<4xf16>, %f: memref<4xf32>, %b: memref<4xi1>) {
# CHECK-NEXT:     %c1 = arith.constant 1 : index
# CHECK-NEXT:     %c2 = arith.constant 2 : index
# CHECK-NEXT:     %0 = arith.constant 1.000000e+00 : f32
# CHECK-NEXT:     %c3 = arith.constant 3 : index
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %1 = arith.constant 0xff800000 : f32
# CHECK-NEXT:     %2 = arith.constant 2.000000e+00 : f32
# CHECK-NEXT:     %true = arith.constant true
# CHECK-NEXT:     %c1065353216_i32 = arith.constant 1065353216 : i32
# CHECK-NEXT:     %3 = tir.load %f[%c1] : memref<4xf32>
# CHECK-NEXT:     %4 = math.exp %3 : f32
# CHECK-NEXT:     %5 = tir.load %f[%c2] : memref<4xf32>
# CHECK-NEXT:     %6 = arith.negf %5 : f32
# CHECK-NEXT:     %7 = math.exp %6 : f32
# CHECK-NEXT:     %8 = arith.addf %0, %7 : f32
# CHECK-NEXT:     %9 = arith.divf %0, %8 : f32
# CHECK-NEXT:     %10 = arith.mulf %4, %9 : f32
# CHECK-NEXT:     %11 = tir.load %f[%c3] : memref<4xf32>
# CHECK-NEXT:     %12 = math.rsqrt %11 : f32
# CHECK-NEXT:     %13 = arith.subf %10, %12 : f32
# CHECK-NEXT:     tir.store %13, %f[%c0] : memref<4xf32>
# CHECK-NEXT:     %14 = tir.load %h[%c0] : memref<4xf16>
# CHECK-NEXT:     %15 = tir.load %f[%c1] : memref<4xf32>
# CHECK-NEXT:     %16 = arith.extf %14 : f16 to f32
# CHECK-NEXT:     %17 = arith.addf %16, %15 : f32
# CHECK-NEXT:     tir.store %17, %f[%c0] : memref<4xf32>
# CHECK-NEXT:     %18 = tir.load %f[%c1] : memref<4xf32>
# CHECK-NEXT:     %19 = arith.cmpf ogt, %18, %1 : f32
# CHECK-NEXT:     %20 = arith.select %19, %18, %1 : f32
# CHECK-NEXT:     tir.store %20, %f[%c0] : memref<4xf32>
# CHECK-NEXT:     %21 = tir.load %f[%c1] : memref<4xf32>
# CHECK-NEXT:     %22 = math.powf %21, %2 : f32
# CHECK-NEXT:     %23 = tir.load %b[%c0] : memref<4xi1>
# CHECK-NEXT:     %24 = arith.uitofp %23 : i1 to f32
# CHECK-NEXT:     %25 = arith.addf %22, %24 : f32
# CHECK-NEXT:     tir.store %25, %f[%c0] : memref<4xf32>
# CHECK-NEXT:     %26 = tir.load %f[%c0] : memref<4xf32>
# CHECK-NEXT:     %27 = tir.load %f[%c1] : memref<4xf32>
# CHECK-NEXT:     %28 = arith.cmpf olt, %26, %27 : f32
# CHECK-NEXT:     %29 = scf.if %28 -> (i1) {
# CHECK-NEXT:       scf.yield %true : i1
# CHECK-NEXT:     } else {
# CHECK-NEXT:       %30 = tir.load %b[%c1] : memref<4xi1>
# CHECK-NEXT:       %31 = arith.xori %30, %true : i1
# CHECK-NEXT:       scf.yield %31 : i1
# CHECK-NEXT:     }
# CHECK-NEXT:     tir.store %29, %b[%c0] : memref<4xi1>
# CHECK-NEXT:     %32 = tir.load %f[%c0] : memref<4xf32>
# CHECK-NEXT:     %33 = arith.cmpf uno, %32, %32 : f32
# CHECK-NEXT:     tir.store %33, %b[%c1] : memref<4xi1>
# CHECK-NEXT:     %34 = arith.bitcast %c1065353216_i32 : i32 to f32
# CHECK-NEXT:     tir.store %34, %f[%c1] : memref<4xf32>
# CHECK-NEXT:     %35 = tir.load %f[%c0] : memref<4xf32>
# CHECK-NEXT:     %36 = arith.negf %35 : f32
# CHECK-NEXT:     %37 = math.absf %36 : f32
# CHECK-NEXT:     %38 = math.round %37 : f32
# CHECK-NEXT:     %39 = arith.truncf %38 : f32 to f16
# CHECK-NEXT:     tir.store %39, %h[%c0] : memref<4xf16>
# CHECK-NEXT:   }
# CHECK-NEXT: }
