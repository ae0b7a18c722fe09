"""The `asm` dialect: registers hold anything."""

from __future__ import annotations

from xdsl.dialects import asm

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import CastsToNumber

attach_interface(asm.FromRegOp, CastsToNumber())
