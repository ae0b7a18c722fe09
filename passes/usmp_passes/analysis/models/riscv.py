"""The `riscv` dialect: a register that is stored may hold an address."""

from __future__ import annotations

from xdsl.dialects.riscv.ops import SwOp

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import StoresAnOperand

attach_interface(SwOp, StoresAnOperand(1))
