// RUN: usmp-opt %s --split-input-file -p 'unified-static-memory-planner{alignment=1 convert=false}' | filecheck %s
// RUN: usmp-opt %s --split-input-file -p 'unified-static-memory-planner{alignment=1}' | filecheck %s --check-prefix=CONVERTED
// RUN: usmp-opt %s --split-input-file -p 'unified-static-memory-planner{alignment=1 pools="globals"}' | filecheck %s --check-prefix=GLOBALS

// What MLIR's own static memory planner is for, and what it leaves alone. Before each program stands what that planner
// needs for it: its arena, and on the heap what is not in the arena. `tests/models/usmp_one_block_planner.py` works that
// out; `tests/usmp_passes/test_one_block_planner.py` compares, and runs the programs.

// One after the other: the second takes the bytes of the first.
// One block: 4096 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64

// The arena is an argument, or memory of the module.
// CONVERTED:        func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>, %global_workspace: memref<4096xi8> {usmp.pool = @global_workspace})
// CONVERTED:          %a = memref.view %global_workspace[{{.*}}][] {{.*}} : memref<4096xi8> to memref<1024xf32>
// CONVERTED-NOT:    memref.dealloc
// CONVERTED:          %b = memref.view %global_workspace[{{.*}}][] {{.*}} : memref<4096xi8> to memref<1024xf32>
// CONVERTED-NOT:    memref.dealloc
// CONVERTED:          func.return
// GLOBALS:        "memref.global"() <{sym_name = "global_workspace{{.*}} type = memref<4096xi8>
// GLOBALS:        func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>)

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %r1 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %a : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// Each buffer is read into the next: two at a time.
// One block: 8192 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %b = memref.alloc() : memref<1024xf32>
  linalg.add ins(%a, %a : memref<1024xf32>, memref<1024xf32>) outs(%b : memref<1024xf32>)
  memref.dealloc %a : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.mul ins(%b, %b : memref<1024xf32>, memref<1024xf32>) outs(%c : memref<1024xf32>)
  memref.dealloc %b : memref<1024xf32>
  %r1 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %c : memref<1024xf32>
  func.return
}

// -----

// The same, with all that is freed freed at the end: a buffer ends at its last use, not where it is freed.
// One block: 16384 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  %d = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  linalg.add ins(%a, %a : memref<1024xf32>, memref<1024xf32>) outs(%b : memref<1024xf32>)
  linalg.mul ins(%b, %b : memref<1024xf32>, memref<1024xf32>) outs(%c : memref<1024xf32>)
  linalg.add ins(%c, %c : memref<1024xf32>, memref<1024xf32>) outs(%d : memref<1024xf32>)
  %r1 = memref.load %d[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %a : memref<1024xf32>
  memref.dealloc %b : memref<1024xf32>
  memref.dealloc %c : memref<1024xf32>
  memref.dealloc %d : memref<1024xf32>
  func.return
}

// -----

// Freed in one arm of a branch, and in the other.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %b = memref.alloc() : memref<2048xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<2048xf32>)
  scf.if %flag {
    %r1 = memref.load %b[%c1] : memref<2048xf32>
    memref.store %r1, %out[%c0] : memref<8xf32>
    memref.dealloc %a : memref<1024xf32>
  } else {
    memref.dealloc %a : memref<1024xf32>
    %r2 = memref.load %b[%c1] : memref<2048xf32>
    memref.store %r2, %out[%c1] : memref<8xf32>
  }
  memref.dealloc %b : memref<2048xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %r3 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r3, %out[%c2] : memref<8xf32>
  memref.dealloc %c : memref<1024xf32>
  func.return
}

// -----

// Freed under three branches, and in each of the arms that are not taken.
// One block: 4096 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  scf.if %flag {
    scf.if %other {
      scf.if %flag {
        %r1 = memref.load %a[%c1] : memref<1024xf32>
        memref.store %r1, %out[%c0] : memref<8xf32>
        memref.dealloc %a : memref<1024xf32>
      } else {
        memref.dealloc %a : memref<1024xf32>
      }
    } else {
      memref.dealloc %a : memref<1024xf32>
    }
  } else {
    memref.dealloc %a : memref<1024xf32>
  }
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// One of two is freed, then the other.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %one = arith.select %flag, %a, %b : memref<1024xf32>
  %rest = arith.select %flag, %b, %a : memref<1024xf32>
  %r1 = memref.load %one[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  %c = memref.alloc() : memref<1024xf32>
  memref.dealloc %one : memref<1024xf32>
  memref.dealloc %rest : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %r2 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %c : memref<1024xf32>
  func.return
}

