// RUN: usmp-opt %s -p usmp-extract-buffer-info --allow-unregistered-dialect --split-input-file | filecheck %s

// Loads, stores and transfers move one vector each. Vectors are no addresses: what is done to them
// is no access.

func.func @moved() {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %A = memref.alloc() : memref<16xf32>
  %B = memref.alloc() : memref<16xf32>
  %C = memref.alloc() : memref<16xf32>
  %D = memref.alloc() : memref<16xf32>
  %a = "vector.load"(%A, %c0) : (memref<16xf32>, index) -> vector<8xf32>
  "vector.store"(%a, %B, %c0) : (vector<8xf32>, memref<16xf32>, index) -> ()
  %b = "vector.transfer_read"(%B, %c0, %zero) <{in_bounds = [true], operandSegmentSizes = array<i32: 1, 1, 1, 0>, permutation_map = affine_map<(d0) -> (d0)>}> : (memref<16xf32>, index, f32) -> vector<4xf32>
  %sum = arith.addf %b, %b : vector<4xf32>
  "vector.transfer_write"(%sum, %C, %c0) <{in_bounds = [true], operandSegmentSizes = array<i32: 1, 1, 1, 0>, permutation_map = affine_map<(d0) -> (d0)>}> : (vector<4xf32>, memref<16xf32>, index) -> ()
  "test.op"(%D) : (memref<16xf32>) -> ()
  "test.op"(%sum) : (vector<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @moved(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 32, live = [[6, 6]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 48, live = [[7, 8]], conflicts = []>
// CHECK: #usmp.buffer_info<"C", {{.*}}traffic_bytes = 16, live = [[10, 10]], conflicts = []>
// CHECK: #usmp.buffer_info<"D", {{.*}}live = [[11, 11]], conflicts = []>

// -----

// A mask runs its operation once. A gather may touch any element; a cast of the type touches none.

func.func @masked(%mask: vector<8xi1>, %indices: vector<8xindex>, %none: vector<8xf32>) {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<8xf32>
  %B = memref.alloc() : memref<8xf32>
  %C = memref.alloc() : memref<8xf32>
  %a = "vector.mask"(%mask) ({
    %v = "vector.load"(%A, %c0) : (memref<8xf32>, index) -> vector<8xf32>
    "vector.yield"(%v) : (vector<8xf32>) -> ()
  }) : (vector<8xi1>) -> vector<8xf32>
  %b = "vector.gather"(%B, %c0, %indices, %mask, %none) : (memref<8xf32>, index, vector<8xindex>, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
  %whole = "vector.type_cast"(%C) : (memref<8xf32>) -> memref<vector<8xf32>>
  "test.op"() : () -> ()
  memref.store %a, %whole[] : memref<vector<8xf32>>
  func.return
}

// CHECK-LABEL: func.func @masked(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 32, live = [[5, 5]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 32, live = [[7, 7]], conflicts = []>
// CHECK: #usmp.buffer_info<"C", {{.*}}traffic_bytes = 32, live = [[10, 10]], conflicts = []>
