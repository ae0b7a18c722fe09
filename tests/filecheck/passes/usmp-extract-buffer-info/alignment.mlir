// RUN: usmp-opt %s -p usmp-extract-buffer-info | filecheck %s
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{alignment=32}' | filecheck %s --check-prefix=OPTION
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{alignment=1}' | filecheck %s --check-prefix=BYTES

// Buffers are aligned to 16 bytes, or to what the option says, or to more if they ask for it
// themselves.

tir.func @f() {
  %none = tir.allocate : memref<4xi8>
  %small = memref.alloc() {alignment = 8} : memref<4xi8>
  %large = memref.alloca() {alignment = 64} : memref<4xi8>
  %attribute = tir.allocate {alignment = 128} : memref<4xi8>
}

// CHECK: "none", size_bytes = 4, alignment = 16,
// CHECK: "small", size_bytes = 4, alignment = 16,
// CHECK: "large", size_bytes = 4, alignment = 64,
// CHECK: "attribute", size_bytes = 4, alignment = 128,

// OPTION: "none", size_bytes = 4, alignment = 32,
// OPTION: "small", size_bytes = 4, alignment = 32,
// OPTION: "large", size_bytes = 4, alignment = 64,
// OPTION: "attribute", size_bytes = 4, alignment = 128,

// BYTES: "none", size_bytes = 4, alignment = 1,
// BYTES: "small", size_bytes = 4, alignment = 8,
// BYTES: "large", size_bytes = 4, alignment = 64,
// BYTES: "attribute", size_bytes = 4, alignment = 128,
