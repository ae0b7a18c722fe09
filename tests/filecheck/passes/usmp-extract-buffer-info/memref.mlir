// RUN: usmp-opt %s -p usmp-extract-buffer-info --allow-unregistered-dialect --split-input-file | filecheck %s

// Whatever makes another form of a buffer is no access of it, at any distance. What its extents are
// is no business of its memory.

func.func @forms(%reinterpreted: index) {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<4x4xf32>
  %B = memref.alloc() : memref<16xf32>
  %flat = memref.collapse_shape %A [[0 : i64, 1 : i64]] : memref<4x4xf32> into memref<16xf32>
  %shaped = memref.expand_shape %flat [[0 : i64, 1 : i64]] output_shape [2, 8] : memref<16xf32> into memref<2x8xf32>
  %open = "memref.cast"(%shaped) : (memref<2x8xf32>) -> memref<?x?xf32>
  %part = memref.subview %open[0, 0] [1, 4] [1, 1] : memref<?x?xf32> to memref<1x4xf32, strided<[?, 1]>>
  %row = memref.reinterpret_cast %part to offset: [0], sizes: [4], strides: [1] : memref<1x4xf32, strided<[?, 1]>> to memref<4xf32, strided<[1]>>
  %turned = "memref.transpose"(%row) {permutation = affine_map<(d0) -> (d0)>} : (memref<4xf32, strided<[1]>>) -> memref<4xf32, strided<[1]>>
  %near = "memref.memory_space_cast"(%turned) : (memref<4xf32, strided<[1]>>) -> memref<4xf32, strided<[1]>, 1>
  %aligned = memref.assume_alignment %near, 16 : memref<4xf32, strided<[1]>, 1>
  %extent = "memref.dim"(%A, %c0) : (memref<4x4xf32>, index) -> index
  "test.op"(%B) : (memref<16xf32>) -> ()
  %v = memref.load %aligned[%c0] : memref<4xf32, strided<[1]>, 1>
  func.return
}

// CHECK-LABEL: func.func @forms(
// CHECK: #usmp.buffer_info<"A", {{.*}}traffic_bytes = 4, live = [[13, 13]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[12, 12]], conflicts = []>

// -----

// What is reshaped by the numbers in another buffer is an alias of the first; the numbers are read.

