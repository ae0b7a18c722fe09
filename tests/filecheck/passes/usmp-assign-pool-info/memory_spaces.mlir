// RUN: usmp-opt %s -p usmp-assign-pool-info --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-assign-pool-info --split-input-file | filecheck %s --check-prefix=EXTRACTED

// A pool with a memory space serves the buffers of that space and no others. The default space is
// the one that TIR calls "global", and that MLIR numbers 0.

usmp.pool @default
usmp.pool @global memory_space "global"
usmp.pool @zero memory_space 0
usmp.pool @l1 memory_space "L1"
usmp.pool @one memory_space 1

tir.func @spaces() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8, "global">
  %C = tir.allocate : memref<4xi8, 0>
  %D = tir.allocate : memref<4xi8, "L1">
  %E = tir.allocate : memref<4xi8, 1>
}

// CHECK-LABEL: tir.func @spaces(
// CHECK: %A = tir.allocate {candidate_memory_pools = [@default, @global, @zero]} : memref<4xi8>
// CHECK: %B = tir.allocate {candidate_memory_pools = [@default, @global, @zero]} : memref<4xi8, "global">
// CHECK: %C = tir.allocate {candidate_memory_pools = [@default, @global, @zero]} : memref<4xi8, 0 : i64>
// CHECK: %D = tir.allocate {candidate_memory_pools = [@l1]} : memref<4xi8, "L1">
// CHECK: %E = tir.allocate {candidate_memory_pools = [@one]} : memref<4xi8, 1 : i64>

// EXTRACTED-LABEL: tir.func @spaces(
// EXTRACTED: "D", size_bytes = 4, alignment = 16, pool_candidates = [@l1],

// -----

// Where no pool has a memory space, buffers of another one than the default are somebody else's.

usmp.pool @default

tir.func @foreign() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8, "shared">
  %C = tir.allocate : memref<4xi8, 3>
  "test.op"(%A, %B, %C) : (memref<4xi8>, memref<4xi8, "shared">, memref<4xi8, 3>) -> ()
}

// CHECK-LABEL: tir.func @foreign(
// CHECK: %A = tir.allocate {candidate_memory_pools = [@default]}
// CHECK: %B = tir.allocate {not_planned = "foreign memory space: no pool serves memory space \22shared\22"} : memref<4xi8, "shared">
// CHECK: %C = tir.allocate {not_planned = "foreign memory space: no pool serves memory space 3 : i64"}

// EXTRACTED-LABEL: tir.func @foreign(
// EXTRACTED: "A", size_bytes = 4, alignment = 16, pool_candidates = [@default], traffic_bytes = 4, live = [[3, 3]], conflicts = []>
// EXTRACTED: %B = tir.allocate {not_planned = "foreign memory space: no pool serves memory space \22shared\22"} : memref<4xi8, "shared">
// EXTRACTED: %C = tir.allocate {not_planned = "foreign memory space: no pool serves memory space 3 : i64"}
