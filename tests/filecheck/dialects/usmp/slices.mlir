// RUN: usmp-opt %s --allow-unregistered-dialect --verify-diagnostics --parsing-diagnostics --split-input-file | filecheck %s

%n = usmp.thread_number of 4
"test.op"() {place = #usmp.pool_allocation<@p, byte_offset = 0, slices = 4, slice_bytes = 1024>} : () -> ()
"test.op"() {info = #usmp.buffer_info<"A", size_bytes = 34, alignment = 16, slices = 3, live = [[1, 2]]>} : () -> ()

// CHECK:      %n = usmp.thread_number of 4
// CHECK-NEXT: #usmp.pool_allocation<@p, byte_offset = 0, slices = 4, slice_bytes = 1024>
// CHECK-NEXT: #usmp.buffer_info<"A", size_bytes = 34, alignment = 16, slices = 3, live = {{\[\[}}1, 2]]>

// -----

%n = usmp.thread_number of 0

// CHECK:      threads is 0, expected from 1 to 2147483647

// -----

"test.op"() {place = #usmp.pool_allocation<@p, byte_offset = 0, slices = 0, slice_bytes = 1024>} : () -> ()

// CHECK:      slices is 0, expected from 1 to 2147483647

// -----

"test.op"() {place = #usmp.pool_allocation<@p, byte_offset = 0, slices = 2, slice_bytes = -1>} : () -> ()

// CHECK:      slice_bytes is -1, expected 0 or more

// -----

"test.op"() {place = #usmp.pool_allocation<@p, byte_offset = 0, slices = 2>} : () -> ()

// CHECK:      Expected ','

// -----

"test.op"() {info = #usmp.buffer_info<"A", size_bytes = 34, alignment = 16, slices = 0, live = []>} : () -> ()

// CHECK:      buffer 'A' has slices 0, expected 1 or more

// -----

"test.op"() {info = #usmp.buffer_info<"A", size_bytes = 34, alignment = 16, slices = 2147483648, live = []>} : () -> ()

// CHECK:      buffer 'A' has slices 2147483648, expected 2147483647 or fewer
