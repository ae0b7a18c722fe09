// RUN: xdsl-opt %s --parsing-diagnostics --split-input-file | filecheck %s

// Pools

usmp.pool

// CHECK: expect symbol name

// -----

usmp.pool @p size_hint_bytes 4 alignment 4 size_hint_bytes 4

// CHECK: size_hint_bytes is given twice

// -----

usmp.pool @p memory_space 1 : index

// CHECK: memory_space cannot be 1 : index

// -----

usmp.pool @p target_access "c"

// CHECK: target_access cannot be "c"

// -----

usmp.pool @p memory_space {c = 1}

// CHECK: memory_space cannot be {c = 1 : i64}

// -----

usmp.pool @p size_hint_bytes 9223372036854775808

// CHECK: size_hint_bytes does not fit in 64 bits

// -----

usmp.pool @p size_hint_bytes -9223372036854775809

// CHECK: size_hint_bytes does not fit in 64 bits

// -----

usmp.pool @p size_hint_bytes "large"

// CHECK: Expected integer literal

// -----

// Attributes

"test.op"() {a = #usmp.buffer_info<size_bytes = 4, alignment = 4, live = []>} : () -> ()

// CHECK: expected the name of the buffer

// -----

"test.op"() {a = #usmp.buffer_info<"b", alignment = 4, live = []>} : () -> ()

// CHECK: buffer_info must have size_bytes

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, live = []>} : () -> ()

// CHECK: buffer_info must have alignment

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, live = [], size_bytes = 4>} : () -> ()

// CHECK: size_bytes is given twice

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, size = 4>} : () -> ()

// CHECK: Expected one of 'alignment', 'conflicts', 'live', 'pool_candidates', 'size_bytes', 'slices', 'traffic_bytes'

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, conflicts = [c]>} : () -> ()

// CHECK: expected the name of a buffer

// -----

"test.op"() {a = #usmp.pool_allocation<"p", byte_offset = 0>} : () -> ()

// CHECK: expect symbol name

// -----

"test.op"() {a = #usmp.pool_allocation<@p, offset = 0>} : () -> ()

// CHECK: Expected 'byte_offset'

// -----

"test.op"() {a = #usmp.pool_allocation<@p::@q, byte_offset = 0>} : () -> ()

// CHECK: Expected ','
