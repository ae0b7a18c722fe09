// RUN: xdsl-opt %s --parsing-diagnostics --split-input-file | filecheck %s

// Functions

tir.func @f(%a: i8, i16) {
}

// CHECK: all parameters must have a name, or none

// -----

tir.func @f(i8, i16) {
}

// CHECK: the parameters of a function with a body must have names

// -----

tir.func @f() attributes {sym_name = "g"}

// CHECK: Attribute dictionary entry 'sym_name' is already passed through the operation custom assembly format.

// -----

tir.func @f(%a: )

// CHECK: type expected

// -----

// Buffers

tir.func @f() {
  %a = tir.allocate "a" : tensor<4xi8>
}

// CHECK: expected a memref type, got tensor<4xi8>

// -----

tir.func @f(%n: i32) {
  %a = tir.allocate(%n) : memref<?xi8>
}

// CHECK: operand is used with type index, but has been previously used or defined with type i32

// -----

tir.func @f() {
  %a = tir.allocate "\FF" : memref<4xi8>
}

// CHECK: the string is not UTF-8

// -----

tir.func @f() {
  %a = tir.allocate_const 4 : i8
}

// CHECK: expected dense elements, got 4 : i8

// -----

tir.func @f() {
  %a = tir.allocate_const dense<4> : tensor<2xi8>
}

// CHECK: expected data of a memref type, got tensor<2xi8>

// -----

tir.func @f() {
  %a = tir.allocate_const dense<4> : memref<?xi8>
}

// CHECK: Dense literal attribute should have a static shape.

// -----

tir.func @f() {
  %a = tir.lookup_param : memref<4xi8>
}

// CHECK: expected the name of the parameter

// -----

tir.func @f() {
  %a = tir.lookup_param "p" : i8
}

// CHECK: expected a memref type, got i8

// -----

tir.func @f(%a: memref<4xi8>, %v: i16, %i: index) {
  tir.store %v, %a[%i] : memref<4xi8>
}

// CHECK: operand is used with type i8, but has been previously used or defined with type i16

// -----

// Loops

tir.func @f() {
  tir.for paralel %i = 0 to 4 {
  }
}

// CHECK: expected a loop variable, or one of the kinds serial, parallel, vectorized, unrolled, thread_binding

// -----

tir.func @f() {
  tir.for thread_binding %i = 0 to 4 {
  }
}

// CHECK: '(' expected

// -----

tir.func @f() {
  tir.for thread_binding() %i = 0 to 4 {
  }
}

// CHECK: expected the name of the thread

// -----

tir.func @f() {
  tir.for %i = "zero" to 4 {
  }
}

// CHECK: expected an integer or a value of type index

// -----

tir.func @f(%n: i32) {
  tir.for %i = 0 to %n {
  }
}

// CHECK: operand is used with type index, but has been previously used or defined with type i32

// -----

tir.func @f() {
  tir.for %i = 0 to 4 {
    tir.return
  }
}

// CHECK: the body of a loop cannot end with tir.return

// -----

tir.func @f() {
  tir.for %i = 0 to 4 {
    "test.termop"() [^other] : () -> ()
  ^other:
    tir.yield
  }
}

// CHECK: the body of a loop must be one block

// -----

tir.func @f() {
  tir.for %i = 0 to 4
}

// CHECK: Expected region!
