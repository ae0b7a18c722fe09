# RUN: not usmp-opt %s 2>&1 | filecheck %s

import os

os.system("touch effect")

# CHECK:      imports.py:3:1: error: 'os' is not a part of TVM: a script is read, never executed
# CHECK-NEXT: import os
# CHECK-NEXT: ^
# CHECK-NEXT: note: accepted: imports of tvm, such as 'from tvm.script import tir as T'
