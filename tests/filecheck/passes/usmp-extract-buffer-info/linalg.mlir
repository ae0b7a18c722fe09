// RUN: usmp-opt %s -p usmp-extract-buffer-info --allow-unregistered-dialect --split-input-file | filecheck %s

// An operation of linalg accesses each of its operands once, all during its region, whose
// operations have program points like any other: those of a named operation, too, which has its
// region without saying so.

func.func @network(%x: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %A = memref.alloc() : memref<4x4xf32>
  %B = memref.alloc() : memref<4x4xf32>
  %C = memref.alloc() : memref<4x4xf32>
  linalg.fill ins(%zero : f32) outs(%A : memref<4x4xf32>)
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%A : memref<4x4xf32>) outs(%B : memref<4x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %sum = arith.addf %a, %b : f32
    linalg.yield %sum : f32
  }
  linalg.matmul ins(%B, %B : memref<4x4xf32>, memref<4x4xf32>) outs(%C : memref<4x4xf32>)
  linalg.copy ins(%C : memref<4x4xf32>) outs(%x : memref<4x4xf32>)
  func.return
}

// The points: constant and allocations 0 to 3, fill 4 (yield 5), generic 6 (7, 8), matmul 9 (a
// product, a sum, yield: 10 to 12), copy 13 (yield 14).

// CHECK-LABEL: func.func @network({{.*}}usmp.memory_pressure = 128 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 128, live = [[4, 8]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 192, live = [[6, 12]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}traffic_bytes = 128, live = [[9, 14]], conflicts = ["B"]>

// -----

// In a loop, an operation moves its operands as often as the loop runs.

func.func @in_loop() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f32
  %A = memref.alloc() : memref<4xf32>
  scf.for %i = %c0 to %c3 step %c1 {
    %B = memref.alloc() : memref<4xf32>
    linalg.fill ins(%zero : f32) outs(%B : memref<4xf32>)
    linalg.copy ins(%B : memref<4xf32>) outs(%A : memref<4xf32>)
  }
  func.return
}

// CHECK-LABEL: func.func @in_loop(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 48, live = [[5, 11]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 96, live = [[7, 10]], conflicts = ["A"]>

// -----

// A region may look into other buffers: they are needed for every element. What it allocates is
// there for several elements at once.

func.func @captured(%x: memref<4xi32>) {
  %A = memref.alloc() : memref<4xi32>
  %B = memref.alloc() : memref<4xi32>
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%x : memref<4xi32>) {
  ^bb0(%old: i32):
    %i = linalg.index 0 : index
    %C = memref.alloc() : memref<4xi32>
    memref.store %old, %A[%i] : memref<4xi32>
    %a = memref.load %A[%i] : memref<4xi32>
    memref.store %a, %B[%i] : memref<4xi32>
    %b = memref.load %B[%i] : memref<4xi32>
    linalg.yield %b : i32
  }
  func.return
}

// CHECK-LABEL: func.func @captured(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 9]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[2, 9]], conflicts = ["A"]>
// CHECK: %C = {{.*}}not_planned = "allocated under a concurrent loop

// -----

// The operations that xDSL does not have are known by their dialect.

func.func @not_registered() {
  %A = memref.alloc() : memref<1x4x4x2xf32>
  %K = memref.alloc() : memref<2x2x2xf32>
  %B = memref.alloc() : memref<1x3x3x2xf32>
  %C = memref.alloc() : memref<4xf32>
  "linalg.depthwise_conv_2d_nhwc_hwc"(%A, %K, %B) <{operandSegmentSizes = array<i32: 2, 1>}> ({
  ^bb0(%a: f32, %k: f32, %b: f32):
    %product = arith.mulf %a, %k : f32
    %sum = arith.addf %b, %product : f32
    linalg.yield %sum : f32
  }) : (memref<1x4x4x2xf32>, memref<2x2x2xf32>, memref<1x3x3x2xf32>) -> ()
  "linalg.softmax"(%B, %B) <{dimension = 3 : i64}> : (memref<1x3x3x2xf32>, memref<1x3x3x2xf32>) -> ()
  "test.op"(%C) : (memref<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @not_registered(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 128, live = [[4, 7]], conflicts = ["K", "B"]>
// CHECK: #usmp.buffer_info<"K", {{.*}}traffic_bytes = 32, live = [[4, 7]], conflicts = ["A", "B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 216, live = [[4, 8]], conflicts = ["A", "K"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[9, 9]], conflicts = []>

// -----

// A tensor that stands for a buffer keeps it alive, and so does what is computed from it in place.

func.func @tensors(%x: memref<4xf32>) {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %tensor = bufferization.to_tensor %A restrict writable : memref<4xf32> to tensor<4xf32>
  %doubled = linalg.add ins(%tensor, %tensor : tensor<4xf32>, tensor<4xf32>) outs(%tensor : tensor<4xf32>) -> tensor<4xf32>
  "test.op"(%B) : (memref<4xf32>) -> ()
  %v = tensor.extract %doubled[%c0] : tensor<4xf32>
  func.return
}

// CHECK-LABEL: func.func @tensors(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 8]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[7, 7]], conflicts = ["A"]>
