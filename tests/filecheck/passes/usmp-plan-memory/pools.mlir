// RUN: usmp-opt %s -p usmp-plan-memory --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=hill_climb}' --split-input-file | filecheck %s

// Candidates are in order of preference, and capacities bind.

// All fits in the first pool, to the last byte; the second stays empty.

usmp.pool @fast size_hint_bytes 16
usmp.pool @slow

tir.func @first_pool() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 1, pool_candidates = [@fast, @slow], live = [[0, 1]]>} : memref<10xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 6, alignment = 1, pool_candidates = [@fast, @slow], live = [[1, 2]]>} : memref<6xi8>
}

// CHECK:      builtin.module attributes {usmp.plan = {{.*}}optimal = true, smallest_pools = true
// CHECK-NEXT: usmp.pool @fast size_hint_bytes 16 attributes {allocated_size = 16 : i64, lower_bound = 16 : i64, gap = 0 : i64, required_alignment = 1 : i64}
// CHECK-NEXT: usmp.pool @slow attributes {allocated_size = 0 : i64, lower_bound = 0 : i64, gap = 0 : i64, required_alignment = 1 : i64}
// CHECK-LABEL: @first_pool
// CHECK:      %a = {{.*}}<@fast, byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}}<@fast, byte_offset = 10>}

// -----

// It is the buffer with the least traffic that leaves the first pool, not the smallest, nor the one
// that comes last. Not every buffer is where it would rather be, so the plan is not called optimal.

usmp.pool @fast size_hint_bytes 20
usmp.pool @slow

tir.func @least_traffic() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 1, pool_candidates = [@fast, @slow], traffic_bytes = 1000, live = [[0, 1]]>} : memref<10xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 10, alignment = 1, pool_candidates = [@fast, @slow], traffic_bytes = 10, live = [[0, 1]]>} : memref<10xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 8, alignment = 1, pool_candidates = [@fast, @slow], traffic_bytes = 100, live = [[0, 1]]>} : memref<8xi8>
}

// CHECK:      usmp.plan = {{.*}}optimal = false, smallest_pools = true
// CHECK-LABEL: @least_traffic
// CHECK:      %a = {{.*}}<@fast, byte_offset = {{[0-9]+}}>}
// CHECK-NEXT: %b = {{.*}}<@slow, byte_offset = 0>}
// CHECK-NEXT: %c = {{.*}}<@fast, byte_offset = {{[0-9]+}}>}

// -----

// Two small buffers in the first pool save more traffic than a large one that has more than each.

usmp.pool @fast size_hint_bytes 20
usmp.pool @slow

tir.func @two_for_one() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 20, alignment = 1, pool_candidates = [@fast, @slow], traffic_bytes = 100, live = [[0, 1]]>} : memref<20xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 10, alignment = 1, pool_candidates = [@fast, @slow], traffic_bytes = 70, live = [[0, 1]]>} : memref<10xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 10, alignment = 1, pool_candidates = [@fast, @slow], traffic_bytes = 70, live = [[0, 1]]>} : memref<10xi8>
}

// CHECK-LABEL: @two_for_one
// CHECK:      %a = {{.*}}<@slow, byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}}<@fast, byte_offset = {{[0-9]+}}>}
// CHECK-NEXT: %c = {{.*}}<@fast, byte_offset = {{[0-9]+}}>}

// -----

// A buffer that is larger than the first pool goes to the next, which is then its only choice: the
// plan is optimal all the same. Buffers may prefer different pools.

usmp.pool @fast size_hint_bytes 8
usmp.pool @slow

tir.func @too_large() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 9, alignment = 1, pool_candidates = [@fast, @slow], live = [[0, 1]]>} : memref<9xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 8, alignment = 1, pool_candidates = [@fast, @slow], live = [[0, 1]]>} : memref<8xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 2, alignment = 1, pool_candidates = [@slow, @fast], live = [[0, 1]]>} : memref<2xi8>
}

// CHECK:      usmp.plan = {{.*}}optimal = true, smallest_pools = true
// CHECK-NEXT: usmp.pool @fast {{.*}}allocated_size = 8 : i64
// CHECK-NEXT: usmp.pool @slow {{.*}}allocated_size = 11 : i64
// CHECK-LABEL: @too_large
// CHECK:      %a = {{.*}}<@slow, byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}}<@fast, byte_offset = 0>}
// CHECK-NEXT: %c = {{.*}}<@slow, byte_offset = 9>}

// -----

// Only one choice fits: `a` must leave its first pool, for `b` can be nowhere else.

usmp.pool @fast size_hint_bytes 10
usmp.pool @slow size_hint_bytes 10

