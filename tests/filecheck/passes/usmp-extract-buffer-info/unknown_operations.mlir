// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file --allow-unregistered-dialect | filecheck %s

// An operation that nobody has described accesses all its buffer operands, and nothing of what it
// returns is known: a result may be an alias of any of them.

tir.func @without_regions() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %alias = "unknown.op"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> memref<4xi8>
  "unknown.op"(%C) : (memref<4xi8>) -> ()
  "unknown.op"(%alias) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @without_regions(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 5]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 5]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[4, 4]], conflicts = ["A", "B"]>

// -----

// A result of any type but a number may stand for the buffer.

tir.func @opaque_results() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %handle = "unknown.op"(%A) : (memref<4xi8>) -> !unknown.handle
  %number = "unknown.op"(%B) : (memref<4xi8>) -> i32
  "unknown.op"(%C) : (memref<4xi8>) -> ()
  "unknown.op"(%handle, %number) : (!unknown.handle, i32) -> ()
}

// CHECK-LABEL: tir.func @opaque_results(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 6]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[5, 5]], conflicts = ["A"]>

// -----

// A registered operation without memory effects accesses nothing: it makes an alias only.

tir.func @without_effects() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %alias = "test.pureop"(%A) : (memref<4xi8>) -> memref<4xi8>
  "unknown.op"(%B) : (memref<4xi8>) -> ()
  "unknown.op"(%alias) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @without_effects(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 4]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 3]], conflicts = []>

// -----

// The regions of an unknown operation may run again and again, so that they are a loop; its operands
// may be accessed at any time meanwhile.

tir.func @regions_are_a_loop() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  "unknown.op"(%A) ({
    "unknown.op"() : () -> ()
    "unknown.op"(%B) : (memref<4xi8>) -> ()
    %C = tir.allocate : memref<4xi8>
    "unknown.op"(%C) : (memref<4xi8>) -> ()
    "unknown.op"() : () -> ()
  }) : (memref<4xi8>) -> ()
  "unknown.op"() : () -> ()
}

// CHECK-LABEL: tir.func @regions_are_a_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 7]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[2, 7]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[6, 6]], conflicts = ["A", "B"]>

// -----

// An argument of its regions may be an alias of any operand, and of what a region ends with.

tir.func @block_arguments() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %result = "unknown.op"(%A) ({
  ^bb0(%argument: memref<4xi8>):
    "unknown.op"(%argument) : (memref<4xi8>) -> ()
    "unknown.yield"(%B) : (memref<4xi8>) -> ()
  }) : (memref<4xi8>) -> memref<4xi8>
  "unknown.op"(%C) : (memref<4xi8>) -> ()
  "unknown.op"(%result) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @block_arguments(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 7]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 7]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[6, 6]], conflicts = ["A", "B"]>

// -----

// A buffer that is allocated inside and yielded may be needed when the region runs again.

tir.func @yields_its_own() {
  %result = "unknown.op"() ({
    %A = tir.allocate : memref<4xi8>
    "unknown.yield"(%A) : (memref<4xi8>) -> ()
  }) : () -> memref<4xi8>
  "unknown.op"(%result) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @yields_its_own(
// CHECK: %A = tir.allocate{{.*}}not_planned = "escapes: passed on from one iteration of unknown.op to the next"
