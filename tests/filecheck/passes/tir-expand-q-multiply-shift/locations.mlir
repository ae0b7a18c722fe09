// RUN: usmp-opt %s -p tir-expand-q-multiply-shift --print-debuginfo | filecheck %s

// Every operation of the expansion is where the original was.
tir.func @f(%x: i32, %y: i32) {
  %scaled = tir.q_multiply_shift %x, %y {q = 31, s = 3} : i32
}

// CHECK:          tir.func @f(
// CHECK-COUNT-10: loc("{{.*}}locations.mlir":5:3)
// CHECK-NEXT:     } loc("{{.*}}locations.mlir":4:1)
