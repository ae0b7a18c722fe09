// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// Operations of any dialects work on the same buffers: a network in tir whose operators are written
// in what else there is.

tir.func @main(%input: memref<16xf32>, %output: memref<16xf32>) attributes {runner_function} {
  %activation = tir.allocate "activation_1" : memref<16xf32>
  %other = tir.allocate "activation_2" : memref<16xf32>
  tir.call_extern @scale(%input, %activation) : (memref<16xf32>, memref<16xf32>) -> ()
  tir.call_extern @norm(%activation, %other) : (memref<16xf32>, memref<16xf32>) -> ()
  tir.call_extern @scale(%other, %output) : (memref<16xf32>, memref<16xf32>) -> ()
}

func.func @scale(%in: memref<16xf32>, %out: memref<16xf32>) {
  %tile = memref.alloc() : memref<4xf32>
  affine.for %i = 0 to 16 step 4 {
    %from = memref.subview %in[%i] [4] [1] : memref<16xf32> to memref<4xf32, strided<[1], offset: ?>>
    %to = memref.subview %out[%i] [4] [1] : memref<16xf32> to memref<4xf32, strided<[1], offset: ?>>
    linalg.copy ins(%from : memref<4xf32, strided<[1], offset: ?>>) outs(%tile : memref<4xf32>)
    "memref.copy"(%tile, %to) : (memref<4xf32>, memref<4xf32, strided<[1], offset: ?>>) -> ()
  }
  func.return
}

func.func @norm(%in: memref<16xf32>, %out: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  %sum = memref.alloca() : memref<f32>
  linalg.fill ins(%zero : f32) outs(%sum : memref<f32>)
  scf.for %i = %c0 to %c16 step %c1 {
    %v = memref.load %in[%i] : memref<16xf32>
    %s = memref.load %sum[] : memref<f32>
    %t = arith.addf %s, %v : f32
    memref.store %t, %sum[] : memref<f32>
  }
  %total = memref.load %sum[] : memref<f32>
  linalg.fill ins(%total : f32) outs(%out : memref<16xf32>)
  func.return
}

// The points: 0 and 1; call 2 of @scale, 3 to 11; call 12 of @norm, 13 to 29; call 30 of @scale, 31
// to 39. In @scale, the loop is from 1 to 7: views 2 and 3, copies 4 (5) and 6, its end 7; the
// return is 8. In @norm, fill is 5 (6), the loop 7 to 12, the load 13, fill 14 (15), the return 16.

// CHECK-LABEL: tir.func @main(
// CHECK: #usmp.buffer_info<"activation_1", {{.*}}live = [[4, 25]], conflicts = ["tile", "sum"]>
// CHECK: #usmp.buffer_info<"activation_2", {{.*}}live = [[27, 38]], conflicts = ["tile"]>
// CHECK-LABEL: func.func @scale(
// CHECK: #usmp.buffer_info<"tile", {{.*}}live = [[4, 10], [32, 38]], conflicts = ["activation_1", "activation_2"]>
// CHECK-LABEL: func.func @norm(
// CHECK: #usmp.buffer_info<"sum", {{.*}}live = [[18, 26]], conflicts = ["activation_1"]>
