"""The `riscv_snitch` dialect: registers of streams and of the DMA engine may hold addresses."""

from __future__ import annotations

from xdsl.dialects import riscv_snitch

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import AccessesLater

attach_interface(riscv_snitch.DMSourceOp, AccessesLater())
attach_interface(riscv_snitch.DMDestinationOp, AccessesLater())
attach_interface(riscv_snitch.ScfgwOp, AccessesLater())
attach_interface(riscv_snitch.ScfgwiOp, AccessesLater())