// -----

// A chain of selects, of which one end is freed.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 12288 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %ab = arith.select %flag, %a, %b : memref<1024xf32>
  %abc = arith.select %other, %ab, %c : memref<1024xf32>
  %r1 = memref.load %abc[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %abc : memref<1024xf32>
  func.return
}

// -----

// Freed as the result of a branch.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %one = scf.if %flag -> (memref<1024xf32>) {
    scf.yield %a : memref<1024xf32>
  } else {
    scf.yield %b : memref<1024xf32>
  }
  %r1 = memref.load %one[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %r2 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %one : memref<1024xf32>
  memref.dealloc %c : memref<1024xf32>
  func.return
}

// -----

// Through the results of two branches.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 12288 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %one = scf.if %flag -> (memref<1024xf32>) {
    scf.yield %a : memref<1024xf32>
  } else {
    scf.yield %b : memref<1024xf32>
  }
  %two = scf.if %other -> (memref<1024xf32>) {
    scf.yield %one : memref<1024xf32>
  } else {
    scf.yield %c : memref<1024xf32>
  }
  %r1 = memref.load %two[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %two : memref<1024xf32>
  func.return
}

// -----

// A select that is the result of a branch.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 12288 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %one = scf.if %flag -> (memref<1024xf32>) {
    %either = arith.select %other, %a, %b : memref<1024xf32>
    scf.yield %either : memref<1024xf32>
  } else {
    scf.yield %c : memref<1024xf32>
  }
  %r1 = memref.load %one[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %one : memref<1024xf32>
  func.return
}

// -----

// A buffer in an arm of a branch stays on the heap there; here it has its place, next to what lives then.
// One block: 6144 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 6144 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  scf.if %flag {
    %b = memref.alloc() : memref<512xf32>
    linalg.fill ins(%y : f32) outs(%b : memref<512xf32>)
    %r1 = memref.load %b[%c1] : memref<512xf32>
    memref.store %r1, %out[%c0] : memref<8xf32>
    memref.dealloc %b : memref<512xf32>
  }
  %r2 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %a : memref<1024xf32>
  func.return
}

// -----

// What is freed may be the buffer of the branch: that planner leaves both on the heap.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %r1 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c1] : memref<8xf32>
  %one = scf.if %flag -> (memref<1024xf32>) {
    scf.yield %a : memref<1024xf32>
  } else {
    %b = memref.alloc() : memref<1024xf32>
    linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
    scf.yield %b : memref<1024xf32>
  }
  %c = memref.alloc() : memref<1024xf32>
  memref.dealloc %one : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %r2 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c0] : memref<8xf32>
  memref.dealloc %c : memref<1024xf32>
  func.return
}

// -----

// Alignments leave gaps, into which the small ones go: also what comes first.
// One block: 512 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 384 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %w = arith.constant 4.5 : f32
  %c = memref.alloc() : memref<15xf32>
  %a = memref.alloc() {alignment = 128 : i64} : memref<17xf32>
  %b = memref.alloc() {alignment = 128 : i64} : memref<25xf32>
  %d = memref.alloc() {alignment = 4 : i64} : memref<7xf32>
  %e = memref.alloc() {alignment = 128 : i64} : memref<32xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<17xf32>)
  linalg.fill ins(%y : f32) outs(%b : memref<25xf32>)
  linalg.fill ins(%z : f32) outs(%c : memref<15xf32>)
  linalg.fill ins(%w : f32) outs(%d : memref<7xf32>)
  linalg.fill ins(%x : f32) outs(%e : memref<32xf32>)
  %r1 = memref.load %a[%c1] : memref<17xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  %r2 = memref.load %b[%c1] : memref<25xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  %r3 = memref.load %c[%c1] : memref<15xf32>
  memref.store %r3, %out[%c2] : memref<8xf32>
  %r4 = memref.load %d[%c1] : memref<7xf32>
  memref.store %r4, %out[%c3] : memref<8xf32>
  %r5 = memref.load %e[%c1] : memref<32xf32>
  memref.store %r5, %out[%c4] : memref<8xf32>
  memref.dealloc %a : memref<17xf32>
  memref.dealloc %b : memref<25xf32>
  memref.dealloc %c : memref<15xf32>
  memref.dealloc %d : memref<7xf32>
  memref.dealloc %e : memref<32xf32>
  func.return
}

