// RUN: usmp-opt %s -p usmp-convert-pool-allocations-to-offsets --verify-diagnostics --split-input-file | filecheck %s

// Errors name the function and the buffer, and say what to do.

// Plans that are none.

usmp.pool @p attributes {allocated_size = 64 : i64}
usmp.pool @q

tir.func @f() {
  %A = tir.allocate "sid_9" {pool_allocation = #usmp.pool_allocation<@missing, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f is placed in pool @missing, which is not declared in the module, which has @p, @q: run usmp-plan-memory on the program as it is now
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @q

tir.func @f() {
  %A = tir.allocate "sid_9" {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f is placed in pool @q, which has no allocated_size: run usmp-plan-memory, which sets it
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @q attributes {allocated_size = "64"}

tir.func @f() {
  %A = tir.allocate "sid_9" {pool_allocation = #usmp.pool_allocation<@q, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f is placed in pool @q, which has allocated_size "64": run usmp-plan-memory, which sets it

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate "sid_9" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 61>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f is placed at bytes 61 to 65 of pool @p, whose allocated_size is 64: run usmp-plan-memory again, or usmp-verify-plan to see all that is wrong
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

func.func @f() {
  %A = memref.alloc() {alignment = 32 : i64, pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} : memref<4xi8>
  func.return
}

// CHECK-LABEL: buffer 'A' of @f is placed at byte 16 of pool @p, which is not a multiple of its alignment 32: run usmp-plan-memory again, or usmp-verify-plan to see all that is wrong

// -----

usmp.pool @p memory_space "L1" attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate "sid_9" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f of type memref<4xi8> is placed in pool @p, which does not serve its memory space: run usmp-plan-memory again

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate "sid_9" {pool_allocation = @p} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f has pool_allocation @p, expected #usmp.pool_allocation<@pool, byte_offset = N>

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f(%n: index) {
  %A = tir.allocate "sid_9"(%n) {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<?xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f has pool_allocation, but one of type memref<?xi8> cannot be planned: remove it

// -----

// Where no plan puts anything.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate "sid_9" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
}

tir.func @main() attributes {runner_function} {
}

// CHECK-LABEL: buffer 'sid_9' of @f has pool_allocation, but @f is not reached from @main, so that no plan covers it: remove it, or name the entry function with the option main
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f(%a: memref<4xi8>, %i: index) {
  %v = tir.load %a[%i] {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: tir.load has pool_allocation, but it is no allocation that can be planned: remove it

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  tir.for %i = 0 to 4 attributes {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} {
  }
}

// CHECK-LABEL: tir.for has pool_allocation, but it is no allocation that can be planned: remove it

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

%A = tir.allocate "sid_9" {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>

// CHECK-LABEL: tir.allocate has pool_allocation outside the functions of the module, where no buffer is planned: remove it

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
  tir.call_extern @f() : () -> ()
}

// CHECK-LABEL: recursion, @f -> @f: each activation would need buffers of its own

// -----

// Functions that cannot take a pool.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @callback() {
  tir.call_extern @operator() : () -> ()
}

tir.func @operator() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
}

tir.func @main() {
  "test.op"() {function = @callback} : () -> ()
}

// CHECK-LABEL: @callback needs pool @p as a parameter, but test.op names it without calling it, so that its signature must stay as it is: convert with pools="globals"
// CHECK:      "test.op"() {function = @callback}
// CHECK-NEXT: ^^^

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

func.func @main() {
  func.func nested @isolated() {
    %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
    func.return
  }
  func.return
}

// CHECK-LABEL: memref.alloc in @main needs a pool, but func.func around it lets it see no parameters of the function: convert with pools="globals"

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() attributes {resource_handle} {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: @f is marked resource_handle, but has no parameter that could be it: add the parameter, or remove the mark

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f(%handle: memref<4xi8>) attributes {resource_handle = "yes"} {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: @f has resource_handle = "yes": write resource_handle alone, or true or false

// -----

// Programs that were converted before, and got new buffers since.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f(%p: memref<64xi8> {usmp.pool = @p}) {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
}

// CHECK-LABEL: @f has a parameter for pool @p already, with buffers that the plan does not know of: plan and convert all at once

// -----

usmp.pool @p target_access {c = "ro"} attributes {allocated_size = 64 : i64}
"memref.global"() <{sym_name = "p_constants", type = memref<64xi8>, initial_value, sym_visibility = "private"}> {usmp.pool = @p} : () -> ()

tir.func @f() {
  %A = tir.allocate_const {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} dense<0> : memref<4xi8>
}

// CHECK-LABEL: the module has a global for pool @p already, with buffers that the plan does not know of: plan and convert all at once

// -----

// Constants.

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
  %B = tir.allocate_const {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} dense<0> : memref<4xi8>
}

// CHECK-LABEL: pool @p holds constant buffer 'B' of @f and buffer 'A' of @f, which is written: constants need a pool of their own, with access "ro"

// -----

usmp.pool @p attributes {allocated_size = 64 : i64}

tir.func @f() {
  %A = tir.allocate_const {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 16>} dense<0> : memref<4xi8>
  %empty = tir.allocate_const {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 17>} dense<> : memref<0xi8>
  %B = tir.allocate_const {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 14>} dense<0> : memref<4xi8>
}

// CHECK-LABEL: buffer 'B' of @f and buffer 'A' of @f share bytes 16 to 18 of pool @p, though both are constant: run usmp-plan-memory again

// -----

// A deallocation that may be of a buffer in a pool, or of one that is not.

usmp.pool @p attributes {allocated_size = 64 : i64}

func.func @f(%which: i1) {
  %A = memref.alloc() {pool_allocation = #usmp.pool_allocation<@p, byte_offset = 0>} : memref<4xi8>
  %B = memref.alloc() : memref<4xi8>
  %C = arith.select %which, %A, %B : memref<4xi8>
  memref.dealloc %C : memref<4xi8>
  func.return
}

// CHECK-LABEL: memref.dealloc may free buffer 'A' of @f, which is in pool @p, or memory that is in none: free each where it is known which it is
// CHECK:      "memref.dealloc"(%C)
// CHECK-NEXT: ^^^
