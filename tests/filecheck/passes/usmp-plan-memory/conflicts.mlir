// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s

// What makes two buffers conflict: live ranges that meet, or one that names the other.

// Hand-written, without live ranges: a ring of five, of which no three are in conflict with each
// other. Two buffers at a time are a bound of 8, but a ring of odd length needs three layers, which
// the search proves.

usmp.pool @p

tir.func @ring() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, conflicts = ["b", "e"]>} : memref<4xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, conflicts = ["a", "c"]>} : memref<4xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 4, alignment = 1, conflicts = ["b", "d"]>} : memref<4xi8>
  %d = tir.allocate {buffer_info = #usmp.buffer_info<"d", size_bytes = 4, alignment = 1, conflicts = ["c", "e"]>} : memref<4xi8>
  %e = tir.allocate {buffer_info = #usmp.buffer_info<"e", size_bytes = 4, alignment = 1, conflicts = ["d", "a"]>} : memref<4xi8>
}

// CHECK:      usmp.plan = {{.*}}optimal = true, smallest_pools = true
// CHECK-NEXT: usmp.pool @p attributes {allocated_size = 12 : i64, lower_bound = 12 : i64, gap = 0 : i64, required_alignment = 1 : i64}

// -----

// To name a conflict on one side is enough, whichever side comes first.

usmp.pool @p

tir.func @one_side() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 8, alignment = 1, conflicts = ["b"]>} : memref<8xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, conflicts = []>} : memref<4xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 2, alignment = 1, conflicts = ["b"]>} : memref<2xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 12 : i64
// CHECK-LABEL: @one_side
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 8>}
// CHECK-NEXT: %c = {{.*}} byte_offset = 0>}

// -----

// Buffers with live ranges and buffers with conflicts only, in one pool: a buffer without ranges
// conflicts with those that it names or that name it, and with no other.

usmp.pool @p

tir.func @mixed() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 8, alignment = 1, live = [[0, 4]]>} : memref<8xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, live = [[4, 9]], conflicts = ["a", "hand"]>} : memref<4xi8>
  %hand = tir.allocate {buffer_info = #usmp.buffer_info<"hand", size_bytes = 2, alignment = 1, conflicts = ["b"]>} : memref<2xi8>
  %free = tir.allocate {buffer_info = #usmp.buffer_info<"free", size_bytes = 12, alignment = 1, conflicts = []>} : memref<12xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 12 : i64, lower_bound = 12 : i64
// CHECK-LABEL: @mixed
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 8>}
// CHECK-NEXT: %hand = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %free = {{.*}} byte_offset = 0>}

// -----

// Several ranges, one an activation: `a` and `b` take turns, and share their bytes; `c` meets only
// the last range of `a`, in one point.

usmp.pool @p

tir.func @turns() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 16, alignment = 1, live = [[0, 1], [4, 5], [8, 9]]>} : memref<16xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 16, alignment = 1, live = [[2, 3], [6, 7]]>} : memref<16xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 4, alignment = 1, live = [[9, 12]]>} : memref<4xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 20 : i64, lower_bound = 20 : i64
// CHECK-LABEL: @turns
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %c = {{.*}} byte_offset = 16>}

// -----

// Conflicts bind where live ranges do not meet, and live ranges where conflicts leave them out.

usmp.pool @p

tir.func @both() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 8, alignment = 1, live = [[0, 1]], conflicts = ["c"]>} : memref<8xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, live = [[1, 2]], conflicts = []>} : memref<4xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 2, alignment = 1, live = [[5, 6]]>} : memref<2xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 12 : i64, lower_bound = 12 : i64
// CHECK-LABEL: @both
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 8>}
// CHECK-NEXT: %c = {{.*}} byte_offset = 8>}
