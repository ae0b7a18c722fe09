"""The `ptr_xdsl` dialect: a pointer gets away when it is stored."""

from __future__ import annotations

from xdsl.dialects import ptr

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import StoresAnOperand

attach_interface(ptr.StoreOp, StoresAnOperand(1))
