// RUN: usmp-opt %s -p usmp-verify-plan --allow-unregistered-dialect --verify-diagnostics --split-input-file | filecheck %s

// The memory of pools is in globals: each view of what a get_global loads is a buffer.

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()

tir.func @main() {
  %p = memref.get_global @p_memory : memref<64xi8>
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<32xi8>
  "test.op"(%A) : (memref<32xi8>) -> ()
  tir.call_extern @f(%A) : (memref<32xi8>) -> ()
}

tir.func @f(%a: memref<32xi8>) {
  %p = memref.get_global @p_memory : memref<64xi8>
  %c0 = arith.constant 0 : index
  %B = memref.view %p[%c0][] {usmp.buffer = "B", alignment = 16 : i64} : memref<64xi8> to memref<8xi8>
  "test.op"(%B) : (memref<8xi8>) -> ()
  "test.op"(%a) : (memref<32xi8>) -> ()
}

// CHECK:      buffer 'A' of @main and buffer 'B' of @f overlap: 'A' is at bytes [0, 32) and 'B' at bytes [0, 8) of pool @p, and both are live at program point 8: plan again. 'A' and 'B' conflict: 'B' is first accessed by test.op in @f ({{[^)]*}}) while 'A' is live, in the call by tir.call_extern of @f ({{[^)]*}}). 'A' is live from test.op in @main ({{[^)]*}}) to test.op in @f ({{[^)]*}}).
// CHECK:      %B = "memref.view"(%p, %c0)
// CHECK-NEXT: ^^^

// -----

