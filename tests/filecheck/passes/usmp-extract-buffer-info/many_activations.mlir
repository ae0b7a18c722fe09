// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s
// RUN: usmp-opt %s -p 'usmp-extract-buffer-info{conflicts=false}' --split-input-file | filecheck %s --check-prefix=WITHOUT

// A function that more than 1024 paths lead to has too many activations for a list of live ranges:
// its buffers have conflicts instead, also where they are not asked for. Here @f10 has 1024, and
// @f11 one more.

tir.func @f0() {
  %A = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.call_extern @f11() : () -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.call_extern @f1() : () -> ()
  tir.call_extern @f1() : () -> ()
}

tir.func @f1() {
  tir.call_extern @f2() : () -> ()
  tir.call_extern @f2() : () -> ()
}

tir.func @f2() {
  tir.call_extern @f3() : () -> ()
  tir.call_extern @f3() : () -> ()
}

tir.func @f3() {
  tir.call_extern @f4() : () -> ()
  tir.call_extern @f4() : () -> ()
}

tir.func @f4() {
  tir.call_extern @f5() : () -> ()
  tir.call_extern @f5() : () -> ()
}

tir.func @f5() {
  tir.call_extern @f6() : () -> ()
  tir.call_extern @f6() : () -> ()
}

tir.func @f6() {
  tir.call_extern @f7() : () -> ()
  tir.call_extern @f7() : () -> ()
}

tir.func @f7() {
  tir.call_extern @f8() : () -> ()
  tir.call_extern @f8() : () -> ()
}

tir.func @f8() {
  tir.call_extern @f9() : () -> ()
  tir.call_extern @f9() : () -> ()
}

tir.func @f9() {
  tir.call_extern @f10() : () -> ()
  tir.call_extern @f10() : () -> ()
}

tir.func @f10() {
  %B = tir.allocate : memref<4xi8>
  "test.op"(%B) : (memref<4xi8>) -> ()
  tir.call_extern @f11() : () -> ()
}

