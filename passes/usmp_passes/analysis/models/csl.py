"""The `csl` dialect: variables that may hold addresses."""

from __future__ import annotations

from xdsl.dialects import csl

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import CastsToNumber, StoresAnOperand

attach_interface(csl.StoreVarOp, StoresAnOperand(1))
attach_interface(csl.IntPtrCastOp, CastsToNumber())
