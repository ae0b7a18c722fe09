// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{conflicts=false}' | filecheck %s

// Conflicts may be left out: the live ranges say the same, one range for each activation.

tir.func @main() {
  %A = tir.allocate : memref<4xi8>
  %K = tir.allocate_const dense<1> : memref<4xi8>
  %unused = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.call_extern @f() : () -> ()
  tir.call_extern @f() : () -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
}

tir.func @f() {
  %S = tir.allocate : memref<4xi8>
  "test.op"(%S) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @main() attributes {usmp.memory_pressure = 8 : i64}
// CHECK: #usmp.buffer_info<"A", size_bytes = 4, alignment = 16, traffic_bytes = 8, live = [[3, 12]]>
// CHECK: #usmp.buffer_info<"K", size_bytes = 4, alignment = 16, traffic_bytes = 0, live = [[0, 13]]>
// CHECK: #usmp.buffer_info<"unused", size_bytes = 4, alignment = 16, traffic_bytes = 0, live = []>
// CHECK-LABEL: tir.func @f(
// CHECK: #usmp.buffer_info<"S", size_bytes = 4, alignment = 16, traffic_bytes = 8, live = {{\[}}[6, 6], [10, 10]]>
