// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s --check-prefix=INFO
// RUN: xdsl-opt %s -p unified-static-memory-planner,usmp-verify-plan | filecheck %s
// RUN: xdsl-opt %s -p unified-static-memory-planner,accel-launch-to-call,canonicalize,cse,dce,usmp-verify-plan | filecheck %s --check-prefix=CALLS
// RUN: xdsl-opt %s -p accel-launch-to-call,unified-static-memory-planner,usmp-verify-plan | filecheck %s --check-prefix=CALLS
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,accel-launch-to-call,usmp-verify-plan,usmp-convert-pool-allocations-to-offsets,usmp-verify-plan | filecheck %s --check-prefix=CALLS
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory,'usmp-convert-pool-allocations-to-offsets{pools=globals}',usmp-verify-plan | filecheck %s --check-prefix=GLOBALS

// A dialect whose operations list the planner's interfaces among their traits.

// Program points of @main, with those of the kernel entered in place:
//    0 x, 1 y, 2 shape, 3 launch: 4 scratch, 5 matmul, 6 wait, 7 matmul, 8 wait, 9 return;
//   10 z, 11 slice, 12 matmul, 13 wait, 14 repeat: 15 w, 16 matmul, 17 wait; 18 test.op,
//   19 free

// What waits for an event accesses what the event leads to: scratch until 8, x until 13, w until 17.
// The event of the kernel's second matmul leads to its operands, not to what is unused.
// INFO: "scratch", size_bytes = 1024, {{.*}}, live = [[5, 8]], conflicts = ["x"]>
// INFO: "x", size_bytes = 1024, {{.*}}, live = [[7, 13]], conflicts = ["scratch", "y"]>
// A slice is a part of y, not of what it takes its shape from. The loop needs y from start to end;
// to free it is no access.
// INFO: "y", size_bytes = 2048, {{.*}}, live = [[12, 17]], conflicts = ["x", "w"]>
// INFO: "shape", {{.*}}, traffic_bytes = 0, live = [], conflicts = []>
// INFO: "z", {{.*}}, traffic_bytes = 1024, live = [[18, 18]], conflicts = []>
// The loop has no terminator: nothing is passed on from one repetition to the next.
// INFO: "w", size_bytes = 1024, {{.*}}, live = [[16, 17]], conflicts = ["y"]>

// CHECK:      usmp.pool @global_workspace attributes {allocated_size = 3072 : i64, lower_bound = 3072 : i64, gap = 0 : i64
// The kernel is given the pool, and each launch passes it on.
// CHECK-NEXT: "accel.kernel"() <{sym_name = "scale", function_type = (memref<16x16xf32>, memref<16x16xf32>, memref<3072xi8>) -> (), arg_attrs = [{}, {}, {usmp.pool = @global_workspace}]}>
// CHECK:      %scratch = memref.view %global_workspace[{{.*}}][] {usmp.buffer = "scratch", alignment = 16 : i64}
// CHECK:      func.func @main(%input: memref<16x16xf32>, %global_workspace: memref<3072xi8> {usmp.pool = @global_workspace})
// Attributes of the allocation stay on the view.
// CHECK:      %x = memref.view %global_workspace[{{.*}}][] {usmp.buffer = "x", alignment = 16 : i64, accel.row = 7 : i64} : memref<3072xi8> to memref<16x16xf32>
// CHECK:      accel.launch @scale(%input, %x, %global_workspace) : (memref<16x16xf32>, memref<16x16xf32>, memref<3072xi8>)
// CHECK:      accel.repeat 3 : i32 {
// CHECK:        %w = memref.view %global_workspace
// What is freed is memory of the pool now, which nobody frees.
// CHECK-NOT:  accel.alloc
// CHECK-NOT:  accel.free

// The accelerator's own pass, xDSL's, and ours, in any order: the same size, and valid.
// CALLS:     allocated_size = 3072 : i64, lower_bound = 3072 : i64, gap = 0 : i64
// CALLS:     func.func private @scale(%in: memref<16x16xf32>, %out: memref<16x16xf32>, %global_workspace: memref<3072xi8> {usmp.pool = @global_workspace})
// CALLS:     func.call @scale(%input, %x, %global_workspace)
// CALLS-NOT: accel.alloc

// GLOBALS:     "memref.global"() <{{.*}} type = memref<3072xi8>
// GLOBALS:     "accel.kernel"() <{sym_name = "scale", function_type = (memref<16x16xf32>, memref<16x16xf32>) -> ()}>
// GLOBALS:     accel.launch @scale(%input, %x) : (memref<16x16xf32>, memref<16x16xf32>)
// GLOBALS-NOT: accel.alloc

"accel.kernel"() <{
  sym_name = "scale", function_type = (memref<16x16xf32>, memref<16x16xf32>) -> ()
}> ({
^bb0(%in: memref<16x16xf32>, %out: memref<16x16xf32>):
  %scratch = accel.alloc "scratch" : memref<16x16xf32>
  %done = accel.matmul %in, %in into %scratch unused %out
    : memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>
  accel.wait %done
  %done_too = accel.matmul %scratch, %scratch into %out unused %in
    : memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>
  accel.wait %done_too
  accel.return
}) : () -> ()

func.func @main(%input: memref<16x16xf32>) attributes {runner_function} {
  %x = accel.alloc "x" banks 2 {accel.row = 7 : i64} : memref<16x16xf32>
  %y = accel.alloc "y" : memref<32x16xf32>
  %shape = accel.alloc "shape" : memref<16x16xf32>
  accel.launch @scale(%input, %x) : (memref<16x16xf32>, memref<16x16xf32>)
  %z = accel.alloc "z" : memref<16x16xf32>
  %part = accel.slice %y like %shape : memref<32x16xf32>, memref<16x16xf32> -> memref<16x16xf32>
  %done = accel.matmul %x, %input into %part unused %z
    : memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>
  accel.wait %done
  accel.repeat 3 : i32 {
    %w = accel.alloc "w" : memref<16x16xf32>
    %done_too = accel.matmul %part, %input into %w unused %shape
      : memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>, memref<16x16xf32>
    accel.wait %done_too
  }
  "test.op"(%z) : (memref<16x16xf32>) -> ()
  accel.free %part on 1 : i32 : memref<16x16xf32>
  func.return
}
