// RUN: xdsl-opt %s --verify-diagnostics --split-input-file | filecheck %s

// Pools

usmp.pool @p target_access {c = "wo"}

// CHECK: pool @p gives target "c" the access "wo", expected "rw" or "ro"

// -----

usmp.pool @p target_access {c = 1}

// CHECK: pool @p gives target "c" the access 1 : i64, expected "rw" or "ro"

// -----

usmp.pool @p size_hint_bytes 0

// CHECK: pool @p has size_hint_bytes 0, expected 1 or more: leave it out for an unbounded pool

// -----

usmp.pool @p size_hint_bytes -4

// CHECK: pool @p has size_hint_bytes -4, expected 1 or more: leave it out for an unbounded pool

// -----

usmp.pool @p alignment 0

// CHECK: pool @p has alignment 0, expected 1 or more

// -----

usmp.pool @p alignment 24

// CHECK: pool @p has alignment 24, expected a power of two

// -----

usmp.pool @p clock_frequency_hz 0

// CHECK: pool @p has clock_frequency_hz 0, expected 1 or more

// -----

usmp.pool @p target_burst_bytes -1

// CHECK: pool @p has target_burst_bytes -1, expected 1 or more

// -----

usmp.pool @p read_bandwidth_bytes_per_cycle -1

// CHECK: pool @p has read_bandwidth_bytes_per_cycle -1, expected 0 or more

// -----

usmp.pool @p write_bandwidth_bytes_per_cycle -1

// CHECK: pool @p has write_bandwidth_bytes_per_cycle -1, expected 0 or more

// -----

usmp.pool @p read_latency_cycles -1

// CHECK: pool @p has read_latency_cycles -1, expected 0 or more

// -----

usmp.pool @p write_latency_cycles -1

// CHECK: pool @p has write_latency_cycles -1, expected 0 or more

// -----

usmp.pool @p
usmp.pool @p

// CHECK: @p is declared twice: give each pool a name of its own

// -----

tir.func @f() {
  usmp.pool @p
}

// CHECK: 'usmp.pool' expects parent op 'builtin.module'

// -----

"usmp.pool"() <{sym_name = "p", memory_space = 1 : index}> : () -> ()

// CHECK: pool @p has memory_space 1 : index, expected a string, an integer or an attribute of a dialect

// -----

"usmp.pool"() <{sym_name = "p", size_hint_bytes = 4 : i32}> : () -> ()

// CHECK: Expected attribute i64 but got i32

// -----

// Attributes

"test.op"() {a = #usmp.buffer_info<"", size_bytes = 4, alignment = 4, live = []>} : () -> ()

// CHECK: a buffer must have a name

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = -1, alignment = 4, live = []>} : () -> ()

// CHECK: buffer 'b' has size_bytes -1, expected 0 or more

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 0, live = []>} : () -> ()

// CHECK: buffer 'b' has alignment 0, expected 1 or more

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 12, live = []>} : () -> ()

// CHECK: buffer 'b' has alignment 12, expected a power of two

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, traffic_bytes = -1, live = []>} : () -> ()

// CHECK: buffer 'b' has traffic_bytes -1, expected 0 or more

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, pool_candidates = [], live = []>} : () -> ()

// CHECK: buffer 'b' has no pool_candidates: leave them out, or name a pool

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, pool_candidates = [@p, @q, @p], live = []>} : () -> ()

// CHECK: buffer 'b' names a pool twice in pool_candidates

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, live = [[4, 3]]>} : () -> ()

// CHECK: buffer 'b' is live from 4 to 3

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, live = [[-1, 3]]>} : () -> ()

// CHECK: buffer 'b' is live from -1: program points start at 0

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, live = [[4, 5], [5, 6]]>} : () -> ()

// CHECK: buffer 'b' has live ranges that meet or descend at program point 5

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, live = [[4, 5], [0, 1]]>} : () -> ()

// CHECK: buffer 'b' has live ranges that meet or descend at program point 0

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, conflicts = ["c", "d", "c"]>} : () -> ()

// CHECK: buffer 'b' names a buffer twice in conflicts

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4, conflicts = ["c", "b"]>} : () -> ()

// CHECK: buffer 'b' is in conflict with itself

// -----

"test.op"() {a = #usmp.buffer_info<"b", size_bytes = 4, alignment = 4>} : () -> ()

// CHECK: buffer 'b' has neither live ranges nor conflicts

// -----

"test.op"() {a = #usmp.pool_allocation<@p, byte_offset = -4>} : () -> ()

// CHECK: byte_offset is -4, expected 0 or more
