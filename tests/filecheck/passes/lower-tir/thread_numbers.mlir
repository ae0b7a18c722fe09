// RUN: usmp-opt %s -p lower-tir --verify-diagnostics --split-input-file | filecheck %s

// A function that the module has is the one that is called.

func.func private @usmp_thread_number() -> index

tir.func @main() -> index {
  %n = usmp.thread_number of 2
  tir.return %n : index
}

// CHECK:      func.func private @usmp_thread_number() -> index
// CHECK-NOT:  func.func private
// CHECK:      func.func @main() -> index {
// CHECK-NEXT:   %n = func.call @usmp_thread_number() : () -> index
// CHECK-NEXT:   func.return %n : index

// -----

func.func private @usmp_thread_number(index)

tir.func @main() -> index {
  %n = usmp.thread_number of 2
  tir.return %n : index
}

// CHECK:      @usmp_thread_number gives the number of a thread, and must be a function of type () -> index: rename this one
