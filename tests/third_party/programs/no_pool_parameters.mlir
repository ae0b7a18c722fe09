// RUN: usmp-opt %s -p unified-static-memory-planner --verify-diagnostics --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,'usmp-convert-pool-allocations-to-offsets{pools=globals}',usmp-verify-plan --split-input-file | filecheck %s --check-prefix=GLOBALS

// Functions and calls of other dialects that cannot be given more parameters and operands.

"accel.routine"() <{sym_name = "k", function_type = (memref<4xi8>) -> ()}> ({
^bb0(%out: memref<4xi8>):
  %a = accel.alloc "a" : memref<8xi8>
  "test.op"(%a, %out) : (memref<8xi8>, memref<4xi8>) -> ()
  accel.return
}) : () -> ()

func.func @main(%out: memref<4xi8>) {
  accel.launch @k(%out) : (memref<4xi8>)
  func.return
}

// CHECK: @k needs pool @global_workspace as a parameter, but the signature of accel.routine cannot be extended: convert with pools="globals"
// GLOBALS:       "accel.routine"() <{sym_name = "k", function_type = (memref<4xi8>) -> ()}>
// GLOBALS:         %a = memref.view

// -----

"accel.kernel"() <{sym_name = "k", function_type = (memref<4xi8>) -> ()}> ({
^bb0(%out: memref<4xi8>):
  %a = accel.alloc "a" : memref<8xi8>
  "test.op"(%a, %out) : (memref<8xi8>, memref<4xi8>) -> ()
  accel.return
}) : () -> ()

func.func @main(%out: memref<4xi8>) {
  accel.invoke @k(%out) : (memref<4xi8>)
  func.return
}

// CHECK: accel.invoke cannot pass pools to @k, as it does not take any number of operands: convert with pools="globals"
// GLOBALS:       "accel.kernel"() <{sym_name = "k", function_type = (memref<4xi8>) -> ()}>
// GLOBALS:         %a = memref.view

// -----

"accel.kernel"() <{sym_name = "k", function_type = (memref<4xi8>) -> ()}> ({
^bb0(%out: memref<4xi8>):
  %a = accel.alloc "a" : memref<8xi8>
  "test.op"(%a, %out) : (memref<8xi8>, memref<4xi8>) -> ()
  accel.return
}) : () -> ()

// The signal is no argument: the call accesses it from its start to its end, so that it conflicts
// with the kernel's buffer.
func.func @main(%out: memref<4xi8>) {
  %signal = accel.alloc "signal" : memref<4xi8>
  accel.signal_launch @k(%out) signal %signal : memref<4xi8>, (memref<4xi8>)
  func.return
}

// CHECK: accel.signal_launch cannot pass pools to @k, as not all its operands are arguments: convert with pools="globals"
// GLOBALS:       usmp.pool @global_workspace attributes {allocated_size = 32 : i64
// GLOBALS:         %signal = memref.view
