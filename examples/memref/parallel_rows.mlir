// The rows of a matrix are summed up by as many iterations at a time as there are threads, each with a buffer of its own.
// With threads=4 there are four slices, of which each iteration takes that of its thread.
//
// usmp-opt parallel_rows.mlir -p 'unified-static-memory-planner{threads=4}'

func.func @running_sums(%matrix: memref<16x64xf32>, %result: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c63 = arith.constant 63 : index
  %c64 = arith.constant 64 : index
  "scf.parallel"(%c0, %c16, %c1) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({
  ^bb0(%row: index):
    %sums = memref.alloc() : memref<64xf32>
    %first = memref.load %matrix[%row, %c0] : memref<16x64xf32>
    memref.store %first, %sums[%c0] : memref<64xf32>
    scf.for %column = %c1 to %c64 step %c1 {
      %before = arith.subi %column, %c1 : index
      %sum = memref.load %sums[%before] : memref<64xf32>
      %value = memref.load %matrix[%row, %column] : memref<16x64xf32>
      %next = arith.addf %sum, %value : f32
      memref.store %next, %sums[%column] : memref<64xf32>
    }
    %last = memref.load %sums[%c63] : memref<64xf32>
    memref.store %last, %result[%row] : memref<16xf32>
    scf.reduce
  }) : (index, index, index) -> ()
  func.return
}
