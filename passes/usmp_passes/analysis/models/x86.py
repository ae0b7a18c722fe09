"""The `x86` dialect: a register that is stored may hold an address."""

from __future__ import annotations

from xdsl.dialects.x86.ops import MS_MovOp, S_PushOp

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import StoresAnOperand

attach_interface(MS_MovOp, StoresAnOperand(1))
attach_interface(S_PushOp, StoresAnOperand(1))
