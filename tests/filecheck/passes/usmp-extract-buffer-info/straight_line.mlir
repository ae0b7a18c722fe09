// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A buffer is live from its first to its last access, both included. The points of the operations
// are 0 for the first of the entry function, and one more for each that follows.

tir.func @first_to_last() {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i8
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<2xi8>
  %C = tir.allocate : memref<1xi8>
  tir.store %one, %A[%c0] : memref<4xi8>
  tir.store %one, %B[%c0] : memref<2xi8>
  %a = tir.load %A[%c0] : memref<4xi8>
  tir.store %one, %C[%c0] : memref<1xi8>
  %b = tir.load %B[%c0] : memref<2xi8>
  %c = tir.load %C[%c0] : memref<1xi8>
}

// CHECK-LABEL: tir.func @first_to_last({{.*}}usmp.memory_pressure = 6 : i64
// CHECK: #usmp.buffer_info<"A", size_bytes = 4, {{.*}}live = [[5, 7]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", size_bytes = 2, {{.*}}live = [[6, 9]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", size_bytes = 1, {{.*}}live = [[8, 10]], conflicts = ["B"]>

// -----

// A single access is a life of one point; the allocation itself is no access.

tir.func @single_access() {
  %A = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  %B = tir.allocate : memref<4xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @single_access({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 1]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 3]], conflicts = []>

// -----

// Accesses in one operation are simultaneous: an operation that reads A and writes B makes A and B
// conflict.

tir.func @simultaneous() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  "memref.copy"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
  "memref.copy"(%B, %C) : (memref<4xi8>, memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @simultaneous({{.*}}usmp.memory_pressure = 8 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 4]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[4, 4]], conflicts = ["B"]>

// -----

// A load and a store are two operations: the value that goes from the one to the other needs neither
// of the buffers.

tir.func @through_a_value() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %v = tir.load %A[%c0] : memref<4xi8>
  tir.store %v, %B[%c0] : memref<4xi8>
}

// CHECK-LABEL: tir.func @through_a_value({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = []>

// -----

// A buffer that nothing accesses is planned, is never live and conflicts with nothing.

tir.func @unused() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @unused({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", size_bytes = 4, {{.*}}live = [], conflicts = []>
// CHECK: #usmp.buffer_info<"B", size_bytes = 4, {{.*}}live = [[2, 2]], conflicts = []>

// -----

// memref.alloc and memref.alloca are buffers like any other; memref.dealloc is no access.

func.func @memref_allocations() {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloca() : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
  memref.dealloc %A : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @memref_allocations({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 2]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 3]], conflicts = []>
