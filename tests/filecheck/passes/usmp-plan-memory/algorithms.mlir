// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=greedy_by_size}' | filecheck %s --check-prefix=SIZE
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=greedy_by_conflicts}' | filecheck %s --check-prefix=CONFLICTS
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=hill_climb}' | filecheck %s --check-prefixes=TIGHT,CLIMB
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=optimal seed=7}' | filecheck %s --check-prefixes=TIGHT,OPTIMAL
// RUN: usmp-opt %s -p usmp-plan-memory | filecheck %s --check-prefixes=TIGHT,BEST
// RUN: usmp-opt %s -p usmp-plan-memory --print-op-generic | usmp-opt | filecheck %s --check-prefixes=TIGHT,BEST

// Four buffers, each live together with the next. The greedy algorithms never use a gap, so that
// they need 20 bytes, each with another buffer on top; `c` and `d` are live at once, so that no plan
// needs less than 16.

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 10, alignment = 1, live = [[0, 1]]>} : memref<10xi8>
  %b = tir.allocate {buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, live = [[1, 2]]>} : memref<4xi8>
  %c = tir.allocate {buffer_info = #usmp.buffer_info<"c", size_bytes = 6, alignment = 1, live = [[2, 3]]>} : memref<6xi8>
  %d = tir.allocate {buffer_info = #usmp.buffer_info<"d", size_bytes = 10, alignment = 1, live = [[3, 4]]>} : memref<10xi8>
}

// By size the order is d, a, c, b: of equal size and conflicts, the greater name goes first.

// SIZE:      builtin.module attributes {usmp.plan = {algorithm = "greedy_by_size", optimal = false, smallest_pools = false}} {
// SIZE-NEXT:   usmp.pool @p attributes {allocated_size = 20 : i64, lower_bound = 16 : i64, gap = 4 : i64, required_alignment = 1 : i64}
// SIZE:          %a = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<10xi8>
// SIZE-NEXT:     %b = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<4xi8>
// SIZE-NEXT:     %c = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 10>} : memref<6xi8>
// SIZE-NEXT:     %d = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<10xi8>

// By the number of conflicts it is c, b, d, a.

// CONFLICTS:      builtin.module attributes {usmp.plan = {algorithm = "greedy_by_conflicts", optimal = false, smallest_pools = false}} {
// CONFLICTS-NEXT:   usmp.pool @p attributes {allocated_size = 20 : i64, lower_bound = 16 : i64, gap = 4 : i64, required_alignment = 1 : i64}
// CONFLICTS:          %a = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 10>} : memref<10xi8>
// CONFLICTS-NEXT:     %b = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 6>} : memref<4xi8>
// CONFLICTS-NEXT:     %c = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<6xi8>
// CONFLICTS-NEXT:     %d = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 6>} : memref<10xi8>

// CLIMB:      builtin.module attributes {usmp.plan = {algorithm = "hill_climb", optimal = true, smallest_pools = true, seed = 0 : i64}} {
// OPTIMAL:    builtin.module attributes {usmp.plan = {algorithm = "optimal", optimal = true, smallest_pools = true, seed = 7 : i64}} {
// BEST:       builtin.module attributes {usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}} {
// TIGHT-NEXT:   usmp.pool @p attributes {allocated_size = 16 : i64, lower_bound = 16 : i64, gap = 0 : i64, required_alignment = 1 : i64}
// TIGHT:          %a = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<10xi8>
// TIGHT-NEXT:     %b = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 10>} : memref<4xi8>
// TIGHT-NEXT:     %c = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<6xi8>
// TIGHT-NEXT:     %d = {{.*}} pool_allocation = #usmp.pool_allocation<@p, byte_offset = 6>} : memref<10xi8>
