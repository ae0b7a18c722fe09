// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | usmp-opt -p usmp-extract-buffer-info --split-input-file | filecheck %s
// RUN: usmp-opt %s --print-op-generic --split-input-file | usmp-opt -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A buffer is called by the string it is given, else by its SSA name, else by its function.

tir.func @f() {
  %value = tir.allocate "sid_9" : memref<4xi8>
  %hint = tir.allocate : memref<4xi8>
  %0 = tir.allocate : memref<4xi8>
  %alloc = memref.alloc() : memref<4xi8>
}

// CHECK-LABEL: tir.func @f(
// CHECK: #usmp.buffer_info<"sid_9",
// CHECK: #usmp.buffer_info<"hint",
// CHECK: #usmp.buffer_info<"f",
// CHECK: #usmp.buffer_info<"alloc",

// -----

// A name that is not unique gets a number, in program order, past all that is taken. What is written
// out keeps its name before what is not.

tir.func @collisions() {
  %buffer = tir.allocate : memref<4xi8>
  %a = tir.allocate "buffer" : memref<4xi8>
  %b = tir.allocate "buffer_1" : memref<4xi8>
  %c = tir.allocate "buffer" : memref<4xi8>
  tir.call_extern @g() : () -> ()
}

tir.func @g() {
  %buffer = tir.allocate : memref<4xi8>
  %buffer_1 = tir.allocate : memref<4xi8>
  %0 = tir.allocate : memref<4xi8>
  %1 = tir.allocate : memref<4xi8>
  %2 = tir.allocate "g_1" : memref<4xi8>
}

// CHECK-LABEL: tir.func @collisions(
// CHECK: #usmp.buffer_info<"buffer_2",
// CHECK: #usmp.buffer_info<"buffer",
// CHECK: #usmp.buffer_info<"buffer_1",
// CHECK: #usmp.buffer_info<"buffer_3",
// CHECK-LABEL: tir.func @g(
// CHECK: #usmp.buffer_info<"buffer_4",
// CHECK: #usmp.buffer_info<"buffer_5",
// CHECK: #usmp.buffer_info<"g",
// CHECK: #usmp.buffer_info<"g_2",
// CHECK: #usmp.buffer_info<"g_1",

// -----

// Buffers that are not planned have names too, so that a name does not depend on what is planned.

tir.func @h(%n: index) {
  %a = tir.allocate(%n) : memref<?xi8>
  %b = tir.allocate "a" : memref<?xi8>
  %c = tir.allocate "a" : memref<4xi8>
}

// CHECK-LABEL: tir.func @h(
// CHECK: #usmp.buffer_info<"a_2",

// -----

// Any string will do.

tir.func @"odd name"() {
  %a = tir.allocate "with \22quotes\22, back\\slash" : memref<4xi8>
  %0 = tir.allocate : memref<4xi8>
  "test.op"(%a, %0) : (memref<4xi8>, memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @"odd name"(
// CHECK: #usmp.buffer_info<"with \22quotes\22, back\\slash", {{.*}}conflicts = ["odd name"]>
// CHECK: #usmp.buffer_info<"odd name", {{.*}}conflicts = ["with \22quotes\22, back\\slash"]>