// -----

// A dynamic extent next to static ones. It stays as it is, with its deallocation.
// One block: 4096 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64
// CHECK:       memref.alloc(%n) {{{.*}}not_planned = "dynamic shape"}
// CHECK:       memref.dealloc %b

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %n = arith.constant 100 : index
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %b = memref.alloc(%n) : memref<?xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<?xf32>)
  %r1 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %a : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %r2 = memref.load %b[%c1] : memref<?xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  %r3 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r3, %out[%c2] : memref<8xf32>
  memref.dealloc %b : memref<?xf32>
  memref.dealloc %c : memref<1024xf32>
  func.return
}

// -----

// A dynamic extent that is never freed.
// One block: 4096 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64
// CHECK:       memref.alloc(%n) {{{.*}}not_planned = "dynamic shape"}

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %n = arith.constant 100 : index
  %b = memref.alloc(%n) : memref<?xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<?xf32>)
  %r1 = memref.load %b[%c1] : memref<?xf32>
  memref.store %r1, %out[%c1] : memref<8xf32>
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %r2 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c0] : memref<8xf32>
  memref.dealloc %a : memref<1024xf32>
  func.return
}

// -----

// Nothing is freed, and nothing is lost.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %r1 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  %c = memref.alloca() : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %r3 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r3, %out[%c2] : memref<8xf32>
  func.return
}

// -----

// Read in a loop, freed after it.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 12288 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  %b = memref.alloc() : memref<2048xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  linalg.fill ins(%y : f32) outs(%b : memref<2048xf32>)
  scf.for %i = %c0 to %c3 step %c1 {
    %r1 = memref.load %b[%c1] : memref<2048xf32>
    memref.store %r1, %out[%c0] : memref<8xf32>
    %r2 = memref.load %a[%c1] : memref<1024xf32>
    memref.store %r2, %out[%c1] : memref<8xf32>
  }
  memref.dealloc %b : memref<2048xf32>
  memref.dealloc %a : memref<1024xf32>
  %c = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<1024xf32>)
  %r3 = memref.load %c[%c1] : memref<1024xf32>
  memref.store %r3, %out[%c2] : memref<8xf32>
  memref.dealloc %c : memref<1024xf32>
  func.return
}

// -----

// Made and freed in each iteration.
// One block: 8192 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  scf.for %i = %c0 to %c3 step %c1 {
    %a = memref.alloc() : memref<1024xf32>
    linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
    %r1 = memref.load %a[%c1] : memref<1024xf32>
    memref.store %r1, %out[%c0] : memref<8xf32>
    memref.dealloc %a : memref<1024xf32>
  }
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// What comes first lies best in the middle: an arena that is filled in the order of the program has a gap too many.
// One block: 16384 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 12288 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %w = arith.constant 4.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r1 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %a : memref<1024xf32>
  %c = memref.alloc() : memref<2048xf32>
  linalg.fill ins(%z : f32) outs(%c : memref<2048xf32>)
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %b : memref<1024xf32>
  %d = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%w : f32) outs(%d : memref<1024xf32>)
  %r3 = memref.load %c[%c1] : memref<2048xf32>
  memref.store %r3, %out[%c2] : memref<8xf32>
  memref.dealloc %c : memref<2048xf32>
  %e = memref.alloc() : memref<2048xf32>
  linalg.fill ins(%x : f32) outs(%e : memref<2048xf32>)
  %r4 = memref.load %d[%c1] : memref<1024xf32>
  memref.store %r4, %out[%c3] : memref<8xf32>
  %r5 = memref.load %e[%c1] : memref<2048xf32>
  memref.store %r5, %out[%c4] : memref<8xf32>
  memref.dealloc %d : memref<1024xf32>
  memref.dealloc %e : memref<2048xf32>
  func.return
}

// -----

