// RUN: usmp-opt %s -p lower-tir --split-input-file | filecheck %s

// Functions keep their attributes, visibility and parameters' attributes; declarations are private.

tir.func public @main(%a: memref<4xi8> {test.input}, %n: index) -> (i32 {test.output}) attributes {runner_function, target = "c"} {
  %v = tir.call_extern @declared(%n) {test.call} : (index) -> i32
  tir.return %v : i32
}
tir.func private @helper() { }
tir.func @declared(index) -> i32

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func public @main(%a: memref<4xi8> {test.input}, %n: index) -> (i32 {test.output}) attributes {runner_function, target = "c"} {
// CHECK-NEXT:      %v = func.call @declared(%n) {test.call} : (index) -> i32
// CHECK-NEXT:      func.return %v : i32
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func private @helper() {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func private @declared(index) -> i32
// CHECK-NEXT:  }

// -----

// A function outside the module is declared with the types it is called with. Where they differ, it takes as much
// of them as all agree on.

tir.func @main(%a: memref<4xi8>, %b: memref<8xi8>, %c: memref<4xi16>, %d: memref<2x2xf32>, %e: memref<3x2xf32>, %v: i32) {
  tir.call_extern @same(%c, %v) : (memref<4xi16>, i32) -> ()
  tir.call_extern @same(%c, %v) : (memref<4xi16>, i32) -> ()
  tir.call_extern @other_extents(%a, %d) : (memref<4xi8>, memref<2x2xf32>) -> ()
  tir.call_extern @other_extents(%b, %e) : (memref<8xi8>, memref<3x2xf32>) -> ()
  tir.call_extern @other_elements(%a) : (memref<4xi8>) -> ()
  tir.call_extern @other_elements(%c) : (memref<4xi16>) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func private @same(memref<4xi16>, i32) -> ()
// CHECK-NEXT:    func.func private @other_extents(memref<?xi8>, memref<?x?xf32>) -> ()
// CHECK-NEXT:    func.func private @other_elements(memref<?xi8>) -> ()
// CHECK-NEXT:    func.func @main(%a: memref<4xi8>, %b: memref<8xi8>, %c_bytes: memref<8xi8>, %d: memref<2x2xf32>, %e: memref<3x2xf32>, %v: i32) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c = memref.view %c_bytes[%c0][] : memref<8xi8> to memref<4xi16>
// CHECK-NEXT:      func.call @same(%c, %v) : (memref<4xi16>, i32) -> ()
// CHECK-NEXT:      func.call @same(%c, %v) : (memref<4xi16>, i32) -> ()
// CHECK-NEXT:      %0 = "memref.cast"(%a) : (memref<4xi8>) -> memref<?xi8>
// CHECK-NEXT:      %1 = "memref.cast"(%d) : (memref<2x2xf32>) -> memref<?x?xf32>
// CHECK-NEXT:      func.call @other_extents(%0, %1) : (memref<?xi8>, memref<?x?xf32>) -> ()
// CHECK-NEXT:      %2 = "memref.cast"(%b) : (memref<8xi8>) -> memref<?xi8>
// CHECK-NEXT:      %3 = "memref.cast"(%e) : (memref<3x2xf32>) -> memref<?x?xf32>
// CHECK-NEXT:      func.call @other_extents(%2, %3) : (memref<?xi8>, memref<?x?xf32>) -> ()
// CHECK-NEXT:      %4 = "memref.cast"(%a) : (memref<4xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @other_elements(%4) : (memref<?xi8>) -> ()
// CHECK-NEXT:      %5 = "memref.cast"(%c_bytes) : (memref<8xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @other_elements(%5) : (memref<?xi8>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// A program in both dialects, and a module inside the module.

func.func @upstream(%a: memref<4xi8>) {
  tir.call_extern @operator(%a) : (memref<4xi8>) -> ()
  func.return
}
tir.func @operator(%a: memref<?xi8>) { }
builtin.module {
  tir.func @operator(%a: memref<4xi16>) {
    tir.call_extern @outside(%a) : (memref<4xi16>) -> ()
  }
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @upstream(%a: memref<4xi8>) {
// CHECK-NEXT:      %0 = "memref.cast"(%a) : (memref<4xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%0) : (memref<?xi8>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @operator(%a: memref<?xi8>) {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    builtin.module {
// CHECK-NEXT:      func.func private @outside(memref<4xi16>) -> ()
// CHECK-NEXT:      func.func @operator(%a: memref<4xi16>) {
// CHECK-NEXT:        func.call @outside(%a) : (memref<4xi16>) -> ()
// CHECK-NEXT:        func.return
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// A function of another dialect may have operations of tir inside; it stays what it is.

riscv_func.func @other() {
  %a = tir.allocate : memref<4xi8>
  tir.for %i = 0 to 4 {
    %v = tir.load %a[%i] : memref<4xi8>
  }
  riscv_func.return
}

// CHECK:      builtin.module {
// CHECK-NEXT:    riscv_func.func @other() {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c4 = arith.constant 4 : index
// CHECK-NEXT:      %c1 = arith.constant 1 : index
// CHECK-NEXT:      %a = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:      scf.for %i = %c0 to %c4 step %c1 {
// CHECK-NEXT:        %v = memref.load %a[%i] : memref<4xi8>
// CHECK-NEXT:      }
// CHECK-NEXT:      memref.dealloc %a : memref<4xi8>
// CHECK-NEXT:      riscv_func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }
