// RUN: usmp-opt %s | usmp-opt | filecheck %s
// RUN: XDSL_ROUNDTRIP
// RUN: XDSL_GENERIC_ROUNDTRIP
// RUN: xdsl-opt %s | xdsl-opt | filecheck %s

// CHECK: builtin.module {

tir.func @empty() {
}

// CHECK-NEXT:  tir.func @empty() {
// CHECK-NEXT:  }

// CHECK-GENERIC:       "tir.func"() <{sym_name = "empty", function_type = () -> ()}> ({
// CHECK-GENERIC-NEXT:    "tir.return"() : () -> ()
// CHECK-GENERIC-NEXT:  }) : () -> ()

// A return that says something is printed.
tir.func @explicit_return() {
  tir.return {note = "kept"}
}

// CHECK-NEXT:  tir.func @explicit_return() {
// CHECK-NEXT:    tir.return {note = "kept"}
// CHECK-NEXT:  }

tir.func @redundant_return() {
  tir.return
}

// CHECK-NEXT:  tir.func @redundant_return() {
// CHECK-NEXT:  }

tir.func private @declaration(memref<?xi8>, memref<16xi8, "shared">) -> i32
tir.func @declared_attributes(i32 {a}, i32) -> (i32 {b}, i32) attributes {c}
tir.func public @"quoted name"()
tir.func nested @nested()

// CHECK-NEXT:  tir.func private @declaration(memref<?xi8>, memref<16xi8, "shared">) -> (i32)
// CHECK-NEXT:  tir.func @declared_attributes(i32 {a}, i32) -> (i32 {b}, i32) attributes {c}
// CHECK-NEXT:  tir.func public @"quoted name"()
// CHECK-NEXT:  tir.func nested @nested()

// CHECK-GENERIC:       "tir.func"() <{sym_name = "declaration", function_type = (memref<?xi8>, memref<16xi8, "shared">) -> i32, sym_visibility = "private"}> ({
// CHECK-GENERIC-NEXT:  }) : () -> ()

tir.func @attributes(%a: memref<4xi8> {tir.noalias}, %n: index) -> (i32 {usmp.note = "sum"}, index) attributes {runner_function, target = "c"} {
  %sum = "test.op"() : () -> i32
  tir.return %sum, %n : i32, index
}

// CHECK-NEXT:  tir.func @attributes(%a: memref<4xi8> {tir.noalias}, %n: index) -> (i32 {usmp.note = "sum"}, index) attributes {runner_function, target = "c"} {
// CHECK-NEXT:    %sum = "test.op"() : () -> i32
// CHECK-NEXT:    tir.return %sum, %n : i32, index
// CHECK-NEXT:  }

// CHECK-GENERIC:       "tir.func"() <{sym_name = "attributes", function_type = (memref<4xi8>, index) -> (i32, index), arg_attrs = [{tir.noalias}, {}], res_attrs = [{usmp.note = "sum"}, {}]}> ({
// CHECK-GENERIC-NEXT:  ^bb0(%a: memref<4xi8>, %n: index):
// CHECK-GENERIC-NEXT:    %sum = "test.op"() : () -> i32
// CHECK-GENERIC-NEXT:    "tir.return"(%sum, %n) : (i32, index) -> ()
// CHECK-GENERIC-NEXT:  }) {runner_function, target = "c"} : () -> ()

tir.func @allocate(%n: index, %m: index) {
  %plain = tir.allocate : memref<4x4xi8>
  %named = tir.allocate "sid_9" : memref<4xi8, "shared">
  %quoted = tir.allocate "a \22quoted\22 name\0Aover lines" : memref<i1>
  %attributes = tir.allocate "x" {candidate_memory_pools = [@fast, @slow]} : memref<0xf16>
  %unnamed = tir.allocate {not_planned = "dynamic shape"} : memref<?xi8>
  %dynamic = tir.allocate(%n) : memref<?x16xindex>
  %both = tir.allocate "rows"(%n, %m) {a} : memref<?x?xbf16>
}

