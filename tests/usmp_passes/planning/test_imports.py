"""The planner stands by itself: it knows no IR, and costs little to import."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import pkgutil, sys
from importlib import import_module
import usmp_passes.planning
# What is imported when it is asked for, too.
for module in pkgutil.walk_packages(usmp_passes.planning.__path__, "usmp_passes.planning."):
    import_module(module.name)
from usmp_passes.planning import BufferInfo, PlacementProblem, PoolInfo, plan_memory
pool = PoolInfo("pool")
buffers = [BufferInfo(n, 1, (pool,), live=((0, 0),)) for n in "ab"]
plan_memory(PlacementProblem(buffers, [pool]), time_limit=0.1)
print(*sorted(sys.modules), sep="\\n")
"""


def test_planning_imports_nothing_of_the_ir():
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    modules = run.stdout.split()
    assert "usmp_passes.planning.exact_search" in modules
    assert "usmp_passes.planning.formats.json_format" in modules
    others = [
        name
        for name in modules
        if name.split(".")[0] in ("xdsl", "usmp_dialect", "usmp_passes")
        and name != "usmp_passes"
        and not (name + ".").startswith("usmp_passes.planning.")
    ]
    assert others == []
