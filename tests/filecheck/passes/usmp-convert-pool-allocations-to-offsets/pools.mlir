// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --split-input-file --print-op-generic | usmp-opt --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets,usmp-convert-pool-allocations-to-offsets --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-convert-pool-allocations-to-offsets{pools="globals"}' --split-input-file | filecheck %s --check-prefix=GLOBALS
// RUN: usmp-opt %s -p 'usmp-convert-pool-allocations-to-offsets{pools="globals"},usmp-convert-pool-allocations-to-offsets' --split-input-file | filecheck %s --check-prefix=GLOBALS

// Pools become parameters or globals, allocations views of them at their offsets.

// One pool.

usmp.pool @fast_memory attributes {allocated_size = 1024 : i64}

tir.func @run_model(%input: memref<?xi8>) {
  %sid = tir.allocate "sid_9" {buffer_info = #usmp.buffer_info<"sid_9", size_bytes = 200, alignment = 16, live = [[0, 4]]>, candidate_memory_pools = [@fast_memory], pool_allocation = #usmp.pool_allocation<@fast_memory, byte_offset = 0>} : memref<100xi16>
  %padded = tir.allocate "PaddedInput_7" {buffer_info = #usmp.buffer_info<"PaddedInput_7", size_bytes = 24, alignment = 32, live = [[0, 4]]>, candidate_memory_pools = [@fast_memory], pool_allocation = #usmp.pool_allocation<@fast_memory, byte_offset = 224>} : memref<2x3xf32>
  "test.op"(%sid, %padded) : (memref<100xi16>, memref<2x3xf32>) -> ()
}

// CHECK:       builtin.module {
// CHECK-NEXT:    usmp.pool @fast_memory attributes {allocated_size = 1024 : i64}
// CHECK-NEXT:    tir.func @run_model(%input: memref<?xi8>, %fast_memory: memref<1024xi8> {usmp.pool = @fast_memory}) {
// CHECK-NEXT:      %c = arith.constant 0 : index
// CHECK-NEXT:      %sid = memref.view %fast_memory[%c][] {usmp.buffer = "sid_9", alignment = 16 : i64} : memref<1024xi8> to memref<100xi16>
// CHECK-NEXT:      %c_1 = arith.constant 224 : index
// CHECK-NEXT:      %padded = memref.view %fast_memory[%c_1][] {usmp.buffer = "PaddedInput_7", alignment = 32 : i64} : memref<1024xi8> to memref<2x3xf32>
// CHECK-NEXT:      "test.op"(%sid, %padded) : (memref<100xi16>, memref<2x3xf32>) -> ()
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// GLOBALS:       builtin.module {
// GLOBALS-NEXT:    usmp.pool @fast_memory attributes {allocated_size = 1024 : i64}
// GLOBALS-NEXT:    "memref.global"() <{sym_name = "fast_memory_pool", type = memref<1024xi8>, initial_value, sym_visibility = "private", alignment = 32 : i64}> {usmp.pool = @fast_memory} : () -> ()
// GLOBALS-NEXT:    tir.func @run_model(%input: memref<?xi8>) {
// GLOBALS-NEXT:      %fast_memory = memref.get_global @fast_memory_pool : memref<1024xi8>
// GLOBALS-NEXT:      %c = arith.constant 0 : index
// GLOBALS-NEXT:      %sid = memref.view %fast_memory[%c][] {usmp.buffer = "sid_9", alignment = 16 : i64} : memref<1024xi8> to memref<100xi16>
// GLOBALS-NEXT:      %c_1 = arith.constant 224 : index
// GLOBALS-NEXT:      %padded = memref.view %fast_memory[%c_1][] {usmp.buffer = "PaddedInput_7", alignment = 32 : i64} : memref<1024xi8> to memref<2x3xf32>
// GLOBALS-NEXT:      "test.op"(%sid, %padded) : (memref<100xi16>, memref<2x3xf32>) -> ()
// GLOBALS-NEXT:    }
// GLOBALS-NEXT:  }

// -----

// Two pools, and one that the plan leaves empty. Each function takes what it and its callees need.

usmp.pool @slow alignment 64 attributes {allocated_size = 64 : i64}
usmp.pool @fast attributes {allocated_size = 48 : i64}
usmp.pool @empty attributes {allocated_size = 0 : i64}

tir.func @operator(%in: memref<16xi8>) {
  %scratch = tir.allocate {pool_allocation = #usmp.pool_allocation<@fast, byte_offset = 32>} : memref<16xi8>
  "test.op"(%in, %scratch) : (memref<16xi8>, memref<16xi8>) -> ()
}

tir.func @main() {
  tir.for %i = 0 to 4 {
    %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@slow, byte_offset = 48>} : memref<16xi8>
    tir.call_extern @operator(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK-LABEL: tir.func @operator(
// CHECK-SAME:    %in: memref<16xi8>, %fast: memref<48xi8> {usmp.pool = @fast}) {
// CHECK-NEXT:    %c = arith.constant 32 : index
// CHECK-NEXT:    %scratch = memref.view %fast[%c][] {usmp.buffer = "scratch"} : memref<48xi8> to memref<16xi8>
// CHECK-LABEL: tir.func @main(
// CHECK-SAME:    %fast: memref<48xi8> {usmp.pool = @fast}, %slow: memref<64xi8> {usmp.pool = @slow}) {
// CHECK-NEXT:    tir.for %i = 0 to 4 {
// CHECK-NEXT:      %c = arith.constant 48 : index
// CHECK-NEXT:      %A = memref.view %slow[%c][] {usmp.buffer = "A"} : memref<64xi8> to memref<16xi8>
// CHECK-NEXT:      tir.call_extern @operator(%A, %fast) : (memref<16xi8>, memref<48xi8>) -> ()
// CHECK-NEXT:    }

// GLOBALS:      usmp.pool @slow
// GLOBALS-NEXT: sym_name = "slow_pool", type = memref<64xi8>, {{.*}}alignment = 64
// GLOBALS-NEXT: usmp.pool @fast
// GLOBALS-NEXT: sym_name = "fast_pool", type = memref<48xi8>, {{.*}}alignment = 16
// GLOBALS-NEXT: usmp.pool @empty
// GLOBALS-NEXT: tir.func @operator(%in: memref<16xi8>) {
// GLOBALS-NEXT:   %fast = memref.get_global @fast_pool : memref<48xi8>
// GLOBALS-NEXT:   %c = arith.constant 32 : index
// GLOBALS-NEXT:   %scratch = memref.view %fast[%c][]
// GLOBALS-LABEL: tir.func @main() {
// GLOBALS-NEXT:   %slow = memref.get_global @slow_pool : memref<64xi8>
// GLOBALS-NEXT:   tir.for %i = 0 to 4 {
// GLOBALS-NEXT:     %c = arith.constant 48 : index
// GLOBALS-NEXT:     %A = memref.view %slow[%c][]
// GLOBALS-NEXT:     tir.call_extern @operator(%A) : (memref<16xi8>) -> ()

// -----

// Six pools, in order of their names whatever the order they are declared and used in. A name that
// no value can have gives a parameter without a name.

usmp.pool @f attributes {allocated_size = 6 : i64}
usmp.pool @a attributes {allocated_size = 1 : i64}
usmp.pool @c attributes {allocated_size = 3 : i64}
usmp.pool @"1 b" attributes {allocated_size = 2 : i64}
usmp.pool @e memory_space "L1" attributes {allocated_size = 5 : i64}
usmp.pool @d attributes {allocated_size = 4 : i64}

tir.func @main(%in: memref<1xi8>) {
  %C = tir.allocate {pool_allocation = #usmp.pool_allocation<@c, byte_offset = 0>} : memref<3xi8>
  %F = tir.allocate {pool_allocation = #usmp.pool_allocation<@f, byte_offset = 0>} : memref<6xi8>
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@a, byte_offset = 0>} : memref<1xi8>
  %E = tir.allocate {pool_allocation = #usmp.pool_allocation<@e, byte_offset = 0>} : memref<5xi8, "L1">
  %D = tir.allocate {pool_allocation = #usmp.pool_allocation<@d, byte_offset = 0>} : memref<4xi8>
  %B = tir.allocate {pool_allocation = #usmp.pool_allocation<@"1 b", byte_offset = 0>} : memref<2xi8>
}

// CHECK-LABEL: tir.func @main(
// CHECK-SAME:    %in: memref<1xi8>, %{{.*}}: memref<2xi8> {usmp.pool = @"1 b"}, %a: memref<1xi8> {usmp.pool = @a}, %c: memref<3xi8> {usmp.pool = @c}, %d: memref<4xi8> {usmp.pool = @d}, %e: memref<5xi8, "L1"> {usmp.pool = @e}, %f: memref<6xi8> {usmp.pool = @f}) {
// CHECK:         %C = memref.view %c[
// CHECK:         %F = memref.view %f[
// CHECK:         %A = memref.view %a[
// CHECK:         %E = memref.view %e[{{.*}} : memref<5xi8, "L1"> to memref<5xi8, "L1">
// CHECK:         %D = memref.view %d[
// CHECK:         %B = memref.view %{{.*}}[{{.*}} : memref<2xi8> to memref<2xi8>

// GLOBALS-LABEL: tir.func @main(
// GLOBALS-SAME:    %in: memref<1xi8>) {
// GLOBALS-NEXT:    %{{.*}} = memref.get_global @"1 b_pool" : memref<2xi8>
// GLOBALS-NEXT:    %a = memref.get_global @a_pool : memref<1xi8>
// GLOBALS-NEXT:    %c = memref.get_global @c_pool : memref<3xi8>
// GLOBALS-NEXT:    %d = memref.get_global @d_pool : memref<4xi8>
// GLOBALS-NEXT:    %e = memref.get_global @e_pool : memref<5xi8, "L1">
// GLOBALS-NEXT:    %f = memref.get_global @f_pool : memref<6xi8>
// GLOBALS:         %C = memref.view %c[

// -----

// Nothing is planned: nothing changes, not even what cannot be planned.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate : memref<4xi8>
  tir.call_extern @f() : () -> ()
}

// CHECK:      usmp.pool @p attributes {allocated_size = 64 : i64}
// CHECK-NEXT: tir.func @f() {
// CHECK-NEXT:   %A = tir.allocate : memref<4xi8>
// CHECK-NEXT:   tir.call_extern @f() : () -> ()

// GLOBALS:      usmp.pool @p attributes {allocated_size = 64 : i64}
// GLOBALS-NEXT: tir.func @f() {
// GLOBALS-NEXT:   %A = tir.allocate : memref<4xi8>