tir.func @forced() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 1, pool_candidates = [@fast, @slow], traffic_bytes = 1000, live = [[0, 1]]>} : memref<10xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 10, alignment = 1, pool_candidates = [@fast], traffic_bytes = 1, live = [[0, 1]]>} : memref<10xi8>
}

// CHECK-LABEL: @forced
// CHECK:      %a = {{.*}}<@slow, byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}}<@fast, byte_offset = 0>}

// -----

// Six pools, each with room for one of six buffers that are live at once, and a last one that can
// take them all: the list of candidates of each says where it goes.

usmp.pool @p0 size_hint_bytes 16
usmp.pool @p1 size_hint_bytes 16
usmp.pool @p2 size_hint_bytes 16
usmp.pool @p3 size_hint_bytes 16
usmp.pool @p4 size_hint_bytes 16
usmp.pool @p5

tir.func @six_pools() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 16, alignment = 16, pool_candidates = [@p4, @p5], live = [[0, 1]]>} : memref<16xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 16, alignment = 16, pool_candidates = [@p0, @p1, @p2, @p3, @p4, @p5], traffic_bytes = 60, live = [[0, 1]]>} : memref<16xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 16, alignment = 16, pool_candidates = [@p0, @p1, @p2, @p3, @p4, @p5], traffic_bytes = 50, live = [[0, 1]]>} : memref<16xi8>
  %d = tir.allocate {buffer_info = #usmp.buffer_info<"d", size_bytes = 16, alignment = 16, pool_candidates = [@p0, @p1, @p2, @p3, @p4, @p5], traffic_bytes = 40, live = [[0, 1]]>} : memref<16xi8>
  %e = tir.allocate {buffer_info = #usmp.buffer_info<"e", size_bytes = 16, alignment = 16, pool_candidates = [@p3, @p5], traffic_bytes = 90, live = [[0, 1]]>} : memref<16xi8>
  %f = tir.allocate {buffer_info = #usmp.buffer_info<"f", size_bytes = 17, alignment = 16, pool_candidates = [@p0, @p1, @p2, @p3, @p4, @p5], traffic_bytes = 999, live = [[0, 1]]>} : memref<17xi8>
}

// CHECK:      usmp.pool @p0 {{.*}}allocated_size = 16 : i64
// CHECK-NEXT: usmp.pool @p1 {{.*}}allocated_size = 16 : i64
// CHECK-NEXT: usmp.pool @p2 {{.*}}allocated_size = 16 : i64
// CHECK-NEXT: usmp.pool @p3 {{.*}}allocated_size = 16 : i64
// CHECK-NEXT: usmp.pool @p4 {{.*}}allocated_size = 16 : i64
// CHECK-NEXT: usmp.pool @p5 {{.*}}allocated_size = 32 : i64
// CHECK-LABEL: @six_pools
// CHECK:      %a = {{.*}}<@p4, byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}}<@p0, byte_offset = 0>}
// CHECK-NEXT: %c = {{.*}}<@p1, byte_offset = 0>}
// CHECK-NEXT: %d = {{.*}}<@p2, byte_offset = 0>}
// CHECK-NEXT: %e = {{.*}}<@p3, byte_offset = 0>}
// CHECK-NEXT: %f = {{.*}}<@p5, byte_offset = 0>}

// -----

// Without a list in buffer_info, candidate_memory_pools are the candidates; without these, all
// pools that the buffer can reach, in the order they are declared. A capacity that is no multiple of
// the alignment is used to the last byte, and not exceeded by rounding up.

usmp.pool @first size_hint_bytes 21
usmp.pool @second

tir.func @candidates() {
  %a = tir.allocate {candidate_memory_pools = [@second], buffer_info = #usmp.buffer_info<"a", size_bytes = 5, alignment = 16, live = [[0, 1]]>} : memref<5xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 5, alignment = 16, live = [[0, 1]]>} : memref<5xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 16, alignment = 16, live = [[0, 1]]>} : memref<16xi8>
}

// CHECK:      usmp.pool @first size_hint_bytes 21 attributes {allocated_size = 21 : i64, lower_bound = 21 : i64, gap = 0 : i64, required_alignment = 16 : i64}
// CHECK-NEXT: usmp.pool @second attributes {allocated_size = 16 : i64, lower_bound = 16 : i64, gap = 0 : i64, required_alignment = 16 : i64}
// CHECK-LABEL: @candidates
// CHECK:      %a = {{.*}}<@second, byte_offset = 0>}
// CHECK-NEXT: %b = {{.*}}<@first, byte_offset = 16>}
// CHECK-NEXT: %c = {{.*}}<@first, byte_offset = 0>}
