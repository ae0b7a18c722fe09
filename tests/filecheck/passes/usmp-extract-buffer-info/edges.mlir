// RUN: usmp-opt %s --allow-unregistered-dialect -p usmp-extract-buffer-info --split-input-file | filecheck %s

// What happens to a buffer at the edges of what is known: an access that is not seen is memory that is shared
// too early.

// What ends a function and is not known as a return may return all the same.

func.func @f() -> memref<4xi8> {
  %b = memref.alloc() {name="b"} : memref<4xi8>
  "my.return"(%b) : (memref<4xi8>) -> ()
}
func.func @main() {
  %x = func.call @f() : () -> memref<4xi8>
  %y = memref.alloc() : memref<4xi8>
  "t.use"(%y) : (memref<4xi8>) -> ()
  "t.use"(%x) : (memref<4xi8>) -> ()
  func.return
}

// CHECK: %b = memref.alloc() {name = "b", not_planned = "escapes: passed on by my.return"}

// -----

// The same for a buffer of the caller.

func.func @f(%b : memref<4xi8>) -> memref<4xi8> {
  "my.return"(%b) : (memref<4xi8>) -> ()
}
func.func @main() {
  %a = memref.alloc() : memref<4xi8>
  %x = func.call @f(%a) : (memref<4xi8>) -> memref<4xi8>
  %y = memref.alloc() : memref<4xi8>
  "t.use"(%y) : (memref<4xi8>) -> ()
  "t.use"(%x) : (memref<4xi8>) -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: passed on by my.return"}

// -----

// Who waits for a token accesses what was accessed under it.

func.func @main() {
  %c = arith.constant 1 : index
  %a = memref.alloc() : memref<4xi8>
  %b = memref.alloc() : memref<4xi8>
  %t = "gpu.launch"(%c,%c,%c,%c,%c,%c) <{operandSegmentSizes = array<i32: 0,1,1,1,1,1,1,0,0,0,0>}> ({
  ^bb0(%x:index,%x1:index,%x2:index,%x3:index,%x4:index,%x5:index,%x6:index,%x7:index,%x8:index,%x9:index,%x10:index,%x11:index):
   "t.use"(%a) : (memref<4xi8>) -> ()
   "gpu.terminator"() : () -> ()
  }) : (index,index,index,index,index,index) -> !gpu.async.token
  "t.use"(%b) : (memref<4xi8>) -> ()
  "gpu.wait"(%t) : (!gpu.async.token) -> ()
  func.return
}

// CHECK: buffer_info<"a",{{.*}}live = {{\[\[}}3, 7]], conflicts = ["b"]

// -----

// Regions that go on running after their operation may access a buffer at any time.

func.func @main() {
  %a = memref.alloc() : memref<4xi8>
  %b = memref.alloc() : memref<4xi8>
  %t = "async.execute"() ({
   "t.use"(%a) : (memref<4xi8>) -> ()
   "async.yield"() : () -> ()
  }) : () -> !async.token
  "t.use"(%b) : (memref<4xi8>) -> ()
  "async.await"(%t) : (!async.token) -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: accessed by async.execute while the program goes on"}

// -----

func.func @main() {
  %a = memref.alloc() : memref<4xi8>
  %b = memref.alloc() : memref<4xi8>
  "omp.task"() <{operandSegmentSizes = array<i32: 0,0,0,0,0,0,0,0,0>}> ({
   "t.use"(%a) : (memref<4xi8>) -> ()
   "omp.terminator"() : () -> ()
  }) : () -> ()
  "t.use"(%b) : (memref<4xi8>) -> ()
  "omp.taskwait"() : () -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: accessed by omp.task while the program goes on"}

// -----

func.func @main() {
  %a = memref.alloc() : memref<4xi8>
  %b = memref.alloc() : memref<4xi8>
  %t = "air.execute"() ({
   "t.use"(%a) : (memref<4xi8>) -> ()
   "air.execute_terminator"(%a) : (memref<4xi8>) -> ()
  }) : () -> !air.async.token
  "t.use"(%b) : (memref<4xi8>) -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: accessed by air.execute while the program goes on"}

// -----

// A function that is handed on may be called at any time.

func.func private @ext(memref<4xi8>)
func.func @cb() {
  %s = memref.alloc() : memref<4xi8>
  "t.use"(%s) : (memref<4xi8>) -> ()
  func.return
}
func.func @main() attributes {runner_function} {
  %a = memref.alloc() : memref<4xi8>
  func.call @cb() : () -> ()
  func.call @ext(%a) {callback = @cb} : (memref<4xi8>) -> ()
  func.return
}

// CHECK: %s = memref.alloc() {not_planned = "@cb is named by func.call without being called"}

// -----

// Addresses that are stored, whatever in.

func.func @main() {
  "symref.declare"() {sym_name = "s"} : () -> ()
  %a = memref.alloc() : memref<4xi8>
  "symref.update"(%a) {symbol = @s} : (memref<4xi8>) -> ()
  %b = memref.alloc() : memref<4xi8>
  "t.use"(%b) : (memref<4xi8>) -> ()
  %c = "symref.fetch"() {symbol = @s} : () -> memref<4xi8>
  "t.use"(%c) : (memref<4xi8>) -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: stored in memory"}

// -----

func.func @main() {
  %v = "csl.variable"() : () -> !csl.var<memref<4xi16>>
  %a = memref.alloc() : memref<4xi16>
  "csl.store_var"(%v, %a) : (!csl.var<memref<4xi16>>, memref<4xi16>) -> ()
  %b = memref.alloc() : memref<4xi16>
  "t.use"(%b) : (memref<4xi16>) -> ()
  %c = "csl.load_var"(%v) : (!csl.var<memref<4xi16>>) -> memref<4xi16>
  "t.use"(%c) : (memref<4xi16>) -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: stored in memory"}

// -----

// Stored by a region.

func.func @main(%B : memref<4x!llvm.ptr>) {
  %a = memref.alloc() : memref<4xi8>
  %p = "mpi.unwrap"(%a) : (memref<4xi8>) -> !llvm.ptr
  linalg.generic {indexing_maps=[affine_map<(i)->(i)>], iterator_types=["parallel"]} outs(%B : memref<4x!llvm.ptr>) {
  ^bb0(%x : !llvm.ptr):
    linalg.yield %p : !llvm.ptr
  }
  %b = memref.alloc() : memref<4xi8>
  "t.use"(%b) : (memref<4xi8>) -> ()
  %i = arith.constant 0 : index
  %q = memref.load %B[%i] : memref<4x!llvm.ptr>
  "t.use"(%q) : (!llvm.ptr) -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: stored in memory"}

// -----

// Also where the planner knows nothing else of that memory.

func.func @main() {
  %B = "test.op"() : () -> memref<4x!llvm.ptr>
  %a = memref.alloc() : memref<4xi8>
  %p = "mpi.unwrap"(%a) : (memref<4xi8>) -> !llvm.ptr
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%B : memref<4x!llvm.ptr>) {
  ^bb0(%x: !llvm.ptr):
    linalg.yield %p : !llvm.ptr
  }
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: stored in memory"}

// -----

// An address that is turned into a number cannot be followed.

func.func @main() {
  %a = memref.alloc() : memref<4xi8>
  %r = builtin.unrealized_conversion_cast %a : memref<4xi8> to !llvm.ptr
  %i = llvm.bitcast %r : !llvm.ptr to i64
  %b = memref.alloc() : memref<4xi8>
  "t.use"(%b) : (memref<4xi8>) -> ()
  %q = llvm.inttoptr %i : i64 to !llvm.ptr
  "t.use"(%q) : (!llvm.ptr) -> ()
  func.return
}

// CHECK: %a = memref.alloc() {not_planned = "escapes: turned into a number by llvm.bitcast"}

// -----

// An instruction of the user's own may do anything.

func.func @main() {
  %a = memref.alloc() : memref<4xi8>
  %r = builtin.unrealized_conversion_cast %a : memref<4xi8> to !riscv.reg
  %x = riscv.custom_assembly_instruction %r {instruction_name = "lw"} : (!riscv.reg) -> !riscv.reg
  %b = memref.alloc() : memref<4xi8>
  "t.use"(%b) : (memref<4xi8>) -> ()
  riscv.custom_assembly_instruction %r {instruction_name = "zero_mem"} : (!riscv.reg) -> ()
  func.return
}

// CHECK: buffer_info<"a",{{.*}}live = {{\[\[}}2, 5]], conflicts = ["b"]

// -----

// A block that branches to itself is a loop.

"func.func"() ({
^bb0(%q: memref<4xi8>):
  "t.use"(%q) : (memref<4xi8>) -> ()
  %a = "memref.alloc"() <{operandSegmentSizes = array<i32: 0,0>}> : () -> memref<4xi8>
  %b = "memref.alloc"() <{operandSegmentSizes = array<i32: 0,0>}> : () -> memref<4xi8>
  "t.use"(%b) : (memref<4xi8>) -> ()
  "t.use"(%a) : (memref<4xi8>) -> ()
  "cf.br"(%a) [^bb0] : (memref<4xi8>) -> ()
}) {sym_name = "main", function_type = (memref<4xi8>) -> ()} : () -> ()

// CHECK: %a = memref.alloc() {not_planned = "escapes: passed on from one iteration of a loop of blocks to the next"}
