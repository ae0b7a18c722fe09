// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s

// Offsets are multiples of each buffer's alignment; the size of a pool is a multiple of the largest.

usmp.pool @p

tir.func @mixed() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 1, alignment = 1, live = [[0, 1]]>} : memref<1xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 64, alignment = 64, live = [[0, 1]]>} : memref<64xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 6, alignment = 2, live = [[0, 1]]>} : memref<6xi8>
  %d = tir.allocate {buffer_info = #usmp.buffer_info<"d", size_bytes = 65, alignment = 64, live = [[0, 1]]>} : memref<65xi8>
}

// 65 bytes at the bottom leave 63 before the next multiple of 64, in which the small ones lie.

// CHECK:      usmp.pool @p attributes {allocated_size = 192 : i64, lower_bound = 192 : i64, gap = 0 : i64, required_alignment = 64 : i64}
// CHECK-LABEL: @mixed
// CHECK:      %a = {{.*}} byte_offset = 65>}
// CHECK-NEXT: %b = {{.*}} byte_offset = 128>}
// CHECK-NEXT: %c = {{.*}} byte_offset = 66>}
// CHECK-NEXT: %d = {{.*}} byte_offset = 0>}

// -----

// A pool that is aligned to less than a buffer needs is passed over; one that is aligned to more does
// no harm, and what is required of it is what its buffers need.

usmp.pool @narrow alignment 8
usmp.pool @wide alignment 128

tir.func @pool_alignment() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 8, alignment = 16, live = [[0, 1]]>} : memref<8xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 3, alignment = 8, live = [[0, 1]]>} : memref<3xi8>
}

// CHECK:      usmp.plan = {{.*}}optimal = true, smallest_pools = true
// CHECK-NEXT: usmp.pool @narrow alignment 8 attributes {allocated_size = 8 : i64, lower_bound = 8 : i64, gap = 0 : i64, required_alignment = 8 : i64}
// CHECK-NEXT: usmp.pool @wide alignment 128 attributes {allocated_size = 16 : i64, lower_bound = 16 : i64, gap = 0 : i64, required_alignment = 16 : i64}
// CHECK-LABEL: @pool_alignment
// CHECK:      %a = {{.*}}<@wide, byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}}<@narrow, byte_offset = 0>}
