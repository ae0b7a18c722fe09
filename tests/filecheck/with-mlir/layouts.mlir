// REQUIRES: mlir-opt, mlir-runner
// RUN: usmp-opt %s -p unified-static-memory-planner,usmp-verify-plan,lower-tir | %mlir-opt-to-llvm | filecheck %s --check-prefix=LLVM
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals"},usmp-verify-plan,lower-tir' | %mlir-opt-to-llvm | %mlir-runner -e main --entry-point-result=i32 | filecheck %s

// Buffers whose elements have gaps between them, an offset in front of them or another order are
// planned, lowered by upstream and executed. Unplanned, upstream lowers no allocation with a layout.

// LLVM-LABEL: llvm.func @main(
// LLVM-NOT:     {{(unrealized|memref\.|scf\.|affine\.)}}

// With C[i, j] = 3 * (10 * i + j) for 4 rows of 8, the sum of (i + 1) * C[i, j]: three times
// 28 + 2 * 108 + 3 * 188 + 4 * 268.
// CHECK: 5640

func.func @main() -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %c10 = arith.constant 10 : index
  %zero = arith.constant 0 : i32
  %two = arith.constant 2 : i32
  %A = memref.alloc() : memref<4x8xi32, strided<[16, 1], offset: 5>>
  %B = memref.alloc() : memref<4x8xi32, strided<[1, 4]>>
  %C = memref.alloc() : memref<4x8xi32, affine_map<(d0, d1) -> (d0 * 9 + d1 + 1)>>
  %sum = memref.alloca() : memref<i32, strided<[], offset: 3>>
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %tens = arith.muli %i, %c10 : index
      %number = arith.addi %tens, %j : index
      %v = arith.index_cast %number : index to i32
      memref.store %v, %A[%i, %j] : memref<4x8xi32, strided<[16, 1], offset: 5>>
    }
  }
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %v = memref.load %A[%i, %j] : memref<4x8xi32, strided<[16, 1], offset: 5>>
      %w = arith.muli %v, %two : i32
      memref.store %w, %B[%i, %j] : memref<4x8xi32, strided<[1, 4]>>
    }
  }
  scf.for %i = %c0 to %c4 step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %v = memref.load %A[%i, %j] : memref<4x8xi32, strided<[16, 1], offset: 5>>
      %w = memref.load %B[%i, %j] : memref<4x8xi32, strided<[1, 4]>>
      %s = arith.addi %v, %w : i32
      memref.store %s, %C[%i, %j] : memref<4x8xi32, affine_map<(d0, d1) -> (d0 * 9 + d1 + 1)>>
    }
  }
  memref.store %zero, %sum[] : memref<i32, strided<[], offset: 3>>
  scf.for %i = %c0 to %c4 step %c1 {
    %next = arith.addi %i, %c1 : index
    %weight = arith.index_cast %next : index to i32
    scf.for %j = %c0 to %c8 step %c1 {
      %v = memref.load %C[%i, %j] : memref<4x8xi32, affine_map<(d0, d1) -> (d0 * 9 + d1 + 1)>>
      %w = arith.muli %v, %weight : i32
      %s = memref.load %sum[] : memref<i32, strided<[], offset: 3>>
      %t = arith.addi %s, %w : i32
      memref.store %t, %sum[] : memref<i32, strided<[], offset: 3>>
    }
  }
  %result = memref.load %sum[] : memref<i32, strided<[], offset: 3>>
  func.return %result : i32
}
