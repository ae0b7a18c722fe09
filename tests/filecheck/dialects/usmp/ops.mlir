// RUN: usmp-opt %s | usmp-opt | filecheck %s
// RUN: XDSL_ROUNDTRIP
// RUN: XDSL_GENERIC_ROUNDTRIP
// RUN: xdsl-opt %s | xdsl-opt | filecheck %s

usmp.pool @plain
usmp.pool @"quoted name" target_access {c = "rw", cuda = "ro"} size_hint_bytes 131072
usmp.pool @nowhere target_access {}
usmp.pool @space memory_space "shared" alignment 64
usmp.pool @numbered memory_space 0
usmp.pool @of_dialect memory_space #gpu<dim x>
usmp.pool @numbered_i32 memory_space 1 : i32 attributes {allocated_size = 4 : i64}
usmp.pool @largest size_hint_bytes 9223372036854775807

// The clauses are printed in one order, whatever the order they are written in.
usmp.pool @device
    target_burst_bytes 64
    write_latency_cycles 0
    read_latency_cycles 30
    write_bandwidth_bytes_per_cycle 4
    read_bandwidth_bytes_per_cycle 8
    clock_frequency_hz 400000000
    alignment 16
    size_hint_bytes 65536
    memory_space "L1"
    target_access {c = "rw"}

// CHECK:       usmp.pool @plain
// CHECK-NEXT:  usmp.pool @"quoted name" target_access {c = "rw", cuda = "ro"} size_hint_bytes 131072
// CHECK-NEXT:  usmp.pool @nowhere target_access {}
// CHECK-NEXT:  usmp.pool @space memory_space "shared" alignment 64
// CHECK-NEXT:  usmp.pool @numbered memory_space 0
// CHECK-NEXT:  usmp.pool @of_dialect memory_space #gpu<dim x>
// CHECK-NEXT:  usmp.pool @numbered_i32 memory_space 1 : i32 attributes {allocated_size = 4 : i64}
// CHECK-NEXT:  usmp.pool @largest size_hint_bytes 9223372036854775807
// CHECK-NEXT:  usmp.pool @device target_access {c = "rw"} memory_space "L1" size_hint_bytes 65536 alignment 16 clock_frequency_hz 400000000 read_bandwidth_bytes_per_cycle 8 write_bandwidth_bytes_per_cycle 4 read_latency_cycles 30 write_latency_cycles 0 target_burst_bytes 64

// CHECK-GENERIC:       "usmp.pool"() <{sym_name = "plain"}> : () -> ()
// CHECK-GENERIC-NEXT:  "usmp.pool"() <{sym_name = "quoted name", target_access = {c = "rw", cuda = "ro"}, size_hint_bytes = 131072 : i64}> : () -> ()
// CHECK-GENERIC-NEXT:  "usmp.pool"() <{sym_name = "nowhere", target_access = {}}> : () -> ()
// CHECK-GENERIC-NEXT:  "usmp.pool"() <{sym_name = "space", memory_space = "shared", alignment = 64 : i64}> : () -> ()
// CHECK-GENERIC-NEXT:  "usmp.pool"() <{sym_name = "numbered", memory_space = 0 : i64}> : () -> ()
// CHECK-GENERIC-NEXT:  "usmp.pool"() <{sym_name = "of_dialect", memory_space = #gpu<dim x>}> : () -> ()
// CHECK-GENERIC-NEXT:  "usmp.pool"() <{sym_name = "numbered_i32", memory_space = 1 : i32}> {allocated_size = 4 : i64} : () -> ()
// CHECK-GENERIC-NEXT:  "usmp.pool"() <{sym_name = "largest", size_hint_bytes = 9223372036854775807 : i64}> : () -> ()
