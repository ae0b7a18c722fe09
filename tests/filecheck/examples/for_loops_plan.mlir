// RUN: usmp-opt %examples/all_serial_for_loops.mlir -p 'unified-static-memory-planner{algorithm=greedy_by_size convert=false}' | filecheck %s --check-prefix=SERIAL
// RUN: usmp-opt %examples/all_serial_for_loops.mlir -p 'unified-static-memory-planner{algorithm=greedy_by_conflicts convert=false}' | filecheck %s --check-prefix=SERIAL
// RUN: usmp-opt %examples/all_serial_for_loops.mlir -p unified-static-memory-planner | filecheck %s --check-prefix=SERIAL
// RUN: usmp-opt %examples/parallel_serial_mixed_for_loops.mlir -p 'unified-static-memory-planner{pools="globals"}' | filecheck %s --check-prefix=PARALLEL
// RUN: usmp-opt %examples/parallel_serial_mixed_for_loops.mlir -p tir-convert-for-loops-serial,unified-static-memory-planner | filecheck %s --check-prefix=SERIAL

// One convolution, with loops that are all serial and with a parallel one. What is allocated under
// the parallel loop has no place, and stays as it is; once that loop is serial, too, all is planned.

// SERIAL: usmp.plan = {{.*}}optimal = true, smallest_pools = true
// SERIAL: usmp.pool @global_workspace attributes {allocated_size = 430848 : i64, lower_bound = 430848 : i64, gap = 0 : i64

// PARALLEL:       usmp.pool @global_workspace attributes {allocated_size = 430592 : i64, lower_bound = 430592 : i64, gap = 0 : i64
// PARALLEL-NEXT:  "memref.global"() <{sym_name = "global_workspace_pool", type = memref<430592xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @global_workspace}
// PARALLEL:       %PaddedInput = memref.view %global_workspace
// PARALLEL:       %dummy_allocate = tir.allocate "dummy_allocate" {{{.*}}not_planned = "allocated under a concurrent loop
// PARALLEL:       %Conv2dOutput = tir.allocate "Conv2dOutput_8" {{{.*}}not_planned = "allocated under a concurrent loop
// PARALLEL-LABEL: tir.func @tvmgen_default_run_model(%input: memref<?xi8>, %output: memref<?xi8>) attributes
