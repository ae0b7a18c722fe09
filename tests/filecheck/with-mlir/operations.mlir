// REQUIRES: mlir-opt
// RUN: usmp-opt %s -p lower-tir | %mlir-opt --mlir-print-op-generic | usmp-opt | filecheck %s
// RUN: usmp-opt %s -p lower-tir | %mlir-opt-to-llvm | filecheck %s --check-prefix=LLVM
// RUN: usmp-opt %s -p unified-static-memory-planner,lower-tir | %mlir-opt-to-llvm | filecheck %s --check-prefix=LLVM
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals"},lower-tir' | %mlir-opt-to-llvm | filecheck %s --check-prefix=LLVM

// Upstream reads each operation that tir becomes, and takes all of them to LLVM.

// CHECK-LABEL: func.func @main(
// CHECK:         scf.for
// CHECK:         "scf.parallel"
// LLVM-LABEL: llvm.func @main(
// LLVM-NOT:     {{(unrealized|memref\.|scf\.)}}

usmp.pool @p target_access {c = "rw"} alignment 32
tir.func @operator(%a: memref<32xi8>, %b: memref<?xi32>, %c: memref<2x2xi16>) attributes {tir.noalias} {
  tir.call_extern @bytes(%c) : (memref<2x2xi16>) -> ()
}
tir.func @bytes(%a: memref<?xi8>) {
  tir.call_extern @outside(%a) : (memref<?xi8>) -> ()
}
tir.func @between(%x: memref<16xi16>, %y: memref<?x4xi8>) {
  %a = tir.allocate "A_1" : memref<2x8xi16>
  %k = tir.allocate_const "bias" dense<[1, 2, 3, 4]> : memref<4xi16>
  %t = tir.allocate_const "flags" dense<[true, false]> : memref<2xi1>
  %n = tir.allocate_const "nibbles" dense<[-1, 7]> : memref<2xi4>
  %f = tir.allocate_const "floats" dense<[1.5, -0.0]> : memref<2xf32>
  %w = tir.lookup_param "p1" : memref<4xf32>
  tir.call_extern @operator(%x, %w, %k) : (memref<16xi16>, memref<4xf32>, memref<4xi16>) -> ()
  tir.call_extern @operator(%a, %y, %a) : (memref<2x8xi16>, memref<?x4xi8>, memref<2x8xi16>) -> ()
  tir.call_extern @bytes(%t) : (memref<2xi1>) -> ()
  tir.call_extern @bytes(%n) : (memref<2xi4>) -> ()
  tir.call_extern @keep(%f) : (memref<2xf32>) -> ()
}
tir.func @main(%in: memref<16xi16>, %n: index, %flag: i1) -> i32 attributes {runner_function} {
  %d = tir.allocate(%n) : memref<?xi16>
  %e = tir.allocate(%n) : memref<?x4xi8>
  %m = memref.alloca() : memref<16xi16>
  %part = memref.subview %m[%n] [8] [1] : memref<16xi16> to memref<8xi16, strided<[1], offset: ?>>
  %either = arith.select %flag, %m, %in : memref<16xi16>
  tir.call_extern @between(%in, %e) : (memref<16xi16>, memref<?x4xi8>) -> ()
  tir.call_extern @between(%d, %e) : (memref<?xi16>, memref<?x4xi8>) -> ()
  tir.call_extern @bytes(%part) : (memref<8xi16, strided<[1], offset: ?>>) -> ()
  tir.call_extern @bytes(%either) : (memref<16xi16>) -> ()
  tir.for vectorized %i = 0 to 4 {
    %b = tir.allocate : memref<4xi1>
    tir.store %flag, %b[%i] : memref<4xi1>
    tir.call_extern @bytes(%b) : (memref<4xi1>) -> ()
  }
  tir.for parallel %i = 0 to %n {
    tir.for thread_binding("threadIdx.x") %j = 0 to 4 {
      tir.for unrolled %k = 0 to 3 {
        %x = tir.load %in[%k] : memref<16xi16>
        tir.store %x, %in[%j] : memref<16xi16>
      }
    }
  }
  %c5 = arith.constant 5 : i32
  %z = tir.q_multiply_shift %c5, %c5 {q = 31, s = -9} : i32
  tir.return %z : i32
}
