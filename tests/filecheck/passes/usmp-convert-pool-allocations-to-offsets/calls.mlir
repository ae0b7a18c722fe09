// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --split-input-file --print-op-generic | usmp-opt --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-convert-pool-allocations-to-offsets{pools="globals"}' --split-input-file | filecheck %s --check-prefix=GLOBALS

// Each function takes the pools that it or its callees need, and calls pass them on.

// A function that two entries call, both dialects in one program, and a function without buffers
// between two that have some.

usmp.pool @p attributes {allocated_size = 64 : i64}
usmp.pool @q attributes {allocated_size = 32 : i64}

func.func @leaf(%in: memref<16xi8>) -> i32 {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<4xi32>
  %zero = arith.constant 0 : index
  %v = memref.load %A[%zero] : memref<4xi32>
  func.return %v : i32
}

func.func @between(%in: memref<16xi8>) -> i32 {
  %v = func.call @leaf(%in) : (memref<16xi8>) -> i32
  func.return %v : i32
}

tir.func @first() {
  %B = tir.allocate {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<16xi8>
  %v = tir.call_extern @between(%B) : (memref<16xi8>) -> i32
}

tir.func @second(%in: memref<16xi8>) {
  %v = tir.call_extern @between(%in) : (memref<16xi8>) -> i32
  %w = tir.call_extern @between(%in) : (memref<16xi8>) -> i32
}

// CHECK-LABEL: func.func @leaf(
// CHECK-SAME:    %in: memref<16xi8>, %p: memref<64xi8> {usmp.pool = @p}) -> i32 {
// CHECK-NEXT:    %c = arith.constant 16 : index
// CHECK-NEXT:    %A = memref.view %p[%c][] {usmp.buffer = "A"} : memref<64xi8> to memref<4xi32>
// CHECK-LABEL: func.func @between(
// CHECK-SAME:    %in: memref<16xi8>, %p: memref<64xi8> {usmp.pool = @p}) -> i32 {
// CHECK-NEXT:    %v = func.call @leaf(%in, %p) : (memref<16xi8>, memref<64xi8>) -> i32
// CHECK-LABEL: tir.func @first(
// CHECK-SAME:    %p: memref<64xi8> {usmp.pool = @p}, %q: memref<32xi8> {usmp.pool = @q}) {
// CHECK:         %v = tir.call_extern @between(%B, %p) : (memref<16xi8>, memref<64xi8>) -> i32
// CHECK-LABEL: tir.func @second(
// CHECK-SAME:    %in: memref<16xi8>, %p: memref<64xi8> {usmp.pool = @p}) {
// CHECK-NEXT:    %v = tir.call_extern @between(%in, %p) : (memref<16xi8>, memref<64xi8>) -> i32
// CHECK-NEXT:    %w = tir.call_extern @between(%in, %p) : (memref<16xi8>, memref<64xi8>) -> i32

// GLOBALS-LABEL: func.func @leaf(%in: memref<16xi8>) -> i32 {
// GLOBALS-NEXT:    %p = memref.get_global @p_pool : memref<64xi8>
// GLOBALS-LABEL: func.func @between(%in: memref<16xi8>) -> i32 {
// GLOBALS-NEXT:    %v = func.call @leaf(%in) : (memref<16xi8>) -> i32
// GLOBALS-LABEL: tir.func @first() {
// GLOBALS-NEXT:    %q = memref.get_global @q_pool : memref<32xi8>
// GLOBALS:         %v = tir.call_extern @between(%B) : (memref<16xi8>) -> i32
// GLOBALS-LABEL: tir.func @second(%in: memref<16xi8>) {
// GLOBALS-NEXT:    %v = tir.call_extern @between(%in) : (memref<16xi8>) -> i32

// -----

// A resource handle stays the last parameter and the last argument. Attributes of parameters stay
// with theirs.

usmp.pool @p attributes {allocated_size = 64 : i64}
usmp.pool @q attributes {allocated_size = 32 : i64}

tir.func @operator(%in: memref<16xi8> {test.in}, %handle: memref<?xi8> {test.handle}) attributes {resource_handle} {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<16xi8>
  %B = tir.allocate {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<16xi8>
}

tir.func @not_marked(%in: memref<16xi8> {test.in}, %handle: memref<?xi8>) attributes {resource_handle = false} {
  tir.call_extern @operator(%in, %handle) : (memref<16xi8>, memref<?xi8>) -> ()
}

tir.func @main(%handle: memref<?xi8>) attributes {resource_handle} {
  %C = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<16xi8>
  tir.call_extern @operator(%C, %handle) : (memref<16xi8>, memref<?xi8>) -> ()
  tir.call_extern @not_marked(%C, %handle) : (memref<16xi8>, memref<?xi8>) -> ()
}

// CHECK-LABEL: tir.func @operator(
// CHECK-SAME:    %in: memref<16xi8> {test.in}, %p: memref<64xi8> {usmp.pool = @p}, %q: memref<32xi8> {usmp.pool = @q}, %handle: memref<?xi8> {test.handle}) attributes {resource_handle} {
// CHECK-LABEL: tir.func @not_marked(
// CHECK-SAME:    %in: memref<16xi8> {test.in}, %handle: memref<?xi8>, %p: memref<64xi8> {usmp.pool = @p}, %q: memref<32xi8> {usmp.pool = @q}) attributes {resource_handle = false} {
// CHECK-NEXT:    tir.call_extern @operator(%in, %p, %q, %handle) : (memref<16xi8>, memref<64xi8>, memref<32xi8>, memref<?xi8>) -> ()
// CHECK-LABEL: tir.func @main(
// CHECK-SAME:    %p: memref<64xi8> {usmp.pool = @p}, %q: memref<32xi8> {usmp.pool = @q}, %handle: memref<?xi8>) attributes {resource_handle} {
// CHECK:         tir.call_extern @operator(%C, %p, %q, %handle) : (memref<16xi8>, memref<64xi8>, memref<32xi8>, memref<?xi8>) -> ()
// CHECK:         tir.call_extern @not_marked(%C, %handle, %p, %q) : (memref<16xi8>, memref<?xi8>, memref<64xi8>, memref<32xi8>) -> ()

// GLOBALS-LABEL: tir.func @operator(%in: memref<16xi8> {test.in}, %handle: memref<?xi8> {test.handle}) attributes {resource_handle} {

// -----

// Functions outside the module, declared or not, keep their signature, and so do functions that
// need no pool. What calls a function of the program takes its pools though nothing reaches it.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func private @declared(memref<16xi8>)

tir.func @needs_nothing(%in: memref<16xi8>) {
  tir.call_extern @declared(%in) : (memref<16xi8>) -> ()
}

tir.func @not_reached(%in: memref<16xi8>) {
  %A = tir.allocate {not_planned = "@not_reached is not reached from @main"} : memref<16xi8>
  tir.call_extern @needs_nothing(%A) : (memref<16xi8>) -> ()
}

tir.func @not_reached_caller() {
  tir.call_extern @main() : () -> ()
}

tir.func @main() attributes {runner_function} {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<16xi8>
  tir.call_extern @declared(%A) : (memref<16xi8>) -> ()
  tir.call_extern @outside(%A) : (memref<16xi8>) -> ()
  tir.call_extern @needs_nothing(%A) : (memref<16xi8>) -> ()
}

// CHECK:       tir.func private @declared(memref<16xi8>)
// CHECK-LABEL: tir.func @needs_nothing(
// CHECK-SAME:    %in: memref<16xi8>) {
// CHECK-LABEL: tir.func @not_reached(
// CHECK-SAME:    %in: memref<16xi8>) {
// CHECK-NEXT:    %A = tir.allocate {not_planned = "@not_reached is not reached from @main"} : memref<16xi8>
// CHECK-NEXT:    tir.call_extern @needs_nothing(%A) : (memref<16xi8>) -> ()
// CHECK-LABEL: tir.func @not_reached_caller(
// CHECK-SAME:    %p: memref<64xi8> {usmp.pool = @p}) {
// CHECK-NEXT:    tir.call_extern @main(%p) : (memref<64xi8>) -> ()
// CHECK-LABEL: tir.func @main(
// CHECK-SAME:    %p: memref<64xi8> {usmp.pool = @p}) attributes {runner_function} {
// CHECK:         tir.call_extern @declared(%A) : (memref<16xi8>) -> ()
// CHECK-NEXT:    tir.call_extern @outside(%A) : (memref<16xi8>) -> ()
// CHECK-NEXT:    tir.call_extern @needs_nothing(%A) : (memref<16xi8>) -> ()

// GLOBALS-LABEL: tir.func @not_reached_caller() {
// GLOBALS-NEXT:    tir.call_extern @main() : () -> ()
// GLOBALS-LABEL: tir.func @main() attributes {runner_function} {
// GLOBALS-NEXT:    %p = memref.get_global @p_pool : memref<64xi8>

// -----

// A module inside the module is a program of its own. A call in there is not of the function outside
// it that has the same name.

usmp.pool @p attributes {allocated_size = 64 : i64}

builtin.module @inner {
  tir.func @operator() {
    %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@elsewhere, byte_offset = 0>} : memref<16xi8>
  }
  tir.func @main() {
    tir.call_extern @operator() : () -> ()
  }
}

tir.func @operator() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<16xi8>
}

// CHECK:       builtin.module @inner {
// CHECK-NEXT:    tir.func @operator() {
// CHECK-NEXT:      %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@elsewhere, byte_offset = 0>} : memref<16xi8>
// CHECK:         tir.func @main() {
// CHECK-NEXT:      tir.call_extern @operator() : () -> ()
// CHECK:       tir.func @operator(%p: memref<64xi8> {usmp.pool = @p}) {
