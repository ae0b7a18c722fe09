// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets | filecheck %s
// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --print-op-generic | usmp-opt | filecheck %s

// The view has the type of the allocation. Where it spells the default memory space otherwise than
// the pool does, or says outright that its layout is the identity, a cast makes it so.

usmp.pool @default attributes {allocated_size = 64 : i64}
usmp.pool @global memory_space "global" attributes {allocated_size = 64 : i64}
usmp.pool @zero memory_space 0 attributes {allocated_size = 64 : i64}
usmp.pool @one memory_space 1 attributes {allocated_size = 64 : i64}

func.func @spaces() {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 0>} : memref<4xi8>
  %B = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 0>} : memref<4xi8, "global">
  %C = memref.alloc() {pool_allocation = #usmp.pool_allocation<@global, byte_offset = 0>} : memref<4xi8, 0>
  %D = memref.alloca() {pool_allocation = #usmp.pool_allocation<@zero, byte_offset = 0>} : memref<4xi8>
  %E = memref.alloca() {pool_allocation = #usmp.pool_allocation<@one, byte_offset = 0>} : memref<4xi8, 1>
  %F = memref.alloca() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 0>} : memref<4xi8, affine_map<(d0) -> (d0)>>
  %G = memref.alloca() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 0>} : memref<4xi8, affine_map<(d0) -> (d0)>, "global">
  "test.op"(%A, %B, %C, %D, %E, %F, %G) : (memref<4xi8>, memref<4xi8, "global">, memref<4xi8, 0>, memref<4xi8>, memref<4xi8, 1>, memref<4xi8, affine_map<(d0) -> (d0)>>, memref<4xi8, affine_map<(d0) -> (d0)>, "global">) -> ()
  func.return
}

// CHECK-LABEL: func.func @spaces(
// CHECK-SAME:    %default: memref<64xi8> {usmp.pool = @default}, %global: memref<64xi8, "global"> {usmp.pool = @global}, %one: memref<64xi8, 1 : i64> {usmp.pool = @one}, %zero: memref<64xi8, 0 : i64> {usmp.pool = @zero}) {
// CHECK-NEXT:    %c = arith.constant 0 : index
// CHECK-NEXT:    %A = memref.view %default[%c][] {usmp.buffer = "A"} : memref<64xi8> to memref<4xi8>
// CHECK-NEXT:    %c_1 = arith.constant 0 : index
// CHECK-NEXT:    %B = memref.view %default[%c_1][] {usmp.buffer = "B"} : memref<64xi8> to memref<4xi8>
// CHECK-NEXT:    %B_1 = "memref.memory_space_cast"(%B) : (memref<4xi8>) -> memref<4xi8, "global">
// CHECK-NEXT:    %c_2 = arith.constant 0 : index
// CHECK-NEXT:    %C = memref.view %global[%c_2][] {usmp.buffer = "C"} : memref<64xi8, "global"> to memref<4xi8, "global">
// CHECK-NEXT:    %C_1 = "memref.memory_space_cast"(%C) : (memref<4xi8, "global">) -> memref<4xi8, 0 : i64>
// CHECK-NEXT:    %c_3 = arith.constant 0 : index
// CHECK-NEXT:    %D = memref.view %zero[%c_3][] {usmp.buffer = "D"} : memref<64xi8, 0 : i64> to memref<4xi8, 0 : i64>
// CHECK-NEXT:    %D_1 = "memref.memory_space_cast"(%D) : (memref<4xi8, 0 : i64>) -> memref<4xi8>
// CHECK-NEXT:    %c_4 = arith.constant 0 : index
// CHECK-NEXT:    %E = memref.view %one[%c_4][] {usmp.buffer = "E"} : memref<64xi8, 1 : i64> to memref<4xi8, 1 : i64>
// CHECK-NEXT:    %c_5 = arith.constant 0 : index
// CHECK-NEXT:    %F = memref.view %default[%c_5][] {usmp.buffer = "F"} : memref<64xi8> to memref<4xi8>
// CHECK-NEXT:    %F_1 = "memref.cast"(%F) : (memref<4xi8>) -> memref<4xi8, affine_map<(d0) -> (d0)>>
// CHECK-NEXT:    %c_6 = arith.constant 0 : index
// CHECK-NEXT:    %G = memref.view %default[%c_6][] {usmp.buffer = "G"} : memref<64xi8> to memref<4xi8>
// CHECK-NEXT:    %G_1 = "memref.memory_space_cast"(%G) : (memref<4xi8>) -> memref<4xi8, "global">
// CHECK-NEXT:    %G_2 = "memref.cast"(%G_1) : (memref<4xi8, "global">) -> memref<4xi8, affine_map<(d0) -> (d0)>, "global">
// CHECK-NEXT:    "test.op"(%A, %B_1, %C_1, %D_1, %E, %F_1, %G_2) :

// Each of these ends with the pool's last byte, and no later: nothing, one element of rank 0, `index`
// in 8 bytes, `i1` and `i4` in one, `i24` in 4, and a vector of 3 in 16.

func.func @elements() {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 64>} : memref<4x0xi32>
  %B = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 60>} : memref<f32>
  %C = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 32>} : memref<4xindex>
  %D = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 60>} : memref<4xi1>
  %E = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 60>} : memref<4xi4>
  %F = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 48>} : memref<4xi24>
  %G = memref.alloc() {pool_allocation = #usmp.pool_allocation<@default, byte_offset = 0>} : memref<4xvector<3xf32>>
  func.return
}

// CHECK-LABEL: func.func @elements(
// CHECK:         %A = memref.view %default[%c][] {usmp.buffer = "A_1"} : memref<64xi8> to memref<4x0xi32>
// CHECK:         %B = memref.view %default[%c_1][] {usmp.buffer = "B_1"} : memref<64xi8> to memref<f32>
// CHECK:         %C = memref.view %default[%c_2][] {usmp.buffer = "C_1"} : memref<64xi8> to memref<4xindex>
// CHECK:         %D = memref.view %default[%c_3][] {usmp.buffer = "D_1"} : memref<64xi8> to memref<4xi1>
// CHECK:         %E = memref.view %default[%c_4][] {usmp.buffer = "E_1"} : memref<64xi8> to memref<4xi4>
// CHECK:         %F = memref.view %default[%c_5][] {usmp.buffer = "F_1"} : memref<64xi8> to memref<4xi24>
// CHECK:         %G = memref.view %default[%c_6][] {usmp.buffer = "G_1"} : memref<64xi8> to memref<4xvector<3xf32>>