// CHECK-NEXT:  tir.func @allocate(%n: index, %m: index) {
// CHECK-NEXT:    %plain = tir.allocate : memref<4x4xi8>
// CHECK-NEXT:    %named = tir.allocate "sid_9" : memref<4xi8, "shared">
// CHECK-NEXT:    %quoted = tir.allocate "a \22quoted\22 name\0Aover lines" : memref<i1>
// CHECK-NEXT:    %attributes = tir.allocate "x" {candidate_memory_pools = [@fast, @slow]} : memref<0xf16>
// CHECK-NEXT:    %unnamed = tir.allocate {not_planned = "dynamic shape"} : memref<?xi8>
// CHECK-NEXT:    %dynamic = tir.allocate(%n) : memref<?x16xindex>
// CHECK-NEXT:    %both = tir.allocate "rows"(%n, %m) {a} : memref<?x?xbf16>
// CHECK-NEXT:  }

// CHECK-GENERIC:       %plain = "tir.allocate"() : () -> memref<4x4xi8>
// CHECK-GENERIC-NEXT:  %named = "tir.allocate"() <{buffer_name = "sid_9"}> : () -> memref<4xi8, "shared">
// CHECK-GENERIC-NEXT:  %quoted = "tir.allocate"() <{buffer_name = "a \22quoted\22 name\0Aover lines"}> : () -> memref<i1>
// CHECK-GENERIC-NEXT:  %attributes = "tir.allocate"() <{buffer_name = "x"}> {candidate_memory_pools = [@fast, @slow]} : () -> memref<0xf16>
// CHECK-GENERIC-NEXT:  %unnamed = "tir.allocate"() {not_planned = "dynamic shape"} : () -> memref<?xi8>
// CHECK-GENERIC-NEXT:  %dynamic = "tir.allocate"(%n) : (index) -> memref<?x16xindex>
// CHECK-GENERIC-NEXT:  %both = "tir.allocate"(%n, %m) <{buffer_name = "rows"}> {a} : (index, index) -> memref<?x?xbf16>

tir.func @allocate_const() {
  %plain = tir.allocate_const dense<[1, -1]> : memref<2xi32>
  %named = tir.allocate_const "bias" dense<[[0.5, 1.0]]> : memref<1x2xf32>
  %splat = tir.allocate_const "zeros" {a = 1 : i8} dense<0> : memref<1000xi16, "shared">
  %rank0 = tir.allocate_const dense<7> : memref<index>
  %bits = tir.allocate_const dense<[true, false]> : memref<2xi1>
  %half = tir.allocate_const dense<1.5> : memref<2xbf16>
}

// CHECK-NEXT:  tir.func @allocate_const() {
// CHECK-NEXT:    %plain = tir.allocate_const dense<[1, -1]> : memref<2xi32>
// CHECK-NEXT:    %named = tir.allocate_const "bias" dense<{{\[\[}}5.000000e-01, 1.000000e+00]]> : memref<1x2xf32>
// CHECK-NEXT:    %splat = tir.allocate_const "zeros" {a = 1 : i8} dense<0> : memref<1000xi16, "shared">
// CHECK-NEXT:    %rank0 = tir.allocate_const dense<7> : memref<index>
// CHECK-NEXT:    %bits = tir.allocate_const dense<[true, false]> : memref<2xi1>
// CHECK-NEXT:    %half = tir.allocate_const dense<1.500000e+00> : memref<2xbf16>
// CHECK-NEXT:  }

