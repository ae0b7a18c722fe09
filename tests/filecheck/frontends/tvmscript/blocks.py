# RUN: usmp-opt %s | filecheck %s

# Axes are names for loop variables; what T.init does, is done where the reductions start.


@T.prim_func(private=True, s_tir=True)
def matmul(
    x: T.Buffer((T.int64(4), T.int64(8)), "float32"),
    y: T.Buffer((T.int64(8), T.int64(3)), "float32"),
    z: T.Buffer((T.int64(4), T.int64(3)), "float32"),
):
    T.func_attr({"tirx.noalias": True})
    # with T.sblock("root"):
    for i, j, k in T.grid(T.int64(4), T.int64(3), T.int64(8)):
        with T.sblock("matmul"):
            v_i, v_j, v_k = T.axis.remap("SSR", [i, j, k])
            T.reads(x[v_i, v_k], y[v_k, v_j])
            T.writes(z[v_i, v_j])
            T.sblock_attr({"schedule_rule": "none"})
            with T.init():
                z[v_i, v_j] = T.float32(0.0)
            z[v_i, v_j] = z[v_i, v_j] + x[v_i, v_k] * y[v_k, v_j]

# CHECK:      tir.func private @matmul(%x: memref<32xf32>, %y: memref<24xf32>, %z: memref<12xf32>) attributes {tir.noalias} {
# CHECK:        tir.for %i = 0 to 4 {
# CHECK-NEXT:     tir.for %j = 0 to 3 {
# CHECK-NEXT:       tir.for %k = 0 to 8 {
# CHECK-NEXT:         [[FIRST:%.*]] = arith.cmpi eq, %k, %c0 : index
# CHECK-NEXT:         scf.if [[FIRST]] {
# CHECK-NEXT:           [[ROW:%.*]] = arith.muli %i, %c3 : index
# CHECK-NEXT:           [[PLACE:%.*]] = arith.addi [[ROW]], %j : index
# CHECK-NEXT:           tir.store %{{.*}}, %z[[[PLACE]]] : memref<12xf32>
# CHECK-NEXT:         }
# CHECK-NEXT:         [[ROW2:%.*]] = arith.muli %i, %c3 : index
# CHECK-NEXT:         [[PLACE2:%.*]] = arith.addi [[ROW2]], %j : index
# CHECK-NEXT:         tir.load %z[[[PLACE2]]]

# Scratch is allocated where it stands; T.where guards the block; several reductions start together.


@T.prim_func
def tiled(x: T.Buffer((10,), "int32"), total: T.Buffer((), "int32")):
    scratch = T.sblock_alloc_buffer((2, 5), "int32")
    with T.block("root"):
        inner = T.alloc_buffer((4,), dtype="int8", scope="shared")
        for i0, i1 in T.grid(4, 3):
            with T.block("sum"):
                v0 = T.axis.reduce(4, i0)
                v1 = T.axis.R((1, 4), i1 + 1)
                v = T.axis.spatial(12, i0 * 3 + i1)
                T.where(i0 * 3 + i1 < 10)
                T.reads(x[0:10])
                T.writes(total[()])
                with T.init():
                    total[()] = 0
                total[()] = total[()] + x[v]
        scratch[1, 4] = T.Cast("int32", inner[0])

# CHECK:      tir.func @tiled(%x: memref<10xi32>, %total: memref<1xi32>) {
# CHECK:        %scratch = tir.allocate "scratch" : memref<10xi32>
# CHECK-NEXT:   %inner = tir.allocate "inner" : memref<4xi8, "shared">
# CHECK-NEXT:   tir.for %i0 = 0 to 4 {
# CHECK-NEXT:     tir.for %i1 = 0 to 3 {
# CHECK-NEXT:       %v1 = arith.addi %i1, %c1 : index
# CHECK-NEXT:       [[SCALED:%.*]] = arith.muli %i0, %c3 : index
# CHECK-NEXT:       %v = arith.addi [[SCALED]], %i1 : index
# CHECK:            [[INSIDE:%.*]] = arith.cmpi slt, %{{.*}}, %c10 : index
# CHECK-NEXT:       scf.if [[INSIDE]] {
# CHECK-NEXT:         [[FIRST0:%.*]] = arith.cmpi eq, %i0, %c0 : index
# CHECK-NEXT:         [[FIRST1:%.*]] = arith.cmpi eq, %v1, %c1 : index
# CHECK-NEXT:         [[FIRST:%.*]] = arith.andi [[FIRST0]], [[FIRST1]] : i1
# CHECK-NEXT:         scf.if [[FIRST]] {
# CHECK-NEXT:           tir.store %c0_i32, %total[%c0] : memref<1xi32>
# CHECK-NEXT:         }
# CHECK-NEXT:         [[OLD:%.*]] = tir.load %total[%c0] : memref<1xi32>
# CHECK-NEXT:         [[ITEM:%.*]] = tir.load %x[%v] : memref<10xi32>

# A block without reductions always does its T.init; one axis needs no list.


@T.prim_func
def copy(x: T.Buffer((4,), "int8"), y: T.Buffer((4,), "int8")):
    for i in T.serial(1, 4):
        with T.sblock("copy"):
            v = T.axis.remap("S", [i])
            with T.init():
                y[v] = T.int8(1)
            y[v] = y[v] + x[v]

# CHECK:      tir.func @copy
# CHECK:        tir.for %i = 1 to 4 {
# CHECK-NEXT:     tir.store %c1_i8, %y[%i] : memref<4xi8>

# Parts of buffers are views with the strides of the whole.


@T.prim_func
def regions(a: T.Buffer((16, 16), "float32"), n: T.int32):
    s0 = T.int32()
    s1 = T.int32()
    start = T.int32()
    for i in range(4):
        with T.sblock("tile"):
            v = T.axis.spatial(4, i)
            row = T.match_buffer(a[v, 0:16], (16,), "float32")
            tile = T.match_buffer(
                a[v * 4 : v * 4 + 4, 2:6], (4, 4), strides=[s0, s1], elem_offset=start
            )
            tile[1, 2] = row[3]
            T.evaluate(s0)
            T.call_extern("void", "f", start)

# CHECK:      tir.func @regions(%a: memref<256xf32>, %n: i32) {
# CHECK:        tir.for %i = 0 to 4 {
# CHECK-NEXT:     [[ROW:%.*]] = arith.muli %i, %c16 : index
# CHECK-NEXT:     [[TILE:%.*]] = arith.muli %i, %c4 : index
# CHECK-NEXT:     [[LINE:%.*]] = arith.muli [[TILE]], %c16 : index
# CHECK-NEXT:     [[START:%.*]] = arith.addi [[LINE]], %c2 : index
# CHECK-NEXT:     [[FROM:%.*]] = arith.addi %c3, [[ROW]] : index
# CHECK-NEXT:     [[ITEM:%.*]] = tir.load %a[[[FROM]]] : memref<256xf32>
# CHECK-NEXT:     [[TO:%.*]] = arith.addi %c18, [[START]] : index
# CHECK-NEXT:     tir.store [[ITEM]], %a[[[TO]]] : memref<256xf32>
# CHECK-NEXT:     [[OFFSET:%.*]] = arith.index_cast [[START]] : index to i32
# CHECK-NEXT:     tir.call_extern @f([[OFFSET]]) : (i32) -> ()
