// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// What a loop carries round is an alias of what goes in and of what is yielded, and so are the
// results of the loop.

func.func @carried() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %result = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %A) -> (memref<4xi8>) {
    "test.op"(%a) : (memref<4xi8>) -> ()
    "test.op"() : () -> ()
    scf.yield %a : memref<4xi8>
  }
  "test.op"(%B) : (memref<4xi8>) -> ()
  "test.op"(%result) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @carried(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 10]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[9, 9]], conflicts = ["A"]>

// -----

// Two buffers that change places: each is accessed through either name, in any iteration.

func.func @ping_pong() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  %last, %spare = scf.for %i = %c0 to %c4 step %c1 iter_args(%from = %A, %to = %B) -> (memref<4xi8>, memref<4xi8>) {
    "test.op"(%to) : (memref<4xi8>) -> ()
    scf.yield %to, %from : memref<4xi8>, memref<4xi8>
  }
  "test.op"(%C) : (memref<4xi8>) -> ()
  "test.op"(%last) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @ping_pong(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 10]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 10]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[9, 9]], conflicts = ["A", "B"]>

// -----

// A buffer of an iteration that is passed to the next one is not planned: the next iteration
// allocates a buffer of its own while it still needs this one.

func.func @allocated_inside_and_carried() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  %result = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %A) -> (memref<4xi8>) {
    %B = memref.alloc() : memref<4xi8>
    "memref.copy"(%a, %B) : (memref<4xi8>, memref<4xi8>) -> ()
    scf.yield %B : memref<4xi8>
  }
  "test.op"(%result) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @allocated_inside_and_carried(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 8]], conflicts = []>
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: passed on from one iteration of scf.for to the next"

// -----

// Nor if it is passed on as a view, or by way of an inner condition.

func.func @view_carried(%condition: i1) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  %result = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %A) -> (memref<4xi8>) {
    %B = memref.alloc() : memref<4xi8>
    %same = scf.if %condition -> (memref<4xi8>) {
      %cast = "memref.cast"(%B) : (memref<4xi8>) -> memref<4xi8>
      scf.yield %cast : memref<4xi8>
    } else {
      scf.yield %a : memref<4xi8>
    }
    scf.yield %same : memref<4xi8>
  }
  func.return
}

// CHECK-LABEL: func.func @view_carried(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [], conflicts = []>
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: passed on from one iteration of scf.for to the next"

// -----

// What is allocated in an outer loop and carried round an inner one is planned: it is accessed in
// the inner loop throughout.

func.func @carried_round_the_inner_loop() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %c4 step %c1 {
    %A = memref.alloc() : memref<4xi8>
    %B = memref.alloc() : memref<4xi8>
    %result = scf.for %j = %c0 to %c4 step %c1 iter_args(%a = %A) -> (memref<4xi8>) {
      "test.op"(%a) : (memref<4xi8>) -> ()
      "test.op"(%B) : (memref<4xi8>) -> ()
      scf.yield %a : memref<4xi8>
    }
    "test.op"() : () -> ()
  }
  func.return
}

// CHECK-LABEL: func.func @carried_round_the_inner_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 9]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 9]], conflicts = ["A"]>

// -----

// An access in an inner loop of the nest that the buffer is carried round.

func.func @accessed_in_the_inner_loop() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  %result = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %A) -> (memref<4xi8>) {
    scf.for %j = %c0 to %c4 step %c1 {
      "test.op"(%a) : (memref<4xi8>) -> ()
    }
    %B = memref.alloc() : memref<4xi8>
    "test.op"(%B) : (memref<4xi8>) -> ()
    scf.yield %a : memref<4xi8>
  }
  func.return
}

// CHECK-LABEL: func.func @accessed_in_the_inner_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 10]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[9, 9]], conflicts = ["A"]>

// -----

// scf.while is a loop of both its regions: it may come back to the first after the second.

func.func @while() {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  scf.while () : () -> () {
    "test.op"(%A) : (memref<4xi8>) -> ()
    %again = "test.op"() : () -> i1
    scf.condition(%again)
  } do {
    "test.op"(%B) : (memref<4xi8>) -> ()
    %C = memref.alloc() : memref<4xi8>
    "test.op"(%C) : (memref<4xi8>) -> ()
    scf.yield
  }
  func.return
}

// CHECK-LABEL: func.func @while(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 9]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[2, 9]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[8, 8]], conflicts = ["A", "B"]>

// -----

// It carries buffers from the one region to the other, round, and out.

func.func @while_carries() {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  %result = scf.while (%before = %A) : (memref<4xi8>) -> memref<4xi8> {
    %again = "test.op"() : () -> i1
    scf.condition(%again) %before : memref<4xi8>
  } do {
  ^bb0(%after: memref<4xi8>):
    "test.op"(%after) : (memref<4xi8>) -> ()
    scf.yield %B : memref<4xi8>
  }
  "test.op"(%C) : (memref<4xi8>) -> ()
  "test.op"(%result) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @while_carries(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 9]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 9]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[8, 8]], conflicts = ["A", "B"]>

// -----

// A buffer that the first region allocates and passes on leaves its iteration.

func.func @while_passes_on() {
  %A = memref.alloc() : memref<4xi8>
  %result = scf.while (%before = %A) : (memref<4xi8>) -> memref<4xi8> {
    %B = memref.alloc() : memref<4xi8>
    %again = "test.op"(%B) : (memref<4xi8>) -> i1
    scf.condition(%again) %B : memref<4xi8>
  } do {
  ^bb0(%after: memref<4xi8>):
    scf.yield %A : memref<4xi8>
  }
  func.return
}

// CHECK-LABEL: func.func @while_passes_on(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [], conflicts = []>
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: passed on from one iteration of scf.while to the next"
