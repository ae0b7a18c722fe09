// A quantized Inception network up to its first Inception module: a stem of convolutions and max poolings,
// then four branches over one input (1x1; 1x1 and 3x3; 1x1 and 3x3; pooling and 1x1), concatenated along the
// channels. 34 buffers: the 14 tensors between the operators, and the scratch inside them.

// 3x3 max pooling, stride 2, 56x56x192 -> 28x28x192, u8.
tir.func @tvmgen_default_fused_nn_max_pool2d(
    %data: memref<602112xi8>, %tensor: memref<150528xi8>
) attributes {tir.noalias} {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c56 = arith.constant 56 : index
  %c64 = arith.constant 64 : index
  %c192 = arith.constant 192 : index
  %c384 = arith.constant 384 : index
  %c5376 = arith.constant 5376 : index
  %c10752 = arith.constant 10752 : index
  %c21504 = arith.constant 21504 : index
  %c0_i8 = arith.constant 0 : i8

  tir.for %ax0_ax1_fused = 0 to 28 {
    tir.for %ax2 = 0 to 28 {
      tir.for %ax3_outer_init = 0 to 3 {
        tir.for %ax3_inner_init = 0 to 64 {
          %row = arith.muli %ax0_ax1_fused, %c5376 : index
          %col = arith.muli %ax2, %c192 : index
          %pixel = arith.addi %row, %col : index
          %block = arith.muli %ax3_outer_init, %c64 : index
          %channel = arith.addi %block, %ax3_inner_init : index
          %index = arith.addi %pixel, %channel : index
          tir.store %c0_i8, %tensor[%index] : memref<150528xi8>
        }
      }
      tir.for %rv0_rv1_fused = 0 to 9 {
        tir.for %ax3_outer = 0 to 3 {
          tir.for %ax3_inner = 0 to 64 {
            %out_row = arith.muli %ax0_ax1_fused, %c5376 : index
            %out_col = arith.muli %ax2, %c192 : index
            %out_pixel = arith.addi %out_row, %out_col : index
            %block = arith.muli %ax3_outer, %c64 : index
            %channel = arith.addi %block, %ax3_inner : index
            %out_index = arith.addi %out_pixel, %channel : index
            %best = tir.load %tensor[%out_index] : memref<150528xi8>
            %y_start = arith.muli %ax0_ax1_fused, %c2 : index
            %ry = arith.divui %rv0_rv1_fused, %c3 : index
            %y = arith.addi %y_start, %ry : index
            %row_inside = arith.cmpi ult, %y, %c56 : index
            %x_start = arith.muli %ax2, %c2 : index
            %rx = arith.remui %rv0_rv1_fused, %c3 : index
            %x = arith.addi %x_start, %rx : index
            %col_inside = arith.cmpi ult, %x, %c56 : index
            %inside = arith.andi %row_inside, %col_inside : i1
            %candidate = scf.if %inside -> (i8) {
              %base_row = arith.muli %ax0_ax1_fused, %c21504 : index
              %window_row = arith.muli %ry, %c10752 : index
              %data_row = arith.addi %base_row, %window_row : index
              %base_col = arith.muli %ax2, %c384 : index
              %window_col = arith.muli %rx, %c192 : index
              %data_col = arith.addi %base_col, %window_col : index
              %data_pixel = arith.addi %data_row, %data_col : index
              %data_index = arith.addi %data_pixel, %channel : index
              %element = tir.load %data[%data_index] : memref<602112xi8>
              scf.yield %element : i8
            } else {
              scf.yield %c0_i8 : i8
            }
            %best_so_far = arith.maxui %best, %candidate : i8
            tir.store %best_so_far, %tensor[%out_index] : memref<150528xi8>
          }
        }
      }
    }
  }
}

// Image 224x224x3: u8 widened to i16, minus the zero point.
tir.func @tvmgen_default_fused_cast_subtract(
    %data: memref<150528xi8>, %zero_point: memref<1xi16>, %T_subtract: memref<150528xi16>
) attributes {tir.noalias} {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c672 = arith.constant 672 : index

  tir.for %ax0_ax1_fused = 0 to 224 {
    tir.for %ax2 = 0 to 224 {
      tir.for %ax3_inner = 0 to 3 {
        %row = arith.muli %ax0_ax1_fused, %c672 : index
        %col = arith.muli %ax2, %c3 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %ax3_inner : index
        %value = tir.load %data[%index] : memref<150528xi8>
        %value_i16 = arith.extui %value : i8 to i16
        %zero_point_value = tir.load %zero_point[%c0] : memref<1xi16>
        %centered = arith.subi %value_i16, %zero_point_value : i16
        tir.store %centered, %T_subtract[%index] : memref<150528xi16>
      }
    }
  }
}

// Cast 28x28x192 from u8 to i16.
tir.func @tvmgen_default_fused_cast(
    %data: memref<150528xi8>, %T_cast: memref<150528xi16>
) attributes {tir.noalias} {
  %c16 = arith.constant 16 : index
  %c192 = arith.constant 192 : index
  %c5376 = arith.constant 5376 : index

  tir.for %ax0_ax1_fused = 0 to 28 {
    tir.for %ax2 = 0 to 28 {
      tir.for %ax3_outer = 0 to 12 {
        tir.for %ax3_inner = 0 to 16 {
          %row = arith.muli %ax0_ax1_fused, %c5376 : index
          %col = arith.muli %ax2, %c192 : index
          %pixel = arith.addi %row, %col : index
          %block = arith.muli %ax3_outer, %c16 : index
          %channel = arith.addi %block, %ax3_inner : index
          %index = arith.addi %pixel, %channel : index
          %value = tir.load %data[%index] : memref<150528xi8>
          %value_i16 = arith.extui %value : i8 to i16
          tir.store %value_i16, %T_cast[%index] : memref<150528xi16>
        }
      }
    }
  }
}

