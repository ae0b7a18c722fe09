// RUN: usmp-opt %s -p usmp-assign-pool-info --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-assign-pool-info --split-input-file | filecheck %s

// A program without a pool gets one, before all else: unbounded, and every target may write it.

tir.func @entry() attributes {target = "c"} {
  %A = tir.allocate : memref<4xi8>
  %K = tir.allocate_const dense<1> : memref<4xi8>
  %S = tir.allocate : memref<4xi8, "shared">
}

tir.func @operator() attributes {target = "npu"} {
  %B = tir.allocate : memref<4xi8>
}

tir.func @anywhere() {
  %C = tir.allocate : memref<4xi8>
}

// CHECK:      builtin.module {
// CHECK-NEXT:   usmp.pool @global_workspace target_access {c = "rw", npu = "rw"}
// CHECK-NEXT:   tir.func @entry() attributes {target = "c"} {
// CHECK-NEXT:     %A = tir.allocate {candidate_memory_pools = [@global_workspace]} : memref<4xi8>
// CHECK-NEXT:     %K = tir.allocate_const {not_planned = "constant, and there is no read-only pool that it could go to"} dense<1> : memref<4xi8>
// CHECK-NEXT:     %S = tir.allocate {not_planned = "foreign memory space: no pool serves memory space \22shared\22"} : memref<4xi8, "shared">
// CHECK-NEXT:   }
// CHECK-NEXT:   tir.func @operator() attributes {target = "npu"} {
// CHECK-NEXT:     %B = tir.allocate {candidate_memory_pools = [@global_workspace]} : memref<4xi8>
// CHECK-NEXT:   }
// CHECK-NEXT:   tir.func @anywhere() {
// CHECK-NEXT:     %C = tir.allocate {candidate_memory_pools = [@global_workspace]} : memref<4xi8>
// CHECK-NEXT:   }
// CHECK-NEXT: }

// -----

tir.func @no_target() {
}

// CHECK:      builtin.module {
// CHECK-NEXT:   usmp.pool @global_workspace{{$}}
// CHECK-NEXT:   tir.func @no_target() {

// -----

// The name may be taken.

tir.func @global_workspace() {
  %A = tir.allocate : memref<4xi8>
}

tir.func @global_workspace_1() {
}

// CHECK:      builtin.module {
// CHECK-NEXT:   usmp.pool @global_workspace_2{{$}}
// CHECK-NEXT:   tir.func @global_workspace() {
// CHECK-NEXT:     %A = tir.allocate {candidate_memory_pools = [@global_workspace_2]} : memref<4xi8>

// -----

// An empty module has room for it too.

builtin.module {
}

// CHECK:      builtin.module {
// CHECK-NEXT:   usmp.pool @global_workspace{{$}}
// CHECK-NEXT: }
