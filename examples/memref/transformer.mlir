// One block of a transformer's encoder in upstream's dialects: 48 tokens of 64 numbers, 4 heads, and 256
// numbers for each token in between. Nothing is freed.
// Written by tests/models/usmp_memref_networks.py.

#all = affine_map<(row, column) -> (row, column)>
#row = affine_map<(row, column) -> (row)>
#column = affine_map<(row, column) -> (column)>
#element = affine_map<(element) -> (element)>
#none = affine_map<(element) -> ()>

// Each row less its mean, divided by its deviation.
func.func private @layer_norm(%image: memref<48x64xf32>, %gain: memref<64xf32>, %shift: memref<64xf32>, %result: memref<48x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %count = arith.constant 64.0 : f32
  %epsilon = arith.constant 1.000000e-05 : f32
  %mean = memref.alloc() : memref<48xf32>
  linalg.fill ins(%zero : f32) outs(%mean : memref<48xf32>)
  linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%image : memref<48x64xf32>) outs(%mean : memref<48xf32>) {
  ^bb0(%x: f32, %sum: f32):
    %share = arith.divf %x, %count : f32
    %next = arith.addf %sum, %share : f32
    linalg.yield %next : f32
  }
  %centered = memref.alloc() : memref<48x64xf32>
  linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%image, %mean : memref<48x64xf32>, memref<48xf32>) outs(%centered : memref<48x64xf32>) {
  ^bb0(%x: f32, %m: f32, %old: f32):
    %difference = arith.subf %x, %m : f32
    linalg.yield %difference : f32
  }
  %variance = memref.alloc() : memref<48xf32>
  linalg.fill ins(%zero : f32) outs(%variance : memref<48xf32>)
  linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%centered : memref<48x64xf32>) outs(%variance : memref<48xf32>) {
  ^bb0(%x: f32, %sum: f32):
    %square = arith.mulf %x, %x : f32
    %share = arith.divf %square, %count : f32
    %next = arith.addf %sum, %share : f32
    linalg.yield %next : f32
  }
  linalg.generic {indexing_maps = [#all, #row, #column, #column, #all], iterator_types = ["parallel", "parallel"]} ins(%centered, %variance, %gain, %shift : memref<48x64xf32>, memref<48xf32>, memref<64xf32>, memref<64xf32>) outs(%result : memref<48x64xf32>) {
  ^bb0(%x: f32, %v: f32, %g: f32, %s: f32, %old: f32):
    %positive = arith.addf %v, %epsilon : f32
    %deviation = math.sqrt %positive : f32
    %normal = arith.divf %x, %deviation : f32
    %scaled = arith.mulf %normal, %g : f32
    %shifted = arith.addf %scaled, %s : f32
    linalg.yield %shifted : f32
  }
  func.return
}

