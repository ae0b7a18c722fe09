// RUN: xdsl-opt %s --verify-diagnostics --split-input-file | filecheck %s

// Buffer types

tir.func @f() {
  %a = tir.allocate : memref<4x4xi8, strided<[8, 1]>>
}

// CHECK: an allocated buffer must have the identity layout, got strided<[8, 1]>: take a view with memref.subview instead

// -----

tir.func @f() {
  %a = tir.allocate : memref<4x4xi8, affine_map<(d0, d1) -> (d1, d0)>>
}

// CHECK: an allocated buffer must have the identity layout, got affine_map<(d0, d1) -> (d1, d0)>: take a view with memref.subview instead

// -----

tir.func @f() {
  %a = tir.allocate_const dense<0> : memref<4xui8>
}

// CHECK: a constant buffer must have signless elements, got ui8: use i8, and the signed or unsigned operation on it

// -----

tir.func @f() {
  %a = tir.lookup_param "p" : memref<4xsi16>
}

// CHECK: a model parameter must have signless elements, got si16: use i16, and the signed or unsigned operation on it

// -----

tir.func @f(%a: memref<4xvector<4xi8>>, %i: index) {
  %v = tir.load %a[%i] : memref<4xvector<4xi8>>
}

// CHECK: a buffer that is read must have integer, index or floating point elements, got vector<4xi8>

// -----

tir.func @f(%a: memref<4xi8, strided<[1], offset: 4>>, %v: i8, %i: index) {
  tir.store %v, %a[%i] : memref<4xi8, strided<[1], offset: 4>>
}

// CHECK: a buffer that is written must have the identity layout, got strided<[1], offset: 4>: take a view with memref.subview instead

// -----

// Functions

"tir.func"() <{sym_name = "f", function_type = () -> (), sym_visibility = "secret"}> ({}) : () -> ()

// CHECK: @f has the visibility "secret", expected public, private or nested

// -----

"tir.func"() <{sym_name = "f", function_type = (i8, i8) -> (), arg_attrs = [{}]}> ({}) : () -> ()

// CHECK: @f has 2 parameters, but attributes for 1

// -----

"tir.func"() <{sym_name = "f", function_type = () -> i8, res_attrs = [{}, {}]}> ({}) : () -> ()

// CHECK: @f has 1 results, but attributes for 2

// -----

tir.func @f() {
  "test.termop"() [^other] : () -> ()
^other:
  tir.return
}

// CHECK: @f has 2 blocks, expected one: use scf.if, scf.while or tir.for for control flow

// -----

"tir.func"() <{sym_name = "f", function_type = (i8) -> ()}> ({
^bb0(%a: i16):
  "tir.return"() : () -> ()
}) : () -> ()

// CHECK: the parameters of @f have other types than its function type says

// -----

tir.func @f() {
  "test.termop"() : () -> ()
}

// CHECK: the body of @f must end with tir.return

// -----

tir.func @f(%a: i8) -> i8 {
  "test.op"() : () -> ()
}

// CHECK: Operation test.op terminates block in single-block region but is not a terminator

// -----

tir.func @f(%a: i8) -> i16 {
  tir.return %a : i8
}

// CHECK: @f returns (i8), but its type says (i16)

// -----

tir.func @f(%a: i8) {
  tir.return %a : i8
}

// CHECK: @f returns (i8), but its type says ()

// -----

func.func @f() {
  tir.return
}

// CHECK: 'tir.return' expects parent op 'tir.func'

// -----

%outside = arith.constant 0 : index
tir.func @f(%a: memref<4xi8>) {
  %v = tir.load %a[%outside] : memref<4xi8>
}

// CHECK: Operation using value defined out of its IsolatedFromAbove parent

// -----

tir.func @f()
tir.func @f()

// CHECK: Redefinition of symbol "f"

// -----

// Buffers

tir.func @f() {
  %a = tir.allocate "" : memref<4xi8>
}

// CHECK: a buffer's name must not be empty: leave it out instead

// -----

tir.func @f() {
  %a = tir.allocate_const "" dense<0> : memref<4xi8>
}

// CHECK: a buffer's name must not be empty: leave it out instead

// -----

