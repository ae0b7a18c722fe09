// RUN: usmp-opt %s -p usmp-plan-memory | filecheck %s
// RUN: usmp-opt %s -p usmp-plan-memory,usmp-plan-memory | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=greedy_by_size},usmp-plan-memory' | filecheck %s
// RUN: usmp-opt %s -p usmp-plan-memory | usmp-opt -p usmp-plan-memory | filecheck %s

// A plan takes the place of the one before it, on buffers, pools and module, and is the same however
// often it is made. Buffers that are not planned are left as they are, but for a place that an earlier
// plan gave them; buffers of a module inside, which has pools of its own, are not touched.

builtin.module attributes {keep, usmp.plan = {algorithm = "greedy_by_size", stale}} {
  usmp.pool @p attributes {allocated_size = 1 : i64, lower_bound = 2 : i64, gap = 3 : i64, keep}
  usmp.pool @q attributes {allocated_size = 99 : i64}

  tir.func @main(%n: index) {
    %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 8, alignment = 1, live = [[0, 1]]>, pool_allocation = #usmp.pool_allocation<@q, byte_offset = 640>} : memref<8xi8>
    %b = tir.allocate {not_planned = "escapes", pool_allocation = #usmp.pool_allocation<@q, byte_offset = 640>} : memref<8xi8>
    %c = memref.alloc(%n) {not_planned = "dynamic shape"} : memref<?xi8>
    %d = memref.alloc() {alignment = 4 : i64, buffer_info = #usmp.buffer_info<"d", size_bytes = 8, alignment = 4, live = [[1, 2]]>} : memref<8xi8>
  }

  builtin.module @inner {
    usmp.pool @p attributes {allocated_size = 7 : i64}
    tir.func @main() {
      %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 8, alignment = 1, live = [[0, 1]]>, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 9>} : memref<8xi8>
    }
  }
}

// CHECK:      builtin.module attributes {keep, usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}} {
// CHECK-NEXT:   usmp.pool @p attributes {allocated_size = 16 : i64, lower_bound = 16 : i64, gap = 0 : i64, keep, required_alignment = 4 : i64}
// CHECK-NEXT:   usmp.pool @q attributes {allocated_size = 0 : i64, lower_bound = 0 : i64, gap = 0 : i64, required_alignment = 1 : i64}
// CHECK-NEXT:   tir.func @main(
// CHECK-NEXT:     %a = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<8xi8>
// CHECK-NEXT:     %b = tir.allocate {not_planned = "escapes"} : memref<8xi8>
// CHECK-NEXT:     %c = memref.alloc(%n) {not_planned = "dynamic shape"} : memref<?xi8>
// CHECK-NEXT:     %d = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>} : memref<8xi8>
// CHECK:        builtin.module @inner {
// CHECK-NEXT:     usmp.pool @p attributes {allocated_size = 7 : i64}
// CHECK:            %a = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 9>} : memref<8xi8>
