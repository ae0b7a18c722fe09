// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=hill_climb}' --split-input-file | filecheck %s

// A capacity that is no multiple of the alignment can be used to the last byte: what counts is where
// the last buffer ends, not what the size of the pool is once it is rounded up.

usmp.pool @p size_hint_bytes 42

tir.func @first_at_the_bottom() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 16, alignment = 16, live = [[0, 1]]>} : memref<16xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 26, alignment = 16, live = [[0, 1]]>} : memref<26xi8>
}

// CHECK:      usmp.pool @p size_hint_bytes 42 attributes {allocated_size = 42 : i64
// CHECK-LABEL: @first_at_the_bottom
// CHECK:      %a = {{.*}} byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 16>}

// -----

usmp.pool @p size_hint_bytes 25

tir.func @mixed_alignments() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 23, alignment = 1, live = [[1, 1]]>} : memref<23xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 2, alignment = 4, live = [[1, 2]]>} : memref<2xi8>
}

// CHECK-LABEL: @mixed_alignments
// CHECK:      %a = {{.*}} byte_offset = 2>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 0>}
