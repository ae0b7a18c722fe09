# RUN: usmp-opt %s | filecheck %s

# Calls of functions of the module and of others, in the forms of all years.


@I.ir_module
class Module:
    @T.prim_func
    def operator(a: T.Buffer((8,), "int8"), n: T.int16, out: T.handle):
        T.func_attr({"global_symbol": "tvmgen_operator"})
        pass

    @T.prim_func
    def count(a: T.handle) -> T.int32:
        return 3

    @T.prim_func
    def main(a: T.handle, b: T.Buffer((16,), "int8"), n: T.int32):
        A = T.match_buffer(a, (64,), "int16")
        p = T.lookup_param("p0", dtype="handle")
        T.evaluate(T.call_extern("tvmgen_operator", a, 3, b.data, dtype="int32"))
        T.call_extern("int32", "operator", A.data, n, p)
        T.evaluate(
            T.tvm_call_cpacked("tvmgen_operator", b, T.int16(1), T.address_of(b[8]), dtype="int32")
        )
        T.call_cpacked("tvmgen_operator", b.data, 1, a, T.reinterpret("handle", T.uint64(0)))
        T.evaluate(
            T.tvm_check_return(
                0, -1, T.call_cpacked("outside", p, T.reinterpret(T.uint64(0), dtype="handle"))
            )
        )
        Module.operator(b, 1, T.tvm_access_ptr(T.type_annotation("int16"), A.data, n, 8, 2))
        cls.operator(T.tvm_stack_make_array(b.data, T.tvm_stack_make_shape(16), 0, 1, 0, 0), 1, b)
        A[0] = T.Cast(
            "int16", cls.count(T.address_of(A[n])) + T.call_extern("int32", "outside", 1.5, p)
        )
        A[1] = T.call_pure_extern("int16", "pure", A[0])

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @tvmgen_operator(%a: memref<8xi8>, %n: i16, %out: memref<?xi8>) {
# CHECK-NEXT:   }
# CHECK-NEXT:   tir.func @count(%a: memref<?xi8>) -> (i32) {
# CHECK-NEXT:     %c3_i32 = arith.constant 3 : i32
# CHECK-NEXT:     tir.return %c3_i32 : i32
# CHECK-NEXT:   }
# CHECK-NEXT:   tir.func @main(%a: memref<64xi16>, %b: memref<16xi8>, %n: i32) {
# CHECK-NEXT:     %c3_i16 = arith.constant 3 : i16
# CHECK-NEXT:     %c1_i16 = arith.constant 1 : i16
# CHECK-NEXT:     %c64 = arith.constant 64 : index
# CHECK-NEXT:     %0 = arith.constant 1.500000e+00 : f32
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %c1 = arith.constant 1 : index
# CHECK-NEXT:     %p0 = tir.lookup_param "p0" : memref<?xi8>
# CHECK-NEXT:     tir.call_extern @tvmgen_operator(%a, %c3_i16, %b) : (memref<64xi16>, i16, memref<16xi8>) -> ()
# CHECK-NEXT:     %1 = arith.trunci %n : i32 to i16
# CHECK-NEXT:     tir.call_extern @tvmgen_operator(%a, %1, %p0) : (memref<64xi16>, i16, memref<?xi8>) -> ()
# CHECK-NEXT:     %2 = memref.subview %b[8] [8] [1] : memref<16xi8> to memref<8xi8, strided<[1], offset: 8>>
# CHECK-NEXT:     tir.call_extern @tvmgen_operator(%b, %c1_i16, %2) : (memref<16xi8>, i16, memref<8xi8, strided<[1], offset: 8>>) -> ()
# CHECK-NEXT:     tir.call_extern @tvmgen_operator(%b, %c1_i16, %a) : (memref<16xi8>, i16, memref<64xi16>) -> ()
# CHECK-NEXT:     tir.call_extern @outside(%p0) : (memref<?xi8>) -> ()
# CHECK-NEXT:     %3 = arith.index_cast %n : i32 to index
# CHECK-NEXT:     %4 = memref.subview %a[%3] [8] [1] : memref<64xi16> to memref<8xi16, strided<[1], offset: ?>>
# CHECK-NEXT:     tir.call_extern @tvmgen_operator(%b, %c1_i16, %4) : (memref<16xi8>, i16, memref<8xi16, strided<[1], offset: ?>>) -> ()
# CHECK-NEXT:     tir.call_extern @tvmgen_operator(%b, %c1_i16, %b) : (memref<16xi8>, i16, memref<16xi8>) -> ()
# CHECK-NEXT:     %5 = arith.index_cast %n : i32 to index
# CHECK-NEXT:     %6 = arith.subi %c64, %5 : index
# CHECK-NEXT:     %7 = memref.subview %a[%5] [%6] [1] : memref<64xi16> to memref<?xi16, strided<[1], offset: ?>>
# CHECK-NEXT:     %8 = tir.call_extern @count(%7) : (memref<?xi16, strided<[1], offset: ?>>) -> i32
# CHECK-NEXT:     %9 = tir.call_extern @outside(%0, %p0) : (f32, memref<?xi8>) -> i32
# CHECK-NEXT:     %10 = arith.addi %8, %9 : i32
# CHECK-NEXT:     %11 = arith.trunci %10 : i32 to i16
# CHECK-NEXT:     tir.store %11, %a[%c0] : memref<64xi16>
# CHECK-NEXT:     %12 = tir.load %a[%c0] : memref<64xi16>
# CHECK-NEXT:     %13 = tir.call_extern @pure(%12) : (i16) -> i16
# CHECK-NEXT:     tir.store %13, %a[%c1] : memref<64xi16>
# CHECK-NEXT:   }
# CHECK-NEXT: }
