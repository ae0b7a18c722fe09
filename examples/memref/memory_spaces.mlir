// A dense layer on a device with a scratchpad: tiles of the weights are copied to it, and used from there. Buffers of the
// space "L1" go to the pool of that space, all others to the other one; views keep the space.
//
// usmp-opt memory_spaces.mlir -p unified-static-memory-planner

usmp.pool @l1 memory_space "L1" size_hint_bytes 2048
usmp.pool @dram

// The product of a vector and a tile, added to a part of the result. The tile is 16 x 16 numbers of a matrix of 64 x 64.
func.func private @multiply_tile(%vector: memref<16xf32, "L1">, %matrix: memref<16x16xf32, strided<[64, 1], offset: ?>>, %sums: memref<16xf32, "L1">) {
  %tile = memref.alloc() : memref<16x16xf32, "L1">
  linalg.copy ins(%matrix : memref<16x16xf32, strided<[64, 1], offset: ?>>) outs(%tile : memref<16x16xf32, "L1">)
  linalg.generic {indexing_maps = [affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (k, n)>, affine_map<(n, k) -> (n)>], iterator_types = ["parallel", "reduction"]} ins(%vector, %tile : memref<16xf32, "L1">, memref<16x16xf32, "L1">) outs(%sums : memref<16xf32, "L1">) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %product = arith.mulf %a, %b : f32
    %next = arith.addf %sum, %product : f32
    linalg.yield %next : f32
  }
  func.return
}

func.func @dense(%input: memref<64xf32>, %weights: memref<64x64xf32>, %output: memref<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %normal = memref.alloc() : memref<64xf32>
  linalg.mul ins(%input, %input : memref<64xf32>, memref<64xf32>) outs(%normal : memref<64xf32>)
  scf.for %n = %c0 to %c64 step %c16 {
    %sums = memref.alloc() : memref<16xf32, "L1">
    linalg.fill ins(%zero : f32) outs(%sums : memref<16xf32, "L1">)
    scf.for %k = %c0 to %c64 step %c16 {
      %part = memref.subview %normal[%k] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
      %vector = memref.alloc() : memref<16xf32, "L1">
      linalg.copy ins(%part : memref<16xf32, strided<[1], offset: ?>>) outs(%vector : memref<16xf32, "L1">)
      %tile = memref.subview %weights[%k, %n] [16, 16] [1, 1] : memref<64x64xf32> to memref<16x16xf32, strided<[64, 1], offset: ?>>
      func.call @multiply_tile(%vector, %tile, %sums) : (memref<16xf32, "L1">, memref<16x16xf32, strided<[64, 1], offset: ?>>, memref<16xf32, "L1">) -> ()
    }
    %result = memref.subview %output[%n] [16] [1] : memref<64xf32> to memref<16xf32, strided<[1], offset: ?>>
    linalg.copy ins(%sums : memref<16xf32, "L1">) outs(%result : memref<16xf32, strided<[1], offset: ?>>)
  }
  func.return
}
