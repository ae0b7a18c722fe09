// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info --verify-diagnostics --split-input-file | filecheck %s

// Errors name the function and the buffer, and say what to do.

// A call that does not fit its callee.

tir.func @main(%a: memref<4xi8>) {
  tir.call_extern @f(%a) : (memref<4xi8>) -> ()
}

tir.func @f(%p: memref<4xi8>, %q: memref<4xi8>) {
}

// CHECK-LABEL: too few arguments in the call of @f: 1 given, 2 expected
// CHECK:      "tir.call_extern"(%a) <{callee = @f
// CHECK-NEXT: ^^^

// -----

tir.func @main(%a: memref<4xi8>) {
  tir.call_extern @f(%a, %a) : (memref<4xi8>, memref<4xi8>) -> ()
}

tir.func @f(%p: memref<4xi8>) {
}

// CHECK-LABEL: too many arguments in the call of @f: 2 given, 1 expected
// CHECK:      "tir.call_extern"(%a, %a) <{callee = @f
// CHECK-NEXT: ^^^

// -----

tir.func @main(%a: memref<4xi16>) {
  tir.call_extern @f(%a) : (memref<4xi16>) -> ()
}

tir.func @f(%p: memref<3xi32>) {
}

// CHECK-LABEL: argument 0 of the call of @f is smaller than the parameter: memref<4xi16> has 8 bytes, memref<3xi32> needs 12
// CHECK:      "tir.call_extern"(%a) <{callee = @f
// CHECK-NEXT: ^^^

// -----

// Recursion, with the cycle and nothing else.

tir.func @f() {
  tir.for %i = 0 to 4 {
    tir.call_extern @f() : () -> ()
  }
}

tir.func @main() {
  tir.call_extern @f() : () -> ()
}

// CHECK-LABEL: recursion, @f -> @f: each activation would need buffers of its own, so that no static plan exists; write it as a loop
// CHECK:      "tir.call_extern"() <{callee = @f
// CHECK-NEXT: ^^^

// -----

tir.func @f() {
  tir.call_extern @g() : () -> ()
}

tir.func @g() {
  tir.call_extern @f() : () -> ()
}

tir.func @main() {
  tir.call_extern @f() : () -> ()
}

// CHECK-LABEL: recursion, @f -> @g -> @f: each activation would need buffers of its own, so that no static plan exists; write it as a loop
// CHECK:      "tir.call_extern"() <{callee = @f
// CHECK-NEXT: ^^^

// -----

func.func @f() {
  func.call @g() : () -> ()
  func.return
}

func.func @g() {
  func.call @h() : () -> ()
  func.return
}

func.func @h() {
  func.call @f() : () -> ()
  func.return
}

// CHECK-LABEL: recursion, @f -> @g -> @h -> @f: each activation would need buffers of its own, so that no static plan exists; write it as a loop
// CHECK:      "func.call"() <{callee = @f
// CHECK-NEXT: ^^^

// -----

// No function with a body, or too many that are marked.

tir.func private @declared()

// CHECK-LABEL: there is no entry function: the module has no function with a body, so there is nothing to plan

// -----

tir.func @f() attributes {runner_function} {
}

tir.func @g() attributes {runner_function} {
}

// CHECK-LABEL: @f and @g are marked runner_function: keep one mark, or name the entry function with the option main
// CHECK:      "tir.func"() <{sym_name = "g"
// CHECK-NEXT: ^^^

// -----

// Pools.

usmp.pool @p
usmp.pool @q

tir.func @f() {
  %A = tir.allocate "sid_9" {candidate_memory_pools = [@p, @missing]} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f has the candidate pool @missing, which is not declared: add usmp.pool @missing, or name one of @p, @q
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

tir.func @f() {
  %A = tir.allocate "sid_9" {candidate_memory_pools = []} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f has an empty list of candidate pools, so that it can go nowhere: name a pool, or leave candidate_memory_pools out for all that it can reach
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f() {
  %A = tir.allocate {candidate_memory_pools = [@p, @p]} : memref<4xi8>
}

// CHECK-LABEL: buffer 'A' of @f names a candidate pool twice: @p, @p
// CHECK:      %A = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f() {
  %A = tir.allocate {candidate_memory_pools = @p} : memref<4xi8>
}

// CHECK-LABEL: buffer 'A' of @f has candidate_memory_pools @p, expected a list of pools
// CHECK:      %A = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p

tir.func @f() {
  %A = tir.allocate {candidate_memory_pools = ["p"]} : memref<4xi8>
}

// CHECK-LABEL: buffer 'A' of @f has the candidate pool "p", expected a name such as @pool
// CHECK:      %A = "tir.allocate"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p
usmp.pool @q
usmp.pool @p

tir.func @f() {
}

// CHECK-LABEL: @p is declared twice: give each pool a name of its own
// CHECK:      "usmp.pool"() <{sym_name = "p"}>
// CHECK-NEXT: ^^^

// -----

usmp.pool @p target_access {c = "rw", npu = "ro"}

tir.func @f() attributes {target = "dsp"} {
  %A = tir.allocate "sid_9" : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f is in a function of target "dsp", which no pool lists: add it to a pool, as in target_access {dsp = "rw"}
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

// Listed, but not to be written.

usmp.pool @p target_access {c = "rw", npu = "ro"}

tir.func @f() attributes {target = "npu"} {
  %A = tir.allocate "sid_9" : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f can go to no pool: of those that serve the default memory space (@p), none may be written by target "npu"
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p target_access {c = "rw", npu = "ro"}

tir.func @f() attributes {target = "npu"} {
  %A = tir.allocate "sid_9" {candidate_memory_pools = [@p]} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f needs a pool that target "npu" may write, which its candidate pool @p is not: change the pool's target_access, or the candidates
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p target_access {c = "rw"}

tir.func @f() attributes {target = 1} {
  %A = tir.allocate "sid_9" : memref<4xi8>
}

// CHECK-LABEL: the function around buffer 'sid_9' of @f has the target 1 : i64, expected a string
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p size_hint_bytes 0

// CHECK-LABEL: pool @p has size_hint_bytes 0, expected 1 or more: leave it out for an unbounded pool
// CHECK:      "usmp.pool"() <{sym_name = "p"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p size_hint_bytes -4096

// CHECK-LABEL: pool @p has size_hint_bytes -4096, expected 1 or more: leave it out for an unbounded pool
// CHECK:      "usmp.pool"() <{sym_name = "p"
// CHECK-NEXT: ^^^

// -----

tir.func @f() {
  tir.for %i = 4 to 0 {
  }
}

// CHECK-LABEL: the extent of the loop is negative: 4 to 0
// CHECK:      "tir.for"()
// CHECK-NEXT: ^^^

// -----

usmp.pool @p memory_space "L1"

tir.func @f() {
  %A = tir.allocate "sid_9" : memref<4xi8, "L2">
}

// CHECK-LABEL: buffer 'sid_9' of @f is in memory space "L2", which no pool serves: declare one, as in usmp.pool @name memory_space "L2"
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p memory_space "L1"

tir.func @f() {
  %A = tir.allocate "sid_9" : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f is in the default memory space, which no pool serves: declare one
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^

// -----

usmp.pool @p memory_space "L1"

tir.func @f() {
  %A = tir.allocate "sid_9" {candidate_memory_pools = [@p]} : memref<4xi8>
}

// CHECK-LABEL: buffer 'sid_9' of @f has the candidate pool @p, which does not serve the default memory space
// CHECK:      %A = "tir.allocate"() <{buffer_name = "sid_9"
// CHECK-NEXT: ^^^
