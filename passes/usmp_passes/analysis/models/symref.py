"""The `symref` dialect: variables that may hold addresses."""

from __future__ import annotations

from xdsl.dialects import symref

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import StoresAnOperand

attach_interface(symref.UpdateOp, StoresAnOperand(0))
