// RUN: usmp-opt %examples/memref/mobilenet.mlir -p 'unified-static-memory-planner{convert=false}' | filecheck %s --check-prefix=MOBILENET
// RUN: usmp-opt %examples/memref/mobilenet.mlir -p 'unified-static-memory-planner{pools="globals"}' | filecheck %s --check-prefix=GLOBALS
// RUN: usmp-opt %examples/memref/transformer.mlir -p 'unified-static-memory-planner{convert=false}' | filecheck %s --check-prefix=TRANSFORMER
// RUN: usmp-opt %examples/memref/transformer.mlir -p 'convert-linalg-to-loops,lower-affine,canonicalize,cse,unified-static-memory-planner{convert=false},usmp-verify-plan' | filecheck %s --check-prefix=TRANSFORMER
// RUN: usmp-opt %examples/memref/transformer.mlir -p unified-static-memory-planner,lower-tir | filecheck %s --check-prefix=LOWERED

// Networks in upstream's dialects alone, with `linalg` and with the loops that it becomes: as much as is live at once,
// which is less than a quarter of the 387796 bytes of all buffers of the one, and less than half of the 234056 of the other.

// MOBILENET:       usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}
// MOBILENET:       usmp.pool @global_workspace attributes {allocated_size = 92160 : i64, lower_bound = 92160 : i64, gap = 0 : i64, required_alignment = 16 : i64}
// MOBILENET-NOT:   not_planned

// TRANSFORMER:     usmp.plan = {algorithm = "best", optimal = true, smallest_pools = true, seed = 0 : i64}
// TRANSFORMER:     usmp.pool @global_workspace attributes {allocated_size = 110592 : i64, lower_bound = 110592 : i64, gap = 0 : i64, required_alignment = 16 : i64}
// TRANSFORMER-NOT: not_planned

// Nothing is allocated or freed any more, in the network and its operators.

// GLOBALS-NOT:     {{memref.alloc|memref.dealloc}}
// GLOBALS:         func.func @mobilenet(%image: memref<48x48x3xi8>, %weights: memref<21624xi8>, %biases: memref<1066xi32>, %logits: memref<10xi32>) attributes
// GLOBALS-NOT:     {{memref.alloc|memref.dealloc}}

// The row of scores that `@softmax` is given is a view of a buffer of `@attend`, and its scratch lies next to it.

// LOWERED-NOT:     {{memref.alloc|usmp}}
// LOWERED:         func.func private @softmax(%row: memref<48xf32, strided<[1], offset: ?>>, %global_workspace: memref<110592xi8>)
// LOWERED:           memref.view %global_workspace[{{.*}}][] {alignment = 16 : i64} : memref<110592xi8> to memref<f32>
// LOWERED:         func.func private @attend(
// LOWERED:             func.call @softmax(%line, %global_workspace) : (memref<48xf32, strided<[1], offset: ?>>, memref<110592xi8>) -> ()
// LOWERED:         func.func @transformer(
// LOWERED-SAME:      %result: memref<48x64xf32>, %global_workspace: memref<110592xi8>)
// LOWERED-NOT:     {{memref.alloc|usmp}}
