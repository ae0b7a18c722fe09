// RUN: usmp-opt %s -p usmp-create-io-allocates,usmp-extract-buffer-info --split-input-file | filecheck %s

// An input is live from the start of the program to its last access, an output from its first access
// to the end, an inout throughout. A loop that contains the last access of an input keeps it to its
// end. One that is never accessed is live where the caller accesses it.

tir.func @main(
    %in: memref<4xi8>, %out: memref<4xi8>, %both: memref<4xi8>, %unused_in: memref<4xi8>,
    %unused_out: memref<4xi8> {usmp.io = "output"}, %unused: memref<4xi8> {usmp.io = "inout"}
) {
  // The parameters are points 0 to 5.
  %s = tir.allocate "s" : memref<4xi8>
  %zero = arith.constant 0 : index
  %byte = arith.constant 1 : i8
  tir.store %byte, %s[%zero] : memref<4xi8>
  %0 = tir.load %s[%zero] : memref<4xi8>
  tir.for %i = 0 to 4 {
    %v = tir.load %in[%i] : memref<4xi8>
    tir.store %v, %both[%i] : memref<4xi8>
    %w = tir.load %both[%i] : memref<4xi8>
  }
  tir.for %j = 0 to 4 {
    tir.store %byte, %out[%j] : memref<4xi8>
  }
}

// CHECK-LABEL: usmp.memory_pressure = 16 : i64
// CHECK: "in", size_bytes = 4, alignment = 16, traffic_bytes = 4, live = {{\[\[}}0, 15]], conflicts = ["both", "unused_in", "unused", "s"]>
// CHECK: "out", size_bytes = 4, alignment = 16, traffic_bytes = 4, live = {{\[\[}}16, 19]], conflicts = ["both", "unused_out", "unused"]>
// CHECK: "both", size_bytes = 4, alignment = 16, traffic_bytes = 8, live = {{\[\[}}0, 19]], conflicts = ["in", "out", "unused_in", "unused_out", "unused", "s"]>
// CHECK: "unused_in", size_bytes = 4, alignment = 16, traffic_bytes = 0, live = {{\[\[}}0, 0]], conflicts = ["in", "both", "unused"]>
// CHECK: "unused_out", size_bytes = 4, alignment = 16, traffic_bytes = 0, live = {{\[\[}}19, 19]], conflicts = ["out", "both", "unused"]>
// CHECK: "unused", size_bytes = 4, alignment = 16, traffic_bytes = 0, live = {{\[\[}}0, 19]], conflicts = ["in", "out", "both", "unused_in", "unused_out", "s"]>
// CHECK: "s", size_bytes = 4, alignment = 16, traffic_bytes = 2, live = {{\[\[}}9, 10]], conflicts = ["in", "both", "unused"]>

// -----

// Through calls: the callee's buffers share with an input after its last access in there, and with an
// output before its first. The output that is named one is not kept before its first access, though
// the program reads it.

func.func @f(%in: memref<4xi8>, %out: memref<4xi8>) {
  %first = tir.allocate "first" : memref<4xi8>
  "test.op"(%first) : (memref<4xi8>) -> ()
  "test.op"(%in) : (memref<4xi8>) -> ()
  %middle = tir.allocate "middle" : memref<4xi8>
  "test.op"(%middle) : (memref<4xi8>) -> ()
  "test.op"(%out) : (memref<4xi8>) -> ()
  %last = tir.allocate "last" : memref<4xi8>
  "test.op"(%last) : (memref<4xi8>) -> ()
  func.return
}

func.func @main(%in: memref<4xi8> {usmp.io = "input"}, %out: memref<4xi8> {usmp.io = "output"}) {
  func.call @f(%in, %out) : (memref<4xi8>, memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @f(
// CHECK: "first", {{.*}} conflicts = ["in"]>
// CHECK: "middle", {{.*}} conflicts = []>
// CHECK: "last", {{.*}} conflicts = ["out"]>
// CHECK-LABEL: func.func @main() attributes {usmp.memory_pressure = 8 : i64}
// CHECK: "in", {{.*}} live = {{\[\[}}0, 5]], conflicts = ["first"]>
// CHECK: "out", {{.*}} live = {{\[\[}}8, 12]], conflicts = ["last"]>

// -----

// In a control flow graph too an input is live until its last access.

func.func @main(%in: memref<4xi8>, %unused: memref<4xi8>) {
  %s = tir.allocate "s" : memref<4xi8>
  cf.br ^body
^body:
  %zero = arith.constant 0 : index
  %v = memref.load %in[%zero] : memref<4xi8>
  cf.br ^end
^end:
  "test.op"(%s) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @main()
// CHECK: "in", {{.*}} live = {{\[\[}}0, 5]], conflicts = ["unused"]>
// CHECK: "unused", {{.*}} live = {{\[\[}}0, 0]], conflicts = ["in"]>
// CHECK: "s", {{.*}} live = {{\[\[}}7, 7]], conflicts = []>

// -----

// Written by hand, on an allocation of another dialect.

func.func @main() {
  %s = memref.alloc() : memref<4xi8>
  %out = memref.alloc() {usmp.io = "output"} : memref<4xi8>
  "test.op"(%out) : (memref<4xi8>) -> ()
  "test.op"(%s) : (memref<4xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @main()
// CHECK: "s", {{.*}} live = {{\[\[}}3, 3]], conflicts = ["out"]>
// CHECK: "out", {{.*}} live = {{\[\[}}2, 4]], conflicts = ["s"]>
