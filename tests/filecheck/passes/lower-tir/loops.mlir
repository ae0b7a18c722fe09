// RUN: usmp-opt %s -p lower-tir --split-input-file | filecheck %s

// Kinds that upstream has no word for are kept as attributes. Constants are shared in a function.

tir.func @main(%n: index) {
  tir.for %i = 0 to 4 attributes {test.loop} {
    tir.for %j = %i to %n {
      tir.call_extern @serial(%i, %j) : (index, index) -> ()
    }
  }
  tir.for parallel %i = -2 to 4 {
    tir.call_extern @parallel(%i) : (index) -> ()
  }
  tir.for vectorized %i = 0 to 4 {
    tir.call_extern @vectorized(%i) : (index) -> ()
  }
  tir.for unrolled %i = 0 to 4 {
    tir.call_extern @unrolled(%i) : (index) -> ()
  }
  tir.for thread_binding("threadIdx.x") %i = 0 to 4 {
    tir.call_extern @bound(%i) : (index) -> ()
  }
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func private @serial(index, index) -> ()
// CHECK-NEXT:    func.func private @parallel(index) -> ()
// CHECK-NEXT:    func.func private @vectorized(index) -> ()
// CHECK-NEXT:    func.func private @unrolled(index) -> ()
// CHECK-NEXT:    func.func private @bound(index) -> ()
// CHECK-NEXT:    func.func @main(%n: index) {
// CHECK-NEXT:      %c1 = arith.constant 1 : index
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c4 = arith.constant 4 : index
// CHECK-NEXT:      %cm2 = arith.constant -2 : index
// CHECK-NEXT:      scf.for %i = %c0 to %c4 step %c1 {
// CHECK-NEXT:        scf.for %j = %i to %n step %c1 {
// CHECK-NEXT:          func.call @serial(%i, %j) : (index, index) -> ()
// CHECK-NEXT:        }
// CHECK-NEXT:      }
// CHECK-NEXT:      "scf.parallel"(%cm2, %c4, %c1) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({
// CHECK-NEXT:      ^bb0(%i_1: index):
// CHECK-NEXT:        func.call @parallel(%i_1) : (index) -> ()
// CHECK-NEXT:        scf.reduce
// CHECK-NEXT:      }) : (index, index, index) -> ()
// CHECK-NEXT:      scf.for %i_2 = %c0 to %c4 step %c1 {
// CHECK-NEXT:        func.call @vectorized(%i_2) : (index) -> ()
// CHECK-NEXT:      } {loop_kind = "vectorized"}
// CHECK-NEXT:      scf.for %i_3 = %c0 to %c4 step %c1 {
// CHECK-NEXT:        func.call @unrolled(%i_3) : (index) -> ()
// CHECK-NEXT:      } {loop_kind = "unrolled"}
// CHECK-NEXT:      "scf.parallel"(%c0, %c4, %c1) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({
// CHECK-NEXT:      ^bb0(%i_4: index):
// CHECK-NEXT:        func.call @bound(%i_4) : (index) -> ()
// CHECK-NEXT:        scf.reduce
// CHECK-NEXT:      }) {loop_kind = "thread_binding", thread = "threadIdx.x"} : (index, index, index) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }
