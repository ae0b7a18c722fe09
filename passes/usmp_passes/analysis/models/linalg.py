"""The `linalg` dialect: operations on whole buffers."""

from __future__ import annotations

from xdsl.dialects import linalg
from xdsl.irdl import IRDLOperation

from usmp_dialect.interfaces import attach_interface
from usmp_passes.analysis.models.structured import StructuredOperation

for _op_type in linalg.Linalg.operations:
    if issubclass(_op_type, IRDLOperation) and _op_type.get_irdl_definition().regions:
        attach_interface(_op_type, StructuredOperation())
