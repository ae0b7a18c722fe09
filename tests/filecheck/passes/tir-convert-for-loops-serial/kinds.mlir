// RUN: xdsl-opt %s -p tir-convert-for-loops-serial | filecheck %s

tir.func @kinds(%a: memref<16xi8>, %v: i8, %n: index) attributes {target = "c"} {
  tir.for %i = 0 to 16 attributes {pragma = "a"} {
    tir.store %v, %a[%i] : memref<16xi8>
  }
  tir.for parallel %i = 0 to %n attributes {pragma = "b"} {
    tir.store %v, %a[%i] : memref<16xi8>
  }
  tir.for vectorized %i = %n to 16 {
    tir.store %v, %a[%i] : memref<16xi8>
  }
  tir.for unrolled %i = %n to %n {
    tir.store %v, %a[%i] : memref<16xi8>
  }
  tir.for thread_binding("threadIdx.x") %i = 0 to 16 {
    tir.store %v, %a[%i] : memref<16xi8>
  }
}

// CHECK:       tir.func @kinds(%a: memref<16xi8>, %v: i8, %n: index) attributes {target = "c"} {
// CHECK-NEXT:    tir.for %i = 0 to 16 attributes {pragma = "a"} {
// CHECK-NEXT:      tir.store %v, %a[%i] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %i_1 = 0 to %n attributes {pragma = "b"} {
// CHECK-NEXT:      tir.store %v, %a[%i_1] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %i_2 = %n to 16 {
// CHECK-NEXT:      tir.store %v, %a[%i_2] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %i_3 = %n to %n {
// CHECK-NEXT:      tir.store %v, %a[%i_3] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %i_4 = 0 to 16 {
// CHECK-NEXT:      tir.store %v, %a[%i_4] : memref<16xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// In any function, at any nesting, also under loops and regions of other dialects.
tir.func @nesting(%a: memref<16xi8>, %v: i8, %condition: i1) {
  tir.for parallel %outer = 0 to 2 {
    tir.for %middle = 0 to 2 {
      tir.for thread_binding("blockIdx.x") %inner = 0 to 2 {
        tir.store %v, %a[%inner] : memref<16xi8>
      }
    }
    scf.if %condition {
      tir.for vectorized %inner = 0 to 2 {
        tir.store %v, %a[%inner] : memref<16xi8>
      }
    }
  }
}

// CHECK-NEXT:  tir.func @nesting(%a: memref<16xi8>, %v: i8, %condition: i1) {
// CHECK-NEXT:    tir.for %outer = 0 to 2 {
// CHECK-NEXT:      tir.for %middle = 0 to 2 {
// CHECK-NEXT:        tir.for %inner = 0 to 2 {
// CHECK-NEXT:          tir.store %v, %a[%inner] : memref<16xi8>
// CHECK-NEXT:        }
// CHECK-NEXT:      }
// CHECK-NEXT:      scf.if %condition {
// CHECK-NEXT:        tir.for %inner_1 = 0 to 2 {

func.func @other_function(%n: index) {
  "test.op"() ({
    tir.for parallel %i = 0 to %n {
    }
    "test.termop"() : () -> ()
  }) : () -> ()
  func.return
}

// CHECK:       func.func @other_function(%n: index) {
// CHECK-NEXT:    "test.op"() ({
// CHECK-NEXT:      tir.for %i = 0 to %n {

builtin.module {
  tir.func @nested_module() {
    tir.for unrolled %i = 0 to 2 {
    }
  }
}

// CHECK:       tir.func @nested_module() {
// CHECK-NEXT:    tir.for %i = 0 to 2 {
