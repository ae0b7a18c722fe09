// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory -o %t.new.mlir
// RUN: usmp-opt %s -p 'usmp-assign-pool-info,usmp-extract-buffer-info{alignment=64},usmp-plan-memory' -t 'usmp-report{format="json"}' -o %t.old.json
// RUN: usmp-diff %t.old.json %t.new.mlir --fail-if-larger | filecheck %s
// RUN: usmp-diff %t.old.json %t.new.mlir --format json | filecheck %s --check-prefix=JSON
// RUN: usmp-diff %t.new.mlir %t.new.mlir | filecheck %s --check-prefix=SAME
// RUN: not usmp-diff %t.new.mlir %t.old.json --fail-if-larger 2>&1 | filecheck %s --check-prefix=LARGER
// RUN: usmp-diff %t.new.mlir %t.old.json --fail-if-larger --tolerance 300%
// RUN: not usmp-diff %s %t.new.mlir --fail-if-larger 2>&1 | filecheck %s --check-prefix=UNPLANNED

usmp.pool @p target_access {c = "rw"}

tir.func @main() attributes {runner_function, target = "c"} {
  %a = tir.allocate "a" : memref<8xi8>
  %b = tir.allocate "b" : memref<40xi8>
  tir.call_extern @x(%a, %b) : (memref<8xi8>, memref<40xi8>) -> ()
}

// CHECK:      pool             before  now  change  bound now
// CHECK:      @p                  128   64     -64         64
// CHECK-NEXT: total               128   64     -64
// CHECK-NEXT: memory pressure      48   48
// CHECK:      @main
// CHECK-NEXT:   a
// CHECK-NEXT:     alignment 64 before, 16 now
// CHECK:        b
// CHECK:      2 buffers changed: 2 realigned

// JSON:      "old_total_bytes": 128,
// JSON-NEXT: "new_total_bytes": 64,

// SAME: the plans are the same

// LARGER: larger: pool @p: 64 bytes before, 128 now
// LARGER-NEXT: larger: all pools together: 64 bytes before, 128 now

// UNPLANNED: diff.mlir: error: there is no size to compare, as buffer 'a' has no place in a pool: run usmp-plan-memory