tir.func @f(%n: index) {
  %a = tir.allocate(%n) : memref<?x?xi8>
}

// CHECK: 1 sizes given for the 2 dynamic extents of memref<?x?xi8>

// -----

tir.func @f(%n: index) {
  %a = tir.allocate(%n) : memref<4xi8>
}

// CHECK: 1 sizes given for the 0 dynamic extents of memref<4xi8>

// -----

tir.func @f() {
  %a = "tir.allocate_const"() <{value = dense<0> : tensor<4xi16>}> : () -> memref<4xi8>
}

// CHECK: data of type tensor<4xi16> does not fill a buffer of type memref<4xi8>

// -----

tir.func @f() {
  %a = "tir.allocate_const"() <{value = dense<0> : tensor<2x2xi8>}> : () -> memref<4xi8>
}

// CHECK: data of type tensor<2x2xi8> does not fill a buffer of type memref<4xi8>

// -----

tir.func @f() {
  %a = tir.lookup_param "" : memref<4xi8>
}

// CHECK: a model parameter must have a name

// -----

tir.func @f(%a: memref<4x4xi8>, %i: index) {
  %v = tir.load %a[%i] : memref<4x4xi8>
}

// CHECK: 1 indices given for memref<4x4xi8>, expected 2

// -----

tir.func @f(%a: memref<i8>, %v: i8, %i: index) {
  tir.store %v, %a[%i] : memref<i8>
}

// CHECK: 1 indices given for memref<i8>, expected 0

// -----

tir.func @f(%a: memref<4xi8>, %i: index) {
  %v = "tir.load"(%a, %i) : (memref<4xi8>, index) -> i16
}

// CHECK: attribute i8 expected from variable 'T', but got i16

// -----

tir.func @f(%i: index, %v: i8) {
  %a = tir.allocate_const dense<0> : memref<4xi8>
  tir.store %v, %a[%i] : memref<4xi8>
}

// CHECK: stores into a constant buffer: allocate a buffer with tir.allocate and copy the constant into it

// -----

// Calls

tir.func @g(%a: memref<4xi8>, %b: memref<4xi8>) {
}
tir.func @f(%a: memref<4xi8>) {
  tir.call_extern @g(%a) : (memref<4xi8>) -> ()
}

// CHECK: too few arguments in the call of @g: 1 given, 2 expected

// -----

tir.func @f(%a: memref<4xi8>) {
  tir.call_extern @g(%a, %a) : (memref<4xi8>, memref<4xi8>) -> ()
}
tir.func @g(%a: memref<4xi8>) {
}

// CHECK: too many arguments in the call of @g: 2 given, 1 expected

// -----

tir.func @f(%a: memref<7xi8>) {
  tir.call_extern @g(%a) : (memref<7xi8>) -> ()
}
tir.func @g(%a: memref<2xi32>) {
}

// CHECK: argument 0 of the call of @g is smaller than the parameter: memref<7xi8> has 7 bytes, memref<2xi32> needs 8

// -----

tir.func @f(%a: memref<7xi8>, %n: i32) {
  tir.call_extern @g(%a, %n) : (memref<7xi8>, i32) -> ()
}
tir.func @g(%a: memref<7xi8>, %n: i64) {
}

// CHECK: argument 1 of the call of @g has type i32, expected i64

// -----

tir.func @f(%n: i64) {
  tir.call_extern @g(%n) : (i64) -> ()
}
tir.func @g(%a: memref<1xi64>) {
}

// CHECK: argument 0 of the call of @g has type i64, expected memref<1xi64>

// -----

tir.func @f() {
  %r = tir.call_extern @g() : () -> i32
}
func.func private @g() -> i64

// CHECK: @g returns (i64), but the call expects (i32)

// -----

usmp.pool @g
tir.func @f() {
  tir.call_extern @g() : () -> ()
}

// CHECK: @g is a usmp.pool, not a function

// -----

// The callee is verified after the call of it.
tir.func @f() {
  tir.call_extern @g() : () -> ()
}
"tir.func"() <{sym_name = "g"}> ({}) : () -> ()

// CHECK: tir.func must have a function_type

// -----

// Loops

