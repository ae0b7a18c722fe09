// RUN: usmp-opt %s --allow-unregistered-dialect -p 'usmp-extract-buffer-info{threads=2}' --split-input-file | filecheck %s

// Operations of one name may give a handle to wait for them by, or not.

func.func @handles() {
  %a = memref.alloc() : memref<64xi8>
  %b = memref.alloc() : memref<64xi8>
  %t = "dev.async_copy"(%a, %b) : (memref<64xi8>, memref<64xi8>) -> !dev.token
  "dev.wait"(%t) : (!dev.token) -> ()
  %c = memref.alloc() : memref<64xi8>
  "dev.async_copy"(%c, %c) : (memref<64xi8>, memref<64xi8>) -> ()
  %e = memref.alloc() : memref<64xi8>
  "test.op"(%e) : (memref<64xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @handles()
// CHECK: #usmp.buffer_info<"a", {{.*}}live = {{\[\[}}2, 3]], conflicts = ["b"]>
// CHECK: #usmp.buffer_info<"b", {{.*}}live = {{\[\[}}2, 3]], conflicts = ["a"]>
// CHECK: %c = memref.alloc() {not_planned = "escapes: accessed by dev.async_copy while the program goes on"}
// CHECK: #usmp.buffer_info<"e", {{.*}}live = {{\[\[}}7, 7]], conflicts = []>

// -----

// An attribute says it too, of an operation without regions as of one with regions; OpenMP's word
// is another.

func.func @attributes() {
  %a = memref.alloc() : memref<64xi8>
  %b = memref.alloc() : memref<64xi8>
  %c = memref.alloc() : memref<64xi8>
  %d = memref.alloc() : memref<64xi8>
  "dev.copy"(%a) {async} : (memref<64xi8>) -> ()
  "dev.target_update"(%b) {nowait} : (memref<64xi8>) -> ()
  "omp.target_data_sync"(%b) {nowait} : (memref<64xi8>) -> ()
  "omp.target"(%c) <{operandSegmentSizes = array<i32: 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0>, nowait}> ({
  ^bb0(%x: memref<64xi8>):
    "test.op"(%x) : (memref<64xi8>) -> ()
    "omp.terminator"() : () -> ()
  }) : (memref<64xi8>) -> ()
  "test.op"(%d) : (memref<64xi8>) -> ()
  "omp.taskwait"() : () -> ()
  func.return
}

// CHECK-LABEL: func.func @attributes()
// CHECK: %a = memref.alloc() {not_planned = "escapes: accessed by dev.copy while the program goes on"}
// CHECK: %b = memref.alloc() {not_planned = "escapes: accessed by omp.target_data_sync while the program goes on"}
// CHECK: %c = memref.alloc() {not_planned = "escapes: accessed by omp.target while the program goes on"}
// CHECK: #usmp.buffer_info<"d"

// -----

// What regions call may go on until their handle is waited for, and nothing says when.

func.func @called() {
  %a = memref.alloc() : memref<64xi8>
  "test.op"(%a) : (memref<64xi8>) -> ()
  func.return
}

func.func @other() {
  %b = memref.alloc() : memref<64xi8>
  "test.op"(%b) : (memref<64xi8>) -> ()
  func.return
}

func.func @main() {
  %one = arith.constant 1 : index
  %l = memref.alloc() : memref<64xi8>
  %start = "gpu.wait"() : () -> !gpu.async.token
  %t = "gpu.launch"(%start, %one, %one, %one, %one, %one, %one) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0>}> ({
  ^bb0(%bx: index, %by: index, %bz: index, %tx: index, %ty: index, %tz: index,
       %nbx: index, %nby: index, %nbz: index, %ntx: index, %nty: index, %ntz: index):
    "test.op"(%l) : (memref<64xi8>) -> ()
    func.call @called() : () -> ()
    "gpu.terminator"() : () -> ()
  }) : (!gpu.async.token, index, index, index, index, index, index) -> !gpu.async.token
  func.call @other() : () -> ()
  "gpu.wait"(%t) : (!gpu.async.token) -> ()
  func.return
}

// CHECK-LABEL: func.func @called()
// CHECK: %a = memref.alloc() {not_planned = "
// CHECK-LABEL: func.func @other()
// CHECK: #usmp.buffer_info<"b", {{.*}}conflicts = ["l"]>
// CHECK-LABEL: func.func @main()
// CHECK: #usmp.buffer_info<"l", {{.*}}conflicts = ["b"]>

// -----

// Engines that are given an address, and use it later.

func.func @dma(%size: !riscv.reg, %other: !riscv.reg) {
  %a = memref.alloc() : memref<64xi8>
  %r = builtin.unrealized_conversion_cast %a : memref<64xi8> to !riscv.reg
  "riscv_snitch.dmsrc"(%r, %other) : (!riscv.reg, !riscv.reg) -> ()
  %b = memref.alloc() : memref<64xi8>
  "test.op"(%b) : (memref<64xi8>) -> ()
  %tx = "riscv_snitch.dmcpyi"(%size) <{config = 0 : ui5}> : (!riscv.reg) -> !riscv.reg
  func.return
}

// CHECK-LABEL: func.func @dma(
// CHECK: %a = memref.alloc() {not_planned = "escapes: accessed by riscv_snitch.dmsrc while the program goes on"}

// -----

// A name says it where nothing else does.

func.func @named() {
  %a = memref.alloc() : memref<64xi8>
  "dev.async_launch"(%a) ({
    "test.op"(%a) : (memref<64xi8>) -> ()
    "dev.end"() : () -> ()
  }) : (memref<64xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @named(
// CHECK: %a = memref.alloc() {not_planned = "escapes: accessed by dev.async_launch while the program goes on"}

// -----

// A module inside a function has pools of its own.

func.func @around() {
  %a = memref.alloc() : memref<64xi8>
  "test.op"(%a) : (memref<64xi8>) -> ()
  builtin.module {
    func.func @inside() {
      %b = memref.alloc() : memref<64xi8>
      "test.op"(%b) : (memref<64xi8>) -> ()
      func.return
    }
  }
  func.return
}

// CHECK-LABEL: func.func @around(
// CHECK: #usmp.buffer_info<"a"
// CHECK: %b = memref.alloc() {not_planned = "escapes: allocated in a symbol table inside a function"}