// The exponentials of a row, divided by their sum.
func.func private @softmax(%row: memref<48xf32, strided<[1], offset: ?>>) {
  %zero = arith.constant 0.0 : f32
  %least = arith.constant -3.0e+38 : f32
  %largest = memref.alloca() : memref<f32>
  linalg.fill ins(%least : f32) outs(%largest : memref<f32>)
  linalg.generic {indexing_maps = [#element, #none], iterator_types = ["reduction"]} ins(%row : memref<48xf32, strided<[1], offset: ?>>) outs(%largest : memref<f32>) {
  ^bb0(%x: f32, %before: f32):
    %larger = arith.maximumf %x, %before : f32
    linalg.yield %larger : f32
  }
  %powers = memref.alloca() : memref<48xf32>
  linalg.generic {indexing_maps = [#element, #none, #element], iterator_types = ["parallel"]} ins(%row, %largest : memref<48xf32, strided<[1], offset: ?>>, memref<f32>) outs(%powers : memref<48xf32>) {
  ^bb0(%x: f32, %most: f32, %old: f32):
    %below = arith.subf %x, %most : f32
    %power = math.exp %below : f32
    linalg.yield %power : f32
  }
  %sum = memref.alloca() : memref<f32>
  linalg.fill ins(%zero : f32) outs(%sum : memref<f32>)
  linalg.generic {indexing_maps = [#element, #none], iterator_types = ["reduction"]} ins(%powers : memref<48xf32>) outs(%sum : memref<f32>) {
  ^bb0(%x: f32, %before: f32):
    %next = arith.addf %before, %x : f32
    linalg.yield %next : f32
  }
  linalg.generic {indexing_maps = [#element, #none, #element], iterator_types = ["parallel"]} ins(%powers, %sum : memref<48xf32>, memref<f32>) outs(%row : memref<48xf32, strided<[1], offset: ?>>) {
  ^bb0(%x: f32, %total: f32, %old: f32):
    %share = arith.divf %x, %total : f32
    linalg.yield %share : f32
  }
  func.return
}

// The values, mixed for each token by how well its query meets the keys.
func.func private @attend(%query: memref<48x16xf32, strided<[64, 1], offset: ?>>, %key: memref<48x16xf32, strided<[64, 1], offset: ?>>, %value: memref<48x16xf32, strided<[64, 1], offset: ?>>, %mixed: memref<48x16xf32, strided<[64, 1], offset: ?>>) {
  %zero = arith.constant 0.0 : f32
  %scale = arith.constant 0.25 : f32
  %turned = memref.alloc() : memref<16x48xf32>
  linalg.transpose ins(%key : memref<48x16xf32, strided<[64, 1], offset: ?>>) outs(%turned : memref<16x48xf32>) permutation = [1, 0]
  %scores = memref.alloc() : memref<48x48xf32>
  linalg.fill ins(%zero : f32) outs(%scores : memref<48x48xf32>)
  linalg.matmul ins(%query, %turned : memref<48x16xf32, strided<[64, 1], offset: ?>>, memref<16x48xf32>) outs(%scores : memref<48x48xf32>)
  affine.for %i = 0 to 48 {
    %line = memref.subview %scores[%i, 0] [1, 48] [1, 1] : memref<48x48xf32> to memref<48xf32, strided<[1], offset: ?>>
    linalg.generic {indexing_maps = [#element], iterator_types = ["parallel"]} outs(%line : memref<48xf32, strided<[1], offset: ?>>) {
    ^bb0(%x: f32):
      %scaled = arith.mulf %x, %scale : f32
      linalg.yield %scaled : f32
    }
    func.call @softmax(%line) : (memref<48xf32, strided<[1], offset: ?>>) -> ()
  }
  linalg.fill ins(%zero : f32) outs(%mixed : memref<48x16xf32, strided<[64, 1], offset: ?>>)
  linalg.matmul ins(%scores, %value : memref<48x48xf32>, memref<48x16xf32, strided<[64, 1], offset: ?>>) outs(%mixed : memref<48x16xf32, strided<[64, 1], offset: ?>>)
  func.return
}

// Two layers for each token, with the approximation of GELU that takes a hyperbolic tangent.
func.func private @feed_forward(%image: memref<48x64xf32>, %hidden_weights: memref<64x256xf32>, %hidden_bias: memref<256xf32>, %result_weights: memref<256x64xf32>, %result_bias: memref<64xf32>, %result: memref<48x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %one = arith.constant 1.0 : f32
  %root = arith.constant 0.7978845608 : f32
  %cubic = arith.constant 0.044715 : f32
  %hidden = memref.alloc() : memref<48x256xf32>
  linalg.fill ins(%zero : f32) outs(%hidden : memref<48x256xf32>)
  linalg.matmul ins(%image, %hidden_weights : memref<48x64xf32>, memref<64x256xf32>) outs(%hidden : memref<48x256xf32>)
  %active = memref.alloc() : memref<48x256xf32>
  linalg.generic {indexing_maps = [#all, #column, #all], iterator_types = ["parallel", "parallel"]} ins(%hidden, %hidden_bias : memref<48x256xf32>, memref<256xf32>) outs(%active : memref<48x256xf32>) {
  ^bb0(%sum: f32, %bias: f32, %old: f32):
    %x = arith.addf %sum, %bias : f32
    %square = arith.mulf %x, %x : f32
    %cube = arith.mulf %square, %x : f32
    %small = arith.mulf %cube, %cubic : f32
    %bent = arith.addf %x, %small : f32
    %angle = arith.mulf %bent, %root : f32
    %tangent = math.tanh %angle : f32
    %gate = arith.addf %tangent, %one : f32
    %halved = arith.mulf %x, %half : f32
    %gelu = arith.mulf %halved, %gate : f32
    linalg.yield %gelu : f32
  }
  linalg.generic {indexing_maps = [#column, #all], iterator_types = ["parallel", "parallel"]} ins(%result_bias : memref<64xf32>) outs(%result : memref<48x64xf32>) {
  ^bb0(%bias: f32, %old: f32):
    linalg.yield %bias : f32
  }
  linalg.matmul ins(%active, %result_weights : memref<48x256xf32>, memref<256x64xf32>) outs(%result : memref<48x64xf32>)
  func.return
}

func.func @transformer(%tokens: memref<48x64xf32>, %gain1: memref<64xf32>, %shift1: memref<64xf32>, %query_weights: memref<64x64xf32>, %key_weights: memref<64x64xf32>, %value_weights: memref<64x64xf32>, %output_weights: memref<64x64xf32>, %gain2: memref<64xf32>, %shift2: memref<64xf32>, %hidden_weights: memref<64x256xf32>, %hidden_bias: memref<256xf32>, %result_weights: memref<256x64xf32>, %result_bias: memref<64xf32>, %result: memref<48x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %heads = arith.constant 4 : index
  %head_width = arith.constant 16 : index
  %normal = memref.alloc() : memref<48x64xf32>
  func.call @layer_norm(%tokens, %gain1, %shift1, %normal) : (memref<48x64xf32>, memref<64xf32>, memref<64xf32>, memref<48x64xf32>) -> ()
  %query = memref.alloc() : memref<48x64xf32>
  linalg.fill ins(%zero : f32) outs(%query : memref<48x64xf32>)
  linalg.matmul ins(%normal, %query_weights : memref<48x64xf32>, memref<64x64xf32>) outs(%query : memref<48x64xf32>)
  %key = memref.alloc() : memref<48x64xf32>
  linalg.fill ins(%zero : f32) outs(%key : memref<48x64xf32>)
  linalg.matmul ins(%normal, %key_weights : memref<48x64xf32>, memref<64x64xf32>) outs(%key : memref<48x64xf32>)
  %value = memref.alloc() : memref<48x64xf32>
  linalg.fill ins(%zero : f32) outs(%value : memref<48x64xf32>)
  linalg.matmul ins(%normal, %value_weights : memref<48x64xf32>, memref<64x64xf32>) outs(%value : memref<48x64xf32>)
  %mixed = memref.alloc() : memref<48x64xf32>
  scf.for %head = %c0 to %heads step %c1 {
    %first = arith.muli %head, %head_width : index
    %query_part = memref.subview %query[0, %first] [48, 16] [1, 1] : memref<48x64xf32> to memref<48x16xf32, strided<[64, 1], offset: ?>>
    %key_part = memref.subview %key[0, %first] [48, 16] [1, 1] : memref<48x64xf32> to memref<48x16xf32, strided<[64, 1], offset: ?>>
    %value_part = memref.subview %value[0, %first] [48, 16] [1, 1] : memref<48x64xf32> to memref<48x16xf32, strided<[64, 1], offset: ?>>
    %mixed_part = memref.subview %mixed[0, %first] [48, 16] [1, 1] : memref<48x64xf32> to memref<48x16xf32, strided<[64, 1], offset: ?>>
    func.call @attend(%query_part, %key_part, %value_part, %mixed_part) : (memref<48x16xf32, strided<[64, 1], offset: ?>>, memref<48x16xf32, strided<[64, 1], offset: ?>>, memref<48x16xf32, strided<[64, 1], offset: ?>>, memref<48x16xf32, strided<[64, 1], offset: ?>>) -> ()
  }
  %attention = memref.alloc() : memref<48x64xf32>
  linalg.fill ins(%zero : f32) outs(%attention : memref<48x64xf32>)
  linalg.matmul ins(%mixed, %output_weights : memref<48x64xf32>, memref<64x64xf32>) outs(%attention : memref<48x64xf32>)
  %middle = memref.alloc() : memref<48x64xf32>
  linalg.add ins(%tokens, %attention : memref<48x64xf32>, memref<48x64xf32>) outs(%middle : memref<48x64xf32>)
  %normal_middle = memref.alloc() : memref<48x64xf32>
  func.call @layer_norm(%middle, %gain2, %shift2, %normal_middle) : (memref<48x64xf32>, memref<64xf32>, memref<64xf32>, memref<48x64xf32>) -> ()
  %change = memref.alloc() : memref<48x64xf32>
  func.call @feed_forward(%normal_middle, %hidden_weights, %hidden_bias, %result_weights, %result_bias, %change) : (memref<48x64xf32>, memref<64x256xf32>, memref<256xf32>, memref<256x64xf32>, memref<64xf32>, memref<48x64xf32>) -> ()
  linalg.add ins(%middle, %change : memref<48x64xf32>, memref<48x64xf32>) outs(%result : memref<48x64xf32>)
  func.return
}
