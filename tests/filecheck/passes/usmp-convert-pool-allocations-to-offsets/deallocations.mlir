// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets | filecheck %s

// A deallocation goes with the allocation whose buffer it frees, whatever name it frees it by. Those
// of other buffers stay.

usmp.pool @p attributes {allocated_size = 64 : i64}

func.func @main(%n: index, %again: i1, %from_outside: memref<?xi8>) {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<16xi8>
  %B = memref.alloc(%n) : memref<?xi8>
  %C = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<16xi8>
  %D = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 32>} : memref<16xi8>
  %alias = "memref.cast"(%C) : (memref<16xi8>) -> memref<?xi8>
  %carried = scf.if %again -> (memref<16xi8>) {
    scf.yield %D : memref<16xi8>
  } else {
    scf.yield %A : memref<16xi8>
  }
  %other = "memref.cast"(%B) : (memref<?xi8>) -> memref<8xi8>
  memref.dealloc %alias : memref<?xi8>
  memref.dealloc %A : memref<16xi8>
  memref.dealloc %other : memref<8xi8>
  memref.dealloc %from_outside : memref<?xi8>
  func.call @frees_pool_memory(%carried) : (memref<16xi8>) -> ()
  %returned = func.call @returns(%D) : (memref<16xi8>) -> memref<16xi8>
  memref.dealloc %returned : memref<16xi8>
  func.call @frees_its_own() : () -> ()
  func.return
}

// CHECK-LABEL: func.func @main(
// CHECK-NOT:     memref.dealloc
// CHECK:         %other = "memref.cast"(%B) : (memref<?xi8>) -> memref<8xi8>
// CHECK-NEXT:    memref.dealloc %other : memref<8xi8>
// CHECK-NEXT:    memref.dealloc %from_outside : memref<?xi8>
// CHECK-NEXT:    func.call @frees_pool_memory(%carried) : (memref<16xi8>) -> ()
// CHECK-NEXT:    %returned = func.call @returns(%D) : (memref<16xi8>) -> memref<16xi8>
// CHECK-NEXT:    func.call @frees_its_own() : () -> ()
// CHECK-NEXT:    func.return

func.func @frees_pool_memory(%buffer: memref<16xi8>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %last = scf.for %i = %zero to %one step %one iter_args(%each = %buffer) -> (memref<16xi8>) {
    memref.dealloc %each : memref<16xi8>
    scf.yield %each : memref<16xi8>
  }
  "cf.br"(%last)[^end] : (memref<16xi8>) -> ()
^end(%at_end: memref<16xi8>):
  memref.dealloc %at_end : memref<16xi8>
  func.return
}

// CHECK-LABEL: func.func @frees_pool_memory(
// CHECK-NOT:     memref.dealloc

func.func @returns(%buffer: memref<16xi8>) -> memref<16xi8> {
  func.return %buffer : memref<16xi8>
}

func.func @frees_its_own() {
  %A = memref.alloc() : memref<16xi8>
  memref.dealloc %A : memref<16xi8>
  func.return
}

// CHECK-LABEL: func.func @frees_its_own(
// CHECK-NEXT:    %A = memref.alloc() : memref<16xi8>
// CHECK-NEXT:    memref.dealloc %A : memref<16xi8>

// In the arms of a condition, each path has its own.

func.func @frees_in_arms(%condition: i1) {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<16xi8>
  scf.if %condition {
    memref.dealloc %A : memref<16xi8>
  } else {
    "test.op"(%A) : (memref<16xi8>) -> ()
    memref.dealloc %A : memref<16xi8>
  }
  func.return
}

// CHECK-LABEL: func.func @frees_in_arms(
// CHECK-NOT:     memref.dealloc
// CHECK:         "test.op"(%A)
// CHECK-NOT:     memref.dealloc
// CHECK:         func.return
