// RUN: usmp-opt %s -p usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p usmp-extract-buffer-info,usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p usmp-extract-buffer-info -o %t.once.mlir
// RUN: usmp-opt %t.once.mlir -p usmp-extract-buffer-info -o %t.twice.mlir
// RUN: diff %t.once.mlir %t.twice.mlir

// What an earlier run has left behind is replaced, or taken away where it is no longer true.

tir.func @main() attributes {runner_function} {
  %A = tir.allocate {not_planned = "stale"} : memref<4xi8>
  %B = tir.allocate {buffer_info = #usmp.buffer_info<"stale", size_bytes = 1, alignment = 1, live = [], conflicts = ["A"]>} : memref<?xi8>
  %C = tir.allocate {buffer_info = #usmp.buffer_info<"stale", size_bytes = 1, alignment = 1, live = [], conflicts = ["A"]>, note = "kept"} : memref<8xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
}

tir.func @other() attributes {usmp.memory_pressure = 1000 : i64} {
}

// CHECK:      builtin.module {
// CHECK-NEXT:   tir.func @main() attributes {runner_function, usmp.memory_pressure = 4 : i64} {
// CHECK-NEXT:     %A = tir.allocate {buffer_info = #usmp.buffer_info<"A", size_bytes = 4, alignment = 16, traffic_bytes = 4, live = [[3, 3]], conflicts = []>} : memref<4xi8>
// CHECK-NEXT:     %B = tir.allocate {not_planned = "dynamic shape"} : memref<?xi8>
// CHECK-NEXT:     %C = tir.allocate {buffer_info = #usmp.buffer_info<"C", size_bytes = 8, alignment = 16, traffic_bytes = 0, live = [], conflicts = []>, note = "kept"} : memref<8xi8>
// CHECK-NEXT:     "test.op"(%A) : (memref<4xi8>) -> ()
// CHECK-NEXT:   }
// CHECK-NEXT:   tir.func @other() {
// CHECK-NEXT:   }
// CHECK-NEXT: }
