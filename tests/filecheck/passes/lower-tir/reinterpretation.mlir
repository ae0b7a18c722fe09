// RUN: usmp-opt %s -p lower-tir --split-input-file | filecheck %s

// Bytes are viewed as what the callee takes.

tir.func @operator(%a: memref<2x2xi16>, %b: memref<?xi32>, %c: memref<4xi8>, %d: memref<?xi8>) { }
tir.func @main(%bytes: memref<?xi8>) {
  %a = tir.allocate "sid" : memref<16xi8>
  tir.call_extern @operator(%a, %a, %a, %a) : (memref<16xi8>, memref<16xi8>, memref<16xi8>, memref<16xi8>) -> ()
  tir.call_extern @operator(%bytes, %bytes, %bytes, %bytes) : (memref<?xi8>, memref<?xi8>, memref<?xi8>, memref<?xi8>) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @operator(%a: memref<2x2xi16>, %b: memref<?xi32>, %c: memref<4xi8>, %d: memref<?xi8>) {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @main(%bytes: memref<?xi8>) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c16 = arith.constant 16 : index
// CHECK-NEXT:      %c4 = arith.constant 4 : index
// CHECK-NEXT:      %a = memref.alloc() {alignment = 16 : i64} : memref<16xi8>
// CHECK-NEXT:      %0 = memref.view %a[%c0][] : memref<16xi8> to memref<2x2xi16>
// CHECK-NEXT:      %1 = memref.view %a[%c0][%c4] : memref<16xi8> to memref<?xi32>
// CHECK-NEXT:      %2 = memref.view %a[%c0][] : memref<16xi8> to memref<4xi8>
// CHECK-NEXT:      %3 = "memref.cast"(%a) : (memref<16xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%0, %1, %2, %3) : (memref<2x2xi16>, memref<?xi32>, memref<4xi8>, memref<?xi8>) -> ()
// CHECK-NEXT:      memref.dealloc %a : memref<16xi8>
// CHECK-NEXT:      %4 = memref.view %bytes[%c0][] : memref<?xi8> to memref<2x2xi16>
// CHECK-NEXT:      %5 = memref.dim %bytes, %c0 : memref<?xi8>
// CHECK-NEXT:      %6 = arith.divui %5, %c4 : index
// CHECK-NEXT:      %7 = memref.view %bytes[%c0][%6] : memref<?xi8> to memref<?xi32>
// CHECK-NEXT:      %8 = memref.view %bytes[%c0][] : memref<?xi8> to memref<4xi8>
// CHECK-NEXT:      func.call @operator(%4, %7, %8, %bytes) : (memref<2x2xi16>, memref<?xi32>, memref<4xi8>, memref<?xi8>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// The same elements in another shape.

tir.func @operator(%a: memref<2x3xi16>, %b: memref<?x2xi16>) { }
tir.func @main(%a: memref<8xi16>, %b: memref<?x4xi16>) {
  tir.call_extern @operator(%a, %b) : (memref<8xi16>, memref<?x4xi16>) -> ()
  tir.call_extern @operator(%b, %a) : (memref<?x4xi16>, memref<8xi16>) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @operator(%a: memref<2x3xi16>, %b: memref<?x2xi16>) {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @main(%a: memref<8xi16>, %b: memref<?x4xi16>) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c4 = arith.constant 4 : index
// CHECK-NEXT:      %c2 = arith.constant 2 : index
// CHECK-NEXT:      %c8 = arith.constant 8 : index
// CHECK-NEXT:      %0 = memref.reinterpret_cast %a to offset: [0], sizes: [2, 3], strides: [3, 1] : memref<8xi16> to memref<2x3xi16>
// CHECK-NEXT:      %1 = memref.dim %b, %c0 : memref<?x4xi16>
// CHECK-NEXT:      %2 = arith.muli %1, %c4 : index
// CHECK-NEXT:      %3 = arith.divui %2, %c2 : index
// CHECK-NEXT:      %4 = memref.reinterpret_cast %b to offset: [0], sizes: [%3, 2], strides: [2, 1] : memref<?x4xi16> to memref<?x2xi16>
// CHECK-NEXT:      func.call @operator(%0, %4) : (memref<2x3xi16>, memref<?x2xi16>) -> ()
// CHECK-NEXT:      %5 = memref.reinterpret_cast %b to offset: [0], sizes: [2, 3], strides: [3, 1] : memref<?x4xi16> to memref<2x3xi16>
// CHECK-NEXT:      %6 = memref.reinterpret_cast %a to offset: [0], sizes: [%c4, 2], strides: [2, 1] : memref<8xi16> to memref<?x2xi16>
// CHECK-NEXT:      func.call @operator(%5, %6) : (memref<2x3xi16>, memref<?x2xi16>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// A buffer that is passed as another type is allocated as bytes; others stay as they are.

tir.func @operator(%a: memref<?xi8>) { }
tir.func @main(%n: index) {
  %a = tir.allocate "a" : memref<4xi16>
  %b = tir.allocate "b"(%n) : memref<?x2xi16>
  %c = tir.allocate_const "c" dense<[1, -1]> : memref<2xi16>
  %d = tir.lookup_param "d" : memref<4xf32>
  %e = memref.alloca() : memref<4xi16>
  %f = tir.allocate "f" : memref<4xi16>
  tir.call_extern @operator(%a) : (memref<4xi16>) -> ()
  tir.call_extern @operator(%b) : (memref<?x2xi16>) -> ()
  tir.call_extern @operator(%c) : (memref<2xi16>) -> ()
  tir.call_extern @operator(%d) : (memref<4xf32>) -> ()
  tir.call_extern @operator(%e) : (memref<4xi16>) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    "memref.global"() <{sym_name = "c", type = memref<4xi8>, initial_value = dense<[1, 0, -1, -1]> : tensor<4xi8>, sym_visibility = "private", constant, alignment = 16 : i64}> : () -> ()
// CHECK-NEXT:    func.func private @lookup_param_d() -> memref<16xi8>
// CHECK-NEXT:    func.func @operator(%a: memref<?xi8>) {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @main(%n: index) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c4 = arith.constant 4 : index
// CHECK-NEXT:      %a_bytes = memref.alloc() {alignment = 16 : i64} : memref<8xi8>
// CHECK-NEXT:      %a = memref.view %a_bytes[%c0][] : memref<8xi8> to memref<4xi16>
// CHECK-NEXT:      %b = arith.muli %n, %c4 : index
// CHECK-NEXT:      %b_bytes = memref.alloc(%b) {alignment = 16 : i64} : memref<?xi8>
// CHECK-NEXT:      %b_1 = memref.view %b_bytes[%c0][%n] : memref<?xi8> to memref<?x2xi16>
// CHECK-NEXT:      %c_bytes = memref.get_global @c : memref<4xi8>
// CHECK-NEXT:      %c = memref.view %c_bytes[%c0][] : memref<4xi8> to memref<2xi16>
// CHECK-NEXT:      %d_bytes = func.call @lookup_param_d() : () -> memref<16xi8>
// CHECK-NEXT:      %d = memref.view %d_bytes[%c0][] : memref<16xi8> to memref<4xf32>
// CHECK-NEXT:      %e_bytes = memref.alloca() {alignment = 16 : i64} : memref<8xi8>
// CHECK-NEXT:      %e = memref.view %e_bytes[%c0][] : memref<8xi8> to memref<4xi16>
// CHECK-NEXT:      %f = memref.alloc() {alignment = 16 : i64} : memref<4xi16>
// CHECK-NEXT:      memref.dealloc %f : memref<4xi16>
// CHECK-NEXT:      %0 = "memref.cast"(%a_bytes) : (memref<8xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%0) : (memref<?xi8>) -> ()
// CHECK-NEXT:      memref.dealloc %a_bytes : memref<8xi8>
// CHECK-NEXT:      func.call @operator(%b_bytes) : (memref<?xi8>) -> ()
// CHECK-NEXT:      memref.dealloc %b_bytes : memref<?xi8>
// CHECK-NEXT:      %1 = "memref.cast"(%c_bytes) : (memref<4xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%1) : (memref<?xi8>) -> ()
// CHECK-NEXT:      %2 = "memref.cast"(%d_bytes) : (memref<16xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%2) : (memref<?xi8>) -> ()
// CHECK-NEXT:      %3 = "memref.cast"(%e_bytes) : (memref<8xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%3) : (memref<?xi8>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// A parameter that is passed on as another type becomes bytes, in all callers.

tir.func @inner(%a: memref<?xi8>) { }
func.func @outer(%n: index, %a: memref<4xi16>) {
  tir.call_extern @inner(%a) : (memref<4xi16>) -> ()
  func.return
}
tir.func @main(%n: index) {
  %a = tir.allocate : memref<4xi16>
  tir.call_extern @outer(%n, %a) : (index, memref<4xi16>) -> ()
}
func.func @upstream(%n: index, %a: memref<4xi16>) {
  func.call @outer(%n, %a) : (index, memref<4xi16>) -> ()
  func.return
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @inner(%a: memref<?xi8>) {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @outer(%n: index, %a_bytes: memref<8xi8>) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %a = memref.view %a_bytes[%c0][] : memref<8xi8> to memref<4xi16>
// CHECK-NEXT:      %0 = "memref.cast"(%a_bytes) : (memref<8xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @inner(%0) : (memref<?xi8>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @main(%n: index) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %a_bytes = memref.alloc() {alignment = 16 : i64} : memref<8xi8>
// CHECK-NEXT:      %a = memref.view %a_bytes[%c0][] : memref<8xi8> to memref<4xi16>
// CHECK-NEXT:      func.call @outer(%n, %a_bytes) : (index, memref<8xi8>) -> ()
// CHECK-NEXT:      memref.dealloc %a_bytes : memref<8xi8>
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @upstream(%n: index, %a_bytes: memref<8xi8>) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %a = memref.view %a_bytes[%c0][] : memref<8xi8> to memref<4xi16>
// CHECK-NEXT:      func.call @outer(%n, %a_bytes) : (index, memref<8xi8>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// What is derived from a buffer.

tir.func @operator(%a: memref<?xi8>) { }
tir.func @main(%n: index, %condition: i1, %pool: memref<64xi8>) {
  %c8 = arith.constant 8 : index
  %a = tir.allocate : memref<16xi16>
  %b = tir.allocate : memref<16xi16>
  %part = memref.subview %a[%n] [4] [1] : memref<16xi16> to memref<4xi16, strided<[1], offset: ?>>
  %row = "memref.cast"(%a) : (memref<16xi16>) -> memref<?xi16>
  %either = arith.select %condition, %a, %b : memref<16xi16>
  %view = memref.view %pool[%c8][] : memref<64xi8> to memref<4xi16>
  %address = builtin.unrealized_conversion_cast %n : index to memref<4xi16>
  tir.call_extern @operator(%part) : (memref<4xi16, strided<[1], offset: ?>>) -> ()
  tir.call_extern @operator(%row) : (memref<?xi16>) -> ()
  tir.call_extern @operator(%either) : (memref<16xi16>) -> ()
  tir.call_extern @operator(%view) : (memref<4xi16>) -> ()
  tir.call_extern @operator(%address) : (memref<4xi16>) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @operator(%a: memref<?xi8>) {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @main(%n: index, %condition: i1, %pool: memref<64xi8>) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c2 = arith.constant 2 : index
// CHECK-NEXT:      %c32 = arith.constant 32 : index
// CHECK-NEXT:      %c8 = arith.constant 8 : index
// CHECK-NEXT:      %a_bytes = memref.alloc() {alignment = 16 : i64} : memref<32xi8>
// CHECK-NEXT:      %a = memref.view %a_bytes[%c0][] : memref<32xi8> to memref<16xi16>
// CHECK-NEXT:      %b_bytes = memref.alloc() {alignment = 16 : i64} : memref<32xi8>
// CHECK-NEXT:      %b = memref.view %b_bytes[%c0][] : memref<32xi8> to memref<16xi16>
// CHECK-NEXT:      %part = memref.subview %a[%n] [4] [1] : memref<16xi16> to memref<4xi16, strided<[1], offset: ?>>
// CHECK-NEXT:      %0, %1, %2, %3 = memref.extract_strided_metadata %part : memref<4xi16, strided<[1], offset: ?>> -> memref<i16>, index, index, index
// CHECK-NEXT:      %4 = arith.muli %1, %c2 : index
// CHECK-NEXT:      %5 = arith.subi %c32, %4 : index
// CHECK-NEXT:      %6 = memref.view %a_bytes[%4][%5] : memref<32xi8> to memref<?xi8>
// CHECK-NEXT:      %row = "memref.cast"(%a) : (memref<16xi16>) -> memref<?xi16>
// CHECK-NEXT:      %either = arith.select %condition, %a, %b : memref<16xi16>
// CHECK-NEXT:      %7 = "memref.cast"(%a_bytes) : (memref<32xi8>) -> memref<?xi8>
// CHECK-NEXT:      %8 = "memref.cast"(%b_bytes) : (memref<32xi8>) -> memref<?xi8>
// CHECK-NEXT:      %9 = arith.select %condition, %7, %8 : memref<?xi8>
// CHECK-NEXT:      %view = memref.view %pool[%c8][] : memref<64xi8> to memref<4xi16>
// CHECK-NEXT:      %10 = memref.view %pool[%c8][] : memref<64xi8> to memref<8xi8>
// CHECK-NEXT:      %address = builtin.unrealized_conversion_cast %n : index to memref<4xi16>
// CHECK-NEXT:      %11 = builtin.unrealized_conversion_cast %address : memref<4xi16> to memref<8xi8>
// CHECK-NEXT:      func.call @operator(%6) : (memref<?xi8>) -> ()
// CHECK-NEXT:      %12 = "memref.cast"(%a_bytes) : (memref<32xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%12) : (memref<?xi8>) -> ()
// CHECK-NEXT:      func.call @operator(%9) : (memref<?xi8>) -> ()
// CHECK-NEXT:      memref.dealloc %b_bytes : memref<32xi8>
// CHECK-NEXT:      memref.dealloc %a_bytes : memref<32xi8>
// CHECK-NEXT:      %13 = "memref.cast"(%10) : (memref<8xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%13) : (memref<?xi8>) -> ()
// CHECK-NEXT:      %14 = "memref.cast"(%11) : (memref<8xi8>) -> memref<?xi8>
// CHECK-NEXT:      func.call @operator(%14) : (memref<?xi8>) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// Memory spaces.

tir.func @operator(%a: memref<8xi8>) { }
tir.func @main() {
  %a = tir.allocate : memref<4xi16, "shared">
  %plain = "memref.memory_space_cast"(%a) : (memref<4xi16, "shared">) -> memref<4xi16>
  tir.call_extern @operator(%a) : (memref<4xi16, "shared">) -> ()
  tir.call_extern @operator(%plain) : (memref<4xi16>) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @operator(%a: memref<8xi8>) {
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:    func.func @main() {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %a_bytes = memref.alloc() {alignment = 16 : i64} : memref<8xi8, "shared">
// CHECK-NEXT:      %a = memref.view %a_bytes[%c0][] : memref<8xi8, "shared"> to memref<4xi16, "shared">
// CHECK-NEXT:      %plain = "memref.memory_space_cast"(%a) : (memref<4xi16, "shared">) -> memref<4xi16>
// CHECK-NEXT:      %0 = "memref.memory_space_cast"(%a_bytes) : (memref<8xi8, "shared">) -> memref<8xi8>
// CHECK-NEXT:      %1 = "memref.memory_space_cast"(%a_bytes) : (memref<8xi8, "shared">) -> memref<8xi8>
// CHECK-NEXT:      func.call @operator(%1) : (memref<8xi8>) -> ()
// CHECK-NEXT:      func.call @operator(%0) : (memref<8xi8>) -> ()
// CHECK-NEXT:      memref.dealloc %a_bytes : memref<8xi8, "shared">
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }
