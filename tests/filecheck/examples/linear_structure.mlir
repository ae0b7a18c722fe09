// RUN: usmp-opt %examples/linear_structure.mlir -p usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s

// A straight line of three operators. The sizes of all buffers, and which of them are ever live
// together.

// CHECK: usmp.pool @global_workspace{{$}}
// CHECK-LABEL: tir.func @tvmgen_default_fused_cast_subtract(
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast(
// CHECK: #usmp.buffer_info<"PaddedInput_7", size_bytes = 314646, {{.*}}conflicts = ["Conv2dOutput_7", "sid_9", "sid_8"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_7", size_bytes = 256, {{.*}}conflicts = ["PaddedInput_7", "sid_8"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_max_pool2d_cast(
// CHECK: #usmp.buffer_info<"tensor_2", size_bytes = 200704, {{.*}}conflicts = ["sid_8"]>
// CHECK-LABEL: tir.func @tvmgen_default_run_model({{.*}}usmp.memory_pressure = 1117718 : i64
// CHECK: #usmp.buffer_info<"sid_9", size_bytes = 301056, {{.*}}conflicts = ["PaddedInput_7"]>
// CHECK: #usmp.buffer_info<"sid_8", size_bytes = 802816, {{.*}}conflicts = ["PaddedInput_7", "Conv2dOutput_7", "tensor_2"]>
