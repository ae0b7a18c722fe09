// RUN: usmp-opt %s | usmp-opt | filecheck %s
// RUN: usmp-opt %s --print-op-generic | usmp-opt --print-op-generic | filecheck %s
// RUN: xdsl-opt %s | xdsl-opt | filecheck %s

"test.op"() {
  all = #usmp.buffer_info<"sid_8", size_bytes = 802816, alignment = 16, pool_candidates = [@fast, @"slow memory"], traffic_bytes = 1605632, live = [[5, 44], [60, 60]], conflicts = ["PaddedInput_7", "tensor_2"]>,
  any_order = #usmp.buffer_info<"a", conflicts = ["b"], live = [[0, 1]], alignment = 1, size_bytes = 0>,
  conflicts_only = #usmp.buffer_info<"a", size_bytes = 4, alignment = 8, conflicts = ["b"]>,
  live_only = #usmp.buffer_info<"a", size_bytes = 4, alignment = 8, live = [[0, 0]]>,
  unused = #usmp.buffer_info<"a", size_bytes = 4, alignment = 8, traffic_bytes = 0, live = [], conflicts = []>,
  huge = #usmp.buffer_info<"a", size_bytes = 1000000000000000000000000000000, alignment = 16, traffic_bytes = 2000000000000000000000000000000, live = [[0, 100000000000000000000000]]>,
  names = #usmp.buffer_info<"größe", size_bytes = 4, alignment = 8, conflicts = ["a \22quoted\22 name", "two\nlines", "back\\slash", "\E6\97\A5"]>,
  allocation = #usmp.pool_allocation<@slow_memory, byte_offset = 0>,
  far_allocation = #usmp.pool_allocation<@"slow memory", byte_offset = 1000000000000000000000000000000>
} : () -> ()

// CHECK:       all = #usmp.buffer_info<"sid_8", size_bytes = 802816, alignment = 16, pool_candidates = [@fast, @"slow memory"], traffic_bytes = 1605632, live = {{\[\[}}5, 44], [60, 60]], conflicts = ["PaddedInput_7", "tensor_2"]>
// CHECK-SAME:  any_order = #usmp.buffer_info<"a", size_bytes = 0, alignment = 1, live = {{\[\[}}0, 1]], conflicts = ["b"]>
// CHECK-SAME:  conflicts_only = #usmp.buffer_info<"a", size_bytes = 4, alignment = 8, conflicts = ["b"]>
// CHECK-SAME:  live_only = #usmp.buffer_info<"a", size_bytes = 4, alignment = 8, live = {{\[\[}}0, 0]]>
// CHECK-SAME:  unused = #usmp.buffer_info<"a", size_bytes = 4, alignment = 8, traffic_bytes = 0, live = [], conflicts = []>
// CHECK-SAME:  huge = #usmp.buffer_info<"a", size_bytes = 1000000000000000000000000000000, alignment = 16, traffic_bytes = 2000000000000000000000000000000, live = {{\[\[}}0, 100000000000000000000000]]>
// CHECK-SAME:  names = #usmp.buffer_info<"gr\C3\B6\C3\9Fe", size_bytes = 4, alignment = 8, conflicts = ["a \22quoted\22 name", "two\0Alines", "back\\slash", "\E6\97\A5"]>
// CHECK-SAME:  allocation = #usmp.pool_allocation<@slow_memory, byte_offset = 0>
// CHECK-SAME:  far_allocation = #usmp.pool_allocation<@"slow memory", byte_offset = 1000000000000000000000000000000>
