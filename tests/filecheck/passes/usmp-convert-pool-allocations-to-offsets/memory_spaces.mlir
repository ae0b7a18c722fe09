// RUN: usmp-opt %s -p unified-static-memory-planner --allow-unregistered-dialect | filecheck %s
// RUN: usmp-opt %s -p unified-static-memory-planner,usmp-verify-plan --allow-unregistered-dialect | filecheck %s
// RUN: usmp-opt %s -p 'unified-static-memory-planner{pools="globals"},usmp-verify-plan' --allow-unregistered-dialect | filecheck %s --check-prefix=GLOBALS

// A buffer goes to a pool of its memory space, be that a text, a number or an attribute of a
// dialect, and its view is in that space.

usmp.pool @l1 memory_space "L1" size_hint_bytes 65536
usmp.pool @near memory_space 3 size_hint_bytes 65536
usmp.pool @shared memory_space #gpu.address_space<workgroup>
usmp.pool @ram

func.func @main() {
  %A = memref.alloc() : memref<16xf32, "L1">
  %B = memref.alloc() : memref<16xf32, 3>
  %C = memref.alloc() : memref<16xf32, #gpu.address_space<workgroup>>
  %D = memref.alloc() : memref<16xf32>
  "memref.copy"(%A, %B) : (memref<16xf32, "L1">, memref<16xf32, 3>) -> ()
  func.call @operator(%B) : (memref<16xf32, 3>) -> ()
  "memref.copy"(%B, %C) : (memref<16xf32, 3>, memref<16xf32, #gpu.address_space<workgroup>>) -> ()
  "memref.copy"(%C, %D) : (memref<16xf32, #gpu.address_space<workgroup>>, memref<16xf32>) -> ()
  func.return
}

func.func @operator(%a: memref<16xf32, 3>) {
  %tile = memref.alloc() : memref<8xf32, "L1">
  %whole = memref.alloc() : memref<16xf32, 3>
  "test.op"(%a, %tile, %whole) : (memref<16xf32, 3>, memref<8xf32, "L1">, memref<16xf32, 3>) -> ()
  func.return
}

// CHECK:      usmp.pool @l1 memory_space "L1" size_hint_bytes 65536 attributes {allocated_size = 64 : i64,
// CHECK-NEXT: usmp.pool @near memory_space 3 size_hint_bytes 65536 attributes {allocated_size = 128 : i64,
// CHECK-NEXT: usmp.pool @shared memory_space #gpu.address_space<workgroup> attributes {allocated_size = 64 : i64,
// CHECK-NEXT: usmp.pool @ram attributes {allocated_size = 64 : i64,
// CHECK-LABEL: func.func @main(%l1: memref<64xi8, "L1"> {usmp.pool = @l1}, %near: memref<128xi8, 3 : i64> {usmp.pool = @near}, %ram: memref<64xi8> {usmp.pool = @ram}, %shared: memref<64xi8, #gpu.address_space<workgroup>> {usmp.pool = @shared})
// CHECK: %A = memref.view %l1[%{{.*}}][] {{.*}} : memref<64xi8, "L1"> to memref<16xf32, "L1">
// CHECK: %B = memref.view %near[%{{.*}}][] {{.*}} : memref<128xi8, 3 : i64> to memref<16xf32, 3 : i64>
// CHECK: %C = memref.view %shared[%{{.*}}][] {{.*}} : memref<64xi8, #gpu.address_space<workgroup>> to memref<16xf32, #gpu.address_space<workgroup>>
// CHECK: %D = memref.view %ram[%{{.*}}][] {{.*}} : memref<64xi8> to memref<16xf32>
// CHECK: func.call @operator(%B, %l1, %near) : (memref<16xf32, 3 : i64>, memref<64xi8, "L1">, memref<128xi8, 3 : i64>) -> ()
// CHECK-LABEL: func.func @operator(%a: memref<16xf32, 3 : i64>, %l1: memref<64xi8, "L1"> {usmp.pool = @l1}, %near: memref<128xi8, 3 : i64> {usmp.pool = @near})
// CHECK: %tile = memref.view %l1[%{{.*}}][] {{.*}} : memref<64xi8, "L1"> to memref<8xf32, "L1">
// CHECK: %whole = memref.view %near[%{{.*}}][] {{.*}} : memref<128xi8, 3 : i64> to memref<16xf32, 3 : i64>

// GLOBALS: "memref.global"() <{sym_name = "l1_pool", type = memref<64xi8, "L1">,
// GLOBALS: "memref.global"() <{sym_name = "near_pool", type = memref<128xi8, 3 : i64>,
// GLOBALS: "memref.global"() <{sym_name = "shared_pool", type = memref<64xi8, #gpu.address_space<workgroup>>,
// GLOBALS: "memref.global"() <{sym_name = "ram_pool", type = memref<64xi8>,
// GLOBALS-LABEL: func.func @main()
// GLOBALS: %shared = memref.get_global @shared_pool : memref<64xi8, #gpu.address_space<workgroup>>
// GLOBALS: %C = memref.view %shared[%{{.*}}][] {{.*}} : memref<64xi8, #gpu.address_space<workgroup>> to memref<16xf32, #gpu.address_space<workgroup>>
