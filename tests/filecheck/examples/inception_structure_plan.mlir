// RUN: usmp-opt %examples/inception_structure.mlir -p usmp-assign-pool-info,usmp-extract-buffer-info -o %t.mlir
// RUN: usmp-opt %t.mlir -p 'usmp-plan-memory{algorithm=greedy_by_size},usmp-verify-plan' | filecheck %s --check-prefix=SIZE
// RUN: usmp-opt %t.mlir -p 'usmp-plan-memory{algorithm=greedy_by_conflicts},usmp-verify-plan' | filecheck %s --check-prefix=CONFLICTS
// RUN: usmp-opt %t.mlir -p 'usmp-plan-memory{algorithm=hill_climb}' | filecheck %s --check-prefixes=TIGHT,CLIMB
// RUN: usmp-opt %t.mlir -p 'usmp-plan-memory{algorithm=optimal seed=5}' | filecheck %s --check-prefixes=TIGHT
// RUN: usmp-opt %examples/inception_structure.mlir -p unified-static-memory-planner | filecheck %s --check-prefixes=TIGHT,CONVERTED

// Four branches over one input, in one pool: as large as the memory pressure, rounded up to the
// alignment, and less than half of what the greedy algorithms need.

// SIZE:      usmp.plan = {algorithm = "greedy_by_size", optimal = false, smallest_pools = false}
// SIZE-NEXT: usmp.pool @global_workspace attributes {allocated_size = 2437632 : i64, lower_bound = 1117728 : i64, gap = 1319904 : i64

// CONFLICTS:      usmp.plan = {algorithm = "greedy_by_conflicts", optimal = false, smallest_pools = false}
// CONFLICTS-NEXT: usmp.pool @global_workspace attributes {allocated_size = 2638336 : i64, lower_bound = 1117728 : i64, gap = 1520608 : i64

// CLIMB:          usmp.plan = {algorithm = "hill_climb", optimal = true, smallest_pools = true, seed = 0 : i64}
// CONVERTED:      usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}
// TIGHT:          usmp.pool @global_workspace attributes {allocated_size = 1117728 : i64, lower_bound = 1117728 : i64, gap = 0 : i64

// CONVERTED-LABEL: tir.func @tvmgen_default_run_model(
// CONVERTED-SAME:    %input: memref<?xi8>, %output: memref<?xi8>, %global_workspace: memref<1117728xi8> {usmp.pool = @global_workspace}) attributes
// CONVERTED-NOT:     tir.allocate
