// RUN: usmp-opt %s -p usmp-verify-plan --allow-unregistered-dialect --verify-diagnostics --split-input-file | filecheck %s

// Buffers with a slice for each thread: before the rewrite, the place says how many there are and
// how far apart, after it, the operations that make the offset of the view.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 8 {
    %n = usmp.thread_number of 3
    %slice = arith.muli %c16, %n : index
    %offset = arith.addi %slice, %c16 : index
    %A = memref.view %p[%offset][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
    %m = usmp.thread_number of 4
    %near = arith.muli %m, %c4 : index
    %B = memref.view %p[%near][] {usmp.buffer = "B", usmp.slices = 4 : i64, alignment = 4 : i64} : memref<64xi8> to memref<4xi8>
    "test.op"(%B) : (memref<4xi8>) -> ()
  }
}

// CHECK-LABEL: tir.func @main
// CHECK:         usmp.buffer = "B", usmp.slices = 4

// -----

// Other iterations may still be at A when one comes to B.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 8 {
    %n = usmp.thread_number of 3
    %slice = arith.muli %n, %c16 : index
    %A = memref.view %p[%slice][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
    %offset = arith.addi %slice, %c16 : index
    %B = memref.view %p[%offset][] {usmp.buffer = "B", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>
    "test.op"(%B) : (memref<16xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main and buffer 'B' of @main overlap: 'A' is at bytes [0, 48) and 'B' at bytes [16, 64) of pool @p, and both are live at program point 1: plan again. 'A' and 'B' conflict: 'A' is live during all of tir.for ({{[^)]*}}), which contains its allocation, as other iterations of that may be anywhere in it, and 'B' is live during all of tir.for ({{[^)]*}}), which contains its allocation, as other iterations of that may be anywhere in it.

// -----

// Through a call: the buffer of the callee is live in all of the loop.

usmp.pool @p

tir.func @main() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 32>} : memref<16xi8>
  tir.for parallel %i = 0 to 8 {
    "test.op"(%A) : (memref<16xi8>) -> ()
    tir.call_extern @f() : () -> ()
  }
}

tir.func @f() {
  %S = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0, slices = 3, slice_bytes = 16>} : memref<16xi8>
  "test.op"(%S) : (memref<16xi8>) -> ()
}

// CHECK:      buffer 'S' of @f and buffer 'A' of @main overlap: 'S' is at bytes [0, 48) and 'A' at bytes [32, 48) of pool @p, and both are live at program point 1: plan again. 'A' and 'S' conflict: 'A' is live from test.op in @main ({{[^)]*}}) to test.op in @main ({{[^)]*}}), and so throughout tir.for ({{[^)]*}}), and 'S' is live during all of tir.for ({{[^)]*}}), which calls @f, as other iterations of that may be anywhere in it.

// -----

// Without slices, a buffer under a concurrent loop must not be in a pool.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 8 {
    %A = memref.view %p[%c16][] {usmp.buffer = "A"} : memref<64xi8> to memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main is in pool @p and must not be: allocated under a concurrent loop: parallel tir.for in @main; give it memory of its own

// -----

// The slices of two threads overlap.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 8 {
    %n = usmp.thread_number of 3
    %slice = arith.muli %n, %c16 : index
    %A = memref.view %p[%slice][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<17xi8>
    "test.op"(%A) : (memref<17xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main has 3 slices of 17 bytes, which are only 16 bytes apart, so that those of two threads overlap: plan again

// -----

// A place that all threads share, though the view says that it has slices.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 8 {
    %A = memref.view %p[%c16][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main has 3 slices of 16 bytes, which are only 0 bytes apart, so that those of two threads overlap: plan again

// -----

// Not aligned, and past the end of the pool.

usmp.pool @p

tir.func @main() {
  tir.for parallel %i = 0 to 8 {
    %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0, slices = 3, slice_bytes = 24>} : memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main has slices that are 24 bytes apart, which is not a multiple of its alignment, 16: plan again

// -----

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 8 {
    %n = usmp.thread_number of 5
    %slice = arith.muli %n, %c16 : index
    %A = memref.view %p[%slice][] {usmp.buffer = "A"} : memref<64xi8> to memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main is at bytes [0, 80) of pool @p, outside its 64 bytes (memref<64xi8>): plan again

// -----

// More threads than slices.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 8 {
    %n = usmp.thread_number of 4
    %slice = arith.muli %n, %c16 : index
    %A = memref.view %p[%slice][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main has 3 slices, but usmp.thread_number counts 4 threads: plan again

// -----

// A number that was taken outside of the loop is the same for all its iterations.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 2 {
    %n = usmp.thread_number of 3
    tir.for parallel %j = 0 to 8 {
      %slice = arith.muli %n, %c16 : index
      %A = memref.view %p[%slice][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>
      "test.op"(%A) : (memref<16xi8>) -> ()
    }
  }
}

// CHECK:      buffer 'A' of @main takes its slice by a usmp.thread_number outside of the concurrent loop around it, whose iterations all have the same number there: take the number next to the view

// -----

// An offset of another form, and a number of slices that is none.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  tir.for parallel %i = 0 to 3 {
    %slice = arith.muli %i, %c16 : index
    %A = memref.view %p[%slice][] {usmp.buffer = "A", usmp.slices = 3 : i64} : memref<64xi8> to memref<16xi8>
    "test.op"(%A) : (memref<16xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @main is in pool @p at an offset that is no constant and cannot be checked: make it an arith.constant

// -----

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  %A = memref.view %p[%c16][] {usmp.buffer = "A", usmp.slices = 0 : i64} : memref<64xi8> to memref<16xi8>
}

// CHECK:      buffer 'A' of @main has usmp.slices = 0 : i64, expected 1 or more
