// RUN: xdsl-opt %s -p canonicalize | filecheck %s

tir.func @loops_that_never_run(%a: memref<4xi8>, %v: i8, %n: index) {
  %four = arith.constant 4 : index
  %two = arith.constant 2 : index
  tir.for %i = 4 to 4 {
    tir.store %v, %a[%i] : memref<4xi8>
  }
  tir.for parallel %i = %four to 4 {
    tir.store %v, %a[%i] : memref<4xi8>
  }
  // Written as literals, these bounds would be an error.
  tir.for %i = %four to %two {
    tir.store %v, %a[%i] : memref<4xi8>
  }
  tir.for %i = %n to %n {
    tir.store %v, %a[%i] : memref<4xi8>
  }
}

// CHECK:       tir.func @loops_that_never_run(%a: memref<4xi8>, %v: i8, %n: index) {
// CHECK-NEXT:  }

tir.func @loops_without_effect(%a: memref<4xi8>, %v: i8, %n: index) {
  tir.for %i = 0 to %n {
  }
  tir.for thread_binding("threadIdx.x") %i = 0 to 4 {
    tir.for %j = 0 to 4 {
      %e = tir.load %a[%j] : memref<4xi8>
    }
  }
  // Once its only statement is gone, so is the loop around it.
  tir.for %i = 0 to 4 {
    tir.for %j = 0 to 0 {
      tir.store %v, %a[%j] : memref<4xi8>
    }
  }
}

// CHECK-NEXT:  tir.func @loops_without_effect(%a: memref<4xi8>, %v: i8, %n: index) {
// CHECK-NEXT:  }

tir.func @constant_bounds(%a: memref<16xi8>, %v: i8, %n: index) {
  %zero = arith.constant 0 : index
  %sixteen = arith.constant 16 : index
  tir.for thread_binding("threadIdx.x") %i = %zero to %sixteen attributes {pragma = "kept"} {
    tir.store %v, %a[%i] : memref<16xi8>
  }
  tir.for %j = %zero to %n {
    tir.store %v, %a[%j] : memref<16xi8>
  }
  tir.for vectorized %k = %n to %sixteen {
    tir.store %v, %a[%k] : memref<16xi8>
  }
  // Known only when the sum is folded.
  %sum = arith.addi %zero, %sixteen : index
  tir.for %l = 8 to %sum {
    tir.store %v, %a[%l] : memref<16xi8>
  }
}

// CHECK-NEXT:  tir.func @constant_bounds(%a: memref<16xi8>, %v: i8, %n: index) {
// CHECK-NEXT:    tir.for thread_binding("threadIdx.x") %i = 0 to 16 attributes {pragma = "kept"} {
// CHECK-NEXT:      tir.store %v, %a[%i] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %j = 0 to %n {
// CHECK-NEXT:      tir.store %v, %a[%j] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for vectorized %k = %n to 16 {
// CHECK-NEXT:      tir.store %v, %a[%k] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %l = 8 to 16 {
// CHECK-NEXT:      tir.store %v, %a[%l] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// What is stored into a buffer that nothing reads is not needed either.
tir.func @write_only_buffers(%a: memref<4xi8>, %v: i8, %i: index) {
  %unused = tir.allocate : memref<4xi8>
  %write_only = tir.allocate "write_only" : memref<4xi8>
  %e = tir.load %a[%i] : memref<4xi8>
  tir.store %e, %write_only[%i] : memref<4xi8>
  tir.for %j = 0 to 4 {
    tir.store %v, %write_only[%j] : memref<4xi8>
  }
}

// CHECK-NEXT:  tir.func @write_only_buffers(%a: memref<4xi8>, %v: i8, %i: index) {
// CHECK-NEXT:  }

tir.func @buffers_that_are_read(%v: i8, %i: index) {
  %passed = tir.allocate : memref<4xi8>
  tir.store %v, %passed[%i] : memref<4xi8>
  tir.call_extern @f(%passed) : (memref<4xi8>) -> ()
  %loaded = tir.allocate : memref<4xi8>
  tir.store %v, %loaded[%i] : memref<4xi8>
  %e = tir.load %loaded[%i] : memref<4xi8>
  "test.op"(%e) : (i8) -> ()
  %viewed = tir.allocate : memref<4xi8>
  tir.store %v, %viewed[%i] : memref<4xi8>
  %view = "memref.cast"(%viewed) : (memref<4xi8>) -> memref<?xi8>
  "test.op"(%view) : (memref<?xi8>) -> ()
}

// CHECK-NEXT:  tir.func @buffers_that_are_read(%v: i8, %i: index) {
// CHECK-NEXT:    %passed = tir.allocate : memref<4xi8>
// CHECK-NEXT:    tir.store %v, %passed[%i] : memref<4xi8>
// CHECK-NEXT:    tir.call_extern @f(%passed) : (memref<4xi8>) -> ()
// CHECK-NEXT:    %loaded = tir.allocate : memref<4xi8>
// CHECK-NEXT:    tir.store %v, %loaded[%i] : memref<4xi8>
// CHECK-NEXT:    %e = tir.load %loaded[%i] : memref<4xi8>
// CHECK-NEXT:    "test.op"(%e) : (i8) -> ()
// CHECK-NEXT:    %viewed = tir.allocate : memref<4xi8>
// CHECK-NEXT:    tir.store %v, %viewed[%i] : memref<4xi8>
// CHECK-NEXT:    %view = "memref.cast"(%viewed) : (memref<4xi8>) -> memref<?xi8>
// CHECK-NEXT:    "test.op"(%view) : (memref<?xi8>) -> ()
// CHECK-NEXT:  }
