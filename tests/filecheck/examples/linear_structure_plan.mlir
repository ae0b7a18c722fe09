// RUN: usmp-opt %examples/linear_structure.mlir -p 'unified-static-memory-planner{algorithm=greedy_by_size convert=false}' | filecheck %s --check-prefixes=GREEDY,SIZE
// RUN: usmp-opt %examples/linear_structure.mlir -p 'unified-static-memory-planner{algorithm=greedy_by_conflicts convert=false}' | filecheck %s --check-prefixes=GREEDY
// RUN: usmp-opt %examples/linear_structure.mlir -p 'unified-static-memory-planner{algorithm=hill_climb convert=false}' | filecheck %s --check-prefix=TIGHT
// RUN: usmp-opt %examples/linear_structure.mlir -p 'unified-static-memory-planner{convert=false}' | filecheck %s --check-prefixes=TIGHT,OPTIMAL
// RUN: usmp-opt %examples/linear_structure.mlir -p unified-static-memory-planner | filecheck %s --check-prefixes=TIGHT,CONVERTED
// RUN: usmp-opt %examples/linear_structure.mlir -p 'unified-static-memory-planner{create-io-allocates=true}' | filecheck %s --check-prefixes=IO

// A straight line of three operators in one pool: as large as the memory pressure, rounded up to the
// alignment. The greedy algorithms need a quarter more.

// SIZE:        usmp.plan = {algorithm = "greedy_by_size", optimal = false, smallest_pools = false}
// GREEDY:      usmp.pool @global_workspace attributes {allocated_size = 1418528 : i64, lower_bound = 1117728 : i64, gap = 300800 : i64, required_alignment = 16 : i64}

// OPTIMAL:     usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}
// TIGHT:       usmp.pool @global_workspace attributes {allocated_size = 1117728 : i64, lower_bound = 1117728 : i64, gap = 0 : i64, required_alignment = 16 : i64}

// An operator without scratch buffers needs no pool.

// CONVERTED-LABEL: tir.func @tvmgen_default_fused_cast_subtract(
// CONVERTED-SAME:    %T_subtract: memref<150528xi16>) attributes
// CONVERTED-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast(
// CONVERTED-SAME:    %T_cast: memref<802816xi8>, %global_workspace: memref<1117728xi8> {usmp.pool = @global_workspace}) attributes
// CONVERTED:         %PaddedInput = memref.view %global_workspace{{.*}}usmp.buffer = "PaddedInput_7"
// CONVERTED-LABEL: tir.func @tvmgen_default_run_model(
// CONVERTED-SAME:    %input: memref<?xi8>, %output: memref<?xi8>, %global_workspace: memref<1117728xi8> {usmp.pool = @global_workspace}) attributes
// CONVERTED:         tir.call_extern @tvmgen_default_fused_cast_subtract(%input, %p0, %sid9) :
// CONVERTED:         tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast(%sid9, %p1, %p2, %sid8, %global_workspace) :
// CONVERTED-NOT:     tir.allocate

// With the input and the output in it, the pool is no larger.

// IO:       usmp.io_pool_allocations = {input = {kind = "input", pool = @global_workspace, {{.*}}size_bytes = 150528 : i64, {{.*}}output = {kind = "output", pool = @global_workspace, {{.*}}size_bytes = 401408 : i64
// IO-NEXT:  usmp.pool @global_workspace attributes {allocated_size = 1117728 : i64,
// IO-LABEL: tir.func @tvmgen_default_run_model(
// IO-SAME:    %global_workspace: memref<1117728xi8> {usmp.pool = @global_workspace}) attributes
