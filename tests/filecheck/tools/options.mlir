// RUN: usmp-opt --help | filecheck %s --check-prefix=HELP
// RUN: usmp-opt --version | filecheck %s --check-prefix=VERSION
// RUN: not usmp-opt %s -p canonicalise 2>&1 | filecheck %s --check-prefix=PASS
// RUN: not usmp-opt %s -t mlri 2>&1 | filecheck %s --check-prefix=TARGET
// RUN: not usmp-opt %s -p "usmp-extract-buffer-info{alignmnet=8}" 2>&1 | filecheck %s --check-prefix=OPTION
// RUN: not usmp-opt %s.missing 2>&1 | filecheck %s --check-prefix=MISSING

builtin.module {}

// HELP: usage: usmp-opt
// VERSION: usmp-opt {{[0-9.]+}} built from xdsl version {{[0-9.]+}}
// PASS: error: unknown pass 'canonicalise': did you mean 'canonicalize'?
// TARGET: error: unknown target 'mlri': did you mean 'mlir'?
// OPTION: error: pass 'usmp-extract-buffer-info' has no option 'alignmnet': did you mean 'alignment'?
// OPTION-NEXT: note: options of pass 'usmp-extract-buffer-info':
// MISSING: options.mlir.missing: error: cannot read: No such file or directory
