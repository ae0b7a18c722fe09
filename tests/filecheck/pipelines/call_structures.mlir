// RUN: usmp-opt %s -p unified-static-memory-planner,usmp-verify-plan --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,usmp-verify-plan,canonicalize,cse,dce,usmp-convert-pool-allocations-to-offsets,canonicalize,cse,dce,usmp-verify-plan --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals"},usmp-verify-plan' --split-input-file | filecheck %s --check-prefix=GLOBALS

// Which functions get which pools.

// A function that two entries call. The entries run one after the other, so that their buffers share
// bytes, and the scratch of the function lies above both.

tir.func @shared(%x: memref<32xi8>) {
  %scratch = tir.allocate "scratch" : memref<16xi8>
  "test.op"(%x, %scratch) : (memref<32xi8>, memref<16xi8>) -> ()
}

tir.func @first() {
  %a = tir.allocate "a" : memref<32xi8>
  tir.call_extern @shared(%a) : (memref<32xi8>) -> ()
}

tir.func @second() {
  %b = tir.allocate "b" : memref<32xi8>
  tir.call_extern @shared(%b) : (memref<32xi8>) -> ()
  tir.call_extern @shared(%b) : (memref<32xi8>) -> ()
}

// CHECK:       usmp.pool @global_workspace attributes {allocated_size = 48 : i64, lower_bound = 48 : i64, gap = 0 : i64
// CHECK-LABEL: tir.func @shared(
// CHECK-SAME:    %x: memref<32xi8>, %global_workspace: memref<48xi8> {usmp.pool = @global_workspace}) {
// CHECK-NEXT:    %c = arith.constant 32 : index
// CHECK-NEXT:    %scratch = memref.view %global_workspace[%c][]
// CHECK-LABEL: tir.func @first(
// CHECK-SAME:    %global_workspace: memref<48xi8> {usmp.pool = @global_workspace})
// CHECK-NEXT:    %c = arith.constant 0 : index
// CHECK-NEXT:    %a = memref.view %global_workspace[%c][]
// CHECK-NEXT:    tir.call_extern @shared(%a, %global_workspace) : (memref<32xi8>, memref<48xi8>) -> ()
// CHECK-LABEL: tir.func @second(
// CHECK-SAME:    %global_workspace: memref<48xi8> {usmp.pool = @global_workspace})
// CHECK-NEXT:    %c = arith.constant 0 : index
// CHECK-NEXT:    %b = memref.view %global_workspace[%c][]
// CHECK-NEXT:    tir.call_extern @shared(%b, %global_workspace)
// CHECK-NEXT:    tir.call_extern @shared(%b, %global_workspace)

// GLOBALS:       sym_name = "global_workspace_pool", type = memref<48xi8>
// GLOBALS-LABEL: tir.func @shared(%x: memref<32xi8>) {
// GLOBALS-LABEL: tir.func @first() attributes
// GLOBALS:         tir.call_extern @shared(%a) : (memref<32xi8>) -> ()

// -----

// A callee without buffers between two that have some: it takes the pool to pass it on. A function
// that needs no pool and calls none that does is left as it is, as is a call out of the module.

tir.func @main(%in: memref<8xi8>) {
  %a = tir.allocate "a" : memref<16xi8>
  tir.call_extern @between(%a) : (memref<16xi8>) -> ()
  tir.call_extern @apart(%in) : (memref<8xi8>) -> ()
  tir.call_extern @outside(%a) : (memref<16xi8>) -> ()
}

tir.func @between(%x: memref<16xi8>) {
  tir.call_extern @apart(%x) : (memref<16xi8>) -> ()
  tir.call_extern @below(%x) : (memref<16xi8>) -> ()
}

tir.func @below(%x: memref<16xi8>) {
  %b = tir.allocate "b" : memref<16xi8>
  "test.op"(%x, %b) : (memref<16xi8>, memref<16xi8>) -> ()
}

tir.func @apart(%x: memref<8xi8>) {
  "test.op"(%x) : (memref<8xi8>) -> ()
}

// CHECK:       usmp.pool @global_workspace attributes {allocated_size = 32 : i64
// CHECK-LABEL: tir.func @main(
// CHECK-SAME:    %in: memref<8xi8>, %global_workspace: memref<32xi8> {usmp.pool = @global_workspace})
// CHECK:         tir.call_extern @between(%a, %global_workspace) : (memref<16xi8>, memref<32xi8>) -> ()
// CHECK-NEXT:    tir.call_extern @apart(%in) : (memref<8xi8>) -> ()
// CHECK-NEXT:    tir.call_extern @outside(%a) : (memref<16xi8>) -> ()
// CHECK-LABEL: tir.func @between(
// CHECK-SAME:    %x: memref<16xi8>, %global_workspace: memref<32xi8> {usmp.pool = @global_workspace}) {
// CHECK-NEXT:    tir.call_extern @apart(%x) : (memref<16xi8>) -> ()
// CHECK-NEXT:    tir.call_extern @below(%x, %global_workspace) : (memref<16xi8>, memref<32xi8>) -> ()
// CHECK-LABEL: tir.func @below(
// CHECK-SAME:    %x: memref<16xi8>, %global_workspace: memref<32xi8> {usmp.pool = @global_workspace}) {
// CHECK-LABEL: tir.func @apart(%x: memref<8xi8>) {