// Concatenation along the channels: 64 + 128 + 32 + 32 -> 28x28x256, u8.
tir.func @tvmgen_default_fused_concatenate(
    %first: memref<50176xi8>, %second: memref<100352xi8>, %third: memref<25088xi8>, %fourth: memref<25088xi8>,
    %T_concat: memref<200704xi8>
) attributes {tir.noalias} {
  %c32 = arith.constant 32 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c192 = arith.constant 192 : index
  %c224 = arith.constant 224 : index
  %c256 = arith.constant 256 : index
  %c896 = arith.constant 896 : index
  %c1792 = arith.constant 1792 : index
  %c3584 = arith.constant 3584 : index
  %c7168 = arith.constant 7168 : index

  tir.for %ax0_ax1_fused = 0 to 28 {
    tir.for %ax2 = 0 to 28 {
      tir.for %ax3 = 0 to 256 {
        %out_row = arith.muli %ax0_ax1_fused, %c7168 : index
        %out_col = arith.muli %ax2, %c256 : index
        %out_pixel = arith.addi %out_row, %out_col : index
        %out_index = arith.addi %out_pixel, %ax3 : index
        %in_fourth = arith.cmpi ule, %c224, %ax3 : index
        %value = scf.if %in_fourth -> (i8) {
          %fourth_row = arith.muli %ax0_ax1_fused, %c896 : index
          %fourth_col = arith.muli %ax2, %c32 : index
          %fourth_pixel = arith.addi %fourth_row, %fourth_col : index
          %fourth_shifted = arith.addi %fourth_pixel, %ax3 : index
          %fourth_index = arith.subi %fourth_shifted, %c224 : index
          %element = tir.load %fourth[%fourth_index] : memref<25088xi8>
          scf.yield %element : i8
        } else {
          %in_third = arith.cmpi ule, %c192, %ax3 : index
          %up_to_third = scf.if %in_third -> (i8) {
            %third_row = arith.muli %ax0_ax1_fused, %c896 : index
            %third_col = arith.muli %ax2, %c32 : index
            %third_pixel = arith.addi %third_row, %third_col : index
            %third_shifted = arith.addi %third_pixel, %ax3 : index
            %third_index = arith.subi %third_shifted, %c192 : index
            %element = tir.load %third[%third_index] : memref<25088xi8>
            scf.yield %element : i8
          } else {
            %in_second = arith.cmpi ule, %c64, %ax3 : index
            %up_to_second = scf.if %in_second -> (i8) {
              %second_row = arith.muli %ax0_ax1_fused, %c3584 : index
              %second_col = arith.muli %ax2, %c128 : index
              %second_pixel = arith.addi %second_row, %second_col : index
              %second_shifted = arith.addi %second_pixel, %ax3 : index
              %second_index = arith.subi %second_shifted, %c64 : index
              %element = tir.load %second[%second_index] : memref<100352xi8>
              scf.yield %element : i8
            } else {
              %first_row = arith.muli %ax0_ax1_fused, %c1792 : index
              %first_col = arith.muli %ax2, %c64 : index
              %first_pixel = arith.addi %first_row, %first_col : index
              %first_index = arith.addi %first_pixel, %ax3 : index
              %element = tir.load %first[%first_index] : memref<50176xi8>
              scf.yield %element : i8
            }
            scf.yield %up_to_second : i8
          }
          scf.yield %up_to_third : i8
        }
        tir.store %value, %T_concat[%out_index] : memref<200704xi8>
      }
    }
  }
}

