"""The `llvm` dialect: the ways in which a pointer gets away."""

from __future__ import annotations

from xdsl.dialects import llvm

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import CastsToNumber, StoresAnOperand, TakesTheAddress

attach_interface(llvm.StoreOp, StoresAnOperand(0))
attach_interface(llvm.MaskedStoreOp, StoresAnOperand(0))
attach_interface(llvm.PtrToIntOp, TakesTheAddress())
attach_interface(llvm.BitcastOp, CastsToNumber())
