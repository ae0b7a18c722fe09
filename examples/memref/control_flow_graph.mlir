// Loops and branches as a control flow graph, as `convert-scf-to-cf` leaves them. `%scratch` is new in each round of the
// loop, so that it shares its memory with `%wide`, which is used before; `%state` lives until the end.
//
// usmp-opt control_flow_graph.mlir -p unified-static-memory-planner

func.func @rounds(%input: memref<64xf32>, %count: index, %output: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %state = memref.alloc() : memref<64xf32>
  %wide = memref.alloc() : memref<2x64xf32>
  %half = memref.subview %wide[0, 0] [1, 64] [1, 1] : memref<2x64xf32> to memref<64xf32, strided<[1]>>
  linalg.copy ins(%input : memref<64xf32>) outs(%half : memref<64xf32, strided<[1]>>)
  linalg.copy ins(%half : memref<64xf32, strided<[1]>>) outs(%state : memref<64xf32>)
  cf.br ^head(%c0 : index)
^head(%round: index):
  %more = arith.cmpi slt, %round, %count : index
  cf.cond_br %more, ^body, ^end
^body:
  %scratch = memref.alloc() : memref<64xf32>
  linalg.mul ins(%state, %state : memref<64xf32>, memref<64xf32>) outs(%scratch : memref<64xf32>)
  linalg.add ins(%state, %scratch : memref<64xf32>, memref<64xf32>) outs(%state : memref<64xf32>)
  memref.dealloc %scratch : memref<64xf32>
  %next = arith.addi %round, %c1 : index
  cf.br ^head(%next : index)
^end:
  linalg.copy ins(%state : memref<64xf32>) outs(%output : memref<64xf32>)
  memref.dealloc %wide : memref<2x64xf32>
  memref.dealloc %state : memref<64xf32>
  func.return
}