func.func @reshaped() {
  %A = memref.alloc() : memref<16xf32>
  %shape = memref.alloc() : memref<2xindex>
  %B = memref.alloc() : memref<16xf32>
  "test.op"(%shape) : (memref<2xindex>) -> ()
  %square = "memref.reshape"(%A, %shape) : (memref<16xf32>, memref<2xindex>) -> memref<4x4xf32>
  "test.op"(%B) : (memref<16xf32>) -> ()
  "test.op"(%square) : (memref<4x4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @reshaped(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 6]], conflicts = []>
// CHECK: #usmp.buffer_info<"shape", {{.*}}live = [[3, 4]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = []>

// -----

// The base of a buffer is the buffer; its address as a number could be anything later.

func.func @taken_apart() {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %base, %offset, %size, %stride = "memref.extract_strided_metadata"(%A) : (memref<4xf32>) -> (memref<f32>, index, index, index)
  "test.op"(%offset) : (index) -> ()
  %v = memref.load %base[] : memref<f32>
  %number = "memref.extract_aligned_pointer_as_index"(%B) : (memref<4xf32>) -> index
  func.return
}

// CHECK-LABEL: func.func @taken_apart(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 5]], conflicts = []>
// CHECK: %B = {{.*}}not_planned = "escapes: turned into an integer by memref.extract_aligned_pointer_as_index"

// -----

// A copy reads all of one buffer and writes all of the other, at the same time. An update is one of
// one element.

func.func @moved() {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %C = memref.alloc() : memref<4xf32>
  %D = memref.alloc() : memref<4xf32>
  "memref.copy"(%A, %B) : (memref<4xf32>, memref<4xf32>) -> ()
  "memref.copy"(%B, %C) : (memref<4xf32>, memref<4xf32>) -> ()
  %old = "memref.atomic_rmw"(%one, %D, %c0) <{kind = 0 : i64}> : (f32, memref<4xf32>, index) -> f32
  %older = "memref.generic_atomic_rmw"(%D, %c0) ({
  ^bb0(%current: f32):
    %v = memref.load %A[%c0] : memref<4xf32>
    "memref.atomic_yield"(%v) : (f32) -> ()
  }) : (memref<4xf32>, index) -> f32
  func.return
}

// What the region of the last one reads is read as long as it may be tried again.

// CHECK-LABEL: func.func @moved(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 11]], conflicts = ["B", "C", "D"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 32, live = [[6, 7]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}traffic_bytes = 16, live = [[7, 7]], conflicts = ["A", "B"]>
// CHECK: #usmp.buffer_info<"D", {{.*}}traffic_bytes = 8, live = [[8, 11]], conflicts = ["A"]>

// -----

// A global has memory of its own, which no plan places.

"memref.global"() <{sym_name = "weights", type = memref<4xf32>, initial_value = dense<1.0> : tensor<4xf32>, sym_visibility = "private", constant}> : () -> ()

func.func @reads_weights() {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %weights = memref.get_global @weights : memref<4xf32>
  "memref.copy"(%weights, %A) : (memref<4xf32>, memref<4xf32>) -> ()
  "test.op"(%B) : (memref<4xf32>) -> ()
  "test.op"(%weights) : (memref<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @reads_weights(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = []>

// -----

// A scope runs its region once, and what it returns is an alias.

func.func @scope() {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %result = "memref.alloca_scope"() ({
    %C = memref.alloca() : memref<4xf32>
    "test.op"(%A) : (memref<4xf32>) -> ()
    "test.op"(%C) : (memref<4xf32>) -> ()
    "memref.alloca_scope.return"(%A) : (memref<4xf32>) -> ()
  }) : () -> memref<4xf32>
  "test.op"(%B) : (memref<4xf32>) -> ()
  "test.op"(%result) : (memref<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @scope(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 8]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[7, 7]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[5, 5]], conflicts = ["A"]>

// -----

// A transfer goes on after the operation that starts it.

func.func @transfers() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32, 1>
  %tag = memref.alloc() : memref<1xi32>
  %C = memref.alloc() : memref<4xf32>
  %D = memref.alloc() : memref<4xf32>
  "memref.dma_start"(%A, %c0, %B, %c0, %c4, %tag, %c0) {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1>} : (memref<4xf32>, index, memref<4xf32, 1>, index, index, memref<1xi32>, index) -> ()
  "affine.dma_start"(%C, %c0, %c4) : (memref<4xf32>, index, index) -> ()
  "nvgpu.tma.async.load"(%D) : (memref<4xf32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @transfers(
// CHECK: %A = {{.*}}not_planned = "escapes: accessed by memref.dma_start while the program goes on"
// CHECK: %tag = {{.*}}not_planned = "escapes: accessed by memref.dma_start while the program goes on"
// CHECK: %C = {{.*}}not_planned = "escapes: accessed by affine.dma_start while the program goes on"
// CHECK: %D = {{.*}}not_planned = "escapes: accessed by nvgpu.tma.async.load while the program goes on"

// -----

// A transfer that has a handle is over when that is waited for.

func.func @handle() {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %C = memref.alloc() : memref<4xf32>
  %token = "nvgpu.device_async_copy"(%A, %B) : (memref<4xf32>, memref<4xf32>) -> !nvgpu.device.async.token
  "test.op"(%C) : (memref<4xf32>) -> ()
  "nvgpu.device_async_wait"(%token) : (!nvgpu.device.async.token) -> ()
  func.return
}

// CHECK-LABEL: func.func @handle(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 5]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 5]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[4, 4]], conflicts = ["A", "B"]>

// -----

// A buffer that is put into another may be taken out and used at any time.

func.func @kept(%table: memref<2xmemref<4xf32>>) {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<4xf32>
  memref.store %A, %table[%c0] : memref<2xmemref<4xf32>>
  func.return
}

// CHECK-LABEL: func.func @kept(
// CHECK: %A = {{.*}}not_planned = "escapes: stored in memory"

// -----

// So may one whose address a machine stores, or a variable of another dialect.

func.func @kept_elsewhere(%place: !x86.reg64, %variable: !emitc.lvalue<!emitc.ptr<f32>>) {
  %A = memref.alloc() : memref<4xf32>
  %B = memref.alloc() : memref<4xf32>
  %a = builtin.unrealized_conversion_cast %A : memref<4xf32> to !x86.reg64
  x86.ms.mov [%place], %a : (!x86.reg64, !x86.reg64) -> ()
  %b = builtin.unrealized_conversion_cast %B : memref<4xf32> to !emitc.ptr<f32>
  "emitc.assign"(%variable, %b) : (!emitc.lvalue<!emitc.ptr<f32>>, !emitc.ptr<f32>) -> ()
  func.return
}

// CHECK-LABEL: func.func @kept_elsewhere(
// CHECK: %A = {{.*}}not_planned = "escapes: stored in memory"
// CHECK: %B = {{.*}}not_planned = "escapes: stored in memory"
