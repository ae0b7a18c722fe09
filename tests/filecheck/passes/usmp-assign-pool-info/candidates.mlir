// RUN: usmp-opt %s -p usmp-assign-pool-info --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-assign-pool-info --split-input-file | filecheck %s

// The candidates of a buffer are the pools it can reach, in the order in which they are declared,
// wherever that is. Candidates that the program names are kept, in their order.

usmp.pool @fast size_hint_bytes 1024

tir.func @f() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate {candidate_memory_pools = [@slow, @fast]} : memref<4xi8>
  %C = tir.allocate {candidate_memory_pools = [@slow]} : memref<4xi8>
  tir.for parallel %i = 0 to 4 {
    %D = tir.allocate : memref<4xi8>
  }
}

usmp.pool @slow

// CHECK-LABEL: tir.func @f(
// CHECK: %A = tir.allocate {candidate_memory_pools = [@fast, @slow]} : memref<4xi8>
// CHECK: %B = tir.allocate {candidate_memory_pools = [@slow, @fast]} : memref<4xi8>
// CHECK: %C = tir.allocate {candidate_memory_pools = [@slow]} : memref<4xi8>
// CHECK: %D = tir.allocate {candidate_memory_pools = [@fast, @slow]} : memref<4xi8>

// -----

// memref.alloc and memref.alloca get candidates like tir.allocate.

usmp.pool @pool

func.func @memref() {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloca() : memref<4xi8>
  %C = memref.alloc() {alignment = 64} : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @memref(
// CHECK: %A = memref.alloc() {candidate_memory_pools = [@pool]} : memref<4xi8>
// CHECK: %B = memref.alloca() {candidate_memory_pools = [@pool]} : memref<4xi8>
// CHECK: %C = memref.alloc() {{{.*}}candidate_memory_pools = [@pool]} : memref<4xi8>

// -----

// A function with a target reaches the pools that let the target write. One without reaches those
// that all their targets write.

usmp.pool @cpu target_access {c = "rw"}
usmp.pool @both target_access {c = "rw", npu = "rw"}
usmp.pool @weights target_access {c = "rw", npu = "ro"}
usmp.pool @any
usmp.pool @none target_access {}

tir.func @on_c() attributes {target = "c"} {
  %A = tir.allocate : memref<4xi8>
}

tir.func @on_npu() attributes {target = "npu"} {
  %B = tir.allocate : memref<4xi8>
}

tir.func @anywhere() {
  %C = tir.allocate : memref<4xi8>
}

// CHECK-LABEL: tir.func @on_c(
// CHECK: %A = tir.allocate {candidate_memory_pools = [@cpu, @both, @weights, @any]}
// CHECK-LABEL: tir.func @on_npu(
// CHECK: %B = tir.allocate {candidate_memory_pools = [@both, @any]}
// CHECK-LABEL: tir.func @anywhere(
// CHECK: %C = tir.allocate {candidate_memory_pools = [@cpu, @both, @any]}

// -----

// Constants go to pools that are read only to their target, and nothing else does.

usmp.pool @ram target_access {c = "rw", npu = "rw"}
usmp.pool @flash target_access {c = "ro", npu = "ro"}
usmp.pool @weights target_access {c = "rw", npu = "ro"}

tir.func @on_c() attributes {target = "c"} {
  %K = tir.allocate_const "K" dense<1> : memref<4xi8>
  %A = tir.allocate : memref<4xi8>
}

tir.func @on_npu() attributes {target = "npu"} {
  %L = tir.allocate_const "L" dense<1> : memref<4xi8>
  %N = tir.allocate_const "N" {candidate_memory_pools = [@weights]} dense<1> : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
}

// CHECK-LABEL: tir.func @on_c(
// CHECK: %K = tir.allocate_const "K" {candidate_memory_pools = [@flash]}
// CHECK: %A = tir.allocate {candidate_memory_pools = [@ram, @weights]}
// CHECK-LABEL: tir.func @on_npu(
// CHECK: %L = tir.allocate_const "L" {candidate_memory_pools = [@flash, @weights]}
// CHECK: %N = tir.allocate_const "N" {candidate_memory_pools = [@weights]}
// CHECK: %B = tir.allocate {candidate_memory_pools = [@ram]}

// -----

// Without such a pool constants stay where they are.

usmp.pool @ram

tir.func @constant() {
  %K = tir.allocate_const dense<1> : memref<4xi8>
}

// CHECK-LABEL: tir.func @constant(
// CHECK: %K = tir.allocate_const {not_planned = "constant, and there is no read-only pool that it could go to"} dense<1> : memref<4xi8>
