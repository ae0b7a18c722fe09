// RUN: usmp-opt %s -p 'usmp-create-io-allocates{main=f inputs=b outputs=2,"%%a" inouts=4 keep=d,5}' | filecheck %s
// RUN: usmp-opt %s -p 'usmp-create-io-allocates{main="@g"}' | filecheck %s --check-prefix=G

// Parameters are named by number or by name, the entry function by `main`.

tir.func @f(%a: memref<4xi8>, %b: memref<4xi8>, %c: memref<4xi8>, %d: memref<4xi8>, %e: memref<4xi8>, %n: i32) {
}

tir.func @g(%a: memref<4xi8>) {
}

// CHECK-LABEL: tir.func @f(%d: memref<4xi8>, %n: i32) {
// CHECK-NEXT:    %a = tir.allocate "a" {usmp.io = "output", usmp.io_parameter = 0 : i64} : memref<4xi8>
// CHECK-NEXT:    %b = tir.allocate "b" {usmp.io = "input", usmp.io_parameter = 1 : i64} : memref<4xi8>
// CHECK-NEXT:    %c = tir.allocate "c" {usmp.io = "output", usmp.io_parameter = 2 : i64} : memref<4xi8>
// CHECK-NEXT:    %e = tir.allocate "e" {usmp.io = "inout", usmp.io_parameter = 4 : i64} : memref<4xi8>
// CHECK-NEXT:  }
// CHECK:       tir.func @g(%a: memref<4xi8>) {

// G-LABEL: tir.func @f(%a: memref<4xi8>, %b: memref<4xi8>,
// G-LABEL: tir.func @g() {
// G-NEXT:    %a = tir.allocate "a" {usmp.io = "input", usmp.io_parameter = 0 : i64} : memref<4xi8>
