// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// Blocks that branches make a loop of are one: a buffer from outside that is accessed there is live
// throughout. What is after the loop is after it.

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
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 7]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}traffic_bytes = 1, live = [[8, 8]], conflicts = []>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[12, 12]], conflicts = []>
// CHECK-LABEL: func.func @callee(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[13, 13]], conflicts = []>

// -----

// Blocks that no branch leads back to are like statements, in a callee too.

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
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[7, 7]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[9, 9]], conflicts = []>
// CHECK-LABEL: func.func @blocks_of_callee(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[5, 5]], conflicts = []>

// -----

// A block argument is an alias of what any branch to the block passes on. A buffer that is passed on
// to the start of the loop that allocates it is needed when the next one is allocated.

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
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 6]], conflicts = []>
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: passed on from one iteration of a loop of blocks to the next"

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

// The same goes for the blocks of a region of an operation.

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
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 4]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 6]], conflicts = []>

// -----

// Arms that meet again are like those of an scf.if; a buffer from before them that is needed after
// them is live in both. A block argument has an alias for each branch.

func.func @arms(%condition: i1) {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  %D = memref.alloc() : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  cf.cond_br %condition, ^then(%B : memref<4xi8>), ^else(%C : memref<4xi8>)
^then(%b: memref<4xi8>):
  "test.op"(%b) : (memref<4xi8>) -> ()
  cf.br ^join(%b : memref<4xi8>)
^else(%c: memref<4xi8>):
  "test.op"(%D) : (memref<4xi8>) -> ()
  "test.op"(%c) : (memref<4xi8>) -> ()
  cf.br ^join(%A : memref<4xi8>)
^join(%x: memref<4xi8>):
  "test.op"(%x) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @arms(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[4, 11]], conflicts = ["B", "C", "D"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 11]], conflicts = ["A", "C", "D"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[9, 9]], conflicts = ["A", "B"]>
// CHECK: #usmp.buffer_info<"D", {{.*}}live = [[8, 8]], conflicts = ["A", "B"]>

// -----

// Blocks count in an order of execution, whatever the order in which they are written; buffers are
// listed as they are written.

func.func @written_backwards() {
  %A = memref.alloc() : memref<4xi8>
  cf.br ^first
^third:
  %C = memref.alloc() : memref<4xi8>
  "test.op"(%C) : (memref<4xi8>) -> ()
  func.return
^second:
  %B = memref.alloc() : memref<4xi8>
  "test.op"(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
  cf.br ^third
^first:
  "test.op"(%A) : (memref<4xi8>) -> ()
  cf.br ^second
}

// CHECK-LABEL: func.func @written_backwards(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 5]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[8, 8]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = ["A"]>

// -----

// Loops in loops: a buffer is live in those that contain an access but not the allocation. One that
// is allocated in a loop and handed to a block of the same iteration is planned.

func.func @nested() {
  %A = memref.alloc() : memref<4xi8>
  cf.br ^outer
^outer:
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  "test.op"(%C) : (memref<4xi8>) -> ()
  cf.br ^inner(%B : memref<4xi8>)
^inner(%b: memref<4xi8>):
  %D = memref.alloc() : memref<4xi8>
  "test.op"(%D) : (memref<4xi8>) -> ()
  "test.op"(%b) : (memref<4xi8>) -> ()
  %again = "test.op"() : () -> i1
  cf.cond_br %again, ^inner(%b : memref<4xi8>), ^latch
^latch:
  "test.op"(%A) : (memref<4xi8>) -> ()
  %once_more = "test.op"() : () -> i1
  cf.cond_br %once_more, ^outer, ^end
^end:
  %E = memref.alloc() : memref<4xi8>
  "test.op"(%E) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @nested(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 13]], conflicts = ["B", "C", "D"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[6, 10]], conflicts = ["A", "D"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[4, 4]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"D", {{.*}}live = [[7, 7]], conflicts = ["A", "B"]>
// CHECK: #usmp.buffer_info<"E", {{.*}}live = [[15, 15]], conflicts = []>

// -----

// A loop that is entered at two blocks. Whichever runs first, the other may follow, and it again.

func.func @irreducible(%condition: i1) {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  cf.cond_br %condition, ^one, ^other
^one:
  "test.op"(%A) : (memref<4xi8>) -> ()
  cf.br ^other
^other:
  "test.op"(%B) : (memref<4xi8>) -> ()
  %again = "test.op"() : () -> i1
  cf.cond_br %again, ^one, ^end
^end:
  func.return
}

// CHECK-LABEL: func.func @irreducible(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 7]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 7]], conflicts = ["A"]>

// -----

// Blocks that nothing leads to come last.

func.func @unreached() {
  %A = memref.alloc() : memref<4xi8>
  cf.br ^end
^never:
  "test.op"(%A) : (memref<4xi8>) -> ()
  cf.br ^never
^end:
  %B = memref.alloc() : memref<4xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @unreached(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 6]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 3]], conflicts = []>
