// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// An access through a view or a cast is an access of the buffer. To make a view is none.

tir.func @views() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<64xi8>
  %B = tir.allocate : memref<4xi8>
  %view = memref.view %A[%c0][] : memref<64xi8> to memref<16xi32>
  %sub = memref.subview %view[4] [8] [1] : memref<16xi32> to memref<8xi32, strided<[1], offset: 4>>
  "test.op"(%B) : (memref<4xi8>) -> ()
  %v = memref.load %sub[%c0] : memref<8xi32, strided<[1], offset: 4>>
}

// CHECK-LABEL: tir.func @views(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 6]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = []>

// -----

tir.func @casts() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<64xi8>
  %B = tir.allocate : memref<4xi8>
  %dynamic = "memref.cast"(%A) : (memref<64xi8>) -> memref<?xi8>
  %shaped = memref.reinterpret_cast %dynamic to offset: [0], sizes: [8, 8], strides: [8, 1] : memref<?xi8> to memref<8x8xi8, strided<[8, 1]>>
  %pointer = builtin.unrealized_conversion_cast %shaped : memref<8x8xi8, strided<[8, 1]>> to !llvm.ptr
  %back = builtin.unrealized_conversion_cast %pointer : !llvm.ptr to memref<64xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
  %v = tir.load %back[%c0] : memref<64xi8>
}

// CHECK-LABEL: tir.func @casts(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[8, 8]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[7, 7]], conflicts = []>

// -----

// A view that is never used keeps nothing alive.

tir.func @unused_view() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<64xi8>
  %view = memref.view %A[%c0][] : memref<64xi8> to memref<16xi32>
}

// CHECK-LABEL: tir.func @unused_view(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [], conflicts = []>

// -----

// What is selected may be either.

tir.func @selected(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  %one = arith.select %condition, %A, %B : memref<4xi8>
  "test.op"(%C) : (memref<4xi8>) -> ()
  "test.op"(%one) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @selected(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 6]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 6]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[5, 5]], conflicts = ["A"]>

// -----

// A view made in front of a loop and used in it: the loop contains the access.

tir.func @view_in_loop() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<64xi8>
  %view = memref.view %A[%c0][] : memref<64xi8> to memref<16xi32>
  tir.for %i = 0 to 16 {
    %v = tir.load %view[%i] : memref<16xi32>
    "test.op"() : () -> ()
  }
}

// CHECK-LABEL: tir.func @view_in_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 6]], conflicts = []>

// -----

// A view passed to a function: the callee's accesses are accesses of the buffer.

tir.func @view_passed() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<64xi8>
  %view = memref.view %A[%c0][] : memref<64xi8> to memref<16xi32>
  tir.call_extern @read(%view) : (memref<16xi32>) -> ()
}

tir.func @read(%data: memref<16xi32>) {
  %c0 = arith.constant 0 : index
  %v = tir.load %data[%c0] : memref<16xi32>
}

// CHECK-LABEL: tir.func @view_passed(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 5]], conflicts = []>
// CHECK-LABEL: tir.func @read(