// Globals.

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()
"memref.global"() <{sym_name = "more", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()

tir.func @main() {
}

// CHECK-LABEL: @p_memory and @more are both the memory of pool @p: keep one
// CHECK:      "memref.global"() <{sym_name = "more"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()

tir.func @main(%p: memref<64xi8> {usmp.pool = @p}) {
}

// CHECK-LABEL: @p_memory is the memory of pool @p, which functions are given as a parameter as well: keep one of the two
// CHECK:      "memref.global"() <{sym_name = "p_memory"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @q} : () -> ()

tir.func @main() {
}

// CHECK-LABEL: @p_memory is the memory of pool @q, which is not declared: add it
// CHECK:      "memref.global"() <{sym_name = "p_memory"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
"test.memory"() {sym_name = "p_memory", usmp.pool = @p} : () -> ()

tir.func @main() {
}

// CHECK-LABEL: test.memory has usmp.pool, but only a memref.global can be a pool's memory
// CHECK:      "test.memory"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()

tir.func @main() {
  %p = memref.get_global @p_memory : memref<128xi8>
}

// CHECK-LABEL: @p_memory, the memory of pool @p, is a memref<64xi8>, not a memref<128xi8>: load it as what it is
// CHECK:      %p = "memref.get_global"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()

tir.func @main() {
  "test.op"() {memory = @p_memory} : () -> ()
}

// CHECK-LABEL: test.op uses the memory of pool @p in a way that cannot be checked: take a memref.view at a constant offset, or pass it to a function of the module
// CHECK:      "test.op"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @p} : () -> ()

tir.func @main() {
  %p = memref.get_global @p_memory : memref<64xi8>
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 64 : i64} : memref<64xi8> to memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @main has alignment 64, but @p_memory, the memory of pool @p, 16: raise the alignment of the global
// CHECK:      %A = "memref.view"(%p, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
"memref.global"() <{sym_name = "p_memory", type = memref<64xi8>, initial_value, sym_visibility = "private"}> {usmp.pool = @p} : () -> ()

tir.func @main() {
  %p = memref.get_global @p_memory : memref<64xi8>
  %c0 = arith.constant 0 : index
  %A = memref.view %p[%c0][] {usmp.buffer = "A", alignment = 16 : i64} : memref<64xi8> to memref<32xi8>
}

// CHECK-LABEL: buffer 'A' of @main has alignment 16, but @p_memory, the memory of pool @p, 1: raise the alignment of the global
// CHECK:      %A = "memref.view"(%p, %c0)
// CHECK-NEXT: ^^^

// -----

// Constants: their memory is a constant global.

usmp.pool @rom target_access {c = "ro"}
"memref.global"() <{sym_name = "rom_constants", type = memref<32xi8>, initial_value = dense<1> : tensor<32xi8>, sym_visibility = "private", alignment = 16 : i64, constant}> {usmp.pool = @rom} : () -> ()

tir.func @main() attributes {target = "c"} {
  %rom = memref.get_global @rom_constants : memref<32xi8>
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %K = memref.view %rom[%c0][] {usmp.buffer = "K", alignment = 16 : i64} : memref<32xi8> to memref<24xi8>
  "test.op"(%K) : (memref<24xi8>) -> ()
  %L = memref.view %rom[%c16][] {usmp.buffer = "L", alignment = 16 : i64} : memref<32xi8> to memref<2xi8>
  "test.op"(%L) : (memref<2xi8>) -> ()
}

// CHECK-LABEL: buffer 'K' of @main and buffer 'L' of @main overlap: 'K' is at bytes [0, 24) and 'L' at bytes [16, 18) of pool @rom, and both are live at program point 0: plan again. 'K' is constant and holds its data during the whole run, so it conflicts with 'L' wherever that is live.
// CHECK:      %L = "memref.view"(%rom, %c16)
// CHECK-NEXT: ^^^

// -----

usmp.pool @rom target_access {c = "ro"}
"memref.global"() <{sym_name = "rom_constants", type = memref<32xi8>, initial_value = dense<1> : tensor<32xi8>, sym_visibility = "private", alignment = 16 : i64, constant}> {usmp.pool = @rom} : () -> ()

tir.func @main(%v: i8) attributes {target = "c"} {
  %rom = memref.get_global @rom_constants : memref<32xi8>
  %c0 = arith.constant 0 : index
  %K = memref.view %rom[%c0][] {usmp.buffer = "K", alignment = 16 : i64} : memref<32xi8> to memref<24xi8>
  tir.store %v, %K[%c0] : memref<24xi8>
}

// CHECK-LABEL: tir.store writes into buffer 'K' of @main, which is constant, in pool @rom: copy it to a buffer, and write there
// CHECK:      "tir.store"(%v, %K, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @rom target_access {c = "rw"}
"memref.global"() <{sym_name = "rom_constants", type = memref<32xi8>, initial_value = dense<1> : tensor<32xi8>, sym_visibility = "private", alignment = 16 : i64, constant}> {usmp.pool = @rom} : () -> ()

tir.func @main(%v: i8) attributes {target = "c"} {
  %rom = memref.get_global @rom_constants : memref<32xi8>
  %c0 = arith.constant 0 : index
  %K = memref.view %rom[%c0][] {usmp.buffer = "K", alignment = 16 : i64} : memref<32xi8> to memref<24xi8>
  tir.store %v, %K[%c0] : memref<24xi8>
}

// CHECK-LABEL: buffer 'K' of @main is in pool @rom and constant, but target "c" may write there: plan again
// CHECK:      %K = "memref.view"(%rom, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @rom target_access {c = "ro"}
"memref.global"() <{sym_name = "rom_constants", type = memref<32xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @rom} : () -> ()

tir.func @main(%v: i8) attributes {target = "c"} {
  %rom = memref.get_global @rom_constants : memref<32xi8>
  %c0 = arith.constant 0 : index
  %K = memref.view %rom[%c0][] {usmp.buffer = "K", alignment = 16 : i64} : memref<32xi8> to memref<24xi8>
  tir.store %v, %K[%c0] : memref<24xi8>
}

// CHECK-LABEL: buffer 'K' of @main is in pool @rom, which target "c" may only read: plan again
// CHECK:      %K = "memref.view"(%rom, %c0)
// CHECK-NEXT: ^^^

// -----

usmp.pool @rom target_access {c = "ro"}
"memref.global"() <{sym_name = "rom_constants", type = memref<32xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64, constant}> {usmp.pool = @rom} : () -> ()

tir.func @main(%v: i8) attributes {target = "c"} {
  %rom = memref.get_global @rom_constants : memref<32xi8>
  %c0 = arith.constant 0 : index
  %K = memref.view %rom[%c0][] {usmp.buffer = "K", alignment = 16 : i64} : memref<32xi8> to memref<24xi8>
  tir.store %v, %K[%c0] : memref<24xi8>
}

// CHECK-LABEL: @rom_constants, the memory of pool @rom, is constant and has no data: initialise it
// CHECK:      "memref.global"() <{sym_name = "rom_constants"
// CHECK-NEXT: ^^^