tir.func @f11() {
  %C = tir.allocate : memref<4xi8>
  %unused = tir.allocate : memref<4xi8>
  "test.op"(%C) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @f0() attributes {usmp.memory_pressure = 8 : i64}
// CHECK: #usmp.buffer_info<"A", size_bytes = 4, alignment = 16, traffic_bytes = 8, live = [[1, 7]], conflicts = ["C"]>
// CHECK: #usmp.buffer_info<"B", size_bytes = 4, alignment = 16, traffic_bytes = 4096, live = {{\[}}[19, 19], [28, 28], {{.*}}], conflicts = []>
// CHECK: #usmp.buffer_info<"C", size_bytes = 4, alignment = 16, traffic_bytes = 4100, conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"unused", size_bytes = 4, alignment = 16, traffic_bytes = 0, live = [], conflicts = []>

// WITHOUT: #usmp.buffer_info<"A", size_bytes = 4, alignment = 16, traffic_bytes = 8, live = [[1, 7]]>
// WITHOUT: #usmp.buffer_info<"B", size_bytes = 4, alignment = 16, traffic_bytes = 4096, live = {{\[}}[19, 19], [28, 28], {{.*}}]>
// WITHOUT: #usmp.buffer_info<"C", size_bytes = 4, alignment = 16, traffic_bytes = 4100, conflicts = ["A"]>
// WITHOUT: #usmp.buffer_info<"unused", size_bytes = 4, alignment = 16, traffic_bytes = 0, live = []>

// -----

// The cost does not follow the number of paths, of which there are 2^30 here: @g0 calls @g1 twice,
// that calls @g2 twice, and so on.

tir.func @g0() {
  %A = tir.allocate : memref<100xi8>
  tir.call_extern @g1(%A) : (memref<100xi8>) -> ()
  tir.call_extern @g1(%A) : (memref<100xi8>) -> ()
}

tir.func @g1(%p: memref<100xi8>) {
  tir.call_extern @g2(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g2(%p) : (memref<100xi8>) -> ()
}

tir.func @g2(%p: memref<100xi8>) {
  tir.call_extern @g3(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g3(%p) : (memref<100xi8>) -> ()
}

tir.func @g3(%p: memref<100xi8>) {
  tir.call_extern @g4(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g4(%p) : (memref<100xi8>) -> ()
}

tir.func @g4(%p: memref<100xi8>) {
  tir.call_extern @g5(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g5(%p) : (memref<100xi8>) -> ()
}

tir.func @g5(%p: memref<100xi8>) {
  tir.call_extern @g6(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g6(%p) : (memref<100xi8>) -> ()
}

tir.func @g6(%p: memref<100xi8>) {
  tir.call_extern @g7(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g7(%p) : (memref<100xi8>) -> ()
}

tir.func @g7(%p: memref<100xi8>) {
  tir.call_extern @g8(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g8(%p) : (memref<100xi8>) -> ()
}

tir.func @g8(%p: memref<100xi8>) {
  tir.call_extern @g9(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g9(%p) : (memref<100xi8>) -> ()
}

tir.func @g9(%p: memref<100xi8>) {
  tir.call_extern @g10(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g10(%p) : (memref<100xi8>) -> ()
}

tir.func @g10(%p: memref<100xi8>) {
  tir.call_extern @g11(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g11(%p) : (memref<100xi8>) -> ()
}

tir.func @g11(%p: memref<100xi8>) {
  tir.call_extern @g12(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g12(%p) : (memref<100xi8>) -> ()
}

tir.func @g12(%p: memref<100xi8>) {
  tir.call_extern @g13(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g13(%p) : (memref<100xi8>) -> ()
}

tir.func @g13(%p: memref<100xi8>) {
  tir.call_extern @g14(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g14(%p) : (memref<100xi8>) -> ()
}

tir.func @g14(%p: memref<100xi8>) {
  tir.call_extern @g15(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g15(%p) : (memref<100xi8>) -> ()
}

tir.func @g15(%p: memref<100xi8>) {
  %B = tir.allocate : memref<10xi8>
  tir.call_extern @g16(%p) : (memref<100xi8>) -> ()
  "test.op"(%B) : (memref<10xi8>) -> ()
  tir.call_extern @g16(%p) : (memref<100xi8>) -> ()
  "test.op"(%B) : (memref<10xi8>) -> ()
}

tir.func @g16(%p: memref<100xi8>) {
  tir.call_extern @g17(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g17(%p) : (memref<100xi8>) -> ()
}

tir.func @g17(%p: memref<100xi8>) {
  tir.call_extern @g18(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g18(%p) : (memref<100xi8>) -> ()
}

tir.func @g18(%p: memref<100xi8>) {
  tir.call_extern @g19(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g19(%p) : (memref<100xi8>) -> ()
}

tir.func @g19(%p: memref<100xi8>) {
  tir.call_extern @g20(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g20(%p) : (memref<100xi8>) -> ()
}

tir.func @g20(%p: memref<100xi8>) {
  tir.call_extern @g21(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g21(%p) : (memref<100xi8>) -> ()
}

tir.func @g21(%p: memref<100xi8>) {
  tir.call_extern @g22(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g22(%p) : (memref<100xi8>) -> ()
}

tir.func @g22(%p: memref<100xi8>) {
  tir.call_extern @g23(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g23(%p) : (memref<100xi8>) -> ()
}

tir.func @g23(%p: memref<100xi8>) {
  tir.call_extern @g24(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g24(%p) : (memref<100xi8>) -> ()
}

tir.func @g24(%p: memref<100xi8>) {
  tir.call_extern @g25(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g25(%p) : (memref<100xi8>) -> ()
}

tir.func @g25(%p: memref<100xi8>) {
  tir.call_extern @g26(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g26(%p) : (memref<100xi8>) -> ()
}

tir.func @g26(%p: memref<100xi8>) {
  tir.call_extern @g27(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g27(%p) : (memref<100xi8>) -> ()
}

tir.func @g27(%p: memref<100xi8>) {
  tir.call_extern @g28(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g28(%p) : (memref<100xi8>) -> ()
}

tir.func @g28(%p: memref<100xi8>) {
  tir.call_extern @g29(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g29(%p) : (memref<100xi8>) -> ()
}

tir.func @g29(%p: memref<100xi8>) {
  tir.call_extern @g30(%p) : (memref<100xi8>) -> ()
  tir.call_extern @g30(%p) : (memref<100xi8>) -> ()
}

tir.func @g30(%p: memref<100xi8>) {
  %C = tir.allocate : memref<1xi8>
  "test.op"(%C) : (memref<1xi8>) -> ()
  "test.op"(%p) : (memref<100xi8>) -> ()
}

// CHECK-LABEL: tir.func @g0() attributes {usmp.memory_pressure = 111 : i64}
// CHECK: #usmp.buffer_info<"A", size_bytes = 100, alignment = 16, traffic_bytes = 107374182400, live = [[34, 7516291037]], conflicts = ["B", "C"]>
// CHECK: #usmp.buffer_info<"B", size_bytes = 10, alignment = 16, traffic_bytes = 655360, conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", size_bytes = 1, alignment = 16, traffic_bytes = 1073741824, conflicts = ["A", "B"]>
