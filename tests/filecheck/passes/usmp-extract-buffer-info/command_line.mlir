// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{aligment=32}' 2>&1 | filecheck %s --check-prefix=MISSPELT
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{alignment=wide}' 2>&1 | filecheck %s --check-prefix=NO-NUMBER
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{alignment=24}' 2>&1 | filecheck %s --check-prefix=NO-POWER
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{alignment=0}' 2>&1 | filecheck %s --check-prefix=ZERO
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{loop-liveness=never}' 2>&1 | filecheck %s --check-prefix=NO-CHOICE
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{parallel-loops=inermost}' 2>&1 | filecheck %s --check-prefix=NEARLY
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{main=missing}' 2>&1 | filecheck %s --check-prefix=NO-MAIN
// RUN: not usmp-opt %s -p 'usmp-extract-buffer-info{main=declared}' 2>&1 | filecheck %s --check-prefix=NO-BODY
// RUN: not usmp-opt %s -p usmp-extract-buffer-infos 2>&1 | filecheck %s --check-prefix=NO-PASS
// RUN: not usmp-opt %s -p usmp-extract-buffer-info -o %t/missing/out.mlir 2>&1 | filecheck %s --check-prefix=NO-FOLDER

// What is wrong with the command line is said in a line or two, and nothing is printed otherwise.

tir.func @f() {
}

tir.func @g() {
}

tir.func private @declared()

// MISSPELT:    {{^}}error: pass 'usmp-extract-buffer-info' has no option 'aligment': did you mean 'alignment'?
// MISSPELT-NEXT: options of pass 'usmp-extract-buffer-info': main, alignment, conflicts, loop-liveness, parallel-loops
// NO-NUMBER:   {{^}}error: option 'alignment' of pass 'usmp-extract-buffer-info' must be an integer, not "wide"
// NO-POWER:    {{^}}error: option alignment of usmp-extract-buffer-info is 24, expected a power of two
// ZERO:        {{^}}error: option alignment of usmp-extract-buffer-info is 0, expected a power of two
// NO-CHOICE:   {{^}}error: option 'loop-liveness' of pass 'usmp-extract-buffer-info' must be one of whole-loop, access-only, not "never"
// NEARLY:      {{^}}error: option 'parallel-loops' of pass 'usmp-extract-buffer-info' must be one of any, innermost, not "inermost": did you mean 'innermost'?
// NO-MAIN:     error: there is no function @missing with a body to be the entry function: set the option main to one of @f, @g
// NO-BODY:     error: there is no function @declared with a body to be the entry function
// NO-PASS:     {{^}}error: unknown pass 'usmp-extract-buffer-infos': did you mean 'usmp-extract-buffer-info'?
// NO-FOLDER:   missing/out.mlir: error: cannot write: No such file or directory
