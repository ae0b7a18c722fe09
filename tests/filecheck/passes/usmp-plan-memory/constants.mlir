// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,usmp-verify-plan --split-input-file | filecheck %s --check-prefix=ALL

// Constants go to pools that are only read, and nothing else does. Each keeps its bytes for the whole
// run, so that no two of them overlap, however their uses lie.

usmp.pool @ram target_access {c = "rw"}
usmp.pool @flash target_access {c = "ro"}

tir.func @main() attributes {target = "c"} {
  %weights = tir.allocate_const "weights" {buffer_info = #usmp.buffer_info<"weights", size_bytes = 20, alignment = 16, live = [[0, 9]]>} dense<1> : memref<20xi8>
  %bias = tir.allocate_const "bias" {buffer_info = #usmp.buffer_info<"bias", size_bytes = 8, alignment = 4, live = [[0, 9]]>} dense<[1, 2]> : memref<2xi32>
  %scratch = tir.allocate "scratch" {buffer_info = #usmp.buffer_info<"scratch", size_bytes = 4, alignment = 4, live = [[1, 2]]>} : memref<4xi8>
  "test.op"(%scratch, %weights) : (memref<4xi8>, memref<20xi8>) -> ()
  "test.op"(%bias) : (memref<2xi32>) -> ()
}

// CHECK:      usmp.pool @ram {{.*}}allocated_size = 4 : i64
// CHECK-NEXT: usmp.pool @flash {{.*}}allocated_size = 32 : i64, lower_bound = 32 : i64
// CHECK:      %weights = {{.*}}<@flash, byte_offset = 0>}
// CHECK-NEXT: %bias = {{.*}}<@flash, byte_offset = 20>}
// CHECK-NEXT: %scratch = {{.*}}<@ram, byte_offset = 0>}

// ALL:      usmp.pool @ram {{.*}}allocated_size = 16 : i64
// ALL-NEXT: usmp.pool @flash {{.*}}allocated_size = 48 : i64, lower_bound = 48 : i64
// ALL:      %weights = {{.*}}<@flash, byte_offset = 0>}
// ALL-NEXT: %bias = {{.*}}<@flash, byte_offset = 32>}
// ALL-NEXT: %scratch = {{.*}}<@ram, byte_offset = 0>}
