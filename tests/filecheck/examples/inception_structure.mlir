// RUN: usmp-opt %examples/inception_structure.mlir -p usmp-assign-pool-info,usmp-extract-buffer-info | filecheck %s

// An inception block: four branches that are concatenated in the end. The sizes of all buffers,
// and which of them are ever live together.

// CHECK: usmp.pool @global_workspace{{$}}
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_max_pool2d(
// CHECK-LABEL: tir.func @tvmgen_default_fused_cast_subtract(
// CHECK-LABEL: tir.func @tvmgen_default_fused_cast(
// CHECK-LABEL: tir.func @tvmgen_default_fused_concatenate(
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast(
// CHECK: #usmp.buffer_info<"PaddedInput", size_bytes = 401408, {{.*}}conflicts = ["Conv2dOutput", "sid_6", "sid_7"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput", size_bytes = 256, {{.*}}conflicts = ["PaddedInput", "sid_6"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_1(
// CHECK: #usmp.buffer_info<"PaddedInput_1", size_bytes = 301056, {{.*}}conflicts = ["Conv2dOutput_1", "sid_20", "sid_2", "sid_3", "sid_4"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_1", size_bytes = 4, {{.*}}conflicts = ["PaddedInput_1", "sid_20", "sid_2", "sid_3", "sid_4"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_max_pool2d_cast(
// CHECK: #usmp.buffer_info<"tensor_2", size_bytes = 200704, {{.*}}conflicts = ["sid_7", "sid_8"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_2(
// CHECK: #usmp.buffer_info<"PaddedInput_2", size_bytes = 301056, {{.*}}conflicts = ["Conv2dOutput_2", "sid_2", "sid_3", "sid_4"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_2", size_bytes = 256, {{.*}}conflicts = ["PaddedInput_2", "sid_2", "sid_3", "sid_4"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_max_pool2d_cast_1(
// CHECK: #usmp.buffer_info<"tensor_3", size_bytes = 150528, {{.*}}conflicts = ["sid_32", "sid_2", "sid_19", "sid_4", "sid_25"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320__2(
// CHECK: #usmp.buffer_info<"PaddedInput_3", size_bytes = 301056, {{.*}}conflicts = ["Conv2dOutput_3", "sid_32", "sid_2", "sid_19", "sid_25", "sid_31"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_3", size_bytes = 4, {{.*}}conflicts = ["PaddedInput_3", "sid_2", "sid_19", "sid_25", "sid_31"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_2(
// CHECK: #usmp.buffer_info<"PaddedInput_4", size_bytes = 301056, {{.*}}conflicts = ["Conv2dOutput_4", "sid_2", "sid_3", "sid_19", "sid_4", "sid_26"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_4", size_bytes = 4, {{.*}}conflicts = ["PaddedInput_4", "sid_2", "sid_19", "sid_4", "sid_26"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320__1(
// CHECK: #usmp.buffer_info<"PaddedInput_5", size_bytes = 28800, {{.*}}conflicts = ["Conv2dOutput_5", "sid_2", "sid_19", "sid_4", "sid_25", "sid_26"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_5", size_bytes = 4, {{.*}}conflicts = ["PaddedInput_5", "sid_2", "sid_19", "sid_4", "sid_25"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320_(
// CHECK: #usmp.buffer_info<"PaddedInput_6", size_bytes = 172800, {{.*}}conflicts = ["Conv2dOutput_6", "sid_20", "sid_2", "sid_3", "sid_19", "sid_4"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_6", size_bytes = 256, {{.*}}conflicts = ["PaddedInput_6", "sid_2", "sid_3", "sid_19", "sid_4"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast(
// CHECK: #usmp.buffer_info<"PaddedInput_7", size_bytes = 314646, {{.*}}conflicts = ["Conv2dOutput_7", "sid_9", "sid_8"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_7", size_bytes = 256, {{.*}}conflicts = ["PaddedInput_7", "sid_8"]>
// CHECK-LABEL: tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_1(
// CHECK: #usmp.buffer_info<"PaddedInput_8", size_bytes = 430592, {{.*}}conflicts = ["Conv2dOutput_8", "sid_6", "sid_5"]>
// CHECK: #usmp.buffer_info<"Conv2dOutput_8", size_bytes = 256, {{.*}}conflicts = ["PaddedInput_8", "sid_5"]>
// CHECK-LABEL: tir.func @tvmgen_default_run_model({{.*}}usmp.memory_pressure = 1117718 : i64
// CHECK: #usmp.buffer_info<"sid_32", size_bytes = 301056, {{.*}}conflicts = ["tensor_3", "PaddedInput_3", "sid_2", "sid_19", "sid_25"]>
// CHECK: #usmp.buffer_info<"sid_20", size_bytes = 150528, {{.*}}conflicts = ["PaddedInput_1", "Conv2dOutput_1", "PaddedInput_6", "sid_2", "sid_3", "sid_4"]>
// CHECK: #usmp.buffer_info<"sid_6", size_bytes = 401408, {{.*}}conflicts = ["PaddedInput", "Conv2dOutput", "PaddedInput_8"]>
// CHECK: #usmp.buffer_info<"sid_9", size_bytes = 301056, {{.*}}conflicts = ["PaddedInput_7"]>
// CHECK: #usmp.buffer_info<"sid_7", size_bytes = 401408, {{.*}}conflicts = ["PaddedInput", "tensor_2"]>
// CHECK: #usmp.buffer_info<"sid_8", size_bytes = 802816, {{.*}}conflicts = ["tensor_2", "PaddedInput_7", "Conv2dOutput_7"]>
// CHECK: #usmp.buffer_info<"sid_2", size_bytes = 50176, {{.*}}conflicts = ["PaddedInput_1", "Conv2dOutput_1", "PaddedInput_2", "Conv2dOutput_2", "tensor_3", "PaddedInput_3", "Conv2dOutput_3", "PaddedInput_4", "Conv2dOutput_4", "PaddedInput_5", "Conv2dOutput_5", "PaddedInput_6", "Conv2dOutput_6", "sid_32", "sid_20", "sid_3", "sid_19", "sid_4", "sid_25", "sid_26", "sid_31"]>
// CHECK: #usmp.buffer_info<"sid_3", size_bytes = 301056, {{.*}}conflicts = ["PaddedInput_1", "Conv2dOutput_1", "PaddedInput_2", "Conv2dOutput_2", "PaddedInput_4", "PaddedInput_6", "Conv2dOutput_6", "sid_20", "sid_2", "sid_19", "sid_4"]>
// CHECK: #usmp.buffer_info<"sid_19", size_bytes = 100352, {{.*}}conflicts = ["tensor_3", "PaddedInput_3", "Conv2dOutput_3", "PaddedInput_4", "Conv2dOutput_4", "PaddedInput_5", "Conv2dOutput_5", "PaddedInput_6", "Conv2dOutput_6", "sid_32", "sid_2", "sid_3", "sid_4", "sid_25", "sid_26", "sid_31"]>
// CHECK: #usmp.buffer_info<"sid_4", size_bytes = 150528, {{.*}}conflicts = ["PaddedInput_1", "Conv2dOutput_1", "PaddedInput_2", "Conv2dOutput_2", "tensor_3", "PaddedInput_4", "Conv2dOutput_4", "PaddedInput_5", "Conv2dOutput_5", "PaddedInput_6", "Conv2dOutput_6", "sid_20", "sid_2", "sid_3", "sid_19", "sid_5", "sid_25", "sid_26"]>
// CHECK: #usmp.buffer_info<"sid_5", size_bytes = 602112, {{.*}}conflicts = ["PaddedInput_8", "Conv2dOutput_8", "sid_4"]>
// CHECK: #usmp.buffer_info<"sid_25", size_bytes = 25088, {{.*}}conflicts = ["tensor_3", "PaddedInput_3", "Conv2dOutput_3", "PaddedInput_5", "Conv2dOutput_5", "sid_32", "sid_2", "sid_19", "sid_4", "sid_31"]>
// CHECK: #usmp.buffer_info<"sid_26", size_bytes = 25088, {{.*}}conflicts = ["PaddedInput_4", "Conv2dOutput_4", "PaddedInput_5", "sid_2", "sid_19", "sid_4"]>
// CHECK: #usmp.buffer_info<"sid_31", size_bytes = 25088, {{.*}}conflicts = ["PaddedInput_3", "Conv2dOutput_3", "sid_2", "sid_19", "sid_25"]>