// CHECK-GENERIC:       %plain = "tir.allocate_const"() <{value = dense<[1, -1]> : tensor<2xi32>}> : () -> memref<2xi32>
// CHECK-GENERIC-NEXT:  %named = "tir.allocate_const"() <{value = dense<{{\[\[}}5.000000e-01, 1.000000e+00]]> : tensor<1x2xf32>, buffer_name = "bias"}> : () -> memref<1x2xf32>
// CHECK-GENERIC-NEXT:  %splat = "tir.allocate_const"() <{value = dense<0> : tensor<1000xi16>, buffer_name = "zeros"}> {a = 1 : i8} : () -> memref<1000xi16, "shared">

tir.func @accesses(%i: index, %matrix: memref<4x4xi8>, %scalar: memref<f32>) {
  %v = tir.load %matrix[%i, %i] : memref<4x4xi8>
  tir.store %v, %matrix[%i, %i] {a} : memref<4x4xi8>
  %w = tir.load %scalar[] {a} : memref<f32>
  tir.store %w, %scalar[] : memref<f32>
}

// CHECK-NEXT:  tir.func @accesses(%i: index, %matrix: memref<4x4xi8>, %scalar: memref<f32>) {
// CHECK-NEXT:    %v = tir.load %matrix[%i, %i] : memref<4x4xi8>
// CHECK-NEXT:    tir.store %v, %matrix[%i, %i] {a} : memref<4x4xi8>
// CHECK-NEXT:    %w = tir.load %scalar[] {a} : memref<f32>
// CHECK-NEXT:    tir.store %w, %scalar[] : memref<f32>
// CHECK-NEXT:  }

// CHECK-GENERIC:       %v = "tir.load"(%matrix, %i, %i) : (memref<4x4xi8>, index, index) -> i8
// CHECK-GENERIC-NEXT:  "tir.store"(%v, %matrix, %i, %i) {a} : (i8, memref<4x4xi8>, index, index) -> ()

// A call in front of the function it calls, with a larger argument of another element type; and one
// of a function that is not in the module.
tir.func @calls(%large: memref<32xi16>, %n: index) attributes {runner_function} {
  %p = tir.lookup_param "p1" : memref<?xi8>
  %q = tir.lookup_param "p2" {a} : memref<4xi8>
  %s = tir.call_extern @callee(%large, %p, %n) : (memref<32xi16>, memref<?xi8>, index) -> i32
  tir.call_extern @elsewhere() {a} : () -> ()
}

tir.func @callee(%a: memref<64xi8>, %b: memref<8xi32>, %n: index) -> i32 {
  %zero = arith.constant 0 : i32
  tir.return %zero : i32
}

// CHECK-NEXT:  tir.func @calls(%large: memref<32xi16>, %n: index) attributes {runner_function} {
// CHECK-NEXT:    %p = tir.lookup_param "p1" : memref<?xi8>
// CHECK-NEXT:    %q = tir.lookup_param "p2" {a} : memref<4xi8>
// CHECK-NEXT:    %s = tir.call_extern @callee(%large, %p, %n) : (memref<32xi16>, memref<?xi8>, index) -> i32
// CHECK-NEXT:    tir.call_extern @elsewhere() {a} : () -> ()
// CHECK-NEXT:  }
// CHECK-NEXT:  tir.func @callee(%a: memref<64xi8>, %b: memref<8xi32>, %n: index) -> (i32) {

// CHECK-GENERIC:       %p = "tir.lookup_param"() <{param_name = "p1"}> : () -> memref<?xi8>
// CHECK-GENERIC-NEXT:  %q = "tir.lookup_param"() <{param_name = "p2"}> {a} : () -> memref<4xi8>
// CHECK-GENERIC-NEXT:  %s = "tir.call_extern"(%large, %p, %n) <{callee = @callee}> : (memref<32xi16>, memref<?xi8>, index) -> i32
// CHECK-GENERIC-NEXT:  "tir.call_extern"() <{callee = @elsewhere}> {a} : () -> ()

