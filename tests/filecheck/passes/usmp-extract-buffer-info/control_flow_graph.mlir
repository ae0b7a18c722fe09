// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// In what order blocks run is not known, nor how often: a buffer of a function of several blocks is
// live throughout.

func.func @blocks() {
  %c0 = arith.constant 0 : index
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  cf.br ^loop
^loop:
  %a = memref.load %A[%c0] : memref<4xi8>
  %again = "test.op"() : () -> i1
  cf.cond_br %again, ^loop, ^end
^end:
  %b = memref.load %B[%c0] : memref<4xi8>
  func.call @callee(%C) : (memref<4xi8>) -> ()
  func.return
}

func.func @callee(%p: memref<4xi8>) {
  %c0 = arith.constant 0 : index
  %S = memref.alloc() : memref<4xi8>
  %p0 = memref.load %p[%c0] : memref<4xi8>
  %s = memref.load %S[%c0] : memref<4xi8>
  func.return
}

// CHECK-LABEL: func.func @blocks(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[0, 15]], conflicts = ["B", "C", "S"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[0, 15]], conflicts = ["A", "C", "S"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[0, 15]], conflicts = ["A", "B", "S"]>
// CHECK-LABEL: func.func @callee(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[13, 13]], conflicts = ["A", "B", "C"]>

// -----

// A parameter of such a function is accessed throughout the call.

func.func @calls_blocks(%condition: i1) {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  func.call @blocks_of_callee(%A, %condition) : (memref<4xi8>, i1) -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
  func.return
}

func.func @blocks_of_callee(%p: memref<4xi8>, %condition: i1) {
  %S = memref.alloc() : memref<4xi8>
  cf.cond_br %condition, ^one, ^other
^one:
  "test.op"(%S) : (memref<4xi8>) -> ()
  cf.br ^other
^other:
  "test.op"(%p) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @calls_blocks(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 8]], conflicts = ["S"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[9, 9]], conflicts = []>
// CHECK-LABEL: func.func @blocks_of_callee(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[3, 8]], conflicts = ["A"]>

// -----

// A block argument is an alias of what any branch to the block passes on. A buffer that is passed on
// may be needed when its block runs again.

func.func @block_arguments(%p: memref<4xi8>) {
  %A = memref.alloc() : memref<4xi8>
  cf.br ^loop(%p : memref<4xi8>)
^loop(%x: memref<4xi8>):
  "test.op"(%x) : (memref<4xi8>) -> ()
  %B = memref.alloc() : memref<4xi8>
  "test.op"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
  %again = "test.op"() : () -> i1
  cf.cond_br %again, ^loop(%B : memref<4xi8>), ^end
^end:
  func.return
}

// CHECK-LABEL: func.func @block_arguments(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[0, 7]], conflicts = []>
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: passed on from one block to the next"

// -----

// Inside a structured loop all is as usual.

func.func @structured_inside() {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c1 = arith.constant 1 : index
  cf.br ^next
^next:
  scf.for %i = %c0 to %c4 step %c1 {
    %A = memref.alloc() : memref<4xi8>
    %B = memref.alloc() : memref<4xi8>
    "test.op"(%A) : (memref<4xi8>) -> ()
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
  func.return
}

// CHECK-LABEL: func.func @structured_inside(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[7, 7]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[8, 8]], conflicts = []>

// -----

// The blocks of a region are a loop to what is allocated in front of it.

tir.func @blocks_of_region() {
  %A = tir.allocate : memref<4xi8>
  scf.execute_region {
    "test.op"() : () -> ()
    cf.br ^next
  ^next:
    "test.op"(%A) : (memref<4xi8>) -> ()
    %B = tir.allocate : memref<4xi8>
    "test.op"(%B) : (memref<4xi8>) -> ()
    scf.yield
  }
}

// CHECK-LABEL: tir.func @blocks_of_region(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 7]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[1, 7]], conflicts = ["A"]>
