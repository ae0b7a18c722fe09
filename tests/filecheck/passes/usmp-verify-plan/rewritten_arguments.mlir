// RUN: usmp-opt %s -p usmp-verify-plan --allow-unregistered-dialect --verify-diagnostics --split-input-file | filecheck %s

// The memory of pools comes in by parameters: each view of it is a buffer.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<32xi8>
  %B = memref.view %p[%c16][] {usmp.buffer = "B", alignment = 16 : i64} : memref<64xi8> to memref<4xi64>
  "test.op"(%A, %B) : (memref<32xi8>, memref<4xi64>) -> ()
}

// CHECK:      buffer 'A' of @main and buffer 'B' of @main overlap: 'A' is at bytes [0, 32) and 'B' at bytes [16, 48) of pool @p, and both are live at program point 4: plan again. 'A' and 'B' conflict: 'B' is first accessed by test.op in @main ({{[^)]*}}) while 'A' is live. 'A' is live from test.op in @main ({{[^)]*}}) to test.op in @main ({{[^)]*}}).
// CHECK:      %B = "memref.view"(%p, %c16)
// CHECK-NEXT: ^^^

// -----

// In a callee, and in an allocation that has not been rewritten.

usmp.pool @p

func.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
  "test.op"(%A) : (memref<32xi8>) -> ()
  func.call @f(%A, %p) : (memref<32xi8>, memref<64xi8>) -> ()
  func.return
}

func.func @f(%a: memref<32xi8>, %p: memref<64xi8> {usmp.pool = @p}) {
  %c16 = arith.constant 16 : index
  %B = memref.view %p[%c16][] {usmp.buffer = "B", alignment = 16 : i64} : memref<64xi8> to memref<8xi8>
  "test.op"(%B) : (memref<8xi8>) -> ()
  "test.op"(%a) : (memref<32xi8>) -> ()
  func.return
}

// CHECK:      buffer 'A' of @main and buffer 'B' of @f overlap: 'A' is at bytes [0, 32) and 'B' at bytes [16, 24) of pool @p, and both are live at program point 5: plan again. 'A' and 'B' conflict: 'B' is first accessed by test.op in @f ({{[^)]*}}) while 'A' is live, in the call by func.call of @f ({{[^)]*}}). 'A' is live from test.op in @main ({{[^)]*}}) to test.op in @f ({{[^)]*}}).
// CHECK:      %B = "memref.view"(%p, %c16)
// CHECK-NEXT: ^^^

// -----

// Outside of the memory.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c48 = arith.constant 48 : index
  %A = memref.view %p[%c48][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<17xi8>
}

// CHECK-LABEL: buffer 'A' of @main is at bytes [48, 65) of pool @p, outside its 64 bytes (memref<64xi8>): plan again
// CHECK:      %A = "memref.view"(%p, %c48)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c = arith.constant -16 : index
  %A = memref.view %p[%c][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<16xi8>
}

// CHECK-LABEL: buffer 'A' of @main is at bytes [-16, 0) of pool @p, outside its 64 bytes (memref<64xi8>): plan again
// CHECK:      %A = "memref.view"(%p, %c)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p size_hint_bytes 32

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
}

// CHECK-LABEL: parameter 0 of @main has 64 bytes and is the memory of pool @p, which has no more than 32 (size_hint_bytes): plan again
// CHECK:      "tir.func"() <{sym_name = "main"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c8 = arith.constant 8 : index
  %A = memref.view %p[%c8][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<16xi8>
}

// CHECK-LABEL: buffer 'A' of @main is at byte 8 of pool @p, which is not a multiple of its alignment, 16: plan again
// CHECK:      %A = "memref.view"(%p, %c8)
// CHECK-NEXT: ^^^

// -----

// Under a concurrent loop.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c0 = arith.constant 0 : index
  tir.for vectorized %i = 0 to 4 {
    %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<16xi8>
  }
}

// CHECK-LABEL: buffer 'A' of @main is in pool @p and must not be: allocated under a concurrent loop: vectorized tir.for in @main; give it memory of its own
// CHECK:      %A = "memref.view"(%p, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%n: index, %p: memref<64xi8> {usmp.pool = @p}) {
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][%n] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<?xi8>
}

// CHECK-LABEL: buffer 'A' of @main is in pool @p and must not be: dynamic shape; give it memory of its own
// CHECK:      %A = "memref.view"(%p, %c0, %n)
// CHECK-NEXT: ^^^

// -----

// Targets and memory spaces.

usmp.pool @p target_access {c = "rw", npu = "ro"}

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) attributes {target = "npu"} {
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<16xi8>
}

// CHECK-LABEL: buffer 'A' of @main is in pool @p, which target "npu" may only read: plan again
// CHECK:      %A = "memref.view"(%p, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p memory_space "L1"

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<16xi8>
}

