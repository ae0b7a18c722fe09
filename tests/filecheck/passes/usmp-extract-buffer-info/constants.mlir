// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A constant holds its data before the program starts, so that it is live during the whole run and
// conflicts with all that is ever live. It does not count for the memory pressure.

tir.func @main() attributes {runner_function} {
  %A = tir.allocate : memref<1xi8>
  %unused = tir.allocate : memref<2xi8>
  %K = tir.allocate_const "K" dense<[1, 2, 3, 4]> : memref<4xi8>
  "test.op"(%A) : (memref<1xi8>) -> ()
  tir.call_extern @f(%K) : (memref<4xi8>) -> ()
}

tir.func @f(%data: memref<4xi8>) {
  %L = tir.allocate_const dense<0.5> : memref<2xf32>
  %S = tir.allocate : memref<16xi8>
  "test.op"(%S) : (memref<16xi8>) -> ()
}

tir.func @not_reached() {
  tir.call_extern @main() : () -> ()
}

// CHECK-LABEL: tir.func @main({{.*}}usmp.memory_pressure = 16 : i64
// CHECK: #usmp.buffer_info<"A", size_bytes = 1, {{.*}}live = [[3, 3]], conflicts = ["K", "L"]>
// CHECK: #usmp.buffer_info<"unused", size_bytes = 2, {{.*}}live = [], conflicts = []>
// CHECK: #usmp.buffer_info<"K", size_bytes = 4, {{.*}}live = [[0, 9]], conflicts = ["A", "L", "S"]>
// CHECK-LABEL: tir.func @f(
// CHECK: #usmp.buffer_info<"L", size_bytes = 8, {{.*}}live = [[0, 9]], conflicts = ["A", "K", "S"]>
// CHECK: #usmp.buffer_info<"S", size_bytes = 16, {{.*}}live = [[7, 7]], conflicts = ["K", "L"]>
// CHECK-LABEL: tir.func @not_reached(

// -----

// Several entries are one run.

tir.func @first() {
  %K = tir.allocate_const dense<1> : memref<4xi8>
  "test.op"(%K) : (memref<4xi8>) -> ()
}

tir.func @second() {
  %A = tir.allocate : memref<1xi8>
  "test.op"(%A) : (memref<1xi8>) -> ()
}

// CHECK-LABEL: tir.func @first({{.*}}usmp.memory_pressure = 0 : i64
// CHECK: #usmp.buffer_info<"K", {{.*}}live = [[0, 5]], conflicts = ["A"]>
// CHECK-LABEL: tir.func @second({{.*}}usmp.memory_pressure = 1 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 4]], conflicts = ["K"]>
