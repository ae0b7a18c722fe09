// RUN: usmp-opt %s -p usmp-create-io-allocates --split-input-file | filecheck %s
// RUN: usmp-opt %s --print-op-generic --split-input-file | usmp-opt -p usmp-create-io-allocates --split-input-file | filecheck %s
// RUN: usmp-opt %s -p usmp-create-io-allocates,usmp-create-io-allocates --split-input-file | filecheck %s

// What is only read is an input, what is only written an output, anything else both, an unused
// parameter an input. Numbers stay parameters.

tir.func @main(%read: memref<4xi8>, %count: index, %written: memref<4xi8>, %both: memref<2x3xi16>, %unused: memref<8xi8>) {
  %zero = arith.constant 0 : index
  %v = tir.load %read[%count] : memref<4xi8>
  tir.store %v, %written[%zero] : memref<4xi8>
  %w = tir.load %both[%zero, %zero] : memref<2x3xi16>
  tir.store %w, %both[%zero, %count] : memref<2x3xi16>
}

// CHECK-LABEL: tir.func @main(%count: index) {
// CHECK-NEXT:    %read = tir.allocate "read" {usmp.io = "input", usmp.io_parameter = 0 : i64} : memref<4xi8>
// CHECK-NEXT:    %written = tir.allocate "written" {usmp.io = "output", usmp.io_parameter = 2 : i64} : memref<4xi8>
// CHECK-NEXT:    %both = tir.allocate "both" {usmp.io = "inout", usmp.io_parameter = 3 : i64} : memref<2x3xi16>
// CHECK-NEXT:    %unused = tir.allocate "unused" {usmp.io = "input", usmp.io_parameter = 4 : i64} : memref<8xi8>
// CHECK-NEXT:    %zero = arith.constant 0 : index
// CHECK-NEXT:    %v = tir.load %read[%count] : memref<4xi8>
// CHECK-NEXT:    tir.store %v, %written[%zero] : memref<4xi8>

// -----

// Reads and writes are found through calls, views and loops. Of a function outside the module, and
// of an operation nobody has described, nothing is known.

tir.func @inner(%from: memref<4xi8>, %to: memref<4xi8>) {
  %zero = arith.constant 0 : index
  %v = tir.load %from[%zero] : memref<4xi8>
  tir.store %v, %to[%zero] : memref<4xi8>
}

tir.func @outer(%a: memref<4xi8>, %b: memref<4xi8>) {
  tir.call_extern @inner(%b, %a) : (memref<4xi8>, memref<4xi8>) -> ()
}

