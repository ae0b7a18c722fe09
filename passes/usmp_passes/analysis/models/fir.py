"""The `fir` dialect: stores and casts of addresses."""

from __future__ import annotations

from xdsl.dialects.experimental import fir

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import CastsToNumber, FreesOperands, StoresAnOperand

attach_interface(fir.StoreOp, StoresAnOperand(0))
attach_interface(fir.FreememOp, FreesOperands())
attach_interface(fir.ConvertOp, CastsToNumber())
