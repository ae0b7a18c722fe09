// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=hill_climb time-limit=5.0}' --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=greedy_by_conflicts}' --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | usmp-opt --split-input-file | filecheck %s

// Sizes have as many bits as it takes.

usmp.pool @p

tir.func @huge() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 1180591620717411303424, alignment = 16, live = [[0, 1]]>} : memref<1180591620717411303424xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 17, alignment = 16, live = [[0, 1]]>} : memref<17xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 1180591620717411303456 : i72, lower_bound = 1180591620717411303456 : i72, gap = 0 : i64, required_alignment = 16 : i64}
// CHECK-LABEL: @huge
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 1180591620717411303424>}

// -----

// 2^63 bytes are the first that an i64 does not hold.

usmp.pool @p

tir.func @sixty_four_bits() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 9223372036854775807, alignment = 1, live = [[0, 1]]>} : memref<9223372036854775807xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 1, alignment = 1, live = [[1, 2]]>} : memref<1xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 9223372036854775808 : i65, lower_bound = 9223372036854775808 : i65, gap = 0 : i64
// CHECK-LABEL: @sixty_four_bits
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 9223372036854775807>}

// -----

// A buffer of no bytes is in nobody's way, and nobody in its.

usmp.pool @p size_hint_bytes 8

tir.func @empty() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 0, alignment = 8, live = [[0, 1]], conflicts = ["b"]>} : memref<0xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 8, alignment = 8, live = [[0, 1]], conflicts = ["a"]>} : memref<8xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 0, alignment = 8, live = []>} : memref<0xi8>
}

// CHECK:      usmp.pool @p size_hint_bytes 8 attributes {allocated_size = 8 : i64, lower_bound = 8 : i64, gap = 0 : i64
// CHECK-LABEL: @empty
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %c = {{.*}} byte_offset = 0>}

// -----

// A buffer that nothing ever uses conflicts with none, but has a place, and its pool has room for it.

usmp.pool @p

tir.func @unused() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 24, alignment = 8, live = []>} : memref<24xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 8, alignment = 8, live = [[0, 1]]>} : memref<8xi8>
}

// CHECK:      usmp.pool @p attributes {allocated_size = 24 : i64
// CHECK-LABEL: @unused
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 0>}

// -----

// No buffers at all: the pools are empty.

usmp.pool @p size_hint_bytes 8
usmp.pool @q target_access {c = "ro"}

tir.func @nothing() {
}

// CHECK:      usmp.plan = {algorithm = "{{.*}}", optimal = true, smallest_pools = true
// CHECK-NEXT: usmp.pool @p size_hint_bytes 8 attributes {allocated_size = 0 : i64, lower_bound = 0 : i64, gap = 0 : i64, required_alignment = 1 : i64}
// CHECK-NEXT: usmp.pool @q target_access {c = "ro"} attributes {allocated_size = 0 : i64, lower_bound = 0 : i64, gap = 0 : i64, required_alignment = 1 : i64}
