// RUN: usmp-opt %s -p usmp-create-io-allocates --verify-diagnostics --split-input-file | filecheck %s

// Errors name the function and the parameter, and say what to do.

// The inputs and outputs are those of one function, which nobody in the module calls.

tir.func @f(%a: memref<4xi8>) {
}
tir.func @g(%a: memref<4xi8>) {
}

// CHECK: the program starts with several functions, @f, @g, and the inputs and outputs are those of one: name it with the option main, as in main=f

// -----

tir.func @main(%a: memref<4xi8>) attributes {runner_function} {
}
tir.func @caller(%a: memref<4xi8>) {
  tir.call_extern @main(%a) : (memref<4xi8>) -> ()
}

// CHECK: @main is the entry function, whose inputs and outputs are to leave its parameters, but @caller uses it: name that with the option main

// -----

tir.func @main(%a: memref<4xi8>) attributes {runner_function} {
}
tir.func @other() {
  "test.op"() {kernel = @main} : () -> ()
}

// CHECK: @main is the entry function, whose inputs and outputs are to leave its parameters, but @other uses it: name that with the option main

// -----

// What leaves the program is not planned.

func.func @main(%a: memref<4xi8>, %b: memref<4xi8>) -> memref<4xi8> {
  func.return %b : memref<4xi8>
}

// CHECK: parameter 1 ('b') of @main cannot go to a pool, as its address escapes: returned by @main; leave it a parameter with keep=1

// -----

func.func @main(%a: memref<4xi8>) {
  %0 = "memref.extract_aligned_pointer_as_index"(%a) : (memref<4xi8>) -> index
  func.return
}

// CHECK: parameter 0 ('a') of @main cannot go to a pool, as its address escapes: turned into an integer by memref.extract_aligned_pointer_as_index; leave it a parameter with keep=0

// -----

// Extents must be known.

tir.func @main(%a: memref<?xi8>) {
  %zero = arith.constant 0 : index
  %v = tir.load %a[%zero] : memref<?xi8>
}

// CHECK: parameter 0 ('a') of @main has the dynamic type memref<?xi8>, and what uses it does not say how large it is: give it a static type, name the extents with the option sizes (a number for each ? of all inputs and outputs, in order), or leave it a parameter with keep=0

// -----

tir.func @main(%a: memref<2x?xi8>) {
  tir.call_extern @f(%a) : (memref<2x?xi8>) -> ()
}
tir.func @f(%a: memref<4xi8>) {
}

// CHECK: parameter 0 ('a') of @main has the dynamic type memref<2x?xi8>, and what uses it does not say how large it is:

// -----

tir.func @main(%a: memref<?xi8>) {
  tir.call_extern @f(%a) : (memref<?xi8>) -> ()
  tir.call_extern @elsewhere(%a) : (memref<?xi8>) -> ()
}
tir.func @f(%a: memref<4xi8>) {
}

// CHECK: parameter 0 ('a') of @main has the dynamic type memref<?xi8>, and what uses it does not say how large it is:

// -----

// What a `tir.allocate` cannot be, a plan cannot place.

func.func @main(%a: memref<4xi8, strided<[2]>>) {
  func.return
}

// CHECK: parameter 0 ('a') of @main cannot be allocated: an allocated buffer must have the identity layout, got strided<[2]>: take a view with memref.subview instead; leave it a parameter with keep=0

// -----

tir.func @main(%a: memref<4xi8> {usmp.io = "exit"}) {
}

// CHECK: parameter 0 ('a') of @main has usmp.io = "exit", expected "input", "output" or "inout"
