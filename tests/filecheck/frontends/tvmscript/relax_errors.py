# RUN: not usmp-opt %s 2>&1 | filecheck %s


@I.ir_module
class Module:
    @R.function
    def main(x: R.Tensor((1, 8), dtype="float32"), w: R.Tensor((8, 4), dtype="float32")):
        with R.dataflow():
            gv = R.matmul(x, w)
            R.output(gv)
        return gv


# CHECK:      relax_errors.py:9:18: error: R.matmul is not understood
# CHECK-NEXT:             gv = R.matmul(x, w)
# CHECK-NEXT:                  ^
# CHECK-NEXT: note: accepted: operators that are lowered to TIR (relax.transform.LegalizeOps), and R.builtin.alloc_tensor
