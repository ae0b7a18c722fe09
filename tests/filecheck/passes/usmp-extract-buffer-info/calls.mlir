// RUN: usmp-opt %s -p usmp-extract-buffer-info --split-input-file | filecheck %s

// A call enters its callee in place: the operations of the callee are numbered right after the call,
// then the caller goes on. To pass a buffer is no access of it.

tir.func @in_place() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<2xi8>
  tir.call_extern @f(%A) : (memref<4xi8>) -> ()
  "test.op"(%B) : (memref<2xi8>) -> ()
}

tir.func @f(%p: memref<4xi8>) {
  %S = tir.allocate : memref<1xi8>
  "test.op"(%S) : (memref<1xi8>) -> ()
  "test.op"(%p) : (memref<4xi8>) -> ()
  "test.op"(%S) : (memref<1xi8>) -> ()
}

// CHECK-LABEL: tir.func @in_place({{.*}}usmp.memory_pressure = 5 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 5]], conflicts = ["S"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[8, 8]], conflicts = []>
// CHECK-LABEL: tir.func @f(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[4, 6]], conflicts = ["A"]>

// -----

// Each call is an activation with buffers of its own, and a range for each.

tir.func @two_activations() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  tir.call_extern @g() : () -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
  "test.op"() : () -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.call_extern @g() : () -> ()
  "test.op"(%B) : (memref<4xi8>) -> ()
}

tir.func @g() {
  %S = tir.allocate : memref<1xi8>
  "test.op"(%S) : (memref<1xi8>) -> ()
}

// CHECK-LABEL: tir.func @two_activations({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 8]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[13, 13]], conflicts = []>
// CHECK-LABEL: tir.func @g(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[4, 4], [11, 11]], conflicts = []>

// -----

// Two buffers conflict if any of their ranges meet: here that of the second activation.

tir.func @second_activation() {
  %A = tir.allocate : memref<4xi8>
  tir.call_extern @h() : () -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.call_extern @h() : () -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
}

tir.func @h() {
  %S = tir.allocate : memref<1xi8>
  "test.op"(%S) : (memref<1xi8>) -> ()
}

// CHECK-LABEL: tir.func @second_activation({{.*}}usmp.memory_pressure = 5 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 10]], conflicts = ["S"]>
// CHECK-LABEL: tir.func @h(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[3, 3], [8, 8]], conflicts = ["A"]>

// -----

// A diamond: what @bottom allocates is live below @left and again below @right.

tir.func @top() {
  %A = tir.allocate : memref<4xi8>
  tir.call_extern @left(%A) : (memref<4xi8>) -> ()
  tir.call_extern @right(%A) : (memref<4xi8>) -> ()
}

tir.func @left(%out: memref<4xi8>) {
  %L = tir.allocate : memref<4xi8>
  "test.op"(%L) : (memref<4xi8>) -> ()
  tir.call_extern @bottom() : () -> ()
  "test.op"(%L) : (memref<4xi8>) -> ()
  "test.op"(%out) : (memref<4xi8>) -> ()
}

tir.func @right(%in: memref<4xi8>) {
  %R = tir.allocate : memref<4xi8>
  "test.op"(%R) : (memref<4xi8>) -> ()
  tir.call_extern @bottom() : () -> ()
  "test.op"(%in) : (memref<4xi8>) -> ()
}

