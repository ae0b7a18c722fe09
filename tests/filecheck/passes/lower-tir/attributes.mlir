// RUN: usmp-opt %s -p lower-tir | filecheck %s
// RUN: usmp-opt %s -p lower-tir{keep-usmp-attributes=true} | filecheck %s --check-prefix=KEPT

// What mlir-opt does not know is dropped: pools, their names, and attributes of the two dialects. The rest stays.

builtin.module attributes {usmp.plan = {algorithm = "best"}, test.kept} {
  usmp.pool @p attributes {allocated_size = 64 : i64}
  "memref.global"() <{sym_name = "p_pool", type = memref<64xi8>, initial_value, sym_visibility = "private"}> {usmp.pool = @p} : () -> ()
  tir.func @main(%in: memref<16xi8> {usmp.io = "input"}, %p: memref<64xi8> {usmp.pool = @p, test.arg}) attributes {runner_function, tir.noalias, usmp.memory_pressure = 64 : i64} {
    %c = arith.constant 16 : index
    %a = memref.view %p[%c][] {usmp.buffer = "a", alignment = 16 : i64} : memref<64xi8> to memref<4xi16>
    %b = tir.allocate "b" {candidate_memory_pools = [@p], not_planned = "parallel", test.buffer} : memref<4xi16>
    tir.call_extern @operator(%in) : (memref<16xi8>) -> ()
  }
  func.func private @operator(memref<16xi8> {usmp.io = "input"})
}

// CHECK:      builtin.module attributes {test.kept} {
// CHECK-NEXT:   "memref.global"() <{sym_name = "p_pool", type = memref<64xi8>, initial_value, sym_visibility = "private"}> : () -> ()
// CHECK-NEXT:   func.func @main(%in: memref<16xi8>, %p: memref<64xi8> {test.arg}) attributes {runner_function} {
// CHECK-NEXT:     %c = arith.constant 16 : index
// CHECK-NEXT:     %a = memref.view %p[%c][] {alignment = 16 : i64} : memref<64xi8> to memref<4xi16>
// CHECK-NEXT:     %b = memref.alloc() {alignment = 16 : i64, test.buffer} : memref<4xi16>
// CHECK-NEXT:     memref.dealloc %b : memref<4xi16>
// CHECK-NEXT:     func.call @operator(%in) : (memref<16xi8>) -> ()
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func private @operator(memref<16xi8>) -> ()

// KEPT:      builtin.module attributes {usmp.plan = {algorithm = "best"}, test.kept} {
// KEPT-NEXT:   usmp.pool @p attributes {allocated_size = 64 : i64}
// KEPT-NEXT:   "memref.global"() {{.*}} {usmp.pool = @p} : () -> ()
// KEPT-NEXT:   func.func @main(%in: memref<16xi8> {usmp.io = "input"}, %p: memref<64xi8> {usmp.pool = @p, test.arg}) attributes {runner_function, tir.noalias, usmp.memory_pressure = 64 : i64} {
// KEPT:          memref.view %p[%c][] {usmp.buffer = "a", alignment = 16 : i64}
// KEPT-NEXT:     memref.alloc() {alignment = 16 : i64, candidate_memory_pools = [@p], not_planned = "parallel", test.buffer} : memref<4xi16>