tir.func @f() {
  "tir.for"() <{static_upper = 4 : index, kind = #tir<loop_kind serial>, operandSegmentSizes = array<i32: 0, 0>}> ({
  ^bb0(%i: index):
    "tir.yield"() : () -> ()
  }) : () -> ()
}

// CHECK: a loop must have one lower bound, a literal or a value

// -----

tir.func @f(%n: index) {
  "tir.for"(%n) <{static_lower = 0 : index, static_upper = 4 : index, kind = #tir<loop_kind serial>, operandSegmentSizes = array<i32: 0, 1>}> ({
  ^bb0(%i: index):
    "tir.yield"() : () -> ()
  }) : (index) -> ()
}

// CHECK: a loop must have one upper bound, a literal or a value

// -----

tir.func @f() {
  "tir.for"() <{static_lower = 0 : index, static_upper = 4 : index, kind = #tir<loop_kind serial>, operandSegmentSizes = array<i32: 0, 0>}> ({
  ^bb0(%i: i32):
    "tir.yield"() : () -> ()
  }) : () -> ()
}

// CHECK: the body of a loop must have one argument, of type index

// -----

tir.func @f() {
  "tir.for"() <{static_lower = 0 : index, static_upper = 4 : index, kind = #tir<loop_kind serial>, operandSegmentSizes = array<i32: 0, 0>}> ({
    "tir.yield"() : () -> ()
  }) : () -> ()
}

// CHECK: the body of a loop must have one argument, of type index

// -----

tir.func @f() {
  "tir.for"() <{static_lower = 0 : index, static_upper = 4 : index, kind = #tir<loop_kind serial>, operandSegmentSizes = array<i32: 0, 0>}> ({
  ^bb0(%i: index):
    "test.termop"() : () -> ()
  }) : () -> ()
}

// CHECK: 'tir.for' terminates with operation test.termop instead of tir.yield

// -----

tir.func @f() {
  tir.for %i = 4 to 3 {
  }
}

// CHECK: the extent of the loop is negative: 4 to 3

// -----

tir.func @f() {
  "tir.for"() <{static_lower = 0 : index, static_upper = 4 : index, kind = #tir<loop_kind thread_binding>, operandSegmentSizes = array<i32: 0, 0>}> ({
  ^bb0(%i: index):
    "tir.yield"() : () -> ()
  }) : () -> ()
}

// CHECK: a thread_binding loop, and no other, names its thread: thread_binding("threadIdx.x")

// -----

tir.func @f() {
  "tir.for"() <{static_lower = 0 : index, static_upper = 4 : index, kind = #tir<loop_kind parallel>, thread_tag = "threadIdx.x", operandSegmentSizes = array<i32: 0, 0>}> ({
  ^bb0(%i: index):
    "tir.yield"() : () -> ()
  }) : () -> ()
}

// CHECK: a thread_binding loop, and no other, names its thread: thread_binding("threadIdx.x")

// -----

tir.func @f() {
  tir.yield
}

// CHECK: 'tir.yield' expects parent op 'tir.for'

// -----

// Arithmetic

tir.func @f(%x: i32) {
  %r = tir.q_multiply_shift %x, %x {q = 32, s = 0} : i32
}

// CHECK: q must be from 0 to 31, got 32

// -----

tir.func @f(%x: i32) {
  %r = tir.q_multiply_shift %x, %x {q = -1, s = 0} : i32
}

// CHECK: q must be from 0 to 31, got -1

// -----

tir.func @f(%x: i32) {
  %r = tir.q_multiply_shift %x, %x {q = 31, s = 32} : i32
}

// CHECK: s must be from -31 to 31, got 32

// -----

tir.func @f(%x: i32) {
  %r = tir.q_multiply_shift %x, %x {q = 31, s = -32} : i32
}

// CHECK: s must be from -31 to 31, got -32

// -----

tir.func @f(%x: i32) {
  %r = tir.q_multiply_shift %x, %x {q = 31 : i32, s = 0} : i32
}

// CHECK: Expected attribute i64 but got i32

// -----

tir.func @f(%x: i64) {
  %r = "tir.q_multiply_shift"(%x, %x) <{q = 31, s = 0}> : (i64, i64) -> i64
}

// CHECK: Expected attribute i32 but got i64