tir.func @bottom() {
  %S = tir.allocate : memref<4xi8>
  "test.op"(%S) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @top({{.*}}usmp.memory_pressure = 8 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[9, 18]], conflicts = ["R", "S"]>
// CHECK-LABEL: tir.func @left(
// CHECK: #usmp.buffer_info<"L", {{.*}}live = [[3, 8]], conflicts = ["S"]>
// CHECK-LABEL: tir.func @right(
// CHECK: #usmp.buffer_info<"R", {{.*}}live = [[13, 13]], conflicts = ["A"]>
// CHECK-LABEL: tir.func @bottom(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[6, 6], [16, 16]], conflicts = ["A", "L"]>

// -----

// A buffer that is passed twice is live from the first access through either parameter to the last.

tir.func @passed_twice() {
  %A = tir.allocate : memref<4xi8>
  tir.call_extern @first_and_second(%A, %A) : (memref<4xi8>, memref<4xi8>) -> ()
}

tir.func @first_and_second(%first: memref<4xi8>, %second: memref<4xi8>) {
  %S = tir.allocate : memref<4xi8>
  "test.op"(%first) : (memref<4xi8>) -> ()
  "test.op"(%S) : (memref<4xi8>) -> ()
  "test.op"(%second) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @passed_twice({{.*}}usmp.memory_pressure = 8 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 5]], conflicts = ["S"]>
// CHECK-LABEL: tir.func @first_and_second(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[4, 4]], conflicts = ["A"]>

// -----

// Through two levels of parameters, and past a parameter that is never used.

tir.func @two_levels() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  tir.call_extern @outer_level(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
}

tir.func @outer_level(%a: memref<4xi8>, %b: memref<4xi8>) {
  %S = tir.allocate : memref<4xi8>
  "test.op"(%S) : (memref<4xi8>) -> ()
  tir.call_extern @inner_level(%b, %a) : (memref<4xi8>, memref<4xi8>) -> ()
}

tir.func @inner_level(%b: memref<4xi8>, %a: memref<4xi8>) {
  %T = tir.allocate : memref<4xi8>
  "test.op"(%T) : (memref<4xi8>) -> ()
  "test.op"(%a) : (memref<4xi8>) -> ()
}

// CHECK-LABEL: tir.func @two_levels({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[8, 8]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [], conflicts = []>
// CHECK-LABEL: tir.func @outer_level(
// CHECK: #usmp.buffer_info<"S", {{.*}}live = [[4, 4]], conflicts = []>
// CHECK-LABEL: tir.func @inner_level(
// CHECK: #usmp.buffer_info<"T", {{.*}}live = [[7, 7]], conflicts = []>

// -----

// The result of a function that returns its argument is an alias of what it was given.

tir.func @returned_argument(%condition: i1) {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  %result = tir.call_extern @identity(%A, %B) : (memref<4xi8>, memref<4xi8>) -> (memref<4xi8>)
  "test.op"(%C) : (memref<4xi8>) -> ()
  "test.op"(%result) : (memref<4xi8>) -> ()
}

tir.func @identity(%a: memref<4xi8>, %b: memref<4xi8>) -> (memref<4xi8>) {
  tir.return %a : memref<4xi8>
}

// CHECK-LABEL: tir.func @returned_argument({{.*}}usmp.memory_pressure = 4 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[6, 6]], conflicts = []>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [], conflicts = []>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[5, 5]], conflicts = []>
// CHECK-LABEL: tir.func @identity(

// -----

// A function outside the module accesses all that it is given, at the point of the call; it is taken
// not to keep it, but may return it.

tir.func @outside() {
  %A = tir.allocate : memref<4xi8>
  %B = tir.allocate : memref<4xi8>
  %C = tir.allocate : memref<4xi8>
  tir.call_extern @declared(%A, %B) : (memref<4xi8>, memref<4xi8>) -> ()
  %result = tir.call_extern @undeclared(%B) : (memref<4xi8>) -> (memref<4xi8>)
  "test.op"(%C) : (memref<4xi8>) -> ()
  "test.op"(%result) : (memref<4xi8>) -> ()
}

tir.func private @declared(memref<4xi8>, memref<4xi8>)

// CHECK-LABEL: tir.func @outside({{.*}}usmp.memory_pressure = 8 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[3, 3]], conflicts = ["B"]>
// CHECK: #usmp.buffer_info<"B", {{.*}}live = [[3, 6]], conflicts = ["A", "C"]>
// CHECK: #usmp.buffer_info<"C", {{.*}}live = [[5, 5]], conflicts = ["B"]>
// CHECK-LABEL: tir.func private @declared(

// -----

// A buffer of the caller whose last access is inside a callee conflicts with what is live there up to
// that point ...

tir.func @ends_inside() {
  %A = tir.allocate : memref<4xi8>
  "test.op"(%A) : (memref<4xi8>) -> ()
  tir.call_extern @reads_early(%A) : (memref<4xi8>) -> ()
}

tir.func @reads_early(%p: memref<4xi8>) {
  %before = tir.allocate : memref<1xi8>
  %after = tir.allocate : memref<2xi8>
  "test.op"(%before) : (memref<1xi8>) -> ()
  "test.op"(%p) : (memref<4xi8>) -> ()
  "test.op"(%after) : (memref<2xi8>) -> ()
}

// CHECK-LABEL: tir.func @ends_inside({{.*}}usmp.memory_pressure = 5 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 6]], conflicts = ["before"]>
// CHECK-LABEL: tir.func @reads_early(
// CHECK: #usmp.buffer_info<"before", {{.*}}live = [[5, 5]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"after", {{.*}}live = [[7, 7]], conflicts = []>

// -----

// ... and one whose first access is inside, from that point on.

tir.func @begins_inside() {
  %A = tir.allocate : memref<4xi8>
  tir.call_extern @writes_late(%A) : (memref<4xi8>) -> ()
  "test.op"(%A) : (memref<4xi8>) -> ()
}

tir.func @writes_late(%p: memref<4xi8>) {
  %before = tir.allocate : memref<1xi8>
  %after = tir.allocate : memref<2xi8>
  "test.op"(%before) : (memref<1xi8>) -> ()
  "test.op"(%p) : (memref<4xi8>) -> ()
  "test.op"(%after) : (memref<2xi8>) -> ()
}

// CHECK-LABEL: tir.func @begins_inside({{.*}}usmp.memory_pressure = 6 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[5, 8]], conflicts = ["after"]>
// CHECK-LABEL: tir.func @writes_late(
// CHECK: #usmp.buffer_info<"before", {{.*}}live = [[4, 4]], conflicts = []>
// CHECK: #usmp.buffer_info<"after", {{.*}}live = [[6, 6]], conflicts = ["A"]>

// -----

// The pressure is found across calls: where A is live the callee has its small buffer live, and its
// large one where A is not.

func.func @peaks() {
  %A = memref.alloc() : memref<100xi8>
  "test.op"(%A) : (memref<100xi8>) -> ()
  func.call @middle(%A) : (memref<100xi8>) -> ()
  func.return
}

func.func @middle(%a: memref<100xi8>) {
  func.call @leaf(%a) : (memref<100xi8>) -> ()
  func.return
}

func.func @leaf(%a: memref<100xi8>) {
  %small = memref.alloc() : memref<10xi8>
  %large = memref.alloc() : memref<60xi8>
  "test.op"(%small) : (memref<10xi8>) -> ()
  "test.op"(%a) : (memref<100xi8>) -> ()
  "test.op"(%large) : (memref<60xi8>) -> ()
  func.return
}

// CHECK-LABEL: func.func @peaks({{.*}}usmp.memory_pressure = 110 : i64
// CHECK: #usmp.buffer_info<"A", {{.*}}live = [[1, 7]], conflicts = ["small"]>
// CHECK-LABEL: func.func @middle(
// CHECK-LABEL: func.func @leaf(
// CHECK: #usmp.buffer_info<"small", {{.*}}live = [[6, 6]], conflicts = ["A"]>
// CHECK: #usmp.buffer_info<"large", {{.*}}live = [[8, 8]], conflicts = []>
