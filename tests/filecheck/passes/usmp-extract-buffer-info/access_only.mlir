// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{loop-liveness="access-only"}' --split-input-file | filecheck %s

// The option loop-liveness="access-only" does without the rule for loops: a buffer is live from its
// first to its last access, wherever they are. That is unsound: here the next iteration finds in %A
// what this one has written to %B.

tir.func @loop() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.for %i = 0 to 4 {
    "test.op"(%A) : (memref<4xi8>) -> ()
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
}

// CHECK-LABEL: tir.func @loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 4]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = []>

// -----

// Points number statements. A load, and what is computed from its value, is part of the store that
// takes it in the end: they access both buffers at the same time.

tir.func @load_and_store() {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i8
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %a = tir.load %A[%c0] : memref<4xi8>
  %sum = arith.addi %a, %one : i8
  tir.store %sum, %B[%c0] : memref<4xi8>
  %b = tir.load %B[%c0] : memref<4xi8>
  tir.store %b, %C[%c0] : memref<4xi8>
}

// CHECK-LABEL: tir.func @load_and_store({{.*}}usmp.memory_pressure = 8 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 4]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[4, 4]], conflicts = ["B"]>

// -----

// Part of a bound, of a condition, of a call.

tir.func @consumers() {
  %c0 = arith.constant 0 : index
  %bounds = tir.allocate : memref<4xindex>
  %flags = tir.allocate : memref<4xi1>
  %numbers = tir.allocate : memref<4xi8>
  %A = tir.allocate : memref<4xi8>
  %n = tir.load %bounds[%c0] : memref<4xindex>
  tir.for %i = 0 to %n {
    "test.op"() : () -> ()
  }
  %flag = tir.load %flags[%c0] : memref<4xi1>
  scf.if %flag {
    "test.op"() : () -> ()
  }
  %number = tir.load %numbers[%c0] : memref<4xi8>
  tir.call_extern @outside(%A, %number) : (memref<4xi8>, i8) -> ()
}

// CHECK-LABEL: tir.func @consumers(
// CHECK: #usmp.buffer_info<"bounds", {{.*}}live = [[4, 4]], conflicts = []>
// CHECK: #usmp.buffer_info<"flags", {{.*}}live = [[7, 7]], conflicts = []>
// CHECK: #usmp.buffer_info<"numbers", {{.*}}live = [[10, 10]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[10, 10]], conflicts = ["numbers"]>

// -----

// A value that two statements take belongs to both: its buffer is live from the one to the other.

tir.func @used_twice() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %D = tir.allocate : memref<4xi8>
  %a = tir.load %A[%c0] : memref<4xi8>
  tir.store %a, %B[%c0] : memref<4xi8>
  "test.op"(%C) : (memref<4xi8>) -> ()
  tir.store %a, %D[%c0] : memref<4xi8>
}

// CHECK-LABEL: tir.func @used_twice(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 6]], conflicts = ["B", "C", "D"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[5, 5]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"D", {{.*}}live = [[6, 6]], conflicts = ["A"]>

// -----

// Through calls: the statements of the callee are numbered after the call.

tir.func @calls() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  tir.call_extern @copy(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
  tir.call_extern @copy(%B, %A) : (memref<4xi8>, memref<4xi8>) -> ()
}

tir.func @copy(%from: memref<4xi8>, %to: memref<4xi8>) {
  %S = tir.allocate : memref<4xi8>
  tir.for %i = 0 to 4 {
    %v = tir.load %from[%i] : memref<4xi8>
    tir.store %v, %S[%i] : memref<4xi8>
  }
  tir.for %i = 0 to 4 {
    %v = tir.load %S[%i] : memref<4xi8>
    tir.store %v, %to[%i] : memref<4xi8>
  }
}

// CHECK-LABEL: tir.func @calls({{.*}}usmp.memory_pressure = 12 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 17]], conflicts = ["B", "S"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[8, 14]], conflicts = ["A", "S"]>
// CHECK-LABEL: tir.func @copy(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[5, 8], [14, 17]], conflicts = ["A", "B"]>
