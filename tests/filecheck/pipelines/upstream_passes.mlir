// RUN: usmp-opt %s -p unified-static-memory-planner | filecheck %s
// RUN: usmp-opt %s -p canonicalize,cse,dce,unified-static-memory-planner | filecheck %s
// RUN: usmp-opt %s -p convert-linalg-to-loops,unified-static-memory-planner | filecheck %s
// RUN: usmp-opt %s -p convert-linalg-to-loops,lower-affine,convert-scf-to-cf,unified-static-memory-planner | filecheck %s
// RUN: usmp-opt %s -p unified-static-memory-planner,convert-linalg-to-loops,lower-affine,convert-scf-to-cf,canonicalize,cse,dce | filecheck %s
// RUN: xdsl-opt %s -p loop-hoist-memref,unified-static-memory-planner,dce | filecheck %s

// Bufferized code goes through the planner before it is lowered to loops and blocks or after that,
// and takes the same memory: two tensors of 256 bytes at once, or one and a row of 32 bytes.

func.func @network(%input: memref<8x8xf32>, %output: memref<8x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<8x8xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<8x8xf32>)
  linalg.matmul ins(%input, %input : memref<8x8xf32>, memref<8x8xf32>) outs(%a : memref<8x8xf32>)
  %b = memref.alloc() : memref<8x8xf32>
  linalg.add ins(%a, %input : memref<8x8xf32>, memref<8x8xf32>) outs(%b : memref<8x8xf32>)
  affine.for %i = 0 to 8 {
    affine.for %j = 0 to 8 {
      %row = memref.alloc() : memref<8xf32>
      %v = memref.load %b[%i, %j] : memref<8x8xf32>
      memref.store %v, %row[%j] : memref<8xf32>
      %w = memref.load %row[%j] : memref<8xf32>
      memref.store %w, %output[%i, %j] : memref<8x8xf32>
    }
  }
  func.return
}

// CHECK-DAG: usmp.pool @global_workspace {{.*}}allocated_size = 512 : i64
// CHECK-DAG: func.func @network({{.*}}%global_workspace{{.*}}: memref<512xi8>
// CHECK-NOT: memref.alloc
