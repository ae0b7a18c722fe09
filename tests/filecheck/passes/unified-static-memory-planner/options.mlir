// RUN: usmp-opt %s -p unified-static-memory-planner | filecheck %s --check-prefixes=CHECK,ARGUMENTS
// RUN: xdsl-opt %s -p unified-static-memory-planner | filecheck %s --check-prefixes=CHECK,ARGUMENTS
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,usmp-convert-pool-allocations-to-offsets | filecheck %s --check-prefixes=CHECK,ARGUMENTS
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals" algorithm=hill_climb seed=9 time-limit=3.0}' | filecheck %s --check-prefix=GLOBALS
// RUN: usmp-opt %s -p 'unified-static-memory-planner{convert=false alignment=64 algorithm=greedy_by_conflicts}' | filecheck %s --check-prefix=PLAN
// RUN: usmp-opt %s -p 'unified-static-memory-planner{main=operator}' | filecheck %s --check-prefix=MAIN
// RUN: usmp-opt %s -p 'unified-static-memory-planner{create-io-allocates=true}' | filecheck %s --check-prefix=IO
// RUN: usmp-opt %s -p 'unified-static-memory-planner{create-io-allocates=true keep=in sizes=16}' | filecheck %s --check-prefix=KEEP
// RUN: usmp-opt %s -p 'unified-static-memory-planner{create-io-allocates=true keep=0 sizes=16}' | filecheck %s --check-prefix=KEEP
// RUN: usmp-opt %s -p 'unified-static-memory-planner{create-io-allocates=true inputs=out outputs=in sizes=32,48}' | filecheck %s --check-prefix=SWAPPED
// RUN: usmp-opt %s -p 'unified-static-memory-planner{create-io-allocates=true inouts=in,out}' | filecheck %s --check-prefix=INOUT

// Everything in one pass: as good as its steps one by one, with the options of each.

tir.func @operator(%x: memref<16xi8>, %y: memref<16xi8>) {
  %scratch = tir.allocate "scratch" : memref<40xi8>
  tir.for %i = 0 to 16 {
    %v = tir.load %x[%i] : memref<16xi8>
    tir.store %v, %scratch[%i] : memref<40xi8>
  }
  tir.for %i = 0 to 16 {
    %v = tir.load %scratch[%i] : memref<40xi8>
    tir.store %v, %y[%i] : memref<16xi8>
  }
}

tir.func @run_model(%in: memref<?xi8>, %out: memref<?xi8>) attributes {runner_function} {
  %activation = tir.allocate "activation" : memref<16xi8>
  tir.call_extern @operator(%in, %activation) : (memref<?xi8>, memref<16xi8>) -> ()
  tir.call_extern @operator(%activation, %out) : (memref<16xi8>, memref<?xi8>) -> ()
}

// CHECK:          usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}
// CHECK-NEXT:     usmp.pool @global_workspace attributes {allocated_size = 64 : i64, lower_bound = 64 : i64, gap = 0 : i64, required_alignment = 16 : i64}
// ARGUMENTS-LABEL: tir.func @operator(
// ARGUMENTS-SAME:    %x: memref<16xi8>, %y: memref<16xi8>, %global_workspace: memref<64xi8> {usmp.pool = @global_workspace}) {
// ARGUMENTS:         %scratch = memref.view %global_workspace[%c][] {usmp.buffer = "scratch", alignment = 16 : i64} : memref<64xi8> to memref<40xi8>
// ARGUMENTS-LABEL: tir.func @run_model(
// ARGUMENTS-SAME:    %in: memref<?xi8>, %out: memref<?xi8>, %global_workspace: memref<64xi8> {usmp.pool = @global_workspace}) attributes
// ARGUMENTS:         tir.call_extern @operator(%in, %activation, %global_workspace) :
// ARGUMENTS:         tir.call_extern @operator(%activation, %out, %global_workspace) :

// GLOBALS:       usmp.plan = {algorithm = "hill_climb", optimal = true, smallest_pools = true, seed = 9 : i64, time_limit = 3.000000e+00 : f64}
// GLOBALS:       "memref.global"() <{sym_name = "global_workspace_pool", type = memref<64xi8>
// GLOBALS-LABEL: tir.func @operator(%x: memref<16xi8>, %y: memref<16xi8>) {
// GLOBALS:         %global_workspace = memref.get_global @global_workspace_pool : memref<64xi8>
// GLOBALS-LABEL: tir.func @run_model(%in: memref<?xi8>, %out: memref<?xi8>) attributes

// The plan alone, with an alignment of 64: each buffer takes 64 bytes.

// PLAN:       usmp.plan = {algorithm = "greedy_by_conflicts", optimal = true, smallest_pools = true}
// PLAN-NEXT:  usmp.pool @global_workspace attributes {allocated_size = 128 : i64, lower_bound = 128 : i64, gap = 0 : i64, required_alignment = 64 : i64}
// PLAN-LABEL: tir.func @operator(%x: memref<16xi8>, %y: memref<16xi8>) {
// PLAN:         %scratch = tir.allocate "scratch" {{{.*}}size_bytes = 40, alignment = 64, {{.*}} pool_allocation = #usmp.pool_allocation<@global_workspace, byte_offset = 0>}
// PLAN:         %activation = tir.allocate "activation" {{{.*}} pool_allocation = #usmp.pool_allocation<@global_workspace, byte_offset = 64>}

// Another entry function: what it does not reach has no place, and is left alone.

// MAIN:       usmp.pool @global_workspace attributes {allocated_size = 48 : i64
// MAIN-LABEL: tir.func @operator(%x: memref<16xi8>, %y: memref<16xi8>, %global_workspace: memref<48xi8> {usmp.pool = @global_workspace}) attributes {usmp.memory_pressure = 40 : i64} {
// MAIN-LABEL: tir.func @run_model(
// MAIN-SAME:    %in: memref<?xi8>, %out: memref<?xi8>{{.*}}) attributes {runner_function}
// MAIN:         %activation = tir.allocate "activation" {{{.*}}not_planned = "

// Inputs and outputs in the pool, all of them or some, of sizes that the program tells or the user.

// IO:       usmp.io_pool_allocations = {in = {kind = "input", {{.*}}type = memref<16xi8>, parameter = 0 : i64}, out = {kind = "output", {{.*}}type = memref<16xi8>, parameter = 1 : i64}}
// IO-LABEL: tir.func @run_model(
// IO-SAME:    %global_workspace: memref<{{[0-9]+}}xi8> {usmp.pool = @global_workspace}) attributes
// IO:         %in = memref.view %global_workspace{{.*}} to memref<16xi8>
// IO:         %out = memref.view %global_workspace{{.*}} to memref<16xi8>

// KEEP:       usmp.io_pool_allocations = {out = {kind = "output", {{.*}}parameter = 1 : i64}}
// KEEP-LABEL: tir.func @run_model(
// KEEP-SAME:    %in: memref<?xi8>, %global_workspace: memref<

// SWAPPED:       usmp.io_pool_allocations = {in = {kind = "output", {{.*}}type = memref<32xi8>, parameter = 0 : i64}, out = {kind = "input", {{.*}}type = memref<48xi8>, parameter = 1 : i64}}

// INOUT:       usmp.io_pool_allocations = {in = {kind = "inout", {{.*}}}, out = {kind = "inout", {{.*}}}}
