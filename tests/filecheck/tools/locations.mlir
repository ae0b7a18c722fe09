// RUN: usmp-opt %s --print-debuginfo | filecheck %s
// RUN: usmp-opt %s --print-debuginfo | usmp-opt --print-debuginfo | filecheck %s
// RUN: usmp-opt %s | filecheck %s --check-prefix=PLAIN

func.func @located(%a: i32) {
  %b = arith.addi %a, %a : i32
  %c = arith.addi %a, %b : i32 loc("model.py":1:2)
  func.return
}

// CHECK:        %{{.*}} = arith.addi %a, %a : i32 loc("{{.*}}locations.mlir":6:3)
// CHECK-NEXT:   %{{.*}} = arith.addi %a, %{{.*}} : i32 loc("model.py":1:2)
// CHECK-NEXT:   func.return loc("{{.*}}locations.mlir":8:3)
// CHECK-NEXT: } loc("{{.*}}locations.mlir":5:1)

// PLAIN-NOT: loc(
