// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s --check-prefix=INFO
// RUN: xdsl-opt %s -p unified-static-memory-planner,usmp-verify-plan | filecheck %s

// Two plugins at once, one of which models, from outside, the operations of others: of a dialect
// that knows nothing of the planner, and of xDSL's `gpu`.

// Program points: 0 ring, 1 window, 2 gpu, 3 event, 4 x, 5 push, 6 tail, 7 test.op,
// 8 locked: 9 test.op, 10 y, 11 test.op; 12 test.op

// Nothing is said of ring.push, which is an access. ring.tail declares no effects, but is said to
// access nothing, and to lead into the ring only. ring.locked accesses that while its body runs.
// INFO: "ring", size_bytes = 64, {{.*}}, live = [[5, 11]], conflicts = ["gpu", "x", "y"]>
// INFO: "window", size_bytes = 16, {{.*}}, live = [[12, 12]], conflicts = []>
// INFO: "gpu", size_bytes = 32, {{.*}}, live = [[7, 7]], conflicts = ["ring"]>
// A view of a pool is no token.
// INFO: not_planned = "gpu.alloc has other results"
// The body runs once: what it accesses is not live in all of it.
// INFO: "x", size_bytes = 1024, {{.*}}, live = [[9, 9]], conflicts = ["ring"]>
// INFO: "y", size_bytes = 8, {{.*}}, live = [[11, 11]], conflicts = ["ring"]>

// CHECK:       allocated_size = 1088 : i64, lower_bound = 1088 : i64, gap = 0 : i64
// CHECK:       %ring = memref.view
// CHECK:       %window = memref.view
// CHECK:       %gpu = memref.view
// CHECK:       "gpu.alloc"() {{.*}} : () -> (memref<32xi8>, !gpu.async.token)
// CHECK:       %x = memref.view
// CHECK:       %y = memref.view

func.func @main(%items: memref<64xi8>) {
  %ring = ring.make : memref<64xi8>
  %window = ring.make : memref<16xi8>
  %gpu = "gpu.alloc"() <{operandSegmentSizes = array<i32: 0, 0, 0>}> : () -> memref<32xi8>
  %event, %token = "gpu.alloc"() <{operandSegmentSizes = array<i32: 0, 0, 0>}> : () -> (memref<32xi8>, !gpu.async.token)
  %x = accel.alloc "x" : memref<16x16xf32>
  ring.push %items, %ring : memref<64xi8>, memref<64xi8>
  %tail = ring.tail %ring, %window : memref<64xi8>, memref<16xi8> -> memref<16xi8>
  "test.op"(%gpu) : (memref<32xi8>) -> ()
  ring.locked %tail {
    "test.op"(%x) : (memref<16x16xf32>) -> ()
    %y = accel.alloc "y" : memref<8xi8>
    "test.op"(%y) : (memref<8xi8>) -> ()
  } : memref<16xi8>
  "test.op"(%window) : (memref<16xi8>) -> ()
  func.return
}
