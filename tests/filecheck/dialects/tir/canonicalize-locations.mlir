// RUN: usmp-opt %s -p canonicalize --print-debuginfo | filecheck %s

// A loop whose bounds have become literals is where it was.
tir.func @f(%a: memref<16xi8>, %v: i8) {
  %sixteen = arith.constant 16 : index
  tir.for %i = 0 to %sixteen {
    tir.store %v, %a[%i] : memref<16xi8>
  }
}

// CHECK:       tir.for %i = 0 to 16 {
// CHECK-NEXT:    tir.store {{.*}} loc("{{.*}}canonicalize-locations.mlir":7:5)
// CHECK-NEXT:  } loc("{{.*}}canonicalize-locations.mlir":6:3)
