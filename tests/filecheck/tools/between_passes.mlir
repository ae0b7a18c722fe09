// RUN: usmp-opt %s -p canonicalize,cse --print-between-passes --time-passes | filecheck %s

func.func @f(%a: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %sum = arith.addi %a, %zero : i32
  func.return %sum : i32
}

// CHECK:      Pass canonicalize took {{.*}} seconds
// CHECK-NEXT: IR after canonicalize:
// CHECK:      func.func @f(%a: i32) -> i32 {
// CHECK-NEXT:   func.return %a : i32
// CHECK:      Pass cse took {{.*}} seconds
// CHECK-NEXT: builtin.module {
