// REQUIRES: mlir-opt
// RUN: %mlir-opt %examples/memref/mobilenet.mlir --convert-linalg-to-loops --canonicalize --cse --mlir-print-op-generic | usmp-opt -p unified-static-memory-planner,lower-tir | %mlir-opt | filecheck %s --check-prefixes=MOBILENET,PLANNED
// RUN: %mlir-opt %examples/memref/transformer.mlir --mlir-print-op-generic | usmp-opt -p unified-static-memory-planner,lower-tir | %mlir-opt | filecheck %s --check-prefixes=TRANSFORMER,PLANNED
// RUN: %mlir-opt %examples/memref/transformer.mlir --convert-linalg-to-affine-loops --mlir-print-op-generic | usmp-opt -p unified-static-memory-planner,lower-tir | %mlir-opt | filecheck %s --check-prefixes=TRANSFORMER,PLANNED

// Between upstream's passes: what `mlir-opt` prints is planned in as little, and `mlir-opt` reads it again.

// PLANNED-NOT: {{memref.alloc|memref.dealloc|usmp}}
// MOBILENET:   func.func @mobilenet({{.*}}, %{{[a-z0-9_]+}}: memref<92160xi8>)
// TRANSFORMER: func.func @transformer({{.*}}, %{{[a-z0-9_]+}}: memref<110592xi8>)
// PLANNED-NOT: {{memref.alloc|memref.dealloc|usmp}}
