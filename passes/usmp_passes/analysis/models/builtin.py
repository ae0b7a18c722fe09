"""The `builtin` dialect: casts between types that have nothing in common."""

from __future__ import annotations

from xdsl.dialects.builtin import UnrealizedConversionCastOp

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import CastsToNumber

attach_interface(UnrealizedConversionCastOp, CastsToNumber())
