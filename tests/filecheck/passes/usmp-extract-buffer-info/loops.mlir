// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A loop that contains an access to a buffer, but not its allocation, makes the buffer live
// throughout the loop, from its own point to that of the last operation in it: an earlier iteration
// may need the buffer again.

tir.func @allocated_outside() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.for %i = 0 to 4 {
    "test.op"(%A) : (memref<4xi8>) -> ()
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
  "test.op"(%C) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @allocated_outside(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 7]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 7]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[8, 8]], conflicts = []>

// -----

// A loop that contains the allocation does not: each iteration has its own buffer.

tir.func @allocated_inside() {
  tir.for %i = 0 to 4 {
    %A = tir.allocate : memref<4xi8>
    %B = tir.allocate : memref<4xi8>
    "test.op"(%A) : (memref<4xi8>) -> ()
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
}

// CHECK-LABEL: tir.func @allocated_inside(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = []>

// -----

// Of a nest, the outermost loop that does not contain the allocation counts.

tir.func @nest() {
  %outer = tir.allocate : memref<4xi8>
  tir.for %i = 0 to 4 {
    %middle = tir.allocate : memref<4xi8>
    tir.for %j = 0 to 4 {
      %inner = tir.allocate : memref<4xi8>
      "test.op"(%inner) : (memref<4xi8>) -> ()
      tir.for %k = 0 to 4 {
        "test.op"(%outer) : (memref<4xi8>) -> ()
        "test.op"(%middle) : (memref<4xi8>) -> ()
      }
    }
    "test.op"() : () -> ()
  }
}

// CHECK-LABEL: tir.func @nest(
// CHECK: #usmp.buffer_info<"outer", {{.*}}live = [[1, 12]], conflicts = ["middle", "inner"]>
// CHECK: #usmp.buffer_info<"middle", {{.*}}live = [[3, 10]], conflicts = ["outer", "inner"]>
// CHECK: #usmp.buffer_info<"inner", {{.*}}live = [[5, 5]], conflicts = ["outer", "middle"]>

// -----

// A loop between two accesses, without one of its own, changes nothing; one that follows the last
// access neither.

tir.func @loops_without_access() {
  %A = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.for %i = 0 to 4 {
    %B = tir.allocate : memref<4xi8>
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.for %i = 0 to 4 {
    %C = tir.allocate : memref<4xi8>
    "test.op"(%C) : (memref<4xi8>) -> ()
  }
}

// CHECK-LABEL: tir.func @loops_without_access(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 6]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[9, 9]], conflicts = []>

// -----

// A buffer that is accessed in one loop of the nest and again in another is live through both.

tir.func @two_loops() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  tir.for %i = 0 to 4 {
    "test.op"(%A) : (memref<4xi8>) -> ()
    "test.op"() : () -> ()
  }
  tir.for %i = 0 to 4 {
    "test.op"() : () -> ()
    "test.op"(%A) : (memref<4xi8>) -> ()
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
}

// CHECK-LABEL: tir.func @two_loops(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 10]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 10]], conflicts = ["A"]>

// -----

// A bound of a loop is read before it, and a loop that never runs is no exception.

tir.func @never_runs(%n: index) {
  %A = tir.allocate : memref<4xindex>
  %B = tir.allocate : memref<4xi8>
  %c0 = arith.constant 0 : index
  %bound = tir.load %A[%c0] : memref<4xindex>
  tir.for %i = %bound to %bound {
    "test.op"(%B) : (memref<4xi8>) -> ()
    "test.op"() : () -> ()
  }
}

// CHECK-LABEL: tir.func @never_runs(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 7]], conflicts = []>

// -----

// A loop with nothing but a call accesses what the callee accesses.

tir.func @calls_in_loop() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  tir.for %i = 0 to 4 {
    tir.call_extern @write(%A) : (memref<4xi8>) -> ()
    tir.call_extern @write(%B) : (memref<4xi8>) -> ()
  }
}

tir.func @write(%out: memref<4xi8>) {
  %scratch = tir.allocate : memref<4xi8>
  "test.op"(%scratch) : (memref<4xi8>) -> ()
  "test.op"(%out) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @calls_in_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 13]], conflicts = ["B", "scratch"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[2, 13]], conflicts = ["A", "scratch"]>
// CHECK-LABEL: tir.func @write(
// CHECK: #usmp.buffer_info<"scratch", {{.*}}live = [[5, 5], [10, 10]], conflicts = ["A", "B"]>

// -----

// The loop in the callee around an access to a parameter does the same to the argument.

tir.func @loop_in_callee() {
  %A = tir.allocate : memref<4xi8>
  tir.call_extern @write_again_and_again(%A) : (memref<4xi8>) -> ()
}

tir.func @write_again_and_again(%out: memref<4xi8>) {
  tir.for %i = 0 to 4 {
    %scratch = tir.allocate : memref<4xi8>
    "test.op"(%scratch) : (memref<4xi8>) -> ()
    "test.op"(%out) : (memref<4xi8>) -> ()
    "test.op"() : () -> ()
  }
}

// CHECK-LABEL: tir.func @loop_in_callee(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 7]], conflicts = ["scratch"]>
// CHECK-LABEL: tir.func @write_again_and_again(
// CHECK: #usmp.buffer_info<"scratch", {{.*}}live = [[4, 4]], conflicts = ["A"]>

// -----

// scf.for and affine.for are loops too.

func.func @upstream_loops() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  scf.for %i = %c0 to %c4 step %c1 {
    "test.op"() : () -> ()
    "test.op"(%A) : (memref<4xi8>) -> ()
  }
  affine.for %i = 0 to 4 {
    "test.op"() : () -> ()
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
  func.return
}

// CHECK-LABEL: func.func @upstream_loops(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 8]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[9, 12]], conflicts = []>
