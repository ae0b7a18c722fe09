"""The `snitch` dialect: streams read and write memory until they are switched off."""

from __future__ import annotations

from xdsl.dialects import snitch

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import AccessesLater

attach_interface(snitch.SsrSetDimensionSourceOp, AccessesLater())
attach_interface(snitch.SsrSetDimensionDestinationOp, AccessesLater())
