// RUN: usmp-opt %s -p usmp-verify-plan --allow-unregistered-dialect --split-input-file | filecheck %s

// Plans that hold. The pass says nothing of them, and leaves the program as it is.

// Before the rewrite: buffers that are never live together, here and in a callee, share bytes; those that
// are have none in common. What has no place has memory of its own. Buffers without bytes overlap with nothing.

builtin.module {
  usmp.pool @fast target_access {c = "rw"} size_hint_bytes 64 alignment 16 attributes {allocated_size = 64 : i64}
  usmp.pool @rom target_access {c = "ro"}

  tir.func @main() attributes {target = "c"} {
    %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@fast, byte_offset = 0>} : memref<32xi8>
    %B = tir.allocate "B" {candidate_memory_pools = [@fast], pool_allocation = #usmp.pool_allocation<@fast, byte_offset = 0>} : memref<16xi32>
    %own = tir.allocate "own" : memref<32xi8>
    %none = tir.allocate "none" {pool_allocation = #usmp.pool_allocation<@fast, byte_offset = 16>} : memref<0xi8>
    %K = tir.allocate_const "K" {pool_allocation = #usmp.pool_allocation<@rom, byte_offset = 0>} dense<1> : memref<12xi8>
    %L = tir.allocate_const "L" {pool_allocation = #usmp.pool_allocation<@rom, byte_offset = 16>} dense<1> : memref<12xi8>
    "test.op"(%A, %own, %none, %K) : (memref<32xi8>, memref<32xi8>, memref<0xi8>, memref<12xi8>) -> ()
    tir.call_extern @f(%A) : (memref<32xi8>) -> ()
    "test.op"(%B, %own, %L) : (memref<16xi32>, memref<32xi8>, memref<12xi8>) -> ()
  }

  tir.func @f(%a: memref<32xi8>) attributes {target = "c"} {
    %C = tir.allocate "C" {pool_allocation = #usmp.pool_allocation<@fast, byte_offset = 32>} : memref<32xi8>
    "test.op"(%C, %a) : (memref<32xi8>, memref<32xi8>) -> ()
  }
}
// CHECK: tir.func @f(

// -----

// The same after the rewrite, with parameters.

usmp.pool @fast target_access {c = "rw"} size_hint_bytes 64 alignment 16 attributes {allocated_size = 64 : i64}

func.func @main(%fast: memref<64xi8> {usmp.pool = @fast}) attributes {target = "c"} {
  %c0 = arith.constant 0 : index
  %A = memref.view %fast[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<32xi8>
  %B = memref.view %fast[%c0][] {usmp.buffer = "B", alignment = 16 : i64} : memref<64xi8> to memref<16xi32>
  %row = memref.view %A[%c0][] : memref<32xi8> to memref<16xi8>
  %own = memref.alloc() : memref<32xi8>
  %word = memref.view %own[%c0][] : memref<32xi8> to memref<1xi32>
  "test.op"(%A, %word) : (memref<32xi8>, memref<1xi32>) -> ()
  func.call @f(%row, %fast) : (memref<16xi8>, memref<64xi8>) -> ()
  "test.op"(%B, %word) : (memref<16xi32>, memref<1xi32>) -> ()
  func.return
}

func.func @f(%a: memref<16xi8>, %fast: memref<64xi8> {usmp.pool = @fast}) attributes {target = "c"} {
  %c32 = arith.constant 32 : index
  tir.for %i = 0 to 4 {
    %C = memref.view %fast[%c32][] {usmp.buffer = "C", alignment = 16 : i64} : memref<64xi8> to memref<32xi8>
    "test.op"(%C, %a) : (memref<32xi8>, memref<16xi8>) -> ()
  }
  func.return
}
// CHECK: func.func @f(

// -----

// With globals, in a memory space, half rewritten; an input that is over before B begins.

usmp.pool @p memory_space "L1"
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8, "L1">, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()
usmp.pool @rom target_access {c = "ro"}
"memref.global"() <{sym_name = "rom_constants", type = memref<32xi8>, initial_value = dense<1> : tensor<32xi8>, sym_visibility = "private", alignment = 16 : i64, constant}> {usmp.pool = @rom} : () -> ()

tir.func @main() attributes {usmp.plan = {algorithm = "by_hand"}} {
  %p = memref.get_global @p_memory : memref<64xi8, "L1">
  %rom = memref.get_global @rom_constants : memref<32xi8>
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %A = memref.view %p[%c16][] {usmp.buffer = "A", alignment = 16 : i64, usmp.io = "input"} : memref<64xi8, "L1"> to memref<32xi8, "L1">
  %K = memref.view %rom[%c0][] {usmp.buffer = "K", alignment = 16 : i64} : memref<32xi8> to memref<16xi8>
  %L = memref.view %rom[%c16][] {usmp.buffer = "L", alignment = 16 : i64} : memref<32xi8> to memref<16xi8>
  "test.op"(%A, %K, %L) : (memref<32xi8, "L1">, memref<16xi8>, memref<16xi8>) -> ()
  %B = tir.allocate "B" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<64xi8, "L1">
  "test.op"(%B) : (memref<64xi8, "L1">) -> ()
}
// CHECK: tir.func @main(

// -----

// A smaller alignment, as it was planned with: in buffer_info, in the view, or by the option.

usmp.pool @p

tir.func @f(%p: memref<64xi8> {usmp.pool = @p}) {
  %c4 = arith.constant 4 : index
  %A = tir.allocate "A" {buffer_info = #usmp.buffer_info<"A", size_bytes = 4, alignment = 4, live = []>, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 36>} : memref<4xi8>
  %B = memref.view %p[%c4][] {usmp.buffer = "B", alignment = 4 : i64} : memref<64xi8> to memref<32xi8>
  "test.op"(%A, %B) : (memref<4xi8>, memref<32xi8>) -> ()
}
// CHECK: tir.func @f(

// -----

// A module inside has plans of its own.

usmp.pool @p

tir.func @f() {
}

builtin.module {
  usmp.pool @elsewhere

  tir.func @g() {
    %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@elsewhere, byte_offset = 1>} : memref<4xi8>
  }
}
// CHECK: usmp.pool @elsewhere
