// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,usmp-verify-plan,usmp-convert-pool-allocations-to-offsets,usmp-verify-plan | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,canonicalize,cse,dce,usmp-extract-buffer-info,canonicalize,cse,dce,usmp-plan-memory,canonicalize,cse,dce,usmp-verify-plan,usmp-convert-pool-allocations-to-offsets,canonicalize,cse,dce,usmp-verify-plan | filecheck %s
// RUN: usmp-opt %s -p canonicalize,cse,dce,unified-static-memory-planner,canonicalize,cse,dce,usmp-verify-plan | filecheck %s
// RUN: xdsl-opt %s -p canonicalize,cse,dce,unified-static-memory-planner,dce,cse,canonicalize,usmp-verify-plan | filecheck %s
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals"},canonicalize,cse,dce,usmp-verify-plan' | filecheck %s --check-prefix=GLOBALS
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info --print-op-generic | usmp-opt -p usmp-plan-memory --print-op-generic | usmp-opt -p usmp-convert-pool-allocations-to-offsets | usmp-opt -p usmp-verify-plan | filecheck %s

// From source to pools, with xDSL's own passes in between, in one run and from file to file; proven
// before the rewrite and after. Upstream dialects and ours, mixed. One pool.

usmp.pool @sram size_hint_bytes 512

func.func @operator(%data: memref<64xi8>, %out: memref<64xi8>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %row = memref.alloc() : memref<16xi32>
  %window = tir.allocate "window" : memref<32xi8>
  scf.for %i = %c0 to %c64 step %c1 {
    %unused = arith.addi %i, %c1 : index
    %v = memref.load %data[%i] : memref<64xi8>
    %wide = arith.extsi %v : i8 to i32
    memref.store %wide, %row[%c0] : memref<16xi32>
  }
  tir.for %i = %zero to %c64 {
    %v = memref.load %row[%zero] : memref<16xi32>
    %narrow = arith.trunci %v : i32 to i8
    tir.store %narrow, %window[%zero] : memref<32xi8>
    %w = tir.load %window[%c0] : memref<32xi8>
    memref.store %w, %out[%i] : memref<64xi8>
  }
  memref.dealloc %row : memref<16xi32>
  func.return
}

func.func @run_model(%input: memref<64xi8>, %output: memref<64xi8>) attributes {runner_function} {
  %activation = memref.alloc() : memref<64xi8>
  %copy = tir.allocate "copy" : memref<64xi8>
  func.call @operator(%input, %activation) : (memref<64xi8>, memref<64xi8>) -> ()
  tir.for %i = 0 to 64 {
    %v = memref.load %activation[%i] : memref<64xi8>
    tir.store %v, %copy[%i] : memref<64xi8>
  }
  func.call @operator(%copy, %output) : (memref<64xi8>, memref<64xi8>) -> ()
  func.return
}

// At most 160 bytes are live at once, but `row`, which is live in both calls, meets `activation` in the
// first and `copy` in the second, and these two meet in between: no plan has less than 192.

// CHECK:         usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true
// CHECK:         usmp.pool @sram size_hint_bytes 512 attributes {allocated_size = 192 : i64, lower_bound = 192 : i64, gap = 0 : i64
// CHECK-LABEL:   func.func @operator(
// CHECK-SAME:      %data: memref<64xi8>, %out: memref<64xi8>, %sram: memref<192xi8> {usmp.pool = @sram}) {
// CHECK:           %row = memref.view %sram[{{.*}}usmp.buffer = "row", alignment = 16 : i64} : memref<192xi8> to memref<16xi32>
// CHECK:           %window = memref.view %sram[{{.*}}usmp.buffer = "window", alignment = 16 : i64} : memref<192xi8> to memref<32xi8>
// CHECK-NOT:       memref.dealloc
// CHECK-LABEL:   func.func @run_model(
// CHECK-SAME:      %input: memref<64xi8>, %output: memref<64xi8>, %sram: memref<192xi8> {usmp.pool = @sram}) attributes
// CHECK:           %activation = memref.view %sram[{{.*}}usmp.buffer = "activation"
// CHECK:           %copy = memref.view %sram[{{.*}}usmp.buffer = "copy"
// CHECK:           func.call @operator(%input, %activation, %sram) :
// CHECK:           func.call @operator(%copy, %output, %sram) :

// GLOBALS:       sym_name = "sram_pool", type = memref<192xi8>
// GLOBALS-LABEL: func.func @operator(%data: memref<64xi8>, %out: memref<64xi8>) {
// GLOBALS:         %sram = memref.get_global @sram_pool : memref<192xi8>
// GLOBALS-LABEL: func.func @run_model(%input: memref<64xi8>, %output: memref<64xi8>) attributes
// GLOBALS:         func.call @operator(%input, %activation) :
