// RUN: not usmp-opt %s -t c -o %t.c --allow-unregistered-dialect 2>&1 | filecheck %s
// RUN: not usmp-opt %s -t 'c{part="all"}' 2>&1 | filecheck %s --check-prefix=OPTION

// What cannot be printed is named, with its place in the file.

tir.func @f(%a: memref<4xi8>) {
  %x = "test.unknown"(%a) : (memref<4xi8>) -> i8
  %zero = arith.constant 0 : index
  tir.store %x, %a[%zero] : memref<4xi8>
}

// CHECK: errors.mlir:7:3: error: the C target does not print test.unknown
// OPTION: error: {{.*}}part
