// RUN: usmp-opt %s -p usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{alignment=1}' | filecheck %s --check-prefix=BYTES

// A buffer is aligned at least as loads and stores of its elements need it.

func.func @f() {
  %wide = memref.alloc() : memref<4xvector<16xf32>>
  %rows = memref.alloc() : memref<4xvector<2x3xf32>>
  %double = memref.alloc() : memref<4xf64>
  %complex = memref.alloc() : memref<4xcomplex<f32>>
  %index = memref.alloc() : memref<4xindex>
  %bits = memref.alloc() : memref<4xi24>
  func.return
}

// CHECK: "wide", {{.*}}alignment = 64,
// CHECK: "rows", {{.*}}alignment = 16,
// CHECK: "double", {{.*}}alignment = 16,

// BYTES: "wide", {{.*}}alignment = 64,
// BYTES: "rows", {{.*}}alignment = 16,
// BYTES: "double", {{.*}}alignment = 8,
// BYTES: "complex", {{.*}}alignment = 4,
// BYTES: "index", {{.*}}alignment = 8,
// BYTES: "bits", {{.*}}alignment = 4,
