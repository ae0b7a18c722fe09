# RUN: usmp-opt %s | filecheck %s

# Every kind of loop, and of thread.


@T.prim_func
def kinds(a: T.Buffer((4096,), "int32"), n: T.int32, m: T.uint8):
    for i in T.serial(0, 4):
        a[i] = 0
    for i in range(2, n):
        a[i] = i
    for i, j in T.grid(4, n):
        a[i * 4 + j] = 1
    for i in T.parallel(4, annotations={"pragma_auto_unroll_max_step": 16}):
        for j in T.vectorized(0, 8):
            for k in T.unroll(2):
                a[i] = 2
    for i in T.thread_binding(0, 8, thread="blockIdx.x"):
        for j in T.thread_binding(4, "threadIdx.x"):
            a[i] = j
    for i in T.serial(5, 3):
        a[i] = 3
    for i in T.serial(T.int64(0), T.int64(3)):
        a[i] = T.Cast("int32", i)
    for i in T.serial(m):
        a[0] = i


@T.prim_func
def threads(a: T.Buffer((4096,), "int32")):
    bx = T.env_thread("blockIdx.x")
    T.launch_thread(bx, 16)
    with T.launch_thread("threadIdx.x", 32) as tx:
        a[tx] = bx
    ty = T.var("int32")
    T.attr(T.iter_var(ty, None, "ThreadIndex", "threadIdx.y"), "thread_extent", 4)
    a[ty] = 1

# CHECK:      builtin.module {
# CHECK-NEXT:   tir.func @kinds(%a: memref<4096xi32>, %n: i32, %m: i8) {
# CHECK-NEXT:     %c0_i32 = arith.constant 0 : i32
# CHECK-NEXT:     %c4 = arith.constant 4 : index
# CHECK-NEXT:     %c1_i32 = arith.constant 1 : i32
# CHECK-NEXT:     %c2_i32 = arith.constant 2 : i32
# CHECK-NEXT:     %c3_i32 = arith.constant 3 : i32
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     tir.for %i = 0 to 4 {
# CHECK-NEXT:       tir.store %c0_i32, %a[%i] : memref<4096xi32>
# CHECK-NEXT:     }
# CHECK-NEXT:     %0 = arith.index_cast %n : i32 to index
# CHECK-NEXT:     tir.for %i_1 = 2 to %0 {
# CHECK-NEXT:       %1 = arith.index_cast %i_1 : index to i32
# CHECK-NEXT:       tir.store %1, %a[%i_1] : memref<4096xi32>
# CHECK-NEXT:     }
# CHECK-NEXT:     tir.for %i_2 = 0 to 4 {
# CHECK-NEXT:       %2 = arith.index_cast %n : i32 to index
# CHECK-NEXT:       tir.for %j = 0 to %2 {
# CHECK-NEXT:         %3 = arith.muli %i_2, %c4 : index
# CHECK-NEXT:         %4 = arith.addi %3, %j : index
# CHECK-NEXT:         tir.store %c1_i32, %a[%4] : memref<4096xi32>
# CHECK-NEXT:       }
# CHECK-NEXT:     }
# CHECK-NEXT:     tir.for parallel %i_3 = 0 to 4 {
# CHECK-NEXT:       tir.for vectorized %j_1 = 0 to 8 {
# CHECK-NEXT:         tir.for unrolled %k = 0 to 2 {
# CHECK-NEXT:           tir.store %c2_i32, %a[%i_3] : memref<4096xi32>
# CHECK-NEXT:         }
# CHECK-NEXT:       }
# CHECK-NEXT:     }
# CHECK-NEXT:     tir.for thread_binding("blockIdx.x") %i_4 = 0 to 8 {
# CHECK-NEXT:       tir.for thread_binding("threadIdx.x") %j_2 = 0 to 4 {
# CHECK-NEXT:         %5 = arith.index_cast %j_2 : index to i32
# CHECK-NEXT:         tir.store %5, %a[%i_4] : memref<4096xi32>
# CHECK-NEXT:       }
# CHECK-NEXT:     }
# CHECK-NEXT:     tir.for %i_5 = 5 to 5 {
# CHECK-NEXT:       tir.store %c3_i32, %a[%i_5] : memref<4096xi32>
# CHECK-NEXT:     }
# CHECK-NEXT:     tir.for %i_6 = 0 to 3 {
# CHECK-NEXT:       %6 = arith.index_cast %i_6 : index to i32
# CHECK-NEXT:       tir.store %6, %a[%i_6] : memref<4096xi32>
# CHECK-NEXT:     }
# CHECK-NEXT:     %7 = arith.extui %m : i8 to i64
# CHECK-NEXT:     %8 = arith.index_cast %7 : i64 to index
# CHECK-NEXT:     tir.for %i_7 = 0 to %8 {
# CHECK-NEXT:       %9 = arith.index_cast %i_7 : index to i8
# CHECK-NEXT:       %10 = arith.extui %9 : i8 to i32
# CHECK-NEXT:       tir.store %10, %a[%c0] : memref<4096xi32>
# CHECK-NEXT:     }
# CHECK-NEXT:   }
# CHECK-NEXT:   tir.func @threads(%a: memref<4096xi32>) {
# CHECK-NEXT:     %c0 = arith.constant 0 : index
# CHECK-NEXT:     %c1_i32 = arith.constant 1 : i32
# CHECK-NEXT:     tir.for thread_binding("blockIdx.x") %bx = 0 to 16 {
# CHECK-NEXT:       tir.for thread_binding("threadIdx.x") %tx = 0 to 32 {
# CHECK-NEXT:         %0 = arith.index_cast %bx : index to i32
# CHECK-NEXT:         tir.store %0, %a[%tx] : memref<4096xi32>
# CHECK-NEXT:       }
# CHECK-NEXT:       tir.for thread_binding("threadIdx.y") %ty = 0 to 4 {
# CHECK-NEXT:         tir.store %c1_i32, %a[%ty] : memref<4096xi32>
# CHECK-NEXT:       }
# CHECK-NEXT:     }
# CHECK-NEXT:   }
# CHECK-NEXT: }
