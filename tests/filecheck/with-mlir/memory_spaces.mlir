// REQUIRES: mlir-opt
// RUN: usmp-opt %s -p unified-static-memory-planner,lower-tir | %mlir-opt-to-llvm | filecheck %s
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals"},lower-tir' | %mlir-opt-to-llvm | filecheck %s --check-prefix=GLOBALS
// RUN: sed -e 's/, 3>/, "L1">/' -e 's/memory_space 3/memory_space "L1"/' %s > %t.mlir
// RUN: usmp-opt %t.mlir -p unified-static-memory-planner,lower-tir | %mlir-opt | filecheck %s --check-prefix=TEXT

// A numbered memory space becomes LLVM's address space of that number. One that is named by a text
// is upstream's as well, up to LLVM, where it must have become a number: that is for whoever knows
// the device.

// CHECK-LABEL: llvm.func @main(
// CHECK-SAME:    !llvm.ptr<3>
// CHECK-NOT:     {{(unrealized|memref\.)}}
// CHECK:         llvm.load {{.*}} !llvm.ptr<3> -> f32
// CHECK-NOT:     {{(unrealized|memref\.)}}
// CHECK:         llvm.store {{.*}} : f32, !llvm.ptr{{$}}
// CHECK-NOT:     {{(unrealized|memref\.)}}

// GLOBALS: llvm.mlir.global private @near_pool() {addr_space = 3 : i32, alignment = 16 : i64}
// GLOBALS: llvm.mlir.global private @ram_pool() {addr_space = 0 : i32, alignment = 16 : i64}

// TEXT-LABEL: func.func @main(
// TEXT:         memref.view %{{.*}} : memref<64xi8, "L1"> to memref<16xf32, "L1">
// TEXT:         memref.view %{{.*}} : memref<64xi8> to memref<16xf32>

usmp.pool @near memory_space 3
usmp.pool @ram

func.func @main(%i: index, %v: f32) {
  %near = memref.alloc() : memref<16xf32, 3>
  %far = memref.alloc() : memref<16xf32>
  memref.store %v, %near[%i] : memref<16xf32, 3>
  %w = memref.load %near[%i] : memref<16xf32, 3>
  memref.store %w, %far[%i] : memref<16xf32>
  func.return
}
