// A quantized MobileNetV2 for images of 48 x 48 pixels, in upstream's dialects: 24 layers with
// weights, in 7 bottlenecks of three and what stands around them. Each operator has scratch buffers
// of its own, and every buffer is freed after its last use, as bufferization leaves a program.
// Written by tests/models/usmp_memref_networks.py.

#pixel = affine_map<(pixel, channel, depth) -> (pixel, channel)>
#pixel_depth = affine_map<(pixel, channel, depth) -> (pixel, depth)>
#depth_channel = affine_map<(pixel, channel, depth) -> (depth, channel)>
#all = affine_map<(pixel, channel) -> (pixel, channel)>
#channel = affine_map<(pixel, channel) -> (channel)>

// What the sums of each layer are multiplied by, in units of 2^-24.
"memref.global"() <{sym_name = "multipliers", sym_visibility = "private", constant, type = memref<23xi32>, initial_value = dense<[80719, 148291, 139810, 74146, 121079, 139810, 60540, 121079, 139810, 60540, 104858, 139810, 52429, 104858, 139810, 52429, 104858, 139810, 52429, 85616, 139810, 42808, 85616]> : tensor<23xi32>}> : () -> ()

func.func private @convolution_48x48x3_to_8_stride2(%image: memref<48x48x3xi8>, %weights: memref<3x3x3x8xi8>, %bias: memref<8xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<24x24x8xi8>) {
  %zero = arith.constant 0 : i8
  %padded = memref.alloc() : memref<50x50x3xi8>
  linalg.fill ins(%zero : i8) outs(%padded : memref<50x50x3xi8>)
  %inside = memref.subview %padded[1, 1, 0] [48, 48, 3] [1, 1, 1] : memref<50x50x3xi8> to memref<48x48x3xi8, strided<[150, 3, 1], offset: 153>>
  linalg.copy ins(%image : memref<48x48x3xi8>) outs(%inside : memref<48x48x3xi8, strided<[150, 3, 1], offset: 153>>)
  %sums = memref.alloc() : memref<576x8xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<8xi32, strided<[1], offset: ?>>) outs(%sums : memref<576x8xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  %windows = memref.expand_shape %sums [[0, 1], [2]] output_shape [24, 24, 8] : memref<576x8xi32> into memref<24x24x8xi32>
  linalg.generic {indexing_maps = [affine_map<(row, column, channel, y, x, depth) -> (row * 2 + y, column * 2 + x, depth)>, affine_map<(row, column, channel, y, x, depth) -> (y, x, depth, channel)>, affine_map<(row, column, channel, y, x, depth) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%padded, %weights : memref<50x50x3xi8>, memref<3x3x3x8xi8>) outs(%windows : memref<24x24x8xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  memref.dealloc %padded : memref<50x50x3xi8>
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<24x24x8xi8> into memref<576x8xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<576x8xi32>) outs(%pixels_out : memref<576x8xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<576x8xi32>
  func.return
}

func.func private @pointwise_24x24x8_to_32(%image: memref<24x24x8xi8>, %weights: memref<8x32xi8>, %bias: memref<32xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<24x24x32xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<24x24x8xi8> into memref<576x8xi8>
  %sums = memref.alloc() : memref<576x32xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<32xi32, strided<[1], offset: ?>>) outs(%sums : memref<576x32xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<576x8xi8>, memref<8x32xi8>) outs(%sums : memref<576x32xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<24x24x32xi8> into memref<576x32xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<576x32xi32>) outs(%pixels_out : memref<576x32xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<576x32xi32>
  func.return
}

func.func private @depthwise_24x24x32_to_32_stride2(%image: memref<24x24x32xi8>, %weights: memref<3x3x32xi8>, %bias: memref<32xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<12x12x32xi8>) {
  %zero = arith.constant 0 : i8
  %padded = memref.alloc() : memref<26x26x32xi8>
  linalg.fill ins(%zero : i8) outs(%padded : memref<26x26x32xi8>)
  %inside = memref.subview %padded[1, 1, 0] [24, 24, 32] [1, 1, 1] : memref<26x26x32xi8> to memref<24x24x32xi8, strided<[832, 32, 1], offset: 864>>
  linalg.copy ins(%image : memref<24x24x32xi8>) outs(%inside : memref<24x24x32xi8, strided<[832, 32, 1], offset: 864>>)
  %sums = memref.alloc() : memref<144x32xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<32xi32, strided<[1], offset: ?>>) outs(%sums : memref<144x32xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  %windows = memref.expand_shape %sums [[0, 1], [2]] output_shape [12, 12, 32] : memref<144x32xi32> into memref<12x12x32xi32>
  linalg.generic {indexing_maps = [affine_map<(row, column, channel, y, x) -> (row * 2 + y, column * 2 + x, channel)>, affine_map<(row, column, channel, y, x) -> (y, x, channel)>, affine_map<(row, column, channel, y, x) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%padded, %weights : memref<26x26x32xi8>, memref<3x3x32xi8>) outs(%windows : memref<12x12x32xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  memref.dealloc %padded : memref<26x26x32xi8>
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<12x12x32xi8> into memref<144x32xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<144x32xi32>) outs(%pixels_out : memref<144x32xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<144x32xi32>
  func.return
}

func.func private @pointwise_12x12x32_to_12(%image: memref<12x12x32xi8>, %weights: memref<32x12xi8>, %bias: memref<12xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<12x12x12xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<12x12x32xi8> into memref<144x32xi8>
  %sums = memref.alloc() : memref<144x12xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<12xi32, strided<[1], offset: ?>>) outs(%sums : memref<144x12xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<144x32xi8>, memref<32x12xi8>) outs(%sums : memref<144x12xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<12x12x12xi8> into memref<144x12xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<144x12xi32>) outs(%pixels_out : memref<144x12xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<144x12xi32>
  func.return
}

func.func private @pointwise_12x12x12_to_48(%image: memref<12x12x12xi8>, %weights: memref<12x48xi8>, %bias: memref<48xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<12x12x48xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<12x12x12xi8> into memref<144x12xi8>
  %sums = memref.alloc() : memref<144x48xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<48xi32, strided<[1], offset: ?>>) outs(%sums : memref<144x48xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<144x12xi8>, memref<12x48xi8>) outs(%sums : memref<144x48xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<12x12x48xi8> into memref<144x48xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<144x48xi32>) outs(%pixels_out : memref<144x48xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<144x48xi32>
  func.return
}

func.func private @depthwise_12x12x48_to_48(%image: memref<12x12x48xi8>, %weights: memref<3x3x48xi8>, %bias: memref<48xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<12x12x48xi8>) {
  %zero = arith.constant 0 : i8
  %padded = memref.alloc() : memref<14x14x48xi8>
  linalg.fill ins(%zero : i8) outs(%padded : memref<14x14x48xi8>)
  %inside = memref.subview %padded[1, 1, 0] [12, 12, 48] [1, 1, 1] : memref<14x14x48xi8> to memref<12x12x48xi8, strided<[672, 48, 1], offset: 720>>
  linalg.copy ins(%image : memref<12x12x48xi8>) outs(%inside : memref<12x12x48xi8, strided<[672, 48, 1], offset: 720>>)
  %sums = memref.alloc() : memref<144x48xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<48xi32, strided<[1], offset: ?>>) outs(%sums : memref<144x48xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  %windows = memref.expand_shape %sums [[0, 1], [2]] output_shape [12, 12, 48] : memref<144x48xi32> into memref<12x12x48xi32>
  linalg.generic {indexing_maps = [affine_map<(row, column, channel, y, x) -> (row + y, column + x, channel)>, affine_map<(row, column, channel, y, x) -> (y, x, channel)>, affine_map<(row, column, channel, y, x) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%padded, %weights : memref<14x14x48xi8>, memref<3x3x48xi8>) outs(%windows : memref<12x12x48xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  memref.dealloc %padded : memref<14x14x48xi8>
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<12x12x48xi8> into memref<144x48xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<144x48xi32>) outs(%pixels_out : memref<144x48xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<144x48xi32>
  func.return
}

func.func private @pointwise_12x12x48_to_12(%image: memref<12x12x48xi8>, %weights: memref<48x12xi8>, %bias: memref<12xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<12x12x12xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<12x12x48xi8> into memref<144x48xi8>
  %sums = memref.alloc() : memref<144x12xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<12xi32, strided<[1], offset: ?>>) outs(%sums : memref<144x12xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<144x48xi8>, memref<48x12xi8>) outs(%sums : memref<144x12xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<12x12x12xi8> into memref<144x12xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<144x12xi32>) outs(%pixels_out : memref<144x12xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<144x12xi32>
  func.return
}

func.func private @add_12x12x12(%one: memref<12x12x12xi8>, %other: memref<12x12x12xi8>, %result: memref<12x12x12xi8>) {
  %least = arith.constant -128 : i32
  %most = arith.constant 127 : i32
  linalg.generic {indexing_maps = [affine_map<(row, column, channel) -> (row, column, channel)>, affine_map<(row, column, channel) -> (row, column, channel)>, affine_map<(row, column, channel) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%one, %other : memref<12x12x12xi8>, memref<12x12x12xi8>) outs(%result : memref<12x12x12xi8>) {
  ^bb0(%a: i8, %b: i8, %old: i8):
    %a_wide = arith.extsi %a : i8 to i32
    %b_wide = arith.extsi %b : i8 to i32
    %sum = arith.addi %a_wide, %b_wide : i32
    %bounded = arith.maxsi %sum, %least : i32
    %clipped = arith.minsi %bounded, %most : i32
    %byte = arith.trunci %clipped : i32 to i8
    linalg.yield %byte : i8
  }
  func.return
}

func.func private @depthwise_12x12x48_to_48_stride2(%image: memref<12x12x48xi8>, %weights: memref<3x3x48xi8>, %bias: memref<48xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x48xi8>) {
  %zero = arith.constant 0 : i8
  %padded = memref.alloc() : memref<14x14x48xi8>
  linalg.fill ins(%zero : i8) outs(%padded : memref<14x14x48xi8>)
  %inside = memref.subview %padded[1, 1, 0] [12, 12, 48] [1, 1, 1] : memref<14x14x48xi8> to memref<12x12x48xi8, strided<[672, 48, 1], offset: 720>>
  linalg.copy ins(%image : memref<12x12x48xi8>) outs(%inside : memref<12x12x48xi8, strided<[672, 48, 1], offset: 720>>)
  %sums = memref.alloc() : memref<36x48xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<48xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x48xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  %windows = memref.expand_shape %sums [[0, 1], [2]] output_shape [6, 6, 48] : memref<36x48xi32> into memref<6x6x48xi32>
  linalg.generic {indexing_maps = [affine_map<(row, column, channel, y, x) -> (row * 2 + y, column * 2 + x, channel)>, affine_map<(row, column, channel, y, x) -> (y, x, channel)>, affine_map<(row, column, channel, y, x) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%padded, %weights : memref<14x14x48xi8>, memref<3x3x48xi8>) outs(%windows : memref<6x6x48xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  memref.dealloc %padded : memref<14x14x48xi8>
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x48xi8> into memref<36x48xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x48xi32>) outs(%pixels_out : memref<36x48xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x48xi32>
  func.return
}

func.func private @pointwise_6x6x48_to_16(%image: memref<6x6x48xi8>, %weights: memref<48x16xi8>, %bias: memref<16xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x16xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<6x6x48xi8> into memref<36x48xi8>
  %sums = memref.alloc() : memref<36x16xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<16xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x16xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<36x48xi8>, memref<48x16xi8>) outs(%sums : memref<36x16xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x16xi8> into memref<36x16xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x16xi32>) outs(%pixels_out : memref<36x16xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x16xi32>
  func.return
}

func.func private @pointwise_6x6x16_to_64(%image: memref<6x6x16xi8>, %weights: memref<16x64xi8>, %bias: memref<64xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x64xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<6x6x16xi8> into memref<36x16xi8>
  %sums = memref.alloc() : memref<36x64xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<64xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x64xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<36x16xi8>, memref<16x64xi8>) outs(%sums : memref<36x64xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x64xi8> into memref<36x64xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x64xi32>) outs(%pixels_out : memref<36x64xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x64xi32>
  func.return
}

func.func private @depthwise_6x6x64_to_64(%image: memref<6x6x64xi8>, %weights: memref<3x3x64xi8>, %bias: memref<64xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x64xi8>) {
  %zero = arith.constant 0 : i8
  %padded = memref.alloc() : memref<8x8x64xi8>
  linalg.fill ins(%zero : i8) outs(%padded : memref<8x8x64xi8>)
  %inside = memref.subview %padded[1, 1, 0] [6, 6, 64] [1, 1, 1] : memref<8x8x64xi8> to memref<6x6x64xi8, strided<[512, 64, 1], offset: 576>>
  linalg.copy ins(%image : memref<6x6x64xi8>) outs(%inside : memref<6x6x64xi8, strided<[512, 64, 1], offset: 576>>)
  %sums = memref.alloc() : memref<36x64xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<64xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x64xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  %windows = memref.expand_shape %sums [[0, 1], [2]] output_shape [6, 6, 64] : memref<36x64xi32> into memref<6x6x64xi32>
  linalg.generic {indexing_maps = [affine_map<(row, column, channel, y, x) -> (row + y, column + x, channel)>, affine_map<(row, column, channel, y, x) -> (y, x, channel)>, affine_map<(row, column, channel, y, x) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%padded, %weights : memref<8x8x64xi8>, memref<3x3x64xi8>) outs(%windows : memref<6x6x64xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  memref.dealloc %padded : memref<8x8x64xi8>
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x64xi8> into memref<36x64xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x64xi32>) outs(%pixels_out : memref<36x64xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x64xi32>
  func.return
}

func.func private @pointwise_6x6x64_to_16(%image: memref<6x6x64xi8>, %weights: memref<64x16xi8>, %bias: memref<16xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x16xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<6x6x64xi8> into memref<36x64xi8>
  %sums = memref.alloc() : memref<36x16xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<16xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x16xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<36x64xi8>, memref<64x16xi8>) outs(%sums : memref<36x16xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x16xi8> into memref<36x16xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x16xi32>) outs(%pixels_out : memref<36x16xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x16xi32>
  func.return
}

func.func private @add_6x6x16(%one: memref<6x6x16xi8>, %other: memref<6x6x16xi8>, %result: memref<6x6x16xi8>) {
  %least = arith.constant -128 : i32
  %most = arith.constant 127 : i32
  linalg.generic {indexing_maps = [affine_map<(row, column, channel) -> (row, column, channel)>, affine_map<(row, column, channel) -> (row, column, channel)>, affine_map<(row, column, channel) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%one, %other : memref<6x6x16xi8>, memref<6x6x16xi8>) outs(%result : memref<6x6x16xi8>) {
  ^bb0(%a: i8, %b: i8, %old: i8):
    %a_wide = arith.extsi %a : i8 to i32
    %b_wide = arith.extsi %b : i8 to i32
    %sum = arith.addi %a_wide, %b_wide : i32
    %bounded = arith.maxsi %sum, %least : i32
    %clipped = arith.minsi %bounded, %most : i32
    %byte = arith.trunci %clipped : i32 to i8
    linalg.yield %byte : i8
  }
  func.return
}

func.func private @pointwise_6x6x64_to_24(%image: memref<6x6x64xi8>, %weights: memref<64x24xi8>, %bias: memref<24xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x24xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<6x6x64xi8> into memref<36x64xi8>
  %sums = memref.alloc() : memref<36x24xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<24xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x24xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<36x64xi8>, memref<64x24xi8>) outs(%sums : memref<36x24xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x24xi8> into memref<36x24xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x24xi32>) outs(%pixels_out : memref<36x24xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x24xi32>
  func.return
}

func.func private @pointwise_6x6x24_to_96(%image: memref<6x6x24xi8>, %weights: memref<24x96xi8>, %bias: memref<96xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x96xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<6x6x24xi8> into memref<36x24xi8>
  %sums = memref.alloc() : memref<36x96xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<96xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x96xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<36x24xi8>, memref<24x96xi8>) outs(%sums : memref<36x96xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x96xi8> into memref<36x96xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x96xi32>) outs(%pixels_out : memref<36x96xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x96xi32>
  func.return
}

func.func private @depthwise_6x6x96_to_96(%image: memref<6x6x96xi8>, %weights: memref<3x3x96xi8>, %bias: memref<96xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x96xi8>) {
  %zero = arith.constant 0 : i8
  %padded = memref.alloc() : memref<8x8x96xi8>
  linalg.fill ins(%zero : i8) outs(%padded : memref<8x8x96xi8>)
  %inside = memref.subview %padded[1, 1, 0] [6, 6, 96] [1, 1, 1] : memref<8x8x96xi8> to memref<6x6x96xi8, strided<[768, 96, 1], offset: 864>>
  linalg.copy ins(%image : memref<6x6x96xi8>) outs(%inside : memref<6x6x96xi8, strided<[768, 96, 1], offset: 864>>)
  %sums = memref.alloc() : memref<36x96xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<96xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x96xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  %windows = memref.expand_shape %sums [[0, 1], [2]] output_shape [6, 6, 96] : memref<36x96xi32> into memref<6x6x96xi32>
  linalg.generic {indexing_maps = [affine_map<(row, column, channel, y, x) -> (row + y, column + x, channel)>, affine_map<(row, column, channel, y, x) -> (y, x, channel)>, affine_map<(row, column, channel, y, x) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%padded, %weights : memref<8x8x96xi8>, memref<3x3x96xi8>) outs(%windows : memref<6x6x96xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  memref.dealloc %padded : memref<8x8x96xi8>
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x96xi8> into memref<36x96xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x96xi32>) outs(%pixels_out : memref<36x96xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x96xi32>
  func.return
}

func.func private @pointwise_6x6x96_to_24(%image: memref<6x6x96xi8>, %weights: memref<96x24xi8>, %bias: memref<24xi32, strided<[1], offset: ?>>, %multiplier: i32, %least: i64, %result: memref<6x6x24xi8>) {
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : memref<6x6x96xi8> into memref<36x96xi8>
  %sums = memref.alloc() : memref<36x24xi32>
  linalg.generic {indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]} ins(%bias : memref<24xi32, strided<[1], offset: ?>>) outs(%sums : memref<36x24xi32>) {
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }
  linalg.generic {indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]} ins(%pixels, %weights : memref<36x96xi8>, memref<96x24xi8>) outs(%sums : memref<36x24xi32>) {
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : memref<6x6x24xi8> into memref<36x24xi8>
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant 8388608 : i64
  %places = arith.constant 24 : i64
  %most = arith.constant 127 : i64
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%sums : memref<36x24xi32>) outs(%pixels_out : memref<36x24xi8>) {
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }
  memref.dealloc %sums : memref<36x24xi32>
  func.return
}

func.func private @add_6x6x24(%one: memref<6x6x24xi8>, %other: memref<6x6x24xi8>, %result: memref<6x6x24xi8>) {
  %least = arith.constant -128 : i32
  %most = arith.constant 127 : i32
  linalg.generic {indexing_maps = [affine_map<(row, column, channel) -> (row, column, channel)>, affine_map<(row, column, channel) -> (row, column, channel)>, affine_map<(row, column, channel) -> (row, column, channel)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%one, %other : memref<6x6x24xi8>, memref<6x6x24xi8>) outs(%result : memref<6x6x24xi8>) {
  ^bb0(%a: i8, %b: i8, %old: i8):
    %a_wide = arith.extsi %a : i8 to i32
    %b_wide = arith.extsi %b : i8 to i32
    %sum = arith.addi %a_wide, %b_wide : i32
    %bounded = arith.maxsi %sum, %least : i32
    %clipped = arith.minsi %bounded, %most : i32
    %byte = arith.trunci %clipped : i32 to i8
    linalg.yield %byte : i8
  }
  func.return
}

func.func private @average(%image: memref<6x6x96xi8>, %means: memref<96xi32>) {
  %zero = arith.constant 0 : i32
  %count = arith.constant 36 : i32
  linalg.fill ins(%zero : i32) outs(%means : memref<96xi32>)
  linalg.generic {indexing_maps = [affine_map<(channel, row, column) -> (row, column, channel)>, affine_map<(channel, row, column) -> (channel)>], iterator_types = ["parallel", "reduction", "reduction"]} ins(%image : memref<6x6x96xi8>) outs(%means : memref<96xi32>) {
  ^bb0(%pixel: i8, %sum: i32):
    %wide = arith.extsi %pixel : i8 to i32
    %next = arith.addi %sum, %wide : i32
    linalg.yield %next : i32
  }
  linalg.generic {indexing_maps = [affine_map<(channel) -> (channel)>], iterator_types = ["parallel"]} outs(%means : memref<96xi32>) {
  ^bb0(%sum: i32):
    %mean = arith.divsi %sum, %count : i32
    linalg.yield %mean : i32
  }
  func.return
}

func.func private @dense(%means: memref<96xi32>, %weights: memref<96x10xi8>, %bias: memref<10xi32, strided<[1], offset: ?>>, %logits: memref<10xi32>) {
  %sums = memref.alloc() : memref<10xi32>
  linalg.copy ins(%bias : memref<10xi32, strided<[1], offset: ?>>) outs(%sums : memref<10xi32>)
  linalg.generic {indexing_maps = [affine_map<(class, depth) -> (depth)>, affine_map<(class, depth) -> (depth, class)>, affine_map<(class, depth) -> (class)>], iterator_types = ["parallel", "reduction"]} ins(%means, %weights : memref<96xi32>, memref<96x10xi8>) outs(%sums : memref<10xi32>) {
  ^bb0(%mean: i32, %weight: i8, %sum: i32):
    %wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %mean, %wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }
  "memref.copy"(%sums, %logits) : (memref<10xi32>, memref<10xi32>) -> ()
  memref.dealloc %sums : memref<10xi32>
  func.return
}

func.func @mobilenet(%image: memref<48x48x3xi8>, %weights: memref<21624xi8>, %biases: memref<1066xi32>, %logits: memref<10xi32>) {
  %multipliers = memref.get_global @multipliers : memref<23xi32>
  %relu = arith.constant 0 : i64
  %linear = arith.constant -128 : i64
  %stem_at = arith.constant 0 : index
  %stem_weights = memref.view %weights[%stem_at][] : memref<21624xi8> to memref<3x3x3x8xi8>
  %stem_part = memref.subview %biases[0] [8] [1] : memref<1066xi32> to memref<8xi32, strided<[1]>>
  %stem_bias = "memref.cast"(%stem_part) : (memref<8xi32, strided<[1]>>) -> memref<8xi32, strided<[1], offset: ?>>
  %stem_index = arith.constant 0 : index
  %stem_multiplier = memref.load %multipliers[%stem_index] : memref<23xi32>
  %stem = memref.alloc() : memref<24x24x8xi8>
  func.call @convolution_48x48x3_to_8_stride2(%image, %stem_weights, %stem_bias, %stem_multiplier, %relu, %stem) : (memref<48x48x3xi8>, memref<3x3x3x8xi8>, memref<8xi32, strided<[1], offset: ?>>, i32, i64, memref<24x24x8xi8>) -> ()
  %block1_wide_at = arith.constant 216 : index
  %block1_wide_weights = memref.view %weights[%block1_wide_at][] : memref<21624xi8> to memref<8x32xi8>
  %block1_wide_part = memref.subview %biases[8] [32] [1] : memref<1066xi32> to memref<32xi32, strided<[1], offset: 8>>
  %block1_wide_bias = "memref.cast"(%block1_wide_part) : (memref<32xi32, strided<[1], offset: 8>>) -> memref<32xi32, strided<[1], offset: ?>>
  %block1_wide_index = arith.constant 1 : index
  %block1_wide_multiplier = memref.load %multipliers[%block1_wide_index] : memref<23xi32>
  %block1_wide = memref.alloc() : memref<24x24x32xi8>
  func.call @pointwise_24x24x8_to_32(%stem, %block1_wide_weights, %block1_wide_bias, %block1_wide_multiplier, %relu, %block1_wide) : (memref<24x24x8xi8>, memref<8x32xi8>, memref<32xi32, strided<[1], offset: ?>>, i32, i64, memref<24x24x32xi8>) -> ()
  %block1_deep_at = arith.constant 472 : index
  %block1_deep_weights = memref.view %weights[%block1_deep_at][] : memref<21624xi8> to memref<3x3x32xi8>
  %block1_deep_part = memref.subview %biases[40] [32] [1] : memref<1066xi32> to memref<32xi32, strided<[1], offset: 40>>
  %block1_deep_bias = "memref.cast"(%block1_deep_part) : (memref<32xi32, strided<[1], offset: 40>>) -> memref<32xi32, strided<[1], offset: ?>>
  %block1_deep_index = arith.constant 2 : index
  %block1_deep_multiplier = memref.load %multipliers[%block1_deep_index] : memref<23xi32>
  %block1_deep = memref.alloc() : memref<12x12x32xi8>
  func.call @depthwise_24x24x32_to_32_stride2(%block1_wide, %block1_deep_weights, %block1_deep_bias, %block1_deep_multiplier, %relu, %block1_deep) : (memref<24x24x32xi8>, memref<3x3x32xi8>, memref<32xi32, strided<[1], offset: ?>>, i32, i64, memref<12x12x32xi8>) -> ()
  memref.dealloc %block1_wide : memref<24x24x32xi8>
  %block1_at = arith.constant 760 : index
  %block1_weights = memref.view %weights[%block1_at][] : memref<21624xi8> to memref<32x12xi8>
  %block1_part = memref.subview %biases[72] [12] [1] : memref<1066xi32> to memref<12xi32, strided<[1], offset: 72>>
  %block1_bias = "memref.cast"(%block1_part) : (memref<12xi32, strided<[1], offset: 72>>) -> memref<12xi32, strided<[1], offset: ?>>
  %block1_index = arith.constant 3 : index
  %block1_multiplier = memref.load %multipliers[%block1_index] : memref<23xi32>
  %block1 = memref.alloc() : memref<12x12x12xi8>
  func.call @pointwise_12x12x32_to_12(%block1_deep, %block1_weights, %block1_bias, %block1_multiplier, %linear, %block1) : (memref<12x12x32xi8>, memref<32x12xi8>, memref<12xi32, strided<[1], offset: ?>>, i32, i64, memref<12x12x12xi8>) -> ()
  memref.dealloc %block1_deep : memref<12x12x32xi8>
  memref.dealloc %stem : memref<24x24x8xi8>
  %block2_wide_at = arith.constant 1144 : index
  %block2_wide_weights = memref.view %weights[%block2_wide_at][] : memref<21624xi8> to memref<12x48xi8>
  %block2_wide_part = memref.subview %biases[84] [48] [1] : memref<1066xi32> to memref<48xi32, strided<[1], offset: 84>>
  %block2_wide_bias = "memref.cast"(%block2_wide_part) : (memref<48xi32, strided<[1], offset: 84>>) -> memref<48xi32, strided<[1], offset: ?>>
  %block2_wide_index = arith.constant 4 : index
  %block2_wide_multiplier = memref.load %multipliers[%block2_wide_index] : memref<23xi32>
  %block2_wide = memref.alloc() : memref<12x12x48xi8>
  func.call @pointwise_12x12x12_to_48(%block1, %block2_wide_weights, %block2_wide_bias, %block2_wide_multiplier, %relu, %block2_wide) : (memref<12x12x12xi8>, memref<12x48xi8>, memref<48xi32, strided<[1], offset: ?>>, i32, i64, memref<12x12x48xi8>) -> ()
  %block2_deep_at = arith.constant 1720 : index
  %block2_deep_weights = memref.view %weights[%block2_deep_at][] : memref<21624xi8> to memref<3x3x48xi8>
  %block2_deep_part = memref.subview %biases[132] [48] [1] : memref<1066xi32> to memref<48xi32, strided<[1], offset: 132>>
  %block2_deep_bias = "memref.cast"(%block2_deep_part) : (memref<48xi32, strided<[1], offset: 132>>) -> memref<48xi32, strided<[1], offset: ?>>
  %block2_deep_index = arith.constant 5 : index
  %block2_deep_multiplier = memref.load %multipliers[%block2_deep_index] : memref<23xi32>
  %block2_deep = memref.alloc() : memref<12x12x48xi8>
  func.call @depthwise_12x12x48_to_48(%block2_wide, %block2_deep_weights, %block2_deep_bias, %block2_deep_multiplier, %relu, %block2_deep) : (memref<12x12x48xi8>, memref<3x3x48xi8>, memref<48xi32, strided<[1], offset: ?>>, i32, i64, memref<12x12x48xi8>) -> ()
  memref.dealloc %block2_wide : memref<12x12x48xi8>
  %block2_at = arith.constant 2152 : index
  %block2_weights = memref.view %weights[%block2_at][] : memref<21624xi8> to memref<48x12xi8>
  %block2_part = memref.subview %biases[180] [12] [1] : memref<1066xi32> to memref<12xi32, strided<[1], offset: 180>>
  %block2_bias = "memref.cast"(%block2_part) : (memref<12xi32, strided<[1], offset: 180>>) -> memref<12xi32, strided<[1], offset: ?>>
  %block2_index = arith.constant 6 : index
  %block2_multiplier = memref.load %multipliers[%block2_index] : memref<23xi32>
  %block2 = memref.alloc() : memref<12x12x12xi8>
  func.call @pointwise_12x12x48_to_12(%block2_deep, %block2_weights, %block2_bias, %block2_multiplier, %linear, %block2) : (memref<12x12x48xi8>, memref<48x12xi8>, memref<12xi32, strided<[1], offset: ?>>, i32, i64, memref<12x12x12xi8>) -> ()
  memref.dealloc %block2_deep : memref<12x12x48xi8>
  %block2_sum = memref.alloc() : memref<12x12x12xi8>
  func.call @add_12x12x12(%block1, %block2, %block2_sum) : (memref<12x12x12xi8>, memref<12x12x12xi8>, memref<12x12x12xi8>) -> ()
  memref.dealloc %block2 : memref<12x12x12xi8>
  memref.dealloc %block1 : memref<12x12x12xi8>
  %block3_wide_at = arith.constant 2728 : index
  %block3_wide_weights = memref.view %weights[%block3_wide_at][] : memref<21624xi8> to memref<12x48xi8>
  %block3_wide_part = memref.subview %biases[192] [48] [1] : memref<1066xi32> to memref<48xi32, strided<[1], offset: 192>>
  %block3_wide_bias = "memref.cast"(%block3_wide_part) : (memref<48xi32, strided<[1], offset: 192>>) -> memref<48xi32, strided<[1], offset: ?>>
  %block3_wide_index = arith.constant 7 : index
  %block3_wide_multiplier = memref.load %multipliers[%block3_wide_index] : memref<23xi32>
  %block3_wide = memref.alloc() : memref<12x12x48xi8>
  func.call @pointwise_12x12x12_to_48(%block2_sum, %block3_wide_weights, %block3_wide_bias, %block3_wide_multiplier, %relu, %block3_wide) : (memref<12x12x12xi8>, memref<12x48xi8>, memref<48xi32, strided<[1], offset: ?>>, i32, i64, memref<12x12x48xi8>) -> ()
  %block3_deep_at = arith.constant 3304 : index
  %block3_deep_weights = memref.view %weights[%block3_deep_at][] : memref<21624xi8> to memref<3x3x48xi8>
  %block3_deep_part = memref.subview %biases[240] [48] [1] : memref<1066xi32> to memref<48xi32, strided<[1], offset: 240>>
  %block3_deep_bias = "memref.cast"(%block3_deep_part) : (memref<48xi32, strided<[1], offset: 240>>) -> memref<48xi32, strided<[1], offset: ?>>
  %block3_deep_index = arith.constant 8 : index
  %block3_deep_multiplier = memref.load %multipliers[%block3_deep_index] : memref<23xi32>
  %block3_deep = memref.alloc() : memref<6x6x48xi8>
  func.call @depthwise_12x12x48_to_48_stride2(%block3_wide, %block3_deep_weights, %block3_deep_bias, %block3_deep_multiplier, %relu, %block3_deep) : (memref<12x12x48xi8>, memref<3x3x48xi8>, memref<48xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x48xi8>) -> ()
  memref.dealloc %block3_wide : memref<12x12x48xi8>
  %block3_at = arith.constant 3736 : index
  %block3_weights = memref.view %weights[%block3_at][] : memref<21624xi8> to memref<48x16xi8>
  %block3_part = memref.subview %biases[288] [16] [1] : memref<1066xi32> to memref<16xi32, strided<[1], offset: 288>>
  %block3_bias = "memref.cast"(%block3_part) : (memref<16xi32, strided<[1], offset: 288>>) -> memref<16xi32, strided<[1], offset: ?>>
  %block3_index = arith.constant 9 : index
  %block3_multiplier = memref.load %multipliers[%block3_index] : memref<23xi32>
  %block3 = memref.alloc() : memref<6x6x16xi8>
  func.call @pointwise_6x6x48_to_16(%block3_deep, %block3_weights, %block3_bias, %block3_multiplier, %linear, %block3) : (memref<6x6x48xi8>, memref<48x16xi8>, memref<16xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x16xi8>) -> ()
  memref.dealloc %block3_deep : memref<6x6x48xi8>
  memref.dealloc %block2_sum : memref<12x12x12xi8>
  %block4_wide_at = arith.constant 4504 : index
  %block4_wide_weights = memref.view %weights[%block4_wide_at][] : memref<21624xi8> to memref<16x64xi8>
  %block4_wide_part = memref.subview %biases[304] [64] [1] : memref<1066xi32> to memref<64xi32, strided<[1], offset: 304>>
  %block4_wide_bias = "memref.cast"(%block4_wide_part) : (memref<64xi32, strided<[1], offset: 304>>) -> memref<64xi32, strided<[1], offset: ?>>
  %block4_wide_index = arith.constant 10 : index
  %block4_wide_multiplier = memref.load %multipliers[%block4_wide_index] : memref<23xi32>
  %block4_wide = memref.alloc() : memref<6x6x64xi8>
  func.call @pointwise_6x6x16_to_64(%block3, %block4_wide_weights, %block4_wide_bias, %block4_wide_multiplier, %relu, %block4_wide) : (memref<6x6x16xi8>, memref<16x64xi8>, memref<64xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x64xi8>) -> ()
  %block4_deep_at = arith.constant 5528 : index
  %block4_deep_weights = memref.view %weights[%block4_deep_at][] : memref<21624xi8> to memref<3x3x64xi8>
  %block4_deep_part = memref.subview %biases[368] [64] [1] : memref<1066xi32> to memref<64xi32, strided<[1], offset: 368>>
  %block4_deep_bias = "memref.cast"(%block4_deep_part) : (memref<64xi32, strided<[1], offset: 368>>) -> memref<64xi32, strided<[1], offset: ?>>
  %block4_deep_index = arith.constant 11 : index
  %block4_deep_multiplier = memref.load %multipliers[%block4_deep_index] : memref<23xi32>
  %block4_deep = memref.alloc() : memref<6x6x64xi8>
  func.call @depthwise_6x6x64_to_64(%block4_wide, %block4_deep_weights, %block4_deep_bias, %block4_deep_multiplier, %relu, %block4_deep) : (memref<6x6x64xi8>, memref<3x3x64xi8>, memref<64xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x64xi8>) -> ()
  memref.dealloc %block4_wide : memref<6x6x64xi8>
  %block4_at = arith.constant 6104 : index
  %block4_weights = memref.view %weights[%block4_at][] : memref<21624xi8> to memref<64x16xi8>
  %block4_part = memref.subview %biases[432] [16] [1] : memref<1066xi32> to memref<16xi32, strided<[1], offset: 432>>
  %block4_bias = "memref.cast"(%block4_part) : (memref<16xi32, strided<[1], offset: 432>>) -> memref<16xi32, strided<[1], offset: ?>>
  %block4_index = arith.constant 12 : index
  %block4_multiplier = memref.load %multipliers[%block4_index] : memref<23xi32>
  %block4 = memref.alloc() : memref<6x6x16xi8>
  func.call @pointwise_6x6x64_to_16(%block4_deep, %block4_weights, %block4_bias, %block4_multiplier, %linear, %block4) : (memref<6x6x64xi8>, memref<64x16xi8>, memref<16xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x16xi8>) -> ()
  memref.dealloc %block4_deep : memref<6x6x64xi8>
  %block4_sum = memref.alloc() : memref<6x6x16xi8>
  func.call @add_6x6x16(%block3, %block4, %block4_sum) : (memref<6x6x16xi8>, memref<6x6x16xi8>, memref<6x6x16xi8>) -> ()
  memref.dealloc %block4 : memref<6x6x16xi8>
  memref.dealloc %block3 : memref<6x6x16xi8>
  %block5_wide_at = arith.constant 7128 : index
  %block5_wide_weights = memref.view %weights[%block5_wide_at][] : memref<21624xi8> to memref<16x64xi8>
  %block5_wide_part = memref.subview %biases[448] [64] [1] : memref<1066xi32> to memref<64xi32, strided<[1], offset: 448>>
  %block5_wide_bias = "memref.cast"(%block5_wide_part) : (memref<64xi32, strided<[1], offset: 448>>) -> memref<64xi32, strided<[1], offset: ?>>
  %block5_wide_index = arith.constant 13 : index
  %block5_wide_multiplier = memref.load %multipliers[%block5_wide_index] : memref<23xi32>
  %block5_wide = memref.alloc() : memref<6x6x64xi8>
  func.call @pointwise_6x6x16_to_64(%block4_sum, %block5_wide_weights, %block5_wide_bias, %block5_wide_multiplier, %relu, %block5_wide) : (memref<6x6x16xi8>, memref<16x64xi8>, memref<64xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x64xi8>) -> ()
  %block5_deep_at = arith.constant 8152 : index
  %block5_deep_weights = memref.view %weights[%block5_deep_at][] : memref<21624xi8> to memref<3x3x64xi8>
  %block5_deep_part = memref.subview %biases[512] [64] [1] : memref<1066xi32> to memref<64xi32, strided<[1], offset: 512>>
  %block5_deep_bias = "memref.cast"(%block5_deep_part) : (memref<64xi32, strided<[1], offset: 512>>) -> memref<64xi32, strided<[1], offset: ?>>
  %block5_deep_index = arith.constant 14 : index
  %block5_deep_multiplier = memref.load %multipliers[%block5_deep_index] : memref<23xi32>
  %block5_deep = memref.alloc() : memref<6x6x64xi8>
  func.call @depthwise_6x6x64_to_64(%block5_wide, %block5_deep_weights, %block5_deep_bias, %block5_deep_multiplier, %relu, %block5_deep) : (memref<6x6x64xi8>, memref<3x3x64xi8>, memref<64xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x64xi8>) -> ()
  memref.dealloc %block5_wide : memref<6x6x64xi8>
  %block5_at = arith.constant 8728 : index
  %block5_weights = memref.view %weights[%block5_at][] : memref<21624xi8> to memref<64x16xi8>
  %block5_part = memref.subview %biases[576] [16] [1] : memref<1066xi32> to memref<16xi32, strided<[1], offset: 576>>
  %block5_bias = "memref.cast"(%block5_part) : (memref<16xi32, strided<[1], offset: 576>>) -> memref<16xi32, strided<[1], offset: ?>>
  %block5_index = arith.constant 15 : index
  %block5_multiplier = memref.load %multipliers[%block5_index] : memref<23xi32>
  %block5 = memref.alloc() : memref<6x6x16xi8>
  func.call @pointwise_6x6x64_to_16(%block5_deep, %block5_weights, %block5_bias, %block5_multiplier, %linear, %block5) : (memref<6x6x64xi8>, memref<64x16xi8>, memref<16xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x16xi8>) -> ()
  memref.dealloc %block5_deep : memref<6x6x64xi8>
  %block5_sum = memref.alloc() : memref<6x6x16xi8>
  func.call @add_6x6x16(%block4_sum, %block5, %block5_sum) : (memref<6x6x16xi8>, memref<6x6x16xi8>, memref<6x6x16xi8>) -> ()
  memref.dealloc %block5 : memref<6x6x16xi8>
  memref.dealloc %block4_sum : memref<6x6x16xi8>
  %block6_wide_at = arith.constant 9752 : index
  %block6_wide_weights = memref.view %weights[%block6_wide_at][] : memref<21624xi8> to memref<16x64xi8>
  %block6_wide_part = memref.subview %biases[592] [64] [1] : memref<1066xi32> to memref<64xi32, strided<[1], offset: 592>>
  %block6_wide_bias = "memref.cast"(%block6_wide_part) : (memref<64xi32, strided<[1], offset: 592>>) -> memref<64xi32, strided<[1], offset: ?>>
  %block6_wide_index = arith.constant 16 : index
  %block6_wide_multiplier = memref.load %multipliers[%block6_wide_index] : memref<23xi32>
  %block6_wide = memref.alloc() : memref<6x6x64xi8>
  func.call @pointwise_6x6x16_to_64(%block5_sum, %block6_wide_weights, %block6_wide_bias, %block6_wide_multiplier, %relu, %block6_wide) : (memref<6x6x16xi8>, memref<16x64xi8>, memref<64xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x64xi8>) -> ()
  %block6_deep_at = arith.constant 10776 : index
  %block6_deep_weights = memref.view %weights[%block6_deep_at][] : memref<21624xi8> to memref<3x3x64xi8>
  %block6_deep_part = memref.subview %biases[656] [64] [1] : memref<1066xi32> to memref<64xi32, strided<[1], offset: 656>>
  %block6_deep_bias = "memref.cast"(%block6_deep_part) : (memref<64xi32, strided<[1], offset: 656>>) -> memref<64xi32, strided<[1], offset: ?>>
  %block6_deep_index = arith.constant 17 : index
  %block6_deep_multiplier = memref.load %multipliers[%block6_deep_index] : memref<23xi32>
  %block6_deep = memref.alloc() : memref<6x6x64xi8>
  func.call @depthwise_6x6x64_to_64(%block6_wide, %block6_deep_weights, %block6_deep_bias, %block6_deep_multiplier, %relu, %block6_deep) : (memref<6x6x64xi8>, memref<3x3x64xi8>, memref<64xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x64xi8>) -> ()
  memref.dealloc %block6_wide : memref<6x6x64xi8>
  %block6_at = arith.constant 11352 : index
  %block6_weights = memref.view %weights[%block6_at][] : memref<21624xi8> to memref<64x24xi8>
  %block6_part = memref.subview %biases[720] [24] [1] : memref<1066xi32> to memref<24xi32, strided<[1], offset: 720>>
  %block6_bias = "memref.cast"(%block6_part) : (memref<24xi32, strided<[1], offset: 720>>) -> memref<24xi32, strided<[1], offset: ?>>
  %block6_index = arith.constant 18 : index
  %block6_multiplier = memref.load %multipliers[%block6_index] : memref<23xi32>
  %block6 = memref.alloc() : memref<6x6x24xi8>
  func.call @pointwise_6x6x64_to_24(%block6_deep, %block6_weights, %block6_bias, %block6_multiplier, %linear, %block6) : (memref<6x6x64xi8>, memref<64x24xi8>, memref<24xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x24xi8>) -> ()
  memref.dealloc %block6_deep : memref<6x6x64xi8>
  memref.dealloc %block5_sum : memref<6x6x16xi8>
  %block7_wide_at = arith.constant 12888 : index
  %block7_wide_weights = memref.view %weights[%block7_wide_at][] : memref<21624xi8> to memref<24x96xi8>
  %block7_wide_part = memref.subview %biases[744] [96] [1] : memref<1066xi32> to memref<96xi32, strided<[1], offset: 744>>
  %block7_wide_bias = "memref.cast"(%block7_wide_part) : (memref<96xi32, strided<[1], offset: 744>>) -> memref<96xi32, strided<[1], offset: ?>>
  %block7_wide_index = arith.constant 19 : index
  %block7_wide_multiplier = memref.load %multipliers[%block7_wide_index] : memref<23xi32>
  %block7_wide = memref.alloc() : memref<6x6x96xi8>
  func.call @pointwise_6x6x24_to_96(%block6, %block7_wide_weights, %block7_wide_bias, %block7_wide_multiplier, %relu, %block7_wide) : (memref<6x6x24xi8>, memref<24x96xi8>, memref<96xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x96xi8>) -> ()
  %block7_deep_at = arith.constant 15192 : index
  %block7_deep_weights = memref.view %weights[%block7_deep_at][] : memref<21624xi8> to memref<3x3x96xi8>
  %block7_deep_part = memref.subview %biases[840] [96] [1] : memref<1066xi32> to memref<96xi32, strided<[1], offset: 840>>
  %block7_deep_bias = "memref.cast"(%block7_deep_part) : (memref<96xi32, strided<[1], offset: 840>>) -> memref<96xi32, strided<[1], offset: ?>>
  %block7_deep_index = arith.constant 20 : index
  %block7_deep_multiplier = memref.load %multipliers[%block7_deep_index] : memref<23xi32>
  %block7_deep = memref.alloc() : memref<6x6x96xi8>
  func.call @depthwise_6x6x96_to_96(%block7_wide, %block7_deep_weights, %block7_deep_bias, %block7_deep_multiplier, %relu, %block7_deep) : (memref<6x6x96xi8>, memref<3x3x96xi8>, memref<96xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x96xi8>) -> ()
  memref.dealloc %block7_wide : memref<6x6x96xi8>
  %block7_at = arith.constant 16056 : index
  %block7_weights = memref.view %weights[%block7_at][] : memref<21624xi8> to memref<96x24xi8>
  %block7_part = memref.subview %biases[936] [24] [1] : memref<1066xi32> to memref<24xi32, strided<[1], offset: 936>>
  %block7_bias = "memref.cast"(%block7_part) : (memref<24xi32, strided<[1], offset: 936>>) -> memref<24xi32, strided<[1], offset: ?>>
  %block7_index = arith.constant 21 : index
  %block7_multiplier = memref.load %multipliers[%block7_index] : memref<23xi32>
  %block7 = memref.alloc() : memref<6x6x24xi8>
  func.call @pointwise_6x6x96_to_24(%block7_deep, %block7_weights, %block7_bias, %block7_multiplier, %linear, %block7) : (memref<6x6x96xi8>, memref<96x24xi8>, memref<24xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x24xi8>) -> ()
  memref.dealloc %block7_deep : memref<6x6x96xi8>
  %block7_sum = memref.alloc() : memref<6x6x24xi8>
  func.call @add_6x6x24(%block6, %block7, %block7_sum) : (memref<6x6x24xi8>, memref<6x6x24xi8>, memref<6x6x24xi8>) -> ()
  memref.dealloc %block7 : memref<6x6x24xi8>
  memref.dealloc %block6 : memref<6x6x24xi8>
  %head_at = arith.constant 18360 : index
  %head_weights = memref.view %weights[%head_at][] : memref<21624xi8> to memref<24x96xi8>
  %head_part = memref.subview %biases[960] [96] [1] : memref<1066xi32> to memref<96xi32, strided<[1], offset: 960>>
  %head_bias = "memref.cast"(%head_part) : (memref<96xi32, strided<[1], offset: 960>>) -> memref<96xi32, strided<[1], offset: ?>>
  %head_index = arith.constant 22 : index
  %head_multiplier = memref.load %multipliers[%head_index] : memref<23xi32>
  %head = memref.alloc() : memref<6x6x96xi8>
  func.call @pointwise_6x6x24_to_96(%block7_sum, %head_weights, %head_bias, %head_multiplier, %relu, %head) : (memref<6x6x24xi8>, memref<24x96xi8>, memref<96xi32, strided<[1], offset: ?>>, i32, i64, memref<6x6x96xi8>) -> ()
  memref.dealloc %block7_sum : memref<6x6x24xi8>
  %logits_at = arith.constant 20664 : index
  %logits_weights = memref.view %weights[%logits_at][] : memref<21624xi8> to memref<96x10xi8>
  %logits_part = memref.subview %biases[1056] [10] [1] : memref<1066xi32> to memref<10xi32, strided<[1], offset: 1056>>
  %logits_bias = "memref.cast"(%logits_part) : (memref<10xi32, strided<[1], offset: 1056>>) -> memref<10xi32, strided<[1], offset: ?>>
  %means = memref.alloc() : memref<96xi32>
  func.call @average(%head, %means) : (memref<6x6x96xi8>, memref<96xi32>) -> ()
  memref.dealloc %head : memref<6x6x96xi8>
  func.call @dense(%means, %logits_weights, %logits_bias, %logits) : (memref<96xi32>, memref<96x10xi8>, memref<10xi32, strided<[1], offset: ?>>, memref<10xi32>) -> ()
  memref.dealloc %means : memref<96xi32>
  func.return
}
