// RUN: xdsl-opt %s -p tir-expand-q-multiply-shift | filecheck %s

// Shifted to the right by q and -s together.
tir.func @right_shift(%x: i32, %y: i32) -> i32 {
  %scaled = tir.q_multiply_shift %x, %y {q = 31, s = -9} : i32
  tir.return %scaled : i32
}

// CHECK:       tir.func @right_shift(%x: i32, %y: i32) -> (i32) {
// CHECK-NEXT:    %scaled = arith.extsi %x : i32 to i64
// CHECK-NEXT:    %scaled_1 = arith.extsi %y : i32 to i64
// CHECK-NEXT:    %scaled_2 = arith.muli %scaled, %scaled_1 : i64
// CHECK-NEXT:    %scaled_3 = arith.constant 549755813888 : i64
// CHECK-NEXT:    %scaled_4 = arith.addi %scaled_2, %scaled_3 : i64
// CHECK-NEXT:    %scaled_5 = arith.constant 40 : i64
// CHECK-NEXT:    %scaled_6 = arith.shrsi %scaled_4, %scaled_5 : i64
// CHECK-NEXT:    %scaled_7 = arith.trunci %scaled_6 : i64 to i32
// CHECK-NEXT:    tir.return %scaled_7 : i32
// CHECK-NEXT:  }

tir.func @left_shift(%x: i32, %y: i32) -> i32 {
  %scaled = tir.q_multiply_shift %x, %y {q = 31, s = 3} : i32
  tir.return %scaled : i32
}

// CHECK-NEXT:  tir.func @left_shift(%x: i32, %y: i32) -> (i32) {
// CHECK-NEXT:    %scaled = arith.extsi %x : i32 to i64
// CHECK-NEXT:    %scaled_1 = arith.extsi %y : i32 to i64
// CHECK-NEXT:    %scaled_2 = arith.constant 3 : i64
// CHECK-NEXT:    %scaled_3 = arith.shli %scaled, %scaled_2 : i64
// CHECK-NEXT:    %scaled_4 = arith.muli %scaled_3, %scaled_1 : i64
// CHECK-NEXT:    %scaled_5 = arith.constant 1073741824 : i64
// CHECK-NEXT:    %scaled_6 = arith.addi %scaled_4, %scaled_5 : i64
// CHECK-NEXT:    %scaled_7 = arith.constant 31 : i64
// CHECK-NEXT:    %scaled_8 = arith.shrsi %scaled_6, %scaled_7 : i64
// CHECK-NEXT:    %scaled_9 = arith.trunci %scaled_8 : i64 to i32
// CHECK-NEXT:    tir.return %scaled_9 : i32
// CHECK-NEXT:  }

// Without a shift to the right there is nothing to round.
tir.func @no_right_shift(%x: i32, %y: i32) -> (i32, i32) {
  %product = tir.q_multiply_shift %x, %y {q = 0, s = 0} : i32
  %shifted = tir.q_multiply_shift %x, %y {q = 0, s = 1} : i32
  tir.return %product, %shifted : i32, i32
}

// CHECK-NEXT:  tir.func @no_right_shift(%x: i32, %y: i32) -> (i32, i32) {
// CHECK-NEXT:    %product = arith.extsi %x : i32 to i64
// CHECK-NEXT:    %product_1 = arith.extsi %y : i32 to i64
// CHECK-NEXT:    %product_2 = arith.muli %product, %product_1 : i64
// CHECK-NEXT:    %product_3 = arith.trunci %product_2 : i64 to i32
// CHECK-NEXT:    %shifted = arith.extsi %x : i32 to i64
// CHECK-NEXT:    %shifted_1 = arith.extsi %y : i32 to i64
// CHECK-NEXT:    %shifted_2 = arith.constant 1 : i64
// CHECK-NEXT:    %shifted_3 = arith.shli %shifted, %shifted_2 : i64
// CHECK-NEXT:    %shifted_4 = arith.muli %shifted_3, %shifted_1 : i64
// CHECK-NEXT:    %shifted_5 = arith.trunci %shifted_4 : i64 to i32
// CHECK-NEXT:    tir.return %product_3, %shifted_5 : i32, i32
// CHECK-NEXT:  }

// In nested regions, one feeding the other.
tir.func @nested(%a: memref<4xi32>, %y: i32) {
  tir.for %i = 0 to 4 {
    %x = tir.load %a[%i] : memref<4xi32>
    %once = tir.q_multiply_shift %x, %y {q = 0, s = 0} : i32
    %twice = tir.q_multiply_shift %once, %y {q = 0, s = 0} : i32
    tir.store %twice, %a[%i] : memref<4xi32>
  }
}

// CHECK:         %once_1 = arith.extsi %y : i32 to i64
// CHECK-NEXT:    %once_2 = arith.muli %once, %once_1 : i64
// CHECK-NEXT:    %once_3 = arith.trunci %once_2 : i64 to i32
// CHECK-NEXT:    %twice = arith.extsi %once_3 : i32 to i64
// CHECK:         tir.store %twice_3, %a[%i] : memref<4xi32>
