// RUN: xdsl-opt %s -p cse | filecheck %s

// Each allocation is a buffer of its own.
tir.func @allocations(%n: index) {
  %a = tir.allocate : memref<4xi8>
  %b = tir.allocate : memref<4xi8>
  %c = tir.allocate(%n) : memref<?xi8>
  %d = tir.allocate(%n) : memref<?xi8>
  tir.call_extern @f(%a, %b, %c, %d) : (memref<4xi8>, memref<4xi8>, memref<?xi8>, memref<?xi8>) -> ()
}

// CHECK:       tir.func @allocations(%n: index) {
// CHECK-NEXT:    %a = tir.allocate : memref<4xi8>
// CHECK-NEXT:    %b = tir.allocate : memref<4xi8>
// CHECK-NEXT:    %c = tir.allocate(%n) : memref<?xi8>
// CHECK-NEXT:    %d = tir.allocate(%n) : memref<?xi8>
// CHECK-NEXT:    tir.call_extern @f(%a, %b, %c, %d)

// Constants are read-only: two of the same name, value and type are one.
tir.func @constants() {
  %a = tir.allocate_const dense<[1, 2]> : memref<2xi8>
  %b = tir.allocate_const dense<[1, 2]> : memref<2xi8>
  %other_value = tir.allocate_const dense<[1, 3]> : memref<2xi8>
  %other_space = tir.allocate_const dense<[1, 2]> : memref<2xi8, "shared">
  %other_name = tir.allocate_const "x" dense<[1, 2]> : memref<2xi8>
  %p = tir.lookup_param "p" : memref<?xi8>
  %q = tir.lookup_param "p" : memref<?xi8>
  %other_param = tir.lookup_param "q" : memref<?xi8>
  "test.op"(%a, %b, %other_value, %other_space, %other_name, %p, %q, %other_param)
      : (memref<2xi8>, memref<2xi8>, memref<2xi8>, memref<2xi8, "shared">, memref<2xi8>, memref<?xi8>, memref<?xi8>, memref<?xi8>) -> ()
}

// CHECK:       tir.func @constants() {
// CHECK-NEXT:    %a = tir.allocate_const dense<[1, 2]> : memref<2xi8>
// CHECK-NEXT:    %other_value = tir.allocate_const dense<[1, 3]> : memref<2xi8>
// CHECK-NEXT:    %other_space = tir.allocate_const dense<[1, 2]> : memref<2xi8, "shared">
// CHECK-NEXT:    %other_name = tir.allocate_const "x" dense<[1, 2]> : memref<2xi8>
// CHECK-NEXT:    %p = tir.lookup_param "p" : memref<?xi8>
// CHECK-NEXT:    %other_param = tir.lookup_param "q" : memref<?xi8>
// CHECK-NEXT:    "test.op"(%a, %a, %other_value, %other_space, %other_name, %p, %p, %other_param)

// Two loads are one if nothing is written between them.
tir.func @loads(%a: memref<4xi8>, %b: memref<4xi8>, %i: index, %v: i8) {
  %0 = tir.load %a[%i] : memref<4xi8>
  %scratch = tir.allocate : memref<4xi8>
  %1 = tir.load %a[%i] : memref<4xi8>
  %other = tir.load %b[%i] : memref<4xi8>
  "test.pureop"(%0, %1, %other, %scratch) : (i8, i8, i8, memref<4xi8>) -> ()
  tir.store %v, %b[%i] : memref<4xi8>
  %2 = tir.load %a[%i] : memref<4xi8>
  tir.call_extern @f() : () -> ()
  %3 = tir.load %a[%i] : memref<4xi8>
  tir.for %j = 0 to 4 {
    tir.store %v, %b[%j] : memref<4xi8>
  }
  %4 = tir.load %a[%i] : memref<4xi8>
  tir.for %j = 0 to 4 {
    %5 = tir.load %b[%j] : memref<4xi8>
    "test.pureop"(%5) : (i8) -> ()
  }
  %6 = tir.load %a[%i] : memref<4xi8>
  "test.op"(%0, %1, %2, %3, %4, %6) : (i8, i8, i8, i8, i8, i8) -> ()
}

// CHECK:       tir.func @loads(%a: memref<4xi8>, %b: memref<4xi8>, %i: index, %v: i8) {
// CHECK-NEXT:    [[FIRST:%\d+]] = tir.load %a[%i] : memref<4xi8>
// CHECK:         tir.store %v, %b[%i] : memref<4xi8>
// CHECK-NEXT:    [[STORED:%\d+]] = tir.load %a[%i] : memref<4xi8>
// CHECK-NEXT:    tir.call_extern @f() : () -> ()
// CHECK-NEXT:    [[CALLED:%\d+]] = tir.load %a[%i] : memref<4xi8>
// CHECK-NEXT:    tir.for
// CHECK-NEXT:      tir.store %v
// CHECK-NEXT:    }
// CHECK-NEXT:    [[LOOPED:%\d+]] = tir.load %a[%i] : memref<4xi8>
// CHECK-NEXT:    "test.op"([[FIRST]], [[FIRST]], [[STORED]], [[CALLED]], [[LOOPED]], [[LOOPED]])

tir.func @arithmetic(%x: i32, %y: i32) {
  %0 = tir.q_multiply_shift %x, %y {q = 31, s = -9} : i32
  %1 = tir.q_multiply_shift %x, %y {q = 31, s = -9} : i32
  %2 = tir.q_multiply_shift %x, %y {q = 31, s = -8} : i32
  "test.op"(%0, %1, %2) : (i32, i32, i32) -> ()
}

// CHECK:       tir.func @arithmetic(%x: i32, %y: i32) {
// CHECK-NEXT:    [[A:%\d+]] = tir.q_multiply_shift %x, %y {q = 31 : i64, s = -9 : i64} : i32
// CHECK-NEXT:    [[B:%\d+]] = tir.q_multiply_shift %x, %y {q = 31 : i64, s = -8 : i64} : i32
// CHECK-NEXT:    "test.op"([[A]], [[A]], [[B]]) : (i32, i32, i32) -> ()

// Calls of the same function with the same arguments are not one call.
tir.func @calls(%n: i32) {
  %0 = tir.call_extern @random(%n) : (i32) -> i32
  %1 = tir.call_extern @random(%n) : (i32) -> i32
  "test.op"(%0, %1) : (i32, i32) -> ()
}

// CHECK:       tir.func @calls(%n: i32) {
// CHECK-NEXT:    [[A:%\d+]] = tir.call_extern @random(%n) : (i32) -> i32
// CHECK-NEXT:    [[B:%\d+]] = tir.call_extern @random(%n) : (i32) -> i32
// CHECK-NEXT:    "test.op"([[A]], [[B]]) : (i32, i32) -> ()
