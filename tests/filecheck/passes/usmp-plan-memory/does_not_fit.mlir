// RUN: usmp-opt %s -p usmp-plan-memory --verify-diagnostics --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=optimal}' --verify-diagnostics --split-input-file | filecheck %s
// RUN: sed -e 's|size_hint_bytes [0-9]* // \([0-9]*\)|size_hint_bytes \1|' %s > %t.mlir
// RUN: usmp-opt %t.mlir -p usmp-plan-memory --split-input-file | filecheck %s --check-prefix=LARGER

// What the user is told if the buffers do not fit. The sizes that the messages name stand in comments
// behind the pools: with them, there is a plan.

// Too little for what is live at one point: no plan exists, and the pool needs no more than that.

usmp.pool @fast size_hint_bytes 15 // 16

tir.func @operator() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 1, live = [[3, 5]]>} : memref<10xi8>
}

tir.func @main() {
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 6, alignment = 1, live = [[0, 0], [5, 7]]>} : memref<6xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 15, alignment = 1, live = [[8, 8]]>} : memref<15xi8>
}

// CHECK:      the buffers do not fit in pool @fast: the pool has 15 bytes, 1 too few: no plan exists
// CHECK-NEXT: buffers of 16 bytes together are live at program point 5: 'a' of @operator, 10 bytes, 'b' of @main, 6 bytes
// CHECK-NEXT: the smallest size_hint_bytes for which a plan was found is 16, and there is no plan for less
// CHECK:      "usmp.pool"() <{sym_name = "fast"
// CHECK-NEXT: ^^^

// LARGER: usmp.pool @fast size_hint_bytes 16 attributes {allocated_size = 16 : i64

// -----

// One buffer is larger than its pool. An alignment that leaves room between two buffers counts, too.

usmp.pool @fast size_hint_bytes 8 // 10
usmp.pool @other size_hint_bytes 8 // 22

tir.func @main() {
  %a = tir.allocate {candidate_memory_pools = [@fast], buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 1, live = [[0, 1]]>} : memref<10xi8>
  %b = tir.allocate {candidate_memory_pools = [@other], buffer_info = #usmp.buffer_info<"b", size_bytes = 6, alignment = 16, live = [[1, 2]]>} : memref<6xi8>
  %c = tir.allocate {candidate_memory_pools = [@other], buffer_info = #usmp.buffer_info<"c", size_bytes = 6, alignment = 16, live = [[1, 2]]>} : memref<6xi8>
}

// CHECK:      the buffers do not fit in pool @fast: the pool has 8 bytes, 2 too few: no plan exists
// CHECK-NEXT: buffers of 10 bytes together are live at program point 0: 'a' of @main, 10 bytes
// CHECK-NEXT: the smallest size_hint_bytes for which a plan was found is 10, and there is no plan for less
// CHECK-NEXT: pool @other must be larger as well
// CHECK-NEXT: the pool has 8 bytes, 14 too few: no plan exists
// CHECK-NEXT: buffers of 12 bytes together are live at program point 1: 'b' of @main, 6 bytes, 'c' of @main, 6 bytes
// CHECK-NEXT: the smallest size_hint_bytes for which a plan was found is 22
// CHECK:      "usmp.pool"() <{sym_name = "fast"
// CHECK-NEXT: ^^^

// LARGER:      usmp.pool @fast size_hint_bytes 10 attributes {allocated_size = 10 : i64
// LARGER-NEXT: usmp.pool @other size_hint_bytes 22 attributes {allocated_size = 22 : i64

// -----

// Conflicts without live ranges have no program point. This ring of five has no three buffers that
// are all in conflict with each other, but needs three layers.

usmp.pool @fast size_hint_bytes 10 // 12

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, conflicts = ["b"]>} : memref<4xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, conflicts = ["c"]>} : memref<4xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 4, alignment = 1, conflicts = ["d"]>} : memref<4xi8>
  %d = tir.allocate {buffer_info = #usmp.buffer_info<"d", size_bytes = 4, alignment = 1, conflicts = ["e"]>} : memref<4xi8>
  %e = tir.allocate {buffer_info = #usmp.buffer_info<"e", size_bytes = 4, alignment = 1, conflicts = ["a"]>} : memref<4xi8>
}

// CHECK:      the buffers do not fit in pool @fast: the pool has 10 bytes, 2 too few: no plan
// CHECK-NEXT: buffers of 8 bytes together are all in conflict with each other: 'a' of @main, 4 bytes, 'b' of @main, 4 bytes
// CHECK-NEXT: the smallest size_hint_bytes for which a plan was found is 12

// LARGER: usmp.pool @fast size_hint_bytes 12 attributes {allocated_size = 12 : i64

// -----

// With a choice of pools, the one of which least is missing is to be larger: 2 bytes more in @small
// let `a` go there, and leave @large to the others.

usmp.pool @small size_hint_bytes 8 // 10
usmp.pool @large size_hint_bytes 12

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 1, live = [[0, 1]]>} : memref<10xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 6, alignment = 1, live = [[1, 2]]>} : memref<6xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 6, alignment = 1, live = [[1, 2]]>} : memref<6xi8>
}

// CHECK:      the buffers do not fit in pool @small: the pool has 8 bytes, 2 too few: no plan
// CHECK-NEXT: buffers of 10 bytes together are live at program point 0: 'a' of @main, 10 bytes
// CHECK-NEXT: the smallest size_hint_bytes for which a plan was found is 10
// CHECK:      "usmp.pool"() <{sym_name = "small"
// CHECK-NEXT: ^^^

// LARGER:      usmp.pool @small size_hint_bytes 10 attributes {allocated_size = 10 : i64
// LARGER-NEXT: usmp.pool @large size_hint_bytes 12 attributes {allocated_size = 12 : i64

// -----

// Constants that are too many for their pool.

usmp.pool @ram target_access {c = "rw"} size_hint_bytes 1
usmp.pool @flash target_access {c = "ro"} size_hint_bytes 7 // 8

tir.func @main() attributes {target = "c"} {
  %k = tir.allocate_const "k" {buffer_info = #usmp.buffer_info<"k", size_bytes = 4, alignment = 1, live = [[0, 9]]>} dense<1> : memref<4xi8>
  %l = tir.allocate_const "l" {buffer_info = #usmp.buffer_info<"l", size_bytes = 4, alignment = 1, live = [[0, 9]]>} dense<2> : memref<4xi8>
}

// CHECK:      the buffers do not fit in pool @flash: the pool has 7 bytes, 1 too few: no plan exists
// CHECK-NEXT: buffers of 8 bytes together are live at program point 0: 'k' of @main, 4 bytes, 'l' of @main, 4 bytes
// CHECK-NEXT: the smallest size_hint_bytes for which a plan was found is 8, and there is no plan for less

// LARGER:      usmp.pool @ram {{.*}}allocated_size = 0 : i64
// LARGER-NEXT: usmp.pool @flash {{.*}}allocated_size = 8 : i64
