// RUN: xdsl-opt %s -p licm | filecheck %s --check-prefix=LICM
// RUN: xdsl-opt %s -p control-flow-hoist | filecheck %s --check-prefix=IF
// RUN: xdsl-opt %s -p loop-hoist-memref | filecheck %s --check-prefix=MEMREF

// What is hoisted out of a loop or branch may be so: constants and pure arithmetic. An allocation is
// a new buffer in each iteration; a load may read what is written there, or past the end.

tir.func @loop(%a: memref<4xi8>, %x: i32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %scratch = tir.allocate : memref<4xi8>
    %constant = tir.allocate_const dense<0> : memref<4xi8>
    %parameter = tir.lookup_param "p" : memref<4xi8>
    %scaled = tir.q_multiply_shift %x, %x {q = 31, s = 0} : i32
    %element = tir.load %a[%c0] : memref<4xi8>
    tir.store %element, %scratch[%i] : memref<4xi8>
    tir.for %j = 0 to 4 {
      %k = arith.addi %c1, %c1 : index
      tir.store %element, %a[%k] : memref<4xi8>
    }
    tir.call_extern @f(%scratch, %constant, %parameter, %scaled) : (memref<4xi8>, memref<4xi8>, memref<4xi8>, i32) -> ()
  }
}

// LICM:       tir.func @loop(%a: memref<4xi8>, %x: i32, %n: index) {
// LICM-NEXT:    %c0 = arith.constant 0 : index
// LICM-NEXT:    %c1 = arith.constant 1 : index
// LICM-NEXT:    %constant = tir.allocate_const dense<0> : memref<4xi8>
// LICM-NEXT:    %parameter = tir.lookup_param "p" : memref<4xi8>
// LICM-NEXT:    %scaled = tir.q_multiply_shift %x, %x {q = 31 : i64, s = 0 : i64} : i32
// LICM-NEXT:    scf.for %i = %c0 to %n step %c1 {
// LICM-NEXT:      %scratch = tir.allocate : memref<4xi8>
// LICM-NEXT:      %element = tir.load %a[%c0] : memref<4xi8>
// LICM-NEXT:      tir.store %element, %scratch[%i] : memref<4xi8>
// LICM-NEXT:      tir.for %j = 0 to 4 {
// LICM-NEXT:        %k = arith.addi %c1, %c1 : index
// LICM-NEXT:        tir.store %element, %a[%k] : memref<4xi8>
// LICM-NEXT:      }
// LICM-NEXT:      tir.call_extern @f(%scratch, %constant, %parameter, %scaled)
// LICM-NEXT:    }

// MEMREF:       tir.func @loop(
// MEMREF:         scf.for
// MEMREF-NEXT:      %scratch = tir.allocate
// MEMREF:           %element = tir.load %a[%c0] : memref<4xi8>
// MEMREF-NEXT:      tir.store %element, %scratch[%i] : memref<4xi8>

// Of the three ifs, only the second is free of effects.
tir.func @if(%a: memref<4xi8>, %x: i32, %condition: i1, %i: index) {
  scf.if %condition {
    %scratch = tir.allocate : memref<4xi8>
    tir.call_extern @f(%scratch) : (memref<4xi8>) -> ()
  }
  %scaled = scf.if %condition -> (i32) {
    %product = tir.q_multiply_shift %x, %x {q = 31, s = 0} : i32
    scf.yield %product : i32
  } else {
    scf.yield %x : i32
  }
  %element = scf.if %condition -> (i8) {
    %first = tir.load %a[%i] : memref<4xi8>
    scf.yield %first : i8
  } else {
    %zero = arith.constant 0 : i8
    scf.yield %zero : i8
  }
  "test.op"(%scaled, %element) : (i32, i8) -> ()
}

// IF:       tir.func @if(
// IF-NEXT:    scf.if %condition {
// IF-NEXT:      %scratch = tir.allocate : memref<4xi8>
// IF-NEXT:      tir.call_extern @f(%scratch) : (memref<4xi8>) -> ()
// IF-NEXT:    }
// IF-NEXT:    %product = tir.q_multiply_shift %x, %x {q = 31 : i64, s = 0 : i64} : i32
// IF-NEXT:    %scaled = scf.if %condition -> (i32) {
// IF-NEXT:      scf.yield %product : i32
// IF-NEXT:    } else {
// IF-NEXT:      scf.yield %x : i32
// IF-NEXT:    }
// IF-NEXT:    %element = scf.if %condition -> (i8) {
// IF-NEXT:      %first = tir.load %a[%i] : memref<4xi8>
// IF-NEXT:      scf.yield %first : i8
