// RUN: not usmp-opt %s -t usmp-memory-map -o %t.html 2>&1 | filecheck %s
// RUN: not cat %t.html
// RUN: not usmp-opt %s -p unified-static-memory-planner -t 'usmp-memory-map{format="png"}' 2>&1 | filecheck %s --check-prefix=PNG
// RUN: not usmp-opt %s -t 'usmp-memory-map{format="pdf"}' 2>&1 | filecheck %s --check-prefix=FORMAT
// RUN: not usmp-opt %s -t 'usmp-memory-map{main=other}' 2>&1 | filecheck %s --check-prefix=MAIN

tir.func @main(%out: memref<1xi8>) attributes {runner_function, target = "c"} {
  %c0 = arith.constant 0 : index
  %scratch = tir.allocate "scratch" : memref<8xi8>
  %v = tir.load %scratch[%c0] : memref<8xi8>
  tir.store %v, %out[%c0] : memref<1xi8>
}

// CHECK: error: there is nothing to draw, as no buffer has a place in a pool: run usmp-plan-memory first
// PNG: error: a PNG is not text: write it to a file by usmp-opt -o FILE, or choose svg
// FORMAT: error: option 'format' of target 'usmp-memory-map' must be one of html, svg, png, not "pdf"
// MAIN: error: {{.*}}@other
