// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --split-input-file --print-op-generic | usmp-opt --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-convert-pool-allocations-to-offsets{pools="globals"}' --split-input-file | filecheck %s --check-prefixes=CHECK,GLOBALS

// A read-only pool becomes a constant global with the bytes of its constants, little-endian, zero
// between them. That adds no parameter.

usmp.pool @flash target_access {c = "ro"} alignment 32 attributes {allocated_size = 28 : i64}

tir.func @operator() {
  %A = tir.allocate_const "A" {pool_allocation = #usmp.pool_allocation<@flash, byte_offset = 16>} dense<[1.0, -2.0]> : memref<2xf32>
  "test.op"(%A) : (memref<2xf32>) -> ()
}

tir.func @main() {
  tir.call_extern @operator() : () -> ()
  tir.for %i = 0 to 4 {
    %B = tir.allocate_const "B" {buffer_info = #usmp.buffer_info<"B", size_bytes = 4, alignment = 1, live = [[0, 4]]>, pool_allocation = #usmp.pool_allocation<@flash, byte_offset = 1>} dense<[[258, -1]]> : memref<1x2xi16>
    %C = tir.allocate_const "C" {pool_allocation = #usmp.pool_allocation<@flash, byte_offset = 25>} dense<true> : memref<3xi1>
    "test.op"(%B, %C) : (memref<1x2xi16>, memref<3xi1>) -> ()
  }
}

// CHECK:       usmp.pool @flash target_access {c = "ro"} alignment 32 attributes {allocated_size = 28 : i64}
// CHECK-NEXT:  "memref.global"() <{sym_name = "flash_constants", type = memref<28xi8>, initial_value = dense<[0, 2, 1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -128, 63, 0, 0, 0, -64, 0, 1, 1, 1]> : tensor<28xi8>, sym_visibility = "private", constant, alignment = 32 : i64}> {usmp.pool = @flash} : () -> ()
// CHECK-NEXT:  tir.func @operator() {
// CHECK-NEXT:    %flash = memref.get_global @flash_constants : memref<28xi8>
// CHECK-NEXT:    %c = arith.constant 16 : index
// CHECK-NEXT:    %A = memref.view %flash[%c][] {usmp.buffer = "A"} : memref<28xi8> to memref<2xf32>
// CHECK-NEXT:    "test.op"(%A)
// CHECK:       tir.func @main() {
// CHECK-NEXT:    %flash = memref.get_global @flash_constants : memref<28xi8>
// CHECK-NEXT:    tir.call_extern @operator() : () -> ()
// CHECK-NEXT:    tir.for %i = 0 to 4 {
// CHECK-NEXT:      %c = arith.constant 1 : index
// CHECK-NEXT:      %B = memref.view %flash[%c][] {usmp.buffer = "B", alignment = 1 : i64} : memref<28xi8> to memref<1x2xi16>
// CHECK-NEXT:      %c_1 = arith.constant 25 : index
// CHECK-NEXT:      %C = memref.view %flash[%c_1][] {usmp.buffer = "C"} : memref<28xi8> to memref<3xi1>

// -----

// Constants and buffers in one function, and a pool of nothing but an empty constant.

usmp.pool @flash target_access {c = "ro"} memory_space "ROM" attributes {allocated_size = 2 : i64}
usmp.pool @nothing target_access {c = "ro"} attributes {allocated_size = 0 : i64}
usmp.pool @ram attributes {allocated_size = 4 : i64}

tir.func @main() {
  %A = tir.allocate_const "A" {pool_allocation = #usmp.pool_allocation<@flash, byte_offset = 0>} dense<[7, 8]> : memref<2xi8, "ROM">
  %B = tir.allocate "B" {pool_allocation = #usmp.pool_allocation<@ram, byte_offset = 0>} : memref<4xi8>
  %C = tir.allocate_const "C" {pool_allocation = #usmp.pool_allocation<@nothing, byte_offset = 0>} dense<> : memref<0xi64>
}

// CHECK:       usmp.pool @flash
// CHECK-NEXT:  "memref.global"() <{sym_name = "flash_constants", type = memref<2xi8, "ROM">, initial_value = dense<[7, 8]> : tensor<2xi8>, sym_visibility = "private", constant, alignment = 16 : i64}>
// CHECK-NEXT:  usmp.pool @nothing
// CHECK-NEXT:  "memref.global"() <{sym_name = "nothing_constants", type = memref<0xi8>, initial_value = dense<> : tensor<0xi8>, sym_visibility = "private", constant, alignment = 16 : i64}>
// CHECK-NEXT:  usmp.pool @ram
// GLOBALS-NEXT: "memref.global"() <{sym_name = "ram_pool", type = memref<4xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}>
// CHECK-NEXT:  tir.func @main(
// GLOBALS-SAME: ) {
// CHECK-NEXT:    %flash = memref.get_global @flash_constants : memref<2xi8, "ROM">
// CHECK-NEXT:    %nothing = memref.get_global @nothing_constants : memref<0xi8>
// CHECK:         %A = memref.view %flash[%c][] {usmp.buffer = "A"} : memref<2xi8, "ROM"> to memref<2xi8, "ROM">
// CHECK:         %B = memref.view %ram[%c_1][] {usmp.buffer = "B"} : memref<4xi8> to memref<4xi8>
// CHECK:         %C = memref.view %nothing[%c_2][] {usmp.buffer = "C"} : memref<0xi8> to memref<0xi64>
