// RUN: usmp-opt %s -p usmp-create-io-allocates | filecheck %s
// RUN: usmp-opt %s -p 'usmp-create-io-allocates{sizes=100,3,200}' | filecheck %s --check-prefix=SIZES

// A buffer of unknown extent is as large as the functions that it is passed to require, or as the
// option says, one number for each `?`. What needs the dynamic type is given a cast to it.

tir.func @small(%bytes: memref<5xi8>) {
}

tir.func @large(%words: memref<3xi32>) {
}

tir.func @main(%input: memref<?xi8>, %static: memref<4xi8>, %words: memref<?xi16>, %output: memref<?xi32, "L1">) attributes {runner_function} {
  tir.call_extern @small(%input) : (memref<?xi8>) -> ()
  tir.call_extern @large(%input) : (memref<?xi8>) -> ()
  tir.call_extern @small(%words) : (memref<?xi16>) -> ()
  tir.call_extern @large(%output) : (memref<?xi32, "L1">) -> ()
}

// CHECK-LABEL: tir.func @main() attributes {runner_function} {
// CHECK-NEXT:    %input = tir.allocate "input" {usmp.io = "input", usmp.io_parameter = 0 : i64} : memref<12xi8>
// CHECK-NEXT:    %static = tir.allocate "static" {usmp.io = "input", usmp.io_parameter = 1 : i64} : memref<4xi8>
// CHECK-NEXT:    %words = tir.allocate "words" {usmp.io = "input", usmp.io_parameter = 2 : i64} : memref<3xi16>
// CHECK-NEXT:    %output = tir.allocate "output" {usmp.io = "input", usmp.io_parameter = 3 : i64} : memref<3xi32, "L1">
// CHECK-NEXT:    tir.call_extern @small(%input) : (memref<12xi8>) -> ()

// SIZES-LABEL: tir.func @main() attributes {runner_function} {
// SIZES-NEXT:    %input = tir.allocate "input" {usmp.io = "input", usmp.io_parameter = 0 : i64} : memref<100xi8>
// SIZES-NEXT:    %static = tir.allocate "static" {usmp.io = "input", usmp.io_parameter = 1 : i64} : memref<4xi8>
// SIZES-NEXT:    %words = tir.allocate "words" {usmp.io = "input", usmp.io_parameter = 2 : i64} : memref<3xi16>
// SIZES-NEXT:    %output = tir.allocate "output" {usmp.io = "input", usmp.io_parameter = 3 : i64} : memref<200xi32, "L1">
