// RUN: usmp-opt %s -p usmp-extract-buffer-info --verify-diagnostics --split-input-file --allow-unregistered-dialect | filecheck %s

// A deallocation is no access: a buffer ends at its last use, wherever it is freed.

func.func @freed_later() {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
  memref.dealloc %A : memref<4xi8>
  memref.dealloc %B : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @freed_later({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 4, live = [[2, 2]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 4, live = [[3, 3]], conflicts = []>

// -----

// Nor is it one in a callee, or in a loop or condition.

func.func @freed_anywhere(%condition: i1, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
  scf.if %condition {
    memref.dealloc %A : memref<4xi8>
  } else {
    "test.op"(%A) : (memref<4xi8>) -> ()
    memref.dealloc %A : memref<4xi8>
  }
  scf.for %i = %c0 to %n step %c1 {
    %D = memref.alloc() : memref<4xi8>
    "test.op"(%C, %D) : (memref<4xi8>, memref<4xi8>) -> ()
    memref.dealloc %D : memref<4xi8>
  }
  func.call @frees(%C) : (memref<4xi8>) -> ()
  memref.dealloc %B : memref<4xi8>
  func.return
}

func.func @frees(%p: memref<4xi8>) {
  %alias = "memref.cast"(%p) : (memref<4xi8>) -> memref<?xi8>
  memref.dealloc %alias : memref<?xi8>
  func.return
}

// CHECK-LABEL: func.func @freed_anywhere(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 10]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 6]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[13, 17]], conflicts = ["D"]>
// CHECK: #usmp.buffer_info<"D", {{.*}}live = [[15, 15]], conflicts = ["C"]>

// -----

func.func @used_after() {
  %A = memref.alloc() : memref<4xi8>
  memref.dealloc %A : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  func.return
}

// CHECK: 'A' of @used_after is used after memref.dealloc freed it ({{.*}}.mlir:{{[0-9]+}}:3): free it after its last use, or leave the deallocation out: the planner needs none
// CHECK: "test.op"(%A)

// -----

// Aliases are the buffer; the arms of a condition do not see each other, what follows sees both.

func.func @after_a_condition(%condition: i1) {
  %A = memref.alloc() : memref<4xi8>
  %alias = "memref.cast"(%A) : (memref<4xi8>) -> memref<?xi8>
  scf.if %condition {
    memref.dealloc %alias : memref<?xi8>
  } else {
    "test.op"(%A) : (memref<4xi8>) -> ()
  }
  "test.after"(%A) : (memref<4xi8>) -> ()
  func.return
}

// CHECK: 'A' of @after_a_condition is used after memref.dealloc freed it (
// CHECK: "test.after"(%A)

// -----

func.func @in_a_loop(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  scf.for %i = %c0 to %n step %c1 {
    "test.op"(%A) : (memref<4xi8>) -> ()
    memref.dealloc %A : memref<4xi8>
  }
  func.return
}

// CHECK: 'A' of @in_a_loop is used after memref.dealloc freed it in an iteration before (
// CHECK: "test.op"(%A)

// -----

// A loop that runs once at most is none.

func.func @in_a_loop_of_one() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %A = memref.alloc() : memref<4xi8>
  scf.for %i = %c0 to %c1 step %c1 {
    "test.op"(%A) : (memref<4xi8>) -> ()
    memref.dealloc %A : memref<4xi8>
  }
  func.return
}

// CHECK-LABEL: func.func @in_a_loop_of_one(
// CHECK: #usmp.buffer_info<"A"

// -----

func.func @in_a_graph(%condition: i1) {
  %A = memref.alloc() : memref<4xi8>
  cf.br ^again
^again:
  "test.op"(%A) : (memref<4xi8>) -> ()
  cf.cond_br %condition, ^again, ^free
^free:
  memref.dealloc %A : memref<4xi8>
  cf.cond_br %condition, ^again, ^end
^end:
  func.return
}

// CHECK: 'A' of @in_a_graph is used after memref.dealloc freed it (
// CHECK: "test.op"(%A)

// -----

// A loop made by branches that has its own buffer each time.

func.func @own_in_a_graph(%condition: i1) {
  cf.br ^again
^again:
  %A = memref.alloc() : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  cf.cond_br %condition, ^free, ^end
^free:
  memref.dealloc %A : memref<4xi8>
  cf.br ^again
^end:
  "test.op"(%A) : (memref<4xi8>) -> ()
  memref.dealloc %A : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @own_in_a_graph(
// CHECK: #usmp.buffer_info<"A"

// -----

// A call that frees its argument.

func.func @after_a_call() {
  %A = memref.alloc() : memref<4xi8>
  func.call @through(%A) : (memref<4xi8>) -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
  func.return
}

func.func @through(%p: memref<4xi8>) {
  %q = func.call @same(%p) : (memref<4xi8>) -> memref<4xi8>
  func.call @frees(%q) : (memref<4xi8>) -> ()
  func.return
}

func.func @same(%p: memref<4xi8>) -> memref<4xi8> {
  func.return %p : memref<4xi8>
}

func.func @frees(%p: memref<4xi8>) {
  "test.op"(%p) : (memref<4xi8>) -> ()
  memref.dealloc %p : memref<4xi8>
  func.return
}

// CHECK: 'A' of @after_a_call is used after func.call of @through freed it (
// CHECK: "test.op"(%A)

// -----

// A parameter is freed for the caller, and must not be used after that either; by a call as little
// as by any other operation.

func.func @uses_in_a_call(%p: memref<4xi8>) {
  memref.dealloc %p : memref<4xi8>
  func.call @uses(%p) : (memref<4xi8>) -> ()
  func.return
}

func.func @uses(%q: memref<4xi8>) {
  "test.op"(%q) : (memref<4xi8>) -> ()
  func.return
}

// CHECK: 'p' of @uses_in_a_call is used after memref.dealloc freed it (
// CHECK: "func.call"(%p)

// -----

func.func @twice() {
  %A = memref.alloc() : memref<4xi8>
  memref.dealloc %A : memref<4xi8>
  memref.dealloc %A : memref<4xi8>
  func.return
}

// CHECK: 'A' of @twice is freed twice, by memref.dealloc ({{.*}}:3) and again here: keep one deallocation, or none: the planner needs none

// -----

func.func @twice_in_a_graph() {
  %A = memref.alloc() : memref<4xi8>
  memref.dealloc %A : memref<4xi8>
  cf.br ^next
^next:
  memref.dealloc %A : memref<4xi8>
  func.return
}

// CHECK: 'A' of @twice_in_a_graph is freed twice, by memref.dealloc ({{.*}}:3) and again here:

// -----

// Conditions may exclude each other, and a value that may be one of two buffers is surely neither.

func.func @unsure(%condition: i1) {
  %true = arith.constant true
  %other = arith.xori %condition, %true : i1
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  scf.if %condition {
    memref.dealloc %A : memref<4xi8>
  }
  scf.if %other {
    memref.dealloc %A : memref<4xi8>
  }
  %one = arith.select %condition, %B, %C : memref<4xi8>
  %rest = arith.select %condition, %C, %B : memref<4xi8>
  memref.dealloc %one : memref<4xi8>
  "test.op"(%rest) : (memref<4xi8>) -> ()
  memref.dealloc %rest : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @unsure(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = []
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[14, 14]]
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[14, 14]]

// -----

// Where a deallocation may also free memory that is not planned, it stays; what it may free must not
// be planned then, nor what is freed together with that. A deallocation of a buffer alone goes.

func.func @together(%p: memref<4xi8>, %condition: i1) {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  %D = memref.alloc() : memref<4xi8>
  %one = arith.select %condition, %A, %p : memref<4xi8>
  %two = arith.select %condition, %A, %B : memref<4xi8>
  %three = arith.select %condition, %C, %D : memref<4xi8>
  scf.if %condition {
    memref.dealloc %one : memref<4xi8>
  } else {
    memref.dealloc %two : memref<4xi8>
  }
  func.call @frees(%three) : (memref<4xi8>) -> ()
  %E = memref.alloc() : memref<4xi8>
  memref.dealloc %E : memref<4xi8>
  func.return
}

func.func @frees(%p: memref<4xi8>) {
  memref.dealloc %p : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @together(
// CHECK: %A = memref.alloc{{.*}}not_planned = "freed by memref.dealloc together with memory that is not planned"
// CHECK: %B = memref.alloc{{.*}}not_planned = "freed by memref.dealloc together with memory that is not planned"
// CHECK: %C = memref.alloc{{.*}}#usmp.buffer_info<"C"
// CHECK: %D = memref.alloc{{.*}}#usmp.buffer_info<"D"
// CHECK: %E = memref.alloc{{.*}}#usmp.buffer_info<"E"

// -----

// Through a function: its parameter is a planned buffer in one call, and not in the other.

func.func @through_a_parameter(%n: index) {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc(%n) : memref<?xi8>
  %alias = "memref.cast"(%A) : (memref<4xi8>) -> memref<?xi8>
  func.call @frees(%alias) : (memref<?xi8>) -> ()
  func.call @frees(%B) : (memref<?xi8>) -> ()
  func.return
}

func.func @frees(%p: memref<?xi8>) {
  memref.dealloc %p : memref<?xi8>
  func.return
}

// CHECK-LABEL: func.func @through_a_parameter(
// CHECK: %A = memref.alloc{{.*}}not_planned = "freed by memref.dealloc together with memory that is not planned"

// -----

// What frees a buffer and does more cannot go with it.

func.func @reallocated() {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %larger = "memref.realloc"(%A) : (memref<4xi8>) -> memref<8xi8>
  "gpu.dealloc"(%B) {operandSegmentSizes = array<i32: 0, 1>} : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @reallocated(
// CHECK: %A = memref.alloc{{.*}}not_planned = "escapes: freed by memref.realloc"
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: freed by gpu.dealloc"

// -----

// A cast of any kind is the buffer.

func.func @cast_and_freed() {
  %b = memref.alloc() : memref<5xi1>
  %c = builtin.unrealized_conversion_cast %b : memref<5xi1> to memref<?xi8>
  "test.op"(%b) : (memref<5xi1>) -> ()
  memref.dealloc %c : memref<?xi8>
  func.return
}

// CHECK-LABEL: func.func @cast_and_freed(
// CHECK: #usmp.buffer_info<"b", {{.*}}live = {{\[\[}}2, 2]], conflicts = []>
