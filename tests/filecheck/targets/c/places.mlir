// RUN: usmp-opt %s -t c | filecheck %s

// The place of a buffer that is written is an address that compilers do not know. They know those of constants, and of
// what is only read.

usmp.pool @rw attributes {allocated_size = 64 : i64}
usmp.pool @flash target_access {c = "ro"} attributes {allocated_size = 8 : i64}
"memref.global"() <{sym_name = "rw_pool", type = memref<64xi8>, initial_value, sym_visibility = "private", alignment = 16 : i64}> {usmp.pool = @rw} : () -> ()
"memref.global"() <{sym_name = "flash_constants", type = memref<8xi8>, initial_value = dense<1> : tensor<8xi8>, sym_visibility = "private", constant, alignment = 16 : i64}> {usmp.pool = @flash} : () -> ()

tir.func @globals(%out: memref<8xi8>) {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %pool = memref.get_global @rw_pool : memref<64xi8>
  %flash = memref.get_global @flash_constants : memref<8xi8>
  %first = memref.view %pool[%c0][] {usmp.buffer = "first"} : memref<64xi8> to memref<8xi8>
  %second = memref.view %pool[%c32][] {usmp.buffer = "second"} : memref<64xi8> to memref<8xi8>
  %bias = memref.view %flash[%c0][] {usmp.buffer = "bias"} : memref<8xi8> to memref<8xi8>
  tir.call_extern @write(%bias, %first) : (memref<8xi8>, memref<8xi8>) -> ()
  %x = tir.load %second[%c0] : memref<8xi8>
  tir.store %x, %out[%c0] : memref<8xi8>
}
tir.func @arguments(%rw: memref<64xi8> {usmp.pool = @rw}) {
  %c32 = arith.constant 32 : index
  %third = memref.view %rw[%c32][] {usmp.buffer = "third"} : memref<64xi8> to memref<8xi8>
  %view = memref.view %third[%c32][] : memref<8xi8> to memref<2xi8>
  tir.call_extern @write(%third, %view) : (memref<8xi8>, memref<2xi8>) -> ()
}

// CHECK:       static inline uint8_t *usmp_place(uint8_t *address) {
// CHECK-NEXT:      /* Where addresses are constant, clang forgets which parameters are different memory. */
// CHECK-NEXT:  #ifdef __GNUC__
// CHECK-NEXT:      __asm__("" : "+r"(address));
// CHECK-NEXT:  #endif
// CHECK-NEXT:      return address;
// CHECK-NEXT:  }
// CHECK:       void globals(uint8_t *out) {
// CHECK-NEXT:      uint8_t *const first = usmp_place(rw_pool); /* first: memref<8xi8> */
// CHECK-NEXT:      const uint8_t *const second = rw_pool + 32; /* second: memref<8xi8> */
// CHECK-NEXT:      uint8_t *const bias = (uint8_t *)flash_constants; /* bias: memref<8xi8> */
// CHECK:       void arguments(uint8_t *rw) {
// CHECK-NEXT:      uint8_t *const third = usmp_place(rw + 32); /* third: memref<8xi8> */
// CHECK-NEXT:      uint8_t *const view = third + 32;
