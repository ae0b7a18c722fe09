// RUN: usmp-opt %s -p usmp-assign-pool-info,usmp-extract-buffer-info,usmp-plan-memory -o %t.mlir
// RUN: usmp-opt %t.mlir -t usmp-memory-map | filecheck %s --check-prefix=PAGE
// RUN: usmp-opt %t.mlir -t 'usmp-memory-map{format="svg"}' | filecheck %s --check-prefix=PICTURE
// RUN: xdsl-opt %t.mlir -t 'usmp-memory-map{format="svg"}' | filecheck %s --check-prefix=PICTURE
// RUN: usmp-opt %s -p unified-static-memory-planner -t 'usmp-memory-map{format="svg"}' | filecheck %s --check-prefix=PICTURE

// The name of the file says what it holds; an option is stronger.
// RUN: usmp-opt %t.mlir -t usmp-memory-map -o %t.SVG
// RUN: filecheck %s --check-prefix=PICTURE --input-file=%t.SVG
// RUN: usmp-opt %t.mlir -t 'usmp-memory-map{format="svg"}' -o %t.html
// RUN: filecheck %s --check-prefix=PICTURE --input-file=%t.html
// RUN: usmp-opt %t.mlir -t usmp-memory-map -o %t.png
// RUN: grep -aq PNG %t.png

usmp.pool @fast target_access {c = "rw"} size_hint_bytes 4096

tir.func @op(%x: memref<64xi8>, %y: memref<64xi8>) attributes {target = "c"} {
  %scratch = tir.allocate "<script>scratch</script>" : memref<2048xi8>
  tir.for %i = 0 to 64 {
    %v = tir.load %x[%i] : memref<64xi8>
    tir.store %v, %scratch[%i] : memref<2048xi8>
    tir.store %v, %y[%i] : memref<64xi8>
  }
}

tir.func @main(%in: memref<64xi8>, %out: memref<64xi8>) attributes {runner_function, target = "c"} {
  %between = tir.allocate "between" : memref<64xi8>
  tir.call_extern @op(%in, %between) : (memref<64xi8>, memref<64xi8>) -> ()
  tir.call_extern @op(%between, %out) : (memref<64xi8>, memref<64xi8>) -> ()
}

// PAGE: <!DOCTYPE html>
// PAGE: <title>@main – memory map</title>
// PAGE: <h1>@main</h1><p>2 buffers · 2.06 KiB used, 2.06 KiB without reuse · planned by best, proven optimal</p>
// PAGE: <h2>@fast</h2>
// PAGE-SAME: used 2.06 KiB
// PAGE-SAME: lower bound 2.06 KiB, reached
// PAGE-SAME: capacity 4 KiB, far above
// PAGE: <h2>Live bytes</h2>
// PAGE-NOT: <script>scratch
// PAGE: \u003cscript\u003escratch\u003c/script\u003e

// PICTURE: <svg
// PICTURE-NOT: <script>
// PICTURE: &lt;script&gt;scratch&lt;/script&gt;
// PICTURE: memory pressure 2.06 KiB
// PICTURE: @main</text>
