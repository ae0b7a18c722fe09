// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --print-debuginfo | filecheck %s
// RUN: usmp-opt %s -p 'usmp-convert-pool-allocations-to-offsets{pools="globals"}' --print-debuginfo | filecheck %s --check-prefix=GLOBALS

// What replaces an operation is where that was, a global where its pool is, a parameter where its
// function is.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8, "global">
}

// CHECK:      tir.func @f(%p: memref<64xi8> {usmp.pool = @p} loc("{{.*}}locations.mlir":9:1)) {
// CHECK-NEXT:   %c = arith.constant 0 : index loc("{{.*}}locations.mlir":10:3)
// CHECK-NEXT:   %A = memref.view %p[%c][] {usmp.buffer = "A"} : memref<64xi8> to memref<4xi8> loc("{{.*}}locations.mlir":10:3)
// CHECK-NEXT:   %A_1 = "memref.memory_space_cast"(%A) : (memref<4xi8>) -> memref<4xi8, "global"> loc("{{.*}}locations.mlir":10:3)

// GLOBALS:      "memref.global"() {{.*}} : () -> () loc("{{.*}}locations.mlir":7:1)
// GLOBALS-NEXT: tir.func @f() {
// GLOBALS-NEXT:   %p = memref.get_global @p_pool : memref<64xi8> loc("{{.*}}locations.mlir":10:3)
