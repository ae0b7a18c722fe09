// RUN: usmp-opt %s -p usmp-plan-memory --verify-diagnostics --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-plan-memory{algorithm=greedy_by_size}' --verify-diagnostics --split-input-file | filecheck %s

// Programs that pose no problem to be solved: the error says which buffer, and what to change.

tir.func @main() {
  %a = tir.allocate {buffer_info = 1 : i64} : memref<4xi8>
}

// CHECK-LABEL: a buffer of @main has no buffer_info: run usmp-extract-buffer-info
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

// Neither pools nor candidates.

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = [[0, 1]]>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a' of @main is in the default memory space, which no pool serves: declare one, as in usmp.pool @name
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, conflicts = ["x"]>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} is in conflict with 'x', which is not a buffer of the problem: correct the name, or take it from the list
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %first = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8>
  %second = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8>
}

// CHECK-LABEL: there are two buffers called 'a', of @main and of @main: rename one, or run usmp-extract-buffer-info again
// CHECK:      %second = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, pool_candidates = [@p, @q], live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a' of @main has the candidate pool @q, which is not declared: add usmp.pool @q, or name one of @p
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

// Candidates that the buffer's function or memory space cannot reach.

usmp.pool @p target_access {c = "ro"}

tir.func @main() attributes {target = "c"} {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, pool_candidates = [@p], live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a' of @main needs a pool that target "c" may write, which its candidate pool @p is not: change the pool's target_access, or the candidates
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p target_access {c = "rw"}

tir.func @main() attributes {target = "c"} {
  %k = tir.allocate_const {buffer_info = #usmp.buffer_info<"k", size_bytes = 4, alignment = 1, pool_candidates = [@p], live = []>} dense<0> : memref<4xi8>
}

// CHECK-LABEL: buffer 'k' of @main needs a pool that target "c" only reads, which its candidate pool @p is not: change the pool's target_access, or the candidates
// CHECK:      %k = "tir.allocate_const"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p target_access {c = "rw"}

tir.func @main() attributes {target = "npu"} {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a' of @main is in a function of target "npu", which no pool lists: add it to a pool, as in target_access {npu = "rw"}
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p memory_space "L1"

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, pool_candidates = [@p], live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a' of @main has the candidate pool @p, which does not serve the default memory space
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8, "L1">
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} has no pool to go to: declare one
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p alignment 8
usmp.pool @q alignment 4

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 16, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} can be in none of its candidate pools: it needs alignment 16, and pool {{['@]p'?}} has alignment 8; it needs alignment 16, and pool {{['@]q'?}} has alignment 4
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

// Buffers that are fixed where they cannot be.

usmp.pool @p size_hint_bytes 16

tir.func @main() {
  %a = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 14>, buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} is fixed at 14 in pool {{['@]p'?}} and has 4 bytes: it leaves the pool
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 6>, buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 4, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} is fixed at 6 in pool {{['@]p'?}}, which is not a multiple of its alignment 4
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p alignment 4

tir.func @main() {
  %a = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>, buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 8, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} is fixed at 8 in pool {{['@]p'?}}: it needs alignment 8, and pool {{['@]p'?}} has alignment 4
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>, buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} is fixed in pool @q, which is not declared
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
usmp.pool @q

tir.func @main() {
  %a = tir.allocate {candidate_memory_pools = [@p], fixed_pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>, buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a'{{( of @main)?}} is fixed at 0 in pool {{['@]q'?}}, which is not one of its candidate pools
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {fixed_pool_allocation = 6 : i64, buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a' of @main has fixed_pool_allocation 6 : i64, expected #usmp.pool_allocation<@pool, byte_offset = 0> or the like
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 6>, buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = [[0, 1]]>} : memref<4xi8>
  %b = tir.allocate {fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 9>, buffer_info = #usmp.buffer_info<"b", size_bytes = 4, alignment = 1, live = [[1, 2]]>} : memref<4xi8>
}

// CHECK-LABEL: buffers 'a'{{( of @main)?}} and 'b'{{( of @main)?}} are live together, and are fixed where they overlap: move one of them
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate "a" : memref<4xi8>
}

// CHECK-LABEL: a buffer of @main has no buffer_info: run usmp-extract-buffer-info
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %a = tir.allocate {buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, live = []>} : memref<8xi8>
}

// CHECK-LABEL: buffer 'a' of @main has 4 bytes by its buffer_info, and 8 by its type: run usmp-extract-buffer-info again
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
usmp.pool @q

tir.func @main() {
  %a = tir.allocate {candidate_memory_pools = [@q], buffer_info = #usmp.buffer_info<"a", size_bytes = 4, alignment = 1, pool_candidates = [@p], live = []>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'a' of @main has other candidate pools than its buffer_info says: run usmp-extract-buffer-info again
// CHECK:      %a = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p attributes {allocated_size = 16 : i64}

tir.func @main(%p: memref<16xi8> {usmp.pool = @p}) {
  %c = arith.constant 0 : index
  %a = memref.view %p[%c][] {usmp.buffer = "a", alignment = 16 : i64} : memref<16xi8> to memref<4xi8>
}

// CHECK-LABEL: @main has the memory of a pool already: plan the program as it was before usmp-convert-pool-allocations-to-offsets
