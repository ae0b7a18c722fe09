// RUN: usmp-opt %examples/all_serial_for_loops.mlir -p usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s

// The same operator with serial loops only. The sizes of all buffers, and which of them are ever
// live together.

// CHECK: usmp.pool @global_workspace{{$}}
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_1(
// CHECK: #usmp.buffer_info<"PaddedInput_8", size_bytes = 430592, {{.*}}conflicts = ["Conv2dOutput_8"]>
// CHECK: #usmp.buffer_info<"dummy_allocate", size_bytes = 4, {{.*}}conflicts = []>
// CHECK: #usmp.buffer_info<"Conv2dOutput_8", size_bytes = 256, {{.*}}conflicts = ["PaddedInput_8"]>
// CHECK-LABEL: tir.func @tvmgen_default_run_model({{.*}}usmp.memory_pressure = 430848 : i64
