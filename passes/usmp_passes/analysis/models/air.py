"""The `air` dialect: memory that is given back."""

from __future__ import annotations

from xdsl.dialects.experimental import air

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import FreesOperands

attach_interface(air.DeallocOp, FreesOperands())
