// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets | filecheck %s
// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets,usmp-verify-plan | filecheck %s
// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --print-op-generic | usmp-opt | filecheck %s
// RUN: usmp-opt %s -p 'usmp-convert-pool-allocations-to-offsets{pools="globals"}' | filecheck %s --check-prefix=GLOBALS

// A view of a pool has no layout. Of a buffer that has one it is a row of all the elements that the
// buffer reaches over, up to the pool's last byte here, which a cast then lays out.

usmp.pool @p attributes {allocated_size = 260 : i64}
usmp.pool @l1 memory_space 1 attributes {allocated_size = 256 : i64}

func.func @layouts() {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<4x8xf32, strided<[16, 1], offset: 5>>
  %B = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<4x8xf32, affine_map<(d0, d1) -> (d0 * 16 + d1 + 5)>>
  %C = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 192>} : memref<4x8xi16, strided<[1, 4]>>
  %D = memref.alloca() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 224>} : memref<f64, strided<[], offset: 3>>
  %E = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 256>} : memref<0x4xf32, strided<[4, 1], offset: 3>>
  %F = memref.alloc() {pool_allocation = #usmp.pool_allocation<@l1, byte_offset = 240>, alignment = 16} : memref<4xf32, strided<[1]>, 1>
  %G = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 240>} : memref<2x2xf32, strided<[2, 1]>, "global">
  func.return
}

// CHECK-LABEL: func.func @layouts(
// CHECK-NEXT:    %c = arith.constant 16 : index
// CHECK-NEXT:    %A = memref.view %p[%c][] {usmp.buffer = "A"} : memref<260xi8> to memref<61xf32>
// CHECK-NEXT:    %A_1 = memref.reinterpret_cast %A to offset: [5], sizes: [4, 8], strides: [16, 1] : memref<61xf32> to memref<4x8xf32, strided<[16, 1], offset: 5>>
// CHECK-NEXT:    %c_1 = arith.constant 16 : index
// CHECK-NEXT:    %B = memref.view %p[%c_1][] {usmp.buffer = "B"} : memref<260xi8> to memref<61xf32>
// CHECK-NEXT:    %B_1 = memref.reinterpret_cast %B to offset: [5], sizes: [4, 8], strides: [16, 1] : memref<61xf32> to memref<4x8xf32, affine_map<(d0, d1) -> ((((d0 * 16) + d1) + 5))>>
// CHECK-NEXT:    %c_2 = arith.constant 192 : index
// CHECK-NEXT:    %C = memref.view %p[%c_2][] {usmp.buffer = "C"} : memref<260xi8> to memref<32xi16>
// CHECK-NEXT:    %C_1 = memref.reinterpret_cast %C to offset: [0], sizes: [4, 8], strides: [1, 4] : memref<32xi16> to memref<4x8xi16, strided<[1, 4]>>
// CHECK-NEXT:    %c_3 = arith.constant 224 : index
// CHECK-NEXT:    %D = memref.view %p[%c_3][] {usmp.buffer = "D"} : memref<260xi8> to memref<4xf64>
// CHECK-NEXT:    %D_1 = memref.reinterpret_cast %D to offset: [3], sizes: [], strides: [] : memref<4xf64> to memref<f64, strided<[], offset: 3>>
// CHECK-NEXT:    %c_4 = arith.constant 256 : index
// CHECK-NEXT:    %E = memref.view %p[%c_4][] {usmp.buffer = "E"} : memref<260xi8> to memref<0xf32>
// CHECK-NEXT:    %E_1 = memref.reinterpret_cast %E to offset: [3], sizes: [0, 4], strides: [4, 1] : memref<0xf32> to memref<0x4xf32, strided<[4, 1], offset: 3>>
// CHECK-NEXT:    %c_5 = arith.constant 240 : index
// CHECK-NEXT:    %F = memref.view %l1[%c_5][] {usmp.buffer = "F", alignment = 16 : i64} : memref<256xi8, 1 : i64> to memref<4xf32, 1 : i64>
// CHECK-NEXT:    %F_1 = memref.reinterpret_cast %F to offset: [0], sizes: [4], strides: [1] : memref<4xf32, 1 : i64> to memref<4xf32, strided<[1]>, 1 : i64>
// CHECK-NEXT:    %c_6 = arith.constant 240 : index
// CHECK-NEXT:    %G = memref.view %p[%c_6][] {usmp.buffer = "G"} : memref<260xi8> to memref<4xf32>
// CHECK-NEXT:    %G_1 = "memref.memory_space_cast"(%G) : (memref<4xf32>) -> memref<4xf32, "global">
// CHECK-NEXT:    %G_2 = memref.reinterpret_cast %G_1 to offset: [0], sizes: [2, 2], strides: [2, 1] : memref<4xf32, "global"> to memref<2x2xf32, strided<[2, 1]>, "global">
// CHECK-NEXT:    func.return

// GLOBALS-LABEL: func.func @layouts(
// GLOBALS:         %p = memref.get_global @p_pool : memref<260xi8>
// GLOBALS:         %A = memref.view %p[%c][] {usmp.buffer = "A"} : memref<260xi8> to memref<61xf32>
// GLOBALS-NEXT:    %A_1 = memref.reinterpret_cast %A to offset: [5], sizes: [4, 8], strides: [16, 1] : memref<61xf32> to memref<4x8xf32, strided<[16, 1], offset: 5>>
