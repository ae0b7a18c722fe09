// RUN: usmp-opt %s -p usmp-extract-buffer-info --allow-unregistered-dialect --split-input-file | filecheck %s

// A buffer used in a loop and allocated around it is needed in any iteration; one allocated in the
// loop is new in each.

func.func @for() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %A = memref.alloc() : memref<8xf32>
  %B = memref.alloc() : memref<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %C = memref.alloc() : memref<f32>
    %v = memref.load %A[%i] : memref<8xf32>
    memref.store %v, %C[] : memref<f32>
    %w = memref.load %C[] : memref<f32>
    memref.store %w, %B[%i] : memref<8xf32>
  }
  func.return
}

// CHECK-LABEL: func.func @for(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 32, live = [[5, 11]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 32, live = [[5, 11]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}traffic_bytes = 64, live = [[8, 9]], conflicts = ["A", "B"]>

// -----

// Both regions of a while loop are inside it, and what goes round is an alias all the way.

func.func @while(%flag: i1) {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %C = memref.alloc() : memref<4xf32>
  %last = scf.while (%a = %A) : (memref<4xf32>) -> memref<4xf32> {
    "test.op"(%a) : (memref<4xf32>) -> ()
    scf.condition(%flag) %a : memref<4xf32>
  } do {
  ^bb0(%b: memref<4xf32>):
    "test.op"(%B) : (memref<4xf32>) -> ()
    scf.yield %b : memref<4xf32>
  }
  "test.op"(%C) : (memref<4xf32>) -> ()
  "test.op"(%last) : (memref<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @while(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 9]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 7]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[8, 8]], conflicts = ["A"]>

// -----

// One of the arms runs, and its buffer is the result. The arms follow each other.

func.func @choice(%flag: i1, %case: index) {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %C = memref.alloc() : memref<4xf32>
  %D = memref.alloc() : memref<4xf32>
  %either = scf.if %flag -> (memref<4xf32>) {
    "test.op"(%A, %C) : (memref<4xf32>, memref<4xf32>) -> ()
    scf.yield %A : memref<4xf32>
  } else {
    "test.op"(%B, %D) : (memref<4xf32>, memref<4xf32>) -> ()
    scf.yield %B : memref<4xf32>
  }
  %other = scf.index_switch %case -> memref<4xf32>
  case 0 {
    scf.yield %C : memref<4xf32>
  }
  default {
    scf.yield %D : memref<4xf32>
  }
  "test.op"(%either) : (memref<4xf32>) -> ()
  "test.op"(%other) : (memref<4xf32>) -> ()
  func.return
}

// The points: 0 to 3, if 4 (5, 6, and 7, 8), switch 9 (10, 11), uses 12 and 13.

// CHECK-LABEL: func.func @choice(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 12]], conflicts = ["B", "C", "D"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[7, 12]], conflicts = ["A", "C", "D"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[5, 13]], conflicts = ["A", "B", "D"]>
// CHECK: #usmp.buffer_info<"D", {{.*}}live = [[7, 13]], conflicts = ["A", "B", "C"]>

// -----

// A region that is executed once is like the operations around it.

func.func @execute_region() {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %result = scf.execute_region -> (memref<4xf32>) {
    %C = memref.alloc() : memref<4xf32>
    "test.op"(%C) : (memref<4xf32>) -> ()
    "test.op"(%A) : (memref<4xf32>) -> ()
    scf.yield %A : memref<4xf32>
  }
  "test.op"(%B) : (memref<4xf32>) -> ()
  "test.op"(%result) : (memref<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @execute_region(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 8]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[7, 7]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[4, 4]], conflicts = []>

// -----

// Iterations of a parallel loop run at the same time, with what reduces their results.

func.func @parallel() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %A = memref.alloc() : memref<8xf32>
  %B = memref.alloc() : memref<8xf32>
  %sum = "scf.parallel"(%c0, %c8, %c1, %zero) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}> ({
  ^bb0(%i: index):
    %C = memref.alloc() : memref<4xf32>
    %v = memref.load %A[%i] : memref<8xf32>
    memref.store %v, %C[%c0] : memref<4xf32>
    "scf.reduce"(%v) ({
    ^bb0(%left: f32, %right: f32):
      %w = memref.load %B[%c0] : memref<8xf32>
      %s = arith.addf %left, %right : f32
      scf.reduce.return %s : f32
    }) : (f32) -> ()
  }) : (index, index, index, f32) -> f32
  func.return
}

// CHECK-LABEL: func.func @parallel(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 32, live = [[6, 13]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 32, live = [[6, 13]], conflicts = ["A"]>
// CHECK: %C = {{.*}}not_planned = "allocated under a concurrent loop

// -----

// So do those of a loop that xDSL does not have.

func.func @forall() {
  %A = memref.alloc() : memref<8xf32>
  %B = memref.alloc() : memref<8xf32>
  "scf.forall"() <{operandSegmentSizes = array<i32: 0, 0, 0, 0>, staticLowerBound = array<i64: 0>, staticStep = array<i64: 1>, staticUpperBound = array<i64: 8>}> ({
  ^bb0(%i: index):
    %C = memref.alloc() : memref<4xf32>
    "test.op"(%C) : (memref<4xf32>) -> ()
    %v = memref.load %A[%i] : memref<8xf32>
    memref.store %v, %B[%i] : memref<8xf32>
    "scf.forall.in_parallel"() ({
    }) : () -> ()
  }) : () -> ()
  func.return
}

// CHECK-LABEL: func.func @forall(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 7]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[2, 7]], conflicts = ["A"]>
// CHECK: %C = {{.*}}not_planned = "allocated under a concurrent loop
