// RUN: usmp-opt %s -p lower-tir --split-input-file --verify-diagnostics --allow-unregistered-dialect | filecheck %s

// What upstream has no operation for. Errors name the function and the buffer, and say what to do.

tir.func @main() {
  %rows = tir.allocate "rows" : memref<?x16xi8>
}

// CHECK-LABEL: buffer 'rows' of @main has dynamic extents whose sizes are not given: give them in parentheses

// -----

usmp.pool @p attributes {allocated_size = 16 : i64}

tir.func @main() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<16xi8>
}

// CHECK-LABEL: buffer 'A' of @main has pool_allocation, which would be lost: run usmp-convert-pool-allocations-to-offsets first, or set keep-usmp-attributes

// -----

// Calls of one function must be of one type.

tir.func @main(%a: memref<16xi8>) {
  tir.call_extern @outside(%a) : (memref<16xi8>) -> ()
  tir.call_extern @outside(%a, %a) : (memref<16xi8>, memref<16xi8>) -> ()
}

// CHECK-LABEL: calls of @outside, which is not in the module, do not agree on argument 1, that in @main for one: declare the function, or make the calls agree

// -----

tir.func @main(%a: memref<16xi8>, %n: i32) {
  tir.call_extern @outside(%a) : (memref<16xi8>) -> ()
  tir.call_extern @outside(%n) : (i32) -> ()
}

// CHECK-LABEL: calls of @outside, which is not in the module, do not agree on argument 0, that in @main for one: declare the function, or make the calls agree

// -----

tir.func @main(%n: i32) {
  tir.call_extern @outside(%n) : (i32) -> ()
  %v = tir.call_extern @outside(%n) : (i32) -> i32
}

// CHECK-LABEL: calls of @outside, which is not in the module, expect results of different types, that in @main for one: declare the function, or make the calls agree

// -----

// A function of another dialect.

riscv_func.func @printer() {
  riscv_func.return
}
tir.func @main() {
  tir.call_extern @printer() : () -> ()
}

// CHECK-LABEL: @main calls @printer, a riscv_func.func, which func.call cannot: make it a tir.func or func.func

// -----

// Where the bytes of a buffer cannot be traced to its allocation.

tir.func @op(%a: memref<?xi8>) { }
tir.func @main(%lower: index, %upper: index, %step: index, %a: memref<8xi16>) {
  %last = scf.for %i = %lower to %upper step %step iter_args(%carried = %a) -> (memref<8xi16>) {
    tir.call_extern @op(%carried) : (memref<8xi16>) -> ()
    scf.yield %carried : memref<8xi16>
  }
}

// CHECK-LABEL: the buffer %carried of @main is used as another type than its memref<8xi16>, but is carried by scf.for, so that its bytes are not at hand: make it a memref<?xi8> there, and take views of it with memref.view

// -----

tir.func @op(%a: memref<?xi8>) { }
tir.func @main() {
  %given = tir.call_extern @outside() : () -> memref<8xi16>
  tir.call_extern @op(%given) : (memref<8xi16>) -> ()
}

// CHECK-LABEL: the buffer %given of @main is used as another type than its memref<8xi16>, but comes from tir.call_extern, so that its bytes are not at hand

// -----

tir.func @op(%a: memref<?xi8>) { }
func.func @main(%part: memref<8xi16, strided<[2]>>) {
  tir.call_extern @op(%part) : (memref<8xi16, strided<[2]>>) -> ()
  func.return
}

// CHECK-LABEL: the buffer %part of @main is used as another type than its memref<8xi16, strided<[2]>>, but is a parameter of type memref<8xi16, strided<[2]>>

// -----

// Types that bytes cannot be given.

func.func private @op(memref<?x?xi16>)
tir.func @main(%a: memref<8xi8>) {
  tir.call_extern @op(%a) : (memref<8xi8>) -> ()
}

// CHECK-LABEL: argument 0 of the call of @op in @main, a memref<8xi8>, cannot be passed as a memref<?x?xi16>: memref<?x?xi16> has more than one dynamic extent, which its bytes do not tell

// -----

func.func private @op(memref<4xi16, strided<[2]>>)
tir.func @main(%a: memref<14xi8>) {
  tir.call_extern @op(%a) : (memref<14xi8>) -> ()
}

// CHECK-LABEL: argument 0 of the call of @op in @main, a memref<14xi8>, cannot be passed as a memref<4xi16, strided<[2]>>: memref<4xi16, strided<[2]>> does not have the identity layout

// -----

// A signature that must stay as it is.

tir.func @op(%a: memref<?xi8>) { }
tir.func @callback(%a: memref<8xi16>) {
  tir.call_extern @op(%a) : (memref<8xi16>) -> ()
}
tir.func @main() {
  %f = "test.constant"() {value = @callback} : () -> ((memref<8xi16>) -> ())
}

// CHECK-LABEL: @callback must take parameter 0 as bytes, which it passes on as another type, but test.constant names it without calling it, so that its signature must stay as it is: make it a memref<?xi8>

// -----

// What a module gives as a model parameter.

tir.func @lookup_param_p1(%a: i32) { }
tir.func @main() {
  %p = tir.lookup_param "p1" : memref<?xi8>
}

// CHECK-LABEL: @lookup_param_p1 is not a function that takes nothing and returns a memref, as it must be to give model parameter "p1": rename it

// -----

func.func private @lookup_param_p1() -> memref<8xi16>
tir.func @main() {
  %p = tir.lookup_param "p1" : memref<?xi8>
}

// CHECK-LABEL: @lookup_param_p1 must return bytes, as its memref<8xi16> is used as elements of another type: make it return a memref<?xi8>
