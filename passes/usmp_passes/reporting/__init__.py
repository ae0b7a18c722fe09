"""
What people read about a plan: how much memory a program takes, where, and why.

`memory_report` makes the report, in plain values; the rest of this package shows it.

    report = memory_report(module)
    for pool in report.pools:
        print(pool.name, pool.allocated_size, pool.lower_bound)

`report_text` of `text`, `report_json` of `json_format` and `report_csv` of `csv_format` are the
forms that the target `usmp-report` prints; `memory_map` draws it, and `plan_diff` compares two.
"""

from usmp_passes.reporting.memory_report import memory_report as memory_report
from usmp_passes.reporting.model import (
    BufferReport as BufferReport,
)
from usmp_passes.reporting.model import (
    MemoryReport as MemoryReport,
)
from usmp_passes.reporting.model import (
    NotPlanned as NotPlanned,
)
from usmp_passes.reporting.model import (
    PlanReport as PlanReport,
)
from usmp_passes.reporting.model import (
    PoolReport as PoolReport,
)
from usmp_passes.reporting.model import (
    SlicesReport as SlicesReport,
)
