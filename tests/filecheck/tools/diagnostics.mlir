// RUN: usmp-opt %s --verify-diagnostics --parsing-diagnostics --split-input-file | filecheck %s

// An error that is asked for is printed as xdsl-opt prints it, and the next part comes next.

func.func @first() -> i32 {
  %b = "arith.constant"() <{value = 1 : i8}> : () -> i32
  func.return %b : i32
}

// CHECK: attribute i32 expected from variable 'T', but got i8
// CHECK: | Operation does not verify:

// -----

func.func @second() {
  func.return %undefined
}

// CHECK: diagnostics.mlir:17:1
// CHECK: Expected ':'

// -----

func.func @third() {
  func.return
}

// CHECK: func.func @third() {
