// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// The arms of a condition follow each other: buffers used in different arms do not conflict, but do
// with what is live across the condition.

tir.func @arms(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  "test.op"(%C) : (memref<4xi8>) -> ()
  scf.if %condition {
    "test.op"(%A) : (memref<4xi8>) -> ()
  } else {
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
  "test.op"(%C) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @arms({{.*}}usmp.memory_pressure = 8 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 5]], conflicts = ["C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[7, 7]], conflicts = ["C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[3, 9]], conflicts = ["A", "B"]>

// -----

// A condition is no loop: it does not stretch what is accessed inside, wherever it is allocated.

tir.func @no_loop(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  scf.if %condition {
    "test.op"() : () -> ()
    "test.op"(%A) : (memref<4xi8>) -> ()
    %B = tir.allocate : memref<4xi8>
    "test.op"(%B) : (memref<4xi8>) -> ()
    "test.op"() : () -> ()
  }
  "test.op"() : () -> ()
}

// CHECK-LABEL: tir.func @no_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = []>

// -----

// In a loop, one iteration may take the one arm and the next the other.

tir.func @arms_in_loop(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  tir.for %i = 0 to 4 {
    scf.if %condition {
      "test.op"(%A) : (memref<4xi8>) -> ()
    } else {
      "test.op"(%B) : (memref<4xi8>) -> ()
    }
  }
}

// CHECK-LABEL: tir.func @arms_in_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 8]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[2, 8]], conflicts = ["A"]>

// -----

// A buffer that an arm yields is an alias of the result, wherever it is allocated.

tir.func @yielded(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %result = scf.if %condition -> (memref<4xi8>) {
    %B = tir.allocate : memref<4xi8>
    "test.op"(%B) : (memref<4xi8>) -> ()
    scf.yield %B : memref<4xi8>
  } else {
    scf.yield %A : memref<4xi8>
  }
  "test.op"(%C) : (memref<4xi8>) -> ()
  "test.op"(%result) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @yielded(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[8, 8]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[7, 7]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 8]], conflicts = ["A", "C"]>

// -----

// scf.index_switch and scf.execute_region run what they run once, affine.if as well.

func.func @other_conditions(%case: index) {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  %D = memref.alloc() : memref<4xi8>
  scf.index_switch %case
  case 1 {
    "test.op"(%A) : (memref<4xi8>) -> ()
    scf.yield
  }
  default {
    "test.op"(%B) : (memref<4xi8>) -> ()
    scf.yield
  }
  scf.execute_region {
    "test.op"() : () -> ()
    "test.op"(%C) : (memref<4xi8>) -> ()
    scf.yield
  }
  "affine.if"(%case) <{condition = affine_set<(d0) : (d0 >= 0)>}> ({
    "test.op"(%D) : (memref<4xi8>) -> ()
    "affine.yield"() : () -> ()
  }, {
    "affine.yield"() : () -> ()
  }) : (index) -> ()
  func.return
}

// CHECK-LABEL: func.func @other_conditions(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[7, 7]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = []>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[11, 11]], conflicts = []>
// CHECK: #usmp.buffer_info<"D", {{.*}}live = [[14, 14]], conflicts = []>

// -----

// What a function called in an arm allocates is live there only.

tir.func @calls_in_arms(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  scf.if %condition {
    tir.call_extern @f() : () -> ()
    "test.op"(%A) : (memref<4xi8>) -> ()
  } else {
    "test.op"(%A) : (memref<4xi8>) -> ()
    tir.call_extern @g() : () -> ()
  }
}

tir.func @f() {
  %F = tir.allocate : memref<4xi8>
  "test.op"(%F) : (memref<4xi8>) -> ()
}

tir.func @g() {
  %G = tir.allocate : memref<4xi8>
  "test.op"(%G) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @calls_in_arms(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 8]], conflicts = []>
// CHECK-LABEL: tir.func @f(
// CHECK: #usmp.buffer_info<"F", {{.*}}live = [[4, 4]], conflicts = []>
// CHECK-LABEL: tir.func @g(
// CHECK: #usmp.buffer_info<"G", {{.*}}live = [[11, 11]], conflicts = []>
