// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=hill_climb}' --split-input-file | filecheck %s --check-prefixes=CHECK,CLIMB
// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s --check-prefixes=CHECK,BEST
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=optimal}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=OPTIMAL

// A plan that is not proven to be the best there is says how far it is above the bound; `optimal`
// takes none but a proven one.

// Two buffers at a time is the bound that is known at once. That a ring of five needs three layers
// takes a search that goes through all packings, which `hill_climb` is not.

usmp.pool @p

tir.func @ring() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, conflicts = ["b"]>} : memref<4xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, conflicts = ["c"]>} : memref<4xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 4, alignment = 1, conflicts = ["d"]>} : memref<4xi8>
  %d = tir.allocate {buffer_info = #usmp.buffer_info<"d", size_bytes = 4, alignment = 1, conflicts = ["e"]>} : memref<4xi8>
  %e = tir.allocate {buffer_info = #usmp.buffer_info<"e", size_bytes = 4, alignment = 1, conflicts = ["a"]>} : memref<4xi8>
}

// CLIMB:        usmp.plan = {algorithm = "hill_climb", optimal = false, smallest_pools = false, seed = 0 : i64}
// CLIMB-NEXT:   usmp.pool @p attributes {allocated_size = 12 : i64, lower_bound = 8 : i64, gap = 4 : i64
// BEST:         usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}
// BEST-NEXT:    usmp.pool @p attributes {allocated_size = 12 : i64, lower_bound = 12 : i64, gap = 0 : i64
// OPTIMAL:      usmp.plan = {algorithm = "optimal", optimal = true, smallest_pools = true, seed = 0 : i64}
// OPTIMAL-NEXT: usmp.pool @p attributes {allocated_size = 12 : i64, lower_bound = 12 : i64, gap = 0 : i64

// -----

// Each pool is as small as it can be, but `b` had to leave the pool that it prefers: it is not proven
// that another could not have gone for less.

usmp.pool @fast size_hint_bytes 4
usmp.pool @slow

tir.func @displaced() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, traffic_bytes = 9, live = [[0, 1]]>} : memref<4xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, traffic_bytes = 8, live = [[0, 1]]>} : memref<4xi8>
}

// CHECK:       usmp.plan = {algorithm = "{{.*}}", optimal = false, smallest_pools = true, seed = 0 : i64}
// CHECK-LABEL: @displaced
// OPTIMAL:     no plan was proven optimal: buffers had to leave the pools that they prefer
