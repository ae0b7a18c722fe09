// RUN: usmp-opt %s -p unified-static-memory-planner --verify-diagnostics --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'unified-static-memory-planner{inputs=a}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=IO
// RUN: usmp-opt %s -p 'unified-static-memory-planner{sizes=4}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=IO
// RUN: usmp-opt %s -p 'unified-static-memory-planner{alignment=3}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=ALIGNMENT
// RUN: usmp-opt %s -p 'unified-static-memory-planner{algorithm=tetris}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=ALGORITHM
// RUN: usmp-opt %s -p 'unified-static-memory-planner{time-limit=0.0}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=TIME
// RUN: usmp-opt %s -p 'unified-static-memory-planner{main=nobody}' --verify-diagnostics --split-input-file | filecheck %s --check-prefix=MAIN
// RUN: not usmp-opt %s -p 'unified-static-memory-planner{pools="heap"}' 2>&1 | filecheck %s --check-prefix=POOLS

// Errors of each step are errors of the whole.

// IO:        unified-static-memory-planner has options for inputs and outputs, which stay parameters: set create-io-allocates=true
// ALIGNMENT: option alignment of {{.*}} is 3, expected a power of two
// ALGORITHM: option algorithm of {{.*}}: there is no algorithm 'tetris', only best, greedy_by_conflicts, greedy_by_size, hill_climb, optimal
// TIME:      option time-limit of {{.*}} is 0.0 seconds, expected more than 0
// MAIN:      there is no function @nobody with a body to be the entry function
// POOLS:     pools{{.*}} must be one of arguments, globals, not "heap"

// Nothing fits in a pool that is smaller than what is live at once.

usmp.pool @fast size_hint_bytes 64

tir.func @main() {
  %a = tir.allocate "a" : memref<48xi8>
  %b = tir.allocate "b" : memref<32xi8>
  "test.op"(%a, %b) : (memref<48xi8>, memref<32xi8>) -> ()
}

// CHECK-LABEL: the buffers do not fit in pool @fast: the pool has 64 bytes, 16 too few: no plan exists
// CHECK-NEXT:  buffers of 80 bytes together are live at program point 2: 'a' of @main, 48 bytes, 'b' of @main, 32 bytes
// CHECK-NEXT:  the smallest size_hint_bytes for which a plan was found is 80

// -----

tir.func @main() {
  tir.call_extern @main() : () -> ()
}

// CHECK-LABEL: recursion, @main -> @main
