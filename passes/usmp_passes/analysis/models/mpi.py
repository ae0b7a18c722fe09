"""The `mpi` dialect: messages that are under way while the program goes on."""

from __future__ import annotations

from xdsl.dialects import mpi

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.escapes import AccessesLater

attach_interface(mpi.IsendOp, AccessesLater())
attach_interface(mpi.IrecvOp, AccessesLater())
