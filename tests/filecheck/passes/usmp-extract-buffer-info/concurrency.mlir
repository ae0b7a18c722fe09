// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{parallel-loops="innermost"}' --split-input-file | filecheck %s --check-prefix=INNERMOST

// A buffer allocated under a loop whose iterations may run at the same time is not planned: they
// would share one slot. An unrolled loop is run serially. The option parallel-loops="innermost"
// looks at the innermost loop only, and excludes every kind but serial.

tir.func @kinds() {
  tir.for parallel %i = 0 to 4 {
    %P = tir.allocate : memref<4xi8>
    "test.op"(%P) : (memref<4xi8>) -> ()
  }
  tir.for vectorized %i = 0 to 4 {
    %V = tir.allocate : memref<4xi8>
    "test.op"(%V) : (memref<4xi8>) -> ()
  }
  tir.for thread_binding("threadIdx.x") %i = 0 to 4 {
    %T = tir.allocate : memref<4xi8>
    "test.op"(%T) : (memref<4xi8>) -> ()
  }
  tir.for unrolled %i = 0 to 4 {
    %U = tir.allocate : memref<4xi8>
    "test.op"(%U) : (memref<4xi8>) -> ()
  }
  tir.for %i = 0 to 4 {
    %S = tir.allocate : memref<4xi8>
    "test.op"(%S) : (memref<4xi8>) -> ()
  }
}

// CHECK-LABEL: tir.func @kinds(
// CHECK: %P = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @kinds"
// CHECK: %V = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: vectorized tir.for in @kinds"
// CHECK: %T = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: thread_binding tir.for in @kinds"
// CHECK: #usmp.buffer_info<"U", {{.*}}live = [[14, 14]], conflicts = []>
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[18, 18]], conflicts = []>

// INNERMOST-LABEL: tir.func @kinds(
// INNERMOST: %P = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: parallel tir.for in @kinds"
// INNERMOST: %V = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: vectorized tir.for in @kinds"
// INNERMOST: %T = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: thread_binding tir.for in @kinds"
// INNERMOST: %U = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: unrolled tir.for in @kinds"
// INNERMOST: #usmp.buffer_info<"S", {{.*}}live = [[18, 18]], conflicts = []>

// -----

// At any depth. A buffer that all iterations share is planned: it is live throughout the loop.

tir.func @depth(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  tir.for parallel %i = 0 to 4 {
    tir.for %j = 0 to 4 {
      scf.if %condition {
        %B = tir.allocate : memref<4xi8>
        "test.op"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
      }
    }
  }
}

// CHECK-LABEL: tir.func @depth(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 8]], conflicts = []>
// CHECK: %B = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @depth"

// INNERMOST-LABEL: tir.func @depth(
// INNERMOST: #usmp.buffer_info<"A", {{.*}}live = [[1, 8]], conflicts = ["B"]>
// INNERMOST: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = ["A"]>

// -----

// Through calls, at any depth: @inner runs under the loop of @outer.

tir.func @outer() {
  %A = tir.allocate : memref<4xi8>
  tir.for parallel %i = 0 to 4 {
    tir.call_extern @middle(%A) : (memref<4xi8>) -> ()
  }
}

tir.func @middle(%p: memref<4xi8>) {
  tir.for %i = 0 to 4 {
    tir.call_extern @inner(%p) : (memref<4xi8>) -> ()
  }
}

