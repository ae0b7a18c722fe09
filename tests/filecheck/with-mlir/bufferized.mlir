// REQUIRES: mlir-opt
// RUN: %mlir-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --mlir-print-op-generic | usmp-opt -p unified-static-memory-planner,lower-tir | %mlir-opt | filecheck %s
// RUN: %mlir-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --buffer-deallocation-pipeline --canonicalize --mlir-print-op-generic | usmp-opt -p unified-static-memory-planner,lower-tir | %mlir-opt | filecheck %s --check-prefix=FREED
// RUN: %mlir-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --buffer-deallocation-pipeline --canonicalize --mlir-print-op-generic | usmp-opt -p unified-static-memory-planner,lower-tir | %mlir-opt --convert-linalg-to-loops --convert-bufferization-to-memref --expand-strided-metadata --lower-affine --convert-scf-to-cf --convert-arith-to-llvm --finalize-memref-to-llvm --convert-func-to-llvm --convert-cf-to-llvm --reconcile-unrealized-casts | filecheck %s --check-prefix=LLVM

// What upstream's bufferization makes of tensors is planned whole: three matrices of 16384 bytes instead of four.

// CHECK:       func.func @network({{.*}}, %[[POOL:.*]]: memref<49152xi8>)
// CHECK-NOT:   memref.alloc
// CHECK:         scf.if
// CHECK-NOT:   memref.alloc
// CHECK:         return

// Upstream's deallocation compares addresses at run time to find out which of two buffers is to be freed. What it looks at
// that closely stays where it is, and is freed as before; the rest is planned.

// FREED:       func.func @network({{.*}}, %[[POOL:.*]]: memref<16384xi8>)
// FREED:         %[[KEPT:.*]] = memref.alloc() {alignment = 64 : i64} : memref<64x64xf32>
// FREED:         scf.if
// FREED:           memref.view %[[POOL]]
// FREED:           memref.alloc() {alignment = 64 : i64} : memref<64x64xf32>
// FREED:         memref.view %[[POOL]]
// FREED:         memref.extract_aligned_pointer_as_index %[[KEPT]]
// FREED:         memref.dealloc %[[KEPT]]
// LLVM:        llvm.func @network(
// LLVM-NOT:    {{(unrealized|memref\.|linalg\.)}}

func.func @network(%input: tensor<64x64xf32>, %weights: tensor<64x64xf32>, %more: i1, %output: tensor<64x64xf32> {bufferization.writable = true}) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<64x64xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<64x64xf32>) -> tensor<64x64xf32>
  %a = linalg.matmul ins(%input, %weights : tensor<64x64xf32>, tensor<64x64xf32>) outs(%f1 : tensor<64x64xf32>) -> tensor<64x64xf32>
  %b = scf.if %more -> (tensor<64x64xf32>) {
    %e2 = tensor.empty() : tensor<64x64xf32>
    %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<64x64xf32>) -> tensor<64x64xf32>
    %m = linalg.matmul ins(%a, %weights : tensor<64x64xf32>, tensor<64x64xf32>) outs(%f2 : tensor<64x64xf32>) -> tensor<64x64xf32>
    scf.yield %m : tensor<64x64xf32>
  } else {
    scf.yield %a : tensor<64x64xf32>
  }
  %e3 = tensor.empty() : tensor<64x64xf32>
  %f3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<64x64xf32>) -> tensor<64x64xf32>
  %c = linalg.matmul ins(%b, %weights : tensor<64x64xf32>, tensor<64x64xf32>) outs(%f3 : tensor<64x64xf32>) -> tensor<64x64xf32>
  %d = linalg.add ins(%c, %c : tensor<64x64xf32>, tensor<64x64xf32>) outs(%output : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}
