// RUN: usmp-opt %s --allow-unregistered-dialect -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A buffer whose address gets away may be accessed where nobody can see it, so it is not planned.

// Returned: the caller keeps it when the activation that it belongs to is over.

tir.func @calls() {
  %result = tir.call_extern @returns_own() : () -> (memref<4xi8>)
  "test.op"(%result) : (memref<4xi8>) -> ()
}

tir.func @returns_own() -> (memref<4xi8>) {
  %A = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.return %A : memref<4xi8>
}

// CHECK-LABEL: tir.func @calls(
// CHECK-LABEL: tir.func @returns_own(
// CHECK: %A = tir.allocate{{.*}}not_planned = "escapes: returned by @returns_own"

// -----

// Returned as a view, or by way of a function that returns its argument.

tir.func @returns_view(%condition: i1) -> (memref<4xi8>, memref<?xi8>) {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %view = "memref.cast"(%A) : (memref<4xi8>) -> memref<?xi8>
  %result = tir.call_extern @identity(%B, %C) : (memref<4xi8>, memref<4xi8>) -> (memref<4xi8>)
  tir.return %result, %view : memref<4xi8>, memref<?xi8>
}

tir.func @identity(%b: memref<4xi8>, %c: memref<4xi8>) -> (memref<4xi8>) {
  tir.return %b : memref<4xi8>
}

// CHECK-LABEL: tir.func @returns_view(
// CHECK: %A = tir.allocate{{.*}}not_planned = "escapes: returned by @returns_view"
// CHECK: %B = tir.allocate{{.*}}not_planned = "escapes: returned by @returns_view"
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [], conflicts = []>
// CHECK-LABEL: tir.func @identity(

// -----

// Stored in memory that holds addresses, here or by a function that it is passed to.

func.func @stored() {
  %c0 = arith.constant 0 : index
  %addresses = memref.alloca() : memref<2xmemref<4xi8>>
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  memref.store %A, %addresses[%c0] : memref<2xmemref<4xi8>>
  func.call @keeps_first(%B, %C, %addresses) : (memref<4xi8>, memref<4xi8>, memref<2xmemref<4xi8>>) -> ()
  func.return
}

func.func @keeps_first(%b: memref<4xi8>, %c: memref<4xi8>, %where: memref<2xmemref<4xi8>>) {
  %c0 = arith.constant 0 : index
  memref.store %b, %where[%c0] : memref<2xmemref<4xi8>>
  "test.op"(%c) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @stored(
// CHECK: %addresses = memref.alloca{{.*}}not_planned = "elements of type memref<4xi8>, whose size is not known"
// CHECK: %A = memref.alloc{{.*}}not_planned = "escapes: stored in memory"
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: stored in memory"
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[9, 9]], conflicts = []>
// CHECK-LABEL: func.func @keeps_first(

// -----

// An unknown operation may store any of its operands in another that can hold them.

func.func @stored_perhaps() {
  %addresses = memref.alloca() : memref<2x!llvm.ptr>
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  "test.op"(%A, %addresses) : (memref<4xi8>, memref<2x!llvm.ptr>) -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @stored_perhaps(
// CHECK: %addresses = memref.alloca{{.*}}not_planned = "elements of type !llvm.ptr, whose size is not known"
// CHECK: %A = memref.alloc{{.*}}not_planned = "escapes: stored in memory"
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[4, 4]], conflicts = []>

// -----

// Its address taken as a number.

func.func @pointer_as_number() {
  %A = memref.alloc() : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = memref.alloc() : memref<4xi8>
  %D = memref.alloc() : memref<4xi8>
  %address = "memref.extract_aligned_pointer_as_index"(%A) : (memref<4xi8>) -> index
  %pointer = builtin.unrealized_conversion_cast %B : memref<4xi8> to !llvm.ptr
  %integer = "llvm.ptrtoint"(%pointer) : (!llvm.ptr) -> i64
  %cast = builtin.unrealized_conversion_cast %D : memref<4xi8> to i64
  %extent = "memref.dim"(%C, %address) : (memref<4xi8>, index) -> index
  func.return
}

// CHECK-LABEL: func.func @pointer_as_number(
// CHECK: %A = memref.alloc{{.*}}not_planned = "escapes: turned into an integer by memref.extract_aligned_pointer_as_index"
// CHECK: %B = memref.alloc{{.*}}not_planned = "escapes: turned into an integer by llvm.ptrtoint"
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [], conflicts = []>
// CHECK: %D = memref.alloc{{.*}}not_planned = "escapes: 

// -----

// A function that an operation names without being a call of it may run at any time.

func.func @names_a_function() {
  func.call @named() : () -> ()
  "test.op"() {callback = @named} : () -> ()
  func.return
}

func.func @named() {
  %A = memref.alloc() : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  func.call @called_by_named() : () -> ()
  func.return
}

func.func @called_by_named() {
  %B = memref.alloc() : memref<4xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @names_a_function(
// CHECK-LABEL: func.func @named(
// CHECK: %A = memref.alloc{{.*}}not_planned = "@named is named by test.op without being called"
// CHECK-LABEL: func.func @called_by_named(
// CHECK: %B = memref.alloc{{.*}}not_planned = "@named is named by test.op without being called"

// -----

// A symbol inside an attribute of another dialect names a function too.

func.func @kernel() {
  %a = memref.alloc() : memref<4xi8>
  "test.op"(%a) : (memref<4xi8>) -> ()
  func.return
}

func.func @starts_a_kernel() {
  %m = memref.alloc() : memref<4xi8>
  "test.op"(%m) : (memref<4xi8>) -> ()
  "dev.run"() {kernel = #dev.kernel<entry = @kernel>} : () -> ()
  "test.op"(%m) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @kernel(
// CHECK: %a = memref.alloc() {not_planned = "@kernel is named by dev.run without being called"}

// -----

// An address that is swapped into memory.

func.func @swapped(%p: !llvm.ptr) {
  %a = memref.alloc() : memref<4xi8>
  %r = builtin.unrealized_conversion_cast %a : memref<4xi8> to !llvm.ptr
  %old = "llvm.atomicrmw"(%p, %r) : (!llvm.ptr, !llvm.ptr) -> !llvm.ptr
  func.return
}

// CHECK-LABEL: func.func @swapped(
// CHECK: %a = memref.alloc() {not_planned = "escapes: stored in memory"}
