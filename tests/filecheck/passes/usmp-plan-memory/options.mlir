// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=hill_climb seed=3 time-limit=2.5}' | filecheck %s --check-prefix=TIMED
// RUN: usmp-opt %s -p 'usmp-plan-memory{time-limit=0.001}' | filecheck %s --check-prefix=SHORT
// RUN: xdsl-opt %s -p 'usmp-plan-memory{seed=-1}' | filecheck %s --check-prefix=STOCK
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=tetris}' --verify-diagnostics | filecheck %s --check-prefix=UNKNOWN
// RUN: usmp-opt %s -p 'usmp-plan-memory{time-limit=0.0}' --verify-diagnostics | filecheck %s --check-prefix=ZERO
// RUN: usmp-opt %s -p 'usmp-plan-memory{time-limit=-1.5}' --verify-diagnostics | filecheck %s --check-prefix=NEGATIVE

// A search notes its seed, and its time limit if it has one: with one, the plan may differ from run to
// run.

usmp.pool @fast size_hint_bytes 4
usmp.pool @slow

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, traffic_bytes = 9, live = [[0, 1]]>} : memref<4xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, traffic_bytes = 8, live = [[0, 1]]>} : memref<4xi8>
}

// TIMED:      usmp.plan = {algorithm = "hill_climb", optimal = false, smallest_pools = true, seed = 3 : i64, time_limit = 2.500000e+00 : f64}
// TIMED:      %b = {{.*}}<@slow, byte_offset = 0>}
// SHORT:      usmp.plan = {algorithm = "best", optimal = false, smallest_pools = true, seed = 0 : i64, time_limit = 1.000000e-03 : f64}
// STOCK:      usmp.plan = {algorithm = "best", optimal = false, smallest_pools = true, seed = -1 : i64}
// UNKNOWN:    option algorithm of usmp-plan-memory: there is no algorithm 'tetris', only best, greedy_by_conflicts, greedy_by_size, hill_climb, optimal
// ZERO:       option time-limit of usmp-plan-memory is 0.0 seconds, expected more than 0
// NEGATIVE:   option time-limit of usmp-plan-memory is -1.5 seconds, expected more than 0
