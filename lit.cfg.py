"""The configuration of lit, for `lit tests/filecheck` or any file below."""

import os
import shutil
import sys
from pathlib import Path

import lit.formats

root = Path(__file__).parent

config.name = "usmp"
# lit's own shell: the same on every system, with a `not` that needs no LLVM.
config.test_format = lit.formats.ShTest(execute_external=False)
# lit joins the path below this file to the source root. Only `tests/filecheck` has tests: see the
# `lit.local.cfg` there.
config.test_source_root = str(root)
config.test_exec_root = str(root / "build" / "lit")
config.suffixes = []
config.excludes = [".venv", "build", "dist", "node_modules"]

# The tools of the interpreter that runs lit, whether or not its environment is activated.
tools = Path(sys.executable).parent
config.environment["PATH"] = os.pathsep.join([str(tools), config.environment["PATH"]])
config.substitutions.append(("%examples", str(root / "examples")))

roundtrip = "usmp-opt %s --print-op-generic --split-input-file"
config.substitutions += [
    ("XDSL_ROUNDTRIP", f"{roundtrip} | usmp-opt --split-input-file | filecheck %s"),
    ("XDSL_GENERIC_ROUNDTRIP", f"{roundtrip} | filecheck %s --check-prefix=CHECK-GENERIC"),
]

# Tests in `with-mlir` run upstream's own tools, as Debian's `mlir-19-tools` names them or not.
mlir_opt = shutil.which("mlir-opt-19") or shutil.which("mlir-opt")
if mlir_opt is not None:
    config.available_features.add("mlir-opt")
    to_llvm = (
        "--convert-scf-to-cf --expand-strided-metadata --lower-affine --convert-arith-to-llvm "
        "--finalize-memref-to-llvm --convert-func-to-llvm --convert-cf-to-llvm "
        "--reconcile-unrealized-casts"
    )
    config.substitutions += [
        ("%mlir-opt-to-llvm", f"{mlir_opt} {to_llvm}"),
        ("%mlir-opt", mlir_opt),
    ]
mlir_runner = shutil.which("mlir-cpu-runner-19") or shutil.which("mlir-cpu-runner")
if mlir_runner is not None:
    config.available_features.add("mlir-runner")
    config.substitutions.append(("%mlir-runner", mlir_runner))

supported, reason = lit_config.maxIndividualTestTimeIsSupported
if supported:
    config.maxIndividualTestTime = 120  # seconds
else:
    lit_config.note(f"tests run without a time limit: {reason}")