// GLOBALS-LABEL: tir.func @between(%x: memref<16xi8>) {
// GLOBALS-NEXT:    tir.call_extern @apart(%x) : (memref<16xi8>) -> ()
// GLOBALS-NEXT:    tir.call_extern @below(%x) : (memref<16xi8>) -> ()
// GLOBALS-NEXT:  }
// GLOBALS-LABEL: tir.func @apart(%x: memref<8xi8>) {

// -----

// Two pools: what is used the most stays in the first, and only the functions that need the second
// take it.

usmp.pool @fast size_hint_bytes 32
usmp.pool @slow

tir.func @main() {
  %big = tir.allocate "big" : memref<64xi8>
  tir.for %i = 0 to 64 {
    %v = arith.constant 0 : i8
    tir.store %v, %big[%i] : memref<64xi8>
  }
  tir.call_extern @operator(%big) : (memref<64xi8>) -> ()
}

tir.func @operator(%x: memref<64xi8>) {
  %hot = tir.allocate "hot" : memref<32xi8>
  tir.for %i = 0 to 64 {
    %v = tir.load %x[%i] : memref<64xi8>
    %c0 = arith.constant 0 : index
    tir.store %v, %hot[%c0] : memref<32xi8>
    "test.op"(%hot) : (memref<32xi8>) -> ()
  }
}

// CHECK:       usmp.pool @fast size_hint_bytes 32 attributes {allocated_size = 32 : i64
// CHECK-NEXT:  usmp.pool @slow attributes {allocated_size = 64 : i64
// CHECK-LABEL: tir.func @main(
// CHECK-SAME:    %fast: memref<32xi8> {usmp.pool = @fast}, %slow: memref<64xi8> {usmp.pool = @slow})
// CHECK:         %big = memref.view %slow[
// CHECK:         tir.call_extern @operator(%big, %fast) : (memref<64xi8>, memref<32xi8>) -> ()
// CHECK-LABEL: tir.func @operator(
// CHECK-SAME:    %x: memref<64xi8>, %fast: memref<32xi8> {usmp.pool = @fast}) {
// CHECK:         %hot = memref.view %fast[

// -----

// Six pools, three memory spaces, two of them for constants; the parameters come in order of name.

usmp.pool @z_sram size_hint_bytes 16
usmp.pool @y_dram size_hint_bytes 4096
usmp.pool @l1_bank memory_space "L1" alignment 64 size_hint_bytes 64
usmp.pool @l1_overflow memory_space "L1"
usmp.pool @flash target_access {c = "ro"}
usmp.pool @l2 memory_space "L2"

tir.func @main() attributes {target = "c"} {
  %a = tir.allocate "a" : memref<16xi8>
  %b = tir.allocate "b" : memref<100xi8>
  %c = tir.allocate "c" {alignment = 64 : i64} : memref<64xi8, "L1">
  %d = tir.allocate "d" : memref<65xi8, "L1">
  %e = tir.allocate "e" : memref<1xi8, "L2">
  %k = tir.allocate_const "k" dense<[1, 2]> : memref<2xi16>
  "test.op"(%a, %b, %c, %d, %e, %k) : (memref<16xi8>, memref<100xi8>, memref<64xi8, "L1">, memref<65xi8, "L1">, memref<1xi8, "L2">, memref<2xi16>) -> ()
}

// CHECK:       usmp.pool @z_sram {{.*}}allocated_size = 16 : i64
// CHECK-NEXT:  usmp.pool @y_dram {{.*}}allocated_size = 112 : i64
// CHECK-NEXT:  usmp.pool @l1_bank {{.*}}allocated_size = 64 : i64, {{.*}}required_alignment = 64 : i64
// CHECK-NEXT:  usmp.pool @l1_overflow {{.*}}allocated_size = 80 : i64
// CHECK-NEXT:  usmp.pool @flash {{.*}}allocated_size = 16 : i64
// CHECK:       "memref.global"() <{sym_name = "flash_constants", {{.*}}initial_value = dense<[1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>
// CHECK:       usmp.pool @l2 {{.*}}allocated_size = 16 : i64
// CHECK-LABEL: tir.func @main(
// CHECK-SAME:    %l1_bank: memref<64xi8, "L1"> {usmp.pool = @l1_bank}, %l1_overflow: memref<80xi8, "L1"> {usmp.pool = @l1_overflow}, %l2: memref<16xi8, "L2"> {usmp.pool = @l2}, %y_dram: memref<112xi8> {usmp.pool = @y_dram}, %z_sram: memref<16xi8> {usmp.pool = @z_sram}) attributes