tir.func @inner(%p: memref<4xi8>) {
  %S = tir.allocate : memref<4xi8>
  "test.op"(%S, %p) : (memref<4xi8>, memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @outer(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 10]], conflicts = []>
// CHECK-LABEL: tir.func @middle(
// CHECK-LABEL: tir.func @inner(
// CHECK: %S = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @outer"

// INNERMOST-LABEL: tir.func @outer(
// INNERMOST: #usmp.buffer_info<"A", {{.*}}live = [[1, 10]], conflicts = ["S"]>
// INNERMOST-LABEL: tir.func @middle(
// INNERMOST-LABEL: tir.func @inner(
// INNERMOST: #usmp.buffer_info<"S", {{.*}}live = [[6, 6]], conflicts = ["A"]>

// -----

// One call under a concurrent loop is enough, whatever the order of the calls.

tir.func @serially_first() {
  tir.call_extern @shared() : () -> ()
  tir.for vectorized %i = 0 to 4 {
    tir.call_extern @shared() : () -> ()
  }
}

tir.func @shared() {
  %S = tir.allocate : memref<4xi8>
  "test.op"(%S) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @serially_first(
// CHECK-LABEL: tir.func @shared(
// CHECK: %S = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: vectorized tir.for in @serially_first"

// INNERMOST-LABEL: tir.func @serially_first(
// INNERMOST-LABEL: tir.func @shared(
// INNERMOST: %S = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: vectorized tir.for in @serially_first"

// -----

tir.func @serially_last() {
  tir.for parallel %i = 0 to 4 {
    tir.call_extern @shared() : () -> ()
  }
  tir.for %i = 0 to 4 {
    tir.call_extern @shared() : () -> ()
  }
}

tir.func @shared() {
  %S = tir.allocate : memref<4xi8>
  "test.op"(%S) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @serially_last(
// CHECK-LABEL: tir.func @shared(
// CHECK: %S = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @serially_last"

// INNERMOST-LABEL: tir.func @serially_last(
// INNERMOST-LABEL: tir.func @shared(
// INNERMOST: %S = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: parallel tir.for in @serially_last"

// -----

// A serial loop in the callee hides the concurrent one around the call from the option, an unrolled
// one counts as one that is not serial.

tir.func @innermost_across_calls() {
  tir.for parallel %i = 0 to 4 {
    tir.call_extern @in_serial_loop() : () -> ()
    tir.call_extern @in_no_loop() : () -> ()
  }
  tir.for unrolled %i = 0 to 4 {
    tir.call_extern @called_unrolled() : () -> ()
  }
}

tir.func @in_serial_loop() {
  tir.for %i = 0 to 4 {
    %A = tir.allocate : memref<4xi8>
    "test.op"(%A) : (memref<4xi8>) -> ()
  }
}

tir.func @in_no_loop() {
  %B = tir.allocate : memref<4xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
}

tir.func @called_unrolled() {
  %C = tir.allocate : memref<4xi8>
  "test.op"(%C) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @innermost_across_calls(
// CHECK-LABEL: tir.func @in_serial_loop(
// CHECK: %A = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @innermost_across_calls"
// CHECK-LABEL: tir.func @in_no_loop(
// CHECK: %B = tir.allocate{{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @innermost_across_calls"
// CHECK-LABEL: tir.func @called_unrolled(
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[15, 15]], conflicts = []>

// INNERMOST-LABEL: tir.func @innermost_across_calls(
// INNERMOST-LABEL: tir.func @in_serial_loop(
// INNERMOST: #usmp.buffer_info<"A", {{.*}}live = [[4, 4]], conflicts = []>
// INNERMOST-LABEL: tir.func @in_no_loop(
// INNERMOST: %B = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: parallel tir.for in @innermost_across_calls"
// INNERMOST-LABEL: tir.func @called_unrolled(
// INNERMOST: %C = tir.allocate{{.*}}not_planned = "allocated in a loop that is not serial: unrolled tir.for in @innermost_across_calls"

// -----

// scf.parallel and affine.parallel are concurrent, and so is what runs on the threads of omp and gpu.

func.func @upstream() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  "scf.parallel"(%c0, %c4, %c1) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({
  ^bb0(%i: index):
    %A = memref.alloc() : memref<4xi8>
    "test.op"(%A) : (memref<4xi8>) -> ()
    scf.reduce
  }) : (index, index, index) -> ()
  "omp.parallel"() <{operandSegmentSizes = array<i32: 0, 0, 0, 0, 0, 0>}> ({
    %B = memref.alloc() : memref<4xi8>
    "test.op"(%B) : (memref<4xi8>) -> ()
    "omp.terminator"() : () -> ()
  }) : () -> ()
  func.return
}

// CHECK-LABEL: func.func @upstream(
// CHECK: %A = memref.alloc{{.*}}not_planned = "allocated under a concurrent loop: scf.parallel in @upstream"
// CHECK: %B = memref.alloc{{.*}}not_planned = "allocated under a concurrent loop: omp.parallel in @upstream"

// INNERMOST-LABEL: func.func @upstream(
// INNERMOST: %A = memref.alloc{{.*}}not_planned = "allocated in a loop that is not serial: scf.parallel in @upstream"
// INNERMOST: %B = memref.alloc{{.*}}not_planned = "allocated in a loop that is not serial: omp.parallel in @upstream"

// -----

// A constant is read only, so that it may be shared.

tir.func @constant() {
  tir.for parallel %i = 0 to 2 {
    %K = tir.allocate_const dense<[1, 2]> : memref<2xi8>
    %v = tir.load %K[%i] : memref<2xi8>
  }
}

// CHECK-LABEL: tir.func @constant(
// CHECK: #usmp.buffer_info<"K", {{.*}}live = [[0, 4]], conflicts = []>

// INNERMOST-LABEL: tir.func @constant(
// INNERMOST: #usmp.buffer_info<"K", {{.*}}live = [[0, 4]], conflicts = []>
