"""The `acc` dialect: its regions run on several threads."""

from __future__ import annotations

from xdsl.dialects.acc import ACC

from usmp_passes.analysis.models.concurrent_regions import attach_to_all

attach_to_all(ACC)
