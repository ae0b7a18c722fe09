// RUN: not usmp-opt %s 2>&1 | filecheck %s
// RUN: not usmp-opt %s -o %t.mlir 2>&1 | filecheck %s
// RUN: not cat %t.mlir

func.func @f(%a: i32) -> i32 {
  %b = "arith.constant"() <{value = 1 : i8}> : () -> i32
  func.return %b : i32
}

// CHECK:      errors.mlir:6:3: error: 'arith.constant' does not verify:
// CHECK-NEXT:   %b = "arith.constant"() <{value = 1 : i8}> : () -> i32
// CHECK-NEXT:   ^
// CHECK-NOT:  {{Traceback|builtin.module}}