tir.func @main(%a: memref<4xi8>, %b: memref<4xi8>, %c: memref<8xi8>, %d: memref<4xi8>, %e: memref<4xi8>) attributes {runner_function} {
  tir.call_extern @outer(%a, %b) : (memref<4xi8>, memref<4xi8>) -> ()
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %byte = arith.constant 1 : i8
  %view = memref.view %c[%zero][] : memref<8xi8> to memref<4xi8>
  scf.for %i = %zero to %one step %one {
    tir.store %byte, %view[%zero] : memref<4xi8>
  }
  tir.call_extern @elsewhere(%d) : (memref<4xi8>) -> ()
  "test.op"(%e) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @inner(%from: memref<4xi8>, %to: memref<4xi8>) {
// CHECK-LABEL: tir.func @outer(%a: memref<4xi8>, %b: memref<4xi8>) {
// CHECK-LABEL: tir.func @main() attributes {runner_function} {
// CHECK-NEXT:    %a = tir.allocate "a" {usmp.io = "output",
// CHECK-NEXT:    %b = tir.allocate "b" {usmp.io = "input",
// CHECK-NEXT:    %c = tir.allocate "c" {usmp.io = "output",
// CHECK-NEXT:    %d = tir.allocate "d" {usmp.io = "inout",
// CHECK-NEXT:    %e = tir.allocate "e" {usmp.io = "inout",
// CHECK-NEXT:    tir.call_extern @outer(%a, %b)

// -----

// A parameter that carries through a loop, or that one of two buffers may be, is used as they are.

func.func @main(%a: memref<4xi8>, %b: memref<4xi8>, %c: memref<4xi8>, %d: memref<4xi8>, %flag: i1) -> i8 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %byte = arith.constant 1 : i8
  %chosen = arith.select %flag, %a, %b : memref<4xi8>
  memref.store %byte, %chosen[%zero] : memref<4xi8>
  %read = memref.load %b[%zero] : memref<4xi8>
  %last = scf.for %i = %zero to %one step %one iter_args(%m = %c) -> (memref<4xi8>) {
    scf.yield %d : memref<4xi8>
  }
  memref.store %byte, %last[%zero] : memref<4xi8>
  "memref.copy"(%c, %d) : (memref<4xi8>, memref<4xi8>) -> ()
  func.return %read : i8
}

// CHECK-LABEL: func.func @main(%flag: i1) -> i8 {
// CHECK-NEXT:    %a = tir.allocate "a" {usmp.io = "output",
// CHECK-NEXT:    %b = tir.allocate "b" {usmp.io = "inout",
// CHECK-NEXT:    %c = tir.allocate "c" {usmp.io = "inout",
// CHECK-NEXT:    %d = tir.allocate "d" {usmp.io = "output",
// CHECK:         func.return %read : i8

// -----

// The argument attribute `usmp.io` says what a parameter is, whatever the program does with it; the
// attributes of the buffer go over to the allocation, the rest of the signature stays.

usmp.pool @fast
tir.func @main(
    %a: memref<4xi8> {usmp.io = "output", alignment = 64 : i64, candidate_memory_pools = [@fast], tir.restrict},
    %n: i32 {tir.positive}, %pool: memref<64xi8> {usmp.pool = @fast}, %b: memref<4xi8>, %handle: memref<4xi8>
) attributes {resource_handle} {
  %zero = arith.constant 0 : index
  %v = tir.load %a[%zero] : memref<4xi8>
}

// CHECK-LABEL: tir.func @main(%n: i32 {tir.positive}, %pool: memref<64xi8> {usmp.pool = @fast}, %handle: memref<4xi8>) attributes {resource_handle} {
// CHECK-NEXT:    %a = tir.allocate "a" {alignment = 64 : i64, candidate_memory_pools = [@fast], usmp.io = "output", usmp.io_parameter = 0 : i64} : memref<4xi8>
// CHECK-NEXT:    %b = tir.allocate "b" {usmp.io = "input", usmp.io_parameter = 3 : i64} : memref<4xi8>

// -----

// Names: the one the program gives, else the SSA value's, else the number; none that another buffer
// has.

tir.func @main(%a_1: memref<4xi8> {usmp.buffer = "a_1"}, %a: memref<4xi8>, %b: memref<4xi8>, %b_7: memref<4xi8>, %0: memref<4xi8>) {
  tir.call_extern @f() : () -> ()
}
tir.func @f() {
  %b = tir.allocate "b" : memref<4xi8>
}

// CHECK-LABEL: tir.func @main() {
// CHECK-NEXT:    %{{.*}} = tir.allocate "a_1" {usmp.io = "input", usmp.io_parameter = 0 : i64} : memref<4xi8>
// CHECK-NEXT:    %{{.*}} = tir.allocate "a" {usmp.io = "input", usmp.io_parameter = 1 : i64} : memref<4xi8>
// CHECK-NEXT:    %{{.*}} = tir.allocate "b_1" {usmp.io = "input", usmp.io_parameter = 2 : i64} : memref<4xi8>
// CHECK-NEXT:    %{{.*}} = tir.allocate "b_2" {usmp.io = "input", usmp.io_parameter = 3 : i64} : memref<4xi8>
// CHECK-NEXT:    %{{.*}} = tir.allocate "arg4" {usmp.io = "input", usmp.io_parameter = 4 : i64} : memref<4xi8>

// -----

// Nothing to do.

tir.func @main(%n: i32) {
}

// CHECK-LABEL: tir.func @main(%n: i32) {
// CHECK-NEXT:  }
