"""The `rv64` dialect: a register that is stored may hold an address."""

from __future__ import annotations

from xdsl.dialects import rv64

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import StoresAnOperand

attach_interface(rv64.SdOp, StoresAnOperand(1))
