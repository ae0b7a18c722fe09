// RUN: usmp-opt %s -t c | filecheck %s
// RUN: usmp-opt %s -t 'c{part="header"}' | filecheck %s --check-prefix=HEADER
// RUN: usmp-opt %s -t 'c{part="source" header="net.h"}' | filecheck %s --check-prefix=SOURCE
// RUN: xdsl-opt %s -t c | filecheck %s

// A program on its pools: one that the caller gives, and one of constants.

builtin.module attributes {usmp.io_pool_allocations = {in = {kind = "input", pool = @fast, byte_offset = 16 : i64, size_bytes = 8 : i64, type = memref<8xi8>}}} {
  usmp.pool @fast attributes {allocated_size = 32 : i64, required_alignment = 16 : i64}
  usmp.pool @flash target_access {c = "ro"} attributes {allocated_size = 4 : i64}
  "memref.global"() <{sym_name = "flash_constants", type = memref<4xi8>, initial_value = dense<[1, 2, 3, 4]> : tensor<4xi8>, sym_visibility = "private", constant, alignment = 4 : i64}> {usmp.pool = @flash} : () -> ()

  tir.func @run(%out: memref<8xi8>, %fast: memref<32xi8> {usmp.pool = @fast}) attributes {runner_function} {
    %flash = memref.get_global @flash_constants : memref<4xi8>
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %in = memref.view %fast[%c16][] {usmp.buffer = "in"} : memref<32xi8> to memref<8xi8>
    %bias = memref.view %flash[%c0][] {usmp.buffer = "bias"} : memref<4xi8> to memref<2xi16>
    %weights = tir.lookup_param "w.1" : memref<?xi8>
    tir.for parallel %i = 0 to 8 {
      %x = tir.load %in[%i] : memref<8xi8>
      %w = tir.load %weights[%i] : memref<?xi8>
      %product = arith.muli %x, %w : i8
      tir.store %product, %out[%i] : memref<8xi8>
    }
    tir.call_extern @finish(%bias) : (memref<2xi16>) -> ()
  }
}

// CHECK:      #ifndef RUN_H
// CHECK:      #define RUN_FAST_SIZE 32
// CHECK-NEXT: #define RUN_FAST_ALIGNMENT 16
// CHECK:      #define RUN_FLASH_SIZE 4
// CHECK:       *   pool   offset  size  buffer  function
// CHECK-NEXT:  *   fast       16     8  in      run
// CHECK-NEXT:  *   flash       0     4  bias    run
// CHECK:      /* input in: memref<8xi8> in @fast */
// CHECK-NEXT: #define RUN_IN_OFFSET 16
// CHECK-NEXT: #define RUN_IN_SIZE 8
// CHECK:      extern const uint8_t run_param_w_1[]; /* "w.1": memref<?xi8> */
// CHECK:      /* @run
// CHECK-NEXT:  *   out: memref<8xi8>
// CHECK-NEXT:  *   fast: memref<32xi8>, the memory of pool @fast
// CHECK-NEXT:  */
// CHECK-NEXT: void run(uint8_t *out, const uint8_t *fast);
// CHECK:      #ifndef USMP_SECTION_flash
// CHECK-NEXT: #define USMP_SECTION_flash
// CHECK-NEXT: #endif
// CHECK-NEXT: USMP_SECTION_flash static const USMP_ALIGNAS(4) uint8_t flash_constants[4] = {
// CHECK-NEXT:     1, 2, 3, 4,
// CHECK-NEXT: };
// CHECK:      void finish(uint8_t *);
// The buffers that a loop uses are different memory: compilers take that from parameters.

// CHECK:      static void run_loop(const uint8_t *restrict in, uint8_t *restrict out) {
// CHECK-NEXT:     USMP_PARALLEL_FOR
// CHECK-NEXT:     for (usmp_index i = 0; i < 8; ++i) {
// CHECK-NEXT:         const uint8_t x = in[i];
// CHECK-NEXT:         const uint8_t w = run_param_w_1[i];
// CHECK-NEXT:         const uint8_t product = (uint8_t)(x * w);
// CHECK-NEXT:         out[i] = product;
// CHECK-NEXT:     }
// CHECK-NEXT: }
// CHECK:      void run(uint8_t *out, const uint8_t *fast) {
// CHECK-NEXT:     const uint8_t *const in = fast + 16; /* in: memref<8xi8> */
// CHECK-NEXT:     uint8_t *const bias = (uint8_t *)flash_constants; /* bias: memref<2xi16> */
// CHECK-NEXT:     run_loop(in, out);
// CHECK-NEXT:     finish(bias);
// CHECK-NEXT: }

// HEADER:     void run(uint8_t *out, const uint8_t *fast);
// HEADER-NOT: void run(uint8_t *out, const uint8_t *fast) {

// SOURCE:      #include "net.h"
// SOURCE-NOT:  #ifndef RUN_H
// SOURCE:      void run(uint8_t *out, const uint8_t *fast) {
