"""
The placement of buffers in memory pools. Knows no IR.

```python
pool = PoolInfo("ram", size_hint_bytes=65536)
problem = PlacementProblem(
    [
        BufferInfo("a", 4096, (pool,), live=((0, 4),)),
        BufferInfo("b", 4096, (pool,), live=((5, 9),)),
    ],
    [pool],
)
plan = plan_memory(problem)
plan.allocations["b"].byte_offset
```
"""

from usmp_passes.planning.algorithms import (
    AlgorithmError,
    UnknownAlgorithmError,
    algorithm_names,
)
from usmp_passes.planning.does_not_fit import DoesNotFitError, Shortage
from usmp_passes.planning.plan import Plan, PoolUsage
from usmp_passes.planning.plan_checker import PlanError, check_plan
from usmp_passes.planning.planner import NotProvenError, plan_from, plan_memory
from usmp_passes.planning.problem import (
    UNRESTRICTED_SIZE_HINT,
    BufferInfo,
    PlacementProblem,
    PoolAllocation,
    PoolInfo,
    ProblemError,
)

__all__ = [
    "UNRESTRICTED_SIZE_HINT",
    "AlgorithmError",
    "BufferInfo",
    "DoesNotFitError",
    "NotProvenError",
    "PlacementProblem",
    "Plan",
    "PlanError",
    "PoolAllocation",
    "PoolInfo",
    "PoolUsage",
    "ProblemError",
    "Shortage",
    "UnknownAlgorithmError",
    "algorithm_names",
    "check_plan",
    "plan_from",
    "plan_memory",
]
