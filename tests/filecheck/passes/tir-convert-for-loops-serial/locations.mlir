// RUN: usmp-opt %s -p tir-convert-for-loops-serial --print-debuginfo | filecheck %s

tir.func @f(%a: memref<4xi8>, %v: i8) {
  tir.for thread_binding("threadIdx.x") %thread = 0 to 4 {
    tir.store %v, %a[%thread] : memref<4xi8>
  }
}

// CHECK:       tir.for %thread = 0 to 4 {
// CHECK-NEXT:    tir.store {{.*}} loc("{{.*}}locations.mlir":5:5)
// CHECK-NEXT:  } loc("{{.*}}locations.mlir":4:3)
