# RUN: usmp-opt %s | filecheck %s

# Allocations keep their names, views are aliases of what they are views of.


@T.prim_func
def main(a: T.Buffer((64,), "int8"), n: T.int32):
    sid_9 = T.allocate([16, 2], "int8", "global")
    tiles = T.alloc_buffer((4, 4), "float32", scope="shared")
    alone = T.decl_buffer((4,), "uint16")
    table = T.allocate_const([1, -2, 3, 4], "int8", [2, 2])
    lanes = T.allocate([4], "int8x4", "global")
    same = T.decl_buffer((32,), "int8", data=sid_9)
    words = T.buffer_decl((8,), dtype="int32", data=sid_9.data)
    halves = T.decl_buffer((8,), "uint16", data=words.data, elem_offset=4)
    strided = T.decl_buffer((4, 4), "int8", data=a.data, strides=[16, 1])
    late = T.decl_buffer((4,), "int8", data=T.address_of(a[n]))
    with T.allocate([8], "int8", "global") as inner:
        T.store(inner, 3, table[1, 0], True)
    words[1] = T.load("int32", sid_9, 2)
    halves[2] = alone[0]
    strided[n, 2] = same[5]
    late[1] = T.int8(1)
    lanes[2] = T.broadcast(T.int8(5), 4)
    T.store(tiles.data, 3, tiles[1, 1] + T.float32(1), n < 4)

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @main(%a: memref<64xi8>, %n: i32) {
# CHECK-NEXT:     %c2 = arith.constant 2 : index
# CHECK-NEXT:     %c3 = arith.constant 3 : index
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %c1 = arith.constant 1 : index
# CHECK-NEXT:     %c6 = arith.constant 6 : index
# CHECK-NEXT:     %c5 = arith.constant 5 : index
# CHECK-NEXT:     %c16_i32 = arith.constant 16 : i32
# CHECK-NEXT:     %c2_i32 = arith.constant 2 : i32
# CHECK-NEXT:     %c1_i32 = arith.constant 1 : i32
# CHECK-NEXT:     %c1_i8 = arith.constant 1 : i8
# CHECK-NEXT:     %0 = arith.constant dense<5> : vector<4xi8>
# CHECK-NEXT:     %c8 = arith.constant 8 : index
# CHECK-NEXT:     %c4_i32 = arith.constant 4 : i32
# CHECK-NEXT:     %1 = arith.constant 1.000000e+00 : f32
# CHECK-NEXT:     %sid = tir.allocate "sid_9" : memref<32xi8>
# CHECK-NEXT:     %2 = memref.view %sid[%c0][] : memref<32xi8> to memref<16xi16>
# CHECK-NEXT:     %3 = memref.view %sid[%c0][] : memref<32xi8> to memref<8xi32>
# CHECK-NEXT:     %tiles = tir.allocate "tiles" : memref<16xf32, "shared">
# CHECK-NEXT:     %alone = tir.allocate "alone" : memref<4xi16>
# CHECK-NEXT:     %table = tir.allocate_const "table" dense<[1, -2, 3, 4]> : memref<4xi8>
# CHECK-NEXT:     %lanes = tir.allocate "lanes" : memref<16xi8>
# CHECK-NEXT:     %inner = tir.allocate "inner" : memref<8xi8>
# CHECK-NEXT:     %4 = tir.load %table[%c2] : memref<4xi8>
# CHECK-NEXT:     tir.store %4, %inner[%c3] : memref<8xi8>
# CHECK-NEXT:     %5 = tir.load %3[%c2] : memref<8xi32>
# CHECK-NEXT:     tir.store %5, %3[%c1] : memref<8xi32>
# CHECK-NEXT:     %6 = tir.load %alone[%c0] : memref<4xi16>
# CHECK-NEXT:     tir.store %6, %2[%c6] : memref<16xi16>
# CHECK-NEXT:     %7 = tir.load %sid[%c5] : memref<32xi8>
# CHECK-NEXT:     %8 = arith.muli %n, %c16_i32 : i32
# CHECK-NEXT:     %9 = arith.addi %8, %c2_i32 : i32
# CHECK-NEXT:     %10 = arith.index_cast %9 : i32 to index
# CHECK-NEXT:     tir.store %7, %a[%10] : memref<64xi8>
# CHECK-NEXT:     %11 = arith.addi %c1_i32, %n : i32
# CHECK-NEXT:     %12 = arith.index_cast %11 : i32 to index
# CHECK-NEXT:     tir.store %c1_i8, %a[%12] : memref<64xi8>
# CHECK-NEXT:     vector.store %0, %lanes[%c8] : memref<16xi8>, vector<4xi8>
# CHECK-NEXT:     %13 = arith.cmpi slt, %n, %c4_i32 : i32
# CHECK-NEXT:     scf.if %13 {
# CHECK-NEXT:       %14 = tir.load %tiles[%c5] : memref<16xf32, "shared">
# CHECK-NEXT:       %15 = arith.addf %14, %1 : f32
# CHECK-NEXT:       tir.store %15, %tiles[%c3] : memref<16xf32, "shared">
# CHECK-NEXT:     }
# CHECK-NEXT:   }
# CHECK-NEXT: }
