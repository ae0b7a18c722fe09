// RUN: usmp-opt %s -p 'usmp-create-io-allocates{sizes=2,6}' | filecheck %s

// Operations that take any extent use the allocation, all others a cast to the type that they had.

func.func @f(%x: memref<?x3xi8>) {
  func.return
}

func.func @main(%a: memref<?x3xi8>, %b: memref<?xi8>) attributes {runner_function} {
  func.call @f(%a) : (memref<?x3xi8>) -> ()
  %zero = arith.constant 0 : index
  %v = tir.load %a[%zero, %zero] : memref<?x3xi8>
  tir.store %v, %b[%zero] : memref<?xi8>
  func.return
}

// CHECK-LABEL: func.func @main() attributes {runner_function} {
// CHECK-NEXT:    %a = tir.allocate "a" {usmp.io = "input", usmp.io_parameter = 0 : i64} : memref<2x3xi8>
// CHECK-NEXT:    %a_1 = "memref.cast"(%a) : (memref<2x3xi8>) -> memref<?x3xi8>
// CHECK-NEXT:    %b = tir.allocate "b" {usmp.io = "output", usmp.io_parameter = 1 : i64} : memref<6xi8>
// CHECK-NEXT:    func.call @f(%a_1) : (memref<?x3xi8>) -> ()
// CHECK-NEXT:    %zero = arith.constant 0 : index
// CHECK-NEXT:    %v = tir.load %a[%zero, %zero] : memref<2x3xi8>
// CHECK-NEXT:    tir.store %v, %b[%zero] : memref<6xi8>
