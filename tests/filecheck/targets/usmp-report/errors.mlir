// RUN: not usmp-opt %s -t usmp-report -o %t.txt 2>&1 | filecheck %s
// RUN: not cat %t.txt
// RUN: not usmp-opt %s -t 'usmp-report{format="xml"}' 2>&1 | filecheck %s --check-prefix=FORMAT
// RUN: not usmp-opt %s -t 'usmp-report{width=10}' 2>&1 | filecheck %s --check-prefix=WIDTH
// RUN: not usmp-opt %s -t 'usmp-report{main=other}' 2>&1 | filecheck %s --check-prefix=MAIN

tir.func @f() {
  tir.call_extern @f() : () -> ()
}

// CHECK: errors.mlir:8:3: error: recursion, @f -> @f
// FORMAT: error: option 'format' of target 'usmp-report' must be one of text, json, csv, not "xml"
// WIDTH: error: option width of usmp-report is 10, expected 40 or more
// MAIN: error: {{.*}}@f