tir.func @loops(%lower: index, %upper: index) {
  tir.for %i = 0 to 16 {
  }
  tir.for serial %i = -2 to %upper {
    tir.yield
  }
  tir.for parallel %i = %lower to 4 {
    "test.op"(%i) : (index) -> ()
  }
  tir.for vectorized %i = %lower to %upper {
  }
  tir.for unrolled %i = 0 to 0 attributes {pragma = "unroll"} {
    tir.yield {a}
  }
  tir.for thread_binding("threadIdx.x") %i = 0 to 8 {
    tir.for %j = 0 to %i {
    }
  }
}

// CHECK:       tir.func @loops(%lower: index, %upper: index) {
// CHECK-NEXT:    tir.for %i = 0 to 16 {
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for %i_1 = -2 to %upper {
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for parallel %i_2 = %lower to 4 {
// CHECK-NEXT:      "test.op"(%i_2) : (index) -> ()
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for vectorized %i_3 = %lower to %upper {
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for unrolled %i_4 = 0 to 0 attributes {pragma = "unroll"} {
// CHECK-NEXT:      tir.yield {a}
// CHECK-NEXT:    }
// CHECK-NEXT:    tir.for thread_binding("threadIdx.x") %i_5 = 0 to 8 {
// CHECK-NEXT:      tir.for %j = 0 to %i_5 {
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// CHECK-GENERIC:       "tir.for"() <{static_lower = 0 : index, static_upper = 16 : index, kind = #tir<loop_kind serial>, operandSegmentSizes = array<i32: 0, 0>}> ({
// CHECK-GENERIC-NEXT:  ^bb0(%i: index):
// CHECK-GENERIC-NEXT:    "tir.yield"() : () -> ()
// CHECK-GENERIC-NEXT:  }) : () -> ()
// CHECK-GENERIC-NEXT:  "tir.for"(%upper) <{static_lower = -2 : index, kind = #tir<loop_kind serial>, operandSegmentSizes = array<i32: 0, 1>}> ({
// CHECK-GENERIC:       "tir.for"(%lower) <{static_upper = 4 : index, kind = #tir<loop_kind parallel>, operandSegmentSizes = array<i32: 1, 0>}> ({
// CHECK-GENERIC:       "tir.for"(%lower, %upper) <{kind = #tir<loop_kind vectorized>, operandSegmentSizes = array<i32: 1, 1>}> ({
// CHECK-GENERIC:       "tir.for"() <{static_lower = 0 : index, static_upper = 0 : index, kind = #tir<loop_kind unrolled>, operandSegmentSizes = array<i32: 0, 0>}> ({
// CHECK-GENERIC:       }) {pragma = "unroll"} : () -> ()
// CHECK-GENERIC-NEXT:  "tir.for"() <{static_lower = 0 : index, static_upper = 8 : index, kind = #tir<loop_kind thread_binding>, thread_tag = "threadIdx.x", operandSegmentSizes = array<i32: 0, 0>}> ({

tir.func @arithmetic(%x: i32, %y: i32) -> i32 {
  %scaled = tir.q_multiply_shift %x, %y {q = 31, s = -9} : i32
  %again = tir.q_multiply_shift %scaled, %y {q = 0, s = 31, note} : i32
  tir.return %again : i32
}

// CHECK:       tir.func @arithmetic(%x: i32, %y: i32) -> (i32) {
// CHECK-NEXT:    %scaled = tir.q_multiply_shift %x, %y {q = 31 : i64, s = -9 : i64} : i32
// CHECK-NEXT:    %again = tir.q_multiply_shift %scaled, %y {note, q = 0 : i64, s = 31 : i64} : i32
// CHECK-NEXT:    tir.return %again : i32
// CHECK-NEXT:  }

// CHECK-GENERIC:       %scaled = "tir.q_multiply_shift"(%x, %y) <{q = 31 : i64, s = -9 : i64}> : (i32, i32) -> i32
// CHECK-GENERIC-NEXT:  %again = "tir.q_multiply_shift"(%scaled, %y) <{q = 0 : i64, s = 31 : i64}> {note} : (i32, i32) -> i32
