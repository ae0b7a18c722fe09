// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets | filecheck %s

// What is not about the plan stays: other attributes of an allocation, other buffers with what is
// known of them, the entry function's pressure.

usmp.pool @p attributes {allocated_size = 64 : i64, lower_bound = 64 : i64, gap = 0 : i64}

func.func @main() attributes {usmp.memory_pressure = 32 : i64} {
  %A = memref.alloc() {alignment = 32 : i64, buffer_info = #usmp.buffer_info<"A", size_bytes = 16, alignment = 32, live = [[0, 4]], conflicts = ["B"]>, fixed_pool_allocation = #usmp.pool_allocation<@p, byte_offset = 32>, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 32>, test.note = "kept", usmp.io = "input"} : memref<4xi32>
  %B = memref.alloc() {alignment = 32 : i64, buffer_info = #usmp.buffer_info<"B", size_bytes = 16, alignment = 32, live = [[0, 4]], conflicts = ["A"]>} : memref<4xi32>
  %C = memref.alloca() {alignment = 8 : i64, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 8>} : memref<4xi32>
  "test.op"(%A, %B, %C) : (memref<4xi32>, memref<4xi32>, memref<4xi32>) -> ()
  func.return
}

// CHECK:       usmp.pool @p attributes {allocated_size = 64 : i64, lower_bound = 64 : i64, gap = 0 : i64}
// CHECK-NEXT:  func.func @main(%p: memref<64xi8> {usmp.pool = @p}) attributes {usmp.memory_pressure = 32 : i64} {
// CHECK-NEXT:    %c = arith.constant 32 : index
// CHECK-NEXT:    %A = memref.view %p[%c][] {usmp.buffer = "A", alignment = 32 : i64, test.note = "kept", usmp.io = "input"} : memref<64xi8> to memref<4xi32>
// CHECK-NEXT:    %B = memref.alloc() {alignment = 32 : i64, buffer_info = #usmp.buffer_info<"B", size_bytes = 16, alignment = 32, live = {{\[\[}}0, 4]], conflicts = ["A"]>} : memref<4xi32>
// CHECK-NEXT:    %c_1 = arith.constant 8 : index
// CHECK-NEXT:    %C = memref.view %p[%c_1][] {usmp.buffer = "C", alignment = 8 : i64} : memref<64xi8> to memref<4xi32>