// CHECK-LABEL: buffer 'A' of @main is in pool @p, which does not serve the default memory space: plan again
// CHECK:      %A = "memref.view"(%p, %c0)
// CHECK-NEXT: ^^^

// -----

// What cannot be checked.

usmp.pool @p

tir.func @main(%at: index, %p: memref<64xi8> {usmp.pool = @p}) {
  %A = memref.view %p[%at][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<16xi8>
}

// CHECK-LABEL: buffer 'A' of @main is in pool @p at an offset that is no constant and cannot be checked: make it an arith.constant
// CHECK:      %A = "memref.view"(%p, %at)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%v: i8, %p: memref<64xi8> {usmp.pool = @p}) {
  %c0 = arith.constant 0 : index
  memref.store %v, %p[%c0] : memref<64xi8>
}

// CHECK-LABEL: memref.store uses the memory of pool @p in a way that cannot be checked: take a memref.view at a constant offset, or pass it to a function of the module
// CHECK:      "memref.store"(%v, %p, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  tir.call_extern @outside(%p) : (memref<64xi8>) -> ()
}

// CHECK-LABEL: tir.call_extern uses the memory of pool @p in a way that cannot be checked: take a memref.view at a constant offset, or pass it to a function of the module
// CHECK:      "tir.call_extern"(%p)
// CHECK-NEXT: ^^^

// -----

// Parameters.

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @q}) {
}

// CHECK-LABEL: parameter 0 of @main is the memory of pool @q, which is not declared: add it
// CHECK:      "tir.func"() <{sym_name = "main"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = "p"}) {
}

// CHECK-LABEL: parameter 0 of @main has usmp.pool = "p", expected a pool such as @fast_memory
// CHECK:      "tir.func"() <{sym_name = "main"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%p: memref<?xi8> {usmp.pool = @p}) {
}

// CHECK-LABEL: parameter 0 of @main is the memory of pool @p, so that memref<?xi8> is not its type: make it as many i8 as the pool has bytes, such as memref<1024xi8>
// CHECK:      "tir.func"() <{sym_name = "main"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%p: memref<8xi64> {usmp.pool = @p}) {
}

// CHECK-LABEL: parameter 0 of @main is the memory of pool @p, so that memref<8xi64> is not its type: make it as many i8 as the pool has bytes, such as memref<1024xi8>
// CHECK:      "tir.func"() <{sym_name = "main"
// CHECK-NEXT: ^^^

// -----

// Calls.

usmp.pool @p
usmp.pool @q

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}, %q: memref<64xi8> {usmp.pool = @q}) {
  tir.call_extern @f(%q, %p) : (memref<64xi8>, memref<64xi8>) -> ()
}

tir.func @f(%p: memref<64xi8> {usmp.pool = @p}, %q: memref<64xi8> {usmp.pool = @q}) {
}

// CHECK-LABEL: argument 0 of the call of @f is the memory of pool @q, the parameter is the memory of pool @p: pass each parameter the memory of its own pool
// CHECK:      "tir.call_extern"(%q, %p)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%a: memref<64xi8>, %p: memref<64xi8> {usmp.pool = @p}) {
  tir.call_extern @f(%a) : (memref<64xi8>) -> ()
}

tir.func @f(%p: memref<64xi8> {usmp.pool = @p}) {
}

// CHECK-LABEL: argument 0 of the call of @f is no memory of a pool, the parameter is the memory of pool @p: pass each parameter the memory of its own pool
// CHECK:      "tir.call_extern"(%a)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
  tir.call_extern @f(%p) : (memref<64xi8>) -> ()
}

tir.func @f(%a: memref<64xi8>) {
}

// CHECK-LABEL: argument 0 of the call of @f is the memory of pool @p, the parameter is no memory of a pool: pass each parameter the memory of its own pool
// CHECK:      "tir.call_extern"(%p)
// CHECK-NEXT: ^^^

// -----

// Marks that nothing is known of.

tir.func @main(%p: memref<64xi8>) {
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<16xi8>
}

// CHECK-LABEL: memref.view is buffer 'A' of a pool (usmp.buffer), but no memref.view of a pool's memory, so that it cannot be checked: mark that memory with usmp.pool
// CHECK:      %A = "memref.view"(%p, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @main() {
  %A = "test.op"() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : () -> memref<64xi8>
}

// CHECK-LABEL: test.op has pool_allocation, but makes no buffer, so that it cannot be checked
// CHECK:      %A = "test.op"()
// CHECK-NEXT: ^^^

// -----

// Nothing may free a part of a pool, whatever name it has for it.

usmp.pool @p

func.func @frees_a_view(%p: memref<64xi8> {usmp.pool = @p}) {
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<32xi8>
  func.call @frees(%A) : (memref<32xi8>) -> ()
  func.return
}

func.func @frees(%q: memref<32xi8>) {
  memref.dealloc %q : memref<32xi8>
  func.return
}

// CHECK: memref.dealloc may free a view of pool @p, which is no memory of its own: remove it
