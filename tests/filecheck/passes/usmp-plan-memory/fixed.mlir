// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=hill_climb}' --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=greedy_by_size}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=GREEDY

// `fixed_pool_allocation` says where a buffer must be; the others are placed around it.

usmp.pool @p

tir.func @hole() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 8, alignment = 1, live = [[0, 2]]>} : memref<8xi8>
  %device = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>, buffer_info = #usmp.buffer_info<"device", size_bytes = 4, alignment = 4, live = [[1, 2]]>} : memref<4xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 6, alignment = 1, live = [[2, 3]]>} : memref<6xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 20 : i64
// CHECK-LABEL: @hole
// CHECK:      %a = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>}
// CHECK-NEXT: %device = {{.*}}fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>, {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>}
// CHECK-NEXT: %b = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 12>}

// A greedy algorithm goes above what is fixed, too.

// GREEDY:      usmp.pool @p attributes {allocated_size = 28 : i64
// GREEDY-LABEL: @hole
// GREEDY:      %a = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 12>}
// GREEDY-NEXT: %device = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>}
// GREEDY-NEXT: %b = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 20>}

// -----

// Two that are fixed at the same place take turns. Fixed in a pool that is not the first of its
// candidates, a buffer stays there. The size of the pool covers what is fixed at its end, which is
// also the bound.

usmp.pool @p
usmp.pool @q size_hint_bytes 100

tir.func @turns() {
  %a = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@q, byte_offset = 90>, buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 2, live = [[0, 1]]>} : memref<10xi8>
  %b = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@q, byte_offset = 92>, buffer_info = #usmp.buffer_info<"b", size_bytes = 8, alignment = 4, live = [[2, 3]]>} : memref<8xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 10, alignment = 2, pool_candidates = [@q], live = [[0, 3]]>} : memref<10xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 0 : i64
// CHECK-NEXT: usmp.pool @q size_hint_bytes 100 attributes {allocated_size = 100 : i64, lower_bound = 100 : i64, gap = 0 : i64, required_alignment = 4 : i64}
// CHECK-LABEL: @turns
// CHECK:      %a = {{.*}} pool_allocation = #usmp.pool_allocation<@q, byte_offset = 90>}
// CHECK-NEXT: %b = {{.*}} pool_allocation = #usmp.pool_allocation<@q, byte_offset = 92>}
// CHECK-NEXT: %c = {{.*}} pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>}

// The greedy algorithm, which never goes below, would need 10 bytes more than the pool has.

// GREEDY:      the buffers do not fit in pool @q: the pool has 100 bytes, 10 too few: no plan was found, though one may exist
// GREEDY-NEXT: buffers of 20 bytes together are live at program point 0: 'a' of @turns, 10 bytes, 'c' of @turns, 10 bytes
// GREEDY-NEXT: the smallest size_hint_bytes for which a plan was found is 110
