# RUN: not usmp-opt %s 2>&1 | filecheck %s
# RUN: not usmp-import %s -o %t.mlir 2>&1 | filecheck %s
# RUN: not cat %t.mlir
# RUN: usmp-import %s --allow-unknown-intrinsics --print-debuginfo | filecheck %s --check-prefix=CALL
# RUN: usmp-opt -f tvmscript --allow-unknown-intrinsics < %s | filecheck %s --check-prefix=CALL


@T.prim_func
def main(a: T.Buffer((4,), "float32")):
    a[0] = T.lgamma(a[1])


# CHECK:      errors.py:10:12: error: T.lgamma is not understood in an expression
# CHECK-NEXT:     a[0] = T.lgamma(a[1])
# CHECK-NEXT:            ^
# CHECK-NEXT: note: accepted: with --allow-unknown-intrinsics, calls of functions without side effects become
# CHECK-NOT:  {{Traceback|builtin.module}}

# CALL: tir.call_extern @lgamma(%{{.*}}) : (f32) -> f32
