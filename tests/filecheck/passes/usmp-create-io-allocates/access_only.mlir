// RUN: usmp-opt %s -p 'usmp-create-io-allocates,usmp-extract-buffer-info{loop-liveness="access-only"}' | filecheck %s

// Inputs and outputs reach to the ends of the program under the rules of 2021, too: points are those
// of statements.

tir.func @main(%in: memref<4xi8>, %out: memref<4xi8>) {
  %zero = arith.constant 0 : index
  %s = tir.allocate "s" : memref<4xi8>
  %v = tir.load %in[%zero] : memref<4xi8>
  tir.store %v, %s[%zero] : memref<4xi8>
  %w = tir.load %s[%zero] : memref<4xi8>
  tir.store %w, %out[%zero] : memref<4xi8>
  tir.store %w, %s[%zero] : memref<4xi8>
}

// CHECK: "in", {{.*}} live = {{\[\[}}0, 3]], conflicts = ["s"]>
// CHECK: "out", {{.*}} live = {{\[\[}}4, 6]], conflicts = ["s"]>
// CHECK: "s", {{.*}} live = {{\[\[}}3, 5]], conflicts = ["in", "out"]>
