// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p canonicalize,cse,dce,usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p dce,cse,canonicalize,usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,canonicalize,cse,dce,usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,canonicalize,cse,dce | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,dce,cse,canonicalize | filecheck %s
// RUN: xdsl-opt %s -p canonicalize,cse,dce,usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s

// xDSL's own passes and the planner's do not get into each other's way, in any order: the buffers,
// their sizes, their conflicts and the memory pressure stay the same. There is something to do for
// each: constants that are there twice, a bound to fold, a branch that is taken for sure, operations
// that nothing uses.

usmp.pool @fast size_hint_bytes 1024
usmp.pool @slow

func.func @operator(%data: memref<64xi8>, %out: memref<64xi8>, %n: index) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %true = arith.constant true
  %row = memref.alloc() : memref<16xi32>
  %window = tir.allocate "window" : memref<32xi8>
  scf.for %i = %c0 to %c64 step %c1 {
    %unused = arith.addi %i, %c1 : index
    %v = memref.load %data[%i] : memref<64xi8>
    %wide = arith.extsi %v : i8 to i32
    %column = arith.remui %i, %c1 : index
    memref.store %wide, %row[%column] : memref<16xi32>
  }
  tir.for %i = %zero to %c64 {
    %v = memref.load %row[%c0] : memref<16xi32>
    %narrow = arith.trunci %v : i32 to i8
    tir.store %narrow, %window[%zero] : memref<32xi8>
    scf.if %true {
      %w = tir.load %window[%zero] : memref<32xi8>
      memref.store %w, %out[%i] : memref<64xi8>
    }
  }
  func.return
}

func.func @run_model(%input: memref<64xi8>, %output: memref<64xi8>) attributes {runner_function} {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %n = arith.addi %c64, %c0 : index
  %activation = memref.alloc() : memref<64xi8>
  %copy = tir.allocate "copy" : memref<64xi8>
  func.call @operator(%input, %activation, %n) : (memref<64xi8>, memref<64xi8>, index) -> ()
  tir.for unrolled %i = 0 to %n {
    %v = memref.load %activation[%i] : memref<64xi8>
    tir.store %v, %copy[%i] : memref<64xi8>
  }
  func.call @operator(%copy, %output, %n) : (memref<64xi8>, memref<64xi8>, index) -> ()
  func.return
}

// CHECK-LABEL: func.func @operator(
// CHECK: #usmp.buffer_info<"row", size_bytes = 64, alignment = 16, {{.*}}conflicts = ["window", "activation", "copy"]>
// CHECK: #usmp.buffer_info<"window", size_bytes = 32, alignment = 16, {{.*}}conflicts = ["row", "activation"]>
// CHECK-LABEL: func.func @run_model({{.*}}usmp.memory_pressure = 160 : i64
// CHECK: #usmp.buffer_info<"activation", size_bytes = 64, alignment = 16, {{.*}}conflicts = ["row", "window", "copy"]>
// CHECK: #usmp.buffer_info<"copy", size_bytes = 64, alignment = 16, {{.*}}conflicts = ["row", "activation"]>
