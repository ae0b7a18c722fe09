"""The configuration of lit, for `lit tests/filecheck` or any file below."""

import os
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

supported, reason = lit_config.maxIndividualTestTimeIsSupported
if supported:
    config.maxIndividualTestTime = 120  # seconds
else:
    lit_config.note(f"tests run without a time limit: {reason}")
