// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --allow-unregistered-dialect --verify-diagnostics --split-input-file | filecheck %s

// What the rewriting relies on holds of all slices of a buffer.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @main() {
  tir.for parallel %i = 0 to 8 {
    %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16, slices = 3, slice_bytes = 16>} : memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK:      %A = memref.view %p[%offset][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>

// -----

usmp.pool @p attributes {allocated_size = 48 : i64}

tir.func @main() {
  tir.for parallel %i = 0 to 8 {
    %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16, slices = 3, slice_bytes = 16>} : memref<16xi8>
  }
}

// CHECK:      buffer 'A' of @main is placed at bytes 16 to 64 of pool @p, whose allocated_size is 48: run usmp-plan-memory again, or usmp-verify-plan to see all that is wrong

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @main() {
  tir.for parallel %i = 0 to 8 {
    %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0, slices = 3, slice_bytes = 8>} : memref<16xi8>
  }
}

// CHECK:      buffer 'A' of @main has slices that are 8 bytes apart, fewer than its 16: run usmp-plan-memory again

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @main() {
  tir.for parallel %i = 0 to 8 {
    %A = tir.allocate {alignment = 16 : i64, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0, slices = 2, slice_bytes = 24>} : memref<16xi8>
  }
}

// CHECK:      buffer 'A' of @main has slices that are 24 bytes apart, which is not a multiple of its alignment 16: run usmp-plan-memory again

// -----

usmp.pool @p target_access {c = "ro"} attributes {allocated_size = 64 : i64}

tir.func @main() {
  %A = tir.allocate_const {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0, slices = 2, slice_bytes = 4>} dense<1> : memref<4xi8>
}

// CHECK:      buffer 'A' of @main is constant, and cannot have slices: run usmp-plan-memory again
