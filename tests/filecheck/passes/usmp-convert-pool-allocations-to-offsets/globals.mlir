// RUN: usmp-opt %s -p 'usmp-convert-pool-allocations-to-offsets{pools="globals"}' --split-input-file | filecheck %s

// The names of new symbols are those of nothing else, neither here nor among what is called outside.

usmp.pool @p attributes {allocated_size = 64 : i64}
usmp.pool @q attributes {allocated_size = 64 : i64}
usmp.pool @p_pool_2

tir.func @p_pool() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 32>} : memref<4xi32>
  %B = tir.allocate {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 32>} : memref<4xi32>
  tir.call_extern @p_pool_1(%A) : (memref<4xi32>) -> ()
}

// CHECK:      usmp.pool @p attributes
// CHECK-NEXT: "memref.global"() <{sym_name = "p_pool_3",
// CHECK-NEXT: usmp.pool @q attributes
// CHECK-NEXT: "memref.global"() <{sym_name = "q_pool",
// CHECK:        %p = memref.get_global @p_pool_3 : memref<64xi8>
// CHECK-NEXT:   %q = memref.get_global @q_pool : memref<64xi8>

// -----

// A function that is named without being called is no hindrance to globals, and the address is
// loaded inside regions that see nothing of the function around them.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @callback() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 32>} : memref<4xi32>
}

func.func @main() {
  %B = memref.alloc() {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<4xi32>
  "test.op"() {function = @callback} : () -> ()
  func.func nested @isolated() {
    %C = memref.alloc() {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 16>} : memref<4xi32>
    func.return
  }
  func.return
}

usmp.pool @q attributes {allocated_size = 64 : i64}

// CHECK-LABEL: tir.func @callback() {
// CHECK-NEXT:    %p = memref.get_global @p_pool : memref<64xi8>
// CHECK-LABEL: func.func @main() {
// CHECK-NEXT:    %q = memref.get_global @q_pool : memref<64xi8>
// CHECK-NEXT:    %c = arith.constant 0 : index
// CHECK-NEXT:    %B = memref.view %q[%c][]
// CHECK:         func.func nested @isolated() {
// CHECK-NEXT:      %q_1 = memref.get_global @q_pool : memref<64xi8>
// CHECK-NEXT:      %c_1 = arith.constant 16 : index
// CHECK-NEXT:      %C = memref.view %q_1[%c_1][]
