// RUN: usmp-opt %examples/parallel_serial_mixed_for_loops.mlir -p usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s

// One operator, whose outer loop is parallel: what is allocated under it is not planned. The sizes
// of all buffers, and which of them are ever live together.

// CHECK: usmp.pool @global_workspace{{$}}
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_1(
// CHECK: #usmp.buffer_info<"PaddedInput_8", size_bytes = 430592, {{.*}}conflicts = []>
// CHECK: tir.allocate "dummy_allocate" {{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_1"
// CHECK: tir.allocate "Conv2dOutput_8" {{.*}}not_planned = "allocated under a concurrent loop: parallel tir.for in @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_1"
// CHECK-LABEL: tir.func @tvmgen_default_run_model({{.*}}usmp.memory_pressure = 430592 : i64
