// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// The size is the product of the extents times the bytes of an element. An element takes whole
// bytes, also if its type is narrower; an index takes 8.

tir.func @elements() {
  %i1 = tir.allocate "i1" : memref<3xi1>
  %i4 = tir.allocate "i4" : memref<3xi4>
  %i8 = tir.allocate "i8" : memref<3xi8>
  %i12 = tir.allocate "i12" : memref<3xi12>
  %i64 = tir.allocate "i64" : memref<3xi64>
  %index = tir.allocate "index" : memref<3xindex>
  %f16 = tir.allocate "f16" : memref<3xf16>
  %bf16 = tir.allocate "bf16" : memref<3xbf16>
  %f64 = tir.allocate "f64" : memref<3xf64>
  %complex = memref.alloc() : memref<3xcomplex<f32>>
  %vector = memref.alloc() : memref<3xvector<4x2xi16>>
  %bits = memref.alloc() : memref<3xvector<8xi1>>
}

// CHECK: #usmp.buffer_info<"i1", size_bytes = 3
// CHECK: #usmp.buffer_info<"i4", size_bytes = 3
// CHECK: #usmp.buffer_info<"i8", size_bytes = 3
// CHECK: #usmp.buffer_info<"i12", size_bytes = 6
// CHECK: #usmp.buffer_info<"i64", size_bytes = 24
// CHECK: #usmp.buffer_info<"index", size_bytes = 24
// CHECK: #usmp.buffer_info<"f16", size_bytes = 6
// CHECK: #usmp.buffer_info<"bf16", size_bytes = 6
// CHECK: #usmp.buffer_info<"f64", size_bytes = 24
// CHECK: #usmp.buffer_info<"complex", size_bytes = 24
// CHECK: #usmp.buffer_info<"vector", size_bytes = 48
// CHECK: #usmp.buffer_info<"bits", size_bytes = 24

// -----

tir.func @shapes() {
  %rank0 = tir.allocate "rank 0" : memref<i32>
  %rank2 = tir.allocate "rank 2" : memref<4x8xi16>
  %rank4 = tir.allocate "rank 4" : memref<1x112x112x64xi8>
  %empty = tir.allocate "empty" : memref<4x0xi32>
}

// CHECK: #usmp.buffer_info<"rank 0", size_bytes = 4
// CHECK: #usmp.buffer_info<"rank 2", size_bytes = 64
// CHECK: #usmp.buffer_info<"rank 4", size_bytes = 802816
// CHECK: #usmp.buffer_info<"empty", size_bytes = 0

// -----

// Sizes, and what is made of them, have any number of digits.

tir.func @huge() {
  %A = tir.allocate : memref<1099511627776xi64>
  %B = tir.allocate : memref<1099511627776x1099511627776xi8>
  "test.op"(%A, %B) : (memref<1099511627776xi64>, memref<1099511627776x1099511627776xi8>) -> ()
}

// CHECK-LABEL: tir.func @huge({{.*}}usmp.memory_pressure = 1208925819623425267728384 : i82
// CHECK: #usmp.buffer_info<"A", size_bytes = 8796093022208, {{.*}}live = [[2, 2]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", size_bytes = 1208925819614629174706176, {{.*}}live = [[2, 2]], conflicts = ["A"]>

// -----

// Without elements there is nothing to keep, but the buffer has its place all the same.

tir.func @empty() {
  %A = tir.allocate : memref<0xi8>
  %B = tir.allocate : memref<4xi8>
  "test.op"(%A, %B) : (memref<0xi8>, memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @empty({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", size_bytes = 0, {{.*}}live = [[2, 2]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", size_bytes = 4, {{.*}}live = [[2, 2]], conflicts = ["A"]>

// -----

// A buffer whose size is not known before the program runs is not planned, nor is one of elements
// whose size is nobody's business.

func.func @not_known(%n: index) {
  %dynamic = tir.allocate : memref<?x16xi8>
  %sized = tir.allocate(%n) : memref<?x16xi8>
  %alloc = memref.alloc(%n) : memref<4x?xi8>
  %alloca = memref.alloca(%n) : memref<?xi8>
  %element = memref.alloc() : memref<4x!llvm.ptr>
  "test.op"(%dynamic, %sized, %alloc, %alloca) : (memref<?x16xi8>, memref<?x16xi8>, memref<4x?xi8>, memref<?xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @not_known(
// CHECK: %dynamic = tir.allocate{{.*}}not_planned = "dynamic shape"
// CHECK: %sized = tir.allocate(%n{{.*}}not_planned = "dynamic shape"
// CHECK: %alloc = memref.alloc{{.*}}not_planned = "dynamic shape"
// CHECK: %alloca = memref.alloca{{.*}}not_planned = "dynamic shape"
// CHECK: %element = memref.alloc{{.*}}not_planned = "elements of type !llvm.ptr, whose size is not known"