// 1x1 convolution, 56x56x64 -> 56x56x64: bias, requantized to u8, widened to i16.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast(
    %data: memref<200704xi16>, %weight: memref<4096xi16>, %bias: memref<64xi32>, %T_cast: memref<200704xi16>
) attributes {tir.noalias} {
  %c64 = arith.constant 64 : index
  %c3584 = arith.constant 3584 : index
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1191576922_i32 = arith.constant 1191576922 : i32

  %PaddedInput = tir.allocate "PaddedInput" : memref<200704xi16>
  tir.for %i0_i1_fused = 0 to 56 {
    tir.for %i2 = 0 to 56 {
      tir.for %i3 = 0 to 64 {
        %row = arith.muli %i0_i1_fused, %c3584 : index
        %col = arith.muli %i2, %c64 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %i3 : index
        %value = tir.load %data[%index] : memref<200704xi16>
        tir.store %value, %PaddedInput[%index] : memref<200704xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 3136 {
    %Conv2dOutput = tir.allocate "Conv2dOutput" : memref<64xi32>
    tir.for %ff = 0 to 64 {
      tir.store %c0_i32, %Conv2dOutput[%ff] : memref<64xi32>
      tir.for %rc = 0 to 64 {
        %acc = tir.load %Conv2dOutput[%ff] : memref<64xi32>
        %padded_pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c64 : index
        %padded_index = arith.addi %padded_pixel, %rc : index
        %input = tir.load %PaddedInput[%padded_index] : memref<200704xi16>
        %input_i32 = arith.extsi %input : i16 to i32
        %weight_in = arith.muli %rc, %c64 : index
        %weight_index = arith.addi %weight_in, %ff : index
        %weight_value = tir.load %weight[%weight_index] : memref<4096xi16>
        %weight_i32 = arith.extsi %weight_value : i16 to i32
        %product = arith.muli %input_i32, %weight_i32 : i32
        %sum = arith.addi %acc, %product : i32
        tir.store %sum, %Conv2dOutput[%ff] : memref<64xi32>
      }
    }
    tir.for %ax3_inner = 0 to 64 {
      %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c64 : index
      %index = arith.addi %pixel, %ax3_inner : index
      %acc = tir.load %Conv2dOutput[%ax3_inner] : memref<64xi32>
      %bias_value = tir.load %bias[%ax3_inner] : memref<64xi32>
      %biased = arith.addi %acc, %bias_value : i32
      %scaled = tir.q_multiply_shift %biased, %c1191576922_i32 {q = 31, s = -4} : i32
      %capped = arith.minsi %scaled, %c255_i32 : i32
      %clipped = arith.maxsi %capped, %c0_i32 : i32
      %narrowed = arith.trunci %clipped : i32 to i8
      %widened = arith.extui %narrowed : i8 to i16
      tir.store %widened, %T_cast[%index] : memref<200704xi16>
    }
  }
}

// 1x1 convolution, 28x28x192 -> 28x28x96: bias, requantized to u8, widened to i16.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_1(
    %data: memref<150528xi16>, %weight: memref<18432xi16>, %bias: memref<96xi32>, %T_cast: memref<75264xi16>
) attributes {tir.noalias} {
  %c0 = arith.constant 0 : index
  %c96 = arith.constant 96 : index
  %c192 = arith.constant 192 : index
  %c5376 = arith.constant 5376 : index
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1201322342_i32 = arith.constant 1201322342 : i32

  %PaddedInput = tir.allocate "PaddedInput_1" : memref<150528xi16>
  tir.for %i0_i1_fused = 0 to 28 {
    tir.for %i2 = 0 to 28 {
      tir.for %i3 = 0 to 192 {
        %row = arith.muli %i0_i1_fused, %c5376 : index
        %col = arith.muli %i2, %c192 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %i3 : index
        %value = tir.load %data[%index] : memref<150528xi16>
        tir.store %value, %PaddedInput[%index] : memref<150528xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 784 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_1" : memref<1xi32>
    tir.for %ax3 = 0 to 96 {
      tir.store %c0_i32, %Conv2dOutput[%c0] : memref<1xi32>
      tir.for %rc = 0 to 192 {
        %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
        %padded_pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c192 : index
        %padded_index = arith.addi %padded_pixel, %rc : index
        %input = tir.load %PaddedInput[%padded_index] : memref<150528xi16>
        %input_i32 = arith.extsi %input : i16 to i32
        %weight_in = arith.muli %rc, %c96 : index
        %weight_index = arith.addi %weight_in, %ax3 : index
        %weight_value = tir.load %weight[%weight_index] : memref<18432xi16>
        %weight_i32 = arith.extsi %weight_value : i16 to i32
        %product = arith.muli %input_i32, %weight_i32 : i32
        %sum = arith.addi %acc, %product : i32
        tir.store %sum, %Conv2dOutput[%c0] : memref<1xi32>
      }
      %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c96 : index
      %index = arith.addi %pixel, %ax3 : index
      %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
      %bias_value = tir.load %bias[%ax3] : memref<96xi32>
      %biased = arith.addi %acc, %bias_value : i32
      %scaled = tir.q_multiply_shift %biased, %c1201322342_i32 {q = 31, s = -6} : i32
      %capped = arith.minsi %scaled, %c255_i32 : i32
      %clipped = arith.maxsi %capped, %c0_i32 : i32
      %narrowed = arith.trunci %clipped : i32 to i8
      %widened = arith.extui %narrowed : i8 to i16
      tir.store %widened, %T_cast[%index] : memref<75264xi16>
    }
  }
}

// 3x3 max pooling, stride 2, 112x112x64 -> 56x56x64, u8, widened to i16.
tir.func @tvmgen_default_fused_nn_max_pool2d_cast(
    %data: memref<802816xi8>, %T_cast: memref<200704xi16>
) attributes {tir.noalias} {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c64 = arith.constant 64 : index
  %c112 = arith.constant 112 : index
  %c128 = arith.constant 128 : index
  %c3584 = arith.constant 3584 : index
  %c7168 = arith.constant 7168 : index
  %c14336 = arith.constant 14336 : index
  %c0_i8 = arith.constant 0 : i8

  %tensor = tir.allocate "tensor_2" : memref<200704xi8>
  tir.for %ax0_ax1_fused = 0 to 56 {
    tir.for %ax2 = 0 to 56 {
      tir.for %ax3_init = 0 to 64 {
        %row = arith.muli %ax0_ax1_fused, %c3584 : index
        %col = arith.muli %ax2, %c64 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %ax3_init : index
        tir.store %c0_i8, %tensor[%index] : memref<200704xi8>
      }
      tir.for %rv0_rv1_fused = 0 to 9 {
        tir.for %ax3 = 0 to 64 {
          %out_row = arith.muli %ax0_ax1_fused, %c3584 : index
          %out_col = arith.muli %ax2, %c64 : index
          %out_pixel = arith.addi %out_row, %out_col : index
          %out_index = arith.addi %out_pixel, %ax3 : index
          %best = tir.load %tensor[%out_index] : memref<200704xi8>
          %y_start = arith.muli %ax0_ax1_fused, %c2 : index
          %ry = arith.divui %rv0_rv1_fused, %c3 : index
          %y = arith.addi %y_start, %ry : index
          %row_inside = arith.cmpi ult, %y, %c112 : index
          %x_start = arith.muli %ax2, %c2 : index
          %rx = arith.remui %rv0_rv1_fused, %c3 : index
          %x = arith.addi %x_start, %rx : index
          %col_inside = arith.cmpi ult, %x, %c112 : index
          %inside = arith.andi %row_inside, %col_inside : i1
          %candidate = scf.if %inside -> (i8) {
            %base_row = arith.muli %ax0_ax1_fused, %c14336 : index
            %window_row = arith.muli %ry, %c7168 : index
            %data_row = arith.addi %base_row, %window_row : index
            %base_col = arith.muli %ax2, %c128 : index
            %window_col = arith.muli %rx, %c64 : index
            %data_col = arith.addi %base_col, %window_col : index
            %data_pixel = arith.addi %data_row, %data_col : index
            %data_index = arith.addi %data_pixel, %ax3 : index
            %element = tir.load %data[%data_index] : memref<802816xi8>
            scf.yield %element : i8
          } else {
            scf.yield %c0_i8 : i8
          }
          %best_so_far = arith.maxui %best, %candidate : i8
          tir.store %best_so_far, %tensor[%out_index] : memref<200704xi8>
        }
      }
    }
  }
  tir.for %ax0_ax1_fused = 0 to 56 {
    tir.for %ax2 = 0 to 56 {
      tir.for %ax3 = 0 to 64 {
        %row = arith.muli %ax0_ax1_fused, %c3584 : index
        %col = arith.muli %ax2, %c64 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %ax3 : index
        %value = tir.load %tensor[%index] : memref<200704xi8>
        %value_i16 = arith.extui %value : i8 to i16
        tir.store %value_i16, %T_cast[%index] : memref<200704xi16>
      }
    }
  }
}

// 1x1 convolution, 28x28x192 -> 28x28x64: bias, requantized to u8.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_2(
    %data: memref<150528xi16>, %weight: memref<12288xi16>, %bias: memref<64xi32>, %T_cast: memref<50176xi8>
) attributes {tir.noalias} {
  %c64 = arith.constant 64 : index
  %c192 = arith.constant 192 : index
  %c5376 = arith.constant 5376 : index
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1663316467_i32 = arith.constant 1663316467 : i32

  %PaddedInput = tir.allocate "PaddedInput_2" : memref<150528xi16>
  tir.for %i0_i1_fused = 0 to 28 {
    tir.for %i2 = 0 to 28 {
      tir.for %i3 = 0 to 192 {
        %row = arith.muli %i0_i1_fused, %c5376 : index
        %col = arith.muli %i2, %c192 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %i3 : index
        %value = tir.load %data[%index] : memref<150528xi16>
        tir.store %value, %PaddedInput[%index] : memref<150528xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 784 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_2" : memref<64xi32>
    tir.for %ff = 0 to 64 {
      tir.store %c0_i32, %Conv2dOutput[%ff] : memref<64xi32>
      tir.for %rc = 0 to 192 {
        %acc = tir.load %Conv2dOutput[%ff] : memref<64xi32>
        %padded_pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c192 : index
        %padded_index = arith.addi %padded_pixel, %rc : index
        %input = tir.load %PaddedInput[%padded_index] : memref<150528xi16>
        %input_i32 = arith.extsi %input : i16 to i32
        %weight_in = arith.muli %rc, %c64 : index
        %weight_index = arith.addi %weight_in, %ff : index
        %weight_value = tir.load %weight[%weight_index] : memref<12288xi16>
        %weight_i32 = arith.extsi %weight_value : i16 to i32
        %product = arith.muli %input_i32, %weight_i32 : i32
        %sum = arith.addi %acc, %product : i32
        tir.store %sum, %Conv2dOutput[%ff] : memref<64xi32>
      }
    }
    tir.for %ax3_inner = 0 to 64 {
      %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c64 : index
      %index = arith.addi %pixel, %ax3_inner : index
      %acc = tir.load %Conv2dOutput[%ax3_inner] : memref<64xi32>
      %bias_value = tir.load %bias[%ax3_inner] : memref<64xi32>
      %biased = arith.addi %acc, %bias_value : i32
      %scaled = tir.q_multiply_shift %biased, %c1663316467_i32 {q = 31, s = -7} : i32
      %capped = arith.minsi %scaled, %c255_i32 : i32
      %clipped = arith.maxsi %capped, %c0_i32 : i32
      %narrowed = arith.trunci %clipped : i32 to i8
      tir.store %narrowed, %T_cast[%index] : memref<50176xi8>
    }
  }
}

// 3x3 max pooling, stride 1, 28x28x192 -> 28x28x192, u8, widened to i16.
tir.func @tvmgen_default_fused_nn_max_pool2d_cast_1(
    %data: memref<150528xi8>, %T_cast: memref<150528xi16>
) attributes {tir.noalias} {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c29 = arith.constant 29 : index
  %c64 = arith.constant 64 : index
  %c192 = arith.constant 192 : index
  %c5376 = arith.constant 5376 : index
  %c5568 = arith.constant 5568 : index
  %c0_i8 = arith.constant 0 : i8

  %tensor = tir.allocate "tensor_3" : memref<150528xi8>
  tir.for %ax0_ax1_fused = 0 to 28 {
    tir.for %ax2 = 0 to 28 {
      tir.for %ax3_outer_init = 0 to 3 {
        tir.for %ax3_inner_init = 0 to 64 {
          %row = arith.muli %ax0_ax1_fused, %c5376 : index
          %col = arith.muli %ax2, %c192 : index
          %pixel = arith.addi %row, %col : index
          %block = arith.muli %ax3_outer_init, %c64 : index
          %channel = arith.addi %block, %ax3_inner_init : index
          %index = arith.addi %pixel, %channel : index
          tir.store %c0_i8, %tensor[%index] : memref<150528xi8>
        }
      }
      tir.for %rv0_rv1_fused = 0 to 9 {
        tir.for %ax3_outer = 0 to 3 {
          tir.for %ax3_inner = 0 to 64 {
            %out_row = arith.muli %ax0_ax1_fused, %c5376 : index
            %out_col = arith.muli %ax2, %c192 : index
            %out_pixel = arith.addi %out_row, %out_col : index
            %block = arith.muli %ax3_outer, %c64 : index
            %channel = arith.addi %block, %ax3_inner : index
            %out_index = arith.addi %out_pixel, %channel : index
            %best = tir.load %tensor[%out_index] : memref<150528xi8>
            %ry = arith.divui %rv0_rv1_fused, %c3 : index
            %y = arith.addi %ax0_ax1_fused, %ry : index
            %past_top = arith.cmpi ule, %c1, %y : index
            %before_bottom = arith.cmpi ult, %y, %c29 : index
            %rx = arith.remui %rv0_rv1_fused, %c3 : index
            %x = arith.addi %ax2, %rx : index
            %past_left = arith.cmpi ule, %c1, %x : index
            %before_right = arith.cmpi ult, %x, %c29 : index
            %row_inside = arith.andi %past_top, %before_bottom : i1
            %col_inside = arith.andi %past_left, %before_right : i1
            %inside = arith.andi %row_inside, %col_inside : i1
            %candidate = scf.if %inside -> (i8) {
              %window_row = arith.muli %ry, %c5376 : index
              %data_row = arith.addi %out_row, %window_row : index
              %window_col = arith.muli %rx, %c192 : index
              %data_col = arith.addi %out_col, %window_col : index
              %data_pixel = arith.addi %data_row, %data_col : index
              %data_shifted = arith.addi %data_pixel, %channel : index
              %data_index = arith.subi %data_shifted, %c5568 : index
              %element = tir.load %data[%data_index] : memref<150528xi8>
              scf.yield %element : i8
            } else {
              scf.yield %c0_i8 : i8
            }
            %best_so_far = arith.maxui %best, %candidate : i8
            tir.store %best_so_far, %tensor[%out_index] : memref<150528xi8>
          }
        }
      }
    }
  }
  tir.for %ax0_ax1_fused = 0 to 28 {
    tir.for %ax2 = 0 to 28 {
      tir.for %ax3 = 0 to 192 {
        %row = arith.muli %ax0_ax1_fused, %c5376 : index
        %col = arith.muli %ax2, %c192 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %ax3 : index
        %value = tir.load %tensor[%index] : memref<150528xi8>
        %value_i16 = arith.extui %value : i8 to i16
        tir.store %value_i16, %T_cast[%index] : memref<150528xi16>
      }
    }
  }
}

// 1x1 convolution, 28x28x192 -> 28x28x32: bias, requantized twice to u8.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320__2(
    %data: memref<150528xi16>, %weight: memref<6144xi16>, %bias: memref<32xi32>, %T_cast: memref<25088xi8>
) attributes {tir.noalias} {
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c192 = arith.constant 192 : index
  %c5376 = arith.constant 5376 : index
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1136333842_i32 = arith.constant 1136333842 : i32
  %c1811141736_i32 = arith.constant 1811141736 : i32

  %PaddedInput = tir.allocate "PaddedInput_3" : memref<150528xi16>
  tir.for %i0_i1_fused = 0 to 28 {
    tir.for %i2 = 0 to 28 {
      tir.for %i3 = 0 to 192 {
        %row = arith.muli %i0_i1_fused, %c5376 : index
        %col = arith.muli %i2, %c192 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %i3 : index
        %value = tir.load %data[%index] : memref<150528xi16>
        tir.store %value, %PaddedInput[%index] : memref<150528xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 784 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_3" : memref<1xi32>
    tir.for %ax3 = 0 to 32 {
      tir.store %c0_i32, %Conv2dOutput[%c0] : memref<1xi32>
      tir.for %rc = 0 to 192 {
        %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
        %padded_pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c192 : index
        %padded_index = arith.addi %padded_pixel, %rc : index
        %input = tir.load %PaddedInput[%padded_index] : memref<150528xi16>
        %input_i32 = arith.extsi %input : i16 to i32
        %weight_in = arith.muli %rc, %c32 : index
        %weight_index = arith.addi %weight_in, %ax3 : index
        %weight_value = tir.load %weight[%weight_index] : memref<6144xi16>
        %weight_i32 = arith.extsi %weight_value : i16 to i32
        %product = arith.muli %input_i32, %weight_i32 : i32
        %sum = arith.addi %acc, %product : i32
        tir.store %sum, %Conv2dOutput[%c0] : memref<1xi32>
      }
      %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c32 : index
      %index = arith.addi %pixel, %ax3 : index
      %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
      %bias_value = tir.load %bias[%ax3] : memref<32xi32>
      %biased = arith.addi %acc, %bias_value : i32
      %scaled = tir.q_multiply_shift %biased, %c1811141736_i32 {q = 31, s = -6} : i32
      %capped = arith.minsi %scaled, %c255_i32 : i32
      %clipped = arith.maxsi %capped, %c0_i32 : i32
      %narrowed = arith.trunci %clipped : i32 to i8
      %widened = arith.extui %narrowed : i8 to i32
      %rescaled = tir.q_multiply_shift %widened, %c1136333842_i32 {q = 31, s = 0} : i32
      %recapped = arith.minsi %rescaled, %c255_i32 : i32
      %reclipped = arith.maxsi %recapped, %c0_i32 : i32
      %renarrowed = arith.trunci %reclipped : i32 to i8
      tir.store %renarrowed, %T_cast[%index] : memref<25088xi8>
    }
  }
}

// 1x1 convolution, 28x28x192 -> 28x28x16: bias, requantized to u8, widened to i16.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_2(
    %data: memref<150528xi16>, %weight: memref<3072xi16>, %bias: memref<16xi32>, %T_cast: memref<12544xi16>
) attributes {tir.noalias} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c192 = arith.constant 192 : index
  %c5376 = arith.constant 5376 : index
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1764006585_i32 = arith.constant 1764006585 : i32

  %PaddedInput = tir.allocate "PaddedInput_4" : memref<150528xi16>
  tir.for %i0_i1_fused = 0 to 28 {
    tir.for %i2 = 0 to 28 {
      tir.for %i3 = 0 to 192 {
        %row = arith.muli %i0_i1_fused, %c5376 : index
        %col = arith.muli %i2, %c192 : index
        %pixel = arith.addi %row, %col : index
        %index = arith.addi %pixel, %i3 : index
        %value = tir.load %data[%index] : memref<150528xi16>
        tir.store %value, %PaddedInput[%index] : memref<150528xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 784 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_4" : memref<1xi32>
    tir.for %ax3 = 0 to 16 {
      tir.store %c0_i32, %Conv2dOutput[%c0] : memref<1xi32>
      tir.for %rc = 0 to 192 {
        %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
        %padded_pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c192 : index
        %padded_index = arith.addi %padded_pixel, %rc : index
        %input = tir.load %PaddedInput[%padded_index] : memref<150528xi16>
        %input_i32 = arith.extsi %input : i16 to i32
        %weight_in = arith.muli %rc, %c16 : index
        %weight_index = arith.addi %weight_in, %ax3 : index
        %weight_value = tir.load %weight[%weight_index] : memref<3072xi16>
        %weight_i32 = arith.extsi %weight_value : i16 to i32
        %product = arith.muli %input_i32, %weight_i32 : i32
        %sum = arith.addi %acc, %product : i32
        tir.store %sum, %Conv2dOutput[%c0] : memref<1xi32>
      }
      %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c16 : index
      %index = arith.addi %pixel, %ax3 : index
      %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
      %bias_value = tir.load %bias[%ax3] : memref<16xi32>
      %biased = arith.addi %acc, %bias_value : i32
      %scaled = tir.q_multiply_shift %biased, %c1764006585_i32 {q = 31, s = -7} : i32
      %capped = arith.minsi %scaled, %c255_i32 : i32
      %clipped = arith.maxsi %capped, %c0_i32 : i32
      %narrowed = arith.trunci %clipped : i32 to i8
      %widened = arith.extui %narrowed : i8 to i16
      tir.store %widened, %T_cast[%index] : memref<12544xi16>
    }
  }
}

// 3x3 convolution, 28x28x16 -> 28x28x32: bias, requantized twice to u8.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320__1(
    %data: memref<12544xi16>, %weight: memref<4608xi16>, %bias: memref<32xi32>, %T_cast: memref<25088xi8>
) attributes {tir.noalias} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c28 = arith.constant 28 : index
  %c29 = arith.constant 29 : index
  %c32 = arith.constant 32 : index
  %c448 = arith.constant 448 : index
  %c464 = arith.constant 464 : index
  %c480 = arith.constant 480 : index
  %c512 = arith.constant 512 : index
  %c1536 = arith.constant 1536 : index
  %c0_i16 = arith.constant 0 : i16
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1131968888_i32 = arith.constant 1131968888 : i32
  %c1900719667_i32 = arith.constant 1900719667 : i32

  %PaddedInput = tir.allocate "PaddedInput_5" : memref<14400xi16>
  tir.for %i0_i1_fused = 0 to 30 {
    tir.for %i2 = 0 to 30 {
      tir.for %i3 = 0 to 16 {
        %padded_row = arith.muli %i0_i1_fused, %c480 : index
        %col = arith.muli %i2, %c16 : index
        %padded_pixel = arith.addi %padded_row, %col : index
        %padded_index = arith.addi %padded_pixel, %i3 : index
        %past_top = arith.cmpi ule, %c1, %i0_i1_fused : index
        %before_bottom = arith.cmpi ult, %i0_i1_fused, %c29 : index
        %past_left = arith.cmpi ule, %c1, %i2 : index
        %before_right = arith.cmpi ult, %i2, %c29 : index
        %row_inside = arith.andi %past_top, %before_bottom : i1
        %col_inside = arith.andi %past_left, %before_right : i1
        %inside = arith.andi %row_inside, %col_inside : i1
        %value = scf.if %inside -> (i16) {
          %data_row = arith.muli %i0_i1_fused, %c448 : index
          %data_pixel = arith.addi %data_row, %col : index
          %data_shifted = arith.addi %data_pixel, %i3 : index
          %data_index = arith.subi %data_shifted, %c464 : index
          %element = tir.load %data[%data_index] : memref<12544xi16>
          scf.yield %element : i16
        } else {
          scf.yield %c0_i16 : i16
        }
        tir.store %value, %PaddedInput[%padded_index] : memref<14400xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 784 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_5" : memref<1xi32>
    tir.for %ax3 = 0 to 32 {
      tir.store %c0_i32, %Conv2dOutput[%c0] : memref<1xi32>
      tir.for %ry = 0 to 3 {
        tir.for %rx = 0 to 3 {
          tir.for %rc = 0 to 16 {
            %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
            %y = arith.divui %ax0_ax1_fused_ax2_fused, %c28 : index
            %base_row = arith.muli %y, %c480 : index
            %window_row = arith.muli %ry, %c480 : index
            %padded_row = arith.addi %base_row, %window_row : index
            %x = arith.remui %ax0_ax1_fused_ax2_fused, %c28 : index
            %base_col = arith.muli %x, %c16 : index
            %window_col = arith.muli %rx, %c16 : index
            %padded_col = arith.addi %base_col, %window_col : index
            %padded_pixel = arith.addi %padded_row, %padded_col : index
            %padded_index = arith.addi %padded_pixel, %rc : index
            %input = tir.load %PaddedInput[%padded_index] : memref<14400xi16>
            %input_i32 = arith.extsi %input : i16 to i32
            %weight_row = arith.muli %ry, %c1536 : index
            %weight_col = arith.muli %rx, %c512 : index
            %weight_tap = arith.addi %weight_row, %weight_col : index
            %weight_in = arith.muli %rc, %c32 : index
            %weight_filter = arith.addi %weight_tap, %weight_in : index
            %weight_index = arith.addi %weight_filter, %ax3 : index
            %weight_value = tir.load %weight[%weight_index] : memref<4608xi16>
            %weight_i32 = arith.extsi %weight_value : i16 to i32
            %product = arith.muli %input_i32, %weight_i32 : i32
            %sum = arith.addi %acc, %product : i32
            tir.store %sum, %Conv2dOutput[%c0] : memref<1xi32>
          }
        }
      }
      %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c32 : index
      %index = arith.addi %pixel, %ax3 : index
      %acc = tir.load %Conv2dOutput[%c0] : memref<1xi32>
      %bias_value = tir.load %bias[%ax3] : memref<32xi32>
      %biased = arith.addi %acc, %bias_value : i32
      %scaled = tir.q_multiply_shift %biased, %c1131968888_i32 {q = 31, s = -6} : i32
      %capped = arith.minsi %scaled, %c255_i32 : i32
      %clipped = arith.maxsi %capped, %c0_i32 : i32
      %narrowed = arith.trunci %clipped : i32 to i8
      %widened = arith.extui %narrowed : i8 to i32
      %rescaled = tir.q_multiply_shift %widened, %c1900719667_i32 {q = 31, s = 0} : i32
      %recapped = arith.minsi %rescaled, %c255_i32 : i32
      %reclipped = arith.maxsi %recapped, %c0_i32 : i32
      %renarrowed = arith.trunci %reclipped : i32 to i8
      tir.store %renarrowed, %T_cast[%index] : memref<25088xi8>
    }
  }
}

// 3x3 convolution, 28x28x96 -> 28x28x128: bias, requantized twice to u8.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320_(
    %data: memref<75264xi16>, %weight: memref<110592xi16>, %bias: memref<128xi32>, %T_cast: memref<100352xi8>
) attributes {tir.noalias} {
  %c1 = arith.constant 1 : index
  %c28 = arith.constant 28 : index
  %c29 = arith.constant 29 : index
  %c64 = arith.constant 64 : index
  %c96 = arith.constant 96 : index
  %c128 = arith.constant 128 : index
  %c2688 = arith.constant 2688 : index
  %c2784 = arith.constant 2784 : index
  %c2880 = arith.constant 2880 : index
  %c12288 = arith.constant 12288 : index
  %c36864 = arith.constant 36864 : index
  %c0_i16 = arith.constant 0 : i16
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1374050734_i32 = arith.constant 1374050734 : i32
  %c1544713713_i32 = arith.constant 1544713713 : i32

  %PaddedInput = tir.allocate "PaddedInput_6" : memref<86400xi16>
  tir.for %i0_i1_fused = 0 to 30 {
    tir.for %i2 = 0 to 30 {
      tir.for %i3 = 0 to 96 {
        %padded_row = arith.muli %i0_i1_fused, %c2880 : index
        %col = arith.muli %i2, %c96 : index
        %padded_pixel = arith.addi %padded_row, %col : index
        %padded_index = arith.addi %padded_pixel, %i3 : index
        %past_top = arith.cmpi ule, %c1, %i0_i1_fused : index
        %before_bottom = arith.cmpi ult, %i0_i1_fused, %c29 : index
        %past_left = arith.cmpi ule, %c1, %i2 : index
        %before_right = arith.cmpi ult, %i2, %c29 : index
        %row_inside = arith.andi %past_top, %before_bottom : i1
        %col_inside = arith.andi %past_left, %before_right : i1
        %inside = arith.andi %row_inside, %col_inside : i1
        %value = scf.if %inside -> (i16) {
          %data_row = arith.muli %i0_i1_fused, %c2688 : index
          %data_pixel = arith.addi %data_row, %col : index
          %data_shifted = arith.addi %data_pixel, %i3 : index
          %data_index = arith.subi %data_shifted, %c2784 : index
          %element = tir.load %data[%data_index] : memref<75264xi16>
          scf.yield %element : i16
        } else {
          scf.yield %c0_i16 : i16
        }
        tir.store %value, %PaddedInput[%padded_index] : memref<86400xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 784 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_6" : memref<64xi32>
    tir.for %ax3_outer = 0 to 2 {
      tir.for %ff = 0 to 64 {
        tir.store %c0_i32, %Conv2dOutput[%ff] : memref<64xi32>
        tir.for %ry = 0 to 3 {
          tir.for %rx = 0 to 3 {
            tir.for %rc = 0 to 96 {
              %acc = tir.load %Conv2dOutput[%ff] : memref<64xi32>
              %y = arith.divui %ax0_ax1_fused_ax2_fused, %c28 : index
              %base_row = arith.muli %y, %c2880 : index
              %window_row = arith.muli %ry, %c2880 : index
              %padded_row = arith.addi %base_row, %window_row : index
              %x = arith.remui %ax0_ax1_fused_ax2_fused, %c28 : index
              %base_col = arith.muli %x, %c96 : index
              %window_col = arith.muli %rx, %c96 : index
              %padded_col = arith.addi %base_col, %window_col : index
              %padded_pixel = arith.addi %padded_row, %padded_col : index
              %padded_index = arith.addi %padded_pixel, %rc : index
              %input = tir.load %PaddedInput[%padded_index] : memref<86400xi16>
              %input_i32 = arith.extsi %input : i16 to i32
              %weight_row = arith.muli %ry, %c36864 : index
              %weight_col = arith.muli %rx, %c12288 : index
              %weight_tap = arith.addi %weight_row, %weight_col : index
              %weight_in = arith.muli %rc, %c128 : index
              %weight_filter = arith.addi %weight_tap, %weight_in : index
              %block = arith.muli %ax3_outer, %c64 : index
              %channel = arith.addi %block, %ff : index
              %weight_index = arith.addi %weight_filter, %channel : index
              %weight_value = tir.load %weight[%weight_index] : memref<110592xi16>
              %weight_i32 = arith.extsi %weight_value : i16 to i32
              %product = arith.muli %input_i32, %weight_i32 : i32
              %sum = arith.addi %acc, %product : i32
              tir.store %sum, %Conv2dOutput[%ff] : memref<64xi32>
            }
          }
        }
      }
      tir.for %ax3_inner = 0 to 64 {
        %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c128 : index
        %block = arith.muli %ax3_outer, %c64 : index
        %channel = arith.addi %block, %ax3_inner : index
        %index = arith.addi %pixel, %channel : index
        %acc = tir.load %Conv2dOutput[%ax3_inner] : memref<64xi32>
        %bias_value = tir.load %bias[%channel] : memref<128xi32>
        %biased = arith.addi %acc, %bias_value : i32
        %scaled = tir.q_multiply_shift %biased, %c1374050734_i32 {q = 31, s = -7} : i32
        %capped = arith.minsi %scaled, %c255_i32 : i32
        %clipped = arith.maxsi %capped, %c0_i32 : i32
        %narrowed = arith.trunci %clipped : i32 to i8
        %widened = arith.extui %narrowed : i8 to i32
        %rescaled = tir.q_multiply_shift %widened, %c1544713713_i32 {q = 31, s = 0} : i32
        %recapped = arith.minsi %rescaled, %c255_i32 : i32
        %reclipped = arith.maxsi %recapped, %c0_i32 : i32
        %renarrowed = arith.trunci %reclipped : i32 to i8
        tir.store %renarrowed, %T_cast[%index] : memref<100352xi8>
      }
    }
  }
}

// 7x7 convolution, stride 2, 224x224x3 -> 112x112x64: bias, requantized to u8.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast(
    %data: memref<150528xi16>, %weight: memref<9408xi16>, %bias: memref<64xi32>, %T_cast: memref<802816xi8>
) attributes {tir.noalias} {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c6 = arith.constant 6 : index
  %c64 = arith.constant 64 : index
  %c112 = arith.constant 112 : index
  %c192 = arith.constant 192 : index
  %c226 = arith.constant 226 : index
  %c672 = arith.constant 672 : index
  %c687 = arith.constant 687 : index
  %c1344 = arith.constant 1344 : index
  %c1350 = arith.constant 1350 : index
  %c1374 = arith.constant 1374 : index
  %c0_i16 = arith.constant 0 : i16
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1939887962_i32 = arith.constant 1939887962 : i32

  %PaddedInput = tir.allocate "PaddedInput_7" : memref<157323xi16>
  tir.for %i0_i1_fused = 0 to 229 {
    tir.for %i2 = 0 to 229 {
      tir.for %i3 = 0 to 3 {
        %padded_row = arith.muli %i0_i1_fused, %c687 : index
        %col = arith.muli %i2, %c3 : index
        %padded_pixel = arith.addi %padded_row, %col : index
        %padded_index = arith.addi %padded_pixel, %i3 : index
        %past_top = arith.cmpi ule, %c2, %i0_i1_fused : index
        %before_bottom = arith.cmpi ult, %i0_i1_fused, %c226 : index
        %past_left = arith.cmpi ule, %c2, %i2 : index
        %before_right = arith.cmpi ult, %i2, %c226 : index
        %row_inside = arith.andi %past_top, %before_bottom : i1
        %col_inside = arith.andi %past_left, %before_right : i1
        %inside = arith.andi %row_inside, %col_inside : i1
        %value = scf.if %inside -> (i16) {
          %data_row = arith.muli %i0_i1_fused, %c672 : index
          %data_pixel = arith.addi %data_row, %col : index
          %data_shifted = arith.addi %data_pixel, %i3 : index
          %data_index = arith.subi %data_shifted, %c1350 : index
          %element = tir.load %data[%data_index] : memref<150528xi16>
          scf.yield %element : i16
        } else {
          scf.yield %c0_i16 : i16
        }
        tir.store %value, %PaddedInput[%padded_index] : memref<157323xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 12544 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_7" : memref<64xi32>
    tir.for %ff = 0 to 64 {
      tir.store %c0_i32, %Conv2dOutput[%ff] : memref<64xi32>
      tir.for %ry = 0 to 7 {
        tir.for %rx = 0 to 7 {
          tir.for %rc = 0 to 3 {
            %acc = tir.load %Conv2dOutput[%ff] : memref<64xi32>
            %y = arith.divui %ax0_ax1_fused_ax2_fused, %c112 : index
            %base_row = arith.muli %y, %c1374 : index
            %window_row = arith.muli %ry, %c687 : index
            %padded_row = arith.addi %base_row, %window_row : index
            %x = arith.remui %ax0_ax1_fused_ax2_fused, %c112 : index
            %base_col = arith.muli %x, %c6 : index
            %window_col = arith.muli %rx, %c3 : index
            %padded_col = arith.addi %base_col, %window_col : index
            %padded_pixel = arith.addi %padded_row, %padded_col : index
            %padded_index = arith.addi %padded_pixel, %rc : index
            %input = tir.load %PaddedInput[%padded_index] : memref<157323xi16>
            %input_i32 = arith.extsi %input : i16 to i32
            %weight_row = arith.muli %ry, %c1344 : index
            %weight_col = arith.muli %rx, %c192 : index
            %weight_tap = arith.addi %weight_row, %weight_col : index
            %weight_in = arith.muli %rc, %c64 : index
            %weight_filter = arith.addi %weight_tap, %weight_in : index
            %weight_index = arith.addi %weight_filter, %ff : index
            %weight_value = tir.load %weight[%weight_index] : memref<9408xi16>
            %weight_i32 = arith.extsi %weight_value : i16 to i32
            %product = arith.muli %input_i32, %weight_i32 : i32
            %sum = arith.addi %acc, %product : i32
            tir.store %sum, %Conv2dOutput[%ff] : memref<64xi32>
          }
        }
      }
    }
    tir.for %ax3_inner = 0 to 64 {
      %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c64 : index
      %index = arith.addi %pixel, %ax3_inner : index
      %acc = tir.load %Conv2dOutput[%ax3_inner] : memref<64xi32>
      %bias_value = tir.load %bias[%ax3_inner] : memref<64xi32>
      %biased = arith.addi %acc, %bias_value : i32
      %scaled = tir.q_multiply_shift %biased, %c1939887962_i32 {q = 31, s = -9} : i32
      %capped = arith.minsi %scaled, %c255_i32 : i32
      %clipped = arith.maxsi %capped, %c0_i32 : i32
      %narrowed = arith.trunci %clipped : i32 to i8
      tir.store %narrowed, %T_cast[%index] : memref<802816xi8>
    }
  }
}

// 3x3 convolution, 56x56x64 -> 56x56x192: bias, requantized to u8.
tir.func @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_1(
    %data: memref<200704xi16>, %weight: memref<110592xi16>, %bias: memref<192xi32>, %T_cast: memref<602112xi8>
) attributes {tir.noalias} {
  %c1 = arith.constant 1 : index
  %c56 = arith.constant 56 : index
  %c57 = arith.constant 57 : index
  %c64 = arith.constant 64 : index
  %c192 = arith.constant 192 : index
  %c3584 = arith.constant 3584 : index
  %c3648 = arith.constant 3648 : index
  %c3712 = arith.constant 3712 : index
  %c12288 = arith.constant 12288 : index
  %c36864 = arith.constant 36864 : index
  %c0_i16 = arith.constant 0 : i16
  %c0_i32 = arith.constant 0 : i32
  %c255_i32 = arith.constant 255 : i32
  %c1139793473_i32 = arith.constant 1139793473 : i32

  %PaddedInput = tir.allocate "PaddedInput_8" : memref<215296xi16>
  tir.for %i0_i1_fused = 0 to 58 {
    tir.for %i2 = 0 to 58 {
      tir.for %i3 = 0 to 64 {
        %padded_row = arith.muli %i0_i1_fused, %c3712 : index
        %col = arith.muli %i2, %c64 : index
        %padded_pixel = arith.addi %padded_row, %col : index
        %padded_index = arith.addi %padded_pixel, %i3 : index
        %past_top = arith.cmpi ule, %c1, %i0_i1_fused : index
        %before_bottom = arith.cmpi ult, %i0_i1_fused, %c57 : index
        %past_left = arith.cmpi ule, %c1, %i2 : index
        %before_right = arith.cmpi ult, %i2, %c57 : index
        %row_inside = arith.andi %past_top, %before_bottom : i1
        %col_inside = arith.andi %past_left, %before_right : i1
        %inside = arith.andi %row_inside, %col_inside : i1
        %value = scf.if %inside -> (i16) {
          %data_row = arith.muli %i0_i1_fused, %c3584 : index
          %data_pixel = arith.addi %data_row, %col : index
          %data_shifted = arith.addi %data_pixel, %i3 : index
          %data_index = arith.subi %data_shifted, %c3648 : index
          %element = tir.load %data[%data_index] : memref<200704xi16>
          scf.yield %element : i16
        } else {
          scf.yield %c0_i16 : i16
        }
        tir.store %value, %PaddedInput[%padded_index] : memref<215296xi16>
      }
    }
  }
  tir.for %ax0_ax1_fused_ax2_fused = 0 to 3136 {
    %Conv2dOutput = tir.allocate "Conv2dOutput_8" : memref<64xi32>
    tir.for %ax3_outer = 0 to 3 {
      tir.for %ff = 0 to 64 {
        tir.store %c0_i32, %Conv2dOutput[%ff] : memref<64xi32>
        tir.for %ry = 0 to 3 {
          tir.for %rx = 0 to 3 {
            tir.for %rc = 0 to 64 {
              %acc = tir.load %Conv2dOutput[%ff] : memref<64xi32>
              %y = arith.divui %ax0_ax1_fused_ax2_fused, %c56 : index
              %base_row = arith.muli %y, %c3712 : index
              %window_row = arith.muli %ry, %c3712 : index
              %padded_row = arith.addi %base_row, %window_row : index
              %x = arith.remui %ax0_ax1_fused_ax2_fused, %c56 : index
              %base_col = arith.muli %x, %c64 : index
              %window_col = arith.muli %rx, %c64 : index
              %padded_col = arith.addi %base_col, %window_col : index
              %padded_pixel = arith.addi %padded_row, %padded_col : index
              %padded_index = arith.addi %padded_pixel, %rc : index
              %input = tir.load %PaddedInput[%padded_index] : memref<215296xi16>
              %input_i32 = arith.extsi %input : i16 to i32
              %weight_row = arith.muli %ry, %c36864 : index
              %weight_col = arith.muli %rx, %c12288 : index
              %weight_tap = arith.addi %weight_row, %weight_col : index
              %weight_in = arith.muli %rc, %c192 : index
              %weight_filter = arith.addi %weight_tap, %weight_in : index
              %block = arith.muli %ax3_outer, %c64 : index
              %channel = arith.addi %block, %ff : index
              %weight_index = arith.addi %weight_filter, %channel : index
              %weight_value = tir.load %weight[%weight_index] : memref<110592xi16>
              %weight_i32 = arith.extsi %weight_value : i16 to i32
              %product = arith.muli %input_i32, %weight_i32 : i32
              %sum = arith.addi %acc, %product : i32
              tir.store %sum, %Conv2dOutput[%ff] : memref<64xi32>
            }
          }
        }
      }
      tir.for %ax3_inner = 0 to 64 {
        %pixel = arith.muli %ax0_ax1_fused_ax2_fused, %c192 : index
        %block = arith.muli %ax3_outer, %c64 : index
        %channel = arith.addi %block, %ax3_inner : index
        %index = arith.addi %pixel, %channel : index
        %acc = tir.load %Conv2dOutput[%ax3_inner] : memref<64xi32>
        %bias_value = tir.load %bias[%channel] : memref<192xi32>
        %biased = arith.addi %acc, %bias_value : i32
        %scaled = tir.q_multiply_shift %biased, %c1139793473_i32 {q = 31, s = -6} : i32
        %capped = arith.minsi %scaled, %c255_i32 : i32
        %clipped = arith.maxsi %capped, %c0_i32 : i32
        %narrowed = arith.trunci %clipped : i32 to i8
        tir.store %narrowed, %T_cast[%index] : memref<602112xi8>
      }
    }
  }
}

// Entry: calls the operators in order; the `sid` buffers carry the tensors between them.
tir.func @tvmgen_default_run_model(%input: memref<?xi8>, %output: memref<?xi8>) attributes {runner_function} {
  %sid32 = tir.allocate "sid_32" : memref<301056xi8>
  %sid20 = tir.allocate "sid_20" : memref<150528xi8>
  %sid6 = tir.allocate "sid_6" : memref<401408xi8>
  %sid9 = tir.allocate "sid_9" : memref<301056xi8>
  %sid7 = tir.allocate "sid_7" : memref<401408xi8>
  %sid8 = tir.allocate "sid_8" : memref<802816xi8>
  %sid2 = tir.allocate "sid_2" : memref<50176xi8>
  %sid3 = tir.allocate "sid_3" : memref<301056xi8>
  %sid19 = tir.allocate "sid_19" : memref<100352xi8>
  %sid4 = tir.allocate "sid_4" : memref<150528xi8>
  %sid5 = tir.allocate "sid_5" : memref<602112xi8>
  %sid25 = tir.allocate "sid_25" : memref<25088xi8>
  %sid26 = tir.allocate "sid_26" : memref<25088xi8>
  %sid31 = tir.allocate "sid_31" : memref<25088xi8>
  %p0 = tir.lookup_param "p0" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_cast_subtract(%input, %p0, %sid9)
      : (memref<?xi8>, memref<?xi8>, memref<301056xi8>) -> ()
  %p1 = tir.lookup_param "p1" : memref<?xi8>
  %p2 = tir.lookup_param "p2" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast(%sid9, %p1, %p2, %sid8)
      : (memref<301056xi8>, memref<?xi8>, memref<?xi8>, memref<802816xi8>) -> ()
  tir.call_extern @tvmgen_default_fused_nn_max_pool2d_cast(%sid8, %sid7)
      : (memref<802816xi8>, memref<401408xi8>) -> ()
  %p3 = tir.lookup_param "p3" : memref<?xi8>
  %p4 = tir.lookup_param "p4" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast(
      %sid7, %p3, %p4, %sid6
  ) : (memref<401408xi8>, memref<?xi8>, memref<?xi8>, memref<401408xi8>) -> ()
  %p5 = tir.lookup_param "p5" : memref<?xi8>
  %p6 = tir.lookup_param "p6" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_1(%sid6, %p5, %p6, %sid5)
      : (memref<401408xi8>, memref<?xi8>, memref<?xi8>, memref<602112xi8>) -> ()
  tir.call_extern @tvmgen_default_fused_nn_max_pool2d(%sid5, %sid4)
      : (memref<602112xi8>, memref<150528xi8>) -> ()
  tir.call_extern @tvmgen_default_fused_cast(%sid4, %sid3) : (memref<150528xi8>, memref<301056xi8>) -> ()
  %p7 = tir.lookup_param "p7" : memref<?xi8>
  %p8 = tir.lookup_param "p8" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_2(%sid3, %p7, %p8, %sid2)
      : (memref<301056xi8>, memref<?xi8>, memref<?xi8>, memref<50176xi8>) -> ()
  %p9 = tir.lookup_param "p9" : memref<?xi8>
  %p10 = tir.lookup_param "p10" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_1(
      %sid3, %p9, %p10, %sid20
  ) : (memref<301056xi8>, memref<?xi8>, memref<?xi8>, memref<150528xi8>) -> ()
  %p11 = tir.lookup_param "p11" : memref<?xi8>
  %p12 = tir.lookup_param "p12" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320_(
      %sid20, %p11, %p12, %sid19
  ) : (memref<150528xi8>, memref<?xi8>, memref<?xi8>, memref<100352xi8>) -> ()
  %p13 = tir.lookup_param "p13" : memref<?xi8>
  %p14 = tir.lookup_param "p14" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_2(
      %sid3, %p13, %p14, %sid26
  ) : (memref<301056xi8>, memref<?xi8>, memref<?xi8>, memref<25088xi8>) -> ()
  %p15 = tir.lookup_param "p15" : memref<?xi8>
  %p16 = tir.lookup_param "p16" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320__1(
      %sid26, %p15, %p16, %sid25
  ) : (memref<25088xi8>, memref<?xi8>, memref<?xi8>, memref<25088xi8>) -> ()
  tir.call_extern @tvmgen_default_fused_nn_max_pool2d_cast_1(%sid4, %sid32)
      : (memref<150528xi8>, memref<301056xi8>) -> ()
  %p17 = tir.lookup_param "p17" : memref<?xi8>
  %p18 = tir.lookup_param "p18" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast_cast_fixed_point_multiply_cli_4464294615199028320__2(
      %sid32, %p17, %p18, %sid31
  ) : (memref<301056xi8>, memref<?xi8>, memref<?xi8>, memref<25088xi8>) -> ()
  tir.call_extern @tvmgen_default_fused_concatenate(%sid2, %sid19, %sid25, %sid31, %output)
      : (memref<50176xi8>, memref<100352xi8>, memref<25088xi8>, memref<25088xi8>, memref<?xi8>) -> ()
}
