// RUN: usmp-explain first scratch %s | filecheck %s --check-prefix=CONFLICT
// RUN: usmp-explain first second %s -p usmp-extract-buffer-info | filecheck %s --check-prefix=NONE
// RUN: usmp-explain first scratch %s --json | filecheck %s --check-prefix=JSON
// RUN: not usmp-explain first sckratch %s 2>&1 | filecheck %s --check-prefix=UNKNOWN

tir.func @inner(%x: memref<8xi8>) {
  %s = tir.allocate "scratch" : memref<8xi8>
  tir.call_extern @x(%x, %s) : (memref<8xi8>, memref<8xi8>) -> ()
}
tir.func @main() attributes {runner_function} {
  %a = tir.allocate "first" : memref<8xi8>
  %b = tir.allocate "second" : memref<8xi8>
  tir.call_extern @inner(%a) : (memref<8xi8>) -> ()
  tir.call_extern @x(%b) : (memref<8xi8>) -> ()
}

// CONFLICT: 'first' and 'scratch' conflict: {{.*}} by tir.call_extern in @inner ({{.*}}explain.mlir:8:3){{.*}}, in the call by tir.call_extern of @inner ({{.*}}explain.mlir:13:3).
// NONE: 'first' and 'second' do not conflict: 'first' is last accessed by tir.call_extern in @inner ({{.*}}explain.mlir:8:3), before 'second' is first accessed by tir.call_extern in @main ({{.*}}explain.mlir:14:3).
// JSON: "conflict": true,
// JSON: "calls": [
// JSON: "location": "{{.*}}explain.mlir:13:3"
// UNKNOWN: explain.mlir: error: there is no buffer 'sckratch': did you mean 'scratch'?
