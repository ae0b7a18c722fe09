// RUN: XDSL_ROUNDTRIP
// RUN: XDSL_GENERIC_ROUNDTRIP

func.func @first() {
  func.return
}

// CHECK:       func.func @first() {
// CHECK-NEXT:    func.return
// CHECK-NEXT:  }

// CHECK-GENERIC:       "func.func"() <{sym_name = "first"
// CHECK-GENERIC-NEXT:    "func.return"() : () -> ()

// -----

func.func @second() {
  func.return
}

// CHECK:       {{// ?-+}}
// CHECK-NEXT:  builtin.module {
// CHECK-NEXT:    func.func @second() {

// CHECK-GENERIC:       {{// ?-+}}
// CHECK-GENERIC-NEXT:  "builtin.module"() ({
// CHECK-GENERIC-NEXT:    "func.func"() <{sym_name = "second"
