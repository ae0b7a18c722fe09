// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{threads=3}' --split-input-file --allow-unregistered-dialect | filecheck %s

// With threads=3 a buffer that is allocated under a concurrent loop has three slices, the last of
// them not padded: 2 * 16 + 10 bytes. It is live from the start of the loop to its end, so that it
// conflicts with the other buffers of iterations, though one iteration uses one after the other.

tir.func @main(%out: memref<4xi8>) {
  %before = tir.allocate : memref<8xi8>
  "test.op"(%before) : (memref<8xi8>) -> ()
  tir.for parallel %i = 0 to 4 {
    %A = tir.allocate : memref<10xi8>
    "test.op"(%A) : (memref<10xi8>) -> ()
    %B = tir.allocate : memref<16xi8>
    "test.op"(%B) : (memref<16xi8>) -> ()
  }
  %after = tir.allocate : memref<8xi8>
  "test.op"(%after) : (memref<8xi8>) -> ()
}

// CHECK:       tir.func @main
// CHECK-SAME:    usmp.memory_pressure = 90 : i64
// CHECK:       <"before", size_bytes = 8, alignment = 16, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}1, 1]], conflicts = []>
// CHECK:       <"A", size_bytes = 42, alignment = 16, slices = 3, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}2, 7]], conflicts = ["B"]>
// CHECK:       <"B", size_bytes = 48, alignment = 16, slices = 3, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}2, 7]], conflicts = ["A"]>
// CHECK:       <"after", size_bytes = 8, alignment = 16, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}9, 9]], conflicts = []>

// -----

// Through calls: a function that is called under a concurrent loop and outside of one has slices
// everywhere. Under the loop, it is live during all of it; elsewhere, in each activation as long as
// it always is. What the caller keeps meanwhile conflicts with it.

tir.func @main() {
  %A = tir.allocate : memref<16xi8>
  tir.call_extern @f(%A) : (memref<16xi8>) -> ()
  %B = tir.allocate : memref<16xi8>
  "test.op"(%B) : (memref<16xi8>) -> ()
  tir.for vectorized %i = 0 to 4 {
    tir.for %j = 0 to 2 {
      tir.call_extern @f(%B) : (memref<16xi8>) -> ()
    }
    %C = tir.allocate : memref<16xi8>
    "test.op"(%C) : (memref<16xi8>) -> ()
  }
}

tir.func @f(%x: memref<16xi8>) {
  "test.op"(%x) : (memref<16xi8>) -> ()
  tir.call_extern @g() : () -> ()
}

tir.func @g() {
  %S = tir.allocate : memref<16xi8>
  "test.op"(%S) : (memref<16xi8>) -> ()
}

// CHECK:       tir.func @main
// CHECK:       <"A", size_bytes = 16, alignment = 16, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}2, 2]], conflicts = []>
// CHECK:       <"B", size_bytes = 16, alignment = 16, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}9, 22]], conflicts = ["C", "S"]>
// CHECK:       <"C", size_bytes = 48, alignment = 16, slices = 3, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}10, 22]], conflicts = ["B", "S"]>
// CHECK:       <"S", size_bytes = 48, alignment = 16, slices = 3, traffic_bytes = {{[0-9]+}}, live = {{\[\[5, 5\], \[10, 22\]\]}}, conflicts = ["B", "C"]>

// -----

// Of nested concurrent loops, in one function or several, the outermost counts.

tir.func @main() {
  tir.for %k = 0 to 2 {
    tir.for thread_binding("threadIdx.x") %i = 0 to 4 {
      tir.call_extern @f() : () -> ()
      "test.op"() : () -> ()
    }
  }
}

tir.func @f() {
  tir.for parallel %i = 0 to 4 {
    %S = tir.allocate : memref<16xi8>
    "test.op"(%S) : (memref<16xi8>) -> ()
  }
}

// CHECK:       tir.func @f
// CHECK:       <"S", size_bytes = 48, alignment = 16, slices = 3, traffic_bytes = {{[0-9]+}}, live = {{\[\[}}1, 9]], conflicts = []>

// -----

// What no plan may place for another reason is not planned, nor what is reached by regions that may
// go on running after their operation.

tir.func @main() {
  tir.for parallel %i = 0 to 4 {
    %E = tir.allocate : memref<16xi8>
    %p = "memref.extract_aligned_pointer_as_index"(%E) : (memref<16xi8>) -> index
  }
  "async.execute"() ({
    tir.call_extern @f() : () -> ()
  }) : () -> ()
}

tir.func @f() {
  %S = tir.allocate : memref<16xi8>
  "test.op"(%S) : (memref<16xi8>) -> ()
}

// CHECK:       tir.func @main
// CHECK:       %E = tir.allocate {not_planned = "escapes:
// CHECK:       tir.func @f
// CHECK:       %S = tir.allocate {not_planned = "allocated under a concurrent loop: async.execute in @main"}
