// REQUIRES: mlir-opt
// RUN: usmp-opt %examples/linear_structure.mlir -p lower-tir | %mlir-opt-to-llvm | filecheck %s
// RUN: usmp-opt %examples/linear_structure.mlir -p unified-static-memory-planner,lower-tir | %mlir-opt-to-llvm | filecheck %s
// RUN: usmp-opt %examples/linear_structure.mlir -p 'unified-static-memory-planner{pools="globals"},lower-tir' | %mlir-opt-to-llvm | filecheck %s
// RUN: usmp-opt %examples/inception_structure.mlir -p unified-static-memory-planner,lower-tir | %mlir-opt-to-llvm | filecheck %s
// RUN: usmp-opt %examples/parallel_serial_mixed_for_loops.mlir -p unified-static-memory-planner,lower-tir | %mlir-opt-to-llvm | filecheck %s
// RUN: usmp-opt %examples/all_serial_for_loops.mlir -p unified-static-memory-planner,lower-tir | %mlir-opt-to-llvm | filecheck %s

// The networks go to LLVM, unplanned and planned.

// CHECK:      llvm.func @tvmgen_default_run_model(
// CHECK-NOT:  {{(unrealized|memref\.|scf\.)}}
