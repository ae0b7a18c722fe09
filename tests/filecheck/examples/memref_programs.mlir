// RUN: usmp-opt %examples/memref/memory_spaces.mlir -p unified-static-memory-planner | filecheck %s --check-prefix=SPACES
// RUN: usmp-opt %examples/memref/parallel_rows.mlir -p 'unified-static-memory-planner{threads=4}' | filecheck %s --check-prefix=THREADS
// RUN: usmp-opt %examples/memref/parallel_rows.mlir -p unified-static-memory-planner | filecheck %s --check-prefix=ALONE
// RUN: usmp-opt %examples/memref/control_flow_graph.mlir -p unified-static-memory-planner | filecheck %s --check-prefix=GRAPH

// Each space has a pool, and views keep the space.

// SPACES:       usmp.pool @l1 memory_space "L1" size_hint_bytes 2048 attributes {allocated_size = 1152 : i64, lower_bound = 1152 : i64
// SPACES:       usmp.pool @dram attributes {allocated_size = 256 : i64, lower_bound = 256 : i64
// SPACES-LABEL: func.func private @multiply_tile(
// SPACES:         %tile = memref.view %l1[{{.*}}][] {{.*}} : memref<1152xi8, "L1"> to memref<16x16xf32, "L1">
// SPACES-LABEL: func.func @dense(
// SPACES-SAME:    %dram: memref<256xi8> {usmp.pool = @dram}, %l1: memref<1152xi8, "L1"> {usmp.pool = @l1})
// SPACES:         %normal = memref.view %dram[{{.*}}][] {{.*}} : memref<256xi8> to memref<64xf32>
// SPACES:         %sums = memref.view %l1[{{.*}}][] {{.*}} : memref<1152xi8, "L1"> to memref<16xf32, "L1">

// A slice for each thread; without a word of threads, no plan.

// THREADS:      allocated_size = 1024 : i64
// THREADS:      usmp.thread_number
// THREADS:      memref.view %global_workspace{{.*}} : memref<1024xi8> to memref<64xf32>
// ALONE:        memref.alloc() {{{.*}}not_planned = "allocated under a concurrent loop: scf.parallel in @running_sums"}

// What a round of the loop makes shares memory with what is dead before the loop.

// GRAPH:        allocated_size = 768 : i64
// GRAPH:          %wide = memref.view
// GRAPH:        ^{{.*}}:
// GRAPH:          %scratch = memref.view
// GRAPH-NOT:      memref.dealloc
