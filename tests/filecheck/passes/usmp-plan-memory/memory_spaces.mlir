// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,usmp-verify-plan | filecheck %s
// RUN: usmp-opt %s -p usmp-extract-buffer-info,usmp-plan-memory,usmp-verify-plan | filecheck %s

// Each buffer goes to a pool of its memory space that its function's target may write, whether its
// candidates have been assigned or not.

usmp.pool @l1 memory_space "L1" size_hint_bytes 16 target_access {c = "rw", npu = "rw"}
usmp.pool @l1_overflow memory_space "L1" target_access {c = "rw"}
usmp.pool @ram target_access {c = "rw", npu = "rw"}

tir.func @operator(%in: memref<16xi8>) attributes {target = "npu"} {
  %tile = tir.allocate "tile" : memref<16xi8, "L1">
  "test.op"(%in, %tile) : (memref<16xi8>, memref<16xi8, "L1">) -> ()
}

tir.func @main() attributes {target = "c", runner_function} {
  %activation = tir.allocate "activation" : memref<16xi8>
  %spilled = tir.allocate "spilled" : memref<16xi8, "L1">
  "test.op"(%spilled) : (memref<16xi8, "L1">) -> ()
  tir.call_extern @operator(%activation) : (memref<16xi8>) -> ()
  "test.op"(%spilled) : (memref<16xi8, "L1">) -> ()
}

// `tile` can be in @l1 only, so `spilled`, which comes first and is used more, leaves it.

// CHECK:      usmp.pool @l1 {{.*}}allocated_size = 16 : i64
// CHECK-NEXT: usmp.pool @l1_overflow {{.*}}allocated_size = 16 : i64
// CHECK-NEXT: usmp.pool @ram {{.*}}allocated_size = 16 : i64
// CHECK:      %tile = {{.*}} pool_allocation = #usmp.pool_allocation<@l1, byte_offset = 0>}
// CHECK:      %activation = {{.*}} pool_allocation = #usmp.pool_allocation<@ram, byte_offset = 0>}
// CHECK-NEXT: %spilled = {{.*}} pool_allocation = #usmp.pool_allocation<@l1_overflow, byte_offset = 0>}
