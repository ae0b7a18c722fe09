"""The `gpu` dialect: memory of the device that is given back."""

from __future__ import annotations

from xdsl.dialects import gpu

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import FreesOperands

attach_interface(gpu.DeallocOp, FreesOperands())
