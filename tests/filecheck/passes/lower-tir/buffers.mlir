// RUN: usmp-opt %s -p lower-tir --split-input-file | filecheck %s

// Loads, stores, arithmetic.

tir.func @main(%a: memref<4x4xi32>, %i: index, %j: index) {
  %v = tir.load %a[%i, %j] : memref<4x4xi32>
  %w = tir.q_multiply_shift %v, %v {q = 31, s = -9} : i32
  tir.store %w, %a[%j, %i] : memref<4x4xi32>
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @main(%a: memref<4x4xi32>, %i: index, %j: index) {
// CHECK-NEXT:      %v = memref.load %a[%i, %j] : memref<4x4xi32>
// CHECK-NEXT:      %w = arith.extsi %v : i32 to i64
// CHECK-NEXT:      %w_1 = arith.extsi %v : i32 to i64
// CHECK-NEXT:      %w_2 = arith.muli %w, %w_1 : i64
// CHECK-NEXT:      %w_3 = arith.constant 549755813888 : i64
// CHECK-NEXT:      %w_4 = arith.addi %w_2, %w_3 : i64
// CHECK-NEXT:      %w_5 = arith.constant 40 : i64
// CHECK-NEXT:      %w_6 = arith.shrsi %w_4, %w_5 : i64
// CHECK-NEXT:      %w_7 = arith.trunci %w_6 : i64 to i32
// CHECK-NEXT:      memref.store %w_7, %a[%j, %i] : memref<4x4xi32>
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// A buffer is freed after its last use in its block, in loops and branches too; one that nothing uses, at once.

tir.func @main(%n: index, %condition: i1) {
  %c0 = arith.constant 0 : index
  %unused = tir.allocate "unused" : memref<4xi8>
  %a = tir.allocate "a" {alignment = 64 : i64} : memref<4xi8, "shared">
  tir.for %i = 0 to 4 {
    %b = tir.allocate "b" : memref<2x4xi16>
    %v = tir.load %b[%c0, %i] : memref<2x4xi16>
    scf.if %condition {
      %c = tir.allocate(%n) : memref<?x4xi8>
      %w = tir.load %c[%i, %i] : memref<?x4xi8>
      tir.store %w, %a[%i] : memref<4xi8, "shared">
    }
  }
  tir.call_extern @outside(%n) : (index) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func private @outside(index) -> ()
// CHECK-NEXT:    func.func @main(%n: index, %condition: i1) {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %c4 = arith.constant 4 : index
// CHECK-NEXT:      %c1 = arith.constant 1 : index
// CHECK-NEXT:      %c0_1 = arith.constant 0 : index
// CHECK-NEXT:      %unused = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:      memref.dealloc %unused : memref<4xi8>
// CHECK-NEXT:      %a = memref.alloc() {alignment = 64 : i64} : memref<4xi8, "shared">
// CHECK-NEXT:      scf.for %i = %c0 to %c4 step %c1 {
// CHECK-NEXT:        %b = memref.alloc() {alignment = 16 : i64} : memref<2x4xi16>
// CHECK-NEXT:        %v = memref.load %b[%c0_1, %i] : memref<2x4xi16>
// CHECK-NEXT:        memref.dealloc %b : memref<2x4xi16>
// CHECK-NEXT:        scf.if %condition {
// CHECK-NEXT:          %c = memref.alloc(%n) {alignment = 16 : i64} : memref<?x4xi8>
// CHECK-NEXT:          %w = memref.load %c[%i, %i] : memref<?x4xi8>
// CHECK-NEXT:          memref.dealloc %c : memref<?x4xi8>
// CHECK-NEXT:          memref.store %w, %a[%i] : memref<4xi8, "shared">
// CHECK-NEXT:        }
// CHECK-NEXT:      }
// CHECK-NEXT:      memref.dealloc %a : memref<4xi8, "shared">
// CHECK-NEXT:      func.call @outside(%n) : (index) -> ()
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// A buffer that is returned, yielded or kept, or that the program frees, is not freed.

tir.func @main(%condition: i1, %box: memref<1xmemref<4xi8>>, %c0: index) -> memref<4xi8> {
  %returned = tir.allocate : memref<4xi8>
  %kept = tir.allocate : memref<4xi8>
  memref.store %kept, %box[%c0] : memref<1xmemref<4xi8>>
  %freed = tir.allocate : memref<4xi8>
  memref.dealloc %freed : memref<4xi8>
  %either = scf.if %condition -> (memref<4xi8>) {
    %yielded = tir.allocate : memref<4xi8>
    scf.yield %yielded : memref<4xi8>
  } else {
    scf.yield %returned : memref<4xi8>
  }
  tir.return %either : memref<4xi8>
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func @main(%condition: i1, %box: memref<1xmemref<4xi8>>, %c0: index) -> memref<4xi8> {
// CHECK-NEXT:      %returned = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:      %kept = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:      memref.store %kept, %box[%c0] : memref<1xmemref<4xi8>>
// CHECK-NEXT:      %freed = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:      memref.dealloc %freed : memref<4xi8>
// CHECK-NEXT:      %either = scf.if %condition -> (memref<4xi8>) {
// CHECK-NEXT:        %yielded = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:        scf.yield %yielded : memref<4xi8>
// CHECK-NEXT:      } else {
// CHECK-NEXT:        scf.yield %returned : memref<4xi8>
// CHECK-NEXT:      }
// CHECK-NEXT:      func.return %either : memref<4xi8>
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// A value that is carried around a loop, but does not leave the function.

tir.func @main(%n: index, %condition: i1) {
  %c1 = arith.constant 1 : index
  %ping = tir.allocate : memref<4xi8>
  %pong = tir.allocate : memref<4xi8>
  %r:2 = scf.for %i = %c1 to %n step %c1 iter_args(%x = %ping, %y = %pong) -> (memref<4xi8>, memref<4xi8>) {
    scf.yield %y, %x : memref<4xi8>, memref<4xi8>
  }
  tir.call_extern @outside(%r#0) : (memref<4xi8>) -> ()
  tir.call_extern @outside(%r#1) : (memref<4xi8>) -> ()
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func private @outside(memref<4xi8>) -> ()
// CHECK-NEXT:    func.func @main(%n: index, %condition: i1) {
// CHECK-NEXT:      %c1 = arith.constant 1 : index
// CHECK-NEXT:      %ping = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:      %pong = memref.alloc() {alignment = 16 : i64} : memref<4xi8>
// CHECK-NEXT:      %r, %r_1 = scf.for %i = %c1 to %n step %c1 iter_args(%x = %ping, %y = %pong) -> (memref<4xi8>, memref<4xi8>) {
// CHECK-NEXT:        scf.yield %y, %x : memref<4xi8>, memref<4xi8>
// CHECK-NEXT:      }
// CHECK-NEXT:      func.call @outside(%r) : (memref<4xi8>) -> ()
// CHECK-NEXT:      func.call @outside(%r_1) : (memref<4xi8>) -> ()
// CHECK-NEXT:      memref.dealloc %pong : memref<4xi8>
// CHECK-NEXT:      memref.dealloc %ping : memref<4xi8>
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// Constants, of which no two may have one name.

func.func private @bias()
tir.func @main(%i: index) {
  %a = tir.allocate_const "bias" dense<[1, -1]> : memref<2xi32>
  %b = tir.allocate_const "bias" {alignment = 4 : i64} dense<true> : memref<3xi1>
  %c = tir.allocate_const dense<1.5> : memref<2xf32>
  %v = tir.load %a[%i] : memref<2xi32>
}

// CHECK:      builtin.module {
// CHECK-NEXT:    "memref.global"() <{sym_name = "bias_1", type = memref<2xi32>, initial_value = dense<[1, -1]> : tensor<2xi32>, sym_visibility = "private", constant, alignment = 16 : i64}> : () -> ()
// CHECK-NEXT:    "memref.global"() <{sym_name = "bias_2", type = memref<3xi1>, initial_value = dense<true> : tensor<3xi1>, sym_visibility = "private", constant, alignment = 4 : i64}> : () -> ()
// CHECK-NEXT:    "memref.global"() <{sym_name = "c", type = memref<2xf32>, initial_value = dense<1.500000e+00> : tensor<2xf32>, sym_visibility = "private", constant, alignment = 16 : i64}> : () -> ()
// CHECK-NEXT:    func.func private @bias() -> ()
// CHECK-NEXT:    func.func @main(%i: index) {
// CHECK-NEXT:      %a = memref.get_global @bias_1 : memref<2xi32>
// CHECK-NEXT:      %b = memref.get_global @bias_2 : memref<3xi1>
// CHECK-NEXT:      %c = memref.get_global @c : memref<2xf32>
// CHECK-NEXT:      %v = memref.load %a[%i] : memref<2xi32>
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// Model parameters: the module may give one itself; of two types, one is looked up as bytes.

func.func private @lookup_param_given() -> memref<4xi8>
tir.func @main() {
  %a = tir.lookup_param "weights" : memref<?xi8>
  %b = tir.lookup_param "given" : memref<?xi8>
  %c = tir.lookup_param "twice" : memref<4xi16>
  %d = tir.lookup_param "twice" : memref<2xi32>
}

// CHECK:      builtin.module {
// CHECK-NEXT:    func.func private @lookup_param_weights() -> memref<?xi8>
// CHECK-NEXT:    func.func private @lookup_param_twice() -> memref<?xi8>
// CHECK-NEXT:    func.func private @lookup_param_given() -> memref<4xi8>
// CHECK-NEXT:    func.func @main() {
// CHECK-NEXT:      %c0 = arith.constant 0 : index
// CHECK-NEXT:      %a = func.call @lookup_param_weights() : () -> memref<?xi8>
// CHECK-NEXT:      %b_bytes = func.call @lookup_param_given() : () -> memref<4xi8>
// CHECK-NEXT:      %b = "memref.cast"(%b_bytes) : (memref<4xi8>) -> memref<?xi8>
// CHECK-NEXT:      %c_bytes = func.call @lookup_param_twice() : () -> memref<?xi8>
// CHECK-NEXT:      %c = memref.view %c_bytes[%c0][] : memref<?xi8> to memref<4xi16>
// CHECK-NEXT:      %d_bytes = func.call @lookup_param_twice() : () -> memref<?xi8>
// CHECK-NEXT:      %d = memref.view %d_bytes[%c0][] : memref<?xi8> to memref<2xi32>
// CHECK-NEXT:      func.return
// CHECK-NEXT:    }
// CHECK-NEXT:  }
