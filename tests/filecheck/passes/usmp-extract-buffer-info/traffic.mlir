// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// The traffic of a buffer is the bytes that one run reads and writes, loops counted.

tir.func @loops() {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : index
  %one = arith.constant 1 : i32
  %unused = tir.allocate : memref<16xi32>
  %once = tir.allocate : memref<16xi32>
  %nest = tir.allocate : memref<16xi32>
  %never = tir.allocate : memref<16xi32>
  %constant = tir.allocate : memref<16xi32>
  tir.store %one, %once[%c0] : memref<16xi32>
  tir.for %i = 3 to 13 {
    tir.store %one, %nest[%i] : memref<16xi32>
    tir.for parallel %j = 0 to 4 {
      %v = tir.load %nest[%j] : memref<16xi32>
    }
  }
  tir.for %i = 5 to 5 {
    tir.store %one, %never[%i] : memref<16xi32>
  }
  tir.for %i = %c0 to %c10 {
    tir.store %one, %constant[%i] : memref<16xi32>
  }
}

// CHECK-LABEL: tir.func @loops(
// CHECK: "unused", size_bytes = 64, alignment = 16, traffic_bytes = 0,
// CHECK: "once", size_bytes = 64, alignment = 16, traffic_bytes = 4,
// CHECK: "nest", size_bytes = 64, alignment = 16, traffic_bytes = 200,
// CHECK: "never", size_bytes = 64, alignment = 16, traffic_bytes = 0,
// CHECK: "constant", size_bytes = 64, alignment = 16, traffic_bytes = 40,

// -----

func.func @upstream_loops() {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c10 = arith.constant 10 : index
  %A = memref.alloc() : memref<16xi16>
  %B = memref.alloc() : memref<16xi16>
  %C = memref.alloc() : memref<16xi16>
  scf.for %i = %c0 to %c10 step %c3 {
    %v = memref.load %A[%i] : memref<16xi16>
  }
  affine.for %i = 0 to 10 step 3 {
    %v = memref.load %B[%i] : memref<16xi16>
  }
  "scf.parallel"(%c0, %c0, %c10, %c3, %c3, %c3) <{operandSegmentSizes = array<i32: 2, 2, 2, 0>}> ({
  ^bb0(%i: index, %j: index):
    %v = memref.load %C[%i] : memref<16xi16>
    scf.reduce
  }) : (index, index, index, index, index, index) -> ()
  func.return
}

// CHECK-LABEL: func.func @upstream_loops(
// CHECK: "A", size_bytes = 32, alignment = 16, traffic_bytes = 8,
// CHECK: "B", size_bytes = 32, alignment = 16, traffic_bytes = 8,
// CHECK: "C", size_bytes = 32, alignment = 16, traffic_bytes = 8,

// -----

// It is left out where the program does not tell how often a loop runs.

func.func @not_known(%n: index, %condition: i1) {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<16xi32>
  %B = memref.alloc() : memref<16xi32>
  %C = memref.alloc() : memref<16xi32>
  tir.for %i = 0 to %n {
    tir.for %j = 0 to 4 {
      %v = tir.load %A[%j] : memref<16xi32>
    }
  }
  scf.while () : () -> () {
    %v = memref.load %B[%c0] : memref<16xi32>
    scf.condition(%condition)
  } do {
    scf.yield
  }
  "test.op"() ({
    %v = memref.load %C[%c0] : memref<16xi32>
    "test.termop"() : () -> ()
  }) : () -> ()
  func.return
}

// CHECK-LABEL: func.func @not_known(
// CHECK: "A", size_bytes = 64, alignment = 16, live =
// CHECK: "B", size_bytes = 64, alignment = 16, live =
// CHECK: "C", size_bytes = 64, alignment = 16, live =

// -----

// Nor where it does not tell which of several buffers is accessed. What one of them gets on top is
// then not known either.

tir.func @ambiguous(%condition: i1) {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<16xi32>
  %B = tir.allocate : memref<16xi32>
  %C = tir.allocate : memref<16xi32>
  %D = tir.allocate : memref<16xi32>
  %a = tir.load %A[%c0] : memref<16xi32>
  %one = arith.select %condition, %A, %B : memref<16xi32>
  %v = tir.load %one[%c0] : memref<16xi32>
  %two = arith.select %condition, %C, %D : memref<16xi32>
}

// CHECK-LABEL: tir.func @ambiguous(
// CHECK: "A", size_bytes = 64, alignment = 16, live =
// CHECK: "B", size_bytes = 64, alignment = 16, live =
// CHECK: "C", size_bytes = 64, alignment = 16, traffic_bytes = 0,
// CHECK: "D", size_bytes = 64, alignment = 16, traffic_bytes = 0,

// -----

// An access through a view counts as one of the buffer; an operation that is no load or store of an
// element accesses all of what it is given.

tir.func @views() {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<64xi8>
  %B = tir.allocate : memref<64xi8>
  %C = tir.allocate : memref<64xi8>
  %D = tir.allocate : memref<64xi8>
  %view = memref.view %A[%c0][] : memref<64xi8> to memref<16xi32>
  %v = tir.load %view[%c0] : memref<16xi32>
  %sub = memref.subview %B[8] [16] [1] : memref<64xi8> to memref<16xi8, strided<[1], offset: 8>>
  "test.op"(%sub) : (memref<16xi8, strided<[1], offset: 8>>) -> ()
  "memref.copy"(%C, %B) : (memref<64xi8>, memref<64xi8>) -> ()
  tir.call_extern @outside(%C, %D, %D) : (memref<64xi8>, memref<64xi8>, memref<64xi8>) -> ()
}

// CHECK-LABEL: tir.func @views(
// CHECK: "A", size_bytes = 64, alignment = 16, traffic_bytes = 4,
// CHECK: "B", size_bytes = 64, alignment = 16, traffic_bytes = 80,
// CHECK: "C", size_bytes = 64, alignment = 16, traffic_bytes = 128,
// CHECK: "D", size_bytes = 64, alignment = 16, traffic_bytes = 128,

// -----

// A function outside the module gets the whole buffer, also if it gets a number of its element type.

tir.func @element_passed() {
  %x = arith.constant 1 : i8
  %A = tir.allocate : memref<64xi8>
  tir.call_extern @fill(%A, %x) : (memref<64xi8>, i8) -> ()
}

// CHECK-LABEL: tir.func @element_passed(
// CHECK: "A", size_bytes = 64, alignment = 16, traffic_bytes = 64,

// -----

// Numbers that are parameters are numbers like any other.

tir.func @numbers_as_parameters(%x: i32, %i: index) {
  %c0 = arith.constant 0 : index
  %A = tir.allocate : memref<16xi32>
  %B = tir.allocate : memref<16xi32>
  tir.store %x, %A[%c0] : memref<16xi32>
  %v = tir.load %B[%i] : memref<16xi32>
}

// CHECK-LABEL: tir.func @numbers_as_parameters(
// CHECK: "A", size_bytes = 64, alignment = 16, traffic_bytes = 4,
// CHECK: "B", size_bytes = 64, alignment = 16, traffic_bytes = 4,

// -----

// Calls multiply: by the activations, and by the loops around the calls.

tir.func @calls(%n: index) {
  %A = tir.allocate : memref<16xi32>
  %B = tir.allocate : memref<16xi32>
  tir.call_extern @middle(%A) : (memref<16xi32>) -> ()
  tir.for %i = 0 to 10 {
    tir.call_extern @middle(%A) : (memref<16xi32>) -> ()
    tir.call_extern @middle(%B) : (memref<16xi32>) -> ()
  }
  tir.for %i = 0 to %n {
    tir.call_extern @how_often() : () -> ()
  }
}

tir.func @middle(%p: memref<16xi32>) {
  %M = tir.allocate : memref<16xi32>
  tir.for %i = 0 to 2 {
    tir.call_extern @leaf(%p, %M) : (memref<16xi32>, memref<16xi32>) -> ()
  }
}

tir.func @leaf(%p: memref<16xi32>, %q: memref<16xi32>) {
  %c0 = arith.constant 0 : index
  %L = tir.allocate : memref<16xi8>
  %v = tir.load %p[%c0] : memref<16xi32>
  %w = tir.load %q[%c0] : memref<16xi32>
  "test.op"(%L) : (memref<16xi8>) -> ()
}

tir.func @how_often() {
  %c0 = arith.constant 0 : index
  %S = tir.allocate : memref<16xi32>
  %v = tir.load %S[%c0] : memref<16xi32>
}

// CHECK-LABEL: tir.func @calls(
// CHECK: "A", size_bytes = 64, alignment = 16, traffic_bytes = 88,
// CHECK: "B", size_bytes = 64, alignment = 16, traffic_bytes = 80,
// CHECK-LABEL: tir.func @middle(
// CHECK: "M", size_bytes = 64, alignment = 16, traffic_bytes = 168,
// CHECK-LABEL: tir.func @leaf(
// CHECK: "L", size_bytes = 16, alignment = 16, traffic_bytes = 672,
// CHECK-LABEL: tir.func @how_often(
// CHECK: "S", size_bytes = 64, alignment = 16, live =

// -----

// How often the blocks of a control flow graph run is not known, so nor is the traffic in them, or in
// what they call.

func.func @blocks() {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<4xi8>
  cf.br ^loop
^loop:
  %a = memref.load %A[%c0] : memref<4xi8>
  func.call @callee() : () -> ()
  %again = "test.op"() : () -> i1
  cf.cond_br %again, ^loop, ^end
^end:
  func.return
}

func.func @callee() {
  %c0 = arith.constant 0 : index
  %S = memref.alloc() : memref<4xi8>
  %s = memref.load %S[%c0] : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @blocks(
// CHECK: "A", size_bytes = 4, alignment = 16, live =
// CHECK-LABEL: func.func @callee(
// CHECK: "S", size_bytes = 4, alignment = 16, live =
