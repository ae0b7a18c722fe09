// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{main="second"}' --split-input-file | filecheck %s --check-prefix=MAIN
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{main="@second"}' --split-input-file | filecheck %s --check-prefix=MAIN

// The program starts with the function that is marked, wherever it is; with the one that the option
// main names instead, if it is given. A function that is not reached from there is not planned.

tir.func @first() {
  %A = tir.allocate : memref<1xi8>
  "test.op"(%A) : (memref<1xi8>) -> ()
  tir.call_extern @shared() : () -> ()
}

tir.func @shared() {
  %S = tir.allocate : memref<2xi8>
  "test.op"(%S) : (memref<2xi8>) -> ()
}

tir.func @second() {
  %B = tir.allocate : memref<4xi8>
  tir.call_extern @shared() : () -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
}

tir.func @marked() attributes {runner_function} {
  %C = tir.allocate : memref<8xi8>
  tir.call_extern @first() : () -> ()
  "test.op"(%C) : (memref<8xi8>) -> ()
}

// CHECK-LABEL: tir.func @first(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = []>
// CHECK-LABEL: tir.func @shared(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[6, 6]], conflicts = []>
// CHECK-LABEL: tir.func @second(
// CHECK: %B = tir.allocate{{.*}}not_planned = "@second is not reached from @marked"
// CHECK-LABEL: tir.func @marked({{.*}}usmp.memory_pressure = 8 : i64
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[9, 9]], conflicts = []>

// MAIN-LABEL: tir.func @first(
// MAIN: %A = tir.allocate{{.*}}not_planned = "@first is not reached from @second"
// MAIN-LABEL: tir.func @shared(
// MAIN: #usmp.buffer_info<"S", {{.*}}live = [[3, 3]], conflicts = []>
// MAIN-LABEL: tir.func @second({{.*}}usmp.memory_pressure = 4 : i64
// MAIN: #usmp.buffer_info<"B", {{.*}}live = [[5, 5]], conflicts = []>
// MAIN-LABEL: tir.func @marked(
// MAIN: %C = tir.allocate{{.*}}not_planned = "@marked is not reached from @second"

// -----

// Without a mark, every function that nothing calls is an entry. Entries run one after the other, in
// the order in which they are written: the count goes on, and each has a pressure of its own.

tir.func @first() {
  %A = tir.allocate : memref<1xi8>
  "test.op"(%A) : (memref<1xi8>) -> ()
  tir.call_extern @shared() : () -> ()
}

tir.func @shared() {
  %S = tir.allocate : memref<2xi8>
  "test.op"(%S) : (memref<2xi8>) -> ()
}

tir.func @second() {
  %B = tir.allocate : memref<4xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
  tir.call_extern @shared() : () -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @first({{.*}}usmp.memory_pressure = 2 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 1]], conflicts = []>
// CHECK-LABEL: tir.func @shared(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[4, 4], [11, 11]], conflicts = ["B"]>
// CHECK-LABEL: tir.func @second({{.*}}usmp.memory_pressure = 6 : i64
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[8, 13]], conflicts = ["S"]>

// MAIN-LABEL: tir.func @first(
// MAIN: %A = tir.allocate{{.*}}not_planned = "@first is not reached from @second"
// MAIN-LABEL: tir.func @shared(
// MAIN: #usmp.buffer_info<"S", {{.*}}live = [[4, 4]], conflicts = ["B"]>
// MAIN-LABEL: tir.func @second({{.*}}usmp.memory_pressure = 6 : i64
// MAIN: #usmp.buffer_info<"B", {{.*}}live = [[1, 6]], conflicts = ["S"]>

// -----

// A function without a body is no entry, and one that is called may be named as one.

func.func private @declared(memref<1xi8>)

func.func @first() {
  func.call @second() : () -> ()
  func.return
}

func.func @second() {
  %A = memref.alloc() : memref<1xi8>
  func.call @declared(%A) : (memref<1xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func private @declared(
// CHECK-LABEL: func.func @first({{.*}}usmp.memory_pressure = 1 : i64
// CHECK-LABEL: func.func @second(
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[2, 2]], conflicts = []>

// MAIN-LABEL: func.func private @declared(
// MAIN-LABEL: func.func @first(
// MAIN-LABEL: func.func @second({{.*}}usmp.memory_pressure = 1 : i64
// MAIN: #usmp.buffer_info<"A", {{.*}}live = [[1, 1]], conflicts = []>

// -----

// A buffer that belongs to no function of the module is left alone.

func.func @second() {
  func.return
}

builtin.module @nested {
  func.func @other() {
    %A = memref.alloc() : memref<1xi8>
    func.return
  }
}

// CHECK-LABEL: func.func @second({{.*}}usmp.memory_pressure = 0 : i64
// CHECK-LABEL: func.func @other(
// CHECK: %A = memref.alloc{{.*}}not_planned = "outside the functions of the module"

// MAIN-LABEL: func.func @second({{.*}}usmp.memory_pressure = 0 : i64
// MAIN-LABEL: func.func @other(
// MAIN: %A = memref.alloc{{.*}}not_planned = "outside the functions of the module"
