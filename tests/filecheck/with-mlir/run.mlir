// REQUIRES: mlir-opt, mlir-runner
// RUN: usmp-opt %s -p lower-tir | %mlir-opt-to-llvm | %mlir-runner -e main --entry-point-result=i32 | filecheck %s
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals"},lower-tir' | %mlir-opt-to-llvm | %mlir-runner -e main --entry-point-result=i32 | filecheck %s

// Numbers are written as one type and read as another, in buffers that the planner puts on the same bytes, and
// give the same sum planned and unplanned: 16 numbers 1000 * i + weight[i mod 4] of 16 bits, whose bytes are added.

// The sum of the low and the high bytes of 1000 * i + (1, 2, 3, 4)[i mod 4] for i from 0 to 15.
// CHECK: 2740

tir.func @fill(%out: memref<16xi16>) {
  %weights = tir.lookup_param "weights" : memref<?xi8>
  tir.call_extern @fill_with(%weights, %out) : (memref<?xi8>, memref<16xi16>) -> ()
}

tir.func @lookup_param_weights() -> memref<?xi8> {
  %weights = tir.allocate_const "weights" dense<[1, 0, 2, 0, 3, 0, 4, 0]> : memref<8xi8>
  %address = "memref.cast"(%weights) : (memref<8xi8>) -> memref<?xi8>
  tir.return %address : memref<?xi8>
}

tir.func @fill_with(%weights: memref<4xi16>, %out: memref<4x4xi16>) {
  %c4 = arith.constant 4 : index
  %thousand = arith.constant 1000 : i16
  tir.for parallel %i = 0 to 4 {
    tir.for %j = 0 to 4 {
      %row = arith.muli %i, %c4 : index
      %at = arith.addi %row, %j : index
      %number = arith.index_cast %at : index to i16
      %scaled = arith.muli %number, %thousand : i16
      %weight = tir.load %weights[%j] : memref<4xi16>
      %v = arith.addi %scaled, %weight : i16
      tir.store %v, %out[%i, %j] : memref<4x4xi16>
    }
  }
}

tir.func @copy(%in: memref<32xi8>, %out: memref<32xi8>) {
  %scratch = tir.allocate "scratch" : memref<32xi8>
  tir.for %i = 0 to 32 {
    %v = tir.load %in[%i] : memref<32xi8>
    tir.store %v, %scratch[%i] : memref<32xi8>
  }
  tir.for vectorized %i = 0 to 32 {
    %v = tir.load %scratch[%i] : memref<32xi8>
    tir.store %v, %out[%i] : memref<32xi8>
  }
}

tir.func @main() -> i32 attributes {runner_function} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %a = tir.allocate "a" : memref<16xi16>
  %b = tir.allocate "b" : memref<8xi32>
  %sum = tir.allocate "sum" : memref<1xi32>
  tir.call_extern @fill(%a) : (memref<16xi16>) -> ()
  tir.call_extern @copy(%a, %b) : (memref<16xi16>, memref<8xi32>) -> ()
  tir.store %zero, %sum[%c0] : memref<1xi32>
  %c = tir.allocate "c" : memref<32xi8>
  tir.call_extern @copy(%b, %c) : (memref<8xi32>, memref<32xi8>) -> ()
  tir.for %i = 0 to 32 {
    %v = tir.load %c[%i] : memref<32xi8>
    %w = arith.extui %v : i8 to i32
    %s = tir.load %sum[%c0] : memref<1xi32>
    %t = arith.addi %s, %w : i32
    tir.store %t, %sum[%c0] : memref<1xi32>
  }
  %result = tir.load %sum[%c0] : memref<1xi32>
  tir.return %result : i32
}
