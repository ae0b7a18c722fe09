// RUN: xdsl-opt %s -p dce | filecheck %s

// Nothing uses these.
tir.func @unused(%a: memref<4xi8>, %i: index, %x: i32, %n: index) {
  %plain = tir.allocate "plain" : memref<4xi8>
  %dynamic = tir.allocate(%n) : memref<?xi8>
  %constant = tir.allocate_const dense<0> : memref<4xi8>
  %parameter = tir.lookup_param "p" : memref<?xi8>
  %element = tir.load %a[%i] : memref<4xi8>
  %scaled = tir.q_multiply_shift %x, %x {q = 31, s = 0} : i32
}

// CHECK:       tir.func @unused(%a: memref<4xi8>, %i: index, %x: i32, %n: index) {
// CHECK-NEXT:  }

// A buffer that a call may fill, or that is written, stays; so does what it is written with.
tir.func @used(%i: index) {
  %passed = tir.allocate "passed" : memref<4xi8>
  tir.call_extern @f(%passed) : (memref<4xi8>) -> ()
  %written = tir.allocate "written" : memref<4xi8>
  %constant = tir.allocate_const dense<0> : memref<4xi8>
  %element = tir.load %constant[%i] : memref<4xi8>
  tir.store %element, %written[%i] : memref<4xi8>
  %ignored = tir.call_extern @g() : () -> i32
}

// CHECK-NEXT:  tir.func @used(%i: index) {
// CHECK-NEXT:    %passed = tir.allocate "passed" : memref<4xi8>
// CHECK-NEXT:    tir.call_extern @f(%passed) : (memref<4xi8>) -> ()
// CHECK-NEXT:    %written = tir.allocate "written" : memref<4xi8>
// CHECK-NEXT:    %constant = tir.allocate_const dense<0> : memref<4xi8>
// CHECK-NEXT:    %element = tir.load %constant[%i] : memref<4xi8>
// CHECK-NEXT:    tir.store %element, %written[%i] : memref<4xi8>
// CHECK-NEXT:    %ignored = tir.call_extern @g() : () -> i32
// CHECK-NEXT:  }

// A loop has the effects of its body, of whatever kind it is.
tir.func @loops(%a: memref<4xi8>, %v: i8, %n: index) {
  tir.for %i = 0 to %n {
  }
  tir.for parallel %i = 0 to 4 {
    %scratch = tir.allocate : memref<4xi8>
    %element = tir.load %scratch[%i] : memref<4xi8>
  }
  tir.for thread_binding("threadIdx.x") %i = 0 to 4 {
    tir.for vectorized %j = 0 to 4 {
      %element = tir.load %a[%j] : memref<4xi8>
    }
  }
  tir.for unrolled %i = 0 to 4 {
    tir.for %j = 0 to 4 {
      tir.store %v, %a[%j] : memref<4xi8>
    }
    tir.for %j = 0 to 4 {
    }
  }
  tir.for %i = 0 to 4 {
    tir.call_extern @f() : () -> ()
  }
}

// CHECK-NEXT:  tir.func @loops(%a: memref<4xi8>, %v: i8, %n: index) {
// CHECK-NEXT:    tir.for unrolled %i = 0 to 4 {
// CHECK-NEXT:      tir.for %j = 0 to 4 {
// CHECK-NEXT:        tir.store %v, %a[%j] : memref<4xi8>
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %i_1 = 0 to 4 {
// CHECK-NEXT:      tir.call_extern @f() : () -> ()
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// Symbols stay.
tir.func private @declaration()
usmp.pool @pool

// CHECK-NEXT:  tir.func private @declaration()
// CHECK-NEXT:  usmp.pool @pool
