// The start of a quantized image classifier, as a straight line of three operators: the zero point is
// subtracted from the image, then a 7x7 convolution and a max pooling follow. Each operator has scratch
// buffers of its own, to be planned together with the two tensors that link the operators.

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

// Entry: calls the operators in order; the `sid` buffers carry the tensors between them.
tir.func @tvmgen_default_run_model(%input: memref<?xi8>, %output: memref<?xi8>) attributes {runner_function} {
  %sid9 = tir.allocate "sid_9" : memref<301056xi8>
  %sid8 = tir.allocate "sid_8" : memref<802816xi8>
  %p0 = tir.lookup_param "p0" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_cast_subtract(%input, %p0, %sid9)
      : (memref<?xi8>, memref<?xi8>, memref<301056xi8>) -> ()
  %p1 = tir.lookup_param "p1" : memref<?xi8>
  %p2 = tir.lookup_param "p2" : memref<?xi8>
  tir.call_extern @tvmgen_default_fused_nn_conv2d_add_fixed_point_multiply_clip_cast(%sid9, %p1, %p2, %sid8)
      : (memref<301056xi8>, memref<?xi8>, memref<?xi8>, memref<802816xi8>) -> ()
  tir.call_extern @tvmgen_default_fused_nn_max_pool2d_cast(%sid8, %output)
      : (memref<802816xi8>, memref<?xi8>) -> ()
}