// Views of a buffer keep it alive.
// One block: 8192 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<32x32xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<32x32xf32>)
  %flat = memref.collapse_shape %a [[0, 1]] : memref<32x32xf32> into memref<1024xf32>
  %part = memref.subview %flat[512] [16] [2] : memref<1024xf32> to memref<16xf32, strided<[2], offset: 512>>
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r1 = memref.load %part[%c1] : memref<16xf32, strided<[2], offset: 512>>
  memref.store %r1, %out[%c0] : memref<8xf32>
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %a : memref<32x32xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// An operator with a scratch buffer, called twice: one arena for the whole program.
// One block: 12288 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64
// CONVERTED:   func.func private @operator(%in: memref<1024xf32>, %out: memref<8xf32>, %global_workspace: memref<8192xi8> {usmp.pool = @global_workspace})

func.func private @operator(%in: memref<1024xf32>, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %scratch = memref.alloc() : memref<1024xf32>
  linalg.add ins(%in, %in : memref<1024xf32>, memref<1024xf32>) outs(%scratch : memref<1024xf32>)
  %r1 = memref.load %scratch[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %scratch : memref<1024xf32>
  func.return
}

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  func.call @operator(%a, %out) : (memref<1024xf32>, memref<8xf32>) -> ()
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  func.call @operator(%b, %out) : (memref<1024xf32>, memref<8xf32>) -> ()
  memref.dealloc %a : memref<1024xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// Freed in two blocks of a control flow graph, which that planner rejects.
// One block: 8192 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  cf.cond_br %flag, ^one, ^two
^one:
  %r1 = memref.load %a[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %a : memref<1024xf32>
  cf.br ^end
^two:
  memref.dealloc %a : memref<1024xf32>
  cf.br ^end
^end:
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// Carried around a loop, and freed after it.
// One block: 8192 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 8192 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %last = scf.for %i = %c0 to %c3 step %c1 iter_args(%now = %a) -> (memref<1024xf32>) {
    %r1 = memref.load %now[%c1] : memref<1024xf32>
    memref.store %r1, %out[%c0] : memref<8xf32>
    scf.yield %now : memref<1024xf32>
  }
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r2 = memref.load %last[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  %r3 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r3, %out[%c2] : memref<8xf32>
  memref.dealloc %last : memref<1024xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// Nothing to store.
// One block: 4096 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %a = memref.alloc() : memref<0xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<0xf32>)
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%y : f32) outs(%b : memref<1024xf32>)
  %r1 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %a : memref<0xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}

// -----

// What is freed may be memory of an extent that is not known: who frees it must not be given a part of the pool.
// One block: 8192 bytes.
// CHECK-LABEL: builtin.module
// CHECK:       allocated_size = 4096 : i64
// CHECK:       %a = memref.alloc() {{{.*}}not_planned = "freed by
// CHECK:       %n = memref.alloc(%extent) {{{.*}}not_planned = "dynamic shape"
// CHECK:       memref.dealloc %one
// CHECK:       memref.dealloc %rest
// CONVERTED:   memref.dealloc %one
// CONVERTED:   memref.dealloc %rest

func.func @main(%flag: i1, %other: i1, %out: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = arith.constant 1.5 : f32
  %y = arith.constant 2.5 : f32
  %z = arith.constant 3.5 : f32
  %extent = arith.constant 100 : index
  %a = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%x : f32) outs(%a : memref<1024xf32>)
  %n = memref.alloc(%extent) : memref<?xf32>
  linalg.fill ins(%y : f32) outs(%n : memref<?xf32>)
  %any = "memref.cast"(%a) : (memref<1024xf32>) -> memref<?xf32>
  %one = arith.select %flag, %any, %n : memref<?xf32>
  %rest = arith.select %flag, %n, %any : memref<?xf32>
  %r1 = memref.load %one[%c1] : memref<?xf32>
  memref.store %r1, %out[%c0] : memref<8xf32>
  memref.dealloc %one : memref<?xf32>
  memref.dealloc %rest : memref<?xf32>
  %b = memref.alloc() : memref<1024xf32>
  linalg.fill ins(%z : f32) outs(%b : memref<1024xf32>)
  %r2 = memref.load %b[%c1] : memref<1024xf32>
  memref.store %r2, %out[%c1] : memref<8xf32>
  memref.dealloc %b : memref<1024xf32>
  func.return
}
