// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A buffer with a layout takes all from its start to the end of its last element: the offset, and
// the gaps between its elements. Traffic is what the elements have.

func.func @sized() {
  %row_major = memref.alloc() : memref<4x8xf32, affine_map<(d0, d1) -> (d0, d1)>>
  %said = memref.alloc() : memref<4x8xf32, strided<[8, 1]>>
  %padded = memref.alloc() : memref<4x8xf32, strided<[16, 1], offset: 5>>
  %as_map = memref.alloc() : memref<4x8xf32, affine_map<(d0, d1) -> (d0 * 16 + d1 + 5)>>
  %column_major = memref.alloc() : memref<4x8xi16, strided<[1, 4]>>
  %scaled = memref.alloc() : memref<4xi8, affine_map<(d0) -> ((d0 + 1) * 3 + d0)>>
  %overlapping = memref.alloc() : memref<4x4xi8, strided<[1, 1]>>
  %scalar = memref.alloca() : memref<f64, strided<[], offset: 3>>
  %empty = memref.alloc() : memref<0x4xf32, strided<[4, 1], offset: 3>>
  "memref.copy"(%padded, %said) : (memref<4x8xf32, strided<[16, 1], offset: 5>>, memref<4x8xf32, strided<[8, 1]>>) -> ()
  func.return
}

// CHECK-LABEL: func.func @sized(
// CHECK: #usmp.buffer_info<"row_major", size_bytes = 128,
// CHECK: #usmp.buffer_info<"said", size_bytes = 128, alignment = 16, traffic_bytes = 128, live = [[9, 9]], conflicts = ["padded"]>
// CHECK: #usmp.buffer_info<"padded", size_bytes = 244, alignment = 16, traffic_bytes = 128, live = [[9, 9]], conflicts = ["said"]>
// CHECK: #usmp.buffer_info<"as_map", size_bytes = 244,
// CHECK: #usmp.buffer_info<"column_major", size_bytes = 64,
// CHECK: #usmp.buffer_info<"scaled", size_bytes = 16,
// CHECK: #usmp.buffer_info<"overlapping", size_bytes = 7,
// CHECK: #usmp.buffer_info<"scalar", size_bytes = 32,
// CHECK: #usmp.buffer_info<"empty", size_bytes = 0,

// -----

// What only the running program knows is not planned, nor what no view of a pool can have.

func.func @not_sized(%n: index) {
  %stride = memref.alloc() : memref<4x4xi8, strided<[?, 1]>>
  %offset = memref.alloc() : memref<4x4xi8, strided<[8, 1], offset: ?>>
  %symbol = memref.alloc()[%n] : memref<4xi8, affine_map<(d0)[s0] -> (d0 + s0)>>
  %shape = memref.alloc(%n) : memref<?x4xi8, strided<[4, 1]>>
  %backwards = memref.alloc() : memref<4xi8, strided<[-1], offset: 3>>
  %before = memref.alloc() : memref<4xi8, affine_map<(d0) -> (d0 - 1)>>
  %transposed = memref.alloc() : memref<4x4xi8, affine_map<(d0, d1) -> (d1, d0)>>
  %tiled = memref.alloc() : memref<4x4xi8, affine_map<(d0, d1) -> (d0 floordiv 2 + d1)>>
  %element = memref.alloc() : memref<4x!llvm.ptr, strided<[2]>>
  func.return
}

// CHECK-LABEL: func.func @not_sized(
// CHECK: %stride = {{.*}}not_planned = "dynamic layout strided<[?, 1]>"
// CHECK: %offset = {{.*}}not_planned = "dynamic layout strided<[8, 1], offset: ?>"
// CHECK: %symbol = {{.*}}not_planned = "dynamic layout affine_map<(d0)[s0] -> ((d0 + s0))>"
// CHECK: %shape = {{.*}}not_planned = "dynamic shape"
// CHECK: %backwards = {{.*}}not_planned = "layout strided<[-1], offset: 3>, with a negative stride or offset"
// CHECK: %before = {{.*}}not_planned = "layout affine_map<(d0) -> ((d0 + -1))>, with a negative stride or offset"
// CHECK: %transposed = {{.*}}not_planned = "layout affine_map<(d0, d1) -> (d1, d0)>, which is not strided"
// CHECK: %tiled = {{.*}}not_planned = "layout affine_map<(d0, d1) -> (((d0 floordiv 2) + d1))>, which is not strided"
// CHECK: %element = {{.*}}not_planned = "elements of type !llvm.ptr, whose size is not known"

// -----

// An argument counts from its first element on: where that is in its buffer is of no concern.

func.func @arguments() {
  %A = memref.alloc() : memref<8x8xi8>
  %columns = memref.subview %A[0, 5] [8, 2] [1, 1] : memref<8x8xi8> to memref<8x2xi8, strided<[8, 1], offset: 5>>
  tir.call_extern @operator(%columns) : (memref<8x2xi8, strided<[8, 1], offset: 5>>) -> ()
  func.return
}

func.func @operator(%a: memref<58xi8>) {
  "test.op"(%a) : (memref<58xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @arguments(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
