// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory -t usmp-report | filecheck %s
// RUN: xdsl-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory -t usmp-report | filecheck %s
// RUN: usmp-opt %s -p unified-static-memory-planner -t usmp-report | filecheck %s --check-prefix=REWRITTEN
// RUN: usmp-opt %s -t usmp-report | filecheck %s --check-prefix=BEFORE
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory -t 'usmp-report{format="csv"}' | filecheck %s --check-prefix=CSV
// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory -t 'usmp-report{format="json"}' | filecheck %s --check-prefix=JSON

// Names are text, whatever they look like.

usmp.pool @fast target_access {c = "rw"} size_hint_bytes 4096
usmp.pool @flash target_access {c = "ro"} size_hint_bytes 65536

tir.func @op(%x: memref<64xi8>, %y: memref<64xi8>) attributes {target = "c"} {
  %weights = tir.allocate_const "[red]weights[/red]" dense<1> : memref<64xi8>
  %scratch = tir.allocate "<script>alert('scratch')</script>" : memref<2048xi8>
  tir.for %i = 0 to 64 {
    %v = tir.load %x[%i] : memref<64xi8>
    %w = tir.load %weights[%i] : memref<64xi8>
    tir.store %v, %scratch[%i] : memref<2048xi8>
    tir.store %w, %y[%i] : memref<64xi8>
  }
  tir.for parallel %j = 0 to 4 {
    %t = tir.allocate "per_thread" : memref<100xi8>
    %v = tir.load %scratch[%j] : memref<2048xi8>
    tir.store %v, %t[%j] : memref<100xi8>
  }
}

tir.func @main(%in: memref<64xi8>, %out: memref<64xi8>) attributes {runner_function, target = "c"} {
  %between = tir.allocate "two\0Alines" : memref<64xi8>
  tir.call_extern @op(%in, %between) : (memref<64xi8>, memref<64xi8>) -> ()
  tir.call_extern @op(%between, %out) : (memref<64xi8>, memref<64xi8>) -> ()
}

// CHECK:      @main: {{[0-9]+}} program points, memory pressure 2,112 bytes
// CHECK-NEXT: plan by best, seed 0: proven optimal
// CHECK:      pool    capacity   used  bound       gap  no reuse    now  buffers
// CHECK:      @fast      4,096  2,112  2,112  0 proven     2,112  100 %        2
// CHECK-NEXT: @flash    65,536     64     64  0 proven        64  100 %        1
// CHECK:      pool @fast
// CHECK-NEXT: buffer {{ +}} offset  bytes  align {{ *}}live  traffic  saves
// CHECK:      @op
// CHECK-NEXT:   <script>{{.*}}</script> {{ +}}0  2,048     16  {{[0-9]+-[0-9]+ [0-9]+-[0-9]+}}    136 B  2,048
// CHECK-NEXT: @main
// CHECK-NEXT:   two\nlines {{ +}}2,048     64     16 {{ *}}{{[0-9]+-[0-9]+}}    128 B     64
// CHECK:      pool @flash
// CHECK:        [red]weights[/red]  constant {{ +}}0     64     16
// CHECK:      not planned
// CHECK-NEXT: @op
// CHECK-NEXT:   per_thread, 100 bytes
// CHECK-NEXT:     allocated under a concurrent loop: parallel tir.for in @op

// REWRITTEN: @fast      4,096  2,112  2,112  0 proven     2,112  100 %        2
// REWRITTEN: two\nlines {{ +}}2,048     64     16

// BEFORE-NOT:  plan by
// BEFORE:      @fast      4,096         0        0
// BEFORE:      no place yet
// BEFORE-NEXT: buffer {{ +}} kind      bytes  align {{ *}}live  traffic  saves

// CSV:      "pool","name","function","size_bytes","alignment","byte_offset","live","traffic_bytes","io","constant","slices","slice_stride_bytes","saved_if_gone_bytes","location","not_planned"
// CSV-NEXT: "fast","<script>alert('scratch')</script>","op",2048,16,0,"[{{\[[0-9]+, [0-9]+\], \[[0-9]+, [0-9]+\]}}]",136,"","false","","",2048,"{{.*}}planned.mlir:15:3",""
// CSV-NEXT: "fast","two
// CSV-NEXT: lines","main",64,16,2048,
// CSV-NEXT: "flash","[red]weights[/red]","op",64,16,0,
// CSV-NEXT: "","per_thread","op",100,"","","","","","","","","","{{.*}}planned.mlir:23:5","allocated under a concurrent loop: parallel tir.for in @op"

// JSON:      "schema_version": 1,
// JSON-NEXT: "entries": ["main"],
// JSON:      "plan": {"algorithm": "best", "optimal": true, "smallest_pools": true, "seed": 0, "time_limit": null, "interrupted": false},
// JSON:      "name": "fast",
// JSON-NEXT: "read_only": false,
// JSON-NEXT: "capacity_bytes": 4096,
// JSON-NEXT: "allocated_size": 2112,
// JSON-NEXT: "lower_bound": 2112,
// JSON-NEXT: "gap": 0,
// JSON-NEXT: "proven": true,
// JSON-NEXT: "required_alignment": 16,
// JSON-NEXT: "unshared_bytes": 2112,
// JSON-NEXT: "buffers": [
// JSON-NEXT:   {"name": "<script>alert('scratch')</script>", "function": "op", "size_bytes": 2048,
// JSON-NEXT:   {"name": "two\nlines", "function": "main", "size_bytes": 64,
// JSON:      "unplaced": [],
// JSON-NEXT: "not_planned": [
// JSON-NEXT:   {"name": "per_thread", "function": "op", "size_bytes": 100, "reason": "allocated under a concurrent loop
