// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A call enters the callee in place: each has buffers and points of its own. A result is an alias
// of the parameter that it may be.

func.func @main(%x: memref<4xf32>) {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %C = memref.alloc() : memref<4xf32>
  func.call @layer(%x, %A) : (memref<4xf32>, memref<4xf32>) -> ()
  func.call @layer(%A, %B) : (memref<4xf32>, memref<4xf32>) -> ()
  %same, %other = func.call @pass_on(%B, %C) : (memref<4xf32>, memref<4xf32>) -> (memref<4xf32>, memref<4xf32>)
  "test.op"(%same) : (memref<4xf32>) -> ()
  "test.op"(%other) : (memref<4xf32>) -> ()
  func.return
}

func.func private @layer(%in: memref<4xf32>, %out: memref<4xf32>) {
  %scratch = memref.alloca() : memref<4xf32>
  "memref.copy"(%in, %scratch) : (memref<4xf32>, memref<4xf32>) -> ()
  "memref.copy"(%scratch, %out) : (memref<4xf32>, memref<4xf32>) -> ()
  func.return
}

func.func private @pass_on(%a: memref<4xf32>, %b: memref<4xf32>) -> (memref<4xf32>, memref<4xf32>) {
  func.return %a, %b : memref<4xf32>, memref<4xf32>
}

// The points: 0 to 2, call 3 (4 to 7), call 8 (9 to 12), call 13 (14), uses 15 and 16.

// CHECK-LABEL: func.func @main(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 32, live = [[6, 10]], conflicts = ["scratch"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[11, 15]], conflicts = ["scratch"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[16, 16]], conflicts = []>
// CHECK-LABEL: func.func private @layer(
// CHECK: #usmp.buffer_info<"scratch", {{.*}}live = [[5, 6], [10, 11]], conflicts = ["A", "B"]>

// -----

// A function that is only declared accesses what it is given. What is returned to nobody knows whom
// is not planned.

func.func private @outside(memref<4xf32>) -> memref<4xf32>

func.func @main() -> memref<4xf32> {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %C = memref.alloc() : memref<4xf32>
  %result = func.call @outside(%A) : (memref<4xf32>) -> memref<4xf32>
  "test.op"(%B) : (memref<4xf32>) -> ()
  "test.op"(%result) : (memref<4xf32>) -> ()
  func.return %C : memref<4xf32>
}

// CHECK-LABEL: func.func @main(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 5]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = ["A"]>
// CHECK: %C = {{.*}}not_planned = "escapes: returned by @main"
