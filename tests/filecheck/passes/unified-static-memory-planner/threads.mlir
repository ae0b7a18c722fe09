// RUN: usmp-opt %s -p 'unified-static-memory-planner{threads=3}' | filecheck %s --check-prefix=CONVERTED
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{threads=3},usmp-plan-memory,usmp-verify-plan' | filecheck %s --check-prefix=PLANNED
// RUN: usmp-opt %s -p 'unified-static-memory-planner{threads=3 pools="globals"},canonicalize,cse,usmp-verify-plan' | filecheck %s --check-prefix=CLEAN
// RUN: usmp-opt %s -p 'unified-static-memory-planner{threads=3},lower-tir' | filecheck %s --check-prefix=LOWERED
// RUN: usmp-opt %s -p 'unified-static-memory-planner{threads=3},lower-tir{keep-usmp-attributes=true},usmp-verify-plan' | filecheck %s --check-prefix=KEPT
// RUN: usmp-opt %s -p 'unified-static-memory-planner{threads=3},tir-convert-for-loops-serial,usmp-verify-plan' | filecheck %s --check-prefix=SERIAL
// RUN: usmp-opt %s -p 'unified-static-memory-planner{threads=3}' -t c | filecheck %s --check-prefix=C
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{threads=0}' 2>&1 | filecheck %s --check-prefix=ZERO
// RUN: not usmp-opt %s -p 'unified-static-memory-planner{threads=-2}' 2>&1 | filecheck %s --check-prefix=NEGATIVE
// RUN: not usmp-opt %s -p 'unified-static-memory-planner{threads="many"}' 2>&1 | filecheck %s --check-prefix=TEXT
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{threads=2 parallel-loops="innermost"}' 2>&1 | filecheck %s --check-prefix=UNSOUND

// Buffers under a concurrent loop have a slice for each thread, from plan to program.

usmp.pool @p

tir.func @main(%out: memref<8xi8>) {
  %c0 = arith.constant 0 : index
  tir.for parallel %i = 0 to 8 {
    %A = tir.allocate "A" : memref<10xi8>
    %v = arith.index_cast %i : index to i8
    tir.store %v, %A[%c0] : memref<10xi8>
    tir.call_extern @half(%A, %out, %i) : (memref<10xi8>, memref<8xi8>, index) -> ()
  }
}

tir.func private @half(%x: memref<10xi8>, %out: memref<8xi8>, %i: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i8
  tir.for parallel %j = 0 to 1 {
    %S = tir.allocate "S" : memref<2xi8>
    %v = tir.load %x[%c0] : memref<10xi8>
    %h = arith.shrui %v, %c1 : i8
    tir.store %h, %S[%c0] : memref<2xi8>
    %w = tir.load %S[%c0] : memref<2xi8>
    tir.store %w, %out[%i] : memref<8xi8>
  }
}

// PLANNED:      %A = tir.allocate "A" {buffer_info = #usmp.buffer_info<"A", size_bytes = 42, alignment = 16, slices = 3,
// PLANNED-SAME:   pool_allocation = #usmp.pool_allocation<@p, byte_offset = {{[0-9]+}}, slices = 3, slice_bytes = 16>}
// PLANNED:      %S = tir.allocate "S" {buffer_info = #usmp.buffer_info<"S", size_bytes = 34, alignment = 16, slices = 3,
// PLANNED-SAME:   pool_allocation = #usmp.pool_allocation<@p, byte_offset = {{[0-9]+}}, slices = 3, slice_bytes = 16>}

// CONVERTED:      usmp.pool @p attributes {allocated_size = 96 : i64
// CONVERTED:      tir.for parallel %i
// CONVERTED-NEXT:   [[BASE:%[a-zA-Z0-9_]+]] = arith.constant [[#]] : index
// CONVERTED-NEXT:   [[NUMBER:%[a-zA-Z0-9_]+]] = usmp.thread_number of 3
// CONVERTED-NEXT:   [[STRIDE:%[a-zA-Z0-9_]+]] = arith.constant 16 : index
// CONVERTED-NEXT:   [[SLICE:%[a-zA-Z0-9_]+]] = arith.muli [[NUMBER]], [[STRIDE]] : index
// CONVERTED-NEXT:   [[OFFSET:%[a-zA-Z0-9_]+]] = arith.addi [[BASE]], [[SLICE]] : index
// CONVERTED-NEXT:   %A = memref.view %p[[[OFFSET]]][] {usmp.buffer = "A", usmp.slices = 3 : i64, alignment = 16 : i64} : memref<96xi8> to memref<10xi8>
// CONVERTED:      %S = memref.view %p[%{{.*}}][] {usmp.buffer = "S", usmp.slices = 3 : i64, alignment = 16 : i64} : memref<96xi8> to memref<2xi8>
// CONVERTED-NOT:  tir.allocate

// CLEAN:      tir.for parallel
// CLEAN:        usmp.thread_number of 3
// CLEAN:      tir.for parallel
// CLEAN:        usmp.thread_number of 3

// LOWERED:      func.func private @usmp_thread_number() -> index
// LOWERED-NOT:  usmp.
// LOWERED:      "scf.parallel"
// LOWERED:        func.call @usmp_thread_number() : () -> index
// LOWERED:        %A = memref.view %p[%{{.*}}][] {alignment = 16 : i64} : memref<96xi8> to memref<10xi8>

// KEPT-NOT:   @usmp_thread_number
// KEPT:       usmp.thread_number of 3

// SERIAL:     tir.for %i
// SERIAL:       usmp.thread_number of 3

// C:          (3 slices of 10, 16 apart)
// C:          #define USMP_PARALLEL_FOR_THREADS(threads) USMP_PRAGMA(omp parallel for num_threads(threads))
// C:          #define USMP_THREAD_NUMBER() omp_get_thread_num()
// C:          USMP_PARALLEL_FOR_THREADS(3)
// C-NEXT:     for (usmp_index i = 0; i < 8; ++i) {
// C-NEXT:       const usmp_index thread = (usmp_index)USMP_THREAD_NUMBER();
// C:          /* parallel, but run by the thread of the loop around it */
// C-NEXT:     for (usmp_index j = 0; j < 1; ++j) {
// C-NEXT:       const usmp_index thread = (usmp_index)USMP_THREAD_NUMBER();

// ZERO:       error: option threads of usmp-extract-buffer-info is 0, expected from 1 to 2147483647
// NEGATIVE:   error: option threads of usmp-extract-buffer-info is -2, expected from 1 to 2147483647
// TEXT:       error: option 'threads' of pass 'unified-static-memory-planner' must be an integer, not "many"
// UNSOUND:    error: option threads of usmp-extract-buffer-info needs an analysis that is sound: leave out loop-liveness and parallel-loops
