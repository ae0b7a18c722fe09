// RUN: usmp-opt %s -p usmp-verify-plan --allow-unregistered-dialect --verify-diagnostics --split-input-file | filecheck %s

// Two buffers that are live together share no byte of a pool.

usmp.pool @p

tir.func @straight() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
  %B = tir.allocate "B" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<32xi8>
  "test.op"(%A) : (memref<32xi8>) -> ()
  "test.op"(%A, %B) : (memref<32xi8>, memref<32xi8>) -> ()
}

// CHECK:      buffer 'A' of @straight and buffer 'B' of @straight overlap: 'A' is at bytes [0, 32) and 'B' at bytes [16, 48) of pool @p, and both are live at program point 3: plan again. 'A' and 'B' conflict: 'B' is first accessed by test.op in @straight ({{[^)]*}}) while 'A' is live. 'A' is live from test.op in @straight ({{[^)]*}}) to test.op in @straight ({{[^)]*}}).
// CHECK:      %B = "tir.allocate"() <{buffer_name = "B"
// CHECK-NEXT: ^^^

// -----

// Through a call.

usmp.pool @p

tir.func @main() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
  "test.op"(%A) : (memref<32xi8>) -> ()
  tir.call_extern @f(%A) : (memref<32xi8>) -> ()
}

tir.func @f(%a: memref<32xi8>) {
  %B = tir.allocate "B" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<64xi8>
  "test.op"(%B) : (memref<64xi8>) -> ()
  "test.op"(%a) : (memref<32xi8>) -> ()
}

// CHECK:      buffer 'A' of @main and buffer 'B' of @f overlap: 'A' is at bytes [0, 32) and 'B' at bytes [0, 64) of pool @p, and both are live at program point 4: plan again. 'A' and 'B' conflict: 'B' is first accessed by test.op in @f ({{[^)]*}}) while 'A' is live, in the call by tir.call_extern of @f ({{[^)]*}}). 'A' is live from test.op in @main ({{[^)]*}}) to test.op in @f ({{[^)]*}}).
// CHECK:      %B = "tir.allocate"() <{buffer_name = "B"
// CHECK-NEXT: ^^^

// -----

// A loop needs A again in its next iteration. The plan of 2021 puts B over it.

usmp.pool @p

tir.func @loop() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
  "test.write"(%A) : (memref<32xi8>) -> ()
  tir.for %i = 0 to 4 {
    %B = tir.allocate "B" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
    "test.op"(%A) : (memref<32xi8>) -> ()
    "test.op"(%B) : (memref<32xi8>) -> ()
  }
}

// CHECK:      buffer 'A' of @loop and buffer 'B' of @loop overlap: 'A' is at bytes [0, 32) and 'B' at bytes [0, 32) of pool @p, and both are live at program point 5: plan again. 'A' and 'B' conflict: 'B' is first accessed by test.op in @loop ({{[^)]*}}) while 'A' is live. 'A' is live from test.write in @loop ({{[^)]*}}) to test.op in @loop ({{[^)]*}}) and on to the end of tir.for ({{[^)]*}}), which contains that access but not the allocation, so that another iteration may need it again.
// CHECK:      %B = "tir.allocate"() <{buffer_name = "B"
// CHECK-NEXT: ^^^

// -----

// Neither what the plan was made from nor a name is believed.

usmp.pool @p

tir.func @stale() {
  %A = tir.allocate "A" {buffer_info = #usmp.buffer_info<"A", size_bytes = 1, alignment = 16, live = [[1, 1]], conflicts = []>, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<32xi8>
  %B = tir.allocate "A" {buffer_info = #usmp.buffer_info<"B", size_bytes = 1, alignment = 16, live = [[2, 2]], conflicts = []>, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<32xi8>
  "test.op"(%A, %B) : (memref<32xi8>, memref<32xi8>) -> ()
}

// CHECK:      buffer 'A' of @stale and buffer 'A_1' of @stale overlap: 'A' is at bytes [0, 32) and 'A_1' at bytes [16, 48) of pool @p, and both are live at program point 2: plan again. 'A' and 'A_1' conflict: 'A_1' is first accessed by test.op in @stale ({{[^)]*}}) while 'A' is live. 'A' is live from test.op in @stale ({{[^)]*}}) to test.op in @stale ({{[^)]*}}).
// CHECK:      %B = "tir.allocate"() <{buffer_name = "A"
// CHECK-NEXT: ^^^

// -----

// Constants hold their data throughout the run.

usmp.pool @rom target_access {c = "ro"}

tir.func @constants() attributes {target = "c"} {
  %K = tir.allocate_const "K" {pool_allocation = #usmp.pool_allocation<@rom, byte_offset = 0>} dense<1> : memref<32xi8>
  "test.op"(%K) : (memref<32xi8>) -> ()
  %L = tir.allocate_const "L" {pool_allocation = #usmp.pool_allocation<@rom, byte_offset = 16>} dense<2> : memref<4xi8>
  "test.op"(%L) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: buffer 'K' of @constants and buffer 'L' of @constants overlap: 'K' is at bytes [0, 32) and 'L' at bytes [16, 20) of pool @rom, and both are live at program point 0: plan again. 'K' is constant and holds its data during the whole run, so it conflicts with 'L' wherever that is live.
// CHECK:      %L = "tir.allocate_const"()
// CHECK-NEXT: ^^^

// -----

// Entry functions run one after the other, whatever order they call their operators in.

usmp.pool @p

tir.func @f(%a: memref<8xi8>) {
  %F = tir.allocate "F" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<8xi8>
  "test.op"(%F, %a) : (memref<8xi8>, memref<8xi8>) -> ()
}

tir.func @entry1() {
  %A = tir.allocate "A" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<8xi8>
  tir.call_extern @f(%A) : (memref<8xi8>) -> ()
}

tir.func @entry2() {
  %A = tir.allocate "B" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<8xi8>
  tir.call_extern @f(%A) : (memref<8xi8>) -> ()
}

// CHECK:      buffer 'F' of @f and buffer 'B' of @entry2 overlap: 'F' is at bytes [0, 8) and 'B' at bytes [0, 8) of pool @p, and both are live at program point 9: plan again. 'B' and 'F' conflict: 'F' is first accessed by test.op in @f ({{[^)]*}}) while 'B' is live, in the call by tir.call_extern of @f ({{[^)]*}}). 'B' is live from test.op in @f ({{[^)]*}}) to test.op in @f ({{[^)]*}}).
// CHECK:      %A = "tir.allocate"() <{buffer_name = "B"
// CHECK-NEXT: ^^^
