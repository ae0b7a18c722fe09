// RUN: usmp-opt %s -p usmp-extract-buffer-info --verify-diagnostics --split-input-file | filecheck %s

// Inputs and outputs are buffers of the entry function itself that a plan can place: there is no
// other way to reach them.

tir.func @main() {
  %a = tir.allocate {usmp.io = "in"} : memref<4xi8>
}

// CHECK: a buffer has usmp.io = "in", expected "input", "output" or "inout"

// -----

tir.func @main() {
  tir.call_extern @f() : () -> ()
}
tir.func @f() {
  %a = tir.allocate {usmp.io = "input"} : memref<4xi8>
}

// CHECK: buffer 'a' is an input of the program, but not allocated in its entry function, @main: move it there

// -----

tir.func @f() {
  %a = tir.allocate {usmp.io = "output"} : memref<4xi8>
}
tir.func @g() {
}

// CHECK: buffer 'a' is an output of the program, which starts with @f and @g: name one entry function with the option main

// -----

tir.func @main() {
  tir.for %i = 0 to 4 {
    %a = tir.allocate {usmp.io = "inout"} : memref<4xi8>
  }
}

// CHECK: buffer 'a' is an input and output of the program, but not in the first block of @main: move it to the start of the function

// -----

func.func @main() {
  cf.br ^next
^next:
  %a = tir.allocate {usmp.io = "input"} : memref<4xi8>
  func.return
}

// CHECK: buffer 'a' is an input of the program, but not in the first block of @main: move it to the start of the function

// -----

tir.func @main() {
  %a = tir.allocate_const "a" {usmp.io = "input"} dense<1> : memref<4xi8>
}

// CHECK: buffer 'a' is an input of the program, but constant: drop usmp.io, or copy it to an output

// -----

tir.func @main() {
  %a = tir.allocate "a" {usmp.io = "input"} : memref<4xi8, "L1">
}

// CHECK: buffer 'a' is an input of the program, so that it must be in a pool, but no plan may place it: foreign memory space: no pool serves memory space "L1"

// -----

func.func @main() -> memref<4xi8> {
  %a = tir.allocate "a" {usmp.io = "output"} : memref<4xi8>
  func.return %a : memref<4xi8>
}

// CHECK: buffer 'a' is an output of the program, so that it must be in a pool, but no plan may place it: escapes: returned by @main
