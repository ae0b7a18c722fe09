# RUN: usmp-opt %s | filecheck %s

# A Relax function is the entry: R.call_tir allocates its outputs, what is returned are parameters.

# from tvm.script import ir as I
# from tvm.script import tirx as T
# from tvm.script import relax as R


@I.ir_module
class Module:
    @T.prim_func(private=True, s_tir=True)
    def add(
        a: T.Buffer((T.int64(2), T.int64(4)), "float32"),
        b: T.Buffer((T.int64(2), T.int64(4)), "float32"),
        c: T.Buffer((T.int64(2), T.int64(4)), "float32"),
    ):
        for i, j in T.grid(T.int64(2), T.int64(4)):
            with T.sblock("add"):
                v_i, v_j = T.axis.remap("SS", [i, j])
                c[v_i, v_j] = a[v_i, v_j] + b[v_i, v_j]

    @T.prim_func(private=True)
    def reshape(a: T.handle, b: T.handle):
        T.evaluate(0)

    @R.function
    def main(
        x: R.Tensor((2, 4), dtype="float32"), w: R.Tensor((2, 4), dtype="float32")
    ) -> R.Tensor((8,), dtype="float32"):
        R.func_attr({"num_input": 1})
        cls = Module
        with R.dataflow():
            lv = R.call_tir(cls.add, (x, w), out_ty=R.Tensor((2, 4), dtype="float32"))
            lv1 = R.call_tir(
                cls.add,
                (lv, metadata["ir.GenericConst"][0]),
                out_sinfo=R.Tensor((2, 4), dtype="float32"),
            )
            lv2, lv3 = R.call_dps_packed(
                "split",
                (lv1, R.const(2.0, "float32")),
                out_ty=[R.Tensor((4,), dtype="float32"), R.Tensor((4,), dtype="float32")],
            )
            alloc: R.Tensor((2, 4), dtype="float32") = R.builtin.alloc_tensor(
                R.shape([2, 4]), R.dtype("float32"), R.prim_value(0), R.str("global")
            )
            cls.add(lv, metadata["ir.GenericConst"][0], alloc)
            gv: R.Tensor((8,), dtype="float32") = R.reshape(alloc, R.shape([8]))
            R.call_dps_packed("join", (lv2, lv3), out_ty=R.Tensor((8,), dtype="float32"))
            R.output(gv)
        return gv

    # Storages are allocations that tensors share; what is dead is for the planner to find.
    @R.function
    def lowered(x: R.Tensor((2, 4), dtype="float32")) -> R.Tuple(R.Any, R.Any, R.Any):
        cls = Module
        storage: R.Any = R.memory.alloc_storage(
            R.shape([64]), 0, R.str("global"), R.dtype("float32")
        )
        alloc: R.Tensor((2, 4), dtype="float32") = R.memory.alloc_tensor(
            storage, 32, R.shape([2, 4]), R.dtype("float32"), 0
        )
        _ = cls.add(x, x, alloc)
        kept = R.memory.alloc_tensor(storage, 0, R.shape([8]), R.dtype("float32"))
        Module.add(alloc, x, kept)
        R.memory.kill_tensor(alloc)
        storage1 = R.vm.alloc_storage(R.shape([32]), 0, R.dtype("uint8"), R.str("global"))
        alloc1 = R.vm.alloc_tensor(storage1, 0, R.shape([2, 4]), R.dtype("float32"), 0)
        R.vm.kill_object(storage1)
        cls.add(kept, kept, alloc1)
        lv: R.Tensor((8,), dtype="float32") = R.call_packed(
            "vm.builtin.reshape", alloc1, R.shape([8]), ty_args=(R.Tensor((8,), dtype="float32"),)
        )
        R.memory.kill_storage(storage)
        return (kept, lv, x)


# CHECK:      tir.func @main(%x: memref<8xf32>, %w: memref<8xf32>, %gv: memref<8xf32>) attributes {num_input = 1 : i64, runner_function} {
# CHECK-NEXT:   %lv = tir.allocate "lv" : memref<8xf32>
# CHECK-NEXT:   tir.call_extern @add(%x, %w, %lv) : (memref<8xf32>, memref<8xf32>, memref<8xf32>) -> ()
# CHECK-NEXT:   %weight = tir.lookup_param "GenericConst_0" : memref<?xi8>
# CHECK-NEXT:   %lv1 = tir.allocate "lv1" : memref<8xf32>
# CHECK-NEXT:   tir.call_extern @add(%lv, %weight, %lv1) : (memref<8xf32>, memref<?xi8>, memref<8xf32>) -> ()
# CHECK-NEXT:   [[TWO:%.*]] = tir.allocate_const dense<2.000000e+00> : memref<1xf32>
# CHECK-NEXT:   [[LEFT:%.*]] = tir.allocate "lv2" : memref<4xf32>
# CHECK-NEXT:   [[RIGHT:%.*]] = tir.allocate "lv3" : memref<4xf32>
# CHECK-NEXT:   tir.call_extern @split(%lv1, [[TWO]], [[LEFT]], [[RIGHT]])
# CHECK-NEXT:   tir.call_extern @add(%lv, %weight, %gv)
# CHECK-NEXT:   [[JOINED:%.*]] = tir.allocate : memref<8xf32>
# CHECK-NEXT:   tir.call_extern @join([[LEFT]], [[RIGHT]], [[JOINED]])
# CHECK-NEXT: }
# CHECK:      tir.func @lowered(%x: memref<8xf32>, %kept: memref<8xf32>, %lv: memref<8xf32>, %x_1: memref<8xf32>) {
# CHECK:        %storage = tir.allocate "storage" : memref<64xi8>
# CHECK-NEXT:   [[FLOATS:%.*]] = memref.view %storage[%c0][] : memref<64xi8> to memref<16xf32>
# CHECK-NEXT:   [[PART:%.*]] = memref.subview [[FLOATS]][8] [8] [1] : memref<16xf32> to memref<8xf32, strided<[1], offset: 8>>
# CHECK-NEXT:   tir.call_extern @add(%x, %x, [[PART]])
# CHECK-NEXT:   [[PART:%.*]] = memref.subview [[FLOATS]][8] [8] [1] : memref<16xf32> to memref<8xf32, strided<[1], offset: 8>>
# CHECK-NEXT:   tir.call_extern @add([[PART]], %x, %storage)
# CHECK-NEXT:   tir.call_extern @add(%storage, %storage, %lv)
# CHECK-NEXT:   tir.for [[I:%.*]] = 0 to 8 {
# CHECK-NEXT:     [[ITEM:%.*]] = tir.load [[FLOATS]][[[I]]] : memref<16xf32>
# CHECK-NEXT:     tir.store [[ITEM]], %kept[[[I]]] : memref<8xf32>
# CHECK-NEXT:   }
# CHECK-NEXT:   tir.for [[I:%.*]] = 0 to 8 {
# CHECK-NEXT:     [[ITEM:%.*]] = tir.load %x[[[I]]] : memref<8xf32>
# CHECK-NEXT:     tir.store [[ITEM]], %x_1[[[I]]] : memref<8xf32>
# CHECK-NEXT:   }
# CHECK-NEXT: }
