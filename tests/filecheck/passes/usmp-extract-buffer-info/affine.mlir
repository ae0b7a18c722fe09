// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A loop whose bounds are constant maps runs a known number of times. What is computed of its index
// is a number.

func.func @loops() {
  %A = memref.alloc() : memref<16xf32>
  %B = memref.alloc() : memref<16xf32>
  %C = memref.alloc() : memref<16xf32>
  affine.for %i = 0 to 16 step 4 {
    %j = affine.apply affine_map<(d0) -> (d0 + 1)> (%i)
    %v = affine.load %A[%j] : memref<16xf32>
    affine.store %v, %B[%i] : memref<16xf32>
  }
  affine.for %i = 0 to 16 {
    %D = memref.alloc() : memref<f32>
    %v = affine.load %B[%i] : memref<16xf32>
    affine.store %v, %D[] : memref<f32>
    %w = affine.load %D[] : memref<f32>
    affine.store %w, %C[%i] : memref<16xf32>
  }
  func.return
}

// The points: 0 to 2, loop 3 (4 to 7, the last its yield), loop 8 (9 to 14).

// CHECK-LABEL: func.func @loops(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 16, live = [[3, 7]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 80, live = [[3, 14]], conflicts = ["A", "C", "D"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}traffic_bytes = 64, live = [[8, 14]], conflicts = ["B", "D"]>
// CHECK: #usmp.buffer_info<"D", {{.*}}traffic_bytes = 128, live = [[11, 12]], conflicts = ["B", "C"]>

// -----

// What a loop carries round: each result is an alias of its own buffer, and of no other.

func.func @carried() {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %a, %b = "affine.for"(%A, %B) <{lowerBoundMap = affine_map<() -> (0)>, upperBoundMap = affine_map<() -> (4)>, step = 1 : index, operandSegmentSizes = array<i32: 0, 0, 2>}> ({
  ^bb0(%i: index, %x: memref<4xf32>, %y: memref<4xf32>):
    %v = affine.load %x[%i] : memref<4xf32>
    "affine.yield"(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
  }) : (memref<4xf32>, memref<4xf32>) -> (memref<4xf32>, memref<4xf32>)
  "test.op"() : () -> ()
  "test.op"(%b) : (memref<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @carried(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 4]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 6]], conflicts = []>

// -----

// The arms of a branch follow each other. Iterations of a parallel loop do not.

func.func @branches(%n: index) {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  "affine.if"(%n) <{condition = affine_set<(d0) : (d0 - 1 >= 0)>}> ({
    "test.op"(%A) : (memref<4xf32>) -> ()
    "affine.yield"() : () -> ()
  }, {
    "test.op"(%B) : (memref<4xf32>) -> ()
    "affine.yield"() : () -> ()
  }) : (index) -> ()
  "affine.parallel"() <{lowerBoundsMap = affine_map<() -> (0)>, lowerBoundsGroups = dense<1> : vector<1xi32>, upperBoundsMap = affine_map<() -> (4)>, upperBoundsGroups = dense<1> : vector<1xi32>, steps = [1], reductions = []}> ({
  ^bb0(%i: index):
    %C = memref.alloc() : memref<4xf32>
    "test.op"(%C) : (memref<4xf32>) -> ()
    "affine.yield"() : () -> ()
  }) : () -> ()
  func.return
}

// CHECK-LABEL: func.func @branches(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = []>
// CHECK: %C = {{.*}}not_planned = "allocated under a concurrent loop
