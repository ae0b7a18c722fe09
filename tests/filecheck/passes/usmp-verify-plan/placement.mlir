// RUN: usmp-opt %s -p usmp-verify-plan --allow-unregistered-dialect --verify-diagnostics --split-input-file | filecheck %s

// Each buffer is where it may be.

// Pools.

usmp.pool @p

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<32xi8>
  "test.op"(%A) : (memref<32xi8>) -> ()
}

// CHECK-LABEL: buffer 'A' of @f is in pool @q, which is not declared: add usmp.pool @q, or plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
usmp.pool @q

tir.func @f() {
  %A = tir.allocate "A" {candidate_memory_pools = [@p], pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is in pool @q, which is none of its candidates, @p: plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
usmp.pool @q memory_space "L1"

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is in pool @q, which does not serve the default memory space: plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
usmp.pool @q memory_space "L1"

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8, "L1">
}

// CHECK-LABEL: buffer 'A' of @f is in pool @p, which does not serve memory space "L1": plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p target_access {c = "rw"}

tir.func @f() attributes {target = "npu"} {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is in pool @p, which target "npu" does not reach: plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p target_access {c = "rw", npu = "ro"}

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is in pool @p, which code without a target may only read: plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
usmp.pool @rom target_access {c = "ro"}

tir.func @f() attributes {target = "c"} {
  %K = tir.allocate_const "K" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} dense<1> : memref<32xi8>
}

// CHECK-LABEL: buffer 'K' of @f is in pool @p and constant, but target "c" may write there: plan again
// CHECK:      %K = "tir.allocate_const"()
// CHECK-NEXT: ^^^

// -----

// Sizes.

usmp.pool @p size_hint_bytes 40

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is at bytes [16, 48) of pool @p, outside its 40 bytes (size_hint_bytes): plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p attributes {allocated_size = 16 : i64}

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<17xi8>
}

// CHECK-LABEL: buffer 'A' of @f is at bytes [0, 17) of pool @p, outside its 16 bytes (allocated_size): plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p size_hint_bytes 40 attributes {allocated_size = 48 : i64}

tir.func @f() {
}

// CHECK-LABEL: pool @p has allocated_size 48, but no more than 40 bytes (size_hint_bytes): plan again
// CHECK:      "usmp.pool"() <{sym_name = "p"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p attributes {allocated_size = "48"}

tir.func @f() {
}

// CHECK-LABEL: pool @p has allocated_size = "48", expected a number of bytes
// CHECK:      "usmp.pool"() <{sym_name = "p"
// CHECK-NEXT: ^^^

// -----

// Alignment: 16 unless a buffer_info or the option says otherwise, and what the buffer asks for.

usmp.pool @p

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is at byte 8 of pool @p, which is not a multiple of its alignment, 16: plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f() {
  %A = memref.alloc() {alignment = 64 : i64, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 96>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is at byte 96 of pool @p, which is not a multiple of its alignment, 64: plan again
// CHECK:      %A = "memref.alloc"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f() {
  %A = tir.allocate "A" {buffer_info = #usmp.buffer_info<"A", size_bytes = 32, alignment = 4, live = []>, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 2>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is at byte 2 of pool @p, which is not a multiple of its alignment, 4: plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p alignment 4

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f has alignment 16, but pool @p itself 4: raise the pool's alignment
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

// Buffers that no plan may place.

usmp.pool @p

tir.func @f() {
  tir.for parallel %i = 0 to 4 {
    %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
  }
}

// CHECK-LABEL: buffer 'A' of @f is in pool @p and must not be: allocated under a concurrent loop: parallel tir.for in @f; give it memory of its own
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f(%m: memref<1xmemref<32xi8>>) {
  %c0 = arith.constant 0 : index
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
  memref.store %A, %m[%c0] : memref<1xmemref<32xi8>>
}

// CHECK-LABEL: buffer 'A' of @f is in pool @p and must not be: escapes: stored in memory; give it memory of its own
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f(%n: index) {
  %A = tir.allocate "A" (%n) {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<?xi8>
}

// CHECK-LABEL: buffer 'A' of @f is in pool @p and must not be: dynamic shape; give it memory of its own
// CHECK:      %A = "tir.allocate"(%n) <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() attributes {runner_function} {
}

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is in pool @p and must not be: @f is not reached from @main; give it memory of its own
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

// Buffers that a plan has forgotten: without a plan, A has memory of its own.

builtin.module attributes {usmp.plan = {algorithm = "by_hand"}} {
  usmp.pool @p

  tir.func @f() {
    %A = tir.allocate "A" : memref<32xi8>
    "test.op"(%A) : (memref<32xi8>) -> ()
  }
}

// CHECK-LABEL: buffer 'A' of @f has no pool_allocation, though the module has a plan (usmp.plan): plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

// Other things than places.

usmp.pool @p

tir.func @f() {
  %A = tir.allocate "A" {pool_allocation = @p} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f has pool_allocation = @p, expected #usmp.pool_allocation<...>
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f() {
  %A = tir.allocate "A" {fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f is at byte 0 of pool @p, but fixed_pool_allocation is byte 16 of pool @p: plan again
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f() {
  %A = tir.allocate "A" {fixed_pool_allocation = 16 : i64, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @f has fixed_pool_allocation = 16 : i64, expected #usmp.pool_allocation<...>
// CHECK:      %A = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

// Constants are not written, under any name.

usmp.pool @rom target_access {c = "ro"}

tir.func @main() attributes {target = "c"} {
  %K = tir.allocate_const "K" {pool_allocation = #usmp.pool_allocation<@rom, byte_offset = 0>} dense<1> : memref<8xi8>
  tir.call_extern @f(%K) : (memref<8xi8>) -> ()
}

tir.func @f(%a: memref<8xi8>) attributes {target = "c"} {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i64
  %words = memref.view %a[%c0][] : memref<8xi8> to memref<1xi64>
  memref.store %one, %words[%c0] : memref<1xi64>
}

// CHECK-LABEL: memref.store writes into buffer 'K' of @main, which is constant, in pool @rom: copy it to a buffer, and write there
// CHECK:      "memref.store"(%one, %words, %c0)
// CHECK-NEXT: ^^^
