"""
What an allocation of xDSL's own `gpu` dialect is to the memory planner, for a device that works in
the memory of its host.
"""

from __future__ import annotations

from typing import cast

from xdsl.dialects import gpu
from xdsl.ir import Operation, SSAValue

from usmp_dialect.interfaces import BufferAllocationInterface, attach_interface


class _Alloc(BufferAllocationInterface):
    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return cast(gpu.AllocOp, op).result


attach_interface(gpu.AllocOp, _Alloc())
